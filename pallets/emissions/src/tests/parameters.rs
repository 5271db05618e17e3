use crate::{mock::*, *};
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok};
use millpond_math::schedule::Split;
use millpond_primitives::RangedU32;
use sp_runtime::DispatchError;

fn other_parameters() -> ParametersRecord {
	ParametersRecord {
		split: Split::new(5_000, 3_000, 2_000).expect("the whole"),
		kappa: RangedU32::constant::<5_000>(),
		alpha: RangedU32::constant::<0>(),
	}
}

#[test]
fn parameters_should_be_for_governance_only() {
	TestExt::default().execute_with(|| {
		let parameters = other_parameters();
		assert_noop!(
			Emissions::set_parameters(RuntimeOrigin::signed(ALICE), parameters),
			DispatchError::BadOrigin
		);
		assert_noop!(
			Emissions::set_epoch_length(RuntimeOrigin::signed(ALICE), DEFAULT_EPOCH_LENGTH),
			DispatchError::BadOrigin
		);
		assert_ok!(Emissions::set_parameters(RuntimeOrigin::root(), parameters));
		assert_eq!(Parameters::<Test>::get(), parameters);
		assert_eq!(events(), [Event::ParametersSet { parameters }]);
	});
}

#[test]
fn split_should_be_that_of_the_moment_in_which_the_epoch_closes() {
	TestExt::default().execute_with(|| {
		pass(1_000);
		assert_ok!(Emissions::set_parameters(RuntimeOrigin::root(), other_parameters()));
		let whole = scheduled(0, 1_440);
		assert_eq!(summary(0).emission.validators, whole * 3 / 10);
		assert_eq!(close_epoch().emission.validators, whole * 3 / 10);
	});
}

/// The call as bytes, with the parameters written as plain integers: what a proposal by Root could carry.
fn parameters_call(
	gpus: u16,
	validators: u16,
	treasury: u16,
	kappa: u32,
	alpha: u32,
) -> Result<RuntimeCall, codec::Error> {
	RuntimeCall::decode(&mut &(3u8, 1u8, gpus, validators, treasury, kappa, alpha).encode()[..])
}

fn length_call(minutes: u32) -> Result<RuntimeCall, codec::Error> {
	RuntimeCall::decode(&mut &(3u8, 0u8, minutes).encode()[..])
}

#[test]
fn parameters_should_not_be_decodable_when_out_of_range_even_for_root() {
	assert_eq!(
		parameters_call(7_000, 2_000, 1_000, 9_000, 2_500),
		Ok(RuntimeCall::Emissions(Call::set_parameters {
			parameters: ParametersRecord::default()
		}))
	);
	for (gpus, validators, treasury, kappa, alpha) in [
		(7_000, 2_000, 999, 9_000, 2_500),
		(7_000, 2_000, 1_001, 9_000, 2_500),
		(u16::MAX, u16::MAX, u16::MAX, 9_000, 2_500),
		(7_000, 2_000, 1_000, 4_999, 2_500),
		(7_000, 2_000, 1_000, 9_501, 2_500),
		(7_000, 2_000, 1_000, 9_000, 5_001),
	] {
		assert!(
			parameters_call(gpus, validators, treasury, kappa, alpha).is_err(),
			"{gpus} {validators} {treasury} {kappa} {alpha}"
		);
	}
	assert!(length_call(5).is_ok() && length_call(10_080).is_ok());
	assert!([0, 4, 10_081, u32::MAX]
		.into_iter()
		.all(|minutes| length_call(minutes).is_err()));
}
