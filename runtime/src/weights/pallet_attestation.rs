//! Weights of `pallet_attestation`, measured on the compiled runtime. Do not edit: made by
//!
//! `scripts/weights.sh pallet_attestation`
//!
//! from the template `tools/bencher/weights.hbs`, 50 steps of 20 runs,
//! on 2026-11-30, on AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_attestation::WeightInfo for WeightInfo<T> {
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Attestation::Attestors` (r:1 w:1)
	fn set_attestor() -> Weight {
		// Took at least 22_163 ns.
		Weight::from_parts(25_257_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::Attestors` (r:1 w:1)
	/// Storage: `Pools::Hosting` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:32 w:32)
	/// Storage: `Pools::GroupStreams` (r:32 w:32)
	/// Storage: `Pools::PoolStreams` (r:32 w:32)
	/// Storage: `Pools::Queues` (r:32 w:32)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:32)
	/// Storage: `Market::DarkGroups` (r:0 w:32)
	/// Storage: `Attestation::Due` (r:0 w:1)
	/// `g` was measured from 1 to 32.
	fn heartbeat(g: u32, ) -> Weight {
		// Took at least 104_115 ns.
		Weight::from_parts(57_804_086, 0)
			.saturating_add(Weight::from_parts(58_688_913, 0).saturating_mul(g.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(g.into())))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(g.into())))
	}
	/// Storage: `Attestation::Attestors` (r:1 w:1)
	/// Storage: `Pools::Hosting` (r:1 w:1)
	/// Storage: `Attestation::Places` (r:48 w:0)
	/// Storage: `Attestation::Roster` (r:48 w:48)
	/// Storage: `Gpus::GpuRecords` (r:48 w:48)
	/// Storage: `Pools::Members` (r:48 w:48)
	/// Storage: `Pools::Hosts` (r:32 w:32)
	/// Storage: `Pools::GroupStreams` (r:32 w:32)
	/// Storage: `Pools::PoolStreams` (r:32 w:32)
	/// Storage: `Pools::GpuStreams` (r:48 w:48)
	/// Storage: `Market::Slots` (r:48 w:48)
	/// Storage: `Market::Parts` (r:48 w:48)
	/// Storage: `Operators::Reputations` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:49 w:0)
	/// Storage: `Assets::Account` (r:48 w:48)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Market::PoolRecords` (r:32 w:32)
	/// Storage: `Pools::Queues` (r:32 w:32)
	/// Storage: `Operators::Compensations` (r:0 w:48)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:32)
	/// Storage: `Market::Agenda` (r:0 w:96)
	/// Storage: `Market::Grants` (r:0 w:48)
	/// Storage: `Market::Hosted` (r:0 w:48)
	/// Storage: `Market::DarkGroups` (r:0 w:32)
	/// Storage: `Attestation::Due` (r:0 w:1)
	/// `a` was measured from 0 to 48.
	fn heartbeat_away(a: u32, ) -> Weight {
		// Took at least 1_882_726 ns.
		Weight::from_parts(1_917_909_000, 0)
			.saturating_add(Weight::from_parts(269_583_121, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(134))
			.saturating_add(T::DbWeight::get().reads(9_u64.saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(198))
			.saturating_add(T::DbWeight::get().writes(12_u64.saturating_mul(a.into())))
	}
	/// Storage: `Attestation::Attestors` (r:1 w:1)
	/// Storage: `Pools::Hosting` (r:1 w:1)
	/// Storage: `Attestation::Places` (r:48 w:0)
	/// Storage: `Attestation::Roster` (r:48 w:48)
	/// Storage: `Gpus::GpuRecords` (r:48 w:48)
	/// Storage: `Pools::Members` (r:48 w:48)
	/// Storage: `Pools::Hosts` (r:32 w:32)
	/// Storage: `Pools::GroupStreams` (r:32 w:32)
	/// Storage: `Pools::PoolStreams` (r:32 w:32)
	/// Storage: `Pools::GpuStreams` (r:48 w:48)
	/// Storage: `Pools::Queues` (r:32 w:32)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:32)
	/// Storage: `Market::DarkGroups` (r:0 w:32)
	/// Storage: `Attestation::Due` (r:0 w:1)
	/// `b` was measured from 0 to 48.
	fn heartbeat_back(b: u32, ) -> Weight {
		// Took at least 1_996_345 ns.
		Weight::from_parts(2_149_262_500, 0)
			.saturating_add(Weight::from_parts(84_973_625, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(130))
			.saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().writes(195))
			.saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(b.into())))
	}
	/// Storage: `Attestation::Attestors` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// `c` was measured from 0 to 96.
	fn authorize_heartbeat(_c: u32, ) -> Weight {
		// Took at least 56_734 ns.
		Weight::from_parts(62_186_285, 0)
			.saturating_add(T::DbWeight::get().reads(2))
	}
	/// Storage: `Attestation::Commits` (r:0 w:1)
	fn commit_fill() -> Weight {
		// Took at least 15_463 ns.
		Weight::from_parts(18_317_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::Attestors` (r:1 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn authorize_commit_fill() -> Weight {
		// Took at least 59_448 ns.
		Weight::from_parts(64_125_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
	}
	/// Storage: `Attestation::Commits` (r:1 w:1)
	/// Storage: `Attestation::Order` (r:0 w:1)
	/// `p` was measured from 0 to 2048.
	fn commit_walk(p: u32, ) -> Weight {
		// Took at least 25_508 ns.
		Weight::from_parts(29_436_990, 0)
			.saturating_add(Weight::from_parts(2_395, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `Attestation::Attestors` (r:1 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// `p` was measured from 0 to 2048.
	fn authorize_commit_walk(p: u32, ) -> Weight {
		// Took at least 62_342 ns.
		Weight::from_parts(66_360_821, 0)
			.saturating_add(Weight::from_parts(1_033, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(3))
	}
	/// Storage: `Attestation::Places` (r:1 w:0)
	/// Storage: `Attestation::Attestors` (r:1 w:0)
	/// Storage: `Gpus::GpuRecords` (r:1 w:0)
	/// Storage: `Attestation::Picks` (r:1 w:1)
	/// Storage: `Attestation::Profiles` (r:1 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// `k` was measured from 64 to 16384.
	/// `o` was measured from 8 to 64.
	fn prove(k: u32, o: u32, ) -> Weight {
		// Took at least 23_839_098 ns.
		Weight::from_parts(492_117_072, 0)
			.saturating_add(Weight::from_parts(2_204_282, 0).saturating_mul(k.into()))
			.saturating_add(Weight::from_parts(366_911_315, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Nfts::Attribute` (r:2 w:2)
	/// Storage: `Pools::Members` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Market::Slots` (r:1 w:1)
	/// Storage: `Market::Parts` (r:1 w:1)
	/// Storage: `Operators::Reputations` (r:1 w:1)
	/// Storage: `Market::PoolRecords` (r:1 w:1)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Pools::LastBusy` (r:0 w:1)
	/// Storage: `Gpus::Devices` (r:0 w:1)
	/// Storage: `Market::Agenda` (r:0 w:2)
	/// Storage: `Market::Grants` (r:0 w:1)
	/// Storage: `Market::Hosted` (r:0 w:1)
	fn condemn() -> Weight {
		// Took at least 377_250 ns.
		Weight::from_parts(419_994_000, 0)
			.saturating_add(T::DbWeight::get().reads(19))
			.saturating_add(T::DbWeight::get().writes(22))
	}
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Attestation::Profiles` (r:1 w:1)
	fn set_profile() -> Weight {
		// Took at least 26_359 ns.
		Weight::from_parts(28_672_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn set_parameters() -> Weight {
		// Took at least 7_181 ns.
		Weight::from_parts(7_972_000, 0)
	}
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	fn poll() -> Weight {
		// Took at least 9_655 ns.
		Weight::from_parts(10_886_000, 0)
			.saturating_add(T::DbWeight::get().reads(1))
	}
	/// Storage: `Attestation::Due` (r:2 w:1)
	/// Storage: `Pools::Hosting` (r:1 w:1)
	/// Storage: `Attestation::Attestors` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:32 w:32)
	/// Storage: `Pools::GroupStreams` (r:32 w:32)
	/// Storage: `Pools::PoolStreams` (r:32 w:32)
	/// Storage: `Pools::Queues` (r:32 w:32)
	/// Storage: `Operators::Reputations` (r:1 w:1)
	/// Storage: `Market::DarkGroups` (r:0 w:32)
	/// `g` was measured from 0 to 32.
	fn darken(g: u32, ) -> Weight {
		// Took at least 45_718 ns.
		Weight::from_parts(74_360_714, 0)
			.saturating_add(Weight::from_parts(56_434_285, 0).saturating_mul(g.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(g.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(g.into())))
	}
	/// Storage: `Attestation::Order` (r:17 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
	/// Storage: `Attestation::Roster` (r:1 w:0)
	/// Storage: `Attestation::Picks` (r:0 w:1)
	fn pick() -> Weight {
		// Took at least 347_146 ns.
		Weight::from_parts(362_468_000, 0)
			.saturating_add(T::DbWeight::get().reads(19))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::Attestors` (r:1 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:1)
	/// Storage: `Attestation::Roster` (r:1 w:0)
	/// Storage: `Operators::Reputations` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Attestation::Order` (r:0 w:1)
	fn sweep_operator() -> Weight {
		// Took at least 37_726 ns.
		Weight::from_parts(41_913_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Attestation::Roster` (r:2 w:2)
	/// Storage: `Attestation::Picks` (r:1 w:1)
	/// Storage: `Gpus::GpuRecords` (r:1 w:0)
	/// Storage: `Attestation::Places` (r:0 w:2)
	/// Storage: `Attestation::Attestors` (r:0 w:1)
	fn verdict_none() -> Weight {
		// Took at least 41_592 ns.
		Weight::from_parts(45_508_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// Storage: `Attestation::Roster` (r:1 w:1)
	/// Storage: `Attestation::Picks` (r:1 w:1)
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Nfts::Attribute` (r:2 w:2)
	/// Storage: `Operators::Reputations` (r:1 w:1)
	/// Storage: `Pools::Members` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Market::Slots` (r:1 w:1)
	/// Storage: `Market::Parts` (r:1 w:1)
	/// Storage: `Market::PoolRecords` (r:1 w:1)
	/// Storage: `Market::Agenda` (r:0 w:2)
	/// Storage: `Market::Grants` (r:0 w:1)
	/// Storage: `Market::Hosted` (r:0 w:1)
	fn verdict_unanswered() -> Weight {
		// Took at least 368_036 ns.
		Weight::from_parts(385_893_000, 0)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(21))
	}
	/// Storage: `Attestation::Roster` (r:1 w:1)
	/// Storage: `Attestation::Picks` (r:1 w:1)
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Nfts::Attribute` (r:1 w:1)
	/// Storage: `Pools::Members` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Pools::Queues` (r:1 w:1)
	fn verdict_passed() -> Weight {
		// Took at least 187_589 ns.
		Weight::from_parts(199_366_000, 0)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(10))
	}
}
