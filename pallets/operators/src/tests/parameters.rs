use crate::{mock::*, *};
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::{RangedU128, RangedU32, BCT, MINUTES_PER_DAY};
use sp_runtime::DispatchError;

#[test]
fn parameters_should_be_for_governance_only_and_change_nothing_that_runs() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		assert_ok!(Operators::unbond(RuntimeOrigin::signed(ALICE), operator, 1_000 * BCT));
		let parameters = ParametersRecord {
			min_bond: RangedU128::constant::<{ 10 * BCT }>(),
			unbonding: RangedU32::constant::<{ 7 * MINUTES_PER_DAY }>(),
			..Default::default()
		};
		assert_noop!(
			Operators::set_parameters(RuntimeOrigin::signed(ALICE), parameters),
			DispatchError::BadOrigin
		);
		assert_ok!(Operators::set_parameters(RuntimeOrigin::root(), parameters));
		assert_eq!(last_event(), Event::ParametersSet { parameters });
		assert_eq!(bond(operator).unbonding[0].due, START + 28 * MINUTES_PER_DAY);
		let other = register(BOB, 10 * BCT);
		assert_ok!(Operators::unbond(RuntimeOrigin::signed(BOB), other, 10 * BCT));
		assert_eq!(bond(other).unbonding[0].due, START + 7 * MINUTES_PER_DAY);
	});
}

/// The call as bytes, with the parameters written as plain integers: what a proposal by Root could carry.
fn call(min_bond: u128, unbonding: u32, delay: u32, share: u32) -> Result<RuntimeCall, codec::Error> {
	RuntimeCall::decode(&mut &(2u8, 6u8, min_bond, unbonding, delay, share).encode()[..])
}

#[test]
fn parameters_should_not_be_decodable_when_out_of_range_even_for_root() {
	let day = MINUTES_PER_DAY;
	assert_eq!(
		call(1_000 * BCT, 28 * day, 7 * day, 2_500),
		Ok(RuntimeCall::Operators(Call::set_parameters {
			parameters: ParametersRecord::default()
		}))
	);
	for (min_bond, unbonding, delay, share) in [
		(10 * BCT - 1, 28 * day, 7 * day, 2_500),
		(1_000_000 * BCT + 1, 28 * day, 7 * day, 2_500),
		(1_000 * BCT, 7 * day - 1, 7 * day, 2_500),
		(1_000 * BCT, 90 * day + 1, 7 * day, 2_500),
		(1_000 * BCT, 28 * day, 59, 2_500),
		(1_000 * BCT, 28 * day, 7 * day + 1, 2_500),
		(1_000 * BCT, 28 * day, 7 * day, 5_001),
	] {
		assert!(
			call(min_bond, unbonding, delay, share).is_err(),
			"{min_bond} {unbonding} {delay} {share}"
		);
	}
}

#[test]
fn genesis_should_set_the_parameters() {
	let parameters = ParametersRecord {
		compensation_share: RangedU32::constant::<5_000>(),
		..Default::default()
	};
	TestExt::parameters(parameters).execute_with(|| {
		assert_eq!(Parameters::<Test>::get(), parameters);
	});
}
