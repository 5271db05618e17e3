#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod fees;
mod minting;
#[cfg(test)]
mod mock;
mod oracle;
mod pricing;
mod references;
mod spending;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "std", feature = "try-runtime"))]
mod try_state;
mod types;
mod views;
pub mod weights;

pub use fees::{FeePaid, FeesInCredits};
pub use oracle::{FeedWeight, OracleFeeds};
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::string::String;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, fungible::Credit, fungibles, Consideration, Footprint, OnUnbalanced, Time},
		weights::WeightMeter,
		PalletId,
	};
	use frame_system::pallet_prelude::*;
	use millpond_math::window::Window;
	use millpond_primitives::{
		AssetId, Balance, Credits, Minute, Moment, Price, DC_ASSET, DC_DECIMALS, DC_NAME, DC_SYMBOL,
	};

	/// The storage version of this pallet.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// BCT: what is burned.
		type Bct: fungible::Inspect<Self::AccountId, Balance = Balance>
			+ fungible::Mutate<Self::AccountId>
			+ fungible::Balanced<Self::AccountId>;

		/// The assets that the Data Credits are one of: [`DC_ASSET`]. Its calls must be disabled, so that users have no
		/// way to move credits, and its metadata deposits zero, since nobody is there to pay them at genesis.
		type Assets: fungibles::Inspect<Self::AccountId, AssetId = AssetId, Balance = Credits>
			+ fungibles::Mutate<Self::AccountId>
			+ fungibles::Balanced<Self::AccountId>
			+ fungibles::Create<Self::AccountId>
			+ fungibles::metadata::Mutate<Self::AccountId>;

		/// What takes the burned BCT. `()` drops it, which is what burns it; something else may note how much it was, and
		/// then drop it.
		type OnBurn: OnUnbalanced<Credit<Self::AccountId, Self::Bct>>;

		/// Where the prices come from.
		type Feeds: PriceFeeds;

		/// The most feeders whose prices are read. Has to be at least as many as there can be.
		#[pallet::constant]
		type MaxFeeders: Get<u32>;

		/// The wall clock, by which prices age and references expire.
		type Time: Time<Moment = Moment>;

		/// What a processor deposits for a stored reference, until it is reclaimed.
		type Consideration: Consideration<Self::AccountId, Footprint>;

		/// Who may set the parameters.
		type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Names the account that owns the asset. It has no key.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// The weights of this pallet.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds BCT.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// For the storage of payment references, until they are reclaimed after their deadlines.
		Reference,
	}

	/// What governance has set.
	#[pallet::storage]
	pub type Parameters<T> = StorageValue<_, ParametersRecord, ValueQuery>;

	/// The price as the newest value of a feeder left it. None before the first quorum of all.
	#[pallet::storage]
	pub type LastPrice<T> = StorageValue<_, PriceRecord, OptionQuery>;

	/// The highest usable price of each of the last hours that had one.
	#[pallet::storage]
	pub type HourlyHighs<T> = StorageValue<_, Window<HIGHS>, ValueQuery>;

	/// The Data Credits minted in each part of the last hour.
	#[pallet::storage]
	pub type RecentMints<T> = StorageValue<_, Window<MINTS>, ValueQuery>;

	/// The Data Credits spent on each of the last days, by which the hourly cap grows.
	#[pallet::storage]
	pub type RecentSpends<T> = StorageValue<_, Window<SPENDS>, ValueQuery>;

	/// What has been burned, minted and spent since genesis.
	#[pallet::storage]
	pub type Totals<T> = StorageValue<_, TotalsRecord, ValueQuery>;

	/// The references that processors have used, until they are reclaimed after their deadlines.
	#[pallet::storage]
	pub type References<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		Blake2_128Concat,
		Reference,
		ReferenceRecordOf<T>,
		OptionQuery,
	>;

	/// The references that expire in an hour, counted from 1970: the same as [`References`], in the order of their end.
	#[pallet::storage]
	pub type Expiries<T: Config> =
		StorageDoubleMap<_, Twox64Concat, u32, Blake2_128Concat, (T::AccountId, Reference), (), OptionQuery>;

	/// The first hour whose expired references may still be stored. None before the first reference.
	#[pallet::storage]
	pub type NextExpiry<T> = StorageValue<_, u32, OptionQuery>;

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
		/// Sets the parameters and creates the asset that the Data Credits are, unless another pallet's genesis did.
		fn build(&self) {
			Parameters::<T>::put(self.parameters);
			if <T::Assets as fungibles::Inspect<_>>::asset_exists(DC_ASSET) {
				return;
			}
			let owner = Pallet::<T>::account();
			let created = <T::Assets as fungibles::Create<_>>::create(DC_ASSET, owner.clone(), true, 1);
			assert!(
				created.is_ok(),
				"the asset of the Data Credits cannot be created: {created:?}"
			);
			let [name, symbol] = [DC_NAME, DC_SYMBOL].map(|text| String::from(text).into_bytes());
			let described =
				<T::Assets as fungibles::metadata::Mutate<_>>::set(DC_ASSET, &owner, name, symbol, DC_DECIMALS);
			assert!(
				described.is_ok(),
				"the Data Credits cannot be described (is there a deposit?): {described:?}"
			);
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// BCT was burned for Data Credits.
		Burned {
			/// Who paid.
			who: T::AccountId,
			/// Who got the credits.
			beneficiary: T::AccountId,
			/// How much BCT was burned.
			amount: Balance,
			/// How many credits were minted for it.
			credits: Credits,
			/// At which price, USD per BCT.
			price: Price,
			/// The processor's reference, if it was [`Pallet::burn_for`].
			reference: Option<Reference>,
		},
		/// A transaction fee was paid in Data Credits.
		FeePaid {
			/// Who paid.
			who: T::AccountId,
			/// How many credits were destroyed, the tip included.
			credits: Credits,
			/// At which price, USD per BCT.
			price: Price,
		},
		/// A feeder's value found that minting must stop.
		MintingHalted {
			/// Why.
			reason: HaltReason,
			/// The first moment at which it may go on.
			until: Moment,
		},
		/// A feeder's value found that minting may go on.
		MintingReopened,
		/// Governance set the parameters.
		ParametersSet {
			/// All of them, as they are now.
			parameters: ParametersRecord,
		},
		/// A reference has expired; its deposit is free.
		ReferenceReclaimed {
			/// The processor who used it.
			who: T::AccountId,
			/// The reference.
			reference: Reference,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// Too few feeders have sent a fresh price. Try again when the oracle is back.
		NoQuorum,
		/// Minting is halted: the price jumped, or the oracle has only just come back. Minting, sales in dollars and
		/// compensation wait until the price has been steady for a while.
		Halted,
		/// The network mints only so many Data Credits an hour, and these would be more. Try less, or later.
		HourlyCapReached,
		/// The amount is too small to buy a single Data Credit.
		AmountTooSmall,
		/// The amount at this price is more Data Credits than can be counted.
		AmountTooLarge,
		/// The price has changed: the amount buys fewer Data Credits than the minimum that was asked for.
		BelowMinimum,
		/// The deadline has passed.
		DeadlinePassed,
		/// The deadline is more than 30 days ahead.
		DeadlineTooFar,
		/// This processor has already paid under this reference.
		ReferenceUsed,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Burns BCT for Data Credits of one's own.
		///
		/// Signed. `amount` is in units of 10^-12 BCT; the existential deposit stays. `min_credits` is the least that is
		/// acceptable: the price may change until the call is in a block. The credits are the amount at the lower of the
		/// median and its moving average, rounded down. There is no way back.
		///
		/// Errors: [`NoQuorum`](Error::NoQuorum) and [`Halted`](Error::Halted) while there is no price to mint at,
		/// [`BelowMinimum`](Error::BelowMinimum), [`HourlyCapReached`](Error::HourlyCapReached),
		/// [`AmountTooSmall`](Error::AmountTooSmall), [`AmountTooLarge`](Error::AmountTooLarge), and those of the BCT
		/// ledger. Emits [`Burned`](Event::Burned).
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::burn())]
		pub fn burn(
			origin: OriginFor<T>,
			#[pallet::compact] amount: Balance,
			#[pallet::compact] min_credits: Credits,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_burn(&who, &who, amount, min_credits, None)
		}

		/// Burns BCT for Data Credits of somebody else, once per reference: for payment processors.
		///
		/// Signed. As [`burn`](Self::burn), but `beneficiary` gets the credits. `reference` is the processor's own name
		/// for the payment, or its hash. Until `deadline`, a minute since 1970 and at most 30 days ahead, a second call of
		/// the same processor with the same reference fails; from then on, so does every call with that deadline. A retry
		/// therefore never pays twice. A deposit is held for the reference and comes back by itself after the deadline.
		///
		/// Errors: those of [`burn`](Self::burn), [`ReferenceUsed`](Error::ReferenceUsed),
		/// [`DeadlinePassed`](Error::DeadlinePassed), [`DeadlineTooFar`](Error::DeadlineTooFar), and those of the deposit.
		/// Emits [`Burned`](Event::Burned).
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::burn_for())]
		pub fn burn_for(
			origin: OriginFor<T>,
			beneficiary: T::AccountId,
			#[pallet::compact] amount: Balance,
			#[pallet::compact] min_credits: Credits,
			reference: Reference,
			#[pallet::compact] deadline: Minute,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::use_reference(&who, reference, deadline)?;
			Self::do_burn(&who, &beneficiary, amount, min_credits, Some(reference))
		}

		/// Sets all parameters at once.
		///
		/// [`Config::GovernanceOrigin`]. They take effect from the next price on. A value out of its range cannot be
		/// decoded, so that no origin can set one. Emits [`ParametersSet`](Event::ParametersSet).
		#[pallet::call_index(2)]
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
		/// Reclaims expired references with what is left of the block.
		fn on_idle(_: BlockNumberFor<T>, limit: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(limit);
			Self::reclaim_references(&mut meter);
			meter.consumed()
		}

		fn integrity_test() {
			assert!(T::MaxFeeders::get() > 0, "no feeder would ever be read");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// What burning `amount` (units of 10^-12 BCT) would yield now, or the error it would fail with.
		pub fn quote(amount: Balance) -> Result<Quote, DispatchError> {
			Self::do_quote(amount)
		}

		/// The price, the oracle behind it and whether minting is open.
		pub fn price_status() -> PriceStatus {
			Self::do_price_status()
		}
	}
}
