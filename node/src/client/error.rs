//! What goes wrong for somebody who uses a command, and what they can do about it.

use serde_json::{json, Map, Value};
use std::fmt;

/// How far a command got before it failed.
///
/// Before a signed transaction is handed to a node, a command fails with one of the first three, and nothing was done. From
/// then on it fails with one of the last two, which only [`outcome`](super::outcome) makes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
	/// What was asked for cannot be done as it stands: a key, an amount, an address.
	Input,
	/// No node answers, or not as expected.
	Node,
	/// The chain would not carry the transaction out as things stand: nothing was sent and nothing was paid.
	Refused,
	/// The transaction is in a final block, where its call failed: the fee was paid, nothing else was done.
	Failed,
	/// The transaction was handed to a node, and what became of it is not known.
	Unknown,
}

impl Kind {
	/// What the process ends with. 2 is what clap ends with on a wrong command line.
	fn exit_code(self) -> u8 {
		match self {
			Kind::Input | Kind::Node => 1,
			Kind::Refused => 3,
			Kind::Failed => 4,
			Kind::Unknown => 5,
		}
	}

	fn name(self) -> &'static str {
		match self {
			Kind::Input => "input",
			Kind::Node => "node",
			Kind::Refused => "refused",
			Kind::Failed => "failed",
			Kind::Unknown => "unknown",
		}
	}
}

/// What went wrong.
#[derive(Clone, Debug)]
pub struct Error {
	/// How far the command got.
	pub kind: Kind,
	/// What is wrong, with the value.
	pub message: String,
	/// What to do about it.
	pub advice: Option<String>,
	/// More for scripts.
	pub details: Map<String, Value>,
}

impl Error {
	/// An error without advice.
	pub fn new(kind: Kind, message: impl Into<String>) -> Self {
		Self {
			kind,
			message: message.into(),
			advice: None,
			details: Map::new(),
		}
	}

	/// What was asked for cannot be done.
	pub fn input(message: impl Into<String>) -> Self {
		Self::new(Kind::Input, message)
	}

	/// The node did not answer as expected.
	pub fn node(message: impl Into<String>) -> Self {
		Self::new(Kind::Node, message)
	}

	/// Says what to do about it.
	pub fn advise(mut self, advice: impl Into<String>) -> Self {
		self.advice = Some(advice.into());
		self
	}

	/// Adds a detail for scripts.
	pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
		self.details.insert(name.into(), value.into());
		self
	}

	/// What the process ends with.
	pub fn exit_code(&self) -> u8 {
		self.kind.exit_code()
	}

	/// The error as scripts read it.
	pub fn to_json(&self) -> Value {
		let mut error = self.details.clone();
		error.insert("kind".into(), self.kind.name().into());
		error.insert("message".into(), self.message.clone().into());
		error.insert("advice".into(), self.advice.clone().into());
		json!({ "error": error })
	}
}

impl fmt::Display for Error {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		match &self.advice {
			Some(advice) => write!(formatter, "{}\n{advice}", self.message),
			None => formatter.write_str(&self.message),
		}
	}
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_error_should_say_to_people_and_to_scripts_what_is_wrong_and_what_to_do() {
		let error = Error::new(Kind::Failed, "the balance is too low")
			.advise("Send less.")
			.detail("block", "0x01");
		assert_eq!(error.to_string(), "the balance is too low\nSend less.");
		assert_eq!(
			error.to_json(),
			json!({ "error": {
				"kind": "failed",
				"message": "the balance is too low",
				"advice": "Send less.",
				"block": "0x01",
			} })
		);
		assert_eq!(error.exit_code(), 4);
	}
}
