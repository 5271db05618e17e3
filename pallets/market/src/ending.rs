//! The end of a slot.

use crate::{
	Config, EndReason, EndedRecord, Error, Event, Grants, Hosted, Listings, Pallet, PartRecord, Parts, Phase,
	SlotRecordOf, Slots, Spot,
};
use alloc::vec::Vec;
use frame_support::{ensure, traits::Get};
use millpond_primitives::{OperatorId, SlotId};
use millpond_traits::{Deeds, Fact, Operators, Pools, RentalKind};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_stop(who: T::AccountId, id: SlotId) -> DispatchResult {
		let mut slot = Self::held_slot(&who, id)?;
		ensure!(slot.kind != RentalKind::Reserved, Error::<T>::WrongKind);
		ensure!(
			matches!(slot.phase, Phase::Running | Phase::Paused),
			Error::<T>::WrongPhase
		);
		let now = Self::now();
		let was_billed = slot.billed_since.is_some_and(|since| since < now);
		if slot.phase == Phase::Paused || was_billed || slot.assigned == 0 || slot.end <= now {
			return Self::end(id, slot, EndReason::Stopped);
		}
		// No minute was billed yet: it is billed now, and passes before the GPUs are anybody else's.
		for (operator, mut part) in Self::parts_of(id) {
			if part.reading.is_none() {
				Self::bill_undeliverable(id, &mut slot, operator, &part)?;
				Self::answer_for_delay(id, &mut slot, operator, &part)?;
				Self::switch_on(id, &mut slot, operator, &mut part)?;
				Parts::<T>::insert(id, operator, part);
			}
		}
		Self::drop_gaps(id, &mut slot)?;
		Self::count_leaving(id, &slot)?;
		slot.phase = Phase::Leaving(EndReason::Stopped);
		Self::set_end(&mut slot, now.saturating_add(1), 0)?;
		Self::keep(id, slot);
		Ok(())
	}

	/// The slot waits for no more GPUs.
	fn drop_gaps(id: SlotId, slot: &mut SlotRecordOf<T>) -> DispatchResult {
		Self::settle_gaps(id, slot)?;
		Self::unclaim(slot, slot.missing())?;
		slot.gaps = Default::default();
		Ok(())
	}

	/// Ends the slot: bills it, gives its GPUs and what is booked for it back, returns the deposit and what its holder paid of
	/// the rest to the account that paid them, and burns the NFT.
	pub(crate) fn end(id: SlotId, mut slot: SlotRecordOf<T>, reason: EndReason) -> DispatchResult {
		let holder = T::Deeds::holder(id).ok_or(Error::<T>::Inconsistent)?;
		match slot.phase {
			Phase::Called => Self::unclaim(&slot, slot.gpus)?,
			// Paused time is not paid for, so that nobody owes anything for what is missing in it.
			Phase::Paused => {
				Self::unclaim(&slot, slot.missing())?;
				slot.gaps = Default::default();
			}
			_ => Self::drop_gaps(id, &mut slot)?,
		}
		let mut parts = Self::parts_of(id);
		let mut facts = Vec::new();
		for (operator, part) in &mut parts {
			facts.push(match reason {
				EndReason::Rejected => Some(Fact::RentalRejected),
				_ => Self::how_it_ended(id, &slot, *operator, part),
			});
			Self::settle(id, &mut slot, *operator, part)?;
			Self::bill_undeliverable(id, &mut slot, *operator, part)?;
			Self::answer_for_delay(id, &mut slot, *operator, part)?;
		}
		let (own, burned) = Self::close_escrow(id, &mut slot, &holder, &parts, reason)?;
		for ((operator, part), fact) in parts.into_iter().zip(facts) {
			T::Pools::give_back(slot.pool, &part.gpus)?;
			Hosted::<T>::remove((slot.pool, operator), id);
			Parts::<T>::remove(id, operator);
			Grants::<T>::remove(id, operator);
			if let Some(fact) = fact {
				T::Operators::note(operator, fact);
			}
		}
		let assigned = slot.assigned;
		Self::count_out(&mut slot, assigned)?;
		let (from, to) = Self::booked_slices(&slot);
		Self::unbook(slot.pool, from, to, slot.gpus)?;
		let price = T::RecordPrice::get().min(slot.deposit);
		Self::spend(price)?;
		let credits = own.saturating_add(slot.deposit.saturating_sub(price));
		Self::return_to(&slot.payer, credits)?;
		Self::erase(id, &slot)?;
		Self::deposit_event(Event::Ended {
			slot: id,
			holder: holder.clone(),
			reason,
			payer: slot.payer.clone(),
			credits,
			burned,
		});
		Self::remember(
			id,
			EndedRecord {
				holder,
				pool: slot.pool,
				kind: slot.kind,
				gpus: slot.gpus,
				rate: slot.rate,
				start: slot.start,
				ended: Self::now(),
				reason,
				tally: slot.tally,
				payer: slot.payer,
				returned: credits,
				burned,
			},
		);
		Ok(())
	}

	/// What is remembered of a host whose part of a slot ends. One that has granted no access and still had the time for it has
	/// done neither well nor badly.
	fn how_it_ended(id: SlotId, slot: &SlotRecordOf<T>, operator: OperatorId, part: &PartRecord) -> Option<Fact> {
		let is_lit = T::Pools::is_lit(slot.pool, operator);
		if is_lit && (slot.phase == Phase::Paused || Self::is_served(id, slot, operator, part)) {
			return Some(Fact::RentalCompleted);
		}
		(!is_lit || part.late || Self::is_overdue(id, slot, part)).then_some(Fact::RentalFailed)
	}

	/// Removes what there is of the slot beside its parts, and burns the NFT.
	pub(crate) fn erase(id: SlotId, slot: &SlotRecordOf<T>) -> DispatchResult {
		Self::unschedule(id, slot);
		Spot::<T>::remove(slot.pool, crate::Descending::from(id));
		Listings::<T>::remove(id);
		Slots::<T>::remove(id);
		Self::count_rate(slot, |count| count.checked_sub(1))?;
		T::Deeds::burn(id, &[crate::slots::TERMS])
	}
}
