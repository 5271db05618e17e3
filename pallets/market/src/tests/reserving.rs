use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::{Minute, MINUTES_PER_DAY};
use millpond_traits::{
	mocks::{MockPools, MockPrices},
	Fact,
	RentalKind::*,
};

#[test]
fn reserved_time_should_be_delivered_from_its_start_to_its_end_and_be_burned_minute_by_minute() {
	TestExt::default().execute_with(|| {
		let quote = Market::quote_reserve(POOL, 8, START + 100, START + 160).expect("it can be had");
		let id = reserve(ALICE, 8, 100, 60);
		assert_eq!(credits(ALICE), FUNDS - quote.cost - quote.deposit);
		assert_eq!(quote.cost, 8 * 60 * RESERVED_RATE);
		assert_eq!(phase(id), Some(Phase::Booked));
		pass(98);
		assert_eq!((phase(id), slot(id).assigned), (Some(Phase::Called), 0));
		pass(2);
		assert_eq!(phase(id), Some(Phase::Running));
		assert_eq!(hosts_of(id), [(HOST, 4), (OTHER_HOST, 4)]);
		pass(59);
		check_invariants();
		assert_eq!(MockPools::spent(POOL, [HOST, OTHER_HOST]), 8 * 59 * RESERVED_RATE);
		pass(1);
		assert_eq!((phase(id), holder(id), counts()), (None, None, (8, 8)));
		assert_eq!(credits(ALICE), FUNDS - quote.cost);
		assert_eq!(service(HOST), (4 * 60, 4 * 60));
		assert_eq!(
			(noted(HOST, Fact::RentalCompleted), noted(HOST, Fact::RentalFailed)),
			(1, 0)
		);
	});
}

#[test]
fn reserving_should_fail_when_the_terms_are_out_of_range() {
	TestExt::default().execute_with(|| {
		let reserve = |gpus, after, minutes| try_reserve(ALICE, gpus, after, minutes);
		assert_noop!(reserve(0, 20, 10), Error::<Test>::WrongNumberOfGpus);
		assert_noop!(reserve(257, 20, 10), Error::<Test>::WrongNumberOfGpus);
		assert_noop!(reserve(1, 20, 0), Error::<Test>::TooShort);
		assert_noop!(reserve(1, 15, 10), Error::<Test>::NotAligned);
		assert_noop!(reserve(1, 20, 15), Error::<Test>::NotAligned);
		assert_noop!(reserve(1, 0, 10), Error::<Test>::TooLate);
		assert_noop!(reserve(9, 20, 10), Error::<Test>::SoldOut);
		pass(9);
		assert_noop!(reserve(1, 1, 10), Error::<Test>::TooLate);
		pass(1);
		// The longer of a week and twelve times the length ahead, and at most 400 days.
		const WEEK: Minute = 7 * MINUTES_PER_DAY;
		assert_ok!(reserve(1, WEEK, 10));
		assert_noop!(reserve(1, WEEK + 10, 10), Error::<Test>::TooFarAhead);
		assert_ok!(reserve(1, 2 * WEEK, WEEK / 6));
		assert_noop!(reserve(1, 2 * WEEK + 10, WEEK / 6), Error::<Test>::TooFarAhead);
		assert_ok!(reserve(1, 35 * MINUTES_PER_DAY, 365 * MINUTES_PER_DAY));
		assert_noop!(
			reserve(1, 35 * MINUTES_PER_DAY + 10, 365 * MINUTES_PER_DAY),
			Error::<Test>::TooFarAhead
		);
		set_price(Reserved, None);
		assert_noop!(reserve(1, 20, 10), Error::<Test>::NotForSale);
	});
}

#[test]
fn reserving_should_be_cheaper_when_a_tier_says_so() {
	TestExt::default().execute_with(|| {
		MockPools::set_price(POOL, Reserved, 600, Some(RESERVED_RATE - 5));
		assert_eq!(slot(reserve(ALICE, 1, 20, 590)).rate, RESERVED_RATE);
		assert_eq!(slot(reserve(ALICE, 1, 20, 600)).rate, RESERVED_RATE - 5);
		let start = START + 20;
		let dear = Market::reserve(
			RuntimeOrigin::signed(ALICE),
			POOL,
			1,
			start,
			start + 10,
			RESERVED_RATE - 1,
			None,
		);
		assert_noop!(dear, Error::<Test>::PriceAboveLimit);
	});
}

#[test]
fn capacity_should_be_sold_once_in_any_slice() {
	TestExt::default().execute_with(|| {
		reserve(ALICE, 5, 100, 50);
		assert_noop!(try_reserve(BOB, 4, 140, 100), Error::<Test>::SoldOut);
		reserve(BOB, 4, 150, 100);
		reserve(BOB, 3, 140, 10);
		assert_noop!(try_reserve(BOB, 1, 140, 10), Error::<Test>::SoldOut);
		// On-demand time is booked with as much of its grace as fits.
		assert_noop!(try_rent(ALICE, OnDemand, 4, 101), Error::<Test>::SoldOut);
		assert_eq!(slot(rent(ALICE, OnDemand, 4, 90)).grace, 9);
		assert_eq!(slot(rent(ALICE, OnDemand, 4, 100)).grace, 0);
	});
}

#[test]
fn gpus_should_pass_from_one_to_the_next_in_the_same_minute_when_reservations_follow_each_other() {
	TestExt::default().execute_with(|| {
		// The later one is minted first, so that its turn in the minute comes first, too.
		let (later, earlier) = (reserve(BOB, 8, 60, 40), reserve(ALICE, 8, 20, 40));
		pass(60);
		assert_eq!((phase(earlier), phase(later)), (None, Some(Phase::Running)));
		assert_eq!((slot(later).assigned, slot(later).missing()), (8, 0));
		pass(40);
		assert_eq!(credits(BOB), FUNDS - 8 * 40 * RESERVED_RATE);
		assert_eq!(compensation(MANAGER, BOB), 0);
	});
}

#[test]
fn reserved_time_should_be_paid_when_nobody_uses_it() {
	TestExt::default().execute_with(|| {
		let id = reserve(ALICE, 2, 20, 40);
		assert_noop!(stop(ALICE, id), Error::<Test>::WrongKind);
		pass(30);
		assert_noop!(stop(ALICE, id), Error::<Test>::WrongKind);
		assert_noop!(top_up(ALICE, id, 10), Error::<Test>::WrongKind);
		// Neither the oracle nor the price of the pool matters.
		MockPrices::set_for_mint(None);
		MockPrices::set_for_payout(None);
		set_price(Reserved, Some(1_000));
		pass(30);
		assert_eq!(credits(ALICE), FUNDS - 2 * 40 * RESERVED_RATE);
	});
}

#[test]
fn manager_should_answer_when_no_gpu_can_be_assigned_at_the_start() {
	TestExt::default().execute_with(|| {
		let id = reserve(ALICE, 6, 20, 40);
		darken(HOST, 0);
		pass(20);
		assert_eq!((slot(id).assigned, slot(id).missing()), (4, 2));
		assert_eq!(noted(MANAGER, Fact::RentalFailed), 1);
		check_invariants();
		pass(5);
		light(HOST);
		// It is tried again every ten minutes.
		pass(5);
		assert_eq!((slot(id).assigned, slot(id).missing()), (6, 0));
		let missing = 2 * 10 * RESERVED_RATE;
		assert_eq!(compensation(MANAGER, ALICE), missing / 5);
		pass(30);
		assert_eq!(credits(ALICE), FUNDS - 6 * 40 * RESERVED_RATE + missing);
		assert_eq!(service(MANAGER), (20, 0));
	});
}
