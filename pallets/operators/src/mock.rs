//! A runtime with everything that the pallet touches, and operators without an NFT pallet.

use crate as pallet_operators;
use crate::*;
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{
		fungible::{Credit, Inspect},
		ConstU128, Imbalance, OnIdle, OnPoll, OnUnbalanced,
	},
	weights::{Weight, WeightMeter},
};
use frame_system::EnsureRoot;
use millpond_primitives::{Balance, Minute, OperatorId, Price, BCT, CREDITS_PER_USD};
use millpond_traits::{
	mocks::{MockClock, MockDeeds, MockOnSuspension, MockPrices},
	Deeds as _, Duty,
};
use sp_runtime::BuildStorage;

pub type AccountId = u64;
pub type Deeds = MockDeeds<0>;
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
	pub type Operators = pallet_operators::Pallet<Test>;
}

pub const EXISTENTIAL_DEPOSIT: Balance = BCT / 100;
pub const DEPOSIT: Balance = 3 * BCT;

/// Each has a million BCT.
pub const ALICE: AccountId = 1;
pub const BOB: AccountId = 2;
pub const CHARLIE: AccountId = 3;
/// A customer. Has nothing.
pub const CUSTOMER: AccountId = 4;

pub const ENDOWMENT: Balance = 1_000_000 * BCT;

/// The market minute in which the tests begin.
pub const START: Minute = 30_000_000;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
}

parameter_types! {
	/// What slashes took.
	pub static Slashed: Balance = 0;
}

/// Counts what slashes take, and burns it.
pub struct CountSlashes;
impl OnUnbalanced<Credit<AccountId, Balances>> for CountSlashes {
	fn on_nonzero_unbalanced(slashed: Credit<AccountId, Balances>) {
		Slashed::mutate(|sum| *sum += slashed.peek());
	}
}

impl Config for Test {
	type Bct = Balances;
	type Deeds = Deeds;
	type Clock = MockClock;
	type Prices = MockPrices;
	type Pools = MockOnSuspension;
	type OnSlash = CountSlashes;
	type Deposit = ConstU128<DEPOSIT>;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type WeightInfo = ();
}

pub fn bct(who: AccountId) -> Balance {
	Balances::balance(&who)
}

pub fn bond_account(operator: OperatorId) -> AccountId {
	Deeds::bond_account(operator)
}

pub fn profile(name: &str, region: &str) -> Profile {
	Profile {
		name: name.as_bytes().to_vec().try_into().expect("short"),
		website: b"https://mill.example".to_vec().try_into().expect("short"),
		contact: b"miller@mill.example".to_vec().try_into().expect("short"),
		region: region.as_bytes().to_vec().try_into().expect("short"),
	}
}

/// Registers an operator of `holder` with `bond`.
pub fn register(holder: AccountId, bond: Balance) -> OperatorId {
	let operator = NextOperator::<Test>::get();
	let profile = profile("Mill", "DE");
	assert_ok!(Operators::register(RuntimeOrigin::signed(holder), profile, bond));
	operator
}

pub fn bond(operator: OperatorId) -> BondRecord {
	Bonds::<Test>::get(operator).expect("an operator")
}

pub fn attribute(operator: OperatorId, key: &str) -> Option<String> {
	Deeds::attribute(operator, key.as_bytes()).map(|value| String::from_utf8(value).expect("text"))
}

/// A duty that asks for so many dollars.
pub fn dollars(dollars: u128) -> Duty {
	cents(100 * dollars)
}

pub fn cents(cents: u128) -> Duty {
	Duty {
		credits: cents * CREDITS_PER_USD / 100,
		least: 0,
	}
}

/// Makes a BCT cost so many cents.
pub fn price(cents: u128) {
	MockPrices::set(Price::from_rational(cents, 100));
}

/// Lets `minutes` pass at once.
pub fn pass(minutes: Minute) {
	MockClock::advance(minutes);
}

/// Has a block pay what is due as far as `poll` and `idle` go.
pub fn block_with_weight(poll: Weight, idle: Weight) {
	let number = System::block_number() + 1;
	System::set_block_number(number);
	<Operators as OnPoll<u64>>::on_poll(number, &mut WeightMeter::with_limit(poll));
	<Operators as OnIdle<u64>>::on_idle(number, idle);
}

/// Has a block pay what is due.
pub fn block() {
	block_with_weight(Weight::MAX, Weight::MAX);
}

/// The events of this pallet so far.
pub fn events() -> Vec<Event<Test>> {
	let of_ours = |event| {
		if let RuntimeEvent::Operators(event) = event {
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
	events().pop().expect("there was one")
}

/// Sets up a test, runs it, and checks every invariant after it.
#[derive(Default)]
pub struct TestExt {
	parameters: ParametersRecord,
}

impl TestExt {
	pub fn parameters(parameters: ParametersRecord) -> Self {
		Self { parameters }
	}

	pub fn build(self) -> sp_io::TestExternalities {
		let genesis = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: [ALICE, BOB, CHARLIE].map(|who| (who, ENDOWMENT)).to_vec(),
				..Default::default()
			},
			operators: GenesisConfig {
				parameters: self.parameters,
				..Default::default()
			},
			..Default::default()
		};
		Slashed::set(0);
		let mut ext: sp_io::TestExternalities = genesis.build_storage().expect("a valid genesis").into();
		ext.execute_with(|| {
			System::set_block_number(1);
			MockClock::advance(START);
			MockPrices::set(Price::from_u32(1));
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

/// What `try_state` checks, and that no BCT was lost or made.
pub fn check_invariants() {
	assert_ok!(Operators::do_try_state());
	assert_eq!(Balances::total_issuance() + Slashed::get(), 3 * ENDOWMENT);
}
