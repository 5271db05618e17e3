//! Commits: by whom, when, and how often.

use crate::{messages, mock::*, Call, Commits, Event, Phase, Presence, Round};
use frame_support::assert_ok;
use sp_runtime::transaction_validity::{
	InvalidTransaction::{self, BadProof, BadSigner, Future, Stale},
	TransactionPriority,
};

fn refuse(call: Call<Test>, expected: InvalidTransaction) {
	let before = (Commits::<Test>::iter().count(), Round::<Test>::get());
	assert_eq!(send(call), Err(expected.into()));
	assert_eq!((Commits::<Test>::iter().count(), Round::<Test>::get()), before);
}

#[test]
fn commits_should_be_valid_once_and_in_their_windows_only() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11, 12]);
		let mut node = Node::new(1);
		node.round = 1;
		let none = Presence::default;
		// There is no round.
		refuse(node.fill_call(), Stale);
		open();
		// Early.
		refuse(node.fill_call(), Stale);
		run_to(Phase::Fill);
		node.fill(&[11, 12], |_, _| true);
		refuse(node.walk_call(none()), Stale);
		let valid = node.commit_fill().expect("it is valid");
		assert_eq!((valid.longevity, valid.priority), (3, TransactionPriority::MAX / 2));
		// Twice, the same and another.
		refuse(node.fill_call(), Stale);
		let mut other = Node::new(1);
		other.fill(&[11], |_, _| true);
		refuse(other.fill_call(), Stale);
		run_to(Phase::WalkSeed);
		refuse(node.walk_call(none()), Stale);
		run_to(Phase::Walk);
		// Late.
		refuse(other.fill_call(), Stale);
		node.walk();
		block();
		assert_eq!(node.commit_walk().expect("it is valid").longevity, 2);
		refuse(node.walk_call(node.presence(&[11, 12])), Stale);
		refuse(node.walk_call(node.presence(&[11])), Stale);
		let committed = Event::WalkCommitted {
			round: 1,
			operator: 1,
			present: 2,
		};
		assert_eq!(events().last(), Some(&committed));
		run_to(Phase::Proving);
		refuse(node.walk_call(none()), Stale);
		refuse(node.fill_call(), Stale);
	});
}

#[test]
fn commits_should_be_of_no_other_round() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		open();
		let nodes = take_part(&[1]);
		nodes[0].prove_all();
		let (fill, walk) = (nodes[0].fill_call(), nodes[0].walk_call(nodes[0].presence(&[11])));
		close();
		open();
		run_to(Phase::Fill);
		refuse(fill, Stale);
		let mut next = Node::new(1);
		next.fill(&[11], |_, _| true);
		next.round = 3;
		refuse(next.fill_call(), Future);
		next.round = 2;
		assert_ok!(next.commit_fill());
		run_to(Phase::Walk);
		refuse(walk, Stale);
	});
}

#[test]
fn commits_should_be_signed_by_the_operators_attestor() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		add_online_host(2, &[21]);
		add_operator(3);
		open();
		run_to(Phase::Fill);
		let root = [7; 32];
		let fill = |operator, signature| Call::commit_fill {
			operator,
			round: 1,
			root,
			signature,
		};
		let message = messages::commit_fill(GENESIS, 1, 1, &root);
		refuse(fill(1, sign(&key(2), message)), BadProof);
		refuse(fill(2, sign(&key(1), message)), BadProof);
		refuse(fill(2, sign(&key(2), message)), BadProof);
		refuse(fill(4, sign(&key(4), message)), BadSigner);
		let elsewhere = messages::commit_fill(sp_core::H256::zero(), 1, 1, &root);
		refuse(fill(1, sign(&key(1), elsewhere)), BadProof);
		let another = messages::commit_fill(GENESIS, 1, 1, &[8; 32]);
		refuse(fill(1, sign(&key(1), another)), BadProof);
		// What has no GPUs cannot commit to any.
		let message = messages::commit_fill(GENESIS, 3, 1, &root);
		refuse(fill(3, sign(&key(3), message)), InvalidTransaction::Call);
		let message = messages::commit_fill(GENESIS, 1, 1, &root);
		assert_ok!(send(fill(1, sign(&key(1), message))));
		run_to(Phase::Walk);
		let walk = |operator, present: &[u8], signature| Call::commit_walk {
			operator,
			round: 1,
			root,
			present: present.to_vec().try_into().expect("short"),
			signature,
		};
		let message = messages::commit_walk(GENESIS, 1, 1, &root, &[1]);
		refuse(walk(1, &[1], sign(&key(2), message)), BadProof);
		refuse(walk(1, &[], sign(&key(1), message)), BadProof);
		refuse(walk(1, &[1, 0], sign(&key(1), message)), BadProof);
		// A fill's signature is none of a walk.
		let fill = messages::commit_fill(GENESIS, 1, 1, &root);
		refuse(walk(1, &[1], sign(&key(1), fill)), BadProof);
		// Operator 2 has not committed to a fill.
		let other = messages::commit_walk(GENESIS, 2, 1, &root, &[1]);
		refuse(walk(2, &[1], sign(&key(2), other)), Stale);
		// The roster has one GPU.
		for present in [&[2u8][..], &[0, 1], &[255]] {
			let message = messages::commit_walk(GENESIS, 1, 1, &root, present);
			refuse(walk(1, present, sign(&key(1), message)), InvalidTransaction::Call);
		}
		let message = messages::commit_walk(GENESIS, 1, 1, &root, &[1, 0, 0]);
		assert_ok!(send(walk(1, &[1, 0, 0], sign(&key(1), message))));
	});
}

#[test]
fn authorized_calls_should_fail_when_anybody_signs_them() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		open();
		run_to(Phase::Fill);
		let node = Node::new(1);
		for origin in [
			RuntimeOrigin::signed(attestor(1)),
			RuntimeOrigin::root(),
			RuntimeOrigin::none(),
		] {
			use frame_support::traits::UnfilteredDispatchable;
			let call = node.fill_call().dispatch_bypass_filter(origin.clone());
			assert_eq!(
				call.map_err(|error| error.error),
				Err(sp_runtime::DispatchError::BadOrigin)
			);
			let beat = heartbeat_signed(&key(1), 1, START, &[], &[]).dispatch_bypass_filter(origin.clone());
			assert!(beat.is_err());
			assert!(node
				.walk_call(Presence::default())
				.dispatch_bypass_filter(origin)
				.is_err());
		}
		assert_eq!(Commits::<Test>::iter().count(), 0);
	});
}

#[test]
fn tags_should_differ_between_operators_rounds_and_kinds() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		add_online_host(2, &[21]);
		let mut tags = std::collections::BTreeSet::new();
		let mut count = 0;
		for _ in 0..2 {
			open();
			run_to(Phase::Fill);
			let mut nodes = [1, 2].map(Node::new);
			for node in &mut nodes {
				node.fill(&node.roster(), |_, _| true);
				tags.extend(node.commit_fill().expect("it is valid").provides);
			}
			run_to(Phase::Walk);
			for node in &mut nodes {
				node.walk();
				tags.extend(node.commit_walk().expect("it is valid").provides);
			}
			run_to(Phase::Proving);
			nodes.iter().for_each(Node::prove_all);
			close();
			pass(PERIOD);
			for operator in [1, 2] {
				tags.extend(beat(operator, &[], &[]).expect("it is valid").provides);
			}
			count += 6;
		}
		assert_eq!(tags.len(), count);
	});
}
