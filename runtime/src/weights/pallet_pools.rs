//! Weights of `pallet_pools`, measured on the compiled runtime. Do not edit: made by
//!
//! `scripts/weights.sh pallet_pools`
//!
//! from the template `tools/bencher/weights.hbs`, 50 steps of 20 runs,
//! on 2026-11-20, on Intel(R) Xeon(R) Processor.

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
		// Took at least 113_825 ns.
		Weight::from_parts(123_208_000, 0)
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
	fn announce_terms() -> Weight {
		// Took at least 45_404 ns.
		Weight::from_parts(52_384_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:1)
	fn set_prices() -> Weight {
		// Took at least 66_590 ns.
		Weight::from_parts(74_322_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::Hosts` (r:1 w:0)
	fn invite() -> Weight {
		// Took at least 28_466 ns.
		Weight::from_parts(34_406_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::Hosting` (r:1 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `Pools::Queues` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:0 w:1)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:1)
	fn accept() -> Weight {
		// Took at least 173_898 ns.
		Weight::from_parts(195_005_000, 0)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(9))
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
	fn remove_host() -> Weight {
		// Took at least 57_587 ns.
		Weight::from_parts(66_159_000, 0)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(2))
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
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `Pools::Queues` (r:1 w:1)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:1)
	/// Storage: `Pools::GroupCheckpoints` (r:0 w:1)
	fn join() -> Weight {
		// Took at least 295_082 ns.
		Weight::from_parts(329_107_000, 0)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	/// Storage: `Pools::Members` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:0)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	fn announce_leave() -> Weight {
		// Took at least 48_744 ns.
		Weight::from_parts(57_373_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Pools::Members` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	fn cancel_leave() -> Weight {
		// Took at least 39_572 ns.
		Weight::from_parts(45_394_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
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
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:1)
	/// Storage: `Pools::GroupCheckpoints` (r:0 w:1)
	fn leave() -> Weight {
		// Took at least 114_524 ns.
		Weight::from_parts(135_163_000, 0)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(13))
	}
	/// Storage: `Pools::Members` (r:3 w:3)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Pools::Queues` (r:1 w:1)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:1)
	/// Storage: `Pools::GroupCheckpoints` (r:0 w:1)
	fn leave_now() -> Weight {
		// Took at least 127_354 ns.
		Weight::from_parts(141_415_000, 0)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(13))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	fn close() -> Weight {
		// Took at least 21_193 ns.
		Weight::from_parts(27_108_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Pools::GpuStreams` (r:5 w:4)
	/// Storage: `Pools::Members` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:4 w:4)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:4 w:4)
	/// Storage: `Gpus::Histories` (r:1 w:1)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:4)
	/// Storage: `Pools::GroupCheckpoints` (r:0 w:4)
	/// `n` was measured from 1 to 4.
	fn settle_group() -> Weight {
		Weight::from_parts(100_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	fn claim_gpu(n: u32, ) -> Weight {
		// Took at least 153_835 ns.
		Weight::from_parts(67_097_371, 0)
			.saturating_add(Weight::from_parts(115_223_732, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(n.into())))
	}
	/// Storage: `Pools::Pools` (r:1 w:0)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:1)
	/// Storage: `Pools::GroupCheckpoints` (r:0 w:1)
	fn claim_host() -> Weight {
		// Took at least 135_696 ns.
		Weight::from_parts(152_519_000, 0)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::NetworkCheckpoints` (r:2 w:2)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:1)
	fn claim_manager() -> Weight {
		// Took at least 122_270 ns.
		Weight::from_parts(136_692_000, 0)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	/// Storage: `Pools::Parameters` (r:0 w:1)
	fn set_parameters() -> Weight {
		// Took at least 5_316 ns.
		Weight::from_parts(5_988_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Pools::Sweep` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:0)
	fn sweep() -> Weight {
		// Took at least 9_619 ns.
		Weight::from_parts(10_915_000, 0)
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
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Gpus::Histories` (r:1 w:1)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:1)
	/// Storage: `Pools::GroupCheckpoints` (r:0 w:1)
	fn sweep_gpu() -> Weight {
		// Took at least 137_084 ns.
		Weight::from_parts(161_001_000, 0)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::Pools` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Emissions::NetworkCheckpoints` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:1)
	/// Storage: `Pools::GroupCheckpoints` (r:0 w:1)
	fn sweep_host() -> Weight {
		// Took at least 138_336 ns.
		Weight::from_parts(152_800_000, 0)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Emissions::NetworkCheckpoints` (r:2 w:2)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:1)
	fn sweep_pool() -> Weight {
		// Took at least 126_976 ns.
		Weight::from_parts(136_893_000, 0)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(7))
	}
}
