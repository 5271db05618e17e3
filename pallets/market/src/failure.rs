//! GPUs that are not there any more, and others that take over.

use crate::{
	metering::count, Config, DarkGroups, Error, Hosted, Pallet, Parts, Phase, Reading, SlotRecordOf, Slots, WeightInfo,
};
use frame_support::{defensive, storage::with_storage_layer, weights::WeightMeter};
use millpond_primitives::{Minute, OperatorId, PoolId, SlotId};
use millpond_traits::{Assigned, Pools};
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// The slot has a GPU no more, which delivered until its group's clock showed `clock`, and is to get another. `at_fault`
	/// answers for the time until then.
	pub(crate) fn lose(id: SlotId, gpu: Assigned, clock: Minute, at_fault: Option<OperatorId>) -> DispatchResult {
		let mut slot = Slots::<T>::get(id).ok_or(Error::<T>::UnknownSlot)?;
		let Assigned { gpu, operator } = gpu;
		let mut part = Parts::<T>::get(id, operator).ok_or(Error::<T>::Inconsistent)?;
		let position = part.gpus.iter().position(|known| *known == gpu);
		part.gpus.remove(position.ok_or(Error::<T>::Inconsistent)?);
		let now = Self::now();
		if let Some(from) = part.reading {
			// The others go on being billed from where they were.
			Self::bill(id, &mut slot, operator, 1, from, Reading { minute: now, clock })?;
		}
		Self::count_out(&mut slot, 1)?;
		Self::store_part(id, slot.pool, operator, &part);
		let since = match (slot.phase, part.reading) {
			(Phase::Running, None) => part.since,
			_ => now,
		};
		if matches!(slot.phase, Phase::Running | Phase::Paused) {
			Self::open_gap(id, &mut slot, at_fault, 1, since)?;
		}
		Self::keep(id, slot);
		Ok(())
	}

	/// Who answers for the loss of a GPU: its host, unless it was to leave by now.
	pub(crate) fn at_fault(gpu: &Assigned) -> Option<OperatorId> {
		let was_to_leave = T::Pools::leaves_at(gpu.gpu).is_some_and(|at| at <= Self::now());
		(!was_to_leave).then_some(gpu.operator)
	}

	/// Looks for slots with GPUs in groups that are dark, and has other GPUs take over.
	pub(crate) fn fail_over_groups(meter: &mut WeightMeter) {
		loop {
			if meter.try_consume(T::WeightInfo::agenda_next()).is_err() {
				return;
			}
			let Some(((pool, operator), last)) = DarkGroups::<T>::iter().next() else {
				return;
			};
			if T::Pools::is_lit(pool, operator) || !Self::fail_over_group(pool, operator, last, meter) {
				DarkGroups::<T>::remove((pool, operator));
			}
		}
	}

	/// Looks at the next slot of a dark group, after `last`. Tells whether there may be more, or the meter is at its end.
	fn fail_over_group(pool: PoolId, operator: OperatorId, last: Option<SlotId>, meter: &mut WeightMeter) -> bool {
		let group = (pool, operator);
		let mut slots = match last {
			Some(last) => Hosted::<T>::iter_key_prefix_from(group, Hosted::<T>::hashed_key_for(group, last)),
			None => Hosted::<T>::iter_key_prefix(group),
		};
		let Some(id) = slots.next() else {
			return false;
		};
		let Some(slot) = Slots::<T>::get(id) else {
			defensive!("a group has a slot that is not there");
			Hosted::<T>::remove(group, id);
			return true;
		};
		// Of one host.
		let others = slot.gpus.saturating_sub(1);
		if meter.try_consume(T::WeightInfo::fail_grants(1, others)).is_err() {
			// The next turn finds the meter at its end, too.
			meter.consume(meter.remaining());
			return true;
		}
		DarkGroups::<T>::insert(group, Some(id));
		if let Err(error) = with_storage_layer(|| Self::fail_over(id, slot, operator)) {
			defensive!("a slot cannot be failed over", error);
		}
		true
	}

	/// Gives back as many of the host's dark GPUs in the slot as others can take over from. The rest stay: they are not
	/// billed while they are dark, and go on when they are lit.
	fn fail_over(id: SlotId, mut slot: SlotRecordOf<T>, operator: OperatorId) -> DispatchResult {
		if slot.phase != Phase::Running {
			return Ok(());
		}
		let mut part = Parts::<T>::get(id, operator).ok_or(DispatchError::Corruption)?;
		let (facts, record) = (Self::facts(slot.pool)?, Self::pool_record(slot.pool));
		let evictable = match slot.is_spot() {
			true => 0,
			false => record.spot.saturating_add(record.leaving),
		};
		let there = facts.idle.saturating_add(evictable).saturating_sub(record.claims);
		let gpus = count(&part.gpus).min(there);
		if gpus > 0 {
			let since = part.reading.map_or(part.since, |_| Self::now());
			Self::withdraw(id, &mut slot, operator, &mut part, gpus)?;
			Self::open_gap(id, &mut slot, Some(operator), gpus, since)?;
			Self::keep(id, slot);
		}
		Ok(())
	}
}
