//! Binary logarithms in fixed point, for averages of prices that count ratios rather than differences.

use crate::price::{decay, ONE};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use millpond_primitives::Moment;
use scale_info::TypeInfo;
use sp_arithmetic::{helpers_128bit::multiply_by_rational_with_rounding as mul_div, Rounding};

/// Binary digits behind the point of a [`Logarithm`].
const FRACTION: u32 = 56;

/// The logarithm of 2: one octave.
const OCTAVE: u64 = 1 << FRACTION;

/// 2^(-1/2), 2^(-1/4), … 2^(-1/2^56), each the square root of the one before, as fractions of 64 bits, rounded down.
#[allow(clippy::indexing_slicing)] // `i` is below the length.
const ROOTS: [u128; FRACTION as usize] = {
	let mut roots = [0; FRACTION as usize];
	let mut root = ONE / 2;
	let mut i = 0;
	while i < roots.len() {
		root = (root << 64).isqrt();
		roots[i] = root;
		i += 1;
	}
	roots
};

/// 2^(−exponent), for an `exponent` below one octave in units of 2^-56, in units of 2^-64.
///
/// Off by less than 2^-56, and rounded down.
#[allow(clippy::arithmetic_side_effects)] // At most 2^64 × (2^64 − 1): fits. No shift is as wide as its type.
pub(crate) fn half_to(exponent: u64) -> u128 {
	ROOTS
		.iter()
		.zip((0..FRACTION).rev())
		.filter(|(_, digit)| exponent >> digit & 1 == 1)
		.fold(ONE, |product, (root, _)| (product * root) >> 64)
}

/// The binary logarithm of a whole number from 1 to 2^128, in units of 2^-56.
///
/// Of a price it is that of its smallest units, 10^-18 USD.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, Ord, PartialEq, PartialOrd, TypeInfo,
)]
pub struct Logarithm(u64);

impl Logarithm {
	/// The logarithm of `value`, rounded down; that of 0 is given as that of 1. Off by less than 2^-55.
	///
	/// By squaring: of a mantissa from 1 to 2, each square that reaches 2 is a digit 1, and is halved.
	#[allow(clippy::arithmetic_side_effects)] // A mantissa is below 2^64: its square fits. Shifts are below 128.
	pub fn of(value: u128) -> Self {
		let whole = value.max(1).ilog2();
		// 63 binary digits behind the point; those of a long value that do not fit are cut.
		let mut mantissa = if whole >= 63 {
			value >> (whole - 63)
		} else {
			value.max(1) << (63 - whole)
		};
		let mut digits = u64::from(whole);
		for _ in 0..FRACTION {
			mantissa = (mantissa * mantissa) >> 63;
			let digit = (mantissa >> 64) & 1;
			mantissa >>= digit;
			digits = (digits << 1) | u64::from(digit == 1);
		}
		Self(digits)
	}

	/// The number whose logarithm this is, rounded down. Off by less than 2^-55 of it, and by the rounding.
	#[allow(clippy::arithmetic_side_effects)] // Shifts are below 128, since there are 7 digits before the point.
	pub fn power(self) -> u128 {
		let (whole, fraction) = (
			u32::try_from(self.0 >> FRACTION).unwrap_or(127).min(127),
			self.0 % OCTAVE,
		);
		if fraction == 0 {
			return 1 << whole;
		}
		// 2^(whole + 1) × 2^(fraction − 1), the second below 1.
		let below_one = half_to(OCTAVE - fraction);
		match (whole + 1).checked_sub(64) {
			Some(left) => below_one.checked_shl(left).unwrap_or(u128::MAX),
			None => below_one >> (63 - whole),
		}
	}

	/// The exponential moving average of logarithms after `held` has stood for `elapsed` milliseconds, `held` being taken
	/// as no further away than `reach` octaves: `near + (self − near) × 2^(−elapsed ÷ half_life)`.
	///
	/// Whatever `held` is, the average moves by less than `reach × ln 2 × elapsed ÷ half_life` octaves. Rounded towards
	/// `held`; always between the two.
	pub fn average(self, held: Self, elapsed: Moment, half_life: Moment, reach: u32) -> Self {
		let farthest = u64::from(reach).saturating_mul(OCTAVE);
		let near = held
			.0
			.clamp(self.0.saturating_sub(farthest), self.0.saturating_add(farthest));
		let distance = self.0.abs_diff(near);
		// Not more than `distance`, as `decay` is not more than `ONE`.
		let left = mul_div(distance.into(), decay(elapsed, half_life), ONE, Rounding::Down)
			.and_then(|left| u64::try_from(left).ok())
			.unwrap_or(distance);
		Self(if self.0 >= near {
			near.saturating_add(left)
		} else {
			near.saturating_sub(left)
		})
	}
}
