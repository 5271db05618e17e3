//! The challenge on a CPU: the reference for every other backend, and what a development chain's `SIM-CPU` runs on.

use crate::{
	backend::{Backend, Control, Device, Error, Memory, Phase},
	tiles::{reduce, tile_levels, TILE},
};
use millpond_proof::{
	expansion::{entry, Keys, Stream},
	merkle, walk, Chunk, Hash, Profile,
};
use rayon::prelude::*;
use std::{
	ops::Range,
	sync::atomic::{AtomicU64, Ordering},
};

/// Rows that are computed with each column while it is in the cache.
const ROWS: usize = 8;

/// Lanes that are walked between two looks at whether to stop.
const LANES: usize = 64;

/// The CPU of this machine, as device 0.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cpu;

/// The row of A or column of B with `index`. Sixteen bits, for which every processor has a multiply and add.
fn expand(key: &Hash, index: u32, k: u32) -> Vec<i16> {
	let mut bytes = vec![0; k as usize];
	Stream::new(key, index).fill(&mut bytes);
	bytes.into_iter().map(|byte| entry(byte).into()).collect()
}

fn dot(a: &[i16], b: &[i16]) -> i32 {
	// A sum of fewer than 2^21 terms of at most 2^10 each cannot overflow.
	a.iter().zip(b).fold(0i32, |sum, (a, b)| {
		sum.wrapping_add(i32::from(*a).wrapping_mul(i32::from(*b)))
	})
}

/// Counts what is done over all threads, and reports it.
struct Count<'a> {
	control: &'a Control<'a>,
	phase: Phase,
	done: AtomicU64,
	total: u64,
}

impl<'a> Count<'a> {
	fn new(control: &'a Control<'a>, phase: Phase, total: u64) -> Self {
		Self {
			control,
			phase,
			done: AtomicU64::new(0),
			total,
		}
	}

	fn add(&self, done: usize) -> Result<(), Error> {
		let done = self.done.fetch_add(done as u64, Ordering::Relaxed) + done as u64;
		self.control.report(self.phase, done, self.total)
	}
}

impl Backend for Cpu {
	fn devices(&self) -> Result<Vec<Device>, Error> {
		Ok(vec![Device {
			number: 0,
			name: "SIM-CPU".into(),
			uuid: None,
			memory: 0,
		}])
	}

	fn multiply(
		&self,
		device: u32,
		profile: &Profile,
		seed: &Hash,
		control: &Control,
	) -> Result<Box<dyn Memory>, Error> {
		if device != 0 {
			return Err(Error::NoDevice(device));
		}
		let keys = Keys::new(seed);
		let k = profile.k();
		let columns: Vec<_> = (0..profile.columns())
			.into_par_iter()
			.map(|index| expand(&keys.columns, index, k))
			.collect();
		let mut chunks = vec![[0; 64]; profile.chunks() as usize];
		let across = columns.len() / 16;
		let count = Count::new(control, Phase::Fill, profile.rows().into());
		chunks
			.par_chunks_mut(across * ROWS)
			.zip((0..profile.rows()).into_par_iter().step_by(ROWS))
			.try_for_each(|(block, first)| {
				let rows: Vec<_> = (0..(block.len() / across) as u32)
					.map(|row| expand(&keys.rows, first + row, k))
					.collect();
				for (column, entries) in columns.iter().enumerate() {
					for (row, terms) in rows.iter().enumerate() {
						let at = column % 16 * 4;
						block[row * across + column / 16][at..at + 4]
							.copy_from_slice(&dot(terms, entries).to_le_bytes());
					}
				}
				count.add(rows.len())
			})?;
		Ok(Box::new(CpuMemory {
			profile: *profile,
			chunks,
			states: Vec::new(),
		}))
	}
}

/// A product in the memory of this process.
struct CpuMemory {
	profile: Profile,
	chunks: Vec<Chunk>,
	states: Vec<u64>,
}

/// The nodes over the tiles of `leaves`.
fn tree_tiles<T: Sync>(
	leaves: &[T],
	phase: Phase,
	control: &Control,
	leaf: impl Fn(&T) -> Hash + Sync,
) -> Result<Vec<Hash>, Error> {
	let count = Count::new(control, phase, leaves.len() as u64);
	leaves
		.par_chunks(TILE)
		.map(|tile| {
			count.add(tile.len())?;
			Ok(reduce(
				tile.iter().map(&leaf).collect(),
				tile_levels(leaves.len() as u64),
			))
		})
		.collect()
}

/// Some of what is in memory.
fn part<T: Clone>(of: &[T], range: Range<u64>) -> Result<Vec<T>, Error> {
	of.get(range.start as usize..range.end as usize)
		.map(<[T]>::to_vec)
		.ok_or(Error::NotWalked)
}

impl Memory for CpuMemory {
	fn fill_tiles(&mut self, control: &Control) -> Result<Vec<Hash>, Error> {
		tree_tiles(&self.chunks, Phase::FillTree, control, |chunk| merkle::leaf(chunk))
	}

	fn walk(&mut self, seed: &Hash, control: &Control) -> Result<(), Error> {
		let (profile, chunks) = (&self.profile, &self.chunks);
		let steps = profile.steps() as usize;
		let count = Count::new(control, Phase::Walk, profile.lanes().into());
		let mut states = vec![0; profile.states() as usize];
		let result = states
			.par_chunks_mut((steps + 1) * LANES)
			.zip((0..profile.lanes()).into_par_iter().step_by(LANES))
			.try_for_each(|(block, first)| {
				for (states, lane) in block.chunks_mut(steps + 1).zip(first..) {
					let mut state = walk::start(seed, lane);
					states[0] = state;
					for (after, step) in states[1..].iter_mut().zip(u64::from(lane) * steps as u64..) {
						for number in walk::reads_of(step) {
							let chunk = &chunks[walk::address(state, profile.chunks()) as usize];
							state = walk::mix(state, number, chunk);
						}
						*after = state;
					}
				}
				count.add(block.len() / (steps + 1))
			});
		self.states = states;
		result
	}

	fn state_tiles(&mut self, control: &Control) -> Result<Vec<Hash>, Error> {
		tree_tiles(&self.states, Phase::WalkTree, control, |state| {
			merkle::leaf(&state.to_le_bytes())
		})
	}

	fn chunks(&self, range: Range<u64>) -> Result<Vec<Chunk>, Error> {
		part(&self.chunks, range)
	}

	fn states(&self, range: Range<u64>) -> Result<Vec<u64>, Error> {
		part(&self.states, range)
	}
}
