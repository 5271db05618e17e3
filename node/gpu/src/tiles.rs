//! Merkle trees of which only the upper part is kept.
//!
//! All hashes over a fill would take half as much memory as the fill. The nodes over *tiles* of 1,024 leaves are kept, and
//! those above them; the lower part of a path is computed again from the leaves of one tile.

use millpond_proof::{merkle, Hash};
use rayon::prelude::*;
use std::ops::Range;

/// Leaves of a tile.
pub const TILE: usize = 1 << TILE_LEVELS;

/// Levels from the leaves to the node over a tile, in a tree of more than one tile.
pub const TILE_LEVELS: u32 = 10;

/// Levels from the leaves to the nodes over the tiles of a tree of `leaves` leaves.
pub fn tile_levels(leaves: u64) -> u32 {
	merkle::depth(leaves).min(TILE_LEVELS)
}

/// Tiles of `leaves` leaves.
pub fn tiles(leaves: u64) -> u64 {
	leaves.div_ceil(TILE as u64)
}

/// The level above another; an odd last node is paired with itself.
fn above(level: &[Hash]) -> Vec<Hash> {
	let pairs = level.par_chunks(2).with_min_len(512);
	pairs
		.filter_map(|pair| Some(merkle::node(pair.first()?, pair.last()?)))
		.collect()
}

/// The node over the hashes of a tile's leaves, `levels` levels up.
pub fn reduce(mut level: Vec<Hash>, levels: u32) -> Hash {
	for _ in 0..levels {
		level = above(&level);
	}
	level.first().copied().unwrap_or_default()
}

/// The upper part of a tree.
pub struct Tree {
	leaves: u64,
	/// From the nodes over the tiles up to the root.
	levels: Vec<Vec<Hash>>,
}

impl Tree {
	/// The tree of `leaves` leaves, going by the nodes over its tiles.
	pub fn new(leaves: u64, tiles: Vec<Hash>) -> Self {
		let mut levels = vec![tiles];
		while let Some(low) = levels.last().filter(|level| level.len() > 1) {
			levels.push(above(low));
		}
		Self { leaves, levels }
	}

	/// The root.
	pub fn root(&self) -> Hash {
		self.levels
			.last()
			.and_then(|top| top.first())
			.copied()
			.unwrap_or_default()
	}

	/// The leaves of the tile with the leaf at `index`.
	pub fn tile_of(&self, index: u64) -> Range<u64> {
		let first = index - index % TILE as u64;
		first..(first + TILE as u64).min(self.leaves)
	}

	/// The siblings of the leaf at `index` from the bottom up, going by the hashes of its tile's leaves.
	pub fn path(&self, index: u64, tile: Vec<Hash>) -> Vec<Hash> {
		let mut path = Vec::new();
		let mut sibling_of = |level: &[Hash], index: u64| {
			let sibling = usize::try_from(index ^ 1).ok().and_then(|index| level.get(index));
			path.extend(sibling.or(level.last()));
		};
		let (mut level, mut place) = (tile, index % TILE as u64);
		for _ in 0..tile_levels(self.leaves) {
			sibling_of(&level, place);
			(level, place) = (above(&level), place / 2);
		}
		let mut place = index / TILE as u64;
		for level in self.levels.iter().filter(|level| level.len() > 1) {
			sibling_of(level, place);
			place /= 2;
		}
		path
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn paths_should_lead_to_the_root_when_the_tree_has_any_number_of_leaves() {
		for leaves in [1, 2, 3, 1_000, 1_023, 1_024, 1_025, 2_048, 2_049, 3_073, 5_000, 10_241] {
			let hashes: Vec<_> = (0..leaves as u64)
				.map(|leaf| merkle::leaf(&leaf.to_le_bytes()))
				.collect();
			let levels = tile_levels(leaves as u64);
			let tiles: Vec<_> = hashes.chunks(TILE).map(|tile| reduce(tile.to_vec(), levels)).collect();
			assert_eq!(tiles.len() as u64, super::tiles(leaves as u64));
			let tree = Tree::new(leaves as u64, tiles);
			let whole = reduce(hashes.clone(), merkle::depth(leaves as u64));
			assert_eq!(tree.root(), whole, "{leaves} leaves");
			for index in (0..leaves).step_by(97).chain([leaves - 1]) {
				let range = tree.tile_of(index as u64);
				let tile = hashes[range.start as usize..range.end as usize].to_vec();
				let path = tree.path(index as u64, tile);
				assert!(
					merkle::contains(&whole, leaves as u64, hashes[index], index as u64, &path),
					"leaf {index} of {leaves}"
				);
			}
		}
	}
}
