#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// Bonds are kept here and a panic would stop the chain.
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::cast_possible_truncation,
		clippy::expect_used,
		clippy::float_arithmetic,
		clippy::indexing_slicing,
		clippy::unwrap_used
	)
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bonds;
mod compensation;
mod duties;
#[cfg(test)]
mod mock;
mod registration;
mod reputation;
mod shortfalls;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "std", feature = "try-runtime"))]
mod try_state;
mod types;
mod views;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[allow(clippy::cast_possible_truncation, clippy::expect_used)] // In what the attribute writes.
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, fungible::Credit, OnUnbalanced},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use millpond_math::window::Window;
	use millpond_primitives::{Balance, Credits, Minute, OperatorId};
	use millpond_traits::{Clock, Deeds, OnSuspension, Prices};

	/// The storage version of this pallet.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// BCT: what bonds are in.
		type Bct: fungible::Mutate<Self::AccountId, Balance = Balance> + fungible::Balanced<Self::AccountId>;

		/// The NFTs that operators are. Nobody but this pallet mints or burns them.
		type Deeds: Deeds<Self::AccountId>;

		/// Market time, by which bonds come free and compensations are due.
		type Clock: Clock;

		/// The price of BCT, at which duties are taken on, bonds are reviewed and compensations are paid.
		type Prices: Prices;

		/// Told of operators that are suspended because their bond is short. `()` has no pools.
		type Pools: OnSuspension;

		/// Gets what slashes take. `()` burns it.
		type OnSlash: OnUnbalanced<Credit<Self::AccountId, Self::Bct>>;

		/// What an operator's storage costs, in plancks, those of its NFT included. At least the existential deposit.
		#[pallet::constant]
		type Deposit: Get<Balance>;

		/// Who may set the parameters.
		type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The weights of this pallet.
		type WeightInfo: WeightInfo;
	}

	/// What governance has set.
	#[pallet::storage]
	pub type Parameters<T> = StorageValue<_, ParametersRecord, ValueQuery>;

	/// The operator that will be registered next.
	#[pallet::storage]
	pub type NextOperator<T> = StorageValue<_, OperatorId, ValueQuery>;

	/// The bonds of all operators.
	#[pallet::storage]
	pub type Bonds<T> = StorageMap<_, Twox64Concat, OperatorId, BondRecord, OptionQuery>;

	/// How operators present themselves.
	#[pallet::storage]
	pub type Profiles<T> = StorageMap<_, Twox64Concat, OperatorId, Profile, OptionQuery>;

	/// What is remembered of operators.
	#[pallet::storage]
	pub type Reputations<T> = StorageMap<_, Twox64Concat, OperatorId, ReputationRecord, OptionQuery>;

	/// What compensation has taken of bonds, by the day. Only of operators that have paid some.
	#[pallet::storage]
	pub type Payments<T> = StorageMap<_, Twox64Concat, OperatorId, Window<PAYMENT_DAYS>, ValueQuery>;

	/// The compensations that wait, by their numbers.
	#[pallet::storage]
	pub type Compensations<T: Config> = StorageMap<_, Twox64Concat, u64, CompensationRecord<T::AccountId>, OptionQuery>;

	/// Which numbers these are.
	#[pallet::storage]
	pub type Queue<T> = StorageValue<_, QueueRecord, ValueQuery>;

	/// How many operators are called, and how many suspended.
	#[pallet::storage]
	pub type Short<T> = StorageValue<_, ShortRecord, ValueQuery>;

	/// How far the day's review of bonds is.
	#[pallet::storage]
	pub type Reviews<T> = StorageValue<_, ReviewRecord, ValueQuery>;

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// What governance may change later.
		pub parameters: ParametersRecord,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			Parameters::<T>::put(self.parameters);
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Somebody became an operator.
		Registered {
			/// Its NFT.
			operator: OperatorId,
			/// Who holds that.
			holder: T::AccountId,
			/// What it answers with, in plancks.
			bond: Balance,
		},
		/// An operator presents itself anew.
		ProfileSet {
			/// Which one.
			operator: OperatorId,
			/// How.
			profile: Profile,
		},
		/// A bond was raised.
		BondRaised {
			/// Whose.
			operator: OperatorId,
			/// By how many plancks.
			amount: Balance,
		},
		/// An operator's free bond was drawn on for its duties: what answered for them was worth too little.
		DutyBondRaised {
			/// Whose.
			operator: OperatorId,
			/// What is to answer for its duties now, in plancks.
			amount: Balance,
		},
		/// An operator is called: its bond does not cover its duties, or is worth too little for them.
		BondCalled {
			/// Which one.
			operator: OperatorId,
			/// By how many plancks the bond has to be raised, as far as is known now.
			missing: Balance,
			/// The market minute from which its GPUs sell no new time and earn no availability otherwise.
			until: Minute,
		},
		/// An operator was called for too long: its GPUs sell no new time and earn no availability.
		Suspended {
			/// Which one.
			operator: OperatorId,
		},
		/// An operator's bond suffices again: it is called no more, and its GPUs sell again if it was suspended.
		BondSuffices {
			/// Which one.
			operator: OperatorId,
		},
		/// A part of a bond began to come free.
		Unbonding {
			/// Whose.
			operator: OperatorId,
			/// How many plancks.
			amount: Balance,
			/// The market minute from which they may be withdrawn.
			due: Minute,
		},
		/// What had come free of a bond was paid to the holder.
		Withdrawn {
			/// Whose bond.
			operator: OperatorId,
			/// The holder.
			to: T::AccountId,
			/// How many plancks.
			amount: Balance,
		},
		/// An operator is one no more.
		Retired {
			/// Which one.
			operator: OperatorId,
			/// Who held its NFT.
			holder: T::AccountId,
			/// What he got back, in plancks: the deposit and what was left of the bond.
			amount: Balance,
		},
		/// A part of a bond was taken as a punishment.
		Slashed {
			/// Whose.
			operator: OperatorId,
			/// How many plancks.
			amount: Balance,
		},
		/// An operator owes a customer a compensation.
		CompensationOwed {
			/// Who owes it.
			operator: OperatorId,
			/// To whom.
			to: T::AccountId,
			/// Its worth in DC.
			credits: Credits,
			/// The market minute from which it is paid.
			due: Minute,
		},
		/// A compensation was settled.
		CompensationSettled {
			/// Who owed it.
			operator: OperatorId,
			/// To whom.
			to: T::AccountId,
			/// Its worth in DC.
			credits: Credits,
			/// What was paid, in plancks.
			paid: Balance,
			/// What is not paid and void, in plancks: it exceeds what may be taken of the bond in 30 days.
			void: Balance,
		},
		/// Governance set the parameters.
		ParametersSet {
			/// All of them, as they are now.
			parameters: ParametersRecord,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such operator.
		UnknownOperator,
		/// Only who holds the operator's NFT may do this.
		NotHolder,
		/// The name is empty.
		NameMissing,
		/// A line of the profile is not UTF-8 text.
		NotText,
		/// The region is neither a country like `DE` nor a part of one like `US-CA`.
		NotARegion,
		/// The bond would be below the minimum. All of it may be unbonded if it answers for nothing.
		BondTooSmall,
		/// So much of the bond does not come free: it answers for duties, or is unbonding already.
		BondNotFree,
		/// There is no price at which the bond of a duty could be reckoned: minting is halted. Wait until it is open.
		NoPrice,
		/// Nothing is to be unbonded.
		NothingToUnbond,
		/// Too many parts of the bond are unbonding. Withdraw what is due, or wait.
		TooManyChunks,
		/// No part of the bond has come free.
		NothingDue,
		/// The operator still hosts GPUs or manages pools.
		HasDuties,
		/// There is still something bonded, or unbonding and not due.
		StillBonded,
		/// The operator still owes compensation.
		OwesCompensation,
		/// An amount or a number cannot be counted.
		Overflow,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Makes the caller an operator: mints him its NFT and bonds BCT.
		///
		/// Signed. `bond` is in plancks and at least the minimum; a deposit for the storage comes on top of it. Both are
		/// kept in an account that belongs to the NFT, and go with it to whoever buys it.
		///
		/// Errors: [`BondTooSmall`](Error::BondTooSmall), those of [`set_profile`](Self::set_profile) and of the BCT ledger.
		/// Emits [`Registered`](Event::Registered).
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register())]
		pub fn register(origin: OriginFor<T>, profile: Profile, #[pallet::compact] bond: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_register(&who, profile, bond).map(drop)
		}

		/// Replaces the profile.
		///
		/// Signed by the holder of the operator's NFT.
		///
		/// Errors: [`NameMissing`](Error::NameMissing), [`NotText`](Error::NotText), [`NotARegion`](Error::NotARegion),
		/// [`NotHolder`](Error::NotHolder), [`UnknownOperator`](Error::UnknownOperator). Emits
		/// [`ProfileSet`](Event::ProfileSet).
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_profile())]
		pub fn set_profile(
			origin: OriginFor<T>,
			#[pallet::compact] operator: OperatorId,
			profile: Profile,
		) -> DispatchResult {
			Self::ensure_holder(origin, operator)?;
			Self::do_set_profile(operator, profile)
		}

		/// Raises the bond.
		///
		/// Signed by the holder of the operator's NFT, who pays `amount` plancks. If the operator was called, and the bond
		/// suffices now, that ends at once, and so does its being suspended.
		///
		/// Errors: [`NotHolder`](Error::NotHolder), [`UnknownOperator`](Error::UnknownOperator), and those of the BCT
		/// ledger. Emits [`BondRaised`](Event::BondRaised), and those of [`review_bond`](Self::review_bond).
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::bond_more())]
		pub fn bond_more(
			origin: OriginFor<T>,
			#[pallet::compact] operator: OperatorId,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let holder = Self::ensure_holder(origin, operator)?;
			Self::do_bond_more(&holder, operator, amount)
		}

		/// Begins to unbond `amount` plancks that answer for no duty.
		///
		/// Signed by the holder of the operator's NFT. They may be withdrawn after the unbonding time; until then a slash
		/// reaches them. What stays is at least the minimum, or nothing, if there are no duties. The bond is reviewed first: what
		/// the duties need at the present price is not free.
		///
		/// Errors: [`BondNotFree`](Error::BondNotFree), [`BondTooSmall`](Error::BondTooSmall),
		/// [`NothingToUnbond`](Error::NothingToUnbond), [`TooManyChunks`](Error::TooManyChunks),
		/// [`NotHolder`](Error::NotHolder), [`UnknownOperator`](Error::UnknownOperator). Emits
		/// [`Unbonding`](Event::Unbonding).
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::unbond())]
		pub fn unbond(
			origin: OriginFor<T>,
			#[pallet::compact] operator: OperatorId,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			Self::ensure_holder(origin, operator)?;
			Self::do_unbond(operator, amount)
		}

		/// Pays what has come free of a bond to whoever holds the operator's NFT.
		///
		/// Signed by anyone.
		///
		/// Errors: [`NothingDue`](Error::NothingDue), [`UnknownOperator`](Error::UnknownOperator), and those of the BCT
		/// ledger. Emits [`Withdrawn`](Event::Withdrawn).
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>, #[pallet::compact] operator: OperatorId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_withdraw(operator)
		}

		/// Ends an operator: burns its NFT and pays what is left to the holder, the deposit included.
		///
		/// Signed by the holder of the operator's NFT. It has no duties, owes no compensation, and all of its bond was
		/// unbonded and is due.
		///
		/// Errors: [`HasDuties`](Error::HasDuties), [`OwesCompensation`](Error::OwesCompensation),
		/// [`StillBonded`](Error::StillBonded), [`NotHolder`](Error::NotHolder),
		/// [`UnknownOperator`](Error::UnknownOperator), and those of the BCT ledger. Emits [`Retired`](Event::Retired).
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::retire())]
		pub fn retire(origin: OriginFor<T>, #[pallet::compact] operator: OperatorId) -> DispatchResult {
			let holder = Self::ensure_holder(origin, operator)?;
			Self::do_retire(holder, operator)
		}

		/// Sets all parameters at once.
		///
		/// [`Config::GovernanceOrigin`]. What is unbonding or owed already keeps its time. A value out of its range cannot
		/// be decoded, so that no origin can set one. Emits [`ParametersSet`](Event::ParametersSet).
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::set_parameters())]
		pub fn set_parameters(origin: OriginFor<T>, parameters: ParametersRecord) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Parameters::<T>::put(parameters);
			Self::deposit_event(Event::ParametersSet { parameters });
			Ok(())
		}

		/// Reviews an operator's bond now, as it is reviewed once a day.
		///
		/// Signed by anyone. What answers for the operator's duties is first raised from its free bond, if it is worth less than
		/// 70% of what they ask in dollars. An operator whose bond is then less than what answers for them, or worth less than
		/// that, is called; one that has been called for 14 days, excused time apart, is suspended; both end when the bond
		/// suffices. Without a usable price only what does not depend on it happens.
		///
		/// Errors: [`UnknownOperator`](Error::UnknownOperator). Emits [`DutyBondRaised`](Event::DutyBondRaised),
		/// [`BondCalled`](Event::BondCalled), [`Suspended`](Event::Suspended) or [`BondSuffices`](Event::BondSuffices), or
		/// nothing if nothing changes.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::review_bond())]
		pub fn review_bond(origin: OriginFor<T>, #[pallet::compact] operator: OperatorId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_review(operator)
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Pays a few compensations that are due, and reviews a few bonds, in every block.
		fn on_poll(_: BlockNumberFor<T>, meter: &mut WeightMeter) {
			Self::settle_due(COMPENSATIONS_A_BLOCK, meter);
			Self::review_due(REVIEWS_A_BLOCK, meter);
		}

		/// Pays and reviews as many more as the block has room for.
		fn on_idle(_: BlockNumberFor<T>, limit: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(limit);
			Self::settle_due(u32::MAX, &mut meter);
			Self::review_due(u32::MAX, &mut meter);
			meter.consumed()
		}

		fn integrity_test() {
			assert!(
				T::Deposit::get() >= <T::Bct as fungible::Inspect<_>>::minimum_balance(),
				"a slash would kill the account of a bond: the deposit is below the existential one"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// What there is to know about an operator. None if there is no such one.
		pub fn operator_summary(operator: OperatorId) -> Option<OperatorSummary<T::AccountId>> {
			Self::do_operator_summary(operator)
		}

		/// How many plancks a bond of `credits` DC is asked in now. None while there is no price for it.
		pub fn bond_for(credits: Credits) -> Option<Balance> {
			Self::do_bond_for(credits)
		}

		/// How an operator served. None if there is no such one.
		pub fn reputation(operator: OperatorId) -> Option<Reputation> {
			Self::do_reputation(operator)
		}
	}
}
