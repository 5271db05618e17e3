use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::{Credits, Price, BCT, CREDITS_PER_USD, HOUR, MINUTE};
use millpond_traits::Prices;
use sp_runtime::TokenError;

fn burn(amount: u128) -> Result<(), sp_runtime::DispatchError> {
	DataCredits::burn(RuntimeOrigin::signed(ALICE), amount, 0)
}

#[test]
fn burn_should_destroy_the_bct_and_mint_credits_at_the_price() {
	TestExt::default().execute_with(|| {
		let before = bct(ALICE);
		assert_ok!(DataCredits::burn(RuntimeOrigin::signed(ALICE), 3 * BCT, 600_000));
		assert_eq!(before - bct(ALICE), 3 * BCT);
		assert_eq!(credits(ALICE), 600_000);
		assert_eq!(
			Totals::<Test>::get(),
			TotalsRecord {
				burned: 3 * BCT,
				minted: 600_000,
				spent: 0
			}
		);
		let event = Event::Burned {
			who: ALICE,
			beneficiary: ALICE,
			amount: 3 * BCT,
			credits: 600_000,
			price: usd(2),
			reference: None,
		};
		assert_eq!(events().last(), Some(&event));
	});
}

#[test]
fn burn_should_round_the_credits_down() {
	// At $2, a credit costs 5,000,000 units.
	TestExt::default().execute_with(|| {
		assert_ok!(burn(4 * 5_000_000 + 4_999_999));
		assert_eq!(credits(ALICE), 4);
	});
}

#[test]
fn burn_should_use_the_average_when_it_is_below_the_median() {
	TestExt::default().price(usd(2)).execute_with(|| {
		feed(cents(210));
		hold(cents(210), HOUR);
		assert_eq!(
			DataCredits::for_mint().map(|price| price < cents(206) && price > cents(204)),
			Ok(true)
		);
		assert_ok!(burn(BCT));
		assert!((204_000..206_000).contains(&credits(ALICE)), "{}", credits(ALICE));
	});
}

#[test]
fn burn_should_use_the_median_when_it_is_below_the_average() {
	TestExt::default().price(usd(2)).execute_with(|| {
		feed(cents(190));
		assert_ok!(burn(BCT));
		assert_eq!(credits(ALICE), 190_000);
	});
}

#[test]
fn burn_should_fail_when_the_price_yields_less_than_the_minimum() {
	TestExt::default().execute_with(|| {
		let too_much = DataCredits::burn(RuntimeOrigin::signed(ALICE), BCT, 200_001);
		assert_noop!(too_much, Error::<Test>::BelowMinimum);
		feed(cents(199));
		assert_noop!(
			DataCredits::burn(RuntimeOrigin::signed(ALICE), BCT, 200_000),
			Error::<Test>::BelowMinimum
		);
		assert_ok!(DataCredits::burn(RuntimeOrigin::signed(ALICE), BCT, 199_000));
	});
}

#[test]
fn burn_should_fail_when_it_buys_no_credit() {
	TestExt::default().execute_with(|| {
		assert_noop!(burn(0), Error::<Test>::AmountTooSmall);
		assert_noop!(burn(4_999_999), Error::<Test>::AmountTooSmall);
		assert_ok!(burn(5_000_000));
	});
}

#[test]
fn burn_should_fail_when_the_credits_cannot_be_counted() {
	TestExt::default().price(Price::from_inner(u128::MAX)).execute_with(|| {
		assert_noop!(burn(u128::MAX), Error::<Test>::AmountTooLarge);
		assert_noop!(burn(BCT), Error::<Test>::HourlyCapReached);
	});
}

#[test]
fn burn_should_leave_the_existential_deposit() {
	TestExt::default().hourly_cap(10_000_000).execute_with(|| {
		let all = bct(ALICE);
		assert_noop!(burn(all), TokenError::FundsUnavailable);
		assert_noop!(burn(all - EXISTENTIAL_DEPOSIT + 1), TokenError::FundsUnavailable);
		assert_ok!(burn(all - EXISTENTIAL_DEPOSIT));
		assert_eq!(bct(ALICE), EXISTENTIAL_DEPOSIT);
	});
}

#[test]
fn burn_should_fail_when_who_has_less() {
	TestExt::default().execute_with(|| {
		let nothing = DataCredits::burn(RuntimeOrigin::signed(BOB), BCT, 0);
		assert_noop!(nothing, TokenError::FundsUnavailable);
	});
}

#[test]
fn burn_should_fail_when_no_price_was_ever_fed() {
	TestExt::default().without_price().execute_with(|| {
		assert_noop!(burn(BCT), Error::<Test>::NoQuorum);
	});
}

#[test]
fn burn_should_fail_when_the_values_are_older_than_ten_minutes() {
	TestExt::default().execute_with(|| {
		pass(10 * MINUTE);
		assert_ok!(burn(BCT));
		pass(1);
		assert_noop!(burn(BCT), Error::<Test>::NoQuorum);
	});
}

#[test]
fn burn_should_fail_when_one_feeder_short_of_the_quorum() {
	// Of 7, 5 are needed.
	TestExt::default().execute_with(|| {
		pass(9 * MINUTE);
		(0..4).for_each(|feeder| feed_one(feeder, usd(2)));
		assert_ok!(burn(BCT));
		pass(2 * MINUTE);
		assert_noop!(burn(BCT), Error::<Test>::NoQuorum);
	});
}

#[test]
fn burn_should_not_count_values_that_expired_since_the_last_feed() {
	TestExt::default().without_price().execute_with(|| {
		(0..2).for_each(|feeder| feed_one(feeder, cents(180)));
		pass(5 * MINUTE);
		(2..4).for_each(|feeder| feed_one(feeder, cents(200)));
		(4..7).for_each(|feeder| feed_one(feeder, cents(210)));
		assert_eq!(DataCredits::price_status().median, Some(cents(200)));
		// Nobody feeds, and the lowest two expire: of the five that are left, the median is another.
		pass(5 * MINUTE + 1);
		let status = DataCredits::price_status();
		assert_eq!(
			(status.fresh, status.median, status.for_payout),
			(5, Some(cents(210)), Some(cents(200)))
		);
	});
}

#[test]
fn burn_should_be_capped_by_the_hour() {
	TestExt::default().hourly_cap(1_000).execute_with(|| {
		// $1,000 at $2.
		assert_noop!(burn(500 * BCT + 5_000_000), Error::<Test>::HourlyCapReached);
		assert_ok!(burn(300 * BCT));
		hold(usd(2), 30 * MINUTE);
		assert_ok!(burn(200 * BCT));
		assert_noop!(burn(5_000_000), Error::<Test>::HourlyCapReached);
		// The first $600 are over an hour old; the other $400 are not.
		hold(usd(2), 35 * MINUTE);
		assert_noop!(burn(300 * BCT + 5_000_000), Error::<Test>::HourlyCapReached);
		assert_ok!(burn(300 * BCT));
	});
}

#[test]
fn burn_should_never_exceed_the_cap_in_any_hour() {
	TestExt::default().hourly_cap(1_000).execute_with(|| {
		let cap = 1_000 * CREDITS_PER_USD;
		let mut mints: Vec<(u64, Credits)> = vec![];
		// As much as possible, at odd times.
		for step in 0..300 {
			hold(usd(2), (1 + step % 7) * MINUTE + step * 101);
			let available = DataCredits::quote(BCT).map(|quote| quote.available).unwrap_or_default();
			let credits = available.min(cap / (1 + u128::from(step % 4)));
			if credits > 0 {
				give(BOB, credits);
				mints.push((now(), credits));
			}
			let last_hour: Credits = mints
				.iter()
				.filter(|(at, _)| now() - at < HOUR)
				.map(|(_, credits)| credits)
				.sum();
			assert!(last_hour <= cap, "{last_hour} in an hour");
		}
		assert!(mints.len() > 30);
	});
}

/// Lets 72 minutes pass, so that nothing that was minted before counts against the cap.
fn pass_longer_than_an_hour() {
	(0..8).for_each(|_| {
		pass(9 * MINUTE);
		feed(usd(2));
	});
}

/// Mints all that the cap allows and spends it at once, every 72 minutes. Returns what the cap allowed the last time.
fn mint_and_spend(times: u32) -> Credits {
	use millpond_traits::Credits as _;
	let mut minted = 0;
	for _ in 0..times {
		pass_longer_than_an_hour();
		minted = DataCredits::price_status().available;
		give(ESCROW, minted);
		assert_ok!(DataCredits::spend(&ESCROW, minted));
	}
	minted
}

#[test]
fn cap_should_be_twice_the_hourly_average_of_what_was_spent_in_seven_days() {
	TestExt::default().hourly_cap(1_000).execute_with(|| {
		// Ten days.
		let minted = mint_and_spend(200);
		let spent: Credits = RecentSpends::<Test>::get().sum_before_newest();
		assert_eq!(minted, spent * 2 / 168);
		assert!(minted > 1_500 * CREDITS_PER_USD, "{minted}");
		// Nobody spends any more, and the cap falls back.
		(0..8 * 20).for_each(|_| pass_longer_than_an_hour());
		assert_eq!(DataCredits::price_status().available, 1_000 * CREDITS_PER_USD);
	});
}

#[test]
fn cap_should_not_grow_for_three_days_by_what_is_minted_at_the_cap_and_spent() {
	// An account that mints all it can and spends it does not raise the cap for itself.
	TestExt::default().hourly_cap(1_000).execute_with(|| {
		assert_eq!(mint_and_spend(3 * 20), 1_000 * CREDITS_PER_USD);
		assert_eq!(DataCredits::hourly_cap(), 1_000 * CREDITS_PER_USD);
	});
}

#[test]
fn cap_should_never_be_below_what_governance_has_set() {
	TestExt::default().execute_with(|| {
		mint_and_spend(5);
		let parameters = ParametersRecord {
			hourly_cap: (10_000_000 * CREDITS_PER_USD).try_into().expect("in range"),
			..ParametersRecord::default()
		};
		assert_ok!(DataCredits::set_parameters(RuntimeOrigin::root(), parameters));
		assert_eq!(DataCredits::hourly_cap(), 10_000_000 * CREDITS_PER_USD);
	});
}

#[test]
fn burn_should_not_count_against_the_cap_when_it_fails() {
	TestExt::default().hourly_cap(1_000).execute_with(|| {
		assert_noop!(
			DataCredits::burn(RuntimeOrigin::signed(BOB), 400 * BCT, 0),
			TokenError::FundsUnavailable
		);
		assert_ok!(burn(500 * BCT));
	});
}

#[test]
fn burn_should_not_be_for_root() {
	TestExt::default().execute_with(|| {
		let by_root = DataCredits::burn(RuntimeOrigin::root(), BCT, 0);
		assert_noop!(by_root, sp_runtime::DispatchError::BadOrigin);
	});
}
