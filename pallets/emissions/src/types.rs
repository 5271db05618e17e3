//! What the pallet stores and tells.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use millpond_math::{
	schedule::{Emission, Split},
	streams::Demand,
};
use millpond_primitives::{Balance, EpochIndex, Minute, Moment, Price, RangedU32, BCT};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// How many years the schedule has.
pub const YEARS: usize = 7;

/// The budget of each year of the schedule, in plancks.
pub type Schedule = [Balance; YEARS];

/// 600 million BCT, falling.
pub const DEFAULT_SCHEDULE: Schedule = [
	180_000_000 * BCT,
	130_000_000 * BCT,
	95_000_000 * BCT,
	70_000_000 * BCT,
	50_000_000 * BCT,
	40_000_000 * BCT,
	35_000_000 * BCT,
];

/// The length of an epoch in minutes: from 5 minutes to a week.
pub type EpochLength = RangedU32<5, 10_080>;

/// A day.
pub const DEFAULT_EPOCH_LENGTH: EpochLength = EpochLength::constant::<1_440>();

/// How many epochs that have closed are remembered: 90, three months of days. More would grow for ever without anybody
/// paying for it; what is older is in the events of the blocks that closed them.
pub const SUMMARIES: EpochIndex = 90;

/// The most spans of excused time that are kept apart.
pub const MAX_SPANS: u32 = 32;

/// What governance sets, beside the length of epochs.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParametersRecord {
	/// How the schedule is split; the parts are the whole.
	pub split: Split,
	/// κ: the most that one DC spent may earn, in basis points of its value: from 50% to 95%. Below 100%, so that whoever
	/// rents from himself loses.
	pub kappa: RangedU32<5_000, 9_500>,
	/// α: the most that an idle minute may earn, in basis points of the reference price of a minute: from nothing to 50%.
	/// Below κ, so that renting beats idling.
	pub alpha: RangedU32<0, 5_000>,
}

impl Default for ParametersRecord {
	/// 70%, 20% and 10% for GPU rewards, validators and treasury; κ 90%; α 25%.
	fn default() -> Self {
		Self {
			split: Split::default(),
			kappa: RangedU32::constant::<9_000>(),
			alpha: RangedU32::constant::<2_500>(),
		}
	}
}

/// Sums since genesis, in plancks.
///
/// `scheduled + reminted = rewards + validators + treasury + carried`, always.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct TotalsRecord {
	/// What the schedule gave to the epochs that have closed.
	pub scheduled: Balance,
	/// What was burned and given to them again: net emissions.
	pub reminted: Balance,
	/// Minted into the rewards pot, less what was given back.
	pub rewards: Balance,
	/// Minted into the validators' pot.
	pub validators: Balance,
	/// Minted for the treasury.
	pub treasury: Balance,
	/// Not minted: waits for epochs that can pay it.
	pub carried: Balance,
	/// Burned from the validators' pot, for staking to mint when it pays.
	pub withdrawn: Balance,
}

/// An epoch: what it came to, or, while it is open, what it has come to so far.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct EpochSummary {
	/// Its number.
	pub epoch: EpochIndex,
	/// The market minute that it began at.
	pub start: Minute,
	/// The market minute that it ends at: the first of the next epoch.
	pub end: Minute,
	/// Whether it has closed.
	pub closed: bool,
	/// DC spent in it, and idle minutes times the weight of each.
	pub demand: Demand,
	/// What the schedule gives to it, by whom it is for. While the epoch is open, by the split as it is now.
	pub emission: Emission,
	/// What was burned before and may be minted again in it, for GPU rewards. While it is open, as far as is known.
	pub reminted: Balance,
	/// What it may use of what was carried over to it, for GPU rewards: at most as much as the schedule gives to it.
	pub released: Balance,
	/// Minted for the DC spent in it. Zero while it is open.
	pub rewards: Balance,
	/// Minted for the idle minutes in it. Zero while it is open.
	pub availability: Balance,
	/// What is carried over to the next epoch; while it is open, what was carried over to it.
	pub carried: Balance,
	/// The price by which its rewards were capped, USD per BCT. None while it is open, and if there never was a price.
	pub price: Option<Price>,
}

/// The clock.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct ClockRecord {
	/// The minute of the first block, in which the schedule and epoch 0 began.
	pub origin: Minute,
	/// The market minute that is open.
	pub minute: Minute,
	/// The time of the newest block, in milliseconds since 1970.
	pub last_block: Moment,
}

/// How market time stands.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct MarketTime {
	/// The minute of the wall clock.
	pub wall: Minute,
	/// The market minute that is open: the same, or behind.
	pub minute: Minute,
	/// The epoch that is open.
	pub epoch: EpochIndex,
	/// The first market minute of the next epoch.
	pub epoch_end: Minute,
	/// The length of that one, in minutes.
	pub next_length: EpochLength,
}
