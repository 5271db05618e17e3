//! Who validates: nominated proof of stake, elected on chain, with nomination pools for small stakes.
//! Why pallet-staking: docs/decisions/0003-staking.md.

use crate::*;
use frame_election_provider_support::{
	bounds::{ElectionBounds, ElectionBoundsBuilder},
	onchain, SequentialPhragmen,
};
use frame_support::{
	parameter_types,
	traits::{ConstU32, ConstU8, Get, Nothing},
	weights::Weight,
	PalletId,
};
use frame_system::EnsureRoot;
use pallet_genesis_settings::{BondingDuration, SessionsPerEra, SlashDeferDuration, MAX_BONDING_ERAS};
use pallet_session::historical::IdentificationTuple;
use sp_core::U256;
use sp_runtime::{traits::Convert, FixedU128, Perbill};
use sp_staking::{
	offence::{OffenceDetails, OnOffenceHandler},
	EraIndex, SessionIndex,
};

/// Nominators of a validator that one payout call pays.
pub(super) const MAX_EXPOSURE_PAGE_SIZE: u32 = 64;
/// Validators that one nominator can name.
const MAX_NOMINATIONS: u32 = 16;
/// Validators that an election can elect.
const MAX_VALIDATORS: u32 = 100;

/// The most voters that an election looks at; the voter list puts the largest stakes first.
const MAX_ELECTING_VOTERS: u32 = 1_000;
/// The most candidates that an election looks at. With more of them every election would fail: staking's
/// `MaxValidatorsCount` must stay within it.
pub const MAX_ELECTABLE_TARGETS: u32 = 500;

parameter_types! {
	/// The election runs inside a block, at the end of an era: its bounds keep it within the block's time.
	pub Bounds: ElectionBounds = ElectionBoundsBuilder::default()
		.voters_count(MAX_ELECTING_VOTERS.into())
		.targets_count(MAX_ELECTABLE_TARGETS.into())
		.build();
	pub const MaxValidatorSet: u32 = MAX_VALIDATORS;
	pub const SortElection: bool = true;
}

parameter_types! {
	/// The eras whose stakes are remembered. An offence is slashed by the stakes of its era, so these are all eras in which
	/// stake can still be bonded, the one that is open and the one that is planned.
	pub const HistoryDepth: EraIndex = MAX_BONDING_ERAS + 2;
	/// Whether the offence that is being reported was reported after the time in which its slash could be cancelled.
	pub storage ReportIsLate: bool = false;
}

/// How long a slash can be cancelled, in eras. A slash that was reported too late for that is applied at once.
pub struct DeferWhileBonded;

impl Get<EraIndex> for DeferWhileBonded {
	fn get() -> EraIndex {
		match ReportIsLate::get() {
			true => 0,
			false => SlashDeferDuration::<Runtime>::get(),
		}
	}
}

/// Slashes offenders, however late within the bonding time the offence is reported.
///
/// pallet-staking queues a slash for the era in which the time to cancel it ends, counted from the offence. When a report
/// comes after that era began, the queue of that era was worked off already, and the slash would never be applied. Such a
/// slash is applied with the report: the stake may leave within an era or two.
pub struct SlashWhileBonded;

impl<Reporter> OnOffenceHandler<Reporter, IdentificationTuple<Runtime>, Weight> for SlashWhileBonded
where
	Staking: OnOffenceHandler<Reporter, IdentificationTuple<Runtime>, Weight>,
{
	fn on_offence(
		offenders: &[OffenceDetails<Reporter, IdentificationTuple<Runtime>>],
		fractions: &[Perbill],
		session: SessionIndex,
	) -> Weight {
		let late = was_cancellable_until(session).is_some_and(|until| until < active_era());
		if late {
			ReportIsLate::set(&true);
		}
		let weight = <Staking as OnOffenceHandler<_, _, _>>::on_offence(offenders, fractions, session);
		if late {
			frame_support::storage::unhashed::kill(&ReportIsLate::key());
		}
		weight.saturating_add(<Runtime as frame_system::Config>::DbWeight::get().reads_writes(3, 2))
	}
}

fn active_era() -> EraIndex {
	pallet_staking::ActiveEra::<Runtime>::get().map_or(0, |era| era.index)
}

/// The last era in which a slash for an offence in `session` can be cancelled. `None` when no stake of then is bonded.
fn was_cancellable_until(session: SessionIndex) -> Option<EraIndex> {
	let bonded = pallet_staking::BondedEras::<Runtime>::get();
	let (era, _) = bonded.into_iter().rev().find(|(_, first)| *first <= session)?;
	Some(era.saturating_add(SlashDeferDuration::<Runtime>::get()))
}

/// Elects validators at the end of an era, in the block itself.
pub struct OnChainElection;

impl onchain::Config for OnChainElection {
	type Sort = SortElection;
	type System = Runtime;
	type Solver = SequentialPhragmen<AccountId, Perbill>;
	type MaxBackersPerWinner = ConstU32<MAX_ELECTING_VOTERS>;
	type MaxWinnersPerPage = MaxValidatorSet;
	type DataProvider = Staking;
	type WeightInfo = frame_election_provider_support::weights::SubstrateWeight<Runtime>;
	type Bounds = Bounds;
}

/// Sizes of what staking's benchmarks set up.
pub struct StakingBenchmarks;

impl pallet_staking::BenchmarkingConfig for StakingBenchmarks {
	type MaxNominators = ConstU32<1_000>;
	type MaxValidators = ConstU32<500>;
}

impl pallet_staking::Config for Runtime {
	type OldCurrency = Balances;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type CurrencyBalance = Balance;
	type UnixTime = Timestamp;
	type CurrencyToVote = sp_staking::currency_to_vote::U128CurrencyToVote;
	type ElectionProvider = onchain::OnChainExecution<OnChainElection>;
	type GenesisElectionProvider = onchain::OnChainExecution<OnChainElection>;
	type NominationsQuota = pallet_staking::FixedNominationsQuota<MAX_NOMINATIONS>;
	type HistoryDepth = HistoryDepth;
	// What is not paid to validators, and what is slashed, is burned.
	type RewardRemainder = ();
	type RuntimeEvent = RuntimeEvent;
	type Slash = ();
	type Reward = ();
	type SessionsPerEra = SessionsPerEra<Runtime>;
	type BondingDuration = BondingDuration<Runtime>;
	type SlashDeferDuration = DeferWhileBonded;
	type AdminOrigin = EnsureRoot<AccountId>;
	type SessionInterface = Self;
	type EraPayout = Emissions;
	type NextNewSession = Session;
	type MaxExposurePageSize = ConstU32<MAX_EXPOSURE_PAGE_SIZE>;
	type MaxValidatorSet = MaxValidatorSet;
	type VoterList = VoterList;
	type TargetList = pallet_staking::UseValidatorsMap<Self>;
	type MaxUnlockingChunks = ConstU32<32>;
	type MaxControllersInDeprecationBatch = ConstU32<100>;
	type EventListeners = (NominationPools, DelegatedStaking);
	type Filter = Nothing;
	type BenchmarkingConfig = StakingBenchmarks;
	type WeightInfo = pallet_staking::weights::SubstrateWeight<Runtime>;
}

const BAGS: usize = 200;

/// The upper ends of the voter list's bags: each an eighth above the one before, the last without end. Two hundred of
/// them span from a thousandth of a BCT to all that can ever be issued.
const fn bag_thresholds() -> [u64; BAGS] {
	let mut thresholds = [u64::MAX; BAGS];
	let (mut bag, mut threshold) = (0, 1_000_000_000);
	while bag < BAGS - 1 {
		#[allow(clippy::indexing_slicing)] // `bag` is below the array's length
		{
			thresholds[bag] = threshold;
		}
		threshold += threshold / 8;
		bag += 1;
	}
	thresholds
}

static BAG_THRESHOLDS: [u64; BAGS] = bag_thresholds();

parameter_types! {
	pub const BagThresholds: &'static [u64] = &BAG_THRESHOLDS;
}

impl pallet_bags_list::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_bags_list::weights::SubstrateWeight<Runtime>;
	type ScoreProvider = Staking;
	type BagThresholds = BagThresholds;
	type MaxAutoRebagPerBlock = ConstU32<10>;
	type Score = frame_election_provider_support::VoteWeight;
}

parameter_types! {
	pub const NominationPoolsPalletId: PalletId = PalletId(*b"mp/nmpls");
	pub const DelegatedStakingPalletId: PalletId = PalletId(*b"mp/dlstk");
	/// Slashes of delegated stake have no reporter to reward.
	pub const SlashRewardFraction: Perbill = Perbill::zero();
}

/// Widens and narrows balances for nomination pools' arithmetic, which cannot exceed the issuance.
pub struct BalanceU256;

impl Convert<Balance, U256> for BalanceU256 {
	fn convert(balance: Balance) -> U256 {
		balance.into()
	}
}

impl Convert<U256, Balance> for BalanceU256 {
	fn convert(value: U256) -> Balance {
		value.try_into().unwrap_or(Balance::MAX)
	}
}

impl pallet_nomination_pools::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_nomination_pools::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type RewardCounter = FixedU128;
	type PalletId = NominationPoolsPalletId;
	type MaxPointsToBalance = ConstU8<10>;
	type MaxUnbonding = ConstU32<8>;
	type BalanceToU256 = BalanceU256;
	type U256ToBalance = BalanceU256;
	type StakeAdapter = pallet_nomination_pools::adapter::DelegateStake<Self, Staking, DelegatedStaking>;
	// More than the eras of the longest bonding time: every unbonding stake stays in reach of a slash.
	type MaxUnbondingPools = ConstU32<{ MAX_BONDING_ERAS + 8 }>;
	type MaxMetadataLen = ConstU32<256>;
	type AdminOrigin = EnsureRoot<AccountId>;
	type BlockNumberProvider = System;
	type Filter = Nothing;
}

impl pallet_delegated_staking::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type PalletId = DelegatedStakingPalletId;
	type Currency = Balances;
	type OnSlash = ();
	type SlashRewardFraction = SlashRewardFraction;
	type RuntimeHoldReason = RuntimeHoldReason;
	type CoreStaking = Staking;
}
