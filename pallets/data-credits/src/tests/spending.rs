use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::HOUR;
use millpond_traits::Credits;
use sp_runtime::TokenError;

#[test]
fn escrow_should_leave_one_credit_and_the_account() {
	TestExt::default().execute_with(|| {
		give(ALICE, 100);
		give(BOB, 100);
		assert_noop!(DataCredits::escrow(&BOB, &ESCROW, 100), TokenError::NotExpendable);
		assert_noop!(DataCredits::escrow(&BOB, &ESCROW, 101), TokenError::FundsUnavailable);
		System::inc_account_nonce(BOB);
		assert_ok!(DataCredits::escrow(&BOB, &ESCROW, 99));
		assert_eq!((credits(BOB), credits(ESCROW)), (1, 99));
		assert_eq!(System::account_nonce(BOB), 1);
	});
}

#[test]
fn refund_should_return_all_that_is_in_escrow() {
	TestExt::default().execute_with(|| {
		give(BOB, 100);
		assert_ok!(DataCredits::escrow(&BOB, &ESCROW, 60));
		assert_noop!(DataCredits::refund(&ESCROW, &BOB, 61), TokenError::FundsUnavailable);
		assert_ok!(DataCredits::refund(&ESCROW, &BOB, 60));
		assert_eq!((credits(BOB), credits(ESCROW)), (100, 0));
	});
}

#[test]
fn spend_should_destroy_credits_and_count_them() {
	TestExt::default().execute_with(|| {
		give(BOB, 100);
		assert_ok!(DataCredits::escrow(&BOB, &ESCROW, 60));
		assert!(DataCredits::spend(&ESCROW, 61).is_err());
		assert_ok!(DataCredits::spend(&ESCROW, 60));
		assert_eq!((credits(BOB), credits(ESCROW)), (40, 0));
		assert_eq!(Totals::<Test>::get().spent, 60);
	});
}

#[test]
fn spending_should_not_depend_on_the_oracle() {
	TestExt::default().execute_with(|| {
		give(BOB, 100);
		pass(1_000 * HOUR);
		assert_ok!(DataCredits::escrow(&BOB, &ESCROW, 60));
		assert_ok!(DataCredits::refund(&ESCROW, &BOB, 20));
		assert_ok!(DataCredits::spend(&ESCROW, 40));
	});
}
