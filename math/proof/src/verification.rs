//! What a proof consists of, and whether it holds.

use crate::{
	expansion::Keys,
	merkle,
	profile::{MAX_DEPTH, MAX_OPENINGS},
	seeds::{entry_pick, step_pick},
	walk, Chunk, Hash, Profile, Seeds,
};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The siblings on the way from a leaf to the root, from the bottom up.
pub type Path = BoundedVec<Hash, ConstU32<MAX_DEPTH>>;

/// What a GPU committed to.
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
pub struct Roots {
	/// Over the chunks of the product, row after row.
	pub fill: Hash,
	/// Over the states of the walk, lane after lane.
	pub walk: Hash,
}

/// A chunk of the fill.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct ChunkOpening {
	/// The chunk.
	pub chunk: Chunk,
	/// Its path in the fill.
	pub path: Path,
}

/// A picked step of the walk.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct StepOpening {
	/// The state before the step.
	pub state: u64,
	/// Its path in the transcript.
	pub state_path: Path,
	/// The state after the step.
	pub after: u64,
	/// Its path in the transcript.
	pub after_path: Path,
	/// The chunks that the step read, in the order of the reads.
	pub reads: BoundedVec<ChunkOpening, ConstU32<{ walk::READS }>>,
}

/// The openings of one GPU, in the order of the picks.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Proof {
	/// The chunks with the picked entries.
	pub entries: BoundedVec<ChunkOpening, ConstU32<MAX_OPENINGS>>,
	/// The picked steps.
	pub steps: BoundedVec<StepOpening, ConstU32<MAX_OPENINGS>>,
}

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum Refusal {
	/// Not as many entries or steps as the profile asks for, or not as many reads as a step has.
	WrongNumberOfOpenings,
	/// The chunk of a picked entry is not in the committed fill.
	ChunkNotInFill,
	/// A picked entry is not the product of its row and column.
	EntryIsNotProduct,
	/// The first state of a lane is not the one that the seed gives.
	LaneDoesNotStartAtSeed,
	/// A state is not in the committed transcript.
	StateNotInTranscript,
	/// The chunk that a step read is not in the committed fill, at the address that the state names.
	ChunkReadNotInFill,
	/// The state after a step is not what mixing gives.
	StepDoesNotFollow,
}

impl core::fmt::Display for Refusal {
	fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		formatter.write_str(match self {
			Self::WrongNumberOfOpenings => "wrong number of openings",
			Self::ChunkNotInFill => "chunk not in the fill",
			Self::EntryIsNotProduct => "entry is not the product",
			Self::LaneDoesNotStartAtSeed => "lane does not start at the seed",
			Self::StateNotInTranscript => "state not in the transcript",
			Self::ChunkReadNotInFill => "chunk read is not in the fill",
			Self::StepDoesNotFollow => "step does not follow",
		})
	}
}

impl core::error::Error for Refusal {}

/// Checks that whoever committed to `roots` computed the product and walked over it, as far as the picked entries and
/// steps show. [`Profile::cost`] says what that costs at most; what is cheap is checked first.
///
/// Fails with the [`Refusal`] of the first opening that does not hold.
pub fn verify(profile: &Profile, seeds: &Seeds, roots: &Roots, proof: &Proof) -> Result<(), Refusal> {
	let wanted = Ok(profile.openings());
	let whole = |step: &StepOpening| u32::try_from(step.reads.len()) == Ok(walk::READS);
	if u32::try_from(proof.entries.len()) != wanted
		|| u32::try_from(proof.steps.len()) != wanted
		|| !proof.steps.iter().all(whole)
	{
		return Err(Refusal::WrongNumberOfOpenings);
	}
	for (number, opening) in (0..).zip(&proof.steps) {
		verify_step(
			profile,
			seeds,
			roots,
			step_pick(&seeds.pick, number, profile.all_steps()),
			opening,
		)?;
	}
	let entries = (0..).zip(&proof.entries).map(|(number, opening)| {
		let pick = entry_pick(&seeds.pick, number, profile.entries());
		(pick, opening)
	});
	for (pick, opening) in entries.clone() {
		let leaf = merkle::leaf(&opening.chunk);
		if !merkle::contains(&roots.fill, profile.chunks(), leaf, pick >> 4, &opening.path) {
			return Err(Refusal::ChunkNotInFill);
		}
	}
	let keys = Keys::new(&seeds.fill);
	for (pick, opening) in entries {
		if entry_of(&opening.chunk, pick) != product(profile, &keys, pick) {
			return Err(Refusal::EntryIsNotProduct);
		}
	}
	Ok(())
}

/// Checks the opening of a picked step.
fn verify_step(
	profile: &Profile,
	seeds: &Seeds,
	roots: &Roots,
	pick: u64,
	opening: &StepOpening,
) -> Result<(), Refusal> {
	let lane = pick.checked_div(profile.steps().into()).unwrap_or_default();
	let first = pick.checked_rem(profile.steps().into()) == Some(0);
	if first && u32::try_from(lane).map(|lane| walk::start(&seeds.walk, lane)) != Ok(opening.state) {
		return Err(Refusal::LaneDoesNotStartAtSeed);
	}
	// A lane has one more state than steps.
	let at = pick.saturating_add(lane);
	let in_transcript = |state: u64, at: u64, path: &Path| {
		merkle::contains(
			&roots.walk,
			profile.states(),
			merkle::leaf(&state.to_le_bytes()),
			at,
			path,
		)
	};
	if !in_transcript(opening.state, at, &opening.state_path)
		|| !in_transcript(opening.after, at.saturating_add(1), &opening.after_path)
	{
		return Err(Refusal::StateNotInTranscript);
	}
	let mut state = opening.state;
	for (number, read) in walk::reads_of(pick).zip(&opening.reads) {
		let address = walk::address(state, profile.chunks());
		let leaf = merkle::leaf(&read.chunk);
		if !merkle::contains(&roots.fill, profile.chunks(), leaf, address, &read.path) {
			return Err(Refusal::ChunkReadNotInFill);
		}
		state = walk::mix(state, number, &read.chunk);
	}
	if state != opening.after {
		return Err(Refusal::StepDoesNotFollow);
	}
	Ok(())
}

/// The entry of a chunk that stands at `pick` of all entries.
fn entry_of(chunk: &Chunk, pick: u64) -> Option<i32> {
	let (words, _) = chunk.as_chunks::<4>();
	let place = usize::try_from(pick & 15).ok()?;
	words.get(place).map(|word| i32::from_le_bytes(*word))
}

/// What stands at `pick` of all entries of the product.
fn product(profile: &Profile, keys: &Keys, pick: u64) -> Option<i32> {
	let columns = profile.columns().into();
	let row = u32::try_from(pick.checked_div(columns)?).ok()?;
	let column = u32::try_from(pick.checked_rem(columns)?).ok()?;
	Some(keys.dot(row, column, profile.k()))
}
