//! The invariants. The list stands in the README.

use crate::{
	calendar::slice_of, metering::count, Agenda, AgendaKey, CalendarNodes, Config, Descending, EndReason, EndedQueue,
	EndedSlots, EndedSlotsOf, Grants, Hosted, Listings, Pallet, Parts, Phase, PoolRecord, PoolRecords, Rejections,
	SlotRecordOf, Slots, SoldRates, Spot, Withheld,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use frame_support::ensure;
use millpond_math::calendar::{Slice, HORIZON};
use millpond_primitives::{Credits, Minute, PoolId, SlotId};
use millpond_traits::{Credits as _, Deeds};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_money()?;
		Self::check_parts()?;
		Self::check_agenda()?;
		Self::check_pools()?;
		Self::check_ended()?;
		Self::check_calendars()
	}

	/// What the slot may still cost: all that is to come, and what has passed and was not billed or paid back.
	fn owed(id: SlotId, slot: &SlotRecordOf<T>) -> Option<Credits> {
		let now = Self::now();
		let cost = |gpus, minutes| Self::cost(slot.rate, gpus, minutes).ok();
		let parts = Self::parts_of(id);
		let passed = |since: Minute| now.min(slot.end).saturating_sub(since);
		let billed = parts
			.iter()
			.filter_map(|(_, part)| Some((count(&part.gpus), part.reading?.minute)));
		let unbilled = parts.iter().filter(|(_, part)| part.reading.is_none());
		let unbilled = unbilled.map(|(_, part)| (count(&part.gpus), part.since));
		let gaps = slot.gaps.iter().map(|gap| (gap.gpus, gap.since));
		let (open, to_come): (Vec<(u32, Minute)>, u32) = match slot.phase {
			Phase::Booked | Phase::Called => (Vec::new(), slot.gpus),
			Phase::Running => (billed.chain(unbilled).chain(gaps).collect(), slot.gpus),
			Phase::Paused => (Vec::new(), 0),
			Phase::Leaving(_) => {
				let billed: Vec<_> = billed.collect();
				let gpus = billed.iter().map(|(gpus, _)| *gpus).fold(0, u32::saturating_add);
				(billed, gpus)
			}
		};
		let to_come = cost(to_come, slot.end.saturating_sub(slot.start.max(now)))?;
		open.into_iter().try_fold(to_come, |sum: Credits, (gpus, since)| {
			sum.checked_add(cost(gpus, passed(since))?)
		})
	}

	fn check_money() -> Result<(), TryRuntimeError> {
		let mut held: Credits = 0;
		for (id, slot) in Slots::<T>::iter() {
			ensure!(T::Deeds::holder(id).is_some(), "a slot has no holder");
			ensure!(
				Self::owed(id, &slot).is_some_and(|owed| slot.escrow >= owed),
				"a slot's escrow is less than it still owes"
			);
			ensure!(slot.inherited <= slot.escrow, "more is inherited than is in escrow");
			held = held.saturating_add(slot.escrow).saturating_add(slot.deposit);
		}
		// Anybody can give credits to any account, and a slot, too.
		ensure!(
			T::Credits::held(&Self::account()) >= held,
			"the market's account has less than escrows and deposits are"
		);
		ensure!(
			Listings::<T>::iter_keys().all(Slots::<T>::contains_key),
			"something is for sale that is not there"
		);
		Ok(())
	}

	fn check_parts() -> Result<(), TryRuntimeError> {
		let mut gpus = BTreeSet::new();
		let mut assigned: BTreeMap<SlotId, u32> = BTreeMap::new();
		let mut hosted = BTreeSet::new();
		for (id, operator, part) in Parts::<T>::iter() {
			let slot = Slots::<T>::get(id).ok_or("GPUs are in a slot that is not there")?;
			ensure!(!part.gpus.is_empty(), "a host has no GPU in a slot");
			ensure!(part.gpus.iter().all(|gpu| gpus.insert(*gpu)), "a GPU is in two slots");
			ensure!(
				part.reading.is_none() || slot.phase != Phase::Paused,
				"a paused slot is billed"
			);
			let sum = assigned.entry(id).or_default();
			*sum = sum.saturating_add(count(&part.gpus));
			hosted.insert(((slot.pool, operator), id));
		}
		for (id, slot) in Slots::<T>::iter() {
			let has = assigned.get(&id).copied().unwrap_or_default();
			ensure!(slot.assigned == has, "a slot has not the GPUs that it counts");
			ensure!(
				(1..=crate::MAX_GPUS).contains(&slot.gpus),
				"a slot of no or too many GPUs"
			);
			if matches!(slot.phase, Phase::Running | Phase::Paused) {
				ensure!(
					slot.assigned.saturating_add(slot.missing()) == slot.gpus,
					"a slot has not the GPUs that were sold"
				);
			} else {
				ensure!(slot.gaps.is_empty(), "a slot waits for GPUs that it is not to have");
			}
		}
		let listed: BTreeSet<_> = Hosted::<T>::iter_keys().collect();
		ensure!(listed == hosted, "the slots of groups are not those with GPUs of them");
		let granted = |(id, operator)| Parts::<T>::contains_key(id, operator);
		ensure!(
			Grants::<T>::iter_keys().all(granted),
			"access is granted to GPUs that a slot has not"
		);
		Ok(())
	}

	fn check_agenda() -> Result<(), TryRuntimeError> {
		let mut entries: BTreeSet<SlotId> = BTreeSet::new();
		for key in Agenda::<T>::iter_keys() {
			let (minute, id) = key.parts();
			let due = Slots::<T>::get(id).and_then(|slot| slot.due);
			ensure!(
				due.is_some_and(|due| AgendaKey::new(due, id) == key),
				"the agenda has a slot where it is not due"
			);
			ensure!(minute >= Self::now(), "the agenda of a past minute is not empty");
			entries.insert(id);
		}
		let slots: BTreeSet<SlotId> = Slots::<T>::iter_keys().collect();
		ensure!(entries == slots, "a slot is not in the agenda");
		Ok(())
	}

	fn check_pools() -> Result<(), TryRuntimeError> {
		let mut sums: BTreeMap<PoolId, (u32, u32, u32)> = BTreeMap::new();
		let mut spot = BTreeSet::new();
		for (id, slot) in Slots::<T>::iter() {
			let (claims, rented, leaving) = sums.entry(slot.pool).or_default();
			let sum = match (slot.is_spot(), slot.phase) {
				(true, Phase::Leaving(_)) => (leaving, slot.assigned),
				(true, _) => {
					spot.insert((slot.pool, id));
					(rented, slot.assigned)
				}
				(false, Phase::Called) => (claims, slot.gpus),
				(false, _) => (claims, slot.missing()),
			};
			*sum.0 = sum.0.saturating_add(sum.1);
		}
		for (pool, record) in PoolRecords::<T>::iter() {
			let kept = (record.claims, record.spot, record.leaving);
			ensure!(
				kept == sums.remove(&pool).unwrap_or_default(),
				"claims, spot and leaving GPUs of a pool are not those of its slots"
			);
			let withheld = Withheld::<T>::iter_prefix_values(pool).fold(0u32, u32::saturating_add);
			ensure!(
				record.withheld == withheld,
				"what is withheld is not the sum of its dates"
			);
		}
		let calendars = CalendarNodes::<T>::iter_keys().map(|(pool, _)| pool);
		let mut kept = calendars.chain(Withheld::<T>::iter_keys().map(|(pool, _)| pool));
		ensure!(
			kept.all(PoolRecords::<T>::contains_key),
			"a pool that nothing is kept of has a calendar"
		);
		let mut rates: BTreeMap<(PoolId, Credits), u32> = BTreeMap::new();
		for slot in Slots::<T>::iter_values().filter(|slot| !slot.is_spot()) {
			let count = rates.entry((slot.pool, slot.rate)).or_default();
			*count = count.saturating_add(1);
		}
		let kept = SoldRates::<T>::iter().map(|(pool, rate, count)| ((pool, Credits::from(rate.get())), count));
		ensure!(
			rates == kept.collect::<BTreeMap<_, _>>(),
			"the rates of a pool are not those of its slots"
		);
		ensure!(
			sums.into_values().all(|sums| sums == (0, 0, 0)),
			"a pool with claims or spot slots has no record"
		);
		let listed: BTreeSet<_> = Spot::<T>::iter_keys().map(|(pool, id)| (pool, id.get())).collect();
		ensure!(listed == spot, "the spot slots are not those that can be evicted");
		Ok(())
	}

	/// What is told of ended slots is found by number, by account and by time, and rejections are those that are told of.
	fn check_ended() -> Result<(), TryRuntimeError> {
		let mut rejections: BTreeMap<T::AccountId, u32> = BTreeMap::new();
		let mut ended = 0;
		for (id, record) in EndedSlots::<T>::iter() {
			ensure!(!Slots::<T>::contains_key(id), "a slot that has ended is there");
			ensure!(
				EndedSlotsOf::<T>::contains_key(&record.holder, Descending::from(id)),
				"an ended slot is not listed for its holder"
			);
			if record.reason == EndReason::Rejected {
				let count = rejections.entry(record.holder).or_default();
				*count = count.saturating_add(1);
			}
			ended = usize::saturating_add(ended, 1);
		}
		let queued = |key: AgendaKey| EndedSlots::<T>::get(key.parts().1).is_some_and(|of| of.ended == key.parts().0);
		ensure!(
			EndedQueue::<T>::iter_keys().all(queued),
			"an ended slot is forgotten at another time"
		);
		ensure!(
			(
				EndedQueue::<T>::iter_keys().count(),
				EndedSlotsOf::<T>::iter_keys().count()
			) == (ended, ended),
			"something is kept of slots that are forgotten"
		);
		ensure!(
			rejections == Rejections::<T>::iter().collect::<BTreeMap<_, _>>(),
			"rejections are not those of the slots that are told of"
		);
		Ok(())
	}

	/// The calendar is the sum of what slots have booked and of what is withheld, from now on.
	fn check_calendars() -> Result<(), TryRuntimeError> {
		let now = slice_of(Self::now());
		let mut changes: BTreeMap<PoolId, BTreeMap<Slice, i64>> = BTreeMap::new();
		let mut book = |pool: PoolId, from: Slice, to: Slice, gpus: u32| {
			let (from, to) = (from.max(now), to.max(now));
			let changes = changes.entry(pool).or_default();
			for (at, change) in [(from, i64::from(gpus)), (to, i64::from(gpus).saturating_neg())] {
				let sum = changes.entry(at).or_default();
				*sum = sum.saturating_add(change);
			}
		};
		for slot in Slots::<T>::iter_values() {
			let (from, to) = Self::booked_slices(&slot);
			book(slot.pool, from, to, slot.gpus);
		}
		for (pool, date, gpus) in Withheld::<T>::iter() {
			let date: Descending = date;
			book(
				pool,
				slice_of(Minute::try_from(date.get()).unwrap_or(Minute::MAX)),
				HORIZON,
				gpus,
			);
		}
		for pool in PoolRecords::<T>::iter_keys() {
			changes.entry(pool).or_default();
		}
		for (pool, changes) in changes {
			let (mut sum, mut from) = (0i64, now);
			let record: PoolRecord = Self::pool_record(pool);
			let nodes = crate::calendar::StoredNodes::<T>::of(pool);
			for (at, change) in changes.into_iter().chain([(HORIZON, 0)]) {
				if from < at {
					let booked = record.calendar.booked(&nodes, from, at);
					let equal =
						booked.is_ok_and(|booked| (i64::from(booked.least), i64::from(booked.most)) == (sum, sum));
					ensure!(equal, "the calendar is not what slots have booked and is withheld");
				}
				(sum, from) = (sum.saturating_add(change), at.max(from));
			}
		}
		Ok(())
	}
}
