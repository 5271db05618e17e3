//! What calls are charged: by the size of the slot that they are about, so that nobody pays for 256 GPUs who has one.
//!
//! A slot is looked up before it is dispatched, which is sound: a slot never gets more GPUs than it was made with, and what is
//! split or merged gets new ids.

use crate::{Config, NextSlot, Pallet, Slots, WeightInfo, MAX_GPUS};
use frame_support::weights::Weight;
use millpond_primitives::SlotId;
use millpond_traits::{Pools, RentalKind};

impl<T: Config> Pallet<T> {
	/// What something costs that is done to `gpus` GPUs: each is of another host, as far as a pool has so many.
	///
	/// `one` is for a single GPU, which most slots have: the line through what up to 256 of them take says little of it.
	/// `weight` takes the number of hosts, and that of the GPUs beyond one of each.
	pub(crate) fn of_gpus(gpus: u32, one: fn() -> Weight, weight: fn(u32, u32) -> Weight) -> Weight {
		if gpus <= 1 {
			return one();
		}
		let hosts = gpus.min(T::Pools::MAX_HOSTS);
		Self::beyond(one(), weight(1, 0), weight(hosts, gpus.saturating_sub(hosts)))
	}

	/// What something costs that costs `least` for the fewest GPUs and is said to cost `line` for these, where the same line says
	/// `begins` for the fewest: never less than it, nor than what it says of the others beside the fewest.
	fn beyond(least: Weight, begins: Weight, line: Weight) -> Weight {
		least.saturating_add(line.saturating_sub(begins)).max(line)
	}

	/// What something costs that is done to all GPUs of a slot.
	pub(crate) fn of_slot(slot: SlotId, one: fn() -> Weight, weight: fn(u32, u32) -> Weight) -> Weight {
		Self::of_gpus(Self::most_gpus(slot), one, weight)
	}

	/// What `merge` costs: each of the two slots has a part of each of its hosts.
	pub(crate) fn merge_weight(first: SlotId, second: SlotId) -> Weight {
		let all = [first, second].map(Self::most_gpus);
		if all == [1, 1] {
			return T::WeightInfo::merge_ones();
		}
		let gpus = all.into_iter().fold(0, u32::saturating_add).min(MAX_GPUS);
		let parts = all.map(|gpus| gpus.min(T::Pools::MAX_HOSTS));
		let parts = parts.into_iter().fold(0, u32::saturating_add).min(gpus);
		let line = T::WeightInfo::merge(parts, gpus.saturating_sub(parts));
		Self::beyond(T::WeightInfo::merge_ones(), T::WeightInfo::merge(2, 0), line)
	}

	/// How many GPUs the slot has at most when a call reaches it.
	fn most_gpus(slot: SlotId) -> u32 {
		match Slots::<T>::get(slot) {
			Some(record) => record.gpus,
			// It has ended, and the call fails.
			None if slot < NextSlot::<T>::get() => 1,
			// An earlier call of the same batch may make it.
			None => MAX_GPUS,
		}
	}

	/// What `set_access_key` costs at most: each host of the slot is paid for another grant.
	pub(crate) fn key_weight(slot: SlotId) -> Weight {
		T::WeightInfo::set_access_key(Self::most_gpus(slot).min(T::Pools::MAX_HOSTS))
	}

	/// What `rent` costs at most.
	pub(crate) fn rent_weight(kind: RentalKind, gpus: u32) -> Weight {
		let evicted = if kind == RentalKind::OnDemand { gpus } else { 0 };
		Self::rented_weight(gpus, evicted)
	}

	/// What a rental of `gpus` GPUs cost for which spot slots made room at the cost of `evicted` of one GPU.
	pub(crate) fn rented_weight(gpus: u32, evicted: u32) -> Weight {
		let rent = Self::of_gpus(gpus, T::WeightInfo::rent_one, T::WeightInfo::rent);
		match evicted {
			// To see that nothing is in the way is part of any rental.
			0 => rent,
			_ => rent.saturating_add(T::WeightInfo::make_room(evicted)),
		}
	}

	/// What `grant_access` to the GPUs of one host costs: each costs at most what it does when a paused slot goes on.
	pub(crate) fn grant_weight(slot: SlotId) -> Weight {
		let others = Self::most_gpus(slot).saturating_sub(1);
		let others = T::WeightInfo::top_up(1, others).saturating_sub(T::WeightInfo::top_up(1, 0));
		T::WeightInfo::grant_access().saturating_add(others)
	}
}
