use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::{Credits, Minute, PoolId, CREDITS_PER_USD};
use millpond_traits::{
	mocks::{MockOperators, MockPools},
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

/// What the customers' BCT is worth, in DC.
const WORTH: Credits = 2 * 1_000_000 * CREDITS_PER_USD;

fn buy_out(payer: AccountId, gpu: u64) -> DispatchResult {
	let (slot, assigned, clock) = MockPools::lose(gpu, 0);
	let price = <Market as Obligations<AccountId>>::buy_out_price(&payer, POOL, slot)?;
	if let Some(less) = price.checked_sub(1) {
		assert_noop!(
			<Market as Obligations<AccountId>>::buy_out(&payer, POOL, slot, assigned, clock, less),
			Error::<Test>::PriceAboveLimit
		);
	}
	<Market as Obligations<AccountId>>::buy_out(&payer, POOL, slot, assigned, clock, price)
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
fn withheld_gpus_should_not_be_sold() {
	TestExt::default().execute_with(|| {
		reserve(ALICE, 6, 100, 50);
		assert_ok!(withhold(150, 3));
		assert_noop!(try_reserve(BOB, 6, 150, 50), Error::<Test>::SoldOut);
		reserve(BOB, 5, 150, 50);
		// More than are free: pools choose the date, and what was sold before stays sold.
		assert_ok!(withhold(300, 6));
		assert_noop!(try_reserve(CHARLIE, 1, 300, 50), Error::<Test>::SoldOut);
		assert_ok!(release(300, 1));
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
		let (before, owned) = (worth(ALICE), worth(BOB));
		let (held, stranded) = (credits(ALICE), 40 * RESERVED_RATE / 5);
		let poor = frame_support::storage::with_storage_layer(|| buy_out(9, gpu));
		assert_eq!(poor, Err(TokenError::FundsUnavailable.into()));
		assert_ok!(buy_out(BOB, gpu));
		// In BCT: credits reach no other account.
		assert_eq!((worth(BOB), worth(ALICE)), (owned - stranded, before + stranded));
		assert_eq!((credits(BOB), credits(ALICE)), (FUNDS, held));
		assert!(events().contains(&Event::BoughtOut {
			pool: POOL,
			credits: stranded
		}));
		// Missing time comes back, and nobody pays twice.
		assert_eq!(slot(id).missing(), 1);
		pass(40);
		assert_eq!(MockOperators::owed::<AccountId>(HOST), []);
		assert_eq!(credits(ALICE), FUNDS - (8 * 60 - 40) * RESERVED_RATE);
	});
}

#[test]
fn gpus_should_be_withheld_when_no_other_is_online() {
	TestExt::default().hosts(&[(HOST, 4)]).execute_with(|| {
		reserve(ALICE, 1, 100, 50);
		darken(HOST, 0);
		assert_ok!(withhold(150, 1));
		assert_ok!(withhold(150, 3));
		light(HOST);
		assert_noop!(try_reserve(BOB, 1, 150, 50), Error::<Test>::SoldOut);
		reserve(BOB, 3, 100, 50);
	});
}

/// What was paid to the manager of the pool, in BCT, in DC.
fn managers() -> Credits {
	worth(holder_of(MANAGER))
}

#[test]
fn buying_an_idle_gpu_out_should_compensate_the_manager_who_answers_for_the_time() {
	TestExt::default().execute_with(|| {
		reserve(ALICE, 8, 100, 60);
		assert_ok!(buy_out(BOB, gpus_of(HOST)[0]));
		// For the hour in which it is missing, not for the time until then.
		let paid = 60 * RESERVED_RATE / 5;
		assert_eq!((worth(BOB), managers()), (WORTH - paid, paid));
	});
}

#[test]
fn buying_out_should_be_charged_for_the_oversold_minutes_only() {
	TestExt::default().execute_with(|| {
		reserve(ALICE, 8, 20, 10);
		reserve(ALICE, 7, 30, 500);
		reserve(ALICE, 8, 5_000, 20);
		assert_ok!(buy_out(BOB, gpus_of(HOST)[0]));
		assert_eq!(WORTH - worth(BOB), 30 * RESERVED_RATE / 5);
	});
}

#[test]
fn buying_out_should_be_charged_when_the_others_leave_before_what_is_sold() {
	TestExt::default().execute_with(|| {
		reserve(ALICE, 7, 100, 60);
		assert_ok!(withhold(150, 1));
		assert_ok!(buy_out(BOB, gpus_of(HOST)[0]));
		// The others are seven until one of them leaves.
		assert_eq!(WORTH - worth(BOB), 10 * RESERVED_RATE / 5);
	});
}

#[test]
fn buying_out_should_not_be_charged_for_leavers_when_nothing_is_sold() {
	TestExt::default().execute_with(|| {
		assert_ok!(withhold(50, 8));
		assert_ok!(buy_out(BOB, gpus_of(HOST)[0]));
		assert_eq!(worth(BOB), WORTH);
	});
}

#[test]
fn buying_out_should_be_charged_at_the_highest_rate_at_which_time_was_sold() {
	TestExt::default().execute_with(|| {
		let dear = rent(ALICE, OnDemand, 1, 60);
		reserve(ALICE, 7, 20, 40);
		[Spot, OnDemand, Reserved]
			.into_iter()
			.for_each(|kind| set_price(kind, None));
		let before = managers();
		assert_ok!(buy_out(BOB, gpus_of(HOST)[3]));
		assert_eq!(managers() - before, 40 * ON_DEMAND_RATE / 5);
		assert_ok!(stop(ALICE, dear));
		pass(2);
		// What was sold at that rate is over, and there are GPUs enough.
		assert_eq!(SoldRates::<Test>::iter_prefix(POOL).count(), 1);
		let before = managers();
		assert_ok!(buy_out(BOB, gpus_of(HOST)[2]));
		assert_eq!(managers() - before, 40 * RESERVED_RATE / 5);
	});
}

#[test]
fn buying_out_should_pay_the_manager_when_spot_has_the_gpu() {
	TestExt::default().execute_with(|| {
		reserve(ALICE, 8, 100, 60);
		// Whoever rents it for a moment, be it the one who leaves, has nothing of it.
		for (customer, gpu) in [(BOB, gpus_of(HOST)[0]), (CHARLIE, gpus_of(HOST)[1])] {
			let id = rent(customer, Spot, 1, 2);
			assert_eq!(MockPools::assignment(gpu), Some((id, SPOT_RATE)));
			let before = (worth(CHARLIE), managers());
			assert_ok!(buy_out(BOB, gpu));
			let paid = 60 * RESERVED_RATE / 5;
			assert_eq!((worth(CHARLIE), managers()), (before.0, before.1 + paid));
		}
	});
}

#[test]
fn buying_out_should_pay_the_holder_for_his_own_time_and_the_manager_for_the_rest() {
	TestExt::default().hosts(&[(HOST, 1)]).execute_with(|| {
		let own = rent(ALICE, OnDemand, 1, 60);
		reserve(BOB, 1, 120, 40);
		let before = worth(ALICE);
		assert_ok!(buy_out(CHARLIE, gpus_of(HOST)[0]));
		assert_eq!(worth(ALICE) - before, 60 * ON_DEMAND_RATE / 5);
		// The grace is booked, too.
		assert_eq!(managers(), (10 + 40) * ON_DEMAND_RATE / 5);
		// He was paid: nobody answers for his time once more. The manager does for the rest.
		pass(60);
		assert_eq!((compensation(MANAGER, ALICE), phase(own)), (0, None));
		pass(100);
		assert_eq!(compensation(MANAGER, BOB), 40 * RESERVED_RATE / 5);
	});
}

#[test]
fn buying_out_should_pay_the_manager_when_another_gpu_takes_over() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 1, 60);
		reserve(BOB, 8, 120, 40);
		let before = worth(ALICE);
		assert_ok!(buy_out(CHARLIE, gpus_of(HOST)[0]));
		work_off();
		assert_eq!((slot(id).missing(), worth(ALICE)), (0, before));
		assert_eq!(managers(), 40 * ON_DEMAND_RATE / 5);
	});
}

#[test]
fn nobody_should_pay_himself_when_he_buys_a_gpu_out() {
	TestExt::default().hosts(&[(HOST, 1)]).execute_with(|| {
		let id = reserve(ALICE, 1, 20, 60);
		pass(20);
		let before = worth(ALICE);
		assert_ok!(buy_out(ALICE, gpus_of(HOST)[0]));
		assert_eq!(before - worth(ALICE), 60 * RESERVED_RATE / 5);
		assert_eq!(managers(), 60 * RESERVED_RATE / 5);
		// It is he who has left.
		pass(60);
		assert_eq!((compensation(MANAGER, ALICE), phase(id)), (0, None));
	});
	TestExt::default().execute_with(|| {
		reserve(ALICE, 8, 100, 60);
		MockOperators::set_holder(MANAGER, &BOB);
		assert_ok!(buy_out(BOB, gpus_of(HOST)[0]));
		assert_eq!(worth(BOB), WORTH);
		assert!(!events().iter().any(|event| matches!(event, Event::BoughtOut { .. })));
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
		assert_eq!(worth(BOB), WORTH);
	});
}
