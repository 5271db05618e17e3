//! The budget is spent to the planck, and nothing is minted beside it, whatever happens.

use crate::mock::*;
use frame_support::assert_ok;
use millpond_math::schedule::YEAR;
use millpond_primitives::{Balance, Minute, Moment, Price, BCT, MINUTE};
use millpond_traits::{mocks::MockPrices, Clock, Emissions as _};
use proptest::prelude::*;

/// What may happen to the chain.
#[derive(Clone, Debug)]
enum Happening {
	/// Blocks come in time for so many minutes, 2 minutes apart.
	Time(Minute),
	/// No block comes for so many minutes.
	Outage(Minute),
	/// Governance sets the length of epochs.
	Length(Minute),
	/// DC are spent.
	Spend(Balance),
	/// BCT are burned.
	Burn(Balance),
	/// The price changes, or there has never been one.
	Price(Option<u32>),
	/// An era ends, and staking mints so many per cent of what it may.
	Era(u8),
	/// So many per cent of the rewards pot are paid.
	Pay(u8),
	/// So many per cent of the rewards pot turn out to be nobody's.
	CarryOver(u8),
}

fn happening() -> impl Strategy<Value = Happening> {
	prop_oneof![
		4 => (1..3_000 as Minute).prop_map(Happening::Time),
		4 => (1..30_000 as Minute).prop_map(Happening::Outage),
		2 => prop_oneof![5..60 as Minute, 60..=10_080 as Minute].prop_map(Happening::Length),
		2 => (0..10u128.pow(12)).prop_map(Happening::Spend),
		2 => (0..10_000 * BCT).prop_map(Happening::Burn),
		1 => prop::option::of(0..10_000u32).prop_map(Happening::Price),
		2 => (0..=100u8).prop_map(Happening::Era),
		2 => (0..=100u8).prop_map(Happening::Pay),
		1 => (0..=100u8).prop_map(Happening::CarryOver),
	]
}

fn per_cent(amount: Balance, share: u8) -> Balance {
	amount * Balance::from(share) / 100
}

fn happen(event: Happening) {
	match event {
		Happening::Time(minutes) => (0..minutes / 2).for_each(|_| block(2 * MINUTE)),
		Happening::Outage(minutes) => drop(outage(minutes)),
		Happening::Length(length) => {
			let length = length.try_into().expect("in range");
			assert_ok!(Emissions::set_epoch_length(RuntimeOrigin::root(), length));
		}
		Happening::Spend(credits) => spend(credits),
		Happening::Burn(amount) => burn(amount),
		Happening::Price(cents) => {
			let price = cents.map(|cents| Price::from_rational(cents.into(), 100));
			MockPrices::set_for_epochs(price);
		}
		Happening::Era(share) => stake_reward(per_cent(end_era(), share)),
		Happening::Pay(share) => {
			let amount = per_cent(Emissions::pot(), share);
			if amount >= EXISTENTIAL_DEPOSIT {
				assert_ok!(Emissions::pay(&HOLDER, amount));
			}
		}
		Happening::CarryOver(share) => {
			assert_ok!(Emissions::carry_over(per_cent(Emissions::pot(), share)));
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn emission_should_be_exact_at_any_time_whatever_happens(
		length in 5..=10_080 as Minute,
		events in prop::collection::vec(happening(), 1..40),
	) {
		TestExt::default().epoch_length(length).execute_with(|| {
			for event in events {
				happen(event);
				check_invariants();
			}
			let start = summary(Emissions::epoch()).start;
			assert_eq!(totals().scheduled, scheduled(0, start - ORIGIN));
		});
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn emission_should_be_the_budget_after_seven_years_whatever_the_lengths_and_outages(
		stretches in prop::collection::vec(
			(prop_oneof![1 => 5..30 as Minute, 6 => 240..=10_080 as Minute], 1..40u32, 0..20_000 as Minute),
			1..20,
		),
	) {
		TestExt::default().execute_with(|| {
			// Many epochs a block, so that it does not take long.
			ClosesPerBlock::set(1_000);
			let mut stretches = stretches.into_iter().cycle();
			while Emissions::now() < ORIGIN + 7 * YEAR {
				let (length, epochs, pause) = stretches.next().expect("it cycles");
				happen(Happening::Length(length));
				(0..epochs).for_each(|_| block(Moment::from(length) * MINUTE));
				outage(pause);
			}
			// Until the epoch in which the seventh year ended has closed.
			outage(10_080 * 2);
			let totals = totals();
			assert_eq!(totals.scheduled, 600_000_000 * BCT);
			assert_eq!(totals.rewards + totals.validators + totals.treasury + totals.carried, 600_000_000 * BCT);
		});
	}
}
