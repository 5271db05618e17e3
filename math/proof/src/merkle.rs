//! Merkle trees: leaves and nodes are hashed with different prefixes, and an odd node is paired with itself.
//!
//! Who checks a path knows how many leaves the tree has. The path's length and the index are held against that, so that
//! no node passes for a leaf and no leaf stands at two places.

use crate::{hash, Hash};

/// The hash of a leaf.
pub fn leaf(data: &[u8]) -> Hash {
	hash(&[&[0], data])
}

/// The hash of a node over two others.
pub fn node(left: &Hash, right: &Hash) -> Hash {
	hash(&[&[1], left, right])
}

/// Levels between the leaves and the root of a tree of `leaves` leaves.
pub const fn depth(leaves: u64) -> u32 {
	u64::BITS.saturating_sub(leaves.saturating_sub(1).leading_zeros())
}

/// The root that follows from a leaf's hash, its index and its siblings from the bottom up.
pub fn root_from<'a>(leaf: Hash, index: u64, siblings: impl IntoIterator<Item = &'a Hash>) -> Hash {
	let mut index = index;
	siblings.into_iter().fold(leaf, |below, sibling| {
		let right = index & 1 == 1;
		index >>= 1;
		if right {
			node(sibling, &below)
		} else {
			node(&below, sibling)
		}
	})
}

/// Whether `root` is that of a tree of `leaves` leaves with `leaf` at `index`, going by its siblings from the bottom up.
pub fn contains(root: &Hash, leaves: u64, leaf: Hash, index: u64, siblings: &[Hash]) -> bool {
	index < leaves && u32::try_from(siblings.len()) == Ok(depth(leaves)) && root_from(leaf, index, siblings) == *root
}
