//! The invariants. The list stands in the README.

use crate::{
	references::hour_of, Config, Expiries, HourlyHighs, LastPrice, NextExpiry, Pallet, RecentMints, RecentSpends,
	References, Totals,
};
use frame_support::{
	ensure,
	traits::fungibles::{metadata, Inspect},
};
use millpond_primitives::{Price, DC_ASSET, DC_DECIMALS, DC_SYMBOL};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_supply()?;
		Self::check_price()?;
		Self::check_references()
	}

	fn check_supply() -> Result<(), TryRuntimeError> {
		use metadata::Inspect as Metadata;
		let totals = Totals::<T>::get();
		let supply = T::Assets::total_issuance(DC_ASSET);
		ensure!(
			totals.minted.checked_sub(totals.spent) == Some(supply),
			"DC supply is not minted − spent"
		);
		ensure!(
			totals.minted == 0 || totals.burned > 0,
			"DC were minted and no BCT was burned"
		);
		ensure!(
			RecentMints::<T>::get().sum() <= totals.minted,
			"more DC were minted lately than ever"
		);
		ensure!(
			RecentSpends::<T>::get().sum() <= totals.spent,
			"more DC were spent lately than ever"
		);
		ensure!(
			T::Assets::minimum_balance(DC_ASSET) == 1,
			"the least balance of DC is not 1"
		);
		ensure!(
			T::Assets::symbol(DC_ASSET) == DC_SYMBOL.as_bytes(),
			"the symbol of DC is not DC"
		);
		ensure!(
			T::Assets::decimals(DC_ASSET) == DC_DECIMALS,
			"DC do not have 5 decimals"
		);
		Ok(())
	}

	fn check_price() -> Result<(), TryRuntimeError> {
		let Some(price) = LastPrice::<T>::get() else {
			return Ok(());
		};
		let zero = Price::from_inner(0);
		ensure!(
			price.median > zero && price.ema > zero && price.high > zero,
			"a price is zero"
		);
		ensure!(
			price.high.into_inner() == HourlyHighs::<T>::get().max(),
			"the high is not that of the hours"
		);
		ensure!(
			price.last_open > zero && price.last_open <= price.high,
			"the last price at which minting was open is zero, or above the high"
		);
		let open = price.fresh_until.is_some() && price.halted_until.is_none();
		ensure!(
			!open || price.high >= price.median.max(price.ema),
			"a usable price is above the high"
		);
		Ok(())
	}

	fn check_references() -> Result<(), TryRuntimeError> {
		let next = NextExpiry::<T>::get();
		for (who, reference, record) in References::<T>::iter() {
			let hour = hour_of(record.deadline);
			ensure!(
				Expiries::<T>::contains_key(hour, (who, reference)),
				"a reference has no expiry"
			);
			ensure!(
				next.is_some_and(|next| next <= hour),
				"a reference would never be reclaimed"
			);
		}
		ensure!(
			References::<T>::iter_keys().count() == Expiries::<T>::iter_keys().count(),
			"an expiry has no reference"
		);
		Ok(())
	}
}
