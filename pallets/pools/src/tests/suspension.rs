use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_math::streams::Status;
use millpond_primitives::PoolId;
use millpond_traits::{
	mocks::{MockEmissions, MockOperators},
	GpuStatus, OnSuspension as _, Pools as _,
};

fn status(gpu: u64) -> Status {
	GpuStreams::<Test>::get(gpu, member(gpu).group())
		.expect("it is there")
		.status()
}

/// How many GPUs are online, idle, and waiting at suspended hosts.
fn counted(pool: PoolId) -> (u32, u32, u32) {
	let facts = PoolsPallet::facts(pool).expect("it is there");
	(facts.online, facts.idle, facts.suspended)
}

#[test]
fn suspended_host_should_sell_nothing_while_what_it_has_rented_goes_on() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		for (gpu, operator) in [(1, NEW), (2, NEW), (3, OLD), (4, OLD)] {
			add(gpu, ALICE, operator, pool);
		}
		assert_eq!(rent(pool, 1, 50, 700), [1]);
		PoolsPallet::suspended(NEW);
		assert_eq!(counted(pool), (3, 2, 1));
		assert_eq!((status(1), PoolsPallet::is_lit(pool, NEW)), (Status::Rented(700), true));
		// The other host's, though one of the suspended host has waited longer.
		assert_eq!(take(pool, 2, 51), [3, 4]);
		assert_eq!(counted(pool), (3, 0, 1));
		give_back(pool, &[1]);
		assert_eq!((counted(pool), status(1)), ((2, 0, 2), Status::Kept));
		give_back(pool, &[3]);
		PoolsPallet::resumed(NEW);
		assert_eq!(counted(pool), (4, 3, 0));
		assert_eq!(take(pool, 3, 52), [2, 1, 3]);
		assert_ok!(PoolsPallet::do_try_state());
	});
}

#[test]
fn gpus_of_a_suspended_host_should_be_given_last_to_who_has_bought_time_before() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		for (gpu, operator) in [(1, NEW), (2, OLD)] {
			add(gpu, ALICE, operator, pool);
		}
		PoolsPallet::suspended(NEW);
		assert_eq!(take(pool, 2, 50), [2, 1]);
		assert_noop!(PoolsPallet::take(pool, 1, 51), Error::<Test>::NotEnoughIdle);
		// In a dark group they are not there.
		give_back(pool, &[1]);
		darken(NEW, now());
		assert_eq!(counted(pool), (1, 0, 0));
		assert_noop!(PoolsPallet::take(pool, 1, 51), Error::<Test>::NotEnoughIdle);
		light(NEW);
		assert_eq!(counted(pool), (1, 0, 1));
	});
}

#[test]
fn gpus_of_a_suspended_host_should_earn_no_availability_from_the_sweeps_visit_on() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		add(1, ALICE, NEW, pool);
		add(2, BOB, OLD, pool);
		let idle = || PoolStreams::<Test>::get(pool).expect("it is there").rate().idle;
		let available = || {
			MockEmissions::close(budget(0, 1_000_000_000_000), EPOCH);
			sweep();
			(paid(ALICE), paid(BOB))
		};
		let (alice, bob) = available();
		assert!(alice > 0 && alice == bob);
		PoolsPallet::suspended(NEW);
		let before = available();
		// The sweep has seen to it; that it was idle until then is paid in the next round.
		assert_eq!((status(1), idle()), (Status::Kept, 1));
		let after = available();
		assert_eq!(after.0, before.0 + alice);
		assert!(after.1 > before.1);
		assert_eq!(available().0, after.0);
		PoolsPallet::resumed(NEW);
		available();
		assert_eq!((status(1), idle()), (Status::Idle, 2));
		available();
		assert!(available().0 > after.0);
	});
}

#[test]
fn gpu_that_joins_or_comes_back_should_be_suspended_with_its_host() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		add(1, ALICE, NEW, pool);
		set_status(1, GpuStatus::Offline, now());
		PoolsPallet::suspended(NEW);
		set_status(1, GpuStatus::Online, now());
		add(2, ALICE, NEW, pool);
		assert_eq!(
			(counted(pool), status(1), status(2)),
			((0, 0, 2), Status::Kept, Status::Kept)
		);
		// So is a host that comes to another pool.
		let other = create(Mode::Distributed);
		admit(other, NEW, HOST, 5);
		add(3, ALICE, NEW, other);
		assert_eq!(counted(other), (0, 0, 1));
		leave_now(3);
		PoolsPallet::resumed(NEW);
		assert_eq!(counted(pool), (2, 2, 0));
	});
}

#[test]
fn nothing_should_be_kept_of_a_suspended_operator_that_hosts_nowhere_once_it_is_resumed() {
	TestExt::execute_with(|| {
		MockOperators::add(100, &BOB, 0);
		PoolsPallet::suspended(100);
		assert!(Hosting::<Test>::get(100).suspended);
		PoolsPallet::resumed(100);
		assert!(!Hosting::<Test>::contains_key(100));
	});
}
