//! The randomness of a round, made a GPU's own.

use crate::{first_u64, hash, Hash};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// What a seed is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
	/// The matrices.
	Fill,
	/// The starts of the lanes.
	Walk,
	/// The entries and steps to open.
	Pick,
}

/// A GPU's seed in a round of the chain that started with `genesis`, from randomness that the chain drew for it.
///
/// No two chains, rounds, GPUs or purposes share a seed, so that no answer serves twice.
pub fn seed(purpose: Purpose, genesis: &Hash, round: u64, gpu: u64, randomness: &Hash) -> Hash {
	let label: &[u8] = match purpose {
		Purpose::Fill => b"millpond fill",
		Purpose::Walk => b"millpond walk",
		Purpose::Pick => b"millpond pick",
	};
	hash(&[label, genesis, &round.to_le_bytes(), &gpu.to_le_bytes(), randomness])
}

/// The three seeds of a challenge to one GPU. Each is drawn after the answer to the one before was committed.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
	Serialize,
	Deserialize,
)]
pub struct Seeds {
	/// Of the matrices.
	pub fill: Hash,
	/// Of the starts of the lanes.
	pub walk: Hash,
	/// Of the entries and steps to open.
	pub pick: Hash,
}

/// The `number`th of the picks of `seed` under `label`: below `bound`, which is not zero.
fn pick(seed: &Hash, label: &[u8], number: u32, bound: u64) -> u64 {
	first_u64(hash(&[label, seed, &u64::from(number).to_le_bytes()]))
		.checked_rem(bound)
		.unwrap_or_default()
}

/// The `number`th entry to open, of `entries`.
pub fn entry_pick(seed: &Hash, number: u32, entries: u64) -> u64 {
	pick(seed, b"entry", number, entries)
}

/// The `number`th step to open, of `steps` of all lanes, lane after lane.
pub fn step_pick(seed: &Hash, number: u32, steps: u64) -> u64 {
	pick(seed, b"step", number, steps)
}
