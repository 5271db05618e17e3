use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::{Minute, PoolId};
use millpond_traits::{
	mocks::{MockCredits, MockOperators, MockPools},
	Obligations,
	RentalKind::*,
};
use sp_runtime::{DispatchResult, TokenError};

fn sold_until(gpus: u32) -> Minute {
	<Market as Obligations<AccountId>>::sold_until(POOL, gpus)
}

fn withhold(after: Minute, gpus: u32) -> DispatchResult {
	<Market as Obligations<AccountId>>::withhold(POOL, START + after, gpus)
}

fn release(after: Minute, gpus: u32) -> DispatchResult {
	<Market as Obligations<AccountId>>::release(POOL, START + after, gpus)
}

fn buy_out(payer: AccountId, gpu: u64) -> DispatchResult {
	let (slot, assigned, clock) = MockPools::lose(gpu, 0);
	<Market as Obligations<AccountId>>::buy_out(&payer, POOL, slot, assigned, clock)
}

#[test]
fn sold_until_should_be_the_first_minute_from_which_on_no_more_is_sold() {
	TestExt::default().execute_with(|| {
		assert_eq!(sold_until(0), START);
		reserve(ALICE, 3, 100, 50);
		reserve(BOB, 2, 120, 200);
		rent(ALICE, OnDemand, 4, 60);
		let until = [0, 1, 2, 3, 4, 5].map(sold_until);
		assert_eq!(until, [320, 320, 150, 150, 150, 0].map(|after| START + after));
		// What is withheld is not sold, whenever it begins.
		assert_ok!(withhold(130, 2));
		assert_ok!(withhold(500, 1));
		assert_eq!([0, 1, 2, 3, 4, 5].map(sold_until), until);
		assert_ok!(release(130, 2));
		assert_ok!(withhold(10, 1));
		assert_eq!([0, 1, 2, 3, 4, 5].map(sold_until), until);
		pass(200);
		assert_eq!([0, 2].map(sold_until), [START + 320, START + 200]);
		assert_eq!(
			<Market as Obligations<AccountId>>::sold_until(POOL as PoolId + 1, 0),
			START + 200
		);
	});
}

#[test]
fn sold_until_should_not_be_too_early_when_gpus_leave_on_many_dates() {
	TestExt::default().hosts(&[(HOST, 100)]).execute_with(|| {
		reserve(ALICE, 40, 100, 50);
		for date in 0..40 {
			assert_ok!(withhold(200 + 10 * date, 1));
		}
		assert!(sold_until(0) >= START + 150 && sold_until(0) <= START + 290);
		for date in 0..10 {
			assert_ok!(release(200 + 10 * date, 1));
		}
		assert_eq!(sold_until(0), START + 150);
	});
}

#[test]
fn withheld_gpus_should_not_be_sold_and_sold_ones_not_be_withheld() {
	TestExt::default().execute_with(|| {
		reserve(ALICE, 6, 100, 50);
		assert_noop!(withhold(140, 3), Error::<Test>::SoldOut);
		assert_ok!(withhold(150, 3));
		assert_noop!(try_reserve(BOB, 6, 150, 50), Error::<Test>::SoldOut);
		reserve(BOB, 5, 150, 50);
		assert_noop!(withhold(300, 6), Error::<Test>::SoldOut);
		assert_ok!(withhold(300, 5));
		assert_noop!(release(300, 6), Error::<Test>::Inconsistent);
		assert_noop!(release(310, 1), Error::<Test>::Inconsistent);
		check_invariants();
		pass(170);
		assert_ok!(release(150, 3));
		check_invariants();
		assert_ok!(release(300, 2));
		reserve(CHARLIE, 5, 150, 50);
		let unknown = <Market as Obligations<AccountId>>::withhold(POOL + 1, START, 1);
		assert_noop!(unknown, Error::<Test>::UnknownPool);
	});
}

#[test]
fn spot_should_not_have_what_is_withheld() {
	TestExt::default().execute_with(|| {
		assert_ok!(withhold(0, 3));
		assert_noop!(try_rent(ALICE, Spot, 6, 60), Error::<Test>::NotEnoughGpus);
		assert_ok!(try_rent(ALICE, Spot, 5, 60));
	});
}

#[test]
fn buying_a_rented_gpu_out_should_compensate_the_holder_for_what_it_strands() {
	TestExt::default().execute_with(|| {
		let id = reserve(ALICE, 8, 20, 60);
		pass(40);
		let gpu = gpus_of(HOST)[0];
		let (before, stranded) = (credits(ALICE), 40 * RESERVED_RATE / 5);
		MockCredits::mint(&9, stranded);
		// One DC stays.
		let poor = frame_support::storage::with_storage_layer(|| buy_out(9, gpu));
		assert_eq!(poor, Err(TokenError::FundsUnavailable.into()));
		assert_ok!(buy_out(BOB, gpu));
		assert_eq!(credits(BOB), FUNDS - stranded);
		assert_eq!(credits(ALICE), before + stranded);
		assert!(events().contains(&Event::BoughtOut {
			pool: POOL,
			credits: stranded
		}));
		// Missing time comes back, and nobody pays twice.
		assert_eq!(slot(id).missing(), 1);
		pass(40);
		assert_eq!(MockOperators::owed::<AccountId>(HOST), []);
		assert_eq!(credits(ALICE), FUNDS - (8 * 60 - 40) * RESERVED_RATE + stranded);
	});
}

#[test]
fn buying_an_idle_gpu_out_should_compensate_the_manager_who_answers_for_the_time() {
	TestExt::default().execute_with(|| {
		reserve(ALICE, 8, 100, 60);
		assert_ok!(buy_out(BOB, gpus_of(HOST)[0]));
		let paid = 160 * ON_DEMAND_RATE / 5;
		assert_eq!(credits(BOB), FUNDS - paid);
		assert_eq!(MockCredits::balance(&holder_of(MANAGER)), paid);
	});
}

#[test]
fn buying_out_should_cost_nothing_when_nothing_is_stranded() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 1, 60);
		assert_ok!(buy_out(BOB, gpus_of(HOST)[0]));
		work_off();
		assert_eq!((slot(id).assigned, slot(id).missing()), (1, 0));
		assert_ok!(buy_out(BOB, gpus_of(HOST)[2]));
		assert_eq!(credits(BOB), FUNDS);
	});
}
