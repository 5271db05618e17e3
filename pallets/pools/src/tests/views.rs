use crate::{mock::*, *};
use frame_support::assert_ok;
use millpond_math::streams::Activity;
use millpond_traits::mocks::{MockClock, MockObligations};

#[test]
fn rewards_should_show_what_is_pending_and_what_the_open_epoch_adds_when_nothing_changes() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		add(1, ALICE, NEW, pool);
		add(2, BOB, OLD, pool);
		assert_eq!(rent(pool, 1, 50, 1_000), [1]);
		let unknown = PoolsPallet::gpu_rewards(1).expect("it is there");
		assert_eq!((unknown.pool, unknown.rewards.projected), (Some(pool), None));
		close_epoch();
		MockClock::advance(50);
		let before = (sp_io::storage::root(sp_runtime::StateVersion::V1), now());
		let (gpu, of_pool) = (PoolsPallet::gpu_rewards(1), PoolsPallet::pool_rewards(pool));
		assert_eq!(PoolsPallet::rewards_of_gpus(&[2, 1]).last().copied(), gpu);
		assert_eq!(before, (sp_io::storage::root(sp_runtime::StateVersion::V1), now()));
		let (gpu, of_pool) = (gpu.expect("it is there").rewards, of_pool.expect("it is there"));
		let tally = Activity {
			credits: 50_000,
			online: 100,
			idle: 50,
		};
		assert_eq!(
			(of_pool.epoch, of_pool.tally, of_pool.rate.credits, of_pool.unshared),
			(1, tally, 1_000, 0)
		);
		assert!(gpu.pending.sum().expect("it fits") > 0);

		close_epoch();
		assert_ok!(PoolsPallet::claim_gpu(origin(ALICE), 1));
		let projected = gpu.projected.expect("an epoch has closed");
		assert_eq!(
			paid(ALICE),
			gpu.pending.sum().expect("it fits") + projected.sum().expect("it fits")
		);
		assert_ok!(PoolsPallet::claim_host(origin(HOST), pool, NEW));
		let host = of_pool
			.hosts
			.iter()
			.find(|host| host.operator == NEW)
			.expect("it hosts")
			.host;
		assert_eq!(paid(HOST), host.pending + host.projected.expect("an epoch has closed"));
		assert_ok!(PoolsPallet::claim_manager(origin(MANAGER), pool));
		let manager = of_pool.manager;
		assert_eq!(
			paid(MANAGER),
			manager.pending + manager.projected.expect("an epoch has closed")
		);
	});
}

#[test]
fn views_should_give_none_for_what_is_not_there() {
	TestExt::execute_with(|| {
		assert_eq!(PoolsPallet::pool(0), None);
		assert_eq!(PoolsPallet::pool_rewards(0), None);
		assert_eq!(PoolsPallet::gpu_rewards(0), None);
		assert!(PoolsPallet::pools(0, 10).is_empty());
	});
}

#[test]
fn quote_should_change_nothing_when_the_gpu_could_leave_at_once() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		rent(pool, 1, 50, 1_000);
		MockObligations::set_price(500);
		let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
		assert_eq!(PoolsPallet::quote_leave_now(1), Ok(500));
		assert_eq!(before, sp_io::storage::root(sp_runtime::StateVersion::V1));
		assert_eq!(member(1).slot(), Some(50));
		assert_eq!(PoolsPallet::quote_leave_now(2), Err(Error::<Test>::NotInPool.into()));
	});
}

#[test]
fn pools_should_be_listed_by_page() {
	TestExt::execute_with(|| {
		(0..5).for_each(|pool| assert_eq!(create(Mode::SingleSource), pool));
		assert_ok!(PoolsPallet::close(origin(MANAGER), 2));
		pass(EPOCH);
		let page = |from, count| -> Vec<u32> {
			let page = PoolsPallet::pools(from, count);
			page.into_iter().map(|details| details.pool).collect()
		};
		assert_eq!(page(0, 10), [0, 1, 3, 4]);
		assert_eq!(page(1, 2), [1]);
		assert_eq!(page(3, u32::MAX), [3, 4]);
		let details = PoolsPallet::pool(3).expect("it is there");
		assert_eq!((details.record.manager, details.terms), (OLD, terms()));
	});
}
