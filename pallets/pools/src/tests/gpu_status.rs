use crate::{mock::*, *};
use frame_support::assert_ok;
use millpond_traits::{
	mocks::{MockClock, MockObligations},
	GpuLifecycle, GpuStatus, Hosts as _, OnGpuStatus, Pools as _,
};

#[test]
fn gpu_that_goes_offline_should_be_lost_back_to_the_missed_minute_when_a_slot_has_it() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		(1..=3).for_each(|gpu| add(gpu, ALICE, OLD, pool));
		assert_eq!(rent(pool, 2, 50, 1_000), [1, 2]);
		MockClock::advance(30);
		set_status(1, GpuStatus::Offline, now() - 12);
		assert_eq!(MockObligations::lost(), [(Some(50), assigned(1, OLD), 18)]);
		assert_eq!((online_and_idle(pool), member(1).state), ((2, 1), MemberState::Away));
		// It comes back to the end of the queue.
		set_status(1, GpuStatus::Online, now());
		assert_eq!(take(pool, 2, 51), [3, 1]);
		pass(EPOCH);
		let earned = |gpu| PoolsPallet::history(gpu).online;
		assert_eq!((earned(1), earned(2)), (70 + 18, 100));
	});
}

#[test]
fn gpu_that_goes_offline_should_leave_the_queue_when_it_waits() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		(1..=4).for_each(|gpu| add(gpu, ALICE, OLD, pool));
		for gpu in [2, 1, 4] {
			set_status(gpu, GpuStatus::Suspended, now());
			assert_ok!(PoolsPallet::do_try_state());
		}
		assert_eq!(online_and_idle(pool), (1, 1));
		assert_eq!(take(pool, 1, 50), [3]);
		assert!(MockObligations::lost().is_empty());
	});
}

#[test]
fn status_should_change_nothing_when_the_gpu_is_in_no_pool() {
	TestExt::execute_with(|| {
		register(1, ALICE, OLD, GpuStatus::Offline);
		set_status(1, GpuStatus::Online, now());
		set_status(1, GpuStatus::Offline, now());
		assert!(MockObligations::lost().is_empty() && events().is_empty());
	});
}

#[test]
fn gpu_should_leave_when_its_life_is_over() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		rent(pool, 1, 50, 1_000);
		MockClock::advance(10);
		assert_ok!(TestGpus::condemn(1, now() - 5));
		assert_eq!(last_event(), Event::Left { gpu: 1, pool });
		assert_eq!(MockObligations::lost(), [(Some(50), assigned(1, OLD), 5)]);
		assert_eq!(record(pool).gpus, 0);
		// One that was offline when it came to that leaves with the sweep.
		add(2, ALICE, OLD, pool);
		set_status(2, GpuStatus::Offline, now());
		set_status(2, GpuStatus::Retired, now());
		assert_eq!(record(pool).gpus, 1);
		pass(EPOCH);
		assert_eq!(record(pool).gpus, 0);
		pass(EPOCH);
		assert_eq!(GpuStreams::<Test>::iter().count(), 0);
	});
}

#[test]
fn gpu_should_leave_when_it_goes_or_comes_after_its_date() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		add(2, ALICE, OLD, pool);
		rent(pool, 2, 50, 1_000);
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 1));
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 2));
		set_status(2, GpuStatus::Offline, now());
		close_epoch();
		MockClock::advance(EPOCH - 1);
		set_status(1, GpuStatus::Offline, now());
		assert_eq!(last_event(), Event::Left { gpu: 1, pool });
		set_status(2, GpuStatus::Online, now());
		assert_eq!(last_event(), Event::Left { gpu: 2, pool });
		assert!(MockObligations::withheld(pool).is_empty());
	});
}

#[test]
fn gpu_should_have_been_free_when_no_customer_had_it_as_the_round_began() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		(1..=3).for_each(|gpu| add(gpu, ALICE, OLD, pool));
		let was_free = || [1, 2, 3, 4].map(PoolsPallet::was_free);
		assert_eq!(rent(pool, 1, 50, 1_000), [1]);
		PoolsPallet::round_opened();
		assert_eq!(was_free(), [false, true, true, true]);
		// Who comes and goes since changes nothing, nor does a new slot that has what an old one had.
		give_back(pool, &[1]);
		assert_eq!(rent(pool, 3, 51, 1_000), [2, 3, 1]);
		set_status(3, GpuStatus::Offline, now());
		give_back(pool, &[1, 2]);
		assert_eq!(was_free(), [false, true, true, true]);
		assert_eq!(rent(pool, 1, 52, 1_000), [1]);
		assert_ok!(PoolsPallet::set_rate(pool, &[1], 53, 1_000));
		assert_eq!(was_free(), [false, true, true, true]);
		PoolsPallet::round_opened();
		assert_eq!(was_free(), [false, true, true, true]);
		assert_ok!(PoolsPallet::set_rate(pool, &[1], 54, 1_000));
		give_back(pool, &[1]);
		assert_eq!(was_free(), [false, true, true, true]);
		PoolsPallet::round_opened();
		assert_eq!(was_free(), [true; 4]);
		assert_eq!(rent(pool, 1, 55, 1_000), [2]);
		PoolsPallet::round_opened();
		set_status(2, GpuStatus::Offline, now());
		assert_eq!(was_free(), [true, false, true, true]);
	});
}

#[test]
fn gpu_should_not_have_been_free_when_it_leaves_while_the_round_is_on_in_which_a_customer_had_it() {
	TestExt::execute_with(|| {
		let (pool, other) = (create(Mode::SingleSource), create(Mode::SingleSource));
		(1..=4).for_each(|gpu| add(gpu, ALICE, OLD, pool));
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 1));
		pass(LEAVE_NOTICE);
		assert_eq!(rent(pool, 3, 50, 1_000), [1, 2, 3]);
		PoolsPallet::round_opened();
		// One leaves when it is given back, one with its customer, one after he has gone.
		give_back(pool, &[1, 3]);
		[2, 3, 4].into_iter().for_each(leave_now);
		assert_eq!(Members::<Test>::iter().count(), 0);
		let was_free = || [1, 2, 3, 4].map(PoolsPallet::was_free);
		assert_eq!(was_free(), [false, false, false, true]);
		// To join another pool makes no difference.
		join(1, other);
		join(4, other);
		assert_eq!(was_free(), [false, false, false, true]);
		assert_eq!(LastBusy::<Test>::iter().count(), 2);
		PoolsPallet::round_opened();
		assert_eq!(was_free(), [true; 4]);
		// Nothing is kept of a GPU that is no more.
		PoolsPallet::retired(2);
		join(3, other);
		assert_eq!(LastBusy::<Test>::iter().count(), 0);
	});
}

#[test]
fn host_that_goes_dark_should_take_its_gpus_back_to_the_missed_minute_in_all_its_pools() {
	TestExt::execute_with(|| {
		let (one, other) = (create_distributed(), create_distributed());
		add(1, ALICE, NEW, one);
		add(2, ALICE, OLD, one);
		add(3, ALICE, NEW, other);
		MockClock::advance(30);
		darken(NEW, now() - 10);
		assert_eq!((online_and_idle(one), online_and_idle(other)), ((1, 1), (0, 0)));
		assert_eq!(
			(PoolsPallet::clock(one, NEW), PoolsPallet::clock(one, OLD)),
			(Some(20), Some(30))
		);
		assert!(!PoolsPallet::is_lit(one, NEW) && PoolsPallet::is_lit(one, OLD));
		darken(NEW, now());
		assert_eq!(MockObligations::switched(), [(one, NEW, false), (other, NEW, false)]);
		MockClock::advance(5);
		light(NEW);
		light(NEW);
		assert_eq!(MockObligations::switched()[2..], [(one, NEW, true), (other, NEW, true)]);
		MockClock::advance(3);
		assert_eq!(
			(PoolsPallet::clock(one, NEW), PoolsPallet::clock(one, OLD)),
			(Some(23), Some(38))
		);
		assert_eq!(
			(PoolsPallet::clock(one + 2, NEW), PoolsPallet::is_lit(one + 2, NEW)),
			(None, false)
		);
	});
}

#[test]
fn group_should_be_dark_from_the_start_when_its_host_is() {
	TestExt::execute_with(|| {
		let pool = create(Mode::Distributed);
		darken(NEW, now());
		admit(pool, NEW, HOST, 10);
		add(1, ALICE, NEW, pool);
		assert_eq!((online_and_idle(pool), PoolsPallet::is_lit(pool, NEW)), ((0, 0), false));
		light(NEW);
		assert_eq!((online_and_idle(pool), PoolsPallet::is_lit(pool, NEW)), ((1, 1), true));
		// Nothing is kept of an operator that is there and hosts nowhere.
		darken(OLD, now());
		light(OLD);
		assert!(!Hosting::<Test>::contains_key(OLD));
	});
}
