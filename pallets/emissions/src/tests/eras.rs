use crate::mock::*;
use millpond_primitives::BCT;
use millpond_traits::Clock;

#[test]
fn era_should_be_paid_nothing_before_an_epoch_has_closed() {
	TestExt::default().build_genesis().execute_with(|| {
		assert_eq!(end_era(), 0);
	});
	TestExt::default().execute_with(|| {
		pass(700);
		assert_eq!(end_era(), 0);
	});
}

#[test]
fn eras_should_get_even_parts_when_an_epoch_has_several() {
	TestExt::default().execute_with(|| {
		let share = close_epoch().emission.validators;
		let eras = [360, 360, 360, 360].map(|minutes| {
			pass(minutes);
			end_era()
		});
		// The fourth ends as the next epoch begins: all of the first epoch's share has been paid.
		assert!(eras.iter().all(|era| era.abs_diff(share / 4) <= 1), "{eras:?}");
		assert_eq!(eras.iter().sum::<u128>(), share);
		assert_eq!(Emissions::epoch(), 2);
	});
}

#[test]
fn era_should_get_all_that_came_in_when_it_has_several_epochs() {
	TestExt::default().epoch_length(5).execute_with(|| {
		pass(15);
		let shares = [0, 1, 2].map(|epoch| summary(epoch).emission.validators);
		// The last share is for the epoch that has just begun.
		assert_eq!(end_era(), shares[0] + shares[1]);
		assert_eq!(end_era(), 0);
		pass(5);
		assert_eq!(end_era(), shares[2]);
	});
}

#[test]
fn issuance_should_be_exact_when_staking_mints_less_than_the_era_pays() {
	TestExt::default().execute_with(|| {
		let share = close_epoch().emission.validators;
		pass(1_440);
		let issuance = Balances::total_issuance();
		let payout = end_era();
		assert_eq!(payout, share);
		assert_eq!(Balances::total_issuance(), issuance - payout);
		stake_reward(payout - 7);
		assert_eq!(Balances::total_issuance(), issuance - 7);
	});
}

#[test]
fn pot_should_keep_what_was_given_to_it() {
	use frame_support::{assert_ok, traits::fungible::Mutate, traits::tokens::Preservation};
	TestExt::default().execute_with(|| {
		let pot = Emissions::validators_pot();
		assert_ok!(<Balances as Mutate<_>>::transfer(
			&ALICE,
			&pot,
			BCT,
			Preservation::Preserve
		));
		let share = close_epoch().emission.validators;
		pass(1_440);
		assert_eq!(end_era(), share);
		assert!(Emissions::content(&pot) > BCT);
	});
}
