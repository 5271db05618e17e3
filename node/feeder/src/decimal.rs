//! Prices read exactly from the text of a decimal number, never by way of a float.

use millpond_primitives::Price;
use sp_arithmetic::FixedPointNumber;

/// Decimals of a [`Price`].
const DECIMALS: i64 = 18;

/// More than this many USD for a BCT is a mistake: all BCT together would cost more than there is money.
pub const MAX_PRICE_USD: u32 = 1_000_000;

/// How much of a wrong text an error shows.
const SHOWN: usize = 40;

/// Why a text is not a price.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DecimalError {
	/// Not a decimal number.
	#[error("'{0}' is not a decimal number")]
	NotANumber(String),
	/// Less than zero.
	#[error("the price {0} is negative")]
	Negative(String),
	/// Zero.
	#[error("the price is zero")]
	Zero,
	/// Rounded down to zero.
	#[error("the price {0} is less than 10^-18 USD")]
	TooSmall(String),
	/// More than [`MAX_PRICE_USD`].
	#[error("the price {0} is more than {MAX_PRICE_USD} USD")]
	TooLarge(String),
}

/// Reads a price in USD, such as `1`, `0.25` or `2.5e-3`, as JSON writes numbers; digits beyond the 18th decimal are cut.
///
/// # Errors
/// What is not a number, not positive, or more than [`MAX_PRICE_USD`].
pub fn parse_price(text: &str) -> Result<Price, DecimalError> {
	let shown = || match text.char_indices().nth(SHOWN) {
		Some((end, _)) => format!("{}…", &text[..end]),
		None => text.into(),
	};
	let number = Number::parse(text).ok_or_else(|| DecimalError::NotANumber(shown()))?;
	if number.digits.is_empty() {
		return Err(DecimalError::Zero);
	}
	if number.negative {
		return Err(DecimalError::Negative(shown()));
	}
	let too_large = || DecimalError::TooLarge(shown());
	let shift = number.exponent.saturating_add(DECIMALS);
	let length = i64::try_from(number.digits.len()).unwrap_or(i64::MAX);
	// A u128 has at most 39 digits.
	let kept = match length.saturating_add(shift) {
		..=0 => return Err(DecimalError::TooSmall(shown())),
		kept @ 1..=39 => usize::try_from(kept).map_err(|_| too_large())?,
		_ => return Err(too_large()),
	};
	let digits = number.digits.get(..kept).unwrap_or(&number.digits);
	let inner: u128 = format!("{digits:0<kept$}").parse().map_err(|_| too_large())?;
	let price = Price::from_inner(inner);
	if price > Price::from_u32(MAX_PRICE_USD) {
		return Err(too_large());
	}
	Ok(price)
}

/// Writes a price with no more decimals than it has.
pub fn format_price(price: Price) -> String {
	let (whole, fraction) = (price.into_inner() / Price::DIV, price.into_inner() % Price::DIV);
	match format!("{fraction:018}").trim_end_matches('0') {
		"" => whole.to_string(),
		fraction => format!("{whole}.{fraction}"),
	}
}

/// A decimal number: its digits without zeros at the ends, times a power of ten.
struct Number {
	negative: bool,
	digits: String,
	exponent: i64,
}

impl Number {
	fn parse(text: &str) -> Option<Self> {
		let (negative, unsigned) = match text.strip_prefix('-') {
			Some(rest) => (true, rest),
			None => (false, text),
		};
		let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
			Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
			None => (unsigned, 0),
		};
		let (whole, fraction) = match mantissa.split_once('.') {
			Some((_, "")) => return None,
			Some(parts) => parts,
			None => (mantissa, ""),
		};
		let digits = format!("{whole}{fraction}");
		if whole.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
			return None;
		}
		let significant = digits.trim_end_matches('0');
		let cut = digits.len().checked_sub(significant.len())?;
		let exponent = exponent
			.saturating_sub(i64::try_from(fraction.len()).ok()?)
			.saturating_add(i64::try_from(cut).ok()?);
		Some(Self {
			negative,
			digits: significant.trim_start_matches('0').into(),
			exponent,
		})
	}
}

/// An exponent; one too great to count is as good as the greatest.
fn parse_exponent(text: &str) -> Option<i64> {
	let (negative, digits) = match text.strip_prefix('-') {
		Some(rest) => (true, rest),
		None => (false, text.strip_prefix('+').unwrap_or(text)),
	};
	if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
		return None;
	}
	// Far beyond any price, and far from the ends of an i64.
	let magnitude = digits.parse().unwrap_or(i64::from(u32::MAX)).min(i64::from(u32::MAX));
	Some(if negative { -magnitude } else { magnitude })
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	const USD: u128 = 1_000_000_000_000_000_000;

	#[test]
	fn prices_should_be_read_exactly() {
		for (text, inner) in [
			("1", USD),
			("0.1", USD / 10),
			("00.10", USD / 10),
			("1.5", 3 * USD / 2),
			("2.5e-3", USD / 400),
			("25E+2", 2_500 * USD),
			("1e6", 1_000_000 * USD),
			("0.000000000000000001", 1),
			("1e-18", 1),
			// No float holds these.
			("0.123456789012345678", 123_456_789_012_345_678),
			("999999.999999999999999999", 999_999_999_999_999_999_999_999),
			// Digits beyond the 18th decimal are cut, not rounded.
			("0.1234567890123456789", 123_456_789_012_345_678),
			("1.9999999999999999999999999999999999999999999", 2 * USD - 1),
			("100000000000000000000000000000000000000000000e-44", USD),
		] {
			assert_eq!(parse_price(text).map(Price::into_inner), Ok(inner), "{text}");
		}
	}

	#[test]
	fn prices_should_be_written_without_needless_digits() {
		for text in [
			"1",
			"0.1",
			"1.25",
			"1000000",
			"0.000000000000000001",
			"0.123456789012345678",
		] {
			assert_eq!(parse_price(text).map(format_price), Ok(text.into()));
		}
	}

	#[test]
	fn what_is_not_a_number_should_be_refused() {
		for text in [
			"", ".", "1.", ".5", "+1", "1e", "1e+", "e5", "--1", "1,5", " 1", "1 ", "0x10", "NaN", "nan", "Infinity",
			"-inf", "null", "true", "1e5.5", "1.2.3", "١", "$1",
		] {
			assert_eq!(parse_price(text), Err(DecimalError::NotANumber(text.into())), "{text}");
		}
	}

	#[test]
	fn what_is_not_positive_should_be_refused() {
		for text in ["0", "0.000", "-0", "0e99999999999999999999"] {
			assert_eq!(parse_price(text), Err(DecimalError::Zero), "{text}");
		}
		assert_eq!(parse_price("-1.5"), Err(DecimalError::Negative("-1.5".into())));
		for text in ["1e-19", "1e-99999999999999999999", "0.0000000000000000009"] {
			assert_eq!(parse_price(text), Err(DecimalError::TooSmall(text.into())), "{text}");
		}
	}

	#[test]
	fn what_is_huge_should_be_refused() {
		for text in [
			"1000000.000000000000000001",
			"1e7",
			"1e400",
			"1e99999999999999999999",
			"1e21",
			"9e21",
		] {
			assert_eq!(parse_price(text), Err(DecimalError::TooLarge(text.into())), "{text}");
		}
		let digits = "9".repeat(100_000);
		let refused = parse_price(&digits).expect_err("huge").to_string();
		assert!(refused.len() < 120, "{refused}");
	}

	proptest! {
		#[test]
		fn any_price_should_be_read_as_it_is_written(inner in 1..=1_000_000 * USD) {
			let text = format!("{}.{:018}", inner / USD, inner % USD);
			prop_assert_eq!(parse_price(&text).map(Price::into_inner), Ok(inner));
			let price = Price::from_inner(inner);
			prop_assert_eq!(parse_price(&format_price(price)), Ok(price));
			let scientific = format!("{inner}e-18");
			prop_assert_eq!(parse_price(&scientific).map(Price::into_inner), Ok(inner));
		}

		#[test]
		fn no_text_should_panic(text in ".{0,64}", number in "-?[0-9.eE+-]{0,64}") {
			let _ = parse_price(&text);
			if let Ok(price) = parse_price(&number) {
				prop_assert!(price.into_inner() > 0 && price <= Price::from_u32(MAX_PRICE_USD));
			}
		}
	}
}
