//! Weights of `pallet_pools`.
//!
//! A placeholder: reads and writes counted by hand, with ample time. The runtime's own weights are made by the benchmark
//! script and replace it; nothing but mocks may use these.

use frame_support::weights::{constants::ParityDbWeight, Weight};

/// What the pallet does at a cost.
pub trait WeightInfo {
	/// `create`.
	fn create() -> Weight;
	/// `announce_terms`.
	fn announce_terms() -> Weight;
	/// `set_prices`.
	fn set_prices() -> Weight;
	/// `invite`.
	fn invite() -> Weight;
	/// `accept`.
	fn accept() -> Weight;
	/// `remove_host`.
	fn remove_host() -> Weight;
	/// `join`.
	fn join() -> Weight;
	/// `announce_leave`.
	fn announce_leave() -> Weight;
	/// `cancel_leave`.
	fn cancel_leave() -> Weight;
	/// `leave`.
	fn leave() -> Weight;
	/// `leave_now`.
	fn leave_now() -> Weight;
	/// `close`.
	fn close() -> Weight;
	/// `claim_gpu` of a GPU with streams in `groups` groups, in which others were settled in the same epoch before.
	fn claim_gpu(groups: u32) -> Weight;
	/// The same of a GPU that has been in one group only, as most have.
	fn claim_gpu_one() -> Weight;
	/// Settling a group and its pool, in an epoch in which nobody has yet, each with a checkpoint that is kept apart.
	fn settle_group() -> Weight;
	/// `claim_host`.
	fn claim_host() -> Weight;
	/// `claim_manager`.
	fn claim_manager() -> Weight;
	/// `set_parameters`.
	fn set_parameters() -> Weight;
	/// Beginning to sweep.
	fn sweep() -> Weight;
	/// Sweeping a GPU.
	fn sweep_gpu() -> Weight;
	/// Sweeping a host.
	fn sweep_host() -> Weight;
	/// Sweeping a pool.
	fn sweep_pool() -> Weight;
}

/// What network, pool and group cost to settle, with their checkpoints.
const LEVELS: (u64, u64) = (8, 6);

fn weight(reads: u64, writes: u64) -> Weight {
	Weight::from_parts(60_000_000, 0).saturating_add(ParityDbWeight::get().reads_writes(reads, writes))
}

/// A settlement down to the group, and so much more.
fn settled(reads: u64, writes: u64) -> Weight {
	let (level_reads, level_writes) = LEVELS;
	weight(level_reads.saturating_add(reads), level_writes.saturating_add(writes))
}

impl WeightInfo for () {
	fn create() -> Weight {
		// Operator, model, bond, parameters, number, and all that a pool and a host have.
		settled(9, 8)
	}

	fn announce_terms() -> Weight {
		settled(4, 1)
	}

	fn set_prices() -> Weight {
		settled(4, 1)
	}

	fn invite() -> Weight {
		weight(3, 1)
	}

	fn accept() -> Weight {
		settled(5, 4)
	}

	fn remove_host() -> Weight {
		settled(9, 4)
	}

	fn join() -> Weight {
		// The GPU and its holder, records of pool, host and GPU, the queue, the GPU before it, streams.
		settled(12, 6)
	}

	fn announce_leave() -> Weight {
		weight(10, 6)
	}

	fn cancel_leave() -> Weight {
		weight(6, 5)
	}

	fn leave() -> Weight {
		settled(11, 8)
	}

	fn leave_now() -> Weight {
		settled(14, 12)
	}

	fn close() -> Weight {
		weight(3, 1)
	}

	fn claim_gpu(groups: u32) -> Weight {
		settled(7, 4).saturating_mul(groups.into())
	}

	fn claim_gpu_one() -> Weight {
		Self::claim_gpu(1)
	}

	fn settle_group() -> Weight {
		settled(0, 0)
	}

	fn claim_host() -> Weight {
		settled(8, 6)
	}

	fn claim_manager() -> Weight {
		settled(8, 6)
	}

	fn set_parameters() -> Weight {
		weight(0, 1)
	}

	fn sweep() -> Weight {
		weight(2, 1)
	}

	fn sweep_gpu() -> Weight {
		settled(12, 9)
	}

	fn sweep_host() -> Weight {
		settled(10, 6)
	}

	fn sweep_pool() -> Weight {
		settled(10, 6)
	}
}
