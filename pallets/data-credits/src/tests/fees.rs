use crate::{mock::*, *};
use frame_support::{
	assert_ok,
	dispatch::{DispatchInfo, PostDispatchInfo},
	traits::{
		fungibles::Inspect,
		tokens::{fungible::Mutate, Preservation},
	},
	weights::Weight,
};
use millpond_math::price::credits_owed;
use millpond_primitives::{Balance, Credits, Price, BCT, DC_ASSET, HOUR, MINUTE};
use pallet_transaction_payment::{ChargeTransactionPayment, OnChargeTransaction};
use sp_runtime::{
	traits::DispatchTransaction,
	transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
	DispatchResultWithInfo,
};

const LENGTH: usize = 100;

fn call() -> RuntimeCall {
	RuntimeCall::System(frame_system::Call::remark { remark: vec![] })
}

fn info() -> DispatchInfo {
	DispatchInfo {
		call_weight: Weight::from_parts(1_000_000_000, 0),
		..Default::default()
	}
}

/// What the transaction costs before it is executed.
fn fee(tip: Balance) -> Balance {
	TransactionPayment::compute_fee(LENGTH as u32, &info(), tip)
}

fn price() -> Price {
	<DataCredits as millpond_traits::Prices>::for_fees().expect("there is a price")
}

fn fee_in_credits(tip: Balance) -> Credits {
	credits_owed(fee(tip), price()).expect("in range")
}

type Outcome = Result<DispatchResultWithInfo<PostDispatchInfo>, TransactionValidityError>;

/// Executes a transaction of `who` that uses `weight` and does `what`.
fn execute(who: AccountId, tip: Balance, weight: Option<Weight>, what: impl FnOnce()) -> Outcome {
	let origin = RuntimeOrigin::signed(who);
	ChargeTransactionPayment::<Test>::from(tip).test_run(origin, &call(), &info(), LENGTH, 0, |_| {
		what();
		Ok(PostDispatchInfo {
			actual_weight: weight,
			pays_fee: Default::default(),
		})
	})
}

/// Whether the pool takes a transaction of `who`.
fn is_valid(who: AccountId, tip: Balance) -> bool {
	ChargeTransactionPayment::<Test>::from(tip)
		.validate_only(
			RuntimeOrigin::signed(who),
			&call(),
			&info(),
			LENGTH,
			TransactionSource::External,
			0,
		)
		.is_ok()
}

const CANNOT_PAY: Outcome = Err(TransactionValidityError::Invalid(InvalidTransaction::Payment));

#[test]
fn fee_should_be_paid_in_bct_when_it_suffices() {
	TestExt::default().execute_with(|| {
		give(ALICE, 1_000_000);
		let before = bct(ALICE);
		assert_ok!(execute(ALICE, 7, None, || ()));
		assert_eq!(before - bct(ALICE), fee(7));
		assert_eq!(FeesCollected::get(), fee(7));
		assert_eq!(credits(ALICE), 1_000_000);
	});
}

#[test]
fn fee_should_be_paid_in_credits_and_destroyed_when_there_is_no_bct() {
	TestExt::default().execute_with(|| {
		give(BOB, 1_000_000);
		assert_ok!(execute(BOB, 7, None, || ()));
		assert_eq!(1_000_000 - credits(BOB), fee_in_credits(7));
		assert_eq!(Totals::<Test>::get().spent, fee_in_credits(7));
		assert_eq!(FeesCollected::get(), 0);
		let event = Event::FeePaid {
			who: BOB,
			credits: fee_in_credits(7),
			price: usd(2),
		};
		assert_eq!(events().last(), Some(&event));
	});
}

#[test]
fn fee_should_be_paid_in_credits_when_the_bct_would_not_outlive_it() {
	TestExt::default().execute_with(|| {
		give(BOB, 1_000_000);
		let almost = EXISTENTIAL_DEPOSIT + fee(0) - 1;
		assert_ok!(Balances::transfer(&ALICE, &BOB, almost, Preservation::Preserve));
		assert_ok!(execute(BOB, 0, None, || ()));
		assert_eq!((bct(BOB), 1_000_000 - credits(BOB)), (almost, fee_in_credits(0)));
		assert_ok!(Balances::transfer(&ALICE, &BOB, 1, Preservation::Preserve));
		assert_ok!(execute(BOB, 0, None, || ()));
		assert_eq!(
			(bct(BOB), 1_000_000 - credits(BOB)),
			(EXISTENTIAL_DEPOSIT, fee_in_credits(0))
		);
	});
}

#[test]
fn fee_should_be_rounded_up() {
	// A credit is 5,000,000 units at $2.
	TestExt::default().execute_with(|| {
		give(BOB, 1_000_000);
		assert_ne!(fee(1) % 5_000_000, 0);
		assert_ok!(execute(BOB, 1, None, || ()));
		assert_eq!(1_000_000 - credits(BOB), fee(1) / 5_000_000 + 1);
	});
}

#[test]
fn fee_should_be_refunded_at_the_price_it_was_taken_at() {
	TestExt::default().execute_with(|| {
		give(BOB, 1_000_000);
		let actual = Some(Weight::from_parts(100_000_000, 0));
		let post = PostDispatchInfo {
			actual_weight: actual,
			pays_fee: Default::default(),
		};
		let owed = credits_owed(
			TransactionPayment::compute_actual_fee(LENGTH as u32, &info(), &post, 7),
			usd(2),
		);
		// The call itself changes the price.
		assert_ok!(execute(BOB, 7, actual, || feed(cents(220))));
		assert_eq!(Some(1_000_000 - credits(BOB)), owed);
		assert!(owed < credits_owed(fee(7), usd(2)));
		assert_eq!(Some(Totals::<Test>::get().spent), owed);
	});
}

#[test]
fn fee_should_leave_one_credit_and_the_nonce() {
	TestExt::default().execute_with(|| {
		give(BOB, fee_in_credits(0) + 1);
		System::inc_account_nonce(BOB);
		assert!(is_valid(BOB, 0));
		assert_ok!(execute(BOB, 0, None, || ()));
		assert_eq!(credits(BOB), 1);
		assert_eq!(System::account_nonce(BOB), 1);
		assert_eq!(execute(BOB, 0, None, || ()), CANNOT_PAY);
	});
}

#[test]
fn fee_should_be_refused_when_neither_suffices() {
	TestExt::default().execute_with(|| {
		assert!(!is_valid(BOB, 0));
		assert_eq!(execute(BOB, 0, None, || ()), CANNOT_PAY);
		give(BOB, fee_in_credits(0));
		assert!(!is_valid(BOB, 0));
		assert_eq!(execute(BOB, 0, None, || ()), CANNOT_PAY);
		assert_eq!(credits(BOB), fee_in_credits(0));
		give(BOB, 1);
		assert!(is_valid(BOB, 0) && !is_valid(BOB, BCT));
	});
}

#[test]
fn fee_should_be_refused_when_there_was_never_a_price() {
	TestExt::default().execute_with(|| {
		give(BOB, 1_000_000_000);
		LastPrice::<Test>::kill();
		HourlyHighs::<Test>::kill();
		assert!(!is_valid(BOB, 0));
		assert!(is_valid(ALICE, 0));
	});
}

#[test]
fn fee_should_be_payable_in_credits_while_the_oracle_is_down() {
	TestExt::default().execute_with(|| {
		feed(cents(230));
		hold(cents(230), HOUR);
		give(BOB, 10_000_000);
		feed(usd(2));
		hold(usd(2), HOUR);
		for outage in [11 * MINUTE, 8 * 24 * HOUR, 1_000 * 24 * HOUR] {
			pass(outage);
			let before = credits(BOB);
			assert_ok!(execute(BOB, 0, None, || ()));
			assert_eq!(Some(before - credits(BOB)), credits_owed(fee(0), cents(230)));
		}
	});
}

#[test]
fn fee_should_not_be_refunded_when_the_call_killed_the_account() {
	TestExt::default().execute_with(|| {
		give(BOB, 1_000_000);
		let whole_fee = fee_in_credits(0);
		let empty = || {
			assert_ok!(<DataCredits as millpond_traits::Credits<_>>::spend(&BOB, credits(BOB)));
		};
		assert_ok!(execute(BOB, 0, Some(Weight::zero()), empty));
		assert!(!System::account_exists(&BOB));
		assert_eq!(Assets::total_issuance(DC_ASSET), 0);
		let event = Event::FeePaid {
			who: BOB,
			credits: whole_fee,
			price: usd(2),
		};
		assert_eq!(events().last(), Some(&event));
	});
}

#[test]
fn fee_should_be_nothing_when_the_call_is_free() {
	TestExt::default().execute_with(|| {
		let paid =
			<FeesInCredits<CollectFees> as OnChargeTransaction<Test>>::withdraw_fee(&BOB, &call(), &info(), 0, 0);
		assert!(matches!(paid, Ok(FeePaid::Nothing)));
		assert_eq!(credits(BOB), 0);
	});
}

#[test]
fn fee_should_come_back_but_for_the_tip_when_the_call_turns_out_to_be_free() {
	TestExt::default().execute_with(|| {
		give(BOB, 1_000_000);
		let origin = RuntimeOrigin::signed(BOB);
		let tip = 20_000_000;
		assert_ok!(
			ChargeTransactionPayment::<Test>::from(tip).test_run(origin, &call(), &info(), LENGTH, 0, |_| {
				Ok(PostDispatchInfo {
					actual_weight: None,
					pays_fee: frame_support::dispatch::Pays::No,
				})
			})
		);
		assert_eq!(Some(1_000_000 - credits(BOB)), credits_owed(tip, usd(2)));
	});
}
