use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_math::streams::Shares;
use millpond_primitives::{Minute, PoolId};
use millpond_traits::{
	mocks::{MockClock, MockEmissions, MockObligations},
	GpuStatus, Overcount, Pools as _,
};

fn announce(gpu: u64) {
	assert_ok!(PoolsPallet::announce_leave(origin(holder(gpu)), gpu));
}

fn cancel(gpu: u64) {
	assert_ok!(PoolsPallet::cancel_leave(origin(holder(gpu)), gpu));
}

/// From when on how many GPUs of the pool are withheld, by date.
fn withheld(pool: PoolId) -> Vec<(Minute, u32)> {
	let mut dates = std::collections::BTreeMap::new();
	for (from, gpus) in MockObligations::withheld(pool) {
		*dates.entry(from).or_default() += gpus;
	}
	dates.into_iter().collect()
}

/// Everything to the manager.
fn greedy() -> Terms {
	Terms {
		shares: Shares::new(10_000, 0, 0, 0).expect("the whole"),
		..terms()
	}
}

/// The manager announces greedy terms.
fn announce_greedy(pool: PoolId) -> Minute {
	assert_ok!(PoolsPallet::announce_terms(origin(MANAGER), pool, greedy()));
	record(pool).announced.expect("it is announced").not_before
}

/// A pool with four GPUs of each of two hosts: 1 to 4 of the old one, 5 to 8 of the new one.
fn two_hosts() -> PoolId {
	let pool = create_distributed();
	(1..=4).for_each(|gpu| add(gpu, ALICE, OLD, pool));
	(5..=8).for_each(|gpu| add(gpu, BOB, NEW, pool));
	pool
}

#[test]
fn gpus_of_a_dark_host_should_withhold_nothing_when_they_or_their_host_leave() {
	TestExt::execute_with(|| {
		let pool = two_hosts();
		darken(NEW, now());
		announce(5);
		assert_ok!(PoolsPallet::remove_host(origin(MANAGER), pool, NEW));
		assert_eq!((online_and_idle(pool), withheld(pool)), ((4, 4), vec![]));
		assert_eq!((record(pool).leavers, host_record(pool, NEW).leavers()), (0, 4));
		// Lit, they count, and leave.
		light(NEW);
		let at = START + LEAVE_NOTICE;
		assert_eq!((online_and_idle(pool), withheld(pool)), ((8, 8), vec![(at, 4)]));
		assert_eq!(record(pool).leavers, 4);
		darken(NEW, now());
		assert_eq!((record(pool).leavers, withheld(pool)), (0, vec![]));
		leave_now(5);
		set_status(6, GpuStatus::Offline, now());
		assert_eq!(withheld(pool), []);
		light(NEW);
		assert_eq!(withheld(pool), [(at, 2)]);
		set_status(6, GpuStatus::Online, now());
		assert_eq!(withheld(pool), [(at, 3)]);
	});
}

#[test]
fn gpus_should_be_withheld_by_their_own_dates_when_their_host_comes_back() {
	TestExt::execute_with(|| {
		let pool = two_hosts();
		MockObligations::sell(pool, START, START + 500, 7);
		announce(1);
		announce(5);
		let (soon, late) = (START + LEAVE_NOTICE, START + 500);
		assert_eq!(withheld(pool), [(soon, 1), (late, 1)]);
		darken(NEW, now());
		assert_eq!(withheld(pool), [(soon, 1)]);
		light(NEW);
		assert_eq!(withheld(pool), [(soon, 1), (late, 1)]);
		cancel(5);
		assert_eq!(withheld(pool), [(soon, 1)]);
	});
}

#[test]
fn owner_should_not_wait_for_other_hosts_leavers_when_they_are_dark() {
	TestExt::execute_with(|| {
		let pool = two_hosts();
		darken(NEW, now());
		assert_ok!(PoolsPallet::remove_host(origin(MANAGER), pool, NEW));
		// Three of the four that are there can do it.
		MockObligations::sell(pool, START, START + 900, 3);
		announce(1);
		assert_eq!(member(1).leaves_at(), Some(START + LEAVE_NOTICE));
		announce(2);
		assert_eq!(member(2).leaves_at(), Some(START + 900));
	});
}

#[test]
fn a_host_that_is_away_should_withhold_nothing_when_it_is_removed_and_its_gpus_were_never_online() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		(1..=4).for_each(|gpu| add(gpu, ALICE, OLD, pool));
		for gpu in 5..=8 {
			register(gpu, BOB, NEW, GpuStatus::Registered);
			join(gpu, pool);
		}
		assert_ok!(PoolsPallet::remove_host(origin(MANAGER), pool, NEW));
		announce(5);
		assert_eq!((withheld(pool), record(pool).leavers), (vec![], 0));
	});
}

#[test]
fn a_gpu_should_leave_with_its_host_and_not_be_sold_beyond_when_its_own_date_was_later() {
	TestExt::execute_with(|| {
		let pool = two_hosts();
		MockObligations::sell(pool, START, START + 2_000, 8);
		announce(5);
		assert_eq!(withheld(pool), [(START + 2_000, 1)]);
		// What was sold is given back, and the host leaves.
		MockObligations::clear(pool);
		assert_ok!(PoolsPallet::remove_host(origin(HOST), pool, NEW));
		let at = START + LEAVE_NOTICE;
		assert_eq!((withheld(pool), PoolsPallet::leaves_at(5)), (vec![(at, 4)], Some(at)));
		pass(LEAVE_NOTICE);
		for gpu in 5..=8 {
			assert_ok!(PoolsPallet::leave(origin(STRANGER), gpu));
		}
		assert_eq!((withheld(pool), record(pool).leavers), (vec![], 0));
	});
}

#[test]
fn a_hosts_gpus_should_be_withheld_from_few_dates_and_never_too_late_when_many_leave_at_other_times() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		(1..=60).for_each(|gpu| add(gpu, ALICE, OLD, pool));
		for gpu in 1..=60 {
			// Some are needed for longer, by what is sold.
			if gpu % 4 == 0 {
				MockObligations::sell(pool, now(), now() + 1_000 - 7 * Minute::from(gpu as u8), 60);
			}
			announce(gpu);
			if gpu % 4 == 0 {
				MockObligations::clear(pool);
			}
			let leave = member(gpu).leave.expect("it leaves");
			assert!(leave.withheld_from <= leave.at, "{gpu}: {leave:?}");
			if gpu % 4 != 0 {
				assert!(
					leave.withheld_from + LEAVE_NOTICE / NOTICE_PARTS > leave.at,
					"{gpu}: {leave:?}"
				);
			}
			MockClock::advance(1);
			assert!(host_record(pool, OLD).leaving.len() <= MAX_LEAVE_DATES as usize);
		}
		assert!(withheld(pool).len() <= MAX_LEAVE_DATES as usize);
		darken(OLD, now());
		assert_eq!(withheld(pool), []);
		light(OLD);
		(1..=60).for_each(cancel);
		assert_eq!((withheld(pool), LeaveDates::<Test>::iter().count()), (vec![], 0));
	});
}

#[test]
fn a_slot_should_be_relieved_of_a_gpu_on_its_day_when_its_leave_was_announced() {
	TestExt::execute_with(|| {
		let pool = two_hosts();
		assert_eq!(rent(pool, 2, 50, 1_000), [1, 2]);
		announce(1);
		assert_eq!(MockObligations::relieved(), [(50, START + LEAVE_NOTICE)]);
		announce(3);
		assert_eq!(MockObligations::relieved().len(), 1, "nobody has it");
		// GPUs that leave with their host are seen to by the sweep.
		assert_ok!(PoolsPallet::remove_host(origin(MANAGER), pool, OLD));
		pass(2 * EPOCH);
		assert_eq!(MockObligations::relieved()[1..], [(50, now()), (50, now())]);
		give_back(pool, &[1, 2]);
		assert_eq!(host_record(pool, OLD).gpus, 0);
	});
}

#[test]
fn terms_should_not_be_put_off_when_a_leave_is_announced_and_cancelled_again_and_again() {
	TestExt::execute_with(|| {
		let pool = two_hosts();
		// One that was never online, too.
		register(9, ALICE, OLD, GpuStatus::Registered);
		join(9, pool);
		let not_before = announce_greedy(pool);
		while now() < not_before {
			for gpu in [1, 9] {
				announce(gpu);
				cancel(gpu);
			}
			pass(10);
		}
		assert_eq!(
			record(pool).announced.map(|announced| announced.not_before),
			Some(not_before)
		);
		// They hold as if nobody had.
		pass(2 * EPOCH);
		assert_eq!((record(pool).terms, record(pool).announced), (greedy(), None));
	});
}

#[test]
fn terms_should_wait_once_when_a_leave_is_announced_before_their_time_and_given_again() {
	TestExt::execute_with(|| {
		let pool = two_hosts();
		let not_before = announce_greedy(pool);
		pass(not_before - now() - 10);
		announce(1);
		let at = member(1).leaves_at().expect("it leaves");
		assert!(at > not_before);
		// Somebody keeps giving notice.
		while now() < at {
			pass(5);
			if now() > not_before + EPOCH {
				cancel(1);
				announce(1);
			}
			assert_eq!(record(pool).terms, terms());
		}
		pass(3 * EPOCH);
		assert_eq!(record(pool).terms, greedy());
	});
}

#[test]
fn terms_should_not_wait_any_more_when_those_they_waited_for_stay() {
	TestExt::execute_with(|| {
		let pool = two_hosts();
		announce_greedy(pool);
		// The manager sells what pins the GPU.
		MockObligations::sell(pool, START, START + 20 * EPOCH, 8);
		announce(1);
		pass(5 * EPOCH);
		assert_eq!(
			record(pool).announced.and_then(|announced| announced.waits_until),
			Some(START + 20 * EPOCH)
		);
		cancel(1);
		pass(2 * EPOCH);
		assert_eq!(record(pool).terms, greedy());
	});
}

#[test]
fn terms_should_never_apply_to_a_gpu_when_they_were_announced_after_its_notice() {
	TestExt::execute_with(|| {
		let pool = two_hosts();
		MockObligations::sell(pool, START, START + 10 * EPOCH, 8);
		announce(1);
		assert_ok!(PoolsPallet::remove_host(origin(MANAGER), pool, NEW));
		let at = START + 10 * EPOCH;
		// What was sold is given back: nothing but the notices holds the terms back.
		MockObligations::clear(pool);
		assert_eq!(announce_greedy(pool), at);
		assert_eq!(rent(pool, 8, 50, 1_000).len(), 8);
		pass(10 * EPOCH);
		assert_eq!(record(pool).terms_in(MockEmissions::network().epoch()), &terms());
		let relieved = MockObligations::relieved();
		assert_eq!(relieved.iter().filter(|relieved| **relieved == (50, at)).count(), 5);
	});
}

#[test]
fn offers_should_be_withdrawn_when_a_gpu_joins_or_is_to_stay() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		register(1, ALICE, OLD, GpuStatus::Online);
		TestGpus::offer(1);
		join(1, pool);
		assert!(!TestGpus::is_offered(1));
		TestGpus::offer(1);
		announce(1);
		assert!(TestGpus::is_offered(1), "it is free soon");
		cancel(1);
		assert!(!TestGpus::is_offered(1));
		TestGpus::offer(1);
		leave_now(1);
		assert_noop!(PoolsPallet::join(origin(BOB), 1, pool, 0), Error::<Test>::NotHolder);
		assert!(TestGpus::is_offered(1));
	});
}

#[test]
fn dark_minutes_should_be_told_when_something_has_happened_in_the_group_since_they_began() {
	TestExt::execute_with(|| {
		let pool = two_hosts();
		darken(OLD, now());
		MockClock::advance(20);
		assert_eq!(rent(pool, 1, 50, 1_000), [5]);
		MockClock::advance(5);
		// It was gone for twelve minutes; the clock cannot be turned back beyond the rental.
		darken(NEW, now() - 12);
		assert_eq!(PoolsPallet::clock(pool, NEW), Some(20));
		let (since, until) = (now() - 12, now() - 5);
		assert_eq!(MockObligations::overcounted(), [Overcount { since, until }]);
		let uptime = host_record(pool, NEW).uptime;
		assert_eq!((uptime.expected, uptime.delivered), (4 * 20, 4 * 13));

		// Of a GPU by itself as well, but no minutes in which its host was not lit.
		light(NEW);
		MockClock::advance(10);
		assert_ok!(PoolsPallet::set_rate(pool, &[5], 50, 2_000));
		MockClock::advance(2);
		set_status(5, GpuStatus::Offline, now() - 30);
		let (since, until) = (now() - 12, now() - 2);
		assert_eq!(MockObligations::overcounted()[1..], [Overcount { since, until }]);
		// What is known already is not told again.
		darken(NEW, now());
		set_status(6, GpuStatus::Offline, now() - 30);
		assert_eq!(MockObligations::overcounted().len(), 2);
	});
}

#[test]
fn minutes_that_are_nobodys_fault_should_count_only_while_the_group_is_dark() {
	TestExt::execute_with(|| {
		let pool = two_hosts();
		MockClock::pass_outage(10);
		assert_eq!(PoolsPallet::excused(pool, NEW), 0);
		darken(NEW, now());
		MockClock::advance(5);
		MockClock::pass_outage(7);
		assert_eq!(PoolsPallet::excused(pool, NEW), 7);
		light(NEW);
		MockClock::pass_outage(3);
		assert_eq!(PoolsPallet::excused(pool, NEW), 7);
		darken(NEW, now() - 2);
		MockClock::advance(1);
		assert_eq!(PoolsPallet::excused(pool, NEW), 9);
		assert_eq!(PoolsPallet::excused(pool + 1, NEW), 0);
	});
}
