//! The slow, obviously right model: it keeps what every GPU did in every minute of the present epoch, and at its end shares
//! the budget out over these minutes one by one. Amounts are plancks x 2^128, rounded down once for each GPU and epoch.

use millpond_math::{
	streams::{Activity, Budget, Shares, Status},
	Balance, Epoch, Minute,
};
use sp_core::{U256, U512};

/// What one GPU did in one minute.
#[derive(Clone, Copy, Default)]
struct Cell {
	did: Activity,
	weight: u128,
}

pub struct NaivePool {
	pub shares: Shares,
	pub scheduled: Option<(Epoch, Shares)>,
	pub weight: u128,
	weighed: Minute,
	pub manager: U512,
	pub unshared: U512,
}

pub struct NaiveGroup {
	pub pool: usize,
	lit: Option<Minute>,
	changed: Minute,
	pub host: U512,
}

pub struct NaiveGpu {
	pub group: usize,
	pub status: Status,
	changed: Minute,
	pub pool: U512,
	pub used: U512,
	pub available: U512,
}

pub struct Naive {
	pub now: Minute,
	epoch: Epoch,
	start: Minute,
	pub pools: Vec<NaivePool>,
	pub groups: Vec<NaiveGroup>,
	pub gpus: Vec<NaiveGpu>,
	/// For each minute of the epoch, what each GPU did.
	minutes: Vec<Vec<Cell>>,
	/// What was spent on each GPU at once in the epoch.
	lumps: Vec<u128>,
	pub minted: Balance,
}

impl Naive {
	pub fn new(start: Minute) -> Self {
		Naive {
			now: start,
			epoch: 0,
			start,
			pools: vec![],
			groups: vec![],
			gpus: vec![],
			minutes: vec![],
			lumps: vec![],
			minted: 0,
		}
	}

	pub fn add_pool(&mut self, shares: Shares, weight: u128) {
		let (manager, unshared) = Default::default();
		self.pools.push(NaivePool {
			shares,
			scheduled: None,
			weight,
			weighed: self.now,
			manager,
			unshared,
		});
	}

	pub fn add_group(&mut self, pool: usize) {
		self.groups.push(NaiveGroup {
			pool,
			lit: Some(self.now),
			changed: self.now,
			host: U512::zero(),
		});
	}

	pub fn add_gpu(&mut self, group: usize) {
		let (pool, used, available) = Default::default();
		self.gpus.push(NaiveGpu {
			group,
			status: Status::Offline,
			changed: self.now,
			pool,
			used,
			available,
		});
		self.groups[group].changed = self.now;
		self.lumps.push(0);
	}

	pub fn change(&mut self, gpu: usize, status: Status) {
		let group = self.gpus[gpu].group;
		(self.gpus[gpu].status, self.gpus[gpu].changed) = (status, self.now);
		self.groups[group].changed = self.now;
	}

	pub fn light(&mut self, group: usize) {
		let group = &mut self.groups[group];
		if group.lit.is_none() {
			(group.lit, group.changed) = (Some(self.now), self.now);
		}
	}

	pub fn lump(&mut self, gpu: usize, credits: u128) {
		self.lumps[gpu] += credits;
	}

	pub fn weigh(&mut self, pool: usize, weight: u128) {
		(self.pools[pool].weight, self.pools[pool].weighed) = (weight, self.now);
	}

	pub fn move_gpu(&mut self, gpu: usize, group: usize) {
		(self.gpus[gpu].group, self.gpus[gpu].changed) = (group, self.now);
		self.groups[group].changed = self.now;
	}

	/// Whether the GPU earns something for the present epoch.
	pub fn earns(&self, gpu: usize) -> bool {
		self.lumps[gpu] > 0 || self.minutes.iter().any(|minute| minute[gpu].did != Activity::default())
	}

	/// Darkens a group `ago` minutes back, or as far as nothing was closed or changed, and returns how far that was.
	pub fn darken(&mut self, group: usize, ago: Minute) -> Minute {
		let NaiveGroup { lit, pool, changed, .. } = self.groups[group];
		if lit.is_none() {
			return 0;
		}
		let since = self
			.now
			.saturating_sub(ago)
			.max(changed)
			.max(self.start)
			.max(self.pools[pool].weighed);
		let in_group = |gpu: &usize| self.gpus[*gpu].group == group;
		for gpu in (0..self.gpus.len()).filter(in_group).collect::<Vec<_>>() {
			self.erase(gpu, since);
		}
		(self.groups[group].lit, self.groups[group].changed) = (None, self.now);
		self.now - since
	}

	/// The same for one GPU.
	pub fn darken_gpu(&mut self, gpu: usize, ago: Minute) -> Minute {
		let NaiveGroup { lit, pool, .. } = self.groups[self.gpus[gpu].group];
		let unchanged = self.gpus[gpu].changed.max(self.start).max(self.pools[pool].weighed);
		let since = lit.map_or(self.now, |lit| self.now.saturating_sub(ago).max(unchanged).max(lit));
		self.erase(gpu, since);
		self.change(gpu, Status::Offline);
		self.now - since
	}

	fn erase(&mut self, gpu: usize, since: Minute) {
		self.minutes[(since - self.start) as usize..]
			.iter_mut()
			.for_each(|minute| minute[gpu] = Cell::default());
	}

	/// Lets a minute pass.
	pub fn pass(&mut self) {
		let cell = |gpu: &NaiveGpu| {
			let group = &self.groups[gpu.group];
			let did = if group.lit.is_some() {
				gpu.status.into()
			} else {
				Activity::default()
			};
			Cell {
				did,
				weight: self.pools[group.pool].weight,
			}
		};
		self.minutes.push(self.gpus.iter().map(cell).collect());
		self.now += 1;
	}

	/// Closes the epoch; returns what is minted for DC spent and for availability, and what is left.
	pub fn close(&mut self, budget: Budget) -> (Balance, Balance, Balance) {
		let tallies: Vec<Tally> = (0..self.gpus.len()).map(|gpu| self.tally(gpu)).collect();
		let (per_credit, rewards) = share_out(budget.rewards, Tally::sum(&tallies).spent, budget.credit_cap);
		let left = budget.rewards - rewards;
		let (per_weight, availability) = share_out(left, Tally::sum(&tallies).weighted, budget.weight_cap);
		self.minted += rewards + availability;

		for (index, pool) in self.pools.iter_mut().enumerate() {
			let is_mine = |gpu: &NaiveGpu| self.groups[gpu.group].pool == index;
			let mine: Vec<Tally> = self
				.gpus
				.iter()
				.zip(&tallies)
				.filter(|(gpu, _)| is_mine(gpu))
				.map(|it| *it.1)
				.collect();
			let all = Tally::sum(&mine);
			let share = |basis_points: u16, spent| per_credit.times(&[spent, basis_points.into()], &[10_000]);
			pool.manager += share(pool.shares.manager(), all.spent);
			if all.online == 0 {
				pool.unshared += share(pool.shares.pool(), all.spent);
			}
			for (gpu, tally) in self.gpus.iter_mut().zip(&tallies) {
				let group = &mut self.groups[gpu.group];
				if group.pool != index {
					continue;
				}
				group.host += share(pool.shares.host(), tally.spent);
				gpu.used += share(pool.shares.used(), tally.spent);
				let basis_points = pool.shares.pool().into();
				gpu.pool += per_credit.times(&[all.spent, basis_points, tally.online], &[10_000, all.online]);
				gpu.available += per_weight.times(&[all.weighted, tally.idle], &[all.idle]);
			}
		}

		self.minutes.clear();
		self.lumps.fill(0);
		(self.epoch, self.start) = (self.epoch + 1, self.now);
		for pool in &mut self.pools {
			if let Some((_, shares)) = pool.scheduled.take_if(|(from, _)| *from == self.epoch) {
				pool.shares = shares;
			}
		}
		(rewards, availability, left - availability)
	}

	/// What a GPU did in the epoch.
	fn tally(&self, gpu: usize) -> Tally {
		let mut tally = Tally {
			spent: self.lumps[gpu],
			..Default::default()
		};
		for Cell { did, weight } in self.minutes.iter().map(|minute| minute[gpu]) {
			tally.spent += did.credits;
			tally.online += did.online;
			tally.idle += did.idle;
			tally.weighted += did.idle * weight;
		}
		tally
	}
}

#[derive(Clone, Copy, Default)]
struct Tally {
	spent: u128,
	online: u128,
	idle: u128,
	weighted: u128,
}

impl Tally {
	fn sum(tallies: &[Tally]) -> Tally {
		let mut sum = Tally::default();
		for Tally {
			spent,
			online,
			idle,
			weighted,
		} in tallies
		{
			sum.spent += spent;
			sum.online += online;
			sum.idle += idle;
			sum.weighted += weighted;
		}
		sum
	}
}

/// What a unit earns, in plancks x 2^64, as an exact fraction.
struct PerUnit(U512, U512);

impl PerUnit {
	/// This times `factors` by `divisors`, in plancks x 2^128, rounded down; zero by zero.
	fn times(&self, factors: &[u128], divisors: &[u128]) -> U512 {
		let product = factors
			.iter()
			.fold(self.0 << 64, |product, factor| product * U512::from(*factor));
		let divisor = divisors
			.iter()
			.fold(self.1, |product, divisor| product * U512::from(*divisor));
		product.checked_div(divisor).unwrap_or_default()
	}
}

/// `min(budget / units, cap)`, and what that takes of the budget.
fn share_out(budget: Balance, units: u128, cap: U256) -> (PerUnit, Balance) {
	let (budget_scaled, capped) = (U512::from(budget) << 64, U512::from(cap) * U512::from(units));
	match (units, budget_scaled < capped) {
		(0, _) => (PerUnit(U512::zero(), U512::one()), 0),
		(_, true) => (PerUnit(budget_scaled, units.into()), budget),
		(_, false) => {
			let paid = (capped + (U512::one() << 64) - U512::one()) >> 64;
			(PerUnit(cap.into(), U512::one()), paid.try_into().unwrap())
		}
	}
}
