#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// Money is made here and a panic would stop the chain.
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

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod burns;
mod clock;
mod epochs;
mod excused;
#[cfg(test)]
mod mock;
mod pots;
mod rewards;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "std", feature = "try-runtime"))]
mod try_state;
mod types;
mod views;
pub mod weights;

pub use excused::{ExcusedTime, Span};
pub use pallet::*;
pub use rewards::StoredCheckpoints;
pub use types::*;
pub use weights::WeightInfo;

#[allow(clippy::cast_possible_truncation, clippy::expect_used)] // In what the attribute writes.
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, Time},
		weights::WeightMeter,
		PalletId,
	};
	use frame_system::pallet_prelude::*;
	use millpond_math::{
		schedule::Burned,
		streams::{Checkpoint, Network, NetworkIndex},
	};
	use millpond_primitives::{Balance, EpochIndex, Moment};
	use millpond_traits::{Agenda, Prices};
	use sp_runtime::FixedU128;

	/// The storage version of this pallet.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// BCT: what is minted.
		type Bct: fungible::Inspect<Self::AccountId, Balance = Balance>
			+ fungible::Mutate<Self::AccountId>
			+ fungible::Balanced<Self::AccountId>;

		/// The wall clock. This pallet has to be its `OnTimestampSet`.
		type Time: Time<Moment = Moment>;

		/// The price of BCT, by which rewards are capped.
		type Prices: Prices;

		/// What must be done in a minute before it may pass. `()` never holds the clock back.
		type Agenda: Agenda;

		/// Whether nobody can do what is due now: in safe mode and while migrating.
		type Halted: Get<bool>;

		/// The lowest reference price of all GPU models per unit of reward weight, in DC a minute, by which availability is
		/// capped. While it is zero, which is what `()` gives, availability earns nothing.
		type LeastReferencePrice: Get<FixedU128>;

		/// The most that a block spends on passing minutes: working off agendas and closing epochs.
		#[pallet::constant]
		type MaxClockWeight: Get<Weight>;

		/// What the supply at genesis and the schedule are together at most, in plancks.
		#[pallet::constant]
		type SupplyCap: Get<Balance>;

		/// The account of the treasury.
		type Treasury: Get<Self::AccountId>;

		/// Who may set the length of epochs and the parameters.
		type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Names the accounts of the pots. They have no keys.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// The weights of this pallet.
		type WeightInfo: WeightInfo;
	}

	/// The length of epochs until another is set.
	#[pallet::type_value]
	pub fn DefaultLength() -> EpochLength {
		DEFAULT_EPOCH_LENGTH
	}

	/// The budget of each year of the schedule, in plancks. Set at genesis.
	#[pallet::storage]
	pub type YearlyBudgets<T> = StorageValue<_, Schedule, ValueQuery>;

	/// What governance has set.
	#[pallet::storage]
	pub type Parameters<T> = StorageValue<_, ParametersRecord, ValueQuery>;

	/// The length of the epochs to come.
	#[pallet::storage]
	pub type NextEpochLength<T> = StorageValue<_, EpochLength, ValueQuery, DefaultLength>;

	/// The clock. None before the first block.
	#[pallet::storage]
	pub type ClockState<T> = StorageValue<_, ClockRecord, OptionQuery>;

	/// The minutes that are nobody's fault.
	#[pallet::storage]
	pub type Excused<T> = StorageValue<_, ExcusedTime, ValueQuery>;

	/// The reward streams of the network, with the open epoch. None before the first block.
	#[pallet::storage]
	pub type Streams<T> = StorageValue<_, Network, OptionQuery>;

	/// What pools still need of closed epochs. Removed as soon as none does.
	#[pallet::storage]
	pub type NetworkCheckpoints<T> = StorageMap<_, Twox64Concat, EpochIndex, Checkpoint<NetworkIndex>, OptionQuery>;

	/// BCT burned of late, and how much of it may still be minted again.
	#[pallet::storage]
	pub type Burns<T> = StorageValue<_, Burned, ValueQuery>;

	/// What has been emitted and minted since genesis.
	#[pallet::storage]
	pub type Totals<T> = StorageValue<_, TotalsRecord, ValueQuery>;

	/// The last [`SUMMARIES`] epochs that have closed.
	#[pallet::storage]
	pub type Summaries<T> = StorageMap<_, Twox64Concat, EpochIndex, EpochSummary, OptionQuery>;

	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// The budget of each year of the schedule, in plancks. None is above the one before.
		pub schedule: Schedule,
		/// The length of epochs, in minutes.
		pub epoch_length: EpochLength,
		/// What governance may change later.
		pub parameters: ParametersRecord,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self {
				schedule: DEFAULT_SCHEDULE,
				epoch_length: DEFAULT_EPOCH_LENGTH,
				parameters: ParametersRecord::default(),
				_config: PhantomData,
			}
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		/// Sets the schedule and the parameters, and gives the pots their existential deposits, unless the ledger's genesis
		/// did. Time begins with the first block.
		fn build(&self) {
			assert!(
				self.schedule.is_sorted_by(|year, next| year >= next),
				"the budgets of the schedule rise: {:?}",
				self.schedule
			);
			YearlyBudgets::<T>::put(self.schedule);
			NextEpochLength::<T>::put(self.epoch_length);
			Parameters::<T>::put(self.parameters);
			for pot in [Pallet::<T>::rewards_pot(), Pallet::<T>::validators_pot()] {
				let missing = <T::Bct as fungible::Inspect<_>>::minimum_balance()
					.saturating_sub(<T::Bct as fungible::Inspect<_>>::balance(&pot));
				let minted = Pallet::<T>::mint(&pot, missing);
				assert!(minted.is_ok(), "a pot cannot be opened: {minted:?}");
			}
			let issued = <T::Bct as fungible::Inspect<_>>::total_issuance();
			let supply = self.schedule.iter().fold(issued, |sum, year| sum.saturating_add(*year));
			assert!(
				supply <= T::SupplyCap::get(),
				"the supply at genesis, {issued}, and the schedule are more than the cap, {}: {supply}",
				T::SupplyCap::get(),
			);
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An epoch was closed and what it pays was minted.
		EpochClosed {
			/// What it came to.
			summary: EpochSummary,
		},
		/// Governance set the length of the epochs to come.
		EpochLengthSet {
			/// The length.
			length: EpochLength,
			/// The first epoch that has it.
			from: EpochIndex,
		},
		/// Governance set the parameters.
		ParametersSet {
			/// All of them, as they are now.
			parameters: ParametersRecord,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// Market time begins with the first block.
		NotBegun,
		/// Time, epochs and amounts do not fit together. A fault of the chain, not of the caller.
		Inconsistent,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Sets the length of the epochs to come; the open one keeps its own.
		///
		/// [`Config::GovernanceOrigin`]. `length` is in minutes; one out of its range cannot be decoded. No rate changes
		/// with it: budgets are by the minute. Emits [`EpochLengthSet`](Event::EpochLengthSet).
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::set_epoch_length())]
		pub fn set_epoch_length(origin: OriginFor<T>, length: EpochLength) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::do_set_epoch_length(length);
			Ok(())
		}

		/// Sets all parameters at once.
		///
		/// [`Config::GovernanceOrigin`]. They take effect when the open epoch closes, for all of it. A value out of its
		/// range cannot be decoded, so that no origin can set one. Emits [`ParametersSet`](Event::ParametersSet).
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_parameters())]
		pub fn set_parameters(origin: OriginFor<T>, parameters: ParametersRecord) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Parameters::<T>::put(parameters);
			Self::deposit_event(Event::ParametersSet { parameters });
			Ok(())
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Passes minutes, before any transaction of the block.
		fn on_poll(_: BlockNumberFor<T>, meter: &mut WeightMeter) {
			Self::do_pass_minutes(meter);
		}

		fn integrity_test() {
			let least = T::WeightInfo::pass_minutes().saturating_add(T::WeightInfo::close_epoch());
			assert!(
				least.all_lte(T::MaxClockWeight::get()),
				"no epoch would ever close: {least:?} exceeds MaxClockWeight"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// What an epoch came to, or, for the one that is open, what it has come to so far. None for the epochs to come
		/// and for those that closed long ago.
		pub fn epoch_summary(epoch: EpochIndex) -> Option<EpochSummary> {
			Self::summary(epoch)
		}

		/// How market time stands. None before the first block.
		pub fn market_time() -> Option<MarketTime> {
			Self::do_market_time()
		}
	}
}
