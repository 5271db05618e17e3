use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::{BCT, MINUTES_PER_DAY};
use millpond_traits::Operators as _;
use sp_runtime::TokenError;

fn unbond(operator: u64, amount: u128) -> sp_runtime::DispatchResult {
	Operators::unbond(RuntimeOrigin::signed(ALICE), operator, amount)
}

#[test]
fn bond_more_should_raise_the_bond_by_what_the_holder_pays() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		let more = |amount| Operators::bond_more(RuntimeOrigin::signed(ALICE), operator, amount);
		assert_ok!(more(BCT / 2));
		assert_eq!(bond(operator).bond, 1_000 * BCT + BCT / 2);
		assert_eq!(attribute(operator, "bond").as_deref(), Some("1000.500000000000 BCT"));
		assert_eq!(
			last_event(),
			Event::BondRaised {
				operator,
				amount: BCT / 2
			}
		);
		assert_noop!(more(ENDOWMENT), TokenError::FundsUnavailable);
	});
}

#[test]
fn unbond_should_keep_what_answers_for_duties_and_the_minimum() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 3_000 * BCT);
		assert_noop!(unbond(operator, 0), Error::<Test>::NothingToUnbond);
		assert_noop!(unbond(operator, 2_000 * BCT + 1), Error::<Test>::BondTooSmall);
		assert_ok!(Operators::take_on(operator, dollars(1_500)));
		assert_noop!(unbond(operator, 1_500 * BCT + 1), Error::<Test>::BondNotFree);
		assert_ok!(unbond(operator, 1_500 * BCT));
		assert_noop!(Operators::take_on(operator, cents(1)), Error::<Test>::BondNotFree);
		assert_ok!(Operators::lay_down(operator, dollars(1_500)));
		// All, or what leaves the minimum; but not all with a duty, be it one without a bond.
		assert_noop!(unbond(operator, 1_500 * BCT - 1), Error::<Test>::BondTooSmall);
		assert_ok!(Operators::take_on(operator, dollars(0)));
		assert_noop!(unbond(operator, 1_500 * BCT), Error::<Test>::BondTooSmall);
		assert_ok!(Operators::lay_down(operator, dollars(0)));
		assert_ok!(unbond(operator, 1_500 * BCT));
		assert_eq!(attribute(operator, "bond").as_deref(), Some("0.000000000000 BCT"));
	});
}

#[test]
fn withdraw_should_pay_what_is_due_and_nothing_else() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 4_000 * BCT);
		let withdraw = || Operators::withdraw(RuntimeOrigin::signed(CHARLIE), operator);
		assert_ok!(unbond(operator, 1_000 * BCT));
		let due = START + 28 * MINUTES_PER_DAY;
		assert_eq!(
			last_event(),
			Event::Unbonding {
				operator,
				amount: 1_000 * BCT,
				due
			}
		);
		pass(MINUTES_PER_DAY);
		assert_ok!(unbond(operator, 500 * BCT));
		pass(27 * MINUTES_PER_DAY - 1);
		assert_noop!(withdraw(), Error::<Test>::NothingDue);
		pass(1);
		assert_ok!(withdraw());
		assert_eq!(
			last_event(),
			Event::Withdrawn {
				operator,
				to: ALICE,
				amount: 1_000 * BCT
			}
		);
		assert_noop!(withdraw(), Error::<Test>::NothingDue);
		assert_eq!(bct(ALICE), ENDOWMENT - 3_000 * BCT - DEPOSIT);
		assert_eq!(bond(operator).reachable(), 3_000 * BCT);
	});
}

#[test]
fn unbond_should_fail_when_too_many_parts_are_unbonding() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 2_000 * BCT);
		(0..MAX_CHUNKS).for_each(|_| {
			assert_ok!(unbond(operator, BCT));
		});
		assert_noop!(unbond(operator, BCT), Error::<Test>::TooManyChunks);
		pass(28 * MINUTES_PER_DAY);
		assert_ok!(Operators::withdraw(RuntimeOrigin::signed(ALICE), operator));
		assert_ok!(unbond(operator, BCT));
	});
}
