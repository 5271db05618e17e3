//! Credits never reach another account, but for what a host fails to deliver.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::{Credits, SlotId};
use millpond_traits::{
	mocks::{MockDeeds, MockOperators, MockPools},
	Obligations,
	RentalKind::*,
};

fn sell(id: SlotId, to: AccountId) {
	assert_ok!(MockDeeds::<2>::sell(id, &to));
}

/// What GPUs have earned, in DC.
fn earned() -> Credits {
	MockPools::spent(POOL, [HOST, OTHER_HOST])
}

/// What was burned, and no GPU has earned.
fn lapsed() -> Credits {
	let of = |event| match event {
		Event::Lapsed { credits, .. } => credits,
		_ => 0,
	};
	events().into_iter().map(of).sum()
}

fn deposit(gpus: Credits) -> Credits {
	SLOT_DEPOSIT + gpus * GPU_DEPOSIT
}

#[test]
fn top_up_should_fail_when_the_caller_does_not_hold_the_slot() {
	TestExt::default().execute_with(|| {
		let id = rent(BOB, OnDemand, 1, 60);
		assert_noop!(top_up(ALICE, id, 10), Error::<Test>::NotHolder);
		pass(62);
		assert_eq!(phase(id), Some(Phase::Paused));
		assert_noop!(top_up(ALICE, id, 10), Error::<Test>::NotHolder);
		sell(id, ALICE);
		assert_noop!(top_up(BOB, id, 10), Error::<Test>::NotHolder);
		assert_ok!(top_up(ALICE, id, 10));
	});
}

#[test]
fn buyer_who_stops_should_get_nothing_of_what_the_seller_paid() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 3, 100);
		pass(10);
		sell(id, BOB);
		assert_eq!(Market::slot_summary(id).map(|summary| summary.refundable), Some(0));
		assert_ok!(stop(BOB, id));
		// The GPUs earn all of it; the deposit was the seller's.
		assert_eq!(credits(BOB), FUNDS);
		assert_eq!(credits(ALICE), FUNDS - 3 * 100 * ON_DEMAND_RATE);
		assert_eq!((earned(), lapsed()), (3 * 100 * ON_DEMAND_RATE, 0));
		assert!(events().contains(&Event::Ended {
			slot: id,
			holder: BOB,
			reason: EndReason::Stopped,
			payer: ALICE,
			credits: deposit(3),
			burned: 3 * 90 * ON_DEMAND_RATE,
		}));
	});
}

#[test]
fn buyer_who_stops_in_the_first_minute_should_get_nothing_of_what_the_seller_paid() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, Spot, 2, 100);
		sell(id, BOB);
		assert_ok!(stop(BOB, id));
		pass(1);
		assert_eq!((phase(id), credits(BOB)), (None, FUNDS));
		assert_eq!(credits(ALICE), FUNDS - 2 * 100 * SPOT_RATE);
		assert_eq!(earned(), 2 * 100 * SPOT_RATE);
	});
}

#[test]
fn buyer_should_get_back_what_he_paid_himself_and_use_what_is_inherited_first() {
	for (minutes, back) in [(10, 40), (80, 20), (99, 1)] {
		TestExt::default().execute_with(|| {
			let id = rent(ALICE, OnDemand, 1, 60);
			sell(id, BOB);
			// The deposit is his from now on, and the seller has his own one back.
			assert_eq!(Market::quote_top_up(id, 40), Ok(40 * ON_DEMAND_RATE + deposit(1)));
			assert_ok!(top_up(BOB, id, 40));
			assert_eq!(credits(BOB), FUNDS - 40 * ON_DEMAND_RATE - deposit(1));
			assert_eq!(credits(ALICE), FUNDS - 60 * ON_DEMAND_RATE);
			assert_eq!(Market::quote_top_up(id, 40), Ok(40 * ON_DEMAND_RATE));
			pass(minutes);
			assert_ok!(stop(BOB, id));
			assert_eq!(credits(BOB), FUNDS - (40 - back) * ON_DEMAND_RATE);
			assert_eq!(credits(ALICE), FUNDS - 60 * ON_DEMAND_RATE);
		});
	}
}

#[test]
fn seller_who_has_the_slot_again_should_get_back_what_is_left_unless_another_paid_meanwhile() {
	for is_topped_up in [false, true] {
		TestExt::default().execute_with(|| {
			let id = rent(ALICE, OnDemand, 1, 60);
			sell(id, BOB);
			pass(10);
			if is_topped_up {
				assert_ok!(top_up(BOB, id, 10));
			}
			sell(id, ALICE);
			assert_ok!(stop(ALICE, id));
			let used = if is_topped_up { 60 } else { 10 };
			assert_eq!(credits(ALICE), FUNDS - used * ON_DEMAND_RATE);
			let paid = if is_topped_up { 10 } else { 0 };
			assert_eq!(credits(BOB), FUNDS - paid * ON_DEMAND_RATE);
		});
	}
}

#[test]
fn deposit_should_go_to_whoever_paid_it_when_the_funds_run_out() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 2, 60);
		sell(id, BOB);
		pass(70);
		assert_eq!((phase(id), credits(BOB)), (None, FUNDS));
		assert_eq!(credits(ALICE), FUNDS - 2 * 60 * ON_DEMAND_RATE);
	});
}

#[test]
fn nobody_should_gain_when_a_slot_is_evicted_that_was_bought() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, Spot, 8, 100);
		sell(id, BOB);
		pass(10);
		rent(CHARLIE, OnDemand, 1, 30);
		pass(2);
		assert_eq!((phase(id), credits(BOB)), (None, FUNDS));
		assert_eq!(credits(ALICE), FUNDS - 8 * 100 * SPOT_RATE);
		// The pool could evict for it, too.
		assert_eq!((earned(), lapsed()), (8 * 12 * SPOT_RATE, 8 * 88 * SPOT_RATE));
		assert!(events().contains(&Event::Lapsed {
			slot: id,
			credits: 8 * 88 * SPOT_RATE
		}));
	});
}

#[test]
fn what_a_host_does_not_deliver_should_come_back_to_whoever_holds_the_slot() {
	TestExt::default().hosts(&[(HOST, 1)]).execute_with(|| {
		let id = rent(ALICE, OnDemand, 1, 100);
		sell(id, BOB);
		pass(10);
		darken(HOST, 5);
		pass(10);
		light(HOST);
		pass(5);
		assert_ok!(stop(BOB, id));
		assert_eq!(credits(BOB), FUNDS + 15 * ON_DEMAND_RATE);
		assert_eq!(compensation(HOST, BOB), 15 * ON_DEMAND_RATE / 5);
		assert_eq!(credits(ALICE), FUNDS - 100 * ON_DEMAND_RATE);
	});
}

#[test]
fn what_a_host_does_not_deliver_should_be_paid_back_from_what_the_holder_paid_first() {
	TestExt::default().hosts(&[(HOST, 1)]).execute_with(|| {
		let id = rent(ALICE, OnDemand, 1, 60);
		sell(id, BOB);
		assert_ok!(top_up(BOB, id, 40));
		pass(10);
		darken(HOST, 10);
		pass(10);
		light(HOST);
		pass(10);
		assert_ok!(stop(BOB, id));
		// Twenty minutes came back, and twenty are left of his own forty: he has what he paid, and not a credit more.
		assert_eq!(credits(BOB), FUNDS);
	});
}

#[test]
fn host_should_not_get_a_sellers_credits_by_failing_to_deliver_to_itself() {
	TestExt::default().hosts(&[(HOST, 1)]).execute_with(|| {
		let id = rent(ALICE, OnDemand, 1, 100);
		sell(id, holder_of(HOST));
		pass(10);
		darken(HOST, 5);
		pass(80);
		assert_ok!(stop(holder_of(HOST), id));
		assert_eq!(credits(holder_of(HOST)), 0);
		assert_eq!(credits(ALICE), FUNDS - 100 * ON_DEMAND_RATE);
	});
	// What it paid itself comes back to it.
	TestExt::default().hosts(&[(HOST, 1)]).execute_with(|| {
		MockOperators::set_holder(HOST, &BOB);
		let id = rent(BOB, OnDemand, 1, 100);
		pass(10);
		darken(HOST, 5);
		pass(15);
		assert_ok!(stop(BOB, id));
		assert_eq!(credits(BOB), FUNDS - 5 * ON_DEMAND_RATE);
		assert_eq!(compensation(HOST, BOB), 0);
	});
}

#[test]
fn owner_should_not_get_a_sellers_credits_by_taking_the_gpu_out() {
	TestExt::default().hosts(&[(HOST, 1)]).execute_with(|| {
		let id = reserve(ALICE, 1, 20, 60);
		pass(25);
		sell(id, BOB);
		let (slot, assigned, clock) = MockPools::lose(gpus_of(HOST)[0], 0);
		assert_ok!(<Market as Obligations<AccountId>>::buy_out(
			&BOB,
			POOL,
			slot,
			assigned,
			clock,
			Credits::MAX
		));
		check_invariants();
		pass(60);
		assert_eq!((phase(id), credits(BOB)), (None, FUNDS));
		assert_eq!(lapsed(), 55 * RESERVED_RATE);
	});
}

#[test]
fn buyer_of_spot_time_should_not_get_the_time_to_come_of_a_gpu_that_is_lost() {
	TestExt::default().hosts(&[(HOST, 2)]).execute_with(|| {
		let id = rent(ALICE, Spot, 2, 100);
		sell(id, BOB);
		pass(10);
		lose(gpus_of(HOST)[0], 4);
		pass(1);
		assert_eq!(slot(id).gpus, 1);
		// The four minutes, and not the ninety.
		assert_eq!(credits(BOB), FUNDS + 4 * SPOT_RATE);
		assert_eq!(lapsed(), 90 * SPOT_RATE);
	});
}

#[test]
fn pieces_should_be_paid_by_the_account_that_splits_and_not_turn_time_into_credits() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 4, 60);
		sell(id, BOB);
		let (one, other) = split_gpus(BOB, id, 1).expect("four GPUs");
		check_invariants();
		assert_eq!(credits(ALICE), FUNDS - 4 * 60 * ON_DEMAND_RATE);
		assert_eq!(credits(BOB), FUNDS - deposit(1) - deposit(3));
		pass(10);
		for piece in [one, other] {
			assert_ok!(stop(BOB, piece));
		}
		assert_eq!((credits(BOB), earned()), (FUNDS, 4 * 60 * ON_DEMAND_RATE));
	});
	// What was added comes back, whichever piece it is in.
	for first in [true, false] {
		TestExt::default().execute_with(|| {
			let id = rent(ALICE, OnDemand, 4, 60);
			sell(id, BOB);
			assert_ok!(top_up(BOB, id, 40));
			let (one, other) = split_gpus(BOB, id, 1).expect("four GPUs");
			let pieces = if first { [one, other] } else { [other, one] };
			pass(10);
			for piece in pieces {
				assert_ok!(stop(BOB, piece));
			}
			assert_eq!(credits(BOB), FUNDS);
		});
	}
}

#[test]
fn reserved_pieces_should_be_paid_by_the_account_that_splits() {
	TestExt::default().execute_with(|| {
		let id = reserve(ALICE, 2, 20, 60);
		sell(id, BOB);
		let (first, second) = split_time(BOB, id, START + 50).expect("a slice of it");
		check_invariants();
		assert_eq!(credits(ALICE), FUNDS - 2 * 60 * RESERVED_RATE);
		assert_eq!(credits(BOB), FUNDS - 2 * deposit(2));
		assert_eq!((slot(first).payer, slot(second).payer), (BOB, BOB));
		pass(80);
		assert_eq!((credits(BOB), earned()), (FUNDS, 2 * 60 * RESERVED_RATE));
	});
}

#[test]
fn merging_should_not_turn_time_into_credits() {
	for first in [true, false] {
		TestExt::default().execute_with(|| {
			let bought = rent(ALICE, OnDemand, 1, 60);
			let own = rent(BOB, OnDemand, 1, 60);
			sell(bought, BOB);
			let (one, other) = if first { (bought, own) } else { (own, bought) };
			let merged = merge(BOB, one, other).expect("they are alike");
			check_invariants();
			assert_eq!(credits(ALICE), FUNDS - 60 * ON_DEMAND_RATE);
			assert_eq!(credits(BOB), FUNDS - 60 * ON_DEMAND_RATE - deposit(2));
			pass(10);
			assert_ok!(stop(BOB, merged));
			// Of a hundred and twenty GPU-minutes twenty were used, which the seller had paid.
			assert_eq!((credits(BOB), earned()), (FUNDS, 60 * ON_DEMAND_RATE));
		});
	}
}

#[test]
fn reservation_should_be_rejected_only_by_the_account_that_made_it_while_it_holds_the_slot() {
	let granted = || {
		let start = START + 20;
		assert_ok!(Market::reserve(
			RuntimeOrigin::signed(ALICE),
			POOL,
			2,
			start,
			start + 43_200,
			Credits::MAX,
			Some(KEY)
		));
		let id = newest();
		pass(20);
		assert_ok!(grant(HOST, id));
		pass(5);
		sell(id, BOB);
		assert_noop!(reject(BOB, id), Error::<Test>::NotRejectable);
		assert_noop!(reject(ALICE, id), Error::<Test>::NotHolder);
		id
	};
	TestExt::default().execute_with(|| {
		let id = granted();
		sell(id, ALICE);
		assert_ok!(reject(ALICE, id));
		assert_eq!(credits(BOB), FUNDS);
	});
	// Nor in pieces, by whoever holds them.
	TestExt::default().execute_with(|| {
		let (one, _) = split_gpus(BOB, granted(), 1).expect("two GPUs");
		assert_noop!(reject(BOB, one), Error::<Test>::NotRejectable);
		sell(one, ALICE);
		assert_noop!(reject(ALICE, one), Error::<Test>::NotRejectable);
	});
}

#[test]
fn time_for_which_no_grant_was_waited_should_come_back_only_to_whoever_paid_it() {
	for is_sold in [false, true] {
		TestExt::default().execute_with(|| {
			let start = START + 20;
			assert_ok!(Market::reserve(
				RuntimeOrigin::signed(ALICE),
				POOL,
				1,
				start,
				start + 60,
				Credits::MAX,
				Some(KEY)
			));
			let id = newest();
			pass(28);
			assert_ok!(grant(HOST, id));
			if is_sold {
				sell(id, BOB);
			}
			pass(52);
			// Eight minutes were not billed.
			let paid = if is_sold { 60 } else { 52 };
			assert_eq!((phase(id), credits(BOB)), (None, FUNDS));
			assert_eq!(credits(ALICE), FUNDS - paid * RESERVED_RATE);
			assert_eq!((earned(), lapsed()), (52 * RESERVED_RATE, (paid - 52) * RESERVED_RATE));
		});
	}
}

#[test]
fn taking_a_slot_over_should_fail_when_the_deposit_cannot_be_paid() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 2, 60);
		sell(id, 9);
		let noop = frame_support::storage::with_storage_layer(|| top_up(9, id, 1));
		assert_eq!(noop, Err(sp_runtime::TokenError::FundsUnavailable.into()));
		assert_eq!(slot(id).payer, ALICE);
	});
}
