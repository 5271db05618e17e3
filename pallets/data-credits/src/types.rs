//! What the pallet stores and tells.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use millpond_math::{logarithm::Logarithm, price::Reading};
use millpond_primitives::{
	Balance, Credits, Minute, Moment, Price, RangedU128, RangedU32, CREDITS_PER_USD, HOUR, MINUTE,
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// How many minutes ahead the deadline of a reference may be: 30 days.
pub const MAX_DEADLINE: Minute = 30 * 24 * 60;

/// How many hours of highest prices are kept: the last 7 days and the hour that is not over.
pub const HIGHS: usize = 7 * 24 + 1;

/// How many parts of the last hour are counted for the cap: of 5 minutes each, and the part that is not over, so that
/// *any* hour is covered.
pub const MINTS: usize = 13;

/// The length of a part of [`MINTS`].
pub const MINTS_BUCKET: Moment = 5 * MINUTE;

/// The length of an hour of [`HIGHS`].
pub const HIGHS_BUCKET: Moment = HOUR;

/// How many days of spending the hourly cap follows: the last 7 complete days, and the one that is not over.
pub const SPENDS: usize = 8;

/// The length of a day of [`SPENDS`].
pub const SPENDS_BUCKET: Moment = 24 * HOUR;

/// The half-life of the slow average. It counts only the time in which minting is open.
pub const SLOW_HALF_LIFE: Moment = 24 * HOUR;

/// How many octaves from the slow average a price counts at most: as four times it, or a quarter. Whatever the feeders say,
/// the slow average therefore moves in a day by less than a factor of 2.62, 2^(2 × ln 2).
pub const SLOW_REACH: u32 = 2;

/// A payment processor's name for a payment: its own identifier, or the hash of it.
pub type Reference = [u8; 32];

/// What governance sets.
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
	/// For how many seconds a feeder's value counts, from 30 seconds to 10 minutes.
	pub freshness: RangedU32<30, 600>,
	/// The half-life of the moving average in seconds, from 10 minutes to a day.
	pub ema_half_life: RangedU32<600, 86_400>,
	/// How far, in basis points, the median may be from the one before and from its moving average before minting stops:
	/// from 1% to 50%.
	pub max_jump: RangedU32<100, 5_000>,
	/// For how many seconds minting stops at least, from a minute to a day.
	pub reopen_after: RangedU32<60, 86_400>,
	/// How many Data Credits may be minted in an hour however few are spent, from $1,000 to $10,000,000. The cap is twice
	/// the hourly average of what was spent in the last 7 days, where that is more.
	pub hourly_cap: RangedU128<{ 1_000 * CREDITS_PER_USD }, { 10_000_000 * CREDITS_PER_USD }>,
}

impl Default for ParametersRecord {
	/// Values fresh for 10 minutes, a half-life of 1 hour, a jump of 20%, reopening after 30 minutes, and
	/// $100,000 an hour at least.
	fn default() -> Self {
		Self {
			freshness: RangedU32::constant::<600>(),
			ema_half_life: RangedU32::constant::<3_600>(),
			max_jump: RangedU32::constant::<2_000>(),
			reopen_after: RangedU32::constant::<1_800>(),
			hourly_cap: RangedU128::constant::<{ 100_000 * CREDITS_PER_USD }>(),
		}
	}
}

/// The price as an observation found it.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct PriceRecord {
	/// When it was taken.
	pub at: Moment,
	/// The median of the fresh values; without a quorum, the last one there was.
	pub median: Price,
	/// The moving average at that time.
	pub ema: Price,
	/// The last moment at which a quorum of the median's values is fresh. None: there was no quorum.
	pub fresh_until: Option<Moment>,
	/// The first moment at which minting may go on. None: it is open, or there is no quorum.
	pub halted_until: Option<Moment>,
	/// The highest usable price of the last 7 days that had one.
	pub high: Price,
	/// The higher of median and average when minting was last open.
	pub last_open: Price,
	/// The average of the logarithms of such prices, as they stood, with the half-life [`SLOW_HALF_LIFE`].
	pub slow: Logarithm,
}

/// Why minting stopped.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub enum HaltReason {
	/// There had been no quorum of fresh values.
	NoQuorum,
	/// The median was further from the one before, or from its moving average, than allowed.
	Jump,
}

/// Sums since genesis.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct TotalsRecord {
	/// BCT burned for Data Credits.
	pub burned: Balance,
	/// Data Credits minted.
	pub minted: Credits,
	/// Data Credits spent, on computing and on fees.
	pub spent: Credits,
}

/// A reference that a processor has used.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct ReferenceRecord<Ticket> {
	/// Until when nobody may use it again.
	pub deadline: Minute,
	/// The deposit for storing it.
	pub ticket: Ticket,
}

/// The [`ReferenceRecord`] of a runtime.
pub type ReferenceRecordOf<T> = ReferenceRecord<<T as crate::Config>::Consideration>;

/// What burning BCT yields.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct Quote {
	/// The Data Credits.
	pub credits: Credits,
	/// The price they are minted at, USD per BCT.
	pub price: Price,
	/// How many the hourly cap still allows, to everybody together.
	pub available: Credits,
}

/// What there is to know about the price.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct PriceStatus {
	/// When this was, in milliseconds since 1970.
	pub now: Moment,
	/// How many feeders there are.
	pub feeders: u32,
	/// How many of them have sent a fresh value.
	pub fresh: u32,
	/// How many are needed.
	pub quorum: u32,
	/// The median of the fresh values; without a quorum, the last one there was.
	pub median: Option<Price>,
	/// The moving average.
	pub ema: Option<Price>,
	/// The first moment at which minting may go on, if it has been halted.
	pub halted_until: Option<Moment>,
	/// The price for minting, if it is open.
	pub for_mint: Option<Price>,
	/// The price for sales in dollars that are paid in BCT, if minting is open.
	pub for_payout: Option<Price>,
	/// The price for compensation, if minting is open.
	pub for_compensation: Option<Price>,
	/// The price by which a credit's earnings are capped.
	pub for_epochs: Option<Price>,
	/// The price for fees in Data Credits.
	pub for_fees: Option<Price>,
	/// How many Data Credits the hourly cap still allows.
	pub available: Credits,
}

/// Where the prices come from: the newest value of every feeder.
pub trait PriceFeeds {
	/// How many feeders are entitled to send a price: the n of the quorum.
	fn feeders() -> u32;

	/// The newest price of each of them that has sent one; at most one per feeder.
	fn readings() -> impl Iterator<Item = Reading>;

	/// Makes as many feeders as are allowed send `price`, for a benchmark.
	#[cfg(feature = "runtime-benchmarks")]
	fn fill(price: Price);
}
