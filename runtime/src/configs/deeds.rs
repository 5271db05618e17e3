//! The chain's own NFT collections as our pallets use them: operators, GPUs and time slots.

use super::nfts::{GPU_COLLECTION, OPERATOR_COLLECTION, TIME_SLOT_COLLECTION};
use crate::*;
use frame_support::{
	ensure,
	traits::nonfungibles_v2::{Inspect, Mutate, Transfer},
	PalletId,
};
use millpond_traits::Deeds;
use pallet_nfts::ItemConfig;
use sp_runtime::{traits::AccountIdConversion, DispatchResult};

/// Operators.
pub type OperatorDeeds = OwnCollection<OPERATOR_COLLECTION>;
/// GPUs.
pub type GpuDeeds = OwnCollection<GPU_COLLECTION>;
/// Time slots.
pub type TimeSlotDeeds = OwnCollection<TIME_SLOT_COLLECTION>;

/// Names the accounts that keep what belongs to an item.
const BONDS_PALLET_ID: PalletId = PalletId(*b"mp/bonds");

/// One of the collections that [`create_own_collections`](super::create_own_collections) makes.
pub struct OwnCollection<const COLLECTION: u32>;

impl<const COLLECTION: u32> OwnCollection<COLLECTION> {
	/// Does something to an item as if it were not locked: pallet-nfts neither moves nor burns locked ones, whoever asks.
	fn unlocked(id: u64, act: impl FnOnce() -> DispatchResult) -> DispatchResult {
		let locked = Self::holder(id).is_some() && !<Nfts as Inspect<AccountId>>::can_transfer(&COLLECTION, &id);
		if locked {
			Self::set_locked(id, false)?;
		}
		act()?;
		match locked && Self::holder(id).is_some() {
			true => Self::set_locked(id, true),
			false => Ok(()),
		}
	}
}

impl<const COLLECTION: u32> Deeds<AccountId> for OwnCollection<COLLECTION> {
	fn holder(id: u64) -> Option<AccountId> {
		Nfts::owner(COLLECTION, id)
	}

	fn mint(id: u64, to: &AccountId) -> DispatchResult {
		<Nfts as Mutate<AccountId, ItemConfig>>::mint_into(&COLLECTION, &id, to, &ItemConfig::default(), true)
	}

	fn burn(id: u64, keys: &[&[u8]]) -> DispatchResult {
		for key in keys {
			// Burning leaves attributes behind.
			if Nfts::system_attribute(&COLLECTION, Some(&id), key).is_some() {
				<Nfts as Mutate<AccountId, ItemConfig>>::clear_attribute(&COLLECTION, &id, key)?;
			}
		}
		Self::unlocked(id, || {
			<Nfts as Mutate<AccountId, ItemConfig>>::burn(&COLLECTION, &id, None)
		})
	}

	fn transfer(id: u64, to: &AccountId) -> DispatchResult {
		Self::unlocked(id, || <Nfts as Transfer<AccountId>>::transfer(&COLLECTION, &id, to))
	}

	/// As if the holder withdrew them: wallets see the events of pallet-nfts.
	fn withdraw_offers(id: u64) -> DispatchResult {
		let item = pallet_nfts::Item::<Runtime>::get(COLLECTION, id);
		let item = item.ok_or(pallet_nfts::Error::<Runtime>::UnknownItem)?;
		let holder = RuntimeOrigin::signed(item.owner);
		if pallet_nfts::ItemPriceOf::<Runtime>::contains_key(COLLECTION, id) {
			Nfts::set_price(holder.clone(), COLLECTION, id, None, None)?;
		}
		if pallet_nfts::PendingSwapOf::<Runtime>::contains_key(COLLECTION, id) {
			Nfts::cancel_swap(holder.clone(), COLLECTION, id)?;
		}
		if !item.approvals.is_empty() {
			Nfts::clear_all_transfer_approvals(holder, COLLECTION, id)?;
		}
		Ok(())
	}

	fn set_attribute(id: u64, key: &[u8], value: &[u8]) -> DispatchResult {
		ensure!(Self::holder(id).is_some(), pallet_nfts::Error::<Runtime>::UnknownItem);
		<Nfts as Mutate<AccountId, ItemConfig>>::set_attribute(&COLLECTION, &id, key, value)
	}

	fn set_locked(id: u64, locked: bool) -> DispatchResult {
		ensure!(Self::holder(id).is_some(), pallet_nfts::Error::<Runtime>::UnknownItem);
		match (locked, <Nfts as Inspect<AccountId>>::can_transfer(&COLLECTION, &id)) {
			(true, true) => <Nfts as Transfer<AccountId>>::disable_transfer(&COLLECTION, &id),
			(false, false) => <Nfts as Transfer<AccountId>>::enable_transfer(&COLLECTION, &id),
			_ => Ok(()),
		}
	}

	fn bond_account(id: u64) -> AccountId {
		BONDS_PALLET_ID.into_sub_account_truncating((COLLECTION, id))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up_offers(id: u64) {
		use frame_support::assert_ok;

		let Some(holder) = Self::holder(id) else {
			panic!("somebody holds it")
		};
		let origin = || RuntimeOrigin::signed(holder.clone());
		assert_ok!(Nfts::set_price(origin(), COLLECTION, id, Some(1), None));
		assert_ok!(Nfts::create_swap(origin(), COLLECTION, id, COLLECTION, None, None, 1));
		for number in 0..20u8 {
			let delegate = AccountId::from([number; 32]);
			assert_ok!(Nfts::approve_transfer(origin(), COLLECTION, id, delegate.into(), None));
		}
	}
}
