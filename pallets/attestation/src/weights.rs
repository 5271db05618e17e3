//! Weights of `pallet_attestation`.
//!
//! A placeholder: reads and writes counted by hand, with ample time. The runtime's own weights are made by the benchmark
//! script and replace it; nothing but mocks may use these.

use frame_support::weights::{constants::ParityDbWeight, Weight};

/// What the pallet does at a cost.
pub trait WeightInfo {
	/// `set_attestor`.
	fn set_attestor() -> Weight;
	/// `heartbeat` without news of a dark operator with `g` groups.
	fn heartbeat(g: u32) -> Weight;
	/// `heartbeat` of a dark operator with as many groups as can be, with `a` GPUs that went away, which customers had.
	fn heartbeat_away(a: u32) -> Weight;
	/// The same, with `b` GPUs that came back.
	fn heartbeat_back(b: u32) -> Weight;
	/// Whether a heartbeat with news of `c` GPUs may go into a block.
	fn authorize_heartbeat(c: u32) -> Weight;
	/// `commit_fill`.
	fn commit_fill() -> Weight;
	/// Whether a commit to fills may go into a block.
	fn authorize_commit_fill() -> Weight;
	/// `commit_walk` of a roster that takes `p` bytes.
	fn commit_walk(p: u32) -> Weight;
	/// Whether a commit to walks may go into a block.
	fn authorize_commit_walk(p: u32) -> Weight;
	/// `prove` with an answer that holds: `k` KiB of keystream, `o` entries and as many steps opened.
	fn prove(k: u32, o: u32) -> Weight;
	/// What a fraud costs beside finding it.
	fn condemn() -> Weight;
	/// `set_profile`.
	fn set_profile() -> Weight;
	/// `set_parameters`.
	fn set_parameters() -> Weight;
	/// What every block costs.
	fn poll() -> Weight;
	/// Darkening an operator with `g` groups.
	fn darken(g: u32) -> Weight;
	/// Picking a GPU of 100,000 operators.
	fn pick() -> Weight;
	/// Going on to an operator's roster and finishing it.
	fn sweep_operator() -> Weight;
	/// Finding that nothing follows for a GPU, or that it is to be taken off its roster.
	fn verdict_none() -> Weight;
	/// Suspending a GPU that proved nothing, and that a customer has.
	fn verdict_unanswered() -> Weight;
	/// Having a GPU go online.
	fn verdict_passed() -> Weight;
}

fn weight(microseconds: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(microseconds.saturating_mul(1_000_000), 0)
		.saturating_add(ParityDbWeight::get().reads_writes(reads, writes))
}

impl WeightInfo for () {
	fn set_attestor() -> Weight {
		weight(15, 2, 1)
	}

	fn heartbeat(g: u32) -> Weight {
		// Record, parameters, due twice, next due. For each group: pool, group, streams, queue.
		weight(30, 6, 5).saturating_add(weight(60, 7, 5).saturating_mul(g.into()))
	}

	fn heartbeat_away(a: u32) -> Weight {
		// Place, member, round, facts; pools, and the market.
		weight(200, 20, 15).saturating_mul(a.into())
	}

	fn heartbeat_back(b: u32) -> Weight {
		// Place, member, round, facts; tickets and profile.
		weight(60, 12, 8).saturating_mul(b.into())
	}

	fn authorize_heartbeat(c: u32) -> Weight {
		// Record, clock, parameters, genesis; a signature.
		weight(80, 4, 0).saturating_add(Weight::from_parts(50_000, 0).saturating_mul(c.into()))
	}

	fn commit_fill() -> Weight {
		weight(15, 0, 1)
	}

	fn authorize_commit_fill() -> Weight {
		weight(80, 4, 0)
	}

	fn commit_walk(p: u32) -> Weight {
		weight(25, 2, 3).saturating_add(Weight::from_parts(10_000, 0).saturating_mul(p.into()))
	}

	fn authorize_commit_walk(p: u32) -> Weight {
		weight(80, 4, 0).saturating_add(Weight::from_parts(10_000, 0).saturating_mul(p.into()))
	}

	fn prove(k: u32, o: u32) -> Weight {
		// Round, place, attestor, facts, pick, member, commit twice, profile, genesis.
		weight(150, 11, 1)
			.saturating_add(Weight::from_parts(4_000_000, 0).saturating_mul(k.into()))
			.saturating_add(Weight::from_parts(200_000_000, 0).saturating_mul(o.into()))
	}

	fn condemn() -> Weight {
		weight(400, 35, 25)
	}

	fn set_profile() -> Weight {
		weight(15, 3, 1)
	}

	fn set_parameters() -> Weight {
		weight(10, 0, 1)
	}

	fn poll() -> Weight {
		// Randomness, clock, parameters, next due and round.
		weight(15, 5, 2)
	}

	fn darken(g: u32) -> Weight {
		weight(40, 10, 6).saturating_add(weight(60, 7, 6).saturating_mul(g.into()))
	}

	fn pick() -> Weight {
		weight(40, 22, 1)
	}

	fn sweep_operator() -> Weight {
		weight(40, 5, 5)
	}

	fn verdict_none() -> Weight {
		weight(10, 5, 2)
	}

	fn verdict_unanswered() -> Weight {
		weight(420, 38, 27)
	}

	fn verdict_passed() -> Weight {
		weight(120, 20, 14)
	}
}
