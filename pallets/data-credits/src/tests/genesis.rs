use crate::mock::*;
use codec::{Decode, Encode};
use frame_support::traits::{
	fungibles::{metadata::Inspect as _, roles::Inspect as _, Inspect as _},
	GetCallName,
};
use millpond_primitives::DC_ASSET;

#[test]
fn genesis_should_create_the_data_credits_as_a_sufficient_asset_that_nobody_owns() {
	TestExt::default().execute_with(|| {
		assert!(Assets::asset_exists(DC_ASSET));
		assert_eq!(Assets::name(DC_ASSET), b"Data Credits");
		assert_eq!(Assets::symbol(DC_ASSET), b"DC");
		assert_eq!(Assets::decimals(DC_ASSET), 5);
		assert_eq!(Assets::minimum_balance(DC_ASSET), 1);
		assert_eq!(Assets::total_issuance(DC_ASSET), 0);
		let keyless = Some(DataCredits::account());
		assert_eq!(Assets::owner(DC_ASSET), keyless);
		assert_eq!(Assets::admin(DC_ASSET), keyless);
		assert_eq!(Assets::issuer(DC_ASSET), keyless);
		assert_eq!(Assets::freezer(DC_ASSET), keyless);
		give(BOB, 1);
		assert_eq!(System::sufficients(&BOB), 1);
	});
}

#[test]
fn calls_should_be_three_and_none_of_them_move_credits() {
	assert_eq!(
		crate::Call::<Test>::get_call_names(),
		["burn", "burn_for", "set_parameters"]
	);
}

#[test]
fn calls_of_the_assets_should_not_be_decodable() {
	// assets.transfer(1, BOB, 5), by its indices.
	let call = (4u8, 8u8, codec::Compact(DC_ASSET), BOB, codec::Compact(5u128)).encode();
	assert!(RuntimeCall::decode(&mut &call[..]).is_err());
}
