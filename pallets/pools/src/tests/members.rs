use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::Credits;
use millpond_traits::{
	mocks::{MockObligations, MockOperators},
	GpuFacts, GpuStatus, OnGpuStatus, Pools as _,
};
use sp_runtime::DispatchError;

fn try_join(who: AccountId, gpu: u64, pool: u32) -> sp_runtime::DispatchResult {
	PoolsPallet::join(origin(who), gpu, pool, 0)
}

#[test]
fn join_should_count_a_gpu_from_that_moment_when_it_is_online() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		assert_eq!(last_event(), Event::Joined { gpu: 1, pool });
		assert_eq!(online_and_idle(pool), (1, 1));
		register(2, BOB, OLD, GpuStatus::Probation);
		join(2, pool);
		assert_eq!((online_and_idle(pool), member(2).state), ((1, 1), MemberState::Away));
		assert_eq!((record(pool).gpus, host_record(pool, OLD).gpus), (2, 2));
		set_status(2, GpuStatus::Online, now());
		assert_eq!(online_and_idle(pool), (2, 2));
	});
}

#[test]
fn join_should_fail_when_gpu_holder_or_pool_do_not_fit() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		assert_noop!(try_join(ALICE, 1, pool), Error::<Test>::UnknownGpu);
		register(1, ALICE, OLD, GpuStatus::Online);
		assert_noop!(try_join(BOB, 1, pool), Error::<Test>::NotHolder);
		assert_noop!(try_join(ALICE, 1, pool + 1), Error::<Test>::UnknownPool);
		register(2, ALICE, NEW, GpuStatus::Online);
		assert_noop!(try_join(ALICE, 2, pool), Error::<Test>::UnknownHost);
		register(3, ALICE, OLD, GpuStatus::Retired);
		assert_noop!(try_join(ALICE, 3, pool), Error::<Test>::GpuRetired);
		let facts = GpuFacts {
			operator: OLD,
			model: MODEL + 1,
			status: GpuStatus::Online,
		};
		TestGpus::add(4, &ALICE, facts);
		assert_noop!(try_join(ALICE, 4, pool), Error::<Test>::WrongModel);
		assert_ok!(try_join(ALICE, 1, pool));
		assert_noop!(try_join(ALICE, 1, pool), Error::<Test>::InPool);
	});
}

#[test]
fn join_should_fail_when_terms_were_announced_that_the_holder_has_not_seen() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		register(1, ALICE, OLD, GpuStatus::Online);
		assert_ok!(PoolsPallet::announce_terms(origin(MANAGER), pool, terms()));
		assert_noop!(try_join(ALICE, 1, pool), Error::<Test>::TermsChanged);
		assert_ok!(PoolsPallet::join(origin(ALICE), 1, pool, 1));
	});
}

#[test]
fn self_pool_should_take_only_gpus_that_the_managers_holder_holds() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SelfPool);
		register(1, ALICE, OLD, GpuStatus::Online);
		assert_noop!(try_join(ALICE, 1, pool), Error::<Test>::NotManagersOwn);
		add(2, MANAGER, OLD, pool);
		// Who sells one later, or the operator, changes nothing for those that are in it.
		TestGpus::set_holder(2, &ALICE);
		MockOperators::set_holder(OLD, &ALICE);
		assert_eq!(online_and_idle(pool), (1, 1));
		assert_ok!(try_join(ALICE, 1, pool));
	});
}

#[test]
fn host_should_have_no_more_gpus_than_its_cap() {
	TestExt::execute_with(|| {
		let pool = create(Mode::Distributed);
		admit(pool, NEW, HOST, 2);
		add(1, ALICE, NEW, pool);
		add(2, ALICE, NEW, pool);
		register(3, ALICE, NEW, GpuStatus::Online);
		assert_noop!(try_join(ALICE, 3, pool), Error::<Test>::CapReached);
		assert_ok!(PoolsPallet::invite(origin(MANAGER), pool, NEW, 3));
		assert_ok!(try_join(ALICE, 3, pool));
		assert_ok!(PoolsPallet::invite(origin(MANAGER), pool, NEW, 0));
		assert_eq!(host_record(pool, NEW).gpus, 3);
	});
}

#[test]
fn leave_should_be_possible_after_the_notice_when_nothing_is_sold() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		assert_noop!(PoolsPallet::announce_leave(origin(BOB), 1), Error::<Test>::NotHolder);
		assert_noop!(PoolsPallet::leave(origin(BOB), 1), Error::<Test>::TooEarly);
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 1));
		let at = START + LEAVE_NOTICE;
		assert_eq!(last_event(), Event::LeaveAnnounced { gpu: 1, at });
		assert_eq!(
			(PoolsPallet::leaves_at(1), MockObligations::withheld(pool)),
			(Some(at), vec![(at, 1)])
		);
		assert_noop!(
			PoolsPallet::announce_leave(origin(ALICE), 1),
			Error::<Test>::AlreadyLeaving
		);
		pass(LEAVE_NOTICE - 1);
		assert_noop!(PoolsPallet::leave(origin(STRANGER), 1), Error::<Test>::TooEarly);
		assert_eq!(online_and_idle(pool), (1, 1));
		pass(1);
		assert_ok!(PoolsPallet::leave(origin(STRANGER), 1));
		assert_eq!(last_event(), Event::Left { gpu: 1, pool });
		assert_eq!(
			(online_and_idle(pool), record(pool).gpus, record(pool).leavers),
			((0, 0), 0, 0)
		);
		assert!(MockObligations::withheld(pool).is_empty());
		assert_noop!(PoolsPallet::leave(origin(ALICE), 1), Error::<Test>::NotInPool);
	});
}

#[test]
fn leave_should_wait_until_the_others_can_do_what_is_sold() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		(1..=4).for_each(|gpu| add(gpu, ALICE, OLD, pool));
		MockObligations::sell(pool, START, START + 500, 3);
		MockObligations::sell(pool, START, START + 900, 2);
		// Sold are 5 of 4, as after a failure, then 2.
		for (gpu, at) in [(1, START + 500), (2, START + 500), (3, START + 900)] {
			assert_ok!(PoolsPallet::announce_leave(origin(ALICE), gpu));
			assert_eq!(member(gpu).leaves_at(), Some(at), "{gpu}");
		}
		assert_eq!((record(pool).leavers, host_record(pool, OLD).leavers()), (3, 3));
		MockObligations::refuse(true);
		assert_noop!(
			PoolsPallet::announce_leave(origin(ALICE), 4),
			DispatchError::Other("the market refuses")
		);
	});
}

#[test]
fn leave_should_not_wait_longer_when_the_host_is_dark() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		(1..=3).for_each(|gpu| add(gpu, ALICE, OLD, pool));
		MockObligations::sell(pool, START, START + 500, 1);
		MockObligations::sell(pool, START, START + 900, 1);
		darken(OLD, now());
		let in_time = START + LEAVE_NOTICE;
		for (gpu, at) in [(1, in_time), (2, START + 500), (3, START + 900)] {
			assert_ok!(PoolsPallet::announce_leave(origin(ALICE), gpu));
			assert_eq!(member(gpu).leaves_at(), Some(at), "{gpu}");
		}
		// They may come back with their host before that: then they are withheld.
		assert!(MockObligations::withheld(pool).is_empty());
		light(OLD);
		assert_eq!(MockObligations::withheld(pool).len(), 3);
	});
}

#[test]
fn gpu_that_is_away_should_not_be_withheld_before_it_comes_back() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		add(2, ALICE, OLD, pool);
		MockObligations::sell(pool, START, START + 900, 1);
		set_status(1, GpuStatus::Offline, now());
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 1));
		// The other can do what is sold.
		let at = START + LEAVE_NOTICE;
		assert_eq!(member(1).leaves_at(), Some(at));
		for _ in 0..2 {
			assert!(MockObligations::withheld(pool).is_empty());
			assert_eq!((record(pool).leavers, host_record(pool, OLD).leavers()), (0, 0));
			set_status(1, GpuStatus::Online, now());
			assert_eq!(MockObligations::withheld(pool), [(at, 1)]);
			assert_eq!((record(pool).leavers, host_record(pool, OLD).leavers()), (1, 1));
			set_status(1, GpuStatus::Offline, now());
		}
		assert_ok!(PoolsPallet::cancel_leave(origin(ALICE), 1));
		set_status(1, GpuStatus::Online, now());
		assert!(MockObligations::withheld(pool).is_empty());
	});
}

#[test]
fn gpu_that_is_away_should_not_be_withheld_twice_when_its_host_leaves() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		add(2, ALICE, OLD, pool);
		set_status(1, GpuStatus::Offline, now());
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 1));
		assert_ok!(PoolsPallet::remove_host(origin(MANAGER), pool, OLD));
		set_status(1, GpuStatus::Online, now());
		let withheld = || {
			MockObligations::withheld(pool)
				.iter()
				.map(|(_, gpus)| gpus)
				.sum::<u32>()
		};
		assert_eq!((withheld(), record(pool).leavers), (2, 2));
		[1, 2].into_iter().for_each(leave_now);
		assert_eq!((withheld(), record(pool).leavers), (0, 0));
	});
}

#[test]
fn cancel_leave_should_have_the_gpu_stay() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		assert_noop!(PoolsPallet::cancel_leave(origin(ALICE), 1), Error::<Test>::NotLeaving);
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 1));
		TestGpus::set_holder(1, &BOB);
		assert_noop!(PoolsPallet::cancel_leave(origin(ALICE), 1), Error::<Test>::NotHolder);
		assert_ok!(PoolsPallet::cancel_leave(origin(BOB), 1));
		assert_eq!(last_event(), Event::LeaveCancelled { gpu: 1 });
		assert!(MockObligations::withheld(pool).is_empty());
		pass(LEAVE_NOTICE);
		assert_noop!(PoolsPallet::leave(origin(BOB), 1), Error::<Test>::TooEarly);
		assert_eq!(record(pool).leavers, 0);
	});
}

#[test]
fn gpu_should_leave_when_its_customer_gives_it_back_after_its_date() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		assert_eq!(rent(pool, 1, 50, 1_000), [1]);
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 1));
		pass(LEAVE_NOTICE);
		// The market has another take over from it, and gives it back.
		assert_ok!(PoolsPallet::leave(origin(ALICE), 1));
		assert_eq!(MockObligations::relieved().last(), Some(&(50, now())));
		give_back(pool, &[1]);
		assert_eq!(last_event(), Event::Left { gpu: 1, pool });
		assert_eq!((record(pool).gpus, online_and_idle(pool)), (0, (0, 0)));
	});
}

#[test]
fn leave_now_should_be_bought_out_by_the_holder() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		add(2, ALICE, OLD, pool);
		assert_eq!(rent(pool, 1, 50, 1_000), [1]);
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 2));
		pass(7);
		MockObligations::refuse(true);
		assert_noop!(
			PoolsPallet::leave_now(origin(ALICE), 1, Credits::MAX),
			DispatchError::Other("the market refuses")
		);
		MockObligations::refuse(false);
		assert_noop!(
			PoolsPallet::leave_now(origin(BOB), 1, Credits::MAX),
			Error::<Test>::NotHolder
		);
		leave_now(1);
		leave_now(2);
		let bought_out = [
			(ALICE, (Some(50), assigned(1, OLD), 7)),
			(ALICE, (None, assigned(2, OLD), 7)),
		];
		assert_eq!(MockObligations::bought_out::<AccountId>(), bought_out);
		assert!(MockObligations::withheld(pool).is_empty());
		assert_eq!((record(pool).gpus, record(pool).leavers), (0, 0));
	});
}

#[test]
fn leave_now_should_fail_when_it_costs_more_than_the_holder_is_ready_to_pay() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		assert_eq!(rent(pool, 1, 50, 1_000), [1]);
		MockObligations::set_price(500);
		let leave = |credits| PoolsPallet::leave_now(origin(ALICE), 1, credits);
		assert_eq!(PoolsPallet::quote_leave_now(1), Ok(500));
		assert_noop!(leave(499), DispatchError::Other("it costs more"));
		assert_ok!(leave(500));
		assert_eq!(PoolsPallet::quote_leave_now(1), Err(Error::<Test>::NotInPool.into()));
	});
}

#[test]
fn gpu_of_a_self_pool_should_leave_at_anybodys_request_when_it_was_sold() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SelfPool);
		[1, 2].into_iter().for_each(|gpu| add(gpu, MANAGER, OLD, pool));
		let announce = |gpu| PoolsPallet::announce_leave(origin(STRANGER), gpu);
		let cancel = |who| PoolsPallet::cancel_leave(origin(who), 1);
		assert_noop!(announce(1), Error::<Test>::NotHolder);
		TestGpus::set_holder(1, &ALICE);
		assert_noop!(announce(2), Error::<Test>::NotHolder);
		assert_ok!(announce(1));
		assert_noop!(cancel(ALICE), Error::<Test>::NotManagersOwn);
		// The manager may buy it back.
		TestGpus::set_holder(1, &MANAGER);
		assert_ok!(cancel(MANAGER));
		assert_noop!(announce(1), Error::<Test>::NotHolder);
		TestGpus::set_holder(1, &ALICE);
		assert_ok!(announce(1));
		pass(LEAVE_NOTICE);
		assert_ok!(PoolsPallet::leave(origin(STRANGER), 1));
		assert_noop!(try_join(ALICE, 1, pool), Error::<Test>::NotManagersOwn);
		assert_eq!(record(pool).gpus, 1);
	});
}

#[test]
fn gpus_of_a_self_pool_should_leave_at_anybodys_request_when_its_manager_was_sold() {
	TestExt::execute_with(|| {
		let (own, single) = (create(Mode::SelfPool), create(Mode::SingleSource));
		add(1, MANAGER, OLD, own);
		add(2, MANAGER, OLD, single);
		MockOperators::set_holder(OLD, &BOB);
		let announce = |gpu| PoolsPallet::announce_leave(origin(STRANGER), gpu);
		assert_ok!(announce(1));
		assert_noop!(announce(2), Error::<Test>::NotHolder);
	});
}

#[test]
fn gpu_should_join_another_pool_at_once_when_it_has_left_one() {
	TestExt::execute_with(|| {
		let (one, other) = (create(Mode::SingleSource), create(Mode::SingleSource));
		add(1, ALICE, OLD, one);
		pass(5);
		leave_now(1);
		// What it has earned is not known yet.
		assert_noop!(PoolsPallet::claim_gpu(origin(ALICE), 1), Error::<Test>::Unsettled);
		assert_noop!(PoolsPallet::ensure_in_no_pool(1), Error::<Test>::InPool);
		join(1, other);
		assert_eq!((online_and_idle(one), online_and_idle(other)), ((0, 0), (1, 1)));
		assert_eq!(GpuStreams::<Test>::iter_key_prefix(1).count(), 2);
		pass(EPOCH);
		assert_eq!(
			GpuStreams::<Test>::iter_key_prefix(1).collect::<Vec<_>>(),
			[(other, OLD)]
		);
		leave_now(1);
		pass(EPOCH);
		assert_ok!(PoolsPallet::ensure_in_no_pool(1));
	});
}

#[test]
fn gpu_should_go_on_with_its_streams_when_it_joins_again_in_the_same_epoch() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		add(2, ALICE, OLD, pool);
		pass(5);
		leave_now(1);
		pass(5);
		join(1, pool);
		assert_eq!(GpuStreams::<Test>::iter_key_prefix(1).count(), 1);
		rent(pool, 1, 50, 1_000);
		pass(EPOCH);
		// 5 + 90 of its minutes, and 100 of the other's.
		let events = events();
		let shares = events.iter().filter_map(|event| match event {
			Event::GpuPaid { gpu, earnings, .. } => Some((*gpu, earnings.pool)),
			_ => None,
		});
		let shares: std::collections::BTreeMap<_, _> = shares.collect();
		assert_eq!(shares[&1] * 100 / 95, shares[&2]);
	});
}

#[test]
fn gpu_should_not_leave_more_pools_in_an_epoch_than_can_be_kept() {
	TestExt::execute_with(|| {
		register(1, ALICE, OLD, GpuStatus::Online);
		for _ in 0..MAX_STREAMS {
			let pool = create(Mode::SingleSource);
			join(1, pool);
			leave_now(1);
		}
		let pool = create(Mode::SingleSource);
		assert_noop!(try_join(ALICE, 1, pool), Error::<Test>::TooManyPools);
		// To one of the former it may go back, and after the epoch to any.
		join(1, 0);
		leave_now(1);
		pass(EPOCH);
		join(1, pool);
	});
}
