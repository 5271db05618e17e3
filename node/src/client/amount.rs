//! Amounts as people write them, exact to the last digit.

use millpond_runtime::Balance;

/// Decimals of BCT.
const BCT_DECIMALS: usize = 12;

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
	}
}
