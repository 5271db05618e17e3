use crate::{mock::*, *};
use frame_support::{
	assert_ok,
	traits::Hooks,
	weights::{Weight, WeightMeter},
};
use millpond_primitives::{Minute, PoolId, SlotId};
use millpond_traits::{
	mocks::{MockClock, MockPools},
	Agenda as _, Obligations,
	RentalKind::*,
};

#[test]
fn none_should_be_lost_and_nobody_billed_beyond_when_ten_thousand_slots_end_in_the_same_minute() {
	const SLOTS: u32 = 10_000;
	TestExt::default()
		.hosts(&[(HOST, SLOTS / 2), (OTHER_HOST, SLOTS / 2)])
		.grace(0)
		.execute_with(|| {
			let ids: Vec<SlotId> = (0..SLOTS).map(|_| rent(ALICE, OnDemand, 1, 60)).collect();
			pass(59);
			work_off();
			MockClock::advance(1);
			let (mut blocks, mut left) = (0, SLOTS as usize);
			loop {
				let mut meter = WeightMeter::with_limit(MaxClockWeight::get());
				let is_done = Market::work_off(now(), &mut meter);
				assert!(meter.consumed().all_lte(MaxClockWeight::get()));
				blocks += 1;
				// Each block has done as much as fits.
				let still = Slots::<Test>::iter_keys().count();
				assert!(still < left || is_done, "no progress");
				left = still;
				if is_done {
					break;
				}
			}
			assert!(blocks > 20, "{blocks} blocks");
			assert!(ids.iter().all(|id| phase(*id).is_none() && holder(*id).is_none()));
			assert_eq!(credits(ALICE), FUNDS - u128::from(SLOTS) * 60 * ON_DEMAND_RATE);
			assert_eq!(
				MockPools::spent(POOL, [HOST, OTHER_HOST]),
				u128::from(SLOTS) * 60 * ON_DEMAND_RATE
			);
			assert_eq!((counts(), Agenda::<Test>::iter().count()), ((SLOTS, SLOTS), 0));
		});
}

#[test]
fn next_due_should_be_the_first_minute_at_which_something_is() {
	TestExt::default().execute_with(|| {
		let next = |until: Minute| Market::next_due(now(), START + until, &mut WeightMeter::new());
		assert_eq!(next(1_000), START + 1_000);
		reserve(ALICE, 1, 500, 60);
		assert_eq!(next(1_000), START + 498);
		assert_eq!(next(100), START + 100);
		rent(ALICE, OnDemand, 1, 60);
		// The warning.
		assert_eq!(next(1_000), START + 50);
		rent_with_key(ALICE, OnDemand, 1, 60);
		assert_eq!(next(1_000), START + 10);
		// It costs too much to look: a minute at a time.
		let mut nothing = WeightMeter::with_limit(Weight::zero());
		assert_eq!(Market::next_due(now(), START + 1_000, &mut nothing), START + 1);
	});
}

#[test]
fn slot_should_be_in_the_agenda_once_when_what_it_needs_changes() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 1, 60);
		let due = || Agenda::<Test>::iter_keys().map(|key| key.parts()).collect::<Vec<_>>();
		assert_eq!(due(), [(START + 10, id)]);
		assert_ok!(grant(HOST, id));
		pass(10);
		assert_eq!(due(), [(START + 50, id)]);
		assert_ok!(top_up(ALICE, id, 60));
		assert_eq!(due(), [(START + 110, id)]);
	});
}

#[test]
fn agenda_should_hold_the_clock_when_the_meter_is_at_its_end() {
	TestExt::default().execute_with(|| {
		let ids = [rent(ALICE, Spot, 1, 5), rent(ALICE, Spot, 1, 5)];
		pass(4);
		MockClock::advance(1);
		assert!(!Market::work_off(now(), &mut WeightMeter::with_limit(Weight::zero())));
		let one = <() as WeightInfo>::agenda_next().saturating_add(Market::entry_weight(Stage::Turn, 1));
		assert!(!Market::work_off(now(), &mut WeightMeter::with_limit(one)));
		assert_eq!(ids.map(|id| phase(id).is_some()), [false, true]);
		work_off();
		assert_eq!(ids.map(|id| phase(id).is_some()), [false, false]);
	});
}

#[test]
fn each_thing_that_is_due_of_a_slot_should_be_charged_when_there_are_several() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 4, 60);
		// One GPU leaves in the minute in which its host has not granted access in time.
		MockPools::announce(gpus_of(HOST)[0], Some(START + 10));
		Slots::<Test>::mutate(id, |slot| {
			slot.as_mut().expect("it is there").relieve_at = Some(START + 10)
		});
		pass(9);
		assert_ok!(grant(HOST, id));
		MockClock::advance(1);
		let turn = <() as WeightInfo>::agenda_next().saturating_add(Market::entry_weight(Stage::Turn, 4));
		let work_off_one = || Market::work_off(now(), &mut WeightMeter::with_limit(turn));
		assert!(!work_off_one());
		assert_eq!((slot(id).missing(), slot(id).deliver_by), (0, None));
		assert!(!work_off_one());
		assert_eq!(slot(id).missing(), 1);
		work_off();
		assert_eq!(slot(id).missing(), 0);
	});
}

#[test]
fn slot_should_have_its_turns_in_its_first_minute_when_it_is_as_short_as_the_warning() {
	TestExt::default().execute_with(|| {
		rent(BOB, Spot, 8, 60);
		let id = rent(ALICE, OnDemand, 2, 10);
		assert_eq!(phase(id), Some(Phase::Called));
		pass(1);
		work_off();
		MockClock::advance(1);
		// It starts, is warned, and gets its GPUs once the evicted have given theirs back: all of it before the minute passes.
		work_off();
		assert_eq!((slot(id).assigned, slot(id).warned), (2, true));
		let minutes = || Agenda::<Test>::iter_keys().map(|key| key.parts().0);
		assert!(minutes().all(|minute| minute > now()));
	});
}

#[test]
fn keys_should_be_stored_in_the_order_in_which_they_are_due() {
	let key = |minute, stage, slot| AgendaKey::new(Due { minute, stage }, slot);
	let keys = [
		key(1, Stage::Turn, u64::MAX),
		key(1, Stage::Fill, 0),
		key(1, Stage::Fill, 256),
		key(255, Stage::Turn, 1),
		key(256, Stage::Turn, 0),
		key(Minute::MAX, Stage::Turn, 0),
	];
	let encoded = keys.map(|key| codec::Encode::encode(&key));
	assert!(encoded.is_sorted());
	assert_eq!(keys[2].parts(), (1, 256));
	let descending = [u64::MAX, 256, 255, 0].map(Descending::from);
	assert!(descending.map(|number| codec::Encode::encode(&number)).is_sorted());
	assert_eq!(descending.map(|number| number.get()), [u64::MAX, 256, 255, 0]);
}

/// Reserves a GPU of another pool, which has one.
fn reserve_of(pool: PoolId, after: Minute, minutes: Minute) {
	MockPools::add(pool, MANAGER, 60);
	MockPools::set_price(pool, Reserved, 0, Some(RESERVED_RATE));
	MockPools::join(pool, HOST, 1_000 + u64::from(pool));
	let start = now() + after;
	assert_ok!(Market::reserve(
		RuntimeOrigin::signed(ALICE),
		pool,
		1,
		start,
		start + minutes,
		RESERVED_RATE,
		None
	));
}

#[test]
fn past_should_be_reclaimed_in_idle_time_pool_by_pool() {
	TestExt::default().execute_with(|| {
		reserve_of(POOL + 1, 640, 700);
		reserve(ALICE, 1, 640, 700);
		// Something to come of each.
		reserve(ALICE, 1, 6_400, 10);
		assert_ok!(<Market as Obligations<AccountId>>::withhold(POOL + 1, START + 6_400, 1));
		pass(2_000);
		assert!(CalendarNodes::<Test>::iter_prefix(POOL).count() > 0);
		assert_eq!(Market::on_idle(1, Weight::zero()), Weight::zero());
		// One pool after the other, and then from the beginning.
		let blocks = 20;
		for block in 0..blocks {
			assert!(Market::on_idle(block, Weight::MAX)
				.all_lte(<() as WeightInfo>::reclaim().saturating_add(<() as WeightInfo>::forget())));
		}
		let past = |pool| {
			PoolRecords::<Test>::get(pool)
				.expect("something is to come")
				.calendar
				.reclaimed()
		};
		let leaf = now() / SLICE - now() / SLICE % 64;
		assert_eq!([past(POOL), past(POOL + 1)], [leaf; 2]);
		// No node of slices that are past is left.
		let mut leaves = CalendarNodes::<Test>::iter_keys().filter(|(_, key)| key.level == 0);
		assert!(leaves.all(|(_, key)| key.index * 64 >= leaf));
	});
}

#[test]
fn nothing_should_be_kept_of_a_pool_when_nothing_of_it_is_sold_or_withheld_any_more() {
	TestExt::default().execute_with(|| {
		let kept = || {
			(
				PoolRecords::<Test>::iter().count(),
				CalendarNodes::<Test>::iter().count(),
			)
		};
		let idle = || {
			for block in 0..5 {
				Market::on_idle(block, Weight::MAX);
			}
		};
		reserve_of(POOL + 1, 20, 30);
		let spot = rent(BOB, Spot, 2, 100);
		assert_ok!(<Market as Obligations<AccountId>>::withhold(POOL, START + 70, 1));
		pass(60);
		idle();
		// Of the one all time is over. The other has spot time, and a GPU that leaves.
		assert_eq!(PoolRecords::<Test>::iter_keys().collect::<Vec<_>>(), [POOL]);
		check_invariants();
		assert_ok!(stop(BOB, spot));
		idle();
		assert_eq!(PoolRecords::<Test>::iter_keys().collect::<Vec<_>>(), [POOL]);
		pass(20);
		assert_ok!(<Market as Obligations<AccountId>>::release(POOL, START + 70, 1));
		// In a slice that has begun something was withheld.
		assert!(kept().1 > 0);
		idle();
		assert_eq!((kept(), Reclaimed::<Test>::get()), ((0, 0), None));
		check_invariants();

		// A pool that sells again begins anew.
		let id = reserve(ALICE, 8, 20, 40);
		assert!(try_reserve(BOB, 1, 20, 10).is_err());
		pass(60);
		assert_eq!(phase(id), None);
		assert_eq!(credits(ALICE), FUNDS - (30 + 8 * 40) * RESERVED_RATE);
		idle();
		assert_eq!(kept(), (0, 0));
	});
}

#[test]
fn making_room_should_have_a_turn_of_its_own_when_some_gpus_are_idle() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 4, 60);
		let spot = rent(BOB, Spot, 2, 60);
		pass(5);
		// Two of the others are idle.
		gpus_of(HOST).into_iter().for_each(|gpu| lose(gpu, 0));
		let turn = <() as WeightInfo>::agenda_next().saturating_add(Market::entry_weight(Stage::Fill, 4));
		let work_off_one = || Market::work_off(now(), &mut WeightMeter::with_limit(turn));
		assert!(!work_off_one());
		assert_eq!((slot(id).missing(), phase(spot)), (2, Some(Phase::Running)));
		assert!(!work_off_one());
		assert_eq!(phase(spot), Some(Phase::Leaving(EndReason::Evicted)));
		work_off();
		pass(2);
		assert_eq!((slot(id).missing(), phase(spot)), (0, None));
		assert_eq!(compensation(HOST, ALICE), 2 * 2 * ON_DEMAND_RATE / 5);
	});
}

#[test]
fn parameters_should_be_set_by_governance_only_and_never_be_out_of_range() {
	use codec::{Decode, Encode};
	use frame_support::assert_noop;
	TestExt::default().execute_with(|| {
		let parameters = ParametersRecord {
			notice: 5.try_into().expect("in range"),
			..Default::default()
		};
		let signed = Market::set_parameters(RuntimeOrigin::signed(ALICE), parameters);
		assert_noop!(signed, sp_runtime::DispatchError::BadOrigin);
		assert_ok!(Market::set_parameters(RuntimeOrigin::root(), parameters));
		assert_eq!(Parameters::<Test>::get(), parameters);
		rent(BOB, Spot, 8, 60);
		assert_eq!(slot(rent(ALICE, OnDemand, 1, 60)).start, START + 5);
		for (compensation, notice) in [(499u32, 2u32), (10_001, 2), (2_000, 0), (2_000, 11)] {
			let encoded = (compensation, 10u32, notice, 10u32, 10u32).encode();
			assert!(ParametersRecord::decode(&mut &encoded[..]).is_err());
		}
		let encoded = (2_000u32, 10u32, 2u32, 10u32, 10u32).encode();
		assert_eq!(
			ParametersRecord::decode(&mut &encoded[..]),
			Ok(ParametersRecord::default())
		);
	});
}
