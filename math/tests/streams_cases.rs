//! Streams: worked examples, refusals, and what is kept and for how long.

mod world;

use codec::{Decode, Encode, MaxEncodedLen};
use millpond_math::{
	streams::{
		Activity, Budget, Checkpoint, Checkpoints, Demand, Earnings, Epochs, Error, Gpu, GpuIndex, Group, Network,
		NetworkIndex, Pool, PoolIndex, Shares, Status, LIMIT,
	},
	Balance, Epoch, Minute,
};
use sp_core::U256;
use std::{cell::Cell, fmt::Debug};
use world::World;

/// All of it for the DC spent, however few these are.
fn uncapped(rewards: Balance) -> Budget {
	Budget {
		rewards,
		credit_cap: U256::MAX,
		weight_cap: U256::zero(),
	}
}

fn plancks(amount: u64) -> U256 {
	U256::from(amount) << 64
}

/// Manager 5%, host 15%, pool 60%, used 20%.
fn shares() -> Shares {
	Shares::new(500, 1_500, 6_000, 2_000).unwrap()
}

/// A network with epochs of 10 minutes and one pool of weight 3, one group and so many GPUs.
fn one_group(gpus: usize) -> World {
	let mut world = World::new(0, 10);
	world.add_pool(shares(), 3);
	world.add_group(0);
	(0..gpus).for_each(|_| assert_eq!(world.add_gpu(0), world.gpus.len() - 1));
	world
}

fn change(world: &mut World, gpu: usize, status: Status) {
	world.gpu(gpu, |mut gpu| gpu.change(status)).unwrap();
}

fn pending(world: &mut World, gpu: usize) -> (Balance, Balance, Balance) {
	let Earnings { pool, used, available } = world.gpu(gpu, |gpu| Ok(gpu.pending())).unwrap();
	(pool, used, available)
}

/// In exact rationals the GPUs earn what the table says. Each settlement rounds down, and GPU 1, which changes once more,
/// is settled twice.
///
/// | GPU | pool share | used share |
/// |---|---|---|
/// | 0 | 262082629/1400 | 196592413/2700 |
/// | 1 | 262082629/1400 | 4002211/270 |
/// | 2 | 936384/7 | 15451876/189 |
/// | 3 | 65549471/840 | 65549471/1680 |
#[test]
fn clock_should_show_lit_minutes_only_when_asked_without_settling() {
	let mut world = one_group(1);
	change(&mut world, 0, Status::Idle);
	let clock = |world: &World| (world.groups[0].1.clock_at(world.now), world.groups[0].1.epoch());
	world.now += 7;
	assert_eq!(clock(&world), (7, 0));
	world.close(uncapped(100), 10);
	world.now += 5;
	assert_eq!(clock(&world), (15, 0));
	world.group(0, |mut group| group.darken(2)).unwrap();
	assert_eq!(clock(&world), (13, 1));
	world.now += 4;
	assert_eq!(clock(&world), (13, 1));
	world.group(0, |mut group| group.light()).unwrap();
	world.now += 1;
	assert_eq!(clock(&world), (14, 1));
	let done = world.gpu(0, |mut gpu| {
		gpu.change(Status::Offline)?;
		Ok(gpu.history())
	});
	let fourteen = Activity {
		credits: 0,
		online: 14,
		idle: 14,
	};
	assert_eq!(done, Ok(fourteen));
}

#[test]
fn minutes_should_count_as_rented_only_when_they_are_paid() {
	let mut world = one_group(1);
	let rented = |world: &mut World| world.gpu(0, |gpu| Ok((gpu.rented(), gpu.history().online))).unwrap();
	change(&mut world, 0, Status::Kept);
	world.now += 3;
	change(&mut world, 0, Status::Rented(5));
	world.now += 4;
	change(&mut world, 0, Status::Kept);
	world.gpu(0, |mut gpu| gpu.lump(100)).unwrap();
	world.now += 1;
	assert_eq!(rented(&mut world), (4, 7), "up to the last change");
	change(&mut world, 0, Status::Rented(5));
	world.now += 1;
	// An epoch's rest, a whole one, and a part of one that was dark for two minutes.
	world.close(uncapped(0), 10);
	world.close(uncapped(0), 10);
	world.now += 6;
	assert_eq!(world.gpu(0, |mut gpu| gpu.darken(2)), Ok(2));
	change(&mut world, 0, Status::Idle);
	world.now += 1;
	change(&mut world, 0, Status::Offline);
	// From minute 3 to 7 and from 8 to 24; kept for four minutes, and idle for one.
	assert_eq!(rented(&mut world), (20, 25));
}

#[test]
fn streams_should_pay_these_amounts_when_history_is_this() {
	let mut world = World::new(0, 10);
	world.add_pool(shares(), 0);
	world.add_pool(Shares::new(500, 2_000, 5_000, 2_500).unwrap(), 0);
	assert_eq!([0, 0, 1].map(|pool| world.add_group(pool)), [0, 1, 2]);
	assert_eq!([0, 0, 1, 2].map(|group| world.add_gpu(group)), [0, 1, 2, 3]);

	change(&mut world, 0, Status::Rented(7));
	change(&mut world, 1, Status::Idle);
	change(&mut world, 3, Status::Rented(3));
	world.now = 4;
	assert_eq!(world.group(0, |mut group| group.darken(0)), Ok(0));
	world.now = 6;
	world.group(0, |mut group| group.light()).unwrap();
	change(&mut world, 2, Status::Rented(11));
	world.now = 7;
	world.gpu(1, |mut gpu| gpu.lump(5)).unwrap();
	let closed = world.close(uncapped(1_000), 20);
	// 7 x 8 + 3 x 10 + 11 x 4 + 5
	assert_eq!(
		(closed.demand, closed.rewards, closed.left),
		(
			Demand {
				credits: 135,
				weight: 0
			},
			1_000,
			0
		)
	);
	assert_eq!(closed.steps.credit, plancks(1_000) / 135);
	world.close(uncapped(1_234), 20);
	world.close(uncapped(777), 7);
	world.now = 52;
	change(&mut world, 1, Status::Rented(2));
	world.now = 55;
	assert_eq!(world.group(1, |mut group| group.darken(0)), Ok(0));
	world.close(uncapped(999_983), 5);
	world.close(uncapped(31), 5);

	assert_eq!(pending(&mut world, 0), (187_201, 72_812, 0));
	assert_eq!(pending(&mut world, 1), (187_201, 14_822, 0));
	assert_eq!(pending(&mut world, 2), (133_769, 81_755, 0));
	assert_eq!(pending(&mut world, 3), (78_035, 39_017, 0));
	let hosts = [0, 1, 2].map(|group| world.group(group, |group| Ok(group.host())).unwrap());
	assert_eq!(hosts, [65_725, 61_316, 31_214]);
	let managers = [0, 1].map(|pool| world.pool(pool, |pool| Ok(pool.manager())).unwrap());
	assert_eq!(managers, [42_346, 7_803]);
}

#[test]
fn availability_should_get_what_the_cap_cuts_off_when_gpus_are_idle() {
	let mut world = one_group(3);
	change(&mut world, 0, Status::Rented(7));
	change(&mut world, 1, Status::Idle);
	change(&mut world, 2, Status::Kept);
	let budget = Budget {
		rewards: 1_000,
		credit_cap: plancks(10),
		weight_cap: plancks(4),
	};
	let closed = world.close(budget, 10);

	// 70 DC at 10 plancks; 300 are left for 30 weighted minutes, of which 4 plancks each are paid.
	assert_eq!(
		closed.demand,
		Demand {
			credits: 70,
			weight: 30
		}
	);
	assert_eq!((closed.rewards, closed.availability, closed.left), (700, 120, 180));
	assert_eq!(
		closed.steps,
		NetworkIndex {
			credit: plancks(10),
			weight: plancks(4)
		}
	);
	assert_eq!(pending(&mut world, 0), (140, 140, 0));
	assert_eq!(pending(&mut world, 1), (140, 0, 120));
	assert_eq!(pending(&mut world, 2), (140, 0, 0));
	assert_eq!(world.group(0, |group| Ok(group.host())), Ok(105));
	assert_eq!(world.pool(0, |pool| Ok(pool.manager())), Ok(35));
}

#[test]
fn availability_should_not_pay_when_the_price_of_the_pool_is_too_high() {
	let mut world = one_group(1);
	change(&mut world, 0, Status::Idle);
	world.now = 4;
	world.pool(0, |mut pool| pool.set_weight(0)).unwrap();
	let budget = Budget {
		rewards: 1_000,
		credit_cap: U256::MAX,
		weight_cap: plancks(5),
	};
	let closed = world.close(budget, 10);
	assert_eq!((closed.demand.weight, closed.availability, closed.left), (12, 60, 940));
	assert_eq!(world.close(budget, 10).availability, 0);
	assert_eq!(pending(&mut world, 0), (0, 0, 60));
}

#[test]
fn budget_should_be_left_when_nothing_is_spent_and_nothing_is_idle() {
	let mut world = one_group(1);
	let closed = world.close(
		Budget {
			weight_cap: U256::MAX,
			..uncapped(1_000)
		},
		10,
	);
	assert_eq!(
		(closed.epoch, closed.rewards, closed.availability, closed.left),
		(0, 0, 0, 1_000)
	);
	assert_eq!(closed.steps, NetworkIndex::default());
}

#[test]
fn pool_share_should_be_unshared_when_no_gpu_was_online() {
	let mut world = one_group(1);
	world.gpu(0, |mut gpu| gpu.lump(10)).unwrap();
	world.close(uncapped(1_000), 10);
	assert_eq!(pending(&mut world, 0), (0, 200, 0));
	assert_eq!(world.pool(0, |mut pool| Ok(pool.take_unshared())), Ok(600));
	assert_eq!(world.pool(0, |pool| Ok(pool.unshared())), Ok(0));
}

#[test]
fn shares_should_change_at_the_start_of_their_epoch_when_the_pool_is_touched_much_later() {
	for settled_in in [2u32, 3, 7] {
		let mut world = one_group(1);
		change(&mut world, 0, Status::Rented(10));
		let later = Shares::new(1_000, 0, 0, 9_000).unwrap();
		world.pool(0, |mut pool| pool.schedule(2, later)).unwrap();
		assert_eq!(world.pools[0].0.scheduled(), Some((2, later)));
		(0..settled_in).for_each(|_| assert_eq!(world.close(uncapped(1_000), 10).rewards, 1_000));

		assert_eq!(
			world.pool(0, |pool| Ok(pool.manager())),
			Ok(2 * 50 + (Balance::from(settled_in) - 2) * 100)
		);
		assert_eq!(world.pools[0].0.shares(), later);
		assert_eq!(world.pools[0].0.scheduled(), None);
		let used = 2 * 200 + (Balance::from(settled_in) - 2) * 900;
		assert_eq!(pending(&mut world, 0), (2 * 600, used, 0));
		assert_eq!(world.group(0, |group| Ok(group.host())), Ok(2 * 150));
		assert_eq!(world.checkpoints(), (0, 0, 0));
	}
}

#[test]
fn shares_should_stay_when_the_scheduled_change_is_dropped() {
	let mut world = one_group(1);
	change(&mut world, 0, Status::Rented(10));
	let later = Shares::new(10_000, 0, 0, 0).unwrap();
	world.pool(0, |mut pool| pool.schedule(2, later)).unwrap();
	world.pool(0, |mut pool| pool.schedule(3, later)).unwrap();
	assert_eq!(world.of_network.0.keys().copied().collect::<Vec<_>>(), [3]);
	world.pool(0, |mut pool| pool.unschedule()).unwrap();
	assert_eq!(world.checkpoints(), (0, 0, 0));
	(0..5).for_each(|_| assert_eq!(world.close(uncapped(1_000), 10).rewards, 1_000));
	assert_eq!(world.pool(0, |pool| Ok(pool.manager())), Ok(5 * 50));
}

#[test]
fn darken_should_take_back_minutes_when_they_are_unchanged_and_of_this_epoch() {
	let mut world = one_group(2);
	change(&mut world, 0, Status::Rented(10));
	change(&mut world, 1, Status::Rented(1));
	world.close(uncapped(1_100), 10);
	world.now = 16;
	assert_eq!(world.group(0, |mut group| group.darken(2)), Ok(2));
	assert_eq!(world.groups[0].1.clock(), 14);
	assert_eq!(world.group(0, |mut group| group.darken(2)), Ok(0), "it is dark");
	world.group(0, |mut group| group.light()).unwrap();
	world.now = 18;
	assert_eq!(
		world.gpu(0, |mut gpu| gpu.darken(5)),
		Ok(2),
		"it was lit two minutes ago"
	);
	world.now = 19;
	assert_eq!(
		world.group(0, |mut group| group.darken(5)),
		Ok(1),
		"a GPU changed a minute ago"
	);
	let closed = world.close(uncapped(1_100), 10);
	assert_eq!(closed.demand.credits, 4 * 11 + 2);
	world.group(0, |mut group| group.light()).unwrap();
	world.now = 25;
	assert_eq!(
		world.group(0, |mut group| group.darken(9)),
		Ok(5),
		"the epoch began five minutes ago"
	);

	world.settle_gpus();
	let done = |world: &World, gpu: usize| (world.gpus[gpu].1.history().credits, world.gpus[gpu].1.history().online);
	assert_eq!(done(&world, 0), (140, 14));
	assert_eq!(world.network.tally().credits, 0);
	world.close(uncapped(1_100), 10);
	world.settle_gpus();
	assert_eq!(done(&world, 1), (16, 16));
}

#[test]
fn checkpoint_should_go_when_the_last_that_needs_it_settles() {
	let mut world = one_group(3);
	world.close(uncapped(0), 10);
	// The epoch has closed, but nobody has touched the pool and the group since.
	assert_eq!(world.checkpoints(), (1, 0, 0));
	assert_eq!(world.network.newest_checkpoint().map(|(_, kept)| kept.needed), Some(1));
	pending(&mut world, 0);
	assert_eq!(
		world.checkpoints(),
		(0, 0, 1),
		"two GPUs need the checkpoint of the group"
	);
	let needed = |world: &World| {
		let (_, group, apart) = &world.groups[0];
		apart.with(group.newest_checkpoint()).into_iter().collect::<Vec<_>>()
	};
	assert_eq!(needed(&world), [(0, 2)]);
	assert_eq!(world.groups[0].2 .0.len(), 0, "the group itself keeps the newest one");
	world.close(uncapped(0), 10);
	pending(&mut world, 1);
	assert_eq!(needed(&world), [(0, 1), (1, 1)]);
	assert_eq!(world.groups[0].2 .0.len(), 1, "and older ones apart");
	pending(&mut world, 2);
	pending(&mut world, 0);
	assert_eq!(world.checkpoints(), (0, 0, 0));
}

#[test]
fn nothing_should_be_kept_when_all_have_left() {
	let mut world = one_group(2);
	world.close(uncapped(0), 10);
	world.pool(0, |mut pool| pool.schedule(9, shares())).unwrap();
	world.gpu(1, |gpu| gpu.leave()).unwrap();
	world.close(uncapped(0), 10);
	world.gpu(0, |gpu| gpu.leave()).unwrap();
	world.close(uncapped(0), 10);
	world.group(0, |group| group.leave()).unwrap();
	world.close(uncapped(0), 10);
	world.pool(0, |pool| pool.leave()).unwrap();
	assert_eq!(world.checkpoints(), (0, 0, 0));
}

#[test]
fn leave_should_be_refused_when_something_is_open() {
	let mut world = one_group(1);
	assert_eq!(world.pool(0, |pool| pool.leave()), Err(Error::StillActive));
	assert_eq!(world.group(0, |group| group.leave()), Err(Error::StillActive));
	change(&mut world, 0, Status::Rented(10));
	assert_eq!(world.gpu(0, |gpu| gpu.leave()), Err(Error::StillActive));
	world.now = 5;
	change(&mut world, 0, Status::Offline);
	assert_eq!(world.gpu(0, |gpu| gpu.leave()), Err(Error::Unsettled));
	world.close(uncapped(1_000), 10);
	assert_eq!(world.gpu(0, |gpu| gpu.leave()), Err(Error::Unpaid));
	assert_eq!(world.gpu(0, |mut gpu| Ok(gpu.take())).unwrap().sum(), Ok(800));
	assert_eq!(world.gpu(0, |gpu| gpu.leave()), Ok(()));
	assert_eq!(world.group(0, |group| group.leave()), Err(Error::Unpaid));
	assert_eq!(world.group(0, |mut group| Ok(group.take_host())), Ok(150));
	assert_eq!(world.group(0, |group| group.leave()), Ok(()));
	assert_eq!(world.pool(0, |pool| pool.leave()), Err(Error::Unpaid));
	assert_eq!(world.pool(0, |mut pool| Ok(pool.take_manager())), Ok(50));
	assert_eq!(world.pool(0, |pool| pool.leave()), Ok(()));
}

#[test]
fn group_and_pool_should_not_leave_when_this_epochs_reward_is_open() {
	let mut world = one_group(1);
	change(&mut world, 0, Status::Rented(10));
	world.now = 1;
	change(&mut world, 0, Status::Offline);
	// As if its GPU had been lost.
	world.group(0, |mut group| group.remove_member()).unwrap();
	assert_eq!(world.group(0, |group| group.leave()), Err(Error::Unsettled));
	world.pool(0, |mut pool| pool.remove_member()).unwrap();
	assert_eq!(world.pool(0, |pool| pool.leave()), Err(Error::Unsettled));
}

#[test]
fn network_should_refuse_when_time_is_out_of_order() {
	let mut world = World::new(100, 10);
	assert_eq!(Network::new(0, 0), Err(Error::Backwards));
	assert_eq!(Network::new(Minute::MAX, 1), Err(Error::Overflow));
	world.now = 105;
	assert_eq!(world.network(|_| Ok(())), Ok(()));
	world.now = 104;
	assert_eq!(world.network(|_| Ok(())), Err(Error::Backwards));
	world.now = 110;
	assert_eq!(world.network(|_| Ok(())), Ok(()), "the end belongs to both epochs");
	world.now = 111;
	assert_eq!(world.network(|_| Ok(())), Err(Error::EpochOver));
	assert_eq!(
		world.network.clone().close(uncapped(0), 0, &mut world.of_network),
		Err(Error::Backwards)
	);
	assert_eq!((world.network.epoch(), world.network.end()), (0, 110));
	world.close(uncapped(0), 7);
	assert_eq!((world.network.epoch(), world.network.end()), (1, 117));
}

#[test]
fn schedule_should_be_refused_when_the_epoch_has_begun() {
	let mut world = one_group(0);
	world.close(uncapped(0), 10);
	assert_eq!(
		world.pool(0, |mut pool| pool.schedule(0, shares())),
		Err(Error::NotAhead)
	);
	assert_eq!(
		world.pool(0, |mut pool| pool.schedule(1, shares())),
		Err(Error::NotAhead)
	);
	assert_eq!(world.pool(0, |mut pool| pool.schedule(2, shares())), Ok(()));
}

#[test]
fn shares_should_be_refused_when_they_are_not_the_whole() {
	assert_eq!(Shares::new(500, 1_500, 6_000, 2_001), Err(Error::NotTheWhole));
	assert_eq!(
		Shares::new(u16::MAX, u16::MAX, u16::MAX, u16::MAX),
		Err(Error::NotTheWhole)
	);
	assert!(Shares::decode(&mut &(500u16, 1_500u16, 6_000u16, 1_999u16).encode()[..]).is_err());
	let shares = shares();
	assert_eq!(Shares::decode(&mut &shares.encode()[..]), Ok(shares));
	assert_eq!(
		[shares.manager(), shares.host(), shares.pool(), shares.used()],
		[500, 1_500, 6_000, 2_000]
	);
}

#[test]
fn settle_should_be_refused_when_a_checkpoint_is_missing() {
	let mut world = one_group(1);
	let idle = world.add_pool(shares(), 1);
	world.close(uncapped(0), 10);
	// The pool needs the checkpoint of the first epoch, and the other one that of the next.
	world.pool(idle, |_| Ok(())).unwrap();
	world.close(uncapped(0), 10);
	assert_eq!(world.of_network.0.len(), 1);
	world.of_network.0.clear();
	assert_eq!(world.gpu(0, |_| Ok(())), Err(Error::MissingCheckpoint));
}

#[test]
fn amounts_should_be_refused_when_they_are_above_the_limit() {
	let mut world = one_group(1);
	assert_eq!(
		world.gpu(0, |mut gpu| gpu.change(Status::Rented(LIMIT + 1))),
		Err(Error::TooMuch)
	);
	assert_eq!(world.gpu(0, |mut gpu| gpu.lump(LIMIT + 1)), Err(Error::TooMuch));
	assert_eq!(
		world.pool(0, |mut pool| pool.set_weight(LIMIT + 1)),
		Err(Error::TooMuch)
	);
	assert_eq!(
		world.network(|network| Pool::join(network, shares(), LIMIT + 1)),
		Err(Error::TooMuch)
	);
}

#[test]
fn levels_should_be_settled_when_every_amount_is_at_the_limit() {
	let (supply, length) = (10u128.pow(21), u32::MAX / 8);
	for rent in [1, LIMIT] {
		let mut world = World::new(0, length);
		world.add_pool(shares(), LIMIT);
		world.add_group(0);
		assert_eq!([0; 3].map(|group| world.add_gpu(group)), [0, 1, 2]);
		change(&mut world, 0, Status::Rented(rent));
		change(&mut world, 1, Status::Rented(LIMIT));
		change(&mut world, 2, Status::Idle);
		world.gpu(0, |mut gpu| gpu.lump(LIMIT)).unwrap();
		let minted: Balance = (0..6).map(|_| world.close(uncapped(supply), length).rewards).sum();
		let paid: Balance = (0..3)
			.map(|gpu| world.gpu(gpu, |mut gpu| Ok(gpu.take())).unwrap().sum().unwrap())
			.sum();
		// With so many DC the fixed point still leaves less than 10^-16 of it undistributed.
		assert!((minted / 10 * 8 - 100_000..=minted / 10 * 8).contains(&paid));
	}
}

#[test]
fn levels_should_stay_the_same_when_they_are_encoded() {
	fn check<T: Encode + Decode + MaxEncodedLen + PartialEq + Debug>(value: &T, most: usize) {
		let encoded = value.encode();
		assert!(encoded.len() <= T::max_encoded_len());
		assert!(T::max_encoded_len() <= most, "{} bytes", T::max_encoded_len());
		assert_eq!(T::decode(&mut &encoded[..]).as_ref(), Ok(value));
	}
	let mut world = one_group(1);
	change(&mut world, 0, Status::Rented(7));
	world.pool(0, |mut pool| pool.schedule(3, shares())).unwrap();
	world.close(uncapped(1_000), 10);
	let newest = world.network.newest_checkpoint().expect("the pool needs it").1;
	check::<Checkpoint<NetworkIndex>>(&newest, 140);
	check::<Network>(&world.network, 320);
	pending(&mut world, 0);
	check::<Pool>(&world.pools[0].0, 650);
	check::<Group>(&world.groups[0].1, 450);
	check::<Gpu>(&world.gpus[0].1, 210);
	check::<Checkpoint<PoolIndex>>(&Checkpoint::default(), 270);
	check::<Checkpoint<GpuIndex>>(&Checkpoint::default(), 210);
	check::<Activity>(
		&Activity {
			credits: u128::MAX,
			online: 1,
			idle: 0,
		},
		51,
	);
}

/// Checkpoints that count how often they are asked for or changed.
#[derive(Default)]
struct Counted<I>(world::Map<I>, Cell<u32>);

impl<I: Copy> Checkpoints<I> for Counted<I> {
	fn get(&self, epoch: Epoch) -> Option<Checkpoint<I>> {
		self.1.set(self.1.get() + 1);
		self.0.get(epoch)
	}

	fn set(&mut self, epoch: Epoch, checkpoint: Checkpoint<I>) {
		self.1.set(self.1.get() + 1);
		self.0.set(epoch, checkpoint);
	}

	fn remove(&mut self, epoch: Epoch) {
		self.1.set(self.1.get() + 1);
		self.0.remove(epoch);
	}
}

#[test]
fn settle_should_touch_as_little_when_many_epochs_have_passed_as_when_one_has() {
	let accesses = |epochs: u32| {
		let (mut of_network, mut of_pool, mut of_group) = <(Counted<_>, Counted<_>, Counted<_>)>::default();
		let mut network = Network::new(0, 10).unwrap();
		let (mut pool, mut group, mut gpu);
		{
			let mut network = network.settle(0, &mut of_network).unwrap();
			pool = Pool::join(&mut network, shares(), 1).unwrap();
			let mut pool = pool.settle(&mut network, &mut of_pool).unwrap();
			group = Group::join(&mut pool).unwrap();
			let mut group = group.settle(&mut pool, &mut of_group).unwrap();
			gpu = Gpu::join(&mut group).unwrap();
			gpu.settle(&mut group).unwrap().change(Status::Rented(10)).unwrap();
		}
		(0..epochs).for_each(|_| assert!(network.close(uncapped(1_000), 10, &mut of_network).is_ok()));
		of_network.1.take();
		{
			let mut network = network.settle(epochs * 10 + 3, &mut of_network).unwrap();
			let mut pool = pool.settle(&mut network, &mut of_pool).unwrap();
			let mut group = group.settle(&mut pool, &mut of_group).unwrap();
			gpu.settle(&mut group).unwrap().change(Status::Idle).unwrap();
		}
		assert_eq!(gpu.pending().sum(), Ok(Balance::from(epochs) * 800));
		[of_network.1.get(), of_pool.1.get(), of_group.1.get()]
	};
	// Each level keeps the one checkpoint that is needed itself.
	assert_eq!(accesses(1), [0, 0, 0]);
	assert_eq!(accesses(10_000), [0, 0, 0]);
}
