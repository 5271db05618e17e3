//! Data Credits and the price they are made at: feeders, the oracle that keeps what they send, and burn-mint.

use super::currency::BurnFeesPayTips;
use crate::{
	constants::currency::deposit,
	governance::{RootOrFeeders, RootOrParameters},
	*,
};
use frame_support::{
	parameter_types,
	traits::{fungible::HoldConsideration, ConstU32, LinearStoragePrice},
	PalletId,
};
use millpond_primitives::{OracleKey, Price};
use pallet_data_credits::{FeedWeight, FeesInCredits, OracleFeeds};

/// The most feeders there can be.
type MaxFeeders = ConstU32<16>;

/// Fees are paid in BCT where the account has it, else in Data Credits.
pub(super) type OnChargeTransaction = FeesInCredits<BurnFeesPayTips>;

// The feeders, whom holders appoint and dismiss.
impl pallet_membership::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type AddOrigin = RootOrFeeders;
	type RemoveOrigin = RootOrFeeders;
	type SwapOrigin = RootOrFeeders;
	type ResetOrigin = RootOrFeeders;
	type PrimeOrigin = RootOrFeeders;
	type MembershipInitialized = ();
	type MembershipChanged = Oracle;
	type MaxMembers = MaxFeeders;
	type WeightInfo = pallet_membership::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	pub const OraclePalletId: PalletId = PalletId(*b"mp/oracl");
	pub const DataCreditsPalletId: PalletId = PalletId(*b"mp/dcred");
	pub const ReferenceReason: RuntimeHoldReason =
		RuntimeHoldReason::DataCredits(pallet_data_credits::HoldReason::Reference);
	pub const ReferenceDeposit: Balance = deposit(1, 0);
	pub const ReferenceByteDeposit: Balance = deposit(0, 1);
}

impl pallet_oracle::Config for Runtime {
	type OnNewData = DataCredits;
	type CombineData = DataCredits;
	type Time = Timestamp;
	type OracleKey = OracleKey;
	type OracleValue = Price;
	type PalletId = OraclePalletId;
	type Members = OracleFeeders;
	type WeightInfo = FeedWeight<Runtime, pallet_oracle::weights::SubstrateWeight<Runtime>>;
	type MaxHasDispatchedSize = MaxFeeders;
	type MaxFeedValues = ConstU32<1>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

impl pallet_data_credits::Config for Runtime {
	type Bct = Balances;
	type Assets = Assets;
	type OnBurn = Emissions;
	type Feeds = OracleFeeds<Runtime>;
	type MaxFeeders = MaxFeeders;
	type Time = Timestamp;
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		ReferenceReason,
		LinearStoragePrice<ReferenceDeposit, ReferenceByteDeposit, Balance>,
	>;
	type GovernanceOrigin = RootOrParameters;
	type PalletId = DataCreditsPalletId;
	type WeightInfo = crate::weights::pallet_data_credits::WeightInfo<Runtime>;
}
