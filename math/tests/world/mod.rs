//! A small network in memory: levels and their checkpoints, settled along the chain for each event.

#![allow(dead_code)]

pub mod naive;

use millpond_math::{
	streams::{
		Budget, Checkpoint, Checkpoints, Closed, Error, Gpu, GpuIndex, Group, Network, NetworkIndex, Pool, PoolIndex,
		Settled, Shares,
	},
	Epoch, Minute,
};
use std::collections::BTreeMap;

/// Checkpoints in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map<I>(pub BTreeMap<Epoch, Checkpoint<I>>);

impl<I: Copy> Map<I> {
	/// How many need the checkpoint of each epoch, with the one that the level keeps itself.
	pub fn with(&self, newest: Option<(Epoch, Checkpoint<I>)>) -> BTreeMap<Epoch, u32> {
		let apart = self.0.iter().map(|(epoch, checkpoint)| (*epoch, checkpoint.needed));
		apart
			.chain(newest.map(|(epoch, checkpoint)| (epoch, checkpoint.needed)))
			.collect()
	}
}

impl<I: Copy> Checkpoints<I> for Map<I> {
	fn get(&self, epoch: Epoch) -> Option<Checkpoint<I>> {
		self.0.get(&epoch).copied()
	}

	fn set(&mut self, epoch: Epoch, checkpoint: Checkpoint<I>) {
		self.0.insert(epoch, checkpoint);
	}

	fn remove(&mut self, epoch: Epoch) {
		self.0.remove(&epoch);
	}
}

pub type SettledNetwork<'a> = Settled<'a, Network, (), &'a mut Map<NetworkIndex>>;
pub type SettledPool<'a, 'b> = Settled<'a, Pool, &'a mut SettledNetwork<'b>, &'a mut Map<PoolIndex>>;
pub type SettledGroup<'a, 'b, 'c> = Settled<'a, Group, &'a mut SettledPool<'b, 'c>, &'a mut Map<GpuIndex>>;
pub type StandingGroup<'a> = Settled<'a, Group, (), &'a mut Map<GpuIndex>>;
pub type SettledGpu<'a, 'b, 'c, 'd> = Settled<'a, Gpu, &'a mut SettledGroup<'b, 'c, 'd>, ()>;

#[derive(Clone)]
pub struct World {
	pub now: Minute,
	pub network: Network,
	pub of_network: Map<NetworkIndex>,
	pub pools: Vec<(Pool, Map<PoolIndex>)>,
	/// With the pool that each is in.
	pub groups: Vec<(usize, Group, Map<GpuIndex>)>,
	/// With the group that each is in.
	pub gpus: Vec<(usize, Gpu)>,
	/// How often each value of a level was settled in a later epoch than the last time, by level and index.
	pub closings: BTreeMap<(&'static str, usize), (Epoch, u32)>,
}

impl World {
	pub fn new(start: Minute, length: Minute) -> Self {
		World {
			now: start,
			network: Network::new(start, length).unwrap(),
			of_network: Map::default(),
			pools: vec![],
			groups: vec![],
			gpus: vec![],
			closings: BTreeMap::new(),
		}
	}

	pub fn add_pool(&mut self, shares: Shares, weight: u128) -> usize {
		let pool = self.network(|network| Pool::join(network, shares, weight)).unwrap();
		self.pools.push((pool, Map::default()));
		self.pools.len() - 1
	}

	pub fn add_group(&mut self, pool: usize) -> usize {
		let group = self.pool(pool, |mut pool| Group::join(&mut pool)).unwrap();
		self.groups.push((pool, group, Map::default()));
		self.groups.len() - 1
	}

	pub fn add_gpu(&mut self, group: usize) -> usize {
		let gpu = self.group(group, |mut group| Gpu::join(&mut group)).unwrap();
		self.gpus.push((group, gpu));
		self.gpus.len() - 1
	}

	/// Moves a GPU to another group.
	pub fn move_gpu(&mut self, gpu: usize, to: usize) -> Result<(), Error> {
		self.gpu(gpu, |gpu| gpu.leave())?;
		self.gpus[gpu] = (to, self.group(to, |mut group| Gpu::join(&mut group))?);
		Ok(())
	}

	pub fn network<R>(&mut self, then: impl FnOnce(&mut SettledNetwork) -> Result<R, Error>) -> Result<R, Error> {
		then(&mut self.network.settle(self.now, &mut self.of_network)?)
	}

	pub fn pool<R>(&mut self, pool: usize, then: impl FnOnce(SettledPool) -> Result<R, Error>) -> Result<R, Error> {
		self.note("pool", pool);
		let mut network = self.network.settle(self.now, &mut self.of_network)?;
		let (pool, of_pool) = &mut self.pools[pool];
		then(pool.settle(&mut network, of_pool)?)
	}

	pub fn group<R>(&mut self, group: usize, then: impl FnOnce(SettledGroup) -> Result<R, Error>) -> Result<R, Error> {
		self.note("group", group);
		self.note("pool", self.groups[group].0);
		let mut network = self.network.settle(self.now, &mut self.of_network)?;
		let (pool, group, of_group) = &mut self.groups[group];
		let (pool, of_pool) = &mut self.pools[*pool];
		let mut pool = pool.settle(&mut network, of_pool)?;
		then(group.settle(&mut pool, of_group)?)
	}

	pub fn gpu<R>(&mut self, gpu: usize, then: impl FnOnce(SettledGpu) -> Result<R, Error>) -> Result<R, Error> {
		let group = self.gpus[gpu].0;
		self.note("gpu", gpu);
		self.note("group", group);
		self.note("pool", self.groups[group].0);
		let mut network = self.network.settle(self.now, &mut self.of_network)?;
		let (group, gpu) = &mut self.gpus[gpu];
		let (pool, group, of_group) = &mut self.groups[*group];
		let (pool, of_pool) = &mut self.pools[*pool];
		let mut pool = pool.settle(&mut network, of_pool)?;
		let mut group = group.settle(&mut pool, of_group)?;
		then(gpu.settle(&mut group)?)
	}

	/// The same over the group as it stands, if that is in the open epoch.
	pub fn gpu_over_standing_group<R>(
		&mut self,
		gpu: usize,
		then: impl FnOnce(Settled<Gpu, &mut StandingGroup, ()>) -> Result<R, Error>,
	) -> Option<Result<R, Error>> {
		let open = self.network.epoch();
		let (group, _) = self.gpus[gpu];
		if self.groups[group].1.epoch() == open {
			self.note("gpu", gpu);
		}
		let (group, gpu) = &mut self.gpus[gpu];
		let (_, group, of_group) = &mut self.groups[*group];
		let mut group = group.as_it_stands(open, of_group)?;
		Some(gpu.settle(&mut group).and_then(then))
	}

	fn note(&mut self, level: &'static str, index: usize) {
		let epoch = self.network.epoch();
		let (last, count) = self.closings.entry((level, index)).or_default();
		*count += u32::from(*last < epoch);
		*last = epoch;
	}

	/// Moves on to the end of the present epoch and closes it.
	pub fn close(&mut self, budget: Budget, next_length: Minute) -> Closed {
		self.now = self.network.end();
		self.network.close(budget, next_length, &mut self.of_network).unwrap()
	}

	/// Settles all GPUs, and so all groups and pools that have some.
	pub fn settle_gpus(&mut self) {
		(0..self.gpus.len()).for_each(|gpu| self.gpu(gpu, |_| Ok(())).unwrap());
	}

	/// How many checkpoints network, pools and groups keep.
	pub fn checkpoints(&self) -> (usize, usize, usize) {
		let of_network = self.of_network.with(self.network.newest_checkpoint());
		let of_pools = self
			.pools
			.iter()
			.map(|(pool, map)| map.with(pool.newest_checkpoint()).len());
		let of_groups = self
			.groups
			.iter()
			.map(|(_, group, map)| map.with(group.newest_checkpoint()).len());
		(of_network.len(), of_pools.sum(), of_groups.sum())
	}
}
