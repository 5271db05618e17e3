//! The capacity calendar: how many GPUs of a pool are booked in each slice of time.
//!
//! A 64-ary tree of height 4 over slices (10 minutes each; 64^4 of them are 319 years). One stored value is one node of
//! 64 entries; an entry has `add`, booked in every slice below it, and `max`, the most booked in any slice below it on
//! top of that. A range is added to whole entries where it covers them and descends only at its two edges, so that a
//! booking of any length touches at most 1 + 2 x (4 - 1) = 7 nodes. Nothing is pushed down.
//!
//! What all entries of a node have in common is moved up to the entry above it, so that the smallest `add` of every node
//! but the root is zero. Hence the tree depends only on what is booked, not on how it came to be: the least booked in a
//! range is known as well as the most, and where nothing is booked there is no node.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A slice of time, counted from an origin that the caller chooses (the Unix epoch, say).
pub type Slice = u32;

/// Entries of a node.
pub const FAN: u32 = 64;

/// Levels of the tree.
pub const HEIGHT: u32 = 4;

/// The first slice beyond the calendar, 64^4.
pub const HORIZON: Slice = FAN.pow(HEIGHT);

/// The most nodes that a booking or a question touches.
pub const MOST_NODES: u32 = 1 + 2 * (HEIGHT - 1);

/// Why the calendar refused. Nothing has been written then, but for [`Error::Corrupt`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum Error {
	/// The range has no slice.
	EmptyRange,
	/// The range ends beyond [`HORIZON`].
	OutOfHorizon,
	/// The range begins in a part of the past that has been reclaimed.
	Reclaimed,
	/// More would be given back than is booked in some slice of the range.
	BelowZero,
	/// More than 2^32 - 1 would be booked in some slice of the range.
	Overflow,
	/// The nodes do not belong together: the storage holds something that the calendar has not written.
	Corrupt,
}

/// The name of a node.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct NodeKey {
	/// 0 for a node of slices, up to `HEIGHT - 1` for the root.
	pub level: u32,
	/// Its number on its level: the slices from `index x 64^(level + 1)` on are below it.
	pub index: u32,
}

/// One of the 64 entries of a node.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Entry {
	/// Booked in every slice below the entry.
	#[codec(compact)]
	pub add: u32,
	/// The most booked in any slice below the entry, without `add`.
	#[codec(compact)]
	pub max: u32,
}

/// A node of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Node(pub [Entry; 64]);

impl Default for Node {
	fn default() -> Self {
		Node([Entry::default(); 64])
	}
}

/// Where the nodes of one calendar are kept.
pub trait Nodes {
	/// The node of that name, if there is one.
	fn get(&self, key: NodeKey) -> Option<Node>;
	/// Writes or overwrites a node.
	fn set(&mut self, key: NodeKey, node: Node);
	/// Removes a node, if it is there.
	fn remove(&mut self, key: NodeKey);
}

/// The least and the most booked in the slices of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booked {
	/// In the slice with the least.
	pub least: u32,
	/// In the slice with the most.
	pub most: u32,
}

/// A capacity calendar; its nodes are kept outside.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Calendar {
	/// Nodes that hold only slices before this one have been removed.
	#[codec(compact)]
	reclaimed: Slice,
}

impl Calendar {
	/// A calendar of which no slice before `first` will be used.
	pub fn starting_at(first: Slice) -> Self {
		Calendar {
			reclaimed: start_of_leaf(first),
		}
	}

	/// The slice from which on the calendar can be used.
	pub fn reclaimed(&self) -> Slice {
		self.reclaimed
	}

	/// The least and the most GPUs booked in the slices `[start, end)`.
	pub fn booked(&self, nodes: &impl Nodes, start: Slice, end: Slice) -> Result<Booked, Error> {
		self.ensure_usable(start, end)?;
		look(nodes, ROOT, start, end)
	}

	fn ensure_usable(&self, start: Slice, end: Slice) -> Result<(), Error> {
		if start >= end {
			return Err(Error::EmptyRange);
		}
		if end > HORIZON {
			return Err(Error::OutOfHorizon);
		}
		if start < self.reclaimed {
			return Err(Error::Reclaimed);
		}
		Ok(())
	}

	/// The last slice of `[start, end)` in which more than `gpus` GPUs are booked.
	pub fn last_above(&self, nodes: &impl Nodes, start: Slice, end: Slice, gpus: u32) -> Result<Option<Slice>, Error> {
		self.ensure_usable(start, end)?;
		last_above(nodes, ROOT, start, end, gpus)
	}

	/// In how many slices of `[start, end)` more than `gpus` GPUs are booked. Looks at no more than `most` nodes (and the
	/// root): an entry that it does not look into counts in full if there is any such slice below it.
	pub fn slices_above(
		&self,
		nodes: &impl Nodes,
		start: Slice,
		end: Slice,
		gpus: u32,
		most: u32,
	) -> Result<u32, Error> {
		self.ensure_usable(start, end)?;
		slices_above(nodes, ROOT, start, end, gpus, &mut { most })
	}

	/// Books `gpus` in each slice of `[start, end)`. The caller compares with the capacity first.
	pub fn book(&self, nodes: &mut impl Nodes, start: Slice, end: Slice, gpus: u32) -> Result<(), Error> {
		self.booked(nodes, start, end)?
			.most
			.checked_add(gpus)
			.ok_or(Error::Overflow)?;
		add(nodes, ROOT, start, end, gpus.into())?;
		Ok(())
	}

	/// Gives `gpus` back in each slice of `[start, end)`, whether they were booked by that range or by others.
	pub fn give_back(&self, nodes: &mut impl Nodes, start: Slice, end: Slice, gpus: u32) -> Result<(), Error> {
		self.booked(nodes, start, end)?
			.least
			.checked_sub(gpus)
			.ok_or(Error::BelowZero)?;
		add(nodes, ROOT, start, end, i64::from(gpus).saturating_neg())?;
		Ok(())
	}

	/// Removes nodes that hold only slices before `before`, in at most `steps` steps, and returns how many it took: fewer
	/// than `steps` when nothing is left to do. A step reads at most `HEIGHT - 1` nodes and removes at most `HEIGHT`.
	///
	/// The entries above a removed node stay as they are: no range that can still be asked for covers them whole.
	pub fn reclaim(&mut self, nodes: &mut impl Nodes, before: Slice, steps: u32) -> u32 {
		let goal = start_of_leaf(before.min(HORIZON));
		for taken in 0..steps {
			if self.reclaimed >= goal {
				return taken;
			}
			// Where a node is missing nothing is below it, so that the longest such stretch is passed in one step.
			let missing = (1..HEIGHT).rev().map(|level| NodeKey::over(level, self.reclaimed));
			let passed = missing.into_iter().find(|key| nodes.get(*key).is_none());
			let next = passed.unwrap_or(NodeKey::over(0, self.reclaimed)).end().min(goal);
			for level in 0..HEIGHT {
				let last = NodeKey::over(level, next.saturating_sub(1));
				if last.end() == next {
					nodes.remove(last);
				}
			}
			self.reclaimed = next;
		}
		steps
	}

	/// Removes the rest of the calendar, unless something is booked from `now` on or its past has not been reclaimed up to
	/// there: the nodes above `now`, one of each level. Tells whether it did: a new calendar may take its place then.
	pub fn remove_if_over(&self, nodes: &mut impl Nodes, now: Slice) -> Result<bool, Error> {
		let is_over = self.reclaimed >= start_of_leaf(now) && self.booked(nodes, now, HORIZON)?.most == 0;
		if is_over {
			(0..HEIGHT).for_each(|level| nodes.remove(NodeKey::over(level, now)));
		}
		Ok(is_over)
	}
}

const ROOT: NodeKey = NodeKey {
	level: HEIGHT - 1,
	index: 0,
};

impl NodeKey {
	/// The node of `level` that `slice` is below.
	fn over(level: u32, slice: Slice) -> Self {
		NodeKey {
			level,
			index: slice.checked_div(slices(level.saturating_add(1))).unwrap_or_default(),
		}
	}

	/// The first slice after those below the node.
	fn end(self) -> Slice {
		self.index
			.saturating_add(1)
			.saturating_mul(slices(self.level.saturating_add(1)))
	}

	/// The node below entry `child`.
	fn below(self, child: u32) -> Result<Self, Error> {
		let level = self.level.checked_sub(1).ok_or(Error::Corrupt)?;
		Ok(NodeKey {
			level,
			index: self.index.saturating_mul(FAN).saturating_add(child),
		})
	}

	/// The part of `[start, end)`, counted from the node's first slice, that is below entry `child`, counted from that
	/// entry's first slice; and whether it is all that is below it.
	fn overlap(self, child: u32, start: Slice, end: Slice) -> Option<(Slice, Slice, bool)> {
		let span = slices(self.level);
		let first = span.saturating_mul(child);
		let start = start.saturating_sub(first);
		let end = end.saturating_sub(first).min(span);
		(start < end).then_some((start, end, start == 0 && end == span))
	}
}

/// The slices below an entry of a node of `level`: 64^level.
fn slices(level: u32) -> Slice {
	FAN.saturating_pow(level)
}

/// The first slice of the node of level 0 that holds `slice`.
fn start_of_leaf(slice: Slice) -> Slice {
	slice.saturating_sub(slice % FAN)
}

/// The least and the most booked in `[start, end)` below the node, without what is booked above it.
fn look(nodes: &impl Nodes, key: NodeKey, start: Slice, end: Slice) -> Result<Booked, Error> {
	let Some(node) = nodes.get(key) else {
		return Ok(Booked { least: 0, most: 0 });
	};
	let mut found = Booked {
		least: u32::MAX,
		most: 0,
	};
	for (child, entry) in (0..).zip(node.0) {
		let Some((start, end, whole)) = key.overlap(child, start, end) else {
			continue;
		};
		let below = match whole {
			true => Booked {
				least: 0,
				most: entry.max,
			},
			false => look(nodes, key.below(child)?, start, end)?,
		};
		found.least = found
			.least
			.min(below.least.checked_add(entry.add).ok_or(Error::Corrupt)?);
		found.most = found.most.max(below.most.checked_add(entry.add).ok_or(Error::Corrupt)?);
	}
	Ok(found)
}

/// The last slice of `[start, end)` below the node, counted from its first, in which more than `gpus` are booked, without
/// what is booked above it. Descends at the range's two edges and once where the answer is.
fn last_above(nodes: &impl Nodes, key: NodeKey, start: Slice, end: Slice, gpus: u32) -> Result<Option<Slice>, Error> {
	let Some(node) = nodes.get(key) else {
		return Ok(None);
	};
	for (child, entry) in (0..FAN).zip(node.0).rev() {
		let Some((start, end, _)) = key.overlap(child, start, end) else {
			continue;
		};
		let found = match gpus.checked_sub(entry.add) {
			// More in every slice below the entry.
			None => end.checked_sub(1),
			Some(rest) if entry.max > rest => last_above(nodes, key.below(child)?, start, end, rest)?,
			Some(_) => None,
		};
		if let Some(slice) = found {
			return Ok(Some(slices(key.level).saturating_mul(child).saturating_add(slice)));
		}
	}
	Ok(None)
}

/// In how many slices of `[start, end)` below the node, counted from its first, more than `gpus` are booked, without what is
/// booked above it. `left` is the number of nodes that may be looked at yet, this one among them.
fn slices_above(
	nodes: &impl Nodes,
	key: NodeKey,
	start: Slice,
	end: Slice,
	gpus: u32,
	left: &mut u32,
) -> Result<u32, Error> {
	*left = left.saturating_sub(1);
	let Some(node) = nodes.get(key) else {
		return Ok(0);
	};
	let mut above: u32 = 0;
	for (child, entry) in (0..).zip(node.0) {
		let Some((start, end, _)) = key.overlap(child, start, end) else {
			continue;
		};
		let all = end.saturating_sub(start);
		let found = match gpus.checked_sub(entry.add) {
			// More in every slice below the entry.
			None => all,
			Some(rest) if entry.max <= rest => 0,
			Some(_) if *left == 0 => all,
			Some(rest) => slices_above(nodes, key.below(child)?, start, end, rest, left)?,
		};
		above = above.saturating_add(found);
	}
	Ok(above)
}

/// Adds `gpus` to each slice of `[start, end)` below the node. Returns what is now common to all slices below it and moves
/// to the entry above, and the most booked in any of them on top of that.
fn add(nodes: &mut impl Nodes, key: NodeKey, start: Slice, end: Slice, gpus: i64) -> Result<(i64, u32), Error> {
	let mut node = nodes.get(key).unwrap_or_default();
	let mut sums = node.0.map(|entry| i64::from(entry.add));
	for (child, (entry, sum)) in (0..).zip(node.0.iter_mut().zip(&mut sums)) {
		let Some((start, end, whole)) = key.overlap(child, start, end) else {
			continue;
		};
		let change = match whole {
			true => gpus,
			false => {
				let (common, max) = add(nodes, key.below(child)?, start, end, gpus)?;
				entry.max = max;
				common
			}
		};
		*sum = sum.saturating_add(change);
	}
	// The root has no entry above it to take what is common.
	let common = if key == ROOT {
		0
	} else {
		sums.into_iter().min().unwrap_or_default()
	};
	let mut most = 0;
	for (entry, sum) in node.0.iter_mut().zip(sums) {
		entry.add = sum.saturating_sub(common).try_into().map_err(|_| Error::Corrupt)?;
		most = most.max(entry.add.checked_add(entry.max).ok_or(Error::Corrupt)?);
	}
	match node == Node::default() {
		true => nodes.remove(key),
		false => nodes.set(key, node),
	}
	Ok((common, most))
}
