//! `millpond sign`: a signature of a message.

use super::make::with_scheme;
use crate::client::{
	secret::{ask, exposed_password, Origin, SecretText},
	signer::password,
	to_hex, Error, Report,
};
use clap::Parser;
use sc_cli::{CryptoScheme, CryptoSchemeFlag, KeystoreParams};
use serde_json::json;
use sp_core::{ecdsa, ed25519, sr25519, Pair};
use sp_runtime::MultiSigner;
use std::io::Read;

/// Sign a message with a key.
#[derive(Debug, Parser)]
pub struct SignCommand {
	/// The file with the secret phrase or seed, which nobody else may be allowed to read, or a development key (//Alice). It is
	/// asked for if nothing is given.
	#[arg(long, value_name = "FILE|SECRET")]
	suri: Option<String>,

	/// The message; it is read from the standard input if nothing is given.
	#[arg(long)]
	message: Option<String>,

	/// The message is in hexadecimal.
	#[arg(long)]
	hex: bool,

	#[clap(flatten)]
	keystore: KeystoreParams,

	#[clap(flatten)]
	crypto: CryptoSchemeFlag,
}

impl SignCommand {
	/// Runs the command.
	pub fn run(&self) -> sc_cli::Result<()> {
		crate::client::answer(self.answer(), false)
	}

	fn answer(&self) -> Result<Report, Error> {
		let message = self.message()?;
		let secret = match &self.suri {
			Some(suri) => SecretText::named(suri, "--suri")?,
			None => SecretText::new(ask("Secret phrase or seed: ")?, Origin::Input)?,
		};
		let password = password(&self.keystore)?;
		let signature = with_scheme!(
			self.crypto.scheme,
			signed(&secret, exposed_password(&password), &message)
		)?;
		Ok(Report::new(json!(signature), signature))
	}

	fn message(&self) -> Result<Vec<u8>, Error> {
		let mut message = Vec::new();
		match &self.message {
			Some(text) => message.extend(text.bytes()),
			None => {
				let read = std::io::stdin().read_to_end(&mut message);
				read.map_err(|error| Error::input(format!("the message cannot be read: {error}")))?;
			}
		}
		if !self.hex {
			return Ok(message);
		}
		let text = message.trim_ascii();
		hex::decode(text.strip_prefix(b"0x").unwrap_or(text))
			.map_err(|error| Error::input(format!("the message is not in hexadecimal: {error}")))
	}
}

fn signed<P: Pair>(secret: &SecretText, password: Option<&str>, message: &[u8]) -> Result<String, Error>
where
	MultiSigner: From<P::Public>,
{
	let pair: P = secret.pair(password)?;
	Ok(to_hex(pair.sign(message).as_ref()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::crypto::ByteArray;
	use sp_keyring::Ed25519Keyring::Alice;

	fn sign(args: &[&str]) -> Result<String, Error> {
		let args = [&["sign"], args].concat();
		let command = SignCommand::try_parse_from(args).expect("the arguments are right");
		command.answer().map(|report| report.text)
	}

	#[test]
	fn a_message_should_be_signed_by_the_key_that_was_named_and_by_no_other() {
		for arguments in [["--message", "mill"].as_slice(), &["--message", "0x6d696c6c", "--hex"]] {
			let all = [&["--suri", "//Alice", "--scheme", "ed25519"], arguments].concat();
			let signature = hex::decode(sign(&all).expect("signed").trim_start_matches("0x")).expect("hexadecimal");
			let signature = ed25519::Signature::from_slice(&signature).expect("a signature");
			assert!(ed25519::Pair::verify(&signature, b"mill", &Alice.public()));
		}
		for suri in ["", "/nowhere/typo.key"] {
			assert!(sign(&["--suri", suri, "--message", "mill"]).is_err(), "{suri}");
		}
	}
}
