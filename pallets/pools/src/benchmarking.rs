//! Benchmarks: every level was last touched in an epoch that closed two epochs ago, and others still need its checkpoints.

use crate::{
	AttestationRounds, Call, Config, Event, Floors, GpuStreams, GroupCheckpoints, GroupKey, GroupStreams, Hosts,
	LastBusy, Leave, Leavers, MemberState, Members, Mode, Pallet, Parameters, ParametersRecord, PoolStreams, Pools,
	Prices, Queues, Sweep, SweepPosition, SweepRecord, Terms, Tier, MAX_HOSTS, MAX_INVITED, MAX_LEAVE_DATES,
	MAX_STREAMS, MAX_TIERS,
};
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{assert_ok, traits::EnsureOrigin, weights::WeightMeter, BoundedVec};
use frame_system::RawOrigin;
use millpond_math::streams::Shares;
use millpond_primitives::{Credits, GpuId, GpuModelId, Minute, OperatorId, PoolId, BCT};
use millpond_traits::{Assigned, Clock, Emissions, Gpus, Obligations, Operators, Pools as _};
use sp_runtime::DispatchError;

/// What an epoch pays: enough for everybody.
const REWARDS: u128 = 1_000_000 * BCT;

fn terms() -> Terms {
	let Ok(shares) = Shares::new(500, 1_500, 6_000, 2_000) else {
		panic!("the whole")
	};
	Terms {
		shares,
		floors: Floors {
			spot: 1,
			on_demand: 1,
			reserved: 1,
		},
		grace: 10,
		minimum_uptime: 10_000,
	}
}

/// Prices at which idle GPUs earn, or not.
fn prices(is_fair: bool) -> Prices {
	let tier = |number: u32| Tier {
		minutes: number,
		price: 1,
	};
	let tiers: Vec<Tier> = (0..MAX_TIERS).map(tier).collect();
	Prices {
		spot: Some(1),
		on_demand: is_fair.then_some(1),
		reserved: BoundedVec::truncate_from(tiers),
	}
}

/// Sees to it that time has begun.
fn begin<T: Config>() {
	if T::Clock::now() == 0 {
		T::Clock::set_now(1_000);
		T::Emissions::close_epoch(0);
	}
}

fn signed<T: Config>(who: T::AccountId) -> RawOrigin<T::AccountId> {
	whitelist_account!(who);
	RawOrigin::Signed(who)
}

/// The origin of a call by somebody who has nothing to do with the pool.
fn anybody<T: Config>() -> RawOrigin<T::AccountId> {
	signed::<T>(account("anybody", 0, 0))
}

/// A pool with hosts and GPUs, all of them held by one account.
struct SetUp<T: Config> {
	holder: T::AccountId,
	pool: PoolId,
	model: GpuModelId,
	operators: Vec<OperatorId>,
	gpus: Vec<GpuId>,
}

impl<T: Config> SetUp<T> {
	/// Of a call by the holder, whose account is read and written for any call of his.
	fn origin(&self) -> RawOrigin<T::AccountId> {
		signed::<T>(self.holder.clone())
	}

	/// `gpus` idle GPUs of `hosts` hosts, of whom the first manages the pool.
	fn new(hosts: u32, gpus: u32) -> Self {
		begin::<T>();
		// Where others call, or nobody does, what is paid to this account is charged.
		let holder: T::AccountId = account("holder", 0, 0);
		let operators: Vec<OperatorId> = (0..hosts.max(1)).map(|_| T::Operators::set_up(&holder)).collect();
		let turns = operators.iter().cycle();
		// One more, which is in no pool.
		let mut gpus: Vec<GpuId> = turns
			.take(gpus.saturating_add(1) as usize)
			.map(|operator| T::Gpus::set_up(&holder, *operator))
			.collect();
		let Some((manager, facts)) = operators.first().zip(gpus.last().and_then(|gpu| T::Gpus::facts(*gpu))) else {
			panic!("there is one of each")
		};
		let pool = Pallet::<T>::do_create(&holder, *manager, facts.model, Mode::Distributed, terms(), prices(true));
		let Ok(pool) = pool else {
			panic!("it can be created: {pool:?}")
		};
		for operator in &operators {
			assert_ok!(Pallet::<T>::do_invite(&holder, pool, *operator, u32::MAX));
			assert_ok!(Pallet::<T>::do_accept(&holder, *operator, pool, 0));
		}
		let spare = gpus.pop();
		for gpu in &gpus {
			assert_ok!(Pallet::<T>::do_join(&holder, *gpu, pool, 0));
		}
		gpus.extend(spare);
		Self {
			holder,
			pool,
			model: facts.model,
			operators,
			gpus,
		}
	}

	fn gpu(&self, number: usize) -> GpuId {
		self.gpus.get(number).copied().unwrap_or_default()
	}

	fn operator(&self, number: usize) -> OperatorId {
		self.operators.get(number).copied().unwrap_or_default()
	}

	fn group(&self) -> GroupKey {
		(self.pool, self.operator(0))
	}

	/// All GPUs are rented.
	fn rent(&self) {
		let count = Pallet::<T>::online(self.pool);
		let taken = <Pallet<T> as millpond_traits::Pools>::take(self.pool, count, 0);
		let Ok(taken) = taken else { panic!("they are idle") };
		let gpus: Vec<GpuId> = taken.into_iter().map(|assigned| assigned.gpu).collect();
		assert_ok!(Pallet::<T>::set_rate(self.pool, &gpus, 0, 1_000));
	}
}

/// Closes two epochs.
fn close_epochs<T: Config>() {
	later::<T>(1);
	T::Emissions::close_epoch(REWARDS);
	T::Emissions::close_epoch(REWARDS);
}

/// Lets minutes pass, and closes the epochs that end in them.
fn later<T: Config>(minutes: Minute) {
	let then = T::Clock::now().saturating_add(minutes);
	let end = || -> Result<Minute, DispatchError> { T::Emissions::with_network(|network| Ok(network.end())) };
	while end().is_ok_and(|end| end <= then) {
		T::Emissions::close_epoch(0);
	}
	T::Clock::set_now(then);
}

/// Brings a group and its pool up to now.
fn settle_levels<T: Config>(key: GroupKey) {
	let settled = Pallet::<T>::with_pool(key.0, |mut pool| Pallet::<T>::with_group(&mut pool, key, |_| Ok(())));
	assert_ok!(settled);
}

/// Brings a GPU up to now, with the levels above it.
fn settle<T: Config>(pool: PoolId, gpu: Assigned) {
	assert_ok!(Pallet::<T>::with_gpus(pool, &[gpu], |_, _, _| Ok(())));
}

/// A pool with so many hosts and idle GPUs.
pub(crate) fn pool_with_gpus<T: Config>(hosts: u32, gpus: u32) -> PoolId {
	SetUp::<T>::new(hosts, gpus).pool
}

/// Has the operator host in so many pools, each with a line for as many hosts as can be and a rented GPU of another. Each of
/// `gpus`, which it hosts, joins one of them, by turns, and is rented.
pub(crate) fn host_in_pools<T: Config>(operator: OperatorId, pools: u32, gpus: &[GpuId]) {
	let Some(host) = T::Operators::holder(operator) else {
		panic!("somebody holds the operator")
	};
	let host_in_another = |_| {
		let other = SetUp::<T>::new(1, 1);
		other.rent();
		assert_ok!(Pallet::<T>::do_invite(&other.holder, other.pool, operator, u32::MAX));
		assert_ok!(Pallet::<T>::do_accept(&host, operator, other.pool, 0));
		Queues::<T>::mutate(other.pool, |queue| {
			for number in 0..MAX_HOSTS {
				queue.add_line(OperatorId::MAX.saturating_sub(number.into()), true, false);
			}
		});
		other.pool
	};
	let pools: Vec<PoolId> = (0..pools).map(host_in_another).collect();
	for (gpu, pool) in gpus.iter().zip(pools.iter().cycle()) {
		let Some(holder) = T::Gpus::holder(*gpu) else {
			panic!("somebody holds the GPU")
		};
		assert_ok!(Pallet::<T>::do_join(&holder, *gpu, *pool, 0));
		T::Obligations::set_up(*pool);
	}
	pools
		.iter()
		.for_each(|pool| leave_on_many_dates::<T>((*pool, operator)));
}

/// GPUs of the host are withheld from as many dates as can be.
fn leave_on_many_dates<T: Config>(key: GroupKey) {
	let (pool, _) = key;
	let (Some(mut host), Some(mut record)) = (Hosts::<T>::get(key), Pools::<T>::get(pool)) else {
		panic!("it hosts in the pool")
	};
	for number in 0..MAX_LEAVE_DATES {
		// Each in another part of the market's calendar.
		let from = T::Clock::now().saturating_add(number.saturating_add(1).saturating_mul(30_000));
		let leavers = Leavers { from, gpus: 1 };
		assert!(host.leaving.try_push(leavers).is_ok(), "there is room");
		assert_ok!(T::Obligations::withhold(pool, from, 1));
		record.leavers = record.leavers.saturating_add(1);
	}
	Hosts::<T>::insert(key, host);
	Pools::<T>::insert(pool, record);
}

/// As much of the pool is sold at as many times, and as many of its GPUs leave at different ones, as can be.
fn sell_much<T: Config>(world: &SetUp<T>) {
	T::Obligations::set_up_sold(world.pool, &world.holder);
	leave_on_many_dates::<T>(world.group());
}

/// The pool is one for GPUs that its manager holds.
fn take_only_own<T: Config>(pool: PoolId) {
	Pools::<T>::mutate(pool, |record| {
		if let Some(record) = record {
			record.mode = Mode::SelfPool;
		}
	});
}

/// A customer had the GPU, which is in a pool, when the newest attestation round began.
fn was_busy<T: Config>(gpu: GpuId) {
	AttestationRounds::<T>::put(1);
	Members::<T>::mutate(gpu, |member| {
		if let Some(member) = member {
			member.busy_in = 1;
		}
	});
}

/// The time for the GPU to leave its pool has come, and a customer had it when the newest attestation round began.
pub(crate) fn have_leave<T: Config>(gpu: GpuId) {
	was_busy::<T>(gpu);
	let Some(mut member) = Members::<T>::get(gpu) else {
		panic!("the GPU is in a pool")
	};
	let at = T::Clock::now();
	let (Some(mut record), Some(mut host)) = (Pools::<T>::get(member.pool), Hosts::<T>::get(member.group())) else {
		panic!("it is in a pool of a host")
	};
	member.leave = Some(Leave { at, withheld_from: at });
	assert_ok!(Pallet::<T>::count_leaver(&member, &mut record, &mut host));
	Pallet::<T>::note_leave_date(member.pool, at);
	Pools::<T>::insert(member.pool, record);
	Hosts::<T>::insert(member.group(), host);
	Members::<T>::insert(gpu, member);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn create() {
		let world = SetUp::<T>::new(1, 1);
		close_epochs::<T>();
		let (operator, model) = (world.operator(0), world.model);

		#[extrinsic_call]
		_(
			world.origin(),
			operator,
			model,
			Mode::SingleSource,
			terms(),
			prices(true),
		);

		assert!(Pools::<T>::contains_key(world.pool.saturating_add(1)));
	}

	#[benchmark]
	fn announce_terms() {
		let world = SetUp::<T>::new(1, 2);
		assert_ok!(Pallet::<T>::do_announce_terms(&world.holder, world.pool, terms()));
		later::<T>(Parameters::<T>::get().notice_of_terms());
		// They are scheduled, and the change of the network's needs is taken back.
		assert_ok!(Pallet::<T>::settle_manager(world.pool, None));
		sell_much(&world);
		assert_ok!(Pallet::<T>::do_announce_leave(&world.holder, world.gpu(0)));

		#[extrinsic_call]
		_(world.origin(), world.pool, terms());

		assert!(Pools::<T>::get(world.pool).is_some_and(|record| record.version == 2));
	}

	#[benchmark]
	fn set_prices() {
		let world = SetUp::<T>::new(2, 2);
		close_epochs::<T>();

		#[extrinsic_call]
		_(world.origin(), world.pool, prices(false));

		assert!(PoolStreams::<T>::get(world.pool).is_some_and(|streams| streams.weight() == 0));
	}

	#[benchmark]
	fn invite() {
		let world = SetUp::<T>::new(1, 1);
		for number in 1..MAX_INVITED {
			let operator = OperatorId::MAX.saturating_sub(number.into());
			assert_ok!(Pallet::<T>::do_invite(&world.holder, world.pool, operator, 1));
		}

		#[extrinsic_call]
		_(world.origin(), world.pool, OperatorId::MAX, 1);

		let invited = Pools::<T>::get(world.pool).map(|record| record.invited.len());
		assert_eq!(invited, Some(MAX_INVITED as usize));
	}

	#[benchmark]
	fn accept() {
		let world = SetUp::<T>::new(MAX_HOSTS.saturating_sub(1), 1);
		let operator = T::Operators::set_up(&world.holder);
		assert_ok!(Pallet::<T>::do_invite(&world.holder, world.pool, operator, 1));
		<Pallet<T> as millpond_traits::Hosts>::darken(operator, T::Clock::now());
		close_epochs::<T>();

		#[extrinsic_call]
		_(world.origin(), operator, world.pool, 0);

		assert!(Hosts::<T>::contains_key((world.pool, operator)));
	}

	#[benchmark]
	fn remove_host() {
		// All its dates are later than the one from which all of its GPUs are withheld.
		let world = SetUp::<T>::new(2, 2);
		sell_much(&world);
		close_epochs::<T>();

		#[extrinsic_call]
		_(world.origin(), world.pool, world.operator(0));

		assert!(Hosts::<T>::get(world.group()).is_some_and(|host| host.removal.is_some()));
	}

	#[benchmark]
	fn join() {
		let world = SetUp::<T>::new(MAX_HOSTS, MAX_HOSTS);
		close_epochs::<T>();
		let gpu = world.gpu(MAX_HOSTS as usize);
		LastBusy::<T>::insert(gpu, 1);

		#[extrinsic_call]
		_(world.origin(), gpu, world.pool, 0);

		let member = Members::<T>::get(gpu);
		assert!(member.is_some_and(|member| matches!(member.state, MemberState::Waiting(_))));
	}

	#[benchmark]
	fn announce_leave() {
		// Somebody else sees to it, since another than the manager holds it.
		let world = SetUp::<T>::new(1, 1);
		let other: T::AccountId = account("other", 0, 0);
		let gpu = T::Gpus::set_up(&other, world.operator(0));
		assert_ok!(Pallet::<T>::do_join(&other, gpu, world.pool, 0));
		// A customer has the GPUs, the first and this one.
		T::Obligations::set_up(world.pool);
		T::Obligations::set_up(world.pool);
		assert_ok!(Pallet::<T>::do_remove_host(
			&world.holder,
			world.pool,
			world.operator(0)
		));
		sell_much(&world);
		take_only_own::<T>(world.pool);

		#[extrinsic_call]
		_(world.origin(), gpu);

		assert!(<Pallet<T> as millpond_traits::Pools>::leaves_at(gpu).is_some());
	}

	#[benchmark]
	fn cancel_leave() {
		let world = SetUp::<T>::new(1, 2);
		assert_ok!(Pallet::<T>::do_announce_leave(&world.holder, world.gpu(0)));
		take_only_own::<T>(world.pool);
		T::Gpus::set_up_offers(world.gpu(0));

		#[extrinsic_call]
		_(world.origin(), world.gpu(0));

		assert!(<Pallet<T> as millpond_traits::Pools>::leaves_at(world.gpu(0)).is_none());
	}

	#[benchmark]
	fn leave() {
		// The second of three in line.
		let world = SetUp::<T>::new(1, 3);
		assert_ok!(Pallet::<T>::do_announce_leave(&world.holder, world.gpu(1)));
		close_epochs::<T>();
		later::<T>(Parameters::<T>::get().leave_notice.get());
		was_busy::<T>(world.gpu(1));

		#[extrinsic_call]
		_(world.origin(), world.gpu(1));

		assert!(!Members::<T>::contains_key(world.gpu(1)));
	}

	#[benchmark]
	fn leave_now() {
		// Customers have all of them: nothing takes over, and all the time that is sold is stranded.
		let world = SetUp::<T>::new(1, 3);
		(0..3).for_each(|_| T::Obligations::set_up(world.pool));
		assert_ok!(Pallet::<T>::do_announce_leave(&world.holder, world.gpu(1)));
		sell_much(&world);
		close_epochs::<T>();
		was_busy::<T>(world.gpu(1));

		#[extrinsic_call]
		_(world.origin(), world.gpu(1), Credits::MAX);

		assert!(!Members::<T>::contains_key(world.gpu(1)));
	}

	#[benchmark]
	fn close() {
		let world = SetUp::<T>::new(1, 0);

		#[extrinsic_call]
		_(world.origin(), world.pool);

		assert!(Pools::<T>::get(world.pool).is_some_and(|record| record.closing));
	}

	/// Of a GPU whose groups were settled in the same epoch before.
	#[benchmark]
	fn claim_gpu(n: Linear<1, MAX_STREAMS>) {
		// It is in the last of `n` pools, and has left the others in an epoch that has closed.
		let world = SetUp::<T>::new(1, 2);
		let gpu = world.gpu(0);
		let mut pool = world.pool;
		world.rent();
		later::<T>(1);
		for _ in 1..n {
			assert_ok!(<Pallet<T> as millpond_traits::Pools>::give_back(pool, &[gpu]));
			assert_ok!(Pallet::<T>::do_leave_now(&world.holder, gpu, Credits::MAX));
			let other = SetUp::<T>::new(1, 1);
			let operator = world.operator(0);
			assert_ok!(Pallet::<T>::do_invite(&world.holder, other.pool, operator, u32::MAX));
			assert_ok!(Pallet::<T>::do_accept(&world.holder, operator, other.pool, 0));
			assert_ok!(Pallet::<T>::do_join(&world.holder, gpu, other.pool, 0));
			other.rent();
			later::<T>(1);
			pool = other.pool;
		}
		close_epochs::<T>();
		for key in GpuStreams::<T>::iter_key_prefix(gpu) {
			settle_levels::<T>(key);
		}

		#[extrinsic_call]
		_(anybody::<T>(), gpu);

		assert_eq!(GpuStreams::<T>::iter_key_prefix(gpu).count(), 1);
	}

	#[benchmark]
	fn claim_gpu_one() {
		let world = SetUp::<T>::new(1, 2);
		let gpu = world.gpu(0);
		world.rent();
		close_epochs::<T>();
		settle_levels::<T>(world.group());

		#[extrinsic_call]
		claim_gpu(anybody::<T>(), gpu);

		assert!(GpuStreams::<T>::get(gpu, world.group()).is_some_and(|streams| streams.taken() > 0));
	}

	/// What a GPU needs of network, pool and group is kept apart, since each has a newer checkpoint that others need; those of
	/// pool and group go to storage, too, for they have new ones.
	#[benchmark]
	fn settle_group() {
		let (world, other) = (SetUp::<T>::new(3, 9), SetUp::<T>::new(1, 1));
		world.rent();
		let host = |number| Assigned {
			gpu: world.gpu(number),
			operator: world.operator(number),
		};
		// Each in an epoch of its own: a GPU of each group, and the other pool.
		for number in 0..3 {
			T::Emissions::close_epoch(REWARDS);
			settle::<T>(world.pool, host(number));
		}
		T::Emissions::close_epoch(REWARDS);
		assert_ok!(Pallet::<T>::settle_manager(other.pool, None));
		T::Emissions::close_epoch(REWARDS);
		// The second GPU of the first group; the third is still to come, and needs what this one needs.
		let late = Assigned {
			gpu: world.gpu(3),
			..host(0)
		};

		#[block]
		{
			settle::<T>(world.pool, late);
		}

		assert!(GroupStreams::<T>::get(world.group()).is_some_and(|group| group.epoch() == T::Clock::epoch()));
		assert!(GroupCheckpoints::<T>::iter_prefix(world.group()).count() == 1);
	}

	#[benchmark]
	fn claim_host() {
		let world = SetUp::<T>::new(2, 2);
		world.rent();
		close_epochs::<T>();

		#[extrinsic_call]
		_(anybody::<T>(), world.pool, world.operator(0));

		assert!(GroupStreams::<T>::get(world.group()).is_some_and(|group| group.host() == 0));
	}

	#[benchmark]
	fn claim_manager() {
		let world = SetUp::<T>::new(2, 2);
		world.rent();
		assert_ok!(Pallet::<T>::do_announce_terms(&world.holder, world.pool, terms()));
		close_epochs::<T>();
		later::<T>(Parameters::<T>::get().notice_of_terms());

		#[extrinsic_call]
		_(anybody::<T>(), world.pool);

		assert!(PoolStreams::<T>::get(world.pool).is_some_and(|streams| streams.manager() == 0));
	}

	#[benchmark]
	fn set_parameters() -> Result<(), BenchmarkError> {
		let origin = T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let parameters = ParametersRecord::default();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, parameters);

		frame_system::Pallet::<T>::assert_last_event(<T as frame_system::Config>::RuntimeEvent::from(
			Event::<T>::ParametersSet { parameters },
		));
		Ok(())
	}

	/// A round comes to its end.
	#[benchmark]
	fn sweep() {
		begin::<T>();
		Sweep::<T>::put(SweepRecord {
			epoch: T::Clock::epoch(),
			position: SweepPosition::Pools(Some(PoolId::MAX)),
		});

		#[block]
		{
			Pallet::<T>::do_sweep(&mut WeightMeter::new());
		}

		assert_eq!(Sweep::<T>::get().position, SweepPosition::Done);
	}

	#[benchmark]
	fn sweep_gpu() {
		// A customer has it still, although the time for it to leave has come.
		let world = SetUp::<T>::new(1, 2);
		T::Obligations::set_up(world.pool);
		have_leave::<T>(world.gpu(0));
		close_epochs::<T>();
		let (gpu, key) = (world.gpu(0), world.group());

		#[block]
		{
			let next = GpuStreams::<T>::iter_keys_from(GpuStreams::<T>::hashed_key_for(gpu, key)).next();
			assert!(next.is_none_or(|next| next != (gpu, key)));
			assert_ok!(Pallet::<T>::sweep_gpu(gpu, key));
		}

		let settled = GpuStreams::<T>::get(gpu, key);
		assert!(settled.is_some_and(|streams| streams.epoch() == T::Clock::epoch()));
	}

	#[benchmark]
	fn sweep_host() {
		let world = SetUp::<T>::new(2, 2);
		world.rent();
		close_epochs::<T>();
		let key = world.group();

		#[block]
		{
			let next = Hosts::<T>::iter_keys_from(Hosts::<T>::hashed_key_for(key)).next();
			assert!(next.is_none_or(|next| next != key));
			assert_ok!(Pallet::<T>::settle_host(key, None));
		}

		assert!(GroupStreams::<T>::get(key).is_some_and(|group| group.host() == 0));
	}

	#[benchmark]
	fn sweep_pool() {
		let world = SetUp::<T>::new(2, 2);
		world.rent();
		assert_ok!(Pallet::<T>::do_announce_terms(&world.holder, world.pool, terms()));
		close_epochs::<T>();
		later::<T>(Parameters::<T>::get().notice_of_terms());
		let pool = world.pool;

		#[block]
		{
			let next = PoolStreams::<T>::iter_keys_from(PoolStreams::<T>::hashed_key_for(pool)).next();
			assert!(next.is_none_or(|next| next != pool));
			assert_ok!(Pallet::<T>::settle_manager(pool, None));
		}

		assert!(PoolStreams::<T>::get(pool).is_some_and(|streams| streams.manager() == 0));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt::build(), crate::mock::Test);
}
