use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::MINUTES_PER_DAY;
use millpond_traits::{
	mocks::{MockDeeds, MockPools},
	Fact,
	RentalKind::*,
};

fn spent() -> u128 {
	MockPools::spent(POOL, [HOST, OTHER_HOST])
}

#[test]
fn billing_should_start_at_the_grant_for_the_holders_key() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 2, 60);
		pass(4);
		assert_eq!(spent(), 0);
		assert_ok!(grant(HOST, id));
		let stored = Grants::<Test>::get(id, HOST).expect("it was granted");
		assert_eq!(
			(stored.holder, stored.key, stored.sealed.as_slice()),
			(ALICE, KEY, &[1, 2, 3][..])
		);
		assert!(events().contains(&Event::AccessGranted {
			slot: id,
			operator: HOST
		}));
		pass(10);
		assert_eq!(spent(), 2 * 10 * ON_DEMAND_RATE);
		assert_ok!(stop(ALICE, id));
		assert_eq!(credits(ALICE), FUNDS - 2 * 10 * ON_DEMAND_RATE);
		assert_eq!(Grants::<Test>::get(id, HOST), None);
	});
}

#[test]
fn unbilled_start_should_come_back_at_the_end() {
	TestExt::default().execute_with(|| {
		let start = START + 20;
		assert_ok!(Market::reserve(
			RuntimeOrigin::signed(ALICE),
			POOL,
			1,
			start,
			start + 60,
			RESERVED_RATE,
			Some(KEY)
		));
		pass(27);
		assert_ok!(grant(HOST, newest()));
		pass(53);
		assert_eq!(credits(ALICE), FUNDS - 53 * RESERVED_RATE);
		assert_eq!(compensation(HOST, ALICE), 0);
	});
}

#[test]
fn each_host_should_be_billed_from_its_own_grant() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 6, 60);
		assert_eq!(hosts_of(id), [(HOST, 4), (OTHER_HOST, 2)]);
		assert_ok!(grant(HOST, id));
		pass(5);
		assert_ok!(grant(OTHER_HOST, id));
		pass(5);
		assert_eq!(spent(), (4 * 10 + 2 * 5) * ON_DEMAND_RATE);
	});
}

#[test]
fn host_should_fail_when_it_grants_no_access_in_time() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 4, 60);
		pass(9);
		assert_eq!(hosts_of(id), [(HOST, 4)]);
		pass(1);
		// The other host takes over, and has its own ten minutes.
		assert_eq!(hosts_of(id), [(OTHER_HOST, 4)]);
		assert_eq!(noted(HOST, Fact::RentalFailed), 1);
		assert_eq!(compensation(HOST, ALICE), 4 * 10 * ON_DEMAND_RATE / 5);
		pass(5);
		assert_ok!(grant(OTHER_HOST, id));
		assert_noop!(grant(HOST, id), Error::<Test>::NotHost);
		pass(45);
		assert_eq!(phase(id), Some(Phase::Paused));
		// Ten minutes came back at once, five do at the end.
		assert_eq!(slot(id).escrow, 4 * 5 * ON_DEMAND_RATE);
		assert_ok!(stop(ALICE, id));
		assert_eq!(credits(ALICE), FUNDS - 4 * 45 * ON_DEMAND_RATE);
	});
}

#[test]
fn host_should_have_more_time_when_the_chain_stood_still() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 1, 60);
		pass(5);
		outage(20);
		pass(4);
		assert_eq!(hosts_of(id), [(HOST, 1)]);
		assert_ok!(grant(HOST, id));
		assert_eq!((noted(HOST, Fact::RentalFailed), compensation(HOST, ALICE)), (0, 0));
	});
}

#[test]
fn grant_should_fail_when_it_is_not_the_hosts_or_not_for_the_key() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 1, 60);
		assert_noop!(grant(OTHER_HOST, id), Error::<Test>::NotHost);
		assert_noop!(grant(HOST, id + 1), Error::<Test>::UnknownSlot);
		assert_noop!(grant_for(HOST, id, [8; 32]), Error::<Test>::OtherKey);
		let stranger = Market::grant_access(RuntimeOrigin::signed(ALICE), id, HOST, KEY, Sealed::default());
		assert_noop!(stranger, Error::<Test>::NotHost);
		let keyless = rent(ALICE, OnDemand, 1, 60);
		assert_noop!(grant(HOST, keyless), Error::<Test>::NoKey);
		let set = Market::set_access_key(RuntimeOrigin::signed(BOB), id, KEY);
		assert_noop!(set, Error::<Test>::NotHolder);
		pass(61);
		assert_eq!(phase(keyless), Some(Phase::Paused));
		set_key(ALICE, keyless, KEY);
		assert_noop!(grant(HOST, keyless), Error::<Test>::WrongPhase);
	});
}

#[test]
fn billing_should_go_on_and_hosts_grant_anew_when_a_new_key_is_set() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 4, 60);
		pass(10);
		set_key(ALICE, id, KEY);
		pass(5);
		assert_eq!(spent(), 4 * 15 * ON_DEMAND_RATE);
		assert_ok!(grant(HOST, id));
		set_key(ALICE, id, [9; 32]);
		pass(10);
		// It granted access for the key before.
		assert_eq!(hosts_of(id), [(OTHER_HOST, 4)]);
		assert_eq!(spent(), 4 * 25 * ON_DEMAND_RATE);
		assert_eq!(noted(HOST, Fact::RentalFailed), 1);
	});
}

#[test]
fn key_and_grant_should_be_void_when_the_slot_is_sold() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 1, 60);
		assert_ok!(grant(HOST, id));
		assert_ok!(MockDeeds::<2>::sell(id, &BOB));
		assert_noop!(grant(HOST, id), Error::<Test>::NoKey);
		let granted = |id| Market::slot_summary(id).expect("it is there").hosts[0].granted;
		assert!(!granted(id));
		pass(15);
		assert_eq!(hosts_of(id), [(HOST, 1)]);
		set_key(BOB, id, KEY);
		assert!(!granted(id));
		assert_ok!(grant(HOST, id));
		assert!(granted(id));
		assert_eq!(Grants::<Test>::get(id, HOST).map(|grant| grant.holder), Some(BOB));
	});
}

#[test]
fn buyer_who_sets_no_key_should_pay_when_the_sellers_was_not_granted() {
	TestExt::default().execute_with(|| {
		let id = rent_with_key(ALICE, OnDemand, 1, 60);
		assert_ok!(MockDeeds::<2>::sell(id, &BOB));
		pass(9);
		assert_eq!(spent(), 0);
		pass(21);
		assert_eq!(hosts_of(id), [(HOST, 1)]);
		assert_eq!(spent(), 30 * ON_DEMAND_RATE);
		// Nor is it free to give it away and stop.
		let other = rent_with_key(ALICE, OnDemand, 1, 60);
		assert_ok!(MockDeeds::<2>::sell(other, &BOB));
		pass(5);
		assert_ok!(stop(BOB, other));
		pass(1);
		assert_eq!(spent(), (36 + 6) * ON_DEMAND_RATE);
	});
}

#[test]
fn rejecting_should_cost_a_day_and_be_remembered() {
	TestExt::default().execute_with(|| {
		let start = START + 20;
		let days = 3 * MINUTES_PER_DAY;
		let reserve = Market::reserve(
			RuntimeOrigin::signed(ALICE),
			POOL,
			6,
			start,
			start + days,
			RESERVED_RATE,
			Some(KEY),
		);
		assert_ok!(reserve);
		let id = newest();
		assert_noop!(reject(ALICE, id), Error::<Test>::WrongPhase);
		pass(20);
		assert_noop!(reject(ALICE, id), Error::<Test>::NotRejectable);
		assert_ok!(grant(HOST, id));
		assert_noop!(reject(BOB, id), Error::<Test>::NotHolder);
		pass(5);
		assert_ok!(reject(ALICE, id));
		// The host that granted was billed for five minutes; all GPUs get a day.
		let cost = (4 * 5 + 6 * u128::from(MINUTES_PER_DAY)) * RESERVED_RATE;
		assert_eq!((credits(ALICE), spent()), (FUNDS - cost, cost));
		assert_eq!(
			(
				noted(HOST, Fact::RentalRejected),
				noted(OTHER_HOST, Fact::RentalRejected)
			),
			(1, 1)
		);
		assert_eq!(
			(noted(HOST, Fact::RentalCompleted), Rejections::<Test>::get(ALICE)),
			(0, 1)
		);
		assert_eq!(counts(), (8, 8));
	});
}

#[test]
fn rejecting_should_cost_what_was_kept_as_well_when_the_holder_has_set_no_key() {
	TestExt::default().execute_with(|| {
		let start = START + 20;
		let end = start + 2 * MINUTES_PER_DAY;
		let reserve = Market::reserve(
			RuntimeOrigin::signed(ALICE),
			POOL,
			6,
			start,
			end,
			RESERVED_RATE,
			Some(KEY),
		);
		assert_ok!(reserve);
		let id = newest();
		pass(20);
		assert_ok!(grant(HOST, id));
		assert_ok!(MockDeeds::<2>::sell(id, &BOB));
		pass(5);
		assert_ok!(reject(BOB, id));
		assert_eq!(spent(), 6 * (5 + u128::from(MINUTES_PER_DAY)) * RESERVED_RATE);
		assert_eq!((Rejections::<Test>::get(ALICE), Rejections::<Test>::get(BOB)), (0, 1));
	});
}

#[test]
fn rejecting_should_fail_when_it_is_too_late_or_not_reserved() {
	TestExt::default().execute_with(|| {
		let start = START + 20;
		assert_ok!(Market::reserve(
			RuntimeOrigin::signed(ALICE),
			POOL,
			1,
			start,
			start + 100,
			RESERVED_RATE,
			Some(KEY)
		));
		let id = newest();
		let open = rent_with_key(ALICE, OnDemand, 1, 60);
		assert_ok!(grant(HOST, open));
		assert_noop!(reject(ALICE, open), Error::<Test>::WrongKind);
		pass(20);
		assert_ok!(grant(HOST, id));
		pass(60);
		// Twenty minutes are left: they are all it costs.
		let left = credits(ALICE);
		let rejected = frame_support::storage::with_transaction(|| {
			let rejected = reject(ALICE, id).map(|()| credits(ALICE));
			sp_runtime::TransactionOutcome::Rollback(rejected)
		});
		assert_eq!(rejected, Ok(left + SLOT_DEPOSIT + GPU_DEPOSIT));
		pass(1);
		assert_noop!(reject(ALICE, id), Error::<Test>::NotRejectable);
	});
}
