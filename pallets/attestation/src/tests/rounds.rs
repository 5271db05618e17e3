//! The life of a round.

use crate::{mock::*, weights::WeightInfo, Event, Order, Phase, Picks, Round, RoundRecord, RoundStatus, Rounds};
use frame_support::assert_ok;
use millpond_primitives::{GpuId, OperatorId};
use millpond_traits::{
	mocks::{MockClock, MockHosts, MockOperators},
	Clock, Fact, GpuStatus,
};
use std::collections::BTreeSet;

#[test]
fn gpu_should_go_online_when_it_has_passed_three_rounds() {
	TestExt::default().execute_with(|| {
		add_host(1, &[11, 12]);
		for (round, expected) in [GpuStatus::Probation, GpuStatus::Probation, GpuStatus::Online]
			.into_iter()
			.enumerate()
		{
			honest_round(&[1]);
			assert_eq!((status(11), status(12)), (expected, expected));
			let left = 2 - u32::try_from(round).expect("few");
			let passed = Event::Passed {
				round: 3 - left,
				gpu: 12,
				left,
			};
			assert!(events().contains(&passed));
		}
		assert_eq!(MockOperators::facts(1), [Fact::AttestationPassed; 3]);
	});
}

#[test]
fn round_should_go_through_its_phases_in_as_many_blocks_as_the_parameters_say() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		let mut seen = vec![];
		open();
		let mut nodes = vec![];
		while let Some(RoundStatus { phase, blocks_left, .. }) = Attestation::current_round() {
			seen.push((phase, blocks_left));
			if (phase, blocks_left) == (Phase::Fill, Some(1)) || (phase, blocks_left) == (Phase::Walk, Some(1)) {
				// The last moment.
				if phase == Phase::Fill {
					nodes.push(Node::new(1));
					nodes[0].fill(&[11], |_, _| true);
					assert_ok!(nodes[0].commit_fill());
				} else {
					nodes[0].walk();
					assert_ok!(nodes[0].commit_walk());
				}
			}
			if (phase, blocks_left) == (Phase::Proving, Some(1)) {
				assert_ok!(nodes[0].prove(11));
			}
			block();
		}
		let window = |phase, blocks: u32| (1..=blocks).rev().map(move |left| (phase, Some(left)));
		let expected: Vec<_> = window(Phase::FillSeed, 2)
			.chain(window(Phase::Fill, 3))
			.chain(window(Phase::WalkSeed, 2))
			.chain(window(Phase::Walk, 3))
			.chain(window(Phase::PickSeed, 2))
			.chain([(Phase::Picking, None)])
			.chain(window(Phase::Proving, 4))
			.chain([(Phase::Closing, None)])
			.collect();
		assert_eq!((seen, struck()), (expected, vec![]));
		assert_eq!(events().last(), Some(&Event::RoundClosed { round: 1 }));
	});
}

#[test]
fn round_should_wait_when_there_is_no_randomness() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		RandomnessIsThere::set(false);
		let waits = |phase| {
			let before = Round::<Test>::get();
			(0..50).for_each(|_| block());
			assert_eq!((Round::<Test>::get(), phase_now()), (before, Some(phase)));
			RandomnessIsThere::set(true);
		};
		open();
		waits(Phase::FillSeed);
		run_to(Phase::Fill);
		let mut node = Node::new(1);
		node.fill(&[11], |_, _| true);
		assert_ok!(node.commit_fill());
		run_to(Phase::WalkSeed);
		RandomnessIsThere::set(false);
		waits(Phase::WalkSeed);
		run_to(Phase::Walk);
		node.walk();
		assert_ok!(node.commit_walk());
		run_to(Phase::PickSeed);
		RandomnessIsThere::set(false);
		waits(Phase::PickSeed);
		run_to(Phase::Proving);
		node.prove_all();
		close();
		assert_eq!((struck(), status(11)), (vec![], GpuStatus::Online));
		// Nor does one begin.
		let mut parameters = crate::Parameters::<Test>::get();
		parameters.interval = 1.try_into().expect("in range");
		assert_ok!(Attestation::set_parameters(RuntimeOrigin::root(), parameters));
		RandomnessIsThere::set(false);
		(0..50).for_each(|_| block());
		assert_eq!(Rounds::<Test>::get(), 1);
		RandomnessIsThere::set(true);
		block();
		assert_eq!(Rounds::<Test>::get(), 2);
	});
}

#[test]
fn seeds_should_come_from_randomness_of_blocks_after_the_window() {
	TestExt::default().execute_with(|| {
		let seeds = |chance_before: u64, chance_after: u64| {
			let mut extension = TestExt::default().build();
			extension.execute_with(|| {
				add_online_host(1, &[11]);
				open();
				Chance::set(chance_before);
				// The block in which the window is found to be over is still made with what was known in it.
				run_to(Phase::Fill);
				run_to(Phase::WalkSeed);
				Chance::set(chance_after);
				run_to(Phase::Walk);
				let round = Round::<Test>::get().expect("it is on");
				(round.fill, round.walk)
			})
		};
		let (one, other) = (seeds(1, 2), seeds(1, 3));
		assert_eq!(one.0, other.0);
		assert_ne!(one.1, other.1);
		assert!(one.0.is_some() && one.0 != one.1);
		assert_ne!(seeds(2, 2).1, seeds(1, 2).1);
	});
}

#[test]
fn rounds_should_begin_at_random_as_often_as_the_interval_says() {
	let extension = TestExt::default().parameters(|parameters| parameters.interval = 50.try_into().expect("in range"));
	extension.execute_with(|| {
		let mut gaps = BTreeSet::new();
		let mut waited = 0u32;
		let mut total = 0;
		while Rounds::<Test>::get() < 200 {
			block();
			if Round::<Test>::exists() {
				close();
				gaps.insert(waited);
				waited = 0;
			} else {
				(waited, total) = (waited + 1, total + 1);
			}
		}
		// 200 rounds, 50 blocks between two on average; and not at all evenly.
		assert!((8_000..12_000).contains(&total), "{total}");
		assert!(gaps.len() > 50 && gaps.contains(&0), "{gaps:?}");
	});
}

#[test]
fn round_should_close_at_once_when_nobody_takes_part() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		open();
		run_to(Phase::Walk);
		while phase_now() == Some(Phase::Walk) {
			block();
		}
		assert_eq!(phase_now(), Some(Phase::Closing));
		block();
		assert_eq!((phase_now(), struck()), (None, vec![11]));
	});
}

/// Begins a round with walks that nobody did: `counts` GPUs of operators 1, 2, ...
fn commit_anything(counts: &[u64]) {
	for (operator, count) in (1..).zip(counts) {
		let gpus: Vec<_> = (0..*count).map(|gpu| operator * 1_000 + gpu).collect();
		add_operator(operator);
		gpus.iter().for_each(|gpu| add_gpu(operator, *gpu));
		for gpus in gpus.chunks(16) {
			assert_ok!(beat(operator, &[], gpus));
			crate::Attestors::<Test>::mutate(operator, |record| {
				record.as_mut().expect("it is there").beat = 0;
			});
		}
	}
	open();
	run_to(Phase::Fill);
	let operators: Vec<OperatorId> = (1..).take(counts.len()).collect();
	let nodes: Vec<_> = operators.iter().map(|operator| Node::new(*operator)).collect();
	for node in &nodes {
		assert_ok!(node.commit_fill());
	}
	run_to(Phase::Walk);
	for node in &nodes {
		assert_ok!(send(node.walk_call(node.presence(&node.roster()))));
	}
	run_to(Phase::Picking);
}

#[test]
fn every_gpu_should_be_picked_when_there_are_no_more_than_picks() {
	TestExt::default().execute_with(|| {
		commit_anything(&[3, 2, 20, 1]);
		run_to(Phase::Proving);
		let picked: BTreeSet<GpuId> = Picks::<Test>::iter_keys().map(|(_, gpu)| gpu).collect();
		let all: BTreeSet<GpuId> = (1_000..1_003)
			.chain(2_000..2_002)
			.chain(3_000..3_020)
			.chain([4_000])
			.collect();
		assert_eq!(picked, all);
	});
}

#[test]
fn picks_should_be_even_over_gpus_whatever_operators_they_are_with() {
	let extension = TestExt::default().parameters(|parameters| parameters.picks = 4.try_into().expect("in range"));
	extension.execute_with(|| {
		commit_anything(&[1, 9, 2, 1, 7]);
		let round = Round::<Test>::get().expect("it is on");
		let mut times = std::collections::BTreeMap::<GpuId, u32>::new();
		for chance in 0..2_000 {
			let mix = millpond_proof::hash(&[&u64::to_le_bytes(chance)]);
			Round::<Test>::put(RoundRecord { mix, ..round });
			block();
			assert_eq!((phase_now(), Picks::<Test>::iter().count()), (Some(Phase::Proving), 4));
			for (_, gpu, proven) in Picks::<Test>::drain() {
				assert!(!proven);
				*times.entry(gpu).or_default() += 1;
			}
		}
		assert_eq!(times.len(), 20);
		// One of five each time: 400, with a deviation of 18.
		assert!(times.values().all(|times| (310..490).contains(times)), "{times:?}");
	});
}

#[test]
fn picks_and_verdicts_should_go_on_in_the_next_block_when_the_weight_is_spent() {
	TestExt::default().execute_with(|| {
		commit_anything(&[5, 5]);
		let poll = <() as WeightInfo>::poll();
		MaxPollWeight::set(poll.saturating_add(<() as WeightInfo>::pick().saturating_mul(3)));
		let mut picked = vec![];
		while phase_now() == Some(Phase::Picking) {
			picked.push(Picks::<Test>::iter().count());
			block();
		}
		assert_eq!(picked, [0, 3, 6, 9]);
		run_to(Phase::Closing);
		// One GPU a block, and each operator in the block of its first.
		let one = <() as WeightInfo>::sweep_operator().saturating_add(Attestation::weight_of_verdict());
		MaxPollWeight::set(poll.saturating_add(one));
		let mut left = vec![];
		while phase_now().is_some() {
			left.push(Picks::<Test>::iter().count());
			let spent = block_with_weight(frame_support::weights::Weight::MAX);
			assert!(spent.all_lte(MaxPollWeight::get()));
			assert_ok!(Attestation::do_try_state());
		}
		assert!(left.windows(2).all(|pair| pair[0] - pair[1] <= 1), "{left:?}");
		assert_eq!((left[0], left.last()), (10, Some(&0)));
		assert_eq!((struck().len(), Order::<Test>::iter().count()), (10, 0));
	});
}

#[test]
fn honest_rounds_of_many_operators_should_leave_nobody_with_a_strike() {
	let extension = TestExt::default().parameters(|parameters| parameters.picks = 5.try_into().expect("in range"));
	extension.execute_with(|| {
		for operator in 1..=12 {
			let gpus: Vec<_> = (0..operator % 4).map(|gpu| operator * 100 + gpu).collect();
			add_host(operator, &gpus);
		}
		let operators: Vec<_> = (1..=12).filter(|operator| operator % 4 > 0).collect();
		for round in 1..=12 {
			honest_round(&operators);
			assert_ok!(Attestation::do_try_state());
			MockClock::advance(PERIOD);
			operators.iter().for_each(|operator| drop(beat(*operator, &[], &[])));
			assert_eq!(Rounds::<Test>::get(), round);
		}
		assert_eq!(struck(), [0u64; 0]);
		let gpus = operators.iter().flat_map(|operator| Node::new(*operator).roster());
		assert!(gpus.into_iter().all(|gpu| status(gpu) == GpuStatus::Online));
		assert!(operators
			.iter()
			.all(|operator| MockOperators::facts(*operator) == [Fact::AttestationPassed; 12]));
		assert!(operators
			.iter()
			.all(|operator| slashed(*operator) == 0 && MockHosts::dark_since(*operator).is_none()));
		assert_eq!(MockClock::now(), START + 12 * PERIOD);
	});
}

#[test]
fn outage_should_leave_the_windows_as_they_are_in_every_phase() {
	TestExt::default().execute_with(|| {
		add_online_host(1, &[11]);
		for phase in [
			Phase::FillSeed,
			Phase::Fill,
			Phase::WalkSeed,
			Phase::Walk,
			Phase::PickSeed,
			Phase::Picking,
			Phase::Proving,
			Phase::Closing,
		] {
			open();
			let mut node = Node::new(1);
			let pause = |now| {
				if now == phase {
					run_to(phase);
					MockClock::pass_outage(10_000);
					// Blocks of a migration have no `on_poll`.
					System::set_block_number(System::block_number() + 1_000);
				}
			};
			pause(Phase::FillSeed);
			run_to(Phase::Fill);
			node.fill(&[11], |_, _| true);
			pause(Phase::Fill);
			assert_ok!(node.commit_fill());
			pause(Phase::WalkSeed);
			run_to(Phase::Walk);
			node.walk();
			pause(Phase::Walk);
			assert_ok!(node.commit_walk());
			pause(Phase::PickSeed);
			pause(Phase::Picking);
			run_to(Phase::Proving);
			pause(Phase::Proving);
			assert_ok!(node.prove(11));
			pause(Phase::Closing);
			close();
		}
		assert_eq!((struck(), status(11), slashed(1)), (vec![], GpuStatus::Online, 0));
	});
}
