//! Sealed boxes (X25519, libsodium's `crypto_box_seal`): what anybody can close for a public key, and only who has the
//! secret can open.

use super::{
	files::{create_private, read_private_or_input},
	to_hex, Error,
};
use clap::Args;
use crypto_box::{aead::OsRng, PublicKey, SecretKey, KEY_SIZE};
use std::path::Path;

/// A public X25519 key.
pub type Key = [u8; KEY_SIZE];

/// How many bytes a sealed box has beside its content: a public key and a tag.
pub const OVERHEAD: usize = KEY_SIZE + 16;

/// The key that access is sealed to.
#[derive(Args, Clone, Debug, Default)]
pub struct AccessKeyArgs {
	/// Have hosts seal access to this key: the file with its secret, or its public part (0x...).
	#[arg(long, value_name = "FILE|KEY", conflicts_with = "new_access_key")]
	access_key: Option<String>,

	/// Make a key for that, and keep its secret in this new file, which nobody else can read.
	#[arg(long, value_name = "FILE")]
	new_access_key: Option<String>,
}

impl AccessKeyArgs {
	/// The public key that was named or made, if one was.
	///
	/// # Errors
	/// A key that cannot be read, or a file that cannot be made.
	pub fn key(&self) -> Result<Option<Key>, Error> {
		match (&self.access_key, &self.new_access_key) {
			(Some(key), _) if key.starts_with("0x") => parse_key("public key", key).map(Some),
			(Some(file), _) => Secret::read(file).map(|secret| Some(secret.public())),
			(None, Some(file)) => Secret::create(file).map(|secret| Some(secret.public())),
			(None, None) => Ok(None),
		}
	}
}

/// What opens sealed boxes.
pub struct Secret(SecretKey);

impl Secret {
	/// Makes one, in a new file that nobody else can read.
	///
	/// # Errors
	/// A file that is there already, or cannot be written.
	pub fn create(file: &str) -> Result<Self, Error> {
		let secret = SecretKey::generate(&mut OsRng);
		let content = format!("{}\n", to_hex(&secret.to_bytes()));
		create_private(Path::new(file), content.as_bytes()).map_err(|error| {
			Error::input(format!("the access key cannot be kept in {file}: {error}"))
				.advise("Name a new file, or use the key in that one with --access-key.")
		})?;
		Ok(Self(secret))
	}

	/// Reads one from a file that nobody else may read; `-` reads it from the standard input.
	///
	/// # Errors
	/// A file that cannot be read, or that others may read, or that holds none.
	pub fn read(file: &str) -> Result<Self, Error> {
		let key = parse_key("secret key", read_private_or_input("the access key", file)?.trim()).map_err(|_| {
			// The secret itself must not show in the error.
			Error::input(format!("{file} holds no access key: 32 bytes in hexadecimal"))
				.advise("--new-access-key makes one.")
		})?;
		Ok(Self(SecretKey::from_bytes(key)))
	}

	/// What boxes are sealed to.
	pub fn public(&self) -> Key {
		*self.0.public_key().as_bytes()
	}

	/// Opens a box. None if it is sealed to another key, or was changed.
	pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
		self.0.unseal(sealed).ok()
	}
}

/// Closes a box that only who has the secret of `key` can open.
///
/// # Errors
/// None that a message of less than 2^38 bytes has.
pub fn seal(key: &Key, content: &[u8]) -> Result<Vec<u8>, Error> {
	let sealed = PublicKey::from_bytes(*key).seal(&mut OsRng, content);
	sealed.map_err(|_| Error::input(format!("{} bytes are too many to be sealed", content.len())))
}

fn parse_key(what: &str, text: &str) -> Result<Key, Error> {
	let mut key = [0; KEY_SIZE];
	hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut key)
		.map_err(|error| Error::input(format!("'{text}' is not a {what} of 32 bytes in hexadecimal: {error}")))?;
	Ok(key)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use std::os::unix::fs::PermissionsExt;

	fn path(name: &str) -> String {
		let path = std::env::temp_dir().join(format!("millpond-{name}-{}", std::process::id()));
		let _ = std::fs::remove_file(&path);
		path.to_string_lossy().into_owned()
	}

	fn args(access_key: Option<&str>, new_access_key: Option<&str>) -> AccessKeyArgs {
		AccessKeyArgs {
			access_key: access_key.map(Into::into),
			new_access_key: new_access_key.map(Into::into),
		}
	}

	#[test]
	fn a_sealed_box_should_be_opened_with_the_secret_only() {
		let (secret, other) = (
			Secret(SecretKey::generate(&mut OsRng)),
			Secret(SecretKey::generate(&mut OsRng)),
		);
		let sealed = seal(&secret.public(), b"ssh mill@10.0.0.1").expect("sealed");
		assert_eq!(sealed.len(), 17 + OVERHEAD);
		assert_eq!(secret.open(&sealed).as_deref(), Some(&b"ssh mill@10.0.0.1"[..]));
		assert_eq!(other.open(&sealed), None);
		let mut changed = sealed;
		changed[OVERHEAD] ^= 1;
		assert_eq!(secret.open(&changed), None);
		assert_eq!(secret.open(b"short"), None);
	}

	#[test]
	fn a_new_key_should_be_kept_in_a_file_of_its_owners() {
		let file = path("access-key");
		let made = args(None, Some(&file)).key().expect("made").expect("a key");
		let mode = std::fs::metadata(&file).expect("it is there").permissions().mode();
		assert_eq!(mode & 0o777, 0o600);
		assert_eq!(args(Some(&file), None).key().expect("read"), Some(made));
		assert_eq!(args(Some(&to_hex(&made)), None).key().expect("read"), Some(made));
		let again = args(None, Some(&file)).key().expect_err("it is there already");
		assert!(again.to_string().contains("--access-key"), "{again}");
		std::fs::remove_file(file).expect("it is ours");
	}

	#[test]
	fn what_is_no_key_should_be_refused_without_showing_it() {
		assert!(args(Some("0x12"), None).key().is_err());
		let file = path("no-access-key");
		Secret::create(&file).expect("made");
		std::fs::write(&file, "my secret").expect("it is ours");
		let refused = args(Some(&file), None).key().expect_err("no key").to_string();
		assert!(refused.contains(&file) && !refused.contains("my secret"), "{refused}");
		std::fs::remove_file(file).expect("it is ours");
		assert_eq!(args(None, None).key().expect("none"), None);
	}

	proptest! {
		#[test]
		fn every_key_should_be_read_as_it_is_written_and_nothing_behind_it(key in any::<Key>(), junk in "[ -~]{1,3}") {
			let text = to_hex(&key);
			prop_assert_eq!(parse_key("key", &text).expect("a key"), key);
			let wrong = format!("{text}{junk}");
			prop_assert!(parse_key("key", &wrong).is_err(), "{}", wrong);
		}
	}
}
