//! A runtime with everything that the pallet touches, and operators and pools from the shelf.

use crate as pallet_gpus;
use crate::*;
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{
		fungible::{HoldConsideration, InspectHold},
		ConstU128, LinearStoragePrice,
	},
};
use frame_system::EnsureRoot;
use millpond_primitives::{Balance, Credits, GpuId, GpuModelId, Minute, OperatorId, BCT, CREDITS_PER_USD};
use millpond_traits::{
	mocks::{MockClock, MockDeeds, MockOnGpuStatus, MockOperators, MockProofs},
	Duty, GpuStatus,
};
use sp_runtime::BuildStorage;
use std::collections::BTreeMap;

pub type AccountId = u64;
pub type Deeds = MockDeeds<1>;
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
	pub type Gpus = pallet_gpus::Pallet<Test>;
}

/// Holds the operators [`MILL`] and [`POND`] at first.
pub const MILLER: AccountId = 1;
/// Holds [`RIVAL`].
pub const FISHER: AccountId = 2;
/// Owns GPUs.
pub const OWNER: AccountId = 3;
/// Buys them.
pub const BUYER: AccountId = 4;

pub const MILL: OperatorId = 11;
pub const POND: OperatorId = 12;
pub const RIVAL: OperatorId = 13;

/// What each operator answers with.
pub const OPERATOR_BOND: Balance = 10_000 * BCT;

/// A dollar in DC. The mock asks a BCT for it.
pub const USD: Credits = CREDITS_PER_USD;

/// A model with a bond of $100, at 4 DC and a weight of 8.
pub const REAL: GpuModelId = 0;
/// A simulated one with a bond of $10, at 1 DC and a weight of 3.
pub const SIMULATED: GpuModelId = 1;

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
	type ExistentialDeposit = ConstU128<{ BCT / 100 }>;
	type AccountStore = System;
}

parameter_types! {
	pub const ProposalReason: RuntimeHoldReason = RuntimeHoldReason::Gpus(HoldReason::Proposal);
	pub const DepositBase: Balance = BCT / 10;
	pub const DepositPerByte: Balance = BCT / 2_000;
}

impl Config for Test {
	type Deeds = Deeds;
	type Operators = MockOperators;
	type Pools = MockOnGpuStatus;
	type Proofs = MockProofs;
	type Clock = MockClock;
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		ProposalReason,
		LinearStoragePrice<DepositBase, DepositPerByte, Balance>,
	>;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type WeightInfo = ();
}

pub fn text<const LENGTH: u32>(text: &str) -> Text<LENGTH> {
	text.as_bytes().to_vec().try_into().expect("short")
}

pub fn model(price: u128, weight: u32, bond: Credits) -> Model {
	Model {
		name: text("H100 SXM"),
		vendor: text("NVIDIA"),
		memory: 81_920.try_into().expect("in range"),
		weight: weight.try_into().expect("in range"),
		reference_price: price.try_into().expect("in range"),
		bond: bond.try_into().expect("in range"),
	}
}

pub fn agreement(number: u8) -> Document {
	Document {
		uri: text(&format!("https://mill.example/hosting/{number}")),
		hash: [number; 32],
	}
}

pub fn papers() -> Papers {
	Papers {
		serial: text("1650922000123"),
		purchased: START,
		hosting: agreement(1),
		ownership: Document {
			uri: text("ipfs://contract"),
			hash: [2; 32],
		},
	}
}

pub fn device(number: u8) -> DeviceId {
	[number; 32]
}

/// Registers a GPU of [`REAL`] hosted by [`MILL`] and owned by [`OWNER`].
pub fn register(number: u8) -> GpuId {
	register_as(MILL, REAL, number)
}

pub fn register_as(operator: OperatorId, model: GpuModelId, number: u8) -> GpuId {
	let gpu = NextGpu::<Test>::get();
	let host = <MockOperators as millpond_traits::Operators<AccountId>>::holder(operator).expect("an operator");
	assert_ok!(Gpus::register(
		RuntimeOrigin::signed(host),
		operator,
		model,
		device(number),
		papers(),
		OWNER
	));
	gpu
}

pub fn record(gpu: GpuId) -> GpuRecord {
	GpuRecords::<Test>::get(gpu).expect("a GPU")
}

/// Lets attestation say how a GPU stands, now.
pub fn set_status(gpu: GpuId, status: GpuStatus) -> sp_runtime::DispatchResult {
	<Gpus as millpond_traits::GpuLifecycle>::set_status(gpu, status, now())
}

/// Has a GPU prove itself.
pub fn put_online(gpu: GpuId) {
	assert_ok!(set_status(gpu, GpuStatus::Probation));
	assert_ok!(set_status(gpu, GpuStatus::Online));
}

pub fn now() -> Minute {
	<MockClock as millpond_traits::Clock>::now()
}

pub fn attribute(gpu: GpuId, key: &str) -> Option<String> {
	Deeds::attribute(gpu, key.as_bytes()).map(|value| String::from_utf8(value).expect("text"))
}

/// What is held of `who` for a proposal.
pub fn held(who: AccountId) -> Balance {
	Balances::balance_on_hold(&ProposalReason::get(), &who)
}

/// The events of this pallet so far.
pub fn events() -> Vec<Event<Test>> {
	let of_ours = |event| {
		if let RuntimeEvent::Gpus(event) = event {
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
pub struct TestExt;

impl TestExt {
	pub fn build() -> sp_io::TestExternalities {
		let listed = |model: Model, simulated| GenesisModel {
			name: String::from_utf8(model.name.to_vec()).expect("text"),
			vendor: String::from_utf8(model.vendor.to_vec()).expect("text"),
			memory: model.memory,
			weight: model.weight,
			reference_price: model.reference_price,
			bond: model.bond,
			simulated,
		};
		let genesis = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: [MILLER, FISHER, OWNER, BUYER].map(|who| (who, 1_000 * BCT)).to_vec(),
				..Default::default()
			},
			gpus: GenesisConfig {
				models: vec![
					listed(model(4, 8, 100 * USD), false),
					listed(model(1, 3, 10 * USD), true),
				],
				..Default::default()
			},
			..Default::default()
		};
		let mut ext: sp_io::TestExternalities = genesis.build_storage().expect("a valid genesis").into();
		ext.execute_with(|| {
			System::set_block_number(1);
			MockClock::advance(START);
			for (operator, holder) in [(MILL, MILLER), (POND, MILLER), (RIVAL, FISHER)] {
				MockOperators::add(operator, &holder, OPERATOR_BOND);
			}
		});
		ext
	}

	pub fn execute_with(test: impl FnOnce()) {
		Self::build().execute_with(|| {
			test();
			check_invariants();
		});
	}
}

/// What a bond in DC is asked in.
pub fn plancks(credits: Credits) -> Balance {
	MockOperators::asked(Duty { credits, least: 0 })
}

/// What `try_state` checks, and that hosts answer with the sum of their GPUs' bonds, and deposits are held for what is
/// proposed.
pub fn check_invariants() {
	assert_ok!(Gpus::do_try_state());
	let mut duties = BTreeMap::<OperatorId, (u32, Balance)>::new();
	for record in GpuRecords::<Test>::iter_values() {
		let (count, bond) = duties.entry(record.operator).or_default();
		*count += 1;
		*bond += plancks(record.bond);
	}
	for operator in [MILL, POND, RIVAL] {
		let expected = duties.get(&operator).copied().unwrap_or_default();
		assert_eq!(MockOperators::duties(operator), expected, "duties of {operator}");
	}
	for who in [MILLER, FISHER, OWNER, BUYER] {
		let has_proposed = Proposals::<Test>::iter_values().any(|proposal| proposal.by == who);
		assert_eq!(held(who) > 0, has_proposed, "the deposit of {who}");
	}
}
