//! Weights of `pallet_data_credits`.
//!
//! A placeholder: reads and writes counted by hand for 16 feeders, with ample time. The runtime's own weights are made by
//! the benchmark script and replace it; nothing but mocks may use these.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// What the pallet does at a cost.
pub trait WeightInfo {
	/// `burn`, the oracle being full.
	fn burn() -> Weight;
	/// `burn_for`, the oracle being full and an expired reference in the way.
	fn burn_for() -> Weight;
	/// `set_parameters`.
	fn set_parameters() -> Weight;
	/// Taking the price after a feeder's value, the oracle being full.
	fn observe() -> Weight;
	/// Forgetting one expired reference.
	fn reclaim_reference() -> Weight;
}

/// The feeders that [`()`] counts with.
const FEEDERS: u64 = 16;

impl WeightInfo for () {
	fn burn() -> Weight {
		// Parameters, price, members, each value; mints, spends, totals, BCT account, DC and its account, the account itself.
		Weight::from_parts(150_000_000, 0).saturating_add(RocksDbWeight::get().reads_writes(10 + FEEDERS, 6))
	}

	fn burn_for() -> Weight {
		// And the reference, its expiry, the processor's hold, the cursor, twice.
		Weight::from_parts(250_000_000, 0).saturating_add(RocksDbWeight::get().reads_writes(16 + FEEDERS, 13))
	}

	fn set_parameters() -> Weight {
		Weight::from_parts(10_000_000, 0).saturating_add(RocksDbWeight::get().writes(1))
	}

	fn observe() -> Weight {
		Weight::from_parts(60_000_000, 0).saturating_add(RocksDbWeight::get().reads_writes(4 + FEEDERS, 2))
	}

	fn reclaim_reference() -> Weight {
		Weight::from_parts(60_000_000, 0).saturating_add(RocksDbWeight::get().reads_writes(5, 5))
	}
}
