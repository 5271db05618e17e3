//! `millpond key`: what every Substrate node has for keys, made safe, and session keys with the proof that the chain asks for.
//!
//! The commands have the names and flags of the libraries' own. Those read an empty secret, or the path of a file that is not
//! there, as a key that everybody has, make files of secrets that others can read, overwrite them, and say nothing of what
//! they did.

mod insert;
mod make;
mod node_key;
mod rotate;
mod sign;

use crate::client;
use insert::InsertCommand;
use make::{GenerateCommand, InspectCommand};
use node_key::GenerateNodeKeyCommand;
use rotate::RotateCommand;
pub use sign::SignCommand;

/// Make, show, insert and rotate keys.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)]
pub enum KeyCommand {
	/// Make a key: a phrase, with its address.
	Generate(GenerateCommand),

	/// Show what a secret, an address or a public key stands for.
	Inspect(InspectCommand),

	/// Put a key into a node's keystore.
	Insert(InsertCommand),

	/// Make new session keys in a running node's keystore, and register them or show the call that does.
	Rotate(RotateCommand),

	/// Make a node's key, its identity among peers.
	GenerateNodeKey(GenerateNodeKeyCommand),

	/// Show the identity that a node's key stands for.
	InspectNodeKey(sc_cli::InspectNodeKeyCmd),
}

impl KeyCommand {
	/// Runs the command.
	pub fn run(&self) -> sc_cli::Result<()> {
		match self {
			Self::Generate(command) => client::answer(command.answer(), command.is_json()),
			Self::Inspect(command) => client::answer(command.answer(), command.is_json()),
			Self::Insert(command) => client::answer(command.answer(), command.is_json()),
			Self::Rotate(command) => client::run(&command.node, async |node| command.answer(node).await),
			Self::GenerateNodeKey(command) => command.run(),
			Self::InspectNodeKey(command) => command.run(),
		}
	}
}
