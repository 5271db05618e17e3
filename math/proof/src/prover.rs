//! The prover in plain code, for tests and benchmarks.

use crate::{
	expansion::{entry, Keys, Stream},
	first_u64, hash, merkle,
	seeds::{entry_pick, step_pick},
	walk, Chunk, ChunkOpening, Hash, Path, Profile, Proof, Roots, Seeds, StepOpening,
};
use alloc::{collections::BTreeMap, vec, vec::Vec};
use bounded_collections::BoundedVec;

/// A Merkle tree of which some leaves are known. A subtree without known leaves has the hash zero.
struct Tree {
	/// Of each level from the bottom up, how many nodes there are, and those that are known.
	levels: Vec<(u64, BTreeMap<u64, Hash>)>,
}

impl Tree {
	fn new(leaves: u64, known: BTreeMap<u64, Hash>) -> Self {
		let mut levels = vec![(leaves, known)];
		while let Some((nodes, level)) = levels.last().filter(|(nodes, _)| *nodes > 1) {
			// A node with two known children is that of the left one.
			let named = level
				.keys()
				.filter(|index| **index & 1 == 0 || !level.contains_key(&(**index ^ 1)));
			let above = named.map(|index| {
				let left = Self::at(*nodes, level, index & !1);
				(index >> 1, merkle::node(&left, &Self::at(*nodes, level, index | 1)))
			});
			levels.push((nodes.div_ceil(2), above.collect()));
		}
		Self { levels }
	}

	/// The hash at `index` of a level, that of the last node where the level ends before.
	fn at(nodes: u64, level: &BTreeMap<u64, Hash>, index: u64) -> Hash {
		let index = index.min(nodes.saturating_sub(1));
		level.get(&index).copied().unwrap_or_default()
	}

	fn root(&self) -> Hash {
		self.levels
			.last()
			.map(|(nodes, level)| Self::at(*nodes, level, 0))
			.unwrap_or_default()
	}

	fn path(&self, index: u64) -> Path {
		let below_root = (0..).zip(&self.levels).filter(|(_, (nodes, _))| *nodes > 1);
		let siblings = below_root.map(|(height, (nodes, level))| {
			let index = index.checked_shr(height).unwrap_or_default();
			Self::at(*nodes, level, index ^ 1)
		});
		BoundedVec::truncate_from(siblings.collect())
	}
}

/// One GPU's part in a round.
pub struct Prover {
	profile: Profile,
	memory: BTreeMap<u64, Chunk>,
	fill: Tree,
	states: BTreeMap<u64, u64>,
	transcript: Tree,
}

impl Prover {
	/// Computes the product of `seed`. `honest` decides chunk by chunk whether it is computed: a cheat leaves the rest
	/// zero.
	pub fn new(profile: Profile, seed: &Hash, honest: impl Fn(u64) -> bool) -> Self {
		let keys = Keys::new(seed);
		let expand = |key: &Hash, index: u32| {
			let mut bytes = vec![0; usize::try_from(profile.k()).unwrap_or_default()];
			Stream::new(key, index).fill(&mut bytes);
			bytes.into_iter().map(|byte| i32::from(entry(byte))).collect::<Vec<_>>()
		};
		let columns: Vec<_> = (0..profile.columns())
			.map(|index| expand(&keys.columns, index))
			.collect();
		let mut memory = BTreeMap::new();
		let mut numbers = 0..;
		for index in 0..profile.rows() {
			let row = expand(&keys.rows, index);
			for (columns, number) in columns.chunks(crate::CHUNK_ENTRIES).zip(numbers.by_ref()) {
				let mut chunk = [0; 64];
				if honest(number) {
					for (word, column) in chunk.as_chunks_mut::<4>().0.iter_mut().zip(columns) {
						let terms = row.iter().zip(column).map(|(a, b)| a.wrapping_mul(*b));
						*word = terms.fold(0i32, i32::wrapping_add).to_le_bytes();
					}
				}
				memory.insert(number, chunk);
			}
		}
		Self::with_memory(profile, memory)
	}

	fn with_memory(profile: Profile, memory: BTreeMap<u64, Chunk>) -> Self {
		let leaves = memory.iter().map(|(index, chunk)| (*index, merkle::leaf(chunk)));
		Self {
			fill: Tree::new(profile.chunks(), leaves.collect()),
			transcript: Tree::new(profile.states(), BTreeMap::new()),
			profile,
			memory,
			states: BTreeMap::new(),
		}
	}

	/// A prover that knows all seeds of the round before it commits, and therefore needs to compute nothing but what
	/// will be looked at: what the order of a round denies to everybody. Its proof holds, and costs as much to verify as
	/// any other, for profiles of any size.
	pub fn rehearsed(profile: Profile, seeds: &Seeds) -> Self {
		let keys = Keys::new(&seeds.fill);
		let mut memory = BTreeMap::<u64, Chunk>::new();
		for number in 0..profile.openings() {
			let pick = entry_pick(&seeds.pick, number, profile.entries());
			let columns = u64::from(profile.columns());
			let side = |index: Option<u64>| index.and_then(|index| u32::try_from(index).ok()).unwrap_or_default();
			let (row, column) = (side(pick.checked_div(columns)), side(pick.checked_rem(columns)));
			let chunk = memory.entry(pick >> 4).or_insert([0; 64]);
			for (word, place) in chunk.as_chunks_mut::<4>().0.iter_mut().zip(0..) {
				if place == pick & 15 {
					*word = keys.dot(row, column, profile.k()).to_le_bytes();
				}
			}
		}
		let picks = (0..profile.openings()).map(|number| step_pick(&seeds.pick, number, profile.all_steps()));
		let picks: BTreeMap<_, _> = picks.map(|pick| (pick, ())).collect();
		let mut prover = Self::with_memory(profile, memory);
		let mut read = Vec::new();
		for pick in picks.into_keys() {
			let (lane, at) = prover.place(pick);
			let first = pick.checked_rem(profile.steps().into()) == Some(0);
			let state = match prover.states.get(&at) {
				Some(state) => *state,
				None if first => walk::start(&seeds.walk, lane),
				None => first_u64(hash(&[b"any state", &pick.to_le_bytes()])),
			};
			let after = prover.step(state, pick, |address| read.push(address));
			prover.states.insert(at, state);
			prover.states.insert(at.saturating_add(1), after);
		}
		let (mut memory, states) = (prover.memory, prover.states);
		for address in read {
			memory.entry(address).or_insert([0; 64]);
		}
		let mut prover = Self::with_memory(profile, memory);
		prover.commit(states);
		prover
	}

	/// The lane of a step of all lanes, and the index of the state before it: a lane has one more state than steps.
	fn place(&self, step: u64) -> (u32, u64) {
		let lane = step.checked_div(self.profile.steps().into()).unwrap_or_default();
		(u32::try_from(lane).unwrap_or_default(), step.saturating_add(lane))
	}

	/// The chunk at `index`; zeros where nothing is known.
	fn chunk(&self, index: u64) -> Chunk {
		self.memory.get(&index).copied().unwrap_or([0; 64])
	}

	/// The chunk at `index` and its path.
	pub fn open(&self, index: u64) -> ChunkOpening {
		ChunkOpening {
			chunk: self.chunk(index),
			path: self.fill.path(index),
		}
	}

	/// Goes a step from `state` and tells each read's address to `visit`.
	fn step(&self, state: u64, step: u64, mut visit: impl FnMut(u64)) -> u64 {
		walk::reads_of(step).fold(state, |state, number| {
			let address = walk::address(state, self.profile.chunks());
			visit(address);
			walk::mix(state, number, &self.chunk(address))
		})
	}

	/// Walks over what is in memory.
	pub fn walk(&mut self, seed: &Hash) {
		let mut states = BTreeMap::new();
		for step in 0..self.profile.all_steps() {
			let (lane, at) = self.place(step);
			let state = *states.entry(at).or_insert_with(|| walk::start(seed, lane));
			states.insert(at.saturating_add(1), self.step(state, step, |_| ()));
		}
		self.commit(states);
	}

	fn commit(&mut self, states: BTreeMap<u64, u64>) {
		let leaves = states
			.iter()
			.map(|(index, state)| (*index, merkle::leaf(&state.to_le_bytes())));
		self.transcript = Tree::new(self.profile.states(), leaves.collect());
		self.states = states;
	}

	/// What to commit to.
	pub fn roots(&self) -> Roots {
		Roots {
			fill: self.fill.root(),
			walk: self.transcript.root(),
		}
	}

	/// The openings that `seed` picks.
	pub fn prove(&self, seed: &Hash) -> Proof {
		let numbers = 0..self.profile.openings();
		let entries = numbers
			.clone()
			.map(|number| self.open(entry_pick(seed, number, self.profile.entries()) >> 4));
		let steps = numbers.map(|number| {
			let pick = step_pick(seed, number, self.profile.all_steps());
			let (_, at) = self.place(pick);
			let state_at = |at: u64| self.states.get(&at).copied().unwrap_or_default();
			let mut reads = Vec::new();
			self.step(state_at(at), pick, |address| reads.push(self.open(address)));
			StepOpening {
				state: state_at(at),
				state_path: self.transcript.path(at),
				after: state_at(at.saturating_add(1)),
				after_path: self.transcript.path(at.saturating_add(1)),
				reads: BoundedVec::truncate_from(reads),
			}
		});
		Proof {
			entries: BoundedVec::truncate_from(entries.collect()),
			steps: BoundedVec::truncate_from(steps.collect()),
		}
	}
}
