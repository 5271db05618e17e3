//! A runtime with everything that the pallet touches, wired as the real one is.

use crate as pallet_emissions;
use crate::*;
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{
		fungible::{Balanced, Inspect, Mutate},
		tokens::{Fortitude, Precision, Preservation},
		ConstU128, OnPoll, OnUnbalanced,
	},
	weights::{Weight, WeightMeter},
	PalletId,
};
use frame_system::EnsureRoot;
use millpond_primitives::{Balance, EpochIndex, Minute, Moment, Price, BCT, MINUTE, SECOND};
use millpond_traits::{
	mocks::{MockAgenda, MockPrices},
	Clock, Emissions as _,
};
use sp_runtime::{traits::IdentityLookup, BuildStorage, FixedU128};
use sp_staking::EraPayout;

/// Wide enough to tell the pots apart.
pub type AccountId = u128;
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
	pub type Timestamp = pallet_timestamp::Pallet<Test>;
	#[runtime::pallet_index(2)]
	pub type Balances = pallet_balances::Pallet<Test>;
	#[runtime::pallet_index(3)]
	pub type Emissions = pallet_emissions::Pallet<Test>;
}

pub const EXISTENTIAL_DEPOSIT: Balance = BCT / 100;

/// Has all that is issued at genesis but for the pots' deposits.
pub const ALICE: AccountId = 1;
/// Holds a GPU.
pub const HOLDER: AccountId = 2;
/// The treasury.
pub const TREASURY: AccountId = 3;

pub const PREMINE: Balance = 400_000_000 * BCT;

/// When the tests begin: 2027, half a minute after a minute's start.
pub const START: Moment = 1_800_000_030 * SECOND;

/// The market minute of the first block.
pub const ORIGIN: Minute = 30_000_000;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {
	type OnTimestampSet = Emissions;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
}

parameter_types! {
	pub static Halted: bool = false;
	pub static LeastReferencePrice: FixedU128 = FixedU128::from_u32(0);
	pub static ClosesPerBlock: u64 = 4;
	/// For so many epochs.
	pub MaxClockWeight: Weight = <() as WeightInfo>::pass_minutes()
		.saturating_add(<() as WeightInfo>::close_epoch())
		.saturating_mul(ClosesPerBlock::get());
	pub const SupplyCap: Balance = 1_000_000_000 * BCT;
	pub const Treasury: AccountId = TREASURY;
	pub const EmissionsPalletId: PalletId = PalletId(*b"test/emi");
}

impl Config for Test {
	type Bct = Balances;
	type Time = Timestamp;
	type Prices = MockPrices;
	type Agenda = MockAgenda;
	type Halted = Halted;
	type LeastReferencePrice = LeastReferencePrice;
	type MaxClockWeight = MaxClockWeight;
	type SupplyCap = SupplyCap;
	type Treasury = Treasury;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type PalletId = EmissionsPalletId;
	type WeightInfo = ();
}

pub fn now() -> Moment {
	Timestamp::get()
}

/// Makes a block at `moment`, which has `weight` left for its hooks.
pub fn block_with_weight(moment: Moment, weight: Weight) {
	System::set_block_number(System::block_number() + 1);
	Timestamp::set_timestamp(moment);
	<Emissions as OnPoll<u64>>::on_poll(System::block_number(), &mut WeightMeter::with_limit(weight));
}

/// Makes a block `after` milliseconds later.
pub fn block(after: Moment) {
	block_with_weight(now() + after, Weight::MAX);
}

/// Lets `minutes` pass with a block in each, all of them in time.
pub fn pass(minutes: Minute) {
	(0..minutes).for_each(|_| block(MINUTE));
}

/// Makes no block for `minutes`, then blocks 3 seconds apart until the market minute has caught up. How many it took.
pub fn outage(minutes: Minute) -> u32 {
	block(Moment::from(minutes) * MINUTE);
	let mut blocks = 1;
	while Emissions::market_time().expect("time has begun").minute < Emissions::wall_minute() {
		block(3 * SECOND);
		blocks += 1;
	}
	blocks
}

/// Lets the open epoch close, with blocks 2 minutes apart, which is not too far.
pub fn close_epoch() -> EpochSummary {
	let open = Emissions::epoch();
	while Emissions::epoch() == open {
		block(2 * MINUTE);
	}
	Emissions::summary(open).expect("it has just closed")
}

pub fn bct(who: AccountId) -> Balance {
	Balances::balance(&who)
}

pub fn totals() -> TotalsRecord {
	Totals::<Test>::get()
}

/// Burns `amount` of Alice's as the sale of Data Credits does.
pub fn burn(amount: Balance) {
	let credit = <Balances as Balanced<AccountId>>::withdraw(
		&ALICE,
		amount,
		Precision::Exact,
		Preservation::Preserve,
		Fortitude::Polite,
	);
	Emissions::on_unbalanced(credit.expect("Alice has it"));
	Burned::mutate(|burned| *burned += amount);
}

/// Ends an era: what staking may mint for it.
pub fn end_era() -> Balance {
	let (payout, remainder) = Emissions::era_payout(0, Balances::total_issuance(), 0);
	assert_eq!(remainder, 0);
	payout
}

/// Mints `amount` of what an era pays, as staking does when it is asked to.
pub fn stake_reward(amount: Balance) {
	assert_ok!(Balances::mint_into(&ALICE, amount));
	Staked::mutate(|staked| *staked += amount);
}

/// Spends `credits` on a pool at once.
pub fn spend(credits: Balance) {
	use millpond_math::streams::Upper;
	let spent: Result<(), sp_runtime::DispatchError> =
		Emissions::with_network(|network| network.lump(credits).map_err(|_| sp_runtime::DispatchError::Corruption));
	assert_ok!(spent);
}

/// The events of this pallet so far.
pub fn events() -> Vec<Event<Test>> {
	let of_ours = |event| {
		if let RuntimeEvent::Emissions(event) = event {
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

parameter_types! {
	/// What tests have burned of Alice's.
	pub static Burned: Balance = 0;
	/// What staking has minted.
	pub static Staked: Balance = 0;
}

/// Sets up a test, runs it, and checks every invariant after it.
pub struct TestExt {
	pub genesis: GenesisConfig<Test>,
	price: Option<Price>,
}

impl Default for TestExt {
	/// The public chain's genesis at $1 a BCT, in its first block.
	fn default() -> Self {
		Self {
			genesis: GenesisConfig::default(),
			price: Some(Price::from_u32(1)),
		}
	}
}

impl TestExt {
	/// Epochs of `minutes`.
	pub fn epoch_length(mut self, minutes: Minute) -> Self {
		self.genesis.epoch_length = minutes.try_into().expect("in range");
		self
	}

	/// There has been no price yet.
	pub fn without_price(self) -> Self {
		Self { price: None, ..self }
	}

	/// Before the first block.
	pub fn build_genesis(self) -> sp_io::TestExternalities {
		let pots = [Emissions::rewards_pot(), Emissions::validators_pot()];
		let balances = pots
			.map(|pot| (pot, EXISTENTIAL_DEPOSIT))
			.into_iter()
			.chain([(ALICE, PREMINE - 2 * EXISTENTIAL_DEPOSIT)]);
		let genesis = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: balances.collect(),
				..Default::default()
			},
			emissions: self.genesis,
			..Default::default()
		};
		Halted::set(false);
		LeastReferencePrice::set(FixedU128::from_u32(0));
		ClosesPerBlock::set(4);
		Burned::set(0);
		Staked::set(0);
		let mut ext: sp_io::TestExternalities = genesis.build_storage().expect("a valid genesis").into();
		ext.execute_with(|| {
			if let Some(price) = self.price {
				MockPrices::set(price);
			}
		});
		ext
	}

	pub fn build(self) -> sp_io::TestExternalities {
		let mut ext = self.build_genesis();
		ext.execute_with(|| block_with_weight(START, Weight::MAX));
		ext
	}

	pub fn execute_with(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			check_invariants();
		});
	}
}

/// What `try_state` checks, and what only this runtime can: issuance = premine + minted − burned.
pub fn check_invariants() {
	assert_ok!(Emissions::do_try_state());
	let totals = totals();
	let minted = totals.rewards + totals.validators + totals.treasury;
	assert_eq!(
		Balances::total_issuance() + Burned::get() + totals.withdrawn,
		PREMINE + minted + Staked::get(),
		"BCT were lost or made"
	);
	assert!(Staked::get() <= totals.withdrawn);
	assert_eq!(totals.reminted + Burns::<Test>::get().outstanding(), Burned::get());
}

/// What the schedule has for the minutes `[from, to)` since genesis.
pub fn scheduled(from: Minute, to: Minute) -> Balance {
	millpond_math::schedule::emitted(&DEFAULT_SCHEDULE, from, to).expect("in order")
}

pub fn summary(epoch: EpochIndex) -> EpochSummary {
	Emissions::summary(epoch).expect("an epoch of late")
}
