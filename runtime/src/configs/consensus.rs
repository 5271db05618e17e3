//! Block production (BABE), finality (GRANDPA), and what happens to those who break their rules.

use crate::{constants::time::MILLISECONDS_PER_BLOCK, *};
use frame_support::traits::{ConstU32, ConstU64, Get};
use pallet_genesis_settings::{BondingDuration, SessionLength, SessionsPerEra};
use pallet_session::{historical, FindAccountFromAuthorIndex};

/// The most validators that a session can have; the lists of authorities are bounded by it.
pub type MaxAuthorities = ConstU32<1_000>;
/// Nominators exposed with a validator in an offence, for the weight of reporting it.
type MaxExposedNominators = ConstU32<{ super::staking::MAX_EXPOSURE_PAGE_SIZE }>;

frame_support::parameter_types! {
	/// How long an equivocation can be reported: as long as the offender's stake is bonded.
	pub ReportLongevity: u64 = u64::from(BondingDuration::<Runtime>::get())
		.saturating_mul(u64::from(SessionsPerEra::<Runtime>::get()))
		.saturating_mul(SessionLength::<Runtime>::get());
	/// GRANDPA's authority sets that equivocations can still be reported of: those of the bonding time.
	pub MaxSetIdSessionEntries: u64 = u64::from(BondingDuration::<Runtime>::get())
		.saturating_mul(u64::from(SessionsPerEra::<Runtime>::get()));
}

impl pallet_babe::Config for Runtime {
	type EpochDuration = SessionLength<Runtime>;
	type ExpectedBlockTime = ConstU64<MILLISECONDS_PER_BLOCK>;
	type EpochChangeTrigger = pallet_babe::ExternalTrigger;
	type DisabledValidators = Session;
	type WeightInfo = ();
	type MaxAuthorities = MaxAuthorities;
	type MaxNominators = MaxExposedNominators;
	type KeyOwnerProof = sp_session::MembershipProof;
	type EquivocationReportSystem = pallet_babe::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_grandpa::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
	type MaxAuthorities = MaxAuthorities;
	type MaxNominators = MaxExposedNominators;
	type MaxSetIdSessionEntries = MaxSetIdSessionEntries;
	type KeyOwnerProof = sp_session::MembershipProof;
	type EquivocationReportSystem =
		pallet_grandpa::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_authorship::Config for Runtime {
	type FindAuthor = FindAccountFromAuthorIndex<Self, Babe>;
	type EventHandler = Staking;
}

impl pallet_session::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = sp_runtime::traits::ConvertInto;
	type ShouldEndSession = Babe;
	type NextSessionRotation = Babe;
	type SessionManager = historical::NoteHistoricalRoot<Self, Staking>;
	type SessionHandler = <SessionKeys as sp_runtime::traits::OpaqueKeys>::KeyTypeIdProviders;
	type Keys = SessionKeys;
	type DisablingStrategy = pallet_session::disabling::UpToLimitWithReEnablingDisablingStrategy;
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	// Only validators, whose stake is bonded, have a use for session keys; a small deposit pays for the storage.
	type KeyDeposit = SessionKeyDeposit;
}

frame_support::parameter_types! {
	pub const SessionKeyDeposit: Balance = crate::constants::currency::deposit(1, 3 * 32);
}

impl historical::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type FullIdentification = ();
	type FullIdentificationOf = pallet_staking::UnitIdentificationOf<Runtime>;
}

impl pallet_offences::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type IdentificationTuple = historical::IdentificationTuple<Runtime>;
	type OnOffenceHandler = super::staking::SlashWhileBonded;
}

impl pallet_authority_discovery::Config for Runtime {
	type MaxAuthorities = MaxAuthorities;
}

/// Equivocation reports are sent as bare transactions, without a signature or a fee.
impl<C> frame_system::offchain::CreateTransactionBase<C> for Runtime
where
	RuntimeCall: From<C>,
{
	type Extrinsic = UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<C> frame_system::offchain::CreateBare<C> for Runtime
where
	RuntimeCall: From<C>,
{
	fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_bare(call)
	}
}
