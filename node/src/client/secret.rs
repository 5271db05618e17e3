//! Secrets as people write them: a phrase, a seed, or a development key by its name, `//Alice`. The libraries read an empty
//! secret, and whatever begins with a slash, as a path from a phrase that everybody knows: here that is meant by name, or
//! refused.

use super::{files::read_private_or_input, Error};
use millpond_runtime::AccountId;
use sp_core::{
	crypto::{ExposeSecret, SecretString, SecretUri, Zeroize, DEV_PHRASE},
	ecdsa, ed25519, sr25519, Pair,
};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::{traits::IdentifyAccount, MultiSigner};
use std::{fmt, path::Path, str::FromStr, sync::OnceLock};

/// Where a secret was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Origin {
	/// On the command line, in this flag.
	Flag(&'static str),
	/// In this file.
	File(String),
	/// On the standard input.
	Input,
}

impl fmt::Display for Origin {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Flag(flag) => write!(formatter, "the secret of {flag}"),
			Self::File(file) => write!(formatter, "the key file {file}"),
			Self::Input => formatter.write_str("the standard input"),
		}
	}
}

/// A secret. It does not show itself, and is wiped from the memory when it is dropped.
pub struct SecretText {
	text: String,
	origin: Origin,
}

impl Drop for SecretText {
	fn drop(&mut self) {
		self.text.zeroize();
	}
}

impl SecretText {
	/// A secret that was written somewhere; blanks and line breaks around it do not count.
	///
	/// # Errors
	/// An empty one, and one that reads as a path.
	pub fn new(mut text: String, origin: Origin) -> Result<Self, Error> {
		let secret = Self {
			text: text.trim().into(),
			origin,
		};
		text.zeroize();
		secret.check()?;
		Ok(secret)
	}

	/// Reads a secret from a file that nobody else may read; `-` reads it from the standard input.
	///
	/// # Errors
	/// A file that cannot be read, or that others may read, and what [`new`](Self::new) refuses.
	pub fn read(file: &str) -> Result<Self, Error> {
		let origin = match file {
			"-" => Origin::Input,
			file => Origin::File(file.into()),
		};
		Self::new(read_private_or_input("the key file", file)?, origin)
	}

	/// Reads a secret that a flag gives, or the file that it names, as the commands for keys take it. A development key, `//Alice`,
	/// is no file.
	///
	/// # Errors
	/// See [`read`](Self::read).
	pub fn named(text: &str, flag: &'static str) -> Result<Self, Error> {
		let text = text.trim();
		match !text.starts_with("//") && Path::new(text).exists() {
			true => Self::read(text),
			false => Self::new(text.into(), Origin::Flag(flag)),
		}
	}

	/// The secret as the libraries read it.
	pub fn expose(&self) -> &str {
		&self.text
	}

	fn check(&self) -> Result<(), Error> {
		let (text, origin) = (self.text.as_str(), &self.origin);
		if text.is_empty() {
			return Err(Error::input(format!("{origin} is empty: it holds no secret"))
				.advise("A secret is a phrase or a seed: `millpond key generate` makes one."));
		}
		// A development key is named by a hard path from the public phrase: `//Alice`, not `/Alice`, `//` or `///password`.
		let is_named = text.starts_with("//")
			&& !text.starts_with("///")
			&& SecretUri::from_str(text).is_ok_and(|uri| !uri.junctions.is_empty());
		let is_path = text.starts_with(['/', '.', '~']) && !is_named;
		match (is_path, origin) {
			(false, _) => Ok(()),
			// What stands on the command line is no secret any more.
			(true, Origin::Flag(flag)) => Err(match Path::new(text).exists() {
				true => Error::input(format!("{flag} takes a secret, and {text} is a file"))
					.advise(format!("Name it with --key-file {text}.")),
				false => Error::input(format!("{text} reads as a path, and there is no such file"))
					.advise("Development keys have two slashes: //Alice."),
			}),
			(true, _) => Err(Error::input(format!("{origin} holds a path, not a secret"))
				.advise("Name the file that holds the secret itself. Development keys have two slashes: //Alice.")),
		}
	}

	/// The pair of keys that this secret stands for.
	///
	/// # Errors
	/// What is no secret of that kind, and a key that everybody has, unless it is meant by its name.
	pub fn pair<P: Pair>(&self, password: Option<&str>) -> Result<P, Error>
	where
		MultiSigner: From<P::Public>,
	{
		let (text, origin) = (self.text.as_str(), &self.origin);
		// The secret itself must not show in the error.
		let pair = P::from_string(text, password).map_err(|_| {
			let error = Error::input(format!("{origin} is not a secret phrase, seed or derivation path"));
			match (text.starts_with('{'), origin) {
				(true, _) => error.advise("It is JSON: take its `secretPhrase` alone (`jq -r .secretPhrase`)."),
				(_, Origin::Flag(_)) if Path::new(text).exists() => {
					error.advise(format!("It is a file's name: name it with --key-file {text}."))
				}
				_ => error.advise("`millpond key inspect` shows what a secret stands for."),
			}
		})?;
		let account = MultiSigner::from(pair.public()).into_account();
		let is_public = is_public_phrase(text) || public_accounts().contains(&account);
		if is_public && !text.starts_with("//") {
			return Err(Error::input(format!(
				"{origin} is a development key that everybody has, not one of yours"
			))
			.advise(
				"If you mean it, say so by its name: //Alice, say. `millpond key generate` makes a key of your own.",
			));
		}
		Ok(pair)
	}
}

/// Asks for a secret at the terminal, where it does not show.
///
/// # Errors
/// Nobody is there to be asked.
pub fn ask(prompt: &str) -> Result<String, Error> {
	rpassword::prompt_password(prompt).map_err(|error| {
		Error::input(format!("no secret is named, and none can be asked for: {error}"))
			.advise("Name the file that holds it.")
	})
}

/// Whether a secret begins with the phrase that all development keys come from.
fn is_public_phrase(text: &str) -> bool {
	let phrase = text.split('/').next().unwrap_or_default();
	phrase.split_whitespace().eq(DEV_PHRASE.split_whitespace())
}

/// The accounts of the development keys, whatever they are written as: of their seeds as well.
fn public_accounts() -> &'static [AccountId] {
	static ACCOUNTS: OnceLock<Vec<AccountId>> = OnceLock::new();
	fn root<P: Pair>() -> Option<AccountId>
	where
		MultiSigner: From<P::Public>,
	{
		let pair = P::from_string(DEV_PHRASE, None).ok()?;
		Some(MultiSigner::from(pair.public()).into_account())
	}
	ACCOUNTS.get_or_init(|| {
		let roots = [root::<sr25519::Pair>(), root::<ed25519::Pair>(), root::<ecdsa::Pair>()];
		let sr25519 = Sr25519Keyring::iter().map(|key| key.to_account_id());
		let ed25519 = Ed25519Keyring::iter().map(|key| key.to_account_id());
		roots.into_iter().flatten().chain(sr25519).chain(ed25519).collect()
	})
}

/// A password of a keystore, as a string of the libraries.
pub fn exposed_password(password: &Option<SecretString>) -> Option<&str> {
	password.as_ref().map(|password| password.expose_secret().as_str())
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn account(text: &str) -> Result<AccountId, Error> {
		let secret = SecretText::new(text.into(), Origin::Flag("--suri"))?;
		let pair: sr25519::Pair = secret.pair(None)?;
		Ok(MultiSigner::from(pair.public()).into_account())
	}

	fn refused(text: &str) -> String {
		account(text).expect_err(text).to_string()
	}

	#[test]
	fn an_empty_secret_should_be_refused_everywhere() {
		for text in ["", "\n", " \t\r\n "] {
			for origin in [Origin::Flag("--suri"), Origin::File("key".into()), Origin::Input] {
				let refused = SecretText::new(text.into(), origin.clone())
					.err()
					.expect("empty")
					.to_string();
				assert!(
					refused.contains(&origin.to_string()) && refused.contains("is empty"),
					"{refused}"
				);
			}
		}
	}

	#[test]
	fn a_path_should_not_be_read_as_a_secret() {
		let absent = refused("/nowhere/typo.key");
		assert!(
			absent.contains("/nowhere/typo.key") && absent.contains("no such file"),
			"{absent}"
		);
		for text in [
			"/Alice",
			"/",
			"//",
			"///",
			"///password",
			"./key",
			"../key",
			"~/key",
			"// /",
		] {
			assert!(account(text).is_err(), "{text}");
		}
		let within = SecretText::new("/home/mill/operator.key\n".into(), Origin::File("copy.key".into()));
		let within = within.err().expect("a path").to_string();
		assert!(within.contains("copy.key holds a path"), "{within}");
		assert!(
			!within.contains("/home/mill"),
			"a file's content may be a secret: {within}"
		);
	}

	#[test]
	fn a_public_key_should_be_meant_by_its_name() {
		assert_eq!(
			account("//Alice").expect("by name"),
			Sr25519Keyring::Alice.to_account_id()
		);
		assert!(account("//Alice//stash").is_ok() && account("//my own//path").is_ok());
		let alices_seed = "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
		for text in [
			DEV_PHRASE.to_string(),
			format!("{DEV_PHRASE}//Alice"),
			format!("{DEV_PHRASE}/soft"),
			DEV_PHRASE.replace(' ', "  "),
			alices_seed.to_string(),
		] {
			let refused = refused(&text);
			assert!(
				refused.contains("everybody has") || refused.contains("is not a secret"),
				"{refused}"
			);
			assert!(!refused.contains(&text), "{refused}");
		}
	}

	#[test]
	fn what_is_no_secret_should_be_refused_without_showing_it() {
		let wrong = refused("my secret words");
		assert!(
			!wrong.contains("my secret words") && wrong.contains("not a secret phrase"),
			"{wrong}"
		);
		let json = refused("{ \"secretPhrase\": \"x\" }");
		assert!(json.contains("jq -r .secretPhrase"), "{json}");
	}

	proptest! {
		#[test]
		fn every_secret_should_stand_for_its_account_and_nothing_behind_it(seed in any::<[u8; 32]>(), junk in "[a-z0-9]{1,4}") {
			let pair = sr25519::Pair::from_seed(&seed);
			let expected = MultiSigner::from(pair.public()).into_account();
			let text = format!("0x{}", hex::encode(seed));
			prop_assert_eq!(account(&format!(" {text}\n")).expect("a seed"), expected);
			let wrong = format!("{text}{junk}");
			prop_assert!(account(&wrong).is_err(), "{}", wrong);
			let wrong = format!("{text} {junk}");
			prop_assert!(account(&wrong).is_err(), "{}", wrong);

			let phrase: String = phrase(&seed);
			let expected = account(&phrase).expect("a phrase");
			let (pair, _) = sr25519::Pair::from_phrase(&phrase, None).expect("a phrase");
			prop_assert_eq!(expected, MultiSigner::from(pair.public()).into_account());
			let wrong = format!("{phrase} {junk}");
			prop_assert!(account(&wrong).is_err(), "{}", wrong);
			let wrong = format!("{phrase}\n{junk}");
			prop_assert!(account(&wrong).is_err(), "{}", wrong);
		}
	}

	fn phrase(entropy: &[u8; 32]) -> String {
		bip39::Mnemonic::from_entropy(entropy).expect("32 bytes").to_string()
	}
}
