//! A development chain whose state lies in a ParityDB on disk, as a node's does. Blocks are made by the runtime as compiled
//! for this machine: filling a network with it takes minutes instead of hours.

use crate::{wasm::Wasm, Result};
use codec::Encode;
use frame_support::{
	storage::unhashed,
	traits::{Hooks, OnFinalize},
	weights::WeightMeter,
};
use millpond_primitives::{Minute, Moment, MINUTE};
use millpond_runtime::{
	constants::time::MILLISECONDS_PER_BLOCK, genesis_config_presets, AllPalletsWithSystem, BlockNumber, Emissions,
	Executive, Hash, Header, OpaqueBlock, RuntimeGenesisConfig, System, UncheckedExtrinsic, VERSION,
};
use sc_client_api::{Backend as _, BlockImportOperation, NewBlockState, TrieCacheContext};
use sc_client_db::{Backend, BlocksPruning, DatabaseSettings, DatabaseSource, PruningMode};
use sp_consensus_babe::{
	digests::{PreDigest, SecondaryPlainPreDigest},
	Slot, BABE_ENGINE_ID,
};
use sp_core::hexdisplay::HexDisplay;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET};
use sp_runtime::{
	traits::{BlakeTwo256, Header as _},
	Digest, DigestItem,
};
use sp_state_machine::{BasicExternalities, Ext, OverlayedChanges};
use std::{
	path::{Path, PathBuf},
	time::{Duration, Instant},
};

/// The slot of the first block.
const FIRST_SLOT: u64 = 600_000_000;
/// Blocks whose state is kept.
const KEPT_STATES: u32 = 1;
/// A block is final when it is made: nothing is ever canonicalised late.
const CANONICALIZATION_DELAY: u64 = 0;

/// The node's own cache of the state, as large as nodes have it.
pub const NODE_CACHE: usize = 1 << 30;

/// A state in the database.
pub type State = <Backend<OpaqueBlock> as sc_client_api::Backend<OpaqueBlock>>::State;

/// What a state has beyond the one in the database.
pub type Changes = OverlayedChanges<BlakeTwo256>;

/// A chain with its database.
pub struct Chain {
	backend: Backend<OpaqueBlock>,
	path: PathBuf,
	head: Header,
	slot: u64,
}

/// A block that is being made on a state of the chain. The chain knows nothing of it until it is committed.
pub struct Draft {
	state: State,
	changes: Changes,
}

impl Draft {
	fn new(state: State) -> Self {
		let changes = Changes::default();
		Self { state, changes }
	}

	/// Runs what belongs to the runtime.
	pub fn execute<R>(&mut self, act: impl FnOnce() -> R) -> R {
		let mut state = Ext::new(&mut self.changes, &self.state, None);
		sp_externalities::set_and_run_with_externalities(&mut state, act)
	}

	/// Calls the compiled runtime. Gives its answer and how long it took.
	pub fn call(&mut self, wasm: &Wasm, method: &'static str, argument: &[u8]) -> Result<(Vec<u8>, Duration)> {
		wasm.call(&self.state, &mut self.changes, method, argument)
	}

	/// The root of the state with all that was changed.
	pub fn root(&mut self) -> Hash {
		self.changes.storage_root(&self.state, VERSION.state_version()).0
	}
}

impl Chain {
	/// A new development chain, its database in an empty folder.
	pub fn create(path: &Path) -> Result<Self> {
		let backend = open(path, None)?;
		let config = development_config()?;
		let mut genesis = BasicExternalities::default();
		genesis.execute_with(|| genesis_config_presets::build_state(config))?;
		let mut operation = backend.begin_operation()?;
		let root = operation.set_genesis_state(genesis.into_storages(), true, VERSION.state_version())?;
		let head = Header::new(0, Hash::default(), root, Hash::default(), Digest::default());
		finish(&backend, operation, &head)?;
		Ok(Self {
			backend,
			path: path.into(),
			head,
			slot: FIRST_SLOT,
		})
	}

	/// The same chain, its database opened anew with a cache of `cache` bytes, or none.
	pub fn reopen(self, cache: Option<usize>) -> Result<Self> {
		let Self { backend, path, .. } = self;
		drop(backend);
		let backend = open(&path, cache)?;
		Ok(Self { backend, path, ..self })
	}

	/// The state after the last block. What is read of it is kept in the cache, if there is one.
	pub fn state(&self) -> Result<State> {
		Ok(self.backend.state_at(self.head.hash(), TrieCacheContext::Trusted)?)
	}

	/// Begins the block that is `slots` slots after the last one: initialised, with its timestamp.
	pub fn draft(&self, slots: u64) -> Result<Draft> {
		self.draft_on(slots, Changes::default())
	}

	/// The same where the state after the last block has `changes`.
	pub fn draft_on(&self, slots: u64, changes: Changes) -> Result<Draft> {
		let state = self.state()?;
		let mut draft = Draft { state, changes };
		let header = self.next_header(slots);
		let timestamp = self.timestamp(slots);
		draft
			.execute(|| {
				Executive::initialize_block(&header);
				Executive::apply_extrinsic(timestamp).map(|applied| applied.map_err(|error| format!("{error:?}")))
			})
			.map_err(|error| format!("the timestamp is not valid: {error:?}"))??;
		Ok(draft)
	}

	/// The inherent extrinsic of the block that is `slots` slots after the last one.
	pub fn timestamp(&self, slots: u64) -> UncheckedExtrinsic {
		let now = (self.slot + slots) * MILLISECONDS_PER_BLOCK;
		UncheckedExtrinsic::new_bare(pallet_timestamp::Call::set { now }.into())
	}

	/// Makes the block that is `slots` slots after the last one of what `act` does, and writes it.
	///
	/// Of the hooks that transactions do not wait for, only the clock runs: the sweep would settle some GPUs of a large
	/// network and all of a small one.
	pub fn advance<R>(&mut self, slots: u64, act: impl FnOnce() -> Result<R>) -> Result<R> {
		let mut draft = self.draft(slots)?;
		let number = self.next_number();
		let (done, header) = draft.execute(|| {
			let done = act();
			Emissions::on_poll(number, &mut WeightMeter::new());
			System::note_finished_extrinsics();
			System::reset_events();
			AllPalletsWithSystem::on_finalize(number);
			(done, System::finalize())
		});
		let done = done?;
		self.commit(draft, header, slots)?;
		Ok(done)
	}

	/// Makes the next block without transactions, with all that a node's has.
	pub fn empty_block(&mut self) -> Result<()> {
		let mut draft = self.draft(1)?;
		let header = draft.execute(Executive::finalize_block);
		self.commit(draft, header, 1)
	}

	/// How many slots there are until a minute.
	pub fn slots_until(&self, minute: Minute) -> u64 {
		(Moment::from(minute) * MINUTE / MILLISECONDS_PER_BLOCK).saturating_sub(self.slot)
	}

	/// What `act` changes in the state after the last block. The chain knows nothing of it.
	pub fn changes(&self, act: impl FnOnce()) -> Result<Changes> {
		let mut draft = Draft::new(self.state()?);
		draft.execute(act);
		Ok(draft.changes)
	}

	/// Reads the state after the last block.
	pub fn read<R>(&self, read: impl FnOnce() -> R) -> Result<R> {
		Ok(Draft::new(self.state()?).execute(read))
	}

	/// Makes the next block of nothing but another value for each of these keys, and writes it. How long that takes, from the
	/// changed values on, which have been read before as those are that a call changes.
	pub fn rewrite(&mut self, keys: &[Vec<u8>]) -> Result<Duration> {
		let mut draft = Draft::new(self.state()?);
		draft.execute(|| {
			keys.iter().try_for_each(|key| {
				let mut value = value(key)?;
				value.iter_mut().for_each(|byte| *byte = !*byte);
				unhashed::put_raw(key, &value);
				Ok::<_, String>(())
			})
		})?;
		let start = Instant::now();
		let mut header = self.next_header(1);
		header.set_state_root(draft.root());
		self.commit(draft, header, 1)?;
		Ok(start.elapsed())
	}

	fn next_number(&self) -> BlockNumber {
		self.head.number() + 1
	}

	fn next_header(&self, slots: u64) -> Header {
		let digest = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
			slot: Slot::from(self.slot + slots),
			authority_index: 0,
		});
		let digest = Digest {
			logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, digest.encode())],
		};
		Header::new(
			self.next_number(),
			Hash::default(),
			Hash::default(),
			self.head.hash(),
			digest,
		)
	}

	/// Writes a block.
	fn commit(&mut self, draft: Draft, header: Header, slots: u64) -> Result<()> {
		let Draft { state, mut changes } = draft;
		let changes = changes.drain_storage_changes(&state, VERSION.state_version())?;
		drop(state);
		let (storage, children, _, transaction, ..) = changes.into_inner();
		let mut operation = self.backend.begin_operation()?;
		self.backend
			.begin_state_operation(&mut operation, *header.parent_hash())?;
		operation.update_db_storage(transaction)?;
		operation.update_storage(storage, children)?;
		finish(&self.backend, operation, &header)?;
		self.head = header;
		self.slot += slots;
		Ok(())
	}
}

/// What stands under a key. Within the state of a chain.
pub fn value(key: &[u8]) -> std::result::Result<Vec<u8>, String> {
	unhashed::get_raw(key).ok_or_else(|| format!("nothing stands under the key {}", HexDisplay::from(&key)))
}

/// Writes the block of an operation, of which only the state matters.
fn finish(
	backend: &Backend<OpaqueBlock>,
	mut operation: <Backend<OpaqueBlock> as sc_client_api::Backend<OpaqueBlock>>::BlockImportOperation,
	header: &Header,
) -> Result<()> {
	let no_body = Some(Vec::new());
	operation.set_block_data(header.clone(), no_body, None, None, NewBlockState::Final, true)?;
	Ok(backend.commit_operation(operation)?)
}

fn open(path: &Path, cache: Option<usize>) -> Result<Backend<OpaqueBlock>> {
	let settings = DatabaseSettings {
		trie_cache_maximum_size: cache,
		state_pruning: Some(PruningMode::blocks_pruning(KEPT_STATES)),
		source: DatabaseSource::ParityDb { path: path.into() },
		blocks_pruning: BlocksPruning::KeepFinalized,
		pruning_filters: Vec::new(),
		metrics_registry: None,
	};
	Ok(Backend::new(settings, CANONICALIZATION_DELAY)?)
}

/// The whole genesis configuration of the development chain.
fn development_config() -> Result<Vec<u8>> {
	let patch =
		genesis_config_presets::get_preset(&PresetId::from(DEV_RUNTIME_PRESET)).ok_or("no development chain")?;
	let mut config = serde_json::to_value(RuntimeGenesisConfig::default())?;
	sc_chain_spec::json_merge(&mut config, serde_json::from_slice(&patch)?);
	Ok(serde_json::to_vec(&config)?)
}
