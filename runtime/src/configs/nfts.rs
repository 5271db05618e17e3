//! NFTs. Operators, GPUs and time slots are items of three collections that belong to this chain's own pallets; anyone
//! may have further collections beside them.

use crate::{constants::currency::*, *};
use frame_support::{
	parameter_types,
	traits::{AsEnsureOriginWithArg, ConstU32, Contains},
	PalletId,
};
use frame_system::{EnsureNever, EnsureSigned};
use pallet_nfts::{CollectionConfig, CollectionSetting, CollectionSettings, MintSettings, MintType, PalletFeatures};
use sp_runtime::traits::AccountIdConversion;

/// The collection of operators: who hosts GPUs.
pub const OPERATOR_COLLECTION: u32 = 0;
/// The collection of GPUs.
pub const GPU_COLLECTION: u32 = 1;
/// The collection of time slots: rentals.
pub const TIME_SLOT_COLLECTION: u32 = 2;
/// Collections below this number belong to the chain's own pallets.
pub const OWN_COLLECTIONS: u32 = 3;

/// Refuses to burn items of the chain's own collections: the pallets that minted them end their duties first. Refuses their
/// holders' attributes, too, of which there may be any number: pallet-nfts leaves them and their deposits behind when it burns
/// an item, and no bounded cleaning could remove them.
pub struct OwnItemsAreKept;

impl Contains<RuntimeCall> for OwnItemsAreKept {
	fn contains(call: &RuntimeCall) -> bool {
		let of = match call {
			RuntimeCall::Nfts(
				pallet_nfts::Call::burn { collection, .. }
				| pallet_nfts::Call::set_attribute { collection, .. }
				| pallet_nfts::Call::approve_item_attributes { collection, .. },
			) => *collection,
			RuntimeCall::Nfts(pallet_nfts::Call::set_attributes_pre_signed { data, .. }) => data.collection,
			_ => return true,
		};
		of >= OWN_COLLECTIONS
	}
}

/// Creates the collections of the chain's own pallets, without a deposit, owned by an account that nobody has a key of.
/// They take the numbers below `OWN_COLLECTIONS`; the first that a user creates comes after them.
///
/// # Errors
/// Where a collection of that number is there already: the state is not an empty one.
pub fn create_own_collections() -> Result<(), alloc::string::String> {
	let owner: AccountId = OWN_COLLECTIONS_PALLET_ID.into_account_truncating();
	for collection in 0..OWN_COLLECTIONS {
		let config = CollectionConfig {
			// What an item's storage costs is part of the bond or deposit that its pallet takes.
			settings: CollectionSettings::from_disabled(CollectionSetting::DepositRequired.into()),
			max_supply: None,
			mint_settings: MintSettings {
				mint_type: MintType::Issuer,
				..Default::default()
			},
		};
		let event = pallet_nfts::Event::Created {
			collection,
			creator: owner.clone(),
			owner: owner.clone(),
		};
		Nfts::do_create_collection(collection, owner.clone(), owner.clone(), config, 0, event)
			.map_err(|error| alloc::format!("genesis: NFT collection {collection} cannot be created: {error:?}"))?;
	}
	pallet_nfts::NextCollectionId::<Runtime>::put(OWN_COLLECTIONS);
	Ok(())
}

const OWN_COLLECTIONS_PALLET_ID: PalletId = PalletId(*b"mp/deeds");

parameter_types! {
	pub Features: PalletFeatures = PalletFeatures::all_enabled();
	pub const CollectionDeposit: Balance = deposit(1, 130);
	pub const ItemDeposit: Balance = deposit(1, 164);
	pub const MetadataDepositBase: Balance = deposit(1, 129);
	pub const AttributeDepositBase: Balance = deposit(1, 0);
	pub const DepositPerByte: Balance = deposit(0, 1);
	pub const MaxDeadlineDuration: BlockNumber = 360 * crate::constants::time::DAYS;
}

impl pallet_nfts::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type CollectionId = u32;
	type ItemId = u64;
	type Currency = Balances;
	type ForceOrigin = EnsureNever<AccountId>;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type Locker = ();
	type CollectionDeposit = CollectionDeposit;
	type ItemDeposit = ItemDeposit;
	type MetadataDepositBase = MetadataDepositBase;
	type AttributeDepositBase = AttributeDepositBase;
	type DepositPerByte = DepositPerByte;
	type StringLimit = ConstU32<256>;
	type KeyLimit = ConstU32<64>;
	type ValueLimit = ConstU32<256>;
	type ApprovalsLimit = ConstU32<20>;
	type ItemAttributesApprovalsLimit = ConstU32<30>;
	type MaxTips = ConstU32<10>;
	type MaxDeadlineDuration = MaxDeadlineDuration;
	type MaxAttributesPerCall = ConstU32<10>;
	type Features = Features;
	type OffchainSignature = Signature;
	type OffchainPublic = <Signature as sp_runtime::traits::Verify>::Signer;
	type WeightInfo = pallet_nfts::weights::SubstrateWeight<Runtime>;
	type BlockNumberProvider = System;
	#[cfg(feature = "runtime-benchmarks")]
	type Helper = ();
}
