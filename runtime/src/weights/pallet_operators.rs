//! Weights of `pallet_operators`, measured on the compiled runtime. Do not edit: made by
//!
//! `scripts/weights.sh pallet_operators`
//!
//! from the template `tools/bencher/weights.hbs`, 50 steps of 20 runs,
//! on 2026-11-20, on Intel(R) Xeon(R) Processor.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_operators::WeightInfo for WeightInfo<T> {
	/// Storage: `Operators::Parameters` (r:1 w:0)
	/// Storage: `Operators::NextOperator` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:1)
	/// Storage: `Nfts::Collection` (r:1 w:1)
	/// Storage: `Nfts::CollectionConfigOf` (r:1 w:0)
	/// Storage: `Nfts::ItemConfigOf` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:4 w:4)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Emissions::Streams` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:0 w:1)
	/// Storage: `Operators::Reputations` (r:0 w:1)
	/// Storage: `Operators::Profiles` (r:0 w:1)
	/// Storage: `Nfts::Account` (r:0 w:1)
	fn register() -> Weight {
		// Took at least 163_679 ns.
		Weight::from_parts(184_573_000, 0)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(13))
	}
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Nfts::Collection` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:2 w:2)
	/// Storage: `Operators::Profiles` (r:0 w:1)
	fn set_profile() -> Weight {
		// Took at least 59_513 ns.
		Weight::from_parts(63_718_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Nfts::Collection` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:1 w:1)
	fn bond_more() -> Weight {
		// Took at least 79_343 ns.
		Weight::from_parts(84_419_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Operators::Parameters` (r:1 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Nfts::Collection` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:1 w:1)
	fn unbond() -> Weight {
		// Took at least 46_868 ns.
		Weight::from_parts(53_366_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	fn withdraw() -> Weight {
		// Took at least 58_612 ns.
		Weight::from_parts(66_483_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `Nfts::Item` (r:1 w:1)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:6 w:5)
	/// Storage: `Nfts::Collection` (r:1 w:1)
	/// Storage: `Nfts::CollectionConfigOf` (r:1 w:0)
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
		// Took at least 213_518 ns.
		Weight::from_parts(238_363_000, 0)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(17))
	}
	/// Storage: `Operators::Parameters` (r:0 w:1)
	fn set_parameters() -> Weight {
		// Took at least 4_691 ns.
		Weight::from_parts(5_640_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Operators::Queue` (r:1 w:1)
	/// Storage: `Operators::Compensations` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `DataCredits::LastPrice` (r:1 w:0)
	/// Storage: `DataCredits::Parameters` (r:1 w:0)
	/// Storage: `OracleFeeders::Members` (r:1 w:0)
	/// Storage: `Oracle::RawValues` (r:16 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Operators::Payments` (r:1 w:1)
	/// Storage: `Operators::Parameters` (r:1 w:0)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Nfts::Collection` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:1 w:1)
	fn settle_compensation() -> Weight {
		// Took at least 166_203 ns.
		Weight::from_parts(180_577_000, 0)
			.saturating_add(T::DbWeight::get().reads(31))
			.saturating_add(T::DbWeight::get().writes(8))
	}
}
