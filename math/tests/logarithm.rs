//! Logarithms in fixed point against exact powers and floats, and the slow average that is made of them.

mod common;

use codec::{Decode, Encode};
use common::cases;
use millpond_math::logarithm::Logarithm;
use millpond_primitives::Moment;
use num_bigint::BigUint;
use proptest::prelude::*;

const HOUR: Moment = 3_600_000;
const DAY: Moment = 24 * HOUR;

/// Binary digits behind the point.
const FRACTION: u32 = 56;

/// How far a price counts in the tests, in octaves.
const REACH: u32 = 2;

fn digits(logarithm: Logarithm) -> u64 {
	u64::decode(&mut &logarithm.encode()[..]).expect("it is one number")
}

/// A logarithm in octaves.
fn octaves(logarithm: Logarithm) -> f64 {
	digits(logarithm) as f64 / (1u64 << FRACTION) as f64
}

/// A number whose size, not only its value, is random: as likely small as large.
fn any_size() -> impl Strategy<Value = u128> {
	(0u32..128, any::<u128>()).prop_map(|(shift, value)| (value >> shift).max(1))
}

#[test]
fn logarithm_should_be_exact_when_the_number_is_a_power_of_two() {
	for exponent in 0..128u32 {
		let logarithm = Logarithm::of(1 << exponent);
		assert_eq!(digits(logarithm), u64::from(exponent) << FRACTION);
		assert_eq!(logarithm.power(), 1 << exponent);
	}
	assert_eq!(Logarithm::of(0), Logarithm::of(1));
}

#[test]
fn logarithm_should_be_below_128_when_the_number_is_the_greatest() {
	let logarithm = Logarithm::of(u128::MAX);
	assert_eq!(digits(logarithm), (128 << FRACTION) - 1);
	assert!(logarithm.power() > u128::MAX - (1 << 73));
}

#[test]
fn average_should_be_the_geometric_mean_when_a_half_life_has_passed() {
	let (one, four) = (Logarithm::of(1 << 60), Logarithm::of(1 << 62));
	assert_eq!(one.average(four, DAY, DAY, REACH), Logarithm::of(1 << 61));
	assert_eq!(four.average(one, DAY, DAY, REACH), Logarithm::of(1 << 61));
	assert_eq!(one.average(four, 0, DAY, REACH), one);
	assert_eq!(one.average(four, 100 * DAY, DAY, REACH), four);
}

#[test]
fn average_should_move_as_to_its_reach_when_the_price_is_farther() {
	let from = Logarithm::of(1 << 60);
	for (to, near) in [
		(1u128, 1 << 58),
		(1 << 57, 1 << 58),
		(1 << 63, 1 << 62),
		(u128::MAX, 1 << 62),
	] {
		let (far, near) = (Logarithm::of(to), Logarithm::of(near));
		assert_eq!(
			from.average(far, HOUR, DAY, REACH),
			from.average(near, HOUR, DAY, REACH)
		);
	}
}

proptest! {
	#![proptest_config(cases(2_000))]

	#[test]
	fn logarithm_should_have_the_digits_of_the_exact_one(value in any_size()) {
		// The first ten digits behind the point: 2^digits <= value^1024 < 2^(digits + 1).
		let power = BigUint::from(value).pow(1_024);
		prop_assert_eq!(digits(Logarithm::of(value)) >> (FRACTION - 10), power.bits() - 1);
	}

	#[test]
	fn logarithm_should_be_that_of_floats_as_far_as_they_go(value in any_size()) {
		let exact = (value as f64).log2();
		prop_assert!((octaves(Logarithm::of(value)) - exact).abs() < 1e-12);
	}

	#[test]
	fn logarithm_should_rise_with_the_number(value in any_size(), more in any_size()) {
		prop_assert!(Logarithm::of(value) <= Logarithm::of(value.saturating_add(more)));
	}

	#[test]
	fn power_should_give_the_number_back_but_for_the_last_digits(value in any_size()) {
		let back = Logarithm::of(value).power();
		prop_assert!(back <= value, "{} of {}", back, value);
		prop_assert!(value - back <= (value >> 54) + 1, "{} of {}", back, value);
	}

	#[test]
	fn average_should_lie_between_and_never_turn_back(
		from in any_size(),
		held in any_size(),
		first in 0..=30 * DAY,
		more in 0..=30 * DAY,
	) {
		let (from, held) = (Logarithm::of(from), Logarithm::of(held));
		let (near, far) = (from.average(held, first + more, DAY, REACH), from.average(held, first, DAY, REACH));
		prop_assert!(from.min(held) <= near && near <= from.max(held));
		let distance = |logarithm: Logarithm| digits(logarithm).abs_diff(digits(held));
		prop_assert!(distance(near) <= distance(far));
	}

	#[test]
	fn average_should_be_that_of_floats_whenever_it_is_taken(
		prices in prop::collection::vec((1u128 << 50..1 << 70, 0..6 * HOUR), 1..100),
	) {
		let mut exact = (prices[0].0 as f64).log2();
		let mut average = Logarithm::of(prices[0].0);
		for (price, stood) in prices {
			let held = (price as f64).log2().clamp(exact - f64::from(REACH), exact + f64::from(REACH));
			exact = held + (exact - held) * (-(stood as f64) / DAY as f64).exp2();
			average = average.average(Logarithm::of(price), stood, DAY, REACH);
			prop_assert!((octaves(average) - exact).abs() < 1e-6, "{} for {}", octaves(average), exact);
		}
	}

	#[test]
	fn average_should_move_no_faster_than_its_bound_whatever_the_prices_are(
		start in any_size(),
		prices in prop::collection::vec((any_size(), 0..=HOUR), 1..200),
	) {
		let start = Logarithm::of(start);
		let mut average = start;
		let mut stood_in_all = 0;
		for (price, stood) in prices {
			average = average.average(Logarithm::of(price), stood, DAY, REACH);
			stood_in_all += stood;
		}
		let moved = (octaves(average) - octaves(start)).abs();
		let bound = f64::from(REACH) * 2f64.ln() * stood_in_all as f64 / DAY as f64;
		prop_assert!(moved <= bound + 1e-6, "{} in {} hours", moved, stood_in_all / HOUR);
	}
}
