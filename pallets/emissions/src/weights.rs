//! Weights of `pallet_emissions`.
//!
//! A placeholder: reads and writes counted by hand, with ample time. The runtime's own weights are made by the benchmark
//! script and replace it; nothing but mocks may use these.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// What the pallet does at a cost.
pub trait WeightInfo {
	/// `set_epoch_length`.
	fn set_epoch_length() -> Weight;
	/// `set_parameters`.
	fn set_parameters() -> Weight;
	/// Passing minutes once, their agendas and the end of the epoch apart.
	fn pass_minutes() -> Weight;
	/// Closing an epoch that pays everybody, the oracle being full.
	fn close_epoch() -> Weight;
}

impl WeightInfo for () {
	fn set_epoch_length() -> Weight {
		Weight::from_parts(15_000_000, 0).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}

	fn set_parameters() -> Weight {
		Weight::from_parts(10_000_000, 0).saturating_add(RocksDbWeight::get().writes(1))
	}

	fn pass_minutes() -> Weight {
		// The clock, the time, the network.
		Weight::from_parts(10_000_000, 0).saturating_add(RocksDbWeight::get().reads_writes(3, 1))
	}

	fn close_epoch() -> Weight {
		// Totals, burns, budgets, parameters, length, streams, three accounts, two checkpoints, two summaries; and the
		// price of 16 feeders.
		Weight::from_parts(200_000_000, 0).saturating_add(RocksDbWeight::get().reads_writes(30, 11))
	}
}
