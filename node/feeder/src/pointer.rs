//! Where in a JSON document the price stands (RFC 6901).

use crate::decimal::{parse_price, DecimalError};
use millpond_primitives::Price;
use serde_json::value::RawValue;
use std::{collections::HashMap, fmt, str::FromStr};

/// A path into a JSON document, as RFC 6901 writes it: `/data/0/price`, with `~1` for `/` and `~0` for `~` in names. The
/// empty one means the document itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pointer(Vec<String>);

/// Why a document holds no price.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DocumentError {
	/// Not JSON: an HTML page, a `NaN`, an answer cut short.
	#[error("the answer is not JSON: {0}")]
	NotJson(String),
	/// The pointer leads nowhere.
	#[error("the answer has nothing at {0}")]
	Nothing(String),
	/// Neither a number nor a string.
	#[error("what stands at {0} is neither a number nor a string")]
	NotANumber(String),
	/// Not a price.
	#[error(transparent)]
	NotAPrice(#[from] DecimalError),
}

impl Pointer {
	/// Reads the price from a document. Numbers are read from their own text, so that no digit is lost; so are numbers in
	/// strings.
	///
	/// # Errors
	/// A document that is not JSON, has nothing there, or no price.
	pub fn price(&self, document: &[u8]) -> Result<Price, DocumentError> {
		let mut value: &RawValue =
			serde_json::from_slice(document).map_err(|error| DocumentError::NotJson(error.to_string()))?;
		for depth in 0..self.0.len() {
			value = self
				.step(value, depth)
				.ok_or_else(|| DocumentError::Nothing(self.up_to(depth)))?;
		}
		let text = value.get();
		if text.starts_with('"') {
			let text: String = serde_json::from_str(text).map_err(|error| DocumentError::NotJson(error.to_string()))?;
			return Ok(parse_price(&text)?);
		}
		if text.starts_with(['{', '[', 't', 'f', 'n']) {
			return Err(DocumentError::NotANumber(self.to_string()));
		}
		Ok(parse_price(text)?)
	}

	/// The member that the token at `depth` names.
	fn step<'a>(&self, value: &'a RawValue, depth: usize) -> Option<&'a RawValue> {
		let token = self.0.get(depth)?;
		match value.get().as_bytes().first()? {
			b'{' => {
				let members: HashMap<String, &RawValue> = serde_json::from_str(value.get()).ok()?;
				members.get(token).copied()
			}
			b'[' => {
				// RFC 6901: digits without leading zeros.
				let index: usize = token.parse().ok().filter(|index: &usize| index.to_string() == *token)?;
				let items: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
				items.get(index).copied()
			}
			_ => None,
		}
	}

	fn up_to(&self, depth: usize) -> String {
		Pointer(self.0.iter().take(depth.saturating_add(1)).cloned().collect()).to_string()
	}
}

impl FromStr for Pointer {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		if text.is_empty() {
			return Ok(Self(Vec::new()));
		}
		let tokens = text
			.strip_prefix('/')
			.ok_or_else(|| format!("the JSON pointer '{text}' does not begin with '/'"))?;
		let unescape = |token: &str| {
			let rest = token.replace("~0", "").replace("~1", "");
			match rest.contains('~') {
				true => Err(format!(
					"the JSON pointer '{text}' has a '~' that is neither '~0' nor '~1'"
				)),
				// The order matters: `~01` is `~1`.
				false => Ok(token.replace("~1", "/").replace("~0", "~")),
			}
		};
		tokens.split('/').map(unescape).collect::<Result<_, _>>().map(Self)
	}
}

impl fmt::Display for Pointer {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		for token in &self.0 {
			write!(formatter, "/{}", token.replace('~', "~0").replace('/', "~1"))?;
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn price(pointer: &str, document: &str) -> Result<Price, DocumentError> {
		pointer
			.parse::<Pointer>()
			.expect("a pointer")
			.price(document.as_bytes())
	}

	fn cents(cents: u128) -> Result<Price, DocumentError> {
		Ok(Price::from_inner(cents * 10_000_000_000_000_000))
	}

	#[test]
	fn a_price_should_be_found_where_the_pointer_leads() {
		let document = r#"{ "data": [ { "price": 1.25 }, { "price": "2.50" } ], "a/b": { "m~n": 3 }, "": { "": 4 }, "\u0070": 5 }"#;
		assert_eq!(price("/data/0/price", document), cents(125));
		assert_eq!(price("/data/1/price", document), cents(250));
		assert_eq!(price("/a~1b/m~0n", document), cents(300));
		assert_eq!(price("//", document), cents(400));
		assert_eq!(price("/p", document), cents(500));
		assert_eq!(price("", " 1.25 \n"), cents(125));
		assert_eq!(price("", "\"1.25\""), cents(125));
	}

	#[test]
	fn a_numbers_own_digits_should_count() {
		let exact = Price::from_inner(123_456_789_012_345_678);
		assert_eq!(price("/p", r#"{"p":0.123456789012345678}"#), Ok(exact));
		assert_eq!(price("/p", r#"{"p":1.23456789012345678E-1}"#), Ok(exact));
	}

	#[test]
	fn a_pointer_that_leads_nowhere_should_be_told_as_far_as_it_leads() {
		let document = r#"{ "data": [ { "price": 1 } ] }"#;
		for (pointer, told) in [
			("/prices", "/prices"),
			("/data/1/price", "/data/1"),
			("/data/00/price", "/data/00"),
			("/data/-/price", "/data/-"),
			("/data/price", "/data/price"),
			("/data/0/price/usd", "/data/0/price/usd"),
		] {
			assert_eq!(
				price(pointer, document),
				Err(DocumentError::Nothing(told.into())),
				"{pointer}"
			);
		}
	}

	#[test]
	fn what_is_not_a_price_should_be_refused() {
		for document in [r#"{"p":null}"#, r#"{"p":true}"#, r#"{"p":[1]}"#, r#"{"p":{"p":1}}"#] {
			assert_eq!(
				price("/p", document),
				Err(DocumentError::NotANumber("/p".into())),
				"{document}"
			);
		}
		for document in [
			"",
			"<html>",
			r#"{"p":NaN}"#,
			r#"{"p":1"#,
			r#"{"p":1}x"#,
			r#"{"p":-}"#,
			r#"{"p":01}"#,
		] {
			assert!(
				matches!(price("/p", document), Err(DocumentError::NotJson(_))),
				"{document}"
			);
		}
		assert_eq!(
			price("/p", r#"{"p":"NaN"}"#),
			Err(DecimalError::NotANumber("NaN".into()).into())
		);
		assert_eq!(
			price("/p", r#"{"p":-1}"#),
			Err(DecimalError::Negative("-1".into()).into())
		);
		assert_eq!(
			price("/p", r#"{"p":1e400}"#),
			Err(DecimalError::TooLarge("1e400".into()).into())
		);
	}

	#[test]
	fn a_deeply_nested_answer_should_not_end_the_process() {
		let deep = format!("{}{}", "[".repeat(500_000), "]".repeat(500_000));
		assert!(price("/0", &deep).is_err());
	}

	#[test]
	fn pointers_should_be_written_as_they_are_read() {
		for text in ["", "/", "/a", "/a/0//b", "/a~1b/~0~01"] {
			assert_eq!(
				text.parse::<Pointer>().map(|pointer| pointer.to_string()),
				Ok(text.into())
			);
		}
		for text in ["a", "a/b", "/~", "/~2", "/a~"] {
			assert!(text.parse::<Pointer>().expect_err(text).contains(text));
		}
	}
}
