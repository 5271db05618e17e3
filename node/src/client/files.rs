//! Files that hold secrets: only their owner can read them from the moment that they are there, and none is overwritten.

use super::Error;
use std::{
	fs::{self, File, OpenOptions},
	io::{self, IsTerminal, Read, Write},
	os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
	path::Path,
};

/// What others may do with a file that is its owner's alone: nothing.
const OTHERS: u32 = 0o077;

/// Makes a file that nobody but its owner can read.
///
/// # Errors
/// One that is there already ([`io::ErrorKind::AlreadyExists`]), or that cannot be written. A part of one is not left behind.
pub fn create_private(path: &Path, content: &[u8]) -> io::Result<()> {
	let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
	file.write_all(content).and_then(|()| file.sync_all()).inspect_err(|_| {
		let _ = fs::remove_file(path);
	})
}

/// Makes a folder that nobody but its owner can look into, and those above it as usual. One that is there stays as it is.
///
/// # Errors
/// One that cannot be made.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
	if let Some(parent) = path.parent() {
		fs::create_dir_all(parent)?;
	}
	match fs::DirBuilder::new().mode(0o700).create(path) {
		Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
		made => made,
	}
}

/// What others may do with a file beside its owner, as an octal mode. None if they may do nothing, or it is no file but a
/// pipe, say.
///
/// # Errors
/// A file that is not there.
pub fn exposed(file: &fs::Metadata) -> Option<String> {
	let mode = file.permissions().mode() & 0o777;
	(file.is_file() && mode & OTHERS != 0).then(|| format!("{mode:04o}"))
}

/// Reads a file that only its owner may read.
///
/// # Errors
/// One that is not there, is a folder, holds no text, or that others may read. `what` names it: "the key file", say.
pub fn read_private(what: &str, path: &str) -> Result<String, Error> {
	let unreadable = |error: io::Error| unreadable(what, path, &error);
	let mut file = File::open(path).map_err(unreadable)?;
	let metadata = file.metadata().map_err(unreadable)?;
	if metadata.is_dir() {
		return Err(Error::input(format!("{what} {path} is a folder")).advise("Name a file."));
	}
	if let Some(mode) = exposed(&metadata) {
		return Err(
			Error::input(format!("others may read {what} {path} (its mode is {mode})"))
				.advise(format!("Keep it to yourself: chmod 600 {path}")),
		);
	}
	let mut text = String::new();
	file.read_to_string(&mut text).map_err(unreadable)?;
	Ok(text)
}

/// Reads a file that only its owner may read; `-` is the standard input: at a terminal one line of it.
///
/// # Errors
/// See [`read_private`].
pub fn read_private_or_input(what: &str, path: &str) -> Result<String, Error> {
	if path != "-" {
		return read_private(what, path);
	}
	let (input, mut text) = (io::stdin(), String::new());
	let read = match input.is_terminal() {
		true => input.read_line(&mut text),
		false => input.lock().read_to_string(&mut text),
	};
	match read {
		Ok(_) => Ok(text),
		Err(error) => Err(Error::input(format!("the standard input cannot be read: {error}"))),
	}
}

/// Why a file cannot be read, with its path.
fn unreadable(what: &str, path: &str, error: &io::Error) -> Error {
	let message = format!("{what} {path} cannot be read: {error}");
	match error.kind() {
		io::ErrorKind::NotFound => Error::input(format!("{what} {path} cannot be read: there is no such file")),
		io::ErrorKind::PermissionDenied => {
			Error::input(message).advise("Run this as the user whose file it is, who may also look into its folder.")
		}
		io::ErrorKind::InvalidData => Error::input(format!("{what} {path} cannot be read: it holds no text")),
		_ => Error::input(message),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn path(name: &str) -> std::path::PathBuf {
		let path = std::env::temp_dir().join(format!("millpond-files-{name}-{}", std::process::id()));
		let _ = fs::remove_file(&path);
		path
	}

	#[test]
	fn a_secret_file_should_be_its_owners_alone_and_never_be_overwritten() {
		let file = path("private");
		create_private(&file, b"secret").expect("made");
		let metadata = fs::metadata(&file).expect("it is there");
		assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
		assert_eq!(exposed(&metadata), None);
		let again = create_private(&file, b"another").expect_err("it is there already");
		assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
		let name = file.to_string_lossy();
		assert_eq!(read_private("the file", &name).expect("readable"), "secret");
		fs::remove_file(&file).expect("it is ours");
	}

	#[test]
	fn a_folder_and_what_is_no_text_should_be_refused_with_the_path() {
		let folder = std::env::temp_dir();
		let refused = read_private("the key file", &folder.to_string_lossy()).expect_err("a folder");
		assert!(refused.to_string().contains("is a folder"), "{refused}");
		let file = path("binary");
		create_private(&file, &[0xff, 0xfe]).expect("made");
		let refused = read_private("the key file", &file.to_string_lossy()).expect_err("no text");
		assert!(refused.to_string().contains("holds no text"), "{refused}");
		fs::remove_file(&file).expect("it is ours");
		let absent = read_private("the key file", "/nonexistent/key").expect_err("absent");
		assert!(
			absent
				.to_string()
				.contains("/nonexistent/key cannot be read: there is no such file"),
			"{absent}"
		);
	}
}
