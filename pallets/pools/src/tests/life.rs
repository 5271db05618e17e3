//! Everything that is created ends, and nothing is left of it.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_traits::{
	mocks::{MockClock, MockEmissions, MockObligations, MockOperators},
	GpuStatus,
};

#[test]
fn nothing_should_be_left_of_a_pool_when_it_has_ended() {
	TestExt::execute_with(|| {
		assert_eq!(stored(), 0);
		let pool = create_distributed();
		(1..=6).for_each(|gpu| add(gpu, ALICE, if gpu % 2 == 0 { OLD } else { NEW }, pool));
		rent(pool, 3, 50, 1_000);
		assert_ok!(PoolsPallet::announce_terms(origin(MANAGER), pool, terms()));
		assert_ok!(PoolsPallet::invite(origin(MANAGER), pool, 99, 3));
		pass(EPOCH + 30);
		set_status(2, GpuStatus::Offline, now() - 3);
		darken(NEW, now() - 2);
		pass(EPOCH);
		light(NEW);
		pass(2 * EPOCH);
		(1..=6).for_each(leave_now);
		assert_ok!(PoolsPallet::close(origin(MANAGER), pool));
		pass(EPOCH);
		assert_eq!(last_event(), Event::Closed { pool });
		assert_eq!((stored(), MockOperators::duties(OLD)), (0, (0, 0)));
		assert!(MockObligations::withheld(pool).is_empty());
		// The network does not remember it either, and all that it earned is paid.
		for epoch in 0..=MockEmissions::network().epoch() {
			assert_eq!(MockEmissions::checkpoint(epoch), None, "{epoch}");
		}
		assert!(MockEmissions::pot() < 1_000);
		assert_noop!(
			PoolsPallet::claim_manager(origin(MANAGER), pool),
			Error::<Test>::UnknownPool
		);
		// Its number is not given again.
		assert_eq!(create(Mode::SelfPool), pool + 1);
	});
}

#[test]
fn pool_should_end_at_once_when_it_never_earned_anything() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		assert_ok!(PoolsPallet::close(origin(MANAGER), pool));
		assert_ok!(PoolsPallet::claim_host(origin(STRANGER), pool, OLD));
		assert_ok!(PoolsPallet::claim_manager(origin(STRANGER), pool));
		assert_eq!(stored(), 0);
	});
}

#[test]
fn pool_should_not_close_while_it_owes_time_that_it_has_sold() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SelfPool);
		MockObligations::sell(pool, START + 60, START + 90, 1);
		assert_noop!(PoolsPallet::close(origin(MANAGER), pool), Error::<Test>::TimeSold);
		MockClock::advance(90);
		assert_ok!(PoolsPallet::close(origin(MANAGER), pool));
	});
}

#[test]
fn operator_should_have_a_duty_as_long_as_it_hosts_in_a_pool() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		let (before, _) = MockOperators::duties(NEW);
		assert!(before > 0);
		assert_ok!(PoolsPallet::remove_host(origin(HOST), pool, NEW));
		pass(LEAVE_NOTICE + 2 * EPOCH);
		assert!(!Hosts::<Test>::contains_key((pool, NEW)));
		assert_eq!(MockOperators::duties(NEW).0, before - 1);
	});
}

#[test]
fn pool_should_not_end_before_what_it_earned_is_known() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		rent(pool, 1, 50, 1_000);
		pass(10);
		leave_now(1);
		assert_ok!(PoolsPallet::close(origin(MANAGER), pool));
		assert_noop!(
			PoolsPallet::claim_host(origin(MANAGER), pool, OLD),
			Error::<Test>::Unsettled
		);
		assert_noop!(
			PoolsPallet::claim_manager(origin(STRANGER), pool),
			Error::<Test>::BelowMinimumPayout
		);
		pass(EPOCH);
		assert_eq!(stored(), 0);
		assert!(paid(ALICE) > 0 && paid(MANAGER) > 0);
	});
}
