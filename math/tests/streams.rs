//! The streams held against the naive model of every GPU's every minute, over random histories.

mod common;
mod world;

use common::cases;
use millpond_math::{
	streams::{Budget, Error, Shares, Status},
	Balance, Minute,
};
use proptest::prelude::*;
use sp_core::{U256, U512};
use world::{naive::Naive, World};

const POOLS: usize = 2;
const GROUPS: usize = 4;
const GPUS: usize = 7;

#[derive(Clone, Debug)]
enum Event {
	Change { gpu: usize, status: Status },
	DarkenGpu { gpu: usize, ago: Minute },
	Lump { gpu: usize, credits: u128 },
	Claim { gpu: usize },
	Move { gpu: usize, group: usize },
	Light { group: usize },
	Darken { group: usize, ago: Minute },
	Collect { group: usize, pool: usize },
	Weigh { pool: usize, weight: u128 },
	Schedule { pool: usize, ahead: u32, shares: Shares },
	Unschedule { pool: usize },
}

fn shares() -> impl Strategy<Value = Shares> {
	(0..=10_000u16, 0..=10_000u16, 0..=10_000u16).prop_map(|cuts| {
		let mut cuts = [cuts.0, cuts.1, cuts.2];
		cuts.sort_unstable();
		Shares::new(cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], 10_000 - cuts[2]).unwrap()
	})
}

fn credits() -> impl Strategy<Value = u128> {
	prop_oneof![1..10u128, 1..1_000_000u128]
}

fn status() -> impl Strategy<Value = Status> {
	prop_oneof![
		Just(Status::Offline),
		Just(Status::Idle),
		Just(Status::Kept),
		credits().prop_map(Status::Rented),
		credits().prop_map(Status::Rented),
	]
}

fn event() -> impl Strategy<Value = Event> {
	let (gpu, group, pool, ago) = (0..GPUS, 0..GROUPS, 0..POOLS, 0..20 as Minute);
	prop_oneof![
		12 => (gpu.clone(), status()).prop_map(|(gpu, status)| Event::Change { gpu, status }),
		2 => (gpu.clone(), ago.clone()).prop_map(|(gpu, ago)| Event::DarkenGpu { gpu, ago }),
		3 => (gpu.clone(), credits()).prop_map(|(gpu, credits)| Event::Lump { gpu, credits }),
		4 => gpu.clone().prop_map(|gpu| Event::Claim { gpu }),
		2 => (gpu, group.clone()).prop_map(|(gpu, group)| Event::Move { gpu, group }),
		4 => group.clone().prop_map(|group| Event::Light { group }),
		4 => (group.clone(), ago).prop_map(|(group, ago)| Event::Darken { group, ago }),
		2 => (group, pool.clone()).prop_map(|(group, pool)| Event::Collect { group, pool }),
		2 => (pool.clone(), prop_oneof![Just(0), 1..1_000u128]).prop_map(|(pool, weight)| Event::Weigh { pool, weight }),
		2 => (pool.clone(), 1..4u32, shares()).prop_map(|(pool, ahead, shares)| Event::Schedule { pool, ahead, shares }),
		1 => pool.prop_map(|pool| Event::Unschedule { pool }),
	]
}

fn budget() -> impl Strategy<Value = Budget> {
	let rewards = prop_oneof![Just(0), 0..2_000u128, 0..10u128.pow(21)];
	let cap = || {
		prop_oneof![
			Just(U256::MAX),
			any::<u64>().prop_map(U256::from),
			any::<u128>().prop_map(|cap| (cap >> 20).into())
		]
	};
	(rewards, cap(), cap()).prop_map(|(rewards, credit_cap, weight_cap)| Budget {
		rewards,
		credit_cap,
		weight_cap,
	})
}

#[derive(Clone, Debug)]
struct History {
	/// Length and budget of each epoch, round and round.
	epochs: Vec<(Minute, Budget)>,
	pools: Vec<(Shares, u128)>,
	/// Events, each so many minutes after the one before.
	events: Vec<(Minute, Event)>,
}

fn history() -> impl Strategy<Value = History> {
	let gap = prop_oneof![6 => Just(0), 6 => 1..4 as Minute, 2 => 4..40 as Minute, 1 => 40..90 as Minute];
	(
		prop::collection::vec((1..25 as Minute, budget()), 1..8),
		prop::collection::vec((shares(), 0..100u128), POOLS),
		prop::collection::vec((gap, event()), 1..80),
	)
		.prop_map(|(epochs, pools, events)| History { epochs, pools, events })
}

/// The streams and the naive model side by side.
struct Pair {
	world: World,
	naive: Naive,
	epochs: Vec<(Minute, Budget)>,
	/// What was given to the network and not minted yet.
	carried: Balance,
	given: Balance,
	/// Paid to GPUs (pool, used, available), hosts and managers, and unshared.
	paid: [Vec<Balance>; 6],
}

impl Pair {
	fn new(History { epochs, pools, .. }: &History) -> Self {
		let (mut world, mut naive) = (World::new(100, epochs[0].0), Naive::new(100));
		for (shares, weight) in pools {
			world.add_pool(*shares, *weight);
			naive.add_pool(*shares, *weight);
		}
		for group in 0..GROUPS {
			world.add_group(group % POOLS);
			naive.add_group(group % POOLS);
		}
		for gpu in 0..GPUS {
			world.add_gpu(gpu % GROUPS);
			naive.add_gpu(gpu % GROUPS);
		}
		let paid = [GPUS, GPUS, GPUS, GROUPS, POOLS, POOLS].map(|count| vec![0; count]);
		Pair {
			world,
			naive,
			epochs: epochs.clone(),
			carried: 0,
			given: 0,
			paid,
		}
	}

	fn epoch(&self, number: u32) -> (Minute, Budget) {
		self.epochs[number as usize % self.epochs.len()]
	}

	fn pass(&mut self, minutes: Minute) {
		for _ in 0..minutes {
			self.naive.pass();
			self.world.now += 1;
			if self.world.now == self.world.network.end() {
				self.close();
			}
		}
	}

	fn close(&mut self) {
		let number = self.world.network.epoch();
		let mut budget = self.epoch(number).1;
		self.given += budget.rewards;
		budget.rewards += self.carried;
		let closed = self.world.close(budget, self.epoch(number + 1).0);
		self.carried = closed.left;
		assert_eq!(
			(closed.rewards, closed.availability, closed.left),
			self.naive.close(budget)
		);
	}

	fn apply(&mut self, event: Event) {
		let (world, naive) = (&mut self.world, &mut self.naive);
		match event {
			Event::Change { gpu, status } => {
				world.gpu(gpu, |mut gpu| gpu.change(status)).unwrap();
				naive.change(gpu, status);
			}
			Event::DarkenGpu { gpu, ago } => {
				let back = world.gpu(gpu, |mut gpu| gpu.darken(ago)).unwrap();
				assert_eq!(back, naive.darken_gpu(gpu, ago));
			}
			Event::Lump { gpu, credits } => {
				world.gpu(gpu, |mut gpu| gpu.lump(credits)).unwrap();
				naive.lump(gpu, credits);
			}
			Event::Claim { gpu } => self.claim(gpu),
			Event::Move { gpu, group } => {
				let wanted = match (naive.gpus[gpu].status, naive.earns(gpu)) {
					(Status::Offline, false) => Ok(()),
					(Status::Offline, true) => Err(Error::Unsettled),
					_ => Err(Error::StillActive),
				};
				self.claim(gpu);
				assert_eq!(self.world.move_gpu(gpu, group), wanted);
				if wanted.is_ok() {
					self.naive.move_gpu(gpu, group);
				}
			}
			Event::Light { group } => {
				world.group(group, |mut group| group.light()).unwrap();
				naive.light(group);
			}
			Event::Darken { group, ago } => {
				let back = world.group(group, |mut group| group.darken(ago)).unwrap();
				assert_eq!(back, naive.darken(group, ago));
			}
			Event::Collect { group, pool } => self.collect(group, pool),
			Event::Weigh { pool, weight } => {
				world.pool(pool, |mut pool| pool.set_weight(weight)).unwrap();
				naive.weigh(pool, weight);
			}
			Event::Schedule { pool, ahead, shares } => {
				let from = world.network.epoch() + ahead;
				world.pool(pool, |mut pool| pool.schedule(from, shares)).unwrap();
				naive.pools[pool].scheduled = Some((from, shares));
			}
			Event::Unschedule { pool } => {
				world.pool(pool, |mut pool| pool.unschedule()).unwrap();
				naive.pools[pool].scheduled = None;
			}
		}
	}

	fn claim(&mut self, gpu: usize) {
		let mut standing = self.world.clone();
		let earned = self.world.gpu(gpu, |mut gpu| Ok(gpu.take())).unwrap();
		if let Some(same) = standing.gpu_over_standing_group(gpu, |mut gpu| Ok(gpu.take())) {
			assert_eq!(same, Ok(earned));
			// Nothing but the present is missing, which comes with whatever is done next.
			let mut later = standing.clone();
			later.gpu(gpu, |_| Ok(())).unwrap();
			assert_eq!((&later.gpus, &later.groups), (&self.world.gpus, &self.world.groups));
			assert!(later.pools == self.world.pools && later.network == self.world.network);
			self.world = standing;
		}
		self.paid[0][gpu] += earned.pool;
		self.paid[1][gpu] += earned.used;
		self.paid[2][gpu] += earned.available;
	}

	fn collect(&mut self, group: usize, pool: usize) {
		self.paid[3][group] += self.world.group(group, |mut group| Ok(group.take_host())).unwrap();
		self.paid[4][pool] += self.world.pool(pool, |mut pool| Ok(pool.take_manager())).unwrap();
		self.paid[5][pool] += self.world.pool(pool, |mut pool| Ok(pool.take_unshared())).unwrap();
	}

	/// No level keeps more checkpoints than there are below it.
	fn check_bounds(&self) {
		let (of_network, of_pools, of_groups) = self.world.checkpoints();
		let scheduled = self
			.world
			.pools
			.iter()
			.filter(|(pool, _)| pool.scheduled().is_some())
			.count();
		assert!(of_network <= POOLS + scheduled);
		assert!(of_pools <= GROUPS);
		assert!(of_groups <= GPUS);
	}

	/// Nothing has changed that is only brought up to now.
	fn check_writes(&mut self) {
		let World {
			network,
			pools,
			groups,
			of_network,
			..
		} = &mut self.world;
		let now = self.naive.now;
		let before = *network;
		let mut settled = network.settle(now, of_network).unwrap();
		for (pool, of_pool) in pools.iter_mut().filter(|(pool, _)| pool.epoch() == before.epoch()) {
			let before = *pool;
			pool.settle(&mut settled, of_pool).unwrap();
			assert!(!pool.has_changed_since(&before));
		}
		assert!(!network.has_changed_since(&before));
		for group in 0..groups.len() {
			let epoch = self.world.groups[group].1.epoch();
			let before = self.world.groups[group].1;
			self.world.group(group, |_| Ok(())).unwrap();
			let changed = self.world.groups[group].1.has_changed_since(&before);
			assert_eq!(changed, epoch < self.world.network.epoch());
		}
	}

	/// Everything is paid, compared with the naive model, and ended.
	fn finish(mut self) {
		for gpu in 0..GPUS {
			self.apply(Event::Change {
				gpu,
				status: Status::Offline,
			});
		}
		let rest = self.world.network.end() - self.world.now;
		self.pass(rest);
		(0..GPUS).for_each(|gpu| self.claim(gpu));
		(0..GROUPS).for_each(|group| self.collect(group, group % POOLS));

		let epochs = self.world.network.epoch();
		let naive = &self.naive;
		let wanted = [
			naive.gpus.iter().map(|gpu| gpu.pool).collect::<Vec<_>>(),
			naive.gpus.iter().map(|gpu| gpu.used).collect(),
			naive.gpus.iter().map(|gpu| gpu.available).collect(),
			naive.groups.iter().map(|group| group.host).collect(),
			naive.pools.iter().map(|pool| pool.manager).collect(),
			naive.pools.iter().map(|pool| pool.unshared).collect(),
		];
		let levels = [
			("gpu", 2),
			("gpu", 2),
			("gpu", 2),
			("group", 2),
			("pool", 4),
			("pool", 4),
		];
		let mut dust_at_most = 2 * u128::from(epochs);
		for ((paid, wanted), (level, roundings)) in self.paid.iter().zip(wanted).zip(levels) {
			for (index, (paid, wanted)) in paid.iter().zip(wanted).enumerate() {
				// A settlement in a later epoch rounds a stream down to plancks once; a pool does so for the epoch that it
				// closes and for the whole ones that it crosses, and again when its shares change in between. What the
				// indices lose, 2^-64 plancks a unit, is less than a planck in all. The naive model rounds once an epoch.
				let (_, closings) = self.world.closings[&(level, index)];
				let dust = roundings * u128::from(closings) + 1;
				let (scaled, one) = (U512::from(*paid) << 128, U512::one() << 128);
				assert!(
					scaled <= wanted + U512::from(epochs),
					"{level} {index}: paid {paid}, earned {wanted} / 2^128"
				);
				assert!(
					wanted < scaled + one * U512::from(dust),
					"{level} {index}: paid {paid}, earned {wanted} / 2^128"
				);
				dust_at_most += dust;
			}
		}

		let paid: Balance = self.paid.iter().flatten().sum();
		let dust = naive
			.minted
			.checked_sub(paid)
			.expect("never is more paid than was minted");
		assert!(dust <= dust_at_most);
		assert_eq!(self.given, naive.minted + self.carried);

		self.tear_down();
	}

	fn tear_down(mut self) {
		let scheduled = self
			.world
			.pools
			.iter()
			.filter(|(pool, _)| pool.scheduled().is_some())
			.count();
		let (of_network, of_pools, of_groups) = self.world.checkpoints();
		assert!(of_network <= scheduled);
		assert_eq!(
			(of_pools, of_groups),
			(0, 0),
			"all are settled, and checkpoints are left"
		);

		(0..GPUS).for_each(|gpu| self.world.gpu(gpu, |gpu| gpu.leave()).unwrap());
		(0..GROUPS).for_each(|group| self.world.group(group, |group| group.leave()).unwrap());
		(0..POOLS).for_each(|pool| self.world.pool(pool, |pool| pool.leave()).unwrap());
		assert_eq!(self.world.checkpoints(), (0, 0, 0));
	}
}

proptest! {
	#![proptest_config(cases(1_000))]

	#[test]
	fn streams_should_pay_what_the_naive_model_pays_when_history_is_random(history in history()) {
		let mut pair = Pair::new(&history);
		for (gap, event) in history.events {
			pair.pass(gap);
			pair.apply(event);
			pair.check_bounds();
			pair.check_writes();
		}
		pair.finish();
	}
}
