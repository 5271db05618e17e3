use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_traits::{
	mocks::{MockDeeds, MockPools},
	RentalKind::*,
};

fn spent() -> u128 {
	MockPools::spent(POOL, [HOST, OTHER_HOST])
}

#[test]
fn split_time_should_make_two_slots_that_follow_each_other() {
	TestExt::default().execute_with(|| {
		let id = reserve(ALICE, 8, 20, 60);
		let before = credits(ALICE);
		let (first, second) = split_time(ALICE, id, START + 50).expect("a slice of it");
		assert_eq!(credits(ALICE), before - SLOT_DEPOSIT - 8 * GPU_DEPOSIT);
		assert_eq!(
			(holder(id), holder(first), holder(second)),
			(None, Some(ALICE), Some(ALICE))
		);
		assert_eq!((slot(first).start, slot(first).end), (START + 20, START + 50));
		assert_eq!((slot(second).start, slot(second).end), (START + 50, START + 80));
		check_invariants();
		assert_ok!(MockDeeds::<2>::sell(second, &BOB));
		pass(50);
		assert_eq!((phase(first), slot(second).assigned), (None, 8));
		pass(30);
		assert_eq!(spent(), 8 * 60 * RESERVED_RATE);
		assert_eq!((credits(ALICE), credits(BOB)), (FUNDS - 8 * 60 * RESERVED_RATE, FUNDS));
	});
}

#[test]
fn running_time_should_be_split_without_an_interruption() {
	TestExt::default().execute_with(|| {
		let start = START + 20;
		assert_ok!(Market::reserve(
			RuntimeOrigin::signed(ALICE),
			POOL,
			2,
			start,
			start + 60,
			RESERVED_RATE,
			Some(KEY)
		));
		let id = newest();
		pass(20);
		assert_ok!(grant(HOST, id));
		pass(15);
		let (first, second) = split_time(ALICE, id, START + 40).expect("a slice of it");
		assert_eq!((hosts_of(first), hosts_of(second)), (vec![(HOST, 2)], vec![]));
		assert!(Grants::<Test>::contains_key(first, HOST) && !Grants::<Test>::contains_key(id, HOST));
		// The second is called at once where it starts soon.
		pass(5);
		assert_eq!((phase(first), slot(second).assigned), (None, 2));
		assert_eq!(spent(), 2 * 20 * RESERVED_RATE);
		assert_ok!(grant(HOST, second));
		pass(40);
		assert_eq!(spent(), 2 * 60 * RESERVED_RATE);
	});
}

#[test]
fn split_time_should_fail_when_the_minute_is_not_within_what_is_to_come() {
	TestExt::default().execute_with(|| {
		let id = reserve(ALICE, 1, 20, 60);
		let split = |who, at| split_time(who, id, START + at);
		assert_noop!(split(BOB, 40), Error::<Test>::NotHolder);
		assert_noop!(split(ALICE, 45), Error::<Test>::NotAligned);
		assert_noop!(split(ALICE, 20), Error::<Test>::TooFarAhead);
		assert_noop!(split(ALICE, 80), Error::<Test>::TooFarAhead);
		let open = rent(ALICE, OnDemand, 1, 60);
		assert_noop!(split_time(ALICE, open, START + 40), Error::<Test>::WrongKind);
		pass(40);
		assert_noop!(split(ALICE, 40), Error::<Test>::TooLate);
	});
}

#[test]
fn split_gpus_should_share_gpus_escrow_and_bookings() {
	for kind in [OnDemand, Spot] {
		TestExt::default().execute_with(|| {
			let id = rent(ALICE, kind, 6, 60);
			pass(10);
			let (escrow, deposit) = (slot(id).escrow, slot(id).deposit);
			let (first, second) = split_gpus(ALICE, id, 5).expect("six GPUs");
			assert_eq!(
				(hosts_of(first), hosts_of(second)),
				(vec![(HOST, 4), (OTHER_HOST, 1)], vec![(OTHER_HOST, 1)])
			);
			assert_eq!(slot(first).escrow + slot(second).escrow + spent(), escrow);
			assert_eq!(slot(second).escrow, 50 * slot(second).rate);
			assert_eq!(slot(first).deposit + slot(second).deposit, deposit + SLOT_DEPOSIT);
			check_invariants();
			assert_ok!(stop(ALICE, second));
			pass(50);
			assert_eq!(phase(first), Some(Phase::Paused));
			assert_ok!(stop(ALICE, first));
			assert_eq!(credits(ALICE), FUNDS - spent());
			assert_eq!(counts(), (8, 8));
		});
	}
}

#[test]
fn hosts_should_grant_access_to_pieces_anew() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 4, 60);
		assert_ok!(grant(HOST, id));
		pass(10);
		let (first, second) = split_gpus(ALICE, id, 1).expect("four GPUs");
		assert!(!Grants::<Test>::contains_key(first, HOST) && !Grants::<Test>::contains_key(second, HOST));
		assert_ok!(grant(HOST, first));
		pass(10);
		// Billing went on, and the host has failed where it did not grant.
		assert_eq!(spent(), 4 * 20 * ON_DEMAND_RATE);
		assert_eq!(
			(hosts_of(first), hosts_of(second)),
			(vec![(HOST, 1)], vec![(OTHER_HOST, 3)])
		);
	});
}

#[test]
fn split_gpus_should_share_what_is_missing() {
	TestExt::default().hosts(&[(HOST, 4)]).execute_with(|| {
		let id = rent(ALICE, OnDemand, 4, 60);
		lose(gpus_of(HOST)[0], 0);
		pass(3);
		assert_eq!(slot(id).missing(), 1);
		let (first, second) = split_gpus(ALICE, id, 2).expect("four GPUs");
		assert_eq!((slot(first).assigned, slot(first).missing()), (2, 0));
		assert_eq!((slot(second).assigned, slot(second).missing()), (1, 1));
		check_invariants();
		let merged = merge(ALICE, second, first).expect("they are alike");
		assert_eq!((slot(merged).assigned, slot(merged).missing()), (3, 1));
		check_invariants();
		pass(7);
		assert_eq!(compensation(HOST, ALICE), 3 * ON_DEMAND_RATE / 5);
	});
}

#[test]
fn split_gpus_should_fail_when_no_gpu_would_be_left_or_the_slot_is_not_whole() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 2, 60);
		assert_noop!(split_gpus(ALICE, id, 0), Error::<Test>::WrongNumberOfGpus);
		assert_noop!(split_gpus(ALICE, id, 2), Error::<Test>::WrongNumberOfGpus);
		assert_noop!(split_gpus(BOB, id, 1), Error::<Test>::NotHolder);
		assert_ok!(stop(ALICE, id));
		assert_noop!(split_gpus(ALICE, id, 1), Error::<Test>::WrongPhase);
		let paused = rent(ALICE, Spot, 2, 60);
		pass(60);
		assert_noop!(split_gpus(ALICE, paused, 1), Error::<Test>::WrongPhase);
	});
}

#[test]
fn merge_should_undo_a_split_of_time() {
	TestExt::default().execute_with(|| {
		let id = reserve(ALICE, 3, 20, 60);
		let before = credits(ALICE);
		let (first, second) = split_time(ALICE, id, START + 50).expect("a slice of it");
		assert_noop!(merge(ALICE, second, first), Error::<Test>::NotMergeable);
		pass(30);
		let merged = merge(ALICE, first, second).expect("they follow each other");
		assert_eq!(credits(ALICE), before);
		assert_eq!((slot(merged).start, slot(merged).end), (START + 20, START + 80));
		assert_eq!(
			(hosts_of(merged), phase(merged)),
			(vec![(HOST, 3)], Some(Phase::Running))
		);
		pass(50);
		assert_eq!(credits(ALICE), FUNDS - 3 * 60 * RESERVED_RATE);
	});
}

#[test]
fn merge_should_join_gpus_of_the_same_time_and_keep_grants_for_the_same_key() {
	TestExt::default().execute_with(|| {
		let (one, other) = (
			rent_with_key(ALICE, OnDemand, 4, 60),
			rent_with_key(ALICE, OnDemand, 2, 60),
		);
		assert_ok!(grant(HOST, one));
		assert_ok!(grant(OTHER_HOST, other));
		pass(10);
		let merged = merge(ALICE, one, other).expect("they are alike");
		assert_eq!(hosts_of(merged), [(HOST, 4), (OTHER_HOST, 2)]);
		let granted: Vec<bool> = Market::slot_summary(merged)
			.expect("it is there")
			.hosts
			.iter()
			.map(|host| host.granted)
			.collect();
		assert_eq!(granted, [true, true]);
		assert!(Grants::<Test>::contains_key(merged, HOST) && Grants::<Test>::contains_key(merged, OTHER_HOST));
		check_invariants();
		pass(20);
		assert_ok!(stop(ALICE, merged));
		assert_eq!(credits(ALICE), FUNDS - 6 * 30 * ON_DEMAND_RATE);
	});
}

#[test]
fn merge_should_void_grants_for_another_key_and_of_a_host_in_both() {
	TestExt::default().execute_with(|| {
		let (one, other) = (rent_with_key(ALICE, OnDemand, 5, 60), rent(ALICE, OnDemand, 3, 60));
		set_key(ALICE, other, [9; 32]);
		assert_ok!(grant(HOST, one));
		assert_ok!(grant(OTHER_HOST, one));
		assert_ok!(grant_for(OTHER_HOST, other, [9; 32]));
		let merged = merge(ALICE, one, other).expect("they are alike");
		let summary = Market::slot_summary(merged).expect("it is there");
		let mut granted: Vec<_> = summary
			.hosts
			.iter()
			.map(|host| (host.operator, host.gpus.len(), host.granted))
			.collect();
		granted.sort();
		assert_eq!(granted, [(HOST, 4, true), (OTHER_HOST, 4, false)]);
		assert_ok!(grant(OTHER_HOST, merged));
	});
}

#[test]
fn merge_should_fail_when_the_slots_are_not_alike() {
	TestExt::default().execute_with(|| {
		let one = rent(ALICE, OnDemand, 1, 60);
		assert_noop!(merge(ALICE, one, one), Error::<Test>::NotMergeable);
		let other_kind = rent(ALICE, Spot, 1, 60);
		assert_noop!(merge(ALICE, one, other_kind), Error::<Test>::NotMergeable);
		let other_end = rent(ALICE, OnDemand, 1, 70);
		assert_noop!(merge(ALICE, one, other_end), Error::<Test>::NotMergeable);
		let of_bob = rent(BOB, OnDemand, 1, 60);
		assert_noop!(merge(ALICE, one, of_bob), Error::<Test>::NotHolder);
		set_price(OnDemand, Some(ON_DEMAND_RATE + 1));
		let other_rate = rent(ALICE, OnDemand, 1, 60);
		assert_noop!(merge(ALICE, one, other_rate), Error::<Test>::NotMergeable);
		let (near, far) = (reserve(ALICE, 1, 200, 20), reserve(ALICE, 1, 230, 20));
		assert_noop!(merge(ALICE, near, far), Error::<Test>::NotMergeable);
		let wider = reserve(ALICE, 2, 220, 20);
		assert_noop!(merge(ALICE, near, wider), Error::<Test>::NotMergeable);
	});
}

#[test]
fn merge_should_fail_when_there_would_be_too_many_gpus() {
	TestExt::default().hosts(&[(HOST, 300)]).execute_with(|| {
		let (one, other) = (rent(ALICE, OnDemand, 200, 60), rent(ALICE, OnDemand, 57, 60));
		assert_noop!(merge(ALICE, one, other), Error::<Test>::WrongNumberOfGpus);
	});
}

#[test]
fn merging_should_be_charged_for_each_slot_by_as_many_hosts_as_it_may_have() {
	use frame_support::dispatch::GetDispatchInfo;
	TestExt::default().hosts(&[(HOST, 256)]).execute_with(|| {
		let slots = [130, 100, 20, 3, 1, 1].map(|gpus| rent(ALICE, Spot, gpus, 60));
		let charged = |one: usize, other: usize| {
			let merge = Call::<Test>::merge {
				first: slots.get(one).copied().unwrap_or(99),
				second: slots.get(other).copied().unwrap_or(99),
			};
			merge.get_dispatch_info().call_weight
		};
		assert_eq!(charged(0, 1), <() as WeightInfo>::merge(128 + 100, 2));
		assert_eq!(charged(2, 3), <() as WeightInfo>::merge(20 + 3, 0));
		assert_eq!(charged(4, 5), <() as WeightInfo>::merge_ones());
		// What an earlier call of a batch makes, and no more than a slot can have.
		assert_eq!(charged(3, 6), <() as WeightInfo>::merge(3 + 128, 125));
		assert_eq!(charged(6, 6), <() as WeightInfo>::merge(256, 0));
	});
}
