//! What a command answers, for people and for scripts.

use serde_json::Value;

/// What a command answers.
#[derive(Clone, Debug)]
pub struct Report {
	/// For scripts.
	pub json: Value,
	/// For people.
	pub text: String,
}

impl Report {
	/// An answer in both forms.
	pub fn new(json: Value, text: impl Into<String>) -> Self {
		Self {
			json,
			text: text.into(),
		}
	}
}

/// Lines of a name and a value, the values under each other.
pub fn facts(facts: &[(&str, String)]) -> String {
	let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
	let lines: Vec<_> = facts
		.iter()
		.map(|(name, value)| format!("{name:width$}  {value}"))
		.collect();
	lines.join("\n")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn facts_should_stand_under_each_other() {
		assert_eq!(
			facts(&[("free", "1".into()), ("reserved", "2".into())]),
			"free      1\nreserved  2"
		);
	}
}
