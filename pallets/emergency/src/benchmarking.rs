//! Benchmarks: as many pauses as there can be, all of which end at once.

use crate::{Call, Config, NextEnd, Pallet, PauseRecord, Pauses};
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{EnsureOrigin, Get, SafeMode, TransactionPause},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{Convert, Saturating};

/// Pauses `count` calls until the block `until`.
fn pause<T: Config>(count: u32, until: BlockNumberFor<T>) {
	for number in 0..count {
		let call = T::BenchmarkCalls::convert(number);
		assert!(T::Pauser::pause(call.clone()).is_ok());
		let record = PauseRecord {
			call,
			until: Some(until),
			again: until.saturating_add(T::Rest::get()),
		};
		assert_ok!(Pauses::<T>::try_append(record));
	}
	NextEnd::<T>::put(until);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn pause() -> Result<(), BenchmarkError> {
		let origin = T::CommitteeOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let others = T::MaxPauses::get().saturating_sub(1);
		super::pause::<T>(others, frame_system::Pallet::<T>::block_number());
		let call = T::BenchmarkCalls::convert(others);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, call.clone());

		assert!(T::Pauser::is_paused(call));
		Ok(())
	}

	#[benchmark]
	fn enter_safe_mode() -> Result<(), BenchmarkError> {
		let origin = T::CommitteeOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin);

		assert!(T::SafeMode::is_entered());
		Ok(())
	}

	#[benchmark]
	fn look() {
		#[block]
		{
			let _ = NextEnd::<T>::get();
		}
	}

	#[benchmark]
	fn end_pauses(p: Linear<1, { T::MaxPauses::get() }>) {
		let now = frame_system::Pallet::<T>::block_number();
		super::pause::<T>(p, now);
		let ended;

		#[block]
		{
			ended = Pallet::<T>::end_pauses(now);
		}

		assert_eq!(ended, p);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::externalities(), crate::mock::Test);
}
