//! The references of payment processors: each pays once.

use crate::{
	Config, Error, Event, Expiries, NextExpiry, Pallet, Reference, ReferenceRecord, ReferenceRecordOf, References,
	WeightInfo, MAX_DEADLINE,
};
use frame_support::{
	ensure,
	traits::{Consideration, Defensive, Footprint, Time},
	weights::WeightMeter,
};
use millpond_primitives::{Minute, MINUTE};
use sp_runtime::{traits::UniqueSaturatedInto, DispatchResult};

/// The hour, from 1970, in which `minute` lies: a reference with that deadline is of no use from the next one on.
pub(crate) fn hour_of(minute: Minute) -> u32 {
	minute / 60
}

impl<T: Config> Pallet<T> {
	fn minute_now() -> Minute {
		(T::Time::now() / MINUTE).unique_saturated_into()
	}

	/// Uses up `reference` of `who` until `deadline`.
	pub(crate) fn use_reference(who: &T::AccountId, reference: Reference, deadline: Minute) -> DispatchResult {
		let now = Self::minute_now();
		let ahead = deadline
			.checked_sub(now)
			.filter(|ahead| *ahead > 0)
			.ok_or(Error::<T>::DeadlinePassed)?;
		ensure!(ahead <= MAX_DEADLINE, Error::<T>::DeadlineTooFar);
		if let Some(old) = References::<T>::get(who, reference) {
			ensure!(old.deadline <= now, Error::<T>::ReferenceUsed);
			Expiries::<T>::remove(hour_of(old.deadline), (who, reference));
			Self::release_reference(who.clone(), reference);
		}
		let ticket = T::Consideration::new(who, Self::reference_footprint())?;
		References::<T>::insert(who, reference, ReferenceRecord { deadline, ticket });
		Expiries::<T>::insert(hour_of(deadline), (who, reference), ());
		if !NextExpiry::<T>::exists() {
			NextExpiry::<T>::put(hour_of(now));
		}
		Ok(())
	}

	/// What is stored for a reference, in both maps.
	pub(crate) fn reference_footprint() -> Footprint {
		Footprint::from_mel::<(
			(T::AccountId, Reference, ReferenceRecordOf<T>),
			(u32, T::AccountId, Reference),
		)>()
	}

	/// Forgets expired references, the oldest first, while `meter` lasts.
	pub(crate) fn reclaim_references(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::reclaim_reference()).is_err() {
			return;
		}
		let Some(first) = NextExpiry::<T>::get() else { return };
		let now = hour_of(Self::minute_now());
		let mut hour = first;
		while hour < now && Self::reclaim_hour(hour, meter) {
			hour = hour.saturating_add(1);
		}
		if hour > first {
			NextExpiry::<T>::put(hour);
		}
	}

	/// Forgets the references that expire in `hour` while `meter` lasts; says whether those were all. To find that an hour
	/// has no more of them costs as much as one of them.
	pub(crate) fn reclaim_hour(hour: u32, meter: &mut WeightMeter) -> bool {
		let mut expired = Expiries::<T>::drain_prefix(hour);
		while meter.try_consume(T::WeightInfo::reclaim_reference()).is_ok() {
			match expired.next() {
				Some(((who, reference), ())) => Self::release_reference(who, reference),
				None => return true,
			}
		}
		false
	}

	/// Forgets a reference whose expiry is already forgotten, and returns its deposit.
	fn release_reference(who: T::AccountId, reference: Reference) {
		if let Some(record) = References::<T>::take(&who, reference).defensive_proof("each expiry has its reference") {
			let _ = record
				.ticket
				.drop(&who)
				.defensive_proof("the deposit was taken when the reference was used");
			Self::deposit_event(Event::ReferenceReclaimed { who, reference });
		}
	}
}
