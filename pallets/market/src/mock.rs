//! A runtime with everything that the pallet touches.

use crate as pallet_market;
use crate::*;
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{fungible::Inspect, ConstU128},
	weights::{Weight, WeightMeter},
	PalletId,
};
use frame_system::EnsureRoot;
use millpond_primitives::{Balance, Credits, GpuId, Minute, OperatorId, PoolId, Price, SlotId, BCT, CREDITS_PER_USD};
use millpond_traits::{
	mocks::{MockClock, MockCredits, MockDeeds, MockOperators, MockPools, MockPrices},
	Agenda as _, Clock, Deeds, Fact, Obligations, Overcount, Pools, RentalKind,
};
use sp_runtime::{BuildStorage, DispatchResult};

pub type AccountId = u64;
pub type Items = MockDeeds<2>;
type Block = frame_system::mocking::MockBlock<Test>;

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
	pub type Balances = pallet_balances::Pallet<Test>;
	#[runtime::pallet_index(2)]
	pub type Market = pallet_market::Pallet<Test>;
}

/// Customers. Each has a billion DC and a million BCT.
pub const ALICE: AccountId = 1;
pub const BOB: AccountId = 2;
pub const CHARLIE: AccountId = 3;

/// The pool of most tests, and its manager.
pub const POOL: PoolId = 7;
pub const MANAGER: OperatorId = 50;

/// The hosts of its groups.
pub const HOST: OperatorId = 51;
pub const OTHER_HOST: OperatorId = 52;

/// Who holds an operator.
pub fn holder_of(operator: OperatorId) -> AccountId {
	operator + 1_000
}

/// When the tests begin: at the start of a slice.
pub const START: Minute = 30_000_000;

/// DC a GPU-minute.
pub const SPOT_RATE: Credits = 10;
pub const ON_DEMAND_RATE: Credits = 30;
pub const RESERVED_RATE: Credits = 20;

pub const SLOT_DEPOSIT: Credits = 1_000;
pub const GPU_DEPOSIT: Credits = 100;

pub const FUNDS: Credits = 1_000_000_000;

pub const KEY: AccessKey = [7; 32];

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<1>;
	type AccountStore = System;
}

parameter_types! {
	pub MaxClockWeight: Weight = Market::entry_weight(Stage::Fill, MAX_GPUS).saturating_mul(2);
	/// Nothing, unless a test sets it.
	pub static RecordPrice: Credits = 0;
	pub static KeyPrice: Credits = 0;
	pub const MarketPalletId: PalletId = PalletId(*b"test/mkt");
}

impl Config for Test {
	type Bct = Balances;
	type Credits = MockCredits;
	type Deeds = Items;
	type Pools = MockPools;
	type Operators = MockOperators;
	type Clock = MockClock;
	type Prices = MockPrices;
	type SlotDeposit = ConstU128<SLOT_DEPOSIT>;
	type GpuDeposit = ConstU128<GPU_DEPOSIT>;
	type RecordPrice = RecordPrice;
	type KeyPrice = KeyPrice;
	type MaxClockWeight = MaxClockWeight;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type PalletId = MarketPalletId;
	type WeightInfo = ();
}

pub fn now() -> Minute {
	MockClock::now()
}

/// Works the open minute off.
pub fn work_off() {
	assert!(Market::work_off(now(), &mut WeightMeter::new()), "something is left");
}

/// Lets `minutes` pass, each of which is worked off before it does and when it opens.
pub fn pass(minutes: Minute) {
	for _ in 0..minutes {
		work_off();
		MockClock::advance(1);
		work_off();
	}
}

/// Lets `minutes` pass in which the chain made no block.
pub fn outage(minutes: Minute) {
	work_off();
	// All of them are excused before the first of them is worked off.
	let begin = now();
	MockClock::pass_outage(minutes);
	let end = now();
	rewind(begin);
	while now() < end {
		work_off();
		let until = Market::next_due(now(), end, &mut WeightMeter::new());
		MockClock::advance(until - now());
	}
	work_off();
}

fn rewind(to: Minute) {
	sp_io::storage::set(&codec::Encode::encode(&"mock:clock:now"), &codec::Encode::encode(&to));
}

pub fn credits(who: AccountId) -> Credits {
	MockCredits::balance(&who)
}

pub fn bct(who: AccountId) -> Balance {
	Balances::balance(&who)
}

pub fn slot(id: SlotId) -> SlotRecordOf<Test> {
	Slots::<Test>::get(id).expect("the slot is there")
}

pub fn phase(id: SlotId) -> Option<Phase> {
	Slots::<Test>::get(id).map(|slot| slot.phase)
}

pub fn holder(id: SlotId) -> Option<AccountId> {
	Items::holder(id)
}

/// How many GPUs of each host the slot has.
pub fn hosts_of(id: SlotId) -> Vec<(OperatorId, u32)> {
	let parts = Parts::<Test>::iter_prefix(id);
	let mut hosts: Vec<_> = parts.map(|(host, part)| (host, part.gpus.len() as u32)).collect();
	hosts.sort();
	hosts
}

/// The slot that was minted last.
pub fn newest() -> SlotId {
	NextSlot::<Test>::get() - 1
}

/// Rents without a key.
pub fn rent(who: AccountId, kind: RentalKind, gpus: u32, minutes: Minute) -> SlotId {
	assert_ok!(try_rent(who, kind, gpus, minutes));
	newest()
}

pub fn try_rent(
	who: AccountId,
	kind: RentalKind,
	gpus: u32,
	minutes: Minute,
) -> frame_support::dispatch::DispatchResultWithPostInfo {
	Market::rent(
		RuntimeOrigin::signed(who),
		POOL,
		kind,
		gpus,
		minutes,
		Credits::MAX,
		None,
	)
}

/// Rents with a key.
pub fn rent_with_key(who: AccountId, kind: RentalKind, gpus: u32, minutes: Minute) -> SlotId {
	assert_ok!(Market::rent(
		RuntimeOrigin::signed(who),
		POOL,
		kind,
		gpus,
		minutes,
		Credits::MAX,
		Some(KEY)
	));
	newest()
}

/// Reserves from `after` minutes from now on, for `minutes`, without a key.
pub fn reserve(who: AccountId, gpus: u32, after: Minute, minutes: Minute) -> SlotId {
	assert_ok!(try_reserve(who, gpus, after, minutes));
	newest()
}

pub fn try_reserve(who: AccountId, gpus: u32, after: Minute, minutes: Minute) -> DispatchResult {
	let start = now() + after;
	Market::reserve(
		RuntimeOrigin::signed(who),
		POOL,
		gpus,
		start,
		start + minutes,
		Credits::MAX,
		None,
	)
}

pub fn grant(host: OperatorId, id: SlotId) -> DispatchResult {
	grant_for(host, id, KEY)
}

pub fn grant_for(host: OperatorId, id: SlotId, key: AccessKey) -> DispatchResult {
	let sealed = Sealed::try_from(vec![1, 2, 3]).expect("short");
	Market::grant_access(RuntimeOrigin::signed(holder_of(host)), id, host, key, sealed)
}

pub fn top_up(who: AccountId, id: SlotId, minutes: Minute) -> DispatchResult {
	Market::top_up(RuntimeOrigin::signed(who), id, minutes)
}

pub fn stop(who: AccountId, id: SlotId) -> DispatchResult {
	Market::stop(RuntimeOrigin::signed(who), id)
}

pub fn reject(who: AccountId, id: SlotId) -> DispatchResult {
	Market::reject(RuntimeOrigin::signed(who), id)
}

pub fn split_time(who: AccountId, id: SlotId, at: Minute) -> Result<(SlotId, SlotId), sp_runtime::DispatchError> {
	Market::split_time(RuntimeOrigin::signed(who), id, at).map(|()| (newest() - 1, newest()))
}

pub fn split_gpus(who: AccountId, id: SlotId, gpus: u32) -> Result<(SlotId, SlotId), sp_runtime::DispatchError> {
	Market::split_gpus(RuntimeOrigin::signed(who), id, gpus).map(|()| (newest() - 1, newest()))
}

pub fn merge(who: AccountId, one: SlotId, other: SlotId) -> Result<SlotId, sp_runtime::DispatchError> {
	Market::merge(RuntimeOrigin::signed(who), one, other).map(|()| newest())
}

pub fn set_key(who: AccountId, id: SlotId, key: AccessKey) {
	assert_ok!(Market::set_access_key(RuntimeOrigin::signed(who), id, key));
}

/// A host is not there for the last `ago` minutes and from now on.
pub fn darken(host: OperatorId, ago: Minute) {
	let overcount = MockPools::darken(POOL, host, ago);
	<Market as Obligations<AccountId>>::group_dark(POOL, host, overcount);
}

pub fn light(host: OperatorId) {
	MockPools::light(POOL, host);
	<Market as Obligations<AccountId>>::group_lit(POOL, host);
}

/// A GPU is not there for the last `ago` minutes and from now on.
pub fn lose(gpu: GpuId, ago: Minute) {
	let (slot, assigned, clock) = MockPools::lose(gpu, ago);
	if let Some(slot) = slot {
		let overcount = match MockPools::is_lit(POOL, assigned.operator) {
			true => Overcount {
				since: now() - ago,
				until: now() - (MockPools::clock(POOL, assigned.operator).expect("it is there") - clock),
			},
			false => Overcount::default(),
		};
		<Market as Obligations<AccountId>>::gpu_lost(slot, assigned, clock, overcount);
	}
}

/// The GPUs of a host.
pub fn gpus_of(host: OperatorId) -> Vec<GpuId> {
	MockPools::members(POOL, host)
}

/// Idle and online GPUs of the pool.
pub fn counts() -> (u32, u32) {
	let facts = MockPools::facts(POOL).expect("the pool is there");
	(facts.idle, facts.online)
}

/// What an operator owes `who`, in DC.
pub fn compensation(operator: OperatorId, who: AccountId) -> Credits {
	let owed = MockOperators::owed::<AccountId>(operator).into_iter();
	owed.filter(|(to, _)| *to == who).map(|(_, credits)| credits).sum()
}

pub fn noted(operator: OperatorId, fact: Fact) -> usize {
	MockOperators::facts(operator)
		.iter()
		.filter(|known| **known == fact)
		.count()
}

/// GPU-minutes that an operator promised and delivered.
pub fn service(operator: OperatorId) -> (u64, u64) {
	MockOperators::facts(operator)
		.into_iter()
		.fold((0, 0), |(all, good), fact| match fact {
			Fact::Service { promised, delivered } => (all + promised, good + delivered),
			_ => (all, good),
		})
}

/// The events of this pallet so far.
pub fn events() -> Vec<Event<Test>> {
	let of_ours = |event| match event {
		RuntimeEvent::Market(event) => Some(event),
		_ => None,
	};
	System::events()
		.into_iter()
		.filter_map(|record| of_ours(record.event))
		.collect()
}

/// Sets up a test, runs it, and checks every invariant after it.
pub struct TestExt {
	hosts: Vec<(OperatorId, u32)>,
	grace: Minute,
}

impl Default for TestExt {
	/// A pool with four GPUs of each of two hosts that keeps GPUs for an hour.
	fn default() -> Self {
		Self {
			hosts: vec![(HOST, 4), (OTHER_HOST, 4)],
			grace: 60,
		}
	}
}

impl TestExt {
	/// With so many GPUs of each host.
	pub fn hosts(self, hosts: &[(OperatorId, u32)]) -> Self {
		Self {
			hosts: hosts.to_vec(),
			..self
		}
	}

	/// With so many minutes of grace.
	pub fn grace(self, grace: Minute) -> Self {
		Self { grace, ..self }
	}

	pub fn build(self) -> sp_io::TestExternalities {
		let customers = [ALICE, BOB, CHARLIE];
		let genesis = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: customers.map(|who| (who, 1_000_000 * BCT)).to_vec(),
				..Default::default()
			},
			..Default::default()
		};
		let mut ext: sp_io::TestExternalities = genesis.build_storage().expect("a valid genesis").into();
		ext.execute_with(|| {
			System::set_block_number(1);
			RecordPrice::set(0);
			KeyPrice::set(0);
			MockClock::advance(START);
			MockPrices::set(Price::from_u32(2));
			customers.iter().for_each(|who| MockCredits::mint(who, FUNDS));
			let hosts = self.hosts.iter().map(|(host, _)| *host);
			for operator in hosts.chain([MANAGER]) {
				MockOperators::add(operator, &holder_of(operator), BCT);
			}
			MockPools::add(POOL, MANAGER, self.grace);
			set_price(RentalKind::Spot, Some(SPOT_RATE));
			set_price(RentalKind::OnDemand, Some(ON_DEMAND_RATE));
			set_price(RentalKind::Reserved, Some(RESERVED_RATE));
			for (host, gpus) in self.hosts {
				(0..gpus).for_each(|gpu| MockPools::join(POOL, host, host * 1_000_000 + GpuId::from(gpu)));
			}
		});
		ext
	}

	pub fn execute_with(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			check_invariants();
		});
	}
}

pub fn set_price(kind: RentalKind, rate: Option<Credits>) {
	MockPools::set_price(POOL, kind, 0, rate);
}

/// What `try_state` checks, and what only this runtime can: GPUs earn what their slots are billed, and what they earned was
/// burned or is still to be.
pub fn check_invariants() {
	assert_ok!(Market::do_try_state());
	let mut accrued = 0;
	let mut taken = 0;
	for (id, host, part) in Parts::<Test>::iter() {
		let slot = slot(id);
		let rate = part.reading.map_or(0, |_| slot.rate);
		for gpu in &part.gpus {
			assert_eq!(MockPools::assignment(*gpu), Some((id, rate)), "GPU {gpu}");
		}
		accrued += Market::accrued(&slot, host, &part);
		taken += part.gpus.len();
	}
	let hosts: Vec<OperatorId> = (MANAGER..MANAGER + 50).collect();
	let members = hosts.iter().flat_map(|host| gpus_of(*host));
	assert_eq!(
		members.filter(|gpu| MockPools::assignment(*gpu).is_some()).count(),
		taken
	);
	assert_eq!(
		MockPools::spent(POOL, hosts) + unearned(),
		MockCredits::spent() + accrued
	);
}

/// DC that were burned and that no GPU earned.
pub fn unearned() -> Credits {
	let of = |event| match event {
		Event::Lapsed { credits, .. } => credits,
		Event::Ended { .. } => RecordPrice::get(),
		_ => 0,
	};
	events().into_iter().map(of).sum()
}

/// What the BCT that `who` has is worth in DC.
pub fn worth(who: AccountId) -> Credits {
	bct(who) / (BCT / (2 * CREDITS_PER_USD))
}

/// All DC that there are.
pub fn all_credits() -> Credits {
	let held = MockCredits::balance(&Market::account());
	[ALICE, BOB, CHARLIE].iter().map(|who| credits(*who)).sum::<Credits>() + held + MockCredits::spent()
}
