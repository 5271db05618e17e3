//! Benchmarks: the oracle full, every map with something in it.

use crate::{
	references::hour_of, Call, Config, Event, Expiries, LastPrice, NextExpiry, Pallet, ParametersRecord, PriceFeeds,
	Reference, ReferenceRecord, References,
};
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{
		fungible::{Inspect, Mutate},
		fungibles, Consideration, EnsureOrigin, Time,
	},
	weights::WeightMeter,
};
use frame_system::RawOrigin;
use millpond_primitives::{Credits, Minute, Price, BCT, CREDITS_PER_USD, DC_ASSET, MINUTE};
use millpond_traits::Prices;
use sp_runtime::traits::UniqueSaturatedInto;

const REFERENCE: Reference = [7; 32];

/// An account with enough BCT, the price of which is set.
fn rich<T: Config>() -> T::AccountId {
	let who: T::AccountId = whitelisted_caller();
	assert_ok!(T::Bct::mint_into(
		&who,
		T::Bct::minimum_balance().saturating_add(1_000 * BCT)
	));
	T::Consideration::ensure_successful(&who, Pallet::<T>::reference_footprint());
	Pallet::<T>::set_price(Price::from_u32(1));
	who
}

/// Stores a reference of `who` that expired in the first hour of all.
fn expired_reference<T: Config>(who: &T::AccountId) {
	T::Consideration::ensure_successful(who, Pallet::<T>::reference_footprint());
	let Ok(ticket) = T::Consideration::new(who, Pallet::<T>::reference_footprint()) else {
		panic!("the deposit was made sure of")
	};
	References::<T>::insert(who, REFERENCE, ReferenceRecord { deadline: 0, ticket });
	Expiries::<T>::insert(hour_of(0), (who, REFERENCE), ());
	NextExpiry::<T>::put(hour_of(0));
}

fn minute_now<T: Config>() -> Minute {
	(T::Time::now() / MINUTE).unique_saturated_into()
}

fn credits_of<T: Config>(who: &T::AccountId) -> Credits {
	<T::Assets as fungibles::Inspect<_>>::balance(DC_ASSET, who)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn burn() {
		let who = rich::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), BCT, 1);

		assert_eq!(credits_of::<T>(&who), CREDITS_PER_USD);
	}

	#[benchmark]
	fn burn_for() {
		let who = rich::<T>();
		expired_reference::<T>(&who);
		let beneficiary: T::AccountId = account("beneficiary", 0, 0);
		let deadline = minute_now::<T>().saturating_add(60);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), beneficiary.clone(), BCT, 1, REFERENCE, deadline);

		assert_eq!(credits_of::<T>(&beneficiary), CREDITS_PER_USD);
	}

	#[benchmark]
	fn set_parameters() -> Result<(), BenchmarkError> {
		let origin = T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let parameters = ParametersRecord::default();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, parameters);

		frame_system::Pallet::<T>::assert_last_event(
			<T as frame_system::Config>::RuntimeEvent::from(Event::<T>::ParametersSet { parameters }).into(),
		);
		Ok(())
	}

	#[benchmark]
	fn observe() {
		Pallet::<T>::set_price(Price::from_u32(1));
		// For so long that most digits of what is left of the averages are ones.
		LastPrice::<T>::mutate(|price| {
			if let Some(price) = price {
				price.at = price.at.saturating_sub(7 * MINUTE);
			}
		});
		// It rises, so that there is a new high.
		T::Feeds::fill(Price::from_rational(11, 10));

		#[block]
		{
			Pallet::<T>::observe();
		}

		assert_eq!(
			LastPrice::<T>::get().map(|price| price.high),
			Some(Price::from_rational(11, 10))
		);
	}

	#[benchmark]
	fn reclaim_reference() {
		let who = rich::<T>();
		expired_reference::<T>(&who);
		let mut meter = WeightMeter::new();

		#[block]
		{
			Pallet::<T>::reclaim_hour(hour_of(0), &mut meter);
		}

		assert!(!References::<T>::contains_key(&who, REFERENCE));
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::TestExt::default().without_price().build(),
		crate::mock::Test
	);
}
