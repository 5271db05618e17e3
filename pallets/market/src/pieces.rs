//! Splitting and merging slots. The old ones are burned and new ones minted, so that nobody who buys a slot gets another
//! thing than he saw.

use crate::{
	metering::count, Access, Config, Descending, Error, Event, Gap, GpuIds, GrantRecordOf, Grants, Hosted, Pallet,
	PartRecord, Parts, Phase, SlotRecordOf, Spot, MAX_GPUS, SLICE,
};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{ensure, traits::ConstU32, BoundedVec};
use millpond_primitives::{Minute, OperatorId, SlotId};
use millpond_traits::{Pools, RentalKind};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

type Gaps = BoundedVec<Gap, ConstU32<MAX_GPUS>>;

/// A host's part that is between two slots.
type Loose<T> = (PartRecord, Option<GrantRecordOf<T>>);

/// The first `gpus` GPUs, and the rest.
fn cut(all: &[u64], gpus: usize) -> Result<(GpuIds, GpuIds), DispatchError> {
	let (first, rest) = all.split_at_checked(gpus).ok_or(DispatchError::Corruption)?;
	let bounded = |part: &[u64]| GpuIds::try_from(part.to_vec()).map_err(|_| DispatchError::Corruption);
	Ok((bounded(first)?, bounded(rest)?))
}

impl<T: Config> Pallet<T> {
	fn ensure_in_one_piece(slot: &SlotRecordOf<T>) -> DispatchResult {
		let is = matches!(slot.phase, Phase::Booked | Phase::Called | Phase::Running);
		ensure!(is && slot.end > Self::now(), Error::<T>::WrongPhase);
		Ok(())
	}

	pub(crate) fn do_split_time(who: T::AccountId, id: SlotId, at: Minute) -> DispatchResult {
		let mut first = Self::held_slot(&who, id)?;
		ensure!(first.kind == RentalKind::Reserved, Error::<T>::WrongKind);
		Self::ensure_in_one_piece(&first)?;
		ensure!(at.checked_rem(SLICE) == Some(0), Error::<T>::NotAligned);
		ensure!(at > Self::now(), Error::<T>::TooLate);
		ensure!(first.start < at && at < first.end, Error::<T>::TooFarAhead);
		Self::take_over(&who, &mut first)?;
		let deposit = Self::deposit_of(first.gpus);
		Self::collect(&who, deposit)?;

		let parts = Self::detach(id, &mut first)?;
		Self::erase(id, &first)?;
		first.due = None;
		let mut second = first.clone();
		let credits = Self::cost(first.rate, first.gpus, first.end.saturating_sub(at))?;
		Self::divide(&mut first, &mut second, credits)?;
		second.tally = Default::default();
		first.end = at;
		(second.start, second.deposit, second.phase) = (at, deposit, Phase::Booked);
		(second.assigned, second.gaps) = (0, Default::default());
		(second.deliver_by, second.fill_at, second.relieve_at) = (None, None, None);
		(second.billed_since, second.first_grant) = (None, None);
		// What was sold can be rejected at its start, once: it would not be take or pay if its pieces could be at theirs.
		second.rejectable = false;
		let new = Self::mint(&who, &first)?;
		let later = Self::mint(&who, &second)?;
		Self::attach_all(new, &mut first, parts)?;
		Self::keep(new, first);
		Self::keep(later, second);
		Self::deposit_event(Event::Split {
			slot: id,
			first: new,
			second: later,
		});
		Ok(())
	}

	pub(crate) fn do_split_gpus(who: T::AccountId, id: SlotId, gpus: u32) -> DispatchResult {
		let mut first = Self::held_slot(&who, id)?;
		Self::ensure_in_one_piece(&first)?;
		ensure!(0 < gpus && gpus < first.gpus, Error::<T>::WrongNumberOfGpus);
		Self::take_over(&who, &mut first)?;
		let rest = first.gpus.saturating_sub(gpus);
		let (deposit, both) = (
			Self::deposit_of(rest),
			Self::deposit_of(rest).saturating_add(Self::deposit_of(gpus)),
		);
		let more = both.saturating_sub(first.deposit);
		Self::collect(&who, more)?;

		Self::settle_gaps(id, &mut first)?;
		let parts = Self::detach(id, &mut first)?;
		Self::erase(id, &first)?;
		first.due = None;
		let mut second = first.clone();
		let to_come = first.end.saturating_sub(first.start.max(Self::now()));
		let credits = Self::cost(first.rate, rest, to_come)?;
		Self::divide(&mut first, &mut second, credits)?;
		second.tally = Default::default();
		first.deposit = first.deposit.saturating_add(more).saturating_sub(deposit);
		(first.gpus, second.gpus, second.deposit) = (gpus, rest, deposit);
		(first.assigned, second.assigned) = (first.assigned.min(gpus), first.assigned.saturating_sub(gpus));
		(first.gaps, second.gaps) = Self::cut_gaps(&first.gaps, gpus.saturating_sub(first.assigned))?;
		let new = Self::mint(&who, &first)?;
		let other = Self::mint(&who, &second)?;
		let mut left = first.assigned;
		for (operator, (part, _)) in parts {
			let taken = count(&part.gpus).min(left);
			left = left.saturating_sub(taken);
			let (some, others) = cut(&part.gpus, usize::try_from(taken).unwrap_or(usize::MAX))?;
			for (id, slot, gpus) in [(new, &mut first, some), (other, &mut second, others)] {
				// The host's grant is for all of them: it grants access to the pieces anew.
				let mut piece = PartRecord {
					gpus,
					granted: None,
					..part
				};
				Self::begin_to_keep(slot, operator, &mut piece);
				Self::attach(id, slot, operator, (piece, None))?;
			}
		}
		Self::keep_piece(new, first);
		Self::keep_piece(other, second);
		Self::deposit_event(Event::Split {
			slot: id,
			first: new,
			second: other,
		});
		Ok(())
	}

	/// Gaps of `gpus` GPUs, and the rest.
	fn cut_gaps(gaps: &[Gap], gpus: u32) -> Result<(Gaps, Gaps), DispatchError> {
		let (mut first, mut rest, mut left) = (Gaps::default(), Gaps::default(), gpus);
		for gap in gaps {
			let taken = gap.gpus.min(left);
			left = left.saturating_sub(taken);
			for (gaps, gpus) in [(&mut first, taken), (&mut rest, gap.gpus.saturating_sub(taken))] {
				if gpus > 0 {
					gaps.try_push(Gap { gpus, ..*gap })
						.map_err(|_| DispatchError::Corruption)?;
				}
			}
		}
		Ok((first, rest))
	}

	pub(crate) fn do_merge(who: T::AccountId, one: SlotId, other: SlotId) -> DispatchResult {
		let (mut first, mut second) = (Self::held_slot(&who, one)?, Self::held_slot(&who, other)?);
		Self::ensure_in_one_piece(&first)?;
		Self::ensure_in_one_piece(&second)?;
		let is_same = one != other && (first.pool, first.kind, first.rate) == (second.pool, second.kind, second.rate);
		ensure!(is_same, Error::<T>::NotMergeable);
		let follows =
			!first.is_open() && (first.end, first.gpus, Phase::Booked) == (second.start, second.gpus, second.phase);
		let is_at_once = (first.phase, first.end) == (second.phase, second.end)
			&& (first.phase == Phase::Running || first.start == second.start);
		ensure!(follows || is_at_once, Error::<T>::NotMergeable);
		let gpus = match follows {
			true => first.gpus,
			false => first.gpus.saturating_add(second.gpus),
		};
		ensure!(gpus <= MAX_GPUS, Error::<T>::WrongNumberOfGpus);

		Self::take_over(&who, &mut first)?;
		Self::take_over(&who, &mut second)?;
		Self::settle_gaps(one, &mut first)?;
		Self::settle_gaps(other, &mut second)?;
		let grace = first.grace.min(second.grace);
		for slot in [&mut first, &mut second] {
			Self::set_end(slot, slot.end, grace)?;
		}
		let parts = Self::merge_parts(one, &mut first, other, &mut second)?;
		Self::erase(one, &first)?;
		Self::erase(other, &second)?;

		first.due = None;
		first.rejectable &= second.rejectable;
		first.escrow = first
			.escrow
			.checked_add(second.escrow)
			.ok_or(ArithmeticError::Overflow)?;
		first.inherited = first.inherited.saturating_add(second.inherited);
		first.tally = first.tally.plus(second.tally);
		if follows {
			first.end = second.end;
		} else {
			first.gpus = gpus;
			first.assigned = first.assigned.saturating_add(second.assigned);
			first.start = first.start.max(second.start);
			first.warned &= second.warned;
			for gap in &second.gaps {
				first.gaps.try_push(*gap).map_err(|_| Error::<T>::NotMergeable)?;
			}
			for (to, from) in [
				(&mut first.deliver_by, second.deliver_by),
				(&mut first.fill_at, second.fill_at),
				(&mut first.relieve_at, second.relieve_at),
				(&mut first.billed_since, second.billed_since),
				(&mut first.first_grant, second.first_grant),
			] {
				*to = [*to, from].into_iter().flatten().min();
			}
		}
		let both = first.deposit.saturating_add(second.deposit);
		first.deposit = Self::deposit_of(first.gpus).min(both);
		Self::return_to(&who, both.saturating_sub(first.deposit))?;

		let id = Self::mint(&who, &first)?;
		Self::attach_all(id, &mut first, parts)?;
		Self::keep_piece(id, first);
		Self::deposit_event(Event::Merged {
			first: one,
			second: other,
			slot: id,
		});
		Ok(())
	}

	/// The parts of both slots, and the key of one of them as the first's. Grants for another key than that are void.
	fn merge_parts(
		one: SlotId,
		first: &mut SlotRecordOf<T>,
		other: SlotId,
		second: &mut SlotRecordOf<T>,
	) -> Result<Vec<(OperatorId, Loose<T>)>, DispatchError> {
		let accesses = [Self::valid_access(one, first), Self::valid_access(other, second)];
		let access = accesses.iter().flatten().next().cloned().map(|access| Access {
			version: 0,
			since: Self::now(),
			..access
		});
		let mut merged: BTreeMap<OperatorId, Loose<T>> = BTreeMap::new();
		let detached = [Self::detach(one, first)?, Self::detach(other, second)?];
		for (parts, old) in detached.into_iter().zip(accesses) {
			let version = old
				.filter(|old| access.as_ref().is_some_and(|access| access.key == old.key))
				.map(|old| old.version);
			for (operator, (mut part, grant)) in parts {
				let is_granted = version.is_some() && part.granted == version;
				part.granted = is_granted.then_some(0);
				let loose = match merged.remove(&operator) {
					Some((known, _)) => {
						let mut both = Self::join_parts(known, part)?;
						Self::begin_to_keep(first, operator, &mut both);
						(both, None)
					}
					None => (part, grant.filter(|_| is_granted)),
				};
				merged.insert(operator, loose);
			}
		}
		first.access = access;
		Ok(merged.into_iter().collect())
	}

	/// All GPUs of a host: it grants access to them anew.
	fn join_parts(mut one: PartRecord, other: PartRecord) -> Result<PartRecord, DispatchError> {
		let gpus = other.gpus.into_inner();
		one.gpus
			.try_extend(gpus.into_iter())
			.map_err(|_| Error::<T>::WrongNumberOfGpus)?;
		one.reading = one.reading.or(other.reading);
		one.granted = None;
		Ok(one)
	}

	/// Bills all parts of the slot up to now and takes them out of it. One that was not billed yet is from its start on: by
	/// new pieces, for which its host has the time for a grant anew, GPUs would be kept unbilled as long as one likes.
	fn detach(id: SlotId, slot: &mut SlotRecordOf<T>) -> Result<Vec<(OperatorId, Loose<T>)>, DispatchError> {
		let mut loose = Vec::new();
		for (operator, mut part) in Self::parts_of(id) {
			match part.reading {
				Some(_) => Self::settle(id, slot, operator, &mut part)?,
				None => {
					Self::bill_kept(slot, operator, &part)?;
					let now = Self::reading(slot, operator);
					part.reading = Some(now);
					slot.billed_since = slot.billed_since.or(Some(now.minute));
				}
			}
			Parts::<T>::remove(id, operator);
			Hosted::<T>::remove((slot.pool, operator), id);
			loose.push((operator, (part, Grants::<T>::take(id, operator))));
		}
		Ok(loose)
	}

	fn attach_all(id: SlotId, slot: &mut SlotRecordOf<T>, parts: Vec<(OperatorId, Loose<T>)>) -> DispatchResult {
		parts
			.into_iter()
			.try_for_each(|(operator, loose)| Self::attach(id, slot, operator, loose))
	}

	/// Puts a part that was taken out of a slot into another, where it is billed if it was, and stores it.
	fn attach(id: SlotId, slot: &mut SlotRecordOf<T>, operator: OperatorId, loose: Loose<T>) -> DispatchResult {
		let (mut part, grant) = loose;
		if part.gpus.is_empty() {
			return Ok(());
		}
		match part.reading {
			Some(_) => Self::switch_on(id, slot, operator, &mut part)?,
			None => T::Pools::set_rate(slot.pool, &part.gpus, id, 0)?,
		}
		if part.granted.is_none() && slot.access.is_some() {
			Self::expect_delivery(slot);
		}
		Parts::<T>::insert(id, operator, part);
		Hosted::<T>::insert((slot.pool, operator), id, ());
		if !T::Pools::is_lit(slot.pool, operator) {
			// Whoever goes through the slots of the dark group may have passed where the new one stands.
			slot.relieve_by(Self::now());
		}
		if let Some(grant) = grant {
			Grants::<T>::insert(id, operator, grant);
		}
		Ok(())
	}

	/// Stores a piece, which may be one of spot time.
	fn keep_piece(id: SlotId, slot: SlotRecordOf<T>) {
		if slot.is_spot() {
			Spot::<T>::insert(slot.pool, Descending::from(id), ());
		}
		Self::keep(id, slot);
	}
}
