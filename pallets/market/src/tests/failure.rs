//! What happens when GPUs are not there, to every kind of slot.

use crate::{mock::*, *};
use frame_support::assert_ok;
use millpond_primitives::SlotId;
use millpond_traits::{
	mocks::{MockOperators, MockPools},
	Fact,
	RentalKind::{self, *},
};

/// A slot of any kind that runs for an hour from `START + 20` on, on HOST's GPUs first.
fn running(who: AccountId, kind: RentalKind, gpus: u32) -> SlotId {
	let reserved = (kind == Reserved).then(|| reserve(who, gpus, 20, 60));
	pass(20);
	reserved.unwrap_or_else(|| rent(who, kind, gpus, 60))
}

fn rate_of(id: SlotId) -> u128 {
	slot(id).rate
}

#[test]
fn another_gpu_should_take_over_at_once_when_one_is_lost() {
	for kind in [Spot, OnDemand, Reserved] {
		TestExt::default().execute_with(|| {
			let id = running(ALICE, kind, 3);
			let (rate, before) = (rate_of(id), credits(ALICE));
			pass(10);
			// It was not there for three minutes.
			lose(gpus_of(HOST)[1], 3);
			work_off();
			assert_eq!((slot(id).assigned, slot(id).missing()), (3, 0));
			check_invariants();
			assert_eq!(credits(ALICE), before + 3 * rate);
			assert_eq!(compensation(HOST, ALICE), 3 * rate / 5);
			assert_eq!(noted(HOST, Fact::RentalFailed), 1);
			pass(50);
			let used = (3 * 60 - 3) * rate;
			assert_eq!(MockPools::spent(POOL, [HOST, OTHER_HOST]), used);
		});
	}
}

#[test]
fn protected_slots_should_take_over_from_spot_when_no_gpu_is_idle() {
	for kind in [OnDemand, Reserved] {
		TestExt::default().execute_with(|| {
			let id = running(ALICE, kind, 4);
			let spot = rent(BOB, Spot, 4, 60);
			let rate = rate_of(id);
			pass(10);
			[0, 1].iter().for_each(|gpu| lose(gpus_of(HOST)[*gpu], 0));
			work_off();
			assert_eq!(phase(spot), Some(Phase::Leaving(EndReason::Evicted)));
			assert_eq!((slot(id).assigned, slot(id).missing()), (2, 2));
			pass(2);
			assert_eq!((phase(spot), slot(id).missing()), (None, 0));
			// Two minutes of two GPUs.
			assert_eq!(compensation(HOST, ALICE), 2 * 2 * rate / 5);
			assert_eq!(compensation(HOST, BOB), 0);
		});
	}
}

#[test]
fn spot_should_go_on_with_fewer_gpus_when_no_other_is_idle() {
	TestExt::default().hosts(&[(HOST, 4)]).execute_with(|| {
		let id = running(ALICE, Spot, 4);
		pass(10);
		let before = credits(ALICE);
		lose(gpus_of(HOST)[0], 2);
		work_off();
		assert_eq!((slot(id).gpus, slot(id).assigned), (3, 3));
		assert_eq!(credits(ALICE), before + 52 * SPOT_RATE);
		assert_eq!(compensation(HOST, ALICE), 2 * SPOT_RATE / 5);
		check_invariants();
		gpus_of(HOST)[1..].iter().for_each(|gpu| lose(*gpu, 0));
		work_off();
		assert_eq!((phase(id), holder(id)), (None, None));
		assert_eq!(credits(ALICE), FUNDS - (4 * 10 - 2) * SPOT_RATE);
	});
}

#[test]
fn protected_slots_should_be_compensated_for_what_is_missing_until_the_end_when_nothing_takes_over() {
	for kind in [OnDemand, Reserved] {
		TestExt::default().hosts(&[(HOST, 4)]).execute_with(|| {
			let id = running(ALICE, kind, 4);
			let rate = rate_of(id);
			pass(10);
			lose(gpus_of(HOST)[0], 0);
			pass(15);
			assert_eq!(slot(id).missing(), 1);
			check_invariants();
			// It comes back, and is found within ten minutes.
			MockPools::go_online(gpus_of(HOST)[0]);
			pass(5);
			assert_eq!(slot(id).missing(), 0);
			assert_eq!(compensation(HOST, ALICE), 20 * rate / 5);
			lose(gpus_of(HOST)[1], 0);
			pass(30);
			let missing = 20 + 30;
			assert_eq!(compensation(HOST, ALICE), missing * rate / 5);
			if phase(id) == Some(Phase::Paused) {
				assert_ok!(stop(ALICE, id));
			}
			assert_eq!(credits(ALICE), FUNDS - (4 * 60 - missing) * rate);
			assert_eq!(service(HOST), (4 * 60, 4 * 60 - missing as u64));
		});
	}
}

#[test]
fn slots_should_move_to_other_hosts_when_a_whole_host_goes_dark() {
	for kind in [Spot, OnDemand, Reserved] {
		TestExt::default().execute_with(|| {
			let slots: Vec<SlotId> = match kind {
				Reserved => {
					let slots = [1, 3].map(|gpus| reserve(ALICE, gpus, 20, 60));
					pass(20);
					slots.to_vec()
				}
				_ => {
					pass(20);
					[1, 3].map(|gpus| rent(ALICE, kind, gpus, 60)).to_vec()
				}
			};
			let rate = rate_of(slots[0]);
			pass(10);
			// It missed its heartbeat eight minutes ago.
			darken(HOST, 8);
			work_off();
			let hosts: Vec<_> = slots.iter().flat_map(|id| hosts_of(*id)).collect();
			assert_eq!(hosts, [(OTHER_HOST, 1), (OTHER_HOST, 3)]);
			check_invariants();
			assert_eq!(compensation(HOST, ALICE), 8 * rate / 5 + 3 * 8 * rate / 5);
			assert_eq!(noted(HOST, Fact::RentalFailed), 2);
			assert_eq!(DarkGroups::<Test>::iter().count(), 0);
			pass(50);
			assert_eq!(MockPools::spent(POOL, [HOST, OTHER_HOST]), 4 * 52 * rate);
			assert_eq!(service(HOST), (4 * 10, 4 * 2));
		});
	}
}

#[test]
fn gpus_should_stay_and_go_on_when_their_host_is_dark_and_no_other_is_there() {
	for kind in [Spot, OnDemand, Reserved] {
		TestExt::default()
			.hosts(&[(HOST, 4), (OTHER_HOST, 1)])
			.execute_with(|| {
				let id = running(ALICE, kind, 4);
				let rate = rate_of(id);
				let before = credits(ALICE);
				pass(10);
				darken(HOST, 0);
				pass(5);
				// One has been replaced.
				assert_eq!(hosts_of(id), [(HOST, 3), (OTHER_HOST, 1)]);
				light(HOST);
				pass(45);
				if phase(id) == Some(Phase::Paused) {
					assert_ok!(stop(ALICE, id));
				}
				let deposit = SLOT_DEPOSIT + 4 * GPU_DEPOSIT;
				assert_eq!(credits(ALICE), before + deposit + 3 * 5 * rate);
				assert_eq!(compensation(HOST, ALICE), 3 * 5 * rate / 5);
			});
	}
}

#[test]
fn others_should_take_over_from_a_dark_host_when_they_come_free_later() {
	for kind in [Spot, OnDemand, Reserved] {
		TestExt::default()
			.hosts(&[(HOST, 2), (OTHER_HOST, 2)])
			.execute_with(|| {
				let id = running(ALICE, kind, 2);
				let other = rent(BOB, OnDemand, 2, 30);
				let rate = rate_of(id);
				darken(HOST, 0);
				pass(3);
				assert_eq!(hosts_of(id), [(HOST, 2)]);
				assert_ok!(stop(BOB, other));
				// It is looked at within ten minutes.
				pass(8);
				assert_eq!(hosts_of(id), [(OTHER_HOST, 2)]);
				assert_eq!(compensation(HOST, ALICE), 2 * 10 * rate / 5);
			});
	}
}

#[test]
fn missing_time_should_be_paid_back_within_the_hour_when_nothing_takes_over() {
	TestExt::default().hosts(&[(HOST, 2)]).execute_with(|| {
		let id = reserve(ALICE, 2, 20, 300);
		pass(20);
		lose(gpus_of(HOST)[0], 0);
		darken(HOST, 0);
		let before = credits(ALICE);
		for hours in 1..5 {
			pass(60);
			assert_eq!(credits(ALICE) - before, 2 * 60 * hours * RESERVED_RATE);
			assert_eq!(compensation(HOST, ALICE), 2 * 60 * hours * RESERVED_RATE / 5);
			check_invariants();
		}
		light(HOST);
		pass(10);
		// Nothing has to be looked after any more but what is missing.
		assert_eq!((slot(id).missing(), hosts_of(id)), (1, vec![(HOST, 1)]));
		pass(50);
		let missing = 2 * 240 + 60;
		assert_eq!(credits(ALICE), FUNDS - (2 * 300 - missing) * RESERVED_RATE);
	});
}

#[test]
fn others_should_take_over_when_a_host_went_dark_while_the_slot_was_paused() {
	TestExt::default()
		.hosts(&[(HOST, 1), (OTHER_HOST, 1)])
		.execute_with(|| {
			let id = rent(ALICE, OnDemand, 1, 60);
			pass(60);
			assert_eq!((phase(id), hosts_of(id)), (Some(Phase::Paused), vec![(HOST, 1)]));
			darken(HOST, 0);
			pass(2);
			assert_ok!(top_up(ALICE, id, 60));
			work_off();
			assert_eq!(hosts_of(id), [(OTHER_HOST, 1)]);
		});
}

#[test]
fn slots_of_a_dark_host_should_be_looked_at_when_they_are_pieces() {
	TestExt::default()
		.hosts(&[(HOST, 4), (OTHER_HOST, 4)])
		.execute_with(|| {
			let id = rent(ALICE, OnDemand, 4, 60);
			let other = rent(BOB, OnDemand, 4, 60);
			pass(5);
			darken(HOST, 0);
			work_off();
			let (one, rest) = split_gpus(ALICE, id, 1).expect("it runs");
			assert_ok!(stop(BOB, other));
			pass(10);
			assert_eq!([one, rest].map(hosts_of), [[(OTHER_HOST, 1)], [(OTHER_HOST, 3)]]);
		});
}

#[test]
fn manager_should_answer_when_a_gpu_leaves_as_announced_and_no_other_is_there() {
	TestExt::default().hosts(&[(HOST, 1)]).execute_with(|| {
		MockPools::announce(gpus_of(HOST)[0], Some(START + 40));
		let id = running(ALICE, Reserved, 1);
		pass(20);
		// Its pool takes it out.
		lose(gpus_of(HOST)[0], 0);
		work_off();
		assert_eq!(slot(id).missing(), 1);
		pass(40);
		assert_eq!((phase(id), compensation(HOST, ALICE)), (None, 0));
		assert_eq!(compensation(MANAGER, ALICE), 40 * RESERVED_RATE / 5);
		assert_eq!(noted(MANAGER, Fact::RentalFailed), 1);
	});
}

#[test]
fn nothing_should_move_when_a_host_is_lit_before_its_slots_are_looked_at() {
	TestExt::default().execute_with(|| {
		let id = running(ALICE, OnDemand, 2);
		pass(5);
		darken(HOST, 2);
		light(HOST);
		work_off();
		assert_eq!(hosts_of(id), [(HOST, 2)]);
		pass(55);
		assert_eq!(compensation(HOST, ALICE), 2 * 2 * ON_DEMAND_RATE / 5);
	});
}

#[test]
fn nobody_should_pay_a_compensation_when_the_chain_stood_still() {
	TestExt::default().hosts(&[(HOST, 2)]).execute_with(|| {
		let id = running(ALICE, OnDemand, 2);
		pass(10);
		darken(HOST, 0);
		outage(30);
		light(HOST);
		pass(20);
		assert_eq!(phase(id), Some(Phase::Paused));
		// The time comes back all the same.
		assert_eq!(credits(ALICE), FUNDS - 2 * 30 * ON_DEMAND_RATE - slot(id).deposit);
		assert_eq!(compensation(HOST, ALICE), 0);
		assert_eq!(service(HOST), (60, 60));
	});
}

#[test]
fn customer_should_not_be_billed_beyond_his_funds_when_the_chain_stood_still() {
	TestExt::default().execute_with(|| {
		let id = running(ALICE, OnDemand, 2);
		outage(1_000);
		// He could not top it up meanwhile, and has the grace time still.
		assert_eq!(phase(id), Some(Phase::Paused));
		check_invariants();
		pass(16);
		assert_eq!(phase(id), None);
		assert_eq!(credits(ALICE), FUNDS - 2 * 60 * ON_DEMAND_RATE);
	});
}

#[test]
fn host_should_gain_nothing_when_it_rents_its_own_gpus_and_fails() {
	TestExt::default().hosts(&[(HOST, 2)]).execute_with(|| {
		MockOperators::set_holder(HOST, &ALICE);
		MockOperators::set_holder(MANAGER, &ALICE);
		let id = running(ALICE, OnDemand, 2);
		pass(10);
		lose(gpus_of(HOST)[0], 5);
		darken(HOST, 0);
		pass(50);
		// There is nothing that it could wait for.
		assert_eq!(phase(id), None);
		assert_eq!(MockOperators::owed::<AccountId>(HOST), []);
		assert_eq!(MockOperators::owed::<AccountId>(MANAGER), []);
		// It is remembered.
		assert!(noted(HOST, Fact::RentalFailed) > 0);
		assert!(credits(ALICE) < FUNDS);
	});
}

#[test]
fn refunds_should_not_depend_on_the_bond() {
	// What a bond has left is between the host and the compensated: an empty one changes nothing here.
	TestExt::default().hosts(&[(HOST, 2)]).execute_with(|| {
		MockOperators::add(HOST, &holder_of(HOST), 0);
		let id = running(ALICE, Reserved, 2);
		pass(10);
		darken(HOST, 0);
		pass(50);
		assert_eq!(phase(id), None);
		assert_eq!(credits(ALICE), FUNDS - 2 * 10 * RESERVED_RATE);
		assert_eq!(compensation(HOST, ALICE), 2 * 50 * RESERVED_RATE / 5);
	});
}

#[test]
fn gpu_should_be_replaced_without_fault_when_it_leaves_as_announced() {
	TestExt::default()
		.hosts(&[(HOST, 1), (OTHER_HOST, 1)])
		.execute_with(|| {
			MockPools::announce(gpus_of(HOST)[0], Some(START + 40));
			let id = running(ALICE, OnDemand, 1);
			assert_eq!(hosts_of(id), [(HOST, 1)]);
			pass(19);
			assert_eq!(hosts_of(id), [(HOST, 1)]);
			pass(1);
			assert_eq!(hosts_of(id), [(OTHER_HOST, 1)]);
			assert_eq!((noted(HOST, Fact::RentalFailed), compensation(HOST, ALICE)), (0, 0));
			// One that its pool takes out then is nobody's failure, either.
			MockPools::announce(gpus_of(HOST)[0], None);
			MockPools::go_online(gpus_of(HOST)[0]);
			MockPools::announce(gpus_of(OTHER_HOST)[0], Some(now()));
			lose(gpus_of(OTHER_HOST)[0], 0);
			work_off();
			assert_eq!(hosts_of(id), [(HOST, 1)]);
			assert_eq!(noted(OTHER_HOST, Fact::RentalFailed), 0);
		});
}

#[test]
fn gpus_should_be_lost_in_any_phase_of_a_slot() {
	TestExt::default()
		.hosts(&[(HOST, 4), (OTHER_HOST, 6)])
		.execute_with(|| {
			let (paused, running) = (rent(ALICE, OnDemand, 2, 50), rent(ALICE, OnDemand, 2, 60));
			let waiting = rent_with_key(BOB, OnDemand, 3, 60);
			let gpu = |id: SlotId| Parts::<Test>::iter_prefix(id).next().expect("it has some").1.gpus[0];
			pass(5);
			lose(gpu(waiting), 0);
			work_off();
			// Five minutes that nobody was billed for are paid back and compensated.
			assert_eq!(compensation(OTHER_HOST, BOB), 5 * ON_DEMAND_RATE / 5);
			check_invariants();
			assert_ok!(grant(OTHER_HOST, waiting));
			pass(45);
			assert_eq!(phase(paused), Some(Phase::Paused));
			lose(gpu(paused), 0);
			check_invariants();
			assert_ok!(top_up(ALICE, paused, 20));
			check_invariants();
			let leaving = rent(CHARLIE, Spot, 1, 60);
			assert_ok!(stop(CHARLIE, leaving));
			lose(gpu(leaving), 0);
			check_invariants();
			pass(1);
			assert_eq!(phase(leaving), None);
			assert_eq!((slot(paused).missing(), phase(running)), (0, Some(Phase::Running)));
		});
}

#[test]
fn darkening_should_cost_the_same_whatever_the_number_of_slots() {
	TestExt::default()
		.hosts(&[(HOST, 50), (OTHER_HOST, 50)])
		.execute_with(|| {
			let slots: Vec<SlotId> = (0..50).map(|_| rent(ALICE, OnDemand, 1, 60)).collect();
			let overcount = MockPools::darken(POOL, HOST, 0);
			<Market as millpond_traits::Obligations<AccountId>>::group_dark(POOL, HOST, overcount);
			assert_eq!(DarkGroups::<Test>::iter_keys().collect::<Vec<_>>(), [(POOL, HOST)]);
			// A meter for a few of them at a time; the clock does not wait for the rest.
			let few = <() as WeightInfo>::fail_grants(1, 0).saturating_mul(10);
			let mut rounds = 0;
			while DarkGroups::<Test>::iter().next().is_some() {
				let mut meter = frame_support::weights::WeightMeter::with_limit(few);
				<Market as millpond_traits::Agenda>::work_off(now(), &mut meter);
				rounds += 1;
				assert!(rounds < 100, "no progress");
			}
			assert!(rounds > 5, "{rounds} rounds");
			work_off();
			assert!(slots.iter().all(|id| hosts_of(*id) == [(OTHER_HOST, 1)]));
		});
}
