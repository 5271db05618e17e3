//! The walk over the product: lanes of reads, each of which names the next.
//!
//! A proof shows single steps, not whole lanes. That each read is mixed with its number makes every step another
//! function, so that a piece of the walk cannot be computed once and committed at many places; and a step is several
//! reads, so that who jumps over the reads that he cannot answer has to jump in many of the steps.

use crate::{first_u64, hash, Chunk, Hash};

/// Dependent reads of a step.
pub const READS: u32 = 8;

/// The state in which a lane of the walk of `seed` starts.
pub fn start(seed: &Hash, lane: u32) -> u64 {
	first_u64(hash(&[b"walk", seed, &u64::from(lane).to_le_bytes()]))
}

/// The numbers of the reads of a step, `step` counting those of all lanes.
pub fn reads_of(step: u64) -> impl Iterator<Item = u64> {
	let first = step.saturating_mul(READS.into());
	first..first.saturating_add(READS.into())
}

/// The chunk that a state reads, of `chunks`.
pub const fn address(state: u64, chunks: u64) -> u64 {
	match state.checked_rem(chunks) {
		Some(address) => address,
		None => 0,
	}
}

/// The state after `state` has read `chunk` as the `number`th read of all lanes, one lane after the other.
pub fn mix(state: u64, number: u64, chunk: &Chunk) -> u64 {
	let (words, _) = chunk.as_chunks::<4>();
	words.iter().fold(state ^ number, |folded, word| {
		let folded = (folded ^ u64::from(u32::from_le_bytes(*word))).wrapping_mul(0x9E37_79B9_7F4A_7C15);
		folded ^ (folded >> 29)
	})
}
