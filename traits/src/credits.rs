//! Spending Data Credits.

use millpond_primitives::Credits as Amount;
use sp_runtime::DispatchResult;

/// What pallets do with the Data Credits of a customer: set them aside, give them back, spend them. None of it needs a
/// price, so that none of it stops when the oracle does.
///
/// An *escrow* is an account without a key that belongs to the calling pallet. It may be emptied; the account of a
/// customer may not: one DC always stays in it, so that the account, and with it its nonce, lives on.
pub trait Credits<AccountId> {
	/// Moves `amount` from `who` to `escrow`. Fails, and moves nothing, if fewer than `amount` + 1 are there.
	fn escrow(who: &AccountId, escrow: &AccountId, amount: Amount) -> DispatchResult;

	/// Moves `amount` from `escrow` to `who`. Fails, and moves nothing, if fewer are there.
	fn refund(escrow: &AccountId, who: &AccountId, amount: Amount) -> DispatchResult;

	/// Destroys `amount` of `escrow`: they have bought something. Fails, and destroys nothing, if fewer are there.
	fn spend(escrow: &AccountId, amount: Amount) -> DispatchResult;

	/// What `escrow` holds.
	fn held(escrow: &AccountId) -> Amount;

	/// Gives `amount` to `who` for a benchmark.
	#[cfg(feature = "runtime-benchmarks")]
	fn endow(who: &AccountId, amount: Amount);
}

#[cfg(feature = "std")]
mod mock {
	use super::*;
	use crate::mock_storage::{get, put};
	use codec::Encode;
	use sp_runtime::TokenError;

	const BALANCE: &str = "mock:credits:balance";
	const SPENT: &str = "mock:credits:spent";

	/// Data Credits of a test.
	pub struct MockCredits;

	impl MockCredits {
		/// Gives `amount` to `who`.
		pub fn mint<AccountId: Encode>(who: &AccountId, amount: Amount) {
			let balance = Self::balance(who).checked_add(amount).expect("a test's credits fit");
			put(&(BALANCE, who), balance);
		}

		/// What `who` has.
		pub fn balance<AccountId: Encode>(who: &AccountId) -> Amount {
			get(&(BALANCE, who))
		}

		/// What has been spent in all.
		pub fn spent() -> Amount {
			get(&SPENT)
		}

		fn take<AccountId: Encode>(who: &AccountId, amount: Amount, stays: Amount) -> DispatchResult {
			let balance = Self::balance(who);
			let left = balance.checked_sub(amount).filter(|left| amount == 0 || *left >= stays);
			put(&(BALANCE, who), left.ok_or(TokenError::FundsUnavailable)?);
			Ok(())
		}
	}

	impl<AccountId: Encode> Credits<AccountId> for MockCredits {
		fn escrow(who: &AccountId, escrow: &AccountId, amount: Amount) -> DispatchResult {
			Self::take(who, amount, 1)?;
			Self::mint(escrow, amount);
			Ok(())
		}

		fn refund(escrow: &AccountId, who: &AccountId, amount: Amount) -> DispatchResult {
			Self::take(escrow, amount, 0)?;
			Self::mint(who, amount);
			Ok(())
		}

		fn spend(escrow: &AccountId, amount: Amount) -> DispatchResult {
			Self::take(escrow, amount, 0)?;
			put(&SPENT, Self::spent() + amount);
			Ok(())
		}

		fn held(escrow: &AccountId) -> Amount {
			Self::balance(escrow)
		}

		#[cfg(feature = "runtime-benchmarks")]
		fn endow(who: &AccountId, amount: Amount) {
			Self::mint(who, amount);
		}
	}
}

#[cfg(feature = "std")]
pub use mock::MockCredits;

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn escrow_should_leave_one_credit_and_an_escrow_should_be_emptied() {
		const CUSTOMER: u64 = 1;
		const ESCROW: u64 = 2;
		sp_io::TestExternalities::default().execute_with(|| {
			MockCredits::mint(&CUSTOMER, 10);
			assert!(MockCredits::escrow(&CUSTOMER, &ESCROW, 10).is_err());
			assert_eq!(MockCredits::escrow(&CUSTOMER, &ESCROW, 9), Ok(()));
			assert_eq!(MockCredits::refund(&ESCROW, &CUSTOMER, 4), Ok(()));
			assert!(MockCredits::spend(&ESCROW, 6).is_err());
			assert_eq!(MockCredits::spend(&ESCROW, 5), Ok(()));
			assert_eq!((MockCredits::balance(&CUSTOMER), MockCredits::balance(&ESCROW)), (5, 0));
			assert_eq!(MockCredits::spent(), 5);
		});
	}
}
