//! What is told of slots that have ended.

use crate::{
	AgendaKey, Config, Descending, Due, EndReason, EndedQueue, EndedRecordOf, EndedSlots, EndedSlotsOf, Pallet,
	Rejections, Stage, WeightInfo, REMEMBERED,
};
use frame_support::weights::WeightMeter;
use millpond_primitives::SlotId;

/// The most records that are removed in a block.
pub(crate) const MOST_FORGOTTEN: usize = 64;

impl<T: Config> Pallet<T> {
	/// Stores what is told of a slot that ends now.
	pub(crate) fn remember(id: SlotId, record: EndedRecordOf<T>) {
		if record.reason == EndReason::Rejected {
			Rejections::<T>::mutate(&record.holder, |count| *count = count.saturating_add(1));
		}
		let due = Due {
			minute: record.ended,
			stage: Stage::Turn,
		};
		EndedQueue::<T>::insert(AgendaKey::new(due, id), ());
		EndedSlotsOf::<T>::insert(&record.holder, Descending::from(id), ());
		EndedSlots::<T>::insert(id, record);
	}

	/// Removes the records of slots that ended [`REMEMBERED`] minutes ago or earlier, the oldest first.
	pub(crate) fn forget_ended(meter: &mut WeightMeter) {
		let mut queue = EndedQueue::<T>::iter_keys();
		for _ in 0..MOST_FORGOTTEN {
			if meter.try_consume(T::WeightInfo::forget()).is_err() {
				return;
			}
			let Some(key) = queue.next() else {
				return;
			};
			let (ended, id) = key.parts();
			if ended.saturating_add(REMEMBERED) > Self::now() {
				return;
			}
			Self::forget(key, id);
		}
	}

	fn forget(key: AgendaKey, id: SlotId) {
		EndedQueue::<T>::remove(key);
		let Some(record) = EndedSlots::<T>::take(id) else {
			return;
		};
		EndedSlotsOf::<T>::remove(&record.holder, Descending::from(id));
		if record.reason == EndReason::Rejected {
			Rejections::<T>::mutate_exists(&record.holder, |count| {
				*count = count.and_then(|count| count.checked_sub(1)).filter(|count| *count > 0);
			});
		}
	}
}
