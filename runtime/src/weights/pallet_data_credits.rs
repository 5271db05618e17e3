//! Weights of `pallet_data_credits`, measured on the compiled runtime. Do not edit: made by
//!
//! `scripts/weights.sh pallet_data_credits`
//!
//! from the template `tools/bencher/weights.hbs`, 50 steps of 20 runs,
//! on 2026-11-30, on AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_data_credits::WeightInfo for WeightInfo<T> {
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `OracleFeeders::Members` (r:1 w:0)
	/// Storage: `Oracle::RawValues` (r:16 w:0)
	/// Storage: `Assets::Account` (r:1 w:1)
	fn burn() -> Weight {
		// Took at least 148_741 ns.
		Weight::from_parts(154_430_000, 0)
			.saturating_add(T::DbWeight::get().reads(19))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `DataCredits::References` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `OracleFeeders::Members` (r:1 w:0)
	/// Storage: `Oracle::RawValues` (r:16 w:0)
	/// Storage: `Assets::Account` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `DataCredits::Expiries` (r:0 w:2)
	fn burn_for() -> Weight {
		// Took at least 278_393 ns.
		Weight::from_parts(285_484_000, 0)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn set_parameters() -> Weight {
		// Took at least 6_890 ns.
		Weight::from_parts(7_681_000, 0)
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `OracleFeeders::Members` (r:1 w:0)
	/// Storage: `Oracle::RawValues` (r:16 w:0)
	fn observe() -> Weight {
		// Took at least 87_771 ns.
		Weight::from_parts(91_566_000, 0)
			.saturating_add(T::DbWeight::get().reads(18))
	}
	/// Storage: `DataCredits::Expiries` (r:2 w:1)
	/// Storage: `DataCredits::References` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn reclaim_reference() -> Weight {
		// Took at least 68_852 ns.
		Weight::from_parts(71_847_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
