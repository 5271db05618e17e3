use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::{Balance, Price, BCT, CREDITS_PER_USD};
use millpond_traits::{
	mocks::{MockDeeds, MockPrices},
	RentalKind::*,
};
use sp_runtime::{DispatchError, DispatchResult, TokenError};

fn list(who: AccountId, id: u64, dollars: u128) -> DispatchResult {
	Market::list(RuntimeOrigin::signed(who), id, dollars * CREDITS_PER_USD, 0)
}

fn buy(who: AccountId, id: u64, max: Balance) -> DispatchResult {
	Market::buy(RuntimeOrigin::signed(who), id, max)
}

#[test]
fn buyer_should_pay_the_seller_in_bct_at_the_oracles_price_and_get_the_time_that_is_paid_for() {
	TestExt::default().execute_with(|| {
		let id = reserve(ALICE, 2, 20, 40);
		assert_ok!(list(ALICE, id, 30));
		let (seller, buyer) = (bct(ALICE), bct(BOB));
		assert_ok!(buy(BOB, id, 15 * BCT));
		assert_eq!((bct(ALICE), bct(BOB)), (seller + 15 * BCT, buyer - 15 * BCT));
		assert_eq!(holder(id), Some(BOB));
		assert_noop!(buy(CHARLIE, id, 15 * BCT), Error::<Test>::NotListed);
		pass(60);
		// The use is the buyer's. The deposit comes back to the account that paid it.
		assert_eq!(credits(ALICE), FUNDS - 2 * 40 * RESERVED_RATE);
		assert_eq!(credits(BOB), FUNDS);
	});
}

#[test]
fn buying_should_fail_when_the_price_is_above_the_limit_or_unusable_or_cannot_be_paid() {
	TestExt::default().execute_with(|| {
		let id = reserve(ALICE, 2, 20, 40);
		assert_ok!(list(ALICE, id, 30));
		assert_noop!(buy(BOB, id, 15 * BCT - 1), Error::<Test>::PriceAboveLimit);
		// Half the price, twice the BCT.
		MockPrices::set(Price::from_u32(1));
		assert_noop!(buy(BOB, id, 15 * BCT), Error::<Test>::PriceAboveLimit);
		MockPrices::set_for_payout(None);
		assert_noop!(buy(BOB, id, 30 * BCT), DispatchError::Unavailable);
		MockPrices::set(Price::from_u32(1));
		assert_noop!(buy(99, id, 30 * BCT), TokenError::FundsUnavailable);
		assert_noop!(buy(BOB, id + 1, 30 * BCT), Error::<Test>::UnknownSlot);
		assert_ok!(buy(BOB, id, 30 * BCT));
	});
}

#[test]
fn quote_should_say_what_buying_costs_or_why_it_would_fail() {
	TestExt::default().execute_with(|| {
		let id = reserve(ALICE, 2, 20, 40);
		assert_eq!(Market::quote_buy(id), Err(Error::<Test>::NotListed.into()));
		assert_eq!(Market::quote_buy(id + 1), Err(Error::<Test>::UnknownSlot.into()));
		assert_ok!(list(ALICE, id, 30));
		assert_eq!(Market::quote_buy(id), Ok(15 * BCT));
		MockPrices::set_for_payout(None);
		assert_eq!(Market::quote_buy(id), Err(DispatchError::Unavailable));
		MockPrices::set(Price::from_u32(2));
		assert_ok!(buy(BOB, id, 15 * BCT));
		assert_eq!(Market::quote_buy(id), Err(Error::<Test>::NotListed.into()));
	});
}

#[test]
fn only_the_holder_should_list_and_unlist() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 1, 60);
		assert_noop!(list(BOB, id, 1), Error::<Test>::NotHolder);
		assert_noop!(list(ALICE, id, 0), Error::<Test>::NoPrice);
		assert_noop!(list(ALICE, id + 1, 1), Error::<Test>::UnknownSlot);
		let unlist = |who| Market::unlist(RuntimeOrigin::signed(who), id);
		assert_noop!(unlist(ALICE), Error::<Test>::NotListed);
		assert_ok!(list(ALICE, id, 1));
		assert_noop!(unlist(BOB), Error::<Test>::NotHolder);
		assert_ok!(unlist(ALICE));
		assert_noop!(buy(BOB, id, BCT), Error::<Test>::NotListed);
	});
}

#[test]
fn an_offer_should_be_void_when_the_slot_is_another() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 2, 60);
		assert_ok!(list(ALICE, id, 1));
		let (one, _) = split_gpus(ALICE, id, 1).expect("two GPUs");
		assert_noop!(buy(CHARLIE, id, BCT), Error::<Test>::UnknownSlot);
		assert_noop!(buy(CHARLIE, one, BCT), Error::<Test>::NotListed);
		assert_ok!(MockDeeds::<2>::sell(one, &BOB));
	});
}

#[test]
fn slot_should_be_sold_elsewhere_only_when_it_is_not_listed() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 1, 60);
		assert_ok!(list(ALICE, id, 1));
		// An offer would be good again when it came back to her.
		assert_noop!(MockDeeds::<2>::sell(id, &BOB), TokenError::Frozen);
		// At another price, too.
		assert_ok!(list(ALICE, id, 2));
		assert_noop!(MockDeeds::<2>::sell(id, &BOB), TokenError::Frozen);
		assert_ok!(Market::unlist(RuntimeOrigin::signed(ALICE), id));
		assert_ok!(MockDeeds::<2>::sell(id, &BOB));
		assert_noop!(buy(CHARLIE, id, 2 * BCT), Error::<Test>::NotListed);
		// Who has bought it is free to sell it.
		assert_ok!(list(BOB, id, 1));
		assert_ok!(buy(CHARLIE, id, BCT));
		assert_ok!(MockDeeds::<2>::sell(id, &ALICE));
		assert_noop!(buy(BOB, id, BCT), Error::<Test>::NotListed);
	});
}

#[test]
fn buyer_should_pay_the_least_amount_when_the_price_comes_to_less() {
	TestExt::default().execute_with(|| {
		let id = reserve(ALICE, 2, 20, 40);
		let list = |least| Market::list(RuntimeOrigin::signed(ALICE), id, 30 * CREDITS_PER_USD, least);
		assert_ok!(list(20 * BCT));
		assert_eq!(Market::quote_buy(id), Ok(20 * BCT));
		assert_noop!(buy(BOB, id, 20 * BCT - 1), Error::<Test>::PriceAboveLimit);
		// A lower price of BCT asks for more.
		MockPrices::set(Price::from_u32(1));
		assert_eq!(Market::quote_buy(id), Ok(30 * BCT));
		// A price of BCT that was driven up does not have the slot for nothing.
		MockPrices::set(Price::from_u32(3_000));
		let (seller, buyer) = (bct(ALICE), bct(BOB));
		assert_ok!(buy(BOB, id, 20 * BCT));
		assert_eq!((bct(ALICE), bct(BOB)), (seller + 20 * BCT, buyer - 20 * BCT));
	});
}

#[test]
fn listing_should_withdraw_what_a_wallet_offers_the_slot_for() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 1, 60);
		MockDeeds::<2>::offer(id);
		assert_ok!(list(ALICE, id, 10));
		assert!(!MockDeeds::<2>::is_offered(id));
		// Nor does a price hold that was set meanwhile.
		MockDeeds::<2>::offer(id);
		assert_ok!(Market::unlist(RuntimeOrigin::signed(ALICE), id));
		assert!(!MockDeeds::<2>::is_offered(id));
	});
}
