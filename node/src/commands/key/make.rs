//! Making keys, and showing what they stand for.

use crate::client::{
	address::format_account,
	files::create_private,
	output::facts,
	secret::{ask, exposed_password, Origin, SecretText},
	signer::password,
	to_hex, Error, Report,
};
use clap::Parser;
use millpond_runtime::AccountId;
use sc_cli::{CryptoScheme, CryptoSchemeFlag, KeystoreParams, NetworkSchemeFlag, OutputType, OutputTypeFlag};
use serde_json::{json, Map, Value};
use sp_core::{
	crypto::{default_ss58_version, ByteArray, ExposeSecret, SecretUri, Ss58AddressFormat, Ss58Codec, Zeroize},
	ecdsa, ed25519, sr25519, Pair,
};
use sp_runtime::{traits::IdentifyAccount, MultiSigner};
use std::{path::PathBuf, str::FromStr};

/// Numbers of words that a phrase can have.
const WORDS: [usize; 5] = [12, 15, 18, 21, 24];

/// Runs a function for the pair of a scheme.
macro_rules! with_scheme {
	($scheme:expr, $function:ident($($argument:expr),* $(,)?)) => {
		match $scheme {
			CryptoScheme::Sr25519 => $function::<sr25519::Pair>($($argument),*),
			CryptoScheme::Ed25519 => $function::<ed25519::Pair>($($argument),*),
			CryptoScheme::Ecdsa => $function::<ecdsa::Pair>($($argument),*),
		}
	};
}
pub(super) use with_scheme;

/// Make a key: a phrase, with its address.
///
/// With --file the phrase goes to a new file that nobody else can read, as commands take it with --key-file, and is not
/// shown. Without, it is printed: whoever redirects that makes a file that others may read.
#[derive(Debug, Parser)]
pub struct GenerateCommand {
	/// Keep the phrase in this new file.
	#[arg(long, value_name = "FILE")]
	file: Option<PathBuf>,

	/// The number of words in the phrase: 12, 15, 18, 21 or 24.
	#[arg(short = 'w', long, value_name = "WORDS", default_value_t = 12)]
	words: usize,

	#[clap(flatten)]
	keystore: KeystoreParams,

	#[clap(flatten)]
	network: NetworkSchemeFlag,

	#[clap(flatten)]
	output: OutputTypeFlag,

	#[clap(flatten)]
	crypto: CryptoSchemeFlag,
}

impl GenerateCommand {
	pub(super) fn is_json(&self) -> bool {
		self.output.output_type == OutputType::Json
	}

	pub(super) fn answer(&self) -> Result<Report, Error> {
		if !WORDS.contains(&self.words) {
			return Err(
				Error::input(format!("a phrase has no {} words", self.words)).advise("Take 12, 15, 18, 21 or 24.")
			);
		}
		let mnemonic = bip39::Mnemonic::generate(self.words)
			.map_err(|error| Error::input(format!("no phrase can be made: {error}")))?;
		let mut phrase = mnemonic.to_string();
		let password = password(&self.keystore)?;
		let network = self.network.network.unwrap_or_else(default_ss58_version);
		let made = with_scheme!(
			self.crypto.scheme,
			of_secret(&phrase, exposed_password(&password), network)
		)?;
		let report = match &self.file {
			None => made.report(true),
			Some(file) => {
				let shown = file.display();
				create_private(file, format!("{phrase}\n").as_bytes()).map_err(|error| {
					Error::input(format!("the phrase cannot be kept in {shown}: {error}"))
						.advise("Name a new file in a folder of yours: a secret is never overwritten.")
				})?;
				let mut report = made.report(false).detail("file", shown.to_string());
				report.text +=
					&format!("\nIts phrase is in {shown}, which you alone can read. Keep a copy where it cannot burn.");
				report
			}
		};
		phrase.zeroize();
		Ok(report)
	}
}

/// Show what a secret, an address or a public key stands for.
#[derive(Debug, Parser)]
pub struct InspectCommand {
	/// A phrase, a seed, a development key or an address; a public key in hexadecimal with --public; or a file with one of
	/// them. It is asked for if nothing is given.
	#[arg(value_name = "URI")]
	uri: Option<String>,

	/// It is a public key, in hexadecimal.
	#[arg(long)]
	public: bool,

	/// Fail unless the secret, without its derivation path, has this address or public key.
	#[arg(long, value_name = "ADDRESS|KEY", conflicts_with = "public")]
	expect_public: Option<String>,

	#[clap(flatten)]
	keystore: KeystoreParams,

	#[clap(flatten)]
	network: NetworkSchemeFlag,

	#[clap(flatten)]
	output: OutputTypeFlag,

	#[clap(flatten)]
	crypto: CryptoSchemeFlag,
}

impl InspectCommand {
	pub(super) fn is_json(&self) -> bool {
		self.output.output_type == OutputType::Json
	}

	pub(super) fn answer(&self) -> Result<Report, Error> {
		let secret = match &self.uri {
			Some(uri) => SecretText::named(uri, "the URI")?,
			None => SecretText::new(ask("URI: ")?, Origin::Input)?,
		};
		let text = secret.expose();
		let scheme = self.crypto.scheme;
		if self.public {
			return Ok(with_scheme!(scheme, of_public_key(text, self.network.network))?.report(false));
		}
		if let Some(address) = with_scheme!(scheme, of_address(text, self.network.network)) {
			return Ok(address.report(false));
		}
		let password = password(&self.keystore)?;
		let password = exposed_password(&password);
		if let Some(expected) = &self.expect_public {
			with_scheme!(scheme, ensure_expected(text, password, expected))?;
		}
		let network = self.network.network.unwrap_or_else(default_ss58_version);
		Ok(with_scheme!(scheme, of_secret(text, password, network))?.report(true))
	}
}

/// What a key stands for.
pub(super) struct Described {
	/// What is secret: names and values.
	secret: Vec<(&'static str, &'static str, String)>,
	/// What anybody may see: the names for people and for scripts, and the values.
	public: Vec<(&'static str, &'static str, String)>,
}

impl Described {
	fn new<P: Pair>(public: P::Public, network: Ss58AddressFormat) -> Self
	where
		MultiSigner: From<P::Public>,
	{
		let key = to_hex(public.as_slice());
		let ss58 = public.to_ss58check_with_version(network);
		let account: AccountId = MultiSigner::from(public).into_account();
		Self {
			secret: Vec::new(),
			public: vec![
				("network", "networkId", String::from(network)),
				("public key", "publicKey", key),
				("public key (SS58)", "ss58PublicKey", ss58),
				("account", "accountId", to_hex(AsRef::<[u8]>::as_ref(&account))),
				("address", "ss58Address", account.to_ss58check_with_version(network)),
			],
		}
	}

	/// The answer, with what is secret or without.
	pub(super) fn report(&self, with_secret: bool) -> Report {
		let secret = self.secret.iter().filter(|_| with_secret);
		let all: Vec<_> = secret.chain(&self.public).collect();
		let json: Map<String, Value> = all
			.iter()
			.map(|(_, name, value)| (name.to_string(), json!(value)))
			.collect();
		let rows: Vec<_> = all.iter().map(|(name, _, value)| (*name, value.clone())).collect();
		Report::new(json.into(), facts(&rows))
	}
}

/// What a phrase, a seed or a derivation path stands for.
pub(super) fn of_secret<P: Pair>(
	text: &str,
	password: Option<&str>,
	network: Ss58AddressFormat,
) -> Result<Described, Error>
where
	MultiSigner: From<P::Public>,
{
	let is_phrase = P::from_phrase(text, password).is_ok();
	let (pair, seed) = P::from_string_with_seed(text, password).map_err(|_| {
		Error::input("this is no secret phrase, seed, derivation path or address")
			.advise("Is a word misspelt? A file is named by its path.")
	})?;
	let seed = seed.map_or("n/a".into(), |seed| to_hex(seed.as_ref()));
	let mut described = Described::new::<P>(pair.public(), network);
	described.secret = vec![
		match is_phrase {
			true => ("secret phrase", "secretPhrase", text.into()),
			false => ("secret URI", "secretKeyUri", text.into()),
		},
		("secret seed", "secretSeed", seed),
	];
	Ok(described)
}

/// What an address stands for. None if it is none.
fn of_address<P: Pair>(text: &str, network: Option<Ss58AddressFormat>) -> Option<Described>
where
	MultiSigner: From<P::Public>,
{
	let (public, own) = P::Public::from_ss58check_with_version(text).ok()?;
	Some(Described::new::<P>(public, network.unwrap_or(own)))
}

/// What a public key stands for.
fn of_public_key<P: Pair>(text: &str, network: Option<Ss58AddressFormat>) -> Result<Described, Error>
where
	MultiSigner: From<P::Public>,
{
	let public = parse_public_key::<P>(text)
		.ok_or_else(|| Error::input(format!("'{text}' is not a public key of that scheme in hexadecimal")))?;
	Ok(Described::new::<P>(
		public,
		network.unwrap_or_else(default_ss58_version),
	))
}

fn parse_public_key<P: Pair>(text: &str) -> Option<P::Public> {
	let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).ok()?;
	P::Public::from_slice(&bytes).ok()
}

/// Makes sure that a secret, without its derivation path, has an address or a public key.
fn ensure_expected<P: Pair>(text: &str, password: Option<&str>, expected: &str) -> Result<(), Error> {
	let named = parse_public_key::<P>(expected)
		.or_else(|| Some(P::Public::from_ss58check_with_version(expected).ok()?.0))
		.ok_or_else(|| Error::input(format!("'{expected}' is neither an address nor a public key")))?;
	let uri = SecretUri::from_str(text).map_err(|_| Error::input("this is no secret"))?;
	let own = uri.password.as_ref().map(|password| password.expose_secret().as_str());
	let (pair, _) = P::from_string_with_seed(uri.phrase.expose_secret().as_str(), password.or(own))
		.map_err(|_| Error::input("this is no secret"))?;
	match pair.public() == named {
		true => Ok(()),
		false => Err(Error::input(format!("the secret is not that of {expected}"))),
	}
}

/// The account that a pair signs for, as people read it.
pub(super) fn address_of<P: Pair>(pair: &P) -> String
where
	MultiSigner: From<P::Public>,
{
	format_account(&MultiSigner::from(pair.public()).into_account())
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::os::unix::fs::PermissionsExt;

	fn generate(args: &[&str]) -> Result<Report, Error> {
		let args = [&["generate"], args].concat();
		GenerateCommand::try_parse_from(args)
			.expect("the arguments are right")
			.answer()
	}

	fn inspect(args: &[&str]) -> Result<Report, Error> {
		let args = [&["inspect"], args].concat();
		InspectCommand::try_parse_from(args)
			.expect("the arguments are right")
			.answer()
	}

	#[test]
	fn a_phrase_that_is_kept_in_a_file_should_be_its_owners_alone_and_not_be_shown() {
		let file = std::env::temp_dir().join(format!("millpond-generate-{}", std::process::id()));
		let _ = std::fs::remove_file(&file);
		let name = file.to_string_lossy().into_owned();
		let made = generate(&["--file", &name, "--words", "24"]).expect("made");
		let phrase = std::fs::read_to_string(&file).expect("it is there");
		assert_eq!(phrase.split_whitespace().count(), 24);
		let mode = std::fs::metadata(&file).expect("it is there").permissions().mode();
		assert_eq!(mode & 0o777, 0o600);
		assert!(!made.text.contains(phrase.trim()) && !made.json.to_string().contains(phrase.trim()));
		let shown = inspect(&[&name]).expect("a file with a phrase");
		assert_eq!(shown.json["ss58Address"], made.json["ss58Address"]);
		assert_eq!(shown.json["secretPhrase"], phrase.trim());

		let again = generate(&["--file", &name])
			.expect_err("it is there already")
			.to_string();
		assert!(again.contains(&name) && again.contains("never overwritten"), "{again}");
		assert_eq!(std::fs::read_to_string(&file).expect("it is there"), phrase);
		std::fs::remove_file(&file).expect("it is ours");
		assert!(generate(&["--words", "13"]).is_err());
	}

	#[test]
	fn a_password_from_a_file_should_count_as_any_other() {
		let file = std::env::temp_dir().join(format!("millpond-password-{}", std::process::id()));
		std::fs::write(&file, "secret").expect("the folder is writable");
		let by_file = inspect(&["//Alice", "--password-filename", &file.to_string_lossy()]).expect("a key");
		std::fs::remove_file(&file).expect("it is ours");
		let by_flag = inspect(&["//Alice", "--password", "secret"]).expect("a key");
		assert_eq!(by_file.json["ss58Address"], by_flag.json["ss58Address"]);
		let without = inspect(&["//Alice"]).expect("a key");
		assert_ne!(by_file.json["ss58Address"], without.json["ss58Address"]);
	}

	#[test]
	fn what_stands_for_a_key_should_be_shown_and_nothing_else_be_taken_for_one() {
		let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		let key = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";
		for args in [&["//Alice"][..], &[alice], &[key, "--public"]] {
			let shown = inspect(args).expect("Alice");
			assert_eq!(
				(&shown.json["ss58Address"], &shown.json["publicKey"]),
				(&json!(alice), &json!(key))
			);
		}
		for wrong in ["", " ", "/nowhere/typo.key", "my secret words", "/"] {
			assert!(inspect(&[wrong]).is_err(), "{wrong}");
		}
		let seed = "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
		assert!(inspect(&[seed, "--expect-public", key]).is_ok());
		assert!(inspect(&["//Bob", "--expect-public", key]).is_err());
	}
}
