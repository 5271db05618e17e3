//! Pools as the market sees them, and the market as pools see it.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use millpond_primitives::{Credits, GpuId, GpuModelId, Minute, OperatorId, PoolId, SlotId};
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, DispatchResult};

/// How time is sold.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum RentalKind {
	/// Open; may be evicted for the other two after a short notice.
	Spot,
	/// Open; never evicted while it is funded.
	OnDemand,
	/// From one minute to another, paid in advance, take or pay.
	Reserved,
}

/// What the market needs to know of a pool.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct PoolFacts {
	/// The operator that manages it.
	pub manager: OperatorId,
	/// The model of its GPUs.
	pub model: GpuModelId,
	/// Its GPUs that are online in lit groups.
	pub online: u32,
	/// Of these, how many wait in its queue for a customer.
	pub idle: u32,
	/// For how long, in minutes, it keeps GPUs for a customer who has run out of funds.
	pub grace: Minute,
}

/// A GPU that was given to a slot.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Assigned {
	/// The GPU.
	pub gpu: GpuId,
	/// Its host. With the pool it names the group, whose clock the GPU is billed by.
	pub operator: OperatorId,
}

/// Pools as the market sees them.
pub trait Pools {
	/// The most hosts that a pool has.
	const MAX_HOSTS: u32;

	/// What is known of the pool.
	fn facts(pool: PoolId) -> Option<PoolFacts>;

	/// What a GPU-minute costs now, in DC, when `minutes` of it are bought at once. None if the pool sells no such time.
	fn price(pool: PoolId, kind: RentalKind, minutes: Minute) -> Option<Credits>;

	/// Gives the `count` GPUs that have waited longest to `slot`, kept for it at no charge until
	/// [`set_rate`](Self::set_rate). Fails, and gives none, if fewer wait.
	fn take(pool: PoolId, count: u32, slot: SlotId) -> Result<Vec<Assigned>, DispatchError>;

	/// From now on each of `gpus`, all of `pool` and taken, earns `rate` DC a minute; zero: it is kept and earns nothing
	/// from the customer. They stay with the slot; `slot` may be another than before (a split or a merge).
	fn set_rate(pool: PoolId, gpus: &[GpuId], slot: SlotId, rate: Credits) -> DispatchResult;

	/// The customer spends `credits` DC at once on each of `gpus`, all of `pool` and taken: for minutes in which they were
	/// kept for him and earned nothing.
	fn spend(pool: PoolId, gpus: &[GpuId], credits: Credits) -> DispatchResult;

	/// Ends the assignment of `gpus`, all of `pool` and taken: those that can be rented wait in the queue again.
	fn give_back(pool: PoolId, gpus: &[GpuId]) -> DispatchResult;

	/// The minutes in which the group of `operator` in `pool` was lit, up to now. What a GPU of it delivers between two
	/// readings is their difference. None if there is no such group.
	fn clock(pool: PoolId, operator: OperatorId) -> Option<Minute>;

	/// Whether that group is lit.
	fn is_lit(pool: PoolId, operator: OperatorId) -> bool;

	/// When the GPU is to leave its pool, if that was announced: no time with it is sold beyond.
	fn leaves_at(gpu: GpuId) -> Option<Minute>;

	/// Makes a pool with `gpus` idle GPUs, by turns of each of `hosts` hosts, for a benchmark.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(hosts: u32, gpus: u32) -> PoolId;
}

/// The market as pools see it. `()` has sold nothing. None of these calls back.
pub trait Obligations<AccountId> {
	/// The first minute, not before the present one, from which on never more than `gpus` GPUs of the pool are sold. With
	/// zero: the end of all that is sold.
	fn sold_until(pool: PoolId, gpus: u32) -> Minute;

	/// From minute `from` on, `gpus` GPUs fewer of the pool can be sold: they leave. That the others can do what is sold by
	/// then is for the pool to see to, by [`sold_until`](Self::sold_until): the market knows only of GPUs that are online in
	/// lit groups.
	fn withhold(pool: PoolId, from: Minute, gpus: u32) -> DispatchResult;

	/// Takes back a [`withhold`](Self::withhold) with the same values.
	fn release(pool: PoolId, from: Minute, gpus: u32) -> DispatchResult;

	/// A GPU that `slot` has is not there any more. It delivered until its group's clock showed `clock`, and earns
	/// nothing since; it is not the slot's any more.
	fn gpu_lost(slot: SlotId, gpu: Assigned, clock: Minute);

	/// The group is dark: none of its GPUs delivers any more, and its clock stands. They stay with their slots until the
	/// market gives them back.
	fn group_dark(pool: PoolId, operator: OperatorId);

	/// The group is lit again and its clock goes on.
	fn group_lit(pool: PoolId, operator: OperatorId);

	/// `payer`, who holds the GPU, takes it out of the pool before the time sold with it is over: charges `payer` the
	/// compensation, in DC, for what that strands, for whoever answers or goes without. As with [`gpu_lost`](Self::gpu_lost), it is online in the pool no more and
	/// not the slot's.
	/// Fails, and charges nothing, if `payer` has too little.
	fn buy_out(payer: &AccountId, pool: PoolId, slot: Option<SlotId>, gpu: Assigned, clock: Minute) -> DispatchResult;

	/// Rents the GPU of the pool that has waited longest for a benchmark, as long as can be, to a customer of its own.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(pool: PoolId);
}

impl<AccountId> Obligations<AccountId> for () {
	fn sold_until(_: PoolId, _: u32) -> Minute {
		0
	}

	fn withhold(_: PoolId, _: Minute, _: u32) -> DispatchResult {
		Ok(())
	}

	fn release(_: PoolId, _: Minute, _: u32) -> DispatchResult {
		Ok(())
	}

	fn gpu_lost(_: SlotId, _: Assigned, _: Minute) {}

	fn group_dark(_: PoolId, _: OperatorId) {}

	fn group_lit(_: PoolId, _: OperatorId) {}

	fn buy_out(_: &AccountId, _: PoolId, _: Option<SlotId>, _: Assigned, _: Minute) -> DispatchResult {
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(_: PoolId) {}
}

#[cfg(feature = "std")]
mod mock_pools {
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

		/// Darkens the group for the last `ago` minutes, as far as nothing in it changed in them, and from now on.
		pub fn darken(pool: PoolId, operator: OperatorId, ago: Minute) {
			let mut group = Self::group(pool, operator);
			if group.lit.is_none() {
				return;
			}
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
			put(&(GROUP, pool, operator), group);
		}

		/// Lights the group.
		pub fn light(pool: PoolId, operator: OperatorId) {
			let mut group = Self::group(pool, operator);
			if group.lit.is_some() {
				return;
			}
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

		fn give_back(pool: PoolId, gpus: &[GpuId]) -> DispatchResult {
			for gpu in gpus {
				let state = Self::taken(pool, *gpu)?;
				Self::count(&state, Self::group(pool, state.operator).clock());
				Self::change(*gpu, |state| (state.slot, state.rate) = (None, 0));
				Self::touch(&state);
				Self::enqueue(*gpu);
			}
			Ok(())
		}

		fn clock(pool: PoolId, operator: OperatorId) -> Option<Minute> {
			let group = Self::group(pool, operator);
			group.exists.then(|| group.clock())
		}

		fn is_lit(pool: PoolId, operator: OperatorId) -> bool {
			Self::group(pool, operator).lit.is_some()
		}

		fn leaves_at(gpu: GpuId) -> Option<Minute> {
			Self::gpu(gpu).leaves_at
		}

		/// The hosts are numbered from 1,000,001 on, all held by whoever the benchmark says. The manager is 1,000,000.
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
				Self::join(pool, operator, FIRST + 1 + gpu);
			}
			pool
		}
	}
}

#[cfg(feature = "std")]
pub use mock_pools::MockPools;

#[cfg(test)]
mod tests_of_pools {
	use super::*;
	use crate::mocks::MockClock;

	const POOL: PoolId = 1;

	fn set_up() {
		MockPools::add(POOL, 9, 60);
		[(1, 11), (1, 12), (2, 21)]
			.into_iter()
			.for_each(|(operator, gpu)| MockPools::join(POOL, operator, gpu));
	}

	fn counts() -> (u32, u32) {
		MockPools::facts(POOL).map_or((0, 0), |facts| (facts.online, facts.idle))
	}

	#[test]
	fn gpus_should_be_taken_in_the_order_in_which_they_came_back() {
		sp_io::TestExternalities::default().execute_with(|| {
			set_up();
			let gpus = |count| {
				let taken = MockPools::take(POOL, count, 5).expect("they wait");
				taken.into_iter().map(|assigned| assigned.gpu).collect::<Vec<_>>()
			};
			assert_eq!(gpus(2), [11, 12]);
			assert!(MockPools::take(POOL, 2, 5).is_err());
			assert_eq!(MockPools::give_back(POOL, &[11]), Ok(()));
			assert!(MockPools::give_back(POOL, &[11]).is_err());
			assert_eq!(gpus(2), [21, 11]);
			assert_eq!(counts(), (3, 0));
		});
	}

	#[test]
	fn a_gpu_should_earn_by_its_groups_clock_and_not_while_it_is_dark() {
		sp_io::TestExternalities::default().execute_with(|| {
			set_up();
			MockPools::take(POOL, 3, 5).expect("they wait");
			assert_eq!(MockPools::set_rate(POOL, &[11, 21], 5, 10), Ok(()));
			MockClock::advance(10);
			MockPools::darken(POOL, 1, 3);
			assert_eq!(
				(MockPools::is_lit(POOL, 1), MockPools::clock(POOL, 1)),
				(false, Some(7))
			);
			assert_eq!((counts(), MockPools::spent(POOL, [1, 2])), ((1, 0), 170));
			MockClock::advance(5);
			MockPools::light(POOL, 1);
			MockClock::advance(5);
			assert_eq!((counts(), MockPools::spent(POOL, [1, 2])), ((3, 0), 320));
			assert_eq!(MockPools::spend(POOL, &[12], 7), Ok(()));
			let (slot, assigned, clock) = MockPools::lose(21, 4);
			assert_eq!((slot, assigned.operator, clock), (Some(5), 2, 16));
			assert_eq!((counts(), MockPools::spent(POOL, [1, 2])), ((2, 0), 287));
			MockPools::go_online(21);
			assert_eq!(counts(), (3, 1));
		});
	}

	#[test]
	fn price_should_be_that_of_the_longest_tier_that_fits() {
		sp_io::TestExternalities::default().execute_with(|| {
			set_up();
			MockPools::set_price(POOL, RentalKind::Reserved, 60, Some(9));
			MockPools::set_price(POOL, RentalKind::Reserved, 600, Some(8));
			let price = |minutes| MockPools::price(POOL, RentalKind::Reserved, minutes);
			assert_eq!([59, 60, 599, 600].map(price), [None, Some(9), Some(9), Some(8)]);
			assert_eq!(MockPools::price(POOL, RentalKind::Spot, 60), None);
		});
	}
}

#[cfg(feature = "std")]
mod mock_obligations {
	use super::*;
	use crate::{
		mock_storage::{get, put},
		mocks::MockClock,
		Clock,
	};

	const SOLD: &str = "mock:obligations:sold";
	const WITHHELD: &str = "mock:obligations:withheld";
	const LOST: &str = "mock:obligations:lost";
	const SWITCHED: &str = "mock:obligations:switched";
	const BOUGHT_OUT: &str = "mock:obligations:bought-out";
	const REFUSES: &str = "mock:obligations:refuses";

	/// A GPU that was lost or bought out: the slot that had it, what it was, and what its group's clock showed.
	pub type Lost = (Option<SlotId>, Assigned, Minute);

	/// A market whose sales a test makes up.
	pub struct MockObligations;

	impl MockObligations {
		/// Sells `gpus` GPUs of the pool in the minutes `[from, until)`.
		pub fn sell(pool: PoolId, from: Minute, until: Minute, gpus: u32) {
			let mut sold = Self::sold(pool);
			sold.push((from, until, gpus));
			put(&(SOLD, pool), sold);
		}

		fn sold(pool: PoolId) -> Vec<(Minute, Minute, u32)> {
			get(&(SOLD, pool))
		}

		/// What is withheld of the pool: from when, and how many GPUs.
		pub fn withheld(pool: PoolId) -> Vec<(Minute, u32)> {
			get(&(WITHHELD, pool))
		}

		/// The GPUs that slots have lost, in order.
		pub fn lost() -> Vec<Lost> {
			get(&LOST)
		}

		/// The groups that were darkened (false) and lit (true), in order.
		pub fn switched() -> Vec<(PoolId, OperatorId, bool)> {
			get(&SWITCHED)
		}

		/// The GPUs that were bought out, and by whom, in order.
		pub fn bought_out<AccountId: Decode>() -> Vec<(AccountId, Lost)> {
			let bought_out: Vec<(Vec<u8>, Lost)> = get(&BOUGHT_OUT);
			let decode = |bytes: Vec<u8>| AccountId::decode(&mut &bytes[..]).expect("a mock stored it");
			bought_out
				.into_iter()
				.map(|(payer, lost)| (decode(payer), lost))
				.collect()
		}

		/// Whether nothing can be withheld, and nobody has enough to buy out, from now on.
		pub fn refuse(refuses: bool) {
			put(&REFUSES, refuses);
		}

		fn ensure_not_refused() -> DispatchResult {
			match get::<bool>(&REFUSES) {
				true => Err(DispatchError::Other("the market refuses")),
				false => Ok(()),
			}
		}

		fn switch(pool: PoolId, operator: OperatorId, lit: bool) {
			let mut switched = Self::switched();
			switched.push((pool, operator, lit));
			put(&SWITCHED, switched);
		}
	}

	impl<AccountId: Encode> Obligations<AccountId> for MockObligations {
		fn sold_until(pool: PoolId, gpus: u32) -> Minute {
			let (now, sold) = (MockClock::now(), Self::sold(pool));
			let at = |minute: Minute| -> u32 {
				let then = sold
					.iter()
					.filter(|(from, until, _)| *from <= minute && minute < *until);
				then.map(|(.., gpus)| gpus).sum()
			};
			// What is sold changes only where something begins or ends.
			let edges = sold.iter().flat_map(|(from, until, _)| [*from, *until]).chain([now]);
			let over = |minute: &Minute| *minute >= now && at(*minute) > gpus;
			let last = edges.clone().filter(over).max();
			let end = |last| edges.filter(|edge| *edge > last).min().expect("what begins ends");
			last.map_or(now, end)
		}

		fn withhold(pool: PoolId, from: Minute, gpus: u32) -> DispatchResult {
			Self::ensure_not_refused()?;
			let mut withheld = Self::withheld(pool);
			withheld.push((from, gpus));
			put(&(WITHHELD, pool), withheld);
			Ok(())
		}

		/// Fails if fewer are withheld from that minute on.
		fn release(pool: PoolId, from: Minute, gpus: u32) -> DispatchResult {
			let mut withheld = Self::withheld(pool);
			let mut left = gpus;
			for (_, gpus) in withheld.iter_mut().filter(|(minute, _)| *minute == from) {
				let released = left.min(*gpus);
				*gpus -= released;
				left -= released;
			}
			withheld.retain(|(_, gpus)| *gpus > 0);
			put(&(WITHHELD, pool), withheld);
			match left {
				0 => Ok(()),
				_ => Err(DispatchError::Corruption),
			}
		}

		fn gpu_lost(slot: SlotId, gpu: Assigned, clock: Minute) {
			let mut lost = Self::lost();
			lost.push((Some(slot), gpu, clock));
			put(&LOST, lost);
		}

		fn group_dark(pool: PoolId, operator: OperatorId) {
			Self::switch(pool, operator, false);
		}

		fn group_lit(pool: PoolId, operator: OperatorId) {
			Self::switch(pool, operator, true);
		}

		fn buy_out(payer: &AccountId, _: PoolId, slot: Option<SlotId>, gpu: Assigned, clock: Minute) -> DispatchResult {
			Self::ensure_not_refused()?;
			let mut bought_out: Vec<(Vec<u8>, Lost)> = get(&BOUGHT_OUT);
			bought_out.push((payer.encode(), (slot, gpu, clock)));
			put(&BOUGHT_OUT, bought_out);
			Ok(())
		}

		/// Nobody: it knows no pools.
		#[cfg(feature = "runtime-benchmarks")]
		fn set_up(_: PoolId) {}
	}
}

#[cfg(feature = "std")]
pub use mock_obligations::MockObligations;

#[cfg(test)]
mod tests_of_obligations {
	use super::*;
	use crate::mocks::MockClock;

	#[test]
	fn sold_until_should_be_the_first_minute_from_which_on_no_more_is_sold() {
		sp_io::TestExternalities::default().execute_with(|| {
			let sold_until = <MockObligations as Obligations<u64>>::sold_until;
			MockClock::advance(100);
			assert_eq!(sold_until(1, 0), 100);
			MockObligations::sell(1, 90, 120, 2);
			MockObligations::sell(1, 110, 200, 1);
			MockObligations::sell(1, 300, 400, 3);
			assert_eq!([0, 1, 2, 3].map(|gpus| sold_until(1, gpus)), [400, 400, 400, 100]);
			MockObligations::sell(2, 90, 120, 2);
			MockObligations::sell(2, 110, 200, 1);
			assert_eq!([0, 1, 2, 3].map(|gpus| sold_until(2, gpus)), [200, 120, 120, 100]);
			MockClock::advance(150);
			assert_eq!(sold_until(2, 0), 250);
		});
	}

	#[test]
	fn release_should_fail_when_less_is_withheld() {
		sp_io::TestExternalities::default().execute_with(|| {
			let (withhold, release) = (
				<MockObligations as Obligations<u64>>::withhold,
				<MockObligations as Obligations<u64>>::release,
			);
			assert_eq!(withhold(1, 50, 2), Ok(()));
			assert_eq!(withhold(1, 50, 1), Ok(()));
			assert_eq!(release(1, 50, 2), Ok(()));
			assert_eq!(MockObligations::withheld(1), [(50, 1)]);
			assert!(release(1, 50, 2).is_err() && release(1, 51, 1).is_err());
			MockObligations::refuse(true);
			assert!(withhold(1, 50, 1).is_err());
		});
	}
}
