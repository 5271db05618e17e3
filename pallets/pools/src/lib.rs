#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// Money is shared out here and a panic would stop the chain.
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
mod errors;
mod events;
mod hosts;
mod leaving;
mod management;
mod market;
mod members;
#[cfg(test)]
mod mock;
mod payout;
mod queue;
mod streams;
mod sweep;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "std", feature = "try-runtime"))]
mod try_state;
#[allow(clippy::cast_possible_truncation)] // `Encode` derived for an enum with data casts its index.
mod types;
mod views;
pub mod weights;

use frame_support::pallet_macros::import_section;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[allow(clippy::cast_possible_truncation, clippy::expect_used)] // In what the attribute writes.
#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{dispatch::PostDispatchInfo, pallet_prelude::*, weights::WeightMeter};
	use frame_system::pallet_prelude::*;
	use millpond_math::streams::{Checkpoint, Earnings, Gpu, GpuIndex, Group, Pool, PoolIndex};
	use millpond_primitives::{Balance, Credits, EpochIndex, GpuId, GpuModelId, Minute, OperatorId, PoolId};
	use millpond_traits::{Clock, Emissions, Gpus, Obligations, Operators};

	/// The storage version of this pallet.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The network's reward streams, which pools follow, and the pot that they are paid from.
		type Emissions: Emissions<Self::AccountId>;

		/// Market time.
		type Clock: Clock;

		/// The GPUs and their models. This pallet has to be their `OnGpuStatus`.
		type Gpus: Gpus<Self::AccountId>;

		/// The operators that manage and host.
		type Operators: Operators<Self::AccountId>;

		/// The market: what was sold of a pool.
		type Obligations: Obligations<Self::AccountId>;

		/// What every block spends on the sweep, if there is something to pay. More of it is done with what is left over.
		#[pallet::constant]
		type SweepWeight: Get<Weight>;

		/// Who may set the parameters.
		type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The weights of this pallet.
		type WeightInfo: WeightInfo;
	}

	/// What governance has set.
	#[pallet::storage]
	pub type Parameters<T> = StorageValue<_, ParametersRecord, ValueQuery>;

	/// The number of the next pool.
	#[pallet::storage]
	pub type NextPool<T> = StorageValue<_, PoolId, ValueQuery>;

	/// The pools: what was agreed.
	#[pallet::storage]
	pub type Pools<T> = StorageMap<_, Twox64Concat, PoolId, PoolRecord, OptionQuery>;

	/// The pools that each operator manages.
	#[pallet::storage]
	pub type Managed<T> = StorageDoubleMap<_, Twox64Concat, OperatorId, Twox64Concat, PoolId, (), OptionQuery>;

	/// The hosts of each pool.
	#[pallet::storage]
	pub type Hosts<T> = StorageMap<_, Twox64Concat, GroupKey, HostRecord, OptionQuery>;

	/// Where each operator hosts, and whether it is there.
	#[pallet::storage]
	pub type Hosting<T> = StorageMap<_, Twox64Concat, OperatorId, HostingRecord, ValueQuery>;

	/// The GPUs that are in a pool.
	#[pallet::storage]
	pub type Members<T> = StorageMap<_, Twox64Concat, GpuId, MemberRecord, OptionQuery>;

	/// From which minutes on GPUs and hosts of each pool are to leave, the latest first, and how many of them.
	#[pallet::storage]
	pub type LeaveDates<T> = StorageDoubleMap<_, Twox64Concat, PoolId, Identity, LatestFirst, u32, OptionQuery>;

	/// Who is next in each pool when a customer comes.
	#[pallet::storage]
	pub type Queues<T> = StorageMap<_, Twox64Concat, PoolId, Queue, ValueQuery>;

	/// How many attestation rounds have begun. Which GPUs were free when the newest did is remembered.
	#[pallet::storage]
	pub type AttestationRounds<T> = StorageValue<_, u32, ValueQuery>;

	/// Of GPUs that a customer had when an attestation round began and that have left their pool since: which round. Kept until
	/// the GPU joins a pool or retires.
	#[pallet::storage]
	pub type LastBusy<T> = StorageMap<_, Twox64Concat, GpuId, u32, OptionQuery>;

	/// The reward streams of the pools.
	#[pallet::storage]
	pub type PoolStreams<T> = StorageMap<_, Twox64Concat, PoolId, Pool, OptionQuery>;

	/// The reward streams of the groups.
	#[pallet::storage]
	pub type GroupStreams<T> = StorageMap<_, Twox64Concat, GroupKey, Group, OptionQuery>;

	/// The reward streams of the GPUs: in the group that each is in, and in those that it has left, until these are paid.
	#[pallet::storage]
	pub type GpuStreams<T> = StorageDoubleMap<_, Twox64Concat, GpuId, Twox64Concat, GroupKey, Gpu, OptionQuery>;

	/// What groups still need of closed epochs of their pool. Removed as soon as none does.
	#[pallet::storage]
	pub type PoolCheckpoints<T> =
		StorageDoubleMap<_, Twox64Concat, PoolId, Twox64Concat, EpochIndex, Checkpoint<PoolIndex>, OptionQuery>;

	/// What GPUs still need of closed epochs of their group. Removed as soon as none does.
	#[pallet::storage]
	pub type GroupCheckpoints<T> =
		StorageDoubleMap<_, Twox64Concat, GroupKey, Twox64Concat, EpochIndex, Checkpoint<GpuIndex>, OptionQuery>;

	/// How far the sweep is.
	#[pallet::storage]
	pub type Sweep<T> = StorageValue<_, SweepRecord, ValueQuery>;

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

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Opens a pool.
		///
		/// Signed, by the holder of `operator`, its manager, whose bond answers for it from now on, as the parameters ask. `model` is that of all its
		/// GPUs; `terms` and `prices` are in DC a GPU-minute and minutes. A [`Mode::Distributed`] pool has no host before
		/// somebody is invited.
		///
		/// Errors: [`NotOperator`](Error::NotOperator), [`UnknownModel`](Error::UnknownModel), those of terms and prices,
		/// [`TooManyGroups`](Error::TooManyGroups), and those of the bond. Emits [`Created`](Event::Created).
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::create())]
		pub fn create(
			origin: OriginFor<T>,
			operator: OperatorId,
			model: GpuModelId,
			mode: Mode,
			terms: Terms,
			prices: Prices,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_create(&who, operator, model, mode, terms, prices).map(drop)
		}

		/// Announces other terms.
		///
		/// Signed, by the manager. They take effect with an epoch that begins after the notice, and not before the end of
		/// what is sold of the pool now, nor before all who have given notice by then have left; owners may leave before. What was
		/// announced earlier is dropped.
		///
		/// Errors: [`UnknownPool`](Error::UnknownPool), [`NotManager`](Error::NotManager), and those of terms. Emits
		/// [`TermsAnnounced`](Event::TermsAnnounced).
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::announce_terms())]
		pub fn announce_terms(origin: OriginFor<T>, pool: PoolId, terms: Terms) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_announce_terms(&who, pool, terms)
		}

		/// Sets the prices, for rentals from now on.
		///
		/// Signed, by the manager. None is below the floor of the terms in effect. While the on-demand price is more than
		/// twice the model's reference price, or there is none, idle GPUs earn nothing for being available.
		///
		/// Errors: [`UnknownPool`](Error::UnknownPool), [`NotManager`](Error::NotManager), and those of prices. Emits
		/// [`PricesSet`](Event::PricesSet).
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_prices())]
		pub fn set_prices(origin: OriginFor<T>, pool: PoolId, prices: Prices) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_prices(&who, pool, prices)
		}

		/// Lets an operator host in a distributed pool, or changes how many GPUs a host may have in it.
		///
		/// Signed, by the manager. The operator has to [`accept`](Self::accept). `cap` is the most GPUs that may be in the
		/// pool for others to join; who has more keeps them. With zero an invitation is taken back.
		///
		/// Errors: [`UnknownPool`](Error::UnknownPool), [`NotManager`](Error::NotManager),
		/// [`OnlyManagerHosts`](Error::OnlyManagerHosts), [`TooManyHosts`](Error::TooManyHosts),
		/// [`PoolCloses`](Error::PoolCloses). Emits [`HostInvited`](Event::HostInvited).
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::invite())]
		pub fn invite(origin: OriginFor<T>, pool: PoolId, operator: OperatorId, cap: u32) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_invite(&who, pool, operator, cap)
		}

		/// Accepts an invitation: from now on the holders of GPUs that `operator` hosts may join the pool with them.
		///
		/// Signed, by the holder of `operator`. This is the host's consent, given once. `version` is that of the terms that
		/// he has seen.
		///
		/// Errors: [`UnknownPool`](Error::UnknownPool), [`NotOperator`](Error::NotOperator),
		/// [`UnknownHost`](Error::UnknownHost), [`TermsChanged`](Error::TermsChanged), [`PoolCloses`](Error::PoolCloses),
		/// [`TooManyHosts`](Error::TooManyHosts), [`TooManyGroups`](Error::TooManyGroups). Emits
		/// [`HostAdded`](Event::HostAdded).
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::accept())]
		pub fn accept(origin: OriginFor<T>, operator: OperatorId, pool: PoolId, version: u32) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_accept(&who, operator, pool, version)
		}

		/// Announces that a host leaves a pool with all its GPUs.
		///
		/// Signed, by the manager or the host; in a distributed pool by anybody if the host's uptime in its last window is
		/// below the pool's minimum. A pool that only its manager hosts in takes no more GPUs then and can be closed when
		/// they are gone. They leave at the end of the notice and of what is sold of the pool and cannot do without them: then others
		/// take over from those that customers have.
		///
		/// Errors: [`UnknownPool`](Error::UnknownPool), [`UnknownHost`](Error::UnknownHost),
		/// [`HostLeaves`](Error::HostLeaves),
		/// [`UptimeSuffices`](Error::UptimeSuffices), and those of the market. Emits
		/// [`HostRemovalAnnounced`](Event::HostRemovalAnnounced).
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::remove_host())]
		pub fn remove_host(origin: OriginFor<T>, pool: PoolId, operator: OperatorId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_remove_host(&who, pool, operator)
		}

		/// Joins a pool with a GPU.
		///
		/// Signed, by the GPU's holder; in a [`Mode::SelfPool`] he has to hold the manager too. The GPU's host is a host of
		/// the pool, which is its consent. `version` is that of the terms that the holder has seen: with others he does not
		/// join. A GPU that is online counts from now on.
		///
		/// Errors: [`UnknownGpu`](Error::UnknownGpu), [`NotHolder`](Error::NotHolder), [`InPool`](Error::InPool),
		/// [`GpuRetired`](Error::GpuRetired), [`UnknownPool`](Error::UnknownPool), [`TermsChanged`](Error::TermsChanged),
		/// [`PoolCloses`](Error::PoolCloses), [`WrongModel`](Error::WrongModel), [`UnknownHost`](Error::UnknownHost),
		/// [`NotManagersOwn`](Error::NotManagersOwn), [`HostLeaves`](Error::HostLeaves),
		/// [`CapReached`](Error::CapReached), [`TooManyPools`](Error::TooManyPools). Emits [`Joined`](Event::Joined).
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::join())]
		pub fn join(origin: OriginFor<T>, gpu: GpuId, pool: PoolId, version: u32) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_join(&who, gpu, pool, version)
		}

		/// Announces that a GPU leaves its pool.
		///
		/// Signed, by the GPU's holder; in a [`Mode::SelfPool`] by anybody if another than the manager holds it by now. It
		/// leaves at the end of the notice and of what is sold of the pool and cannot do without it: then another GPU takes over from
		/// it if a customer has it. Until then it earns as before.
		///
		/// Errors: [`NotInPool`](Error::NotInPool), [`NotHolder`](Error::NotHolder),
		/// [`AlreadyLeaving`](Error::AlreadyLeaving), [`TooManyLeaveDates`](Error::TooManyLeaveDates), and those of the market. Emits
		/// [`LeaveAnnounced`](Event::LeaveAnnounced).
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::announce_leave())]
		pub fn announce_leave(origin: OriginFor<T>, gpu: GpuId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_announce_leave(&who, gpu)
		}

		/// Has a GPU stay that was to leave.
		///
		/// Signed, by the GPU's holder; in a [`Mode::SelfPool`] he has to hold the manager too.
		///
		/// Errors: [`NotInPool`](Error::NotInPool), [`NotHolder`](Error::NotHolder), [`NotLeaving`](Error::NotLeaving),
		/// [`HostLeaves`](Error::HostLeaves), [`NotManagersOwn`](Error::NotManagersOwn). Emits
		/// [`LeaveCancelled`](Event::LeaveCancelled).
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::cancel_leave())]
		pub fn cancel_leave(origin: OriginFor<T>, gpu: GpuId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_cancel_leave(&who, gpu)
		}

		/// Has a GPU leave for which the time has come. It may join another pool at once.
		///
		/// Signed, by anybody. The sweep does it too, once in an epoch. A GPU whose life is over leaves at any time. One that a
		/// customer has leaves at the market's next turn, in which another takes over.
		///
		/// Errors: [`NotInPool`](Error::NotInPool), [`TooEarly`](Error::TooEarly). Emits [`Left`](Event::Left) once it has left.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::leave())]
		pub fn leave(origin: OriginFor<T>, gpu: GpuId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_leave(gpu)
		}

		/// Takes a GPU out of its pool now, for the compensation, in BCT, of those whom that leaves without a GPU.
		///
		/// Signed, by the GPU's holder. `max_credits` is the most that he is ready to pay, in DC: what is sold of the pool
		/// meanwhile can make it dearer. [`quote_leave_now`](Pallet::quote_leave_now) tells what it costs now.
		///
		/// Errors: [`NotInPool`](Error::NotInPool), [`NotHolder`](Error::NotHolder), and those of the market, which refuses
		/// if it costs more than `max_credits`. Emits [`Left`](Event::Left).
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::leave_now())]
		pub fn leave_now(origin: OriginFor<T>, gpu: GpuId, max_credits: Credits) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_leave_now(&who, gpu, max_credits)
		}

		/// Closes a pool without GPUs. It ends, and its bond comes free, when all that it earned is paid.
		///
		/// Signed, by the manager.
		///
		/// Errors: [`UnknownPool`](Error::UnknownPool), [`NotManager`](Error::NotManager),
		/// [`PoolNotEmpty`](Error::PoolNotEmpty), [`PoolCloses`](Error::PoolCloses), [`TimeSold`](Error::TimeSold). Emits
		/// [`Closing`](Event::Closing).
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::close())]
		pub fn close(origin: OriginFor<T>, pool: PoolId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_close(&who, pool)
		}

		/// Pays what a GPU has earned to its holder, in the pool that it is in and in those that it has left.
		///
		/// Signed, by anybody; below the minimum payout only by the holder, unless the GPU has left. The sweep does it too,
		/// once in an epoch. Who is the first in an epoch to claim in a group pays for its being settled, too.
		///
		/// Errors: [`NotInPool`](Error::NotInPool), [`BelowMinimumPayout`](Error::BelowMinimumPayout),
		/// [`Unsettled`](Error::Unsettled) for a GPU that has left in the open epoch, and those of the payment. Emits
		/// [`GpuPaid`](Event::GpuPaid).
		#[pallet::call_index(12)]
		#[pallet::weight(Pallet::<T>::claim_weight(MAX_STREAMS, MAX_STREAMS))]
		pub fn claim_gpu(origin: OriginFor<T>, gpu: GpuId) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let cost = Self::do_claim_gpu(&who, gpu)?;
			Ok(PostDispatchInfo::from(Some(cost)))
		}

		/// Pays what a host has earned in a pool to the holder of the operator's NFT.
		///
		/// Signed, by anybody; below the minimum payout only by the holder, unless the host has left. The sweep does it too,
		/// once in an epoch.
		///
		/// Errors: [`UnknownHost`](Error::UnknownHost), [`BelowMinimumPayout`](Error::BelowMinimumPayout),
		/// [`Unsettled`](Error::Unsettled) for a host that leaves, and those of the payment. Emits
		/// [`HostPaid`](Event::HostPaid).
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::claim_host())]
		pub fn claim_host(origin: OriginFor<T>, pool: PoolId, operator: OperatorId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::settle_host((pool, operator), Some(&who))
		}

		/// Pays what a pool's manager has earned to the holder of the operator's NFT.
		///
		/// Signed, by anybody; below the minimum payout only by the holder, unless the pool closes. The sweep does it too,
		/// once in an epoch.
		///
		/// Errors: [`UnknownPool`](Error::UnknownPool), [`BelowMinimumPayout`](Error::BelowMinimumPayout),
		/// [`Unsettled`](Error::Unsettled) for a pool that closes, and those of the payment. Emits
		/// [`ManagerPaid`](Event::ManagerPaid).
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::claim_manager())]
		pub fn claim_manager(origin: OriginFor<T>, pool: PoolId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::settle_manager(pool, Some(&who))
		}

		/// Sets all parameters at once.
		///
		/// [`Config::GovernanceOrigin`]. They apply to what is opened and announced from now on. A value out of its range
		/// cannot be decoded, so that no origin can set one. Emits [`ParametersSet`](Event::ParametersSet).
		#[pallet::call_index(15)]
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
		/// Pays, as far as [`Config::SweepWeight`] goes.
		fn on_poll(_: BlockNumberFor<T>, meter: &mut WeightMeter) {
			let mut reserved = WeightMeter::with_limit(meter.remaining().min(T::SweepWeight::get()));
			Self::do_sweep(&mut reserved);
			meter.consume(reserved.consumed());
		}

		/// Pays with what is left of the block.
		fn on_idle(_: BlockNumberFor<T>, limit: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(limit);
			Self::do_sweep(&mut meter);
			meter.consumed()
		}

		fn integrity_test() {
			let least = Self::least_sweep_weight();
			assert!(
				least.all_lte(T::SweepWeight::get()),
				"nobody would ever be paid: {least:?} exceeds SweepWeight"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A pool: what was agreed and announced, and what it does now. None if there is no such pool.
		pub fn pool(pool: PoolId) -> Option<PoolDetails> {
			Self::details(pool)
		}

		/// The pools with numbers from `from` on, among the next `count` numbers, of which 256 are looked at at most.
		pub fn pools(from: PoolId, count: u32) -> Vec<PoolDetails> {
			Self::page(from, count)
		}

		/// What a pool has earned for its manager and its hosts. None if there is no such pool.
		pub fn pool_rewards(pool: PoolId) -> Option<PoolRewards> {
			Self::rewards_of_pool(pool)
		}

		/// What a GPU has earned for its holder. None if there is no such GPU.
		pub fn gpu_rewards(gpu: GpuId) -> Option<GpuRewards> {
			Self::rewards_of_gpu(gpu)
		}

		/// What it would cost now to take a GPU out of its pool at once, in DC, or the error that that would fail with.
		pub fn quote_leave_now(gpu: GpuId) -> Result<Credits, sp_runtime::DispatchError> {
			Self::do_quote_leave_now(gpu)
		}
	}
}
