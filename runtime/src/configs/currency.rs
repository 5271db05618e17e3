//! BCT, the assets beside it, and the fees of transactions. Why the fees are as they are: docs/decisions/0002-fees.md.

use super::parameters::dynamic_params::fees;
use crate::{constants::currency::*, *};
use frame_support::{
	parameter_types,
	traits::{
		fungible::{Balanced, Credit},
		AsEnsureOriginWithArg, ConstU32, ConstU8, OnUnbalanced,
	},
	weights::{constants::ExtrinsicBaseWeight, Weight, WeightToFee as WeightToFeeTrait},
};
use frame_system::EnsureNever;
use pallet_transaction_payment::{Multiplier, TargetedFeeAdjustment};
use sp_runtime::{
	traits::{Bounded, Get},
	FixedPointNumber, Perquintill,
};

parameter_types! {
	pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
}

impl pallet_balances::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
	type Balance = Balance;
	type DustRemoval = ();
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
	type ReserveIdentifier = [u8; 8];
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type MaxFreezes = frame_support::traits::VariantCountOf<RuntimeFreezeReason>;
	type DoneSlashHandler = ();
}

parameter_types! {
	pub const NoDeposit: Balance = 0;
	pub const AssetAccountDeposit: Balance = deposit(1, 16);
}

// The pallet's calls are disabled in the runtime: assets are reached by pallets only, so the origins are never asked.
impl pallet_assets::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type RemoveItemsLimit = ConstU32<1_000>;
	type AssetId = u32;
	type AssetIdParameter = codec::Compact<u32>;
	type ReserveData = ();
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureNever<AccountId>>;
	type ForceOrigin = EnsureNever<AccountId>;
	type AssetDeposit = NoDeposit;
	type AssetAccountDeposit = AssetAccountDeposit;
	type MetadataDepositBase = NoDeposit;
	type MetadataDepositPerByte = NoDeposit;
	type ApprovalDeposit = NoDeposit;
	type StringLimit = ConstU32<50>;
	type Freezer = ();
	type Holder = ();
	type Extra = ();
	type CallbackHandle = ();
	type AssetIdAllocator = ();
	type WeightInfo = pallet_assets::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

/// The price of execution: `fees::BaseFee` for the weight of an empty transaction, in proportion for more.
pub struct WeightToFee;

impl WeightToFeeTrait for WeightToFee {
	type Balance = Balance;

	fn weight_to_fee(weight: &Weight) -> Balance {
		let base = Balance::from(ExtrinsicBaseWeight::get().ref_time());
		// Rounded up: a transaction that costs anything pays something.
		Balance::from(weight.ref_time())
			.saturating_mul(fees::BaseFee::get().get())
			.div_ceil(base)
	}
}

/// The price of a transaction's bytes: `fees::ByteFee` each.
pub struct LengthToFee;

impl WeightToFeeTrait for LengthToFee {
	type Balance = Balance;

	fn weight_to_fee(length: &Weight) -> Balance {
		Balance::from(length.ref_time()).saturating_mul(fees::ByteFee::get().get())
	}
}

parameter_types! {
	/// Fees rise while blocks are fuller than this and fall while they are emptier.
	pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
	/// Chosen so that fees change by at most a factor of e^(0.1) or so in an hour of full blocks of 3 s.
	pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(15, 1_000_000);
	pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_rational(1, 10);
	pub MaximumMultiplier: Multiplier = Bounded::max_value();
}

/// How congestion moves the price of execution.
pub type FeeMultiplierUpdate =
	TargetedFeeAdjustment<Runtime, TargetBlockFullness, AdjustmentVariable, MinimumMultiplier, MaximumMultiplier>;

/// Burns fees and gives tips to the block's author, who so gains nothing by filling blocks with his own transactions.
pub struct BurnFeesPayTips;

impl OnUnbalanced<Credit<AccountId, Balances>> for BurnFeesPayTips {
	fn on_unbalanceds(mut fee_then_tip: impl Iterator<Item = Credit<AccountId, Balances>>) {
		drop(fee_then_tip.next());
		if let (Some(tip), Some(author)) = (fee_then_tip.next(), Authorship::author()) {
			// A tip too small to open the author's account is burned with the fee.
			drop(Balances::resolve(&author, tip));
		}
	}
}

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = super::money::OnChargeTransaction;
	type WeightToFee = WeightToFee;
	type LengthToFee = LengthToFee;
	type FeeMultiplierUpdate = FeeMultiplierUpdate;
	type OperationalFeeMultiplier = ConstU8<5>;
	type WeightInfo = crate::weights::ExtensionsInBaseWeight;
}
