//! Who answers for which minutes, and how slots end for it.

use crate::{mock::*, *};
use frame_support::assert_ok;
use millpond_primitives::SlotId;
use millpond_traits::{mocks::MockPools, Fact, RentalKind::*};

/// Why the slot ended.
fn reason(id: SlotId) -> Option<EndReason> {
	events().into_iter().find_map(|event| match event {
		Event::Ended { slot, reason, .. } if slot == id => Some(reason),
		_ => None,
	})
}

#[test]
fn excused_minutes_should_be_taken_from_the_missing_stretch_only() {
	// One slot runs since before time that is nobody's fault, the other since after it.
	TestExt::default().hosts(&[(HOST, 2)]).execute_with(|| {
		let before = rent(ALICE, OnDemand, 1, 200);
		pass(10);
		outage(25);
		let after = rent(BOB, OnDemand, 1, 200);
		pass(10);
		darken(HOST, 0);
		pass(16);
		light(HOST);
		assert_ok!(stop(ALICE, before));
		assert_ok!(stop(BOB, after));
		let due = 16 * ON_DEMAND_RATE / 5;
		assert_eq!((compensation(HOST, ALICE), compensation(HOST, BOB)), (due, due));
	});
}

#[test]
fn excused_minutes_should_be_taken_off_when_they_lie_in_the_missing_stretch() {
	TestExt::default().hosts(&[(HOST, 2)]).execute_with(|| {
		let id = rent(ALICE, OnDemand, 2, 200);
		outage(10);
		darken(HOST, 0);
		pass(5);
		outage(10);
		pass(5);
		light(HOST);
		outage(10);
		pass(5);
		// The same for a single GPU, from when it was last seen.
		lose(gpus_of(HOST)[0], 4);
		work_off();
		assert_eq!(compensation(HOST, ALICE), (10 + 4) * ON_DEMAND_RATE / 5);
		assert_ok!(stop(ALICE, id));
		assert_eq!(compensation(HOST, ALICE), (10 * 2 + 4) * ON_DEMAND_RATE / 5);
	});
	TestExt::default().hosts(&[(HOST, 1)]).execute_with(|| {
		rent(ALICE, OnDemand, 1, 200);
		pass(5);
		outage(6);
		pass(2);
		lose(gpus_of(HOST)[0], 10);
		work_off();
		// Ten minutes, of which six are nobody's fault.
		assert_eq!(compensation(HOST, ALICE), 4 * ON_DEMAND_RATE / 5);
	});
}

#[test]
fn customers_should_have_their_dark_minutes_when_others_rent_and_stop_in_the_hosts_group() {
	for disturbed in [false, true] {
		TestExt::default().hosts(&[(HOST, 2)]).execute_with(|| {
			let id = rent(ALICE, OnDemand, 1, 200);
			pass(10);
			// The host is dead from now on; it is found out after 18 minutes.
			pass(12);
			if disturbed {
				let other = rent(BOB, OnDemand, 1, 200);
				pass(3);
				assert_ok!(stop(BOB, other));
				pass(3);
			} else {
				pass(6);
			}
			let had = credits(ALICE);
			darken(HOST, 18);
			pass(10);
			assert_ok!(stop(ALICE, id));
			check_invariants();
			let back = credits(ALICE) - had - slot_deposit();
			let price = |minutes: u128| minutes * ON_DEMAND_RATE;
			let (missed, billed) = if disturbed { (3 + 10, 15) } else { (18 + 10, 0) };
			assert_eq!(back, price(200 - 38 + missed));
			// What was billed all the same the host pays back.
			assert_eq!(
				compensation(HOST, ALICE),
				price(missed) / 5 + price(billed) + price(billed) / 5
			);
		});
	}
}

/// What comes back at the end of a slot of one GPU.
fn slot_deposit() -> u128 {
	SLOT_DEPOSIT + GPU_DEPOSIT
}

#[test]
fn customers_should_have_no_more_dark_minutes_than_they_had_the_gpus() {
	TestExt::default().hosts(&[(HOST, 3)]).execute_with(|| {
		let old = rent(ALICE, OnDemand, 1, 200);
		pass(20);
		let new = rent(BOB, OnDemand, 1, 200);
		pass(4);
		let newer = rent_with_key(CHARLIE, OnDemand, 1, 200);
		pass(2);
		darken(HOST, 10);
		// It is back before its slots are looked at.
		light(HOST);
		work_off();
		[(ALICE, old), (BOB, new), (CHARLIE, newer)]
			.into_iter()
			.for_each(|(who, id)| {
				assert_ok!(stop(who, id));
			});
		let due = |billed: u128, missed: u128| billed * ON_DEMAND_RATE * 6 / 5 + missed * ON_DEMAND_RATE / 5;
		assert_eq!(compensation(HOST, ALICE), due(8, 2));
		assert_eq!(compensation(HOST, BOB), due(4, 2));
		assert_eq!(compensation(HOST, CHARLIE), 0, "nothing was billed");
	});
}

#[test]
fn a_lost_gpu_should_cost_its_host_what_was_billed_for_it_when_its_slot_changed_since() {
	TestExt::default().hosts(&[(HOST, 2)]).execute_with(|| {
		let id = rent(ALICE, OnDemand, 2, 200);
		pass(20);
		// Its rate is set anew.
		let (first, _) = split_gpus(ALICE, id, 1).expect("it runs");
		let gpu = Parts::<Test>::get(first, HOST).expect("it has one").gpus[0];
		pass(5);
		lose(gpu, 12);
		work_off();
		// The pieces are new: for the seven minutes before nobody has the slot any more.
		assert_eq!(compensation(HOST, ALICE), 5 * ON_DEMAND_RATE / 5);
	});
}

#[test]
fn a_slot_should_end_as_failed_when_its_host_was_dark_as_its_funds_ran_out() {
	for kind in [Spot, OnDemand] {
		TestExt::default().hosts(&[(HOST, 1)]).execute_with(|| {
			let id = rent(ALICE, kind, 1, 60);
			pass(40);
			darken(HOST, 0);
			pass(20);
			assert_eq!((phase(id), reason(id)), (None, Some(EndReason::Failed)));
			assert!(!events().iter().any(|event| matches!(event, Event::Paused { .. })));
			let facts = [Fact::RentalCompleted, Fact::RentalFailed].map(|fact| noted(HOST, fact));
			assert_eq!(facts, [0, 1]);
			let rate = if kind == Spot { SPOT_RATE } else { ON_DEMAND_RATE };
			assert_eq!(compensation(HOST, ALICE), 20 * rate / 5);
			assert_eq!(credits(ALICE), FUNDS - 40 * rate);
		});
	}
}

#[test]
fn only_the_host_that_is_dark_should_have_failed_when_a_slot_ends() {
	TestExt::default()
		.hosts(&[(HOST, 1), (OTHER_HOST, 1)])
		.execute_with(|| {
			let id = rent(ALICE, OnDemand, 2, 60);
			pass(40);
			darken(HOST, 0);
			pass(20);
			// The other one could serve on.
			assert_eq!(phase(id), Some(Phase::Paused));
			pass(6);
			assert_eq!(reason(id), Some(EndReason::Unfunded));
			let facts = [Fact::RentalCompleted, Fact::RentalFailed];
			assert_eq!(facts.map(|fact| noted(HOST, fact)), [0, 1]);
			assert_eq!(facts.map(|fact| noted(OTHER_HOST, fact)), [1, 0]);
		});
}

#[test]
fn a_host_should_answer_for_all_minutes_when_it_never_grants_access() {
	TestExt::default().hosts(&[(HOST, 1)]).execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 1, 56);
		pass(56);
		assert_eq!((phase(id), reason(id)), (None, Some(EndReason::Failed)));
		assert_eq!(compensation(HOST, ALICE), 56 * ON_DEMAND_RATE / 5);
		assert_eq!((credits(ALICE), MockPools::spent(POOL, [HOST])), (FUNDS, 0));
		assert_eq!(noted(HOST, Fact::RentalCompleted), 0);
		assert_eq!(service(HOST), (56, 0));
	});
	// Also if the time for a grant ends with the slot, and if the customer has enough of it.
	TestExt::default().hosts(&[(HOST, 1)]).execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 1, 10);
		pass(10);
		assert_eq!(reason(id), Some(EndReason::Failed));
		assert_eq!(
			(compensation(HOST, ALICE), noted(HOST, Fact::RentalFailed)),
			(10 * ON_DEMAND_RATE / 5, 1)
		);
		let id = rent_with_key(BOB, OnDemand, 1, 60);
		pass(15);
		assert_ok!(stop(BOB, id));
		assert_eq!(compensation(HOST, BOB), 15 * ON_DEMAND_RATE / 5);
	});
}

#[test]
fn a_host_should_owe_nothing_when_the_time_was_too_short_for_a_grant() {
	TestExt::default()
		.hosts(&[(HOST, 1), (OTHER_HOST, 1)])
		.execute_with(|| {
			let id = rent_with_key(ALICE, Spot, 1, 5);
			pass(5);
			assert_eq!((phase(id), credits(ALICE)), (None, FUNDS));
			// The second host has had three minutes.
			let id = rent_with_key(BOB, OnDemand, 1, 13);
			let [(first, _)] = hosts_of(id)[..] else {
				panic!("it has one GPU")
			};
			pass(13);
			assert_eq!((phase(id), credits(BOB)), (None, FUNDS));
			let second = HOST + OTHER_HOST - first;
			assert_eq!(
				(compensation(first, BOB), compensation(second, BOB)),
				(10 * ON_DEMAND_RATE / 5, 0)
			);
			let facts = [Fact::RentalCompleted, Fact::RentalFailed].map(|fact| noted(second, fact));
			assert_eq!(facts, [0, 0]);
		});
}
