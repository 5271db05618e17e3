use crate::{mock::*, *};
use frame_support::{
	assert_noop, assert_ok,
	storage::with_storage_layer,
	traits::{fungible::InspectHold, Hooks},
	weights::Weight,
};
use millpond_primitives::{Minute, BCT, HOUR, MINUTE};
use sp_runtime::{DispatchResult, TokenError};

const REFERENCE: Reference = [1; 32];
const OTHER: Reference = [2; 32];

fn pay(processor: AccountId, reference: Reference, deadline: Minute) -> DispatchResult {
	// As a transaction is executed: all or nothing.
	with_storage_layer(|| DataCredits::burn_for(RuntimeOrigin::signed(processor), BOB, BCT, 0, reference, deadline))
}

fn deposit(who: AccountId) -> u128 {
	Balances::balance_on_hold(&ReferenceReason::get(), &who)
}

#[test]
fn burn_for_should_mint_for_the_beneficiary_who_needs_no_bct() {
	TestExt::default().execute_with(|| {
		let before = bct(PROCESSOR);
		assert_ok!(pay(PROCESSOR, REFERENCE, minute() + 10));
		assert_eq!(credits(BOB), 200_000);
		assert_eq!(credits(PROCESSOR), 0);
		assert_eq!(before - bct(PROCESSOR), BCT + deposit(PROCESSOR));
		assert!(System::account_exists(&BOB));
		let event = Event::Burned {
			who: PROCESSOR,
			beneficiary: BOB,
			amount: BCT,
			credits: 200_000,
			price: usd(2),
			reference: Some(REFERENCE),
		};
		assert_eq!(events().last(), Some(&event));
	});
}

#[test]
fn burn_for_should_fail_when_the_reference_was_used() {
	TestExt::default().execute_with(|| {
		let deadline = minute() + 10;
		assert_ok!(pay(PROCESSOR, REFERENCE, deadline));
		assert_noop!(pay(PROCESSOR, REFERENCE, deadline), Error::<Test>::ReferenceUsed);
		// Nor with another deadline.
		assert_noop!(pay(PROCESSOR, REFERENCE, deadline + 1), Error::<Test>::ReferenceUsed);
		hold(usd(2), 9 * MINUTE);
		assert_noop!(pay(PROCESSOR, REFERENCE, deadline + 20), Error::<Test>::ReferenceUsed);
		assert_eq!(credits(BOB), 200_000);
	});
}

#[test]
fn burn_for_should_keep_the_references_of_processors_apart() {
	TestExt::default().execute_with(|| {
		assert_ok!(pay(PROCESSOR, REFERENCE, minute() + 10));
		assert_ok!(pay(PROCESSOR, OTHER, minute() + 10));
		assert_ok!(pay(ALICE, REFERENCE, minute() + 10));
		assert_eq!(credits(BOB), 600_000);
	});
}

#[test]
fn burn_for_should_never_pay_twice_whenever_it_is_retried() {
	TestExt::default().execute_with(|| {
		let deadline = minute() + 45;
		let mut paid = 0;
		for _ in 0..120 {
			paid += u32::from(pay(PROCESSOR, REFERENCE, deadline).is_ok());
			hold(usd(2), MINUTE);
		}
		assert_eq!(paid, 1);
		assert_eq!(credits(BOB), 200_000);
	});
}

#[test]
fn burn_for_should_leave_the_reference_free_when_it_fails() {
	TestExt::default().execute_with(|| {
		let deadline = minute() + 10;
		let too_much = 2_000_000 * BCT;
		assert_noop!(
			with_storage_layer(|| DataCredits::burn_for(
				RuntimeOrigin::signed(PROCESSOR),
				BOB,
				too_much,
				0,
				REFERENCE,
				deadline
			)),
			Error::<Test>::HourlyCapReached
		);
		assert_ok!(pay(PROCESSOR, REFERENCE, deadline));
	});
}

#[test]
fn burn_for_should_fail_when_the_deadline_is_not_ahead() {
	TestExt::default().execute_with(|| {
		assert_noop!(pay(PROCESSOR, REFERENCE, minute()), Error::<Test>::DeadlinePassed);
		assert_noop!(pay(PROCESSOR, REFERENCE, 0), Error::<Test>::DeadlinePassed);
		assert_ok!(pay(PROCESSOR, REFERENCE, minute() + 1));
	});
}

#[test]
fn burn_for_should_fail_when_the_deadline_is_over_thirty_days_ahead() {
	TestExt::default().execute_with(|| {
		let furthest = minute() + 30 * 24 * 60;
		assert_noop!(pay(PROCESSOR, REFERENCE, furthest + 1), Error::<Test>::DeadlineTooFar);
		assert_noop!(pay(PROCESSOR, REFERENCE, u32::MAX), Error::<Test>::DeadlineTooFar);
		assert_ok!(pay(PROCESSOR, REFERENCE, furthest));
	});
}

#[test]
fn burn_for_should_fail_when_the_deposit_cannot_be_paid() {
	TestExt::default().execute_with(|| {
		assert_noop!(pay(BOB, REFERENCE, minute() + 10), TokenError::FundsUnavailable);
	});
}

#[test]
fn burn_for_should_respect_the_minimum() {
	TestExt::default().execute_with(|| {
		let call = |min| {
			let origin = RuntimeOrigin::signed(PROCESSOR);
			with_storage_layer(|| DataCredits::burn_for(origin, BOB, BCT, min, REFERENCE, minute() + 10))
		};
		assert_noop!(call(200_001), Error::<Test>::BelowMinimum);
		assert_ok!(call(200_000));
	});
}

#[test]
fn references_should_be_reclaimed_with_their_deposits_after_the_deadline() {
	TestExt::default().execute_with(|| {
		let before = bct(PROCESSOR);
		assert_ok!(pay(PROCESSOR, REFERENCE, minute() + 10));
		assert_ok!(pay(PROCESSOR, OTHER, minute() + 3 * 60));
		let both = deposit(PROCESSOR);
		assert!(both > 2 * DepositBase::get());

		pass(HOUR);
		pass(0);
		assert!(!References::<Test>::contains_key(PROCESSOR, REFERENCE));
		assert!(References::<Test>::contains_key(PROCESSOR, OTHER));
		assert_eq!(deposit(PROCESSOR), both / 2);
		assert_eq!(
			events().last(),
			Some(&Event::ReferenceReclaimed {
				who: PROCESSOR,
				reference: REFERENCE
			})
		);

		pass(30 * 24 * HOUR);
		pass(0);
		assert_eq!(References::<Test>::iter().count() + Expiries::<Test>::iter().count(), 0);
		assert_eq!(deposit(PROCESSOR), 0);
		assert_eq!(before - bct(PROCESSOR), 2 * BCT, "create and destroy refunds exactly");
	});
}

#[test]
fn references_should_be_reclaimed_in_bounded_work() {
	TestExt::default().execute_with(|| {
		for number in 0..20u8 {
			assert_ok!(pay(PROCESSOR, [number; 32], minute() + 1 + u32::from(number % 3) * 60));
		}
		pass(10 * HOUR);
		let stored = || References::<Test>::iter().count();
		assert_eq!(stored(), 20);

		// Not enough for anything.
		pass_with_idle(0, <() as WeightInfo>::reclaim_reference() - Weight::from_parts(1, 0));
		assert_eq!(stored(), 20);
		// The look itself and three references.
		let idle = <() as WeightInfo>::reclaim_reference().mul(4);
		assert_eq!(DataCredits::on_idle(System::block_number(), idle), idle);
		assert_eq!(stored(), 17);
		// A new one does not make the old ones forgotten.
		assert_ok!(DataCredits::use_reference(&PROCESSOR, [99; 32], minute() + 1));
		check_invariants();
		for _ in 0..20 {
			pass_with_idle(0, idle);
			check_invariants();
		}
		assert_eq!(stored(), 1);
		assert!(References::<Test>::contains_key(PROCESSOR, [99; 32]));
	});
}

#[test]
fn reference_should_be_usable_again_when_expired_and_not_yet_reclaimed() {
	TestExt::default().execute_with(|| {
		assert_ok!(pay(PROCESSOR, REFERENCE, minute() + 2));
		hold(usd(2), 2 * MINUTE);
		let held = deposit(PROCESSOR);
		assert!(References::<Test>::contains_key(PROCESSOR, REFERENCE));
		assert_ok!(pay(PROCESSOR, REFERENCE, minute() + 200));
		assert_eq!(deposit(PROCESSOR), held);
		check_invariants();
		assert_noop!(pay(PROCESSOR, REFERENCE, minute() + 200), Error::<Test>::ReferenceUsed);
	});
}
