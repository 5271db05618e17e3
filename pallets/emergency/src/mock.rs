//! A chain with the pallet, pauses and safe mode.

use crate as pallet_emergency;
use frame_support::{
	derive_impl, parameter_types,
	traits::{ConstU32, ConstU64, InsideBoth, Nothing},
	BoundedVec,
};
use frame_system::{EnsureRoot, EnsureSignedBy};
use pallet_tx_pause::RuntimeCallNameOf;
use sp_runtime::BuildStorage;

type Block = frame_system::mocking::MockBlock<Test>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeTask,
		RuntimeHoldReason,
		RuntimeFreezeReason
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type TxPause = pallet_tx_pause;
	#[runtime::pallet_index(3)]
	pub type SafeMode = pallet_safe_mode;
	#[runtime::pallet_index(4)]
	pub type Emergency = pallet_emergency;
}

pub const COMMITTEE: u64 = 7;
pub const DURATION: u64 = 10;
pub const REST: u64 = 100;
pub const MAX_PAUSES: u32 = 3;

parameter_types! {
	pub const Committee: u64 = COMMITTEE;
	pub const NoAmount: Option<u64> = None;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<u64>;
	type BaseCallFilter = InsideBoth<SafeMode, TxPause>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
}

impl pallet_tx_pause::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PauseOrigin = EnsureRoot<u64>;
	type UnpauseOrigin = EnsureRoot<u64>;
	type WhitelistedCalls = Nothing;
	type MaxNameLen = ConstU32<64>;
	type WeightInfo = ();
}

impl pallet_safe_mode::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WhitelistedCalls = Nothing;
	type EnterDuration = ConstU64<DURATION>;
	type ExtendDuration = ConstU64<DURATION>;
	type EnterDepositAmount = NoAmount;
	type ExtendDepositAmount = NoAmount;
	type ForceEnterOrigin = frame_system::EnsureRootWithSuccess<u64, ConstU64<DURATION>>;
	type ForceExtendOrigin = frame_system::EnsureRootWithSuccess<u64, ConstU64<DURATION>>;
	type ForceExitOrigin = EnsureRoot<u64>;
	type ForceDepositOrigin = EnsureRoot<u64>;
	type Notify = ();
	type ReleaseDelay = NoAmount;
	type WeightInfo = ();
}

impl pallet_emergency::Config for Test {
	type CommitteeOrigin = EnsureSignedBy<CommitteeMember, u64>;
	type CallName = RuntimeCallNameOf<Test>;
	type Pauser = TxPause;
	type SafeMode = SafeMode;
	type Duration = ConstU64<DURATION>;
	type Rest = ConstU64<REST>;
	type MaxPauses = ConstU32<MAX_PAUSES>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkCalls = NumberedCalls;
	type WeightInfo = ();
}

/// The account that stands for the committee.
pub struct CommitteeMember;

impl frame_support::traits::SortedMembers<u64> for CommitteeMember {
	fn sorted_members() -> Vec<u64> {
		vec![COMMITTEE]
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn add(_: &u64) {}
}

/// Names of calls that need not be there.
#[cfg(feature = "runtime-benchmarks")]
pub struct NumberedCalls;

#[cfg(feature = "runtime-benchmarks")]
impl sp_runtime::traits::Convert<u32, RuntimeCallNameOf<Test>> for NumberedCalls {
	fn convert(number: u32) -> RuntimeCallNameOf<Test> {
		call(&format!("call_{number}"))
	}
}

/// The name of a call of the balances pallet.
pub fn call(name: &str) -> RuntimeCallNameOf<Test> {
	let text = |text: &str| BoundedVec::try_from(text.as_bytes().to_vec()).expect("short");
	(text("Balances"), text(name))
}

pub fn externalities() -> sp_io::TestExternalities {
	let storage = frame_system::GenesisConfig::<Test>::default().build_storage();
	let mut externalities = sp_io::TestExternalities::new(storage.expect("an empty chain can begin"));
	externalities.execute_with(|| System::set_block_number(1));
	externalities
}

/// Runs a test on a new chain, and checks the invariants after it.
pub fn test(test: impl FnOnce()) {
	externalities().execute_with(|| {
		test();
		Emergency::do_try_state().expect("invariants hold");
	});
}

/// Goes on to a block.
pub fn run_to(block: u64) {
	use frame_support::traits::Hooks;

	while System::block_number() < block {
		System::set_block_number(System::block_number() + 1);
		SafeMode::on_initialize(System::block_number());
		Emergency::on_initialize(System::block_number());
		Emergency::do_try_state().expect("invariants hold");
	}
}
