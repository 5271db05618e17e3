//! Brings what a node has committed to the disk, and lets no vote out before.
//!
//! ParityDB acknowledges a commit as soon as the commit stands in a queue in memory. A thread of its own writes the queue to a
//! log file, and syncs that file to the disk when 64 MiB have gathered: after many minutes. A process that is killed loses next
//! to nothing, since the kernel holds what was written. A machine that loses its power loses all of it, and the votes of the last
//! minutes with it: such a validator would vote in the same rounds again, differently. Therefore:
//!
//! - [`DatabaseLog::sync`] waits until all earlier commits stand in the log files, and syncs these files;
//! - [`VoteKeystore`] does so before it signs for GRANDPA: the vote, and the blocks it speaks of, are on the disk before the vote leaves;
//! - [`spawn`] does so after imports and finality, twice a second at most, for nodes that do not vote;
//! - [`sync_folder`] does so, at the start, with all that was made outside the log: metadata, keys, the folders themselves.

use super::*;
use futures::{FutureExt, StreamExt};
use sc_client_api::{AuxStore, BlockchainEvents};
use sp_core::{crypto::key_types, ecdsa, ed25519, sr25519};
use sp_keystore::{Keystore, KeystorePtr};
use sp_runtime::KeyTypeId;
use std::{
	collections::{BTreeMap, BTreeSet},
	fs::File,
	io::{self, Read, Seek, SeekFrom},
	path::PathBuf,
	sync::{
		atomic::{AtomicU64, Ordering},
		Mutex, PoisonError,
	},
	time::{Duration, Instant, SystemTime},
};
use substrate_prometheus_endpoint::{register, Histogram, HistogramOpts};

const LOG: &str = "durability";
/// What the log files of ParityDB are called, before their number.
const LOG_FILE_PREFIX: &str = "log";
/// Where the mark stands among the auxiliary data.
const MARK_KEY: &[u8] = b"millpond_mark";
/// How long a mark is looked for at first, before another one is written.
const PATIENCE: Duration = Duration::from_millis(200);
/// The time from one look for a mark to the next, at most.
const LONGEST_NAP: Duration = Duration::from_millis(8);
/// The time from one sync to the next, at least, for nodes that do not vote.
const PAUSE: Duration = Duration::from_millis(500);
/// How much of a log file is read at a time.
const CHUNK: u64 = 1024 * 1024;

type Mark = [u8; 32];

/// The log files of a ParityDB that this process has open.
pub(super) struct DatabaseLog<Store> {
	store: Arc<Store>,
	folder: PathBuf,
	/// Log files that the folder is known to hold, on the disk. Held while a sync runs: a second one waits for the first.
	known: Mutex<BTreeSet<PathBuf>>,
	marks: AtomicU64,
	seconds: Option<Histogram>,
}

impl<Store: AuxStore> DatabaseLog<Store> {
	/// The log of the database in this folder, into which `store` writes.
	///
	/// # Errors
	/// A metric of the same name.
	pub(super) fn new(store: Arc<Store>, folder: PathBuf, registry: Option<&Registry>) -> Result<Self, ServiceError> {
		let seconds = registry
			.map(|registry| {
				let options = HistogramOpts::new(
					"millpond_disk_sync_seconds",
					"Time from asking for all commits to be on the disk until they are",
				)
				.buckets(vec![
					0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0,
				]);
				register(Histogram::with_opts(options)?, registry)
			})
			.transpose()?;
		Ok(Self {
			store,
			folder,
			known: Mutex::default(),
			marks: AtomicU64::default(),
			seconds,
		})
	}

	/// Returns when everything that was committed before the call is on the disk.
	///
	/// # Errors
	/// The database's or the disk's own. What was committed may then be lost with the machine's power.
	pub(super) fn sync(&self) -> io::Result<()> {
		let start = Instant::now();
		let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
		self.wait_for_writer()?;
		let logs = self.log_files()?;
		for path in logs.keys() {
			match File::open(path) {
				Ok(file) => file.sync_data()?,
				// The database has deleted it, after its content was in the tables.
				Err(error) if error.kind() == io::ErrorKind::NotFound => (),
				Err(error) => return Err(error),
			}
		}
		if logs.keys().any(|path| !known.contains(path)) {
			File::open(&self.folder)?.sync_all()?;
			*known = logs.into_keys().collect();
		}
		if let Some(seconds) = &self.seconds {
			seconds.observe(start.elapsed().as_secs_f64());
		}
		Ok(())
	}

	/// Waits until the database's own thread has written all earlier commits to a log file.
	///
	/// Commits are written in their order, and nothing tells when one has been. So another is made, of a value that nothing
	/// else has: when it can be read in a log file, those before it can too.
	fn wait_for_writer(&self) -> io::Result<()> {
		let mut patience = PATIENCE;
		loop {
			let before = self.log_files()?;
			let mark = self.next_mark();
			self.store
				.insert_aux(&[(MARK_KEY, mark.as_slice())], &[])
				.map_err(io::Error::other)?;
			let start = Instant::now();
			let mut nap = Duration::from_micros(250);
			while start.elapsed() < patience {
				if self.is_written(&mark, &before)? {
					return Ok(());
				}
				std::thread::sleep(nap);
				nap = nap.saturating_mul(2).min(LONGEST_NAP);
			}
			// The writer is behind, or has meanwhile emptied the file that the mark stood in.
			patience = patience.saturating_mul(2);
			log::debug!(target: LOG, "The database is still writing; waiting for another {patience:?}");
		}
	}

	/// A value that stands nowhere else in the log files, those of earlier processes included.
	fn next_mark(&self) -> Mark {
		let number = self.marks.fetch_add(1, Ordering::Relaxed);
		let now = SystemTime::now()
			.duration_since(SystemTime::UNIX_EPOCH)
			.map_or(0, |time| time.as_nanos());
		let seed = [
			now.to_le_bytes().as_slice(),
			&number.to_le_bytes(),
			&std::process::id().to_le_bytes(),
		]
		.concat();
		sp_io::hashing::blake2_256(&seed)
	}

	/// The log files and their lengths.
	fn log_files(&self) -> io::Result<BTreeMap<PathBuf, u64>> {
		let mut files = BTreeMap::new();
		for entry in std::fs::read_dir(&self.folder)? {
			let entry = entry?;
			let name = entry.file_name();
			let number = name.to_str().and_then(|name| name.strip_prefix(LOG_FILE_PREFIX));
			if number.is_none_or(|number| number.parse::<u32>().is_err()) {
				continue;
			}
			match entry.metadata() {
				Ok(metadata) => drop(files.insert(entry.path(), metadata.len())),
				Err(error) if error.kind() == io::ErrorKind::NotFound => (),
				Err(error) => return Err(error),
			}
		}
		Ok(files)
	}

	/// Whether the mark stands in a log file, behind what the file held before.
	fn is_written(&self, mark: &Mark, before: &BTreeMap<PathBuf, u64>) -> io::Result<bool> {
		for (path, length) in self.log_files()? {
			// A file that has become shorter was emptied and begun anew.
			let start = before.get(&path).copied().filter(|start| *start <= length).unwrap_or(0);
			if start == length {
				continue;
			}
			match contains(&path, start, mark) {
				Ok(true) => return Ok(true),
				Ok(false) => (),
				Err(error) if error.kind() == io::ErrorKind::NotFound => (),
				Err(error) => return Err(error),
			}
		}
		Ok(false)
	}
}

/// Whether a file holds the mark at or behind `start`.
fn contains(path: &Path, start: u64, mark: &Mark) -> io::Result<bool> {
	let mut file = File::open(path)?;
	file.seek(SeekFrom::Start(start))?;
	let mut buffer = Vec::new();
	loop {
		// The end of the chunk before may hold the beginning of the mark.
		let keep = buffer.len().min(mark.len());
		buffer.drain(..buffer.len().saturating_sub(keep));
		if file.by_ref().take(CHUNK).read_to_end(&mut buffer)? == 0 {
			return Ok(false);
		}
		if buffer.windows(mark.len()).any(|window| window == mark) {
			return Ok(true);
		}
	}
}

/// Syncs a database after imports and finality: what a node knew is on its disk a second later.
///
/// A disk that fails ends the node: it could not keep what it says.
pub(super) fn spawn(log: Arc<DatabaseLog<Backend>>, client: &Client, tasks: &TaskManager) {
	let imported = client.every_import_notification_stream().map(drop);
	let finalized = client.finality_notification_stream().map(drop);
	let mut changes = futures::stream::select(imported, finalized);
	tasks
		.spawn_essential_handle()
		.spawn_blocking("database-sync", None, async move {
			while changes.next().await.is_some() {
				// One sync is for all that has happened by now.
				while let Some(Some(())) = changes.next().now_or_never() {}
				if let Err(error) = log.sync() {
					log::error!(target: LOG, "The database cannot be brought to the disk, so the node stops: {error}");
					return;
				}
				tokio::time::sleep(PAUSE).await;
			}
		});
}

/// Syncs a folder, all that is in it, and the folders that it is in.
///
/// # Errors
/// The disk's own. Files that vanish meanwhile are none, nor is anything that this user may not read.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
	sync_below(folder)?;
	for above in folder.ancestors().skip(1).filter(|above| above.as_os_str() != "") {
		match File::open(above) {
			Ok(file) => file.sync_all()?,
			Err(error) => {
				log::debug!(target: LOG, "{} is not synced: {error}", above.display());
				break;
			}
		}
	}
	Ok(())
}

fn sync_below(path: &Path) -> io::Result<()> {
	let file = match File::open(path) {
		Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
		// What this user may not read, it has not written either.
		Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
			log::debug!(target: LOG, "{} is not synced: {error}", path.display());
			return Ok(());
		}
		file => file?,
	};
	if file.metadata()?.is_dir() {
		for entry in std::fs::read_dir(path)? {
			let entry = entry?;
			let kind = entry.file_type()?;
			if kind.is_dir() || kind.is_file() {
				sync_below(&entry.path())?;
			}
		}
	}
	file.sync_all()
}

/// A keystore that signs for GRANDPA only when all that was committed before is on the disk.
///
/// GRANDPA commits each vote before it has it signed. After a power cut the voter so finds its own votes again, and repeats them
/// instead of voting anew.
pub(super) struct VoteKeystore<Store> {
	keystore: KeystorePtr,
	log: Arc<DatabaseLog<Store>>,
}

impl<Store: AuxStore> VoteKeystore<Store> {
	pub(super) fn new(keystore: KeystorePtr, log: Arc<DatabaseLog<Store>>) -> Self {
		Self { keystore, log }
	}
}

impl<Store: AuxStore + Send + Sync> Keystore for VoteKeystore<Store> {
	fn ed25519_sign(
		&self,
		key_type: KeyTypeId,
		public: &ed25519::Public,
		message: &[u8],
	) -> Result<Option<ed25519::Signature>, sp_keystore::Error> {
		if key_type == key_types::GRANDPA {
			self.log.sync().map_err(|error| {
				log::error!(target: LOG, "No vote is signed, since the database cannot be brought to the disk: {error}");
				sp_keystore::Error::Other(error.to_string())
			})?;
		}
		self.keystore.ed25519_sign(key_type, public, message)
	}

	fn ed25519_public_keys(&self, key_type: KeyTypeId) -> Vec<ed25519::Public> {
		self.keystore.ed25519_public_keys(key_type)
	}

	fn ed25519_generate_new(
		&self,
		key_type: KeyTypeId,
		seed: Option<&str>,
	) -> Result<ed25519::Public, sp_keystore::Error> {
		self.keystore.ed25519_generate_new(key_type, seed)
	}

	fn sr25519_public_keys(&self, key_type: KeyTypeId) -> Vec<sr25519::Public> {
		self.keystore.sr25519_public_keys(key_type)
	}

	fn sr25519_generate_new(
		&self,
		key_type: KeyTypeId,
		seed: Option<&str>,
	) -> Result<sr25519::Public, sp_keystore::Error> {
		self.keystore.sr25519_generate_new(key_type, seed)
	}

	fn sr25519_sign(
		&self,
		key_type: KeyTypeId,
		public: &sr25519::Public,
		message: &[u8],
	) -> Result<Option<sr25519::Signature>, sp_keystore::Error> {
		self.keystore.sr25519_sign(key_type, public, message)
	}

	fn sr25519_vrf_sign(
		&self,
		key_type: KeyTypeId,
		public: &sr25519::Public,
		data: &sr25519::vrf::VrfSignData,
	) -> Result<Option<sr25519::vrf::VrfSignature>, sp_keystore::Error> {
		self.keystore.sr25519_vrf_sign(key_type, public, data)
	}

	fn sr25519_vrf_pre_output(
		&self,
		key_type: KeyTypeId,
		public: &sr25519::Public,
		input: &sr25519::vrf::VrfInput,
	) -> Result<Option<sr25519::vrf::VrfPreOutput>, sp_keystore::Error> {
		self.keystore.sr25519_vrf_pre_output(key_type, public, input)
	}

	fn ecdsa_public_keys(&self, key_type: KeyTypeId) -> Vec<ecdsa::Public> {
		self.keystore.ecdsa_public_keys(key_type)
	}

	fn ecdsa_generate_new(&self, key_type: KeyTypeId, seed: Option<&str>) -> Result<ecdsa::Public, sp_keystore::Error> {
		self.keystore.ecdsa_generate_new(key_type, seed)
	}

	fn ecdsa_sign(
		&self,
		key_type: KeyTypeId,
		public: &ecdsa::Public,
		message: &[u8],
	) -> Result<Option<ecdsa::Signature>, sp_keystore::Error> {
		self.keystore.ecdsa_sign(key_type, public, message)
	}

	fn ecdsa_sign_prehashed(
		&self,
		key_type: KeyTypeId,
		public: &ecdsa::Public,
		message: &[u8; 32],
	) -> Result<Option<ecdsa::Signature>, sp_keystore::Error> {
		self.keystore.ecdsa_sign_prehashed(key_type, public, message)
	}

	fn insert(&self, key_type: KeyTypeId, suri: &str, public: &[u8]) -> Result<(), ()> {
		self.keystore.insert(key_type, suri, public)
	}

	fn keys(&self, key_type: KeyTypeId) -> Result<Vec<Vec<u8>>, sp_keystore::Error> {
		self.keystore.keys(key_type)
	}

	fn has_keys(&self, public_keys: &[(Vec<u8>, KeyTypeId)]) -> bool {
		self.keystore.has_keys(public_keys)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sc_client_db::{BlocksPruning, DatabaseSettings, DatabaseSource};

	const ROUND: &[u8] = b"round";

	fn open(folder: &Path) -> Arc<Backend> {
		let settings = DatabaseSettings {
			trie_cache_maximum_size: None,
			state_pruning: None,
			source: DatabaseSource::ParityDb { path: folder.into() },
			blocks_pruning: BlocksPruning::KeepAll,
			pruning_filters: Vec::new(),
			metrics_registry: None,
		};
		Arc::new(Backend::new(settings, 1).expect("a database that opens"))
	}

	fn folder(name: &str) -> PathBuf {
		let path = std::env::temp_dir().join(format!("millpond-durability-{}-{name}", std::process::id()));
		let _ = std::fs::remove_dir_all(&path);
		std::fs::create_dir_all(&path).expect("a new folder");
		path
	}

	fn log_of(backend: &Arc<Backend>, path: &Path) -> DatabaseLog<Backend> {
		DatabaseLog::new(backend.clone(), path.into(), None).expect("no metrics")
	}

	fn commit(store: &impl AuxStore, key: &[u8], value: &[u8]) {
		store.insert_aux(&[(key, value)], &[]).expect("queued");
	}

	/// What a power cut leaves: the files that were synced. Tables, which the database maps into memory, may all be missing.
	fn after_a_power_cut(path: &Path, name: &str) -> PathBuf {
		let copy = folder(name);
		for entry in std::fs::read_dir(path).expect("readable").flatten() {
			let name = entry.file_name().into_string().expect("a plain name");
			if name == "metadata" || name.starts_with(LOG_FILE_PREFIX) {
				std::fs::copy(entry.path(), copy.join(name)).expect("copied");
			}
		}
		copy
	}

	#[test]
	fn commits_should_be_in_the_synced_files_when_sync_returns() {
		let path = folder("commits");
		let backend = open(&path);
		let log = log_of(&backend, &path);
		let mut copies = Vec::new();
		for round in 0..20u32 {
			// Bulk, behind which the writer has to be waited for.
			let bulk = vec![round.to_le_bytes()[0]; 300_000];
			commit(&*backend, b"bulk", &bulk);
			commit(&*backend, ROUND, &round.to_le_bytes());
			log.sync().expect("synced");
			copies.push((round, after_a_power_cut(&path, &format!("commits-{round}"))));
		}
		for (round, copy) in copies {
			let restored = AuxStore::get_aux(&*open(&copy), ROUND).expect("readable");
			assert_eq!(restored, Some(round.to_le_bytes().to_vec()));
			let _ = std::fs::remove_dir_all(copy);
		}
		drop(backend);
		let _ = std::fs::remove_dir_all(path);
	}

	#[test]
	fn a_mark_should_be_found_when_it_lies_across_two_chunks() {
		let path = folder("chunks").join("log0");
		let mark = [7; 32];
		let mut content = vec![0; usize::try_from(CHUNK).expect("small") - 5];
		content.extend_from_slice(&mark);
		content.extend_from_slice(&[0; 100]);
		std::fs::write(&path, &content).expect("written");
		assert!(contains(&path, 0, &mark).expect("read"));
		assert!(contains(&path, CHUNK - 5, &mark).expect("read"));
		assert!(!contains(&path, CHUNK - 4, &mark).expect("read"));
		assert!(!contains(&path, 0, &[8; 32]).expect("read"));
	}

	#[test]
	fn a_vote_should_not_be_signed_when_the_disk_fails() {
		let path = folder("votes");
		let backend = open(&path);
		let inner: KeystorePtr = Arc::new(sc_keystore::LocalKeystore::in_memory());
		let keystore = VoteKeystore::new(inner, Arc::new(log_of(&backend, &path)));
		let key = keystore
			.ed25519_generate_new(key_types::GRANDPA, Some("//Alice"))
			.expect("a key");
		let other = keystore
			.ed25519_generate_new(key_types::ACCOUNT, Some("//Alice"))
			.expect("a key");
		assert!(matches!(
			keystore.ed25519_sign(key_types::GRANDPA, &key, b"vote"),
			Ok(Some(_))
		));

		// A folder that cannot be read stands for a disk that does not answer.
		std::fs::rename(&path, path.with_extension("away")).expect("renamed");
		assert!(keystore.ed25519_sign(key_types::GRANDPA, &key, b"vote").is_err());
		assert!(matches!(
			keystore.ed25519_sign(key_types::ACCOUNT, &other, b"letter"),
			Ok(Some(_))
		));
		std::fs::rename(path.with_extension("away"), &path).expect("renamed");
		assert!(matches!(
			keystore.ed25519_sign(key_types::GRANDPA, &key, b"vote"),
			Ok(Some(_))
		));
		drop((keystore, backend));
		let _ = std::fs::remove_dir_all(path);
	}

	#[test]
	fn a_folder_should_be_synced_with_all_that_is_in_it() {
		let path = folder("tree");
		std::fs::create_dir_all(path.join("keystore")).expect("made");
		std::fs::write(path.join("keystore/key"), "secret").expect("written");
		sync_folder(&path).expect("synced");
		sync_folder(&path.join("absent")).expect("nothing to sync");
		let _ = std::fs::remove_dir_all(path);
	}
}
