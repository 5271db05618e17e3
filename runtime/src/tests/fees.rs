use super::chain::{free, transfer, Chain};
use crate::{configs::BlockWeightLimits, constants::currency::*, *};
use codec::Encode;
use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, One};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

#[test]
fn the_fee_should_be_burned() {
	let mut chain = Chain::development();
	let (issued, bob, charlie) = chain.execute(|| (Balances::total_issuance(), free(Bob), free(Charlie)));
	chain.submit(Bob, transfer(Charlie, BCT)).expect("bob has enough");
	chain.execute(|| {
		let fee = bob - free(Bob) - BCT;
		assert!(fee > 0);
		assert_eq!(free(Charlie), charlie + BCT);
		assert_eq!(Balances::total_issuance(), issued - fee);
	});
}

#[test]
fn the_tip_should_go_to_the_author_and_not_be_burned() {
	let mut chain = Chain::development();
	let (issued, alice, bob) = chain.execute(|| (Balances::total_issuance(), free(Alice), free(Bob)));
	let extrinsic = chain.sign_with_tip(Bob, transfer(Charlie, BCT), 7 * BCT);
	chain.block(vec![extrinsic])[0].expect("valid").expect("bob has enough");
	chain.execute(|| {
		let fee = bob - free(Bob) - BCT - 7 * BCT;
		assert_eq!(free(Alice), alice + 7 * BCT, "Alice is the author");
		assert_eq!(Balances::total_issuance(), issued - fee);
	});
}

#[test]
fn the_fee_should_be_what_the_query_said() {
	let mut chain = Chain::development();
	let extrinsic = chain.sign(Bob, transfer(Charlie, BCT));
	let length = u32::try_from(extrinsic.encoded_size()).expect("short");
	let (said, bob) = chain.execute(|| {
		let info = TransactionPayment::query_info(extrinsic.clone(), length);
		(info.partial_fee, free(Bob))
	});
	chain.block(vec![extrinsic])[0].expect("valid").expect("bob has enough");
	assert_eq!(chain.execute(|| bob - free(Bob) - BCT), said);
}

#[test]
fn a_transfer_should_cost_a_few_thousandths_of_a_bct() {
	let mut chain = Chain::development();
	let bob = chain.execute(|| free(Bob));
	chain.submit(Bob, transfer(Charlie, BCT)).expect("bob has enough");
	let fee = chain.execute(|| bob - free(Bob) - BCT);
	assert!((MILLI_BCT..10 * MILLI_BCT).contains(&fee), "{fee}");
}

#[test]
fn a_transaction_should_be_refused_when_its_sender_cannot_pay() {
	let mut chain = Chain::development();
	chain
		.submit(Bob, transfer(One, 30 * MILLI_BCT))
		.expect("bob has enough");
	// A tenth of a BCT for the bytes alone.
	let extrinsic = chain.sign(
		One,
		frame_system::Call::remark {
			remark: vec![0; 100_000],
		},
	);
	let results = chain.block(vec![extrinsic]);
	assert_eq!(
		results,
		vec![Err(TransactionValidityError::Invalid(InvalidTransaction::Payment))]
	);
	assert_eq!(
		chain.execute(|| free(One)),
		30 * MILLI_BCT,
		"nothing is taken from who cannot pay"
	);
}

#[test]
fn fees_should_rise_in_full_blocks_and_fall_in_empty_ones() {
	let mut chain = Chain::development();
	chain.blocks(2);
	let before = chain.execute(TransactionPayment::next_fee_multiplier);
	chain.blocks(10);
	let empty = chain.execute(TransactionPayment::next_fee_multiplier);
	assert!(empty < before);
	let half = BlockWeightLimits::get().max_block / 2;
	for _ in 0..10 {
		let extrinsic = chain.sign(
			Alice,
			pallet_sudo::Call::sudo_unchecked_weight {
				call: Box::new(frame_system::Call::remark { remark: vec![] }.into()),
				weight: half,
			},
		);
		chain.block(vec![extrinsic])[0]
			.expect("valid")
			.expect("alice holds root");
	}
	assert!(chain.execute(TransactionPayment::next_fee_multiplier) > empty);
}

#[test]
fn a_block_should_hold_thousands_of_transfers() {
	let mut chain = Chain::development();
	let extrinsic = chain.sign(Bob, transfer(Charlie, BCT));
	chain.execute(|| {
		let info = extrinsic.get_dispatch_info();
		let limits = BlockWeightLimits::get();
		let class = limits.get(DispatchClass::Normal);
		let each = info.total_weight().saturating_add(class.base_extrinsic).ref_time();
		let room = class.max_total.expect("ordinary transactions have a limit").ref_time();
		assert!(room / each >= 2_000, "{} transfers of {} ps", room / each, each);
	});
}

#[test]
fn a_transfer_should_be_refused_when_its_amount_exceeds_the_balance() {
	let mut chain = Chain::development();
	let everything = chain.execute(|| free(Bob));
	let refused = chain
		.submit(Bob, transfer(Charlie, everything))
		.expect_err("the fee does not fit");
	assert_eq!(refused, sp_runtime::TokenError::FundsUnavailable.into());
}
