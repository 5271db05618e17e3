//! Weights of `pallet_operators`, measured on the compiled runtime. Do not edit: made by
//!
//! `scripts/weights.sh pallet_operators`
//!
//! from the template `tools/bencher/weights.hbs`, 50 steps of 20 runs,
//! on 2026-11-30, on AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_operators::WeightInfo for WeightInfo<T> {
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:1)
	/// Storage: `Nfts::ItemConfigOf` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:4 w:4)
	/// Storage: `Operators::Bonds` (r:0 w:1)
	/// Storage: `Operators::Reputations` (r:0 w:1)
	/// Storage: `Operators::Profiles` (r:0 w:1)
	/// Storage: `Nfts::Account` (r:0 w:1)
	fn register() -> Weight {
		// Took at least 212_366 ns.
		Weight::from_parts(224_754_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(11))
	}
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Nfts::Attribute` (r:2 w:2)
	/// Storage: `Operators::Profiles` (r:0 w:1)
	fn set_profile() -> Weight {
		// Took at least 78_656 ns.
		Weight::from_parts(82_683_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:1 w:1)
	fn bond_more() -> Weight {
		// Took at least 105_156 ns.
		Weight::from_parts(108_992_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(Self::review_bond())
	}
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:1 w:1)
	fn unbond() -> Weight {
		// Took at least 54_020 ns.
		Weight::from_parts(57_295_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
			.saturating_add(Self::review_bond())
	}
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	fn withdraw() -> Weight {
		// Took at least 73_078 ns.
		Weight::from_parts(77_555_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `Nfts::Item` (r:1 w:1)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:6 w:5)
	/// Storage: `Nfts::ItemConfigOf` (r:1 w:1)
	/// Storage: `Nfts::ItemMetadataOf` (r:1 w:0)
	/// Storage: `Operators::Reputations` (r:0 w:1)
	/// Storage: `Operators::Payments` (r:0 w:1)
	/// Storage: `Operators::Profiles` (r:0 w:1)
	/// Storage: `Nfts::Account` (r:0 w:1)
	/// Storage: `Nfts::ItemPriceOf` (r:0 w:1)
	/// Storage: `Nfts::ItemAttributesApprovalsOf` (r:0 w:1)
	/// Storage: `Nfts::PendingSwapOf` (r:0 w:1)
	fn retire() -> Weight {
		// Took at least 281_728 ns.
		Weight::from_parts(293_045_000, 0)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(16))
	}
	fn set_parameters() -> Weight {
		// Took at least 7_090 ns.
		Weight::from_parts(7_882_000, 0)
	}
	/// Storage: `Operators::Compensations` (r:1 w:1)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `OracleFeeders::Members` (r:1 w:0)
	/// Storage: `Oracle::RawValues` (r:16 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Operators::Payments` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Nfts::Attribute` (r:1 w:1)
	fn settle_compensation() -> Weight {
		// Took at least 204_835 ns.
		Weight::from_parts(211_805_000, 0)
			.saturating_add(T::DbWeight::get().reads(25))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn reviews() -> Weight {
		// Provisional.
		Weight::from_parts(10_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn review_bond() -> Weight {
		// Provisional.
		Weight::from_parts(900_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(57))
			.saturating_add(T::DbWeight::get().writes(34))
	}
}
