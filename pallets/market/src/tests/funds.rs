use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::{Credits, SlotId, MINUTES_PER_DAY};
use millpond_traits::{
	mocks::{MockCredits, MockPools},
	Deeds,
	RentalKind::{self, *},
};
use sp_runtime::TokenError;

fn paused(id: SlotId) -> bool {
	phase(id) == Some(Phase::Paused)
}

#[test]
fn holder_should_be_warned_and_the_slot_paused_and_ended_when_nobody_tops_it_up() {
	TestExt::default().execute_with(|| {
		for kind in [OnDemand, Spot] {
			let begin = now();
			let id = rent(ALICE, kind, 2, 100);
			let (end, before) = (begin + 100, credits(ALICE));
			pass(89);
			assert!(!slot(id).warned);
			pass(1);
			assert!(events().contains(&Event::FundsLow { slot: id, end }));
			pass(9);
			assert_eq!(phase(id), Some(Phase::Running));
			let spent = MockPools::spent(POOL, [HOST, OTHER_HOST]);
			pass(1);
			assert!(paused(id));
			assert!(events().contains(&Event::Paused {
				slot: id,
				kept_until: end + 10
			}));
			// The GPUs are kept and earn nothing.
			assert_eq!((counts().0, slot(id).assigned, slot(id).escrow), (6, 2, 0));
			pass(9);
			assert!(paused(id));
			check_invariants();
			pass(1);
			assert_eq!((phase(id), counts().0), (None, 8));
			assert_eq!(credits(ALICE), before + SLOT_DEPOSIT + 2 * GPU_DEPOSIT);
			assert_eq!(MockPools::spent(POOL, [HOST, OTHER_HOST]), spent + 2 * slot_rate(kind));
		}
	});
}

fn slot_rate(kind: RentalKind) -> Credits {
	match kind {
		Spot => SPOT_RATE,
		OnDemand => ON_DEMAND_RATE,
		Reserved => RESERVED_RATE,
	}
}

#[test]
fn grace_should_be_no_longer_than_the_pools_and_a_tenth_of_what_was_paid() {
	TestExt::default().grace(5).execute_with(|| {
		assert_eq!(slot(rent(ALICE, OnDemand, 1, 1_000)).grace, 5);
		assert_eq!(slot(rent(ALICE, OnDemand, 1, 39)).grace, 3);
		let none = rent(ALICE, Spot, 1, 9);
		assert_eq!(slot(none).grace, 0);
		pass(9);
		assert_eq!(phase(none), None);
	});
}

#[test]
fn top_up_should_extend_what_is_funded_at_the_slots_rate() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 2, 60);
		set_price(OnDemand, Some(1_000));
		let before = credits(ALICE);
		assert_eq!(Market::quote_top_up(id, 40), Ok(2 * 40 * ON_DEMAND_RATE));
		assert_ok!(top_up(ALICE, id, 40));
		assert_eq!(credits(ALICE), before - 2 * 40 * ON_DEMAND_RATE);
		assert_eq!((slot(id).end, slot(id).grace), (START + 100, 10));
		pass(99);
		assert_eq!(phase(id), Some(Phase::Running));
		assert_ok!(top_up(ALICE, id, 1));
		pass(1);
		assert_noop!(top_up(ALICE, id, 0), Error::<Test>::TooShort);
		assert_noop!(top_up(ALICE, id, 7 * MINUTES_PER_DAY), Error::<Test>::TooFarAhead);
		assert_ok!(top_up(ALICE, id, 7 * MINUTES_PER_DAY - 1));
		assert_noop!(top_up(ALICE, id + 1, 10), Error::<Test>::UnknownSlot);
		let spot = rent(ALICE, Spot, 1, 60);
		assert_ok!(millpond_traits::mocks::MockDeeds::<2>::sell(spot, &9_u64));
		assert_noop!(top_up(9, spot, 10), TokenError::FundsUnavailable);
	});
}

#[test]
fn holder_should_be_warned_again_when_the_new_funds_run_out() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 1, 30);
		pass(25);
		assert_ok!(top_up(ALICE, id, 30));
		pass(25);
		let warnings = events()
			.into_iter()
			.filter(|event| matches!(event, Event::FundsLow { .. }));
		assert_eq!(warnings.count(), 2);
	});
}

#[test]
fn top_up_should_fail_when_the_time_is_sold_to_somebody_else() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 4, 60);
		reserve(BOB, 5, 100, 50);
		assert_ok!(top_up(ALICE, id, 30));
		assert_noop!(top_up(ALICE, id, 30), Error::<Test>::SoldOut);
		// What is paused has its capacity for the grace time, and no longer.
		pass(92);
		assert!(paused(id));
		assert_noop!(top_up(ALICE, id, 10), Error::<Test>::SoldOut);
		assert_ok!(top_up(ALICE, id, 2));
		// Its grace would be nine minutes by now, but six are left before the time of the other.
		assert_eq!((slot(id).end, slot(id).grace), (START + 94, 6));
	});
}

#[test]
fn top_up_should_pay_the_paused_minutes_and_go_on() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 3, 100);
		pass(107);
		assert!(paused(id));
		let (before, spent) = (credits(ALICE), MockPools::spent(POOL, [HOST, OTHER_HOST]));
		assert_eq!(spent, 3 * 100 * ON_DEMAND_RATE);
		assert_eq!(Market::quote_top_up(id, 20), Ok(3 * 27 * ON_DEMAND_RATE));
		assert_ok!(top_up(ALICE, id, 20));
		assert_eq!(credits(ALICE), before - 3 * 27 * ON_DEMAND_RATE);
		assert_eq!(
			MockPools::spent(POOL, [HOST, OTHER_HOST]),
			spent + 3 * 7 * ON_DEMAND_RATE
		);
		assert_eq!((phase(id), slot(id).end), (Some(Phase::Running), START + 127));
		check_invariants();
		pass(20);
		assert!(paused(id));
		assert_eq!(MockPools::spent(POOL, [HOST, OTHER_HOST]), 3 * 127 * ON_DEMAND_RATE);
		// To stop a paused slot costs nothing.
		assert_ok!(stop(ALICE, id));
		assert_eq!(credits(ALICE), FUNDS - 3 * 127 * ON_DEMAND_RATE);
	});
}

#[test]
fn paused_slot_should_wait_for_a_grant_when_it_goes_on_with_a_new_key() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 1, 100);
		pass(105);
		set_key(ALICE, id, KEY);
		assert_ok!(top_up(ALICE, id, 30));
		pass(3);
		assert_ok!(grant(HOST, id));
		pass(27);
		assert!(paused(id));
		// Three minutes without access were not billed.
		assert_eq!(slot(id).escrow, 3 * ON_DEMAND_RATE);
	});
}

#[test]
fn funds_should_never_be_exceeded_when_hosts_are_dark_in_between() {
	TestExt::default().hosts(&[(HOST, 1)]).execute_with(|| {
		let id = rent(ALICE, OnDemand, 1, 60);
		pass(20);
		darken(HOST, 5);
		pass(10);
		light(HOST);
		pass(30);
		assert!(paused(id));
		assert_eq!(slot(id).escrow, 0);
		// 15 of the 60 minutes were missing.
		assert_eq!(credits(ALICE), FUNDS - 45 * ON_DEMAND_RATE - SLOT_DEPOSIT - GPU_DEPOSIT);
		assert_eq!(compensation(HOST, ALICE), 15 * ON_DEMAND_RATE / 5);
	});
}

#[test]
fn gifts_to_the_markets_account_should_harm_nobody() {
	TestExt::default().execute_with(|| {
		let account = Market::account();
		MockCredits::mint(&account, 1);
		let id = rent(ALICE, OnDemand, 1, 60);
		assert_ok!(Items::transfer(id, &account));
		check_invariants();
		pass(120);
		assert_eq!(phase(id), None);
	});
}

#[test]
fn paused_minutes_should_be_paid_only_when_the_gpus_were_there() {
	TestExt::default()
		.hosts(&[(HOST, 2), (OTHER_HOST, 1)])
		.execute_with(|| {
			let id = rent(ALICE, OnDemand, 3, 100);
			pass(100);
			assert!(paused(id));
			let spent = MockPools::spent(POOL, [HOST, OTHER_HOST]);
			pass(4);
			darken(HOST, 1);
			pass(2);
			light(HOST);
			pass(1);
			// Seven minutes, of which one host was away for three.
			let cost = (2 * 4 + 7) * ON_DEMAND_RATE;
			assert_eq!(Market::quote_top_up(id, 20), Ok(cost + 3 * 20 * ON_DEMAND_RATE));
			let before = credits(ALICE);
			assert_ok!(top_up(ALICE, id, 20));
			assert_eq!(credits(ALICE), before - cost - 3 * 20 * ON_DEMAND_RATE);
			assert_eq!(MockPools::spent(POOL, [HOST, OTHER_HOST]), spent + cost);
			check_invariants();
			pass(20);
			assert_eq!((paused(id), slot(id).escrow), (true, 0));
		});
}

#[test]
fn grace_should_not_run_while_the_chain_stands_still() {
	for kind in [OnDemand, Spot] {
		TestExt::default().execute_with(|| {
			let id = rent(ALICE, kind, 2, 100);
			pass(102);
			assert!(paused(id));
			outage(1_000);
			// Eight of the ten minutes are left, and what is left of the slice.
			assert!(paused(id));
			check_invariants();
			let kept_until = Market::slot_summary(id).and_then(|summary| summary.kept_until);
			assert_eq!(kept_until, Some(START + 100 + 1_010));
			assert!(events().contains(&Event::Paused {
				slot: id,
				kept_until: START + 100 + 1_010
			}));
			pass(7);
			let rate = slot_rate(kind);
			let paid = 2 * (1_009 + 30) * rate;
			assert_eq!(Market::quote_top_up(id, 30), Ok(paid));
			let before = credits(ALICE);
			assert_ok!(top_up(ALICE, id, 30));
			assert_eq!(phase(id), Some(Phase::Running));
			assert_eq!(credits(ALICE), before - paid);
			// The next pause has its own grace time, without what was excused in this one.
			pass(30);
			assert_eq!((paused(id), slot(id).grace), (true, 60));
			outage(100);
			pass(59);
			assert!(paused(id));
			pass(11);
			assert_eq!(phase(id), None);
		});
	}
}

#[test]
fn grace_should_be_extended_only_as_far_as_the_gpus_are_free() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 2, 100);
		let others = reserve(BOB, 7, 150, 60);
		pass(102);
		outage(200);
		assert_eq!(phase(id), None);
		// Bob had his GPUs from the first minute on.
		assert_eq!(
			MockPools::spent(POOL, [HOST, OTHER_HOST]),
			2 * 100 * ON_DEMAND_RATE + 7 * 60 * RESERVED_RATE
		);
		assert_eq!(phase(others), None);
		assert_eq!(noted(MANAGER, millpond_traits::Fact::RentalFailed), 0);
	});
}

#[test]
fn rental_should_be_paid_at_its_end_when_nobody_could_grant_access() {
	TestExt::default().execute_with(|| {
		// It is paused in the minute in which it would be looked at whether access was granted.
		let id = rent_with_key(ALICE, OnDemand, 1, 10);
		assert_ok!(millpond_traits::mocks::MockDeeds::<2>::sell(id, &BOB));
		pass(10);
		assert!(paused(id));
		assert_eq!(MockPools::spent(POOL, [HOST, OTHER_HOST]), 10 * ON_DEMAND_RATE);
		assert_ok!(stop(BOB, id));
		assert_eq!(credits(ALICE), FUNDS - 10 * ON_DEMAND_RATE);
		assert_eq!(credits(BOB), FUNDS);
	});
}
