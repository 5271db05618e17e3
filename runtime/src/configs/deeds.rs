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
}
