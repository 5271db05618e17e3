//! What governance sets.

use crate::{mock::*, Error, Event, Parameters, ParametersRecord, Phase, Profiles};
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok};
use millpond_proof::Profile;
use sp_runtime::DispatchError;

#[test]
fn parameters_should_be_set_by_governance_only() {
	TestExt::default().execute_with(|| {
		let parameters = ParametersRecord::default();
		assert_noop!(
			Attestation::set_parameters(RuntimeOrigin::signed(holder(1)), parameters),
			DispatchError::BadOrigin
		);
		assert_ok!(Attestation::set_parameters(RuntimeOrigin::root(), parameters));
		assert_eq!(Parameters::<Test>::get(), parameters);
		assert_eq!(events(), [Event::ParametersSet { parameters }]);
	});
}

#[test]
fn parameters_should_be_undecodable_when_out_of_range() {
	let good = ParametersRecord::default().encode();
	assert!(ParametersRecord::decode(&mut &good[..]).is_ok());
	for field in 0..good.len() / 4 {
		for value in [0u32, u32::MAX] {
			let mut bad = good.clone();
			bad[4 * field..4 * field + 4].copy_from_slice(&value.to_le_bytes());
			assert!(
				ParametersRecord::decode(&mut &bad[..]).is_err(),
				"field {field} can be {value}"
			);
		}
	}
	assert_eq!(good.len(), 13 * 4);
}

#[test]
fn profile_should_be_set_by_governance_only_and_for_models_only() {
	TestExt::default().execute_with(|| {
		let profile = toy_profile();
		assert_noop!(
			Attestation::set_profile(RuntimeOrigin::signed(holder(1)), MODEL, profile),
			DispatchError::BadOrigin
		);
		assert_noop!(
			Attestation::set_profile(RuntimeOrigin::root(), MODEL + 1, profile),
			Error::<Test>::NoModel
		);
		assert_eq!(Profiles::<Test>::get(MODEL + 1), None);
	});
}

#[test]
fn another_profile_should_hold_from_the_next_round_on() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		let larger = Profile::new(8, 16, 128, 2, 4, 8).expect("within bounds");
		open();
		assert_ok!(Attestation::set_profile(RuntimeOrigin::root(), MODEL, larger));
		let expected = Event::ProfileSet {
			model: MODEL,
			profile: larger,
			from: 2,
		};
		assert_eq!(events().last(), Some(&expected));
		take_part(&[1]).iter().for_each(Node::prove_all);
		close();
		assert_eq!(struck(), [0u64; 0]);
		open();
		let profile = Attestation::challenge(11).expect("a round is on").profile;
		assert_eq!(profile, larger);
		// And a third one in the meantime.
		assert_ok!(Attestation::set_profile(RuntimeOrigin::root(), MODEL, toy_profile()));
		assert_eq!(Attestation::challenge(11).expect("a round is on").profile, larger);
		close();
		open();
		assert_eq!(
			Attestation::challenge(11).expect("a round is on").profile,
			toy_profile()
		);
	});
}

#[test]
fn window_should_keep_its_length_when_parameters_change() {
	TestExt::default().execute_with(|| {
		open();
		run_to(Phase::Fill);
		let mut parameters = Parameters::<Test>::get();
		parameters.fill_blocks = 70.try_into().expect("in range");
		parameters.walk_blocks = 7.try_into().expect("in range");
		assert_ok!(Attestation::set_parameters(RuntimeOrigin::root(), parameters));
		let left = || Attestation::current_round().expect("it is on").blocks_left;
		assert_eq!(left(), Some(3));
		run_to(Phase::Walk);
		assert_eq!(left(), Some(7));
	});
}
