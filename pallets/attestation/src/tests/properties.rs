//! Whatever operators do, a cheat that is picked with a wrong entry does not pass, and an honest one gets no strike.

use crate::{mock::*, Phase, Picks, RoundIndex};
use frame_support::assert_ok;
use millpond_primitives::{GpuId, OperatorId};
use millpond_traits::{
	mocks::{MockClock, MockGpus, MockHosts},
	GpuStatus,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What an operator does in a round.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Conduct {
	/// All that it should.
	Honest,
	/// Nothing.
	Absent,
	/// It commits to the fill only.
	HalfWay,
	/// It computes these of the four chunks of each GPU only, and proves what it can.
	Cheating(u8),
	/// It takes part and proves nothing.
	Silent,
	/// It leaves its first GPU out.
	LeavesOut,
}

/// What happens to an honest operator's GPU during a round, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rental {
	None,
	/// Taken by a customer in the phase.
	Taken(Phase),
	/// Given back in the phase.
	GivenBack(Phase),
}

const PHASES: [Phase; 5] = [
	Phase::Fill,
	Phase::WalkSeed,
	Phase::Walk,
	Phase::Picking,
	Phase::Proving,
];

fn conduct() -> impl Strategy<Value = Conduct> {
	prop_oneof![
		3 => Just(Conduct::Honest),
		1 => Just(Conduct::Absent),
		1 => Just(Conduct::HalfWay),
		3 => (0..15u8).prop_map(Conduct::Cheating),
		1 => Just(Conduct::Silent),
		1 => Just(Conduct::LeavesOut),
	]
}

fn rental() -> impl Strategy<Value = Rental> {
	let phase = || prop::sample::select(&PHASES[..]);
	prop_oneof![
		2 => Just(Rental::None),
		1 => phase().prop_map(Rental::Taken),
		1 => phase().prop_map(Rental::GivenBack),
	]
}

#[derive(Clone, Debug)]
struct Plan {
	/// Of operators 2, 3, 4.
	conducts: [Conduct; 3],
	/// Of the two GPUs of operator 1, who is honest always.
	rentals: [Rental; 2],
	/// Minutes in which the chain stands, and in which phase.
	outage: Option<(Phase, u32)>,
	/// Whether operator 1 changes hands.
	sold: bool,
	/// Minutes until the next round.
	pause: u32,
}

fn plan() -> impl Strategy<Value = Plan> {
	(
		[conduct(), conduct(), conduct()],
		[rental(), rental()],
		prop::option::of((prop::sample::select(&PHASES[..]), 1..5_000u32)),
		any::<bool>(),
		0..12u32,
	)
		.prop_map(|(conducts, rentals, outage, sold, pause)| Plan {
			conducts,
			rentals,
			outage,
			sold,
			pause,
		})
}

fn gpus(operator: OperatorId) -> [GpuId; 2] {
	[10 * operator, 10 * operator + 1]
}

/// Does what is due when `phase` begins: rentals of operator 1, and the outage.
fn happen(plan: &Plan, phase: Phase, rented: &mut BTreeSet<GpuId>) {
	run_to(phase);
	MockClock::advance(1);
	for (gpu, rental) in gpus(1).into_iter().zip(plan.rentals) {
		if rental == Rental::Taken(phase) && status(gpu) == GpuStatus::Online && rented.insert(gpu) {
			MockHosts::rent(gpu);
		}
		if rental == Rental::GivenBack(phase) && rented.remove(&gpu) {
			MockHosts::give_back(gpu);
		}
	}
	if let Some((_, minutes)) = plan.outage.filter(|(at, _)| *at == phase) {
		MockClock::pass_outage(minutes);
	}
	if plan.sold && phase == Phase::Walk {
		millpond_traits::mocks::MockOperators::set_holder(1, &holder(99));
	}
}

/// Which of the operator's GPUs that are on its roster it fills: those that no customer had when the round began.
fn filled(operator: OperatorId, conduct: Conduct, rented: &BTreeSet<GpuId>) -> Vec<GpuId> {
	let roster = Node::new(operator).roster();
	let skip = usize::from(conduct == Conduct::LeavesOut);
	let mut there: Vec<_> = roster.into_iter().filter(|gpu| !rented.contains(gpu)).collect();
	there.sort_unstable();
	there.into_iter().skip(skip).collect()
}

/// A round. Returns the GPUs that were picked, or had to prove themselves, and did not do it with a true proof.
fn run(plan: &Plan, index: RoundIndex, rented: &mut BTreeSet<GpuId>) -> BTreeMap<GpuId, Conduct> {
	assert_eq!(open(), index);
	// Who rents a GPU from now on waits for it.
	let had = rented.clone();
	let conducts: Vec<_> = [Conduct::Honest].into_iter().chain(plan.conducts).collect();
	let mut nodes: Vec<_> = (1..)
		.zip(conducts)
		.map(|(operator, conduct)| (Node::new(operator), conduct))
		.collect();
	happen(plan, Phase::Fill, rented);
	for (node, conduct) in &mut nodes {
		let conduct = *conduct;
		if conduct == Conduct::Absent {
			continue;
		}
		let computed = |_, chunk| match conduct {
			Conduct::Cheating(chunks) => chunks >> chunk & 1 == 1,
			_ => true,
		};
		node.fill(&filled(node.operator, conduct, &had), computed);
		// Nothing to fill, nothing to commit.
		drop(node.commit_fill());
	}
	happen(plan, Phase::WalkSeed, rented);
	happen(plan, Phase::Walk, rented);
	for (node, conduct) in &mut nodes {
		if !matches!(conduct, Conduct::Absent | Conduct::HalfWay) {
			node.walk();
			drop(node.commit_walk());
		}
	}
	// Those that nobody took part in are over.
	while !matches!(phase_now(), Some(Phase::Picking | Phase::Closing) | None) {
		block();
	}
	let mut guilty = BTreeMap::new();
	if phase_now() == Some(Phase::Picking) {
		happen(plan, Phase::Picking, rented);
		happen(plan, Phase::Proving, rented);
		for (node, conduct) in &nodes {
			let owed = Attestation::duties(node.operator)
				.expect("it has an attestor")
				.owes_proofs;
			for gpu in owed {
				let result = (*conduct != Conduct::Silent).then(|| node.prove(gpu));
				let holds = Picks::<Test>::get(node.operator, gpu) == Some(true);
				match conduct {
					Conduct::Honest | Conduct::LeavesOut => assert!(holds, "{gpu}: {result:?}"),
					_ if !holds => drop(guilty.insert(gpu, *conduct)),
					Conduct::Cheating(chunks) => {
						assert!(node.opens_only(gpu, *chunks), "{gpu} passed with {chunks:b}");
					}
					_ => panic!("{conduct:?} proved {gpu}"),
				}
			}
		}
	}
	close();
	guilty
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn no_cheat_should_pass_and_no_honest_gpu_be_struck(
		chance in any::<u64>(),
		picks in prop_oneof![Just(1u32), Just(3), Just(100)],
		plans in prop::collection::vec(plan(), 1..10),
	) {
		let extension = TestExt::default().parameters(|parameters| {
			parameters.picks = picks.try_into().expect("in range");
		});
		extension.execute_with(|| {
			Chance::set(chance);
			(1..=4).for_each(|operator| add_host(operator, &gpus(operator)));
			let mut rented = BTreeSet::new();
			for (index, plan) in (1..).zip(&plans) {
				let before = struck().len();
				let guilty = run(plan, index, &mut rented);
				let struck = struck().split_off(before);
				for gpu in guilty.keys() {
					let condemned = MockGpus::<()>::is_condemned(*gpu);
					assert!(condemned || struck.contains(gpu), "{gpu} was not caught");
					assert_ne!(status(*gpu), GpuStatus::Online);
				}
				for (operator, conduct) in (1..).zip([Conduct::Honest].iter().chain(&plan.conducts)) {
					if *conduct == Conduct::Honest {
						assert!(!struck.iter().any(|gpu| gpus(operator).contains(gpu)), "{struck:?}");
					}
				}
				assert_eq!(slashed(1), 0);
				assert_ok!(Attestation::do_try_state());
				pass(plan.pause);
				(1..=4).for_each(|operator| drop(beat(operator, &[], &[])));
			}
			for gpu in gpus(1) {
				assert!(!MockGpus::<()>::is_condemned(gpu));
				assert_eq!(member(gpu).strikes, 0);
			}
		});
	}
}
