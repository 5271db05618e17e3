//! What wallets and services ask for.

use crate::{
	calendar::{slice_from, slice_of},
	Availability, Config, HostSummary, Offer, Pallet, Phase, SlotSummary, Slots, MAX_GPUS, SLICE,
};
use alloc::vec::Vec;
use millpond_primitives::{Minute, PoolId, SlotId, MINUTES_PER_DAY};
use millpond_traits::{Deeds, Pools, RentalKind};

/// Minutes in an hour.
const HOUR: Minute = 60;

/// The longest time of which the availability is told at once.
const LONGEST: Minute = 7 * MINUTES_PER_DAY;

impl<T: Config> Pallet<T> {
	/// What those of `pools` offer that can sell open time now, the cheapest first.
	pub fn offers(pools: impl IntoIterator<Item = PoolId>, kind: RentalKind, gpus: u32, minutes: Minute) -> Vec<Offer> {
		Self::offers_by(pools, |pool| Self::do_quote_rent(pool, kind, gpus, minutes).ok())
	}

	/// What those of `pools` offer that can sell the minutes from `start` to `end`, the cheapest first.
	pub fn offers_reserved(
		pools: impl IntoIterator<Item = PoolId>,
		gpus: u32,
		start: Minute,
		end: Minute,
	) -> Vec<Offer> {
		Self::offers_by(pools, |pool| Self::do_quote_reserve(pool, gpus, start, end).ok())
	}

	fn offers_by(
		pools: impl IntoIterator<Item = PoolId>,
		quote: impl Fn(PoolId) -> Option<crate::Quote>,
	) -> Vec<Offer> {
		let offer = |pool| {
			let (quote, manager) = (quote(pool)?, T::Pools::facts(pool)?.manager);
			Some(Offer { pool, manager, quote })
		};
		let mut offers: Vec<Offer> = pools.into_iter().filter_map(offer).collect();
		offers.sort_by_key(|offer| (offer.quote.rate, offer.quote.start, offer.pool));
		offers
	}

	pub(crate) fn do_availability(pool: PoolId, from: Minute, to: Minute) -> Vec<Availability> {
		let Some(facts) = T::Pools::facts(pool) else {
			return Vec::new();
		};
		let mut stretches: Vec<Availability> = Vec::new();
		let first = from.max(Self::now());
		for slice in slice_of(first)..slice_from(to.min(first.saturating_add(LONGEST))) {
			let Ok(booked) = Self::peak(pool, slice, slice.saturating_add(1)) else {
				break;
			};
			let gpus = facts.online.saturating_sub(booked).min(MAX_GPUS);
			let to = slice.saturating_add(1).saturating_mul(SLICE);
			match stretches.last_mut().filter(|last| last.gpus == gpus) {
				Some(last) => last.to = to,
				None => stretches.push(Availability {
					from: slice.saturating_mul(SLICE),
					to,
					gpus,
				}),
			}
		}
		stretches
	}

	pub(crate) fn do_slot_summary(id: SlotId) -> Option<SlotSummary<T::AccountId>> {
		let slot = Slots::<T>::get(id)?;
		let parts = Self::parts_of(id);
		let accrued = parts.iter().fold(0u128, |sum, (operator, part)| {
			sum.saturating_add(Self::accrued(&slot, *operator, part))
		});
		let access = Self::valid_access(id, &slot);
		let hosts = parts.into_iter().map(|(operator, part)| HostSummary {
			operator,
			lit: T::Pools::is_lit(slot.pool, operator),
			billed: part.reading.is_some(),
			granted: access
				.as_ref()
				.is_some_and(|access| part.granted == Some(access.version)),
			gpus: part.gpus.into_inner(),
		});
		Some(SlotSummary {
			holder: T::Deeds::holder(id)?,
			refundable: Self::own_part(&slot, &T::Deeds::holder(id)?),
			time_left: slot.end.saturating_sub(Self::now().max(slot.start)),
			hourly: Self::cost(slot.rate, slot.gpus, HOUR).ok()?,
			accrued,
			kept_until: (slot.phase == Phase::Paused).then(|| slot.kept_until()),
			hosts: hosts.collect(),
			slot,
		})
	}
}
