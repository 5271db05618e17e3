//! BCT, the assets beside it, and the fees of transactions. Why the fees are as they are: docs/decisions/0002-fees.md.

use super::parameters::dynamic_params::fees;
use crate::{constants::currency::*, *};
use frame_support::{
	dispatch::DispatchClass,
	parameter_types,
	traits::{
		fungible::{Balanced, Credit},
		AsEnsureOriginWithArg, ConstU32, ConstU8, OnUnbalanced,
	},
	weights::{constants::ExtrinsicBaseWeight, Weight, WeightToFee as WeightToFeeTrait},
};
use frame_system::EnsureNever;
use pallet_transaction_payment::{Multiplier, MultiplierUpdate};
use sp_runtime::{
	traits::{Convert, Get},
	FixedPointNumber, Perquintill, Saturating,
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

/// The price of a transaction's bytes, `fees::ByteFee` each, with what congestion adds to it and to the price of an empty
/// transaction.
///
/// pallet-transaction-payment multiplies neither: blocks could be filled for ever, at one price, with bytes or with many
/// transactions that do nothing. So that a whole fee is multiplied, the rest is charged here.
pub struct LengthToFee;

impl WeightToFeeTrait for LengthToFee {
	type Balance = Balance;

	fn weight_to_fee(length: &Weight) -> Balance {
		let bytes = Balance::from(length.ref_time()).saturating_mul(fees::ByteFee::get().get());
		let empty = fees::BaseFee::get().get();
		TransactionPayment::next_fee_multiplier()
			.saturating_mul_int(bytes.saturating_add(empty))
			.saturating_sub(empty)
	}
}

parameter_types! {
	/// Fees rise while blocks are fuller than this and fall while they are emptier.
	pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
	/// By what a block's distance from the target is multiplied. Fees double in 200 full blocks, which is 10 minutes, and
	/// halve in 600 empty ones: ln 2 ÷ 200 ÷ 0.75.
	pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(4_621, 1_000_000);
	/// The least is what governance has set, never a part of it.
	pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_integer(1);
	/// Reached after 67 minutes of full blocks. A bound, so that a transaction can be paid in the worst hour, too.
	pub MaximumMultiplier: Multiplier = Multiplier::saturating_from_integer(100);
}

/// How congestion moves fees: by `AdjustmentVariable` × (fullness − target) a block.
///
/// How full a block is, is told by the execution or by the bytes of its ordinary transactions, whichever is more.
/// pallet-transaction-payment's `TargetedFeeAdjustment`, whose formula this is, knows no bytes.
pub struct FeeMultiplierUpdate;

impl FeeMultiplierUpdate {
	/// How full the open block is of ordinary transactions.
	fn fullness() -> Perquintill {
		let limits = super::BlockWeightLimits::get();
		let most = limits.get(DispatchClass::Normal).max_total.unwrap_or(limits.max_block);
		let weight = System::block_weight().get(DispatchClass::Normal).ref_time();
		let bytes = *super::BlockLengthLimits::get().max.get(DispatchClass::Normal);
		Perquintill::from_rational(weight, most.ref_time().max(1)).max(Perquintill::from_rational(
			u64::from(System::block_size()),
			u64::from(bytes.max(1)),
		))
	}
}

impl Convert<Multiplier, Multiplier> for FeeMultiplierUpdate {
	fn convert(previous: Multiplier) -> Multiplier {
		let previous = previous.max(Self::min());
		let (fullness, target) = (Multiplier::from(Self::fullness()), Multiplier::from(Self::target()));
		let fuller = fullness.max(target).saturating_sub(fullness.min(target));
		let change = Self::variability().saturating_mul(fuller);
		// The first terms of e^change.
		let second = change.saturating_mul(change) / Multiplier::saturating_from_integer(2);
		let next = if fullness >= target {
			previous.saturating_add(previous.saturating_mul(change.saturating_add(second)))
		} else {
			previous.saturating_sub(previous.saturating_mul(change.saturating_sub(second)))
		};
		next.clamp(Self::min(), Self::max())
	}
}

impl MultiplierUpdate for FeeMultiplierUpdate {
	fn min() -> Multiplier {
		MinimumMultiplier::get()
	}

	fn max() -> Multiplier {
		MaximumMultiplier::get()
	}

	fn target() -> Perquintill {
		TargetBlockFullness::get()
	}

	fn variability() -> Multiplier {
		AdjustmentVariable::get()
	}
}

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
