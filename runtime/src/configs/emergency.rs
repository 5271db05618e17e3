//! The emergency stop, for one call (tx-pause) or for nearly all (safe mode), and migrations that take several blocks.

use crate::{constants::time::*, *};
use frame_support::{
	migrations::{EnterSafeModeOnFailedMigration, FreezeChainOnFailedMigration},
	parameter_types,
	traits::{ConstU32, Contains},
	weights::Weight,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess};
use pallet_tx_pause::RuntimeCallNameOf;
use sp_runtime::Perbill;

/// Calls that tx-pause cannot pause: those that every block needs, those that lift the pause, and every path by which Root
/// can be reached. Root may be a referendum or a multisig, and voters and signatories may act by proxies: with one of these
/// paused, nobody could lift that pause again.
pub struct NeverPaused;

impl Contains<RuntimeCallNameOf<Runtime>> for NeverPaused {
	fn contains(name: &RuntimeCallNameOf<Runtime>) -> bool {
		matches!(
			name.0.as_slice(),
			b"System"
				| b"Timestamp"
				| b"Babe" | b"Grandpa"
				| b"MultiBlockMigrations"
				| b"TxPause" | b"SafeMode"
				| b"Sudo" | b"Utility"
				| b"Multisig"
				| b"Proxy" | b"Preimage"
				| b"Scheduler"
				| b"Referenda"
				| b"ConvictionVoting"
				| b"TechnicalCommittee"
				| b"Whitelist"
				| b"Treasury"
		)
	}
}

/// Calls that safe mode lets through: those that every block needs, those that end safe mode, those that keep the
/// chain secure meanwhile, and the wrappers, whose inner calls are filtered themselves.
pub struct SafeModeCalls;

impl Contains<RuntimeCall> for SafeModeCalls {
	fn contains(call: &RuntimeCall) -> bool {
		matches!(
			call,
			RuntimeCall::System(..)
				| RuntimeCall::Timestamp(..)
				| RuntimeCall::Babe(..)
				| RuntimeCall::Grandpa(..)
				| RuntimeCall::Session(..)
				| RuntimeCall::SafeMode(..)
				| RuntimeCall::TxPause(..)
				| RuntimeCall::MultiBlockMigrations(..)
				| RuntimeCall::Sudo(..)
				| RuntimeCall::Utility(..)
				| RuntimeCall::Multisig(..)
				| RuntimeCall::Proxy(..)
				| RuntimeCall::Preimage(..)
				// Holders decide on, so that they can end it.
				| RuntimeCall::Referenda(..)
				| RuntimeCall::ConvictionVoting(..)
				| RuntimeCall::TechnicalCommittee(..)
				| RuntimeCall::Whitelist(..)
				// What keeps GPUs proven and rentals alive, and pays what was earned.
				| RuntimeCall::Attestation(
					pallet_attestation::Call::heartbeat { .. }
						| pallet_attestation::Call::commit_fill { .. }
						| pallet_attestation::Call::commit_walk { .. }
						| pallet_attestation::Call::prove { .. }
				) | RuntimeCall::Market(
				pallet_market::Call::grant_access { .. }
					| pallet_market::Call::top_up { .. }
					| pallet_market::Call::stop { .. }
					| pallet_market::Call::set_access_key { .. }
					| pallet_market::Call::reject { .. }
			) | RuntimeCall::Pools(
				pallet_pools::Call::claim_gpu { .. }
					| pallet_pools::Call::claim_host { .. }
					| pallet_pools::Call::claim_manager { .. }
			)
		)
	}
}

impl pallet_tx_pause::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PauseOrigin = EnsureRoot<AccountId>;
	type UnpauseOrigin = EnsureRoot<AccountId>;
	type WhitelistedCalls = NeverPaused;
	type MaxNameLen = ConstU32<256>;
	type WeightInfo = pallet_tx_pause::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	pub const SafeModeDuration: BlockNumber = 4 * HOURS;
	/// Nobody can buy a stop of the chain.
	pub const NotForSale: Option<Balance> = None;
	pub const NoRelease: Option<BlockNumber> = None;
}

impl pallet_safe_mode::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WhitelistedCalls = SafeModeCalls;
	type EnterDuration = SafeModeDuration;
	type ExtendDuration = SafeModeDuration;
	type EnterDepositAmount = NotForSale;
	type ExtendDepositAmount = NotForSale;
	type ForceEnterOrigin = EnsureRootWithSuccess<AccountId, SafeModeDuration>;
	type ForceExtendOrigin = EnsureRootWithSuccess<AccountId, SafeModeDuration>;
	type ForceExitOrigin = EnsureRoot<AccountId>;
	type ForceDepositOrigin = EnsureRoot<AccountId>;
	type Notify = ();
	type ReleaseDelay = NoRelease;
	type WeightInfo = pallet_safe_mode::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	pub MaximumMigrationWeight: Weight = Perbill::from_percent(80) * super::BlockWeightLimits::get().max_block;
}

impl pallet_migrations::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	#[cfg(not(feature = "runtime-benchmarks"))]
	type Migrations = ();
	#[cfg(feature = "runtime-benchmarks")]
	type Migrations = pallet_migrations::mock_helpers::MockedMigrations;
	type CursorMaxLen = ConstU32<65_536>;
	type IdentifierMaxLen = ConstU32<256>;
	type MigrationStatusHandler = ();
	type FailedMigrationHandler = EnterSafeModeOnFailedMigration<SafeMode, FreezeChainOnFailedMigration>;
	type MaxServiceWeight = MaximumMigrationWeight;
	type WeightInfo = pallet_migrations::weights::SubstrateWeight<Runtime>;
}
