#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

pub use pallet::*;
pub use weights::WeightInfo;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A call that was paused by the committee.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct PauseRecord<Call, BlockNumber> {
	/// The call.
	pub call: Call,
	/// The block in which it can be made again. None when it is over.
	pub until: Option<BlockNumber>,
	/// The first block in which the committee may pause it again.
	pub again: BlockNumber,
}

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::{SafeMode, TransactionPause, TransactionPauseError},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::Saturating;

	/// The storage version of this pallet.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The pauses of the committee.
	pub type PausesOf<T> =
		BoundedVec<PauseRecord<<T as Config>::CallName, BlockNumberFor<T>>, <T as Config>::MaxPauses>;

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The committee.
		type CommitteeOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// How a call is named.
		type CallName: Parameter + MaxEncodedLen;

		/// What pauses calls.
		type Pauser: TransactionPause<CallIdentifier = Self::CallName>;

		/// What enters safe mode.
		type SafeMode: SafeMode<BlockNumber = BlockNumberFor<Self>>;

		/// How long a stop lasts, in blocks.
		#[pallet::constant]
		type Duration: Get<BlockNumberFor<Self>>;

		/// How long after a stop began the committee may make the same stop again, in blocks. Not below
		/// [`Duration`](Self::Duration).
		#[pallet::constant]
		type Rest: Get<BlockNumberFor<Self>>;

		/// The most calls that are paused by the committee, or rest.
		#[pallet::constant]
		type MaxPauses: Get<u32>;

		/// The name of a call that can be paused, for a benchmark: each number has its own.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkCalls: sp_runtime::traits::Convert<u32, Self::CallName>;

		/// The weights of this pallet.
		type WeightInfo: WeightInfo;
	}

	/// Calls that the committee has paused, or paused lately.
	#[pallet::storage]
	pub type Pauses<T: Config> = StorageValue<_, PausesOf<T>, ValueQuery>;

	/// The first block in which one of the pauses ends. None while there is none.
	#[pallet::storage]
	pub type NextEnd<T> = StorageValue<_, BlockNumberFor<T>, OptionQuery>;

	/// The first block in which the committee may enter safe mode again. None if it never did.
	#[pallet::storage]
	pub type SafeModeAgain<T> = StorageValue<_, BlockNumberFor<T>, OptionQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// The committee paused a call.
		Paused {
			/// The call.
			call: T::CallName,
			/// The block in which it can be made again.
			until: BlockNumberFor<T>,
		},
		/// A pause of the committee is over.
		PauseEnded {
			/// The call, which can be made again.
			call: T::CallName,
		},
		/// The committee entered safe mode.
		SafeModeEntered {
			/// The last block in which it holds.
			until: BlockNumberFor<T>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The call cannot be paused, or there is none of this name.
		Unpausable,
		/// The call is paused already.
		AlreadyPaused,
		/// The committee stopped this lately: it has to leave the rest to the holders.
		Resting,
		/// So many calls were paused lately that no more can be.
		TooManyPauses,
		/// Safe mode holds already.
		AlreadyEntered,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Pauses a call for [`Config::Duration`].
		///
		/// [`Config::CommitteeOrigin`]. Fails with [`Unpausable`](Error::Unpausable), [`AlreadyPaused`](Error::AlreadyPaused),
		/// [`Resting`](Error::Resting) when the committee paused the same call less than [`Config::Rest`] ago, or
		/// [`TooManyPauses`](Error::TooManyPauses). Emits [`Paused`](Event::Paused).
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::pause())]
		pub fn pause(origin: OriginFor<T>, call: T::CallName) -> DispatchResult {
			T::CommitteeOrigin::ensure_origin(origin)?;
			let now = frame_system::Pallet::<T>::block_number();
			let until = now.saturating_add(T::Duration::get());
			Pauses::<T>::try_mutate(|pauses| {
				pauses.retain(|pause| pause.again > now);
				ensure!(pauses.iter().all(|pause| pause.call != call), Error::<T>::Resting);
				let record = PauseRecord {
					call: call.clone(),
					until: Some(until),
					again: now.saturating_add(T::Rest::get()),
				};
				pauses.try_push(record).map_err(|_| Error::<T>::TooManyPauses)
			})?;
			T::Pauser::pause(call.clone()).map_err(|error| match error {
				TransactionPauseError::AlreadyPaused => Error::<T>::AlreadyPaused,
				_ => Error::<T>::Unpausable,
			})?;
			// Pauses end in the order in which they began.
			if NextEnd::<T>::get().is_none() {
				NextEnd::<T>::put(until);
			}
			Self::deposit_event(Event::Paused { call, until });
			Ok(())
		}

		/// Enters safe mode for [`Config::Duration`].
		///
		/// [`Config::CommitteeOrigin`]. Fails with [`AlreadyEntered`](Error::AlreadyEntered), or with
		/// [`Resting`](Error::Resting) when the committee entered it less than [`Config::Rest`] ago. Emits
		/// [`SafeModeEntered`](Event::SafeModeEntered).
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::enter_safe_mode())]
		pub fn enter_safe_mode(origin: OriginFor<T>) -> DispatchResult {
			T::CommitteeOrigin::ensure_origin(origin)?;
			let now = frame_system::Pallet::<T>::block_number();
			ensure!(
				SafeModeAgain::<T>::get().is_none_or(|again| again <= now),
				Error::<T>::Resting
			);
			T::SafeMode::enter(T::Duration::get()).map_err(|_| Error::<T>::AlreadyEntered)?;
			SafeModeAgain::<T>::put(now.saturating_add(T::Rest::get()));
			Self::deposit_event(Event::SafeModeEntered {
				until: now.saturating_add(T::Duration::get()),
			});
			Ok(())
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Ends the pauses whose time is over.
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			match NextEnd::<T>::get() {
				Some(end) if end <= now => {
					let ended = Self::end_pauses(now);
					T::WeightInfo::end_pauses(ended)
				}
				_ => T::WeightInfo::look(),
			}
		}

		fn integrity_test() {
			assert!(
				T::Duration::get() <= T::Rest::get(),
				"a stop could be renewed before it is over"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	impl<T: Config> Pallet<T> {
		/// Ends the pauses that last until `now` at most, and says how many these were.
		pub(crate) fn end_pauses(now: BlockNumberFor<T>) -> u32 {
			let (mut ended, mut next) = (0u32, None::<BlockNumberFor<T>>);
			Pauses::<T>::mutate(|pauses| {
				for pause in pauses.iter_mut() {
					match pause.until {
						Some(until) if until <= now => {
							pause.until = None;
							ended.saturating_inc();
							// The holders may have ended it before.
							if T::Pauser::unpause(pause.call.clone()).is_ok() {
								Self::deposit_event(Event::PauseEnded {
									call: pause.call.clone(),
								});
							}
						}
						Some(until) => next = Some(next.map_or(until, |least| least.min(until))),
						None => {}
					}
				}
				pauses.retain(|pause| pause.again > now);
			});
			NextEnd::<T>::set(next);
			ended
		}

		/// Checks the invariants that the crate's documentation lists.
		#[cfg(any(test, feature = "std", feature = "try-runtime"))]
		pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
			let pauses = Pauses::<T>::get();
			for (place, pause) in pauses.iter().enumerate() {
				let is_once = pauses
					.iter()
					.skip(place.saturating_add(1))
					.all(|other| other.call != pause.call);
				ensure!(is_once, "a call has two records");
				ensure!(
					pause.until.is_none_or(|until| until <= pause.again),
					"a pause outlasts its record"
				);
			}
			let next = pauses.iter().filter_map(|pause| pause.until).min();
			ensure!(
				NextEnd::<T>::get() == next,
				"the next end is not that of the first pause to end"
			);
			Ok(())
		}
	}
}
