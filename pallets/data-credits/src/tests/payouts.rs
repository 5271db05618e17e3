//! The prices at which accounts pay each other, and those by which epochs value a credit.

use crate::{mock::*, *};
use millpond_primitives::{Moment, Price, HOUR, MINUTE, SECOND};
use millpond_traits::Prices;
use proptest::prelude::*;

const DAY: Moment = 24 * HOUR;

fn is_open() -> bool {
	DataCredits::for_mint().is_ok()
}

fn epochs() -> f64 {
	DataCredits::for_epochs().expect("fed").to_float()
}

/// The price that captured feeders send to bring the average down as fast as they can without halting minting: a fifth
/// below it.
fn lowest_unhalted() -> Price {
	let average = DataCredits::price_status().ema.expect("fed").into_inner();
	Price::from_inner(average - average / 5)
}

/// Lets `time` pass, and up to 9 minutes more, with all feeders sending `price` no more often than they must.
fn hold_loosely(price: Price, time: Moment) {
	let end = now() + time;
	while now() < end {
		pass(9 * MINUTE);
		feed(price);
	}
}

// Sales in dollars.

#[test]
fn payout_should_use_the_lower_of_median_and_average_in_favour_of_the_paid() {
	TestExt::default().execute_with(|| {
		feed(cents(190));
		assert_eq!(DataCredits::for_payout(), Ok(cents(190)));
		feed(cents(220));
		assert!(DataCredits::for_payout().is_ok_and(|price| price < usd(2)));
	});
}

#[test]
fn payout_should_wait_while_minting_is_halted_and_without_a_quorum() {
	for price in [usd(2_000), Price::from_rational(2, 1_000)] {
		TestExt::default().execute_with(|| {
			feed(price);
			assert_eq!(DataCredits::for_payout(), Err(Error::<Test>::Halted.into()));
			assert_eq!(DataCredits::for_compensation(), Err(Error::<Test>::Halted.into()));
			// The honest price is back, and has to stay for a while.
			feed(usd(2));
			assert_eq!(DataCredits::for_payout(), Err(Error::<Test>::Halted.into()));
			hold(usd(2), 30 * MINUTE);
			assert!(DataCredits::for_payout().is_ok() && DataCredits::for_compensation().is_ok());
			pass(11 * MINUTE);
			assert_eq!(DataCredits::for_payout(), Err(Error::<Test>::NoQuorum.into()));
			assert_eq!(DataCredits::for_compensation(), Err(Error::<Test>::NoQuorum.into()));
		});
	}
}

// Compensation.

#[test]
fn compensation_should_be_paid_at_the_slow_average_when_the_price_was_driven_up_for_hours() {
	TestExt::default().execute_with(|| {
		feed(usd(2_000));
		hold(usd(2_000), 4 * HOUR);
		assert!(is_open() && DataCredits::for_payout().is_ok_and(|price| price > usd(1_500)));
		let price = DataCredits::for_compensation().expect("open").to_float();
		assert!((2.0..2.2).contains(&price), "{price}");
	});
}

#[test]
fn compensation_should_follow_a_falling_price_at_once() {
	TestExt::default().execute_with(|| {
		feed(cents(170));
		assert_eq!(DataCredits::for_compensation(), Ok(cents(170)));
	});
}

// Epochs.

#[test]
fn epochs_should_have_no_price_only_before_the_first_of_all() {
	TestExt::default().without_price().execute_with(|| {
		assert_eq!(DataCredits::for_epochs(), None);
		(0..7).for_each(|feeder| feed_one(feeder, usd(2)));
		assert_eq!(DataCredits::for_epochs(), Some(usd(2)));
		pass(1_000 * DAY);
		assert_eq!(DataCredits::for_epochs(), Some(usd(2)));
	});
}

#[test]
fn epochs_should_not_see_a_spike() {
	for price in [usd(2_000), Price::from_rational(2, 1_000)] {
		TestExt::default().execute_with(|| {
			hold(usd(2), HOUR);
			feed(price);
			assert_eq!(DataCredits::for_epochs(), Some(usd(2)));
			hold(price, 30 * MINUTE);
			assert_eq!(DataCredits::for_epochs(), Some(usd(2)));
			pass(DAY);
			assert_eq!(DataCredits::for_epochs(), Some(usd(2)));
		});
	}
}

#[test]
fn epochs_should_follow_a_rising_price_at_once_and_a_falling_one_slowly() {
	TestExt::default().execute_with(|| {
		feed(cents(230));
		assert_eq!(DataCredits::for_epochs(), Some(cents(230)));
		hold_loosely(cents(230), 20 * DAY);
		feed(cents(200));
		hold_loosely(cents(200), DAY);
		// Half way down, in logarithms, from the square root of 2.3 x 2 on: the hour's average comes down first.
		let price = epochs();
		assert!((2.144..2.16).contains(&price), "{price}");
		hold_loosely(cents(200), 9 * DAY);
		let price = epochs();
		assert!((2.0..2.001).contains(&price), "{price}");
	});
}

#[test]
fn credits_should_count_for_less_than_three_times_their_worth_when_the_price_is_walked_down_for_a_day() {
	TestExt::default().execute_with(|| {
		for _ in 0..24 * 60 {
			pass(MINUTE);
			let price = lowest_unhalted();
			(0..7).for_each(|feeder| feed_one(feeder, price));
			assert!(is_open());
		}
		let median = DataCredits::price_status().median.expect("fed").to_float();
		assert!(median < 2.0 / 20.0, "{median}");
		let multiple = 2.0 / epochs();
		assert!((1.5..3.0).contains(&multiple), "{multiple}");
	});
}

#[test]
fn credits_should_count_for_less_than_three_times_their_worth_when_the_price_is_dropped_and_held_for_a_day() {
	// While minting is halted the hourly average comes down five times as fast; the slow one does not move then.
	for low in [1_000, 1_000_000] {
		TestExt::default().execute_with(|| {
			let low = Price::from_rational(2, low);
			feed(low);
			hold(low, DAY);
			let multiple = 2.0 / epochs();
			assert!(multiple < 3.0, "{multiple}");
		});
	}
	TestExt::default().execute_with(|| {
		// Halted for as long as it takes to come down to a thousandth, then walked on.
		feed(Price::from_rational(1, 1_000_000));
		hold(Price::from_rational(1, 1_000_000), 10 * HOUR);
		for _ in 0..14 * 60 {
			pass(MINUTE);
			let price = lowest_unhalted();
			(0..7).for_each(|feeder| feed_one(feeder, price));
		}
		assert!(is_open());
		let multiple = 2.0 / epochs();
		assert!((1.5..3.0).contains(&multiple), "{multiple}");
	});
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

	/// Whatever captured feeders send, and whenever, the price by which epochs value a credit falls by no more than
	/// `SLOW_REACH × ln 2` octaves a day, and compensation is paid at no more than that above what it was.
	#[test]
	fn slow_average_should_keep_its_bound_whatever_all_feeders_send(
		steps in prop::collection::vec((
			prop_oneof![
				3 => Just(None),
				1 => (0u32..120).prop_map(|shift| Some(Price::from_inner(1 << shift))),
				1 => any::<u128>().prop_map(|price| Some(Price::from_inner(price))),
			],
			prop_oneof![SECOND..MINUTE, MINUTE..9 * MINUTE, Just(HOUR)],
		), 1..300),
	) {
		TestExt::default().execute_with(|| {
			let start = now();
			for (price, after) in steps {
				pass(after);
				// None: one that does not halt minting.
				let price = price.unwrap_or_else(lowest_unhalted);
				(0..7).for_each(|feeder| feed_one(feeder, price));
				let octaves = f64::from(SLOW_REACH) * 2f64.ln() * (now() - start) as f64 / SLOW_HALF_LIFE as f64;
				assert!(epochs() >= 2.0 * (-octaves).exp2() * 0.999_999);
				if let Ok(price) = DataCredits::for_compensation() {
					assert!(price.to_float() <= 2.0 * octaves.exp2() * 1.000_001);
				}
			}
			check_invariants();
		});
	}
}
