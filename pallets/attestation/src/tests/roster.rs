//! Which GPUs are attested, and how they go away and come back.

use crate::{mock::*, Event, MemberRecord, Places, Roster, Rounds, Tickets};
use frame_support::assert_ok;
use millpond_primitives::GpuId;
use millpond_traits::{
	mocks::{MockClock, MockHosts, MockOnGpuStatus, MockOperators},
	Clock, Fact, GpuStatus,
};

fn next_beat(operator: u64, away: &[GpuId], back: &[GpuId]) {
	MockClock::advance(PERIOD);
	assert_ok!(beat(operator, away, back));
}

#[test]
fn heartbeat_should_enroll_the_gpus_that_the_operator_hosts() {
	TestExt::default().execute_with(|| {
		add_operator(1);
		add_operator(2);
		add_gpu(1, 11);
		add_gpu(1, 12);
		add_gpu(2, 21);
		add_gpu(1, 13);
		change_gpu(13, |facts| facts.status = GpuStatus::Retired);
		add_gpu(1, 14);
		change_gpu(14, |facts| facts.model = 99);
		assert_ok!(beat(1, &[11], &[12, 21, 404, 13, 14, 11, 12]));
		assert_eq!(
			(Places::<Test>::get(12), Places::<Test>::get(11)),
			(Some((1, 0)), Some((1, 1)))
		);
		assert_eq!(Places::<Test>::iter().count(), 2);
		assert_eq!(member(11), MemberRecord::new(11, 1, 3));
		let enrolled = Event::Enrolled {
			operator: 1,
			gpu: 11,
			position: 1,
			from: 1,
		};
		assert!(events().contains(&enrolled));
		assert_eq!(status(11), GpuStatus::Registered);
	});
}

#[test]
fn gpu_should_be_online_again_at_once_when_no_round_began_while_it_was_away() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		next_beat(1, &[11], &[]);
		assert_eq!((status(11), member(11).away), (GpuStatus::Offline, Some(0)));
		next_beat(1, &[11], &[]);
		next_beat(1, &[], &[11]);
		assert_eq!((status(11), member(11).away), (GpuStatus::Online, None));
		let now = MockClock::now();
		assert_eq!(MockOnGpuStatus::moves(), [(11, Some(now - 2 * PERIOD)), (11, None)]);
		let back = Event::CameBack {
			gpu: 11,
			must_pass: false,
		};
		assert_eq!(events().last(), Some(&back));
		// What is not away does not come back.
		next_beat(1, &[], &[11]);
		assert_eq!(events().last(), Some(&back));
		assert_eq!(MockOnGpuStatus::moves().len(), 2);
	});
}

#[test]
fn gpu_should_have_to_pass_a_round_when_one_began_while_it_was_away() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11, 12]);
		next_beat(1, &[11], &[]);
		open();
		let mut node = take_part_with(1, &[12]);
		node.prove_all();
		next_beat(1, &[], &[11]);
		assert_eq!(
			(status(11), member(11).left, member(11).from),
			(GpuStatus::Offline, 1, 2)
		);
		close();
		assert_eq!((struck(), status(11)), (vec![], GpuStatus::Offline));
		open();
		node = take_part_with(1, &[11, 12]);
		node.prove_all();
		close();
		assert_eq!((struck(), status(11)), (vec![], GpuStatus::Online));
	});
}

#[test]
fn gpu_should_get_a_strike_when_it_goes_away_while_a_round_is_on() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11, 12]);
		open();
		next_beat(1, &[11], &[]);
		take_part_with(1, &[12]).prove_all();
		next_beat(1, &[], &[11]);
		assert_eq!(status(11), GpuStatus::Online);
		close();
		assert_eq!((struck(), status(11)), (vec![11], GpuStatus::Offline));
	});
}

#[test]
fn gpu_should_leave_its_roster_when_it_has_retired() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11, 12, 13]);
		change_gpu(11, |facts| facts.status = GpuStatus::Retired);
		open();
		take_part_with(1, &[12, 13]).prove_all();
		assert_eq!(Places::<Test>::get(13), Some((1, 2)));
		close();
		assert_eq!((Places::<Test>::get(13), Places::<Test>::get(11)), (Some((1, 0)), None));
		assert_eq!(Roster::<Test>::iter().count(), 2);
		assert!(events().contains(&Event::Removed { operator: 1, gpu: 11 }));
		// The others keep what they had.
		honest_round(&[1]);
		assert_eq!(
			(struck(), status(12), status(13)),
			(vec![], GpuStatus::Online, GpuStatus::Online)
		);
	});
}

#[test]
fn gpu_should_begin_anew_when_another_operator_hosts_it() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11, 12]);
		add_operator(2);
		change_gpu(11, |facts| facts.operator = 2);
		open();
		assert_ok!(beat(2, &[], &[11]));
		assert_eq!(
			(status(11), Places::<Test>::get(11)),
			(GpuStatus::Offline, Some((2, 0)))
		);
		assert_eq!(Roster::<Test>::iter().count(), 3);
		assert_ok!(Attestation::do_try_state());
		// And back again, while its first place is still there.
		change_gpu(11, |facts| facts.operator = 1);
		next_beat(1, &[], &[11]);
		assert_eq!(Places::<Test>::get(11), Some((1, 2)));
		take_part_with(1, &[12]).prove_all();
		close();
		assert_eq!((Roster::<Test>::iter().count(), struck()), (2, vec![]));
		assert_eq!((member(11).left, Places::<Test>::get(12)), (3, Some((1, 1))));
		assert_eq!(Places::<Test>::get(11), Some((1, 0)));
	});
}

#[test]
fn newcomers_should_wait_when_there_are_more_than_a_round_has_places_for() {
	let extension = TestExt::default().parameters(|parameters| parameters.newcomers = 2.try_into().expect("in range"));
	extension.execute_with(|| {
		add_host(1, &[11, 12, 13, 14, 15]);
		let from: Vec<_> = (11..=15).map(|gpu| member(gpu).from).collect();
		assert_eq!(from, [1, 1, 2, 2, 3]);
		// Those who do not show up go to the end of the queue.
		open();
		take_part_with(1, &[11]).prove_all();
		close();
		assert_eq!((member(12).from, member(11).left), (3, 2));
		assert_eq!((Tickets::<Test>::get().round, Tickets::<Test>::get().taken), (3, 2));
		assert_eq!(struck(), [0u64; 0]);
	});
}

#[test]
fn newcomer_should_get_another_turn_when_it_was_away_in_its_own() {
	let extension = TestExt::default().parameters(|parameters| parameters.newcomers = 1.try_into().expect("in range"));
	extension.execute_with(|| {
		add_host(1, &[11, 12, 13]);
		next_beat(1, &[11, 12], &[]);
		open();
		close();
		next_beat(1, &[], &[11, 12]);
		// The turn of 12 is still to come; 11 stands behind all who wait.
		assert_eq!([11, 12, 13].map(|gpu| member(gpu).from), [4, 2, 3]);
		// Who goes away and comes back between the rounds keeps what it has.
		next_beat(1, &[12], &[]);
		next_beat(1, &[], &[12]);
		assert_eq!(member(12).from, 2);
	});
}

#[test]
fn operator_should_be_forgotten_when_it_is_no_more() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		add_online_host(2, &[21]);
		change_gpu(11, |facts| facts.status = GpuStatus::Retired);
		assert_ok!(Attestation::do_try_state());
		open();
		take_part(&[2]).iter().for_each(Node::prove_all);
		MockOperators::remove(1);
		close();
		assert_eq!(crate::Attestors::<Test>::iter_keys().collect::<Vec<_>>(), [2]);
		assert_eq!(crate::Due::<Test>::iter().count(), 1);
		assert_eq!(MockOperators::facts(2), [Fact::AttestationPassed]);
		assert_eq!(MockHosts::dark_since(2), None);
		assert_eq!(Rounds::<Test>::get(), 1);
	});
}
