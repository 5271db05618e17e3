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
	/// A cent, of the slot's deposit, for what is told of an ended slot for 30 days.
	pub const RecordPrice: Credits = CREDITS_PER_USD / 100;
	/// Two cents for each host: about three times what a grant costs it in fees at a dollar a BCT, most of which its pool's members
	/// earn.
	pub const KeyPrice: Credits = CREDITS_PER_USD / 50;
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
	type RecordPrice = RecordPrice;
	type KeyPrice = KeyPrice;
	type MaxClockWeight = AgendaWeight;
	type GovernanceOrigin = RootOrParameters;
	type PalletId = MarketPalletId;
	type WeightInfo = crate::weights::pallet_market::WeightInfo<Runtime>;
}
