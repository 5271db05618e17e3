//! Access to what was rented: the holder's key, the hosts' grants, and the rejection of what was delivered.

use crate::{
	metering::{count, Missed},
	Access, AccessKey, Config, EndReason, Error, Event, GrantRecord, Grants, Pallet, Parameters, PartRecord, Parts,
	Phase, Sealed, SlotRecordOf, Slots, REJECTION_PRICE, REJECTION_TIME,
};
use frame_support::ensure;
use millpond_primitives::{Minute, OperatorId, SlotId};
use millpond_traits::{Clock, Deeds, Operators, Pools, RentalKind};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// The key that hosts are to seal access to: none if whoever set it does not hold the slot any more.
	pub(crate) fn valid_access(id: SlotId, slot: &SlotRecordOf<T>) -> Option<Access<T::AccountId>> {
		let access = slot.access.clone()?;
		(T::Deeds::holder(id).as_ref() == Some(&access.holder)).then_some(access)
	}

	/// Whether the holder has, or has not asked for, access to the part.
	pub(crate) fn is_delivered(id: SlotId, slot: &SlotRecordOf<T>, part: &PartRecord) -> bool {
		Self::valid_access(id, slot).is_none_or(|access| part.granted == Some(access.version))
	}

	/// Whether the holder pays for a part to which no access was granted: the host cannot grant any, since he has no valid
	/// key, or could not in time, since he has replaced the one that there was.
	fn is_his_own_fault(id: SlotId, slot: &SlotRecordOf<T>, part: &PartRecord) -> bool {
		Self::valid_access(id, slot).is_none_or(|access| access.version > 0 && part.since < access.since)
	}

	/// By when access to a part has to be granted: so long after the key was set, or the part taken over if that was later,
	/// outages of the chain not counted. None where no grant is waited for.
	fn grant_deadline(id: SlotId, slot: &SlotRecordOf<T>, part: &PartRecord) -> Option<Minute> {
		let access = Self::valid_access(id, slot)?;
		let asked = access.since.max(part.since);
		let deadline = asked
			.saturating_add(Parameters::<T>::get().grant_time.get())
			.saturating_add(T::Clock::excused_since(asked));
		(part.granted != Some(access.version)).then_some(deadline)
	}

	/// By when a host has to grant access to its part of a slot. None where no grant is waited for.
	pub fn grant_due(id: SlotId, operator: OperatorId) -> Option<Minute> {
		let slot = Slots::<T>::get(id)?;
		let part = Parts::<T>::get(id, operator)?;
		Self::grant_deadline(id, &slot, &part).filter(|_| slot.phase == Phase::Running)
	}

	/// Hosts have the time for a grant, from now on: then it is looked at what they did.
	pub(crate) fn expect_delivery(slot: &mut SlotRecordOf<T>) {
		let deadline = Self::now().saturating_add(Parameters::<T>::get().grant_time.get());
		slot.deliver_by = Some(slot.deliver_by.map_or(deadline, |earlier| earlier.min(deadline)));
	}

	pub(crate) fn do_set_access_key(who: T::AccountId, id: SlotId, key: AccessKey) -> DispatchResult {
		let mut slot = Self::held_slot(&who, id)?;
		if slot.access.is_some() {
			Self::pay_for_grants(&who, &slot, &Self::parts_of(id))?;
		}
		slot.access = Some(Access {
			holder: who,
			key,
			since: Self::now(),
			version: slot.access.map_or(0, |access| access.version.saturating_add(1)),
		});
		if slot.phase == Phase::Running {
			Self::expect_delivery(&mut slot);
		}
		Self::deposit_event(Event::AccessKeySet { slot: id, key });
		Self::keep(id, slot);
		Ok(())
	}

	pub(crate) fn do_grant_access(
		who: T::AccountId,
		id: SlotId,
		operator: OperatorId,
		key: AccessKey,
		sealed: Sealed,
	) -> DispatchResult {
		let mut slot = Slots::<T>::get(id).ok_or(Error::<T>::UnknownSlot)?;
		ensure!(
			T::Operators::holder(operator).as_ref() == Some(&who),
			Error::<T>::NotHost
		);
		let mut part = Parts::<T>::get(id, operator).ok_or(Error::<T>::NotHost)?;
		ensure!(slot.phase == Phase::Running, Error::<T>::WrongPhase);
		let access = Self::valid_access(id, &slot).ok_or(Error::<T>::NoKey)?;
		ensure!(access.key == key, Error::<T>::OtherKey);

		if part.reading.is_none() {
			Self::bill_undeliverable(id, &mut slot, operator, &part)?;
			Self::switch_on(id, &mut slot, operator, &mut part)?;
		}
		part.granted = Some(access.version);
		slot.first_grant = slot.first_grant.or(Some(Self::now()));
		Parts::<T>::insert(id, operator, part);
		let grant = GrantRecord {
			holder: access.holder,
			key,
			sealed,
		};
		Grants::<T>::insert(id, operator, grant);
		Self::deposit_event(Event::AccessGranted { slot: id, operator });
		Self::keep(id, slot);
		Ok(())
	}

	/// Looks at which hosts have granted access in time: others take over from those who have not. Who has replaced his key,
	/// or bought the slot and set none, pays from the start.
	pub(crate) fn check_delivery(id: SlotId, slot: &mut SlotRecordOf<T>) -> DispatchResult {
		let now = Self::now();
		slot.deliver_by = None;
		for (operator, mut part) in Self::parts_of(id) {
			if part.reading.is_none() && Self::is_his_own_fault(id, slot, &part) {
				Self::bill_kept(slot, operator, &part)?;
				Self::switch_on(id, slot, operator, &mut part)?;
				Parts::<T>::insert(id, operator, &part);
			}
			let Some(deadline) = Self::grant_deadline(id, slot, &part) else {
				continue;
			};
			if deadline > now {
				slot.deliver_by = Some(slot.deliver_by.map_or(deadline, |earlier| earlier.min(deadline)));
				continue;
			}
			let gpus = count(&part.gpus);
			let since = part.reading.map_or(part.since, |_| now);
			Self::withdraw(id, slot, operator, &mut part, gpus)?;
			Self::open_gap(id, slot, Some(operator), gpus, since)?;
		}
		Ok(())
	}

	/// Bills a part for the time that it was kept, if it is the holder's own fault that no access was granted: while a grant is
	/// waited for, and so neither before nor in a pause.
	pub(crate) fn bill_undeliverable(
		id: SlotId,
		slot: &mut SlotRecordOf<T>,
		operator: OperatorId,
		part: &PartRecord,
	) -> DispatchResult {
		let is_waited_for = slot.deliver_by.is_some() && part.reading.is_none();
		match is_waited_for && Self::is_his_own_fault(id, slot, part) {
			true => Self::bill_kept(slot, operator, part),
			false => Ok(()),
		}
	}

	/// Whether a host serves the holder: its GPUs are there, and billed, or could be if the holder asked for access.
	pub(crate) fn is_served(id: SlotId, slot: &SlotRecordOf<T>, operator: OperatorId, part: &PartRecord) -> bool {
		let is_billed = part.reading.is_some() || Self::is_his_own_fault(id, slot, part);
		is_billed && T::Pools::is_lit(slot.pool, operator)
	}

	/// Whether a host has let the time for a grant pass.
	pub(crate) fn is_overdue(id: SlotId, slot: &SlotRecordOf<T>, part: &PartRecord) -> bool {
		Self::grant_deadline(id, slot, part).is_some_and(|deadline| deadline <= Self::now())
	}

	/// Pays back the time since a host was given GPUs of the slot, if it has granted no access since, and had the time for it or
	/// had failed before: it answers for it.
	pub(crate) fn answer_for_delay(
		id: SlotId,
		slot: &mut SlotRecordOf<T>,
		operator: OperatorId,
		part: &PartRecord,
	) -> DispatchResult {
		let is_running = slot.phase == Phase::Running && part.reading.is_none();
		let is_late = part.late || Self::is_overdue(id, slot, part);
		if !is_running || !is_late || Self::is_his_own_fault(id, slot, part) {
			return Ok(());
		}
		let missed = Missed {
			operator: Some(operator),
			gpus: count(&part.gpus),
			minutes: Self::now().saturating_sub(part.since),
			excused: T::Clock::excused_since(part.since),
			forgone: false,
		};
		Self::make_good(id, slot, missed)
	}

	pub(crate) fn do_reject(who: T::AccountId, id: SlotId) -> DispatchResult {
		let mut slot = Self::held_slot(&who, id)?;
		ensure!(slot.kind == RentalKind::Reserved, Error::<T>::WrongKind);
		ensure!(slot.phase == Phase::Running, Error::<T>::WrongPhase);
		let now = Self::now();
		// By the first billed minute, not by the first grant, which he can put off: he may set his key when he likes.
		let begun = slot.first_grant.and(slot.billed_since);
		let is_in_time = begun.is_some_and(|begun| now <= begun.saturating_add(REJECTION_TIME));
		ensure!(slot.rejectable && is_in_time, Error::<T>::NotRejectable);
		// An account that has bought the slot would get the credits of the one that has sold it.
		ensure!(slot.payer == who, Error::<T>::NotRejectable);
		let minutes = slot.end.saturating_sub(now).min(REJECTION_PRICE);
		for (_, part) in Self::parts_of(id) {
			Self::spend_on(&mut slot, &part.gpus, minutes)?;
		}
		Self::end(id, slot, EndReason::Rejected)
	}
}
