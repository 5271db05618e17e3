use super::chain::{free, transfer, Chain};
use crate::{
	configs::{BlockLengthLimits, BlockWeightLimits, FeeMultiplierUpdate, WeightToFee},
	constants::{currency::*, time::MINUTES},
	*,
};
use codec::Encode;
use frame_support::{
	dispatch::{DispatchClass, GetDispatchInfo},
	weights::{Weight, WeightToFee as _},
};
use pallet_transaction_payment::Multiplier;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, One};
use sp_runtime::{
	traits::{Convert, One as _},
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	FixedPointNumber,
};

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
fn fees_should_rise_in_full_blocks_and_fall_in_empty_ones_but_not_below_their_base() {
	let mut chain = Chain::development();
	chain.blocks(12);
	let least = chain.execute(TransactionPayment::next_fee_multiplier);
	assert_eq!(least, Multiplier::one());
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
	let risen = chain.execute(TransactionPayment::next_fee_multiplier);
	assert!(risen > least);
	chain.blocks(5);
	assert!(chain.execute(TransactionPayment::next_fee_multiplier) < risen);
	chain.blocks(50);
	assert_eq!(chain.execute(TransactionPayment::next_fee_multiplier), least);
}

#[test]
fn fees_should_rise_in_blocks_that_are_full_of_bytes() {
	let mut chain = Chain::development();
	chain.blocks(1);
	let bytes = usize::try_from(*BlockLengthLimits::get().max.get(DispatchClass::Normal)).expect("fits");
	for _ in 0..5 {
		let extrinsic = chain.sign(
			Alice,
			frame_system::Call::remark {
				remark: vec![0; bytes / 2],
			},
		);
		chain.block(vec![extrinsic])[0].expect("valid").expect("alice pays");
	}
	assert!(chain.execute(TransactionPayment::next_fee_multiplier) > Multiplier::one());
}

#[test]
fn every_part_of_a_fee_should_rise_with_the_multiplier() {
	let mut chain = Chain::development();
	let extrinsic = chain.sign(Bob, transfer(Charlie, BCT));
	let length = u32::try_from(extrinsic.encoded_size()).expect("short");
	chain.execute(|| {
		let fee = || TransactionPayment::query_info(extrinsic.clone(), length).partial_fee;
		let calm = fee();
		for times in [2, 64, 100] {
			pallet_transaction_payment::NextFeeMultiplier::<Runtime>::put(Multiplier::from_u32(times));
			assert_eq!(fee(), calm * Balance::from(times));
		}
	});
}

/// A block full of ordinary transactions: what it takes and how long it is.
#[derive(Clone, Copy)]
struct Full {
	weight: Weight,
	bytes: u32,
}

impl Full {
	/// All the time that there is for them.
	fn of_weight() -> Self {
		let weight = BlockWeightLimits::get().get(DispatchClass::Normal).max_total;
		Self {
			weight: weight.expect("ordinary transactions have a limit"),
			bytes: 0,
		}
	}

	/// All the bytes that there are for them, in transactions that do nothing.
	fn of_bytes() -> Self {
		Self {
			weight: Weight::zero(),
			bytes: *BlockLengthLimits::get().max.get(DispatchClass::Normal),
		}
	}

	/// What it costs at the least, at the multiplier of now.
	fn cost(self) -> Balance {
		let multiplier = TransactionPayment::next_fee_multiplier();
		let executed = multiplier.saturating_mul_int(WeightToFee::weight_to_fee(&self.weight));
		executed + multiplier.saturating_mul_int(Balance::from(self.bytes) * MICRO_BCT)
	}

	/// What so many minutes of such blocks cost, from the least fees on.
	fn cost_of_minutes(self, minutes: u32) -> Balance {
		Chain::development().execute(|| {
			(0..minutes * MINUTES).fold(0, |sum, _| {
				let cost = self.cost();
				System::set_block_consumed_resources(self.weight, usize::try_from(self.bytes).expect("fits"));
				pallet_transaction_payment::NextFeeMultiplier::<Runtime>::mutate(|multiplier| {
					*multiplier = FeeMultiplierUpdate::convert(*multiplier);
				});
				sum + cost
			})
		})
	}
}

/// The figures of docs/decisions/0021-fees-double-in-ten-minutes.md, in whole BCT.
#[test]
fn full_blocks_should_cost_what_the_decision_says() {
	let least = |full: Full| Chain::development().execute(|| full.cost());
	assert_eq!(least(Full::of_weight()) / (10 * MILLI_BCT), 693);
	assert_eq!(least(Full::of_bytes()) / (10 * MILLI_BCT), 393);
	for (minutes, by_weight, by_bytes) in [
		(10, 1_997, 1_132),
		(60, 125_835, 71_355),
		(120, 940_569, 533_354),
		(1_440, 19_247_290, 10_914_256),
	] {
		for (full, expected) in [(Full::of_weight(), by_weight), (Full::of_bytes(), by_bytes)] {
			let cost = full.cost_of_minutes(minutes) / BCT;
			assert!(
				cost.abs_diff(expected) <= expected / 1_000,
				"{cost} in {minutes} minutes"
			);
		}
	}
}

#[test]
fn fees_should_double_in_ten_minutes_of_full_blocks_and_halve_in_thirty_of_empty_ones() {
	Chain::development().execute(|| {
		let after = |blocks: u32, full: Weight, from: Multiplier| {
			System::set_block_consumed_resources(full, 0);
			(0..blocks).fold(from, |multiplier, _| FeeMultiplierUpdate::convert(multiplier))
		};
		let is_near = |multiplier: Multiplier, expected: u32| {
			let expected = Multiplier::from_u32(expected);
			multiplier.max(expected) - multiplier.min(expected) < expected / Multiplier::from_u32(1_000)
		};
		let full = Full::of_weight().weight;
		assert!(is_near(after(10 * MINUTES, full, Multiplier::one()), 2));
		assert!(is_near(after(60 * MINUTES, full, Multiplier::one()), 64));
		assert!(is_near(after(30 * MINUTES, Weight::zero(), Multiplier::from_u32(8)), 4));
		// A quarter full is what blocks should be.
		assert_eq!(after(1_000, full / 4, Multiplier::from_u32(8)), Multiplier::from_u32(8));
		assert_eq!(after(200 * MINUTES, full, Multiplier::one()), Multiplier::from_u32(100));
	});
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
