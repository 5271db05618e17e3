//! A runtime with everything that the pallet touches, wired as the real one is.

use crate as pallet_data_credits;
use crate::*;
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{
		fungible::{Credit, HoldConsideration},
		fungibles::{metadata::Inspect as _, Inspect as _},
		AsEnsureOriginWithArg, ConstU128, ConstU32, ConstU8, Hooks, Imbalance, LinearStoragePrice, OnUnbalanced,
		SortedMembers,
	},
	weights::{ConstantMultiplier, Weight},
	PalletId,
};
use frame_system::{EnsureNever, EnsureRoot};
use millpond_primitives::{Balance, Credits, Minute, Moment, OracleKey, Price, BCT, DC_ASSET, HOUR, MINUTE, SECOND};
use sp_runtime::BuildStorage;

pub type AccountId = u64;
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
	pub type TransactionPayment = pallet_transaction_payment::Pallet<Test>;
	// Without its calls, as in the real runtime.
	#[runtime::pallet_index(4)]
	#[runtime::disable_call]
	pub type Assets = pallet_assets::Pallet<Test>;
	#[runtime::pallet_index(5)]
	pub type Oracle = pallet_oracle::Pallet<Test>;
	#[runtime::pallet_index(6)]
	pub type DataCredits = pallet_data_credits::Pallet<Test>;
}

pub const EXISTENTIAL_DEPOSIT: Balance = BCT / 1_000;

/// Has a million BCT.
pub const ALICE: AccountId = 1;
/// A payment processor. Has a million BCT.
pub const PROCESSOR: AccountId = 2;
/// Has nothing.
pub const BOB: AccountId = 3;
/// The escrow of a pallet. Has nothing.
pub const ESCROW: AccountId = 4;
/// Feeders are accounts from here on.
pub const FIRST_FEEDER: AccountId = 100;

/// When the tests begin: 2027, at the start of an hour.
pub const START: Moment = 500_000 * HOUR;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Balance = Credits;
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureNever<AccountId>>;
	type ForceOrigin = EnsureNever<AccountId>;
	type MetadataDepositBase = ConstU128<0>;
	type MetadataDepositPerByte = ConstU128<0>;
	type AssetDeposit = ConstU128<0>;
	type AssetAccountDeposit = ConstU128<0>;
	type ApprovalDeposit = ConstU128<0>;
}

parameter_types! {
	pub static FeesCollected: Balance = 0;
	pub static BurnNoted: Balance = 0;
	pub static Feeders: Vec<AccountId> = vec![];
	pub const OraclePalletId: PalletId = PalletId(*b"test/orc");
	pub const CreditsPalletId: PalletId = PalletId(*b"test/dcr");
	pub const ReferenceReason: RuntimeHoldReason = RuntimeHoldReason::DataCredits(HoldReason::Reference);
	pub const DepositBase: Balance = BCT / 100;
	pub const DepositPerByte: Balance = BCT / 10_000;
}

/// Keeps what is paid in BCT.
pub struct CollectFees;
impl OnUnbalanced<Credit<AccountId, Balances>> for CollectFees {
	fn on_nonzero_unbalanced(fee: Credit<AccountId, Balances>) {
		FeesCollected::mutate(|sum| *sum += fee.peek());
	}
}

/// Notes what is burned, and burns it.
pub struct NoteBurn;
impl OnUnbalanced<Credit<AccountId, Balances>> for NoteBurn {
	fn on_nonzero_unbalanced(burned: Credit<AccountId, Balances>) {
		BurnNoted::mutate(|sum| *sum += burned.peek());
	}
}

impl pallet_transaction_payment::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = FeesInCredits<CollectFees>;
	type WeightToFee = ConstantMultiplier<Balance, ConstU128<1_000>>;
	type LengthToFee = ConstantMultiplier<Balance, ConstU128<1_000_000>>;
	type FeeMultiplierUpdate = ();
	type OperationalFeeMultiplier = ConstU8<1>;
	type WeightInfo = ();
}

impl SortedMembers<AccountId> for Feeders {
	fn sorted_members() -> Vec<AccountId> {
		Self::get()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn add(feeder: &AccountId) {
		Self::mutate(|feeders| {
			feeders.push(*feeder);
			feeders.sort();
		});
	}
}

impl pallet_oracle::Config for Test {
	type OnNewData = DataCredits;
	type CombineData = DataCredits;
	type Time = Timestamp;
	type OracleKey = OracleKey;
	type OracleValue = Price;
	type PalletId = OraclePalletId;
	type Members = Feeders;
	type WeightInfo = FeedWeight<Test, ()>;
	type MaxHasDispatchedSize = ConstU32<16>;
	type MaxFeedValues = ConstU32<1>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

impl Config for Test {
	type Bct = Balances;
	type Assets = Assets;
	type OnBurn = NoteBurn;
	type Feeds = OracleFeeds<Test>;
	type MaxFeeders = ConstU32<16>;
	type Time = Timestamp;
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		ReferenceReason,
		LinearStoragePrice<DepositBase, DepositPerByte, Balance>,
	>;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type PalletId = CreditsPalletId;
	type WeightInfo = ();
}

/// A price in dollars.
pub fn usd(dollars: u32) -> Price {
	Price::from_u32(dollars)
}

/// A price in cents.
pub fn cents(cents: u32) -> Price {
	Price::from_rational(cents.into(), 100)
}

pub fn now() -> Moment {
	Timestamp::get()
}

pub fn minute() -> Minute {
	(now() / MINUTE) as Minute
}

/// Makes a block without transactions, `after` milliseconds later, with `idle` weight left.
pub fn pass_with_idle(after: Moment, idle: Weight) {
	let number = System::block_number();
	Oracle::on_finalize(number);
	DataCredits::on_idle(number, idle);
	System::set_block_number(number + 1);
	Timestamp::set_timestamp(now() + after);
}

/// Makes a block without transactions, `after` milliseconds later.
pub fn pass(after: Moment) {
	pass_with_idle(after, Weight::MAX);
}

/// Has one feeder, counted from 0, send `price`.
pub fn feed_one(feeder: u64, price: Price) {
	let values = vec![(OracleKey::BctUsd, price)].try_into().expect("one value");
	assert_ok!(Oracle::feed_values(
		RuntimeOrigin::signed(FIRST_FEEDER + feeder),
		values
	));
}

/// Makes a block, a second later, in which all feeders send `price`.
pub fn feed(price: Price) {
	pass(SECOND);
	(0..Feeders::get().len() as u64).for_each(|feeder| feed_one(feeder, price));
}

/// Lets `time` pass with all feeders sending `price` every minute, the last time at its end.
pub fn hold(price: Price, time: Moment) {
	let end = now() + time;
	while now() < end {
		pass((end - now()).min(MINUTE) - 1);
		pass(1);
		(0..Feeders::get().len() as u64).for_each(|feeder| feed_one(feeder, price));
	}
}

pub fn bct(who: AccountId) -> Balance {
	Balances::free_balance(who)
}

pub fn credits(who: AccountId) -> Credits {
	Assets::balance(DC_ASSET, who)
}

/// The events of this pallet so far.
pub fn events() -> Vec<Event<Test>> {
	let of_ours = |event| {
		if let RuntimeEvent::DataCredits(event) = event {
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

/// Gives Data Credits to `who`, bought with Alice's BCT at the present price.
pub fn give(who: AccountId, credits: Credits) {
	let price = <DataCredits as millpond_traits::Prices>::for_mint().expect("minting is open");
	let amount = millpond_math::price::bct_owed(credits, price).expect("in range");
	assert_ok!(DataCredits::do_burn(&ALICE, &who, amount, credits, None));
}

/// Sets up a test, runs it, and checks every invariant after it.
pub struct TestExt {
	feeders: u64,
	parameters: ParametersRecord,
	price: Option<Price>,
}

impl Default for TestExt {
	/// Seven feeders that have all sent $2, and the default parameters.
	fn default() -> Self {
		Self {
			feeders: 7,
			parameters: ParametersRecord::default(),
			price: Some(usd(2)),
		}
	}
}

impl TestExt {
	pub fn feeders(self, feeders: u64) -> Self {
		Self { feeders, ..self }
	}

	/// The price that all feeders send at first.
	pub fn price(self, price: Price) -> Self {
		Self {
			price: Some(price),
			..self
		}
	}

	/// No feeder has sent a price yet.
	pub fn without_price(self) -> Self {
		Self { price: None, ..self }
	}

	/// At most so many dollars an hour.
	pub fn hourly_cap(mut self, dollars: Credits) -> Self {
		let cap = dollars * millpond_primitives::CREDITS_PER_USD;
		self.parameters.hourly_cap = cap.try_into().expect("in range");
		self
	}

	pub fn build(self) -> sp_io::TestExternalities {
		let genesis = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: vec![(ALICE, 1_000_000 * BCT), (PROCESSOR, 1_000_000 * BCT)],
				..Default::default()
			},
			data_credits: GenesisConfig {
				parameters: self.parameters,
				..Default::default()
			},
			..Default::default()
		};
		FeesCollected::set(0);
		BurnNoted::set(0);
		Feeders::set((FIRST_FEEDER..FIRST_FEEDER + self.feeders).collect());
		let mut ext: sp_io::TestExternalities = genesis.build_storage().expect("a valid genesis").into();
		ext.execute_with(|| {
			System::set_block_number(1);
			Timestamp::set_timestamp(START);
			if let Some(price) = self.price {
				feed(price);
			}
		});
		ext
	}

	pub fn execute_with(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			let issued = Balances::total_issuance() + FeesCollected::get();
			test();
			check_invariants();
			// The fees that were collected have been dropped, too.
			let burned = Totals::<Test>::get().burned;
			assert_eq!(BurnNoted::get(), burned);
			assert_eq!(
				Balances::total_issuance() + FeesCollected::get() + burned,
				issued,
				"BCT were lost or made"
			);
		});
	}
}

/// What `try_state` checks, and what only this runtime can: that the supply is the sum of all balances.
pub fn check_invariants() {
	assert_ok!(DataCredits::do_try_state());
	let balances = pallet_assets::Account::<Test>::iter_prefix(DC_ASSET);
	let sum: Credits = balances.map(|(_, account)| account.balance).sum();
	assert_eq!(
		Assets::total_issuance(DC_ASSET),
		sum,
		"DC supply is not the sum of all balances"
	);
	assert_eq!(Assets::decimals(DC_ASSET), 5);
}
