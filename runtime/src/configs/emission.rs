//! Market time, epochs, and what is minted: for GPU rewards, validators and the treasury.

use crate::{governance::RootOrParameters, *};
use frame_support::{parameter_types, traits::Get, weights::Weight, PalletId};
use sp_runtime::{traits::AccountIdConversion, Perbill};

/// The treasury: an account without a key, which Root spends from.
pub const TREASURY_PALLET_ID: PalletId = PalletId(*b"mp/trsry");

parameter_types! {
	pub const EmissionsPalletId: PalletId = PalletId(*b"mp/emiss");
	pub TreasuryAccount: AccountId = TREASURY_PALLET_ID.into_account_truncating();
	/// All BCT that there can ever be, beside what is burned and minted again.
	pub const SupplyCap: Balance = 1_000_000_000 * millpond_primitives::BCT;
	/// A quarter of a block: after an outage of a week, a few blocks are enough to be level again.
	pub MaxClockWeight: Weight = Perbill::from_percent(25) * super::BlockWeightLimits::get().max_block;
}

/// Whether customers and operators can do nothing: in safe mode, and while a migration runs.
pub struct Halted;

impl Get<bool> for Halted {
	fn get() -> bool {
		use frame_support::migrations::MultiStepMigrator;
		SafeMode::is_entered() || MultiBlockMigrations::ongoing()
	}
}

impl pallet_emissions::Config for Runtime {
	type Bct = Balances;
	type Time = Timestamp;
	type Prices = DataCredits;
	type Agenda = Market;
	type Halted = Halted;
	type LeastReferencePrice = Gpus;
	type MaxClockWeight = MaxClockWeight;
	type SupplyCap = SupplyCap;
	type Treasury = TreasuryAccount;
	type GovernanceOrigin = RootOrParameters;
	type PalletId = EmissionsPalletId;
	type WeightInfo = crate::weights::pallet_emissions::WeightInfo<Runtime>;
}
