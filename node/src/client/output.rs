//! What a command answers, for people and for scripts.

use super::text::{for_terminal, on_one_line};
use chrono::{DateTime, NaiveDate, NaiveTime};
use millpond_primitives::Minute;
use serde_json::Value;
use std::{
	fmt::Display,
	io::{self, Write},
};

/// Tells how a command gets on, or what it understood, on the standard error. Nobody may be there to read it, which changes
/// nothing.
macro_rules! tell {
	($($text:tt)*) => { $crate::client::output::write_line(std::io::stderr(), format_args!($($text)*)) };
}
pub(crate) use tell;

/// Writes a line where it may be read.
pub fn write_line(mut to: impl Write, text: impl Display) {
	let _ = writeln!(to, "{}", for_terminal(&text.to_string()));
}

/// Prints an answer on the standard output.
///
/// # Errors
/// The output's own: its reader is gone, or its disk is full.
pub fn print(text: &str) -> io::Result<()> {
	let mut output = io::stdout().lock();
	writeln!(output, "{}", for_terminal(text))?;
	output.flush()
}

/// Writes bytes to the standard output as they are: ours, for a file.
///
/// # Errors
/// As for [`print`].
pub fn write_bytes(bytes: &[u8]) -> io::Result<()> {
	let mut output = io::stdout().lock();
	output.write_all(bytes)?;
	output.flush()
}

/// What the system says of a pipe whose reader is gone.
const CLOSED_PIPE: &str = "Broken pipe (os error 32)";

/// Whether an error is that of an output that nobody reads any more: no reason to complain.
pub fn is_closed_pipe(error: &impl ToString) -> bool {
	error.to_string().contains(CLOSED_PIPE)
}

/// Ends the process in peace where a library's `println!` fails. It would panic: because somebody who read has read enough,
/// or because a disk is full.
pub fn end_on_failed_prints() {
	let hook = std::panic::take_hook();
	std::panic::set_hook(Box::new(move |panic| {
		let message = panic.payload().downcast_ref::<String>();
		match message.filter(|message| message.starts_with("failed printing to std")) {
			Some(message) if is_closed_pipe(message) => std::process::exit(0),
			Some(message) => {
				tell!("Error: {message}");
				std::process::exit(1)
			}
			None => hook(panic),
		}
	}));
}

/// What a command answers.
#[derive(Clone, Debug)]
pub struct Report {
	/// For scripts.
	pub json: Value,
	/// For people.
	pub text: String,
	/// Whether it tells what became of a transaction.
	pub is_of_transaction: bool,
}

impl Report {
	/// An answer in both forms.
	pub fn new(json: Value, text: impl Into<String>) -> Self {
		Self {
			json,
			text: text.into(),
			is_of_transaction: false,
		}
	}

	/// The same, of a transaction.
	pub fn of_transaction(self) -> Self {
		Self {
			is_of_transaction: true,
			..self
		}
	}

	/// Adds a detail for scripts.
	pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
		if let Some(object) = self.json.as_object_mut() {
			object.insert(name.into(), value.into());
		}
		self
	}
}

/// Lines of a name and a value, the values under each other, each on one line.
pub fn facts(facts: &[(&str, String)]) -> String {
	let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
	let lines: Vec<_> = facts
		.iter()
		.map(|(name, value)| format!("{name:width$}  {}", on_one_line(value)))
		.collect();
	lines.join("\n")
}

/// Rows under the names of their columns, one line each, aligned: to the right where all that stands in a column is
/// numbers. `none` is said where there are no rows.
pub fn table<const COLUMNS: usize>(names: [&str; COLUMNS], rows: &[[String; COLUMNS]], none: &str) -> String {
	if rows.is_empty() {
		return none.into();
	}
	let rows: Vec<_> = rows
		.iter()
		.map(|row| row.each_ref().map(|cell| on_one_line(cell)))
		.collect();
	let length = |text: &str| text.chars().count();
	let is_number = |text: &str| {
		let first = text.split(' ').next().unwrap_or_default();
		first.contains(|letter: char| letter.is_ascii_digit()) && !first.contains(char::is_alphabetic)
	};
	let columns = names.iter().enumerate().map(|(index, name)| {
		let cells = || rows.iter().filter_map(move |row| row.get(index));
		let width = cells()
			.map(|cell| length(cell))
			.chain([length(name)])
			.max()
			.unwrap_or(0);
		let is_right = cells().any(|cell| is_number(cell)) && cells().all(|cell| is_number(cell) || cell == NOTHING);
		(width, is_right)
	});
	let columns: Vec<_> = columns.collect();
	let line = |cells: &mut dyn Iterator<Item = &str>| {
		let cells: Vec<_> = cells
			.zip(&columns)
			.map(|(cell, (width, is_right))| match is_right {
				true => format!("{cell:>width$}"),
				false => format!("{cell:width$}"),
			})
			.collect();
		cells.join("  ").trim_end().to_string()
	};
	let head = line(&mut names.into_iter());
	let rows = rows.iter().map(|row| line(&mut row.iter().map(String::as_str)));
	[head].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}

/// What stands in a table where there is nothing to say.
pub const NOTHING: &str = "-";

/// A value as `format` writes it, or [`NOTHING`].
pub fn or_nothing<T>(value: Option<T>, format: impl FnOnce(T) -> String) -> String {
	value.map_or(NOTHING.into(), format)
}

/// A minute as people read it, such as `2027-01-15 08:00 UTC`.
pub fn format_minute(minute: Minute) -> String {
	match DateTime::from_timestamp(i64::from(minute) * 60, 0) {
		Some(time) => time.format("%Y-%m-%d %H:%M UTC").to_string(),
		// No minute is: chrono knows 260,000 years.
		None => format!("minute {minute}"),
	}
}

/// A minute's day.
pub fn format_day(minute: Minute) -> String {
	let time = format_minute(minute);
	time.split_once(' ').map_or(time.clone(), |(day, _)| day.into())
}

/// Reads a day, such as `2026-03-01`, as its first minute.
///
/// # Errors
/// What is no day, or one before 1970.
pub fn parse_day(text: &str) -> Result<Minute, String> {
	text.parse::<NaiveDate>()
		.ok()
		.and_then(|day| Minute::try_from(day.and_time(NaiveTime::MIN).and_utc().timestamp().div_euclid(60)).ok())
		// The library reads more than it writes: `+2026-3-1`, say.
		.filter(|day| format_day(*day) == text)
		.ok_or_else(|| format!("'{text}' is no day since 1970: write it like 2026-03-01"))
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn facts_should_stand_under_each_other() {
		assert_eq!(
			facts(&[("free", "1".into()), ("reserved", "2".into())]),
			"free      1\nreserved  2"
		);
	}

	#[test]
	fn a_table_should_align_numbers_to_the_right_and_words_to_the_left() {
		let row = |cells: [&str; 3]| cells.map(String::from);
		let rows = [row(["9", "5one", "1.5 BCT"]), row(["10", "another one", NOTHING])];
		assert_eq!(
			table(["id", "name", "price"], &rows, "none"),
			"id  name           price\n 9  5one         1.5 BCT\n10  another one        -"
		);
		assert_eq!(table(["id", "name", "price"], &[], "there are none"), "there are none");
		let absent = [row(["1", NOTHING, NOTHING])];
		assert_eq!(
			table(["id", "name", "price"], &absent, ""),
			"id  name  price\n 1  -     -"
		);
	}

	#[test]
	fn text_of_others_should_not_break_out_of_its_line() {
		let forged = "Mill\n1  Other Mill\x1b[2J";
		assert_eq!(
			facts(&[("name", forged.into()), ("of", "2".into())]),
			"name  Mill\\n1  Other Mill\\u{1b}[2J\nof    2"
		);
		let rows = [[forged.to_string(), "2".into()]];
		assert_eq!(table(["name", "id"], &rows, "").lines().count(), 2);
	}

	#[test]
	fn minutes_should_be_written_as_dates() {
		assert_eq!(format_minute(0), "1970-01-01 00:00 UTC");
		assert_eq!(format_minute(30_000_000), "2027-01-15 08:00 UTC");
	}

	#[test]
	fn days_should_be_read_as_they_are_written() {
		for day in ["1970-01-01", "2026-03-01", "2028-02-29"] {
			assert_eq!(parse_day(day).map(format_day), Ok(day.into()));
		}
		for text in [
			"",
			"1969-12-31",
			"2026-02-29",
			"01.03.2026",
			"2026-03-01 12:00",
			"2026-3-1",
			"+2026-03-01",
			" 2026-03-01",
			"2026 - 03 - 01",
		] {
			assert!(parse_day(text).is_err(), "{text}");
		}
	}

	proptest! {
		#[test]
		fn every_day_should_be_read_as_it_is_written_and_nothing_behind_it(day in 0..Minute::MAX / 1_440, junk in "[ -~]{1,3}") {
			let text = format_day(day * 1_440);
			prop_assert_eq!(parse_day(&text), Ok(day * 1_440));
			let with_junk = text + &junk;
			prop_assert!(parse_day(&with_junk).is_err(), "{}", with_junk);
		}
	}
}
