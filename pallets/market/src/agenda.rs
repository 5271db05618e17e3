//! What is due in a minute, and holds the clock back until it is done.

use crate::{
	Agenda, AgendaKey, Config, Due, EndReason, Event, Gap, Pallet, Parameters, PartRecord, Phase, SlotRecordOf, Slots,
	Stage, WeightInfo, MAX_GPUS, SLICE,
};
use frame_support::{
	defensive,
	storage::{with_storage_layer, StoragePrefixedMap},
	traits::Get,
	weights::{Weight, WeightMeter},
};
use millpond_primitives::{Minute, OperatorId, SlotId};
use millpond_traits::Clock;
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> millpond_traits::Agenda for Pallet<T> {
	fn work_off(now: Minute, meter: &mut WeightMeter) -> bool {
		Self::work_off_entries(now, meter) && {
			// What has failed is looked after when nothing else is due: it is not billed meanwhile.
			Self::fail_over_groups(meter);
			Self::work_off_entries(now, meter)
		}
	}

	fn next_due(now: Minute, until: Minute, meter: &mut WeightMeter) -> Minute {
		if meter.try_consume(T::WeightInfo::agenda_next()).is_err() {
			return now.saturating_add(1).min(until);
		}
		let next = Self::entries_from(now.saturating_add(1)).next();
		next.map_or(until, |key| key.parts().0.min(until))
	}
}

impl<T: Config> Pallet<T> {
	/// The entries from `minute` on, in their order.
	pub(crate) fn entries_from(minute: Minute) -> impl Iterator<Item = AgendaKey> {
		let mut before = Agenda::<T>::final_prefix().to_vec();
		before.extend(minute.to_be_bytes());
		Agenda::<T>::iter_keys_from(before)
	}

	/// Does what is due at `now`. Tells whether nothing is left.
	///
	/// An entry made meanwhile is met, too, if it is due now: it is that of the slot at hand, a stage later or in the same
	/// place again (on-demand time as short as the warning starts, and then its holder is to be warned at once).
	fn work_off_entries(now: Minute, meter: &mut WeightMeter) -> bool {
		for key in Self::entries_from(now) {
			let (minute, id) = key.parts();
			if minute > now {
				break;
			}
			while Agenda::<T>::contains_key(key) {
				if !Self::work_off_one(key, id, meter) {
					return false;
				}
			}
		}
		meter.try_consume(T::WeightInfo::agenda_next()).is_ok()
	}

	/// Does what is due of one slot. Tells whether the meter allowed it.
	fn work_off_one(key: AgendaKey, id: SlotId, meter: &mut WeightMeter) -> bool {
		if meter.try_consume(T::WeightInfo::agenda_next()).is_err() {
			return false;
		}
		let Some(slot) = Slots::<T>::get(id) else {
			defensive!("the agenda has a slot that is not there");
			Agenda::<T>::remove(key);
			return true;
		};
		let stage = slot.due.map_or(Stage::Turn, |due| due.stage);
		if meter.try_consume(Self::entry_weight(stage, slot.gpus)).is_err() {
			return false;
		}
		if let Err(error) = with_storage_layer(|| Self::take_turn(id, slot.clone())) {
			// Time must not stand for one slot: it is tried again later.
			defensive!("a slot cannot be worked off", error);
			let later = Due {
				minute: Self::now().saturating_add(SLICE),
				stage: Stage::Turn,
			};
			Self::keep_until(id, slot, later);
		}
		true
	}

	/// What is due of a slot of `gpus` GPUs costs at most.
	pub(crate) fn entry_weight(stage: Stage, gpus: u32) -> Weight {
		let room = T::WeightInfo::make_room(gpus);
		match stage {
			Stage::Turn => Self::of_gpus(gpus, T::WeightInfo::end_slot_one, T::WeightInfo::end_slot)
				.max(Self::of_gpus(
					gpus,
					T::WeightInfo::fail_grants_one,
					T::WeightInfo::fail_grants,
				))
				.max(room),
			Stage::Fill => Self::of_gpus(gpus, T::WeightInfo::fill_slot_one, T::WeightInfo::fill_slot).max(room),
		}
	}

	/// A slot of the most GPUs has to fit into what a block may spend: it would hold market time back for ever.
	pub(crate) fn ensure_entries_fit() {
		for stage in [Stage::Turn, Stage::Fill] {
			let least = T::WeightInfo::agenda_next().saturating_add(Self::entry_weight(stage, MAX_GPUS));
			assert!(
				least.all_lte(T::MaxClockWeight::get()),
				"a slot of {MAX_GPUS} GPUs does not fit into a block: {least:?} exceeds MaxClockWeight"
			);
		}
	}

	/// Does what is due of the slot now.
	pub(crate) fn take_turn(id: SlotId, mut slot: SlotRecordOf<T>) -> DispatchResult {
		let now = Self::now();
		match slot.phase {
			Phase::Booked if slot.start.saturating_sub(Parameters::<T>::get().notice.get()) <= now => {
				Self::call(&mut slot)?;
			}
			Phase::Called if slot.start <= now => Self::begin(&mut slot)?,
			Phase::Running if slot.end <= now => return Self::run_out(id, slot),
			Phase::Running => return Self::serve(id, slot),
			Phase::Paused if slot.kept_until() <= now => return Self::lapse(id, slot),
			Phase::Paused if slot.relieve_at.is_some_and(|at| at <= now) => {
				slot.relieve_at = None;
				Self::relieve_leaving(id, &mut slot)?;
			}
			Phase::Leaving(reason) if slot.end <= now => return Self::end(id, slot, reason),
			_ => (),
		}
		Self::keep(id, slot);
		Ok(())
	}

	/// The slot starts soon: what it needs is kept free from now on, and spot rentals [make room](Self::make_room),
	/// at the cost that is returned.
	pub(crate) fn call(slot: &mut SlotRecordOf<T>) -> Result<u32, DispatchError> {
		slot.phase = Phase::Called;
		Self::claim(slot, slot.gpus)?;
		Self::make_room(slot.pool, slot.gpus)
	}

	/// The slot starts: it lacks all of its GPUs, and gets them once those that end in this minute have given theirs back.
	fn begin(slot: &mut SlotRecordOf<T>) -> DispatchResult {
		slot.phase = Phase::Running;
		let gap = Gap {
			operator: None,
			paid_until: 0,
			gpus: slot.gpus,
			since: slot.start,
			forgone: false,
		};
		slot.gaps = alloc::vec![gap].try_into().map_err(|_| DispatchError::Corruption)?;
		slot.fill_at = Some(Self::now());
		Ok(())
	}

	/// What a running slot needs.
	fn serve(id: SlotId, mut slot: SlotRecordOf<T>) -> DispatchResult {
		let now = Self::now();
		let due = |minute: Option<Minute>| minute.is_some_and(|minute| minute <= now);
		if slot.due.is_some_and(|due| due.stage == Stage::Fill) {
			if due(slot.fill_at) && !Self::fill(id, &mut slot)? {
				return Self::end(id, slot, EndReason::Failed);
			}
			Self::keep(id, slot);
			return Ok(());
		}
		if !slot.warned && due(slot.warn_at(&Parameters::<T>::get())) {
			slot.warned = true;
			Self::deposit_event(Event::FundsLow {
				slot: id,
				end: slot.end,
			});
		}
		// One of them a turn, which is charged for the costliest: what else is due has a turn after that.
		if due(slot.deliver_by) {
			Self::check_delivery(id, &mut slot)?;
		} else if due(slot.relieve_at) {
			Self::relieve(id, &mut slot)?;
		}
		Self::keep(id, slot);
		Ok(())
	}

	/// What an open slot was funded for is over, or reserved time is. One that has nothing to wait for in a pause, since its
	/// hosts have failed, ends.
	fn run_out(id: SlotId, mut slot: SlotRecordOf<T>) -> DispatchResult {
		let parts = Self::parts_of(id);
		let delivers = |(operator, part): &(OperatorId, PartRecord)| Self::is_served(id, &slot, *operator, part);
		let reason = match (slot.is_open(), parts.iter().any(delivers)) {
			(true, true) => EndReason::Unfunded,
			(true, false) => EndReason::Failed,
			(false, _) => EndReason::Completed,
		};
		if slot.grace == 0 || reason == EndReason::Failed {
			return Self::end(id, slot, reason);
		}
		for (operator, mut part) in parts {
			Self::bill_undeliverable(id, &mut slot, operator, &part)?;
			Self::answer_for_delay(id, &mut slot, operator, &part)?;
			Self::switch_off(id, &mut slot, operator, &mut part)?;
			Self::begin_to_keep(&slot, operator, &mut part);
			crate::Parts::<T>::insert(id, operator, part);
		}
		Self::settle_gaps(id, &mut slot)?;
		(slot.phase, slot.deliver_by) = (Phase::Paused, None);
		Self::keep_paused(id, slot);
		Ok(())
	}

	/// The grace time of a paused slot is over. While the chain made no block nobody could top it up: for as many minutes its
	/// GPUs are kept longer, as far as they are free.
	fn lapse(id: SlotId, mut slot: SlotRecordOf<T>) -> DispatchResult {
		let more = T::Clock::excused_since(slot.end).saturating_sub(slot.excused);
		if more == 0 || !Self::extend_grace(&mut slot, more)? {
			return Self::end(id, slot, EndReason::Unfunded);
		}
		Self::keep_paused(id, slot);
		Ok(())
	}

	fn keep_paused(id: SlotId, slot: SlotRecordOf<T>) {
		Self::deposit_event(Event::Paused {
			slot: id,
			kept_until: slot.kept_until(),
		});
		Self::keep(id, slot);
	}
}
