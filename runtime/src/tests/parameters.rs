use super::chain::{free, transfer, Chain};
use crate::{
	configs::parameters::{dynamic_params::fees, RuntimeParameters},
	constants::currency::*,
	*,
};
use codec::{Decode, Encode};
use sp_keyring::Sr25519Keyring::{Bob, Charlie};

fn set_base_fee(fee: u128) -> RuntimeCall {
	let value = Some(fee.try_into().expect("within the bounds"));
	let key_value = RuntimeParameters::Fees(fees::Parameters::BaseFee(fees::BaseFee, value));
	pallet_parameters::Call::set_parameter { key_value }.into()
}

fn fee_of_a_transfer(chain: &mut Chain) -> Balance {
	let before = chain.execute(|| free(Bob));
	chain.submit(Bob, transfer(Charlie, BCT)).expect("bob has enough");
	chain.execute(|| before - free(Bob) - BCT)
}

#[test]
fn root_should_change_the_fee_within_its_bounds() {
	let mut chain = Chain::development();
	let before = fee_of_a_transfer(&mut chain);
	chain.as_root(set_base_fee(10 * MILLI_BCT)).expect("within the bounds");
	let after = fee_of_a_transfer(&mut chain);
	assert!(after > 8 * before && after < 12 * before, "{before} then {after}");
}

#[test]
fn a_user_should_not_change_parameters() {
	let mut chain = Chain::development();
	chain
		.submit(Bob, set_base_fee(10 * MILLI_BCT))
		.expect_err("bob is not Root");
}

#[test]
fn a_parameter_out_of_its_range_should_not_decode_even_from_root() {
	let mut call = set_base_fee(BCT).encode();
	assert!(RuntimeCall::decode(&mut &call[..]).is_ok());
	// The value is the last thing in the call: one more than the highest allowed.
	let start = call.len() - 16;
	call[start..].copy_from_slice(&(BCT + 1).to_le_bytes());
	RuntimeCall::decode(&mut &call[..]).expect_err("above the highest");
	call[start..].copy_from_slice(&(MICRO_BCT - 1).to_le_bytes());
	RuntimeCall::decode(&mut &call[..]).expect_err("below the lowest");
	call[start..].copy_from_slice(&MICRO_BCT.to_le_bytes());
	assert!(RuntimeCall::decode(&mut &call[..]).is_ok());
}
