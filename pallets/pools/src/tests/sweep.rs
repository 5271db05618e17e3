use crate::{mock::*, *};
use frame_support::{
	assert_ok,
	traits::{Hooks, OnPoll},
	weights::{Weight, WeightMeter},
};
use millpond_primitives::BCT;
use millpond_traits::mocks::MockEmissions;
use std::collections::BTreeSet;

/// Polls with weight for so many visits of a GPU.
fn poll(visits: u64) {
	let step = <() as WeightInfo>::sweep_gpu();
	let limit = <() as WeightInfo>::sweep().saturating_add(step.saturating_mul(visits));
	let mut meter = WeightMeter::with_limit(limit);
	<PoolsPallet as OnPoll<u64>>::on_poll(0, &mut meter);
	assert!(meter.consumed().all_lte(limit));
}

fn paid_gpus() -> Vec<u64> {
	let gpu = |event| match event {
		Event::GpuPaid { gpu, .. } => Some(gpu),
		_ => None,
	};
	events().into_iter().filter_map(gpu).collect()
}

#[test]
fn sweep_should_pay_everybody_once_an_epoch() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		(1..=20).for_each(|gpu| add(gpu, ALICE, if gpu % 2 == 0 { OLD } else { NEW }, pool));
		rent(pool, 20, 50, 1_000);
		pass(EPOCH);
		assert_eq!(paid_gpus().into_iter().collect::<BTreeSet<_>>(), (1..=20).collect());
		assert_eq!(paid_gpus().len(), 20);
		assert!(paid(HOST) > 0 && paid(MANAGER) > 0);
		let pot = MockEmissions::pot();
		assert!(pot < 100, "{pot}");
		let before = events().len();
		<PoolsPallet as OnPoll<u64>>::on_poll(0, &mut WeightMeter::new());
		assert_eq!(
			(PoolsPallet::on_idle(0, Weight::MAX), events().len()),
			(<() as WeightInfo>::sweep(), before)
		);
	});
}

#[test]
fn sweep_should_reach_everybody_when_blocks_are_full_and_gpus_come_and_go() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		(1..=20).for_each(|gpu| add(gpu, ALICE, OLD, pool));
		rent(pool, 20, 50, 1_000);
		pass(10);
		// The records of these go when they are paid.
		(1..=10).for_each(leave_now);
		close_epoch();
		for turn in 0..15 {
			poll(1);
			add(100 + turn, ALICE, OLD, pool);
			assert_ok!(PoolsPallet::do_try_state());
		}
		while Sweep::<Test>::get().position != SweepPosition::Done {
			poll(2);
		}
		assert_eq!(paid_gpus().into_iter().collect::<BTreeSet<_>>(), (1..=20).collect());
		assert_eq!(paid_gpus().len(), 20);
	});
}

#[test]
fn sweep_should_go_on_when_one_cannot_be_paid() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		(1..=5).for_each(|gpu| add(gpu, ALICE, OLD, pool));
		rent(pool, 5, 50, 1_000);
		close_epoch();
		let key = codec::Encode::encode(&("mock:gpus:holder", 3u64));
		let holder = sp_io::storage::get(&key).expect("it has one");
		sp_io::storage::clear(&key);
		sweep();
		assert_eq!(
			paid_gpus().into_iter().collect::<BTreeSet<_>>(),
			BTreeSet::from([1, 2, 4, 5])
		);
		// Nothing is lost by it.
		sp_io::storage::set(&key, &holder);
		assert_ok!(PoolsPallet::claim_gpu(origin(STRANGER), 3));
		assert_eq!(paid_gpus().last(), Some(&3));
		assert!(paid(ALICE) > 390 * BCT);
	});
}

#[test]
fn sweep_should_do_nothing_without_weight_and_begin_a_round_for_each_epoch() {
	TestExt::execute_with(|| {
		let pool = create_distributed();
		add(1, ALICE, OLD, pool);
		rent(pool, 1, 50, 1_000);
		close_epoch();
		let mut meter = WeightMeter::with_limit(Weight::from_parts(1, 0));
		<PoolsPallet as OnPoll<u64>>::on_poll(0, &mut meter);
		assert_eq!(
			(meter.consumed(), Sweep::<Test>::get().position),
			(Weight::zero(), SweepPosition::Done)
		);
		// A round that takes longer than its epoch is finished, and the next one follows.
		poll(1);
		close_epoch();
		sweep();
		assert_eq!(Sweep::<Test>::get().epoch, 1);
		sweep();
		assert_eq!(Sweep::<Test>::get().epoch, 2);
		assert_eq!(paid_gpus(), [1, 1]);
	});
}

#[test]
fn reserved_weight_should_suffice_for_every_step() {
	PoolsPallet::integrity_test();
}
