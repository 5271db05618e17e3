use crate::{mock::*, *};
use millpond_primitives::BCT;
use millpond_traits::{mocks::MockClock, Fact, Operators as _};

fn serve(operator: u64, promised: u64, delivered: u64) {
	Operators::note(operator, Fact::Service { promised, delivered });
}

fn reputation(operator: u64) -> Reputation {
	Operators::reputation(operator).expect("it is there")
}

#[test]
fn reliability_should_forget_half_in_thirty_epochs_and_the_lifetime_nothing() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		assert_eq!(reputation(operator).reliability, None);
		serve(operator, 1_000, 500);
		assert_eq!(reputation(operator).reliability, Some(5_000));
		MockClock::open_epoch(30);
		serve(operator, 500, 500);
		// 500 + 500 promised, 250 + 500 delivered.
		let after = reputation(operator);
		assert_eq!(after.reliability, Some(7_500));
		assert_eq!(after.lifetime_reliability, Some(6_666));
		let lifetime = Service {
			promised: 1_500,
			delivered: 1_000,
		};
		assert_eq!(after.record.lifetime, lifetime);
		// Nothing is known of late when nothing was promised for long.
		MockClock::open_epoch(30 + 30 * 11);
		assert_eq!(reputation(operator).reliability, None);
		assert_eq!(reputation(operator).record.lifetime, lifetime);
	});
}

#[test]
fn a_bad_epoch_should_not_be_painted_over_by_small_ones() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		serve(operator, 1_000_000, 500_000);
		for epoch in 1..30 {
			MockClock::open_epoch(epoch);
			serve(operator, 1, 1);
		}
		assert_eq!(reputation(operator).reliability, Some(5_000));
	});
}

#[test]
fn wallets_should_see_the_reliability_up_to_the_start_of_the_epoch() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		serve(operator, 10_000, 9_876);
		assert_eq!(attribute(operator, "reliability"), None);
		MockClock::open_epoch(1);
		serve(operator, 10_000, 0);
		assert_eq!(attribute(operator, "reliability").as_deref(), Some("98.76%"));
		serve(operator, 10_000, 0);
		assert_eq!(attribute(operator, "reliability").as_deref(), Some("98.76%"));
	});
}

#[test]
fn facts_should_be_counted_each_by_its_kind_and_only_of_operators() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		let facts = [
			(Fact::AttestationPassed, 1),
			(Fact::AttestationMissed, 2),
			(Fact::RentalCompleted, 3),
			(Fact::RentalFailed, 4),
			(Fact::RentalRejected, 5),
		];
		for (fact, times) in facts {
			(0..times).for_each(|_| Operators::note(operator, fact));
		}
		// More cannot be delivered than was promised.
		serve(operator, 5, 7);
		let record = reputation(operator).record;
		assert_eq!((record.attestations_passed, record.attestations_missed), (1, 2));
		assert_eq!(
			(record.rentals_completed, record.rentals_failed, record.rentals_rejected),
			(3, 4, 5)
		);
		assert_eq!((record.lifetime.promised, record.lifetime.delivered), (5, 5));
		assert_eq!(record.since, START);
		Operators::note(7, Fact::RentalFailed);
		assert_eq!(Operators::reputation(7), None);
	});
}

#[test]
fn counters_should_stop_at_their_ends() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		serve(operator, u64::MAX, u64::MAX - 1);
		serve(operator, u64::MAX, u64::MAX);
		assert_eq!(reputation(operator).lifetime_reliability, Some(10_000));
	});
}
