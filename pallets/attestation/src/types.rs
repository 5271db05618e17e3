//! What the pallet stores and tells.

#![allow(clippy::cast_possible_truncation)] // In what deriving `Encode` for an enum writes.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use millpond_primitives::{Balance, GpuId, GpuModelId, Minute, OperatorId, RangedU32};
use millpond_proof::{operator::GpuPath, Hash, Profile, Proof, Roots};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The number of a round; the first is 1.
pub type RoundIndex = u32;

/// The most GPUs of one operator that can be attested.
pub const MAX_GPUS: u32 = 16_384;

/// Bytes of a [`Presence`] at most.
pub const MAX_PRESENCE: u32 = MAX_GPUS / 8;

/// Basis points of all, and at least one.
pub type Share = RangedU32<1, 10_000>;

/// The blocks of a window to fill or to walk.
///
/// Who rents a GPU that is in a round gets it when it is done, and a host has 10 minutes for that: 48 blocks to mix three
/// seeds and twice 70 for these windows are 9.4 minutes at 3 seconds a block.
pub type Blocks = RangedU32<1, 70>;

/// What governance sets, beside the profiles of the models.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParametersRecord {
	/// How often an operator has to send a heartbeat, in minutes.
	pub period: RangedU32<1, 60>,
	/// How many blocks pass on average from the end of a round to the start of the next. When, is left to chance.
	pub interval: RangedU32<1, 201_600>,
	/// How many blocks' randomness is mixed into a seed.
	pub seed_blocks: RangedU32<1, 16>,
	/// How many blocks there are to fill the memory and commit to it.
	pub fill_blocks: Blocks,
	/// How many blocks there are to walk and commit to it.
	pub walk_blocks: Blocks,
	/// How many blocks there are to send proofs.
	pub prove_blocks: RangedU32<1, 28_800>,
	/// M: how many GPUs are picked in a round at most.
	pub picks: RangedU32<1, 10_000>,
	/// How many GPUs a round, beside these, may prove themselves for the first time or anew.
	pub newcomers: RangedU32<1, 10_000>,
	/// How many rounds a GPU has to pass before it is online.
	pub passes: RangedU32<1, 10>,
	/// With how many strikes a GPU is suspended.
	pub strikes: RangedU32<1, 10>,
	/// After how many rounds without another a strike is forgiven.
	pub forgiveness: RangedU32<1, 10_000>,
	/// What a GPU that is picked and proves nothing costs its host the first time, in basis points of what
	/// answers for it. Each strike that the GPU has doubles it.
	pub unanswered_slash: Share,
	/// What a GPU that is caught at a fraud costs its host, in basis points of what answers for it.
	pub fraud_slash: Share,
}

impl Default for ParametersRecord {
	/// A heartbeat each 10 minutes; four rounds a day at 3 seconds a block, each with a minute to fill, half a minute
	/// to walk and an hour to prove, 1,000 GPUs picked and 250 that are new; three passes, three strikes, forgiven after a week.
	fn default() -> Self {
		Self {
			period: RangedU32::constant::<10>(),
			interval: RangedU32::constant::<6_000>(),
			seed_blocks: RangedU32::constant::<4>(),
			fill_blocks: RangedU32::constant::<20>(),
			walk_blocks: RangedU32::constant::<10>(),
			prove_blocks: RangedU32::constant::<1_200>(),
			picks: RangedU32::constant::<1_000>(),
			newcomers: RangedU32::constant::<250>(),
			passes: RangedU32::constant::<3>(),
			strikes: RangedU32::constant::<3>(),
			forgiveness: RangedU32::constant::<28>(),
			unanswered_slash: RangedU32::constant::<200>(),
			fraud_slash: RangedU32::constant::<10_000>(),
		}
	}
}

/// The profile of a model.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct ProfileRecord {
	/// The one until another takes effect.
	pub present: Profile,
	/// The one that follows, and the first round that has it.
	pub next: Option<(RoundIndex, Profile)>,
}

/// An operator with an attestor.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct AttestorRecord<AccountId> {
	/// Who signs for it: its node.
	pub attestor: AccountId,
	/// How many GPUs are on its roster.
	pub gpus: u32,
	/// The period, named by its first minute, of its newest heartbeat.
	pub beat: Minute,
	/// Until when that heartbeat vouches for its GPUs. None while it is dark.
	pub vouched: Option<Vouched>,
}

/// Until when an operator's GPUs are taken to be there.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Vouched {
	/// The first minute that is not vouched for.
	pub until: Minute,
	/// When that has consequences: a period later, and later by what was excused.
	pub due: Minute,
}

/// A GPU on its operator's roster.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct MemberRecord {
	/// The GPU.
	pub gpu: GpuId,
	/// The first round that it has to take part in.
	pub from: RoundIndex,
	/// How many rounds it still has to pass before it is online. Zero: it is online, or was when it went away.
	pub left: u32,
	/// Whether the next pass counts only if it is proven on chain.
	pub unproven: bool,
	/// Whether another operator has enrolled it since: the next round that closes removes it from this roster.
	pub gone: bool,
	/// Set while its host says that it is away: the newest round at that time.
	pub away: Option<RoundIndex>,
	/// How many strikes it has, those apart that are forgiven since.
	pub strikes: u32,
	/// The round of the newest of them.
	pub struck: RoundIndex,
}

/// How a round stands. The windows are counted in blocks in which transactions are possible: while the chain stands or
/// migrates they stand as well.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Phase {
	/// Randomness is mixed for the fill.
	FillSeed,
	/// GPUs fill their memory; operators commit to it.
	Fill,
	/// Randomness is mixed for the walk.
	WalkSeed,
	/// GPUs walk; operators commit to it.
	Walk,
	/// Randomness is mixed for the openings.
	PickSeed,
	/// GPUs are picked.
	Picking,
	/// The picked ones send their proofs.
	Proving,
	/// The rosters are gone through.
	Closing,
}

/// The round that is on.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct RoundRecord {
	/// Its number.
	pub index: RoundIndex,
	/// The market minute in which it began.
	pub opened: Minute,
	/// How it stands.
	pub phase: Phase,
	/// For how many blocks more, the present one included. Without a meaning while picking and closing.
	pub left: u32,
	/// All randomness mixed so far.
	pub mix: Hash,
	/// The randomness of the fill, once it is known.
	pub fill: Option<Hash>,
	/// The randomness of the walk, once it is known.
	pub walk: Option<Hash>,
	/// The randomness of the openings, once it is known.
	pub pick: Option<Hash>,
	/// How many operators have committed to a walk.
	pub operators: u32,
	/// How many GPUs these say took part.
	pub present: u64,
	/// How many of the picks are drawn.
	pub drawn: u32,
	/// Where the sweep has got to, while closing.
	pub sweep: Sweep,
}

/// Where the closing of a round has got to.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Sweep {
	/// The operator whose roster is gone through. None before the first.
	pub operator: Option<OperatorId>,
	/// How many of its GPUs are still to be looked at: those at the positions below.
	pub left: u32,
	/// Whether one of its GPUs has passed.
	pub passed: bool,
	/// Whether one of its GPUs has got a strike.
	pub missed: bool,
}

/// One bit for each position of a roster, the lowest of each byte first: whether the GPU there took part. What is beyond
/// its end did not.
pub type Presence = BoundedVec<u8, ConstU32<MAX_PRESENCE>>;

/// What an operator has committed to in the round.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct CommitRecord {
	/// The root over its GPUs' fills.
	pub fill: Hash,
	/// The rest, once it has committed to the walk.
	pub walk: Option<WalkRecord>,
}

/// What an operator has committed to after the walk.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct WalkRecord {
	/// The root over its GPUs' walks.
	pub root: Hash,
	/// Which of its GPUs took part.
	pub present: Presence,
	/// Its place in the order of commits.
	pub place: u32,
}

/// How many GPUs may still prove themselves for the first time, or anew, in a round.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct TicketsRecord {
	/// The newest round with a place given away.
	pub round: RoundIndex,
	/// How many places in it are.
	pub taken: u32,
}

/// What a picked GPU answers.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Answer {
	/// The roots of the GPU.
	pub roots: Roots,
	/// The place of its fill below the operator's root.
	pub fill: GpuPath,
	/// The place of its walk below the operator's root.
	pub walk: GpuPath,
	/// The openings.
	pub proof: Proof,
}

/// Why a GPU got a strike.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Miss {
	/// It was free, and did not take part in the round.
	Absent,
	/// It was to prove itself, and did not in time.
	Unanswered {
		/// What that cost its host, in plancks.
		slashed: Balance,
	},
}

/// How a GPU stands with attestation.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct GpuAttestation {
	/// Its host.
	pub operator: OperatorId,
	/// Its place on the roster.
	pub position: u32,
	/// What is known of it.
	pub member: MemberRecord,
	/// How many strikes it has, those that are forgiven left out.
	pub strikes: u32,
	/// What it has to prove in the round that is on: false once it has. None if it has nothing to.
	pub owes_proof: Option<bool>,
}

/// What a GPU is asked to do in the round that is on.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct Challenge {
	/// The round.
	pub round: RoundIndex,
	/// Whether no customer had the GPU when the round began: it has to take part only then.
	pub free: bool,
	/// The size.
	pub profile: Profile,
	/// The seed of its fill, once it is known.
	pub fill: Option<Hash>,
	/// The seed of its walk, once it is known.
	pub walk: Option<Hash>,
	/// The seed of its openings, once it is known.
	pub pick: Option<Hash>,
}

/// The round that is on, for workers.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct RoundStatus {
	/// Its number.
	pub index: RoundIndex,
	/// The market minute in which it began.
	pub opened: Minute,
	/// How it stands.
	pub phase: Phase,
	/// For how many blocks more, the present one included. None where that is not known.
	pub blocks_left: Option<u32>,
	/// How many operators have committed to both fill and walk.
	pub operators: u32,
	/// How many GPUs these say took part.
	pub present: u64,
}

/// What an operator's node still has to do.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct Duties<AccountId> {
	/// Who signs.
	pub attestor: AccountId,
	/// How many GPUs are on the roster.
	pub gpus: u32,
	/// The present period, by its first minute.
	pub period: Minute,
	/// Whether the heartbeat of the present period is owed.
	pub owes_heartbeat: bool,
	/// Whether its groups are dark for want of heartbeats.
	pub dark: bool,
	/// What it has committed to in the round that is on.
	pub commit: Option<CommitRecord>,
	/// Whether it can, and has yet to, commit to the fill.
	pub owes_fill: bool,
	/// Whether it can, and has yet to, commit to the walk.
	pub owes_walk: bool,
	/// The GPUs, by their positions, that have yet to prove themselves in this round; 100 at most.
	pub owes_proofs: alloc::vec::Vec<GpuId>,
}

/// A model and its profile, in the genesis.
pub type ModelProfile = (GpuModelId, Profile);

impl MemberRecord {
	/// A GPU that has to pass `passes` rounds from `from` on, the first of them proven on chain.
	pub fn new(gpu: GpuId, from: RoundIndex, passes: u32) -> Self {
		Self {
			gpu,
			from,
			left: passes,
			unproven: true,
			gone: false,
			away: None,
			strikes: 0,
			struck: 0,
		}
	}

	/// The strikes that are left in `round`, if one is forgiven after each `forgiveness` rounds since the newest.
	pub fn strikes_in(&self, round: RoundIndex, forgiveness: u32) -> u32 {
		let forgiven = round.saturating_sub(self.struck).checked_div(forgiveness);
		self.strikes.saturating_sub(forgiven.unwrap_or_default())
	}

	/// Whether it was there when `round`, the newest one, began, for all that its host has said: one that went away since was.
	pub fn was_there_in(&self, round: RoundIndex) -> bool {
		self.away.is_none_or(|since| since >= round)
	}

	/// Whether it has to prove itself on chain in `round`, if it takes part, whether it is picked or not.
	pub fn owes_proof_in(&self, round: RoundIndex) -> bool {
		self.unproven && self.from <= round && self.was_there_in(round) && !self.gone
	}
}

impl ProfileRecord {
	/// The one that holds in `round`.
	pub fn in_round(&self, round: RoundIndex) -> Profile {
		match self.next {
			Some((from, next)) if from <= round => next,
			_ => self.present,
		}
	}
}

/// Whether `presence` says that the GPU at `position` took part.
pub fn is_present(presence: &[u8], position: u32) -> bool {
	let byte = usize::try_from(position >> 3).ok().and_then(|at| presence.get(at));
	byte.is_some_and(|byte| byte >> (position & 7) & 1 == 1)
}

/// How many GPUs `presence` says took part.
pub fn count_present(presence: &[u8]) -> u32 {
	presence
		.iter()
		.fold(0, |sum: u32, byte| sum.saturating_add(byte.count_ones()))
}

/// The position of the `number`th GPU, from zero, that `presence` says took part.
pub fn nth_present(presence: &[u8], number: u64) -> Option<u32> {
	let mut before = number;
	for (first, byte) in (0u32..).step_by(8).zip(presence) {
		let here = u64::from(byte.count_ones());
		if before < here {
			return (0..8)
				.filter(|bit| byte >> bit & 1 == 1)
				.nth(usize::try_from(before).ok()?)
				.map(|bit: u32| first.saturating_add(bit));
		}
		before = before.saturating_sub(here);
	}
	None
}

/// The number of positions that `presence` speaks of: one more than the last GPU that took part.
pub fn extent(presence: &[u8]) -> u32 {
	let last = (0u32..).step_by(8).zip(presence).filter(|(_, byte)| **byte != 0).last();
	last.map_or(0, |(first, byte)| {
		first.saturating_add(u8::BITS).saturating_sub(byte.leading_zeros())
	})
}
