use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_traits::{
	mocks::{MockClock, MockObligations, MockOperators},
	GpuStatus, Pools as _,
};

#[test]
fn operator_should_host_when_invited_and_accepting() {
	TestExt::execute_with(|| {
		let pool = create(Mode::Distributed);
		assert_noop!(
			PoolsPallet::invite(origin(HOST), pool, NEW, 5),
			Error::<Test>::NotManager
		);
		assert_noop!(
			PoolsPallet::accept(origin(HOST), NEW, pool, 0),
			Error::<Test>::UnknownHost
		);
		assert_ok!(PoolsPallet::invite(origin(MANAGER), pool, NEW, 5));
		let invited = Event::HostInvited {
			pool,
			operator: NEW,
			cap: 5,
		};
		assert_eq!(last_event(), invited);
		assert_noop!(
			PoolsPallet::accept(origin(MANAGER), NEW, pool, 0),
			Error::<Test>::NotOperator
		);
		assert_noop!(
			PoolsPallet::accept(origin(HOST), NEW, pool, 1),
			Error::<Test>::TermsChanged
		);
		assert_noop!(
			PoolsPallet::accept(origin(HOST), NEW, pool + 1, 0),
			Error::<Test>::UnknownPool
		);
		assert_ok!(PoolsPallet::accept(origin(HOST), NEW, pool, 0));
		assert_eq!(last_event(), Event::HostAdded { pool, operator: NEW });
		assert_eq!((record(pool).hosts, host_record(pool, NEW).cap), (1, 5));
		assert_noop!(
			PoolsPallet::accept(origin(HOST), NEW, pool, 0),
			Error::<Test>::UnknownHost
		);
	});
}

#[test]
fn invitation_should_be_worth_nothing_when_it_was_taken_back() {
	TestExt::execute_with(|| {
		let pool = create(Mode::Distributed);
		assert_ok!(PoolsPallet::invite(origin(MANAGER), pool, NEW, 5));
		assert_ok!(PoolsPallet::invite(origin(MANAGER), pool, NEW, 0));
		assert_noop!(
			PoolsPallet::accept(origin(HOST), NEW, pool, 0),
			Error::<Test>::UnknownHost
		);
		for operator in 100..100 + u64::from(MAX_INVITED) {
			assert_ok!(PoolsPallet::invite(origin(MANAGER), pool, operator, 5));
		}
		assert_noop!(
			PoolsPallet::invite(origin(MANAGER), pool, NEW, 5),
			Error::<Test>::TooManyHosts
		);
		assert_ok!(PoolsPallet::close(origin(MANAGER), pool));
		assert_noop!(
			PoolsPallet::invite(origin(MANAGER), pool, 100, 5),
			Error::<Test>::PoolCloses
		);
		MockOperators::add(100, &BOB, 0);
		assert_noop!(
			PoolsPallet::accept(origin(BOB), 100, pool, 0),
			Error::<Test>::PoolCloses
		);
	});
}

#[test]
fn only_the_manager_should_host_when_the_pool_is_not_distributed() {
	TestExt::execute_with(|| {
		for mode in [Mode::SelfPool, Mode::SingleSource] {
			let pool = create(mode);
			let invited = PoolsPallet::invite(origin(MANAGER), pool, NEW, 5);
			assert_noop!(invited, Error::<Test>::OnlyManagerHosts);
		}
	});
}

#[test]
fn manager_should_wind_up_his_pool_by_leaving_it_as_its_host() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		set_status(1, GpuStatus::Offline, now());
		MockClock::advance(WINDOW);
		// However bad its uptime is: only a distributed pool has a minimum.
		assert_noop!(
			PoolsPallet::remove_host(origin(STRANGER), pool, OLD),
			Error::<Test>::UptimeSuffices
		);
		assert_ok!(PoolsPallet::remove_host(origin(MANAGER), pool, OLD));
		pass(3 * EPOCH);
		assert_ok!(PoolsPallet::close(origin(MANAGER), pool));
		pass(EPOCH);
		assert_eq!(stored(), 0);
	});
}

#[test]
fn pools_and_operators_should_not_have_more_groups_than_can_be() {
	TestExt::execute_with(|| {
		let pool = create(Mode::Distributed);
		for operator in 100..100 + u64::from(MAX_HOSTS) {
			MockOperators::add(operator, &BOB, 0);
			admit(pool, operator, BOB, 1);
		}
		assert_ok!(PoolsPallet::invite(origin(MANAGER), pool, NEW, 1));
		assert_noop!(
			PoolsPallet::accept(origin(HOST), NEW, pool, 0),
			Error::<Test>::TooManyHosts
		);
		for _ in 0..MAX_GROUPS {
			create(Mode::SingleSource);
		}
		let one_more = PoolsPallet::create(origin(MANAGER), OLD, MODEL, Mode::SelfPool, terms(), prices());
		assert_noop!(one_more, Error::<Test>::TooManyGroups);
	});
}

#[test]
fn removed_host_should_leave_with_its_gpus_after_the_notice_and_what_is_sold() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		add(1, ALICE, OLD, pool);
		(2..=4).for_each(|gpu| add(gpu, ALICE, NEW, pool));
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 4));
		assert_noop!(
			PoolsPallet::remove_host(origin(STRANGER), pool, NEW),
			Error::<Test>::UptimeSuffices
		);
		assert_noop!(
			PoolsPallet::remove_host(origin(MANAGER), pool, 99),
			Error::<Test>::UnknownHost
		);
		MockObligations::sell(pool, START, START + 2 * EPOCH + 50, 2);
		assert_ok!(PoolsPallet::remove_host(origin(MANAGER), pool, NEW));
		let at = START + 2 * EPOCH + 50;
		let announced = Event::HostRemovalAnnounced {
			pool,
			operator: NEW,
			at,
		};
		assert_eq!(last_event(), announced);
		assert_eq!(MockObligations::withheld(pool), [(START + LEAVE_NOTICE, 1), (at, 2)]);
		assert_eq!((record(pool).leavers, PoolsPallet::leaves_at(2)), (3, Some(at)));
		assert_eq!(PoolsPallet::leaves_at(4), Some(START + LEAVE_NOTICE));
		assert_noop!(
			PoolsPallet::remove_host(origin(HOST), pool, NEW),
			Error::<Test>::HostLeaves
		);
		register(5, ALICE, NEW, GpuStatus::Online);
		assert_noop!(PoolsPallet::join(origin(ALICE), 5, pool, 0), Error::<Test>::HostLeaves);
		assert_noop!(PoolsPallet::cancel_leave(origin(ALICE), 4), Error::<Test>::HostLeaves);

		assert_eq!(take(pool, 2, 50), [1, 2]);
		pass(2 * EPOCH);
		assert_eq!(host_record(pool, NEW).gpus, 2);
		assert_noop!(PoolsPallet::leave(origin(STRANGER), 3), Error::<Test>::TooEarly);
		pass(50);
		assert_ok!(PoolsPallet::leave(origin(STRANGER), 3));
		assert_ok!(PoolsPallet::leave(origin(STRANGER), 2));
		assert_eq!(MockObligations::relieved(), [(50, at)]);
		give_back(pool, &[2]);
		assert_eq!((host_record(pool, NEW).gpus, record(pool).leavers), (0, 0));
		assert!(MockObligations::withheld(pool).is_empty());
		pass(EPOCH);
		assert!(!Hosts::<Test>::contains_key((pool, NEW)) && !Hosting::<Test>::contains_key(NEW));
		assert!(events().contains(&Event::HostRemoved { pool, operator: NEW }));
		assert_eq!(record(pool).hosts, 1);
		assert_noop!(
			PoolsPallet::claim_host(origin(HOST), pool, NEW),
			Error::<Test>::UnknownHost
		);
	});
}

#[test]
fn gpus_should_not_be_sold_beyond_their_hosts_removal_when_they_were_away_as_it_was_announced() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		add(1, ALICE, OLD, pool);
		(2..=3).for_each(|gpu| add(gpu, ALICE, NEW, pool));
		(2..=3).for_each(|gpu| set_status(gpu, GpuStatus::Offline, now()));
		assert_ok!(PoolsPallet::remove_host(origin(HOST), pool, NEW));
		let at = START + LEAVE_NOTICE;
		// Those that are away are not counted on anyway.
		assert!(MockObligations::withheld(pool).is_empty());
		// Back, they are not to be had from then on, and each takes its own withholding along.
		(2..=3).for_each(|gpu| set_status(gpu, GpuStatus::Online, now()));
		assert_eq!(MockObligations::withheld(pool), [(at, 1), (at, 1)]);
		set_status(3, GpuStatus::Offline, now());
		assert_eq!(MockObligations::withheld(pool), [(at, 1)]);
		leave_now(3);
		assert_eq!(MockObligations::withheld(pool), [(at, 1)]);
	});
}

#[test]
fn gpu_should_not_be_sold_between_its_hosts_removal_and_a_later_date_of_its_own() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		add(1, ALICE, OLD, pool);
		add(2, ALICE, NEW, pool);
		assert_ok!(PoolsPallet::remove_host(origin(HOST), pool, NEW));
		let at = START + LEAVE_NOTICE;
		// Its own notice would end after that of the host.
		pass(LEAVE_NOTICE - 10);
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 2));
		assert_eq!((PoolsPallet::leaves_at(2), member(2).leaves_at()), (Some(at), Some(at)));
		assert_eq!(MockObligations::withheld(pool), [(at, 1)]);
	});
}

#[test]
fn gpu_should_leave_before_its_removed_host_when_the_others_suffice() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		add(1, ALICE, OLD, pool);
		add(2, ALICE, NEW, pool);
		add(3, ALICE, NEW, pool);
		MockObligations::sell(pool, START, START + 1_000, 2);
		assert_ok!(PoolsPallet::remove_host(origin(HOST), pool, NEW));
		assert_eq!(MockObligations::withheld(pool), [(START + 1_000, 2)]);
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 2));
		assert_eq!(
			MockObligations::withheld(pool),
			[(START + 1_000, 1), (START + 1_000, 1)]
		);
		leave_now(3);
		assert_eq!(
			(record(pool).leavers, MockObligations::withheld(pool)),
			(1, vec![(START + 1_000, 1)])
		);
	});
}

#[test]
fn uptime_should_be_the_part_of_the_gpu_minutes_that_were_delivered() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		add(1, ALICE, NEW, pool);
		add(2, ALICE, NEW, pool);
		// One of two offline for 10 of 30 minutes, of which 4 are found out later.
		MockClock::advance(14);
		set_status(1, GpuStatus::Offline, now() - 4);
		MockClock::advance(6);
		set_status(1, GpuStatus::Online, now());
		MockClock::advance(10);
		let uptime = host_record(pool, NEW).uptime;
		assert_eq!((uptime.expected, uptime.delivered), (40, 30));
		// All of it dark for 15 minutes, 5 of which are found out later, and nobody at fault for 8 of them.
		MockClock::advance(10);
		darken(NEW, now() - 5);
		let uptime = host_record(pool, NEW).uptime;
		assert_eq!((uptime.noted, uptime.expected, uptime.delivered), (START + 35, 70, 60));
		MockClock::advance(2);
		MockClock::pass_outage(8);
		light(NEW);
		let uptime = host_record(pool, NEW).uptime;
		assert_eq!((uptime.expected, uptime.delivered), (84, 60));
		MockClock::advance(10);
		// The window is full: 80 of 104.
		assert_noop!(
			PoolsPallet::remove_host(origin(BOB), pool, OLD),
			Error::<Test>::UptimeSuffices
		);
		assert_ok!(PoolsPallet::remove_host(origin(BOB), pool, NEW));
		let uptime = host_record(pool, NEW).uptime;
		assert_eq!(
			(uptime.last, uptime.since, uptime.expected),
			(Some(7_692), START + 60, 0)
		);
	});
}

#[test]
fn uptime_should_not_count_before_a_window_is_full_and_be_forgotten_after_the_next() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		add(1, ALICE, NEW, pool);
		set_status(1, GpuStatus::Offline, now());
		MockClock::advance(WINDOW - 1);
		assert_noop!(
			PoolsPallet::remove_host(origin(BOB), pool, NEW),
			Error::<Test>::UptimeSuffices
		);
		MockClock::advance(1);
		set_status(1, GpuStatus::Online, now());
		assert_eq!(host_record(pool, NEW).uptime.last, Some(0));
		pass(WINDOW);
		assert_noop!(
			PoolsPallet::remove_host(origin(BOB), pool, NEW),
			Error::<Test>::UptimeSuffices
		);
	});
}
