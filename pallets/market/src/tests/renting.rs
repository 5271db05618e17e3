use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::MINUTES_PER_DAY;
use millpond_traits::{mocks::MockPools, RentalKind::*};
use sp_runtime::TokenError;

#[test]
fn renting_should_cost_what_was_quoted_and_bill_from_the_start_when_no_key_is_set() {
	TestExt::default().execute_with(|| {
		let quote = Market::quote_rent(POOL, OnDemand, 3, 60).expect("it can be had");
		assert_eq!(quote.cost, 3 * 60 * ON_DEMAND_RATE);
		assert_eq!(quote.deposit, SLOT_DEPOSIT + 3 * GPU_DEPOSIT);
		assert_eq!((quote.start, quote.end), (START, START + 60));
		let id = rent(ALICE, OnDemand, 3, 60);
		assert_eq!(credits(ALICE), FUNDS - quote.cost - quote.deposit);
		assert_eq!((holder(id), phase(id)), (Some(ALICE), Some(Phase::Running)));
		assert_eq!(hosts_of(id), [(HOST, 3)]);
		pass(20);
		check_invariants();
		assert_ok!(stop(ALICE, id));
		assert_eq!(credits(ALICE), FUNDS - 3 * 20 * ON_DEMAND_RATE);
		assert_eq!((holder(id), phase(id), counts()), (None, None, (8, 8)));
	});
}

#[test]
fn renting_should_fail_when_the_terms_are_out_of_range() {
	TestExt::default().execute_with(|| {
		let rent = |kind, gpus, minutes| try_rent(ALICE, kind, gpus, minutes);
		assert_noop!(rent(Reserved, 1, 60), Error::<Test>::WrongKind);
		assert_noop!(rent(Spot, 0, 60), Error::<Test>::WrongNumberOfGpus);
		assert_noop!(rent(OnDemand, 257, 60), Error::<Test>::WrongNumberOfGpus);
		assert_noop!(rent(OnDemand, 1, 9), Error::<Test>::TooShort);
		assert_noop!(rent(Spot, 1, 0), Error::<Test>::TooShort);
		assert_noop!(rent(OnDemand, 1, 7 * MINUTES_PER_DAY + 1), Error::<Test>::TooFarAhead);
		assert_noop!(rent(OnDemand, 9, 60), Error::<Test>::SoldOut);
		assert_noop!(rent(Spot, 9, 60), Error::<Test>::NotEnoughGpus);
		set_price(Spot, None);
		assert_noop!(rent(Spot, 1, 60), Error::<Test>::NotForSale);
		let dear = Market::rent(
			RuntimeOrigin::signed(ALICE),
			POOL,
			OnDemand,
			1,
			60,
			ON_DEMAND_RATE - 1,
			None,
		);
		assert_noop!(dear, Error::<Test>::PriceAboveLimit);
		let unknown = Market::rent(
			RuntimeOrigin::signed(ALICE),
			POOL + 1,
			OnDemand,
			1,
			60,
			ON_DEMAND_RATE,
			None,
		);
		assert_noop!(unknown, Error::<Test>::UnknownPool);
		assert_noop!(try_rent(9, OnDemand, 1, 60), TokenError::FundsUnavailable);
		assert_ok!(rent(OnDemand, 8, 7 * MINUTES_PER_DAY));
	});
}

#[test]
fn a_minute_should_be_paid_at_least_when_a_slot_is_stopped_at_once() {
	TestExt::default().execute_with(|| {
		let with_key = rent_with_key(ALICE, OnDemand, 2, 60);
		let without = rent(BOB, Spot, 1, 60);
		for (who, id) in [(ALICE, with_key), (BOB, without)] {
			assert_ok!(stop(who, id));
			assert_noop!(stop(who, id), Error::<Test>::WrongPhase);
			assert_eq!(phase(id), Some(Phase::Leaving(EndReason::Stopped)));
		}
		// They are nobody else's before the minute is over.
		assert_eq!(counts(), (5, 8));
		check_invariants();
		pass(1);
		assert_eq!((phase(with_key), phase(without), counts()), (None, None, (8, 8)));
		assert_eq!(credits(ALICE), FUNDS - 2 * ON_DEMAND_RATE);
		assert_eq!(credits(BOB), FUNDS - SPOT_RATE);
		assert_eq!(
			MockPools::spent(POOL, [HOST, OTHER_HOST]),
			2 * ON_DEMAND_RATE + SPOT_RATE
		);
	});
}
