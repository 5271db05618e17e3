//! Where a price comes from.

use crate::{
	decimal::{format_price, parse_price},
	pointer::Pointer,
};
use hyper::Uri;
use millpond_primitives::Price;
use std::{fmt, str::FromStr};

/// What a fixed price begins with.
const FIXED: &str = "fixed:";

/// Where a price comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Source {
	/// A JSON document on the web, written `<url>#<JSON pointer>`.
	Json {
		/// The document: http or https.
		url: Uri,
		/// Where in it the price stands.
		pointer: Pointer,
	},
	/// A price that never changes, written `fixed:<USD>`: for development chains.
	Fixed(Price),
}

impl Source {
	/// Whether the source is asked over TLS.
	pub(crate) fn is_https(&self) -> bool {
		matches!(self, Source::Json { url, .. } if url.scheme_str() == Some("https"))
	}
}

impl Source {
	/// Whether this is the same place in the same document, however its address is written; all fixed prices are one source.
	pub(crate) fn is_same(&self, other: &Self) -> bool {
		match (self, other) {
			(
				Source::Json { url, pointer },
				Source::Json {
					url: other,
					pointer: at,
				},
			) => address(url) == address(other) && pointer == at,
			(Source::Fixed(_), Source::Fixed(_)) => true,
			_ => false,
		}
	}
}

/// What tells documents apart: the host without regard to case, the port also where it goes without saying, path and query.
fn address(url: &Uri) -> (String, u16, &str) {
	let by_scheme = if url.scheme_str() == Some("https") { 443 } else { 80 };
	(
		url.host().unwrap_or_default().to_ascii_lowercase(),
		url.port_u16().unwrap_or(by_scheme),
		url.path_and_query().map_or("/", |path| path.as_str()),
	)
}

impl FromStr for Source {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		if let Some(price) = text.strip_prefix(FIXED) {
			return parse_price(price).map(Source::Fixed).map_err(|error| error.to_string());
		}
		let (url, pointer) = text.split_once('#').ok_or_else(|| {
			format!("'{text}' does not say where in the answer the price stands: write <url>#<JSON pointer>")
		})?;
		let pointer = pointer.parse()?;
		let url: Uri = url.parse().map_err(|error| format!("'{url}' is not a URL: {error}"))?;
		if !matches!(url.scheme_str(), Some("http" | "https")) {
			return Err(format!("'{url}' is not an http:// or https:// URL"));
		}
		if url.host().unwrap_or_default().is_empty() {
			return Err(format!("'{url}' names no host"));
		}
		if url
			.authority()
			.is_some_and(|authority| authority.as_str().contains('@'))
		{
			return Err(format!(
				"the URL for {} holds a user name: sources are asked without one",
				url.host().unwrap_or_default()
			));
		}
		Ok(Source::Json { url, pointer })
	}
}

/// As logs and metrics name it: without the query, which may hold a key of an account with the source.
impl fmt::Display for Source {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Source::Json { url, pointer } => write!(
				formatter,
				"{}://{}{}#{pointer}",
				url.scheme_str().unwrap_or_default(),
				url.authority().map(|authority| authority.as_str()).unwrap_or_default(),
				url.path()
			),
			Source::Fixed(price) => write!(formatter, "{FIXED}{}", format_price(*price)),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_source_should_be_read_with_its_pointer() {
		let source: Source = "https://api.example.org/v1/price?pair=BCT-USD&key=secret#/data/0/price"
			.parse()
			.expect("a source");
		let Source::Json { url, pointer } = &source else {
			panic!("a JSON source");
		};
		assert_eq!(url.query(), Some("pair=BCT-USD&key=secret"));
		assert_eq!(pointer.to_string(), "/data/0/price");
		assert!(source.is_https());
		assert_eq!(source.to_string(), "https://api.example.org/v1/price#/data/0/price");

		let whole: Source = "http://localhost:8080#".parse().expect("the document itself");
		assert!(!whole.is_https());
		let fixed = Source::Fixed(Price::from_rational(3, 2));
		assert_eq!("fixed:1.5".parse(), Ok(fixed.clone()));
		assert_eq!(fixed.to_string(), "fixed:1.5");
	}

	#[test]
	fn a_source_should_be_known_however_its_address_is_written() {
		let source = |text: &str| text.parse::<Source>().expect(text);
		let one = source("https://example.org/price?pair=BCT-USD#/p");
		for (other, same) in [
			("https://example.org:443/price?pair=BCT-USD#/p", true),
			("https://EXAMPLE.org/price?pair=BCT-USD#/p", true),
			("https://example.org/price?pair=BCT-USD#/q", false),
			("https://example.org/price?pair=BCT-EUR#/p", false),
			("https://example.org/Price?pair=BCT-USD#/p", false),
			("https://example.org:8443/price?pair=BCT-USD#/p", false),
			("fixed:1", false),
		] {
			assert_eq!(one.is_same(&source(other)), same, "{other}");
		}
		assert!(source("fixed:1").is_same(&source("fixed:2")));
	}

	#[test]
	fn what_is_not_a_source_should_be_refused_with_the_reason() {
		for (text, told) in [
			("https://example.org/price", "JSON pointer"),
			("https://example.org/price#price", "does not begin with '/'"),
			("ftp://example.org/price#/p", "http:// or https://"),
			("example.org/price#/p", "not a"),
			("/price#/p", "http:// or https://"),
			("https://#/p", "not a URL"),
			("https://exa mple.org#/p", "not a URL"),
			("https://user:secret@example.org#/p", "user name"),
			("fixed:", "not a decimal number"),
			("fixed:-1", "negative"),
			("fixed:0", "zero"),
		] {
			let refused = text.parse::<Source>().expect_err(text);
			assert!(
				refused.contains(told) && !refused.contains("secret"),
				"{text}: {refused}"
			);
		}
	}
}
