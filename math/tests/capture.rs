//! What a captured price feed could do in some hours: the table in docs/economics.md, from the functions that the chain uses.

use millpond_math::{
	logarithm::Logarithm,
	schedule::{release, Split},
	Balance, Minute,
};
use millpond_primitives::{Moment, BCT};

const ECONOMICS: &str = include_str!("../../docs/economics.md");

const SECOND: Moment = 1_000;
const HOUR: Moment = 3_600 * SECOND;

// As in pallets/data-credits/src/types.rs and in the chain's genesis.
const SLOW_HALF_LIFE: Moment = 24 * HOUR;
const SLOW_REACH: u32 = 2;
const HOURLY_CAP: u64 = 100_000;
const FIRST_YEAR: Balance = 180_000_000 * BCT;

/// `1234567` as `1,234,567`.
fn grouped(number: u64) -> String {
	let digits = number.to_string();
	let first = digits.len() % 3;
	let groups = digits.as_bytes()[first..].chunks(3);
	let mut parts: Vec<_> = groups.map(|group| String::from_utf8_lossy(group).to_string()).collect();
	if first > 0 {
		parts.insert(0, digits[..first].into());
	}
	parts.join(",")
}

/// How many times less the slow average is after `hours` in which a price that is as far off as can be stood, however often it
/// was taken. Minting is open all the time, which is more than can be.
fn slow_falls(hours: u64, step: Moment) -> f64 {
	let start = Logarithm::of(1 << 60);
	let end = (0..hours * HOUR / step).fold(start, |average, _| {
		average.average(Logarithm::of(1), step, SLOW_HALF_LIFE, SLOW_REACH)
	});
	start.power() as f64 / end.power() as f64
}

/// The most BCT that the epochs of so many hours of the first year mint for GPU rewards without what was burned: what the
/// schedule gives, and as much again of what was carried over.
fn minted(hours: u64) -> u64 {
	let minutes = Minute::try_from(60 * hours).expect("some hours");
	let released = release(&[FIRST_YEAR], 0, minutes).expect("within the year");
	let gpus = Split::default().apply(released).expect("fits").gpus;
	u64::try_from(2 * gpus / BCT).expect("fits")
}

#[test]
fn economics_should_state_what_a_captured_feed_could_do() {
	for hours in [1, 6, 24, 72] {
		let times = slow_falls(hours, 3 * SECOND);
		let row = format!(
			"| {hours} | {times:.2} | {} | ${} | {:.0}% |",
			grouped(minted(hours)),
			grouped(hours * HOURLY_CAP),
			100.0 / times
		);
		assert!(ECONOMICS.contains(&row), "docs/economics.md lacks: {row}");
	}
}

#[test]
fn slow_average_should_fall_by_its_bound_however_often_it_is_taken() {
	for hours in [1, 24, 72] {
		let bound = (f64::from(SLOW_REACH) * 2f64.ln() * hours as f64 / 24.0).exp2();
		for step in [SECOND * 3, SECOND * 60, SECOND * 600] {
			let falls = slow_falls(hours, step);
			assert!(
				falls <= bound && falls > 0.98 * bound,
				"{falls} of {bound} in {hours} h"
			);
		}
	}
}
