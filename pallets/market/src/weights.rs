//! Weights of `pallet_market`.
//!
//! A placeholder: reads and writes counted by hand, with ample time. The runtime's own weights are made by the benchmark
//! script and replace it; nothing but mocks may use these.

use frame_support::weights::{constants::ParityDbWeight, Weight};

/// What the pallet does at a cost. Of the GPUs of a slot, `hosts` are each of another host, and `others` of these hosts, too.
pub trait WeightInfo {
	/// `rent`, the eviction of spot slots apart.
	fn rent(hosts: u32, others: u32) -> Weight;
	/// `rent` of one GPU, the eviction of a spot slot apart.
	fn rent_one() -> Weight;
	/// `reserve`.
	fn reserve() -> Weight;
	/// `top_up` of a paused slot.
	fn top_up(hosts: u32, others: u32) -> Weight;
	/// `top_up` of a paused slot of one GPU.
	fn top_up_one() -> Weight;
	/// `stop`.
	fn stop(hosts: u32, others: u32) -> Weight;
	/// `stop` of one GPU.
	fn stop_one() -> Weight;
	/// `split_time`.
	fn split_time(hosts: u32, others: u32) -> Weight;
	/// `split_time` of one GPU.
	fn split_time_one() -> Weight;
	/// `split_gpus`.
	fn split_gpus(hosts: u32, others: u32) -> Weight;
	/// `merge` of two slots with so many GPUs together. A host of both counts twice.
	fn merge(hosts: u32, others: u32) -> Weight;
	/// `merge` of two slots of one GPU, each of another host.
	fn merge_ones() -> Weight;
	/// `set_access_key` of a slot of so many hosts that has had another key.
	fn set_access_key(hosts: u32) -> Weight;
	/// `grant_access` to one GPU.
	fn grant_access() -> Weight;
	/// `reject`.
	fn reject(hosts: u32, others: u32) -> Weight;
	/// `reject` of one GPU.
	fn reject_one() -> Weight;
	/// `list`.
	fn list() -> Weight;
	/// `unlist`.
	fn unlist() -> Weight;
	/// `buy`.
	fn buy() -> Weight;
	/// `set_parameters`.
	fn set_parameters() -> Weight;
	/// Looking for what is due next.
	fn agenda_next() -> Weight;
	/// Ending a slot.
	fn end_slot(hosts: u32, others: u32) -> Weight;
	/// Ending a slot of one GPU.
	fn end_slot_one() -> Weight;
	/// Giving a slot its GPUs.
	fn fill_slot(hosts: u32, others: u32) -> Weight;
	/// Giving a slot of one GPU its GPU.
	fn fill_slot_one() -> Weight;
	/// Taking GPUs to which no access was granted out of a slot.
	fn fail_grants(hosts: u32, others: u32) -> Weight;
	/// Taking a GPU to which no access was granted out of its slot.
	fn fail_grants_one() -> Weight;
	/// Evicting as many spot slots of one GPU.
	fn make_room(gpus: u32) -> Weight;
	/// Removing the past of one pool.
	fn reclaim() -> Weight;
	/// Removing what is told of one slot that has ended.
	fn forget() -> Weight;
}

/// So many reads and writes, and as many of each for every GPU.
fn each(gpus: u32, reads: u64, writes: u64, of_gpu: u64) -> Weight {
	let all = u64::from(gpus).saturating_mul(of_gpu);
	Weight::from_parts(50_000_000, 0)
		.saturating_add(ParityDbWeight::get().reads_writes(reads.saturating_add(all), writes.saturating_add(all)))
}

impl WeightInfo for () {
	fn rent(hosts: u32, others: u32) -> Weight {
		each(hosts.saturating_add(others), 25, 25, 8)
	}

	fn rent_one() -> Weight {
		Self::rent(1, 0)
	}

	fn reserve() -> Weight {
		each(0, 20, 20, 0)
	}

	fn top_up(hosts: u32, others: u32) -> Weight {
		each(hosts.saturating_add(others), 20, 15, 4)
	}

	fn top_up_one() -> Weight {
		Self::top_up(1, 0)
	}

	fn stop(hosts: u32, others: u32) -> Weight {
		each(hosts.saturating_add(others), 25, 25, 6)
	}

	fn stop_one() -> Weight {
		Self::stop(1, 0)
	}

	fn split_time(hosts: u32, others: u32) -> Weight {
		each(hosts.saturating_add(others), 20, 30, 8)
	}

	fn split_time_one() -> Weight {
		Self::split_time(1, 0)
	}

	fn split_gpus(hosts: u32, others: u32) -> Weight {
		each(hosts.saturating_add(others), 20, 30, 8)
	}

	fn merge(hosts: u32, others: u32) -> Weight {
		each(hosts.saturating_add(others), 30, 30, 8)
	}

	fn merge_ones() -> Weight {
		Self::merge(2, 0)
	}

	fn set_access_key(hosts: u32) -> Weight {
		each(hosts, 8, 6, 4)
	}

	fn grant_access() -> Weight {
		each(0, 14, 12, 0)
	}

	fn reject(hosts: u32, others: u32) -> Weight {
		each(hosts.saturating_add(others), 25, 25, 8)
	}

	fn reject_one() -> Weight {
		Self::reject(1, 0)
	}

	fn list() -> Weight {
		each(0, 7, 4, 0)
	}

	fn unlist() -> Weight {
		each(0, 7, 4, 0)
	}

	fn buy() -> Weight {
		each(0, 30, 8, 0)
	}

	fn set_parameters() -> Weight {
		each(0, 0, 1, 0)
	}

	fn agenda_next() -> Weight {
		Weight::from_parts(5_000_000, 0).saturating_add(ParityDbWeight::get().reads(2))
	}

	fn end_slot(hosts: u32, others: u32) -> Weight {
		each(hosts.saturating_add(others), 20, 20, 6)
	}

	fn end_slot_one() -> Weight {
		Self::end_slot(1, 0)
	}

	fn fill_slot(hosts: u32, others: u32) -> Weight {
		each(hosts.saturating_add(others), 20, 10, 6)
	}

	fn fill_slot_one() -> Weight {
		Self::fill_slot(1, 0)
	}

	fn fail_grants(hosts: u32, others: u32) -> Weight {
		each(hosts.saturating_add(others), 15, 10, 6)
	}

	fn fail_grants_one() -> Weight {
		Self::fail_grants(1, 0)
	}

	fn make_room(gpus: u32) -> Weight {
		each(gpus, 12, 5, 6)
	}

	fn reclaim() -> Weight {
		each(0, 200, 260, 0)
	}

	fn forget() -> Weight {
		each(0, 4, 4, 0)
	}
}
