//! What computes a challenge, and a challenge under way.

use crate::tiles::{Tree, TILE};
use bounded_collections::BoundedVec;
use millpond_proof::{
	seeds::{entry_pick, step_pick},
	walk, Chunk, ChunkOpening, Hash, Path, Profile, Proof, Roots, StepOpening,
};
use serde::{Deserialize, Serialize};
use std::{
	ops::Range,
	sync::atomic::{AtomicBool, Ordering},
	time::Instant,
};

/// Why a challenge could not be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
	/// Somebody asked for it to stop.
	#[error("cancelled")]
	Cancelled,
	/// No NVIDIA driver on this machine.
	#[error("no NVIDIA driver: libcuda is not installed, or not visible to this process")]
	NoDriver,
	/// No device of that number.
	#[error("there is no device {0}")]
	NoDevice(u32),
	/// The device cannot run the kernels.
	#[error("{name} has compute capability {major}.{minor}, and 8.0 is the least that can be used")]
	TooOld {
		/// What the device is called.
		name: String,
		/// Major part of its compute capability.
		major: i32,
		/// Minor part of its compute capability.
		minor: i32,
	},
	/// The device has not enough memory free.
	#[error(
		"the challenge needs {needed} bytes of device memory and {free} are free; stop what else uses the device, or \
		check that its model is the right one"
	)]
	TooSmall {
		/// Bytes needed.
		needed: u64,
		/// Bytes free.
		free: u64,
	},
	/// Openings were asked for before the walk.
	#[error("the walk was not done")]
	NotWalked,
	/// The driver failed.
	#[error("the driver failed: {0}")]
	Driver(String),
}

/// What a backend is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
	/// Multiplying.
	Fill,
	/// Hashing the product.
	FillTree,
	/// Walking over it.
	Walk,
	/// Hashing the transcript.
	WalkTree,
}

/// Progress out of, and cancellation into, a computation.
pub struct Control<'a> {
	/// Set from anywhere to stop it.
	pub cancelled: &'a AtomicBool,
	/// Told the phase, how much of it is done, and of how much.
	pub progress: &'a (dyn Fn(Phase, u64, u64) + Sync),
}

impl Control<'_> {
	/// Tells how far it is. Fails with [`Error::Cancelled`] if it is to stop.
	pub fn report(&self, phase: Phase, done: u64, total: u64) -> Result<(), Error> {
		(self.progress)(phase, done, total);
		match self.cancelled.load(Ordering::Relaxed) {
			true => Err(Error::Cancelled),
			false => Ok(()),
		}
	}
}

/// A device that a backend can use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
	/// The number to ask for it by.
	pub number: u32,
	/// What it calls itself.
	pub name: String,
	/// Its id as NVML writes it, `GPU-...`; none for a CPU.
	pub uuid: Option<String>,
	/// Bytes of memory.
	pub memory: u64,
}

/// Computes challenges.
pub trait Backend: Send + Sync {
	/// The devices there are.
	fn devices(&self) -> Result<Vec<Device>, Error>;

	/// Computes the product of `seed` in a device's memory.
	fn multiply(
		&self,
		device: u32,
		profile: &Profile,
		seed: &Hash,
		control: &Control,
	) -> Result<Box<dyn Memory>, Error>;
}

/// A product in memory, and the walk over it. Dropping it frees all device memory.
pub trait Memory: Send {
	/// The nodes over the tiles of the product.
	fn fill_tiles(&mut self, control: &Control) -> Result<Vec<Hash>, Error>;

	/// Walks from `seed`. What an earlier walk left is forgotten.
	fn walk(&mut self, seed: &Hash, control: &Control) -> Result<(), Error>;

	/// The nodes over the tiles of the transcript.
	fn state_tiles(&mut self, control: &Control) -> Result<Vec<Hash>, Error>;

	/// Some chunks of the product.
	fn chunks(&self, range: Range<u64>) -> Result<Vec<Chunk>, Error>;

	/// Some states of the walk.
	fn states(&self, range: Range<u64>) -> Result<Vec<u64>, Error>;
}

/// How long the phases took, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seconds {
	/// Multiplying.
	pub fill: f64,
	/// Hashing the product.
	pub fill_tree: f64,
	/// Walking.
	pub walk: f64,
	/// Hashing the transcript.
	pub walk_tree: f64,
}

/// One GPU's part in a round, from the fill on.
pub struct Filled {
	profile: Profile,
	memory: Box<dyn Memory>,
	fill: Tree,
	transcript: Option<Tree>,
	seconds: Seconds,
}

/// The result of `work`, and the seconds that it took.
fn timed<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<(T, f64), Error> {
	let start = Instant::now();
	work().map(|result| (result, start.elapsed().as_secs_f64()))
}

impl Filled {
	/// Fills a device's memory with the product of `seed` and hashes it.
	pub fn compute(
		backend: &dyn Backend,
		device: u32,
		profile: &Profile,
		seed: &Hash,
		control: &Control,
	) -> Result<Self, Error> {
		let (mut memory, fill) = timed(|| backend.multiply(device, profile, seed, control))?;
		let (tree, fill_tree) = timed(|| Ok(Tree::new(profile.chunks(), memory.fill_tiles(control)?)))?;
		Ok(Self {
			profile: *profile,
			memory,
			fill: tree,
			transcript: None,
			seconds: Seconds {
				fill,
				fill_tree,
				..Seconds::default()
			},
		})
	}

	/// The root over the product.
	pub fn root(&self) -> Hash {
		self.fill.root()
	}

	/// Walks from `seed`, and gives the root over the transcript.
	pub fn walk(&mut self, seed: &Hash, control: &Control) -> Result<Hash, Error> {
		self.transcript = None;
		let ((), walk) = timed(|| self.memory.walk(seed, control))?;
		let (tree, walk_tree) = timed(|| Ok(Tree::new(self.profile.states(), self.memory.state_tiles(control)?)))?;
		(self.seconds.walk, self.seconds.walk_tree) = (walk, walk_tree);
		Ok(self.transcript.insert(tree).root())
	}

	/// Both roots, after the walk.
	pub fn roots(&self) -> Result<Roots, Error> {
		let transcript = self.transcript.as_ref().ok_or(Error::NotWalked)?;
		Ok(Roots {
			fill: self.fill.root(),
			walk: transcript.root(),
		})
	}

	/// How long the phases took.
	pub fn seconds(&self) -> Seconds {
		self.seconds
	}

	/// The openings that `seed` picks, after the walk.
	pub fn open(&self, seed: &Hash) -> Result<Proof, Error> {
		let transcript = self.transcript.as_ref().ok_or(Error::NotWalked)?;
		let profile = &self.profile;
		let entries = (0..profile.openings())
			.map(|number| self.open_chunk(entry_pick(seed, number, profile.entries()) / 16))
			.collect::<Result<Vec<_>, _>>()?;
		let steps = (0..profile.openings())
			.map(|number| self.open_step(transcript, step_pick(seed, number, profile.all_steps())))
			.collect::<Result<Vec<_>, _>>()?;
		Ok(Proof {
			entries: BoundedVec::truncate_from(entries),
			steps: BoundedVec::truncate_from(steps),
		})
	}

	fn open_step(&self, transcript: &Tree, step: u64) -> Result<StepOpening, Error> {
		let at = step + step / u64::from(self.profile.steps());
		let (state, state_path) = self.open_state(transcript, at)?;
		let (after, after_path) = self.open_state(transcript, at + 1)?;
		let mut read_from = state;
		let mut reads = Vec::new();
		for number in walk::reads_of(step) {
			let opening = self.open_chunk(walk::address(read_from, self.profile.chunks()))?;
			read_from = walk::mix(read_from, number, &opening.chunk);
			reads.push(opening);
		}
		Ok(StepOpening {
			state,
			state_path,
			after,
			after_path,
			reads: BoundedVec::truncate_from(reads),
		})
	}

	fn open_chunk(&self, index: u64) -> Result<ChunkOpening, Error> {
		let (chunk, path) = open(
			&self.fill,
			index,
			|range| self.memory.chunks(range),
			|chunk| chunk.to_vec(),
		)?;
		Ok(ChunkOpening { chunk, path })
	}

	fn open_state(&self, transcript: &Tree, index: u64) -> Result<(u64, Path), Error> {
		open(
			transcript,
			index,
			|range| self.memory.states(range),
			|state| state.to_le_bytes().to_vec(),
		)
	}
}

/// The leaf at `index` and its path: the leaves of its tile are read and hashed again.
fn open<T: Copy>(
	tree: &Tree,
	index: u64,
	read: impl FnOnce(Range<u64>) -> Result<Vec<T>, Error>,
	bytes: impl Fn(&T) -> Vec<u8>,
) -> Result<(T, Path), Error> {
	let range = tree.tile_of(index);
	let place = usize::try_from(index - range.start).unwrap_or(TILE);
	let leaves = read(range)?;
	let leaf = *leaves
		.get(place)
		.ok_or_else(|| Error::Driver("a tile of the memory came back short".into()))?;
	let path = tree.path(
		index,
		leaves
			.iter()
			.map(|leaf| millpond_proof::merkle::leaf(&bytes(leaf)))
			.collect(),
	);
	Ok((leaf, BoundedVec::truncate_from(path)))
}
