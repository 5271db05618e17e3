//! GPUs that leave their pool as announced, whatever was bought since.

use crate::{mock::*, *};
use frame_support::assert_ok;
use millpond_primitives::{GpuId, Minute};
use millpond_traits::{
	mocks::MockPools,
	Fact, Obligations,
	RentalKind::{self, *},
};

/// The GPU's holder announces that it leaves after so many minutes, and its pool tells the market.
fn announce(gpu: GpuId, after: Minute) {
	MockPools::announce(gpu, Some(now() + after));
	if let Some((slot, _)) = MockPools::assignment(gpu) {
		<Market as Obligations<AccountId>>::relieve(slot, now() + after);
	}
}

fn is_in_pool(gpu: GpuId) -> bool {
	MockPools::is_online(gpu)
}

#[test]
fn a_gpu_should_be_relieved_on_its_day_when_its_slot_is_topped_up_for_ever() {
	for kind in [Spot, OnDemand] {
		TestExt::default()
			.hosts(&[(HOST, 1), (OTHER_HOST, 1)])
			.execute_with(|| {
				let id = rent(ALICE, kind, 1, 60);
				assert_eq!(hosts_of(id), [(HOST, 1)]);
				announce(gpus_of(HOST)[0], 100);
				for _ in 0..10 {
					pass(20);
					assert_ok!(top_up(ALICE, id, 20));
				}
				assert_eq!(
					(hosts_of(id), is_in_pool(gpus_of(HOST)[0])),
					(vec![(OTHER_HOST, 1)], false)
				);
				assert_eq!(
					MockPools::spent(POOL, [HOST, OTHER_HOST]),
					200 * slot(id).rate,
					"no minute is lost"
				);
				assert_eq!((noted(HOST, Fact::RentalFailed), compensation(HOST, ALICE)), (0, 0));
			});
	}
}

#[test]
fn a_host_should_owe_nothing_when_its_gpu_leaves_as_announced_and_no_other_is_there() {
	let gone = |kind: RentalKind| {
		let mut end = None;
		TestExt::default().hosts(&[(HOST, 1)]).execute_with(|| {
			let id = rent(ALICE, kind, 1, 60);
			announce(gpus_of(HOST)[0], 20);
			pass(21);
			assert!(!is_in_pool(gpus_of(HOST)[0]));
			assert_eq!((noted(HOST, Fact::RentalFailed), compensation(HOST, ALICE)), (0, 0));
			end = phase(id);
		});
		end
	};
	// Spot ends; the manager answers for other time.
	assert_eq!(gone(Spot), None);
	assert_eq!(gone(OnDemand), Some(Phase::Running));
}

#[test]
fn a_paused_slot_should_keep_no_gpu_beyond_its_day() {
	TestExt::default()
		.hosts(&[(HOST, 1), (OTHER_HOST, 1)])
		.execute_with(|| {
			let id = rent(ALICE, OnDemand, 1, 600);
			announce(gpus_of(HOST)[0], 610);
			pass(600);
			assert_eq!(phase(id), Some(Phase::Paused));
			pass(9);
			assert!(is_in_pool(gpus_of(HOST)[0]));
			pass(1);
			assert!(!is_in_pool(gpus_of(HOST)[0]));
			assert_eq!((phase(id), slot(id).missing()), (Some(Phase::Paused), 1));
			check_invariants();
			// Another takes its place when the slot goes on.
			assert_ok!(top_up(ALICE, id, 60));
			work_off();
			assert_eq!(hosts_of(id), [(OTHER_HOST, 1)]);
			assert_eq!(compensation(HOST, ALICE), 0);
		});
}

#[test]
fn a_customer_should_be_given_another_gpu_in_a_minute_when_the_next_one_is_to_leave_now() {
	TestExt::default()
		.hosts(&[(HOST, 1), (OTHER_HOST, 1)])
		.execute_with(|| {
			announce(gpus_of(HOST)[0], 0);
			let id = rent(ALICE, OnDemand, 1, 60);
			pass(1);
			assert_eq!(
				(hosts_of(id), is_in_pool(gpus_of(HOST)[0])),
				(vec![(OTHER_HOST, 1)], false)
			);
		});
}

#[test]
fn a_slot_should_keep_its_gpus_when_a_leave_was_cancelled() {
	TestExt::default().hosts(&[(HOST, 2)]).execute_with(|| {
		let id = rent(ALICE, OnDemand, 2, 60);
		announce(gpus_of(HOST)[0], 20);
		announce(gpus_of(HOST)[1], 30);
		MockPools::announce(gpus_of(HOST)[0], None);
		pass(20);
		assert_eq!(hosts_of(id), [(HOST, 2)]);
		pass(10);
		assert_eq!(hosts_of(id), [(HOST, 1)]);
	});
}
