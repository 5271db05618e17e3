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
	/// `weight` takes the number of hosts, and that of the GPUs beyond one of each.
	pub(crate) fn of_gpus(gpus: u32, weight: fn(u32, u32) -> Weight) -> Weight {
		let hosts = gpus.min(T::Pools::MAX_HOSTS);
		weight(hosts, gpus.saturating_sub(hosts))
	}

	/// What something costs that is done to all GPUs of a slot.
	pub(crate) fn of_slot(slot: SlotId, weight: fn(u32, u32) -> Weight) -> Weight {
		Self::of_gpus(Self::most_gpus(slot), weight)
	}

	/// What something costs that is done to all GPUs of two slots. Each has a part of each of its hosts.
	pub(crate) fn of_slots(one: SlotId, other: SlotId, weight: fn(u32, u32) -> Weight) -> Weight {
		let all = [one, other].map(Self::most_gpus);
		let gpus = all.into_iter().fold(0, u32::saturating_add).min(MAX_GPUS);
		let parts = all.map(|gpus| gpus.min(T::Pools::MAX_HOSTS));
		let parts = parts.into_iter().fold(0, u32::saturating_add).min(gpus);
		weight(parts, gpus.saturating_sub(parts))
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

	/// What `rent` costs at most.
	pub(crate) fn rent_weight(kind: RentalKind, gpus: u32) -> Weight {
		let rent = Self::of_gpus(gpus, T::WeightInfo::rent);
		match kind {
			RentalKind::OnDemand => rent.saturating_add(T::WeightInfo::make_room(gpus)),
			_ => rent,
		}
	}

	/// What `grant_access` to the GPUs of one host costs: each costs at most what it does when a paused slot goes on.
	pub(crate) fn grant_weight(slot: SlotId) -> Weight {
		let others = Self::most_gpus(slot).saturating_sub(1);
		let others = T::WeightInfo::top_up(1, others).saturating_sub(T::WeightInfo::top_up(1, 0));
		T::WeightInfo::grant_access().saturating_add(others)
	}
}
