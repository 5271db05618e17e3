//! The folders that a node works in: whether they can be found, and whether this user may use them. The libraries panic
//! where there is no home folder, and name no path where they may not write.

use sc_cli::SharedParams;
use std::{
	fs::{self, OpenOptions},
	io::{Error, ErrorKind},
	os::unix::fs::MetadataExt,
	path::{Path, PathBuf},
};

/// The folder that a node keeps its data in where no other is named.
///
/// # Errors
/// A user without a home folder.
pub fn default_base_path() -> Result<PathBuf, String> {
	directories::ProjectDirs::from("", "", crate::cli::NAME)
		.map(|folders| folders.data_local_dir().into())
		.ok_or_else(|| {
			format!(
				"{} has no home folder in which the node's data could be: name a folder with --base-path <FOLDER>, or set HOME",
				this_user()
			)
		})
}

/// Makes sure that a command finds a folder for a node's data, and may use it.
///
/// # Errors
/// None is named, and the user has no home folder; or a folder that this user may not write into.
pub fn ensure_found(params: &SharedParams, is_temporary: bool) -> Result<(), String> {
	match &params.base_path {
		Some(folder) => ensure_writable(folder),
		None if params.is_dev() || is_temporary => Ok(()),
		None => ensure_writable(&default_base_path()?),
	}
}

/// Makes sure that this user can keep files in a folder. One that is not there is looked for further up: where it would be
/// made.
///
/// # Errors
/// Why not, with the path, the user, and what to do.
pub fn ensure_writable(path: &Path) -> Result<(), String> {
	for folder in path.ancestors().filter(|folder| !folder.as_os_str().is_empty()) {
		match fs::metadata(folder) {
			Ok(found) if found.is_dir() => {
				return write_into(folder).map_err(|error| match folder == path {
					true => explain(folder, &error),
					false => format!("{} cannot be made: {}", path.display(), explain(folder, &error)),
				})
			}
			Ok(_) => {
				return Err(format!(
					"{} is a file, and a folder for the node's data is wanted: name another with --base-path",
					folder.display()
				))
			}
			Err(error) if error.kind() == ErrorKind::NotFound => {}
			// A part of the path is a file: said when that is looked at.
			Err(error) if error.kind() == ErrorKind::NotADirectory => {}
			Err(error) => return Err(explain(folder, &error)),
		}
	}
	Ok(())
}

/// Makes a file in a folder, and removes it: who asks the system by the mode alone is wrong about read-only file systems.
fn write_into(folder: &Path) -> Result<(), Error> {
	fs::read_dir(folder)?;
	let file = folder.join(format!(".millpond-{}", std::process::id()));
	match OpenOptions::new().write(true).create_new(true).open(&file) {
		Ok(_) => fs::remove_file(&file),
		Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
		Err(error) => Err(error),
	}
}

/// Says what is wrong with a folder or file, who wants to use it, whose it is, and what to do.
pub fn explain(path: &Path, error: &Error) -> String {
	let (shown, user) = (path.display(), this_user());
	match error.kind() {
		ErrorKind::PermissionDenied => {
			let owner = fs::metadata(path).map_or_else(|_| "another user".into(), |found| user_of(found.uid()));
			let remedy = match user == format!("user {owner}") {
				true => "allow it (chmod u+rwx)".into(),
				false => format!("run this as {owner}, give it to {user} (chown -R)"),
			};
			format!("{user} may not use {shown}, which belongs to {owner}: {remedy}, or name another folder with --base-path")
		}
		ErrorKind::ReadOnlyFilesystem => format!(
			"{shown} is on a file system that can only be read, and {user} is to write there: mount it for writing, or name \
			 another folder with --base-path"
		),
		ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
			format!("the disk with {shown} is full: make room, or name a folder on another disk with --base-path")
		}
		_ => format!("{user} cannot use {shown}: {error}. Another folder is named with --base-path"),
	}
}

/// Who runs this process.
pub fn this_user() -> String {
	// The owner of a process's entry is its effective user.
	fs::metadata("/proc/self").map_or_else(|_| "this user".into(), |entry| format!("user {}", user_of(entry.uid())))
}

/// A user's name, or the number where it has none.
pub fn user_of(uid: u32) -> String {
	let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
	let name = users.lines().find_map(|line| {
		let mut parts = line.split(':');
		let (name, number) = (parts.next()?, parts.nth(1)?);
		(number.parse() == Ok(uid)).then(|| name.to_string())
	});
	name.unwrap_or_else(|| uid.to_string())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_folder_should_be_usable_where_it_is_or_could_be_made() {
		let folder = std::env::temp_dir().join(format!("millpond-folders-{}", std::process::id()));
		assert_eq!(ensure_writable(&folder.join("chains/dev")), Ok(()));
		assert!(!folder.exists(), "asking must not make the folder");
		fs::create_dir(&folder).expect("the temporary folder is writable");
		assert_eq!(ensure_writable(&folder), Ok(()));
		assert_eq!(
			fs::read_dir(&folder).expect("it is there").count(),
			0,
			"nothing stays behind"
		);

		let file = folder.join("file");
		fs::write(&file, "").expect("the folder is writable");
		for path in [file.clone(), file.join("chains/dev")] {
			let refused = ensure_writable(&path).expect_err("a file");
			assert!(
				refused.contains(&format!("{} is a file", file.display())) && refused.contains("--base-path"),
				"{refused}"
			);
		}
		fs::remove_dir_all(&folder).expect("it is ours");
	}

	#[test]
	fn what_is_wrong_should_be_said_with_path_user_and_remedy() {
		for kind in [
			ErrorKind::PermissionDenied,
			ErrorKind::ReadOnlyFilesystem,
			ErrorKind::Other,
		] {
			let text = explain(Path::new("/"), &kind.into());
			assert!(
				text.contains(&this_user()) && text.contains('/') && text.contains("--base-path"),
				"{text}"
			);
		}
		assert_eq!(user_of(0), "root");
		assert_eq!(user_of(4_000_000_000), "4000000000");
	}
}
