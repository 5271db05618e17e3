//! Who signs for an operator.

use crate::{mock::*, Attestors, Error, Event};
use frame_support::{assert_noop, assert_ok};
use millpond_traits::{
	mocks::{MockClock, MockOperators},
	Clock,
};
use sp_runtime::transaction_validity::InvalidTransaction;

#[test]
fn set_attestor_should_fail_when_the_caller_does_not_hold_the_operator() {
	TestExt::default().execute_with(|| {
		let set = |who, operator| Attestation::set_attestor(RuntimeOrigin::signed(who), operator, attestor(1));
		assert_noop!(set(holder(1), 1), Error::<Test>::NotHolder);
		add_operator(1);
		assert_noop!(set(holder(2), 1), Error::<Test>::NotHolder);
		assert_noop!(set(attestor(1), 1), Error::<Test>::NotHolder);
		assert_eq!(
			events(),
			[Event::AttestorSet {
				operator: 1,
				attestor: attestor(1)
			}]
		);
	});
}

#[test]
fn another_attestor_should_void_what_the_one_before_signed() {
	TestExt::default().execute_with(|| {
		add_host(1, &[11]);
		MockClock::advance(PERIOD);
		let period = MockClock::now() / PERIOD * PERIOD;
		let before = heartbeat_signed(&key(1), 1, period, &[], &[]);
		assert_ok!(Attestation::set_attestor(
			RuntimeOrigin::signed(holder(1)),
			1,
			attestor(2)
		));
		assert_eq!(send(before), Err(InvalidTransaction::BadProof.into()));
		assert_ok!(send(heartbeat_signed(&key(2), 1, period, &[], &[])));
		assert_eq!(Attestors::<Test>::get(1).expect("it is there").gpus, 1);
	});
}

#[test]
fn round_should_go_on_when_the_operator_changes_hands() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		open();
		run_to(crate::Phase::Fill);
		let mut node = Node::new(1);
		node.fill(&[11], |_, _| true);
		assert_ok!(node.commit_fill());
		MockOperators::set_holder(1, &holder(9));
		run_to(crate::Phase::Walk);
		node.walk();
		assert_ok!(node.commit_walk());
		run_to(crate::Phase::Proving);
		// The new holder names another attestor, who proves what the one before committed to; the old holder cannot.
		let set = |who| Attestation::set_attestor(RuntimeOrigin::signed(who), 1, attestor(9));
		assert_noop!(set(holder(1)), Error::<Test>::NotHolder);
		assert_ok!(set(holder(9)));
		assert_noop!(node.prove(11), Error::<Test>::NotAttestor);
		let answer = Box::new(node.answer(11));
		let signer = RuntimeOrigin::signed(attestor(9));
		assert_ok!(Attestation::prove(signer, 1, 11, toy_profile().k(), answer));
		close();
		assert_eq!(struck(), [0u64; 0]);
	});
}
