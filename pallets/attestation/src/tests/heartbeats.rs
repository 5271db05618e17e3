//! Heartbeats, missed ones, and excused time.

use crate::{mock::*, weights::WeightInfo, Attestors, Due, Event, NextDue};
use frame_support::{assert_ok, dispatch::GetDispatchInfo, traits::UnfilteredDispatchable};
use millpond_traits::{
	mocks::{MockClock, MockHosts, MockOperators},
	Clock, Fact, Hosts,
};
use sp_runtime::transaction_validity::InvalidTransaction;

fn period() -> u32 {
	MockClock::now() / PERIOD * PERIOD
}

#[test]
fn first_heartbeat_should_light_the_operator() {
	TestExt::default().execute_with(|| {
		MockHosts::dark_since(1);
		add_operator(1);
		assert!(Attestation::duties(1).expect("it has an attestor").dark);
		let valid = beat(1, &[], &[]).expect("it is valid");
		assert_eq!((valid.provides.len(), valid.longevity), (1, 64));
		assert_eq!(MockHosts::changes(1), 1);
		assert_eq!(events().last(), Some(&Event::Lit { operator: 1 }));
		assert!(!Attestation::duties(1).expect("it has an attestor").dark);
	});
}

#[test]
fn heartbeat_should_be_valid_once_a_period_and_in_its_own_only() {
	TestExt::default().execute_with(|| {
		add_operator(1);
		let call = heartbeat_signed(&key(1), 1, period(), &[], &[]);
		assert_ok!(send(call.clone()));
		assert_eq!(send(call.clone()), Err(InvalidTransaction::Stale.into()));
		assert_eq!(beat(1, &[7], &[]), Err(InvalidTransaction::Stale.into()));
		let next = heartbeat_signed(&key(1), 1, period() + PERIOD, &[], &[]);
		assert_eq!(send(next.clone()), Err(InvalidTransaction::Future.into()));
		// A period is named by its first minute.
		let askew = heartbeat_signed(&key(1), 1, period() + 1, &[], &[]);
		assert_eq!(send(askew.clone()), Err(InvalidTransaction::Future.into()));
		pass(PERIOD);
		assert_eq!(send(call), Err(InvalidTransaction::Stale.into()));
		assert_eq!(send(askew), Err(InvalidTransaction::Stale.into()));
		assert_ok!(send(next.clone()));
		pass(PERIOD);
		assert_eq!(send(next), Err(InvalidTransaction::Stale.into()));
	});
}

#[test]
fn heartbeat_should_be_invalid_when_another_signed_or_it_was_changed() {
	TestExt::default().execute_with(|| {
		add_operator(1);
		add_operator(2);
		let bad = |call| assert_eq!(send(call), Err(InvalidTransaction::BadProof.into()));
		bad(heartbeat_signed(&key(2), 1, period(), &[], &[]));
		let signature = sign(&key(1), crate::messages::heartbeat(GENESIS, 1, period(), &[7], &[]));
		let lists = |away: &[u64], back: &[u64], operator| crate::Call::<Test>::heartbeat {
			operator,
			period: period(),
			away: away.to_vec().try_into().expect("few enough"),
			back: back.to_vec().try_into().expect("few enough"),
			signature: signature.clone(),
		};
		bad(lists(&[], &[7], 1));
		bad(lists(&[7, 8], &[], 1));
		bad(lists(&[7], &[], 2));
		let elsewhere = crate::messages::heartbeat(sp_core::H256::zero(), 1, period(), &[], &[]);
		bad(crate::Call::heartbeat {
			operator: 1,
			period: period(),
			away: Default::default(),
			back: Default::default(),
			signature: sign(&key(1), elsewhere),
		});
		assert_eq!(
			send(heartbeat_signed(&key(3), 3, period(), &[], &[])),
			Err(InvalidTransaction::BadSigner.into())
		);
		assert_ok!(send(lists(&[7], &[], 1)));
	});
}

#[test]
fn operator_should_go_dark_when_a_period_passes_without_a_heartbeat() {
	TestExt::default().execute_with(|| {
		add_operator(1);
		add_operator(2);
		MockClock::advance(3);
		assert_ok!(beat(1, &[], &[]));
		assert_ok!(beat(2, &[], &[]));
		pass(PERIOD);
		assert_ok!(beat(2, &[], &[]));
		pass(PERIOD - 4);
		assert_eq!(MockHosts::dark_since(1), None);
		pass(1);
		assert_eq!(
			(MockHosts::dark_since(1), MockHosts::dark_since(2)),
			(Some(START + PERIOD), None)
		);
		assert_eq!(MockOperators::facts(1), [Fact::AttestationMissed]);
		let since = START + PERIOD;
		assert_eq!(events().last(), Some(&Event::WentDark { operator: 1, since }));
		pass(5 * PERIOD);
		assert_eq!(MockHosts::changes(1), 2);
		assert_ok!(beat(1, &[], &[]));
		assert_eq!((MockHosts::dark_since(1), MockHosts::changes(1)), (None, 3));
	});
}

#[test]
fn heartbeats_in_time_should_keep_an_operator_lit() {
	TestExt::default().execute_with(|| {
		add_operator(1);
		// As late and as early as can be.
		for minute in [0, 2 * PERIOD - 1, 2 * PERIOD, 4 * PERIOD - 1] {
			while MockClock::now() < START + minute {
				pass(1);
			}
			assert_ok!(beat(1, &[], &[]));
		}
		assert_eq!(MockHosts::changes(1), 1);
	});
}

#[test]
fn excused_time_should_count_for_no_heartbeat() {
	TestExt::default().execute_with(|| {
		add_operator(1);
		assert_ok!(beat(1, &[], &[]));
		pass(PERIOD + 5);
		MockClock::pass_outage(100);
		block();
		assert_eq!(MockHosts::dark_since(1), None);
		pass(4);
		MockClock::pass_outage(7);
		block();
		assert_eq!(MockHosts::dark_since(1), None);
		pass(1);
		// Ten minutes of its own, and the outages before them.
		assert_eq!(MockHosts::dark_since(1), Some(START + PERIOD + 107));
		assert_eq!(MockClock::now(), START + 2 * PERIOD + 107);
	});
}

#[test]
fn outage_of_its_own_should_leave_an_operator_lit_when_it_is_back_in_time() {
	TestExt::default().execute_with(|| {
		add_operator(1);
		assert_ok!(beat(1, &[], &[]));
		MockClock::pass_outage(10_000);
		block();
		assert_ok!(beat(1, &[], &[]));
		pass(PERIOD);
		assert_eq!(MockHosts::changes(1), 1);
		assert_eq!(NextDue::<Test>::get(), Some(MockClock::now() + 1));
	});
}

#[test]
fn darkening_should_go_on_in_the_next_block_when_the_weight_is_spent() {
	TestExt::default().execute_with(|| {
		for operator in 1..=5 {
			add_operator(operator);
			MockHosts::set_groups(operator, MockHosts::MAX_GROUPS);
			assert_ok!(beat(operator, &[], &[]));
		}
		MockClock::advance(2 * PERIOD);
		let least = <() as WeightInfo>::poll();
		let two = <() as WeightInfo>::darken(MockHosts::MAX_GROUPS).saturating_mul(2);
		MaxPollWeight::set(least.saturating_add(two));
		block();
		assert_eq!(Due::<Test>::iter().count(), 3);
		assert_eq!(NextDue::<Test>::get(), Some(START + 2 * PERIOD));
		let spent = block_with_weight(least);
		assert_eq!((spent, Due::<Test>::iter().count()), (least, 3));
		block();
		block();
		assert_eq!(Due::<Test>::iter().count(), 0);
		assert!((1..=5).all(|operator| MockHosts::dark_since(operator) == Some(START + PERIOD)));
		let none = block_with_weight(frame_support::weights::Weight::zero());
		assert_eq!(none, frame_support::weights::Weight::zero());
	});
}

#[test]
fn darkening_should_cost_by_the_number_of_groups() {
	TestExt::default().execute_with(|| {
		for (operator, groups) in [(1, 0), (2, 3)] {
			add_operator(operator);
			MockHosts::set_groups(operator, groups);
			assert_ok!(beat(operator, &[], &[]));
		}
		MockClock::advance(2 * PERIOD);
		let spent = block_with_weight(frame_support::weights::Weight::MAX);
		// The last step finds that nobody else is due.
		let steps = [0, 3, 0].map(<() as WeightInfo>::darken);
		let expected = steps
			.into_iter()
			.fold(<() as WeightInfo>::poll(), |sum, step| sum.saturating_add(step));
		assert_eq!(spent, expected);
	});
}

#[test]
fn heartbeat_should_cost_by_what_it_lists_and_the_groups_that_it_concerns() {
	TestExt::default().execute_with(|| {
		add_operator(1);
		add_gpu(1, 11);
		MockHosts::set_groups(1, 3);
		let cost = |back: &[u64]| {
			let call = RuntimeCall::Attestation(heartbeat_signed(&key(1), 1, period(), &[], back));
			let most = call.get_dispatch_info().call_weight;
			let done = call.dispatch_bypass_filter(frame_system::RawOrigin::Authorized.into());
			MockClock::advance(PERIOD);
			(most, done.expect("it never fails").actual_weight.expect("it is known"))
		};
		let weight = |back, groups| {
			let more = <() as WeightInfo>::heartbeat_back(back).saturating_sub(<() as WeightInfo>::heartbeat_back(0));
			<() as WeightInfo>::heartbeat(groups).saturating_add(more)
		};
		let most = MockHosts::MAX_GROUPS;
		// It lights the operator, then lists nothing, then a GPU.
		assert_eq!(cost(&[]), (weight(0, most), weight(0, 3)));
		assert_eq!(cost(&[]), (weight(0, most), weight(0, 0)));
		assert_eq!(cost(&[11]), (weight(1, most), weight(1, 3)));
	});
}

#[test]
fn another_period_should_be_kept_from_the_next_heartbeat_on() {
	TestExt::default().execute_with(|| {
		add_operator(1);
		assert_ok!(beat(1, &[], &[]));
		let mut parameters = crate::Parameters::<Test>::get();
		parameters.period = 7.try_into().expect("in range");
		assert_ok!(Attestation::set_parameters(RuntimeOrigin::root(), parameters));
		MockClock::advance(PERIOD);
		let first = MockClock::now() / 7 * 7;
		assert_ok!(send(heartbeat_signed(&key(1), 1, first, &[], &[])));
		let vouched = Attestors::<Test>::get(1)
			.and_then(|record| record.vouched)
			.expect("it is lit");
		assert_eq!((vouched.until, vouched.due), (first + 7, first + 14));
	});
}
