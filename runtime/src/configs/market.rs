//! The market: GPU time, rented by the minute or reserved ahead.

use super::deeds::TimeSlotDeeds;
use crate::{governance::RootOrParameters, *};
use frame_support::{parameter_types, weights::Weight, PalletId};
use millpond_primitives::{Credits, CREDITS_PER_USD};
use sp_runtime::Perbill;

parameter_types! {
	pub const MarketPalletId: PalletId = PalletId(*b"mp/markt");
	/// A dollar until the slot's end, for its record, its NFT and its place in the agenda.
	pub const SlotDeposit: Credits = CREDITS_PER_USD;
	/// Twenty cents for each GPU, for a host's part and its sealed grant.
	pub const GpuDeposit: Credits = CREDITS_PER_USD / 5;
	/// Nearly three quarters of what the clock may take of a block, for the rest closes epochs: the end of the largest slot takes
	/// that much.
	pub AgendaWeight: Weight = Perbill::from_percent(18) * super::BlockWeightLimits::get().max_block;
}

impl pallet_market::Config for Runtime {
	type Bct = Balances;
	type Credits = DataCredits;
	type Deeds = TimeSlotDeeds;
	type Pools = Pools;
	type Operators = Operators;
	type Clock = Emissions;
	type Prices = DataCredits;
	type SlotDeposit = SlotDeposit;
	type GpuDeposit = GpuDeposit;
	type MaxClockWeight = AgendaWeight;
	type GovernanceOrigin = RootOrParameters;
	type PalletId = MarketPalletId;
	type WeightInfo = crate::weights::pallet_market::WeightInfo<Runtime>;
}
