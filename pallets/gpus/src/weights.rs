//! Weights of `pallet_gpus`.
//!
//! A placeholder: reads and writes counted by hand, with ample time. The runtime's own weights are made by the benchmark
//! script and replace it; nothing but mocks may use these.

#![allow(clippy::arithmetic_side_effects)] // Of small constants.

use crate::MAX_MODELS;
use frame_support::weights::{constants::ParityDbWeight, Weight};

/// What the pallet does at a cost.
pub trait WeightInfo {
	/// `register`.
	fn register() -> Weight;
	/// `update_documents`.
	fn update_documents() -> Weight;
	/// `propose_rehost`, another proposal being in the way.
	fn propose_rehost() -> Weight;
	/// `accept_rehost`, of a GPU that is online, after a notice.
	fn accept_rehost() -> Weight;
	/// `withdraw_proposal`.
	fn withdraw_proposal() -> Weight;
	/// `resign`.
	fn resign() -> Weight;
	/// `retire`, of a GPU that is online, by its host.
	fn retire() -> Weight;
	/// `simulate_status`, the first time online.
	fn simulate_status() -> Weight;
	/// `add_model`, the last one that the catalogue has room for.
	fn add_model() -> Weight;
	/// `change_model`, in a full catalogue.
	fn change_model() -> Weight;
	/// `remove_model`, from a full catalogue.
	fn remove_model() -> Weight;
	/// Having a GPU ask for its model's bond, which was changed.
	fn revalue() -> Weight;
}

/// What one attribute of an NFT takes: itself, the collection, its settings and the item's.
const ATTRIBUTE: (u64, u64) = (4, 2);

/// What a duty takes that is taken on or laid down: the bond, and an attribute.
const DUTY: (u64, u64) = (5, 3);

/// What pools do when a GPU comes or goes.
const POOLS: (u64, u64) = (20, 15);

fn counted(time: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(time, 0).saturating_add(ParityDbWeight::get().reads_writes(reads, writes))
}

impl WeightInfo for () {
	fn register() -> Weight {
		counted(
			300_000_000,
			12 + 4 * ATTRIBUTE.0 + DUTY.0,
			12 + 4 * ATTRIBUTE.1 + DUTY.1,
		)
	}

	fn update_documents() -> Weight {
		counted(50_000_000, 4, 1)
	}

	fn propose_rehost() -> Weight {
		counted(150_000_000, 10, 6)
	}

	fn accept_rehost() -> Weight {
		let reads = 14 + 2 * ATTRIBUTE.0 + 2 * DUTY.0 + POOLS.0;
		counted(300_000_000, reads, 10 + 2 * ATTRIBUTE.1 + 2 * DUTY.1 + POOLS.1)
	}

	fn withdraw_proposal() -> Weight {
		counted(100_000_000, 6, 4)
	}

	fn resign() -> Weight {
		counted(30_000_000, 4, 1)
	}

	fn retire() -> Weight {
		let reads = 14 + 5 * ATTRIBUTE.0 + DUTY.0 + POOLS.0;
		counted(300_000_000, reads, 12 + 5 * ATTRIBUTE.1 + DUTY.1 + POOLS.1)
	}

	fn simulate_status() -> Weight {
		counted(
			150_000_000,
			5 + 2 * ATTRIBUTE.0 + POOLS.0,
			1 + 2 * ATTRIBUTE.1 + POOLS.1,
		)
	}

	fn add_model() -> Weight {
		counted(500_000_000, 3 + u64::from(MAX_MODELS), 4)
	}

	fn change_model() -> Weight {
		counted(500_000_000, 2 + u64::from(MAX_MODELS), 2)
	}

	fn remove_model() -> Weight {
		counted(500_000_000, 3 + u64::from(MAX_MODELS), 3)
	}

	fn revalue() -> Weight {
		// The round, the place of the next one, the GPU, its model, the bond.
		counted(60_000_000, 5, 3)
	}
}
