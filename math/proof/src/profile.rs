//! How large a challenge is, and what checking it costs.

use crate::{merkle, walk::READS};
use codec::{Decode, DecodeWithMemTracking, Encode, Error as CodecError, Input, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Rows and columns at most.
pub const MAX_SIDE: u32 = 1 << 24;

/// Entries of a row of A and of a column of B at most, a multiple of [`KEYSTREAM_BLOCK`]. A product of two entries is at most
/// 2^10 in size, so that an entry of C is below 2^31 in size and fits an i32.
pub const MAX_K: u32 = (1 << 21) - KEYSTREAM_BLOCK;

/// `k` times the openings at most: what verifying a proof expands is 128 MiB of keystream then.
pub const MAX_EXPANSION: u32 = 1 << 26;

/// Bytes of a keystream block, of which `k` is a multiple.
pub const KEYSTREAM_BLOCK: u32 = 64;

/// Chunks of the fill, and states of the walk, at most: 2^32 chunks are 256 GiB.
pub const MAX_LEAVES: u64 = 1 << 32;

/// Levels of a Merkle tree over [`MAX_LEAVES`] leaves, below the root.
pub const MAX_DEPTH: u32 = 32;

/// Entries, and steps, that a proof opens at most.
pub const MAX_OPENINGS: u32 = 64;

/// Why a profile was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileError {
	/// A size is zero.
	Zero,
	/// More rows or columns than [`MAX_SIDE`].
	TooWide,
	/// The columns are not a multiple of [`crate::CHUNK_ENTRIES`].
	BrokenChunk,
	/// `k` is over [`MAX_K`] or not a multiple of [`KEYSTREAM_BLOCK`].
	BadDepth,
	/// More chunks or states than [`MAX_LEAVES`].
	TooManyLeaves,
	/// More openings than [`MAX_OPENINGS`].
	TooManyOpenings,
	/// `k` times the openings is over [`MAX_EXPANSION`].
	TooDear,
}

impl ProfileError {
	const fn text(self) -> &'static str {
		match self {
			Self::Zero => "a size is zero",
			Self::TooWide => "there are more than 2^24 rows or columns",
			Self::BrokenChunk => "the columns are not a multiple of 16",
			Self::BadDepth => "k is not below 2^21 or not a multiple of 64",
			Self::TooManyLeaves => "there are more than 2^32 chunks or states",
			Self::TooManyOpenings => "there are more than 64 openings",
			Self::TooDear => "k times the openings is over 2^26",
		}
	}
}

impl core::fmt::Display for ProfileError {
	fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		formatter.write_str(self.text())
	}
}

impl core::error::Error for ProfileError {}

/// The size of a challenge to one GPU. Only profiles within the bounds exist: decoding refuses any other, and so does
/// JSON.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Serialize, Deserialize,
)]
#[serde(try_from = "Raw")]
pub struct Profile {
	rows: u32,
	columns: u32,
	k: u32,
	lanes: u32,
	steps: u32,
	openings: u32,
}

/// What verifying a proof costs at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
	/// Bytes of ChaCha8 keystream that are expanded, and half as many multiplications.
	pub keystream_bytes: u64,
	/// BLAKE2b-256 hashes of at most 128 bytes, which is one compression each.
	pub hashes: u64,
	/// Bytes of the encoded proof.
	pub proof_bytes: u64,
}

impl Profile {
	/// A challenge to multiply A (`rows` x `k`) by B (`k` x `columns`), to walk `lanes` lanes of `steps` steps of
	/// [`READS`] dependent reads over the product, and to open `openings` entries and as many steps.
	///
	/// Fails with the [`ProfileError`] that says which bound is not kept.
	pub fn new(rows: u32, columns: u32, k: u32, lanes: u32, steps: u32, openings: u32) -> Result<Self, ProfileError> {
		let profile = Self {
			rows,
			columns,
			k,
			lanes,
			steps,
			openings,
		};
		let refusals = [
			(
				[rows, columns, k, lanes, steps, openings].contains(&0),
				ProfileError::Zero,
			),
			(rows > MAX_SIDE || columns > MAX_SIDE, ProfileError::TooWide),
			(columns.checked_rem(16) != Some(0), ProfileError::BrokenChunk),
			(
				k > MAX_K || k.checked_rem(KEYSTREAM_BLOCK) != Some(0),
				ProfileError::BadDepth,
			),
			(
				profile.chunks() > MAX_LEAVES || profile.states() > MAX_LEAVES,
				ProfileError::TooManyLeaves,
			),
			(openings > MAX_OPENINGS, ProfileError::TooManyOpenings),
			(k.saturating_mul(openings) > MAX_EXPANSION, ProfileError::TooDear),
		];
		match refusals.into_iter().find(|(refused, _)| *refused) {
			Some((_, error)) => Err(error),
			None => Ok(profile),
		}
	}

	/// Rows of A and of the product.
	pub const fn rows(&self) -> u32 {
		self.rows
	}

	/// Columns of B and of the product, a multiple of 16.
	pub const fn columns(&self) -> u32 {
		self.columns
	}

	/// Entries of a row of A and of a column of B, a multiple of 64.
	pub const fn k(&self) -> u32 {
		self.k
	}

	/// Lanes of the walk.
	pub const fn lanes(&self) -> u32 {
		self.lanes
	}

	/// Steps of a lane, of [`READS`] dependent reads each.
	pub const fn steps(&self) -> u32 {
		self.steps
	}

	/// Entries, and steps, that a proof opens.
	pub const fn openings(&self) -> u32 {
		self.openings
	}

	/// Entries of the product.
	pub fn entries(&self) -> u64 {
		u64::from(self.rows).saturating_mul(self.columns.into())
	}

	/// Chunks of the product: the leaves of the fill.
	pub fn chunks(&self) -> u64 {
		self.entries() >> 4
	}

	/// Bytes of the product: the memory that is proven.
	pub fn memory(&self) -> u64 {
		self.entries().saturating_mul(4)
	}

	/// Multiplications of the fill.
	pub fn multiplications(&self) -> u128 {
		u128::from(self.entries()).saturating_mul(self.k.into())
	}

	/// Steps of all lanes.
	pub fn all_steps(&self) -> u64 {
		u64::from(self.lanes).saturating_mul(self.steps.into())
	}

	/// Reads of all lanes.
	pub fn reads(&self) -> u64 {
		self.all_steps().saturating_mul(READS.into())
	}

	/// States of the walk, the first and the last of each lane included: the leaves of the transcript.
	pub fn states(&self) -> u64 {
		self.all_steps().saturating_add(self.lanes.into())
	}

	/// What verifying a proof costs at most; with these bounds the proof stays below 800 kB.
	pub fn cost(&self) -> Cost {
		let openings = u64::from(self.openings);
		let (fill, states) = (
			u64::from(merkle::depth(self.chunks())),
			u64::from(merkle::depth(self.states())),
		);
		// An opening is an entry and a step: its reads and the entry's chunk, two states, and two picks and a lane's start.
		let chunks = u64::from(READS).saturating_add(1);
		let chunk_hashes = chunks.saturating_mul(fill.saturating_add(1));
		let state_hashes = states.saturating_add(1).saturating_mul(2);
		let path = |depth: u64| depth.saturating_mul(32).saturating_add(1);
		let chunk_bytes = path(fill).saturating_add(64).saturating_mul(chunks);
		let state_bytes = path(states).saturating_add(8).saturating_mul(2);
		let hashes = chunk_hashes.saturating_add(state_hashes).saturating_add(3);
		let bytes = chunk_bytes.saturating_add(state_bytes).saturating_add(1);
		Cost {
			keystream_bytes: openings.saturating_mul(u64::from(self.k).saturating_mul(2)),
			// And the two keys.
			hashes: openings.saturating_mul(hashes).saturating_add(2),
			// And how many entries and steps there are, of two bytes each at most.
			proof_bytes: openings.saturating_mul(bytes).saturating_add(4),
		}
	}
}

/// A [`Profile`] as it was read, within the bounds or not.
#[derive(Decode, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
	rows: u32,
	columns: u32,
	k: u32,
	lanes: u32,
	steps: u32,
	openings: u32,
}

impl TryFrom<Raw> for Profile {
	type Error = ProfileError;

	fn try_from(raw: Raw) -> Result<Self, Self::Error> {
		Profile::new(raw.rows, raw.columns, raw.k, raw.lanes, raw.steps, raw.openings)
	}
}

impl Decode for Profile {
	fn decode<I: Input>(input: &mut I) -> Result<Self, CodecError> {
		Profile::try_from(Raw::decode(input)?).map_err(|error| error.text().into())
	}
}
