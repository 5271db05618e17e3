//! Who signs: a secret URI, a file that holds one, or a key of a node's keystore.

use super::{
	address::{format_account, parse_account},
	secret::{exposed_password, Origin, SecretText},
	Error,
};
use clap::Args;
use millpond_runtime::{AccountId, RuntimeCall, Signature};
use sc_cli::{CryptoScheme, KeystoreParams};
use sc_keystore::LocalKeystore;
use sc_service::config::KeystoreConfig;
use sp_core::{
	crypto::{KeyTypeId, SecretString},
	ecdsa, ed25519, sr25519, Pair,
};
use sp_keystore::Keystore;
use sp_runtime::{traits::IdentifyAccount, MultiSigner};
use std::{
	collections::BTreeSet,
	fmt,
	io::IsTerminal,
	path::{Path, PathBuf},
	sync::Arc,
};

const NO_SIGNER: &str =
	"Name a key: --key-file <FILE> (a file with the secret phrase or seed, readable by you alone), or \
	--keystore-path <FOLDER> with --account <ADDRESS>. Keys are made with `millpond key generate`.";

/// Who signs.
#[derive(Args, Clone, Debug)]
pub struct SignerArgs {
	/// Sign with the secret in this file: a phrase or a seed, with a derivation path if there is one. `-` reads it from
	/// the standard input. Nobody else may be allowed to read the file.
	#[arg(long, value_name = "FILE", conflicts_with_all = ["suri", "keystore_path"])]
	pub key_file: Option<String>,

	/// Sign with this secret. Other users of the machine can see it, and the shell may remember it: for development
	/// keys (//Alice) only.
	#[arg(long, value_name = "SECRET", conflicts_with = "keystore_path")]
	pub suri: Option<String>,

	/// Sign with this account's key in the keystore.
	#[arg(long, value_name = "ADDRESS", value_parser = parse_account, requires = "keystore_path")]
	pub account: Option<AccountId>,

	/// What kind of key the secret is for.
	#[arg(long, value_enum, ignore_case = true, default_value_t = CryptoScheme::Sr25519)]
	pub scheme: CryptoScheme,

	/// Act for this account, which has made the one that signs its proxy (`millpond account add-proxy`). The proxy pays the
	/// fee.
	#[arg(long, value_name = "ADDRESS", value_parser = parse_account)]
	pub proxied: Option<AccountId>,

	#[clap(flatten)]
	pub keystore: KeystoreParams,
}

/// An account and the means to sign for it.
pub struct Signer {
	/// Whose key it is.
	signatory: AccountId,
	/// Whose proxy that account is, where it acts for another.
	proxied: Option<AccountId>,
	sign: Sign,
}

type Sign = Box<dyn Fn(&[u8]) -> Result<Signature, Error> + Send + Sync>;

impl Signer {
	/// The account that acts: the one that signs, or the one that it is a proxy of.
	pub fn account(&self) -> &AccountId {
		self.proxied.as_ref().unwrap_or(&self.signatory)
	}

	/// The account that signs, and pays the fee.
	pub fn signatory(&self) -> &AccountId {
		&self.signatory
	}

	/// A call of the account that acts, as it is signed.
	pub fn as_signed(&self, call: RuntimeCall) -> RuntimeCall {
		match &self.proxied {
			Some(real) => RuntimeCall::Proxy(pallet_proxy::Call::proxy {
				real: real.clone().into(),
				force_proxy_type: None,
				call: Box::new(call),
			}),
			None => call,
		}
	}

	/// Acts for `account`, as a proxy of it.
	///
	/// # Errors
	/// The account that signs is no proxy of itself.
	pub fn acting_for(self, account: AccountId) -> Result<Self, Error> {
		if account == self.signatory {
			return Err(Error::input(format!(
				"{} is the account that signs, and no proxy of itself",
				format_account(&account)
			))
			.advise("Sign with the proxy's key, or leave --proxied out."));
		}
		Ok(Self {
			proxied: Some(account),
			..self
		})
	}

	/// Signs.
	///
	/// # Errors
	/// A keystore that can no longer be read.
	pub fn sign(&self, message: &[u8]) -> Result<Signature, Error> {
		(self.sign)(message)
	}

	/// Signs with a secret that stands in a test.
	#[cfg(test)]
	pub fn from_secret(secret: &str, password: Option<&str>, scheme: CryptoScheme) -> Result<Self, Error> {
		Self::from_text(&SecretText::new(secret.into(), Origin::Input)?, password, scheme)
	}

	/// Signs with a secret.
	///
	/// # Errors
	/// What is not a secret of that kind, and a key that everybody has, unless it is meant by its name.
	pub fn from_text(secret: &SecretText, password: Option<&str>, scheme: CryptoScheme) -> Result<Self, Error> {
		fn signer<P: Pair + Send + Sync + 'static>(secret: &SecretText, password: Option<&str>) -> Result<Signer, Error>
		where
			MultiSigner: From<P::Public>,
			Signature: From<P::Signature>,
		{
			let pair: P = secret.pair(password)?;
			Ok(Signer {
				signatory: MultiSigner::from(pair.public()).into_account(),
				proxied: None,
				sign: Box::new(move |message| Ok(pair.sign(message).into())),
			})
		}
		match scheme {
			CryptoScheme::Sr25519 => signer::<sr25519::Pair>(secret, password),
			CryptoScheme::Ed25519 => signer::<ed25519::Pair>(secret, password),
			CryptoScheme::Ecdsa => signer::<ecdsa::Pair>(secret, password),
		}
	}

	/// Signs with a key in a node's keystore, whatever it is kept there for.
	///
	/// # Errors
	/// A folder that is no keystore, or holds no key of the account that can be used.
	pub fn from_keystore(folder: &Path, password: Option<SecretString>, account: &AccountId) -> Result<Self, KeyFault> {
		let unreadable = |error: &dyn fmt::Display| KeyFault::Unreadable {
			path: Some(folder.into()),
			why: error.to_string(),
		};
		// The keystore itself would make a folder that is not there.
		let entries = std::fs::read_dir(folder).map_err(|error| unreadable(&error))?;
		let names: Vec<String> = entries
			.filter_map(|entry| entry.ok()?.file_name().into_string().ok())
			.collect();
		let keystore: Arc<dyn Keystore> =
			Arc::new(LocalKeystore::open(folder, password).map_err(|error| unreadable(&error))?);
		// Files are named by what the key is for, four letters, and the public key, both in hexadecimal.
		let suffix = hex::encode(AsRef::<[u8]>::as_ref(account));
		let key_types = names.iter().filter_map(|name| {
			let mut key_type = [0; 4];
			hex::decode_to_slice(name.strip_suffix(&suffix)?, &mut key_type).ok()?;
			Some(KeyTypeId(key_type))
		});
		let mut fault = KeyFault::Absent;
		for key_type in key_types {
			match Self::from_key(&keystore, key_type, account) {
				Ok(signer) => return Ok(signer),
				Err(found) => fault = found.at(key_file(folder, key_type, account)),
			}
		}
		Err(fault)
	}

	/// Signs with the key of an account that a keystore holds for one purpose.
	///
	/// # Errors
	/// Why it cannot be used.
	pub fn from_key(keystore: &Arc<dyn Keystore>, key_type: KeyTypeId, account: &AccountId) -> Result<Self, KeyFault> {
		let sign = keystore_key(keystore, key_type, account)?;
		Ok(Self {
			signatory: account.clone(),
			proxied: None,
			sign,
		})
	}
}

/// Why a key of a keystore cannot be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeyFault {
	/// The keystore holds no such key.
	Absent,
	/// The keystore's password opens it, and none or another one was given.
	Locked,
	/// The key's file, or the keystore's folder, cannot be read.
	Unreadable {
		/// Which, where it is known.
		path: Option<PathBuf>,
		/// What the system says.
		why: String,
	},
}

impl KeyFault {
	/// The same with the file that could not be read.
	pub fn at(self, path: PathBuf) -> Self {
		match self {
			Self::Unreadable { path: None, why } => Self::Unreadable { path: Some(path), why },
			other => other,
		}
	}

	fn from_keystore(error: sp_keystore::Error) -> Self {
		let why = match error {
			// What opens it gives another public key than the one that it is kept under.
			sp_keystore::Error::ValidationError(why) if why.contains("do not match") => return Self::Locked,
			sp_keystore::Error::ValidationError(why) | sp_keystore::Error::Other(why) => why,
			error => error.to_string(),
		};
		Self::Unreadable { path: None, why }
	}
}

impl fmt::Display for KeyFault {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Absent => formatter.write_str("the keystore does not hold that key"),
			Self::Locked => formatter.write_str(
				"the keystore holds that key, but opens it with another password: give the keystore's with \
				 --password-filename or --password-interactive",
			),
			Self::Unreadable { path, why } => match path {
				Some(path) => write!(formatter, "{} cannot be read: {why}", path.display()),
				None => write!(formatter, "the keystore cannot be read: {why}"),
			},
		}
	}
}

/// The file in which a keystore keeps a key.
pub fn key_file(folder: &Path, key_type: KeyTypeId, account: &AccountId) -> PathBuf {
	folder.join(hex::encode(key_type.0) + &hex::encode(AsRef::<[u8]>::as_ref(account)))
}

/// The accounts whose keys a keystore holds for a purpose, whether they can be used or not.
///
/// # Errors
/// A folder that cannot be read.
pub fn accounts_of(keystore: &dyn Keystore, key_type: KeyTypeId) -> Result<BTreeSet<AccountId>, KeyFault> {
	let keys = keystore.keys(key_type).map_err(KeyFault::from_keystore)?;
	Ok(keys
		.iter()
		.filter_map(|key| AccountId::try_from(key.as_slice()).ok())
		.collect())
}

/// The key of an account in a keystore. Only a key of the right kind can be opened: the others give another public key.
fn keystore_key(keystore: &Arc<dyn Keystore>, key_type: KeyTypeId, account: &AccountId) -> Result<Sign, KeyFault> {
	fn signature<S: Into<Signature>>(signed: Result<Option<S>, sp_keystore::Error>) -> Result<Signature, KeyFault> {
		match signed {
			Ok(Some(signature)) => Ok(signature.into()),
			Ok(None) => Err(KeyFault::Absent),
			Err(error) => Err(KeyFault::from_keystore(error)),
		}
	}
	let key: [u8; 32] = account.clone().into();
	let (sr25519, ed25519) = (sr25519::Public::from_raw(key), ed25519::Public::from_raw(key));
	let with_sr25519 = keystore.clone();
	let with_ed25519 = keystore.clone();
	let candidates: [Box<dyn Fn(&[u8]) -> Result<Signature, KeyFault> + Send + Sync>; 2] = [
		Box::new(move |message| signature(with_sr25519.sr25519_sign(key_type, &sr25519, message))),
		Box::new(move |message| signature(with_ed25519.ed25519_sign(key_type, &ed25519, message))),
	];
	let mut fault = KeyFault::Absent;
	for sign in candidates {
		match sign(b"") {
			Ok(_) => {
				return Ok(Box::new(move |message| {
					sign(message).map_err(|fault| Error::input(fault.to_string()))
				}))
			}
			Err(found) => fault = found,
		}
	}
	if fault == KeyFault::Absent && accounts_of(&**keystore, key_type)?.contains(account) {
		// Its name can be read, and nothing behind it.
		fault = KeyFault::Unreadable {
			path: None,
			why: "its folder may not be searched".into(),
		};
	}
	Err(fault)
}

impl SignerArgs {
	/// Who signs.
	///
	/// # Errors
	/// Nobody was named, or the key cannot be had.
	pub fn signer(&self) -> Result<Signer, Error> {
		let from_secret = |secret: SecretText| {
			let password = password(&self.keystore)?;
			Signer::from_text(&secret, exposed_password(&password), self.scheme)
		};
		let signer = match (&self.key_file, &self.suri, &self.keystore.keystore_path) {
			(Some(file), _, _) => from_secret(SecretText::read(file)?),
			(_, Some(secret), _) => from_secret(SecretText::new(secret.clone(), Origin::Flag("--suri"))?),
			(_, _, Some(folder)) => {
				let account = self.account.as_ref().ok_or_else(|| {
					Error::input("it is not said which key of the keystore signs").advise("Add --account <ADDRESS>.")
				})?;
				self.keystore_signer(folder, account)
			}
			_ => Err(Error::input("it is not said who signs").advise(NO_SIGNER)),
		}?;
		match &self.proxied {
			Some(account) => signer.acting_for(account.clone()),
			None => Ok(signer),
		}
	}

	/// Signs with a key of a keystore. Its password is asked for where it is needed, was not given, and somebody is there.
	fn keystore_signer(&self, folder: &Path, account: &AccountId) -> Result<Signer, Error> {
		let given = password(&self.keystore)?;
		let is_given = given.is_some();
		let mut signer = Signer::from_keystore(folder, given, account);
		if signer.as_ref().err() == Some(&KeyFault::Locked) && !is_given && std::io::stdin().is_terminal() {
			let ask = KeystoreParams {
				password_interactive: true,
				..self.keystore.clone()
			};
			signer = Signer::from_keystore(folder, password(&ask)?, account);
		}
		signer.map_err(|fault| {
			let (folder, account) = (folder.display(), format_account(account));
			match fault {
				KeyFault::Absent => Error::input(format!("the keystore {folder} holds no key of {account}"))
					.advise("`millpond key insert` puts a key there."),
				KeyFault::Locked => {
					let other = if is_given { "another password" } else { "a password" };
					Error::input(format!("{other} opens the key of {account} in the keystore {folder}")).advise(
						"Give the keystore's password with --password-interactive, or with --password-filename a file that holds it \
						 (a line break at its end counts).",
					)
				}
				fault => Error::input(format!("the key of {account} cannot be had: {fault}"))
					.advise("Run this as the user whose keystore it is."),
			}
		})
	}
}

/// The password that a keystore's flags give, read as the node reads it.
///
/// # Errors
/// A file that cannot be read.
pub fn password(params: &KeystoreParams) -> Result<Option<SecretString>, Error> {
	match params.keystore_config(Path::new("")) {
		Ok(KeystoreConfig::Path { password, .. }) => Ok(password),
		Ok(KeystoreConfig::InMemory) => Ok(None),
		Err(error) => Err(match &params.password_filename {
			Some(file) => Error::input(format!("the password cannot be read from {}: {error}", file.display())),
			None => Error::input(format!("the password cannot be read: {error}")),
		}),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;
	use sp_keyring::Sr25519Keyring::{Alice, Bob};
	use sp_runtime::traits::Verify;

	#[derive(Parser)]
	struct Command {
		#[clap(flatten)]
		signer: SignerArgs,
	}

	fn signer(args: &[&str]) -> Result<Signer, Error> {
		Command::try_parse_from([&["command"], args].concat())
			.expect("the arguments are right")
			.signer
			.signer()
	}

	fn refused(args: &[&str]) -> String {
		signer(args).err().expect("refused").to_string()
	}

	/// A folder of the test's own, removed at its end.
	struct Folder(std::path::PathBuf);

	impl Folder {
		fn new(name: &str) -> Self {
			let path = std::env::temp_dir().join(format!("millpond-{name}-{}", std::process::id()));
			std::fs::create_dir_all(&path).expect("the temporary folder is writable");
			Self(path)
		}

		fn file(&self, content: &str, mode: u32) -> String {
			use std::os::unix::fs::PermissionsExt;
			let path = self.0.join(format!("key-{mode:o}"));
			std::fs::write(&path, content).expect("the folder is writable");
			std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("the file is ours");
			path.to_string_lossy().into_owned()
		}
	}

	impl Drop for Folder {
		fn drop(&mut self) {
			let _ = std::fs::remove_dir_all(&self.0);
		}
	}

	#[test]
	fn a_secret_should_sign_for_its_account_with_every_scheme() {
		for scheme in ["sr25519", "ed25519", "ecdsa"] {
			let signer = signer(&["--suri", "//Alice", "--scheme", scheme]).expect("a secret");
			let signature = signer.sign(b"message").expect("signs");
			assert!(signature.verify(&b"message"[..], signer.account()), "{scheme}");
		}
		assert_eq!(
			*signer(&["--suri", "//Alice"]).expect("a secret").account(),
			Alice.to_account_id()
		);
	}

	#[test]
	fn a_key_file_should_be_read_only_if_others_cannot_read_it() {
		let folder = Folder::new("key-file");
		let private = folder.file("//Alice\n", 0o600);
		assert_eq!(
			*signer(&["--key-file", &private]).expect("readable").account(),
			Alice.to_account_id()
		);
		for mode in [0o640, 0o604, 0o644] {
			let refused = refused(&["--key-file", &folder.file("//Alice", mode)]);
			assert!(
				refused.contains("chmod 600") && refused.contains(&format!("{mode:04o}")),
				"{refused}"
			);
		}
		let absent = refused(&["--key-file", "/nonexistent/key"]);
		assert!(absent.contains("/nonexistent/key"), "{absent}");
	}

	#[test]
	fn a_keystore_should_sign_for_the_accounts_whose_keys_it_holds() {
		let folder = Folder::new("keystore");
		let keystore = LocalKeystore::open(&folder.0, None).expect("the folder is writable");
		let bob = sp_keyring::Ed25519Keyring::Bob;
		keystore
			.insert(KeyTypeId(*b"feed"), "//Alice", &Alice.public().0)
			.expect("inserted");
		keystore
			.insert(KeyTypeId(*b"acco"), "//Bob", &bob.public().0)
			.expect("inserted");
		let path = folder.0.to_string_lossy().into_owned();
		for account in [Alice.to_account_id(), bob.to_account_id()] {
			let signer =
				signer(&["--keystore-path", &path, "--account", &account.to_string()]).expect("the key is there");
			let signature = signer.sign(b"message").expect("signs");
			assert!(signature.verify(&b"message"[..], &account));
		}

		let charlie = sp_keyring::Sr25519Keyring::Charlie.to_account_id().to_string();
		let missing = refused(&["--keystore-path", &path, "--account", &charlie]);
		assert!(
			missing.contains("holds no key") && missing.contains(&charlie),
			"{missing}"
		);
		let unnamed = refused(&["--keystore-path", &path]);
		assert!(unnamed.contains("--account"), "{unnamed}");
		let absent = refused(&["--keystore-path", "/nonexistent", "--account", &charlie]);
		assert!(absent.contains("/nonexistent"), "{absent}");
		assert!(!Path::new("/nonexistent").exists(), "asking must not make the folder");
	}

	#[test]
	fn a_key_that_cannot_be_used_should_be_told_from_one_that_is_not_there() {
		let folder = Folder::new("faults");
		let account = Alice.to_account_id();
		let password: SecretString = "secret".parse().expect("a string");
		let fault = |password| Signer::from_keystore(&folder.0, password, &account).err();
		assert_eq!(fault(None), Some(KeyFault::Absent));

		let public = sr25519::Pair::from_string("//Alice", Some("secret"))
			.expect("a secret")
			.public();
		let locked = AccountId::from(public.0);
		let keystore: Arc<dyn Keystore> =
			Arc::new(LocalKeystore::open(&folder.0, Some(password.clone())).expect("the folder is writable"));
		keystore
			.insert(KeyTypeId(*b"atst"), "//Alice", &public.0)
			.expect("inserted");
		let open = |password| Signer::from_keystore(&folder.0, password, &locked);
		assert_eq!(*open(Some(password)).expect("it opens").account(), locked);
		assert_eq!(open(None).err(), Some(KeyFault::Locked));
		assert_eq!(
			open(Some("other".parse().expect("a string"))).err(),
			Some(KeyFault::Locked)
		);
		let path = folder.0.to_string_lossy().into_owned();
		let refused = refused(&["--keystore-path", &path, "--account", &format_account(&locked)]);
		assert!(
			refused.contains("a password opens the key") && refused.contains("--password-filename"),
			"{refused}"
		);

		// Root reads what nobody may: a file that is a folder cannot be read by it either.
		let file = key_file(&folder.0, KeyTypeId(*b"feed"), &account);
		std::fs::create_dir(&file).expect("the folder is writable");
		let unreadable = fault(None).expect("a folder");
		assert!(
			unreadable.to_string().contains(&file.display().to_string()),
			"{unreadable}"
		);
		assert_eq!(
			accounts_of(&*keystore, KeyTypeId(*b"feed")).expect("readable"),
			BTreeSet::from([account])
		);
	}

	#[test]
	fn a_proxy_should_sign_with_its_own_key_for_the_account_that_it_acts_for() {
		let (alice, bob) = (Alice.to_account_id(), Bob.to_account_id());
		let proxy = signer(&["--suri", "//Alice", "--proxied", &bob.to_string()]).expect("another account");
		assert_eq!((proxy.signatory(), proxy.account()), (&alice, &bob));
		let signature = proxy.sign(b"message").expect("signs");
		assert!(signature.verify(&b"message"[..], &alice));

		let claim = || RuntimeCall::Pools(pallet_pools::Call::claim_gpu { gpu: 7 });
		let wrapped = RuntimeCall::Proxy(pallet_proxy::Call::proxy {
			real: bob.into(),
			force_proxy_type: None,
			call: Box::new(claim()),
		});
		assert_eq!(proxy.as_signed(claim()), wrapped);
		let alone = signer(&["--suri", "//Alice"]).expect("a secret");
		assert_eq!(alone.as_signed(claim()), claim());
	}

	#[test]
	fn an_account_should_be_refused_as_a_proxy_of_itself() {
		let alice = Alice.to_account_id().to_string();
		let refused = refused(&["--suri", "//Alice", "--proxied", &alice]);
		assert!(
			refused.contains(&alice) && refused.contains("leave --proxied out"),
			"{refused}"
		);
	}

	#[test]
	fn a_missing_signer_should_be_asked_for_and_a_wrong_secret_not_be_shown() {
		assert!(refused(&[]).contains("--key-file"));
		let wrong = refused(&["--suri", "my secret words"]);
		assert!(
			!wrong.contains("my secret words") && wrong.contains("not a secret phrase"),
			"{wrong}"
		);
		let folder = Folder::new("no-secret");
		for file in [folder.file("", 0o600), folder.file("\n", 0o600)] {
			assert!(refused(&["--key-file", &file]).contains("is empty"));
		}
		assert!(refused(&["--suri", ""]).contains("is empty"));
		assert!(refused(&["--suri", "/nowhere/typo.key"]).contains("no such file"));
	}
}
