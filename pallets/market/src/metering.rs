//! Billing what was delivered, by the clocks of the groups, and paying back what was not.

use crate::{Config, Error, Event, Pallet, Parameters, PartRecord, Parts, Phase, Reading, SlotRecordOf, Slots};
use alloc::vec::Vec;
use millpond_primitives::{Credits, GpuId, Minute, OperatorId, SlotId, BASIS_POINTS};
use millpond_traits::{Clock, Deeds, Fact, Operators, Overcount, Pools};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

/// What was missing, and who answers for it.
pub(crate) struct Missed {
	pub operator: Option<OperatorId>,
	pub gpus: u32,
	pub minutes: Minute,
	/// How many of them are nobody's fault.
	pub excused: Minute,
	/// Whether the holder took the GPUs out of the pool.
	pub forgone: bool,
}

impl Reading {
	/// The minutes that were delivered from this reading to a later one.
	fn delivered_until(self, later: Self) -> Minute {
		let passed = later.minute.saturating_sub(self.minute);
		later.clock.saturating_sub(self.clock).min(passed)
	}

	/// The minutes from this reading to a later one that were not delivered, and how many of them are nobody's fault.
	fn missed_until(self, later: Self) -> (Minute, Minute) {
		let passed = later.minute.saturating_sub(self.minute);
		let missed = passed.saturating_sub(self.delivered_until(later));
		(missed, later.excused.saturating_sub(self.excused).min(missed))
	}
}

impl<T: Config> Pallet<T> {
	/// What the clock of the part's group shows now.
	pub(crate) fn reading(slot: &SlotRecordOf<T>, operator: OperatorId) -> Reading {
		Reading {
			minute: Self::now(),
			clock: T::Pools::clock(slot.pool, operator).unwrap_or_default(),
			excused: T::Pools::excused(slot.pool, operator),
		}
	}

	/// Begins to bill the part, or goes on after [`settle`](Self::settle), at the slot's rate. Its GPUs earn that from now on.
	pub(crate) fn switch_on(
		id: SlotId,
		slot: &mut SlotRecordOf<T>,
		operator: OperatorId,
		part: &mut PartRecord,
	) -> DispatchResult {
		T::Pools::set_rate(slot.pool, &part.gpus, id, slot.rate)?;
		if part.reading.is_none() {
			let reading = Self::reading(slot, operator);
			part.reading = Some(reading);
			slot.billed_since = slot.billed_since.or(Some(reading.minute));
		}
		Ok(())
	}

	/// Bills the part up to now and stops: its GPUs are kept and earn nothing.
	pub(crate) fn switch_off(
		id: SlotId,
		slot: &mut SlotRecordOf<T>,
		operator: OperatorId,
		part: &mut PartRecord,
	) -> DispatchResult {
		Self::settle(id, slot, operator, part)?;
		part.reading = None;
		T::Pools::set_rate(slot.pool, &part.gpus, id, 0)
	}

	/// Bills the part up to now.
	///
	/// To be called only where the rates of all its GPUs are set, too: a group or a GPU is darkened in retrospect only as far
	/// as nothing in it has changed, so that what was billed was delivered.
	pub(crate) fn settle(
		id: SlotId,
		slot: &mut SlotRecordOf<T>,
		operator: OperatorId,
		part: &mut PartRecord,
	) -> DispatchResult {
		if let Some(last) = part.reading {
			let now = Self::reading(slot, operator);
			Self::bill(id, slot, operator, count(&part.gpus), last, now)?;
			part.reading = Some(Reading {
				clock: now.clock.max(last.clock),
				..now
			});
		}
		Ok(())
	}

	/// Bills `gpus` GPUs of a host for what they delivered between two readings: burns it, and pays back the rest.
	pub(crate) fn bill(
		id: SlotId,
		slot: &mut SlotRecordOf<T>,
		operator: OperatorId,
		gpus: u32,
		from: Reading,
		to: Reading,
	) -> DispatchResult {
		let delivered = from.delivered_until(to);
		let (minutes, excused) = from.missed_until(to);
		Self::burn(slot, Self::cost(slot.rate, gpus, delivered)?)?;
		Self::tally_delivered(slot, gpus, delivered);
		Self::note_service(operator, gpus, delivered, delivered);
		Self::make_good(
			id,
			slot,
			Missed {
				operator: Some(operator),
				gpus,
				minutes,
				excused,
				forgone: false,
			},
		)
	}

	/// Pays missing time back to the slot's holder, and lets the operator who answers for it compensate the holder, but for what
	/// is nobody's fault. Nobody compensates himself. Where the holder answers for it, only what the holder paid comes back:
	/// otherwise one account's credits could be turned into another's by not delivering.
	pub(crate) fn make_good(id: SlotId, slot: &mut SlotRecordOf<T>, missed: Missed) -> DispatchResult {
		if missed.minutes == 0 || missed.gpus == 0 {
			return Ok(());
		}
		let holder = T::Deeds::holder(id).ok_or(Error::<T>::Inconsistent)?;
		let refund = Self::cost(slot.rate, missed.gpus, missed.minutes)?;
		let answers = |operator| T::Operators::holder(operator).as_ref() == Some(&holder);
		let is_own_fault = missed.forgone || missed.operator.is_some_and(answers);
		match is_own_fault {
			true => Self::refund_own(id, slot, &holder, refund)?,
			false => Self::refund(id, slot, &holder, refund)?,
		}
		let Some(operator) = missed.operator else {
			return Ok(());
		};
		let faulty = missed.minutes.saturating_sub(missed.excused);
		Self::note_service(operator, missed.gpus, faulty, 0);
		let credits = Self::compensation(Self::cost(slot.rate, missed.gpus, faulty)?)?;
		if !is_own_fault {
			Self::compensate(id, operator, &holder, credits);
			slot.tally.compensation = slot.tally.compensation.saturating_add(credits);
		}
		Ok(())
	}

	/// The operator owes the slot's holder so much.
	fn compensate(id: SlotId, operator: OperatorId, holder: &T::AccountId, credits: Credits) {
		if credits > 0 {
			T::Operators::compensate(operator, holder, credits);
			Self::deposit_event(Event::Compensated {
				slot: id,
				operator,
				credits,
			});
		}
	}

	/// Lets a host answer for minutes that were billed for all of its GPUs in a slot, or so many of them, although they were
	/// gone. What was billed is burned, for their pool has earned it: the host owes the holder its price, and the compensation
	/// as for any other missing time.
	pub(crate) fn answer_for(
		id: SlotId,
		operator: OperatorId,
		gpus: Option<u32>,
		overcount: Overcount,
	) -> DispatchResult {
		if overcount.is_empty() {
			return Ok(());
		}
		let (slot, part) = (Slots::<T>::get(id), Parts::<T>::get(id, operator));
		let Some((slot, part)) = slot.zip(part.filter(|part| part.reading.is_some())) else {
			return Ok(());
		};
		// It was billed from then on at the earliest.
		let billed_since = part.since.max(slot.billed_since.unwrap_or_default());
		let (since, until) = (overcount.since.max(billed_since), overcount.until);
		let faulty = until
			.saturating_sub(since)
			.saturating_sub(T::Clock::excused_between(since, until));
		let holder = T::Deeds::holder(id).ok_or(Error::<T>::Inconsistent)?;
		let gpus = gpus.unwrap_or_else(|| count(&part.gpus));
		let price = Self::cost(slot.rate, gpus, faulty)?;
		let credits = price.saturating_add(Self::compensation(price)?);
		if T::Operators::holder(operator).as_ref() != Some(&holder) {
			Self::compensate(id, operator, &holder, credits);
			Slots::<T>::mutate(id, |slot| {
				if let Some(slot) = slot {
					slot.tally.compensation = slot.tally.compensation.saturating_add(credits);
				}
			});
		}
		Ok(())
	}

	/// What missing time of that price costs who answers for it.
	pub(crate) fn compensation(price: Credits) -> Result<Credits, ArithmeticError> {
		let share = Parameters::<T>::get().compensation.get();
		let parts = price.checked_mul(share.into()).ok_or(ArithmeticError::Overflow)?;
		parts
			.checked_div(BASIS_POINTS.into())
			.ok_or(ArithmeticError::DivisionByZero)
	}

	fn tally_delivered(slot: &mut SlotRecordOf<T>, gpus: u32, minutes: Minute) {
		let minutes = u64::from(gpus).saturating_mul(minutes.into());
		slot.tally.delivered = slot.tally.delivered.saturating_add(minutes);
	}

	fn note_service(operator: OperatorId, gpus: u32, promised: Minute, delivered: Minute) {
		if promised > 0 {
			let gpu_minutes = |minutes: Minute| u64::from(gpus).saturating_mul(minutes.into());
			let (promised, delivered) = (gpu_minutes(promised), gpu_minutes(delivered));
			T::Operators::note(operator, Fact::Service { promised, delivered });
		}
	}

	/// What the slot's GPUs have delivered and was not billed yet, in DC.
	pub(crate) fn accrued(slot: &SlotRecordOf<T>, operator: OperatorId, part: &PartRecord) -> Credits {
		let Some(last) = part.reading else {
			return 0;
		};
		let delivered = last.delivered_until(Self::reading(slot, operator));
		Self::cost(slot.rate, count(&part.gpus), delivered).unwrap_or(Credits::MAX)
	}

	/// The GPUs of the slot by hosts, at most 256.
	pub(crate) fn parts_of(id: SlotId) -> Vec<(OperatorId, PartRecord)> {
		Parts::<T>::iter_prefix(id).collect()
	}

	/// From now on the part is kept, unless it is billed.
	pub(crate) fn begin_to_keep(slot: &SlotRecordOf<T>, operator: OperatorId, part: &mut PartRecord) {
		let now = Self::reading(slot, operator);
		(part.since, part.clock) = (now.minute, now.clock);
	}

	/// For how many minutes the part was kept and there.
	fn kept_for(slot: &SlotRecordOf<T>, operator: OperatorId, part: &PartRecord) -> Minute {
		let from = Reading {
			minute: part.since,
			clock: part.clock,
			excused: 0,
		};
		from.delivered_until(Self::reading(slot, operator))
	}

	/// What paying for the minutes for which the parts of a paused slot were kept comes to. Those of others are billed.
	pub(crate) fn cost_of_pause(id: SlotId, slot: &SlotRecordOf<T>) -> Result<Credits, DispatchError> {
		if slot.phase != Phase::Paused {
			return Ok(0);
		}
		Self::parts_of(id).iter().try_fold(0, |sum: Credits, (operator, part)| {
			let cost = Self::cost(slot.rate, count(&part.gpus), Self::kept_for(slot, *operator, part))?;
			Ok(sum.checked_add(cost).ok_or(ArithmeticError::Overflow)?)
		})
	}

	/// Bills a part that was kept and not billed: the slot pays for the minutes in which it was there, all at once.
	pub(crate) fn bill_kept(slot: &mut SlotRecordOf<T>, operator: OperatorId, part: &PartRecord) -> DispatchResult {
		let minutes = Self::kept_for(slot, operator, part);
		Self::tally_delivered(slot, count(&part.gpus), minutes);
		Self::spend_on(slot, &part.gpus, minutes)
	}

	/// The sum of [`cost`](Self::cost) for GPUs that were kept for `minutes` and earned nothing, spent on them at once.
	pub(crate) fn spend_on(slot: &mut SlotRecordOf<T>, gpus: &[GpuId], minutes: Minute) -> DispatchResult {
		let each = Self::cost(slot.rate, 1, minutes)?;
		Self::burn(slot, Self::cost(slot.rate, count(gpus), minutes)?)?;
		T::Pools::spend(slot.pool, gpus, each)
	}
}

/// How many GPUs these are.
pub(crate) fn count(gpus: &[GpuId]) -> u32 {
	u32::try_from(gpus.len()).unwrap_or(u32::MAX)
}
