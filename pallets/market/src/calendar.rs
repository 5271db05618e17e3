//! What of a pool is booked, and what can be.

use crate::{
	CalendarNodes, Config, Error, Pallet, PoolRecord, PoolRecords, Reclaimed, SlotRecordOf, WeightInfo, SLICE,
};
use frame_support::{ensure, traits::Defensive, weights::WeightMeter};
use millpond_math::calendar::{self, Calendar, Node, NodeKey, Nodes, Slice};
use millpond_primitives::{Minute, PoolId};
use millpond_traits::RentalKind;
use sp_runtime::{DispatchError, DispatchResult};

/// Steps of reclaiming a pool's past in a block.
pub(crate) const RECLAIM_STEPS: u32 = 64;

/// The nodes of a pool's calendar, in [`CalendarNodes`].
pub(crate) struct StoredNodes<T> {
	pool: PoolId,
	_config: core::marker::PhantomData<T>,
}

impl<T> StoredNodes<T> {
	pub(crate) fn of(pool: PoolId) -> Self {
		Self {
			pool,
			_config: core::marker::PhantomData,
		}
	}
}

impl<T: Config> Nodes for StoredNodes<T> {
	fn get(&self, key: NodeKey) -> Option<Node> {
		CalendarNodes::<T>::get(self.pool, key)
	}

	fn set(&mut self, key: NodeKey, node: Node) {
		CalendarNodes::<T>::insert(self.pool, key, node);
	}

	fn remove(&mut self, key: NodeKey) {
		CalendarNodes::<T>::remove(self.pool, key);
	}
}

/// The slice of a minute.
pub(crate) fn slice_of(minute: Minute) -> Slice {
	minute.checked_div(SLICE).unwrap_or_default()
}

/// The first slice that begins at `minute` or later.
pub(crate) fn slice_from(minute: Minute) -> Slice {
	slice_of(minute.saturating_add(SLICE.saturating_sub(1)))
}

impl<T: Config> From<calendar::Error> for Error<T> {
	fn from(_: calendar::Error) -> Self {
		Self::Inconsistent
	}
}

impl<T: Config> Pallet<T> {
	/// What is kept of the pool; for one that has sold nothing yet, a calendar from now on.
	pub(crate) fn pool_record(pool: PoolId) -> PoolRecord {
		PoolRecords::<T>::get(pool).unwrap_or_else(|| PoolRecord {
			calendar: Calendar::starting_at(slice_of(Self::now())),
			..Default::default()
		})
	}

	/// Changes what is kept of the pool.
	pub(crate) fn with_pool<R>(
		pool: PoolId,
		change: impl FnOnce(&mut PoolRecord) -> Result<R, DispatchError>,
	) -> Result<R, DispatchError> {
		let mut record = Self::pool_record(pool);
		let result = change(&mut record)?;
		PoolRecords::<T>::insert(pool, record);
		Ok(result)
	}

	/// The slices in which the slot's GPUs are booked: none for spot.
	pub(crate) fn booked_slices(slot: &SlotRecordOf<T>) -> (Slice, Slice) {
		match slot.kind {
			RentalKind::Spot => (0, 0),
			_ => (slice_of(slot.start), slice_from(slot.kept_until())),
		}
	}

	/// The most that is booked or withheld of the pool in `[from, to)`.
	pub(crate) fn peak(pool: PoolId, from: Slice, to: Slice) -> Result<u32, DispatchError> {
		let booked = Self::pool_record(pool)
			.calendar
			.booked(&StoredNodes::<T>::of(pool), from, to);
		Ok(booked.map_err(Error::<T>::from)?.most)
	}

	/// Fails unless `gpus` more of the pool's `online` GPUs can be booked in `[from, to)`.
	pub(crate) fn ensure_free(pool: PoolId, online: u32, from: Slice, to: Slice, gpus: u32) -> DispatchResult {
		if from < to {
			let booked = Self::peak(pool, from, to)?.saturating_add(gpus);
			ensure!(booked <= online, Error::<T>::SoldOut);
		}
		Ok(())
	}

	/// Books `gpus` GPUs in `[from, to)`. The caller has seen that they are free.
	pub(crate) fn book(pool: PoolId, from: Slice, to: Slice, gpus: u32) -> DispatchResult {
		if from < to && gpus > 0 {
			Self::with_pool(pool, |record| {
				let booked = record.calendar.book(&mut StoredNodes::<T>::of(pool), from, to, gpus);
				Ok(booked.map_err(Error::<T>::from)?)
			})?;
		}
		Ok(())
	}

	/// Gives back what is booked in `[from, to)`, as far as it is not past.
	pub(crate) fn unbook(pool: PoolId, from: Slice, to: Slice, gpus: u32) -> DispatchResult {
		let from = from.max(slice_of(Self::now()));
		if from < to && gpus > 0 {
			let record = Self::pool_record(pool);
			let given_back = record
				.calendar
				.give_back(&mut StoredNodes::<T>::of(pool), from, to, gpus);
			given_back.map_err(Error::<T>::from)?;
		}
		Ok(())
	}

	/// Moves the end of what the slot is paid for, and books or gives back what that changes.
	pub(crate) fn set_end(slot: &mut SlotRecordOf<T>, end: Minute, grace: Minute) -> DispatchResult {
		let (from, before) = Self::booked_slices(slot);
		(slot.end, slot.grace) = (end, grace);
		let (_, after) = Self::booked_slices(slot);
		Self::book(slot.pool, before, after, slot.gpus)?;
		Self::unbook(slot.pool, after.max(from), before, slot.gpus)
	}

	/// Removes the past of one pool after the other, if the meter allows one.
	pub(crate) fn reclaim(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::reclaim()).is_ok() {
			Self::reclaim_next();
		}
	}

	fn reclaim_next() {
		let next = match Reclaimed::<T>::get() {
			Some(last) => PoolRecords::<T>::iter_from_key(last).next(),
			None => PoolRecords::<T>::iter().next(),
		};
		let Some((pool, mut record)) = next else {
			return Reclaimed::<T>::kill();
		};
		Self::reclaim_of(pool, &mut record);
		Reclaimed::<T>::put(pool);
	}

	/// Removes what is past from the calendar of one pool, and all that is kept of the pool once that is as good as nothing:
	/// no GPU is sold from now on, and none withheld. A pool that has closed leaves nothing behind, and one that sells again
	/// begins anew.
	fn reclaim_of(pool: PoolId, record: &mut PoolRecord) {
		let (now, mut nodes) = (slice_of(Self::now()), StoredNodes::<T>::of(pool));
		let steps = record.calendar.reclaim(&mut nodes, now, RECLAIM_STEPS);
		let nothing = PoolRecord {
			calendar: record.calendar,
			..Default::default()
		};
		let is_over = steps < RECLAIM_STEPS
			&& *record == nothing
			&& record
				.calendar
				.remove_if_over(&mut nodes, now)
				.defensive_unwrap_or_default();
		if is_over {
			PoolRecords::<T>::remove(pool);
		} else if steps > 0 {
			PoolRecords::<T>::insert(pool, *record);
		}
	}
}
