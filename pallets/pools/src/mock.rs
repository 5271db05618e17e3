//! A runtime of this pallet over the mocks of its neighbours.

use crate as pallet_pools;
use crate::*;
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{ConstU32, Hooks, OnPoll},
	weights::{Weight, WeightMeter},
	BoundedVec,
};
use frame_system::EnsureRoot;
use millpond_math::{
	index::SCALE,
	streams::{Budget, Closed, Shares},
};
use millpond_primitives::{Balance, Credits, GpuId, Minute, OperatorId, PoolId, SlotId, BCT, CREDITS_PER_USD};
use millpond_traits::{
	mocks::{MockClock, MockEmissions, MockGpus, MockObligations, MockOperators},
	Assigned, Clock, GpuFacts, GpuLifecycle, GpuStatus, Hosts as _, ModelFacts, Pools as _,
};
use sp_runtime::{traits::IdentityLookup, BuildStorage};

pub type AccountId = u64;
type Block = frame_system::mocking::MockBlock<Test>;

/// The GPUs; this pallet is told when they come and go.
pub type TestGpus = MockGpus<PoolsPallet>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system::Pallet<Test>;
	#[runtime::pallet_index(1)]
	pub type PoolsPallet = pallet_pools::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
}

parameter_types! {
	pub const SweepWeight: Weight = Weight::from_parts(20_000_000_000, 0);
}

impl Config for Test {
	type Emissions = MockEmissions;
	type Clock = MockClock;
	type Gpus = TestGpus;
	type Operators = MockOperators;
	type Obligations = MockObligations;
	type SweepWeight = SweepWeight;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type WeightInfo = ();
}

/// Holds operator [`OLD`], which manages the pools.
pub const MANAGER: AccountId = 1;
/// Holds operator [`NEW`].
pub const HOST: AccountId = 2;
/// Own GPUs.
pub const ALICE: AccountId = 3;
pub const BOB: AccountId = 4;
/// Has nothing to do with any of it.
pub const STRANGER: AccountId = 5;

pub const OLD: OperatorId = 10;
pub const NEW: OperatorId = 11;

pub const MODEL: u32 = 7;
/// DC a minute.
pub const REFERENCE_PRICE: Credits = 1_000;
pub const WEIGHT: u64 = 100;

/// The minute in which the tests begin.
pub const START: Minute = 1_000;
/// Minutes of an epoch.
pub const EPOCH: Minute = 100;

pub const TERMS_NOTICE: Minute = 250;
pub const LEAVE_NOTICE: Minute = 150;
pub const WINDOW: Minute = 60;
pub const BOND: Balance = 1_000 * BCT;
pub const MINIMUM: Balance = BCT / 10;

/// Manager 5%, host 15%, pool 60%, used 20%.
pub fn shares() -> Shares {
	Shares::new(500, 1_500, 6_000, 2_000).expect("the whole")
}

pub fn terms() -> Terms {
	Terms {
		shares: shares(),
		floors: Floors {
			spot: 100,
			on_demand: 200,
			reserved: 150,
		},
		grace: 10,
		minimum_uptime: 9_000,
	}
}

pub fn prices() -> Prices {
	Prices {
		spot: Some(500),
		on_demand: Some(1_000),
		reserved: tiers(&[(60, 900), (1_440, 700)]),
	}
}

pub fn tiers(tiers: &[(Minute, Credits)]) -> BoundedVec<Tier, ConstU32<MAX_TIERS>> {
	let tier = |(minutes, price): &(Minute, Credits)| Tier {
		minutes: *minutes,
		price: *price,
	};
	let tiers: Vec<Tier> = tiers.iter().map(tier).collect();
	tiers.try_into().expect("few")
}

pub fn now() -> Minute {
	MockClock::now()
}

pub fn origin(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// Opens a pool of the old operator's.
pub fn create(mode: Mode) -> PoolId {
	let pool = NextPool::<Test>::get();
	assert_ok!(PoolsPallet::create(
		origin(MANAGER),
		OLD,
		MODEL,
		mode,
		terms(),
		prices()
	));
	pool
}

/// Opens a distributed pool in which both operators host, up to 100 GPUs each.
pub fn create_distributed() -> PoolId {
	let pool = create(Mode::Distributed);
	admit(pool, OLD, MANAGER, 100);
	admit(pool, NEW, HOST, 100);
	pool
}

pub fn admit(pool: PoolId, operator: OperatorId, holder: AccountId, cap: u32) {
	assert_ok!(PoolsPallet::invite(origin(MANAGER), pool, operator, cap));
	let version = record(pool).version;
	assert_ok!(PoolsPallet::accept(origin(holder), operator, pool, version));
}

/// Registers a GPU.
pub fn register(gpu: GpuId, holder: AccountId, operator: OperatorId, status: GpuStatus) {
	let facts = GpuFacts {
		operator,
		model: MODEL,
		status,
	};
	TestGpus::add(gpu, &holder, facts);
}

pub fn holder(gpu: GpuId) -> AccountId {
	<TestGpus as millpond_traits::Gpus<AccountId>>::holder(gpu).expect("it is registered")
}

pub fn facts(gpu: GpuId) -> GpuFacts {
	<TestGpus as millpond_traits::Gpus<AccountId>>::facts(gpu).expect("it is registered")
}

pub fn join(gpu: GpuId, pool: PoolId) {
	assert_ok!(PoolsPallet::join(origin(holder(gpu)), gpu, pool, record(pool).version));
}

/// Registers a GPU online and joins the pool with it.
pub fn add(gpu: GpuId, holder: AccountId, operator: OperatorId, pool: PoolId) {
	register(gpu, holder, operator, GpuStatus::Online);
	join(gpu, pool);
}

/// Its holder takes a GPU out of its pool, whatever that costs.
pub fn leave_now(gpu: GpuId) {
	assert_ok!(PoolsPallet::leave_now(origin(holder(gpu)), gpu, Credits::MAX));
}

pub fn set_status(gpu: GpuId, status: GpuStatus, since: Minute) {
	assert_ok!(TestGpus::set_status(gpu, status, since));
}

pub fn take(pool: PoolId, count: u32, slot: SlotId) -> Vec<GpuId> {
	let taken = PoolsPallet::take(pool, count, slot).expect("so many wait");
	taken.into_iter().map(|assigned| assigned.gpu).collect()
}

/// Rents GPUs for `rate` DC a minute.
pub fn rent(pool: PoolId, count: u32, slot: SlotId, rate: Credits) -> Vec<GpuId> {
	let gpus = take(pool, count, slot);
	assert_ok!(PoolsPallet::set_rate(pool, &gpus, slot, rate));
	gpus
}

pub fn give_back(pool: PoolId, gpus: &[GpuId]) {
	assert_ok!(PoolsPallet::give_back(pool, gpus));
}

pub fn assigned(gpu: GpuId, operator: OperatorId) -> Assigned {
	Assigned { gpu, operator }
}

pub fn darken(operator: OperatorId, since: Minute) {
	PoolsPallet::darken(operator, since);
}

pub fn light(operator: OperatorId) {
	PoolsPallet::light(operator);
}

/// Up to `plancks` for each DC spent, and for each idle minute of weight one.
pub fn budget(plancks: u64, idle: u64) -> Budget {
	Budget {
		rewards: Balance::MAX / 1_000_000,
		credit_cap: SCALE * plancks,
		weight_cap: SCALE * idle,
	}
}

/// Closes the open epoch; each DC spent earns a BCT/1000, and idle minutes earn nothing.
pub fn close_epoch() -> Closed {
	MockEmissions::close(budget(1_000_000_000, 0), EPOCH)
}

/// Sweeps until the round is done.
pub fn sweep() {
	<PoolsPallet as OnPoll<u64>>::on_poll(0, &mut WeightMeter::new());
	while Sweep::<Test>::get().position != SweepPosition::Done {
		PoolsPallet::on_idle(0, Weight::MAX);
	}
}

/// Lets `minutes` pass, and closes the epochs that end and sweeps after each.
pub fn pass(minutes: Minute) {
	let until = now() + minutes;
	while MockEmissions::network().end() <= until {
		close_epoch();
		sweep();
	}
	MockClock::advance(until - now());
}

pub fn record(pool: PoolId) -> PoolRecord {
	Pools::<Test>::get(pool).expect("it is there")
}

pub fn member(gpu: GpuId) -> MemberRecord {
	Members::<Test>::get(gpu).expect("it is in a pool")
}

pub fn host_record(pool: PoolId, operator: OperatorId) -> HostRecord {
	Hosts::<Test>::get((pool, operator)).expect("it hosts")
}

pub fn online_and_idle(pool: PoolId) -> (u32, u32) {
	let facts = PoolsPallet::facts(pool).expect("it is there");
	(facts.online, facts.idle)
}

pub fn paid(who: AccountId) -> Balance {
	MockEmissions::paid(&who)
}

/// The events of this pallet so far.
pub fn events() -> Vec<Event<Test>> {
	let of_ours = |event| {
		if let RuntimeEvent::PoolsPallet(event) = event {
			Some(event)
		} else {
			None
		}
	};
	System::events()
		.into_iter()
		.filter_map(|record| of_ours(record.event))
		.collect()
}

pub fn last_event() -> Event<Test> {
	events().pop().expect("something has happened")
}

pub fn parameters() -> ParametersRecord {
	ParametersRecord {
		pool_bond: (BOND / (BCT / CREDITS_PER_USD)).try_into().expect("in range"),
		terms_notice: TERMS_NOTICE.try_into().expect("in range"),
		leave_notice: LEAVE_NOTICE.try_into().expect("in range"),
		uptime_window: WINDOW.try_into().expect("in range"),
		minimum_payout: MINIMUM.try_into().expect("in range"),
	}
}

/// Sets up a test, runs it, and checks every invariant after it.
pub struct TestExt;

impl TestExt {
	/// Two operators, a model, and epoch 0 has begun.
	pub fn build() -> sp_io::TestExternalities {
		let genesis = RuntimeGenesisConfig {
			pools_pallet: GenesisConfig {
				parameters: parameters(),
				..Default::default()
			},
			..Default::default()
		};
		let mut ext: sp_io::TestExternalities = genesis.build_storage().expect("a valid genesis").into();
		ext.execute_with(|| {
			System::set_block_number(1);
			MockClock::advance(START);
			MockEmissions::begin(EPOCH);
			MockOperators::add(OLD, &MANAGER, 100 * BOND);
			MockOperators::add(NEW, &HOST, 100 * BOND);
			let model = ModelFacts {
				weight: WEIGHT,
				reference_price: REFERENCE_PRICE,
				bond: CREDITS_PER_USD,
				memory: 1_024,
				simulated: true,
			};
			TestGpus::add_model(MODEL, model);
		});
		ext
	}

	pub fn execute_with(test: impl FnOnce()) {
		Self::build().execute_with(|| {
			test();
			assert_ok!(PoolsPallet::do_try_state());
		});
	}
}

/// How many values this pallet has in storage, those apart that are there without pools.
pub fn stored() -> usize {
	let pallet = sp_io::hashing::twox_128(b"PoolsPallet");
	let apart = [
		NextPool::<Test>::hashed_key(),
		Parameters::<Test>::hashed_key(),
		Sweep::<Test>::hashed_key(),
		frame_support::storage::storage_prefix(b"PoolsPallet", b":__STORAGE_VERSION__:"),
	];
	let mut count = 0;
	let mut key = pallet.to_vec();
	while let Some(next) = sp_io::storage::next_key(&key).filter(|next| next.starts_with(&pallet)) {
		count += usize::from(!apart.iter().any(|apart| apart[..] == next[..]));
		key = next;
	}
	count
}
