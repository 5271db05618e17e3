//! Amounts as people write them, exact to the last digit.

use millpond_primitives::{Credits, Minute, BASIS_POINTS, MINUTES_PER_DAY};
use millpond_runtime::Balance;
use sp_runtime::FixedU128;

/// Decimals of BCT.
const BCT_DECIMALS: usize = 12;
/// Decimals of a Data Credit, read as dollars.
const DOLLAR_DECIMALS: usize = 5;
/// Decimals of percent in basis points.
const PERCENT_DECIMALS: usize = 2;
const MINUTES_PER_HOUR: Credits = 60;
/// Decimals of a fixed-point number, such as a price.
const FIXED_DECIMALS: usize = 18;

/// Reads an amount of BCT, such as `12` or `0.5`, into its smallest unit.
///
/// # Errors
/// Anything but digits with at most one point, more than 12 decimals, or more than can be counted.
pub fn parse_bct(text: &str) -> Result<Balance, String> {
	parse_decimal(text, BCT_DECIMALS, "BCT")
}

/// Writes an amount of BCT with no more decimals than it has.
pub fn format_bct(amount: Balance) -> String {
	format!("{} BCT", format_decimal(amount, BCT_DECIMALS))
}

/// Writes Data Credits with what they are worth.
pub fn format_credits(credits: Credits) -> String {
	format!("{credits} DC (${})", format_decimal(credits, DOLLAR_DECIMALS))
}

/// Reads an amount of dollars, such as `120` or `0.5`, into Data Credits.
///
/// # Errors
/// Anything but digits with at most one point, or more than 5 decimals.
pub fn parse_dollars(text: &str) -> Result<Credits, String> {
	parse_decimal(text, DOLLAR_DECIMALS, "USD")
}

/// Reads what a GPU-minute costs: DC a minute, `4000`, or dollars an hour, `2.4/h`.
///
/// # Errors
/// Neither of the two, or dollars that are no whole DC a minute.
pub fn parse_rate(text: &str) -> Result<Credits, String> {
	let Some(dollars) = text.strip_suffix("/h") else {
		return parse_decimal(text, 0, "DC a minute")
			.map_err(|error| format!("{error}, or dollars an hour such as 2.4/h"));
	};
	let an_hour = parse_dollars(dollars)?;
	let rate = an_hour / MINUTES_PER_HOUR;
	if an_hour % MINUTES_PER_HOUR > 0 {
		return Err(format!(
			"${dollars} an hour is no whole number of DC a minute: take {} or {}",
			format_rate(rate),
			format_rate(rate.saturating_add(1))
		));
	}
	Ok(rate)
}

/// Writes what a GPU-minute costs, with dollars an hour beside it.
pub fn format_rate(rate: Credits) -> String {
	let an_hour = rate.saturating_mul(MINUTES_PER_HOUR);
	format!("{rate} DC/min (${}/h)", format_decimal(an_hour, DOLLAR_DECIMALS))
}

/// Reads a part of a whole in percent, such as `12.5` or `12.5%`, into basis points.
///
/// # Errors
/// What is no number of percent with at most two decimals, or more than the whole.
pub fn parse_percent(text: &str) -> Result<u16, String> {
	let percent = parse_decimal(text.strip_suffix('%').unwrap_or(text), PERCENT_DECIMALS, "percent")?;
	u16::try_from(percent)
		.ok()
		.filter(|basis_points| u32::from(*basis_points) <= BASIS_POINTS)
		.ok_or_else(|| format!("'{text}' is more than 100%"))
}

/// Writes basis points as percent.
pub fn format_percent(basis_points: u32) -> String {
	format!("{}%", format_decimal(basis_points.into(), PERCENT_DECIMALS))
}

/// Reads a stretch of time: minutes, `90`, or hours and days, `12h`, `7d`.
///
/// # Errors
/// Neither of these, or more than can be counted.
pub fn parse_minutes(text: &str) -> Result<Minute, String> {
	let units = [("d", MINUTES_PER_DAY), ("h", 60), ("m", 1), ("", 1)];
	let found = units
		.iter()
		.find_map(|(name, unit)| Some((text.strip_suffix(*name)?, *unit)));
	found
		// Digits alone: the library reads a sign, too.
		.filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()))
		.and_then(|(number, unit)| number.parse::<Minute>().ok()?.checked_mul(unit))
		.ok_or_else(|| format!("'{text}' is no time: write minutes, such as 90, or hours or days, such as 12h or 7d"))
}

/// Writes a stretch of time in the largest unit that it is a whole number of.
pub fn format_minutes(minutes: Minute) -> String {
	let units = [(MINUTES_PER_DAY, "d"), (60, "h")];
	let whole = units
		.iter()
		.find(|(unit, _)| minutes > 0 && minutes.is_multiple_of(*unit));
	whole.map_or(format!("{minutes} min"), |(unit, name)| {
		format!("{} {name}", minutes / unit)
	})
}

/// Writes a fixed-point number, such as a price in USD per BCT.
pub fn format_fixed(value: FixedU128) -> String {
	format_decimal(value.into_inner(), FIXED_DECIMALS)
}

/// Reads a decimal number into an integer of 10^-`decimals`.
///
/// # Errors
/// Anything but digits with at most one point, more decimals than there are, or more than can be counted.
pub fn parse_decimal(text: &str, decimals: usize, unit: &str) -> Result<u128, String> {
	let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
	let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
	if whole.is_empty() || !digits(whole) || !digits(fraction) || text.ends_with('.') {
		return Err(format!(
			"'{text}' is not an amount of {unit}: write digits with at most one point, such as 12 or 0.5"
		));
	}
	if fraction.len() > decimals {
		return Err(format!(
			"'{text}' has {} decimals, and {unit} has {decimals}: leave out the last {}",
			fraction.len(),
			fraction.len() - decimals
		));
	}
	format!("{whole}{fraction:0<decimals$}")
		.parse()
		.map_err(|_| format!("'{text}' {unit} is more than there can be"))
}

/// Writes an integer of 10^-`decimals` as a decimal number, with no more decimals than it has.
pub fn format_decimal(value: u128, decimals: usize) -> String {
	let digits = format!("{value:0>width$}", width = decimals + 1);
	let (whole, fraction) = digits.split_at(digits.len() - decimals);
	match fraction.trim_end_matches('0') {
		"" => whole.into(),
		fraction => format!("{whole}.{fraction}"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn amounts_should_be_read_exactly() {
		for (text, units) in [
			("0", 0),
			("1", 1_000_000_000_000),
			("007", 7_000_000_000_000),
			("0.5", 500_000_000_000),
			("0.000000000001", 1),
			("1.10", 1_100_000_000_000),
			// Neither is a number that a float can hold.
			("9007199254740993.000000000001", 9_007_199_254_740_993_000_000_000_001),
			("340282366920938463463374607.431768211455", u128::MAX),
		] {
			assert_eq!(parse_bct(text), Ok(units), "{text}");
		}
	}

	#[test]
	fn what_is_not_an_amount_should_be_refused_with_the_reason() {
		for text in [
			"", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "1 000", "1.2.3", "0x10", "NaN", "١",
		] {
			let refused = parse_bct(text).expect_err(text);
			assert!(refused.contains("not an amount of BCT"), "{refused}");
		}
		let refused = parse_bct("0.0000000000015").expect_err("13 decimals");
		assert!(refused.contains("has 13 decimals, and BCT has 12"), "{refused}");
		let refused = parse_bct("340282366920938463463374607.431768211456").expect_err("2^128");
		assert!(refused.contains("more than there can be"), "{refused}");
	}

	#[test]
	fn amounts_should_be_written_as_they_are_read() {
		for amount in [
			0,
			1,
			10,
			999_999_999_999,
			1_000_000_000_000,
			1_500_000_000_000,
			u128::MAX,
		] {
			assert_eq!(parse_bct(&format_decimal(amount, 12)), Ok(amount));
		}
		assert_eq!(format_bct(1_500_000_000_000), "1.5 BCT");
		assert_eq!(format_decimal(12_345, 5), "0.12345");
		assert_eq!(format_decimal(7, 0), "7");
		assert_eq!(format_credits(250_000), "250000 DC ($2.5)");
		assert_eq!(format_fixed(FixedU128::from_rational(1, 8)), "0.125");
	}

	#[test]
	fn dollars_should_be_read_as_credits() {
		assert_eq!(parse_dollars("120"), Ok(12_000_000));
		assert_eq!(parse_dollars("0.00001"), Ok(1));
		for text in ["", "$1", "0.000001", "-1"] {
			assert!(parse_dollars(text).is_err(), "{text}");
		}
	}

	#[test]
	fn rates_should_be_read_in_credits_a_minute_and_in_dollars_an_hour() {
		assert_eq!(parse_rate("4000"), Ok(4_000));
		assert_eq!(parse_rate("2.4/h"), Ok(4_000));
		assert_eq!(format_rate(4_000), "4000 DC/min ($2.4/h)");
		let uneven = parse_rate("2.5/h").expect_err("4166.67 DC a minute");
		assert!(
			uneven.contains("4166 DC/min ($2.4996/h) or 4167 DC/min ($2.5002/h)"),
			"{uneven}"
		);
		for text in ["", "2.5", "/h", "-1/h", "$1/h"] {
			assert!(parse_rate(text).is_err(), "{text}");
		}
	}

	#[test]
	fn percent_should_be_read_as_basis_points() {
		for (text, basis_points) in [("0", 0), ("12.5", 1_250), ("12.5%", 1_250), ("100%", 10_000)] {
			assert_eq!(parse_percent(text), Ok(basis_points), "{text}");
		}
		assert_eq!(format_percent(1_250), "12.5%");
		for text in ["", "%", "100.01", "0.001", "-1", "700"] {
			assert!(parse_percent(text).is_err(), "{text}");
		}
	}

	#[test]
	fn stretches_of_time_should_be_read_in_minutes_hours_and_days() {
		for (text, minutes) in [("90", 90), ("90m", 90), ("12h", 720), ("7d", 10_080)] {
			assert_eq!(parse_minutes(text), Ok(minutes), "{text}");
		}
		for text in [
			"", "d", "1w", "-1", "1.5h", "9999999d", "12hh", "7dd", "90mm", "90 m", "12hm", "1d12h", "+5", "+5h", " 5",
			"٥",
		] {
			assert!(parse_minutes(text).is_err(), "{text}");
		}
		for (minutes, text) in [(0, "0 min"), (90, "90 min"), (720, "12 h"), (10_080, "7 d")] {
			assert_eq!(format_minutes(minutes), text);
		}
	}

	/// What stands behind a value by mistake: whatever is no digit, since a digit more makes another number.
	fn junk() -> impl Strategy<Value = String> {
		"[^0-9.]{1,3}"
	}

	proptest! {
		#[test]
		fn every_amount_should_be_read_as_it_is_written_and_nothing_behind_it(
			amount in any::<u128>(), decimals in 0..19usize, junk in junk(),
		) {
			let text = format_decimal(amount, decimals);
			prop_assert_eq!(parse_decimal(&text, decimals, "units"), Ok(amount));
			for wrong in [format!("{text}{junk}"), format!("{junk}{text}")] {
				prop_assert!(parse_decimal(&wrong, decimals, "units").is_err(), "{}", wrong);
			}
		}

		#[test]
		fn every_rate_should_be_read_as_it_is_written(rate in 0..u128::MAX / 60, junk in junk()) {
			prop_assert_eq!(parse_rate(&rate.to_string()), Ok(rate));
			let an_hour = format!("{}/h", format_decimal(rate * MINUTES_PER_HOUR, DOLLAR_DECIMALS));
			prop_assert_eq!(parse_rate(&an_hour), Ok(rate));
			let wrong = format!("{an_hour}{junk}");
			prop_assert!(parse_rate(&wrong).is_err(), "{}", wrong);
			prop_assume!(junk != "/h");
			let wrong = format!("{rate}{junk}");
			prop_assert!(parse_rate(&wrong).is_err(), "{}", wrong);
		}

		#[test]
		fn every_percentage_should_be_read_as_it_is_written(basis_points in 0..=10_000u16, junk in junk()) {
			let text = format_percent(basis_points.into());
			prop_assert_eq!(parse_percent(&text), Ok(basis_points));
			let wrong = format!("{text}{junk}");
			prop_assert!(parse_percent(&wrong).is_err(), "{}", wrong);
		}

		#[test]
		fn every_stretch_of_time_should_be_read_as_it_is_written(number in 0..=Minute::MAX / MINUTES_PER_DAY, junk in junk()) {
			for (unit, minutes) in [("", 1), ("m", 1), ("h", 60), ("d", MINUTES_PER_DAY)] {
				let text = format!("{number}{unit}");
				prop_assert_eq!(parse_minutes(&text), Ok(number * minutes));
				prop_assume!(!(unit.is_empty() && ["m", "h", "d"].contains(&junk.as_str())));
				let wrong = format!("{text}{junk}");
				prop_assert!(parse_minutes(&wrong).is_err(), "{}", wrong);
			}
			let written = format_minutes(number).replace(" min", "").replace(' ', "");
			prop_assert_eq!(parse_minutes(&written), Ok(number));
		}
	}
}
