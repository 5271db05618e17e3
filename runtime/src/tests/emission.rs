use super::chain::{free, transfer, Chain};
use crate::{
	configs::TREASURY_PALLET_ID,
	constants::currency::{BCT, EXISTENTIAL_DEPOSIT},
	*,
};
use frame_support::traits::{fungible::Inspect, Hooks};
use millpond_primitives::{Minute, OracleKey, Price};
use millpond_traits::Clock;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, FerdieStash};
use sp_runtime::traits::{AccountIdConversion, One};

/// Blocks of a minute, and minutes of the development chain's epoch.
const BLOCKS: u32 = 20;
const EPOCH: Minute = 5;

fn treasury() -> AccountId {
	TREASURY_PALLET_ID.into_account_truncating()
}

/// What the schedule gives to an epoch of the development chain, in the first year.
fn scheduled() -> Balance {
	180_000_000 * BCT * u128::from(EPOCH) / 525_600
}

/// BCT that came and went in the newest block beside what an epoch emits: what staking paid, less fees and burns.
fn moved() -> (Balance, Balance) {
	System::events()
		.into_iter()
		.fold((0, 0), |(minted, burned), record| match record.event {
			RuntimeEvent::TransactionPayment(pallet_transaction_payment::Event::TransactionFeePaid {
				actual_fee,
				tip,
				..
			}) => (minted, burned + actual_fee - tip),
			RuntimeEvent::DataCredits(pallet_data_credits::Event::Burned { amount, .. }) => (minted, burned + amount),
			RuntimeEvent::Staking(pallet_staking::Event::Rewarded { amount, .. }) => (minted + amount, burned),
			_ => (minted, burned),
		})
}

#[test]
fn an_epoch_should_pay_validators_and_treasury_and_carry_over_what_no_gpu_earned() {
	let mut chain = Chain::development();
	chain.blocks(1);
	let begun = chain.execute(Emissions::now);
	chain.blocks(BLOCKS * EPOCH + 1);
	chain.execute(|| {
		assert_eq!(Emissions::now(), begun + EPOCH);
		assert_eq!(Emissions::epoch(), 1);
		let summary = Emissions::summary(0).expect("it has closed");
		assert!(summary.closed);
		assert_eq!((summary.rewards, summary.availability), (0, 0), "there are no GPUs");
		assert_eq!(summary.carried, scheduled() * 7 / 10);
		assert_eq!(summary.emission.validators, scheduled() / 5);
		assert_eq!(
			Balances::free_balance(treasury()),
			EXISTENTIAL_DEPOSIT + summary.emission.treasury
		);
	});
}

#[test]
fn the_issuance_should_be_the_premine_and_what_was_minted_less_what_was_burned_after_every_block() {
	let mut chain = Chain::development();
	let premine = chain.execute(Balances::total_issuance);
	let (mut minted, mut burned) = (0, 0);
	// Longer than an era.
	for block in 0..8 * EPOCH * BLOCKS {
		let call: Option<RuntimeCall> = match block % 97 {
			0 => {
				let values = vec![(OracleKey::BctUsd, Price::one())].try_into().expect("one value");
				let feed = chain.sign(FerdieStash, pallet_oracle::Call::feed_values { values });
				chain.block(vec![feed]);
				None
			}
			1 => Some(transfer(Charlie, BCT)),
			2 => Some(
				pallet_data_credits::Call::burn {
					amount: 3 * BCT,
					min_credits: 0,
				}
				.into(),
			),
			3 => Some(
				pallet_staking::Call::payout_stakers {
					validator_stash: Alice.to_account_id(),
					era: chain.execute(|| {
						pallet_staking::ActiveEra::<Runtime>::get().map_or(0, |era| era.index.saturating_sub(1))
					}),
				}
				.into(),
			),
			_ => None,
		};
		let extrinsics = call.map(|call| chain.sign(Bob, call)).into_iter().collect();
		chain.block(extrinsics);
		chain.execute(|| {
			let (more, less) = moved();
			minted += more;
			burned += less;
			let totals = pallet_emissions::Totals::<Runtime>::get();
			let emitted = totals.rewards + totals.validators + totals.treasury - totals.withdrawn;
			assert_eq!(Balances::total_issuance(), premine + emitted + minted - burned);
		});
	}
	assert!(burned > 9 * BCT, "credits were made: {burned}");
	assert!(minted > 0, "a validator was paid");
}

#[test]
fn a_validator_should_be_paid_what_its_era_emitted() {
	let mut chain = Chain::development();
	let era = |chain: &mut Chain| {
		chain.execute(|| {
			pallet_staking::ActiveEra::<Runtime>::get()
				.expect("one is active")
				.index
		})
	};
	while era(&mut chain) < 2 {
		chain.blocks(1);
	}
	let before = chain.execute(|| Balances::total_balance(&Alice.to_account_id()));
	let owed = chain.execute(|| pallet_staking::ErasValidatorReward::<Runtime>::get(1).expect("it has ended"));
	assert!(owed > 0);
	chain
		.submit(
			Bob,
			pallet_staking::Call::payout_stakers {
				validator_stash: Alice.to_account_id(),
				era: 1,
			},
		)
		.expect("anybody may");
	let paid = chain.execute(|| Balances::total_balance(&Alice.to_account_id())) - before;
	// The only validator gets all of it, but for the rounding of its parts.
	assert!(owed - paid < 10, "owed {owed}, paid {paid}");
}

#[test]
fn epochs_should_close_in_order_after_an_outage() {
	let mut chain = Chain::development();
	chain.blocks(1);
	let begun = chain.execute(Emissions::now);
	// A day without a block.
	chain.block_after(24 * 60 * 20, Vec::new());
	chain.blocks(20);
	chain.execute(|| {
		assert!(Emissions::now() >= begun + 24 * 60, "level with the wall clock");
		assert_eq!(Emissions::epoch(), 24 * 60 / EPOCH);
		assert!(Emissions::excused_since(begun) >= 24 * 60, "the day is nobody's fault");
		let ends = pallet_emissions::Summaries::<Runtime>::get(Emissions::epoch() - 1).map(|summary| summary.end);
		assert_eq!(ends, Some(begun + 24 * 60));
	});
}

#[test]
fn safe_mode_should_excuse_its_time() {
	let mut chain = Chain::development();
	chain.blocks(BLOCKS * 2);
	let since = chain.execute(Emissions::now);
	chain.as_root(pallet_safe_mode::Call::force_enter {}).expect("root may");
	chain.blocks(BLOCKS * 3);
	chain.as_root(pallet_safe_mode::Call::force_exit {}).expect("root may");
	chain.blocks(BLOCKS * 2);
	let excused = chain.execute(|| Emissions::excused_since(since));
	assert!((3..=5).contains(&excused), "{excused} minutes");
}

#[test]
fn only_root_should_set_the_length_of_epochs() {
	let mut chain = Chain::development();
	let call = pallet_emissions::Call::set_epoch_length {
		length: 10u32.try_into().expect("in range"),
	};
	chain.submit(Bob, call.clone()).expect_err("bob is not root");
	chain.as_root(call).expect("root may");
	chain.blocks(BLOCKS * EPOCH + 1);
	chain.execute(|| {
		let open = Emissions::summary(1).expect("it is open");
		assert_eq!(open.end - open.start, 10);
	});
}

#[test]
fn the_clock_should_be_the_timestamp_that_every_block_sets() {
	let mut chain = Chain::development();
	chain.blocks(3);
	chain.execute(|| {
		assert_eq!(u64::from(Emissions::now()), Timestamp::get() / 60_000);
		<Emissions as Hooks<BlockNumber>>::integrity_test();
		assert!(free(Alice) > 0);
	});
}
