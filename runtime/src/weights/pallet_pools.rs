//! Weights of `pallet_pools`, measured on the compiled runtime. Do not edit: made by
//!
//! `scripts/weights.sh pallet_pools`
//!
//! from the template `tools/bencher/weights.hbs`, 20 steps of 10 runs,
//! on 2026-11-29, on AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_pools::WeightInfo for WeightInfo<T> {
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Nfts::Collection` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:1 w:1)
	/// Storage: `Pools::NextPool` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::Hosting` (r:1 w:1)
	/// Storage: `Pools::Pools` (r:0 w:1)
	/// Storage: `Pools::GroupStreams` (r:0 w:1)
	/// Storage: `Pools::PoolStreams` (r:0 w:1)
	/// Storage: `Pools::Queues` (r:0 w:1)
	fn create() -> Weight {
		// Took at least 164_775 ns.
		Weight::from_parts(171_494_000, 0)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(11))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Market::PoolRecords` (r:1 w:0)
	/// Storage: `Market::Withheld` (r:1 w:0)
	/// Storage: `Market::CalendarNodes` (r:1 w:0)
	fn announce_terms() -> Weight {
		// Took at least 74_771 ns.
		Weight::from_parts(77_826_000, 0)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	fn set_prices() -> Weight {
		// Took at least 69_353 ns.
		Weight::from_parts(72_577_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::Hosts` (r:1 w:0)
	fn invite() -> Weight {
		// Took at least 34_301 ns.
		Weight::from_parts(36_494_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Nfts::Collection` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:1 w:1)
	/// Storage: `Pools::Hosting` (r:1 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Pools::Queues` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:0 w:1)
	fn accept() -> Weight {
		// Took at least 194_699 ns.
		Weight::from_parts(229_451_000, 0)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Emissions::Streams` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:0)
	/// Storage: `Market::PoolRecords` (r:1 w:1)
	/// Storage: `Market::Withheld` (r:2 w:1)
	/// Storage: `Market::CalendarNodes` (r:4 w:4)
	fn remove_host() -> Weight {
		// Took at least 130_153 ns.
		Weight::from_parts(135_331_000, 0)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// Storage: `Gpus::GpuRecords` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::Members` (r:2 w:2)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Pools::GpuStreams` (r:2 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Pools::LastBusy` (r:1 w:1)
	/// Storage: `Pools::Queues` (r:1 w:1)
	fn join() -> Weight {
		// Took at least 229_040 ns.
		Weight::from_parts(256_141_000, 0)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	/// Storage: `Pools::Members` (r:1 w:1)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Market::Withheld` (r:2 w:1)
	/// Storage: `Market::PoolRecords` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Market::CalendarNodes` (r:4 w:4)
	/// Storage: `Pools::GroupStreams` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:0)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Emissions::Streams` (r:1 w:0)
	fn announce_leave() -> Weight {
		// Took at least 219_936 ns.
		Weight::from_parts(225_635_000, 0)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	/// Storage: `Pools::Members` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Market::Withheld` (r:1 w:1)
	/// Storage: `Market::PoolRecords` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Market::CalendarNodes` (r:4 w:4)
	fn cancel_leave() -> Weight {
		// Took at least 117_364 ns.
		Weight::from_parts(121_791_000, 0)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	/// Storage: `Pools::Members` (r:3 w:3)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Pools::Queues` (r:1 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Market::Withheld` (r:1 w:1)
	/// Storage: `Market::PoolRecords` (r:1 w:1)
	/// Storage: `Market::CalendarNodes` (r:4 w:4)
	/// Storage: `Pools::AttestationRounds` (r:1 w:0)
	/// Storage: `Pools::LastBusy` (r:0 w:1)
	fn leave() -> Weight {
		// Took at least 181_279 ns.
		Weight::from_parts(187_559_000, 0)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(17))
	}
	/// Storage: `Pools::Members` (r:3 w:3)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Pools::Queues` (r:1 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Market::Withheld` (r:2 w:1)
	/// Storage: `Market::PoolRecords` (r:1 w:1)
	/// Storage: `Market::CalendarNodes` (r:4 w:4)
	/// Storage: `Pools::AttestationRounds` (r:1 w:0)
	/// Storage: `Market::SoldRates` (r:1 w:0)
	/// Storage: `Market::Parameters` (r:1 w:0)
	/// Storage: `Pools::LastBusy` (r:0 w:1)
	fn leave_now() -> Weight {
		// Took at least 227_347 ns.
		Weight::from_parts(235_209_000, 0)
			.saturating_add(T::DbWeight::get().reads(25))
			.saturating_add(T::DbWeight::get().writes(17))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Market::PoolRecords` (r:1 w:0)
	/// Storage: `Market::Withheld` (r:1 w:0)
	/// Storage: `Market::CalendarNodes` (r:1 w:0)
	fn close() -> Weight {
		// Took at least 47_420 ns.
		Weight::from_parts(50_284_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Pools::GpuStreams` (r:5 w:4)
	/// Storage: `Pools::PoolStreams` (r:4 w:0)
	/// Storage: `Pools::GroupStreams` (r:4 w:4)
	/// Storage: `Emissions::Streams` (r:1 w:0)
	/// Storage: `Pools::Members` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Gpus::Histories` (r:1 w:1)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// `n` was measured from 1 to 4.
	fn claim_gpu(n: u32, ) -> Weight {
		// Took at least 141_210 ns.
		Weight::from_parts(66_692_027, 0)
			.saturating_add(Weight::from_parts(94_713_876, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
	}
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Pools::PoolCheckpoints` (r:1 w:2)
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Pools::GroupCheckpoints` (r:0 w:1)
	fn settle_group() -> Weight {
		// Took at least 88_942 ns.
		Weight::from_parts(95_412_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// Storage: `Pools::Pools` (r:1 w:0)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	fn claim_host() -> Weight {
		// Took at least 142_111 ns.
		Weight::from_parts(148_862_000, 0)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	fn claim_manager() -> Weight {
		// Took at least 135_842 ns.
		Weight::from_parts(140_038_000, 0)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// Storage: `Pools::Parameters` (r:0 w:1)
	fn set_parameters() -> Weight {
		// Took at least 6_760 ns.
		Weight::from_parts(7_522_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Pools::Sweep` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:0)
	fn sweep() -> Weight {
		// Took at least 12_599 ns.
		Weight::from_parts(13_560_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Pools::Members` (r:1 w:0)
	/// Storage: `Pools::Hosts` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	fn sweep_gpu() -> Weight {
		// Took at least 140_188 ns.
		Weight::from_parts(146_117_000, 0)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::Pools` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	fn sweep_host() -> Weight {
		// Took at least 142_972 ns.
		Weight::from_parts(148_370_000, 0)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	fn sweep_pool() -> Weight {
		// Took at least 134_460 ns.
		Weight::from_parts(139_888_000, 0)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(5))
	}
}
