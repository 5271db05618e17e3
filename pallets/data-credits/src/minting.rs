//! Burning BCT for Data Credits: the only way in which they come about.

use crate::{
	Config, Error, Event, Pallet, Parameters, Quote, RecentMints, RecentSpends, Reference, Totals, MINTS_BUCKET,
};
use frame_support::{
	ensure,
	traits::{
		fungible::Balanced,
		fungibles::Mutate,
		tokens::{Fortitude, Precision, Preservation},
		Get, OnUnbalanced, Time,
	},
};
use millpond_math::price::credits_for;
use millpond_primitives::{Balance, Credits, Price, DC_ASSET};
use millpond_traits::Prices;
use sp_runtime::{
	traits::{AccountIdConversion, UniqueSaturatedInto},
	ArithmeticError, DispatchError, DispatchResult,
};

/// The hours of the days that the hourly cap follows: 7 × 24.
const SPENT_HOURS: Credits = 168;

impl<T: Config> Pallet<T> {
	/// The account that owns the asset. It has no key.
	pub fn account() -> T::AccountId {
		T::PalletId::get().into_account_truncating()
	}

	/// The credits that `amount` yields now, and the price.
	fn credits_now(amount: Balance) -> Result<(Credits, Price), DispatchError> {
		let price = Self::for_mint()?;
		let credits = credits_for(amount, price).ok_or(Error::<T>::AmountTooLarge)?;
		ensure!(credits > 0, Error::<T>::AmountTooSmall);
		Ok((credits, price))
	}

	pub(crate) fn do_burn(
		who: &T::AccountId,
		beneficiary: &T::AccountId,
		amount: Balance,
		min_credits: Credits,
		reference: Option<Reference>,
	) -> DispatchResult {
		let (credits, price) = Self::credits_now(amount)?;
		ensure!(credits >= min_credits, Error::<T>::BelowMinimum);
		Self::count_mint(credits)?;
		let burned = T::Bct::withdraw(who, amount, Precision::Exact, Preservation::Preserve, Fortitude::Polite)?;
		T::OnBurn::on_unbalanced(burned);
		T::Assets::mint_into(DC_ASSET, beneficiary, credits)?;
		Totals::<T>::try_mutate(|totals| {
			totals.burned = totals.burned.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
			totals.minted = totals.minted.checked_add(credits).ok_or(ArithmeticError::Overflow)?;
			Ok::<_, ArithmeticError>(())
		})?;
		Self::deposit_event(Event::Burned {
			who: who.clone(),
			beneficiary: beneficiary.clone(),
			amount,
			credits,
			price,
			reference,
		});
		Ok(())
	}

	/// The number, from 1970, of the part of an hour that mints are counted in now.
	fn mints_bucket() -> u32 {
		(T::Time::now() / MINTS_BUCKET).unique_saturated_into()
	}

	/// How many credits may be minted in an hour: twice the hourly average of what was spent in the last 7 complete days, and
	/// never fewer than governance has set.
	pub(crate) fn hourly_cap() -> Credits {
		let mut spends = RecentSpends::<T>::get();
		spends.roll(Self::spends_bucket());
		let by_use = spends.sum_before_newest().saturating_mul(2) / SPENT_HOURS;
		by_use.max(Parameters::<T>::get().hourly_cap.get())
	}

	/// Counts `credits` against the hourly cap.
	fn count_mint(credits: Credits) -> DispatchResult {
		RecentMints::<T>::try_mutate(|mints| {
			mints.roll(Self::mints_bucket());
			mints.add(credits);
			ensure!(mints.sum() <= Self::hourly_cap(), Error::<T>::HourlyCapReached);
			Ok(())
		})
	}

	/// How many credits the hourly cap still allows.
	pub(crate) fn available() -> Credits {
		let mut mints = RecentMints::<T>::get();
		mints.roll(Self::mints_bucket());
		Self::hourly_cap().saturating_sub(mints.sum())
	}

	pub(crate) fn do_quote(amount: Balance) -> Result<Quote, DispatchError> {
		let (credits, price) = Self::credits_now(amount)?;
		Ok(Quote {
			credits,
			price,
			available: Self::available(),
		})
	}
}
