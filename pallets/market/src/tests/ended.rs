use crate::{mock::*, *};
use frame_support::{assert_ok, traits::Hooks, weights::Weight};
use millpond_traits::{mocks::MockDeeds, RentalKind::*};

fn idle() {
	Market::on_idle(1, Weight::MAX);
}

/// The ended slots that `who` held, the newest first.
fn ended_of(who: AccountId) -> Vec<u64> {
	EndedSlotsOf::<Test>::iter_key_prefix(who).map(|id| id.get()).collect()
}

#[test]
fn ended_slot_should_be_told_of_with_all_that_became_of_it() {
	TestExt::default().hosts(&[(HOST, 2)]).execute_with(|| {
		let id = rent(ALICE, OnDemand, 2, 100);
		assert_eq!(Market::ended_slot(id), None);
		pass(20);
		darken(HOST, 5);
		pass(10);
		light(HOST);
		pass(10);
		assert_ok!(MockDeeds::<2>::sell(id, &BOB));
		pass(5);
		assert_ok!(stop(BOB, id));
		let missing = 2 * 15 * ON_DEMAND_RATE;
		assert_eq!(
			Market::ended_slot(id),
			Some(EndedRecord {
				holder: BOB,
				pool: POOL,
				kind: OnDemand,
				gpus: 2,
				rate: ON_DEMAND_RATE,
				start: START,
				ended: START + 45,
				reason: EndReason::Stopped,
				tally: Tally {
					delivered: 2 * 30,
					refunded: missing,
					compensation: missing / 5,
				},
				payer: ALICE,
				returned: SLOT_DEPOSIT + 2 * GPU_DEPOSIT,
				burned: 2 * 55 * ON_DEMAND_RATE,
			})
		);
		assert_eq!((ended_of(ALICE), ended_of(BOB)), (vec![], vec![id]));
	});
}

#[test]
fn pieces_should_tell_what_their_slots_had_come_to_only_once() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 4, 60);
		pass(10);
		let (one, other) = split_gpus(ALICE, id, 1).expect("four GPUs");
		pass(10);
		let merged = merge(ALICE, one, other).expect("they are alike");
		pass(10);
		assert_ok!(stop(ALICE, merged));
		let told = Market::ended_slot(merged).expect("it has ended");
		assert_eq!(told.tally.delivered, 4 * 30);
		assert_eq!(ended_of(ALICE), [merged]);
	});
}

#[test]
fn ended_slots_should_be_forgotten_after_thirty_days_in_idle_time() {
	TestExt::default().execute_with(|| {
		let first = rent(ALICE, OnDemand, 1, 60);
		pass(10);
		assert_ok!(stop(ALICE, first));
		pass(10);
		let second = rent(ALICE, Spot, 1, 1);
		pass(1);
		assert_eq!(ended_of(ALICE), [second, first]);
		outage(REMEMBERED - 12);
		idle();
		assert_eq!(ended_of(ALICE), [second, first]);
		pass(1);
		idle();
		assert_eq!((ended_of(ALICE), Market::ended_slot(first)), (vec![second], None));
		check_invariants();
		// Nothing is removed where there is no time for it.
		pass(11);
		Market::on_idle(1, <() as WeightInfo>::reclaim());
		assert_eq!(ended_of(ALICE), [second]);
		idle();
		assert_eq!(ended_of(ALICE), Vec::<u64>::new());
	});
}

#[test]
fn rejections_should_be_forgotten_with_the_slots() {
	TestExt::default().execute_with(|| {
		for _ in 0..2 {
			let start = now() + 20;
			assert_ok!(Market::reserve(
				RuntimeOrigin::signed(ALICE),
				POOL,
				1,
				start,
				start + 60,
				RESERVED_RATE,
				Some(KEY)
			));
			let id = newest();
			pass(20);
			let host = hosts_of(id)[0].0;
			assert_ok!(grant(host, id));
			assert_ok!(reject(ALICE, id));
		}
		assert_eq!(Rejections::<Test>::get(ALICE), 2);
		outage(REMEMBERED - 20);
		idle();
		assert_eq!(Rejections::<Test>::get(ALICE), 1);
		outage(20);
		idle();
		assert!(!Rejections::<Test>::contains_key(ALICE));
	});
}

#[test]
fn record_should_be_paid_from_the_deposit() {
	TestExt::default().execute_with(|| {
		RecordPrice::set(70);
		let id = rent(ALICE, OnDemand, 1, 60);
		pass(10);
		assert_ok!(stop(ALICE, id));
		assert_eq!(credits(ALICE), FUNDS - 10 * ON_DEMAND_RATE - 70);
		let told = Market::ended_slot(id).expect("it has ended");
		assert_eq!(told.returned, 50 * ON_DEMAND_RATE + SLOT_DEPOSIT + GPU_DEPOSIT - 70);
		check_invariants();
	});
}
