//! Weights of `pallet_attestation`, measured on the compiled runtime. Do not edit: made by
//!
//! `scripts/weights.sh pallet_attestation`
//!
//! from the template `tools/bencher/weights.hbs`, 10 steps of 5 runs,
//! on 2026-11-21, on Intel(R) Xeon(R) Processor.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_attestation::WeightInfo for WeightInfo<T> {
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Attestation::Attestors` (r:1 w:1)
	fn set_attestor() -> Weight {
		// Took at least 18_820 ns.
		Weight::from_parts(23_594_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::Attestors` (r:1 w:1)
	/// Storage: `Attestation::Places` (r:512 w:256)
	/// Storage: `Attestation::Roster` (r:256 w:512)
	/// Storage: `Attestation::Rounds` (r:1 w:0)
	/// Storage: `Gpus::GpuRecords` (r:512 w:512)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Pools::Members` (r:512 w:0)
	/// Storage: `Attestation::Profiles` (r:1 w:0)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	/// Storage: `Attestation::Tickets` (r:1 w:1)
	/// Storage: `Pools::Hosting` (r:1 w:0)
	/// Storage: `Attestation::NextDue` (r:1 w:1)
	/// Storage: `Attestation::Due` (r:0 w:1)
	/// `a` was measured from 0 to 256.
	/// `b` was measured from 0 to 256.
	fn heartbeat(a: u32, b: u32, g: u32, ) -> Weight {
		// Estimated, not measured: run scripts/weights.sh pallet_attestation.
		Weight::from_parts(200_000_000, 0)
			.saturating_add(Weight::from_parts(350_000_000, 0).saturating_mul(a.into()))
			.saturating_add(Weight::from_parts(150_000_000, 0).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(g.into()))
			.saturating_add(T::DbWeight::get().reads(37))
			.saturating_add(T::DbWeight::get().reads(12_u64.saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().reads(6_u64.saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().reads(7_u64.saturating_mul(g.into())))
			.saturating_add(T::DbWeight::get().writes(19))
			.saturating_add(T::DbWeight::get().writes(13_u64.saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().writes(9_u64.saturating_mul(g.into())))
	}
	/// Storage: `Attestation::Attestors` (r:1 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// `c` was measured from 0 to 512.
	fn authorize_heartbeat(c: u32, ) -> Weight {
		// Took at least 60_202 ns.
		Weight::from_parts(63_341_938, 0)
			.saturating_add(Weight::from_parts(9_621, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(4))
	}
	/// Storage: `Attestation::Commits` (r:0 w:1)
	fn commit_fill() -> Weight {
		// Took at least 12_198 ns.
		Weight::from_parts(16_437_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::Round` (r:1 w:0)
	/// Storage: `Attestation::Attestors` (r:1 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn authorize_commit_fill() -> Weight {
		// Took at least 61_360 ns.
		Weight::from_parts(66_268_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
	}
	/// Storage: `Attestation::Round` (r:1 w:1)
	/// Storage: `Attestation::Commits` (r:1 w:1)
	/// Storage: `Attestation::Order` (r:0 w:1)
	/// `p` was measured from 0 to 2048.
	fn commit_walk(p: u32, ) -> Weight {
		// Took at least 23_431 ns.
		Weight::from_parts(27_625_440, 0)
			.saturating_add(Weight::from_parts(1_795, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Attestation::Round` (r:1 w:0)
	/// Storage: `Attestation::Attestors` (r:1 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// `p` was measured from 0 to 2048.
	fn authorize_commit_walk(p: u32, ) -> Weight {
		// Took at least 60_585 ns.
		Weight::from_parts(63_827_374, 0)
			.saturating_add(Weight::from_parts(1_951, 0).saturating_mul(p.into()))
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
		// Took at least 8_921_924 ns.
		Weight::from_parts(8_997_315_000, 0)
			.saturating_add(Weight::from_parts(1_597_254, 0).saturating_mul(k.into()))
			.saturating_add(Weight::from_parts(45_770_975, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Nfts::Item` (r:2 w:0)
	/// Storage: `Nfts::Collection` (r:2 w:2)
	/// Storage: `Nfts::Attribute` (r:2 w:2)
	/// Storage: `Pools::Members` (r:1 w:0)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Operators::Bonds` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Operators::Reputations` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:0)
	/// Storage: `Gpus::Devices` (r:0 w:1)
	fn condemn() -> Weight {
		// Estimated, not measured: run scripts/weights.sh pallet_attestation.
		Weight::from_parts(600_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(34))
			.saturating_add(T::DbWeight::get().writes(30))
	}
	/// Storage: `Gpus::Models` (r:1 w:0)
	/// Storage: `Attestation::Rounds` (r:1 w:0)
	/// Storage: `Attestation::Profiles` (r:1 w:1)
	fn set_profile() -> Weight {
		// Took at least 26_473 ns.
		Weight::from_parts(30_509_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::Parameters` (r:0 w:1)
	fn set_parameters() -> Weight {
		// Took at least 5_590 ns.
		Weight::from_parts(6_596_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::NextDue` (r:1 w:0)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Storage: `Attestation::Round` (r:1 w:1)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	fn poll() -> Weight {
		// Took at least 16_151 ns.
		Weight::from_parts(17_702_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Attestation::NextDue` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Attestation::Due` (r:2 w:1)
	/// Storage: `Attestation::Attestors` (r:1 w:1)
	/// Storage: `Emissions::Excused` (r:1 w:0)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	/// Storage: `Pools::Hosting` (r:1 w:1)
	/// Storage: `Operators::Reputations` (r:1 w:1)
	/// Storage: `Emissions::Streams` (r:1 w:0)
	fn darken(g: u32, ) -> Weight {
		// Estimated, not measured: run scripts/weights.sh pallet_attestation.
		Weight::from_parts(60_000_000, 0)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(g.into()))
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().reads(7_u64.saturating_mul(g.into())))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(T::DbWeight::get().writes(9_u64.saturating_mul(g.into())))
	}
	/// Storage: `Attestation::Order` (r:17 w:0)
	/// Storage: `Attestation::Commits` (r:1 w:0)
	/// Storage: `Attestation::Roster` (r:1 w:0)
	/// Storage: `Attestation::Picks` (r:0 w:1)
	fn pick() -> Weight {
		// Took at least 340_122 ns.
		Weight::from_parts(367_301_000, 0)
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
		// Took at least 39_630 ns.
		Weight::from_parts(46_388_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Attestation::Roster` (r:2 w:2)
	/// Storage: `Attestation::Picks` (r:1 w:1)
	/// Storage: `Gpus::GpuRecords` (r:1 w:0)
	/// Storage: `Attestation::Places` (r:0 w:2)
	/// Storage: `Attestation::Attestors` (r:0 w:1)
	fn verdict_none() -> Weight {
		// Took at least 39_096 ns.
		Weight::from_parts(43_223_000, 0)
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
	/// Storage: `Attestation::Rounds` (r:1 w:0)
	/// Storage: `Attestation::Tickets` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Pools::Members` (r:1 w:0)
	fn verdict_unanswered() -> Weight {
		// Estimated, not measured: run scripts/weights.sh pallet_attestation.
		Weight::from_parts(650_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(37))
			.saturating_add(T::DbWeight::get().writes(32))
	}
	/// Storage: `Attestation::Roster` (r:1 w:1)
	/// Storage: `Attestation::Picks` (r:1 w:1)
	/// Storage: `Gpus::GpuRecords` (r:1 w:1)
	/// Storage: `Emissions::ClockState` (r:1 w:0)
	/// Storage: `Nfts::Item` (r:1 w:0)
	/// Storage: `Nfts::Collection` (r:1 w:1)
	/// Storage: `Nfts::Attribute` (r:1 w:1)
	/// Storage: `Pools::Members` (r:1 w:0)
	fn verdict_passed() -> Weight {
		// Estimated, not measured: run scripts/weights.sh pallet_attestation.
		Weight::from_parts(250_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(13))
	}
}
