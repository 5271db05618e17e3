//! What a buyer of a GPU's NFT sees is what it gets.

use crate::mock::*;
use frame_support::assert_ok;
use millpond_traits::{GpuLifecycle, GpuStatus};

/// The NFT of a GPU that is online, offered.
fn offered() -> u64 {
	let gpu = register(1);
	put_online(gpu);
	Deeds::offer(gpu);
	gpu
}

#[test]
fn offers_should_be_withdrawn_when_something_binds_a_gpu_or_lowers_its_worth() {
	let changes: [fn(u64) -> sp_runtime::DispatchResult; 4] = [
		|gpu| Gpus::update_documents(RuntimeOrigin::signed(MILLER), gpu, text("ipfs://a"), text("ipfs://b")),
		|gpu| {
			Gpus::propose_rehost(RuntimeOrigin::signed(OWNER), gpu, RIVAL, agreement(2))?;
			assert!(Deeds::is_offered(gpu), "nothing has changed yet");
			Gpus::accept_rehost(RuntimeOrigin::signed(FISHER), gpu, RIVAL, [2; 32])
		},
		|gpu| Gpus::resign(RuntimeOrigin::signed(MILLER), gpu),
		|gpu| Gpus::condemn(gpu, now()),
	];
	for change in changes {
		TestExt::execute_with(|| {
			let gpu = offered();
			assert_ok!(change(gpu));
			assert!(!Deeds::is_offered(gpu));
		});
	}
}

#[test]
fn offers_should_stand_when_a_gpu_goes_offline_and_comes_back() {
	TestExt::execute_with(|| {
		let gpu = offered();
		for status in [GpuStatus::Offline, GpuStatus::Online] {
			assert_ok!(set_status(gpu, status));
			assert!(Deeds::is_offered(gpu));
		}
	});
}
