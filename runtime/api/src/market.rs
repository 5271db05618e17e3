//! What the runtime answers about the market that takes more than its pallet.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use millpond_primitives::{Balance, Credits, Minute, SlotId};
use millpond_traits::RentalKind;
use pallet_market::{EndedRecord, Listing, Offer, Phase, SlotSummary};
use scale_info::TypeInfo;
use sp_runtime::AccountId32;

/// Time that somebody wants to rent.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub enum RentalTime {
	/// From now on, paid for some minutes; may be evicted.
	Spot(Minute),
	/// From now on, paid for some minutes.
	OnDemand(Minute),
	/// From one minute to another, which is not included.
	Reserved {
		/// The first minute.
		start: Minute,
		/// The first minute after it.
		end: Minute,
	},
}

/// What a pool offers, and who answers for it.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct OfferEntry {
	/// What it offers.
	pub offer: Offer,
	/// The regions of its hosts, each once.
	pub regions: Vec<Vec<u8>>,
	/// What the least reliable of its manager and its hosts delivered of late of what it promised, in basis points. None if
	/// none of them has promised anything.
	pub reliability: Option<u32>,
}

/// A time slot in a list.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct SlotEntry {
	/// Its number.
	pub slot: SlotId,
	/// How it stands.
	pub summary: SlotSummary<AccountId32>,
	/// What its holder sells it for. None: the holder does not.
	pub listing: Option<Listing>,
	/// What a wallet sells its NFT for, in plancks. None: no wallet does.
	pub wallet_price: Option<Balance>,
}

/// A time slot that has ended, in a list.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct EndedEntry {
	/// Its number.
	pub slot: SlotId,
	/// What became of it.
	pub record: EndedRecord<AccountId32>,
}

/// A time slot in the list of a host of its GPUs.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct HostedEntry {
	/// The slot.
	pub entry: SlotEntry,
	/// In how many minutes the host has to grant access to its GPUs. None: no grant is waited for.
	pub minutes_to_grant: Option<Minute>,
}

/// Some slots of one kind that are in the same phase.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct SlotGroup {
	/// How they were sold.
	pub kind: RentalKind,
	/// Where they are in their lives.
	pub phase: Phase,
	/// How many they are.
	pub slots: u32,
	/// How many GPUs they have.
	pub gpus: u32,
	/// How many they lack.
	pub missing: u32,
	/// GPU-minutes that are paid for and still to come.
	pub minutes: u64,
	/// DC that are kept for them.
	pub escrow: Credits,
}
