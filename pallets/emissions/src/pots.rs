//! The pots: accounts without keys from which rewards are paid.

use crate::{ClockState, Config, Pallet, Streams, Summaries, Totals};
use codec::Encode;
use frame_support::{
	defensive,
	storage::with_storage_layer,
	traits::{
		fungible::{Inspect, Mutate},
		tokens::{Fortitude, Precision, Preservation},
		Get,
	},
};
use millpond_primitives::Balance;
use sp_runtime::{traits::AccountIdConversion, ArithmeticError, DispatchError, DispatchResult};
use sp_staking::EraPayout;

/// What a pot is for: names its account.
#[derive(Encode)]
enum Pot {
	Rewards,
	Validators,
}

impl<T: Config> Pallet<T> {
	/// The account that GPU rewards are paid from. It has no key.
	pub fn rewards_pot() -> T::AccountId {
		T::PalletId::get().into_sub_account_truncating(Pot::Rewards)
	}

	/// The account that validators are paid from. It has no key.
	pub fn validators_pot() -> T::AccountId {
		T::PalletId::get().into_sub_account_truncating(Pot::Validators)
	}

	/// Mints `amount` plancks into an account. Nothing is changed if that fails.
	pub(crate) fn mint(to: &T::AccountId, amount: Balance) -> DispatchResult {
		match amount {
			0 => Ok(()),
			_ => T::Bct::mint_into(to, amount).map(drop),
		}
	}

	/// Burns `amount` plancks of a pot, which keeps its existential deposit.
	pub(crate) fn burn(pot: &T::AccountId, amount: Balance) -> DispatchResult {
		T::Bct::burn_from(pot, amount, Preservation::Preserve, Precision::Exact, Fortitude::Polite).map(drop)
	}

	/// What a pot has beyond the existential deposit that keeps it alive.
	pub(crate) fn content(pot: &T::AccountId) -> Balance {
		T::Bct::balance(pot).saturating_sub(T::Bct::minimum_balance())
	}

	/// Takes out of the validators' pot what belongs to the era that ends now.
	///
	/// What came in when the last epoch closed is for the length of the present one, so that eras shorter than an epoch
	/// get even parts of it: what belongs to the rest of the epoch stays.
	fn withdraw_for_era() -> Result<Balance, DispatchError> {
		let (Some(clock), Some(network)) = (ClockState::<T>::get(), Streams::<T>::get()) else {
			return Ok(0);
		};
		let totals = Totals::<T>::get();
		let owed = totals
			.validators
			.checked_sub(totals.withdrawn)
			.ok_or(ArithmeticError::Underflow)?;
		let latest = network
			.epoch()
			.checked_sub(1)
			.and_then(Summaries::<T>::get)
			.map_or(0, |summary| summary.emission.validators);
		let rest = network.end().saturating_sub(clock.minute);
		let length = network.end().saturating_sub(network.start());
		let later = latest
			.checked_mul(rest.into())
			.and_then(|product| product.checked_div(length.into()))
			.ok_or(ArithmeticError::Overflow)?;
		let amount = owed.saturating_sub(later);
		Self::burn(&Self::validators_pot(), amount)?;
		Totals::<T>::mutate(|totals| totals.withdrawn = totals.withdrawn.saturating_add(amount));
		Ok(amount)
	}
}

impl<T: Config> EraPayout<Balance> for Pallet<T> {
	/// What staking may mint for the era that ends now: burned from the validators' pot in the same moment, so that the
	/// issuance is never more than what was emitted. What staking never mints, for rounding or because nobody asked for
	/// it, is gone.
	fn era_payout(_: Balance, _: Balance, _: u64) -> (Balance, Balance) {
		let amount = with_storage_layer(Self::withdraw_for_era).unwrap_or_else(|error| {
			// The pot covers what it owes. Validators will be paid with the next era.
			defensive!("an era cannot be paid", error);
			0
		});
		(amount, 0)
	}
}
