//! What pools offer to customers, and the time slots that were sold.

use super::{held, page_by_key, page_by_number};
use crate::{configs::TIME_SLOT_COLLECTION, *};
use alloc::vec::Vec;
use millpond_primitives::{GpuModelId, Minute, OperatorId, PoolId, SlotId};
use millpond_runtime_api::{EndedEntry, HostedEntry, OfferEntry, Page, RentalTime, SlotEntry, SlotGroup};
use millpond_traits::{Clock, RentalKind};
use pallet_market::{Availability, Offer, Quote, SlotRecordOf};
use sp_runtime::DispatchError;

pub fn offers(model: GpuModelId, gpus: u32, time: RentalTime, cursor: Option<PoolId>) -> Page<PoolId, OfferEntry> {
	let pools = page_by_number(cursor, pallet_pools::NextPool::<Runtime>::get(), |pool| {
		let record = pallet_pools::Pools::<Runtime>::get(pool)?;
		(record.model == model).then_some(pool)
	});
	let offers = match time {
		RentalTime::Spot(minutes) => Market::offers(pools.entries, RentalKind::Spot, gpus, minutes),
		RentalTime::OnDemand(minutes) => Market::offers(pools.entries, RentalKind::OnDemand, gpus, minutes),
		RentalTime::Reserved { start, end } => Market::offers_reserved(pools.entries, gpus, start, end),
	};
	Page {
		entries: offers.into_iter().map(offer_entry).collect(),
		next: pools.next,
	}
}

/// The offer with what tells it from others of the same price.
fn offer_entry(offer: Offer) -> OfferEntry {
	let lines = pallet_pools::Queues::<Runtime>::get(offer.pool).lines.into_iter();
	let hosts: Vec<OperatorId> = lines.map(|line| line.operator).collect();
	let region = |host: &OperatorId| Some(Operators::operator_summary(*host)?.profile.region.into_inner());
	let mut regions: Vec<_> = hosts.iter().filter_map(region).collect();
	regions.sort_unstable();
	regions.dedup();
	let answering = hosts.iter().chain([&offer.manager]);
	let reliability = answering
		.filter_map(|operator| Operators::reputation(*operator)?.reliability)
		.min();
	OfferEntry {
		offer,
		regions,
		reliability,
	}
}

pub fn quote(pool: PoolId, gpus: u32, time: RentalTime) -> Result<Quote, DispatchError> {
	match time {
		RentalTime::Spot(minutes) => Market::quote_rent(pool, RentalKind::Spot, gpus, minutes),
		RentalTime::OnDemand(minutes) => Market::quote_rent(pool, RentalKind::OnDemand, gpus, minutes),
		RentalTime::Reserved { start, end } => Market::quote_reserve(pool, gpus, start, end),
	}
}

pub fn availability(pool: PoolId, from: Minute, to: Minute) -> Option<Vec<Availability>> {
	let is_there = pallet_pools::Pools::<Runtime>::contains_key(pool);
	is_there.then(|| Market::availability(pool, from, to))
}

pub fn slot(slot: SlotId) -> Option<SlotEntry> {
	Some(SlotEntry {
		slot,
		summary: Market::slot_summary(slot)?,
		listing: pallet_market::Listings::<Runtime>::get(slot),
		wallet_price: pallet_nfts::ItemPriceOf::<Runtime>::get(TIME_SLOT_COLLECTION, slot).map(|(price, _)| price),
	})
}

pub fn ended_slot(slot: SlotId) -> Option<EndedEntry> {
	let record = Market::ended_slot(slot)?;
	Some(EndedEntry { slot, record })
}

/// The newest first: so are their keys.
pub fn ended_slots(account: &AccountId, cursor: Option<SlotId>) -> Page<SlotId, EndedEntry> {
	type Ended = pallet_market::EndedSlotsOf<Runtime>;
	let ids = match cursor {
		None => Ended::iter_key_prefix(account),
		Some(last) => {
			let last = Ended::hashed_key_for(account, pallet_market::Descending::from(last));
			Ended::iter_key_prefix_from(account, last)
		}
	};
	page_by_key(ids.map(|id| id.get()), |ids| {
		ids.iter().copied().filter_map(ended_slot).collect()
	})
}

fn listed(slots: &[SlotId]) -> Vec<SlotEntry> {
	slots.iter().copied().filter_map(slot).collect()
}

pub fn slots(account: &AccountId, cursor: Option<SlotId>) -> Page<SlotId, SlotEntry> {
	page_by_key(held(account, TIME_SLOT_COLLECTION, cursor), listed)
}

pub fn hosted_slots(operator: OperatorId, cursor: Option<(PoolId, SlotId)>) -> Page<(PoolId, SlotId), HostedEntry> {
	type Hosted = pallet_market::Hosted<Runtime>;
	let pools = pallet_pools::Hosting::<Runtime>::get(operator).pools.into_iter();
	let left = pools.skip_while(|pool| cursor.is_some_and(|(last, _)| last != *pool));
	let slots = |pool| {
		let group = (pool, operator);
		let ids = match cursor {
			Some((of, last)) if of == pool => Hosted::iter_key_prefix_from(group, Hosted::hashed_key_for(group, last)),
			_ => Hosted::iter_key_prefix(group),
		};
		ids.map(move |slot| (pool, slot))
	};
	page_by_key(left.flat_map(slots), |ids| {
		let entry = |(_, id): &(PoolId, SlotId)| {
			let entry = slot(*id)?;
			let due = Market::grant_due(entry.slot, operator);
			let minutes_to_grant = due.map(|due| due.saturating_sub(Emissions::now()));
			Some(HostedEntry {
				entry,
				minutes_to_grant,
			})
		};
		ids.iter().filter_map(entry).collect()
	})
}

pub fn for_sale(cursor: Option<SlotId>) -> Page<SlotId, SlotEntry> {
	type Listings = pallet_market::Listings<Runtime>;
	let ids = match cursor {
		None => Listings::iter_keys(),
		Some(last) => Listings::iter_keys_from(Listings::hashed_key_for(last)),
	};
	page_by_key(ids, listed)
}

pub fn slot_groups(cursor: Option<SlotId>) -> Page<SlotId, SlotGroup> {
	type Slots = pallet_market::Slots<Runtime>;
	let ids = match cursor {
		None => Slots::iter_keys(),
		Some(last) => Slots::iter_keys_from(Slots::hashed_key_for(last)),
	};
	page_by_key(ids, |ids| {
		let mut groups: Vec<SlotGroup> = Vec::new();
		for group in ids.iter().filter_map(Slots::get).map(group_of_one) {
			let same = |known: &&mut SlotGroup| (known.kind, known.phase) == (group.kind, group.phase);
			match groups.iter_mut().find(same) {
				Some(known) => *known = both(known, &group),
				None => groups.push(group),
			}
		}
		groups
	})
}

/// The group of which this slot is the only one.
fn group_of_one(slot: SlotRecordOf<Runtime>) -> SlotGroup {
	let to_come = slot.end.saturating_sub(slot.start.max(Emissions::now()));
	SlotGroup {
		kind: slot.kind,
		phase: slot.phase,
		slots: 1,
		gpus: slot.assigned,
		missing: slot.missing(),
		minutes: u64::from(slot.gpus).saturating_mul(to_come.into()),
		escrow: slot.escrow,
	}
}

/// Two groups of one kind and phase as one.
fn both(one: &SlotGroup, other: &SlotGroup) -> SlotGroup {
	SlotGroup {
		slots: one.slots.saturating_add(other.slots),
		gpus: one.gpus.saturating_add(other.gpus),
		missing: one.missing.saturating_add(other.missing),
		minutes: one.minutes.saturating_add(other.minutes),
		escrow: one.escrow.saturating_add(other.escrow),
		..*one
	}
}
