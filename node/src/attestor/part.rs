//! An operator's part in a round: the work of its GPUs, and what it has committed to.
//!
//! All of it follows from the chain and can be computed again: after a restart, what was committed to before is known to
//! be what the GPUs come to when the roots are the same.

use super::{devices::Device, job::Job, metrics::Metrics, view::View};
use futures::channel::mpsc::UnboundedSender;
use millpond_primitives::GpuId;
use millpond_proof::{
	operator::{GpuPath, Tree},
	Hash, Proof,
};
use pallet_attestation::{Challenge, Phase, Presence, RoundIndex, MAX_PRESENCE};
use std::{
	collections::{BTreeMap, BTreeSet},
	time::Duration,
};

/// With so many blocks left of a window, the present one counted, what is there is committed to: the next block takes it,
/// or the one after.
const LAST_CALL: u32 = 3;

/// Whether it is time to commit: everything is there, or the window ends.
fn is_time(done: usize, pending: usize, left: Option<u32>) -> bool {
	done > 0 && (pending == 0 || left.is_some_and(|left| left <= LAST_CALL))
}

/// A root over those of GPUs.
pub struct Commitment {
	roots: BTreeMap<GpuId, Hash>,
	tree: Tree,
}

impl Commitment {
	/// A commitment to these roots.
	pub fn new(roots: BTreeMap<GpuId, Hash>) -> Option<Self> {
		let tree = Tree::new(roots.iter().map(|(gpu, root)| (*gpu, *root)))?;
		Some(Self { roots, tree })
	}

	/// What goes on chain.
	pub fn root(&self) -> Hash {
		self.tree.root()
	}

	/// A GPU's root, and its place below [`root`](Self::root).
	pub fn of(&self, gpu: GpuId) -> Option<(Hash, GpuPath)> {
		Some((*self.roots.get(&gpu)?, self.tree.path(gpu)?))
	}
}

/// A GPU in a round.
pub struct Player {
	/// Its place on the roster.
	pub position: u32,
	/// What computes for it.
	pub device: Device,
	/// What is asked of it.
	pub challenge: Challenge,
	/// Its work, once it has begun.
	pub job: Option<Job>,
}

impl Player {
	/// What `result` gives of its work.
	fn result<T>(&self, result: impl FnOnce(&super::job::Results, &Challenge) -> Option<T>) -> Option<T> {
		let results = self.job.as_ref()?.results();
		result(&results, &self.challenge)
	}

	fn has_given_up(&self) -> bool {
		self.job.as_ref().is_some_and(|job| job.results().given_up().is_some())
	}
}

/// Which part of a round a root is of.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Stage {
	/// The fill.
	Fill,
	/// The walk.
	Walk,
}

impl Stage {
	/// The stage whose window is open in a phase, and those whose windows are over.
	fn windows(phase: Phase) -> (Option<Self>, &'static [Self]) {
		match phase {
			Phase::FillSeed => (None, &[]),
			Phase::Fill => (Some(Self::Fill), &[]),
			Phase::WalkSeed => (None, &[Self::Fill]),
			Phase::Walk => (Some(Self::Walk), &[Self::Fill]),
			Phase::PickSeed | Phase::Picking | Phase::Proving | Phase::Closing => (None, &[Self::Fill, Self::Walk]),
		}
	}
}

/// GPUs that had work to do in a window and were not done when it ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Late {
	/// What they should have done.
	pub stage: Stage,
	/// The GPUs.
	pub gpus: Vec<GpuId>,
}

/// An operator's part in a round.
pub struct Part {
	/// The round.
	pub round: RoundIndex,
	/// The GPUs that take part.
	pub players: BTreeMap<GpuId, Player>,
	/// The GPUs that should, and are not in this machine.
	pub absent: BTreeSet<GpuId>,
	/// The GPUs that still owe a proof, as far as is known.
	pub owed: BTreeSet<GpuId>,
	/// How many took part, as the chain has it.
	pub present: usize,
	/// Whether it was given up: the GPUs come to something else than what was committed to.
	pub is_lost: bool,
	fills: Option<Commitment>,
	walks: Option<Commitment>,
	/// The GPUs that are given up, as far as it was told.
	given_up: BTreeSet<GpuId>,
	/// The stages in whose windows the GPUs were at work: until these have ended.
	open: BTreeSet<Stage>,
}

impl Part {
	/// A part of these GPUs in `round`, without those that are `absent`.
	pub fn new(round: RoundIndex, players: BTreeMap<GpuId, Player>, absent: BTreeSet<GpuId>) -> Self {
		Self {
			round,
			players,
			absent,
			owed: BTreeSet::new(),
			present: 0,
			is_lost: false,
			fills: None,
			walks: None,
			given_up: BTreeSet::new(),
			open: BTreeSet::new(),
		}
	}

	/// Has each GPU do what the chain asks of it by now, each part of it within `patience`.
	pub fn work(
		&mut self,
		view: &View,
		patience: Duration,
		metrics: Option<&Metrics>,
		wake: &UnboundedSender<()>,
	) -> Result<(), String> {
		for (gpu, player) in &mut self.players {
			let Some(challenge) = view.challenge(*gpu)? else {
				continue;
			};
			player.challenge = challenge;
			if challenge.fill.is_none() {
				continue;
			}
			if player.job.is_none() {
				player.job = Some(Job::start(player.device.clone(), metrics.cloned(), wake.clone())?);
			}
			if let Some(job) = &player.job {
				job.order(challenge, patience);
			}
		}
		Ok(())
	}

	/// Ends the provers' processes, which frees the GPUs' memory.
	pub fn rest(&mut self) {
		self.players.values_mut().for_each(|player| player.job = None);
	}

	/// The GPUs that nothing more is to be expected of, and why: each is told once.
	pub fn newly_given_up(&mut self) -> Vec<(GpuId, String)> {
		let reason = |(gpu, player): (&GpuId, &Player)| {
			let results = player.job.as_ref()?.results();
			results.given_up().map(|reason| (*gpu, reason.to_string()))
		};
		let mut reasons: Vec<_> = self.players.iter().filter_map(reason).collect();
		reasons.retain(|(gpu, _)| self.given_up.insert(*gpu));
		reasons
	}

	/// The GPUs that were not done when a window ended: each window is told once, and only if the node was there while it was
	/// open.
	pub fn newly_late(&mut self, phase: Phase) -> Vec<Late> {
		let (open, over) = Stage::windows(phase);
		self.open.extend(open);
		let ended: Vec<_> = over.iter().copied().filter(|stage| self.open.remove(stage)).collect();
		let late = ended.into_iter().map(|stage| Late {
			stage,
			gpus: self.late(stage),
		});
		late.filter(|late| !late.gpus.is_empty()).collect()
	}

	/// The GPUs that should be in the commitment of a stage and are not, those left out that have failed.
	fn late(&self, stage: Stage) -> Vec<GpuId> {
		let holds = |commitment: &Option<Commitment>, gpu: &GpuId| {
			commitment
				.as_ref()
				.is_some_and(|commitment| commitment.roots.contains_key(gpu))
		};
		let is_late = |gpu: &GpuId, player: &Player| match stage {
			_ if player.job.is_none() || player.has_given_up() => false,
			Stage::Fill => !holds(&self.fills, gpu),
			Stage::Walk => holds(&self.fills, gpu) && !holds(&self.walks, gpu),
		};
		let players = self.players.iter().filter(|(gpu, player)| is_late(gpu, player));
		players.map(|(gpu, _)| *gpu).collect()
	}

	fn root(player: &Player, stage: Stage) -> Option<Hash> {
		player.result(|results, challenge| match stage {
			Stage::Fill => results.fill(challenge),
			Stage::Walk => results.walk(challenge),
		})
	}

	/// Those of the GPUs that `counts` says are asked: what is there, and how many are still at work.
	fn progress(&self, stage: Stage, counts: impl Fn(GpuId, &Player) -> bool) -> (BTreeMap<GpuId, Hash>, usize) {
		let (mut roots, mut pending) = (BTreeMap::new(), 0);
		for (gpu, player) in self.players.iter().filter(|(gpu, player)| counts(**gpu, player)) {
			match Self::root(player, stage) {
				Some(root) => {
					roots.insert(*gpu, root);
				}
				None if player.has_given_up() => {}
				None => pending += 1,
			}
		}
		(roots, pending)
	}

	fn still_holds(&self, commitment: &Commitment, stage: Stage) -> bool {
		commitment.roots.iter().all(|(gpu, root)| {
			let player = self.players.get(gpu);
			player.and_then(|player| Self::root(player, stage)) == Some(*root)
		})
	}

	/// The root over the fills to commit to, once it is time: `left` blocks are left of the window.
	pub fn fill_to_commit(&mut self, left: Option<u32>) -> Option<Hash> {
		// Another branch of the chain may have won, with another seed.
		if self
			.fills
			.as_ref()
			.is_some_and(|fills| !self.still_holds(fills, Stage::Fill))
		{
			self.fills = None;
		}
		if self.fills.is_none() {
			let (roots, pending) = self.progress(Stage::Fill, |_, _| true);
			if is_time(roots.len(), pending, left) {
				self.fills = Commitment::new(roots);
			}
		}
		self.fills.as_ref().map(Commitment::root)
	}

	/// Whether what the GPUs filled is what was committed to. None while that is not known.
	pub fn has_filled(&mut self, committed: &Hash) -> Option<bool> {
		if self.fills.as_ref().is_none_or(|fills| fills.root() != *committed) {
			let (roots, pending) = self.progress(Stage::Fill, |_, _| true);
			if pending > 0 {
				return None;
			}
			self.fills = Commitment::new(roots).filter(|fills| fills.root() == *committed);
		}
		Some(self.fills.is_some())
	}

	/// The root over the walks to commit to, and who took part, once it is time.
	pub fn walk_to_commit(&mut self, left: Option<u32>) -> Option<(Hash, Presence)> {
		if self
			.walks
			.as_ref()
			.is_some_and(|walks| !self.still_holds(walks, Stage::Walk))
		{
			self.walks = None;
		}
		if self.walks.is_none() {
			let filled = self.fills.as_ref()?.roots.clone();
			let (roots, pending) = self.progress(Stage::Walk, |gpu, _| filled.contains_key(&gpu));
			if is_time(roots.len(), pending, left) {
				self.walks = Commitment::new(roots);
			}
		}
		let walks = self.walks.as_ref()?;
		let positions = walks.roots.keys().filter_map(|gpu| self.players.get(gpu));
		Some((walks.root(), presence(positions.map(|player| player.position))))
	}

	/// Whether what the GPUs walked is what was committed to. None while that is not known.
	pub fn has_walked(&mut self, committed: &Hash, present: &[u8]) -> Option<bool> {
		if self.walks.as_ref().is_none_or(|walks| walks.root() != *committed) {
			let took_part = |_, player: &Player| pallet_attestation::is_present(present, player.position);
			let (roots, pending) = self.progress(Stage::Walk, took_part);
			if pending > 0 {
				return None;
			}
			self.walks = Commitment::new(roots).filter(|walks| walks.root() == *committed);
		}
		Some(self.walks.is_some())
	}

	/// What a GPU answers when it has to prove itself, once it is there: the `k` of its profile, and the answer.
	pub fn answer(&self, gpu: GpuId) -> Option<(u32, pallet_attestation::Answer)> {
		let player = self.players.get(&gpu)?;
		let proof: Proof = player.result(super::job::Results::proof)?;
		let (fill_root, fill) = self.fills.as_ref()?.of(gpu)?;
		let (walk_root, walk) = self.walks.as_ref()?.of(gpu)?;
		let answer = pallet_attestation::Answer {
			roots: millpond_proof::Roots {
				fill: fill_root,
				walk: walk_root,
			},
			fill,
			walk,
			proof,
		};
		Some((player.challenge.profile.k(), answer))
	}
}

/// A bit for each of these positions.
fn presence(positions: impl Iterator<Item = u32>) -> Presence {
	let mut bytes = Vec::new();
	for position in positions.filter(|position| *position < MAX_PRESENCE * 8) {
		let byte = (position / 8) as usize;
		if bytes.len() <= byte {
			bytes.resize(byte + 1, 0u8);
		}
		bytes[byte] |= 1 << (position % 8);
	}
	Presence::truncate_from(bytes)
}

#[cfg(test)]
mod tests {
	use super::*;
	use millpond_proof::operator::contains;

	#[test]
	fn it_should_be_time_to_commit_when_all_is_there_or_the_window_ends() {
		assert!(is_time(2, 0, Some(20)));
		assert!(!is_time(1, 1, Some(20)));
		assert!(is_time(1, 1, Some(LAST_CALL)));
		// There is nothing to commit to.
		assert!(!is_time(0, 2, Some(1)) && !is_time(0, 0, Some(1)));
	}

	/// A part in which these GPUs are at work, and come to nothing.
	fn at_work(gpus: &[GpuId]) -> Part {
		let player = |position, gpu: &GpuId| {
			let (wake, _) = futures::channel::mpsc::unbounded();
			let challenge = Challenge {
				round: 1,
				free: true,
				profile: millpond_proof::Profile::new(16, 16, 64, 1, 1, 1).expect("a profile"),
				fill: None,
				walk: None,
				pick: None,
			};
			let player = Player {
				position,
				device: Device::Cpu,
				challenge,
				job: Some(Job::start(Device::Cpu, None, wake).expect("a thread")),
			};
			(*gpu, player)
		};
		let players = (0..).zip(gpus).map(|(position, gpu)| player(position, gpu)).collect();
		Part::new(1, players, BTreeSet::new())
	}

	#[test]
	fn gpus_should_be_late_once_at_the_end_of_the_window_that_they_missed() {
		let mut part = at_work(&[3, 7]);
		assert_eq!(part.newly_late(Phase::Fill), []);
		let late = Late {
			stage: Stage::Fill,
			gpus: vec![3, 7],
		};
		assert_eq!(part.newly_late(Phase::WalkSeed), [late]);
		assert_eq!(part.newly_late(Phase::Walk), [], "it was told");

		// One of them was committed to, and is then too slow for the walk.
		let mut part = at_work(&[3, 7]);
		part.newly_late(Phase::Fill);
		part.fills = Commitment::new(BTreeMap::from([(3, [30; 32])]));
		let of = |late: Vec<Late>| late.into_iter().map(|late| (late.stage, late.gpus)).collect::<Vec<_>>();
		assert_eq!(of(part.newly_late(Phase::Walk)), [(Stage::Fill, vec![7])]);
		assert_eq!(of(part.newly_late(Phase::PickSeed)), [(Stage::Walk, vec![3])]);
	}

	#[test]
	fn nobody_should_be_late_for_a_window_that_the_node_has_not_seen() {
		let mut part = at_work(&[3]);
		assert_eq!(part.newly_late(Phase::Proving), []);
		// Work that had not begun is no sign of a slow machine.
		let mut part = at_work(&[3]);
		part.rest();
		part.newly_late(Phase::Fill);
		assert_eq!(part.newly_late(Phase::WalkSeed), []);
	}

	#[test]
	fn presence_should_have_a_bit_for_each_position() {
		assert_eq!(presence([0, 2, 9].into_iter()).into_inner(), [0b101, 0b10]);
		assert!(presence([].into_iter()).is_empty());
		let all = presence([3, 8].into_iter());
		let present: Vec<_> = (0..16).filter(|at| pallet_attestation::is_present(&all, *at)).collect();
		assert_eq!(present, [3, 8]);
	}

	#[test]
	fn a_commitment_should_hold_each_gpu_at_its_place() {
		let roots = BTreeMap::from([(3, [30; 32]), (7, [70; 32])]);
		let commitment = Commitment::new(roots).expect("each GPU once");
		for gpu in [3, 7] {
			let (root, path) = commitment.of(gpu).expect("it is in it");
			assert!(contains(&commitment.root(), gpu, &root, &path));
		}
		assert!(commitment.of(4).is_none());
	}
}
