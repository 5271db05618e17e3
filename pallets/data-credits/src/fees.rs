//! Transaction fees in Data Credits, for accounts that have no BCT.

use crate::{Config, Event, Pallet};
use core::marker::PhantomData;
use frame_support::{
	traits::{
		fungible::{self, Inspect as _},
		fungibles::{self, Balanced as _, Inspect as _},
		tokens::{Fortitude::Polite, Precision::Exact, Preservation::Preserve},
		NoDrop, OnUnbalanced, SuppressedDrop,
	},
	unsigned::TransactionValidityError,
};
use millpond_math::price::credits_owed;
use millpond_primitives::{Balance, Credits, Price, DC_ASSET};
use millpond_traits::Prices;
use pallet_transaction_payment::{FungibleAdapter, OnChargeTransaction, TxCreditHold};
use sp_runtime::{
	traits::{DispatchInfoOf, PostDispatchInfoOf},
	transaction_validity::InvalidTransaction,
};

/// Takes fees in BCT from who can pay them in BCT, and in Data Credits from everybody else.
///
/// In BCT it does what [`FungibleAdapter`] does, and `OU` gets the fee and the tip. Data Credits are taken at the price
/// for fees, rounded up, and destroyed with the tip; a part that the call did not use comes back at the same price. One
/// credit stays, and with it the account and its nonce. There is no new field in the transaction: any client works.
pub struct FeesInCredits<OU>(PhantomData<OU>);

/// What has been taken for a transaction that is being executed.
pub enum FeePaid<T: Config> {
	/// Nothing: it is free.
	Nothing,
	/// BCT. The fee itself is with pallet-transaction-payment; this is the tip.
	Bct(Option<fungible::Credit<T::AccountId, T::Bct>>),
	/// Data Credits, and the price they were taken at.
	Credits(fungibles::Credit<T::AccountId, T::Assets>, Price),
}

#[allow(clippy::derivable_impls)] // A derive would ask for `T: Default`.
impl<T: Config> Default for FeePaid<T> {
	fn default() -> Self {
		Self::Nothing
	}
}

/// Who pays `fee`: nobody, the BCT of the account, or so many of its Data Credits at a price.
enum Payment {
	Nothing,
	Bct,
	Credits(Credits, Price),
}

impl Payment {
	fn choose<T: Config>(who: &T::AccountId, fee: Balance) -> Result<Self, TransactionValidityError> {
		if fee == 0 {
			return Ok(Self::Nothing);
		}
		if T::Bct::reducible_balance(who, Preserve, Polite) >= fee {
			return Ok(Self::Bct);
		}
		let price = Pallet::<T>::for_fees().ok_or(InvalidTransaction::Payment)?;
		let owed = credits_owed(fee, price).ok_or(InvalidTransaction::Payment)?;
		if T::Assets::reducible_balance(DC_ASSET, who, Preserve, Polite) < owed {
			return Err(InvalidTransaction::Payment.into());
		}
		Ok(Self::Credits(owed, price))
	}
}

impl<T, OU> TxCreditHold<T> for FeesInCredits<OU>
where
	T: Config + pallet_transaction_payment::Config,
{
	type Credit = NoDrop<fungible::Credit<T::AccountId, T::Bct>>;
}

impl<T, OU> OnChargeTransaction<T> for FeesInCredits<OU>
where
	T: Config + pallet_transaction_payment::Config,
	T::OnChargeTransaction: TxCreditHold<T, Credit = NoDrop<fungible::Credit<T::AccountId, T::Bct>>>,
	OU: OnUnbalanced<<<Self as TxCreditHold<T>>::Credit as SuppressedDrop>::Inner>,
{
	type Balance = Balance;
	type LiquidityInfo = FeePaid<T>;

	fn withdraw_fee(
		who: &T::AccountId,
		call: &T::RuntimeCall,
		info: &DispatchInfoOf<T::RuntimeCall>,
		fee_with_tip: Balance,
		tip: Balance,
	) -> Result<Self::LiquidityInfo, TransactionValidityError> {
		match Payment::choose::<T>(who, fee_with_tip)? {
			Payment::Nothing => Ok(FeePaid::Nothing),
			Payment::Bct => <InBct<T, OU> as OnChargeTransaction<T>>::withdraw_fee(who, call, info, fee_with_tip, tip)
				.map(FeePaid::Bct),
			Payment::Credits(owed, price) => T::Assets::withdraw(DC_ASSET, who, owed, Exact, Preserve, Polite)
				.map(|taken| FeePaid::Credits(taken, price))
				.map_err(|_| InvalidTransaction::Payment.into()),
		}
	}

	fn can_withdraw_fee(
		who: &T::AccountId,
		_: &T::RuntimeCall,
		_: &DispatchInfoOf<T::RuntimeCall>,
		fee_with_tip: Balance,
		_: Balance,
	) -> Result<(), TransactionValidityError> {
		Payment::choose::<T>(who, fee_with_tip).map(drop)
	}

	fn correct_and_deposit_fee(
		who: &T::AccountId,
		info: &DispatchInfoOf<T::RuntimeCall>,
		post_info: &PostDispatchInfoOf<T::RuntimeCall>,
		corrected_fee_with_tip: Balance,
		tip: Balance,
		paid: Self::LiquidityInfo,
	) -> Result<(), TransactionValidityError> {
		match paid {
			FeePaid::Nothing => Ok(()),
			FeePaid::Bct(tip_paid) => <InBct<T, OU> as OnChargeTransaction<T>>::correct_and_deposit_fee(
				who,
				info,
				post_info,
				corrected_fee_with_tip,
				tip,
				tip_paid,
			),
			FeePaid::Credits(taken, price) => {
				deposit_credits::<T>(who, corrected_fee_with_tip, taken, price);
				Ok(())
			}
		}
	}

	/// In Data Credits: benchmarks then measure the dearer way.
	#[cfg(feature = "runtime-benchmarks")]
	fn endow_account(who: &T::AccountId, amount: Balance) {
		let price = Price::from_u32(1);
		Pallet::<T>::set_price(price);
		let credits = credits_owed(amount, price).unwrap_or_default().saturating_add(1);
		<Pallet<T> as millpond_traits::Credits<_>>::endow(who, credits);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn minimum_balance() -> Balance {
		T::Bct::minimum_balance()
	}
}

/// The ordinary way, in BCT.
type InBct<T, OU> = FungibleAdapter<<T as Config>::Bct, OU>;

/// Destroys what `fee` costs of what was `taken` from `who`, and gives the rest back.
fn deposit_credits<T: Config>(
	who: &T::AccountId,
	fee: Balance,
	taken: fungibles::Credit<T::AccountId, T::Assets>,
	price: Price,
) {
	// The corrected fee is not above the one that was taken; if it were, all that was taken is all there is.
	let owed = credits_owed(fee, price).unwrap_or(Credits::MAX).min(taken.peek());
	let (mut spent, rest) = taken.split(owed);
	// The call may have killed the account. To give something back would revive it, without its nonce.
	let is_due = rest.peek() > 0 && frame_system::Pallet::<T>::account_exists(who);
	let returned = if is_due {
		T::Assets::resolve(who, rest)
	} else {
		Err(rest)
	};
	if let Err(rest) = returned {
		// Both are of the same asset.
		let _ = spent.subsume(rest);
	}
	let credits = spent.peek();
	drop(spent);
	Pallet::<T>::count_spent(credits);
	Pallet::<T>::deposit_event(Event::FeePaid {
		who: who.clone(),
		credits,
		price,
	});
}
