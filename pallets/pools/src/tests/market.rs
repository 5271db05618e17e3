use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_math::streams::{Activity, Status, LIMIT};
use millpond_traits::{mocks::MockClock, GpuStatus, Pools as _};

fn status(gpu: u64) -> Status {
	GpuStreams::<Test>::get(gpu, member(gpu).group())
		.expect("it is there")
		.status()
}

#[test]
fn take_should_give_the_gpus_that_have_waited_longest_whatever_their_hosts() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		for (gpu, operator) in [(1, OLD), (2, NEW), (3, NEW), (4, OLD), (5, NEW)] {
			add(gpu, ALICE, operator, pool);
		}
		let taken = PoolsPallet::take(pool, 3, 50).expect("so many wait");
		assert_eq!(taken, [assigned(1, OLD), assigned(2, NEW), assigned(3, NEW)]);
		assert_eq!(
			(online_and_idle(pool), status(1), member(1).state),
			((5, 2), Status::Kept, MemberState::Taken(50))
		);
		give_back(pool, &[2]);
		give_back(pool, &[1]);
		assert_eq!(take(pool, 4, 51), [4, 5, 2, 1]);
		assert_noop!(PoolsPallet::take(pool, 1, 52), Error::<Test>::NotEnoughIdle);
		assert_noop!(PoolsPallet::take(pool + 1, 1, 52), Error::<Test>::UnknownPool);
		assert_noop!(PoolsPallet::take(pool, MAX_AT_ONCE + 1, 52), Error::<Test>::TooManyGpus);
	});
}

#[test]
fn take_should_pass_over_dark_groups_and_keep_their_places() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		for (gpu, operator) in [(1, NEW), (2, OLD), (3, NEW), (4, OLD)] {
			add(gpu, ALICE, operator, pool);
		}
		darken(NEW, now());
		assert_eq!(online_and_idle(pool), (2, 2));
		assert_noop!(PoolsPallet::take(pool, 3, 50), Error::<Test>::NotEnoughIdle);
		assert_eq!(take(pool, 1, 50), [2]);
		light(NEW);
		assert_eq!(take(pool, 3, 51), [1, 3, 4]);
		// One of a dark group that is given back waits until it is lit.
		darken(NEW, now());
		give_back(pool, &[3]);
		assert_eq!((online_and_idle(pool), status(3)), ((2, 0), Status::Idle));
		light(NEW);
		assert_eq!(take(pool, 1, 52), [3]);
	});
}

#[test]
fn rate_should_count_in_group_pool_and_network_while_a_slot_pays() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		add(1, ALICE, OLD, pool);
		add(2, ALICE, NEW, pool);
		let gpus = rent(pool, 2, 50, 700);
		let rate = || PoolStreams::<Test>::get(pool).expect("it is there").rate();
		let rented = Activity {
			credits: 1_400,
			online: 2,
			idle: 0,
		};
		assert_eq!((rate(), status(2)), (rented, Status::Rented(700)));
		// Another slot pays another price for one of them.
		assert_ok!(PoolsPallet::set_rate(pool, &[2], 51, 900));
		assert_eq!(
			(rate().credits, member(2).state, member(1).state),
			(1_600, MemberState::Taken(51), MemberState::Taken(50))
		);
		assert_ok!(PoolsPallet::set_rate(pool, &gpus, 51, 0));
		assert_eq!(
			(rate().credits, status(1), member(1).state),
			(0, Status::Kept, MemberState::Taken(51))
		);
		assert_noop!(
			PoolsPallet::set_rate(pool, &gpus, 51, LIMIT + 1),
			Error::<Test>::TooMuch
		);
	});
}

#[test]
fn what_is_spent_at_once_should_count_for_the_epoch_once() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		add(1, ALICE, OLD, pool);
		add(2, ALICE, NEW, pool);
		let gpus = take(pool, 2, 50);
		assert_ok!(PoolsPallet::spend(pool, &gpus, 3_000));
		assert_noop!(PoolsPallet::spend(pool, &gpus, LIMIT + 1), Error::<Test>::TooMuch);
		let rewards = PoolsPallet::pool_rewards(pool).expect("it is there");
		assert_eq!((rewards.tally.credits, rewards.rate.credits), (6_000, 0));
		assert_eq!(close_epoch().demand.credits, 6_000);
		assert_eq!(close_epoch().demand.credits, 0);
	});
}

#[test]
fn pricing_and_giving_back_should_fail_when_a_gpu_is_not_taken_in_that_pool() {
	TestExt::execute_with(|| {
		let (pool, other) = (create_distributed(), create_distributed());
		add(1, ALICE, OLD, pool);
		add(2, ALICE, OLD, other);
		take(other, 1, 50);
		for gpu in [1, 2, 3] {
			assert_noop!(PoolsPallet::set_rate(pool, &[gpu], 50, 700), Error::<Test>::NotTaken);
			assert_noop!(PoolsPallet::spend(pool, &[gpu], 700), Error::<Test>::NotTaken);
			assert_noop!(PoolsPallet::give_back(pool, &[gpu]), Error::<Test>::NotTaken);
		}
		let many = vec![2; 257];
		assert_noop!(PoolsPallet::give_back(other, &many), Error::<Test>::TooManyGpus);
		assert_noop!(PoolsPallet::give_back(other, &[2, 2]), Error::<Test>::SameGpuTwice);
		give_back(other, &[2]);
		assert_noop!(PoolsPallet::give_back(other, &[2]), Error::<Test>::NotTaken);
	});
}

#[test]
fn many_gpus_should_be_taken_priced_and_given_back_at_once() {
	TestExt::execute_with(|| {
		let pool = create(Mode::Distributed);
		admit(pool, OLD, MANAGER, 1_000);
		admit(pool, NEW, HOST, 1_000);
		(0..300).for_each(|gpu| add(gpu, ALICE, if gpu % 3 == 0 { OLD } else { NEW }, pool));
		let gpus = rent(pool, MAX_AT_ONCE, 50, 1_000);
		assert_eq!(gpus, (0..256).collect::<Vec<_>>());
		assert_eq!(online_and_idle(pool), (300, 44));
		MockClock::advance(10);
		set_status(255, GpuStatus::Offline, now());
		give_back(pool, &gpus[..255]);
		assert_eq!(online_and_idle(pool), (299, 299));
		assert_eq!(take(pool, 45, 51).last(), Some(&0));
	});
}
