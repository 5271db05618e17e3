use crate::{mock::*, *};
use frame_support::{assert_ok, weights::Weight};
use millpond_primitives::{Balance, Credits, OperatorId, Price, BCT, CREDITS_PER_USD, MINUTES_PER_DAY};
use millpond_traits::{mocks::MockPrices, Operators as _};

const DELAY: u32 = 7 * MINUTES_PER_DAY;

fn usd(dollars: u32) -> Credits {
	Credits::from(dollars) * CREDITS_PER_USD
}

/// Owes the customer so many dollars, and lets them be paid.
fn compensate(operator: OperatorId, dollars: u32) -> Balance {
	let before = bct(CUSTOMER);
	Operators::compensate(operator, &CUSTOMER, usd(dollars));
	pass(DELAY);
	block();
	bct(CUSTOMER) - before
}

#[test]
fn compensation_should_be_paid_after_its_delay_at_the_price_of_that_time() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		Operators::compensate(operator, &CUSTOMER, usd(100));
		let due = START + DELAY;
		assert_eq!(
			last_event(),
			Event::CompensationOwed {
				operator,
				to: CUSTOMER,
				credits: usd(100),
				due
			}
		);
		pass(DELAY - 1);
		block();
		assert_eq!(bct(CUSTOMER), 0);
		MockPrices::set(Price::from_u32(3));
		pass(1);
		block();
		// Rounded down.
		assert_eq!(bct(CUSTOMER), 100 * BCT / 3);
		assert_eq!(
			last_event(),
			Event::CompensationSettled {
				operator,
				to: CUSTOMER,
				credits: usd(100),
				paid: 100 * BCT / 3,
				void: 0
			}
		);
		assert_eq!(bond(operator).bond, 1_000 * BCT - 100 * BCT / 3);
		assert_eq!(attribute(operator, "bond").as_deref(), Some("966.666666666667 BCT"));
		assert_eq!(bond(operator).owed, 0);
	});
}

#[test]
fn compensation_should_wait_while_there_is_no_price() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		Operators::compensate(operator, &CUSTOMER, usd(100));
		MockPrices::set_for_payout(None);
		pass(100 * DELAY);
		block();
		assert_eq!((bct(CUSTOMER), bond(operator).owed), (0, 1));
		MockPrices::set_for_payout(Some(Price::from_u32(2)));
		block();
		assert_eq!((bct(CUSTOMER), bond(operator).owed), (50 * BCT, 0));
	});
}

#[test]
fn compensation_should_take_a_quarter_of_the_bond_in_thirty_days_at_most() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		assert_eq!(compensate(operator, 200), 200 * BCT);
		assert_eq!(compensate(operator, 100), 50 * BCT);
		assert_eq!(
			last_event(),
			Event::CompensationSettled {
				operator,
				to: CUSTOMER,
				credits: usd(100),
				paid: 50 * BCT,
				void: 50 * BCT
			}
		);
		assert_eq!(compensate(operator, 1), 0);
		// Days 14 and 21 have passed. The first payment was on day 7, the second on day 14.
		pass(9 * MINUTES_PER_DAY);
		assert_eq!(compensate(operator, 1), 0);
		pass(1);
		// Day 37: the first is 30 days ago, and counts to the end of the day.
		let left = || {
			Operators::operator_summary(operator)
				.expect("it is there")
				.compensation_left
		};
		assert_eq!(left(), 0);
		pass(MINUTES_PER_DAY);
		assert_eq!(left(), 800 * BCT / 4 - 50 * BCT);
		// A week later the second does not count any more either.
		assert_eq!(compensate(operator, 1_000), 750 * BCT / 4);
	});
}

#[test]
fn compensation_should_come_after_slashes_and_of_what_is_unbonding_first() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 2_000 * BCT);
		assert_ok!(Operators::unbond(RuntimeOrigin::signed(ALICE), operator, 300 * BCT));
		Operators::compensate(operator, &CUSTOMER, usd(500));
		assert_eq!(Operators::slash(operator, 100 * BCT), 100 * BCT);
		pass(DELAY);
		block();
		// A quarter of 1,900 BCT, the 200 first that are still unbonding.
		assert_eq!(bct(CUSTOMER), 475 * BCT);
		assert_eq!((bond(operator).bond, bond(operator).unbonding.len()), (1_425 * BCT, 0));
	});
}

#[test]
fn compensation_should_be_void_when_nothing_is_left_or_it_opens_no_account() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		// Less than the existential deposit.
		Operators::compensate(operator, &CUSTOMER, 1);
		pass(DELAY);
		block();
		let void = BCT / CREDITS_PER_USD;
		assert_eq!(
			last_event(),
			Event::CompensationSettled {
				operator,
				to: CUSTOMER,
				credits: 1,
				paid: 0,
				void
			}
		);
		assert_eq!(bond(operator).bond, 1_000 * BCT);
		Operators::slash(operator, 1_000 * BCT);
		assert_eq!(compensate(operator, 1), 0);
		// It is worth more than can exist.
		Operators::compensate(operator, &CUSTOMER, Credits::MAX);
		pass(DELAY);
		block();
		assert!(matches!(
			last_event(),
			Event::CompensationSettled {
				paid: 0,
				void: Balance::MAX,
				..
			}
		));
		// Nothing is owed at all.
		Operators::compensate(operator, &CUSTOMER, 0);
		Operators::compensate(7, &CUSTOMER, usd(1));
		assert_eq!(Compensations::<Test>::iter().count(), 0);
	});
}

#[test]
fn compensation_should_go_to_the_bond_of_the_nft_whoever_holds_it() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		Operators::compensate(operator, &CUSTOMER, usd(10));
		assert_ok!(Deeds::sell(operator, &BOB));
		pass(DELAY);
		block();
		assert_eq!((bct(CUSTOMER), bct(BOB)), (10 * BCT, ENDOWMENT));
		assert_eq!(bond(operator).bond, 990 * BCT);
	});
}

#[test]
fn blocks_should_pay_in_order_as_far_as_their_weight_goes() {
	TestExt::default().execute_with(|| {
		let operators = [register(ALICE, 1_000 * BCT), register(BOB, 1_000 * BCT)];
		for turn in 0..40 {
			Operators::compensate(operators[turn % 2], &CUSTOMER, usd(1));
		}
		pass(DELAY);
		let one = <() as WeightInfo>::settle_compensation();
		let paid = |poll: Weight, idle: Weight| {
			let before = bct(CUSTOMER);
			block_with_weight(poll, idle);
			(bct(CUSTOMER) - before) / BCT
		};
		assert_eq!(paid(one.saturating_sub(Weight::from_parts(1, 0)), Weight::zero()), 0);
		assert_eq!(paid(one, Weight::zero()), 1);
		assert_eq!((bond(operators[0]).owed, bond(operators[1]).owed), (19, 20));
		assert_eq!(paid(Weight::zero(), one.saturating_mul(2)), 2);
		assert_eq!(paid(Weight::MAX, Weight::zero()), COMPENSATIONS_A_BLOCK.into());
		assert_eq!(
			paid(Weight::MAX, Weight::MAX),
			40 - 3 - Balance::from(COMPENSATIONS_A_BLOCK)
		);
		assert_eq!((bond(operators[0]).owed, bond(operators[1]).owed), (0, 0));
	});
}
