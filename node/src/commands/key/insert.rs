//! Putting keys into a node's keystore.

use super::make::{address_of, with_scheme};
use crate::{
	chain_spec,
	client::{
		files::{create_private, create_private_folder},
		output::facts,
		secret::{ask, exposed_password, Origin, SecretText},
		signer::{key_file, password, Signer},
		tell, to_hex, Error, Report,
	},
	folders,
};
use clap::Parser;
use millpond_runtime::AccountId;
use sc_cli::{CryptoScheme, KeystoreParams, OutputType, OutputTypeFlag, SharedParams};
use serde_json::json;
use sp_core::{
	crypto::{ByteArray, KeyTypeId},
	ecdsa, ed25519, sr25519, Pair,
};
use sp_runtime::MultiSigner;
use std::{
	io,
	os::unix::fs::MetadataExt,
	path::{Path, PathBuf},
};

/// What a key is kept for.
struct Purpose {
	key_type: KeyTypeId,
	name: &'static str,
	what: &'static str,
	/// The kinds of keys that do for it, the usual one first.
	schemes: &'static [CryptoScheme],
}

const fn purpose(
	name: &'static str,
	key_type: &[u8; 4],
	what: &'static str,
	schemes: &'static [CryptoScheme],
) -> Purpose {
	Purpose {
		key_type: KeyTypeId(*key_type),
		name,
		what,
		schemes,
	}
}

/// All that a node or a command looks for in a keystore. A key of another type would never be used.
static PURPOSES: [Purpose; 6] = [
	purpose("babe", b"babe", "a validator's blocks", &[CryptoScheme::Sr25519]),
	purpose("gran", b"gran", "a validator's votes", &[CryptoScheme::Ed25519]),
	purpose(
		"audi",
		b"audi",
		"a validator's address in the network",
		&[CryptoScheme::Sr25519],
	),
	purpose(
		"atst",
		b"atst",
		"an attestor",
		&[CryptoScheme::Sr25519, CryptoScheme::Ed25519],
	),
	purpose(
		"feed",
		b"feed",
		"a price feeder",
		&[CryptoScheme::Sr25519, CryptoScheme::Ed25519],
	),
	purpose(
		"acco",
		b"acco",
		"an account that signs by commands",
		&[CryptoScheme::Sr25519, CryptoScheme::Ed25519],
	),
];

/// Reads what a key is kept for.
///
/// # Errors
/// None of the types that anything looks for.
fn parse_key_type(text: &str) -> Result<&'static str, String> {
	let known = PURPOSES.iter().find(|purpose| purpose.name == text);
	known.map(|purpose| purpose.name).ok_or_else(|| {
		let all: Vec<_> = PURPOSES
			.iter()
			.map(|purpose| format!("{} ({})", purpose.name, purpose.what))
			.collect();
		format!(
			"'{text}' is no type of key that a node looks for: there are {}",
			all.join(", ")
		)
	})
}

fn scheme_name(scheme: CryptoScheme) -> &'static str {
	match scheme {
		CryptoScheme::Sr25519 => "sr25519",
		CryptoScheme::Ed25519 => "ed25519",
		CryptoScheme::Ecdsa => "ecdsa",
	}
}

/// Put a key into a node's keystore.
///
/// Says whose key it is, what it is for, and in which folder it is now. A key that is there already stays as it is.
#[derive(Debug, Parser)]
pub struct InsertCommand {
	/// The file with the secret phrase or seed, which nobody else may be allowed to read, or a development key (//Alice). `-`
	/// reads it from the standard input. It is asked for if nothing is given.
	#[arg(long, value_name = "FILE|SECRET")]
	suri: Option<String>,

	/// What the key is for: babe, gran, audi (a validator's), atst (an attestor), feed (a price feeder) or acco (an account).
	#[arg(long, value_name = "TYPE", value_parser = parse_key_type)]
	key_type: &'static str,

	/// What kind of key it is; the one that the type has if nothing is said, and sr25519 where it has two.
	#[arg(long, value_name = "SCHEME", value_enum, ignore_case = true)]
	scheme: Option<CryptoScheme>,

	#[clap(flatten)]
	shared: SharedParams,

	#[clap(flatten)]
	keystore: KeystoreParams,

	#[clap(flatten)]
	output: OutputTypeFlag,
}

impl InsertCommand {
	pub(super) fn is_json(&self) -> bool {
		self.output.output_type == OutputType::Json
	}

	pub(super) fn answer(&self) -> Result<Report, Error> {
		let purpose = self.purpose()?;
		let scheme = self.scheme(purpose)?;
		let place = self.place()?;
		let secret = match &self.suri {
			Some(suri) if suri == "-" => SecretText::read(suri)?,
			Some(suri) => SecretText::named(suri, "--suri")?,
			None => SecretText::new(ask("Secret phrase or seed: ")?, Origin::Input)?,
		};
		let password = password(&self.keystore)?;
		let (public, address) = with_scheme!(scheme, public_of(&secret, exposed_password(&password)))?;
		let account = AccountId::from(public);
		let file = key_file(&place.folder, purpose.key_type, &account);
		let content = serde_json::to_vec(secret.expose()).map_err(|error| Error::input(error.to_string()))?;
		let made = create_private_folder(&place.folder).and_then(|()| create_private(&file, &content));
		let is_new = match made {
			Ok(()) => true,
			Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
			Err(error) => return Err(Error::input(folders::explain(&place.folder, &error))),
		};
		// What was put there is what is found there, with this password.
		Signer::from_keystore(&place.folder, password, &account).map_err(|fault| {
			Error::input(format!("{} is there, and of no use: {fault}", file.display()))
				.advise("Move that file away if the key is not needed, and insert it again.")
		})?;
		tell_owner(&place, &file);
		let chain = place
			.chain
			.clone()
			.unwrap_or_else(|| "that of the node whose keystore this is".into());
		let text = facts(&[
			("address", address.clone()),
			("public key", to_hex(&public)),
			("key type", format!("{}, for {}", purpose.name, purpose.what)),
			("scheme", scheme_name(scheme).into()),
			("chain", chain),
			("keystore", place.folder.display().to_string()),
		]);
		let done = if is_new {
			"The key is in the keystore."
		} else {
			"The keystore held the key already."
		};
		let json = json!({
			"ss58Address": address,
			"publicKey": to_hex(&public),
			"keyType": purpose.name,
			"scheme": scheme_name(scheme),
			"chain": place.chain,
			"keystore": place.folder.display().to_string(),
			"isNew": is_new,
		});
		Ok(Report::new(json, format!("{done}\n{text}")))
	}

	fn purpose(&self) -> Result<&'static Purpose, Error> {
		let named = PURPOSES.iter().find(|purpose| purpose.name == self.key_type);
		named.ok_or_else(|| Error::input(format!("'{}' is no type of key", self.key_type)))
	}

	fn scheme(&self, purpose: &Purpose) -> Result<CryptoScheme, Error> {
		let usual = purpose.schemes.first().copied().unwrap_or(CryptoScheme::Sr25519);
		match self.scheme {
			Some(named) if !purpose.schemes.contains(&named) => Err(Error::input(format!(
				"a key of type {} is not {}: a node looks for {}",
				purpose.name,
				scheme_name(named),
				purpose
					.schemes
					.iter()
					.map(|scheme| scheme_name(*scheme))
					.collect::<Vec<_>>()
					.join(" or ")
			))
			.advise("Make one of that kind, or leave --scheme out.")),
			named => Ok(named.unwrap_or(usual)),
		}
	}

	/// Where the key goes.
	fn place(&self) -> Result<Place, Error> {
		if let Some(folder) = &self.keystore.keystore_path {
			return Ok(Place {
				folder: folder.clone(),
				base: folder.clone(),
				chain: None,
			});
		}
		if self.shared.is_dev() && self.shared.base_path.is_none() {
			return Err(Error::input("a development node without --base-path keeps its keystore in a folder of its own, for as long as it runs")
				.advise("Name the node's folder with --base-path, or leave --dev out and name the chain with --chain dev."));
		}
		if self.shared.chain.is_none() && !self.shared.is_dev() {
			return Err(
				Error::input("it is not said of which chain's node this is the keystore").advise(
					"Name the chain as the node does, with --chain, or the keystore's folder with --keystore-path.",
				),
			);
		}
		let base = match &self.shared.base_path {
			Some(folder) => folder.clone(),
			None => folders::default_base_path().map_err(Error::input)?,
		};
		let chain = chain_spec::load(&self.shared.chain_id(self.shared.is_dev())).map_err(Error::input)?;
		let id = sc_service::ChainSpec::id(&chain).to_string();
		Ok(Place {
			folder: base.join("chains").join(&id).join("keystore"),
			base,
			chain: Some(id),
		})
	}
}

/// A keystore's place.
struct Place {
	folder: PathBuf,
	/// The node's folder, as far as it is known.
	base: PathBuf,
	/// The chain whose node looks there, where it was named.
	chain: Option<String>,
}

fn public_of<P: Pair>(secret: &SecretText, password: Option<&str>) -> Result<([u8; 32], String), Error>
where
	MultiSigner: From<P::Public>,
{
	let pair: P = secret.pair(password)?;
	let public = pair.public();
	let bytes = <[u8; 32]>::try_from(public.as_slice()).map_err(|_| {
		Error::input("a keystore's keys of that kind sign nothing here").advise("Take sr25519 or ed25519.")
	})?;
	Ok((bytes, address_of(&pair)))
}

/// Warns where the node, by whom its folder is, could not read the key.
fn tell_owner(place: &Place, file: &Path) {
	let owner = |path: &Path| std::fs::metadata(path).map(|found| found.uid()).ok();
	if let (Some(node), Some(own)) = (owner(&place.base), owner(file)) {
		if node != own {
			let (node, own, shown) = (folders::user_of(node), folders::user_of(own), place.folder.display());
			tell!("The node's folder belongs to {node}, and this key to {own}: chown -R {node}: {shown}, or the node cannot read it.");
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{fs, os::unix::fs::PermissionsExt};

	fn insert(args: &[&str]) -> Result<Report, String> {
		let args = [&["insert"], args].concat();
		let command = InsertCommand::try_parse_from(args).map_err(|error| error.to_string())?;
		command.answer().map_err(|error| error.to_string())
	}

	#[test]
	fn an_inserted_key_should_be_told_with_its_address_type_chain_and_folder() {
		let folder = std::env::temp_dir().join(format!("millpond-insert-{}", std::process::id()));
		let _ = fs::remove_dir_all(&folder);
		let base = folder.to_string_lossy().into_owned();
		let args = [
			"--chain",
			"dev",
			"--base-path",
			&base,
			"--key-type",
			"atst",
			"--suri",
			"//Alice",
		];
		let made = insert(&args).expect("inserted");
		for part in [
			"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
			"atst, for an attestor",
			"millpond_dev",
			"chains/millpond_dev/keystore",
			"sr25519",
		] {
			assert!(made.text.contains(part), "'{part}' is not in: {}", made.text);
		}
		assert_eq!(
			(&made.json["isNew"], &made.json["chain"]),
			(&json!(true), &json!("millpond_dev"))
		);
		let keystore = folder.join("chains/millpond_dev/keystore");
		let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
		assert_eq!(mode(&keystore), 0o700);
		let file = fs::read_dir(&keystore)
			.expect("it is there")
			.next()
			.expect("a key")
			.expect("readable")
			.path();
		assert_eq!(mode(&file), 0o600);
		let content = fs::read(&file).expect("readable");

		let again = insert(&args).expect("it is there");
		assert!(again.text.contains("held the key already"), "{}", again.text);
		assert_eq!(fs::read(&file).expect("readable"), content);
		fs::remove_dir_all(&folder).expect("it is ours");
	}

	#[test]
	fn what_is_no_key_or_goes_nowhere_should_be_refused_with_the_reason() {
		let folder = std::env::temp_dir().join(format!("millpond-not-inserted-{}", std::process::id()));
		let keystore = folder.to_string_lossy().into_owned();
		let into = |more: &[&str]| insert(&[&["--keystore-path", &keystore][..], more].concat());
		let absent = into(&["--key-type", "atst", "--suri", "/nowhere/absent.secret"]).expect_err("absent");
		assert!(absent.contains("no such file"), "{absent}");
		let empty = into(&["--key-type", "atst", "--suri", ""]).expect_err("empty");
		assert!(empty.contains("is empty"), "{empty}");
		let within =
			into(&["--key-type", "atst", "--suri", &std::env::temp_dir().to_string_lossy()]).expect_err("a folder");
		assert!(within.contains("is a folder"), "{within}");
		let mistyped = into(&["--key-type", "atts", "--suri", "//Alice"]).expect_err("mistyped");
		assert!(mistyped.contains("atst (an attestor)"), "{mistyped}");
		let scheme =
			into(&["--key-type", "gran", "--scheme", "sr25519", "--suri", "//Alice"]).expect_err("the wrong kind");
		assert!(scheme.contains("looks for ed25519"), "{scheme}");
		assert!(!folder.exists(), "nothing is made for what is refused");

		let unnamed = insert(&["--key-type", "atst", "--suri", "//Alice"]).expect_err("which chain?");
		assert!(
			unnamed.contains("--chain") && unnamed.contains("--keystore-path"),
			"{unnamed}"
		);
		let fleeting =
			insert(&["--dev", "--key-type", "atst", "--suri", "//Alice"]).expect_err("in no folder that stays");
		assert!(fleeting.contains("--base-path"), "{fleeting}");
	}
}
