use super::chain::Chain;
use crate::{
	configs::{GpuDeeds, OperatorDeeds, GPU_COLLECTION},
	constants::currency::BCT,
	*,
};
use frame_support::{assert_noop, assert_ok, traits::nonfungibles_v2::Inspect};
use millpond_traits::Deeds;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};

/// Runs on a chain on which Bob holds GPU 7.
fn with_gpu(test: impl FnOnce()) {
	let mut chain = Chain::development();
	chain.blocks(1);
	chain.execute(|| {
		assert_ok!(GpuDeeds::mint(7, &Bob.to_account_id()));
		test();
	});
}

fn attribute(key: &[u8]) -> Option<Vec<u8>> {
	Nfts::system_attribute(&GPU_COLLECTION, Some(&7), key)
}

fn send(to: sp_keyring::Sr25519Keyring) -> sp_runtime::DispatchResult {
	Nfts::transfer(
		RuntimeOrigin::signed(Bob.to_account_id()),
		GPU_COLLECTION,
		7,
		to.to_account_id().into(),
	)
}

#[test]
fn an_item_should_be_minted_once_and_cost_its_holder_nothing() {
	with_gpu(|| {
		assert_eq!(GpuDeeds::holder(7), Some(Bob.to_account_id()));
		assert_eq!(OperatorDeeds::holder(7), None);
		assert!(GpuDeeds::mint(7, &Charlie.to_account_id()).is_err());
		assert_eq!(Balances::reserved_balance(Bob.to_account_id()), 0);
	});
}

#[test]
fn an_item_should_follow_whoever_buys_it_through_pallet_nfts() {
	with_gpu(|| {
		assert_ok!(Nfts::set_price(
			RuntimeOrigin::signed(Bob.to_account_id()),
			GPU_COLLECTION,
			7,
			Some(BCT),
			None
		));
		assert_ok!(Nfts::buy_item(
			RuntimeOrigin::signed(Charlie.to_account_id()),
			GPU_COLLECTION,
			7,
			BCT
		));
		assert_eq!(GpuDeeds::holder(7), Some(Charlie.to_account_id()));
	});
}

#[test]
fn a_locked_item_should_stay_with_its_holder_unless_the_chain_moves_it() {
	with_gpu(|| {
		assert_ok!(GpuDeeds::set_locked(7, true));
		assert_ok!(GpuDeeds::set_locked(7, true));
		assert_noop!(send(Charlie), pallet_nfts::Error::<Runtime>::ItemLocked);
		assert_ok!(GpuDeeds::transfer(7, &Alice.to_account_id()));
		assert_eq!(GpuDeeds::holder(7), Some(Alice.to_account_id()));
		assert!(
			!Nfts::can_transfer(&GPU_COLLECTION, &7),
			"it is locked as it was before"
		);
		assert_ok!(GpuDeeds::transfer(7, &Bob.to_account_id()));
		assert_ok!(GpuDeeds::set_locked(7, false));
		assert_ok!(send(Charlie));
	});
}

#[test]
fn a_burned_item_should_leave_no_attribute_behind() {
	with_gpu(|| {
		assert_ok!(GpuDeeds::set_attribute(7, b"model", b"H200"));
		assert_ok!(GpuDeeds::set_attribute(7, b"status", b"online"));
		assert_ok!(GpuDeeds::set_attribute(7, b"status", b"offline"));
		assert_eq!(attribute(b"status"), Some(b"offline".to_vec()));
		assert_ok!(GpuDeeds::set_locked(7, true));
		assert_ok!(GpuDeeds::burn(7, &[b"model", b"status", b"never set"]));
		assert_eq!(
			(GpuDeeds::holder(7), attribute(b"model"), attribute(b"status")),
			(None, None, None)
		);
		assert_eq!(
			pallet_nfts::Attribute::<Runtime>::iter_prefix((GPU_COLLECTION, Some(7u64))).count(),
			0
		);
	});
}

#[test]
fn what_is_not_there_should_not_be_changed() {
	with_gpu(|| {
		assert!(GpuDeeds::burn(8, &[]).is_err());
		assert!(GpuDeeds::transfer(8, &Bob.to_account_id()).is_err());
		assert!(GpuDeeds::set_attribute(8, b"model", b"H200").is_err());
		assert!(GpuDeeds::set_locked(8, true).is_err());
		assert!(
			GpuDeeds::set_attribute(7, &[b'k'; 65], b"").is_err(),
			"a key has at most 64 bytes"
		);
	});
}

#[test]
fn bonds_of_different_items_should_be_kept_apart() {
	assert_ne!(GpuDeeds::bond_account(7), GpuDeeds::bond_account(8));
	assert_ne!(GpuDeeds::bond_account(7), OperatorDeeds::bond_account(7));
}

#[test]
fn offers_of_an_item_should_be_withdrawn_and_leave_it_with_its_holder() {
	with_gpu(|| {
		assert!(GpuDeeds::withdraw_offers(8).is_err());
		assert_ok!(GpuDeeds::withdraw_offers(7));
		let bob = || RuntimeOrigin::signed(Bob.to_account_id());
		let charlie = || RuntimeOrigin::signed(Charlie.to_account_id());
		assert_ok!(Nfts::set_price(bob(), GPU_COLLECTION, 7, Some(BCT), None));
		assert_ok!(Nfts::create_swap(
			bob(),
			GPU_COLLECTION,
			7,
			GPU_COLLECTION,
			None,
			None,
			100
		));
		assert_ok!(Nfts::approve_transfer(
			bob(),
			GPU_COLLECTION,
			7,
			Charlie.to_account_id().into(),
			None
		));
		// A locked one, too.
		assert_ok!(GpuDeeds::set_locked(7, true));
		assert_ok!(GpuDeeds::withdraw_offers(7));
		assert_ok!(GpuDeeds::set_locked(7, false));
		assert!(Nfts::buy_item(charlie(), GPU_COLLECTION, 7, BCT).is_err());
		assert!(Nfts::transfer(charlie(), GPU_COLLECTION, 7, Charlie.to_account_id().into()).is_err());
		assert!(!pallet_nfts::PendingSwapOf::<Runtime>::contains_key(GPU_COLLECTION, 7));
		assert_eq!(GpuDeeds::holder(7), Some(Bob.to_account_id()));
	});
}
