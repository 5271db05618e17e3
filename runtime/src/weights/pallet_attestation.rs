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
		// Took at least 24_086 ns.
		Weight::from_parts(27_911_000, 0)
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
		// Took at least 122_752 ns.
		Weight::from_parts(71_246_000, 0)
			.saturating_add(Weight::from_parts(63_225_285, 0).saturating_mul(g.into()))
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
		// Took at least 2_013_230 ns.
		Weight::from_parts(2_039_681_095, 0)
			.saturating_add(Weight::from_parts(298_261_619, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(147))
			.saturating_add(T::DbWeight::get().reads(10_u64.saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(203))
			.saturating_add(T::DbWeight::get().writes(12_u64.saturating_mul(a.into())))
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
		// Took at least 1_966_681 ns.
		Weight::from_parts(2_126_950_000, 0)
			.saturating_add(Weight::from_parts(92_964_000, 0).saturating_mul(b.into()))
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
		// Took at least 64_386 ns.
		Weight::from_parts(71_528_037, 0)
			.saturating_add(Weight::from_parts(17_796, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(4))
	}
	/// Storage: `Attestation::Commits` (r:0 w:1)
	fn commit_fill() -> Weight {
		// Took at least 16_294 ns.
		Weight::from_parts(25_598_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::Round` (r:1 w:0)
	/// Storage: `Attestation::Attestors` (r:1 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn authorize_commit_fill() -> Weight {
		// Took at least 64_236 ns.
		Weight::from_parts(73_900_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
	}
	/// Storage: `Attestation::Round` (r:1 w:1)
	/// Storage: `Attestation::Commits` (r:1 w:1)
	/// Storage: `Attestation::Order` (r:0 w:1)
	/// `p` was measured from 0 to 2048.
	fn commit_walk(p: u32, ) -> Weight {
		// Took at least 28_692 ns.
		Weight::from_parts(38_901_096, 0)
			.saturating_add(Weight::from_parts(1_289, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Attestation::Round` (r:1 w:0)
	/// Storage: `Attestation::Attestors` (r:1 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// `p` was measured from 0 to 2048.
	fn authorize_commit_walk(p: u32, ) -> Weight {
		// Took at least 64_576 ns.
		Weight::from_parts(72_168_778, 0)
			.saturating_add(Weight::from_parts(1_886, 0).saturating_mul(p.into()))
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
		// Took at least 23_299_627 ns.
		Weight::from_parts(368_337_760, 0)
			.saturating_add(Weight::from_parts(2_126_929, 0).saturating_mul(k.into()))
			.saturating_add(Weight::from_parts(360_634_354, 0).saturating_mul(o.into()))
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
		// Took at least 425_462 ns.
		Weight::from_parts(472_051_000, 0)
			.saturating_add(T::DbWeight::get().reads(31))
			.saturating_add(T::DbWeight::get().writes(28))
	}
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Attestation::Rounds` (r:1 w:0)
	/// Storage: `Attestation::Profiles` (r:1 w:1)
	fn set_profile() -> Weight {
		// Took at least 32_238 ns.
		Weight::from_parts(37_285_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::Parameters` (r:0 w:1)
	fn set_parameters() -> Weight {
		// Took at least 7_110 ns.
		Weight::from_parts(8_202_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::NextDue` (r:1 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Storage: `Attestation::Round` (r:1 w:1)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	fn poll() -> Weight {
		// Took at least 19_068 ns.
		Weight::from_parts(20_730_000, 0)
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
		// Took at least 59_098 ns.
		Weight::from_parts(90_201_857, 0)
			.saturating_add(Weight::from_parts(60_256_714, 0).saturating_mul(g.into()))
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
		// Took at least 351_432 ns.
		Weight::from_parts(402_017_000, 0)
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
		// Took at least 47_340 ns.
		Weight::from_parts(51_616_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Attestation::Roster` (r:2 w:2)
	/// Storage: `Attestation::Picks` (r:1 w:1)
	/// Storage: `Gpus::GpuRecords` (r:1 w:0)
	/// Storage: `Attestation::Places` (r:0 w:2)
	/// Storage: `Attestation::Attestors` (r:0 w:1)
	fn verdict_none() -> Weight {
		// Took at least 47_391 ns.
		Weight::from_parts(53_870_000, 0)
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
		// Took at least 413_174 ns.
		Weight::from_parts(448_326_000, 0)
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
		// Took at least 212_706 ns.
		Weight::from_parts(232_936_000, 0)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(12))
	}
}
