use crate::{mock::*, *};
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::{RangedU32, BCT, CREDITS_PER_USD, MINUTE};
use sp_runtime::DispatchError;

#[test]
fn set_parameters_should_be_for_governance_only() {
	TestExt::default().execute_with(|| {
		let parameters = ParametersRecord {
			freshness: RangedU32::constant::<60>(),
			..ParametersRecord::default()
		};
		let by_alice = DataCredits::set_parameters(RuntimeOrigin::signed(ALICE), parameters);
		assert_noop!(by_alice, DispatchError::BadOrigin);
		assert_ok!(DataCredits::set_parameters(RuntimeOrigin::root(), parameters));
		assert_eq!(Parameters::<Test>::get(), parameters);
		assert_eq!(events().last(), Some(&Event::ParametersSet { parameters }));
	});
}

#[test]
fn parameters_should_take_effect_at_once() {
	TestExt::default().execute_with(|| {
		pass(2 * MINUTE);
		assert_ok!(DataCredits::burn(RuntimeOrigin::signed(ALICE), BCT, 0));
		let parameters = ParametersRecord {
			freshness: RangedU32::constant::<60>(),
			..ParametersRecord::default()
		};
		assert_ok!(DataCredits::set_parameters(RuntimeOrigin::root(), parameters));
		assert_noop!(
			DataCredits::burn(RuntimeOrigin::signed(ALICE), BCT, 0),
			Error::<Test>::NoQuorum
		);
	});
}

/// The call as bytes, with the parameters written as plain integers: what a proposal by Root could carry.
fn call(freshness: u32, half_life: u32, jump: u32, reopen: u32, cap: u128) -> Result<RuntimeCall, codec::Error> {
	let bytes = (6u8, 2u8, freshness, half_life, jump, reopen, cap).encode();
	RuntimeCall::decode(&mut &bytes[..])
}

#[test]
fn parameters_should_not_be_decodable_when_out_of_range_even_for_root() {
	let usd = CREDITS_PER_USD;
	assert_eq!(
		call(600, 3_600, 2_000, 1_800, 100_000 * usd),
		Ok(RuntimeCall::DataCredits(Call::set_parameters {
			parameters: ParametersRecord::default()
		}))
	);
	for (freshness, half_life, jump, reopen, cap) in [
		(29, 3_600, 2_000, 1_800, 100_000 * usd),
		(601, 3_600, 2_000, 1_800, 100_000 * usd),
		(600, 599, 2_000, 1_800, 100_000 * usd),
		(600, 86_401, 2_000, 1_800, 100_000 * usd),
		(600, 3_600, 99, 1_800, 100_000 * usd),
		(600, 3_600, 5_001, 1_800, 100_000 * usd),
		(600, 3_600, 2_000, 59, 100_000 * usd),
		(600, 3_600, 2_000, 86_401, 100_000 * usd),
		(600, 3_600, 2_000, 1_800, 1_000 * usd - 1),
		(600, 3_600, 2_000, 1_800, 10_000_000 * usd + 1),
	] {
		assert!(
			call(freshness, half_life, jump, reopen, cap).is_err(),
			"{freshness} {half_life} {jump} {reopen} {cap}"
		);
	}
}
