//! GPUs that are not there any more, and others that take over.

use crate::{
	metering::count, Config, DarkGroup, DarkGroups, Error, Gap, Hosted, Pallet, Parts, Phase, Reading, SlotRecordOf,
	Slots, WeightInfo, MADE_GOOD_AFTER, SLICE,
};
use alloc::vec::Vec;
use frame_support::{defensive, storage::with_storage_layer, weights::WeightMeter};
use millpond_primitives::{Minute, OperatorId, PoolId, SlotId};
use millpond_traits::{Assigned, Clock, Pools};
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// The slot has a GPU no more, which delivered until its group's clock showed `clock`, and is to get another. `at_fault`
	/// answers for the time until then, which was paid for until `paid_until`. `forgone`: the slot's holder took it out of the
	/// pool.
	pub(crate) fn lose(
		id: SlotId,
		gpu: Assigned,
		clock: Minute,
		at_fault: Option<OperatorId>,
		paid_until: Minute,
		forgone: bool,
	) -> DispatchResult {
		let mut slot = Slots::<T>::get(id).ok_or(Error::<T>::UnknownSlot)?;
		let Assigned { gpu, operator } = gpu;
		let mut part = Parts::<T>::get(id, operator).ok_or(Error::<T>::Inconsistent)?;
		let position = part.gpus.iter().position(|known| *known == gpu);
		part.gpus.remove(position.ok_or(Error::<T>::Inconsistent)?);
		let now = Self::now();
		if let Some(from) = part.reading {
			// The others go on being billed from where they were.
			let present = Self::reading(&slot, operator);
			let gone = present.clock.saturating_sub(clock);
			let excused = T::Clock::excused_since(now.saturating_sub(gone));
			let until = Reading {
				clock,
				excused: present.excused.saturating_add(excused),
				..present
			};
			Self::bill(id, &mut slot, operator, 1, from, until)?;
		}
		Self::count_out(&mut slot, 1)?;
		Self::store_part(id, slot.pool, operator, &part);
		let since = match (slot.phase, part.reading) {
			(Phase::Running, None) => part.since,
			_ => now,
		};
		if matches!(slot.phase, Phase::Running | Phase::Paused) {
			let gap = Gap {
				operator: at_fault,
				paid_until,
				gpus: 1,
				since,
				forgone,
			};
			Self::add_gap(id, &mut slot, gap)?;
		}
		Self::keep(id, slot);
		Ok(())
	}

	/// Who answers for the loss of a GPU: its host, unless it was to leave by now.
	pub(crate) fn at_fault(gpu: &Assigned) -> Option<OperatorId> {
		let was_to_leave = T::Pools::leaves_at(gpu.gpu).is_some_and(|at| at <= Self::now());
		(!was_to_leave).then_some(gpu.operator)
	}

	/// Looks for slots with GPUs in groups that are dark: they are to be relieved now.
	pub(crate) fn fail_over_groups(meter: &mut WeightMeter) {
		loop {
			if meter.try_consume(T::WeightInfo::agenda_next()).is_err() {
				return;
			}
			let Some((group, dark)) = DarkGroups::<T>::iter().next() else {
				return;
			};
			if !Self::fail_over_group(group, dark, meter) {
				DarkGroups::<T>::remove(group);
			}
		}
	}

	/// Looks at the next slot of a group that went dark: its host answers for what was billed all the same, and if the group is
	/// dark still, the slot is to be relieved. Tells whether there may be more, or the meter is at its end.
	fn fail_over_group(group: (PoolId, OperatorId), dark: DarkGroup, meter: &mut WeightMeter) -> bool {
		let (pool, operator) = group;
		let is_lit = T::Pools::is_lit(pool, operator);
		if is_lit && dark.overcount.is_empty() {
			return false;
		}
		let mut slots = match dark.last {
			Some(last) => Hosted::<T>::iter_key_prefix_from(group, Hosted::<T>::hashed_key_for(group, last)),
			None => Hosted::<T>::iter_key_prefix(group),
		};
		let Some(id) = slots.next() else {
			return false;
		};
		let Some(mut slot) = Slots::<T>::get(id) else {
			defensive!("a group has a slot that is not there");
			Hosted::<T>::remove(group, id);
			return true;
		};
		// More than a new place in the agenda costs.
		if meter.try_consume(T::WeightInfo::fail_grants_one()).is_err() {
			// The next turn finds the meter at its end, too.
			meter.consume(meter.remaining());
			return true;
		}
		DarkGroups::<T>::insert(group, DarkGroup { last: Some(id), ..dark });
		if let Err(error) = with_storage_layer(|| Self::answer_for(id, operator, None, dark.overcount)) {
			defensive!("what was billed of a dark group cannot be compensated", error);
		}
		// A paused slot is looked at when it goes on.
		if slot.phase == Phase::Running && !is_lit {
			slot.relieve_by(Self::now());
			Self::keep(id, slot);
		}
		true
	}

	/// Has others take over from the slot's GPUs that leave the pool now and from those in dark groups, and pays back what has
	/// been missing for long. Looks again every slice, as long as any of them is dark or missing.
	pub(crate) fn relieve(id: SlotId, slot: &mut SlotRecordOf<T>) -> DispatchResult {
		let now = Self::now();
		slot.relieve_at = None;
		if slot.gaps.iter().any(|gap| is_overdue(gap.since, now)) {
			Self::settle_gaps(id, slot)?;
		}
		Self::relieve_leaving(id, slot)?;
		Self::relieve_dark(id, slot)?;
		if slot.missing() > 0 {
			slot.fill_at = Some(now);
		}
		Ok(())
	}

	/// Gives back the GPUs of the slot that leave the pool now. Nobody is at fault.
	pub(crate) fn relieve_leaving(id: SlotId, slot: &mut SlotRecordOf<T>) -> DispatchResult {
		let now = Self::now();
		for (operator, mut part) in Self::parts_of(id) {
			let mut leaving = Vec::new();
			for gpu in &part.gpus {
				match T::Pools::leaves_at(*gpu) {
					Some(at) if at <= now => leaving.push(*gpu),
					Some(at) => slot.relieve_by(at),
					None => (),
				}
			}
			if leaving.is_empty() {
				continue;
			}
			// Those that leave are moved to the end, from where GPUs are taken.
			part.gpus.sort_by_key(|gpu| leaving.contains(gpu));
			let since = part.reading.map_or(part.since, |_| now);
			Self::withdraw(id, slot, operator, &mut part, count(&leaving))?;
			Self::open_gap(id, slot, None, count(&leaving), since)?;
		}
		Ok(())
	}

	/// Gives back as many of the slot's GPUs in dark groups as others can take over from. The rest stay: they are not billed
	/// while they are dark, and go on when they are lit.
	fn relieve_dark(id: SlotId, slot: &mut SlotRecordOf<T>) -> DispatchResult {
		let now = Self::now();
		let mut others = Self::others(slot)?;
		for (operator, mut part) in Self::parts_of(id) {
			if T::Pools::is_lit(slot.pool, operator) {
				continue;
			}
			let gpus = count(&part.gpus).min(others);
			others = others.saturating_sub(gpus);
			if gpus > 0 {
				let since = part.reading.map_or(part.since, |_| now);
				Self::withdraw(id, slot, operator, &mut part, gpus)?;
				Self::open_gap(id, slot, Some(operator), gpus, since)?;
			}
			if part.gpus.is_empty() {
				continue;
			}
			slot.relieve_by(now.saturating_add(SLICE));
			if part.reading.is_some_and(|last| is_overdue(last.minute, now)) {
				Self::settle(id, slot, operator, &mut part)?;
				Self::switch_on(id, slot, operator, &mut part)?;
				Parts::<T>::insert(id, operator, part);
			}
		}
		Ok(())
	}

	/// How many GPUs could take over from those of the slot: idle ones that nobody waits for and, unless it is a spot slot
	/// itself, those that spot makes room with.
	pub(crate) fn others(slot: &SlotRecordOf<T>) -> Result<u32, DispatchError> {
		let (facts, record) = (Self::facts(slot.pool)?, Self::pool_record(slot.pool));
		let evictable = match slot.is_spot() {
			true => 0,
			false => record.spot.saturating_add(record.leaving),
		};
		Ok(facts.idle.saturating_add(evictable).saturating_sub(record.claims))
	}
}

/// Whether what is missing since then is to be paid back.
fn is_overdue(since: Minute, now: Minute) -> bool {
	now.saturating_sub(since) >= MADE_GOOD_AFTER
}
