//! What must not pass, and that nothing panics on what anybody may send.

use bounded_collections::BoundedVec;
use codec::{Decode, DecodeAll, Encode, MaxEncodedLen};
use millpond_proof::{
	operator::{self, GpuPath, Tree},
	prover::Prover,
	seeds::{seed, step_pick},
	verify, walk, Hash, Profile, ProfileError, Proof, Purpose, Refusal, Roots, Seeds,
};
use proptest::prelude::*;
use std::{collections::BTreeSet, sync::OnceLock};

const SEEDS: Seeds = Seeds {
	fill: [1; 32],
	walk: [2; 32],
	pick: [3; 32],
};

fn profile() -> Profile {
	Profile::new(16, 64, 64, 8, 16, 8).unwrap()
}

struct Honest {
	prover: Prover,
	proof: Proof,
}

impl Honest {
	fn verdict(&self, proof: &Proof) -> Result<(), Refusal> {
		verify(&profile(), &SEEDS, &self.prover.roots(), proof)
	}
}

fn honest() -> &'static Honest {
	static HONEST: OnceLock<Honest> = OnceLock::new();
	HONEST.get_or_init(|| {
		let mut prover = Prover::new(profile(), &SEEDS.fill, |_| true);
		prover.walk(&SEEDS.walk);
		let proof = prover.prove(&SEEDS.pick);
		Honest { prover, proof }
	})
}

/// The honest proof, changed.
fn changed(change: impl FnOnce(&mut Proof)) -> Proof {
	let mut proof = honest().proof.clone();
	change(&mut proof);
	assert_ne!(proof, honest().proof);
	proof
}

#[track_caller]
fn should_refuse(refusal: Refusal, change: impl FnOnce(&mut Proof)) {
	assert_eq!(honest().verdict(&changed(change)), Err(refusal));
}

#[test]
fn honest_proof_should_pass() {
	assert_eq!(honest().verdict(&honest().proof), Ok(()));
}

#[test]
fn proof_should_be_refused_when_openings_are_missing_or_too_many() {
	should_refuse(Refusal::WrongNumberOfOpenings, |proof| {
		assert!(proof.entries.pop().is_some())
	});
	should_refuse(Refusal::WrongNumberOfOpenings, |proof| {
		assert!(proof.steps.pop().is_some())
	});
	should_refuse(Refusal::WrongNumberOfOpenings, |proof| {
		proof.entries.try_push(proof.entries[0].clone()).unwrap()
	});
	should_refuse(Refusal::WrongNumberOfOpenings, |proof| proof.steps.clear());
	should_refuse(Refusal::WrongNumberOfOpenings, |proof| {
		assert!(proof.steps[5].reads.pop().is_some())
	});
}

#[test]
fn entry_should_be_refused_when_the_fill_does_not_hold_it() {
	should_refuse(Refusal::ChunkNotInFill, |proof| proof.entries[0].chunk = [0; 64]);
	should_refuse(Refusal::ChunkNotInFill, |proof| proof.entries[7].path[3][0] ^= 1);
	should_refuse(Refusal::ChunkNotInFill, |proof| {
		assert!(proof.entries[1].path.pop().is_some())
	});
	should_refuse(Refusal::ChunkNotInFill, |proof| {
		proof.entries[1].path.try_push([0; 32]).unwrap()
	});
	should_refuse(Refusal::ChunkNotInFill, |proof| proof.entries.as_mut().swap(0, 1));
}

#[test]
fn entry_should_be_refused_when_it_is_not_the_product() {
	let mut cheat = Prover::new(profile(), &SEEDS.fill, |chunk| chunk % 2 == 0);
	cheat.walk(&SEEDS.walk);
	let verdict = verify(&profile(), &SEEDS, &cheat.roots(), &cheat.prove(&SEEDS.pick));
	assert_eq!(verdict, Err(Refusal::EntryIsNotProduct));
	// The product of another round's matrices.
	let mut stale = Prover::new(profile(), &[9; 32], |_| true);
	stale.walk(&SEEDS.walk);
	let verdict = verify(&profile(), &SEEDS, &stale.roots(), &stale.prove(&SEEDS.pick));
	assert_eq!(verdict, Err(Refusal::EntryIsNotProduct));
}

/// A seed that picks the first step of a lane, and which of the picks that is.
fn pick_of_a_start() -> (Hash, usize) {
	(0..=u8::MAX)
		.find_map(|byte| {
			let number =
				(0..8).find(|number| step_pick(&[byte; 32], *number, profile().all_steps()).is_multiple_of(16))?;
			Some(([byte; 32], number as usize))
		})
		.unwrap()
}

#[test]
fn step_should_be_refused_when_its_lane_does_not_start_at_the_seed() {
	let (pick, number) = pick_of_a_start();
	let seeds = Seeds { pick, ..SEEDS };
	let roots = honest().prover.roots();
	let mut proof = honest().prover.prove(&pick);
	assert_eq!(verify(&profile(), &seeds, &roots, &proof), Ok(()));
	proof.steps[number].state ^= 1;
	assert_eq!(
		verify(&profile(), &seeds, &roots, &proof),
		Err(Refusal::LaneDoesNotStartAtSeed)
	);
	// A walk over the same memory from another seed.
	let mut stale = Prover::new(profile(), &SEEDS.fill, |_| true);
	stale.walk(&[9; 32]);
	let verdict = verify(&profile(), &seeds, &stale.roots(), &stale.prove(&pick));
	assert_eq!(verdict, Err(Refusal::LaneDoesNotStartAtSeed));
}

/// The place among the picks of a step that is not the first of its lane.
fn later_step() -> usize {
	(0..8)
		.find(|number| !step_pick(&SEEDS.pick, *number, profile().all_steps()).is_multiple_of(16))
		.unwrap() as usize
}

#[test]
fn step_should_be_refused_when_the_transcript_does_not_hold_its_states() {
	let at = later_step();
	should_refuse(Refusal::StateNotInTranscript, |proof| proof.steps[at].state ^= 1);
	should_refuse(Refusal::StateNotInTranscript, |proof| proof.steps[at].after ^= 1);
	should_refuse(Refusal::StateNotInTranscript, |proof| {
		proof.steps[at].state_path[0][31] ^= 1
	});
	should_refuse(Refusal::StateNotInTranscript, |proof| {
		proof.steps[at].after_path[0][31] ^= 1
	});
	should_refuse(Refusal::StateNotInTranscript, |proof| {
		assert!(proof.steps[at].after_path.pop().is_some())
	});
	should_refuse(Refusal::StateNotInTranscript, |proof| {
		let step = &mut proof.steps[at];
		(step.state, step.after) = (step.after, step.state);
	});
}

#[test]
fn step_should_be_refused_when_it_read_what_the_fill_does_not_hold() {
	should_refuse(Refusal::ChunkReadNotInFill, |proof| {
		proof.steps[0].reads[0].chunk[9] ^= 1
	});
	should_refuse(Refusal::ChunkReadNotInFill, |proof| {
		proof.steps[7].reads[7].chunk[9] ^= 1
	});
	should_refuse(Refusal::ChunkReadNotInFill, |proof| {
		proof.steps[0].reads[3].path[0][0] ^= 1
	});
	should_refuse(Refusal::ChunkReadNotInFill, |proof| {
		proof.steps[0].reads[3].path.clear()
	});
	should_refuse(Refusal::ChunkReadNotInFill, |proof| {
		proof.steps[0].reads.as_mut().swap(0, 1)
	});
	// A chunk of the fill, from another address.
	should_refuse(Refusal::ChunkReadNotInFill, |proof| {
		proof.steps[0].reads[0] = proof.entries[0].clone()
	});
}

/// The walk of who committed the honest fill, but holds half of it and takes zeros for the rest.
#[test]
fn step_should_be_refused_when_it_does_not_follow() {
	let honest = &honest().prover;
	let mut other = Prover::new(profile(), &SEEDS.fill, |chunk| chunk % 2 == 0);
	other.walk(&SEEDS.walk);
	let roots = Roots {
		fill: honest.roots().fill,
		walk: other.roots().walk,
	};
	let mut proof = honest.prove(&SEEDS.pick);
	proof.steps = other.prove(&SEEDS.pick).steps;
	for (number, step) in (0..).zip(proof.steps.iter_mut()) {
		let mut state = step.state;
		let numbers = walk::reads_of(step_pick(&SEEDS.pick, number, profile().all_steps()));
		for (number, read) in numbers.zip(step.reads.iter_mut()) {
			*read = honest.open(walk::address(state, profile().chunks()));
			state = walk::mix(state, number, &read.chunk);
		}
	}
	assert_eq!(
		verify(&profile(), &SEEDS, &roots, &proof),
		Err(Refusal::StepDoesNotFollow)
	);
}

/// A step that follows at one place of the walk does not follow at another.
#[test]
fn step_should_be_another_function_at_every_place() {
	let go = |step| walk::reads_of(step).fold(7, |state, number| walk::mix(state, number, &[5; 64]));
	let ends = (0..1_000).map(go).collect::<BTreeSet<_>>();
	assert_eq!(ends.len(), 1_000);
}

#[test]
fn proof_should_be_refused_when_it_is_another_gpus_rounds_or_chains() {
	let seeds_of = |genesis: u8, round: u64, gpu: u64, randomness: u8| {
		let one = |purpose| seed(purpose, &[genesis; 32], round, gpu, &[randomness; 32]);
		Seeds {
			fill: one(Purpose::Fill),
			walk: one(Purpose::Walk),
			pick: one(Purpose::Pick),
		}
	};
	let own = seeds_of(1, 1, 1, 1);
	let mut prover = Prover::new(profile(), &own.fill, |_| true);
	prover.walk(&own.walk);
	let proof = prover.prove(&own.pick);
	assert_eq!(verify(&profile(), &own, &prover.roots(), &proof), Ok(()));
	assert!(own.fill != own.walk && own.walk != own.pick && own.pick != own.fill);
	for other in [
		seeds_of(2, 1, 1, 1),
		seeds_of(1, 2, 1, 1),
		seeds_of(1, 1, 2, 1),
		seeds_of(1, 1, 1, 2),
	] {
		assert!(verify(&profile(), &other, &prover.roots(), &proof).is_err());
	}
}

#[test]
fn profile_should_be_refused_when_out_of_bounds() {
	let refused = |sizes: [u32; 6]| {
		let [rows, columns, k, lanes, steps, openings] = sizes;
		Profile::new(rows, columns, k, lanes, steps, openings).unwrap_err()
	};
	for zero in 0..6 {
		let mut sizes = [16, 64, 64, 8, 16, 8];
		sizes[zero] = 0;
		assert_eq!(refused(sizes), ProfileError::Zero);
	}
	assert_eq!(refused([(1 << 24) + 1, 16, 64, 1, 1, 1]), ProfileError::TooWide);
	assert_eq!(refused([1, (1 << 24) + 16, 64, 1, 1, 1]), ProfileError::TooWide);
	assert_eq!(refused([16, 72, 64, 1, 1, 1]), ProfileError::BrokenChunk);
	assert_eq!(refused([16, 64, 96, 1, 1, 1]), ProfileError::BadDepth);
	assert_eq!(refused([16, 64, 1 << 21, 1, 1, 1]), ProfileError::BadDepth);
	assert_eq!(refused([1 << 24, 1 << 13, 64, 1, 1, 1]), ProfileError::TooManyLeaves);
	assert_eq!(
		refused([16, 64, 64, u32::MAX, u32::MAX, 1]),
		ProfileError::TooManyLeaves
	);
	assert_eq!(refused([16, 64, 64, 1, 1, 65]), ProfileError::TooManyOpenings);
	assert_eq!(refused([16, 64, (1 << 20) + 64, 1, 1, 64]), ProfileError::TooDear);
	assert!(Profile::new(16, 64, (1 << 21) - 64, 1, 1, 32).is_ok());
	let largest = Profile::new(1 << 24, 1 << 12, 1 << 20, 1 << 16, (1 << 16) - 1, 64).unwrap();
	assert_eq!((largest.chunks(), largest.states()), (1 << 32, 1 << 32));
}

#[test]
fn profile_should_be_refused_when_read_out_of_bounds() {
	assert_eq!(Profile::decode(&mut &profile().encode()[..]), Ok(profile()));
	assert!(Profile::decode(&mut &(16u32, 72u32, 64u32, 8u32, 16u32, 8u32).encode()[..]).is_err());
	let json = serde_json::to_string(&profile()).unwrap();
	assert_eq!(serde_json::from_str::<Profile>(&json).unwrap(), profile());
	let error = serde_json::from_str::<Profile>(&json.replace("\"columns\":64", "\"columns\":72")).unwrap_err();
	assert!(error.to_string().contains("multiple of 16"), "{error}");
}

#[test]
fn cost_should_bound_the_proof_and_stay_below_a_megabyte() {
	// Eight openings: their number takes one byte, not two.
	assert_eq!(honest().proof.encoded_size() as u64, profile().cost().proof_bytes - 2);
	let largest = Profile::new(1 << 24, 1 << 12, 1 << 20, 1 << 16, (1 << 16) - 1, 64).unwrap();
	assert_eq!(largest.cost().proof_bytes, Proof::max_encoded_len() as u64);
	assert!(largest.cost().proof_bytes < 800_000);
	assert_eq!(largest.cost().keystream_bytes, 64 * 2 * (1 << 20));
	assert_eq!(largest.cost().hashes, 64 * (9 * 33 + 2 * 33 + 3) + 2);
}

#[test]
fn rehearsed_proof_should_hold_at_any_size_and_for_its_own_picks_alone() {
	for profile in [
		profile(),
		Profile::new(3, 48, 128, 2, 3, 64).unwrap(),
		Profile::new(131_072, 229_376, 4_096, 65_536, 1_024, 16).unwrap(),
	] {
		let prover = Prover::rehearsed(profile, &SEEDS);
		let proof = prover.prove(&SEEDS.pick);
		assert_eq!(verify(&profile, &SEEDS, &prover.roots(), &proof), Ok(()));
		let later = Seeds { pick: [4; 32], ..SEEDS };
		assert!(verify(&profile, &later, &prover.roots(), &prover.prove(&later.pick)).is_err());
	}
}

#[test]
fn operator_root_should_hold_each_gpu_at_its_id_alone() {
	let gpus = [0, 1, 2, 5, 1 << 40, u64::MAX].map(|gpu| (gpu, [gpu as u8; 32]));
	let tree = Tree::new(gpus).unwrap();
	for (gpu, root) in gpus {
		let path = tree.path(gpu).unwrap();
		assert!(operator::contains(&tree.root(), gpu, &root, &path));
		assert!(!operator::contains(&tree.root(), gpu, &[77; 32], &path));
		for (other, _) in gpus.into_iter().filter(|(other, _)| *other != gpu) {
			assert!(!operator::contains(&tree.root(), other, &root, &path));
		}
		let mut longer = path.clone();
		longer.siblings.try_push([0; 32]).unwrap();
		assert!(!operator::contains(&tree.root(), gpu, &root, &longer));
		let mut shorter = path.clone();
		shorter.siblings.pop();
		assert!(!operator::contains(&tree.root(), gpu, &root, &shorter));
		let mut moved = path;
		moved.occupied = moved.occupied.rotate_left(1);
		assert!(!operator::contains(&tree.root(), gpu, &root, &moved));
	}
	assert_eq!(tree.path(3), None);
}

#[test]
fn operator_root_should_depend_on_neither_order_nor_anything_else_but_the_gpus() {
	let (one, two) = ((4, [1; 32]), (9, [2; 32]));
	assert_eq!(
		Tree::new([one, two]).unwrap().root(),
		Tree::new([two, one]).unwrap().root()
	);
	assert_ne!(
		Tree::new([one, two]).unwrap().root(),
		Tree::new([(4, two.1), (9, one.1)]).unwrap().root()
	);
	assert!(Tree::new([one, (4, [2; 32])]).is_none());
	assert_eq!(Tree::new([]).unwrap().root(), [0; 32]);
}

proptest! {
	#[test]
	fn proof_should_be_refused_when_any_bit_is_flipped(bit in any::<prop::sample::Index>()) {
		let mut bytes = honest().proof.encode();
		let bit = bit.index(bytes.len() * 8);
		bytes[bit / 8] ^= 1 << (bit % 8);
		if let Ok(proof) = Proof::decode_all(&mut &bytes[..]) {
			prop_assert!(honest().verdict(&proof).is_err());
		}
	}

	#[test]
	fn proof_should_not_decode_when_truncated(length in any::<prop::sample::Index>()) {
		let bytes = honest().proof.encode();
		prop_assert!(Proof::decode_all(&mut &bytes[..length.index(bytes.len())]).is_err());
	}

	#[test]
	fn verification_should_refuse_whatever_is_sent(
		garbage in prop::collection::vec(any::<u8>(), 0..4_000),
		keep in any::<prop::sample::Index>(),
	) {
		let mut bytes = honest().proof.encode();
		let keep = keep.index(bytes.len());
		for (byte, noise) in bytes.iter_mut().skip(keep).zip(&garbage) {
			*byte ^= noise;
		}
		let same = bytes == honest().proof.encode();
		if let Ok(proof) = Proof::decode(&mut &bytes[..]) {
			prop_assert!(same || proof == honest().proof || honest().verdict(&proof).is_err());
		}
	}

	#[test]
	fn verification_should_not_panic_when_paths_have_any_length(lengths in prop::collection::vec(0usize..=32, 8 * 11)) {
		let mut proof = honest().proof.clone();
		let path = |length: usize| BoundedVec::truncate_from(vec![[5; 32]; length]);
		for (entry, length) in proof.entries.iter_mut().zip(&lengths) {
			entry.path = path(*length);
		}
		for (step, lengths) in proof.steps.iter_mut().zip(lengths[8..].chunks(10)) {
			step.state_path = path(lengths[0]);
			step.after_path = path(lengths[1]);
			for (read, length) in step.reads.iter_mut().zip(&lengths[2..]) {
				read.path = path(*length);
			}
		}
		prop_assert!(honest().verdict(&proof).is_err());
	}

	#[test]
	fn operator_root_should_hold_all_gpus(ids in prop::collection::btree_set(any::<u64>(), 1..20), stranger: u64) {
		let root_of = |gpu: u64| millpond_proof::hash(&[&gpu.to_le_bytes()]);
		let tree = Tree::new(ids.iter().map(|gpu| (*gpu, root_of(*gpu)))).unwrap();
		for gpu in &ids {
			let path = tree.path(*gpu).unwrap();
			prop_assert_eq!(GpuPath::decode_all(&mut &path.encode()[..]), Ok(path.clone()));
			prop_assert!(operator::contains(&tree.root(), *gpu, &root_of(*gpu), &path));
			if !ids.contains(&stranger) {
				prop_assert!(!operator::contains(&tree.root(), stranger, &root_of(stranger), &path));
			}
		}
	}

	/// A cheat that computed a share of the fill passes about as often as that share to the power of the openings.
	#[test]
	fn cheats_should_be_caught_when_half_of_the_fill_is_missing(pick: [u8; 32]) {
		static CHEAT: OnceLock<Prover> = OnceLock::new();
		let cheat = CHEAT.get_or_init(|| {
			let mut cheat = Prover::new(profile(), &SEEDS.fill, |chunk| chunk % 2 == 0);
			cheat.walk(&SEEDS.walk);
			cheat
		});
		let proof = cheat.prove(&pick);
		let caught = (0..8).any(|number| millpond_proof::seeds::entry_pick(&pick, number, profile().entries()) / 16 % 2 == 1);
		let verdict = verify(&profile(), &Seeds { pick, ..SEEDS }, &cheat.roots(), &proof);
		prop_assert_eq!(verdict, if caught { Err(Refusal::EntryIsNotProduct) } else { Ok(()) });
	}
}
