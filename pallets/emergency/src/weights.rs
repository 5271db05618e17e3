//! Weights of `pallet_emergency`.
//!
//! A placeholder: reads and writes counted by hand, with ample time. The runtime's own weights are made by the benchmark
//! script and replace it; nothing but mocks may use these.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// What the pallet does at a cost.
pub trait WeightInfo {
	/// `pause`.
	fn pause() -> Weight;
	/// `enter_safe_mode`.
	fn enter_safe_mode() -> Weight;
	/// Looking whether a pause ends in a block.
	fn look() -> Weight;
	/// Ending `pauses` pauses.
	fn end_pauses(pauses: u32) -> Weight;
}

impl WeightInfo for () {
	fn pause() -> Weight {
		Weight::from_parts(30_000_000, 0).saturating_add(RocksDbWeight::get().reads_writes(4, 3))
	}

	fn enter_safe_mode() -> Weight {
		Weight::from_parts(20_000_000, 0).saturating_add(RocksDbWeight::get().reads_writes(3, 2))
	}

	fn look() -> Weight {
		RocksDbWeight::get().reads(1)
	}

	fn end_pauses(pauses: u32) -> Weight {
		let each = Weight::from_parts(10_000_000, 0).saturating_add(RocksDbWeight::get().reads_writes(1, 1));
		RocksDbWeight::get()
			.reads_writes(2, 2)
			.saturating_add(each.saturating_mul(pauses.into()))
	}
}
