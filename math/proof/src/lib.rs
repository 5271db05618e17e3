#![cfg_attr(not(feature = "std"), no_std)]
#![doc = include_str!("../README.md")]
// Runs on chain on what anybody sends: nothing panics, nothing is indexed unchecked, nothing loses bits in silence.
#![deny(
	clippy::arithmetic_side_effects,
	clippy::cast_lossless,
	clippy::cast_possible_truncation,
	clippy::cast_possible_wrap,
	clippy::cast_sign_loss,
	clippy::expect_used,
	clippy::float_arithmetic,
	clippy::indexing_slicing,
	clippy::panic,
	clippy::unwrap_used,
	missing_docs
)]

extern crate alloc;

pub mod cards;
pub mod expansion;
pub mod merkle;
pub mod operator;
pub mod profile;
pub mod prover;
pub mod seeds;
pub mod verification;
pub mod walk;

pub use profile::{Cost, Profile, ProfileError};
pub use seeds::{Purpose, Seeds};
pub use verification::{verify, ChunkOpening, Path, Proof, Refusal, Roots, StepOpening};

use blake2::{digest::consts::U32, Blake2b, Digest};

/// BLAKE2b-256.
pub type Hash = [u8; 32];

/// Entries of a chunk.
pub const CHUNK_ENTRIES: usize = 16;

/// Sixteen neighbouring entries of a row, little-endian: what a Merkle leaf holds and a step of the walk reads.
pub type Chunk = [u8; 64];

/// BLAKE2b-256 of the parts, one after another.
pub fn hash(parts: &[&[u8]]) -> Hash {
	let mut state = Blake2b::<U32>::new();
	for part in parts {
		state.update(part);
	}
	state.finalize().into()
}

/// The first eight bytes of a hash, little-endian.
pub(crate) fn first_u64(hash: Hash) -> u64 {
	let [a, b, c, d, e, f, g, h, ..] = hash;
	u64::from_le_bytes([a, b, c, d, e, f, g, h])
}
