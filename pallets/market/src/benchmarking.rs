//! Benchmarks: of `h` hosts a slot has a GPU each, and `x` more by turns of each.
//!
//! Each is of the dearest that may come together:
//!
//! - What is booked or given back reaches across the edge of all levels of the calendar, which touches the most nodes.
//! - An epoch has closed since its pool, groups and GPUs were touched last, and since its hosts' service was noted.
//! - Billed GPUs were dark for some of the time, so that it is paid back and their hosts compensate it. For a host that costs
//!   more than what is spent at once on one or two GPUs that were not billed: a slot is charged as if it had as many hosts as
//!   can be. Where GPUs cannot have been billed, it is spent on them.
//! - GPUs that are given back leave their pool; of each host that GPUs are taken of, another one waits.
//! - A slot that ends or is taken apart is for sale, and access to it was granted. It was bought: another account has paid for it.
//!
//! What is done to slots is measured for one GPU by itself, too, where the pool's queue is touched in a pool of as many hosts as
//! can be: a line through what up to 256 GPUs take says little of one, and most slots have one.

use crate::{
	calendar::{slice_of, RECLAIM_STEPS},
	metering::count,
	obligations::{MOST_DATES, MOST_NODES as MOST_SEEN},
	CalendarNodes, Call, Config, EndReason, EndedSlots, Event, Gap, Grants, Listing, Listings, Pallet,
	ParametersRecord, Parts, Phase, PoolRecords, Sealed, SlotRecordOf, Slots, Spot, Stage, FUNDED_AHEAD, MAX_GPUS,
	MAX_GRANT, REMEMBERED, SLICE,
};
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{fungible::Mutate, EnsureOrigin},
	weights::WeightMeter,
};
use frame_system::RawOrigin;
use millpond_math::calendar::{Slice, FAN, MOST_NODES};
use millpond_primitives::{Credits as Dc, GpuId, Minute, OperatorId, PoolId, Price, SlotId, BCT, MINUTES_PER_DAY};
use millpond_traits::{Clock, Credits, Deeds, Fact, Obligations, Operators, Pools, Prices, RentalKind};

/// The first slice that is below another entry of the calendar's root than the slices before it.
const EDGE: Slice = 12 * FAN.pow(3);

/// When all begins: in the middle of the last node of slices before the edge.
const START: Minute = (EDGE - 33) * SLICE;

/// What is bought: more than is left before the edge.
const LENGTH: Minute = 1_000;

/// In as many minutes an epoch of the development chain, on whose genesis benchmarks run, ends.
const EPOCH: Minute = 5;

/// For how long GPUs were dark: long enough for a compensation of more than nothing at the lowest price.
const DARK: Minute = 5;

/// For how long they are billed, with that.
const BILLED: Minute = DARK + EPOCH;

const KEY: [u8; 32] = [7; 32];
const OTHER_KEY: [u8; 32] = [8; 32];

/// The most hosts of a slot, and the GPUs that it can have beyond one of each.
const MAX_HOSTS: u32 = 128;
const MAX_OTHERS: u32 = MAX_GPUS - MAX_HOSTS;

/// A pool of as many GPUs and a customer with ample credits, at `start`. An epoch has closed since GPUs joined.
fn begin_at<T: Config>(start: Minute, hosts: u32, gpus: u32) -> (PoolId, T::AccountId) {
	assert!(
		MAX_HOSTS == T::Pools::MAX_HOSTS,
		"the benchmarks are for another number of hosts"
	);
	T::Clock::set_now(start.saturating_sub(EPOCH));
	T::Prices::set_price(Price::from_u32(1));
	// Not the one who holds the hosts: nobody compensates himself.
	let who: T::AccountId = account("holder", 0, 0);
	T::Credits::endow(&who, 1_000_000_000_000_000);
	let pool = T::Pools::set_up(hosts, gpus);
	T::Clock::set_now(start);
	(pool, who)
}

/// The same at `START`, with another GPU of each host, which waits.
fn begin<T: Config>(hosts: u32, gpus: u32) -> (PoolId, T::AccountId) {
	begin_at::<T>(START, hosts, gpus.saturating_add(hosts))
}

/// The same for who wants one GPU of many.
fn begin_for_one<T: Config>() -> (PoolId, T::AccountId) {
	begin_at::<T>(START, MAX_HOSTS, MAX_HOSTS.saturating_add(1))
}

/// The origin of a call, whose account is read for any call.
fn signed<T: Config>(who: T::AccountId) -> RawOrigin<T::AccountId> {
	whitelist_account!(who);
	RawOrigin::Signed(who)
}

fn rent<T: Config>(who: &T::AccountId, pool: PoolId, kind: RentalKind, gpus: u32, key: Option<[u8; 32]>) -> SlotId {
	assert_ok!(Pallet::<T>::do_rent(
		who.clone(),
		pool,
		kind,
		gpus,
		LENGTH,
		Dc::MAX,
		key
	));
	newest::<T>()
}

/// Rents the GPU of the pool that has waited longest, as long as can be, to a customer of its own.
pub(crate) fn rent_to_another<T: Config>(pool: PoolId) {
	let number = u32::try_from(crate::NextSlot::<T>::get()).unwrap_or_default();
	let customer: T::AccountId = account("customer", number, 0);
	T::Credits::endow(&customer, 1_000_000_000);
	assert_ok!(Pallet::<T>::do_rent(
		customer,
		pool,
		RentalKind::OnDemand,
		1,
		FUNDED_AHEAD,
		Dc::MAX,
		None
	));
}

/// Books GPUs in a slice of each of more nodes of the pool's calendar than are looked at, withholds some from as many dates as
/// are told apart, and gives `payer` enough to buy GPUs out.
pub(crate) fn sell_much<T: Config>(pool: PoolId, payer: &T::AccountId) {
	T::Credits::endow(payer, 1_000_000_000_000_000);
	let (now, first) = (T::Clock::now(), slice_of(T::Clock::now()));
	for number in 1..=MOST_SEEN {
		let from = first.saturating_add(number.saturating_mul(FAN));
		assert_ok!(Pallet::<T>::book(pool, from, from.saturating_add(1), MAX_GPUS));
	}
	let sold = MOST_SEEN.saturating_add(2).saturating_mul(FAN).saturating_mul(SLICE);
	for number in 0..u32::try_from(MOST_DATES).unwrap_or_default() {
		// In nodes of their own, too.
		let date = now.saturating_add(sold).saturating_add(number.saturating_mul(16_000));
		assert_ok!(<Pallet<T> as Obligations<T::AccountId>>::withhold(pool, date, 1));
	}
}

fn newest<T: Config>() -> SlotId {
	crate::NextSlot::<T>::get().saturating_sub(1)
}

fn slot<T: Config>(id: SlotId) -> SlotRecordOf<T> {
	let Some(slot) = Slots::<T>::get(id) else {
		panic!("the slot is there")
	};
	slot
}

fn take_turn<T: Config>(id: SlotId) {
	assert_ok!(Pallet::<T>::take_turn(id, slot::<T>(id)));
}

/// Reserved time that has its GPUs.
fn running<T: Config>(who: &T::AccountId, pool: PoolId, gpus: u32, key: Option<[u8; 32]>) -> SlotId {
	let start = START.saturating_add(SLICE);
	let end = start.saturating_add(LENGTH);
	assert_ok!(Pallet::<T>::do_reserve(
		who.clone(),
		pool,
		gpus,
		start,
		end,
		Dc::MAX,
		key
	));
	let id = newest::<T>();
	T::Clock::set_now(start);
	// It is called, starts, and gets its GPUs.
	(0..3).for_each(|_| take_turn::<T>(id));
	assert!(slot::<T>(id).assigned == gpus);
	id
}

fn pass<T: Config>(minutes: Minute) {
	T::Clock::set_now(Pallet::<T>::now().saturating_add(minutes));
}

/// The hosts of the slot.
fn hosts<T: Config>(id: SlotId) -> Vec<OperatorId> {
	Parts::<T>::iter_key_prefix(id).collect()
}

fn holder_of<T: Config>(operator: OperatorId) -> T::AccountId {
	let Some(holder) = T::Operators::holder(operator) else {
		panic!("nobody holds host {operator}")
	};
	holder
}

fn sealed() -> Sealed {
	Sealed::truncate_from(vec![1; usize::try_from(MAX_GRANT).unwrap_or_default()])
}

/// All hosts of the slot grant access to their GPUs.
fn grant_all<T: Config>(id: SlotId) {
	grant_for_all::<T>(id, KEY);
}

fn grant_for_all<T: Config>(id: SlotId, key: [u8; 32]) {
	for host in hosts::<T>(id) {
		let holder = holder_of::<T>(host);
		assert_ok!(Pallet::<T>::do_grant_access(holder, id, host, key, sealed()));
	}
}

/// The hosts of the slot are known to deliver, but for some minutes: with the first fact of another epoch wallets are shown it.
fn have_served<T: Config>(id: SlotId) {
	let service = Fact::Service {
		promised: 1_000_000,
		delivered: 999_000,
	};
	hosts::<T>(id)
		.into_iter()
		.for_each(|host| T::Operators::note(host, service));
}

/// The slot's GPUs, all of them billed, are dark for some of the minutes that pass next. What its first host compensates for
/// that.
fn darken<T: Config>(id: SlotId) -> Event<T> {
	have_served::<T>(id);
	for (host, mut part) in Pallet::<T>::parts_of(id) {
		let Some(reading) = &mut part.reading else {
			panic!("host {host} is not billed")
		};
		// As if its clock had shown more now.
		reading.clock = reading.clock.saturating_add(DARK);
		Parts::<T>::insert(id, host, part);
	}
	let Some((host, part)) = Pallet::<T>::parts_of(id).into_iter().next() else {
		panic!("the slot has GPUs")
	};
	compensated::<T>(id, host, count(&part.gpus), DARK)
}

/// Time passes in which the slot's GPUs are billed, and dark for some of it.
fn pass_in_part_dark<T: Config>(id: SlotId) -> Event<T> {
	let compensated = darken::<T>(id);
	pass::<T>(BILLED);
	compensated
}

/// That `operator` compensates for `minutes` of `gpus` GPUs of the slot.
fn compensated<T: Config>(id: SlotId, operator: OperatorId, gpus: u32, minutes: Minute) -> Event<T> {
	let missed = Pallet::<T>::cost(slot::<T>(id).rate, gpus, minutes).unwrap_or_default();
	let credits = Pallet::<T>::compensation(missed).unwrap_or_default();
	assert!(credits > 0, "{missed} DC are too little for a compensation");
	Event::Compensated {
		slot: id,
		operator,
		credits,
	}
}

/// All GPUs of the slot leave their pool when they are given back.
fn have_leave<T: Config>(id: SlotId) {
	let parts = Pallet::<T>::parts_of(id).into_iter();
	let gpus: Vec<GpuId> = parts.flat_map(|(_, part)| part.gpus.into_inner()).collect();
	T::Pools::have_leave(&gpus);
}

/// The slot is for sale.
fn offer<T: Config>(who: &T::AccountId, id: SlotId) {
	assert_ok!(Pallet::<T>::do_list(who.clone(), id, 1, 0));
}

/// Another account has paid for the slot, one that has credits.
fn have_bought<T: Config>(id: SlotId) {
	let seller: T::AccountId = account("seller", 0, 0);
	T::Credits::endow(&seller, 1_000_000);
	Slots::<T>::mutate(id, |slot| {
		if let Some(slot) = slot {
			slot.payer = seller;
		}
	});
}

/// All hosts of the slot have failed. Each of its GPUs is a gap by itself, and idle again.
fn fail_all<T: Config>(id: SlotId) {
	let mut slot = slot::<T>(id);
	let mut number = 0;
	for (host, mut part) in Pallet::<T>::parts_of(id) {
		let gpus = count(&part.gpus);
		assert_ok!(Pallet::<T>::withdraw(id, &mut slot, host, &mut part, gpus));
		for _ in 0..gpus {
			let gap = Gap {
				operator: Some(host),
				// Gaps of which this differs are kept apart.
				paid_until: number,
				gpus: 1,
				since: Pallet::<T>::now(),
				forgone: false,
			};
			assert_ok!(Pallet::<T>::add_gap(id, &mut slot, gap));
			number = number.saturating_add(1);
		}
	}
	Pallet::<T>::keep(id, slot);
}

fn assert_last<T: Config>(event: Event<T>) {
	frame_system::Pallet::<T>::assert_last_event(<T as frame_system::Config>::RuntimeEvent::from(event));
}

fn assert_emitted<T: Config>(event: Event<T>) {
	frame_system::Pallet::<T>::assert_has_event(<T as frame_system::Config>::RuntimeEvent::from(event));
}

/// Nothing of the slot is left, and the compensation was owed.
fn assert_ended<T: Config>(id: SlotId, compensated: Event<T>) {
	assert!(!Slots::<T>::contains_key(id) && !Listings::<T>::contains_key(id));
	assert!(T::Deeds::holder(id).is_none());
	assert!(hosts::<T>(id).is_empty());
	assert_emitted::<T>(compensated);
}

/// A slot of on-demand time that was bought, with access to it. What is compensated when it ends.
fn to_be_ended<T: Config>((pool, who): (PoolId, T::AccountId), gpus: u32) -> (T::AccountId, SlotId, Event<T>) {
	let id = rent::<T>(&who, pool, RentalKind::OnDemand, gpus, Some(KEY));
	grant_all::<T>(id);
	offer::<T>(&who, id);
	have_bought::<T>(id);
	let compensated = pass_in_part_dark::<T>(id);
	have_leave::<T>(id);
	(who, id, compensated)
}

/// A reserved slot that runs, with access to it. What is compensated when it is taken apart.
fn granted<T: Config>((pool, who): (PoolId, T::AccountId), gpus: u32) -> (T::AccountId, SlotId, Event<T>) {
	let id = running::<T>(&who, pool, gpus, Some(KEY));
	grant_all::<T>(id);
	offer::<T>(&who, id);
	let compensated = pass_in_part_dark::<T>(id);
	(who, id, compensated)
}

/// A slot that has paused since an epoch was open that has closed.
fn paused<T: Config>(hosts: u32, gpus: u32) -> (T::AccountId, SlotId) {
	// What is booked further goes across the edge.
	let (pool, who) = begin_at::<T>(START.saturating_sub(LENGTH), hosts, gpus);
	let id = rent::<T>(&who, pool, RentalKind::OnDemand, gpus, None);
	T::Clock::set_now(START);
	take_turn::<T>(id);
	assert!(slot::<T>(id).phase == Phase::Paused);
	pass::<T>(EPOCH);
	have_bought::<T>(id);
	(who, id)
}

/// A slot of one GPU and one of all others. What is compensated when they are merged.
fn to_be_merged<T: Config>(h: u32, x: u32) -> (T::AccountId, SlotId, SlotId, Event<T>) {
	let g = h.saturating_add(x);
	// They end before the edge, and the grace of the one, which the other has not, beyond it.
	let end = EDGE.saturating_sub(1).saturating_mul(SLICE);
	let (pool, who) = begin_at::<T>(end.saturating_sub(LENGTH), h, g);
	let first = rent::<T>(&who, pool, RentalKind::OnDemand, 1, Some(KEY));
	let second = rent::<T>(&who, pool, RentalKind::OnDemand, g.saturating_sub(1), Some(KEY));
	for (id, grace) in [(first, 0), (second, 2 * SLICE)] {
		let mut slot = slot::<T>(id);
		assert_ok!(Pallet::<T>::set_end(&mut slot, end, grace));
		Pallet::<T>::keep(id, slot);
		grant_all::<T>(id);
		offer::<T>(&who, id);
		have_bought::<T>(id);
	}
	darken::<T>(first);
	let compensated = pass_in_part_dark::<T>(second);
	(who, first, second, compensated)
}

/// A slot all of whose GPUs failed. What is compensated first when it gets others.
fn to_be_filled<T: Config>((pool, who): (PoolId, T::AccountId), gpus: u32) -> (SlotId, SlotRecordOf<T>, Event<T>) {
	let id = running::<T>(&who, pool, gpus, None);
	have_served::<T>(id);
	fail_all::<T>(id);
	pass::<T>(BILLED);
	let slot = slot::<T>(id);
	assert!(slot.due.is_some_and(|due| due.stage == Stage::Fill));
	assert!(slot.gaps.len() == gpus as usize);
	let Some(operator) = slot.gaps.first().and_then(|gap| gap.operator) else {
		panic!("a host answers")
	};
	let compensated = compensated::<T>(id, operator, 1, BILLED);
	(id, slot, compensated)
}

/// A slot to whose GPUs access was granted, and not to the key that came then. What is compensated for that.
fn ungranted<T: Config>((pool, who): (PoolId, T::AccountId), gpus: u32) -> (SlotId, SlotRecordOf<T>, Event<T>) {
	let id = rent::<T>(&who, pool, RentalKind::OnDemand, gpus, Some(KEY));
	grant_all::<T>(id);
	assert_ok!(Pallet::<T>::do_set_access_key(who, id, OTHER_KEY));
	let compensated = pass_in_part_dark::<T>(id);
	have_leave::<T>(id);
	let slot = slot::<T>(id);
	assert!(slot.deliver_by == Some(Pallet::<T>::now()));
	(id, slot, compensated)
}

fn assert_rented<T: Config>(pool: PoolId, gpus: u32) {
	assert!(slot::<T>(newest::<T>()).assigned == gpus);
	assert!(CalendarNodes::<T>::iter_prefix(pool).count() == MOST_NODES as usize);
}

/// The slot goes on, and what it was kept for was spent: what is paid for is still to come.
fn assert_resumed<T: Config>(id: SlotId, gpus: u32) {
	let slot = slot::<T>(id);
	assert!(slot.phase == Phase::Running);
	assert!(Ok(slot.escrow) == Pallet::<T>::cost(slot.rate, gpus, LENGTH));
}

/// The first piece of a slot that was split has the GPUs of as many hosts, and access to them.
fn assert_split<T: Config>(at: Minute, hosts: u32, gpus: u32) {
	let later = newest::<T>();
	assert!(slot::<T>(later).start == at);
	let first = later.saturating_sub(1);
	assert!(slot::<T>(first).assigned == gpus);
	assert!(Grants::<T>::iter_prefix(first).count() == hosts as usize);
}

fn assert_merged<T: Config>(gpus: u32) {
	let merged = slot::<T>(newest::<T>());
	assert!((merged.assigned, merged.grace) == (gpus, 0));
}

/// Where a slot is split that was just started.
fn cut<T: Config>(id: SlotId) -> Minute {
	slot::<T>(id).start.saturating_add(10 * SLICE)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn rent(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (pool, who) = begin::<T>(h, g);
		let origin = signed::<T>(who);

		#[extrinsic_call]
		_(origin, pool, RentalKind::OnDemand, g, LENGTH, Dc::MAX, None);

		assert_rented::<T>(pool, g);
	}

	#[benchmark]
	fn rent_one() {
		let (pool, who) = begin_for_one::<T>();
		let origin = signed::<T>(who);

		#[extrinsic_call]
		rent(origin, pool, RentalKind::OnDemand, 1, LENGTH, Dc::MAX, None);

		assert_rented::<T>(pool, 1);
	}

	#[benchmark]
	fn reserve() {
		let (pool, who) = begin::<T>(1, 1);
		let start = START.saturating_add(SLICE);
		let end = start.saturating_add(365 * MINUTES_PER_DAY);
		let origin = signed::<T>(who);

		#[extrinsic_call]
		_(origin, pool, 1, start, end, Dc::MAX, Some(KEY));

		assert!(slot::<T>(newest::<T>()).phase == Phase::Booked);
		assert!(CalendarNodes::<T>::iter_prefix(pool).count() == MOST_NODES as usize);
	}

	/// A paused one: what it was kept for is spent on its GPUs, and they are billed again.
	#[benchmark]
	fn top_up(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (who, id) = paused::<T>(h, g);
		let origin = signed::<T>(who);

		#[extrinsic_call]
		_(origin, id, LENGTH);

		assert_resumed::<T>(id, g);
	}

	#[benchmark]
	fn top_up_one() {
		let (who, id) = paused::<T>(1, 1);
		let origin = signed::<T>(who);

		#[extrinsic_call]
		top_up(origin, id, LENGTH);

		assert_resumed::<T>(id, 1);
	}

	#[benchmark]
	fn stop(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (who, id, compensated) = to_be_ended::<T>(begin::<T>(h, g), g);
		let origin = signed::<T>(who);

		#[extrinsic_call]
		_(origin, id);

		assert_ended::<T>(id, compensated);
	}

	#[benchmark]
	fn stop_one() {
		let (who, id, compensated) = to_be_ended::<T>(begin_for_one::<T>(), 1);
		let origin = signed::<T>(who);

		#[extrinsic_call]
		stop(origin, id);

		assert_ended::<T>(id, compensated);
	}

	#[benchmark]
	fn split_time(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (who, id, compensated) = granted::<T>(begin::<T>(h, g), g);
		have_bought::<T>(id);
		let at = cut::<T>(id);
		let origin = signed::<T>(who);

		#[extrinsic_call]
		_(origin, id, at);

		assert_ended::<T>(id, compensated);
		assert_split::<T>(at, h, g);
	}

	#[benchmark]
	fn split_time_one() {
		let (who, id, compensated) = granted::<T>(begin_for_one::<T>(), 1);
		have_bought::<T>(id);
		let at = cut::<T>(id);
		let origin = signed::<T>(who);

		#[extrinsic_call]
		split_time(origin, id, at);

		assert_ended::<T>(id, compensated);
		assert_split::<T>(at, 1, 1);
	}

	#[benchmark]
	fn split_gpus(h: Linear<1, MAX_HOSTS>, x: Linear<1, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (pool, who) = begin::<T>(h, g);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, g, Some(KEY));
		grant_all::<T>(id);
		offer::<T>(&who, id);
		have_bought::<T>(id);
		let compensated = pass_in_part_dark::<T>(id);
		let origin = signed::<T>(who);

		#[extrinsic_call]
		_(origin, id, 1);

		assert_ended::<T>(id, compensated);
		assert!(slot::<T>(newest::<T>()).assigned == g.saturating_sub(1));
	}

	/// A slot of one GPU with another. Where both have GPUs of a host, it is charged as two hosts.
	#[benchmark]
	fn merge(h: Linear<1, MAX_HOSTS>, x: Linear<1, MAX_OTHERS>) {
		let (who, first, second, compensated) = to_be_merged::<T>(h, x);
		let origin = signed::<T>(who);

		#[extrinsic_call]
		_(origin, first, second);

		assert_ended::<T>(second, compensated);
		assert_merged::<T>(h.saturating_add(x));
	}

	#[benchmark]
	fn merge_ones() {
		let (who, first, second, compensated) = to_be_merged::<T>(2, 0);
		let origin = signed::<T>(who);

		#[extrinsic_call]
		merge(origin, first, second);

		assert_ended::<T>(second, compensated);
		assert_merged::<T>(2);
	}

	/// Another one: each host is paid for its grant.
	#[benchmark]
	fn set_access_key(h: Linear<1, MAX_HOSTS>) {
		let (pool, who) = begin::<T>(h, h);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, h, Some(OTHER_KEY));
		grant_for_all::<T>(id, OTHER_KEY);
		pass::<T>(BILLED);
		// It is seen that access was granted.
		take_turn::<T>(id);
		let before = slot::<T>(id).due;
		let origin = signed::<T>(who);

		#[extrinsic_call]
		_(origin, id, KEY);

		assert_last::<T>(Event::AccessKeySet { slot: id, key: KEY });
		// Its place in the agenda is another.
		assert!(slot::<T>(id).due != before);
	}

	/// For a key that has replaced another: what the GPU was kept for is spent on it.
	#[benchmark]
	fn grant_access() {
		let (pool, who) = begin::<T>(1, 1);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, 1, Some(KEY));
		pass::<T>(1);
		assert_ok!(Pallet::<T>::do_set_access_key(who, id, OTHER_KEY));
		pass::<T>(EPOCH);
		let Some(operator) = hosts::<T>(id).into_iter().next() else {
			panic!("the slot has a GPU")
		};
		let escrow = slot::<T>(id).escrow;
		let origin = signed::<T>(holder_of::<T>(operator));

		#[extrinsic_call]
		_(origin, id, operator, OTHER_KEY, sealed());

		assert_last::<T>(Event::AccessGranted { slot: id, operator });
		let slot = slot::<T>(id);
		let spent = escrow.saturating_sub(slot.escrow);
		assert!(Ok(spent) == Pallet::<T>::cost(slot.rate, 1, EPOCH + 1));
	}

	#[benchmark]
	fn reject(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (who, id, compensated) = granted::<T>(begin::<T>(h, g), g);
		have_leave::<T>(id);
		let origin = signed::<T>(who.clone());

		#[extrinsic_call]
		_(origin, id);

		assert_ended::<T>(id, compensated);
		assert!(crate::Rejections::<T>::get(who) == 1);
	}

	#[benchmark]
	fn reject_one() {
		let (who, id, compensated) = granted::<T>(begin_for_one::<T>(), 1);
		have_leave::<T>(id);
		let origin = signed::<T>(who.clone());

		#[extrinsic_call]
		reject(origin, id);

		assert_ended::<T>(id, compensated);
		assert!(crate::Rejections::<T>::get(who) == 1);
	}

	#[benchmark]
	fn list() {
		let (pool, who) = begin::<T>(1, 1);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, 1, None);
		T::Deeds::set_up_offers(id);
		let origin = signed::<T>(who);

		#[extrinsic_call]
		_(origin, id, 1, 1);

		assert_last::<T>(Event::Listed {
			slot: id,
			listing: Some(Listing { price: 1, least: 1 }),
		});
	}

	#[benchmark]
	fn unlist() {
		let (pool, who) = begin::<T>(1, 1);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, 1, None);
		T::Deeds::set_up_offers(id);
		Listings::<T>::insert(id, Listing { price: 1, least: 0 });
		assert_ok!(T::Deeds::set_locked(id, true));
		let origin = signed::<T>(who);

		#[extrinsic_call]
		_(origin, id);

		assert_last::<T>(Event::Listed {
			slot: id,
			listing: None,
		});
	}

	#[benchmark]
	fn buy() {
		let (pool, who) = begin::<T>(1, 1);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, 1, None);
		assert_ok!(Pallet::<T>::do_list(who, id, 1_000_000, 0));
		let buyer: T::AccountId = account("buyer", 0, 0);
		assert_ok!(T::Bct::mint_into(&buyer, BCT.saturating_mul(1_000)));
		let origin = signed::<T>(buyer.clone());

		#[extrinsic_call]
		_(origin, id, BCT.saturating_mul(1_000));

		assert!(T::Deeds::holder(id) == Some(buyer));
	}

	#[benchmark]
	fn set_parameters() -> Result<(), BenchmarkError> {
		let origin = T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let parameters = ParametersRecord::default();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, parameters);

		assert_last::<T>(Event::ParametersSet { parameters });
		Ok(())
	}

	#[benchmark]
	fn agenda_next() {
		let (pool, who) = begin::<T>(1, 1);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, 1, None);
		let next;

		#[block]
		{
			let entry = Pallet::<T>::entries_from(START).next();
			next = entry.map(|key| (key.parts().1, Slots::<T>::get(key.parts().1).is_some()));
		}

		assert!(next == Some((id, true)));
	}

	/// Stopped in its first minute by the account that bought it: what is left is spent on its GPUs.
	#[benchmark]
	fn end_slot(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (_, id, compensated) = to_be_ended::<T>(begin::<T>(h, g), g);
		let slot = slot::<T>(id);

		#[block]
		{
			assert_ok!(Pallet::<T>::end(id, slot, EndReason::Stopped));
		}

		assert_ended::<T>(id, compensated);
	}

	#[benchmark]
	fn end_slot_one() {
		let (_, id, compensated) = to_be_ended::<T>(begin_for_one::<T>(), 1);
		let slot = slot::<T>(id);

		#[block]
		{
			assert_ok!(Pallet::<T>::end(id, slot, EndReason::Stopped));
		}

		assert_ended::<T>(id, compensated);
	}

	/// Its hosts answer for the time in which each GPU was missing.
	#[benchmark]
	fn fill_slot(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (id, slot, compensated) = to_be_filled::<T>(begin::<T>(h, g), g);

		#[block]
		{
			assert_ok!(Pallet::<T>::take_turn(id, slot));
		}

		assert!(super::slot::<T>(id).assigned == g);
		assert_emitted::<T>(compensated);
	}

	#[benchmark]
	fn fill_slot_one() {
		let (id, slot, compensated) = to_be_filled::<T>(begin_for_one::<T>(), 1);

		#[block]
		{
			assert_ok!(Pallet::<T>::take_turn(id, slot));
		}

		assert!(super::slot::<T>(id).assigned == 1);
		assert_emitted::<T>(compensated);
	}

	#[benchmark]
	fn fail_grants(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (id, slot, compensated) = ungranted::<T>(begin::<T>(h, g), g);

		#[block]
		{
			assert_ok!(Pallet::<T>::take_turn(id, slot));
		}

		assert!(super::slot::<T>(id).missing() == g);
		assert_emitted::<T>(compensated);
	}

	#[benchmark]
	fn fail_grants_one() {
		let (id, slot, compensated) = ungranted::<T>(begin_for_one::<T>(), 1);

		#[block]
		{
			assert_ok!(Pallet::<T>::take_turn(id, slot));
		}

		assert!(super::slot::<T>(id).missing() == 1);
		assert_emitted::<T>(compensated);
	}

	#[benchmark]
	fn make_room(g: Linear<1, MAX_GPUS>) {
		// The notice goes across the edge.
		let start = EDGE.saturating_mul(SLICE).saturating_sub(1);
		let (pool, who) = begin_at::<T>(start, 1, g);
		let spot: Vec<SlotId> = (0..g)
			.map(|_| super::rent::<T>(&who, pool, RentalKind::Spot, 1, None))
			.collect();
		assert_ok!(Pallet::<T>::book(
			pool,
			EDGE.saturating_sub(1),
			EDGE.saturating_add(1),
			g
		));

		#[block]
		{
			assert_ok!(Pallet::<T>::make_room(pool, g));
		}

		let evicted = Phase::Leaving(EndReason::Evicted);
		assert!(spot.into_iter().all(|id| slot::<T>(id).phase == evicted));
		assert!(Spot::<T>::iter_key_prefix(pool).next().is_none());
	}

	/// As many nodes as can be in one turn, and then all that is left.
	#[benchmark]
	fn reclaim() {
		let (pool, _) = begin::<T>(1, 1);
		// Something in each of as many nodes, and in the present one, so that all of it is past.
		let first = slice_of(START);
		let last = first.saturating_add(RECLAIM_STEPS.saturating_sub(1).saturating_mul(FAN));
		let nodes = (first..last).step_by(FAN as usize);
		for slice in nodes.chain([last.saturating_sub(1)]) {
			assert_ok!(Pallet::<T>::book(pool, slice, slice.saturating_add(1), 1));
		}
		T::Clock::set_now(last.saturating_mul(SLICE));
		assert!(CalendarNodes::<T>::iter_prefix(pool).count() > RECLAIM_STEPS as usize);

		#[block]
		{
			Pallet::<T>::reclaim(&mut WeightMeter::new());
		}

		assert!(!PoolRecords::<T>::contains_key(pool));
		assert!(CalendarNodes::<T>::iter_prefix(pool).next().is_none());
	}

	/// One that was rejected.
	#[benchmark]
	fn forget() {
		let (who, id, _) = granted::<T>(begin_for_one::<T>(), 1);
		assert_ok!(Pallet::<T>::do_reject(who.clone(), id));
		pass::<T>(REMEMBERED);

		#[block]
		{
			Pallet::<T>::forget_ended(&mut WeightMeter::new());
		}

		assert!(!EndedSlots::<T>::contains_key(id));
		assert!(crate::Rejections::<T>::get(who) == 0);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt::default().build(), crate::mock::Test);
}
