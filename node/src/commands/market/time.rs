//! Times as customers write them.

use crate::client::{
	amount::{format_minutes, parse_minutes},
	Error, Node,
};
use chrono::NaiveDateTime;
use millpond_primitives::Minute;
use pallet_market::SLICE;

/// How a time of the clock is written.
const FORMAT: &str = "%Y-%m-%dT%H:%M";

/// A moment: a time of the clock, or so long from now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum When {
	/// A minute since 1970.
	At(Minute),
	/// So many minutes from now.
	In(Minute),
}

/// Reads a moment, such as `2027-01-15T08:00` or `+2h`.
///
/// # Errors
/// Neither of the two, or a time before 1970.
pub fn parse_when(text: &str) -> Result<When, String> {
	if let Some(length) = text.strip_prefix('+') {
		return parse_minutes(length).map(When::In);
	}
	let local = text.strip_suffix('Z').unwrap_or(text);
	let time = NaiveDateTime::parse_from_str(local, FORMAT).ok();
	// The library reads more than it writes: `+2027-1-15T8:00`, say.
	time.filter(|time| time.format(FORMAT).to_string() == local)
		.and_then(|time| Minute::try_from(time.and_utc().timestamp().div_euclid(60)).ok())
		.map(When::At)
		.ok_or_else(|| {
			format!("'{text}' is no time: write it like 2027-01-15T08:00 (UTC), or +2h for two hours from now")
		})
}

impl When {
	/// The minute; of so long from now, the next in which reserved time can begin.
	///
	/// # Errors
	/// The node's own.
	pub async fn minute(self, node: &Node) -> Result<Minute, Error> {
		match self {
			Self::At(minute) => Ok(minute),
			Self::In(minutes) => Ok(aligned(node.minute().await?.saturating_add(minutes))),
		}
	}
}

/// The first minute from `minute` on in which reserved time can begin.
fn aligned(minute: Minute) -> Minute {
	minute.div_ceil(SLICE).saturating_mul(SLICE)
}

/// Writes how long something still takes, in the two largest units.
pub fn format_left(minutes: Minute) -> String {
	let (days, hours, rest) = (minutes / 1_440, minutes % 1_440 / 60, minutes % 60);
	match (days, hours, rest) {
		(0, 0, _) | (0, _, 0) | (_, 0, 0) => format_minutes(minutes),
		(0, hours, rest) => format!("{hours} h {rest} min"),
		(days, 0, rest) => format!("{days} d {rest} min"),
		(days, hours, _) => format!("{days} d {hours} h"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::client::output::format_minute;
	use proptest::prelude::*;

	#[test]
	fn moments_should_be_read_as_times_or_from_now() {
		assert_eq!(parse_when("2027-01-15T08:00"), Ok(When::At(30_000_000)));
		assert_eq!(parse_when("2027-01-15T08:00Z"), Ok(When::At(30_000_000)));
		assert_eq!(parse_when("+2h"), Ok(When::In(120)));
		for text in [
			"",
			"+",
			"2h",
			"2027-01-15",
			"1969-12-31T23:59",
			"15.1.2027 8:00",
			"+2hh",
			"++2h",
			"2027-01-15T08:00ZZ",
			"2027-1-15T8:00",
			"+2027-01-15T08:00",
			" 2027-01-15T08:00",
		] {
			assert!(parse_when(text).is_err(), "{text}");
		}
		assert_eq!([120, 121, 130].map(aligned), [120, 130, 130]);
	}

	#[test]
	fn what_is_left_should_be_written_in_the_two_largest_units() {
		for (minutes, text) in [
			(0, "0 min"),
			(59, "59 min"),
			(60, "1 h"),
			(61, "1 h 1 min"),
			(1_440, "1 d"),
			(1_441, "1 d 1 min"),
			(1_500, "1 d 1 h"),
			(43_199, "29 d 23 h"),
		] {
			assert_eq!(format_left(minutes), text);
		}
	}

	proptest! {
		// Until the end of the year 9999: later ones have a sign.
		#[test]
		fn every_time_should_be_read_as_it_is_written_and_nothing_behind_it(minute in 0..4_223_371_680u32, junk in "[ -Y\\[-~]{1,3}") {
			let text = format_minute(minute).replace(' ', "T").replace("TUTC", "");
			for text in [text.clone(), format!("{text}Z")] {
				prop_assert_eq!(parse_when(&text), Ok(When::At(minute)));
				let wrong = format!("{text}{junk}");
				prop_assert!(parse_when(&wrong).is_err(), "{}", wrong);
			}
		}
	}
}
