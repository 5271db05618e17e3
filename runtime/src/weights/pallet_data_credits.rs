//! Weights of `pallet_data_credits`, measured on the compiled runtime. Do not edit: made by
//!
//! `scripts/weights.sh pallet_data_credits`
//!
//! from the template `tools/bencher/weights.hbs`, 50 steps of 20 runs,
//! on 2026-11-20, on Intel(R) Xeon(R) Processor.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_data_credits::WeightInfo for WeightInfo<T> {
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `DataCredits::LastPrice` (r:1 w:0)
	/// Storage: `DataCredits::Parameters` (r:1 w:0)
	/// Storage: `OracleFeeders::Members` (r:1 w:0)
	/// Storage: `Oracle::RawValues` (r:16 w:0)
	/// Storage: `DataCredits::RecentMints` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Emissions::Burns` (r:1 w:1)
	/// Storage: `Assets::Asset` (r:1 w:1)
	/// Storage: `Assets::Account` (r:1 w:1)
	/// Storage: `DataCredits::Totals` (r:1 w:1)
	fn burn() -> Weight {
		// Took at least 134_577 ns.
		Weight::from_parts(145_810_000, 0)
			.saturating_add(T::DbWeight::get().reads(26))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `DataCredits::References` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `DataCredits::NextExpiry` (r:1 w:0)
	/// Storage: `DataCredits::LastPrice` (r:1 w:0)
	/// Storage: `DataCredits::Parameters` (r:1 w:0)
	/// Storage: `OracleFeeders::Members` (r:1 w:0)
	/// Storage: `Oracle::RawValues` (r:16 w:0)
	/// Storage: `DataCredits::RecentMints` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Emissions::Burns` (r:1 w:1)
	/// Storage: `Assets::Asset` (r:1 w:1)
	/// Storage: `Assets::Account` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `DataCredits::Totals` (r:1 w:1)
	/// Storage: `DataCredits::Expiries` (r:0 w:2)
	fn burn_for() -> Weight {
		// Took at least 227_558 ns.
		Weight::from_parts(257_545_000, 0)
			.saturating_add(T::DbWeight::get().reads(30))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	/// Storage: `DataCredits::Parameters` (r:0 w:1)
	fn set_parameters() -> Weight {
		// Took at least 4_828 ns.
		Weight::from_parts(5_770_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `DataCredits::LastPrice` (r:1 w:1)
	/// Storage: `DataCredits::Parameters` (r:1 w:0)
	/// Storage: `OracleFeeders::Members` (r:1 w:0)
	/// Storage: `Oracle::RawValues` (r:16 w:0)
	/// Storage: `DataCredits::HourlyHighs` (r:1 w:1)
	fn observe() -> Weight {
		// Took at least 70_394 ns.
		Weight::from_parts(79_687_000, 0)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `DataCredits::Expiries` (r:2 w:1)
	/// Storage: `DataCredits::References` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn reclaim_reference() -> Weight {
		// Took at least 52_498 ns.
		Weight::from_parts(59_970_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
