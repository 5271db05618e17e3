//! NFT collections that belong to the chain: holding the item is the right.

use sp_runtime::DispatchResult;

/// One collection of the chain's own: operators, GPUs or time slots. Whoever holds an item has the right that it stands for;
/// pallets ask for the holder each time and store none. Ids are never reused.
pub trait Deeds<AccountId> {
	/// Who holds item `id` now. None if it was never minted or is burned.
	fn holder(id: u64) -> Option<AccountId>;

	/// Mints item `id` to `to`. Fails if it is there.
	fn mint(id: u64, to: &AccountId) -> DispatchResult;

	/// Burns item `id` and the attributes of the chain's that `keys` names. Fails if it is not there.
	fn burn(id: u64, keys: &[&[u8]]) -> DispatchResult;

	/// Moves item `id` to `to`, whether it is locked or not. Fails if it is not there.
	fn transfer(id: u64, to: &AccountId) -> DispatchResult;

	/// Withdraws whatever would let somebody have item `id` on terms that were offered before now: a price set on it, approvals
	/// to transfer it, and a swap that its holder has offered. The holder can make all of them again. Fails if the item is not
	/// there.
	fn withdraw_offers(id: u64) -> DispatchResult;

	/// Shows wallets a fact of item `id`: sets its attribute `key` (at most 64 bytes) to `value` (at most 256). The holder
	/// pays nothing for it. Fails if either is longer.
	fn set_attribute(id: u64, key: &[u8], value: &[u8]) -> DispatchResult;

	/// Whether the holder may transfer item `id`: not while it is locked. Fails if it is not there.
	fn set_locked(id: u64, locked: bool) -> DispatchResult;

	/// The account, without a key, that keeps what belongs to item `id` whoever holds it: its bonds.
	fn bond_account(id: u64) -> AccountId;

	/// Makes as many [offers](Self::withdraw_offers) of item `id` as can be, for a benchmark.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up_offers(id: u64);
}

#[cfg(feature = "std")]
mod mock {
	use super::*;
	use crate::mock_storage::{get, put};
	use codec::{Decode, DecodeAll, Encode};
	use sp_runtime::{traits::TrailingZeroInput, DispatchError, TokenError};
	use std::collections::BTreeMap;

	const HOLDER: &str = "mock:deeds:holder";
	const MINTED: &str = "mock:deeds:minted";
	const LOCKED: &str = "mock:deeds:locked";
	const ATTRIBUTES: &str = "mock:deeds:attributes";
	const OFFERED: &str = "mock:deeds:offered";
	const BOND: &str = "mock:deeds:bond";

	/// A collection of a test, by its number.
	pub struct MockDeeds<const COLLECTION: u32 = 0>;

	impl<const COLLECTION: u32> MockDeeds<COLLECTION> {
		/// The holder of item `id` sells it to `to`, as wallets do. Fails if it is locked or not there.
		pub fn sell<AccountId: Encode + Decode>(id: u64, to: &AccountId) -> DispatchResult {
			match get::<bool>(&(LOCKED, COLLECTION, id)) {
				true => Err(TokenError::Frozen.into()),
				false => <Self as Deeds<AccountId>>::transfer(id, to),
			}
		}

		/// What wallets show of item `id`.
		pub fn attributes(id: u64) -> BTreeMap<Vec<u8>, Vec<u8>> {
			get(&(ATTRIBUTES, COLLECTION, id))
		}

		/// One attribute of item `id`.
		pub fn attribute(id: u64, key: &[u8]) -> Option<Vec<u8>> {
			Self::attributes(id).remove(key)
		}

		/// The holder of item `id` offers it, as wallets do.
		pub fn offer(id: u64) {
			put(&(OFFERED, COLLECTION, id), true);
		}

		/// Whether item `id` is offered.
		pub fn is_offered(id: u64) -> bool {
			get(&(OFFERED, COLLECTION, id))
		}

		/// Whether item `id` is locked.
		pub fn is_locked(id: u64) -> bool {
			get(&(LOCKED, COLLECTION, id))
		}

		fn ensure_there(id: u64) -> DispatchResult {
			match get::<Option<Vec<u8>>>(&(HOLDER, COLLECTION, id)) {
				Some(_) => Ok(()),
				None => Err(TokenError::UnknownAsset.into()),
			}
		}
	}

	impl<AccountId: Encode + Decode, const COLLECTION: u32> Deeds<AccountId> for MockDeeds<COLLECTION> {
		fn holder(id: u64) -> Option<AccountId> {
			let account: Option<Vec<u8>> = get(&(HOLDER, COLLECTION, id));
			account.map(|bytes| AccountId::decode_all(&mut &bytes[..]).expect("a mock stored it"))
		}

		/// Fails, too, if it ever was there.
		fn mint(id: u64, to: &AccountId) -> DispatchResult {
			if get::<bool>(&(MINTED, COLLECTION, id)) {
				return Err(DispatchError::Other("item ids are never reused"));
			}
			put(&(MINTED, COLLECTION, id), true);
			put(&(HOLDER, COLLECTION, id), Some(to.encode()));
			Ok(())
		}

		fn burn(id: u64, keys: &[&[u8]]) -> DispatchResult {
			Self::ensure_there(id)?;
			let mut attributes = Self::attributes(id);
			keys.iter().for_each(|key| drop(attributes.remove(*key)));
			put(&(ATTRIBUTES, COLLECTION, id), attributes);
			put(&(LOCKED, COLLECTION, id), false);
			put(&(OFFERED, COLLECTION, id), false);
			put(&(HOLDER, COLLECTION, id), None::<Vec<u8>>);
			Ok(())
		}

		fn transfer(id: u64, to: &AccountId) -> DispatchResult {
			Self::ensure_there(id)?;
			put(&(HOLDER, COLLECTION, id), Some(to.encode()));
			put(&(OFFERED, COLLECTION, id), false);
			Ok(())
		}

		fn withdraw_offers(id: u64) -> DispatchResult {
			Self::ensure_there(id)?;
			put(&(OFFERED, COLLECTION, id), false);
			Ok(())
		}

		fn set_attribute(id: u64, key: &[u8], value: &[u8]) -> DispatchResult {
			if key.len() > 64 || value.len() > 256 {
				return Err(DispatchError::Exhausted);
			}
			let mut attributes = Self::attributes(id);
			attributes.insert(key.to_vec(), value.to_vec());
			put(&(ATTRIBUTES, COLLECTION, id), attributes);
			Ok(())
		}

		fn set_locked(id: u64, locked: bool) -> DispatchResult {
			Self::ensure_there(id)?;
			put(&(LOCKED, COLLECTION, id), locked);
			Ok(())
		}

		#[cfg(feature = "runtime-benchmarks")]
		fn set_up_offers(id: u64) {
			Self::offer(id);
		}

		fn bond_account(id: u64) -> AccountId {
			let hash = sp_io::hashing::blake2_256(&(BOND, COLLECTION, id).encode());
			AccountId::decode(&mut TrailingZeroInput::new(&hash)).expect("any bytes are an account")
		}
	}
}

#[cfg(feature = "std")]
pub use mock::MockDeeds;

#[cfg(test)]
mod tests {
	use super::*;

	type Slots = MockDeeds<2>;

	#[test]
	fn items_should_be_sold_when_unlocked_only_and_their_ids_never_reused() {
		const ALICE: u64 = 1;
		const BOB: u64 = 2;
		sp_io::TestExternalities::default().execute_with(|| {
			assert_eq!(Slots::mint(7, &ALICE), Ok(()));
			assert_eq!(<MockDeeds<1> as Deeds<u64>>::holder(7), None);
			assert_eq!(<Slots as Deeds<u64>>::set_locked(7, true), Ok(()));
			assert!(Slots::sell(7, &BOB).is_err());
			assert_eq!(Slots::holder(7), Some(ALICE));
			assert_eq!(Slots::transfer(7, &BOB), Ok(()));
			assert_eq!(<Slots as Deeds<u64>>::set_attribute(7, b"model", b"H100"), Ok(()));
			assert!(<Slots as Deeds<u64>>::set_attribute(7, &[0; 65], b"").is_err());
			assert_eq!(Slots::attribute(7, b"model"), Some(b"H100".to_vec()));
			assert_eq!(<Slots as Deeds<u64>>::burn(7, &[b"model"]), Ok(()));
			assert_eq!((Slots::holder(7), Slots::attributes(7).len()), (None::<u64>, 0));
			assert!(Slots::mint(7, &ALICE).is_err() && Slots::sell(7, &BOB).is_err());
		});
	}
}
