//! Weights of `pallet_emissions`, measured on the compiled runtime. Do not edit: made by
//!
//! `scripts/weights.sh pallet_emissions`
//!
//! from the template `tools/bencher/weights.hbs`, 50 steps of 20 runs,
//! on 2026-11-20, on Intel(R) Xeon(R) Processor.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_emissions::WeightInfo for WeightInfo<T> {
	/// Storage: `Emissions::Streams` (r:1 w:0)
	/// Storage: `Emissions::NextEpochLength` (r:0 w:1)
	fn set_epoch_length() -> Weight {
		// Took at least 8_811 ns.
		Weight::from_parts(10_131_000, 0)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Emissions::Parameters` (r:0 w:1)
	fn set_parameters() -> Weight {
		// Took at least 4_637 ns.
		Weight::from_parts(5_224_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:0)
	fn pass_minutes() -> Weight {
		// Took at least 6_896 ns.
		Weight::from_parts(8_142_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Emissions::Totals` (r:1 w:1)
	/// Storage: `Emissions::Burns` (r:1 w:1)
	/// Storage: `Emissions::YearlyBudgets` (r:1 w:0)
	/// Storage: `Emissions::Parameters` (r:1 w:0)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `DataCredits::LastPrice` (r:1 w:0)
	/// Storage: `DataCredits::Parameters` (r:1 w:0)
	/// Storage: `OracleFeeders::Members` (r:1 w:0)
	/// Storage: `Oracle::RawValues` (r:16 w:0)
	/// Storage: `Emissions::NextEpochLength` (r:1 w:0)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `System::Account` (r:3 w:3)
	/// Storage: `Emissions::Streams` (r:0 w:1)
	/// Storage: `Emissions::Summaries` (r:0 w:1)
	fn close_epoch() -> Weight {
		// Took at least 147_586 ns.
		Weight::from_parts(168_206_000, 0)
			.saturating_add(T::DbWeight::get().reads(29))
			.saturating_add(T::DbWeight::get().writes(8))
	}
}
