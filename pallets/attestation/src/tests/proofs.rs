//! Proofs: those that hold, those that do not, and those that nobody asked for.

use crate::{mock::*, Answer, Error, Event, Miss, Phase, Picks};
use frame_support::{assert_noop, assert_ok, dispatch::Pays};
use millpond_proof::Refusal;
use millpond_traits::{
	mocks::{MockClock, MockGpus, MockOnGpuStatus, MockOperators},
	Clock, Fact, GpuStatus, Proofs,
};

/// Two operators with two GPUs each in a round, up to the proofs; all are picked.
fn round() -> Vec<Node> {
	add_online_host(1, &[11, 12]);
	add_online_host(2, &[21, 22]);
	open();
	take_part(&[1, 2])
}

/// Fails with `error`, and the proof that was meant still holds afterwards.
fn refuse(node: &Node, gpu: u64, answer: Answer, error: Error<Test>) {
	assert_noop!(node.send_answer(gpu, answer), error);
	assert_eq!(status(gpu), GpuStatus::Online);
}

#[test]
fn proof_should_cost_no_fee_when_it_holds_and_be_taken_once() {
	TestExt::default().execute_with(|| {
		let nodes = round();
		let result = nodes[0].prove(11).expect("it holds");
		assert_eq!(result.pays_fee, Pays::No);
		let full = Attestation::weight_of_proof(toy_profile().k(), &nodes[0].answer(11));
		assert!(result.actual_weight.expect("it is known").ref_time() < full.ref_time());
		assert_eq!(events().last(), Some(&Event::Proven { round: 1, gpu: 11 }));
		assert_noop!(nodes[0].prove(11), Error::<Test>::AlreadyProven);
		nodes.iter().for_each(Node::prove_all);
		close();
		assert_eq!(
			(struck(), MockOperators::facts(1)),
			(vec![], vec![Fact::AttestationPassed])
		);
	});
}

#[test]
fn proof_should_fail_when_it_is_early_late_or_of_another_round() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		open();
		let old = take_part(&[1]).remove(0);
		let answer = old.answer(11);
		old.prove_all();
		run_to(Phase::Closing);
		refuse(&old, 11, answer.clone(), Error::NotNow);
		close();
		refuse(&old, 11, answer.clone(), Error::NotNow);
		open();
		let mut node = Node::new(1);
		while phase_now() != Some(Phase::Proving) {
			refuse(&node, 11, answer.clone(), Error::NotNow);
			refuse(&old, 11, answer.clone(), Error::NotNow);
			if phase_now() == Some(Phase::Fill) && crate::Commits::<Test>::get(1).is_none() {
				node.fill(&[11], |_, _| true);
				assert_ok!(node.commit_fill());
			}
			if Attestation::duties(1).expect("it has an attestor").owes_walk {
				node.walk();
				assert_ok!(node.commit_walk());
			}
			block();
		}
		refuse(&old, 11, answer.clone(), Error::NotNow);
		refuse(&node, 11, answer, Error::NotCommitted);
		assert_ok!(node.prove(11));
	});
}

#[test]
fn stale_randomness_should_not_pass_when_it_is_committed_again() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		open();
		let old = take_part(&[1]).remove(0);
		let answer = old.answer(11);
		old.prove_all();
		close();
		open();
		run_to(Phase::Fill);
		let node = old.in_round(2);
		assert_ok!(node.commit_fill());
		run_to(Phase::Walk);
		assert_ok!(node.commit_walk());
		run_to(Phase::Proving);
		// What the first round picked.
		refuse(&node, 11, answer, Error::WrongOpening);
		// What this one picks: the start of a lane is not that of this walk, or else no entry is that of this fill.
		match node.prove(11) {
			Ok(_) => assert!(MockGpus::<()>::is_condemned(11)),
			Err(error) => assert_eq!(error.error, Error::<Test>::WrongOpening.into()),
		}
		assert_eq!(Picks::<Test>::get(1, 11), Some(false));
		close();
		assert_ne!(status(11), GpuStatus::Online);
	});
}

#[test]
fn proof_should_fail_when_another_than_the_attestor_sends_it() {
	TestExt::default().execute_with(|| {
		let nodes = round();
		let answer = Box::new(nodes[0].answer(11));
		for who in [holder(1), attestor(2), holder(2)] {
			let signer = RuntimeOrigin::signed(who);
			assert_noop!(
				Attestation::prove(signer, 1, 11, toy_profile().k(), answer.clone()),
				Error::<Test>::NotAttestor
			);
		}
		assert_noop!(
			Attestation::prove(RuntimeOrigin::root(), 1, 11, toy_profile().k(), answer),
			sp_runtime::DispatchError::BadOrigin
		);
		assert_ok!(nodes[0].prove(11));
	});
}

#[test]
fn proof_should_fail_when_it_is_another_gpus() {
	TestExt::default().execute_with(|| {
		let nodes = round();
		let (own, other, foreign) = (nodes[0].answer(11), nodes[0].answer(12), nodes[1].answer(21));
		// Another GPU's root, of the same operator and of another.
		refuse(&nodes[0], 11, other.clone(), Error::NotCommitted);
		refuse(&nodes[0], 11, foreign.clone(), Error::NotCommitted);
		for taken in [other, foreign] {
			// Its roots under the GPU's own paths, and its openings under the GPU's own roots.
			let roots = Answer {
				roots: taken.roots,
				..own.clone()
			};
			refuse(&nodes[0], 11, roots, Error::NotCommitted);
			let paths = Answer {
				fill: taken.fill.clone(),
				walk: taken.walk.clone(),
				..own.clone()
			};
			refuse(&nodes[0], 11, paths, Error::NotCommitted);
			let openings = Answer {
				proof: taken.proof,
				..own.clone()
			};
			refuse(&nodes[0], 11, openings, Error::WrongOpening);
		}
		assert_noop!(nodes[0].send_answer(404, own.clone()), Error::<Test>::NotEnrolled);
		assert_ok!(nodes[0].send_answer(11, own));
	});
}

#[test]
fn proof_should_fail_when_it_is_truncated_or_oversized() {
	TestExt::default().execute_with(|| {
		let nodes = round();
		let change = |change: &dyn Fn(&mut Answer), error| {
			let mut answer = nodes[0].answer(11);
			change(&mut answer);
			refuse(&nodes[0], 11, answer, error);
		};
		change(&|answer| drop(answer.proof.entries.pop()), Error::WrongNumberOfOpenings);
		change(&|answer| drop(answer.proof.steps.pop()), Error::WrongNumberOfOpenings);
		change(&|answer| answer.proof.entries.clear(), Error::WrongNumberOfOpenings);
		change(
			&|answer| {
				let first = answer.proof.entries[0].clone();
				assert_ok!(answer.proof.entries.try_push(first));
			},
			Error::WrongNumberOfOpenings,
		);
		change(&|answer| answer.proof.entries[3].path.truncate(1), Error::WrongOpening);
		change(
			&|answer| answer.proof.entries[3].path.force_push([0; 32]),
			Error::WrongOpening,
		);
		change(
			&|answer| answer.proof.steps[3].reads[5].path.truncate(1),
			Error::WrongOpening,
		);
		change(
			&|answer| drop(answer.proof.steps[3].reads.pop()),
			Error::WrongNumberOfOpenings,
		);
		change(&|answer| answer.fill.siblings.truncate(0), Error::NotCommitted);
		change(&|answer| answer.walk.siblings.force_push([0; 32]), Error::NotCommitted);
		nodes.iter().for_each(Node::prove_all);
	});
}

#[test]
fn proof_should_fail_when_an_index_or_a_sibling_is_wrong() {
	TestExt::default().execute_with(|| {
		let nodes = round();
		let change = |change: &dyn Fn(&mut Answer), error| {
			let mut answer = nodes[0].answer(11);
			change(&mut answer);
			refuse(&nodes[0], 11, answer, error);
		};
		// Another chunk of the same fill than the one that is picked.
		change(
			&|answer| {
				let first = answer.proof.entries[0].clone();
				let other = answer
					.proof
					.entries
					.iter()
					.find(|other| other.path != first.path)
					.cloned();
				answer.proof.entries[0] = other.expect("eight openings of four chunks differ");
			},
			Error::WrongOpening,
		);
		change(&|answer| answer.proof.entries[0].path[0][0] ^= 1, Error::WrongOpening);
		change(&|answer| answer.proof.entries[0].chunk[5] ^= 1, Error::WrongOpening);
		change(&|answer| answer.proof.steps[0].state ^= 1, Error::WrongOpening);
		change(&|answer| answer.proof.steps[0].after ^= 1, Error::WrongOpening);
		change(
			&|answer| answer.proof.steps[0].state_path[0][0] ^= 1,
			Error::WrongOpening,
		);
		change(
			&|answer| answer.proof.steps[0].reads[7].path[0][0] ^= 1,
			Error::WrongOpening,
		);
		change(&|answer| answer.fill.siblings[0][0] ^= 1, Error::NotCommitted);
		change(&|answer| answer.walk.occupied ^= 1 << 63, Error::NotCommitted);
		nodes.iter().for_each(Node::prove_all);
		close();
		assert_eq!(struck(), [0u64; 0]);
	});
}

#[test]
fn proof_should_fail_when_it_is_weighed_for_another_profile() {
	TestExt::default().execute_with(|| {
		let nodes = round();
		for k in [0, 32, 63, 128, u32::MAX] {
			let answer = Box::new(nodes[0].answer(11));
			let signer = RuntimeOrigin::signed(attestor(1));
			assert_noop!(
				Attestation::prove(signer, 1, 11, k, answer),
				Error::<Test>::WrongProfile
			);
		}
		assert_ok!(nodes[0].prove(11));
	});
}

#[test]
fn proof_should_fail_when_nobody_asked_for_it() {
	let extension = TestExt::default().parameters(|parameters| parameters.picks = 1.try_into().expect("in range"));
	extension.execute_with(|| {
		let nodes = round();
		let picked: Vec<_> = Picks::<Test>::iter_keys().map(|(_, gpu)| gpu).collect();
		assert_eq!(picked.len(), 1);
		for (node, gpu) in [(0, 11), (0, 12), (1, 21), (1, 22)] {
			let node: &Node = &nodes[node];
			if picked.contains(&gpu) {
				assert_ok!(node.prove(gpu));
			} else {
				assert_noop!(node.prove(gpu), Error::<Test>::NothingToProve);
			}
		}
		close();
		assert_eq!(struck(), [0u64; 0]);
	});
}

#[test]
fn fraud_should_be_condemned_and_slashed_when_it_is_opened() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11, 12]);
		open();
		run_to(Phase::Fill);
		let mut node = Node::new(1);
		// 11 computes nothing at all.
		node.fill(&[11, 12], |gpu, _| gpu != 11);
		assert_ok!(node.commit_fill());
		run_to(Phase::Walk);
		node.walk();
		assert_ok!(node.commit_walk());
		run_to(Phase::Proving);
		MockClock::advance(3);
		let result = node.prove(11).expect("it is taken");
		assert_eq!(result.pays_fee, Pays::Yes);
		let condemned = Event::Condemned {
			round: 1,
			operator: 1,
			gpu: 11,
			refusal: Refusal::EntryIsNotProduct,
			slashed: BOND / 2,
		};
		assert_eq!(events().last(), Some(&condemned));
		assert!(MockGpus::<()>::is_condemned(11));
		assert_eq!((slashed(1), status(11)), (5_000, GpuStatus::Retired));
		assert_eq!(MockOnGpuStatus::moves(), [(11, Some(MockClock::now()))]);
		assert_noop!(node.prove(11), Error::<Test>::NotEnrolled);
		assert_ok!(node.prove(12));
		close();
		assert_eq!((struck(), slashed(1)), (vec![], 5_000));
		assert_eq!(Attestation::attestation_status(11), None);
		assert_eq!(status(12), GpuStatus::Online);
	});
}

#[test]
fn fraud_in_the_walk_should_be_condemned() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		open();
		run_to(Phase::Fill);
		let mut node = Node::new(1);
		node.fill(&[11], |_, _| true);
		assert_ok!(node.commit_fill());
		run_to(Phase::Walk);
		// Its memory is gone: it walks over something else.
		let mut other = Node::new(1);
		other.fill(&[11], |_, _| false);
		other.walk();
		assert_ok!(other.commit_walk());
		run_to(Phase::Proving);
		// Chunks of the true fill at the addresses of the false walk.
		node.walk();
		let answer = other.answer_from(11, &node);
		assert_ok!(node.send_answer(11, answer));
		assert!(matches!(
			events().last(),
			Some(Event::Condemned {
				refusal: Refusal::StepDoesNotFollow,
				..
			})
		));
	});
}

#[test]
fn gpu_should_be_struck_and_slashed_when_it_was_picked_and_proves_nothing() {
	TestExt::default().execute_with(|| {
		let nodes = round();
		assert_ok!(nodes[0].prove(12));
		nodes[1].prove_all();
		close();
		let miss = Miss::Unanswered { slashed: BOND / 100 };
		let expected = Event::Struck {
			round: 1,
			operator: 1,
			gpu: 11,
			miss,
			strikes: 1,
		};
		assert!(events().contains(&expected));
		assert_eq!((struck(), slashed(1), slashed(2)), (vec![11], 100, 0));
		assert_eq!((status(11), member(11).unproven), (GpuStatus::Offline, true));
		// It has to prove itself before it is online again.
		honest_round(&[1, 2]);
		assert_eq!((status(11), member(11).strikes), (GpuStatus::Online, 1));
	});
}

#[test]
fn gpu_should_owe_a_proof_from_the_commit_until_it_has_proven_itself_or_the_round_is_over() {
	let extension = TestExt::default().parameters(|parameters| parameters.picks = 1.try_into().expect("in range"));
	extension.execute_with(|| {
		// Of three that take part one is picked; 13 has to prove itself anyway, 14 is left out.
		add_online_host(1, &[11, 12, 14]);
		add_gpu(1, 13);
		MockClock::advance(PERIOD);
		assert_ok!(beat(1, &[], &[13]));
		let owing = || -> Vec<u64> {
			let owes = |gpu: &u64| Attestation::ensure_none_owed(*gpu) == Err(Error::<Test>::OwesProof.into());
			[11, 12, 13, 14, 404].into_iter().filter(owes).collect()
		};
		open();
		run_to(Phase::Walk);
		assert_eq!(owing(), [0u64; 0]);
		close();
		open();
		let node = take_part_with(1, &[11, 12, 13]);
		let (_, picked) = Picks::<Test>::iter_keys().next().expect("one is picked");
		let expected: Vec<_> = [11, 12, 13]
			.into_iter()
			.filter(|gpu| *gpu == picked || *gpu == 13)
			.collect();
		assert_eq!(owing(), expected);
		assert_ok!(node.prove(13));
		assert_eq!(owing().contains(&picked), picked != 13);
		run_to(Phase::Closing);
		assert_eq!(owing().contains(&picked), picked != 13);
		close();
		assert_eq!(owing(), [0u64; 0]);
	});
}

#[test]
fn gpu_should_not_slip_away_between_the_commit_and_the_picks() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11, 12]);
		open();
		run_to(Phase::Fill);
		let mut node = Node::new(1);
		node.fill(&[11], |_, _| true);
		assert_ok!(node.commit_fill());
		run_to(Phase::Walk);
		node.walk();
		assert_ok!(Attestation::ensure_none_owed(11));
		assert_ok!(node.commit_walk());
		for phase in [Phase::Walk, Phase::PickSeed, Phase::Picking] {
			run_to(phase);
			assert_eq!(Attestation::ensure_none_owed(11), Err(Error::<Test>::OwesProof.into()));
			assert_ok!(Attestation::ensure_none_owed(12));
		}
	});
}
