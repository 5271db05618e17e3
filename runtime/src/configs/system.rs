//! The frame of the chain: accounts, blocks and their limits, time.

use crate::{constants::time::MILLISECONDS_PER_BLOCK, *};
use frame_support::{
	derive_impl,
	dispatch::DispatchClass,
	parameter_types,
	traits::{ConstU64, InsideBoth},
	weights::{
		constants::{BlockExecutionWeight, ExtrinsicBaseWeight, ParityDbWeight, WEIGHT_REF_TIME_PER_SECOND},
		Weight,
	},
};
use frame_system::limits::{BlockLength, BlockWeights};
use sp_runtime::{traits::AccountIdLookup, Perbill};

/// Marks addresses of the network (the generic prefix of Substrate chains).
pub const SS58_PREFIX: u16 = 42;

/// The share of a block that ordinary transactions may fill; the rest is kept for operational ones.
const NORMAL_SHARE: Perbill = Perbill::from_percent(75);
/// The share of a block that initialisation is expected to use at most.
const INITIALISATION_SHARE: Perbill = Perbill::from_percent(10);
/// A block executes for at most a second: a third of the block time, so that a slower node can still follow.
/// Proof size does not matter on a chain that proves its state to nobody.
const MAXIMUM_BLOCK_WEIGHT: Weight = Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND, u64::MAX);
const MAXIMUM_BLOCK_LENGTH: u32 = 5 * 1024 * 1024;

parameter_types! {
	pub const BlockHashCount: BlockNumber = 4_096;
	pub const Version: sp_version::RuntimeVersion = VERSION;
	pub const SS58Prefix: u16 = SS58_PREFIX;
	pub BlockLengthLimits: BlockLength = BlockLength::builder()
		.max_length(MAXIMUM_BLOCK_LENGTH)
		.modify_max_length_for_class(DispatchClass::Normal, |limit| *limit = NORMAL_SHARE * MAXIMUM_BLOCK_LENGTH)
		.build();
	pub BlockWeightLimits: BlockWeights = BlockWeights::builder()
		.base_block(BlockExecutionWeight::get())
		.for_class(DispatchClass::all(), |weights| weights.base_extrinsic = ExtrinsicBaseWeight::get())
		.for_class(DispatchClass::Normal, |weights| weights.max_total = Some(NORMAL_SHARE * MAXIMUM_BLOCK_WEIGHT))
		.for_class(DispatchClass::Operational, |weights| {
			weights.max_total = Some(MAXIMUM_BLOCK_WEIGHT);
			// What ordinary transactions may not use is kept for operational ones.
			weights.reserved = Some(MAXIMUM_BLOCK_WEIGHT - NORMAL_SHARE * MAXIMUM_BLOCK_WEIGHT);
		})
		.avg_block_initialization(INITIALISATION_SHARE)
		.build_or_panic();
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type Block = Block;
	type Nonce = Nonce;
	type Hash = Hash;
	type AccountId = AccountId;
	type Lookup = AccountIdLookup<AccountId, ()>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type BlockHashCount = BlockHashCount;
	type BlockLength = BlockLengthLimits;
	type BlockWeights = BlockWeightLimits;
	type DbWeight = ParityDbWeight;
	type BaseCallFilter = InsideBoth<InsideBoth<SafeMode, TxPause>, super::nfts::OwnItemsAreKept>;
	type Version = Version;
	type SS58Prefix = SS58Prefix;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
	type ExtensionsWeightInfo = crate::weights::ExtensionsInBaseWeight;
	type MultiBlockMigrator = MultiBlockMigrations;
	type MaxConsumers = frame_support::traits::ConstU32<16>;
}

impl pallet_genesis_settings::Config for Runtime {}

impl pallet_timestamp::Config for Runtime {
	type Moment = u64;
	type OnTimestampSet = (Babe, Emissions);
	type MinimumPeriod = ConstU64<{ MILLISECONDS_PER_BLOCK / 2 }>;
	type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}
