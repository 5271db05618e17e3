//! Weights of `pallet_attestation`, measured on the compiled runtime. Do not edit: made by
//!
//! `scripts/weights.sh pallet_attestation`
//!
//! from the template `tools/bencher/weights.hbs`, 10 steps of 7 runs,
//! on 2026-11-29, on AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_attestation::WeightInfo for WeightInfo<T> {
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Attestation::Attestors` (r:1 w:1)
	fn set_attestor() -> Weight {
		// Took at least 23_695 ns.
		Weight::from_parts(27_601_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::Attestors` (r:1 w:1)
	/// Storage: `Pools::Hosting` (r:1 w:1)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	/// Storage: `Pools::Hosts` (r:32 w:32)
	/// Storage: `Pools::GroupStreams` (r:32 w:32)
	/// Storage: `Pools::PoolStreams` (r:32 w:32)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Pools::Queues` (r:32 w:32)
	/// Storage: `Attestation::NextDue` (r:1 w:1)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:32)
	/// Storage: `Market::DarkGroups` (r:0 w:32)
	/// Storage: `Attestation::Due` (r:0 w:1)
	/// `g` was measured from 1 to 32.
	fn heartbeat(g: u32, ) -> Weight {
		// Took at least 129_292 ns.
		Weight::from_parts(71_616_265, 0)
			.saturating_add(Weight::from_parts(64_108_450, 0).saturating_mul(g.into()))
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(g.into())))
			.saturating_add(T::DbWeight::get().writes(5))
			.saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(g.into())))
	}
	/// Storage: `Attestation::Attestors` (r:1 w:1)
	/// Storage: `Pools::Hosting` (r:1 w:1)
	/// Storage: `Attestation::Places` (r:48 w:0)
	/// Storage: `Attestation::Roster` (r:48 w:48)
	/// Storage: `Attestation::Rounds` (r:1 w:0)
	/// Storage: `Gpus::GpuRecords` (r:48 w:48)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Pools::Members` (r:48 w:48)
	/// Storage: `Pools::Hosts` (r:32 w:32)
	/// Storage: `Pools::GroupStreams` (r:32 w:32)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:32 w:32)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:48 w:48)
	/// Storage: `Pools::AttestationRounds` (r:1 w:0)
	/// Storage: `Market::Slots` (r:48 w:48)
	/// Storage: `Market::Parts` (r:48 w:48)
	/// Storage: `Assets::Asset` (r:1 w:1)
	/// Storage: `Assets::Account` (r:49 w:49)
	/// Storage: `DataCredits::Totals` (r:1 w:1)
	/// Storage: `Operators::Reputations` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:49 w:0)
	/// Storage: `Market::Parameters` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `Operators::Parameters` (r:1 w:0)
	/// Storage: `Operators::Queue` (r:1 w:1)
	/// Storage: `Market::PoolRecords` (r:32 w:32)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	/// Storage: `Pools::Queues` (r:32 w:32)
	/// Storage: `Attestation::NextDue` (r:1 w:1)
	/// Storage: `Operators::Compensations` (r:0 w:48)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:32)
	/// Storage: `Market::Agenda` (r:0 w:96)
	/// Storage: `Market::Grants` (r:0 w:48)
	/// Storage: `Market::Hosted` (r:0 w:48)
	/// Storage: `Market::DarkGroups` (r:0 w:32)
	/// Storage: `Attestation::Due` (r:0 w:1)
	/// `a` was measured from 0 to 48.
	fn heartbeat_away(a: u32, ) -> Weight {
		// Took at least 2_051_276 ns.
		Weight::from_parts(2_149_646_292, 0)
			.saturating_add(Weight::from_parts(273_425_622, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(147))
			.saturating_add(T::DbWeight::get().reads(10_u64.saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(204))
			.saturating_add(T::DbWeight::get().writes(13_u64.saturating_mul(a.into())))
	}
	/// Storage: `Attestation::Attestors` (r:1 w:1)
	/// Storage: `Pools::Hosting` (r:1 w:1)
	/// Storage: `Attestation::Places` (r:48 w:0)
	/// Storage: `Attestation::Roster` (r:48 w:48)
	/// Storage: `Attestation::Rounds` (r:1 w:0)
	/// Storage: `Gpus::GpuRecords` (r:48 w:48)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Pools::Members` (r:48 w:48)
	/// Storage: `Pools::Hosts` (r:32 w:32)
	/// Storage: `Pools::GroupStreams` (r:32 w:32)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:32 w:32)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:48 w:48)
	/// Storage: `Pools::Queues` (r:32 w:32)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	/// Storage: `Attestation::NextDue` (r:1 w:1)
	/// Storage: `Pools::PoolCheckpoints` (r:0 w:32)
	/// Storage: `Market::DarkGroups` (r:0 w:32)
	/// Storage: `Attestation::Due` (r:0 w:1)
	/// `b` was measured from 0 to 48.
	fn heartbeat_back(b: u32, ) -> Weight {
		// Took at least 2_034_923 ns.
		Weight::from_parts(2_180_508_298, 0)
			.saturating_add(Weight::from_parts(90_099_483, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(137))
			.saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().writes(197))
			.saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(b.into())))
	}
	/// Storage: `Attestation::Attestors` (r:1 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// `c` was measured from 0 to 96.
	fn authorize_heartbeat(c: u32, ) -> Weight {
		// Took at least 73_179 ns.
		Weight::from_parts(79_916_719, 0)
			.saturating_add(Weight::from_parts(13_975, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(4))
	}
	/// Storage: `Attestation::Commits` (r:0 w:1)
	fn commit_fill() -> Weight {
		// Took at least 17_586 ns.
		Weight::from_parts(27_000_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::Round` (r:1 w:0)
	/// Storage: `Attestation::Attestors` (r:1 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn authorize_commit_fill() -> Weight {
		// Took at least 77_115 ns.
		Weight::from_parts(84_396_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
	}
	/// Storage: `Attestation::Round` (r:1 w:1)
	/// Storage: `Attestation::Commits` (r:1 w:1)
	/// Storage: `Attestation::Order` (r:0 w:1)
	/// `p` was measured from 0 to 2048.
	fn commit_walk(p: u32, ) -> Weight {
		// Took at least 30_195 ns.
		Weight::from_parts(43_112_619, 0)
			.saturating_add(Weight::from_parts(1_806, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Attestation::Round` (r:1 w:0)
	/// Storage: `Attestation::Attestors` (r:1 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// `p` was measured from 0 to 2048.
	fn authorize_commit_walk(p: u32, ) -> Weight {
		// Took at least 73_099 ns.
		Weight::from_parts(79_962_877, 0)
			.saturating_add(Weight::from_parts(1_950, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(4))
	}
	/// Storage: `Attestation::Round` (r:1 w:0)
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
		// Took at least 22_992_902 ns.
		Weight::from_parts(23_212_948_000, 0)
			.saturating_add(Weight::from_parts(1_319_178, 0).saturating_mul(k.into()))
			.saturating_add(Weight::from_parts(116_756_078, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Nfts::Collection` (r:2 w:2)
	/// Storage: `Nfts::Attribute` (r:2 w:2)
	/// Storage: `Pools::Members` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Pools::AttestationRounds` (r:1 w:0)
	/// Storage: `Market::Slots` (r:1 w:1)
	/// Storage: `Market::Parts` (r:1 w:1)
	/// Storage: `Assets::Asset` (r:1 w:1)
	/// Storage: `Assets::Account` (r:1 w:1)
	/// Storage: `DataCredits::Totals` (r:1 w:1)
	/// Storage: `Operators::Reputations` (r:1 w:1)
	/// Storage: `Market::PoolRecords` (r:1 w:1)
	/// Storage: `Market::Parameters` (r:1 w:0)
	/// Storage: `Pools::Pools` (r:1 w:1)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Pools::LastBusy` (r:0 w:1)
	/// Storage: `Gpus::Devices` (r:0 w:1)
	/// Storage: `Market::Agenda` (r:0 w:2)
	/// Storage: `Market::Grants` (r:0 w:1)
	/// Storage: `Market::Hosted` (r:0 w:1)
	fn condemn() -> Weight {
		// Took at least 425_192 ns.
		Weight::from_parts(462_517_000, 0)
			.saturating_add(T::DbWeight::get().reads(31))
			.saturating_add(T::DbWeight::get().writes(28))
	}
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Attestation::Rounds` (r:1 w:0)
	/// Storage: `Attestation::Profiles` (r:1 w:1)
	fn set_profile() -> Weight {
		// Took at least 31_486 ns.
		Weight::from_parts(34_872_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::Parameters` (r:0 w:1)
	fn set_parameters() -> Weight {
		// Took at least 6_920 ns.
		Weight::from_parts(7_762_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::NextDue` (r:1 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Storage: `Attestation::Round` (r:1 w:1)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	fn poll() -> Weight {
		// Took at least 18_968 ns.
		Weight::from_parts(20_471_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::NextDue` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Attestation::Due` (r:2 w:1)
	/// Storage: `Pools::Hosting` (r:1 w:1)
	/// Storage: `Attestation::Attestors` (r:1 w:1)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	/// Storage: `Pools::Hosts` (r:32 w:32)
	/// Storage: `Pools::GroupStreams` (r:32 w:32)
	/// Storage: `Pools::PoolStreams` (r:32 w:32)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Pools::Queues` (r:32 w:32)
	/// Storage: `Operators::Reputations` (r:1 w:1)
	/// Storage: `Market::DarkGroups` (r:0 w:32)
	/// `g` was measured from 0 to 32.
	fn darken(g: u32, ) -> Weight {
		// Took at least 58_827 ns.
		Weight::from_parts(91_271_416, 0)
			.saturating_add(Weight::from_parts(63_388_345, 0).saturating_mul(g.into()))
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(g.into())))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(g.into())))
	}
	/// Storage: `Attestation::Order` (r:17 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
	/// Storage: `Attestation::Roster` (r:1 w:0)
	/// Storage: `Attestation::Picks` (r:0 w:1)
	fn pick() -> Weight {
		// Took at least 327_677 ns.
		Weight::from_parts(342_458_000, 0)
			.saturating_add(T::DbWeight::get().reads(19))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::Attestors` (r:1 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:1)
	/// Storage: `Attestation::Roster` (r:1 w:0)
	/// Storage: `Operators::Reputations` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Attestation::Order` (r:0 w:1)
	fn sweep_operator() -> Weight {
		// Took at least 47_280 ns.
		Weight::from_parts(52_629_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Attestation::Roster` (r:2 w:2)
	/// Storage: `Attestation::Picks` (r:1 w:1)
	/// Storage: `Gpus::GpuRecords` (r:1 w:0)
	/// Storage: `Attestation::Places` (r:0 w:2)
	/// Storage: `Attestation::Attestors` (r:0 w:1)
	fn verdict_none() -> Weight {
		// Took at least 46_909 ns.
		Weight::from_parts(51_527_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// Storage: `Attestation::Roster` (r:1 w:1)
	/// Storage: `Attestation::Picks` (r:1 w:1)
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Nfts::Collection` (r:2 w:2)
	/// Storage: `Nfts::Attribute` (r:2 w:2)
	/// Storage: `Operators::Reputations` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Pools::Members` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Pools::AttestationRounds` (r:1 w:0)
	/// Storage: `Market::Slots` (r:1 w:1)
	/// Storage: `Market::Parts` (r:1 w:1)
	/// Storage: `Assets::Asset` (r:1 w:1)
	/// Storage: `Assets::Account` (r:1 w:1)
	/// Storage: `DataCredits::Totals` (r:1 w:1)
	/// Storage: `Market::PoolRecords` (r:1 w:1)
	/// Storage: `Market::Parameters` (r:1 w:0)
	/// Storage: `Attestation::Rounds` (r:1 w:0)
	/// Storage: `Attestation::Tickets` (r:1 w:1)
	/// Storage: `Market::Agenda` (r:0 w:2)
	/// Storage: `Market::Grants` (r:0 w:1)
	/// Storage: `Market::Hosted` (r:0 w:1)
	fn verdict_unanswered() -> Weight {
		// Took at least 426_574 ns.
		Weight::from_parts(467_715_000, 0)
			.saturating_add(T::DbWeight::get().reads(34))
			.saturating_add(T::DbWeight::get().writes(28))
	}
	/// Storage: `Attestation::Roster` (r:1 w:1)
	/// Storage: `Attestation::Picks` (r:1 w:1)
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Nfts::Collection` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:1 w:1)
	/// Storage: `Pools::Members` (r:1 w:1)
	/// Storage: `Pools::Hosts` (r:1 w:1)
	/// Storage: `Pools::GroupStreams` (r:1 w:1)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `Pools::Parameters` (r:1 w:0)
	/// Storage: `Pools::PoolStreams` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:1)
	/// Storage: `Pools::GpuStreams` (r:1 w:1)
	/// Storage: `Pools::Queues` (r:1 w:1)
	fn verdict_passed() -> Weight {
		// Took at least 222_270 ns.
		Weight::from_parts(240_517_000, 0)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(12))
	}
}
