//! Weights of `pallet_operators`.
//!
//! A placeholder: reads and writes counted by hand, with ample time. The runtime's own weights are made by the benchmark
//! script and replace it; nothing but mocks may use these.

#![allow(clippy::arithmetic_side_effects)] // Of small constants.

use frame_support::weights::{constants::ParityDbWeight, Weight};

/// What the pallet does at a cost.
pub trait WeightInfo {
	/// `register`.
	fn register() -> Weight;
	/// `set_profile`.
	fn set_profile() -> Weight;
	/// `bond_more` of an operator that was suspended and hosts in as many pools as it can.
	fn bond_more() -> Weight;
	/// `unbond`.
	fn unbond() -> Weight;
	/// `withdraw`, everything that can be unbonding being due.
	fn withdraw() -> Weight;
	/// `retire`, with everything that an operator can have had.
	fn retire() -> Weight;
	/// `set_parameters`.
	fn set_parameters() -> Weight;
	/// Settling a compensation that is due, the oracle being full.
	fn settle_compensation() -> Weight;
	/// Finding out that no bond has to be reviewed.
	fn reviews() -> Weight;
	/// Reviewing a bond, as a call or in its turn: its operator is suspended, and hosts in as many pools as it can.
	fn review_bond() -> Weight;
}

/// What one attribute of an NFT takes: itself, the collection, its settings and the item's.
const ATTRIBUTE: (u64, u64) = (4, 2);

/// What the price takes, of 16 feeders.
const PRICE: u64 = 20;

/// In how many pools an operator hosts at most.
const GROUPS: u64 = 32;

impl WeightInfo for () {
	fn register() -> Weight {
		// The number, parameters, two accounts, bond, reputation, profile, the NFT, four attributes.
		Weight::from_parts(250_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads_writes(12 + 4 * ATTRIBUTE.0, 12 + 4 * ATTRIBUTE.1))
	}

	fn set_profile() -> Weight {
		Weight::from_parts(80_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads_writes(1 + 2 * ATTRIBUTE.0, 1 + 2 * ATTRIBUTE.1))
	}

	fn bond_more() -> Weight {
		Weight::from_parts(120_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads_writes(4 + ATTRIBUTE.0, 3 + ATTRIBUTE.1))
			.saturating_add(Self::review_bond())
	}

	fn unbond() -> Weight {
		Weight::from_parts(60_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads_writes(4 + ATTRIBUTE.0, 1 + ATTRIBUTE.1))
			.saturating_add(Self::review_bond())
	}

	fn withdraw() -> Weight {
		Weight::from_parts(80_000_000, 0).saturating_add(ParityDbWeight::get().reads_writes(5, 3))
	}

	fn retire() -> Weight {
		Weight::from_parts(200_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads_writes(12 + 5 * ATTRIBUTE.0, 12 + 5 * ATTRIBUTE.1))
	}

	fn set_parameters() -> Weight {
		Weight::from_parts(10_000_000, 0).saturating_add(ParityDbWeight::get().writes(1))
	}

	fn settle_compensation() -> Weight {
		// The queue, the compensation, the clock, parameters, bond, payments, two accounts, an attribute.
		Weight::from_parts(150_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads_writes(9 + PRICE + ATTRIBUTE.0, 6 + ATTRIBUTE.1))
	}

	fn reviews() -> Weight {
		Weight::from_parts(10_000_000, 0).saturating_add(ParityDbWeight::get().reads_writes(2, 1))
	}

	fn review_bond() -> Weight {
		// The bond, the clock, excused time, the place of the next one; where it hosts, and the queue of each pool.
		Weight::from_parts(900_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads_writes(5 + PRICE + GROUPS, 2 + GROUPS))
	}
}
