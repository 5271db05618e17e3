//! Spending Data Credits, for the pallets that sell computing.

use crate::{Config, Pallet, RecentSpends, Totals, SPENDS_BUCKET};
use frame_support::traits::{
	fungibles::{Inspect, Mutate},
	tokens::{Fortitude, Precision, Preservation},
	Time,
};
use millpond_primitives::{Credits, DC_ASSET};
use sp_runtime::{traits::UniqueSaturatedInto, DispatchResult};

impl<T: Config> Pallet<T> {
	/// The number, from 1970, of the day that spending is counted in now.
	pub(crate) fn spends_bucket() -> u32 {
		(T::Time::now() / SPENDS_BUCKET).unique_saturated_into()
	}

	/// Counts credits that have been destroyed.
	pub(crate) fn count_spent(amount: Credits) {
		Totals::<T>::mutate(|totals| totals.spent = totals.spent.saturating_add(amount));
		RecentSpends::<T>::mutate(|spends| {
			spends.roll(Self::spends_bucket());
			spends.add(amount);
		});
	}
}

impl<T: Config> millpond_traits::Credits<T::AccountId> for Pallet<T> {
	fn escrow(who: &T::AccountId, escrow: &T::AccountId, amount: Credits) -> DispatchResult {
		T::Assets::transfer(DC_ASSET, who, escrow, amount, Preservation::Preserve).map(drop)
	}

	fn refund(escrow: &T::AccountId, who: &T::AccountId, amount: Credits) -> DispatchResult {
		T::Assets::transfer(DC_ASSET, escrow, who, amount, Preservation::Expendable).map(drop)
	}

	fn spend(escrow: &T::AccountId, amount: Credits) -> DispatchResult {
		let preservation = Preservation::Expendable;
		T::Assets::burn_from(
			DC_ASSET,
			escrow,
			amount,
			preservation,
			Precision::Exact,
			Fortitude::Polite,
		)?;
		Self::count_spent(amount);
		Ok(())
	}

	fn held(escrow: &T::AccountId) -> Credits {
		T::Assets::balance(DC_ASSET, escrow)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn endow(who: &T::AccountId, amount: Credits) {
		let minted = T::Assets::mint_into(DC_ASSET, who, amount);
		assert!(minted.is_ok(), "Data Credits for a benchmark: {minted:?}");
		Totals::<T>::mutate(|totals| totals.minted = totals.minted.saturating_add(amount));
	}
}
