//! Weights of `pallet_gpus`, measured on the compiled runtime. Do not edit: made by
//!
//! `scripts/weights.sh pallet_gpus`
//!
//! from the template `tools/bencher/weights.hbs`, 50 steps of 20 runs,
//! on 2026-11-29, on AMD EPYC.

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
		// Took at least 228_800 ns.
		Weight::from_parts(235_790_000, 0)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(18))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Gpus::AllPapers` (r:1 w:1)
	fn update_documents() -> Weight {
		// Took at least 36_625 ns.
		Weight::from_parts(39_709_000, 0)
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
		// Took at least 153_198 ns.
		Weight::from_parts(161_590_000, 0)
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
	/// Storage: `Attestation::Round` (r:1 w:0)
	/// Storage: `Attestation::Places` (r:1 w:0)
	/// Storage: `Attestation::Picks` (r:1 w:0)
	/// Storage: `Attestation::Roster` (r:1 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:2 w:2)
	/// Storage: `Nfts::Collection` (r:2 w:2)
	/// Storage: `Nfts::Attribute` (r:4 w:4)
	/// Storage: `Gpus::AllPapers` (r:1 w:1)
	/// Storage: `Pools::Members` (r:1 w:0)
	/// Storage: `Gpus::Notices` (r:0 w:1)
	/// Storage: `Gpus::Hosted` (r:0 w:2)
	fn accept_rehost() -> Weight {
		// Took at least 298_834 ns.
		Weight::from_parts(313_756_000, 0)
			.saturating_add(T::DbWeight::get().reads(25))
			.saturating_add(T::DbWeight::get().writes(16))
	}
	/// Storage: `Gpus::Proposals` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn withdraw_proposal() -> Weight {
		// Took at least 73_640 ns.
		Weight::from_parts(78_346_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Gpus::Notices` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	fn resign() -> Weight {
		// Took at least 31_627 ns.
		Weight::from_parts(34_201_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:2 w:1)
	/// Storage: `Gpus::Notices` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Attestation::Round` (r:1 w:0)
	/// Storage: `Attestation::Places` (r:1 w:0)
	/// Storage: `Attestation::Picks` (r:1 w:0)
	/// Storage: `Attestation::Roster` (r:1 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
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
	/// Storage: `Pools::LastBusy` (r:0 w:1)
	/// Storage: `Gpus::Hosted` (r:0 w:1)
	/// Storage: `Gpus::AllPapers` (r:0 w:1)
	/// Storage: `Nfts::Account` (r:0 w:1)
	/// Storage: `Nfts::ItemPriceOf` (r:0 w:1)
	/// Storage: `Nfts::ItemAttributesApprovalsOf` (r:0 w:1)
	/// Storage: `Nfts::PendingSwapOf` (r:0 w:1)
	fn retire() -> Weight {
		// Took at least 329_599 ns.
		Weight::from_parts(341_928_000, 0)
			.saturating_add(T::DbWeight::get().reads(28))
			.saturating_add(T::DbWeight::get().writes(23))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Nfts::Collection` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:2 w:2)
	/// Storage: `Pools::Members` (r:1 w:0)
	fn simulate_status() -> Weight {
		// Took at least 102_572 ns.
		Weight::from_parts(107_450_000, 0)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `Gpus::CounterForModels` (r:1 w:1)
	/// Storage: `Gpus::NextModel` (r:1 w:1)
	/// Storage: `Gpus::Models` (r:257 w:1)
	/// Storage: `Gpus::LeastReferencePrice` (r:0 w:1)
	fn add_model() -> Weight {
		// Took at least 1_292_079 ns.
		Weight::from_parts(1_391_968_000, 0)
			.saturating_add(T::DbWeight::get().reads(259))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `Gpus::Models` (r:257 w:1)
	/// Storage: `Gpus::LeastReferencePrice` (r:0 w:1)
	fn change_model() -> Weight {
		// Took at least 1_304_968 ns.
		Weight::from_parts(1_360_130_000, 0)
			.saturating_add(T::DbWeight::get().reads(257))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `Gpus::Models` (r:257 w:1)
	/// Storage: `Gpus::CounterForModels` (r:1 w:1)
	/// Storage: `Gpus::LeastReferencePrice` (r:0 w:1)
	fn remove_model() -> Weight {
		// Took at least 1_268_084 ns.
		Weight::from_parts(1_359_830_000, 0)
			.saturating_add(T::DbWeight::get().reads(258))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
