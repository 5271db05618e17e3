//! Weights of `pallet_gpus`, measured on the compiled runtime. Do not edit: made by
//!
//! `scripts/weights.sh pallet_gpus`
//!
//! from the template `tools/bencher/weights.hbs`, 50 steps of 20 runs,
//! on 2026-11-30, on AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_gpus::WeightInfo for WeightInfo<T> {
	/// Storage: `Nfts::Item` (r:2 w:1)
	/// Storage: `Gpus::Devices` (r:1 w:1)
	/// Storage: `Gpus::Models` (r:1 w:1)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:5 w:5)
	/// Storage: `Nfts::ItemConfigOf` (r:1 w:1)
	/// Storage: `Gpus::Histories` (r:0 w:1)
	/// Storage: `Gpus::Hosted` (r:0 w:1)
	/// Storage: `Gpus::GpuRecords` (r:0 w:1)
	/// Storage: `Gpus::AllPapers` (r:0 w:1)
	/// Storage: `Nfts::Account` (r:0 w:1)
	fn register() -> Weight {
		// Took at least 218_655 ns.
		Weight::from_parts(224_693_000, 0)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(15))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Gpus::AllPapers` (r:1 w:1)
	fn update_documents() -> Weight {
		// Took at least 33_290 ns.
		Weight::from_parts(35_733_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Gpus::Proposals` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Balances::Holds` (r:2 w:2)
	fn propose_rehost() -> Weight {
		// Took at least 146_037 ns.
		Weight::from_parts(152_927_000, 0)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// Storage: `Gpus::Proposals` (r:1 w:1)
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:3 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:1 w:0)
	/// Storage: `Attestation::Places` (r:1 w:0)
	/// Storage: `Attestation::Picks` (r:1 w:0)
	/// Storage: `Attestation::Roster` (r:1 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:2 w:2)
	/// Storage: `Nfts::Attribute` (r:4 w:4)
	/// Storage: `Gpus::AllPapers` (r:1 w:1)
	/// Storage: `Pools::Members` (r:1 w:0)
	/// Storage: `Gpus::Notices` (r:0 w:1)
	/// Storage: `Gpus::Hosted` (r:0 w:2)
	fn accept_rehost() -> Weight {
		// Took at least 275_309 ns.
		Weight::from_parts(290_601_000, 0)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(14))
	}
	/// Storage: `Gpus::Proposals` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn withdraw_proposal() -> Weight {
		// Took at least 71_957 ns.
		Weight::from_parts(76_944_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Gpus::Notices` (r:1 w:1)
	fn resign() -> Weight {
		// Took at least 25_639 ns.
		Weight::from_parts(28_202_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:2 w:1)
	/// Storage: `Gpus::Notices` (r:1 w:1)
	/// Storage: `Attestation::Places` (r:1 w:0)
	/// Storage: `Attestation::Picks` (r:1 w:0)
	/// Storage: `Attestation::Roster` (r:1 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
	/// Storage: `Pools::GpuStreams` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:7 w:6)
	/// Storage: `Gpus::Models` (r:1 w:1)
	/// Storage: `Pools::Members` (r:1 w:0)
	/// Storage: `Gpus::Devices` (r:1 w:1)
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
		// Took at least 309_069 ns.
		Weight::from_parts(320_546_000, 0)
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().writes(21))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Nfts::Attribute` (r:2 w:2)
	/// Storage: `Pools::Members` (r:1 w:0)
	fn simulate_status() -> Weight {
		// Took at least 94_149 ns.
		Weight::from_parts(98_736_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Gpus::CounterForModels` (r:1 w:1)
	/// Storage: `Gpus::NextModel` (r:1 w:1)
	/// Storage: `Gpus::Models` (r:257 w:1)
	fn add_model() -> Weight {
		// Took at least 1_278_639 ns.
		Weight::from_parts(1_314_392_000, 0)
			.saturating_add(T::DbWeight::get().reads(259))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Gpus::Models` (r:257 w:1)
	fn change_model() -> Weight {
		// Took at least 1_270_427 ns.
		Weight::from_parts(1_354_692_000, 0)
			.saturating_add(T::DbWeight::get().reads(257))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Gpus::Models` (r:257 w:1)
	/// Storage: `Gpus::CounterForModels` (r:1 w:1)
	fn remove_model() -> Weight {
		// Took at least 1_299_099 ns.
		Weight::from_parts(1_350_496_000, 0)
			.saturating_add(T::DbWeight::get().reads(258))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn revalue() -> Weight {
		// Provisional.
		Weight::from_parts(60_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
