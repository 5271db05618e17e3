//! Pools of a test.

use super::*;
use crate::{
	mock_storage::{get, put},
	mocks::MockClock,
	Clock,
};

const POOL: &str = "mock:pools:pool";
const GROUP: &str = "mock:pools:group";
const MEMBERS: &str = "mock:pools:members";
const GPU: &str = "mock:pools:gpu";
const QUEUE: &str = "mock:pools:queue";
const PRICES: &str = "mock:pools:prices";
const SPENT: &str = "mock:pools:spent";

#[derive(Clone, Copy, Decode, Default, Encode)]
struct Pool {
	exists: bool,
	manager: OperatorId,
	grace: Minute,
	online: u32,
	idle: u32,
	/// The queue's numbers: the first that may be taken, the first that is free.
	head: u64,
	tail: u64,
}

#[derive(Clone, Copy, Decode, Default, Encode)]
struct Group {
	exists: bool,
	/// Since when it is lit.
	lit: Option<Minute>,
	/// Its lit minutes before that.
	clock: Minute,
	/// When something in it changed last: it is not darkened further back.
	changed: Minute,
	/// Since when it is dark, if it is.
	dark_since: Option<Minute>,
	/// The minutes in which it was dark before that and that are nobody's fault.
	excused: Minute,
}

impl Group {
	fn clock(&self) -> Minute {
		self.clock + self.lit.map_or(0, |since| MockClock::now() - since)
	}
}

#[derive(Clone, Copy, Decode, Default, Encode)]
struct Gpu {
	pool: PoolId,
	operator: OperatorId,
	online: bool,
	/// Its number in the queue.
	queued: Option<u64>,
	slot: Option<SlotId>,
	rate: Credits,
	/// The group's clock when the rate was set.
	since: Minute,
	leaves_at: Option<Minute>,
}

/// Pools of a test, with a FIFO of idle GPUs and groups that are lit and go dark. Its minutes are those of
/// [`MockClock`]. It tells the market nothing: a test does.
pub struct MockPools;

impl MockPools {
	/// Makes a pool without GPUs that sells nothing yet.
	pub fn add(pool: PoolId, manager: OperatorId, grace: Minute) {
		let new = Pool {
			exists: true,
			manager,
			grace,
			..Default::default()
		};
		put(&(POOL, pool), new);
	}

	/// Sells time of `kind` at `rate` DC a GPU-minute where at least `minutes` are bought, or no longer.
	pub fn set_price(pool: PoolId, kind: RentalKind, minutes: Minute, rate: Option<Credits>) {
		let mut prices: Vec<(RentalKind, Minute, Credits)> = get(&(PRICES, pool));
		prices.retain(|(of, least, _)| (*of, *least) != (kind, minutes));
		prices.extend(rate.map(|rate| (kind, minutes, rate)));
		put(&(PRICES, pool), prices);
	}

	/// Has `gpu` of `operator` join `pool`, online and idle. Its group is lit with the first.
	pub fn join(pool: PoolId, operator: OperatorId, gpu: GpuId) {
		let mut group: Group = get(&(GROUP, pool, operator));
		if !group.exists {
			group.exists = true;
			(group.lit, group.changed) = (Some(MockClock::now()), MockClock::now());
		}
		put(&(GROUP, pool, operator), group);
		let mut members: Vec<GpuId> = get(&(MEMBERS, pool, operator));
		members.push(gpu);
		put(&(MEMBERS, pool, operator), members);
		let new = Gpu {
			pool,
			operator,
			..Default::default()
		};
		put(&(GPU, gpu), new);
		Self::go_online(gpu);
	}

	/// `gpu` is there again and waits in the queue.
	pub fn go_online(gpu: GpuId) {
		Self::change(gpu, |state| state.online = true);
		if Self::is_available(gpu) {
			Self::change_pool(Self::gpu(gpu).pool, |pool| pool.online += 1);
		}
		Self::enqueue(gpu);
	}

	/// `gpu` was not there for the last `ago` minutes and is not now. What the market is to be told: the slot that had
	/// it, and its group's clock then.
	pub fn lose(gpu: GpuId, ago: Minute) -> (Option<SlotId>, Assigned, Minute) {
		let was_available = Self::is_available(gpu);
		let state = Self::gpu(gpu);
		Self::dequeue(gpu);
		let clock = Self::group(state.pool, state.operator).clock();
		let until = clock.saturating_sub(ago).max(state.since.min(clock));
		Self::count(&state, until);
		Self::change(gpu, |state| {
			state.online = false;
			(state.slot, state.rate) = (None, 0);
		});
		if was_available {
			Self::change_pool(state.pool, |pool| pool.online -= 1);
		}
		Self::touch(&state);
		let assigned = Assigned {
			gpu,
			operator: state.operator,
		};
		(state.slot, assigned, until)
	}

	/// Whether `gpu` is there, be its group lit or dark.
	pub fn is_online(gpu: GpuId) -> bool {
		Self::gpu(gpu).online
	}

	/// Announces that `gpu` leaves.
	pub fn announce(gpu: GpuId, leaves_at: Option<Minute>) {
		Self::change(gpu, |state| state.leaves_at = leaves_at);
	}

	/// Darkens the group for the last `ago` minutes, as far as nothing in it changed in them, and from now on. What the market
	/// is to be told: the other minutes of these, which its clock has counted.
	pub fn darken(pool: PoolId, operator: OperatorId, ago: Minute) -> Overcount {
		let mut group = Self::group(pool, operator);
		let Some(lit) = group.lit else {
			return Overcount::default();
		};
		let since = lit.max(MockClock::now() - ago);
		let (now, clock) = (MockClock::now(), group.clock());
		let ago = ago.min(now - group.changed);
		for gpu in Self::members(pool, operator) {
			Self::dequeue(gpu);
			if Self::is_available(gpu) {
				Self::change_pool(pool, |pool| pool.online -= 1);
			}
		}
		group = Self::group(pool, operator);
		(group.lit, group.clock, group.changed) = (None, clock - ago, now);
		group.dark_since = Some(now - ago);
		put(&(GROUP, pool, operator), group);
		Overcount {
			since,
			until: now - ago,
		}
	}

	/// Lights the group.
	pub fn light(pool: PoolId, operator: OperatorId) {
		let mut group = Self::group(pool, operator);
		if group.lit.is_some() {
			return;
		}
		group.excused += group.dark_since.take().map_or(0, MockClock::excused_since);
		(group.lit, group.changed) = (Some(MockClock::now()), MockClock::now());
		put(&(GROUP, pool, operator), group);
		for gpu in Self::members(pool, operator) {
			if Self::is_available(gpu) {
				Self::change_pool(pool, |pool| pool.online += 1);
			}
			Self::enqueue(gpu);
		}
	}

	/// The GPUs of a group.
	pub fn members(pool: PoolId, operator: OperatorId) -> Vec<GpuId> {
		get(&(MEMBERS, pool, operator))
	}

	/// Which slot has `gpu`, and at what rate.
	pub fn assignment(gpu: GpuId) -> Option<(SlotId, Credits)> {
		let state = Self::gpu(gpu);
		state.slot.map(|slot| (slot, state.rate))
	}

	/// What has been spent on all GPUs up to now.
	pub fn spent(pool: PoolId, operators: impl IntoIterator<Item = OperatorId>) -> Credits {
		let members = operators.into_iter().flat_map(|operator| Self::members(pool, operator));
		let open = members.map(|gpu| {
			let state = Self::gpu(gpu);
			Self::passed(&state, Self::group(pool, state.operator).clock())
		});
		get::<Credits>(&SPENT) + open.sum::<Credits>()
	}

	fn gpu(gpu: GpuId) -> Gpu {
		get(&(GPU, gpu))
	}

	fn group(pool: PoolId, operator: OperatorId) -> Group {
		get(&(GROUP, pool, operator))
	}

	fn change(gpu: GpuId, change: impl FnOnce(&mut Gpu)) {
		let mut state = Self::gpu(gpu);
		change(&mut state);
		put(&(GPU, gpu), state);
	}

	fn change_pool(pool: PoolId, change: impl FnOnce(&mut Pool)) {
		let mut state: Pool = get(&(POOL, pool));
		change(&mut state);
		put(&(POOL, pool), state);
	}

	fn touch(gpu: &Gpu) {
		let mut group = Self::group(gpu.pool, gpu.operator);
		group.changed = MockClock::now();
		put(&(GROUP, gpu.pool, gpu.operator), group);
	}

	/// Whether it counts as online.
	fn is_available(gpu: GpuId) -> bool {
		let state = Self::gpu(gpu);
		state.online && Self::group(state.pool, state.operator).lit.is_some()
	}

	fn passed(gpu: &Gpu, clock: Minute) -> Credits {
		Credits::from(clock.saturating_sub(gpu.since)) * gpu.rate
	}

	fn count(gpu: &Gpu, clock: Minute) {
		put(&SPENT, get::<Credits>(&SPENT) + Self::passed(gpu, clock));
	}

	fn enqueue(gpu: GpuId) {
		let state = Self::gpu(gpu);
		if state.slot.is_some() || state.queued.is_some() || !Self::is_available(gpu) {
			return;
		}
		let pool: Pool = get(&(POOL, state.pool));
		put(&(QUEUE, state.pool, pool.tail), Some(gpu));
		Self::change(gpu, |state| state.queued = Some(pool.tail));
		Self::change_pool(state.pool, |pool| {
			pool.idle += 1;
			pool.tail += 1;
		});
	}

	fn dequeue(gpu: GpuId) {
		let state = Self::gpu(gpu);
		if let Some(number) = state.queued {
			put(&(QUEUE, state.pool, number), None::<GpuId>);
			Self::change(gpu, |state| state.queued = None);
			Self::change_pool(state.pool, |pool| pool.idle -= 1);
		}
	}

	fn taken(pool: PoolId, gpu: GpuId) -> Result<Gpu, DispatchError> {
		let state = Self::gpu(gpu);
		match state.slot.is_some() && state.pool == pool {
			true => Ok(state),
			false => Err(DispatchError::Other("the GPU is not taken")),
		}
	}
}

impl Pools for MockPools {
	const MAX_HOSTS: u32 = 128;

	fn facts(pool: PoolId) -> Option<PoolFacts> {
		let state: Pool = get(&(POOL, pool));
		state.exists.then_some(PoolFacts {
			manager: state.manager,
			model: 1,
			online: state.online,
			idle: state.idle,
			suspended: 0,
			grace: state.grace,
		})
	}

	fn price(pool: PoolId, kind: RentalKind, minutes: Minute) -> Option<Credits> {
		let prices: Vec<(RentalKind, Minute, Credits)> = get(&(PRICES, pool));
		let fitting = prices
			.into_iter()
			.filter(|(of, least, _)| *of == kind && *least <= minutes);
		fitting.max_by_key(|(_, least, _)| *least).map(|(.., rate)| rate)
	}

	fn take(pool: PoolId, count: u32, slot: SlotId) -> Result<Vec<Assigned>, DispatchError> {
		let mut state: Pool = get(&(POOL, pool));
		if state.idle < count {
			return Err(DispatchError::Other("fewer GPUs wait"));
		}
		let mut taken = Vec::new();
		while (taken.len() as u32) < count {
			if let Some(gpu) = get::<Option<GpuId>>(&(QUEUE, pool, state.head)) {
				Self::dequeue(gpu);
				let clock = Self::group(pool, Self::gpu(gpu).operator).clock();
				Self::change(gpu, |state| {
					(state.slot, state.rate, state.since) = (Some(slot), 0, clock)
				});
				let state = Self::gpu(gpu);
				Self::touch(&state);
				let operator = state.operator;
				taken.push(Assigned { gpu, operator });
			}
			state.head += 1;
		}
		Self::change_pool(pool, |pool| pool.head = state.head);
		Ok(taken)
	}

	fn set_rate(pool: PoolId, gpus: &[GpuId], slot: SlotId, rate: Credits) -> DispatchResult {
		for gpu in gpus {
			let state = Self::taken(pool, *gpu)?;
			let clock = Self::group(pool, state.operator).clock();
			Self::count(&state, clock);
			Self::change(*gpu, |state| {
				(state.slot, state.rate, state.since) = (Some(slot), rate, clock)
			});
			Self::touch(&state);
		}
		Ok(())
	}

	fn spend(pool: PoolId, gpus: &[GpuId], credits: Credits) -> DispatchResult {
		for gpu in gpus {
			Self::taken(pool, *gpu)?;
			put(&SPENT, get::<Credits>(&SPENT) + credits);
		}
		Ok(())
	}

	/// One for which the time to leave has come is not there any more.
	fn give_back(pool: PoolId, gpus: &[GpuId]) -> DispatchResult {
		for gpu in gpus {
			let state = Self::taken(pool, *gpu)?;
			Self::count(&state, Self::group(pool, state.operator).clock());
			Self::change(*gpu, |state| (state.slot, state.rate) = (None, 0));
			Self::touch(&state);
			if state.leaves_at.is_some_and(|at| at <= MockClock::now()) {
				Self::lose(*gpu, 0);
			} else {
				Self::enqueue(*gpu);
			}
		}
		Ok(())
	}

	fn clock(pool: PoolId, operator: OperatorId) -> Option<Minute> {
		let group = Self::group(pool, operator);
		group.exists.then(|| group.clock())
	}

	fn excused(pool: PoolId, operator: OperatorId) -> Minute {
		let group = Self::group(pool, operator);
		group.excused + group.dark_since.map_or(0, MockClock::excused_since)
	}

	fn is_lit(pool: PoolId, operator: OperatorId) -> bool {
		Self::group(pool, operator).lit.is_some()
	}

	fn leaves_at(gpu: GpuId) -> Option<Minute> {
		Self::gpu(gpu).leaves_at
	}

	/// The hosts are numbered from 1,000,001 on, each held by the account of the same number. The manager is 1,000,000.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(hosts: u32, gpus: u32) -> PoolId {
		const FIRST: OperatorId = 1_000_000;
		let pool = PoolId::MAX;
		Self::add(pool, FIRST, 60);
		for kind in [RentalKind::Spot, RentalKind::OnDemand, RentalKind::Reserved] {
			Self::set_price(pool, kind, 0, Some(100));
		}
		for gpu in 0..OperatorId::from(gpus) {
			let operator = FIRST + 1 + gpu % OperatorId::from(hosts);
			crate::mocks::MockOperators::set_holder(operator, &operator);
			Self::join(pool, operator, FIRST + 1 + gpu);
		}
		pool
	}

	/// They go offline.
	#[cfg(feature = "runtime-benchmarks")]
	fn have_leave(gpus: &[GpuId]) {
		gpus.iter().for_each(|gpu| Self::announce(*gpu, Some(MockClock::now())));
	}
}
