//! What workers ask for, also after a restart.

use crate::{mock::*, Challenge, Phase};
use frame_support::assert_ok;
use millpond_proof::{seeds::seed, Purpose};
use millpond_traits::mocks::{MockClock, MockHosts};

#[test]
fn duties_should_say_what_is_still_to_be_done_in_each_phase() {
	TestExt::default().execute_with(|| {
		assert_eq!(Attestation::duties(1), None);
		add_online_host(1, &[11, 12]);
		let duties = || Attestation::duties(1).expect("it has an attestor");
		let owes = || {
			(
				duties().owes_heartbeat,
				duties().owes_fill,
				duties().owes_walk,
				duties().owes_proofs,
			)
		};
		assert_eq!(
			(duties().attestor, duties().gpus, duties().dark),
			(attestor(1), 2, false)
		);
		assert_eq!(owes(), (false, false, false, vec![]));
		MockClock::advance(PERIOD);
		assert_eq!((owes().0, duties().period), (true, START + PERIOD));
		assert_ok!(beat(1, &[], &[]));
		open();
		assert_eq!(owes(), (false, false, false, vec![]));
		run_to(Phase::Fill);
		assert_eq!(owes(), (false, true, false, vec![]));
		let mut node = Node::new(1);
		node.fill(&[11, 12], |_, _| true);
		assert_ok!(node.commit_fill());
		assert_eq!(owes(), (false, false, false, vec![]));
		let committed = duties().commit.expect("it has committed");
		assert_eq!(committed.walk, None);
		run_to(Phase::Walk);
		assert_eq!(owes(), (false, false, true, vec![]));
		node.walk();
		assert_ok!(node.commit_walk());
		assert_eq!(owes(), (false, false, false, vec![]));
		let present = duties().commit.and_then(|commit| commit.walk).map(|walk| walk.present);
		assert_eq!(present.map(|present| present.into_inner()), Some(vec![0b11]));
		run_to(Phase::Proving);
		assert_eq!(owes(), (false, false, false, vec![11, 12]));
		assert_ok!(node.prove(11));
		assert_eq!(owes(), (false, false, false, vec![12]));
		let proof = |gpu| Attestation::attestation_status(gpu).expect("it is there").owes_proof;
		assert_eq!((proof(11), proof(12)), (Some(false), Some(true)));
		assert_ok!(node.prove(12));
		close();
		assert_eq!(
			(owes().3, proof(11), Attestation::current_round()),
			(vec![], None, None)
		);
	});
}

#[test]
fn challenge_should_bind_chain_round_gpu_and_purpose() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		assert_eq!(Attestation::challenge(11), None);
		open();
		let none = Challenge {
			round: 1,
			free: true,
			profile: toy_profile(),
			fill: None,
			walk: None,
			pick: None,
		};
		assert_eq!(Attestation::challenge(11), Some(none));
		assert_eq!(Attestation::challenge(404), None);
		run_to(Phase::Fill);
		let randomness = crate::Round::<Test>::get()
			.expect("it is on")
			.fill
			.expect("it is known");
		let expected = seed(Purpose::Fill, &GENESIS.0, 1, 11, &randomness);
		let challenge = Attestation::challenge(11).expect("it is on");
		assert_eq!((challenge.fill, challenge.walk), (Some(expected), None));
	});
}

#[test]
fn challenge_should_say_so_when_a_customer_had_the_gpu_as_the_round_began() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11, 12]);
		MockHosts::rent(11);
		open();
		MockHosts::give_back(11);
		MockHosts::rent(12);
		let free = |gpu| Attestation::challenge(gpu).map(|challenge| challenge.free);
		assert_eq!((free(11), free(12)), (Some(false), Some(true)));
	});
}

#[test]
fn roster_should_be_told_from_any_position() {
	TestExt::default().execute_with(|| {
		add_host(1, &[11, 12, 13]);
		let gpus = |first| {
			Attestation::roster(1, first)
				.into_iter()
				.map(|member| member.gpu)
				.collect::<Vec<_>>()
		};
		assert_eq!((gpus(0), gpus(2), gpus(3)), (vec![11, 12, 13], vec![13], vec![]));
		assert_eq!(
			Attestation::attestation_status(12).map(|status| (status.operator, status.position)),
			Some((1, 1))
		);
	});
}
