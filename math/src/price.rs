//! Prices and the conversion between BCT and Data Credits.
//!
//! A [`Price`] is USD per BCT in units of 10^-18. A Data Credit is $0.00001 and a BCT has 10^12 units, so that
//!
//! > credits = units × price ÷ 10^25
//!
//! Products are computed in 256 bits, and each function says which way it rounds: what somebody *gets* is rounded down
//! ([`credits_for`], [`bct_for`]), what somebody *owes* up ([`credits_owed`], [`bct_owed`]), so that no conversion, and
//! no sequence of them, creates value.

use crate::logarithm::half_to;
use alloc::vec::Vec;
use core::cmp::Reverse;
use millpond_primitives::{Balance, Credits, Moment, Price, BASIS_POINTS, BCT, CREDITS_PER_USD};
use sp_arithmetic::{helpers_128bit::multiply_by_rational_with_rounding as mul_div, FixedPointNumber, Rounding};

/// Units of BCT × price that one Data Credit is worth: 10^25.
const UNITS_PER_CREDIT: u128 = BCT * Price::DIV / CREDITS_PER_USD;

/// The Data Credits that burning `bct` at `price` yields, rounded down. `None` if they exceed a u128.
pub fn credits_for(bct: Balance, price: Price) -> Option<Credits> {
	mul_div(bct, price.into_inner(), UNITS_PER_CREDIT, Rounding::Down)
}

/// The Data Credits that pay for what costs `bct` at `price`, rounded up. `None` if they exceed a u128.
pub fn credits_owed(bct: Balance, price: Price) -> Option<Credits> {
	mul_div(bct, price.into_inner(), UNITS_PER_CREDIT, Rounding::Up)
}

/// The BCT to pay out for `credits` at `price`, rounded down. `None` if it exceeds a u128 or the price is zero.
pub fn bct_for(credits: Credits, price: Price) -> Option<Balance> {
	mul_div(credits, UNITS_PER_CREDIT, price.into_inner(), Rounding::Down)
}

/// The BCT that pays for what costs `credits` at `price`, rounded up. `None` if it exceeds a u128 or the price is zero.
pub fn bct_owed(credits: Credits, price: Price) -> Option<Balance> {
	mul_div(credits, UNITS_PER_CREDIT, price.into_inner(), Rounding::Up)
}

/// How many of `feeders` must have sent a fresh price for their median to be usable: ⌊2n/3⌋ + 1.
///
/// With it fewer than n/3 hostile feeders are a minority of whatever values are fresh, so that the median lies between
/// two honest ones.
pub fn quorum(feeders: u32) -> u32 {
	// 2n/3 without 2n: ⌊2n/3⌋ = n − ⌈n/3⌉.
	feeders.saturating_sub(feeders.div_ceil(3)).saturating_add(1)
}

/// A price that one feeder sent, and when.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Reading {
	/// The price.
	pub price: Price,
	/// When it came in.
	pub at: Moment,
}

/// The median of a quorum of fresh readings.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Median {
	/// The median.
	pub price: Price,
	/// The last moment at which a quorum of these readings is fresh, should none come after them.
	pub fresh_until: Moment,
}

/// Whether a value that came in `at` may be used `now`: it is a price, not from the future and not older than `freshness`.
pub fn is_fresh(reading: &Reading, now: Moment, freshness: Moment) -> bool {
	reading.price.into_inner() != 0 && reading.at <= now && now.saturating_sub(reading.at) <= freshness
}

/// The median of the readings that are fresh `now`, if they are a [`quorum`] of `feeders`.
///
/// `readings` holds at most one reading per feeder; `freshness` is the greatest age, in milliseconds. Of an even number of
/// readings the median is the mean of the two in the middle, rounded down.
pub fn fresh_median(
	readings: impl IntoIterator<Item = Reading>,
	feeders: u32,
	now: Moment,
	freshness: Moment,
) -> Option<Median> {
	let mut fresh: Vec<Reading> = readings
		.into_iter()
		.filter(|reading| is_fresh(reading, now, freshness))
		.collect();
	let last_needed = usize::try_from(quorum(feeders).saturating_sub(1)).ok()?;
	fresh.sort_unstable_by_key(|reading| Reverse(reading.at));
	let fresh_until = fresh.get(last_needed)?.at.saturating_add(freshness);

	fresh.sort_unstable_by_key(|reading| reading.price);
	let upper = fresh.get(fresh.len() / 2)?.price.into_inner();
	let lower = fresh.get(fresh.len().saturating_sub(1) / 2)?.price.into_inner();
	// `lower <= upper`: sorted.
	let price = Price::from_inner(lower.saturating_add(upper.saturating_sub(lower) / 2));
	Some(Median { price, fresh_until })
}

/// 1 as a fraction of 64 bits.
pub(crate) const ONE: u128 = 1 << 64;

/// What is left of 1 after `elapsed` when half is left after `half_life`: 2^(−elapsed ÷ half_life), in units of 2^-64.
///
/// Off by less than 2^-31 of the result plus one unit, since the exponent is cut after 32 binary digits; exact at whole
/// half-lives. Never rises with `elapsed`. A half-life of zero leaves nothing.
#[allow(clippy::arithmetic_side_effects)] // No divisor is zero, no shift as wide as its type, products fit (see there).
pub fn decay(elapsed: Moment, half_life: Moment) -> u128 {
	let (Some(halvings), Some(rest)) = (elapsed.checked_div(half_life), elapsed.checked_rem(half_life)) else {
		return 0;
	};
	let Some(halvings) = u32::try_from(halvings).ok().filter(|halvings| *halvings <= 64) else {
		return 0;
	};
	// 32 binary digits of the rest, which is less than one half-life; `half_to` takes 56.
	let digits = (u128::from(rest) << 32) / u128::from(half_life);
	let fraction = u64::try_from(digits << 24).map_or(0, half_to);
	fraction >> halvings
}

/// The exponential moving average after `held`, the price since the `previous` average was taken, has stood for `elapsed`
/// milliseconds: `held + (previous − held) × 2^(−elapsed ÷ half_life)`.
///
/// This is the average of the prices as they stood, not of the observations: how often it is taken makes no difference,
/// and a price counts by how long it stood, so that a new one has no weight at its first moment. Rounded towards `held`;
/// always between the two. See [`decay`] for the error.
pub fn ema(previous: Price, held: Price, elapsed: Moment, half_life: Moment) -> Price {
	let (previous, held) = (previous.into_inner(), held.into_inner());
	let distance = previous.abs_diff(held);
	// Not more than `distance`, as `decay` is not more than `ONE`.
	let left = mul_div(distance, decay(elapsed, half_life), ONE, Rounding::Down).unwrap_or(distance);
	Price::from_inner(if previous >= held {
		held.saturating_add(left)
	} else {
		held.saturating_sub(left)
	})
}

/// Whether `to` is more than `bound` basis points of `from` away from it, up or down.
pub fn moved_beyond(from: Price, to: Price, bound: u32) -> bool {
	let (from, to) = (from.into_inner(), to.into_inner());
	// Where the allowed distance exceeds a u128, no distance does.
	mul_div(from, u128::from(bound), u128::from(BASIS_POINTS), Rounding::Down)
		.is_some_and(|allowed| from.abs_diff(to) > allowed)
}
