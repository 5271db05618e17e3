use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_traits::RentalKind::*;

#[test]
fn newest_spot_should_be_evicted_after_the_notice_when_on_demand_needs_its_gpus() {
	TestExt::default().execute_with(|| {
		let (older, newer) = (rent(BOB, Spot, 3, 60), rent(CHARLIE, Spot, 4, 60));
		pass(5);
		let id = rent(ALICE, OnDemand, 3, 30);
		assert_eq!(slot(id).start, START + 7);
		assert_eq!(phase(id), Some(Phase::Called));
		assert_eq!(phase(older), Some(Phase::Running));
		assert_eq!(phase(newer), Some(Phase::Leaving(EndReason::Evicted)));
		assert!(events().contains(&Event::EvictionNoticed {
			slot: newer,
			end: START + 7
		}));
		assert_noop!(top_up(CHARLIE, newer, 10), Error::<Test>::WrongPhase);
		assert_noop!(stop(CHARLIE, newer), Error::<Test>::WrongPhase);
		// Nobody is given what others wait for.
		assert_noop!(try_rent(BOB, Spot, 1, 10), Error::<Test>::NotEnoughGpus);
		check_invariants();
		pass(1);
		assert_eq!(phase(newer), Some(Phase::Leaving(EndReason::Evicted)));
		pass(1);
		assert_eq!(
			(phase(newer), phase(id), slot(id).assigned),
			(None, Some(Phase::Running), 3)
		);
		assert_eq!(credits(CHARLIE), FUNDS - 4 * 7 * SPOT_RATE);
		assert_eq!(compensation(HOST, CHARLIE) + compensation(MANAGER, CHARLIE), 0);
		assert_eq!(phase(older), Some(Phase::Running));
		// It has all it paid for.
		pass(30);
		assert_eq!(slot(id).escrow, 0);
	});
}

#[test]
fn spot_should_be_evicted_before_reserved_time_starts() {
	TestExt::default().execute_with(|| {
		let reserved = reserve(ALICE, 5, 20, 30);
		let (one, two) = (rent(BOB, Spot, 2, 60), rent(BOB, Spot, 6, 60));
		pass(17);
		assert_eq!(phase(two), Some(Phase::Running));
		pass(1);
		assert_eq!(phase(two), Some(Phase::Leaving(EndReason::Evicted)));
		assert_eq!(phase(one), Some(Phase::Running));
		pass(2);
		assert_eq!((slot(reserved).assigned, slot(reserved).missing()), (5, 0));
		assert_eq!(phase(one), Some(Phase::Running));
		// What is booked is no room for spot.
		assert_noop!(try_rent(BOB, Spot, 2, 60), Error::<Test>::NotEnoughGpus);
		assert_ok!(try_rent(BOB, Spot, 1, 60));
	});
}

#[test]
fn spot_should_be_refused_when_the_gpus_are_booked_within_the_notice() {
	TestExt::default().execute_with(|| {
		reserve(ALICE, 8, 20, 30);
		pass(17);
		assert_ok!(try_rent(BOB, Spot, 1, 60));
		assert_ok!(stop(BOB, newest()));
		pass(1);
		assert_noop!(try_rent(BOB, Spot, 1, 60), Error::<Test>::NotEnoughGpus);
	});
}

#[test]
fn on_demand_should_not_be_evicted_while_it_is_funded() {
	TestExt::default().execute_with(|| {
		let (safe, spot) = (rent(ALICE, OnDemand, 4, 60), rent(BOB, Spot, 4, 60));
		assert_noop!(try_rent(CHARLIE, OnDemand, 5, 60), Error::<Test>::SoldOut);
		assert_noop!(try_reserve(CHARLIE, 5, 60, 60), Error::<Test>::SoldOut);
		rent(CHARLIE, OnDemand, 4, 60);
		pass(2);
		assert_eq!((phase(safe), phase(spot)), (Some(Phase::Running), None));
		pass(58);
		assert_eq!(
			credits(ALICE),
			FUNDS - 4 * 60 * ON_DEMAND_RATE - SLOT_DEPOSIT - 4 * GPU_DEPOSIT
		);
	});
}

#[test]
fn nobody_should_be_evicted_when_gpus_become_free_in_time() {
	TestExt::default().execute_with(|| {
		reserve(ALICE, 5, 10, 20);
		let spot = rent(CHARLIE, Spot, 3, 600);
		let second = reserve(BOB, 5, 30, 20);
		pass(35);
		assert_eq!((phase(spot), slot(second).assigned), (Some(Phase::Running), 5));
	});
}

#[test]
fn every_on_demand_slot_should_have_its_gpus_when_several_make_room_at_once() {
	TestExt::default().hosts(&[(HOST, 4)]).execute_with(|| {
		let spots = [
			rent(CHARLIE, Spot, 1, 60),
			rent(CHARLIE, Spot, 1, 60),
			rent(CHARLIE, Spot, 1, 60),
		];
		let first = rent(ALICE, OnDemand, 3, 30);
		pass(1);
		// The idle GPU is claimed by the first: the second has to wait for the last spot slot.
		let second = rent(BOB, OnDemand, 1, 30);
		assert_eq!((slot(first).start, slot(second).start), (START + 2, START + 3));
		pass(1);
		assert_eq!((slot(first).assigned, slot(first).missing()), (3, 0));
		pass(1);
		assert_eq!((slot(second).assigned, slot(second).missing()), (1, 0));
		assert!(spots.into_iter().all(|spot| phase(spot).is_none()));
		assert_eq!(compensation(MANAGER, ALICE) + compensation(MANAGER, BOB), 0);
	});
}

#[test]
fn paused_spot_should_be_evicted_like_any_other() {
	TestExt::default().execute_with(|| {
		let spot = rent(BOB, Spot, 8, 100);
		pass(101);
		assert_eq!(phase(spot), Some(Phase::Paused));
		let id = rent(ALICE, OnDemand, 1, 30);
		assert_eq!(phase(spot), Some(Phase::Leaving(EndReason::Evicted)));
		check_invariants();
		pass(2);
		assert_eq!((phase(spot), slot(id).assigned), (None, 1));
		assert_eq!(credits(BOB), FUNDS - 8 * 100 * SPOT_RATE);
	});
}

#[test]
fn spot_should_be_paid_when_it_is_evicted_before_it_was_seen_that_nobody_can_grant_access() {
	TestExt::default().execute_with(|| {
		assert_ok!(Market::rent(
			RuntimeOrigin::signed(BOB),
			POOL,
			Spot,
			8,
			100,
			SPOT_RATE,
			Some(KEY)
		));
		let spot = newest();
		assert_ok!(millpond_traits::mocks::MockDeeds::<2>::sell(spot, &CHARLIE));
		pass(7);
		rent(ALICE, OnDemand, 1, 30);
		check_invariants();
		pass(2);
		assert_eq!(phase(spot), None);
		let earned = millpond_traits::mocks::MockPools::spent(POOL, [HOST, OTHER_HOST]);
		assert_eq!(earned, 8 * 9 * SPOT_RATE);
		// What is left was not paid by the account that holds it.
		assert_eq!((credits(BOB), credits(CHARLIE)), (FUNDS - 8 * 100 * SPOT_RATE, FUNDS));
	});
}

#[test]
fn rent_should_be_charged_for_the_slots_that_it_evicts_only() {
	use frame_support::dispatch::{extract_actual_weight, GetDispatchInfo};
	type Weights = ();
	TestExt::default().execute_with(|| {
		let charged = |who, kind, gpus| {
			let call = Call::<Test>::rent {
				pool: POOL,
				kind,
				gpus,
				minutes: 60,
				max_rate: u128::MAX,
				key: None,
			};
			let most = call.get_dispatch_info();
			let rented = try_rent(who, kind, gpus, 60);
			assert_ok!(rented);
			(most.call_weight, extract_actual_weight(&rented, &most))
		};
		let with_room = |rent: frame_support::weights::Weight, slots| rent.saturating_add(Weights::make_room(slots));
		assert_eq!(charged(BOB, Spot, 1), (Weights::rent_one(), Weights::rent_one()));
		assert_eq!(
			charged(ALICE, OnDemand, 1),
			(with_room(Weights::rent_one(), 1), Weights::rent_one())
		);
		charged(BOB, Spot, 2);
		charged(BOB, Spot, 2);
		// Two GPUs are idle: for four, one of the slots of two has to go.
		let four = Weights::rent(4, 0);
		assert_eq!(charged(CHARLIE, OnDemand, 4), (with_room(four, 4), with_room(four, 1)));
		// What fails is charged in full.
		let failed = try_rent(ALICE, OnDemand, 8, 60).expect_err("there is no room");
		assert_eq!(failed.post_info.actual_weight, None);
	});
}
