use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::{OracleKey, Price, RangedU32, BCT, HOUR, MINUTE, SECOND};
use millpond_traits::Prices;
use proptest::prelude::*;

const DAY: u64 = 24 * HOUR;

fn is_open() -> bool {
	DataCredits::for_mint().is_ok()
}

/// Whether two prices are within a millionth of each other.
fn is_near(a: Price, b: Price) -> bool {
	!millpond_math::price::moved_beyond(a * Price::from_u32(10_000), b * Price::from_u32(10_000), 1)
		|| a.into_inner().abs_diff(b.into_inner()) <= a.into_inner() / 1_000_000
}

// The breaker.

#[test]
fn minting_should_be_open_at_the_first_price_of_all() {
	TestExt::default().without_price().execute_with(|| {
		(0..4).for_each(|feeder| feed_one(feeder, usd(2)));
		assert_noop!(
			DataCredits::burn(RuntimeOrigin::signed(ALICE), BCT, 0),
			Error::<Test>::NoQuorum
		);
		feed_one(4, usd(2));
		assert_ok!(DataCredits::burn(RuntimeOrigin::signed(ALICE), BCT, 0));
	});
}

#[test]
fn minting_should_stay_open_when_the_price_moves_by_the_bound() {
	for price in [cents(240), cents(160)] {
		TestExt::default().execute_with(|| {
			feed(price);
			assert!(is_open());
		});
	}
}

#[test]
fn minting_should_halt_when_the_price_jumps_up_or_down() {
	for price in [cents(241), cents(159)] {
		TestExt::default().execute_with(|| {
			feed(price);
			assert_noop!(
				DataCredits::burn(RuntimeOrigin::signed(ALICE), BCT, 0),
				Error::<Test>::Halted
			);
			let halted = Event::MintingHalted {
				reason: HaltReason::Jump,
				until: now() + 30 * MINUTE,
			};
			assert_eq!(events().last(), Some(&halted));
		});
	}
}

#[test]
fn minting_should_reopen_after_the_delay_when_the_price_is_steady() {
	TestExt::default().execute_with(|| {
		feed(cents(250));
		hold(cents(250), 29 * MINUTE);
		assert!(!is_open());
		hold(cents(250), MINUTE);
		assert!(is_open());
		assert_eq!(events().last(), Some(&Event::MintingReopened));
		// At the average, which is still behind.
		assert!(DataCredits::for_mint().expect("open") < cents(220));
	});
}

#[test]
fn minting_should_not_reopen_without_a_fresh_quorum() {
	TestExt::default().execute_with(|| {
		feed(cents(250));
		pass(31 * MINUTE);
		assert_eq!(DataCredits::for_mint(), Err(Error::<Test>::NoQuorum.into()));
		// The quorum is back, and has to be there for the delay.
		feed(cents(250));
		assert_eq!(DataCredits::for_mint(), Err(Error::<Test>::Halted.into()));
		hold(cents(250), 30 * MINUTE);
		assert!(is_open());
	});
}

#[test]
fn minting_should_stay_halted_while_the_price_is_far_from_its_average() {
	// After a doubling, the average is within 20% when it has made up 2/3 of the way: after 1.58 half-lives.
	TestExt::default().execute_with(|| {
		feed(usd(4));
		hold(usd(4), 94 * MINUTE);
		assert!(!is_open());
		hold(usd(4), 2 * MINUTE);
		assert!(is_open());
	});
}

#[test]
fn minting_should_start_the_delay_anew_when_the_price_jumps_again() {
	TestExt::default().execute_with(|| {
		feed(cents(250));
		hold(cents(250), 20 * MINUTE);
		feed(cents(199));
		hold(cents(199), 29 * MINUTE);
		assert!(!is_open());
		hold(cents(199), MINUTE);
		assert!(is_open());
	});
}

#[test]
fn minting_should_halt_when_the_price_is_moved_away_in_small_steps() {
	TestExt::default().execute_with(|| {
		let mut price = 200;
		// Each step is a tenth: below the bound, and above it in two minutes.
		for _ in 0..3 {
			price += price / 10;
			feed(cents(price));
		}
		assert!(!is_open());
	});
}

#[test]
fn minting_should_halt_when_the_quorum_was_lost_and_is_back() {
	TestExt::default().execute_with(|| {
		pass(10 * MINUTE);
		feed(usd(2));
		assert_eq!(DataCredits::for_mint(), Err(Error::<Test>::Halted.into()));
		let halted = Event::MintingHalted {
			reason: HaltReason::NoQuorum,
			until: now() + 30 * MINUTE,
		};
		assert!(events().contains(&halted));
		hold(usd(2), 30 * MINUTE);
		assert!(is_open());
	});
}

#[test]
fn minting_should_halt_when_values_expire_and_those_that_are_left_are_far_off() {
	TestExt::default().without_price().execute_with(|| {
		(0..2).for_each(|feeder| feed_one(feeder, cents(190)));
		pass(5 * MINUTE);
		(2..4).for_each(|feeder| feed_one(feeder, usd(2)));
		(4..7).for_each(|feeder| feed_one(feeder, usd(3)));
		assert_eq!(DataCredits::price_status().median, Some(usd(2)));
		assert!(is_open());
		// Nobody feeds. Of the five that are left, three say $3.
		pass(5 * MINUTE + 1);
		assert_eq!(DataCredits::for_mint(), Err(Error::<Test>::Halted.into()));
	});
}

#[test]
fn minting_should_follow_the_parameters_of_the_breaker() {
	TestExt::default().execute_with(|| {
		let parameters = ParametersRecord {
			max_jump: RangedU32::constant::<100>(),
			reopen_after: RangedU32::constant::<60>(),
			..ParametersRecord::default()
		};
		assert_ok!(DataCredits::set_parameters(RuntimeOrigin::root(), parameters));
		feed(cents(202));
		assert!(is_open());
		feed(cents(205));
		assert!(!is_open());
	});
}

// The moving average.

#[test]
fn average_should_be_half_way_after_its_half_life() {
	TestExt::default().execute_with(|| {
		feed(cents(230));
		hold(cents(230), HOUR);
		let average = LastPrice::<Test>::get().expect("fed").ema;
		assert!(is_near(average, cents(215)), "{average}");
	});
}

#[test]
fn average_should_be_the_same_when_nobody_feeds_for_a_while() {
	TestExt::default().execute_with(|| {
		feed(cents(230));
		let often = {
			hold(cents(230), 9 * MINUTE);
			LastPrice::<Test>::get().expect("fed").ema
		};
		feed(cents(230));
		let start = LastPrice::<Test>::get().expect("fed");
		pass(9 * MINUTE);
		let seldom = DataCredits::price_status().ema.expect("fed");
		assert!(start.ema < seldom && seldom < cents(230));
		// From $2, nine minutes bring it to $2.0296.
		assert!(is_near(often, Price::from_rational(20_296_250, 10_000_000)), "{often}");
	});
}

#[test]
fn average_should_stand_while_there_is_no_quorum() {
	TestExt::default().execute_with(|| {
		feed(cents(230));
		// The last median counts for the ten minutes that it is fresh, whatever the outage.
		pass(10 * MINUTE);
		let fresh = DataCredits::price_status().ema;
		pass(5 * DAY);
		assert_eq!(DataCredits::price_status().ema, fresh);
		feed(cents(230));
		assert_eq!(LastPrice::<Test>::get().map(|price| price.ema), fresh);
	});
}

// Fees.

#[test]
fn fees_should_have_no_price_only_before_the_first_of_all() {
	TestExt::default().without_price().execute_with(|| {
		assert_eq!(DataCredits::for_fees(), None);
		(0..7).for_each(|feeder| feed_one(feeder, usd(2)));
		assert_eq!(DataCredits::for_fees(), Some(usd(2)));
		pass(1_000 * DAY);
		assert_eq!(DataCredits::for_fees(), Some(usd(2)));
	});
}

#[test]
fn fees_should_use_the_higher_of_median_and_average_while_minting_is_open() {
	TestExt::default().execute_with(|| {
		feed(cents(190));
		assert_eq!(DataCredits::for_fees(), Some(usd(2)));
		feed(cents(220));
		assert_eq!(DataCredits::for_fees(), Some(cents(220)));
	});
}

#[test]
fn fees_should_fall_back_to_the_highest_price_of_seven_days_when_the_price_is_unusable() {
	TestExt::default().execute_with(|| {
		feed(cents(230));
		hold(cents(230), 2 * HOUR);
		feed(cents(195));
		hold(cents(195), 5 * DAY);
		assert_eq!(
			DataCredits::for_fees().map(|price| is_near(price, cents(195))),
			Some(true)
		);
		// No quorum.
		pass(11 * MINUTE);
		assert_eq!(DataCredits::for_fees(), Some(cents(230)));
	});
}

#[test]
fn fees_should_not_fall_back_to_a_price_that_was_never_usable() {
	TestExt::default().execute_with(|| {
		feed(usd(100));
		assert!(!is_open());
		assert_eq!(DataCredits::for_fees(), Some(usd(2)));
		pass(11 * MINUTE);
		assert_eq!(DataCredits::for_fees(), Some(usd(2)));
	});
}

#[test]
fn fees_should_forget_a_high_price_after_seven_days_of_lower_ones() {
	TestExt::default().execute_with(|| {
		feed(cents(230));
		feed(usd(2));
		let high = || LastPrice::<Test>::get().expect("fed").high;
		hold(usd(2), 7 * DAY);
		assert_eq!(high(), cents(230));
		hold(usd(2), HOUR);
		assert!(high() < cents(201), "{}", high());
	});
}

// Feeders.

#[test]
fn price_should_not_be_fed_by_root() {
	TestExt::default().feeders(1).execute_with(|| {
		let values = vec![(OracleKey::BctUsd, usd(50))].try_into().expect("one value");
		assert_ok!(Oracle::feed_values(RuntimeOrigin::root(), values));
		assert_eq!(DataCredits::for_mint(), Ok(usd(2)));
		assert_eq!(DataCredits::price_status().fresh, 1);
		assert_eq!(
			Oracle::get_value(OracleKey::BctUsd).map(|shown| shown.value),
			Some(usd(2))
		);
	});
}

#[test]
fn price_should_not_count_those_who_are_no_longer_feeders() {
	TestExt::default().feeders(3).execute_with(|| {
		Feeders::set((FIRST_FEEDER + 1..FIRST_FEEDER + 4).collect());
		// Two of the present three have fed.
		assert_eq!(DataCredits::price_status().fresh, 2);
		assert_eq!(DataCredits::for_mint(), Err(Error::<Test>::NoQuorum.into()));
	});
}

#[test]
fn price_should_be_unusable_when_there_are_no_feeders() {
	TestExt::default().execute_with(|| {
		Feeders::set(vec![]);
		assert_eq!(DataCredits::for_payout(), Err(Error::<Test>::NoQuorum.into()));
	});
}

#[test]
fn price_should_be_shown_by_the_oracle_and_never_anew_without_a_quorum() {
	TestExt::default().execute_with(|| {
		let shown = Oracle::get_value(OracleKey::BctUsd).expect("fed");
		assert_eq!((shown.value, shown.timestamp), (usd(2), now()));
		pass(11 * MINUTE);
		feed_one(0, usd(3));
		assert_eq!(
			Oracle::get_value(OracleKey::BctUsd),
			Some(shown),
			"old, and with its old time"
		);
	});
}

#[test]
fn feeding_should_be_once_a_block_and_for_feeders_only() {
	TestExt::default().execute_with(|| {
		let values = || vec![(OracleKey::BctUsd, usd(2))].try_into().expect("one value");
		let again = Oracle::feed_values(RuntimeOrigin::signed(FIRST_FEEDER), values());
		assert_noop!(again, pallet_oracle::Error::<Test>::AlreadyFeeded);
		let by_alice = Oracle::feed_values(RuntimeOrigin::signed(ALICE), values());
		assert_noop!(by_alice, pallet_oracle::Error::<Test>::NoPermission);
	});
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

	/// Of ten feeders three lie, in turns silent, zero, the greatest or off by an exponent; the others are within 2% of
	/// $2. Whatever comes in whatever order, prices stay within what honest feeders said and minting never halts.
	#[test]
	fn prices_should_stay_within_the_honest_range_when_fewer_than_a_third_are_hostile(
		steps in prop::collection::vec((
			prop::collection::vec(196u32..=204, 7),
			prop::collection::vec(prop_oneof![
				Just(None),
				Just(Some(0)),
				Just(Some(u128::MAX)),
				Just(Some(2_000_000)),
				any::<u128>().prop_map(Some),
			], 3),
			SECOND..4 * MINUTE,
		), 1..40),
	) {
		TestExt::default().feeders(10).without_price().execute_with(|| {
			for (honest, hostile, after) in steps {
				pass(after);
				for (feeder, lie) in hostile.into_iter().enumerate() {
					if let Some(lie) = lie {
						feed_one(feeder as u64 * 4, Price::from_inner(lie));
					}
				}
				for (feeder, price) in [1, 2, 3, 5, 6, 7, 9].into_iter().zip(honest) {
					feed_one(feeder, cents(price));
				}
				let range = cents(196)..=cents(204);
				let mint = DataCredits::for_mint().expect("open");
				let payout = DataCredits::for_payout().expect("a quorum");
				assert!(range.contains(&mint) && range.contains(&payout) && mint <= payout);
				assert!(DataCredits::for_fees().is_some_and(|price| range.contains(&price)));
			}
		});
	}

	/// Whatever the feeders do, no invariant breaks, and minting is open only with a quorum that has been there for the
	/// delay and near the average.
	#[test]
	fn minting_should_be_open_only_when_the_quorum_is_steady_and_the_price_near_its_average(
		steps in prop::collection::vec((
			prop::collection::vec(prop::option::of(prop_oneof![150u32..250, 1u32..1_000]), 4),
			prop_oneof![SECOND..MINUTE, MINUTE..20 * MINUTE, HOUR..3 * HOUR],
		), 1..60),
	) {
		TestExt::default().feeders(4).execute_with(|| {
			let mut without_quorum = None;
			for (prices, after) in steps {
				pass(after);
				if DataCredits::price_status().fresh < 3 {
					without_quorum = Some(now());
				}
				for (feeder, price) in prices.into_iter().enumerate() {
					if let Some(price) = price {
						feed_one(feeder as u64, cents(price));
					}
				}
				let status = DataCredits::price_status();
				assert!(status.for_mint <= status.for_payout && status.for_fees.is_some());
				if is_open() {
					assert!(status.fresh >= 3);
					assert!(without_quorum.is_none_or(|at| now() - at >= 30 * MINUTE));
					let (median, average) = (status.median.expect("fed"), status.ema.expect("fed"));
					assert!(!millpond_math::price::moved_beyond(average, median, 2_000));
				}
				check_invariants();
			}
		});
	}
}
