//! The folder of a chain's database: who has it open, and whether there is room for it.

use sc_service::config::DatabaseSource;
use std::{
	fs::{File, TryLockError},
	path::Path,
};

/// The file that ParityDB holds locked for as long as the database is open.
const LOCK_FILE: &str = "lock";
/// What the log files of ParityDB are called, before their number.
const LOG_FILE_PREFIX: &str = "log";
/// Free space beyond what the log files hold that opening a database takes at most: tables grow by 256 KiB each, indices by 512 KiB.
const ROOM_TO_OPEN: u64 = 32 * MEBIBYTE;
const MEBIBYTE: u64 = 1024 * 1024;

/// Makes sure that no other process has the database open, and that none opens it before this is dropped.
///
/// # Errors
/// Another process has it open.
pub fn hold(source: &DatabaseSource) -> sc_cli::Result<Option<File>> {
	let Some(path) = source.path() else { return Ok(None) };
	let lock = match File::open(path.join(LOCK_FILE)) {
		Ok(lock) => lock,
		// There is no database yet, or this user may not read it: what the command does will show.
		Err(_) => return Ok(None),
	};
	match lock.try_lock() {
		Err(TryLockError::WouldBlock) => Err(in_use(path)),
		// A file system without locks.
		Err(TryLockError::Error(_)) | Ok(()) => Ok(Some(lock)),
	}
}

/// Makes sure that a command can open the database: that no other process has it open, and that there is room.
///
/// # Errors
/// See [`hold`] and [`ensure_space`].
pub fn ensure_openable(source: &DatabaseSource) -> sc_cli::Result<()> {
	hold(source)?;
	ensure_space(source, 0)
}

/// Says that another process has the database open, and what to do.
pub fn in_use(path: &Path) -> sc_cli::Error {
	sc_cli::Error::Input(format!(
		"the database at {} is in use by another process: stop that one, or name another folder with --base-path",
		path.display()
	))
}

/// Makes sure that the database can be opened without running out of space.
///
/// The database's files are mapped into memory. A page of them for which the disk has no room ends the process with a SIGBUS and
/// without a word, so there must be room before the database is opened: for what its log files hold and, where `threshold` MiB are
/// to stay free while the node runs, for these.
///
/// # Errors
/// Too little space, with how much there is, how much it takes and what to do.
pub fn ensure_space(source: &DatabaseSource, threshold: u64) -> sc_cli::Result<()> {
	let Some(path) = source.path() else { return Ok(()) };
	let Some(existing) = path.ancestors().find(|folder| folder.is_dir()) else {
		return Ok(());
	};
	// A file system that does not tell is for the storage monitor to complain about.
	let Ok(available) = fs4::available_space(existing) else {
		return Ok(());
	};
	let to_open = log_bytes(path).saturating_add(ROOM_TO_OPEN);
	let required = threshold.saturating_mul(MEBIBYTE).max(to_open);
	if available >= required {
		return Ok(());
	}
	Err(sc_cli::Error::Input(format!(
		"the disk of {} has {} MiB free, and the database needs {}: make room{}",
		existing.display(),
		available / MEBIBYTE,
		required.div_ceil(MEBIBYTE),
		if required > to_open {
			", or let the node run with less by --db-storage-threshold"
		} else {
			""
		}
	)))
}

/// How much the log files hold that is still to go into the tables.
fn log_bytes(folder: &Path) -> u64 {
	let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
	entries
		.filter(|entry| entry.file_name().to_string_lossy().starts_with(LOG_FILE_PREFIX))
		.filter_map(|entry| entry.metadata().ok())
		.map(|metadata| metadata.len())
		.fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::path::PathBuf;

	fn folder(name: &str) -> PathBuf {
		let path = std::env::temp_dir().join(format!("millpond-database-{}-{name}", std::process::id()));
		let _ = std::fs::remove_dir_all(&path);
		std::fs::create_dir_all(&path).expect("a new folder");
		path
	}

	fn source(path: &Path) -> DatabaseSource {
		DatabaseSource::ParityDb { path: path.into() }
	}

	#[test]
	fn a_database_should_be_held_once_when_it_is_free() {
		let path = folder("held");
		let source = source(&path);
		assert!(hold(&source).expect("no database yet").is_none());
		std::fs::write(path.join(LOCK_FILE), "").expect("written");
		let held = hold(&source).expect("free");
		assert!(held.is_some());
		let error = hold(&source).expect_err("held").to_string();
		assert!(
			error.contains("in use by another process") && error.contains("--base-path"),
			"{error}"
		);
		drop(held);
		assert!(hold(&source).expect("free again").is_some());
	}

	#[test]
	fn a_database_should_not_be_opened_when_space_is_short() {
		let path = folder("space");
		let source = source(&path);
		ensure_space(&source, 0).expect("32 MiB free");
		let error = ensure_space(&source, u64::MAX)
			.expect_err("no disk is so large")
			.to_string();
		assert!(
			error.contains("MiB free") && error.contains("--db-storage-threshold"),
			"{error}"
		);
		// A sparse file: a log that holds more than the disk.
		let log = File::create(path.join("log0")).expect("made");
		log.set_len(1 << 43).expect("sparse");
		let error = ensure_space(&source, 0).expect_err("no room for the log").to_string();
		assert!(
			error.contains("MiB free") && !error.contains("--db-storage-threshold"),
			"{error}"
		);
	}

	#[test]
	fn space_should_be_looked_for_above_when_the_folder_is_not_there_yet() {
		let source = source(&folder("above").join("chains/dev/paritydb/full"));
		ensure_space(&source, 0).expect("32 MiB free");
		assert!(ensure_space(&source, u64::MAX).is_err());
	}
}
