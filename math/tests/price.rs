//! Prices and conversions against exact rationals.

use millpond_math::price::*;
use millpond_primitives::{Balance, Moment, Price, BCT, CREDITS_PER_USD};
use num_bigint::BigUint;
use num_rational::Ratio;
use proptest::prelude::*;
use sp_arithmetic::FixedPointNumber;

type Rational = Ratio<BigUint>;

const HOUR: Moment = 3_600_000;
const FRESHNESS: Moment = 600_000;

fn rational(numerator: u128, denominator: u128) -> Rational {
	Ratio::new(numerator.into(), denominator.into())
}

fn usd(price: Price) -> Rational {
	rational(price.into_inner(), Price::DIV)
}

/// What `bct` units are worth in USD.
fn bct_value(bct: Balance, price: Price) -> Rational {
	rational(bct, BCT) * usd(price)
}

/// What `credits` are worth in USD.
fn credit_value(credits: u128) -> Rational {
	rational(credits, CREDITS_PER_USD)
}

/// A number whose size, not only its value, is random: as likely small as large.
fn any_size() -> impl Strategy<Value = u128> {
	(0u32..128, any::<u128>()).prop_map(|(shift, value)| value >> shift)
}

fn any_price() -> impl Strategy<Value = Price> {
	any_size().prop_map(Price::from_inner)
}

/// A cheap generator of numbers for a test that needs a million of them (splitmix64).
struct Random(u64);

impl Random {
	fn next(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		z ^ (z >> 31)
	}

	/// Up to `bits` bits, as likely few as many.
	fn of_any_size(&mut self, bits: u64) -> u128 {
		let value = (u128::from(self.next()) << 64) | u128::from(self.next());
		value >> (128 - 1 - self.next() % bits)
	}
}

#[test]
fn burning_should_never_create_value_in_a_million_mints() {
	let mut random = Random(0x6d69_6c6c_706f_6e64);
	let units_per_credit = BigUint::from(BCT * Price::DIV / CREDITS_PER_USD);
	let (mut minted, mut burned, mut mints) = (BigUint::ZERO, BigUint::ZERO, 0u64);
	for _ in 0..1_000_000 {
		// Up to 10^9 BCT and $10^9 a BCT.
		let (bct, price) = (random.of_any_size(70), random.of_any_size(90));
		let credits = credits_for(bct, Price::from_inner(price)).expect("in range");
		let (value, worth) = (BigUint::from(credits) * &units_per_credit, BigUint::from(bct) * price);
		assert!(value <= worth, "{bct} at {price} mints {credits}: too much");
		assert!(
			&worth - &value < units_per_credit,
			"{bct} at {price} mints {credits}: more dust than a credit"
		);
		minted += value;
		burned += worth;
		mints += 1;
	}
	assert!(minted <= burned);
	assert!(
		burned - minted < units_per_credit * mints,
		"dust is at most a credit a mint"
	);
}

#[test]
fn one_bct_at_one_dollar_should_be_a_hundred_thousand_credits() {
	let dollar = Price::from_u32(1);
	assert_eq!(credits_for(BCT, dollar), Some(CREDITS_PER_USD));
	assert_eq!(credits_owed(BCT, dollar), Some(CREDITS_PER_USD));
	assert_eq!(bct_for(CREDITS_PER_USD, dollar), Some(BCT));
	assert_eq!(bct_owed(CREDITS_PER_USD, dollar), Some(BCT));
}

#[test]
fn conversion_should_be_refused_when_it_overflows_or_has_no_price() {
	let most = Price::from_inner(u128::MAX);
	assert_eq!(credits_for(u128::MAX, most), None);
	assert_eq!(credits_owed(u128::MAX, most), None);
	assert_eq!(bct_for(u128::MAX, Price::from_inner(1)), None);
	assert_eq!(bct_for(1, Price::from_inner(0)), None);
	assert_eq!(bct_owed(1, Price::from_inner(0)), None);
}

#[test]
fn quorum_should_be_more_than_two_thirds() {
	for n in 0..1_000u32 {
		assert_eq!(quorum(n), 2 * n / 3 + 1);
	}
	assert_eq!(quorum(u32::MAX), (2 * u64::from(u32::MAX) / 3 + 1) as u32);
}

#[test]
fn median_should_be_none_when_one_reading_short_of_a_quorum() {
	let reading = |at| Reading {
		price: Price::from_u32(2),
		at,
	};
	for n in 1..40u32 {
		let readings = |fresh: u32| (0..n).map(move |i| reading(if i < fresh { 1_000 } else { 0 }));
		let now = 1_000 + FRESHNESS;
		assert_eq!(fresh_median(readings(quorum(n) - 1), n, now, FRESHNESS), None);
		let median = Median {
			price: Price::from_u32(2),
			fresh_until: now,
		};
		assert_eq!(fresh_median(readings(quorum(n)), n, now, FRESHNESS), Some(median));
		assert_eq!(fresh_median(readings(n), n, now + 1, FRESHNESS), None);
	}
	assert_eq!(fresh_median([], 0, 0, FRESHNESS), None);
	assert_eq!(
		fresh_median([reading(1_001)], 1, 1_000, FRESHNESS),
		None,
		"from the future"
	);
}

#[test]
fn decay_should_be_exact_when_half_lives_are_whole() {
	for n in 0..64 {
		assert_eq!(decay(n * HOUR, HOUR), 1 << (64 - n));
	}
	assert_eq!(decay(65 * HOUR, HOUR), 0);
	assert_eq!(decay(u64::MAX, 1), 0);
	assert_eq!(decay(0, 0), 0);
}

#[test]
fn decay_should_multiply_to_one_half_when_a_half_life_is_cut_into_parts() {
	for parts in 2..200u32 {
		let part = decay(HOUR, HOUR * u64::from(parts));
		// part^parts, exactly, against 1/2.
		let whole = Ratio::new(BigUint::from(part).pow(parts), BigUint::from(2u8).pow(64 * parts));
		let half = rational(1, 2);
		let error = if whole > half { whole - half } else { half - whole };
		assert!(error < rational(parts.into(), 1 << 32), "{parts} parts");
	}
}

#[test]
fn ema_should_be_half_way_after_a_half_life() {
	let (one, two) = (Price::from_u32(1), Price::from_u32(2));
	assert_eq!(ema(one, two, 0, HOUR), one);
	assert_eq!(ema(one, two, HOUR, HOUR), Price::from_rational(3, 2));
	assert_eq!(ema(two, one, HOUR, HOUR), Price::from_rational(3, 2));
	assert_eq!(ema(one, two, 100 * HOUR, HOUR), two);
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn credits_should_be_the_exact_quotient_rounded_as_documented(bct in any_size(), price in any_price()) {
		let one = credit_value(1);
		let exact = bct_value(bct, price) / &one;
		prop_assert_eq!(credits_for(bct, price), u128::try_from(exact.floor().to_integer()).ok());
		prop_assert_eq!(credits_owed(bct, price), u128::try_from(exact.ceil().to_integer()).ok());
	}

	#[test]
	fn bct_should_be_the_exact_quotient_rounded_as_documented(credits in any_size(), price in any_price()) {
		prop_assume!(price != Price::from_inner(0));
		let exact = credit_value(credits) / bct_value(1, price);
		prop_assert_eq!(bct_for(credits, price), u128::try_from(exact.floor().to_integer()).ok());
		prop_assert_eq!(bct_owed(credits, price), u128::try_from(exact.ceil().to_integer()).ok());
	}

	#[test]
	fn going_to_credits_and_back_should_never_gain(
		bct in any_size(),
		mint in any_price(),
		above in any_size(),
	) {
		// Paid out at max(median, EMA), minted at min(median, EMA).
		let payout = Price::from_inner(mint.into_inner().saturating_add(above));
		if let Some(back) = credits_for(bct, mint).and_then(|credits| bct_for(credits, payout)) {
			prop_assert!(back <= bct);
		}
	}

	#[test]
	fn paying_in_parts_should_never_cost_less(parts in prop::collection::vec(0u128..=1 << 80, 1..20), price in any_price()) {
		let whole = credits_owed(parts.iter().sum(), price);
		let sum = parts.iter().map(|part| credits_owed(*part, price)).try_fold(0u128, |sum, owed| sum.checked_add(owed?));
		if let (Some(whole), Some(sum)) = (whole, sum) {
			prop_assert!(sum >= whole);
		}
	}

	#[test]
	fn median_should_stay_within_the_honest_range_when_fewer_than_a_third_are_hostile(
		honest in prop::collection::vec((1u128..=1 << 100, 0..=FRESHNESS), 1..30),
		// Silent, zero, the greatest, one off by its exponent, anything.
		hostile in prop::collection::vec(prop_oneof![
			Just(None),
			Just(Some(0)),
			Just(Some(u128::MAX)),
			Just(Some(1_000_000_000_000_000_000_000_000)),
			any::<u128>().prop_map(Some),
		], 0..15),
		stale in prop::collection::vec(any::<u128>(), 0..10),
		now in FRESHNESS + 1..=u64::MAX,
	) {
		// h < (h + others) ÷ 3, that is 2h < others.
		let mut hostile = hostile;
		hostile.truncate((honest.len() + stale.len() - 1) / 2);
		let n = honest.len() + hostile.len() + stale.len();
		let readings = honest.iter().map(|(price, age)| (*price, *age))
			.chain(hostile.iter().flatten().map(|price| (*price, 0)))
			.chain(stale.iter().map(|price| (*price, FRESHNESS + 1)))
			.map(|(price, age)| Reading { price: Price::from_inner(price), at: now - age });
		let fresh = honest.len() + hostile.iter().flatten().filter(|price| **price != 0).count();
		let median = fresh_median(readings, n as u32, now, FRESHNESS);
		prop_assert_eq!(median.is_some(), fresh >= quorum(n as u32) as usize);
		if let Some(median) = median {
			let prices = || honest.iter().map(|(price, _)| Price::from_inner(*price));
			prop_assert!(prices().min() <= Some(median.price) && Some(median.price) <= prices().max());
		}
	}

	#[test]
	fn median_should_be_usable_when_fewer_than_a_third_are_silent(
		prices in prop::collection::vec(1u128..=u128::MAX, 1..40),
		silent in 0usize..40,
	) {
		// s < (p + s) ÷ 3, that is 2s < p.
		let n = prices.len() + silent % prices.len().div_ceil(2);
		let readings = prices.iter().map(|price| Reading { price: Price::from_inner(*price), at: 7 });
		let median = fresh_median(readings, n as u32, 7, FRESHNESS);
		let mut sorted = prices.clone();
		sorted.sort();
		let (lower, upper) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
		let mean = Price::from_inner(lower + (upper - lower) / 2);
		prop_assert_eq!(median, Some(Median { price: mean, fresh_until: 7 + FRESHNESS }));
	}

	#[test]
	fn median_should_lose_its_quorum_exactly_after_fresh_until(
		ages in prop::collection::vec(0..=FRESHNESS, 1..40),
		silent in 0usize..20,
	) {
		let n = (ages.len() + silent) as u32;
		let now = 10 * FRESHNESS;
		let readings = || ages.iter().map(|age| Reading { price: Price::from_u32(1), at: now - age });
		if let Some(median) = fresh_median(readings(), n, now, FRESHNESS) {
			prop_assert!(fresh_median(readings(), n, median.fresh_until, FRESHNESS).is_some());
			prop_assert!(fresh_median(readings(), n, median.fresh_until + 1, FRESHNESS).is_none());
		}
	}

	#[test]
	fn ema_should_lie_between_and_never_turn_back(
		previous in any_price(),
		held in any_price(),
		first in 0..=200 * HOUR,
		more in 0..=200 * HOUR,
		half_life in 1..=48 * HOUR,
	) {
		let (low, high) = (previous.min(held), previous.max(held));
		let near = ema(previous, held, first + more, half_life);
		let far = ema(previous, held, first, half_life);
		prop_assert!(low <= near && near <= high);
		let distance = |price: Price| price.into_inner().abs_diff(held.into_inner());
		prop_assert!(distance(near) <= distance(far));
	}

	#[test]
	fn ema_should_not_depend_on_how_often_it_is_taken(
		previous in any_price(),
		held in any_price(),
		steps in prop::collection::vec(0..=HOUR, 1..50),
	) {
		let once = ema(previous, held, steps.iter().sum(), HOUR);
		let often = steps.iter().fold(previous, |average, step| ema(average, held, *step, HOUR));
		let scale = previous.into_inner().abs_diff(held.into_inner());
		// One part in 2^31 a step, and one unit of rounding.
		let allowed = (scale >> 31).saturating_add(1).saturating_mul(steps.len() as u128 + 1);
		prop_assert!(once.into_inner().abs_diff(often.into_inner()) <= allowed);
	}

	#[test]
	fn jump_should_be_told_exactly(from in any_price(), to in any_price(), bound in 0u32..=10_000) {
		let (a, b) = (usd(from), usd(to));
		let distance = if a > b { &a - &b } else { &b - &a };
		prop_assert_eq!(moved_beyond(from, to, bound), distance > &a * rational(bound.into(), 10_000));
	}
}
