use crate::{mock::*, *};
use frame_support::assert_ok;
use millpond_primitives::{BCT, CREDITS_PER_USD, MINUTE};

#[test]
fn quote_should_be_what_burn_then_yields() {
	TestExt::default().execute_with(|| {
		feed(cents(197));
		let amount = 123_456_789_012;
		let quote = DataCredits::quote(amount).expect("minting is open");
		assert_eq!(quote.price, cents(197));
		assert_eq!(quote.available, 100_000 * CREDITS_PER_USD);
		assert_ok!(DataCredits::burn(RuntimeOrigin::signed(ALICE), amount, quote.credits));
		assert_eq!(credits(ALICE), quote.credits);
		assert_eq!(
			DataCredits::quote(amount).map(|now| quote.available - now.available),
			Ok(quote.credits)
		);
	});
}

#[test]
fn quote_should_fail_as_burn_would() {
	TestExt::default().execute_with(|| {
		assert_eq!(DataCredits::quote(1), Err(Error::<Test>::AmountTooSmall.into()));
		feed(usd(3));
		assert_eq!(DataCredits::quote(BCT), Err(Error::<Test>::Halted.into()));
		pass(11 * MINUTE);
		assert_eq!(DataCredits::quote(BCT), Err(Error::<Test>::NoQuorum.into()));
	});
}

#[test]
fn price_status_should_tell_who_is_missing() {
	TestExt::default().execute_with(|| {
		let open = PriceStatus {
			now: now(),
			feeders: 7,
			fresh: 7,
			quorum: 5,
			median: Some(usd(2)),
			ema: Some(usd(2)),
			halted_until: None,
			for_mint: Some(usd(2)),
			for_payout: Some(usd(2)),
			for_compensation: Some(usd(2)),
			for_epochs: Some(usd(2)),
			for_fees: Some(usd(2)),
			available: 100_000 * CREDITS_PER_USD,
		};
		assert_eq!(DataCredits::price_status(), open);
		pass(9 * MINUTE);
		(0..4).for_each(|feeder| feed_one(feeder, usd(2)));
		pass(5 * MINUTE);
		let closed = PriceStatus {
			now: now(),
			fresh: 4,
			for_mint: None,
			for_payout: None,
			for_compensation: None,
			..open
		};
		assert_eq!(DataCredits::price_status(), closed);
	});
}

#[test]
fn price_status_should_be_empty_before_the_first_price() {
	TestExt::default().without_price().execute_with(|| {
		let status = DataCredits::price_status();
		assert_eq!((status.median, status.ema, status.for_fees), (None, None, None));
		assert_eq!(
			(status.for_mint, status.for_payout, status.for_epochs),
			(None, None, None)
		);
		assert_eq!((status.feeders, status.fresh, status.quorum), (7, 0, 5));
	});
}
