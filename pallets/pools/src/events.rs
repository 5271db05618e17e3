//! What the pallet tells. A section of the pallet in `lib.rs`, which has the imports.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An operator has opened a pool.
		Created {
			/// The pool.
			pool: PoolId,
			/// The operator, its manager.
			manager: OperatorId,
			/// The model of its GPUs.
			model: GpuModelId,
		},
		/// A manager has announced other terms.
		TermsAnnounced {
			/// The pool.
			pool: PoolId,
			/// The terms.
			terms: Terms,
			/// They do not take effect before this market minute.
			not_before: Minute,
			/// What who joins has to name from now on.
			version: u32,
		},
		/// Terms that were announced could take effect now, and wait for GPUs whose leave was announced before.
		TermsPostponed {
			/// The pool.
			pool: PoolId,
			/// They wait until this market minute at most, and no longer than these GPUs stay.
			not_before: Minute,
		},
		/// Terms that were announced take effect.
		TermsScheduled {
			/// The pool.
			pool: PoolId,
			/// With the start of this epoch.
			from: EpochIndex,
		},
		/// A manager has set prices, for new rentals.
		PricesSet {
			/// The pool.
			pool: PoolId,
			/// The prices.
			prices: Prices,
		},
		/// A manager lets an operator host, or has changed how many GPUs it may have.
		HostInvited {
			/// The pool.
			pool: PoolId,
			/// The operator.
			operator: OperatorId,
			/// How many GPUs at most. Zero: the invitation is taken back, or a host may not have more than it has.
			cap: u32,
		},
		/// An operator hosts in a pool.
		HostAdded {
			/// The pool.
			pool: PoolId,
			/// The operator.
			operator: OperatorId,
		},
		/// A host is to leave a pool.
		HostRemovalAnnounced {
			/// The pool.
			pool: PoolId,
			/// The operator.
			operator: OperatorId,
			/// From this market minute on its GPUs leave, as soon as no customer has them.
			at: Minute,
		},
		/// A host has left a pool, and all that it earned there is paid.
		HostRemoved {
			/// The pool.
			pool: PoolId,
			/// The operator.
			operator: OperatorId,
		},
		/// A GPU has joined a pool.
		Joined {
			/// The GPU.
			gpu: GpuId,
			/// The pool.
			pool: PoolId,
		},
		/// A GPU is to leave its pool.
		LeaveAnnounced {
			/// The GPU.
			gpu: GpuId,
			/// From this market minute on, as soon as no customer has it.
			at: Minute,
		},
		/// A GPU is to stay in its pool after all.
		LeaveCancelled {
			/// The GPU.
			gpu: GpuId,
		},
		/// A GPU has left its pool. What it earned in the open epoch is paid when that has closed.
		Left {
			/// The GPU.
			gpu: GpuId,
			/// The pool.
			pool: PoolId,
		},
		/// A pool takes no more GPUs, and ends when all that it earned is paid.
		Closing {
			/// The pool.
			pool: PoolId,
		},
		/// A pool has ended.
		Closed {
			/// The pool.
			pool: PoolId,
		},
		/// A GPU's rewards were paid to its holder.
		GpuPaid {
			/// The GPU.
			gpu: GpuId,
			/// The pool that it earned them in.
			pool: PoolId,
			/// Its holder.
			to: T::AccountId,
			/// What was paid, by stream, in plancks.
			earnings: Earnings,
		},
		/// A host's rewards were paid to the holder of its NFT.
		HostPaid {
			/// The pool.
			pool: PoolId,
			/// The host.
			operator: OperatorId,
			/// Its holder.
			to: T::AccountId,
			/// What was paid, in plancks.
			amount: Balance,
		},
		/// A manager's rewards were paid to the holder of its NFT.
		ManagerPaid {
			/// The pool.
			pool: PoolId,
			/// The manager.
			manager: OperatorId,
			/// Its holder.
			to: T::AccountId,
			/// What was paid, in plancks.
			amount: Balance,
		},
		/// Rewards that are nobody's went back to the network.
		CarriedOver {
			/// The pool.
			pool: PoolId,
			/// How much, in plancks.
			amount: Balance,
		},
		/// Governance set the parameters.
		ParametersSet {
			/// All of them, as they are now.
			parameters: ParametersRecord,
		},
	}
}
