//! Benchmarks: the oracle full, everybody paid, every map with something in it.

use crate::{
	clock::minute_of, Call, ClockRecord, ClockState, Config, Event, Pallet, ParametersRecord, Streams, Summaries,
	DEFAULT_EPOCH_LENGTH, SUMMARIES,
};
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{EnsureOrigin, OnTimestampSet, Time},
	weights::WeightMeter,
};
use millpond_math::streams::{Upper, LIMIT};
use millpond_primitives::Price;
use millpond_traits::{Agenda, Clock, Emissions, Prices};
use sp_runtime::DispatchError;

/// Sees to it that market time has begun, and to a price.
fn begin<T: Config>() -> ClockRecord {
	if ClockState::<T>::get().is_none() {
		Pallet::<T>::on_timestamp_set(T::Time::now());
	}
	T::Prices::set_price(Price::from_u32(1));
	let Some(clock) = ClockState::<T>::get() else {
		panic!("time has begun")
	};
	clock
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn set_epoch_length() -> Result<(), BenchmarkError> {
		let origin = T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		begin::<T>();
		let from = Pallet::<T>::epoch().saturating_add(1);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, DEFAULT_EPOCH_LENGTH);

		let length = DEFAULT_EPOCH_LENGTH;
		frame_system::Pallet::<T>::assert_last_event(
			<T as frame_system::Config>::RuntimeEvent::from(Event::<T>::EpochLengthSet { length, from }).into(),
		);
		Ok(())
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
	fn pass_minutes() {
		let clock = begin::<T>();
		let mut meter = WeightMeter::new();

		#[block]
		{
			// A minute later than it is.
			let wall = minute_of(T::Time::now()).max(clock.minute).saturating_add(1);
			Pallet::<T>::pass_minutes(wall, &mut meter);
		}

		assert!(Pallet::<T>::now() > clock.minute || !T::Agenda::work_off(clock.minute, &mut meter));
	}

	#[benchmark]
	fn close_epoch() {
		let clock = begin::<T>();
		// Somebody follows the epoch before, whose checkpoint goes to storage, and somebody the open one. DC are spent in it, and
		// a summary is as old as to be forgotten.
		let follow = || -> Result<(), DispatchError> {
			Pallet::<T>::with_network(|network| {
				network
					.add_member()
					.and_then(|()| network.lump(LIMIT))
					.map_err(|_| DispatchError::Corruption)
			})
		};
		assert_ok!(follow());
		assert_ok!(Pallet::<T>::look_ahead());
		assert_ok!(follow());
		let Some(network) = Streams::<T>::get() else {
			panic!("time has begun")
		};
		if let (Some(old), Some(summary)) = (
			network.epoch().checked_sub(SUMMARIES),
			Pallet::<T>::summary(network.epoch()),
		) {
			Summaries::<T>::insert(old, summary);
		}

		#[block]
		{
			assert_ok!(Pallet::<T>::do_close_epoch(clock.origin, network));
		}

		let summary = Summaries::<T>::get(network.epoch());
		assert!(summary.is_some_and(|summary| summary.rewards > 0 && summary.emission.validators > 0));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt::default().build(), crate::mock::Test);
}
