//! Who may do what only Root may: holders of BCT by referenda, which the technical committee may hasten, and a key until
//! a chain has none. docs/governance.md explains it; what each origin may do stands in docs/security.md.

use super::emission::{TreasuryAccount, TREASURY_PALLET_ID};
use crate::{
	constants::{currency::BCT, time::*},
	governance::*,
	*,
};
use core::marker::PhantomData;
use frame_support::{
	parameter_types,
	traits::{
		tokens::{currency::ActiveIssuanceOf, PayFromAccount, UnityAssetBalanceConversion},
		AsEnsureOriginWithArg, ConstU32, EitherOf, Get,
	},
	weights::Weight,
	PalletId,
};
use frame_system::{EnsureRoot, EnsureSigned};
use pallet_collective::EnsureProportionAtLeast;
use pallet_genesis_settings::GovernanceHaste;
use sp_runtime::{traits::AccountIdLookup, Perbill, Permill};

/// A time of governance: so many blocks where holders have their full time, a part of them on chains that are in haste.
pub struct Hastened<const BLOCKS: BlockNumber>(PhantomData<()>);

impl<const BLOCKS: BlockNumber> Get<BlockNumber> for Hastened<BLOCKS> {
	fn get() -> BlockNumber {
		let haste = GovernanceHaste::<Runtime>::get();
		BLOCKS.checked_div(haste).unwrap_or(BLOCKS).max(1)
	}
}

impl pallet_origins::Config for Runtime {}

parameter_types! {
	pub const SubmissionDeposit: Balance = 10 * BCT;
}

impl pallet_referenda::Config for Runtime {
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_referenda::weights::SubstrateWeight<Runtime>;
	type Scheduler = Scheduler;
	type Currency = Balances;
	type SubmitOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type CancelOrigin = RootOrCanceller;
	type KillOrigin = RootOrKiller;
	// What is taken from a killed question is burned.
	type Slash = ();
	type Votes = Balance;
	type Tally = pallet_conviction_voting::TallyOf<Runtime>;
	type SubmissionDeposit = SubmissionDeposit;
	type MaxQueued = ConstU32<100>;
	type UndecidingTimeout = Hastened<{ 3 * DAYS }>;
	type AlarmInterval = ConstU32<1>;
	type Tracks = GovernanceTracks;
	type Preimages = Preimage;
	type BlockNumberProvider = System;
}

impl pallet_conviction_voting::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_conviction_voting::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type Polls = Referenda;
	type MaxTurnout = ActiveIssuanceOf<Balances, AccountId>;
	type MaxVotes = ConstU32<512>;
	type VoteLockingPeriod = Hastened<{ 7 * DAYS }>;
	type BlockNumberProvider = System;
	type VotingHooks = ();
}

/// The technical committee: five to nine engineers whom holders appoint, and who may only hasten what holders decide.
pub type TechnicalCollective = pallet_collective::Instance1;

/// The most members of the committee.
const MAX_COMMITTEE: u32 = 9;

/// Two thirds of the committee.
type TwoThirdsOfCommittee = EnsureProportionAtLeast<AccountId, TechnicalCollective, 2, 3>;

parameter_types! {
	pub MaxCommitteeCallWeight: Weight = Perbill::from_percent(50) * super::BlockWeightLimits::get().max_block;
}

impl pallet_collective::Config<TechnicalCollective> for Runtime {
	type RuntimeOrigin = RuntimeOrigin;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type MotionDuration = Hastened<{ 3 * DAYS }>;
	type MaxProposals = ConstU32<20>;
	type MaxMembers = ConstU32<MAX_COMMITTEE>;
	type DefaultVote = pallet_collective::PrimeDefaultVote;
	type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
	type SetMembersOrigin = EnsureRoot<AccountId>;
	type MaxProposalWeight = MaxCommitteeCallWeight;
	type DisapproveOrigin = EnsureRoot<AccountId>;
	type KillOrigin = EnsureRoot<AccountId>;
	type Consideration = ();
}

impl pallet_whitelist::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WhitelistOrigin = EitherOf<EnsureRoot<AccountId>, TwoThirdsOfCommittee>;
	type DispatchWhitelistedOrigin = RootOrWhitelisted;
	type Preimages = Preimage;
	type DeferredDispatchExpiration = Hastened<{ 14 * DAYS }>;
	type BlockNumberProvider = System;
	type WeightInfo = pallet_whitelist::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	pub const TreasuryPalletId: PalletId = TREASURY_PALLET_ID;
	/// What is not spent is kept.
	pub const NothingBurned: Permill = Permill::zero();
}

impl pallet_treasury::Config for Runtime {
	type Currency = Balances;
	type RejectOrigin = EnsureRoot<AccountId>;
	type RuntimeEvent = RuntimeEvent;
	type SpendPeriod = Hastened<DAYS>;
	type Burn = NothingBurned;
	type PalletId = TreasuryPalletId;
	type BurnDestination = ();
	type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
	type SpendFunds = ();
	type MaxApprovals = ConstU32<100>;
	type SpendOrigin = SpendLimit;
	type AssetKind = ();
	type Beneficiary = AccountId;
	type BeneficiaryLookup = AccountIdLookup<AccountId, ()>;
	type Paymaster = PayFromAccount<Balances, TreasuryAccount>;
	type BalanceConverter = UnityAssetBalanceConversion;
	type PayoutPeriod = Hastened<{ 30 * DAYS }>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = TreasuryBenchmarks;
	type BlockNumberProvider = System;
}

/// What the treasury's benchmarks pay, and to which account.
#[cfg(feature = "runtime-benchmarks")]
pub struct TreasuryBenchmarks;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_treasury::ArgumentsFactory<(), AccountId> for TreasuryBenchmarks {
	fn create_asset_kind(_: u32) {}

	fn create_beneficiary(seed: [u8; 32]) -> AccountId {
		seed.into()
	}
}

// A key on the development and local chains, a multisig on the test network.
impl pallet_sudo::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}
