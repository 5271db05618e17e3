//! Weights of `pallet_emissions`, measured on the compiled runtime. Do not edit: made by
//!
//! `scripts/weights.sh pallet_emissions`
//!
//! from the template `tools/bencher/weights.hbs`, 50 steps of 20 runs,
//! on 2026-11-30, on AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_emissions::WeightInfo for WeightInfo<T> {
	/// Storage: `Emissions::NextEpochLength` (r:0 w:1)
	fn set_epoch_length() -> Weight {
		// Took at least 8_192 ns.
		Weight::from_parts(9_354_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn set_parameters() -> Weight {
		// Took at least 6_530 ns.
		Weight::from_parts(7_231_000, 0)
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `Market::Agenda` (r:2 w:0)
	/// Storage: `Market::DarkGroups` (r:1 w:0)
	fn pass_minutes() -> Weight {
		// Took at least 22_784 ns.
		Weight::from_parts(24_476_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
	}
	/// Storage: `Emissions::YearlyBudgets` (r:1 w:0)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `OracleFeeders::Members` (r:1 w:0)
	/// Storage: `Oracle::RawValues` (r:16 w:0)
	/// Storage: `Emissions::NextEpochLength` (r:1 w:0)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Emissions::Summaries` (r:0 w:1)
	fn close_epoch() -> Weight {
		// Took at least 181_970 ns.
		Weight::from_parts(187_910_000, 0)
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
