//! Supply: who hosts GPUs and manages pools, the GPUs, and the pools that share their rewards.

use super::{
	deeds::{GpuDeeds, OperatorDeeds},
	emission::TreasuryAccount,
};
use crate::{
	constants::currency::deposit,
	governance::{RootOrCatalogue, RootOrParameters},
	*,
};
use frame_support::{
	parameter_types,
	traits::{fungible::HoldConsideration, tokens::imbalance::ResolveTo, LinearStoragePrice},
	weights::Weight,
};
use sp_runtime::Perbill;

parameter_types! {
	/// Bond, profile and reputation; the NFT is an item, its configuration, an entry of its holder and five attributes.
	pub const OperatorDeposit: Balance = deposit(11, 1_350);
	pub const ProposalReason: RuntimeHoldReason = RuntimeHoldReason::Gpus(pallet_gpus::HoldReason::Proposal);
	pub const ProposalDeposit: Balance = deposit(1, 0);
	pub const ProposalByteDeposit: Balance = deposit(0, 1);
	/// A fiftieth of every block, if there is something to pay: no holder waits long, however full blocks are.
	pub SweepWeight: Weight = Perbill::from_percent(2) * super::BlockWeightLimits::get().max_block;
}

impl pallet_operators::Config for Runtime {
	type Bct = Balances;
	type Deeds = OperatorDeeds;
	type Clock = Emissions;
	type Prices = DataCredits;
	type Pools = Pools;
	type OnSlash = ResolveTo<TreasuryAccount, Balances>;
	type Deposit = OperatorDeposit;
	type GovernanceOrigin = RootOrParameters;
	type WeightInfo = crate::weights::pallet_operators::WeightInfo<Runtime>;
}

impl pallet_gpus::Config for Runtime {
	type Deeds = GpuDeeds;
	type Operators = Operators;
	type Pools = Pools;
	type Proofs = Attestation;
	type Clock = Emissions;
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		ProposalReason,
		LinearStoragePrice<ProposalDeposit, ProposalByteDeposit, Balance>,
	>;
	type GovernanceOrigin = RootOrCatalogue;
	type WeightInfo = crate::weights::pallet_gpus::WeightInfo<Runtime>;
}

impl pallet_pools::Config for Runtime {
	type Emissions = Emissions;
	type Clock = Emissions;
	type Gpus = Gpus;
	type Operators = Operators;
	type Obligations = Market;
	type SweepWeight = SweepWeight;
	type GovernanceOrigin = RootOrParameters;
	type WeightInfo = crate::weights::pallet_pools::WeightInfo<Runtime>;
}
