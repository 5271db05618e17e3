//! Weights of `pallet_pools`, measured on the compiled runtime. Do not edit: made by
//!
//! `scripts/weights.sh pallet_pools`
//!
//! from the template `tools/bencher/weights.hbs`, 50 steps of 20 runs,
//! on 2026-11-30, on AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_pools::WeightInfo for WeightInfo<T> {
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::Hosting` (r:1 w:1)
	/// Storage: `Pools::Pools` (r:0 w:1)
	/// Storage: `Pools::GroupStreams` (r:0 w:1)
	/// Storage: `Pools::PoolStreams` (r:0 w:1)
	/// Storage: `Pools::Queues` (r:0 w:1)
	fn create() -> Weight {
		// Took at least 154_410 ns.
		Weight::from_parts(159_917_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `Market::PoolRecords` (r:1 w:0)
	/// Storage: `Market::Withheld` (r:1 w:0)
	/// Storage: `Market::CalendarNodes` (r:1 w:0)
	fn announce_terms() -> Weight {
		// Took at least 68_672 ns.
		Weight::from_parts(72_057_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	fn set_prices() -> Weight {
		// Took at least 64_866 ns.
		Weight::from_parts(68_802_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::Hosts` (r:1 w:0)
	fn invite() -> Weight {
		// Took at least 37_336 ns.
		Weight::from_parts(40_040_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:1 w:1)
	/// Storage: `Pools::Hosting` (r:1 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Pools::Queues` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:0 w:1)
	fn accept() -> Weight {
		// Took at least 189_712 ns.
		Weight::from_parts(235_810_000, 0)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:0)
	/// Storage: `Market::PoolRecords` (r:1 w:1)
	/// Storage: `Market::Withheld` (r:2 w:1)
	/// Storage: `Market::CalendarNodes` (r:4 w:4)
	fn remove_host() -> Weight {
		// Took at least 123_153 ns.
		Weight::from_parts(128_330_000, 0)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::Members` (r:2 w:2)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:2 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Pools::LastBusy` (r:1 w:1)
	/// Storage: `Pools::Queues` (r:1 w:1)
	fn join() -> Weight {
		// Took at least 241_689 ns.
		Weight::from_parts(255_890_000, 0)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	/// Storage: `Pools::Members` (r:1 w:1)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Market::Withheld` (r:2 w:1)
	/// Storage: `Market::PoolRecords` (r:1 w:1)
	/// Storage: `Market::CalendarNodes` (r:4 w:4)
	/// Storage: `Pools::GroupStreams` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:0)
	fn announce_leave() -> Weight {
		// Took at least 207_758 ns.
		Weight::from_parts(216_081_000, 0)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	/// Storage: `Pools::Members` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Market::Withheld` (r:1 w:1)
	/// Storage: `Market::PoolRecords` (r:1 w:1)
	/// Storage: `Market::CalendarNodes` (r:4 w:4)
	fn cancel_leave() -> Weight {
		// Took at least 113_940 ns.
		Weight::from_parts(117_544_000, 0)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	/// Storage: `Pools::Members` (r:3 w:3)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Pools::Queues` (r:1 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Market::Withheld` (r:1 w:1)
	/// Storage: `Market::PoolRecords` (r:1 w:1)
	/// Storage: `Market::CalendarNodes` (r:4 w:4)
	/// Storage: `Pools::LastBusy` (r:0 w:1)
	fn leave() -> Weight {
		// Took at least 171_865 ns.
		Weight::from_parts(177_683_000, 0)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(16))
	}
	/// Storage: `Pools::Members` (r:3 w:3)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Pools::Queues` (r:1 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Market::Withheld` (r:2 w:1)
	/// Storage: `Market::PoolRecords` (r:1 w:1)
	/// Storage: `Market::CalendarNodes` (r:4 w:4)
	/// Storage: `Market::SoldRates` (r:1 w:0)
	/// Storage: `Pools::LastBusy` (r:0 w:1)
	fn leave_now() -> Weight {
		// Took at least 215_600 ns.
		Weight::from_parts(222_210_000, 0)
			.saturating_add(T::DbWeight::get().reads(19))
			.saturating_add(T::DbWeight::get().writes(16))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Market::PoolRecords` (r:1 w:0)
	/// Storage: `Market::Withheld` (r:1 w:0)
	/// Storage: `Market::CalendarNodes` (r:1 w:0)
	fn close() -> Weight {
		// Took at least 46_158 ns.
		Weight::from_parts(49_003_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Pools::GpuStreams` (r:5 w:4)
	/// Storage: `Pools::Members` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::GroupStreams` (r:4 w:4)
	/// Storage: `Gpus::Histories` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// `n` was measured from 1 to 4.
	fn claim_gpu(n: u32, ) -> Weight {
		// Took at least 122_933 ns.
		Weight::from_parts(50_454_204, 0)
			.saturating_add(Weight::from_parts(83_588_834, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
	}
	/// Storage: `Pools::GpuStreams` (r:2 w:1)
	/// Storage: `Pools::Members` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	fn claim_gpu_one() -> Weight {
		// Took at least 124_044 ns.
		Weight::from_parts(128_672_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Pools::PoolCheckpoints` (r:1 w:2)
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Pools::GroupCheckpoints` (r:0 w:1)
	fn settle_group() -> Weight {
		// Took at least 82_553 ns.
		Weight::from_parts(86_980_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	/// Storage: `Pools::Pools` (r:1 w:0)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	fn claim_host() -> Weight {
		// Took at least 139_237 ns.
		Weight::from_parts(144_245_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	fn claim_manager() -> Weight {
		// Took at least 131_055 ns.
		Weight::from_parts(136_193_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn set_parameters() -> Weight {
		// Took at least 6_890 ns.
		Weight::from_parts(7_661_000, 0)
	}
	/// Storage: `Pools::Sweep` (r:1 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:0)
	fn sweep() -> Weight {
		// Took at least 7_992 ns.
		Weight::from_parts(8_803_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Pools::Members` (r:1 w:0)
	/// Storage: `Pools::Hosts` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	fn sweep_gpu() -> Weight {
		// Took at least 137_604 ns.
		Weight::from_parts(142_112_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::Pools` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	fn sweep_host() -> Weight {
		// Took at least 131_786 ns.
		Weight::from_parts(137_505_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	fn sweep_pool() -> Weight {
		// Took at least 122_743 ns.
		Weight::from_parts(128_561_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
