//! Benchmarks: of `h` hosts a slot has a GPU each, and `x` more by turns of each; every calendar is booked across all its
//! levels.

use crate::{
	calendar::{slice_of, RECLAIM_STEPS},
	Call, Config, EndReason, Event, Pallet, ParametersRecord, Parts, Phase, Sealed, SlotRecordOf, Slots, Stage,
	FUNDED_AHEAD, MAX_GPUS, MAX_GRANT, SLICE,
};
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{fungible::Mutate, EnsureOrigin},
	weights::Weight,
};
use frame_system::RawOrigin;
use millpond_primitives::{Credits as Dc, Minute, PoolId, Price, SlotId, BCT, MINUTES_PER_DAY};
use millpond_traits::{Clock, Credits, Deeds, Operators, Pools, Prices, RentalKind};

/// When all begins: at the start of a slice.
const START: Minute = 30_000_000;

/// What is bought.
const LENGTH: Minute = 1_000;

const KEY: [u8; 32] = [7; 32];

/// The most hosts of a slot, and the GPUs that it can have beyond one of each.
const MAX_HOSTS: u32 = 128;
const MAX_OTHERS: u32 = MAX_GPUS - MAX_HOSTS;

/// A pool of as many GPUs and a customer with ample credits.
fn begin<T: Config>(hosts: u32, gpus: u32) -> (PoolId, T::AccountId) {
	assert!(
		MAX_HOSTS == T::Pools::MAX_HOSTS,
		"the benchmarks are for another number of hosts"
	);
	T::Clock::set_now(START);
	T::Prices::set_price(Price::from_u32(1));
	let who: T::AccountId = whitelisted_caller();
	T::Credits::endow(&who, 1_000_000_000_000_000);
	(T::Pools::set_up(hosts, gpus), who)
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

/// Reserved time that starts now and lacks all its GPUs.
fn begun<T: Config>(who: &T::AccountId, pool: PoolId, gpus: u32, key: Option<[u8; 32]>) -> SlotId {
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
	// It is called, and starts.
	take_turn::<T>(id);
	take_turn::<T>(id);
	id
}

/// Reserved time that has its GPUs.
fn running<T: Config>(who: &T::AccountId, pool: PoolId, gpus: u32, key: Option<[u8; 32]>) -> SlotId {
	let id = begun::<T>(who, pool, gpus, key);
	take_turn::<T>(id);
	assert!(slot::<T>(id).assigned == gpus);
	id
}

fn pass<T: Config>(minutes: Minute) {
	T::Clock::set_now(Pallet::<T>::now().saturating_add(minutes));
}

/// The first host of the slot, and who holds it.
fn host<T: Config>(id: SlotId) -> (u64, T::AccountId) {
	let Some(operator) = Parts::<T>::iter_key_prefix(id).next() else {
		panic!("the slot has GPUs")
	};
	let Some(holder) = T::Operators::holder(operator) else {
		panic!("nobody holds host {operator}")
	};
	(operator, holder)
}

fn assert_last<T: Config>(event: Event<T>) {
	frame_system::Pallet::<T>::assert_last_event(<T as frame_system::Config>::RuntimeEvent::from(event).into());
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn rent(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (pool, who) = begin::<T>(h, g);

		#[extrinsic_call]
		_(
			RawOrigin::Signed(who),
			pool,
			RentalKind::OnDemand,
			g,
			LENGTH,
			Dc::MAX,
			None,
		);

		assert!(slot::<T>(newest::<T>()).assigned == g);
	}

	#[benchmark]
	fn reserve() {
		let (pool, who) = begin::<T>(1, 1);
		// From the end of a node to somewhere far away.
		let start = START.saturating_add(63 * SLICE);
		let end = start.saturating_add(365 * MINUTES_PER_DAY);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), pool, 1, start, end, Dc::MAX, Some(KEY));

		assert!(slot::<T>(newest::<T>()).phase == Phase::Booked);
	}

	#[benchmark]
	fn top_up(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (pool, who) = begin::<T>(h, g);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, g, None);
		T::Clock::set_now(slot::<T>(id).end);
		take_turn::<T>(id);
		assert!(slot::<T>(id).phase == Phase::Paused);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, LENGTH);

		assert!(slot::<T>(id).phase == Phase::Running);
	}

	#[benchmark]
	fn stop(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (pool, who) = begin::<T>(h, g);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, g, None);
		pass::<T>(5);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);

		assert!(!Slots::<T>::contains_key(id));
	}

	#[benchmark]
	fn split_time(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (pool, who) = begin::<T>(h, g);
		let id = running::<T>(&who, pool, g, None);
		let at = slot::<T>(id).start.saturating_add(10 * SLICE);
		pass::<T>(5);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, at);

		assert!(slot::<T>(newest::<T>()).start == at);
	}

	#[benchmark]
	fn split_gpus(h: Linear<1, MAX_HOSTS>, x: Linear<1, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (pool, who) = begin::<T>(h, g);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, g, Some(KEY));
		pass::<T>(5);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, 1);

		assert!(slot::<T>(newest::<T>()).assigned == g.saturating_sub(1));
	}

	#[benchmark]
	fn merge(h: Linear<1, MAX_HOSTS>, x: Linear<1, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (pool, who) = begin::<T>(h, g);
		let first = super::rent::<T>(&who, pool, RentalKind::OnDemand, 1, Some(KEY));
		let second = super::rent::<T>(&who, pool, RentalKind::OnDemand, g.saturating_sub(1), Some(KEY));
		pass::<T>(5);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), first, second);

		assert!(slot::<T>(newest::<T>()).assigned == g);
	}

	#[benchmark]
	fn set_access_key() {
		let (pool, who) = begin::<T>(1, 1);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, 1, None);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, KEY);

		assert_last::<T>(Event::AccessKeySet { slot: id, key: KEY });
	}

	#[benchmark]
	fn grant_access() {
		let (pool, who) = begin::<T>(1, 1);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, 1, Some(KEY));
		let (operator, holder) = host::<T>(id);
		let sealed = vec![1; usize::try_from(MAX_GRANT).unwrap_or_default()];
		let sealed = Sealed::truncate_from(sealed);

		#[extrinsic_call]
		_(RawOrigin::Signed(holder), id, operator, KEY, sealed);

		assert_last::<T>(Event::AccessGranted { slot: id, operator });
	}

	#[benchmark]
	fn reject(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (pool, who) = begin::<T>(h, g);
		let id = running::<T>(&who, pool, g, None);
		Slots::<T>::mutate(id, |slot| {
			if let Some(slot) = slot {
				slot.first_grant = Some(slot.start);
			}
		});
		pass::<T>(5);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);

		assert!(!Slots::<T>::contains_key(id));
	}

	#[benchmark]
	fn list() {
		let (pool, who) = begin::<T>(1, 1);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, 1, None);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, 1);

		assert_last::<T>(Event::Listed {
			slot: id,
			price: Some(1),
		});
	}

	#[benchmark]
	fn unlist() {
		let (pool, who) = begin::<T>(1, 1);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, 1, None);
		assert_ok!(Pallet::<T>::do_list(who.clone(), id, 1));

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);

		assert_last::<T>(Event::Listed { slot: id, price: None });
	}

	#[benchmark]
	fn buy() {
		let (pool, who) = begin::<T>(1, 1);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, 1, None);
		assert_ok!(Pallet::<T>::do_list(who, id, 1_000_000));
		let buyer: T::AccountId = account("buyer", 0, 0);
		assert_ok!(T::Bct::mint_into(&buyer, BCT.saturating_mul(1_000)));

		#[extrinsic_call]
		_(RawOrigin::Signed(buyer.clone()), id, BCT.saturating_mul(1_000));

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

	#[benchmark]
	fn end_slot(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (pool, who) = begin::<T>(h, g);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, g, None);
		pass::<T>(5);
		let slot = slot::<T>(id);

		#[block]
		{
			assert_ok!(Pallet::<T>::end(id, slot, EndReason::Unfunded));
		}

		assert!(!Slots::<T>::contains_key(id));
	}

	#[benchmark]
	fn fill_slot(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (pool, who) = begin::<T>(h, g);
		let id = begun::<T>(&who, pool, g, None);
		// Its GPUs are missing for a while, for which the manager answers.
		pass::<T>(5);
		let slot = slot::<T>(id);
		assert!(slot.due.is_some_and(|due| due.stage == Stage::Fill));

		#[block]
		{
			assert_ok!(Pallet::<T>::take_turn(id, slot));
		}

		assert!(super::slot::<T>(id).assigned == g);
	}

	#[benchmark]
	fn fail_grants(h: Linear<1, MAX_HOSTS>, x: Linear<0, MAX_OTHERS>) {
		let g = h.saturating_add(x);
		let (pool, who) = begin::<T>(h, g);
		let id = super::rent::<T>(&who, pool, RentalKind::OnDemand, g, Some(KEY));
		pass::<T>(ParametersRecord::default().grant_time.get());
		let slot = slot::<T>(id);

		#[block]
		{
			assert_ok!(Pallet::<T>::take_turn(id, slot));
		}

		assert!(super::slot::<T>(id).missing() == g);
	}

	#[benchmark]
	fn make_room(g: Linear<1, MAX_GPUS>) {
		let (pool, who) = begin::<T>(1, g);
		let spot: Vec<SlotId> = (0..g)
			.map(|_| super::rent::<T>(&who, pool, RentalKind::Spot, 1, None))
			.collect();
		let now = slice_of(START);
		assert_ok!(Pallet::<T>::book(pool, now, now.saturating_add(1), g));

		#[block]
		{
			assert_ok!(Pallet::<T>::make_room(pool, g));
		}

		let evicted = Phase::Leaving(EndReason::Evicted);
		assert!(spot.into_iter().all(|id| slot::<T>(id).phase == evicted));
	}

	#[benchmark]
	fn reclaim() {
		let (pool, _) = begin::<T>(1, 1);
		// Something in as many nodes as there are steps.
		let first = slice_of(START);
		for node in 0..RECLAIM_STEPS {
			let slice = first.saturating_add(node.saturating_mul(64));
			assert_ok!(Pallet::<T>::book(pool, slice, slice.saturating_add(1), 1));
		}
		T::Clock::set_now(START.saturating_add(RECLAIM_STEPS.saturating_add(1).saturating_mul(64 * SLICE)));

		#[block]
		{
			Pallet::<T>::reclaim(Weight::MAX);
		}

		assert!(Pallet::<T>::pool_record(pool).calendar.reclaimed() > first);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt::default().build(), crate::mock::Test);
}
