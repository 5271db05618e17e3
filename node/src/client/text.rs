//! Text that somebody else wrote: an operator, a host, the maker of a card, a node. Whatever of it a command prints goes
//! through here, so that it can neither steer the terminal nor pass for a line of ours.
//!
//! | what | where it is escaped |
//! |---|---|
//! | bytes of the chain | they become text as [`Foreign`] only, which prints itself on one line |
//! | values and cells of lists and tables | by [`facts`](super::output::facts) and [`table`](super::output::table), each on one line |
//! | a letter of a host | [`Foreign::lines`]: it keeps its line breaks and tabs |
//! | everything that a command prints | once more by [`for_terminal`], and by [`json`] where it is for scripts |

use serde::{Serialize, Serializer};
use serde_json::Value;
use std::fmt::{self, Write};

/// Text of somebody else. It prints itself on one line; scripts get it as it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Foreign(String);

impl Foreign {
	/// Text of bytes as the chain keeps them. What is not UTF-8 is replaced.
	pub fn new(bytes: &[u8]) -> Self {
		Self(String::from_utf8_lossy(bytes).into_owned())
	}

	/// Text of bytes that may be something else. None if they are not UTF-8.
	pub fn if_text(bytes: &[u8]) -> Option<Self> {
		std::str::from_utf8(bytes).ok().map(|text| Self(text.into()))
	}

	/// The text as it is: to be compared, never to be printed.
	pub fn as_str(&self) -> &str {
		&self.0
	}

	/// The text for a terminal, with its line breaks and tabs.
	pub fn lines(&self) -> String {
		for_terminal(&self.0)
	}
}

impl fmt::Display for Foreign {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.pad(&on_one_line(&self.0))
	}
}

impl Serialize for Foreign {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		self.0.serialize(serializer)
	}
}

/// Text with all that a terminal would act on, or that would not be seen, written out: `\n`, `\u{1b}`.
pub fn on_one_line(text: &str) -> String {
	escaped(text, |_| false)
}

/// The same, but line breaks and tabs stay.
pub fn for_terminal(text: &str) -> String {
	escaped(text, |letter| matches!(letter, '\n' | '\t'))
}

/// JSON for a terminal or a script: the same value, without a character that a terminal would act on.
pub fn json(value: &Value) -> String {
	let mut written = String::new();
	for letter in format!("{value:#}").chars() {
		// Between strings there are only line breaks and spaces, and in strings no line break.
		if letter == '\n' || !is_hidden(letter) {
			written.push(letter);
			continue;
		}
		for unit in letter.encode_utf16(&mut [0; 2]) {
			// Writing to a string does not fail.
			let _ = write!(written, "\\u{unit:04x}");
		}
	}
	written
}

fn escaped(text: &str, stays: impl Fn(char) -> bool) -> String {
	let mut escaped = String::with_capacity(text.len());
	for letter in text.chars() {
		match letter {
			letter if stays(letter) || !is_hidden(letter) => escaped.push(letter),
			'\n' | '\r' | '\t' => escaped.extend(letter.escape_default()),
			letter => escaped.extend(letter.escape_unicode()),
		}
	}
	escaped
}

/// Whether a terminal acts on a character instead of showing it: it controls, breaks a line, changes the direction of
/// writing, or is invisible. Joiners stay: some scripts cannot do without.
fn is_hidden(letter: char) -> bool {
	letter.is_control()
		|| matches!(
			letter,
			'\u{ad}'
				| '\u{61c}'
				| '\u{180e}'
				| '\u{200b}'
				| '\u{200e}'..='\u{200f}'
				| '\u{2028}'..='\u{202e}'
				| '\u{2060}'..='\u{206f}'
				| '\u{feff}'
				| '\u{fff9}'..='\u{fffb}'
				| '\u{e0000}'..='\u{e007f}'
		)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use serde_json::json;
	use std::{fs, path::Path};

	/// What an operator's name can hold: a cleared screen, a link, a clipboard, a forged row, a turned word.
	const ATTACKS: [&str; 6] = [
		"\x1b[2J",
		"\x1b]8;;https://evil.example\x1b\\Mill Lane\x1b]8;;\x1b\\",
		"\x1b]52;c;cm0gLXJm\x07",
		"Mill\n1  Other Mill  DE",
		"\u{202e}enaL lliM",
		"\u{9b}2J",
	];

	#[test]
	fn foreign_text_should_not_reach_a_terminal_as_it_is() {
		for attack in ATTACKS {
			let text = Foreign::new(attack.as_bytes());
			assert!(!text.to_string().chars().any(is_hidden), "{text}");
			assert!(!text.lines().chars().any(|letter| is_hidden(letter) && letter != '\n'));
			assert_eq!(json!(text), json!(attack), "scripts get it as it is");
		}
		assert_eq!(Foreign::new(b"a\x1b[2J\tb\nc").to_string(), "a\\u{1b}[2J\\tb\\nc");
		assert_eq!(Foreign::new(b"a\x1b[2J\tb\nc").lines(), "a\\u{1b}[2J\tb\nc");
		assert_eq!(
			Foreign::new("Mühle 磨 \u{1f3ed}".as_bytes()).to_string(),
			"Mühle 磨 \u{1f3ed}"
		);
	}

	proptest! {
		#[test]
		fn json_should_have_the_same_value_and_nothing_that_a_terminal_acts_on(text in any::<String>()) {
			let value = json!({ "text": text, "list": [text] });
			let written = json(&value);
			prop_assert!(!written.chars().any(|letter| is_hidden(letter) && letter != '\n'));
			prop_assert_eq!(serde_json::from_str::<Value>(&written).expect("JSON"), value);
		}

		#[test]
		fn text_should_stay_as_it_is_where_nothing_is_hidden(text in "[ -~à-žА-я一-龥]*") {
			prop_assert_eq!(on_one_line(&text), text.clone());
			prop_assert_eq!(for_terminal(&text), text);
		}
	}

	/// The lines of the command line's sources, without their tests, in which one of these words stands.
	fn lines_with(words: &[&str]) -> Vec<(String, String)> {
		fn visit(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
			for entry in fs::read_dir(folder).expect("the sources are here") {
				let path = entry.expect("it can be read").path();
				match path.is_dir() {
					true => visit(&path, found),
					false => found.push(path),
				}
			}
		}
		let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
		let mut files = Vec::new();
		for folder in ["client", "commands"] {
			visit(&sources.join(folder), &mut files);
		}
		files.sort();
		let mut found = Vec::new();
		for file in files {
			let name = file.strip_prefix(&sources).expect("below it").display().to_string();
			let text = fs::read_to_string(&file).expect("it is text");
			let code = text.split("#[cfg(test)]").next().unwrap_or_default();
			let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
			let with = lines.filter(|line| words.iter().any(|word| line.contains(word)));
			found.extend(with.map(|line| (name.clone(), line.trim().to_string())));
		}
		found
	}

	/// Whoever adds a place finds out here that bytes of the chain are to become [`Foreign`].
	#[test]
	fn bytes_should_become_text_in_one_place_only() {
		let elsewhere = lines_with(&["from_utf8", "as char", "char::from("]);
		let elsewhere: Vec<_> = elsewhere.iter().filter(|(file, _)| file != "client/text.rs").collect();
		assert!(elsewhere.is_empty(), "use client::text::Foreign: {elsewhere:#?}");
	}

	/// All places that print: what they print is escaped there. Commands answer with a report, and tell what goes on by
	/// `client::tell!`.
	#[test]
	fn commands_should_print_in_the_listed_places_only() {
		let places = lines_with(&["print!(", "println!(", "dbg!(", "stdout()", "stderr()"]);
		let mut files: Vec<_> = places.iter().map(|(file, _)| file.as_str()).collect();
		files.dedup();
		let listed = ["client/mod.rs", "client/output.rs", "client/transaction.rs"];
		let unlisted: Vec<_> = files.iter().filter(|file| !listed.contains(*file)).collect();
		assert!(
			unlisted.is_empty(),
			"use client::tell!, or answer with a report: {places:#?}"
		);
	}
}
