//! Pools as the market sees them, and the market as pools see it.

#[cfg(feature = "std")]
mod mock_obligations;
#[cfg(feature = "std")]
mod mock_pools;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use millpond_primitives::{Credits, GpuId, GpuModelId, Minute, OperatorId, PoolId, SlotId};
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, DispatchResult};

#[cfg(feature = "std")]
pub use mock_obligations::MockObligations;
#[cfg(feature = "std")]
pub use mock_pools::MockPools;

/// How time is sold.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum RentalKind {
	/// Open; may be evicted for the other two after a short notice.
	Spot,
	/// Open; never evicted while it is funded.
	OnDemand,
	/// From one minute to another, paid in advance, take or pay.
	Reserved,
}

/// What the market needs to know of a pool.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct PoolFacts {
	/// The operator that manages it.
	pub manager: OperatorId,
	/// The model of its GPUs.
	pub model: GpuModelId,
	/// Its GPUs that are online in lit groups and may be sold, or are.
	pub online: u32,
	/// Of these, how many wait in its queue for a customer.
	pub idle: u32,
	/// How many more wait whose hosts are suspended: they are given to whoever has bought time before, and sold to nobody.
	pub suspended: u32,
	/// For how long, in minutes, it keeps GPUs for a customer who has run out of funds.
	pub grace: Minute,
}

/// A GPU that was given to a slot.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Assigned {
	/// The GPU.
	pub gpu: GpuId,
	/// Its host. With the pool it names the group, whose clock the GPU is billed by.
	pub operator: OperatorId,
}

/// The minutes `[since, until)` in which GPUs were gone and that their group's clock has counted all the same: it was found out
/// later, and the clock cannot be turned back beyond what happened in the group since.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Overcount {
	/// The first minute.
	pub since: Minute,
	/// The first minute after it.
	pub until: Minute,
}

impl Overcount {
	/// Whether it is no minute at all.
	pub fn is_empty(&self) -> bool {
		self.until <= self.since
	}
}

/// Pools as the market sees them.
pub trait Pools {
	/// The most hosts that a pool has.
	const MAX_HOSTS: u32;

	/// What is known of the pool.
	fn facts(pool: PoolId) -> Option<PoolFacts>;

	/// What a GPU-minute costs now, in DC, when `minutes` of it are bought at once. None if the pool sells no such time.
	fn price(pool: PoolId, kind: RentalKind, minutes: Minute) -> Option<Credits>;

	/// Gives the `count` GPUs that have waited longest to `slot`, kept for it at no charge until
	/// [`set_rate`](Self::set_rate); those of hosts that are suspended come last. Fails, and gives none, if fewer wait.
	fn take(pool: PoolId, count: u32, slot: SlotId) -> Result<Vec<Assigned>, DispatchError>;

	/// From now on each of `gpus`, all of `pool` and taken, earns `rate` DC a minute; zero: it is kept and earns nothing
	/// from the customer. They stay with the slot; `slot` may be another than before (a split or a merge).
	fn set_rate(pool: PoolId, gpus: &[GpuId], slot: SlotId, rate: Credits) -> DispatchResult;

	/// The customer spends `credits` DC at once on each of `gpus`, all of `pool` and taken: for minutes in which they were
	/// kept for him and earned nothing.
	fn spend(pool: PoolId, gpus: &[GpuId], credits: Credits) -> DispatchResult;

	/// Ends the assignment of `gpus`, all of `pool` and taken: those that can be rented wait in the queue again.
	fn give_back(pool: PoolId, gpus: &[GpuId]) -> DispatchResult;

	/// The minutes in which the group of `operator` in `pool` was lit, up to now. What a GPU of it delivers between two
	/// readings is their difference. None if there is no such group.
	fn clock(pool: PoolId, operator: OperatorId) -> Option<Minute>;

	/// How many of the minutes in which that group was dark, up to now, are nobody's fault. What is nobody's fault between two
	/// readings is their difference.
	fn excused(pool: PoolId, operator: OperatorId) -> Minute;

	/// Whether that group is lit.
	fn is_lit(pool: PoolId, operator: OperatorId) -> bool;

	/// When the GPU is to leave its pool, if that was announced: no time with it is sold beyond.
	fn leaves_at(gpu: GpuId) -> Option<Minute>;

	/// Makes a pool with `gpus` idle GPUs, by turns of each of `hosts` hosts, for a benchmark.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(hosts: u32, gpus: u32) -> PoolId;

	/// Has each of `gpus`, which are in a pool and taken, leave it when it is given back, for a benchmark.
	#[cfg(feature = "runtime-benchmarks")]
	fn have_leave(gpus: &[GpuId]);
}

/// The market as pools see it. `()` has sold nothing. None of these calls back.
pub trait Obligations<AccountId> {
	/// The first minute, not before the present one, from which on never more than `gpus` GPUs of the pool are sold. With
	/// zero: the end of all that is sold.
	fn sold_until(pool: PoolId, gpus: u32) -> Minute;

	/// From minute `from` on, `gpus` GPUs fewer of the pool can be sold: they leave. That the others can do what is sold by
	/// then is for the pool to see to, by [`sold_until`](Self::sold_until): the market knows only of GPUs that are online in
	/// lit groups.
	fn withhold(pool: PoolId, from: Minute, gpus: u32) -> DispatchResult;

	/// Takes back a [`withhold`](Self::withhold) with the same values.
	fn release(pool: PoolId, from: Minute, gpus: u32) -> DispatchResult;

	/// A GPU that `slot` has is not there any more. It delivered until its group's clock showed `clock`, and earns
	/// nothing since; it is not the slot's any more. In the minutes of `overcount` it was gone, too.
	fn gpu_lost(slot: SlotId, gpu: Assigned, clock: Minute, overcount: Overcount);

	/// The group is dark: none of its GPUs delivers any more, and its clock stands. They stay with their slots until the
	/// market gives them back. In the minutes of `overcount` they were gone, too.
	fn group_dark(pool: PoolId, operator: OperatorId, overcount: Overcount);

	/// The group is lit again and its clock goes on.
	fn group_lit(pool: PoolId, operator: OperatorId);

	/// A GPU that `slot` has leaves the pool from minute `at` on: the market gives it back then, and has another take over.
	fn relieve(slot: SlotId, at: Minute);

	/// `payer`, who holds the GPU, takes it out of the pool before the time sold with it is over: charges `payer` the
	/// compensation, priced in DC and paid in BCT, for what that strands, for whoever answers or goes without. As with
	/// [`gpu_lost`](Self::gpu_lost), it is online in the pool no more and not the slot's.
	///
	/// Fails, and charges nothing, if that is more than `max_credits`, or `payer` has too little BCT, or there is no price of
	/// BCT to pay at.
	fn buy_out(
		payer: &AccountId,
		pool: PoolId,
		slot: Option<SlotId>,
		gpu: Assigned,
		clock: Minute,
		max_credits: Credits,
	) -> DispatchResult;

	/// What [`buy_out`](Self::buy_out) would charge `payer` now, in DC, for a GPU that `slot` had and that is online in the
	/// pool no more.
	fn buy_out_price(payer: &AccountId, pool: PoolId, slot: Option<SlotId>) -> Result<Credits, DispatchError>;

	/// Rents the GPU of the pool that has waited longest for a benchmark, as long as can be, to a customer of its own.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(pool: PoolId);

	/// Sells and withholds GPUs of the pool at so many times for a benchmark that it takes longest to look through them, and
	/// gives `payer` enough to buy GPUs out.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up_sold(pool: PoolId, payer: &AccountId);
}

impl<AccountId> Obligations<AccountId> for () {
	fn sold_until(_: PoolId, _: u32) -> Minute {
		0
	}

	fn withhold(_: PoolId, _: Minute, _: u32) -> DispatchResult {
		Ok(())
	}

	fn release(_: PoolId, _: Minute, _: u32) -> DispatchResult {
		Ok(())
	}

	fn gpu_lost(_: SlotId, _: Assigned, _: Minute, _: Overcount) {}

	fn group_dark(_: PoolId, _: OperatorId, _: Overcount) {}

	fn group_lit(_: PoolId, _: OperatorId) {}

	fn relieve(_: SlotId, _: Minute) {}

	fn buy_out(_: &AccountId, _: PoolId, _: Option<SlotId>, _: Assigned, _: Minute, _: Credits) -> DispatchResult {
		Ok(())
	}

	fn buy_out_price(_: &AccountId, _: PoolId, _: Option<SlotId>) -> Result<Credits, DispatchError> {
		Ok(0)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(_: PoolId) {}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up_sold(_: PoolId, _: &AccountId) {}
}
