use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::{Balance, BCT, MINUTES_PER_DAY};
use millpond_traits::Operators as _;

#[test]
fn duties_should_take_free_bond_and_give_it_back() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		assert_ok!(Operators::take_on(operator, dollars(600)));
		assert_noop!(Operators::take_on(operator, cents(40_001)), Error::<Test>::BondNotFree);
		assert_ok!(Operators::take_on(operator, dollars(400)));
		assert_eq!(attribute(operator, "duties").as_deref(), Some("2"));
		assert_eq!(bond(operator).free(), 0);
		assert_ok!(Operators::lay_down(operator, dollars(600)));
		assert_eq!((bond(operator).free(), bond(operator).duties), (600 * BCT, 1));
		assert_eq!(attribute(operator, "duties").as_deref(), Some("1"));
		// More than was taken on.
		assert_noop!(Operators::lay_down(operator, dollars(401)), Error::<Test>::Overflow);
		assert_ok!(Operators::lay_down(operator, dollars(400)));
		assert_noop!(Operators::lay_down(operator, dollars(0)), Error::<Test>::Overflow);
		assert_noop!(Operators::take_on(7, dollars(0)), Error::<Test>::UnknownOperator);
	});
}

#[test]
fn slash_should_reach_what_is_unbonding_first_the_newest_before_the_older() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 3_000 * BCT);
		let unbond = |amount| Operators::unbond(RuntimeOrigin::signed(ALICE), operator, amount);
		assert_ok!(Operators::take_on(operator, dollars(900)));
		assert_ok!(unbond(500 * BCT));
		assert_ok!(unbond(300 * BCT));
		assert_eq!(Operators::slash(operator, 400 * BCT), 400 * BCT);
		let record = bond(operator);
		assert_eq!((record.bond, record.unbonding.len()), (2_200 * BCT, 1));
		assert_eq!(record.reachable(), 2_600 * BCT);
		assert_eq!(
			last_event(),
			Event::Slashed {
				operator,
				amount: 400 * BCT
			}
		);
		assert_eq!(bond(operator).shortfall, None);
		assert_eq!(Operators::slash(operator, 1_800 * BCT), 1_800 * BCT);
		// The bond is less than what was to answer for the duty: it can take on none, but end this one.
		assert_eq!(attribute(operator, "bond").as_deref(), Some("800.000000000000 BCT"));
		assert_eq!(bond(operator).free(), 0);
		assert_noop!(Operators::take_on(operator, cents(1)), Error::<Test>::BondNotFree);
		// All that is left, and not the deposit.
		assert_eq!(Operators::slash(operator, Balance::MAX), 800 * BCT);
		assert_eq!(Operators::slash(operator, Balance::MAX), 0);
		assert_eq!(bct(bond_account(operator)), DEPOSIT);
		assert_eq!(Slashed::get(), 3_000 * BCT);
		let reputation = Operators::reputation(operator).expect("it is there").record;
		assert_eq!((reputation.slashes, reputation.slashed), (3, 3_000 * BCT));
		assert_ok!(Operators::lay_down(operator, dollars(900)));
		assert_ok!(Operators::retire(RuntimeOrigin::signed(ALICE), operator));
		assert_eq!(bct(ALICE), ENDOWMENT - 3_000 * BCT);
		assert_eq!(Operators::slash(operator, BCT), 0);
	});
}

#[test]
fn slash_should_reach_what_is_due_and_was_not_withdrawn() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		assert_ok!(Operators::unbond(RuntimeOrigin::signed(ALICE), operator, 1_000 * BCT));
		pass(28 * MINUTES_PER_DAY);
		assert_eq!(Operators::slash(operator, 600 * BCT), 600 * BCT);
		assert_ok!(Operators::withdraw(RuntimeOrigin::signed(ALICE), operator));
		assert_eq!(bct(ALICE), ENDOWMENT - 600 * BCT - DEPOSIT);
	});
}
