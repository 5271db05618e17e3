//! What wallets and services ask for.

use crate::{pricing::millis, Config, Pallet, Parameters, PriceFeeds, PriceStatus};
use frame_support::traits::Time;
use millpond_math::price::{is_fresh, quorum};
use millpond_traits::Prices;
use sp_runtime::traits::UniqueSaturatedInto;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_price_status() -> PriceStatus {
		let now = T::Time::now();
		let freshness = millis(Parameters::<T>::get().freshness);
		let fresh = Self::readings()
			.filter(|reading| is_fresh(reading, now, freshness))
			.count();
		let feeders = T::Feeds::feeders();
		let price = Self::price_now();
		PriceStatus {
			now,
			feeders,
			fresh: fresh.unique_saturated_into(),
			quorum: quorum(feeders),
			median: price.map(|price| price.median),
			ema: price.map(|price| price.ema),
			halted_until: price.and_then(|price| price.halted_until),
			for_mint: Self::for_mint().ok(),
			for_payout: Self::for_payout().ok(),
			for_compensation: Self::for_compensation().ok(),
			for_epochs: Self::for_epochs(),
			for_fees: Self::for_fees(),
			available: Self::available(),
		}
	}
}
