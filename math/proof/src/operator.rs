//! One root over the roots of all GPUs of an operator.
//!
//! A Merkle tree with a leaf for every id that there can be, 64 levels high, of which nearly all are empty: a GPU's
//! place is its id. An operator can therefore not commit two roots for one GPU and later show the one that suits the
//! picks. A subtree without GPUs has the hash zero.

use crate::{hash, merkle::node, Hash};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Levels of the tree.
const LEVELS: u32 = u64::BITS;

/// The hash of a subtree without GPUs.
const EMPTY: Hash = [0; 32];

/// A GPU's place below its operator's root: the siblings from the bottom up, without the empty ones.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct GpuPath {
	/// Bit `i` is set where the sibling at level `i` from the bottom is not empty.
	pub occupied: u64,
	/// These siblings.
	pub siblings: BoundedVec<Hash, ConstU32<LEVELS>>,
}

/// The leaf of a GPU.
fn leaf(gpu: u64, root: &Hash) -> Hash {
	hash(&[&[2], &gpu.to_le_bytes(), root])
}

/// The node over two subtrees.
fn parent(left: &Hash, right: &Hash) -> Hash {
	if *left == EMPTY && *right == EMPTY {
		EMPTY
	} else {
		node(left, right)
	}
}

/// Whether an operator's root holds `gpu_root` as that of `gpu`.
pub fn contains(operator_root: &Hash, gpu: u64, gpu_root: &Hash, path: &GpuPath) -> bool {
	let mut siblings = path.siblings.iter();
	let mut below = leaf(gpu, gpu_root);
	for level in 0..LEVELS {
		let occupied = path.occupied.checked_shr(level).is_some_and(|bits| bits & 1 == 1);
		let sibling = match occupied.then(|| siblings.next()) {
			None => &EMPTY,
			Some(Some(sibling)) => sibling,
			Some(None) => return false,
		};
		let right = gpu.checked_shr(level).is_some_and(|bits| bits & 1 == 1);
		below = if right {
			parent(sibling, &below)
		} else {
			parent(&below, sibling)
		};
	}
	siblings.next().is_none() && below == *operator_root
}

/// An operator's side of it: the tree over its GPUs.
pub struct Tree {
	/// Of each level from the bottom up, the subtrees with GPUs and their index in the level, ascending.
	levels: Vec<Vec<(u64, Hash)>>,
}

impl Tree {
	/// The tree over the roots of GPUs; nothing if a GPU is named twice.
	pub fn new(gpus: impl IntoIterator<Item = (u64, Hash)>) -> Option<Self> {
		let mut level: Vec<_> = gpus.into_iter().map(|(gpu, root)| (gpu, leaf(gpu, &root))).collect();
		level.sort_unstable_by_key(|(gpu, _)| *gpu);
		if level.is_sorted_by(|(one, _), (next, _)| one < next) {
			let mut levels = Vec::new();
			for _ in 0..LEVELS {
				let above = Self::above(&level);
				levels.push(level);
				level = above;
			}
			levels.push(level);
			Some(Self { levels })
		} else {
			None
		}
	}

	/// The level above another.
	fn above(level: &[(u64, Hash)]) -> Vec<(u64, Hash)> {
		level
			.chunk_by(|(one, _), (next, _)| one >> 1 == next >> 1)
			.filter_map(|pair| match pair {
				[(index, only)] if index & 1 == 0 => Some((index >> 1, parent(only, &EMPTY))),
				[(index, only)] => Some((index >> 1, parent(&EMPTY, only))),
				[(index, left), (_, right)] => Some((index >> 1, parent(left, right))),
				_ => None,
			})
			.collect()
	}

	/// The operator's root; that of no GPUs at all is zero.
	pub fn root(&self) -> Hash {
		self.levels
			.last()
			.and_then(|top| top.first())
			.map_or(EMPTY, |(_, root)| *root)
	}

	/// A GPU's path, if the GPU is in the tree.
	pub fn path(&self, gpu: u64) -> Option<GpuPath> {
		let found = |level: &[(u64, Hash)], index: u64| {
			let place = level.binary_search_by_key(&index, |(index, _)| *index).ok()?;
			level.get(place).map(|(_, hash)| *hash)
		};
		found(self.levels.first()?, gpu)?;
		let mut path = GpuPath {
			occupied: 0,
			siblings: BoundedVec::new(),
		};
		for (height, level) in (0..LEVELS).zip(&self.levels) {
			let index = gpu.checked_shr(height)?;
			if let Some(sibling) = found(level, index ^ 1) {
				path.occupied |= 1u64.checked_shl(height)?;
				path.siblings.try_push(sibling).ok()?;
			}
		}
		Some(path)
	}
}
