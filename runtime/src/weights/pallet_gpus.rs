//! Weights of `pallet_gpus`, measured on the compiled runtime. Do not edit: made by
//!
//! `scripts/weights.sh pallet_gpus`
//!
//! from the template `tools/bencher/weights.hbs`, 50 steps of 20 runs,
//! on 2026-11-20, on Intel(R) Xeon(R) Processor.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_gpus::WeightInfo for WeightInfo<T> {
	/// Storage: `Nfts::Item` (r:2 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Gpus::Devices` (r:1 w:1)
	/// Storage: `Gpus::Models` (r:1 w:1)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Nfts::Collection` (r:2 w:2)
	/// Storage: `Nfts::Attribute` (r:5 w:5)
	/// Storage: `Gpus::NextGpu` (r:1 w:1)
	/// Storage: `Nfts::CollectionConfigOf` (r:1 w:0)
	/// Storage: `Nfts::ItemConfigOf` (r:1 w:1)
	/// Storage: `Gpus::Histories` (r:0 w:1)
	/// Storage: `Gpus::Hosted` (r:0 w:1)
	/// Storage: `Gpus::GpuRecords` (r:0 w:1)
	/// Storage: `Gpus::AllPapers` (r:0 w:1)
	/// Storage: `Nfts::Account` (r:0 w:1)
	fn register() -> Weight {
		// Took at least 189_189 ns.
		Weight::from_parts(206_371_000, 0)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(18))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Gpus::AllPapers` (r:1 w:1)
	fn update_documents() -> Weight {
		// Took at least 30_289 ns.
		Weight::from_parts(34_507_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Gpus::Proposals` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Balances::Holds` (r:2 w:2)
	fn propose_rehost() -> Weight {
		// Took at least 122_354 ns.
		Weight::from_parts(133_464_000, 0)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// Storage: `Gpus::Proposals` (r:1 w:1)
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:3 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:1 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:2 w:2)
	/// Storage: `Nfts::Collection` (r:2 w:2)
	/// Storage: `Nfts::Attribute` (r:4 w:4)
	/// Storage: `Gpus::AllPapers` (r:1 w:1)
	/// Storage: `Pools::Members` (r:1 w:0)
	/// Storage: `Gpus::Notices` (r:0 w:1)
	/// Storage: `Gpus::Hosted` (r:0 w:2)
	fn accept_rehost() -> Weight {
		// Took at least 221_171 ns.
		Weight::from_parts(245_097_000, 0)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(16))
	}
	/// Storage: `Gpus::Proposals` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn withdraw_proposal() -> Weight {
		// Took at least 61_907 ns.
		Weight::from_parts(67_970_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Gpus::Notices` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	fn resign() -> Weight {
		// Took at least 25_843 ns.
		Weight::from_parts(30_003_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:2 w:1)
	/// Storage: `Gpus::Notices` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Pools::GpuStreams` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Nfts::Collection` (r:2 w:2)
	/// Storage: `Nfts::Attribute` (r:7 w:6)
	/// Storage: `Gpus::Models` (r:1 w:1)
	/// Storage: `Pools::Members` (r:1 w:0)
	/// Storage: `Gpus::Devices` (r:1 w:1)
	/// Storage: `Nfts::CollectionConfigOf` (r:1 w:0)
	/// Storage: `Nfts::ItemConfigOf` (r:1 w:1)
	/// Storage: `Nfts::ItemMetadataOf` (r:1 w:0)
	/// Storage: `Gpus::Histories` (r:1 w:1)
	/// Storage: `Gpus::Hosted` (r:0 w:1)
	/// Storage: `Gpus::AllPapers` (r:0 w:1)
	/// Storage: `Nfts::Account` (r:0 w:1)
	/// Storage: `Nfts::ItemPriceOf` (r:0 w:1)
	/// Storage: `Nfts::ItemAttributesApprovalsOf` (r:0 w:1)
	/// Storage: `Nfts::PendingSwapOf` (r:0 w:1)
	fn retire() -> Weight {
		// Took at least 257_624 ns.
		Weight::from_parts(276_649_000, 0)
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().writes(22))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Nfts::Collection` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:2 w:2)
	/// Storage: `Pools::Members` (r:1 w:0)
	fn simulate_status() -> Weight {
		// Took at least 86_345 ns.
		Weight::from_parts(95_793_000, 0)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `Gpus::CounterForModels` (r:1 w:1)
	/// Storage: `Gpus::NextModel` (r:1 w:1)
	/// Storage: `Gpus::Models` (r:257 w:1)
	/// Storage: `Gpus::LeastReferencePrice` (r:0 w:1)
	fn add_model() -> Weight {
		// Took at least 1_016_720 ns.
		Weight::from_parts(1_105_715_000, 0)
			.saturating_add(T::DbWeight::get().reads(259))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `Gpus::Models` (r:257 w:1)
	/// Storage: `Gpus::LeastReferencePrice` (r:0 w:1)
	fn change_model() -> Weight {
		// Took at least 991_776 ns.
		Weight::from_parts(1_070_365_000, 0)
			.saturating_add(T::DbWeight::get().reads(257))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `Gpus::Models` (r:257 w:1)
	/// Storage: `Gpus::CounterForModels` (r:1 w:1)
	/// Storage: `Gpus::LeastReferencePrice` (r:0 w:1)
	fn remove_model() -> Weight {
		// Took at least 1_014_921 ns.
		Weight::from_parts(1_073_733_000, 0)
			.saturating_add(T::DbWeight::get().reads(258))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
