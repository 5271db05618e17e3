use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_math::streams::Earnings;
use millpond_primitives::{Balance, BCT};
use millpond_traits::{
	mocks::{MockClock, MockEmissions, MockOperators},
	GpuHistory, GpuStatus, OnGpuStatus, Pools as _,
};

/// What a DC earns when a test's epoch closes.
const PER_CREDIT: Balance = BCT / 1_000;

/// What is rounded down.
fn about(amount: Balance, wanted: Balance) -> bool {
	amount <= wanted && wanted <= amount + 4
}

#[test]
fn rewards_should_be_split_by_the_terms_when_claimed() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		add(1, ALICE, NEW, pool);
		add(2, BOB, OLD, pool);
		assert_eq!(rent(pool, 1, 50, 1_000), [1]);
		MockClock::advance(EPOCH - 1);
		let spent = 100 * 1_000;
		let reward = close_epoch().rewards;
		assert_eq!(reward, spent * PER_CREDIT);
		assert_ok!(PoolsPallet::claim_gpu(origin(STRANGER), 1));
		let Event::GpuPaid { gpu, to, earnings, .. } = last_event() else {
			panic!("it was paid")
		};
		assert_eq!((gpu, to, earnings.available), (1, ALICE, 0));
		assert!(about(earnings.pool, reward * 30 / 100) && about(earnings.used, reward * 20 / 100));
		assert_ok!(PoolsPallet::claim_gpu(origin(STRANGER), 2));
		assert_ok!(PoolsPallet::claim_host(origin(STRANGER), pool, NEW));
		assert_ok!(PoolsPallet::claim_manager(origin(STRANGER), pool));
		assert!(about(paid(ALICE), reward * 50 / 100), "{}", paid(ALICE));
		assert!(about(paid(BOB), reward * 30 / 100), "{}", paid(BOB));
		assert!(about(paid(HOST), reward * 15 / 100), "{}", paid(HOST));
		assert!(about(paid(MANAGER), reward * 5 / 100), "{}", paid(MANAGER));
		assert!(MockEmissions::pot() < 10);
		let history = GpuHistory {
			earned: paid(ALICE),
			online: 100,
			rented: 100,
		};
		assert_eq!(PoolsPallet::history(1), history);
		assert_eq!(
			(PoolsPallet::history(2).online, PoolsPallet::history(2).rented),
			(100, 0)
		);
		assert_eq!(TestGpus::history(1), GpuHistory::default(), "it goes on");
	});
}

#[test]
fn what_a_gpu_has_done_should_be_noted_when_it_is_paid_for_the_last_time() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		rent(pool, 1, 50, 1_000);
		MockClock::advance(EPOCH - 1);
		close_epoch();
		assert_ok!(PoolsPallet::claim_gpu(origin(STRANGER), 1));
		leave_now(1);
		pass(EPOCH);
		let history = GpuHistory {
			earned: paid(ALICE),
			online: 100,
			rented: 100,
		};
		assert!(history.earned > 0);
		assert_eq!(
			(TestGpus::history(1), PoolsPallet::history(1)),
			(history, GpuHistory::default())
		);
	});
}

#[test]
fn rewards_should_go_to_whoever_holds_the_nfts_when_they_are_paid() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		rent(pool, 1, 50, 1_000);
		MockClock::advance(50);
		TestGpus::set_holder(1, &BOB);
		MockOperators::set_holder(OLD, &STRANGER);
		pass(50);
		assert_eq!((paid(ALICE), paid(MANAGER)), (0, 0));
		assert!(about(paid(BOB), 80 * BCT) && about(paid(STRANGER), 20 * BCT));
	});
}

#[test]
fn idle_gpus_should_earn_for_being_available() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		let available = MockEmissions::close(budget(0, u64::from(u32::MAX)), EPOCH).availability;
		assert_eq!(available, 100 * Balance::from(WEIGHT) * Balance::from(u32::MAX));
		assert_ok!(PoolsPallet::claim_gpu(origin(ALICE), 1));
		let earnings = Earnings {
			available,
			..Earnings::default()
		};
		let paid = Event::GpuPaid {
			gpu: 1,
			pool,
			to: ALICE,
			earnings,
		};
		assert_eq!(last_event(), paid);
	});
}

#[test]
fn claim_should_be_the_holders_alone_when_it_is_below_the_minimum() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		let gpus = rent(pool, 1, 50, 1);
		close_epoch();
		// 0.08, 0.015 and 0.005 BCT.
		let below = Error::<Test>::BelowMinimumPayout;
		assert_noop!(PoolsPallet::claim_gpu(origin(STRANGER), 1), below);
		assert_noop!(
			PoolsPallet::claim_host(origin(STRANGER), pool, OLD),
			Error::<Test>::BelowMinimumPayout
		);
		assert_noop!(
			PoolsPallet::claim_manager(origin(STRANGER), pool),
			Error::<Test>::BelowMinimumPayout
		);
		sweep();
		assert_eq!((paid(ALICE), paid(MANAGER)), (0, 0));
		assert_ok!(PoolsPallet::claim_gpu(origin(ALICE), 1));
		assert!(about(paid(ALICE), 80 * BCT / 1_000));
		assert_ok!(PoolsPallet::claim_host(origin(MANAGER), pool, OLD));
		assert_ok!(PoolsPallet::claim_manager(origin(MANAGER), pool));
		assert!(about(paid(MANAGER), 20 * BCT / 1_000));
		// What is left unpaid adds up.
		pass(EPOCH);
		assert!(about(paid(ALICE), 80 * BCT / 1_000));
		pass(EPOCH);
		assert!(about(paid(ALICE), 240 * BCT / 1_000));
		give_back(pool, &gpus);
		assert_noop!(PoolsPallet::claim_gpu(origin(ALICE), 2), Error::<Test>::NotInPool);
		assert_noop!(
			PoolsPallet::claim_host(origin(ALICE), pool, NEW),
			Error::<Test>::UnknownHost
		);
		assert_noop!(
			PoolsPallet::claim_manager(origin(ALICE), pool + 1),
			Error::<Test>::UnknownPool
		);
	});
}

#[test]
fn gpu_should_be_paid_in_full_when_it_has_left_whatever_it_is() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		rent(pool, 1, 50, 1);
		MockClock::advance(10);
		leave_now(1);
		close_epoch();
		assert_ok!(PoolsPallet::claim_gpu(origin(STRANGER), 1));
		assert!(about(paid(ALICE), 8 * BCT / 1_000));
		assert_eq!(GpuStreams::<Test>::iter().count(), 0);
	});
}

#[test]
fn rewards_should_go_back_to_the_network_when_nobody_holds_what_has_ended() {
	TestExt::execute_with(|| {
		let pool = create(Mode::Distributed);
		admit(pool, NEW, HOST, 10);
		add(1, ALICE, NEW, pool);
		rent(pool, 1, 50, 1_000);
		assert_ok!(PoolsPallet::remove_host(origin(HOST), pool, NEW));
		pass(10);
		leave_now(1);
		// 10 BCT, of which 1.5 are the host's.
		close_epoch();
		MockClock::advance(LEAVE_NOTICE - EPOCH);
		sp_io::storage::clear(&codec::Encode::encode(&("mock:operators:holder", NEW)));
		sweep();
		let carried = MockEmissions::carried_over();
		assert!(about(carried, 1_500 * BCT / 1_000), "{carried}");
		assert!(events().contains(&Event::CarriedOver { pool, amount: carried }));
		assert!(!Hosts::<Test>::contains_key((pool, NEW)));
	});
}

#[test]
fn pool_share_should_go_back_to_the_network_when_no_gpu_was_online_for_a_minute() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		let gpus = take(pool, 1, 50);
		assert_ok!(PoolsPallet::spend(pool, &gpus, 1_000));
		set_status(1, GpuStatus::Offline, now());
		close_epoch();
		sweep();
		assert!(about(MockEmissions::carried_over(), 600 * BCT / 1_000));
		assert!(about(paid(ALICE), 200 * BCT / 1_000) && about(paid(MANAGER), 150 * BCT / 1_000));
	});
}

#[test]
fn claim_should_be_charged_for_the_group_when_it_is_the_first_of_the_epoch_only() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		(1..=3).for_each(|gpu| add(gpu, ALICE, OLD, pool));
		rent(pool, 3, 50, 1_000);
		let charged = |gpu| {
			let claimed = PoolsPallet::claim_gpu(origin(ALICE), gpu).expect("it has earned something");
			claimed.actual_weight.expect("it is known what it cost")
		};
		let claim = <() as WeightInfo>::claim_gpu_one();
		let late = claim.saturating_add(<() as WeightInfo>::settle_group());
		MockClock::advance(EPOCH - 1);
		close_epoch();
		assert_eq!([1, 2, 3].map(charged), [late, claim, claim]);
		// What one that was not settled for two epochs needs, its group no longer keeps itself.
		MockClock::advance(EPOCH - 1);
		close_epoch();
		assert_eq!([1, 2].map(charged), [late, claim]);
		MockClock::advance(EPOCH - 1);
		close_epoch();
		assert_eq!([1, 3, 2].map(charged), [late, late, claim]);
	});
}

#[test]
fn claim_should_leave_network_pool_and_the_groups_clock_as_they_are_when_it_is_not_the_first_of_the_epoch() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		(1..=2).for_each(|gpu| add(gpu, ALICE, OLD, pool));
		rent(pool, 2, 50, 1_000);
		MockClock::advance(EPOCH - 1);
		close_epoch();
		assert_ok!(PoolsPallet::claim_gpu(origin(ALICE), 1));
		let levels = || {
			let group = GroupStreams::<Test>::get((pool, OLD)).expect("it is there");
			(PoolStreams::<Test>::get(pool), group.clock(), group.rate())
		};
		let before = levels();
		MockClock::advance(10);
		let earned = paid(ALICE);
		assert_ok!(PoolsPallet::claim_gpu(origin(ALICE), 2));
		assert_eq!(levels(), before);
		assert!(about(paid(ALICE), 2 * earned) && earned > 0);
	});
}
