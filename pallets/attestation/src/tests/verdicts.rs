//! What follows from a round.

use crate::{mock::*, Event, MemberRecord, Miss, Phase, Picks};
use frame_support::assert_ok;
use millpond_traits::{
	mocks::{MockClock, MockHosts, MockOnGpuStatus, MockOperators},
	Clock, Fact, GpuStatus,
};

/// A round in which only `gpus` of operator 1 take part.
fn round_with(gpus: &[u64]) {
	open();
	take_part_with(1, gpus).prove_all();
	close();
}

#[test]
fn free_gpu_should_get_a_strike_when_it_is_left_out() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11, 12]);
		open();
		let node = take_part_with(1, &[12]);
		MockClock::advance(5);
		node.prove_all();
		close();
		let expected = Event::Struck {
			round: 1,
			operator: 1,
			gpu: 11,
			miss: Miss::Absent,
			strikes: 1,
		};
		assert!(events().contains(&expected));
		assert_eq!(
			(struck(), status(11), status(12)),
			(vec![11], GpuStatus::Offline, GpuStatus::Online)
		);
		assert_eq!(MockOnGpuStatus::moves(), [(11, Some(MockClock::now()))]);
		assert_eq!(
			(slashed(1), MockOperators::facts(1)),
			(0, vec![Fact::AttestationMissed])
		);
		// One pass, and it is back.
		round_with(&[11, 12]);
		assert_eq!((status(11), member(11).strikes), (GpuStatus::Online, 1));
	});
}

#[test]
fn all_free_gpus_should_get_strikes_when_the_operator_does_not_commit_to_both() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11, 12]);
		add_online_host(2, &[21]);
		open();
		close();
		assert_eq!(struck().len(), 3);
		open();
		run_to(Phase::Fill);
		let mut node = Node::new(1);
		node.fill(&[11, 12], |_, _| true);
		assert_ok!(node.commit_fill());
		close();
		assert_eq!((member(11).strikes, member(21).strikes), (2, 2));
		assert_eq!(slashed(1), 0);
	});
}

#[test]
fn gpu_should_be_suspended_with_its_third_strike_and_begin_anew() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11, 12]);
		(0..3).for_each(|_| round_with(&[12]));
		assert_eq!((struck(), status(11)), (vec![11; 3], GpuStatus::Suspended));
		let anew = MemberRecord {
			struck: 3,
			..MemberRecord::new(11, 4, 3)
		};
		assert_eq!(member(11), anew);
		// It stays away without more of them.
		round_with(&[12]);
		assert_eq!((struck().len(), member(11).from), (3, 5));
		for expected in [GpuStatus::Probation, GpuStatus::Probation, GpuStatus::Online] {
			round_with(&[11, 12]);
			assert_eq!(status(11), expected);
		}
		assert_eq!(slashed(1), 0);
	});
}

#[test]
fn slashes_should_double_with_each_strike_and_end_with_the_bond() {
	let extension = TestExt::default().parameters(|parameters| {
		parameters.strikes = 4.try_into().expect("in range");
		parameters.unanswered_slash = 3_000.try_into().expect("in range");
	});
	extension.execute_with(|| {
		add_online_host(1, &[11]);
		let mut before = 0;
		for expected in [3_000, 6_000, 10_000] {
			open();
			take_part_with(1, &[11]);
			close();
			assert_eq!(slashed(1) - before, expected);
			before = slashed(1);
		}
	});
}

#[test]
fn strikes_should_be_forgiven_one_after_another() {
	let extension =
		TestExt::default().parameters(|parameters| parameters.forgiveness = 2.try_into().expect("in range"));
	extension.execute_with(|| {
		add_online_host(1, &[11, 12]);
		round_with(&[12]);
		round_with(&[12]);
		let strikes = || Attestation::attestation_status(11).expect("it is there").strikes;
		let mut left = vec![];
		for _ in 0..5 {
			left.push(strikes());
			round_with(&[11, 12]);
		}
		assert_eq!(left, [2, 2, 1, 1, 0]);
		round_with(&[12]);
		assert_eq!((strikes(), status(11)), (1, GpuStatus::Offline));
	});
}

#[test]
fn rented_gpu_should_not_have_to_take_part_until_it_is_free_when_a_round_begins() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11, 12]);
		MockHosts::rent(11);
		// Given back while the round is on, and taken again.
		open();
		let node = take_part_with(1, &[12]);
		MockHosts::give_back(11);
		MockHosts::rent(11);
		node.prove_all();
		close();
		assert_eq!(struck(), [0u64; 0]);
		// Given back before the next one begins.
		MockHosts::give_back(11);
		round_with(&[12]);
		assert_eq!(struck(), [11]);
	});
}

#[test]
fn gpu_should_get_a_strike_when_it_is_rented_in_the_meantime_and_left_out() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11, 12, 13]);
		open();
		// Twice for a while, and until later.
		for _ in 0..2 {
			MockHosts::rent(11);
			MockHosts::give_back(11);
		}
		MockHosts::rent(12);
		take_part_with(1, &[13]).prove_all();
		close();
		let mut struck = struck();
		struck.sort_unstable();
		assert_eq!(struck, [11, 12]);
		// Its customer had it until now.
		let now = MockClock::now();
		assert!(MockOnGpuStatus::moves().contains(&(12, Some(now))));
	});
}

#[test]
fn gpu_should_pass_when_it_is_rented_in_the_meantime_and_finishes_first() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		open();
		MockHosts::rent(11);
		let node = take_part_with(1, &[11]);
		assert_eq!(Picks::<Test>::get(1, 11), Some(false));
		node.prove_all();
		close();
		assert_eq!((struck(), status(11)), (vec![], GpuStatus::Online));
	});
}

#[test]
fn newcomer_should_have_to_prove_itself_when_it_takes_part_unpicked() {
	let extension = TestExt::default().parameters(|parameters| parameters.picks = 1.try_into().expect("in range"));
	extension.execute_with(|| {
		add_host(1, &[11, 12, 13, 14]);
		open();
		let node = take_part_with(1, &[11, 12, 13]);
		let owed = Attestation::duties(1).expect("it has an attestor").owes_proofs;
		assert_eq!(owed, [11, 12, 13]);
		assert_ok!(node.prove(11));
		assert_ok!(node.prove(12));
		close();
		// 13 was there and proved nothing; 14 was not there, and comes another time.
		assert_eq!((struck(), slashed(1)), (vec![13], 100));
		let statuses = [11, 12, 13, 14].map(status);
		use GpuStatus::{Probation, Registered};
		assert_eq!(statuses, [Probation, Probation, Registered, Registered]);
		// From now on 11 has to prove nothing unless it is picked.
		open();
		take_part_with(1, &[11, 12]);
		let owed = Attestation::duties(1).expect("it has an attestor").owes_proofs;
		assert_eq!(owed, Picks::<Test>::iter_keys().map(|(_, gpu)| gpu).collect::<Vec<_>>());
		assert_eq!(owed.len(), 1);
	});
}

#[test]
fn newcomer_should_get_a_strike_when_it_goes_away_rather_than_prove_itself() {
	let extension = TestExt::default().parameters(|parameters| parameters.picks = 1.try_into().expect("in range"));
	extension.execute_with(|| {
		add_host(1, &[11, 12, 13]);
		open();
		let node = take_part_with(1, &[11, 12, 13]);
		let (_, picked) = Picks::<Test>::iter_keys().next().expect("one is picked");
		assert_ok!(node.prove(picked));
		let others: Vec<_> = [11, 12, 13].into_iter().filter(|gpu| *gpu != picked).collect();
		// One stays away, the other is back at once.
		MockClock::advance(PERIOD);
		assert_ok!(beat(1, &others, &others[..1]));
		assert_eq!(
			Attestation::duties(1).map(|duties| duties.owes_proofs),
			Some(others.clone())
		);
		close();
		let mut struck = struck();
		struck.sort_unstable();
		assert_eq!((struck, slashed(1)), (others.clone(), 200));
		assert_eq!([member(others[0]).from, member(others[1]).from], [2, 2]);
	});
}

#[test]
fn gpu_on_probation_should_get_a_strike_when_it_goes_away_and_comes_back_rather_than_take_part() {
	TestExt::default().execute_with(|| {
		add_host(1, &[11]);
		honest_round(&[1]);
		open();
		MockClock::advance(PERIOD);
		assert_ok!(beat(1, &[11], &[11]));
		close();
		assert_eq!((struck(), status(11)), (vec![11], GpuStatus::Probation));
	});
}

#[test]
fn gpu_that_went_away_should_be_picked_when_its_operator_says_that_it_took_part() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		open();
		run_to(Phase::Fill);
		let mut node = Node::new(1);
		node.fill(&[11], |_, _| true);
		assert_ok!(node.commit_fill());
		run_to(Phase::Walk);
		node.walk();
		assert_ok!(node.commit_walk());
		// So that it is not there when it is picked.
		MockClock::advance(PERIOD);
		assert_ok!(beat(1, &[11], &[]));
		run_to(Phase::Proving);
		assert_eq!(Picks::<Test>::get(1, 11), Some(false));
		close();
		assert_eq!((struck(), slashed(1), status(11)), (vec![11], 100, GpuStatus::Offline));
		assert_eq!(member(11).left, 1);
	});
}
