//! How pallet-oracle is tied to this pallet: it keeps what the feeders send, we make the price of it.
//!
//! Its own combined value is for show. Its default combiner would keep an old median when there is no quorum, and its
//! reader counts Root as one more feeder; we read the raw values of the feeders ourselves, and only of them.

use crate::{Config, Pallet, PriceFeeds, WeightInfo};
use core::marker::PhantomData;
use frame_support::{
	traits::{SortedMembers, Time},
	weights::Weight,
};
use millpond_math::price::Reading;
use millpond_primitives::{Moment, OracleKey, Price};
use pallet_oracle::{CombineData, OnNewData, RawValues, TimestampedValue};
use sp_runtime::traits::UniqueSaturatedInto;

/// The raw values that the members of pallet-oracle have fed.
pub struct OracleFeeds<T>(PhantomData<T>);

impl<T> PriceFeeds for OracleFeeds<T>
where
	T: pallet_oracle::Config<OracleKey = OracleKey, OracleValue = Price, Time: Time<Moment = Moment>>,
{
	fn feeders() -> u32 {
		T::Members::count().unique_saturated_into()
	}

	fn readings() -> impl Iterator<Item = Reading> {
		T::Members::sorted_members().into_iter().filter_map(|feeder| {
			let TimestampedValue { value, timestamp } = RawValues::<T>::get(feeder, OracleKey::BctUsd)?;
			Some(Reading {
				price: value,
				at: timestamp,
			})
		})
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill(price: Price) {
		use frame_support::traits::Get;
		let feeders = (0..T::MaxHasDispatchedSize::get()).map(|i| frame_benchmarking::account("feeder", i, 0));
		feeders
			.skip(T::Members::count())
			.for_each(|feeder| T::Members::add(&feeder));
		for feeder in T::Members::sorted_members() {
			let value = TimestampedValue {
				value: price,
				timestamp: T::Time::now(),
			};
			RawValues::<T>::insert(feeder, OracleKey::BctUsd, value);
		}
	}
}

/// Takes the price when a feeder has sent one.
impl<T: Config> OnNewData<T::AccountId, OracleKey, Price> for Pallet<T> {
	fn on_new_data(_: &T::AccountId, key: &OracleKey, _: &Price) {
		match key {
			OracleKey::BctUsd => Self::observe(),
		}
	}
}

/// Shows the median in the oracle's own storage, where nothing of ours reads it. Without a quorum the last one stays
/// there, with its time.
impl<T: Config> CombineData<OracleKey, TimestampedValue<Price, Moment>> for Pallet<T> {
	fn combine_data(
		key: &OracleKey,
		_: alloc::vec::Vec<TimestampedValue<Price, Moment>>,
		_: Option<TimestampedValue<Price, Moment>>,
	) -> Option<TimestampedValue<Price, Moment>> {
		match key {
			OracleKey::BctUsd => Self::median().map(|median| TimestampedValue {
				value: median.price,
				timestamp: T::Time::now(),
			}),
		}
	}
}

/// The weights of pallet-oracle, `W`, with what its hooks do here. Its own do not know of it.
pub struct FeedWeight<T, W>(PhantomData<(T, W)>);

impl<T: Config, W: pallet_oracle::WeightInfo> pallet_oracle::WeightInfo for FeedWeight<T, W> {
	fn feed_values(values: u32) -> Weight {
		W::feed_values(values).saturating_add(T::WeightInfo::observe().saturating_mul(values.into()))
	}

	fn on_finalize() -> Weight {
		W::on_finalize()
	}
}
