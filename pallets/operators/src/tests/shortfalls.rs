use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok, weights::Weight};
use millpond_primitives::{Balance, Credits, Minute, OperatorId, BCT, CREDITS_PER_USD, MINUTES_PER_DAY};
use millpond_traits::{
	mocks::{MockClock, MockOnSuspension, MockPrices},
	Clock as _, Duty, Operators as _,
};

/// An operator of Alice with a bond of so many BCT and duties that ask for so many dollars.
fn operator(bond: u128, asked: u128) -> OperatorId {
	let operator = register(ALICE, bond * BCT);
	assert_ok!(Operators::take_on(operator, dollars(asked)));
	operator
}

fn bond_more(operator: OperatorId, amount: Balance) {
	assert_ok!(Operators::bond_more(RuntimeOrigin::signed(ALICE), operator, amount));
}

fn is_called(operator: OperatorId) -> bool {
	bond(operator).shortfall.is_some()
}

/// Lets days pass, with a block at the end of each.
fn pass_days(days: u32) {
	for _ in 0..days {
		pass(MINUTES_PER_DAY);
		block();
	}
}

#[test]
fn take_on_should_ask_for_dollars_at_the_price_for_minting_rounded_up() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		price(300);
		MockPrices::set_for_payout(None);
		assert_eq!(Operators::bond_for(CREDITS_PER_USD), Some(BCT / 3 + 1));
		assert_ok!(Operators::take_on(operator, dollars(1)));
		assert_eq!(bond(operator).duty_bond, BCT / 3 + 1);
		// The least of a duty holds whatever the price.
		let duty = Duty {
			credits: CREDITS_PER_USD,
			least: 10 * BCT,
		};
		assert_ok!(Operators::take_on(operator, duty));
		assert_eq!(bond(operator).duty_bond, 10 * BCT + BCT / 3 + 1);
		// So it does when the other one ends, whose share would be more than it brought.
		assert_ok!(Operators::lay_down(operator, dollars(1)));
		assert_eq!(bond(operator).duty_bond, 10 * BCT);
		assert_ok!(Operators::lay_down(operator, duty));
		assert_eq!((bond(operator).duty_bond, bond(operator).least), (0, 0));
	});
}

#[test]
fn take_on_should_wait_for_a_price_when_minting_is_halted_unless_nothing_is_asked() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		MockPrices::set_for_mint(None);
		assert_noop!(Operators::take_on(operator, dollars(1)), Error::<Test>::NoPrice);
		assert_eq!(Operators::bond_for(CREDITS_PER_USD), None);
		assert_ok!(Operators::take_on(operator, dollars(0)));
		assert_ok!(Operators::lay_down(operator, dollars(0)));
	});
}

#[test]
fn duty_should_have_its_share_of_what_answers_for_all_whatever_the_price_is_now() {
	TestExt::default().execute_with(|| {
		let operator = operator(1_000, 100);
		price(50);
		assert_ok!(Operators::take_on(operator, dollars(300)));
		// 100 BCT for $100, 600 BCT for $300: 1.75 BCT a dollar, for either.
		let answering = |dollars: Credits| Operators::answering(operator, dollars * CREDITS_PER_USD);
		assert_eq!((answering(100), answering(300)), (175 * BCT, 525 * BCT));
		price(1_000);
		assert_eq!(answering(100), 175 * BCT);
		assert_ok!(Operators::lay_down(operator, dollars(300)));
		assert_eq!((bond(operator).duty_bond, answering(100)), (175 * BCT, 175 * BCT));
		assert_eq!(Operators::answering(7, CREDITS_PER_USD), 0);
	});
}

#[test]
fn operator_should_be_called_when_its_bond_is_worth_under_seventy_percent_and_not_before() {
	TestExt::default().execute_with(|| {
		let operator = operator(1_000, 1_000);
		// Exactly 70%, at the higher price, which is the one for payouts.
		price(60);
		MockPrices::set_for_payout(Some(sp_runtime::FixedU128::from_rational(70, 100)));
		pass_days(3);
		assert!(!is_called(operator));
		price(69);
		pass_days(1);
		let called = Event::BondCalled {
			operator,
			// 700 dollars cost 1,014.49… BCT.
			missing: 14_492_753_623_188,
			until: MockClock::now() + TIME_TO_RAISE,
		};
		assert_eq!(last_event(), called);
		let summary = Operators::operator_summary(operator).expect("it is there");
		assert_eq!(summary.worth, Some(690 * CREDITS_PER_USD));
		assert_eq!(summary.missing, 14_492_753_623_188);
		assert_eq!(summary.raise_until, Some(MockClock::now() + TIME_TO_RAISE));
		// A price that recovers ends it.
		price(70);
		pass_days(1);
		assert_eq!(last_event(), Event::BondSuffices { operator });
		assert!(!is_called(operator));
	});
}

#[test]
fn free_bond_should_be_drawn_on_before_an_operator_is_called() {
	TestExt::default().execute_with(|| {
		let operator = operator(3_000, 1_000);
		price(50);
		pass_days(1);
		assert_eq!(
			last_event(),
			Event::DutyBondRaised {
				operator,
				amount: 2_000 * BCT
			}
		);
		assert_eq!((bond(operator).free(), is_called(operator)), (1_000 * BCT, false));
		// What slashes are shares of has been raised with it.
		assert_eq!(Operators::answering(operator, 1_000 * CREDITS_PER_USD), 2_000 * BCT);
		price(25);
		pass_days(1);
		assert_eq!((bond(operator).free(), bond(operator).duty_bond), (0, 3_000 * BCT));
		assert!(!is_called(operator), "750 dollars are over 70%");
		// It stays raised when the price does not stay low.
		price(100);
		pass_days(1);
		assert_eq!(bond(operator).duty_bond, 3_000 * BCT);
	});
}

#[test]
fn unbond_should_leave_what_the_duties_need_at_the_present_price() {
	TestExt::default().execute_with(|| {
		let operator = operator(3_000, 1_000);
		let unbond = |amount| Operators::unbond(RuntimeOrigin::signed(ALICE), operator, amount);
		price(50);
		assert_noop!(unbond(1_000 * BCT + 1), Error::<Test>::BondNotFree);
		assert_ok!(unbond(1_000 * BCT));
		// Without a price it is what was to answer so far.
		MockPrices::set_for_payout(None);
		assert_noop!(unbond(1), Error::<Test>::BondNotFree);
	});
}

#[test]
fn operator_should_be_suspended_after_fourteen_days_and_sell_again_at_once_when_the_bond_is_raised() {
	TestExt::default().execute_with(|| {
		let operator = operator(1_000, 1_000);
		price(50);
		pass_days(1);
		assert!(is_called(operator));
		pass_days(13);
		assert!(!MockOnSuspension::is_suspended(operator));
		pass_days(1);
		assert!(MockOnSuspension::is_suspended(operator));
		assert_eq!(last_event(), Event::Suspended { operator });
		let missing = Operators::operator_summary(operator).expect("it is there").missing;
		assert_eq!(missing, 400 * BCT);
		bond_more(operator, missing - 1);
		assert!(MockOnSuspension::is_suspended(operator));
		bond_more(operator, 1);
		assert!(!MockOnSuspension::is_suspended(operator) && !is_called(operator));
		let suffices = Event::BondSuffices { operator };
		assert_eq!(last_event(), suffices);
		// All of the bond answers now.
		assert_eq!(bond(operator).duty_bond, 1_400 * BCT);
		pass_days(20);
		assert!(!is_called(operator));
	});
}

#[test]
fn excused_time_should_not_count_towards_the_fourteen_days() {
	TestExt::default().execute_with(|| {
		let operator = operator(1_000, 1_000);
		price(50);
		pass_days(1);
		MockClock::pass_outage(10 * MINUTES_PER_DAY);
		pass_days(13);
		assert!(!MockOnSuspension::is_suspended(operator));
		pass_days(1);
		assert!(MockOnSuspension::is_suspended(operator));
	});
}

#[test]
fn nothing_should_be_called_nor_suspended_for_its_worth_while_there_is_no_price() {
	TestExt::default().execute_with(|| {
		let (low, other) = (operator(1_000, 1_000), operator(1_000, 500));
		price(50);
		MockPrices::set_for_payout(None);
		pass_days(2);
		assert!(!is_called(low) && !is_called(other));
		price(50);
		pass_days(1);
		assert!(is_called(low) && !is_called(other));
		// Nor does what was called end, nor is it suspended.
		MockPrices::set_for_payout(None);
		pass_days(20);
		assert!(is_called(low) && !MockOnSuspension::is_suspended(low));
		assert_eq!(Operators::operator_summary(low).and_then(|summary| summary.worth), None);
		price(50);
		pass_days(1);
		assert!(MockOnSuspension::is_suspended(low));
	});
}

#[test]
fn operator_should_be_called_at_once_when_a_slash_leaves_its_duties_uncovered() {
	TestExt::default().execute_with(|| {
		let operator = operator(1_000, 900);
		assert_eq!(Operators::slash(operator, 100 * BCT), 100 * BCT);
		assert!(!is_called(operator));
		MockPrices::set_for_payout(None);
		assert_eq!(Operators::slash(operator, BCT), BCT);
		assert_eq!(
			last_event(),
			Event::BondCalled {
				operator,
				missing: BCT,
				until: START + TIME_TO_RAISE
			}
		);
		// That needs no price, so it is suspended without one; but nobody knows then whether it is worth enough when it is raised.
		pass_days(14);
		assert!(MockOnSuspension::is_suspended(operator));
		bond_more(operator, BCT);
		assert!(MockOnSuspension::is_suspended(operator) && is_called(operator));
		price(100);
		assert_ok!(Operators::review_bond(RuntimeOrigin::signed(CUSTOMER), operator));
		assert!(!MockOnSuspension::is_suspended(operator) && !is_called(operator));
		assert_noop!(
			Operators::review_bond(RuntimeOrigin::signed(CUSTOMER), 7),
			Error::<Test>::UnknownOperator
		);
	});
}

#[test]
fn ending_duties_should_end_a_call_like_raising_the_bond() {
	TestExt::default().execute_with(|| {
		let operator = operator(1_000, 400);
		assert_ok!(Operators::take_on(operator, dollars(600)));
		Operators::slash(operator, 300 * BCT);
		pass_days(14);
		assert!(MockOnSuspension::is_suspended(operator));
		assert_ok!(Operators::lay_down(operator, dollars(600)));
		assert_ok!(Operators::review_bond(RuntimeOrigin::signed(CUSTOMER), operator));
		assert!(!MockOnSuspension::is_suspended(operator) && !is_called(operator));
	});
}

#[test]
fn operator_should_leave_nothing_behind_when_it_retires_while_it_is_suspended() {
	TestExt::default().execute_with(|| {
		let operator = operator(1_000, 1_000);
		Operators::slash(operator, 1_000 * BCT);
		pass_days(14);
		assert!(MockOnSuspension::is_suspended(operator));
		assert_ok!(Operators::lay_down(operator, dollars(1_000)));
		assert_ok!(Operators::retire(RuntimeOrigin::signed(ALICE), operator));
		assert!(!MockOnSuspension::is_suspended(operator));
	});
}

#[test]
fn every_operator_should_be_reviewed_once_a_day_however_little_room_blocks_have() {
	TestExt::default().execute_with(|| {
		let operators: Vec<OperatorId> = (0..20).map(|_| operator(1_000, 1_000)).collect();
		let called = || operators.iter().filter(|operator| is_called(**operator)).count();
		pass_days(1);
		price(50);
		block();
		assert_eq!(called(), 0, "all were reviewed today");
		pass(MINUTES_PER_DAY);
		block_with_weight(Weight::MAX, Weight::zero());
		assert_eq!(called(), REVIEWS_A_BLOCK as usize);
		// One that retires, or is reviewed out of turn, does not hold the round up.
		block_with_weight(Weight::zero(), Weight::zero());
		assert_eq!(called(), REVIEWS_A_BLOCK as usize);
		block_with_weight(Weight::zero(), Weight::MAX);
		assert_eq!(called(), operators.len());
		let since: Vec<Minute> = operators
			.iter()
			.filter_map(|operator| Some(bond(*operator).shortfall?.since))
			.collect();
		block();
		assert!(since.iter().all(|since| *since == MockClock::now()));
		assert!(Reviews::<Test>::get().done);
	});
}

/// What a straw man takes of a bond, who is owed as much as can be paid on every day, for how many days availability is earned in
/// the meantime. docs/economics.md has these numbers.
#[test]
fn straw_man_should_take_a_quarter_of_a_bond_before_its_gpus_stop_earning() {
	TestExt::default().execute_with(|| {
		let operator = operator(1_000, 1_000);
		let (mut earning, mut taken_while_earning) = (0u32, 0);
		for _ in 0..60 {
			Operators::compensate(operator, &CUSTOMER, 1_000_000 * CREDITS_PER_USD);
			pass_days(1);
			if !MockOnSuspension::is_suspended(operator) && bct(CUSTOMER) > 0 {
				earning += 1;
				taken_while_earning = bct(CUSTOMER);
			}
		}
		assert_eq!(taken_while_earning, 250 * BCT);
		// 14 days, from the one on which the first was paid.
		assert_eq!(earning, 14);
		// Availability of 60 days is as much as the bond: what it earned uncovered is less than what is left to slash.
		assert!(Balance::from(earning) * 1_000 * BCT / 60 < bond(operator).bond);
		assert!(MockOnSuspension::is_suspended(operator));
	});
}
