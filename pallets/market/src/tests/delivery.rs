use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::{SlotId, MINUTES_PER_DAY};
use millpond_traits::{
	mocks::{MockDeeds, MockPools},
	Fact,
	RentalKind::*,
};

fn spent() -> u128 {
	MockPools::spent(POOL, [HOST, OTHER_HOST])
}

#[test]
fn billing_should_start_at_the_grant_for_the_holders_key() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 2, 60);
		pass(4);
		assert_eq!(spent(), 0);
		assert_ok!(grant(HOST, id));
		let stored = Grants::<Test>::get(id, HOST).expect("it was granted");
		assert_eq!(
			(stored.holder, stored.key, stored.sealed.as_slice()),
			(ALICE, KEY, &[1, 2, 3][..])
		);
		assert!(events().contains(&Event::AccessGranted {
			slot: id,
			operator: HOST
		}));
		pass(10);
		assert_eq!(spent(), 2 * 10 * ON_DEMAND_RATE);
		assert_ok!(stop(ALICE, id));
		assert_eq!(credits(ALICE), FUNDS - 2 * 10 * ON_DEMAND_RATE);
		assert_eq!(Grants::<Test>::get(id, HOST), None);
	});
}

#[test]
fn unbilled_start_should_come_back_at_the_end() {
	TestExt::default().execute_with(|| {
		let start = START + 20;
		assert_ok!(Market::reserve(
			RuntimeOrigin::signed(ALICE),
			POOL,
			1,
			start,
			start + 60,
			RESERVED_RATE,
			Some(KEY)
		));
		pass(27);
		assert_ok!(grant(HOST, newest()));
		pass(53);
		assert_eq!(credits(ALICE), FUNDS - 53 * RESERVED_RATE);
		assert_eq!(compensation(HOST, ALICE), 0);
	});
}

#[test]
fn each_host_should_be_billed_from_its_own_grant() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 6, 60);
		assert_eq!(hosts_of(id), [(HOST, 4), (OTHER_HOST, 2)]);
		assert_ok!(grant(HOST, id));
		pass(5);
		assert_ok!(grant(OTHER_HOST, id));
		pass(5);
		assert_eq!(spent(), (4 * 10 + 2 * 5) * ON_DEMAND_RATE);
	});
}

#[test]
fn host_should_fail_when_it_grants_no_access_in_time() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 4, 60);
		pass(9);
		assert_eq!(hosts_of(id), [(HOST, 4)]);
		pass(1);
		// The other host takes over, and has its own ten minutes.
		assert_eq!(hosts_of(id), [(OTHER_HOST, 4)]);
		assert_eq!(noted(HOST, Fact::RentalFailed), 1);
		assert_eq!(compensation(HOST, ALICE), 4 * 10 * ON_DEMAND_RATE / 5);
		pass(5);
		assert_ok!(grant(OTHER_HOST, id));
		assert_noop!(grant(HOST, id), Error::<Test>::NotHost);
		pass(45);
		assert_eq!(phase(id), Some(Phase::Paused));
		// Ten minutes came back at once, five do at the end.
		assert_eq!(slot(id).escrow, 4 * 5 * ON_DEMAND_RATE);
		assert_ok!(stop(ALICE, id));
		assert_eq!(credits(ALICE), FUNDS - 4 * 45 * ON_DEMAND_RATE);
	});
}

#[test]
fn host_should_have_more_time_when_the_chain_stood_still() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 1, 60);
		pass(5);
		outage(20);
		pass(4);
		assert_eq!(hosts_of(id), [(HOST, 1)]);
		assert_ok!(grant(HOST, id));
		assert_eq!((noted(HOST, Fact::RentalFailed), compensation(HOST, ALICE)), (0, 0));
	});
}

#[test]
fn grant_should_fail_when_it_is_not_the_hosts_or_not_for_the_key() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 1, 60);
		assert_noop!(grant(OTHER_HOST, id), Error::<Test>::NotHost);
		assert_noop!(grant(HOST, id + 1), Error::<Test>::UnknownSlot);
		assert_noop!(grant_for(HOST, id, [8; 32]), Error::<Test>::OtherKey);
		let stranger = Market::grant_access(RuntimeOrigin::signed(ALICE), id, HOST, KEY, Sealed::default());
		assert_noop!(stranger, Error::<Test>::NotHost);
		let keyless = rent(ALICE, OnDemand, 1, 60);
		assert_noop!(grant(HOST, keyless), Error::<Test>::NoKey);
		let set = Market::set_access_key(RuntimeOrigin::signed(BOB), id, KEY);
		assert_noop!(set, Error::<Test>::NotHolder);
		pass(61);
		assert_eq!(phase(keyless), Some(Phase::Paused));
		set_key(ALICE, keyless, KEY);
		assert_noop!(grant(HOST, keyless), Error::<Test>::WrongPhase);
	});
}

#[test]
fn billing_should_go_on_and_hosts_grant_anew_when_a_new_key_is_set() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 4, 60);
		pass(10);
		set_key(ALICE, id, KEY);
		pass(5);
		assert_eq!(spent(), 4 * 15 * ON_DEMAND_RATE);
		assert_ok!(grant(HOST, id));
		set_key(ALICE, id, [9; 32]);
		pass(10);
		// It granted access for the key before.
		assert_eq!(hosts_of(id), [(OTHER_HOST, 4)]);
		assert_eq!(spent(), 4 * 25 * ON_DEMAND_RATE);
		assert_eq!(noted(HOST, Fact::RentalFailed), 1);
	});
}

#[test]
fn key_and_grant_should_be_void_when_the_slot_is_sold() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 1, 60);
		assert_ok!(grant(HOST, id));
		assert_ok!(MockDeeds::<2>::sell(id, &BOB));
		assert_noop!(grant(HOST, id), Error::<Test>::NoKey);
		let granted = |id| Market::slot_summary(id).expect("it is there").hosts[0].granted;
		assert!(!granted(id));
		pass(15);
		assert_eq!(hosts_of(id), [(HOST, 1)]);
		set_key(BOB, id, KEY);
		assert!(!granted(id));
		assert_ok!(grant(HOST, id));
		assert!(granted(id));
		assert_eq!(Grants::<Test>::get(id, HOST).map(|grant| grant.holder), Some(BOB));
	});
}

#[test]
fn buyer_who_sets_no_key_should_pay_when_the_sellers_was_not_granted() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 1, 60);
		assert_ok!(MockDeeds::<2>::sell(id, &BOB));
		pass(9);
		assert_eq!(spent(), 0);
		pass(21);
		assert_eq!(hosts_of(id), [(HOST, 1)]);
		assert_eq!(spent(), 30 * ON_DEMAND_RATE);
		// Nor is it free to give it away and stop.
		let other = rent_with_key(ALICE, OnDemand, 1, 60);
		assert_ok!(MockDeeds::<2>::sell(other, &BOB));
		pass(5);
		assert_ok!(stop(BOB, other));
		pass(1);
		// Nor does what is left come back: the seller has paid it, and it is spent on the GPU.
		assert_eq!(spent(), (36 + 60) * ON_DEMAND_RATE);
		assert_eq!(credits(BOB), FUNDS);
	});
}

#[test]
fn rejecting_should_cost_a_day_and_be_remembered() {
	TestExt::default().execute_with(|| {
		let start = START + 20;
		let days = 3 * MINUTES_PER_DAY;
		let reserve = Market::reserve(
			RuntimeOrigin::signed(ALICE),
			POOL,
			6,
			start,
			start + days,
			RESERVED_RATE,
			Some(KEY),
		);
		assert_ok!(reserve);
		let id = newest();
		assert_noop!(reject(ALICE, id), Error::<Test>::WrongPhase);
		pass(20);
		assert_noop!(reject(ALICE, id), Error::<Test>::NotRejectable);
		assert_ok!(grant(HOST, id));
		assert_noop!(reject(BOB, id), Error::<Test>::NotHolder);
		pass(5);
		assert_ok!(reject(ALICE, id));
		// The host that granted was billed for five minutes; all GPUs get a day.
		let cost = (4 * 5 + 6 * u128::from(MINUTES_PER_DAY)) * RESERVED_RATE;
		assert_eq!((credits(ALICE), spent()), (FUNDS - cost, cost));
		assert_eq!(
			(
				noted(HOST, Fact::RentalRejected),
				noted(OTHER_HOST, Fact::RentalRejected)
			),
			(1, 1)
		);
		assert_eq!(
			(noted(HOST, Fact::RentalCompleted), Rejections::<Test>::get(ALICE)),
			(0, 1)
		);
		assert_eq!(counts(), (8, 8));
	});
}

#[test]
fn rejecting_should_cost_what_was_kept_as_well_when_the_holder_has_set_no_key() {
	TestExt::default().execute_with(|| {
		let start = START + 20;
		let end = start + 2 * MINUTES_PER_DAY;
		let reserve = Market::reserve(
			RuntimeOrigin::signed(ALICE),
			POOL,
			6,
			start,
			end,
			RESERVED_RATE,
			Some(KEY),
		);
		assert_ok!(reserve);
		let id = newest();
		pass(20);
		assert_ok!(grant(HOST, id));
		assert_ok!(MockDeeds::<2>::sell(id, &BOB));
		set_key(BOB, id, KEY);
		assert_ok!(MockDeeds::<2>::sell(id, &ALICE));
		pass(5);
		assert_ok!(reject(ALICE, id));
		assert_eq!(spent(), 6 * (5 + u128::from(MINUTES_PER_DAY)) * RESERVED_RATE);
		assert_eq!(Rejections::<Test>::get(ALICE), 1);
	});
}

#[test]
fn rejecting_should_fail_when_it_is_too_late_or_not_reserved() {
	TestExt::default().execute_with(|| {
		let start = START + 20;
		assert_ok!(Market::reserve(
			RuntimeOrigin::signed(ALICE),
			POOL,
			1,
			start,
			start + 100,
			RESERVED_RATE,
			Some(KEY)
		));
		let id = newest();
		let open = rent_with_key(ALICE, OnDemand, 1, 60);
		assert_ok!(grant(HOST, open));
		assert_noop!(reject(ALICE, open), Error::<Test>::WrongKind);
		pass(20);
		assert_ok!(grant(HOST, id));
		pass(60);
		// Twenty minutes are left: they are all it costs.
		let left = credits(ALICE);
		let rejected = frame_support::storage::with_transaction(|| {
			let rejected = reject(ALICE, id).map(|()| credits(ALICE));
			sp_runtime::TransactionOutcome::Rollback(rejected)
		});
		assert_eq!(rejected, Ok(left + SLOT_DEPOSIT + GPU_DEPOSIT));
		pass(1);
		assert_noop!(reject(ALICE, id), Error::<Test>::NotRejectable);
	});
}

/// Time for `minutes` from `START + 20` on, with a key.
fn reserve_with_key(gpus: u32, minutes: u32) -> SlotId {
	let start = START + 20;
	assert_ok!(Market::reserve(
		RuntimeOrigin::signed(ALICE),
		POOL,
		gpus,
		start,
		start + minutes,
		RESERVED_RATE,
		Some(KEY)
	));
	newest()
}

#[test]
fn rejecting_should_be_too_late_when_the_time_went_by_without_a_key() {
	TestExt::default().execute_with(|| {
		let early = reserve(ALICE, 1, 20, 2 * MINUTES_PER_DAY);
		let late = reserve(ALICE, 1, 20, 2 * MINUTES_PER_DAY);
		pass(20 + 60);
		set_key(ALICE, early, KEY);
		assert_noop!(reject(ALICE, early), Error::<Test>::NotRejectable);
		assert_ok!(grant(HOST, early));
		assert_ok!(reject(ALICE, early));
		pass(1);
		set_key(ALICE, late, KEY);
		assert_ok!(grant(HOST, late));
		assert_noop!(reject(ALICE, late), Error::<Test>::NotRejectable);
	});
}

#[test]
fn hour_to_reject_should_not_be_put_off_when_the_key_is_replaced_again_and_again() {
	TestExt::default().execute_with(|| {
		let id = reserve_with_key(1, 2 * MINUTES_PER_DAY);
		pass(20);
		for minute in 1..=30 {
			pass(1);
			set_key(ALICE, id, [minute; 32]);
		}
		// From when the time for a grant for the first key was over.
		assert_eq!(slot(id).billed_since, Some(START + 30));
		assert_noop!(reject(ALICE, id), Error::<Test>::NotRejectable);
		assert_ok!(grant_for(HOST, id, [30; 32]));
		pass(40);
		let rejected =
			frame_support::storage::with_transaction(|| sp_runtime::TransactionOutcome::Rollback(reject(ALICE, id)));
		assert_ok!(rejected);
		pass(1);
		assert_noop!(reject(ALICE, id), Error::<Test>::NotRejectable);
	});
}

#[test]
fn only_pieces_that_begin_when_the_time_was_to_should_be_rejected() {
	const MINUTES: u32 = 3 * MINUTES_PER_DAY;
	TestExt::default().execute_with(|| {
		let id = reserve_with_key(2, MINUTES);
		// Before it starts, and when it has.
		let (id, last) = split_time(ALICE, id, START + 20 + MINUTES - 60).expect("a slice of it");
		pass(20);
		assert_ok!(grant(HOST, id));
		pass(5);
		let (first, second) = split_time(ALICE, id, START + 30).expect("a slice of it");
		assert_ok!(reject(ALICE, first));
		pass(5);
		assert_ok!(grant(HOST, second));
		assert_noop!(reject(ALICE, second), Error::<Test>::NotRejectable);
		// Nor is it with the rest of it.
		let rest = merge(ALICE, second, last).expect("they follow each other");
		assert_noop!(reject(ALICE, rest), Error::<Test>::NotRejectable);
		pass(MINUTES - 10);
		// Nothing was saved.
		assert_eq!(credits(ALICE), FUNDS - 2 * u128::from(MINUTES) * RESERVED_RATE);
		assert_eq!(spent(), 2 * u128::from(MINUTES) * RESERVED_RATE);
	});
}

#[test]
fn merged_time_should_be_rejected_only_when_both_pieces_could_be() {
	TestExt::default().execute_with(|| {
		let id = reserve_with_key(4, 3 * MINUTES_PER_DAY);
		let (first, rest) = split_time(ALICE, id, START + 40).expect("a slice of it");
		let both = merge(ALICE, first, rest).expect("they follow each other");
		pass(20);
		assert_ok!(grant(HOST, both));
		assert_noop!(reject(ALICE, both), Error::<Test>::NotRejectable);
	});
}

#[test]
fn rejecting_pieces_should_cost_what_rejecting_the_whole_does_when_gpus_were_split() {
	let cost = |in_pieces: bool| {
		let mut cost = 0;
		TestExt::default().execute_with(|| {
			let id = reserve_with_key(4, 3 * MINUTES_PER_DAY);
			pass(20);
			assert_ok!(grant(HOST, id));
			pass(5);
			if in_pieces {
				let (one, other) = split_gpus(ALICE, id, 1).expect("four GPUs");
				assert_ok!(reject(ALICE, one));
				let (two, three) = split_gpus(ALICE, other, 2).expect("three GPUs");
				let both = merge(ALICE, three, two).expect("they are alike");
				assert_ok!(reject(ALICE, both));
			} else {
				assert_ok!(reject(ALICE, id));
			}
			assert_eq!(spent(), FUNDS - credits(ALICE));
			cost = spent();
		});
		cost
	};
	assert_eq!(cost(true), cost(false));
}

#[test]
fn gpus_should_not_be_kept_unbilled_when_the_key_is_replaced_again_and_again() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 8, 60);
		for minute in 1..60 {
			pass(1);
			set_key(ALICE, id, [minute; 32]);
		}
		assert_eq!((noted(HOST, Fact::RentalFailed), slot(id).assigned), (0, 8));
		assert_eq!(spent(), 8 * 59 * ON_DEMAND_RATE);
		assert_ok!(stop(ALICE, id));
		assert_eq!(credits(ALICE), FUNDS - 8 * 59 * ON_DEMAND_RATE);
		// As little as between two accounts of the same person, and before the ten minutes are over.
		let id = rent_with_key(BOB, Spot, 8, 60);
		let before = spent();
		for who in [CHARLIE, BOB, CHARLIE] {
			pass(3);
			assert_ok!(MockDeeds::<2>::sell(id, &who));
			set_key(who, id, KEY);
		}
		let inherited = 8 * (60 - 9) * SPOT_RATE;
		assert_ok!(stop(CHARLIE, id));
		pass(1);
		// What is left was paid by Bob, and is spent on the GPUs, too.
		assert_eq!(spent(), before + 8 * 9 * SPOT_RATE + inherited);
	});
}

#[test]
fn another_key_should_pay_each_host_for_its_grant() {
	TestExt::default().execute_with(|| {
		KeyPrice::set(50);
		let id = rent(ALICE, OnDemand, 6, 60);
		let before = (credits(ALICE), spent());
		// The first one is free.
		set_key(ALICE, id, KEY);
		assert_eq!((credits(ALICE), spent()), before);
		for host in [HOST, OTHER_HOST] {
			assert_ok!(grant(host, id));
		}
		set_key(ALICE, id, [9; 32]);
		assert_eq!((credits(ALICE), spent()), (before.0 - 2 * 50, before.1 + 2 * 50));
		check_invariants();
		// That of another holder is not, nor is a slot that was sold.
		assert_ok!(MockDeeds::<2>::sell(id, &BOB));
		set_key(BOB, id, KEY);
		assert_eq!((credits(BOB), spent()), (FUNDS - 2 * 50, before.1 + 4 * 50));
		// It is refused to an account that cannot pay it.
		assert_ok!(MockDeeds::<2>::sell(id, &9_u64));
		let poor =
			frame_support::storage::with_storage_layer(|| Market::set_access_key(RuntimeOrigin::signed(9), id, KEY));
		assert_eq!(poor, Err(sp_runtime::TokenError::FundsUnavailable.into()));
	});
}

#[test]
fn another_key_should_be_free_while_no_host_is_to_grant_access() {
	TestExt::default().execute_with(|| {
		KeyPrice::set(50);
		let id = reserve(ALICE, 6, 100, 60);
		for key in 1..5 {
			set_key(ALICE, id, [key; 32]);
		}
		assert_eq!(spent(), 0);
	});
}

#[test]
fn gpus_should_be_billed_from_the_start_when_access_is_granted_for_a_key_that_replaced_another() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 6, 60);
		pass(4);
		// Not in a minute of darkness, which nobody delivers.
		darken(HOST, 1);
		light(HOST);
		set_key(ALICE, id, [9; 32]);
		pass(4);
		assert_eq!(spent(), 0);
		assert_ok!(grant_for(HOST, id, [9; 32]));
		assert_eq!(spent(), 4 * 7 * ON_DEMAND_RATE);
		pass(1);
		assert_eq!(spent(), 4 * 8 * ON_DEMAND_RATE);
		// The other host has had its ten minutes from the new key on.
		pass(4);
		assert_eq!(spent(), (4 * 12 + 2 * 13) * ON_DEMAND_RATE);
		check_invariants();
		assert_eq!(noted(OTHER_HOST, Fact::RentalFailed), 0);
		pass(1);
		assert_eq!(noted(OTHER_HOST, Fact::RentalFailed), 1);
	});
}

#[test]
fn gpus_that_take_over_should_be_billed_from_their_grant_when_the_key_was_replaced_before() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 4, 60);
		assert_ok!(grant(HOST, id));
		set_key(ALICE, id, [9; 32]);
		assert_ok!(grant_for(HOST, id, [9; 32]));
		pass(5);
		darken(HOST, 0);
		pass(5);
		assert_eq!(hosts_of(id), [(OTHER_HOST, 4)]);
		assert_ok!(grant_for(OTHER_HOST, id, [9; 32]));
		pass(5);
		assert_eq!(spent(), 4 * (5 + 5) * ON_DEMAND_RATE);
	});
}

#[test]
fn gpus_should_not_be_kept_unbilled_when_they_are_split_and_merged_again_and_again() {
	TestExt::default().execute_with(|| {
		let mut id = rent_with_key(ALICE, OnDemand, 6, 60);
		for _ in 0..9 {
			pass(5);
			let (one, other) = split_gpus(ALICE, id, 3).expect("six GPUs");
			check_invariants();
			id = merge(ALICE, one, other).expect("they are alike");
			check_invariants();
		}
		assert_ok!(stop(ALICE, id));
		assert_eq!(credits(ALICE), FUNDS - 6 * 45 * ON_DEMAND_RATE);
		assert_eq!(spent(), 6 * 45 * ON_DEMAND_RATE);
	});
}
