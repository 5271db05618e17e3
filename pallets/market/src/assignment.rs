//! Giving GPUs to slots: idle ones first come, first served, and those that spot rentals make room with.

use crate::{
	calendar::slice_of, metering::Missed, Config, Error, Event, Gap, Hosted, Pallet, Parameters, PartRecord, Parts,
	Phase, PoolRecord, SlotRecordOf, Slots, Spot, SLICE,
};
use alloc::vec::Vec;
use frame_support::ensure;
use millpond_primitives::{Minute, OperatorId, PoolId, SlotId};
use millpond_traits::{Assigned, Clock, Deeds, Fact, Operators, PoolFacts, Pools};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

fn add(to: &mut u32, more: u32) -> DispatchResult {
	*to = to.checked_add(more).ok_or(ArithmeticError::Overflow)?;
	Ok(())
}

fn take(from: &mut u32, less: u32) -> DispatchResult {
	*from = from.checked_sub(less).ok_or(ArithmeticError::Underflow)?;
	Ok(())
}

/// What the eviction of a slot frees, and what it takes beside that.
struct Eviction {
	/// The GPUs that are free after the notice.
	gpus: u32,
	/// The gaps for which somebody answered until then.
	gaps: u32,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn facts(pool: PoolId) -> Result<PoolFacts, DispatchError> {
		Ok(T::Pools::facts(pool).ok_or(Error::<T>::UnknownPool)?)
	}

	/// How many GPUs nobody waits for.
	pub(crate) fn unclaimed(facts: &PoolFacts, record: &PoolRecord) -> u32 {
		facts.idle.saturating_sub(record.claims)
	}

	/// A protected slot waits for `gpus` GPUs: nobody else is given them.
	pub(crate) fn claim(slot: &SlotRecordOf<T>, gpus: u32) -> DispatchResult {
		match slot.is_spot() || gpus == 0 {
			true => Ok(()),
			false => Self::with_pool(slot.pool, |record| add(&mut record.claims, gpus)),
		}
	}

	/// It does not wait for them any more.
	pub(crate) fn unclaim(slot: &SlotRecordOf<T>, gpus: u32) -> DispatchResult {
		match slot.is_spot() || gpus == 0 {
			true => Ok(()),
			false => Self::with_pool(slot.pool, |record| take(&mut record.claims, gpus)),
		}
	}

	/// The slot has `gpus` GPUs more.
	fn count_in(slot: &mut SlotRecordOf<T>, gpus: u32) -> DispatchResult {
		add(&mut slot.assigned, gpus)?;
		match slot.is_spot() {
			true => Self::with_pool(slot.pool, |record| add(&mut record.spot, gpus)),
			false => Ok(()),
		}
	}

	/// The slot has `gpus` GPUs less.
	pub(crate) fn count_out(slot: &mut SlotRecordOf<T>, gpus: u32) -> DispatchResult {
		take(&mut slot.assigned, gpus)?;
		match (slot.is_spot(), slot.phase) {
			(false, _) => Ok(()),
			(true, Phase::Leaving(_)) => Self::with_pool(slot.pool, |record| take(&mut record.leaving, gpus)),
			(true, _) => Self::with_pool(slot.pool, |record| take(&mut record.spot, gpus)),
		}
	}

	/// A spot slot goes on until its end and ends then: it is not evicted any more.
	pub(crate) fn count_leaving(id: SlotId, slot: &SlotRecordOf<T>) -> DispatchResult {
		if slot.is_spot() {
			Spot::<T>::remove(slot.pool, crate::Descending::from(id));
			Self::with_pool(slot.pool, |record| {
				take(&mut record.spot, slot.assigned)?;
				add(&mut record.leaving, slot.assigned)
			})?;
		}
		Ok(())
	}

	/// Gives the slot `gpus` of the pool's idle GPUs, which are there. The hosts that `late` names have failed in it before.
	pub(crate) fn assign(id: SlotId, slot: &mut SlotRecordOf<T>, gpus: u32, late: &[OperatorId]) -> DispatchResult {
		let mut assigned = T::Pools::take(slot.pool, gpus, id)?;
		ensure!(
			assigned.len() == usize::try_from(gpus).unwrap_or(usize::MAX),
			Error::<T>::Inconsistent
		);
		assigned.sort_by_key(|gpu| gpu.operator);
		assigned
			.chunk_by(|one, other| one.operator == other.operator)
			.try_for_each(|chunk| Self::assign_of_host(id, slot, chunk, late))?;
		Self::count_in(slot, gpus)
	}

	fn assign_of_host(
		id: SlotId,
		slot: &mut SlotRecordOf<T>,
		gpus: &[Assigned],
		late: &[OperatorId],
	) -> DispatchResult {
		let Some(operator) = gpus.first().map(|gpu| gpu.operator) else {
			return Ok(());
		};
		let now = Self::now();
		let mut part = Parts::<T>::get(id, operator).unwrap_or_default();
		let is_new = part.gpus.is_empty();
		Self::settle(id, slot, operator, &mut part)?;
		for Assigned { gpu, .. } in gpus {
			part.gpus.try_push(*gpu).map_err(|_| Error::<T>::Inconsistent)?;
			if let Some(at) = T::Pools::leaves_at(*gpu) {
				// Not in this minute: turns come before GPUs are given out.
				slot.relieve_by(at.max(now.saturating_add(1)));
			}
		}
		Self::begin_to_keep(slot, operator, &mut part);
		part.granted = None;
		part.late |= late.contains(&operator);
		let is_delivered = Self::is_delivered(id, slot, &part);
		if !is_delivered {
			Self::expect_delivery(slot);
		}
		// Who has set no key pays at once. A host that is billed already has the time for a grant for the new ones.
		if is_delivered || part.reading.is_some() {
			Self::switch_on(id, slot, operator, &mut part)?;
		}
		Parts::<T>::insert(id, operator, part);
		if is_new {
			Hosted::<T>::insert((slot.pool, operator), id, ());
		}
		Self::deposit_event(Event::GpusAssigned {
			slot: id,
			operator,
			gpus: u32::try_from(gpus.len()).unwrap_or(u32::MAX),
		});
		Ok(())
	}

	/// Takes `gpus` GPUs of a host out of the slot and gives them back to their pool, billed up to now. The others go on
	/// being billed from where they were. Stores the part.
	pub(crate) fn withdraw(
		id: SlotId,
		slot: &mut SlotRecordOf<T>,
		operator: OperatorId,
		part: &mut PartRecord,
		gpus: u32,
	) -> DispatchResult {
		if let Some(from) = part.reading {
			let now = Self::reading(slot, operator);
			Self::bill(id, slot, operator, gpus, from, now)?;
		}
		let mut gone = Vec::new();
		for _ in 0..gpus {
			gone.push(part.gpus.pop().ok_or(Error::<T>::Inconsistent)?);
		}
		T::Pools::give_back(slot.pool, &gone)?;
		Self::count_out(slot, gpus)?;
		Self::store_part(id, slot.pool, operator, part);
		Ok(())
	}

	/// Stores the part, or removes what there is of it if no GPU is left.
	pub(crate) fn store_part(id: SlotId, pool: PoolId, operator: OperatorId, part: &PartRecord) {
		if part.gpus.is_empty() {
			Parts::<T>::remove(id, operator);
			Hosted::<T>::remove((pool, operator), id);
			crate::Grants::<T>::remove(id, operator);
		} else {
			Parts::<T>::insert(id, operator, part);
		}
	}

	/// The slot lacks `gpus` GPUs from `since` on: it is to get others at once.
	pub(crate) fn open_gap(
		id: SlotId,
		slot: &mut SlotRecordOf<T>,
		operator: Option<OperatorId>,
		gpus: u32,
		since: Minute,
	) -> DispatchResult {
		let gap = Gap {
			operator,
			paid_until: 0,
			gpus,
			since,
			forgone: false,
		};
		Self::add_gap(id, slot, gap)
	}

	/// The slot lacks the GPUs of `gap`: it is to get others at once.
	pub(crate) fn add_gap(id: SlotId, slot: &mut SlotRecordOf<T>, gap: Gap) -> DispatchResult {
		let Gap { operator, gpus, .. } = gap;
		if gpus == 0 {
			return Ok(());
		}
		let same = slot.gaps.iter_mut().find(|known| Gap { gpus, ..**known } == gap);
		match same {
			Some(known) => add(&mut known.gpus, gpus)?,
			None => slot.gaps.try_push(gap).map_err(|_| Error::<T>::Inconsistent)?,
		}
		slot.fill_at = Some(Self::now());
		Self::claim(slot, gpus)?;
		Self::note_missing(id, operator, gpus);
		Ok(())
	}

	fn note_missing(id: SlotId, operator: Option<OperatorId>, gpus: u32) {
		if let Some(operator) = operator {
			T::Operators::note(operator, Fact::RentalFailed);
		}
		Self::deposit_event(Event::GpusMissing {
			slot: id,
			operator,
			gpus,
		});
	}

	/// Gives the slot the GPUs that it lacks, as far as they are there. A spot slot goes on with fewer if they are not; for
	/// another the manager answers for what nobody else does, room is made in a further turn, and it is tried again. Tells
	/// whether any GPU is still the slot's or sold to it.
	pub(crate) fn fill(id: SlotId, slot: &mut SlotRecordOf<T>) -> Result<bool, DispatchError> {
		slot.fill_at = None;
		let missing = slot.missing();
		let facts = Self::facts(slot.pool)?;
		let there = match slot.is_spot() {
			true => Self::unclaimed(&facts, &Self::pool_record(slot.pool)),
			// Time that was sold is delivered by GPUs of suspended hosts, too.
			false => facts.idle.saturating_add(facts.suspended),
		};
		let gpus = missing.min(there);
		if gpus > 0 {
			let failed: Vec<OperatorId> = slot.gaps.iter().filter_map(|gap| gap.operator).collect();
			Self::close_gaps(id, slot, gpus)?;
			Self::unclaim(slot, gpus)?;
			Self::assign(id, slot, gpus, &failed)?;
		}
		let lacking = missing.saturating_sub(gpus);
		if lacking == 0 {
			return Ok(true);
		}
		if slot.is_spot() {
			Self::shrink(id, slot, lacking)?;
			return Ok(slot.gpus > 0);
		}
		if Self::blame_manager(id, slot, facts.manager)? || gpus > 0 {
			// To make room costs as much again: it has a turn of its own.
			slot.fill_at = Some(Self::now());
			return Ok(true);
		}
		Self::make_room(slot.pool, lacking)?;
		if Self::pool_record(slot.pool).leaving > 0 {
			slot.fill_at = Some(Self::now().saturating_add(Parameters::<T>::get().notice.get()));
		}
		slot.relieve_by(Self::now().saturating_add(SLICE));
		Ok(true)
	}

	/// Where no GPU could be assigned and nobody else is at fault, the pool's manager answers from now on. Tells whether there
	/// was any.
	fn blame_manager(id: SlotId, slot: &mut SlotRecordOf<T>, manager: OperatorId) -> Result<bool, DispatchError> {
		let now = Self::now();
		let is_nobodys = |gap: &Gap| gap.operator.is_none() && gap.paid_until <= now;
		let nobodys = slot.gaps.iter().filter(|gap| is_nobodys(gap));
		let gpus = nobodys.fold(0, |sum: u32, gap| sum.saturating_add(gap.gpus));
		if gpus > 0 {
			Self::settle_gaps(id, slot)?;
			let nobodys = slot.gaps.iter_mut().filter(|gap| is_nobodys(gap));
			nobodys.for_each(|gap| gap.operator = Some(manager));
			Self::note_missing(id, Some(manager), gpus);
		}
		Ok(gpus > 0)
	}

	/// The spot slot goes on without the GPUs that it lacks, and what its holder paid for them comes back.
	fn shrink(id: SlotId, slot: &mut SlotRecordOf<T>, gpus: u32) -> DispatchResult {
		Self::close_gaps(id, slot, gpus)?;
		take(&mut slot.gpus, gpus)?;
		let holder = T::Deeds::holder(id).ok_or(Error::<T>::Inconsistent)?;
		let to_come = slot.end.saturating_sub(Self::now());
		Self::refund_own(id, slot, &holder, Self::cost(slot.rate, gpus, to_come)?)?;
		Self::describe(id, slot)
	}

	/// The time of `gpus` missing GPUs, those that are missing longest, is paid back up to now, and they are not missing any
	/// more.
	fn close_gaps(id: SlotId, slot: &mut SlotRecordOf<T>, gpus: u32) -> DispatchResult {
		Self::settle_gaps(id, slot)?;
		let mut left = gpus;
		for gap in &mut slot.gaps {
			let closed = gap.gpus.min(left);
			take(&mut gap.gpus, closed)?;
			take(&mut left, closed)?;
		}
		slot.gaps.retain(|gap| gap.gpus > 0);
		ensure!(left == 0, Error::<T>::Inconsistent);
		Ok(())
	}

	/// The time of the missing GPUs is paid back up to now.
	pub(crate) fn settle_gaps(id: SlotId, slot: &mut SlotRecordOf<T>) -> DispatchResult {
		let now = Self::now();
		for gap in slot.gaps.clone() {
			let missed = Missed {
				operator: gap.operator,
				gpus: gap.gpus,
				minutes: now.saturating_sub(gap.since),
				excused: T::Clock::excused_since(gap.since),
				forgone: gap.forgone,
			};
			Self::make_good(id, slot, missed)?;
		}
		slot.gaps.iter_mut().for_each(|gap| gap.since = now);
		Ok(())
	}

	/// Sees to it that what is booked within the notice will be there: evicts the newest spot slots, until those left fit
	/// beside it or `gpus` GPUs will be free. As how many whole slots of one GPU that costs.
	pub(crate) fn make_room(pool: PoolId, gpus: u32) -> Result<u32, DispatchError> {
		let room = Self::spot_room(pool, Self::facts(pool)?.online)?;
		let excess = Self::pool_record(pool).spot.saturating_sub(room).min(gpus);
		let limit = usize::try_from(excess).unwrap_or(usize::MAX);
		let (mut freed, mut cost) = (0, 0_u32);
		// One is removed from the list when it is evicted, which the way from its key to the next one does not mind.
		for id in Spot::<T>::iter_key_prefix(pool).take(limit) {
			let Eviction { gpus, gaps } = Self::evict(id.get())?;
			cost = gaps.saturating_add(1).saturating_add(cost);
			freed = gpus.saturating_add(freed);
			if freed >= excess {
				break;
			}
		}
		Ok(cost)
	}

	/// How many of the pool's `online` GPUs can be rented out as spot: those that are not booked within the notice.
	pub(crate) fn spot_room(pool: PoolId, online: u32) -> Result<u32, DispatchError> {
		let now = Self::now();
		let soon = now.saturating_add(Parameters::<T>::get().notice.get());
		let booked = Self::peak(pool, slice_of(now), slice_of(soon).saturating_add(1))?;
		Ok(online.saturating_sub(booked))
	}

	/// The spot slot ends after the notice.
	fn evict(id: SlotId) -> Result<Eviction, DispatchError> {
		let mut slot = Slots::<T>::get(id).ok_or(Error::<T>::Inconsistent)?;
		let eviction = Eviction {
			gpus: slot.assigned,
			gaps: u32::try_from(slot.gaps.len()).unwrap_or(u32::MAX),
		};
		Self::count_leaving(id, &slot)?;
		let end = Self::now().saturating_add(Parameters::<T>::get().notice.get());
		if slot.phase == Phase::Paused {
			// It is not paid for, and kept for the notice all the same.
			slot.end = slot.kept_until().min(end);
		} else {
			Self::settle_gaps(id, &mut slot)?;
			slot.end = slot.end.min(end);
		}
		slot.gaps = Default::default();
		slot.phase = Phase::Leaving(crate::EndReason::Evicted);
		Self::deposit_event(Event::EvictionNoticed {
			slot: id,
			end: slot.end,
		});
		Self::keep(id, slot);
		Ok(eviction)
	}
}
