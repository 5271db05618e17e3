//! Why the pallet refuses something. A section of the pallet in `lib.rs`.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// There is no such pool.
		UnknownPool,
		/// There is no such model of GPUs.
		UnknownModel,
		/// There is no such GPU.
		UnknownGpu,
		/// The operator hosts nothing in this pool, and is not invited to.
		UnknownHost,
		/// Only who holds the operator's NFT may do this.
		NotOperator,
		/// Only who holds the manager's NFT may do this.
		NotManager,
		/// Only who holds the GPU's NFT may do this.
		NotHolder,
		/// A floor is between 1 and 2^48 DC a minute.
		FloorOutOfRange,
		/// A grace is a day at most.
		GraceTooLong,
		/// An uptime is 10,000 basis points at most.
		UptimeOutOfRange,
		/// A price is below the floor that the terms set.
		PriceBelowFloor,
		/// A price is 2^48 DC a minute at most.
		PriceTooHigh,
		/// The tiers of reserved prices do not get longer.
		TiersOutOfOrder,
		/// The terms have changed, or are to change: look at them again.
		TermsChanged,
		/// The pool is closing.
		PoolCloses,
		/// The pool still has GPUs.
		PoolNotEmpty,
		/// The pool still owes time that it has sold. Close it when that is over.
		TimeSold,
		/// Only the manager hosts in this pool.
		OnlyManagerHosts,
		/// The pool has as many hosts, or open invitations, as it can have.
		TooManyHosts,
		/// The operator hosts in as many pools as it can.
		TooManyGroups,
		/// The operator hosts in this pool already.
		HostAlready,
		/// The host leaves the pool.
		HostLeaves,
		/// The host has as many GPUs in the pool as it may.
		CapReached,
		/// Only the manager and the host may do this, unless the host's uptime is too low.
		UptimeSuffices,
		/// The pool is for GPUs of another model.
		WrongModel,
		/// The manager has to hold the GPUs of this pool himself.
		NotManagersOwn,
		/// The GPU's life is over.
		GpuRetired,
		/// The GPU is in a pool. It has to leave first, and what it earned there to be paid, which is done soon after the end
		/// of the epoch.
		InPool,
		/// The GPU is in no pool.
		NotInPool,
		/// The GPU has left several pools in this epoch. Wait until it has ended.
		TooManyPools,
		/// The GPU leaves already.
		AlreadyLeaving,
		/// The GPU does not leave.
		NotLeaving,
		/// It is too early for the GPU to leave.
		TooEarly,
		/// GPUs of the host leave at as many different times as can be told apart. Wait until some have left.
		TooManyLeaveDates,
		/// Fewer GPUs wait in the pool.
		NotEnoughIdle,
		/// More GPUs at once than can be.
		TooManyGpus,
		/// The same GPU stands twice where each stands once.
		SameGpuTwice,
		/// No customer has the GPU, or not in this pool.
		NotTaken,
		/// The rewards are below the least that is paid without the holder's asking.
		BelowMinimumPayout,
		/// Nobody holds what the rewards are for.
		NoHolder,
		/// What was earned in the open epoch is not known before it ends.
		Unsettled,
		/// The price or the weight is too high to be reckoned with.
		TooMuch,
		/// What is stored does not fit together. A fault of the chain, not of the caller.
		Inconsistent,
	}
}
