//! Reward streams over four levels: network, pool, group, GPU.
//!
//! What a GPU has earned is `Σ over epochs of its activity x what one unit of it earned in that epoch`. Instead of walking
//! epochs or GPUs, each level keeps prefix sums of what one unit below it has earned, and the numbers of the epoch it was
//! last touched in. A change touches its own level and the ones above, never the ones below, and costs the same however
//! many GPUs, pools and epochs there are.
//!
//! Every level follows the one above it in the same three steps when it is touched in a later epoch than the last time:
//!
//! 1. *close* that epoch: its tally x that epoch's steps, from the checkpoint that the level above kept;
//! 2. *cross* the whole epochs since, in which nothing changed: its rate x the difference of the totals above;
//! 3. *begin* in the present epoch, where its tally runs again.
//!
//! Five streams come out of the one product of an [`Activity`] and an index:
//!
//! | stream | measured in | earned at | paid to |
//! |---|---|---|---|
//! | pool share | online GPU-minutes | GPU | holder of the GPU |
//! | used | DC | GPU | holder of the GPU |
//! | availability | idle GPU-minutes | GPU | holder of the GPU |
//! | host | DC | group | operator of the group |
//! | manager | DC | pool | manager of the pool |
//!
//! A level is worked on through [`Settled`], which is the level, brought up to now, with the ones above it:
//!
//! ```
//! # use millpond_math::streams::{Checkpoint, Checkpoints, Error, Gpu, Group, Network, Pool, Shares, Status};
//! # use std::collections::BTreeMap;
//! # struct Map<I>(BTreeMap<u32, Checkpoint<I>>);
//! # impl<I: Copy> Checkpoints<I> for Map<I> {
//! #     fn get(&self, epoch: u32) -> Option<Checkpoint<I>> { self.0.get(&epoch).copied() }
//! #     fn set(&mut self, epoch: u32, checkpoint: Checkpoint<I>) { self.0.insert(epoch, checkpoint); }
//! #     fn remove(&mut self, epoch: u32) { self.0.remove(&epoch); }
//! # }
//! # fn main() -> Result<(), Error> {
//! # let (mut of_network, mut of_pool, mut of_group) = (Map(BTreeMap::new()), Map(BTreeMap::new()), Map(BTreeMap::new()));
//! let mut network = Network::new(0, 1_440)?;
//! let mut settled = network.settle(0, &mut of_network)?;
//! let mut pool = Pool::join(&mut settled, Shares::new(500, 1_500, 6_000, 2_000)?, 1)?;
//! let mut settled = pool.settle(&mut settled, &mut of_pool)?;
//! let mut group = Group::join(&mut settled)?;
//! let mut settled = group.settle(&mut settled, &mut of_group)?;
//! let mut gpu = Gpu::join(&mut settled)?;
//! // Online and rented at 40 DC a minute from now on.
//! gpu.settle(&mut settled)?.change(Status::Rented(40))?;
//! # Ok(())
//! # }
//! ```
//!
//! After an error the values and the storage may be half changed: drop them, as a failing FRAME call does.

// `Encode` derived for an enum with data casts its index.
#[allow(clippy::cast_possible_truncation)]
mod gpu;
mod group;
mod network;
mod pool;
mod timeline;

pub use gpu::{Earnings, Gpu, Status};
pub use group::Group;
pub use network::{Budget, Closed, Demand, Network, NetworkIndex};
pub use pool::{Pool, PoolIndex, Shares};
pub use timeline::{Checkpoint, Checkpoints, Epochs, Index, Present, Settled, Upper};

use crate::{
	index::{times, whole},
	Balance, Credits, Minute, Overflow,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::U256;

/// The most DC a minute for one GPU, DC spent at once, and weight of an idle GPU: 2^48.
///
/// A level that cannot be settled stops all below it, so that whatever might grow until a sum does not fit is refused when
/// it comes in.
pub const LIMIT: u128 = 1 << 48;

/// Why a level could not be settled or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum Error {
	/// The minute or epoch lies before one that was already settled, or an epoch of no length was asked for.
	Backwards,
	/// The epoch has ended at an earlier minute: close it first.
	EpochOver,
	/// A change can only be scheduled for an epoch after the present one, and only the network is asked for later ones.
	NotAhead,
	/// The shares are not the whole: they do not add up to 10,000 basis points.
	NotTheWhole,
	/// It cannot leave while it is online or rented, or while a level below it has not left.
	StillActive,
	/// It cannot leave before the present epoch has closed: what it earned in it is not known yet.
	Unsettled,
	/// It cannot leave before what it has earned was taken out.
	Unpaid,
	/// A checkpoint that is needed is not there, or more levels gave it up than needed it. A fault of the caller.
	MissingCheckpoint,
	/// More DC or more weight than [`LIMIT`].
	TooMuch,
	/// A result does not fit its type, or more was taken away than was there. A fault of the caller.
	Overflow,
}

impl From<Overflow> for Error {
	fn from(_: Overflow) -> Self {
		Error::Overflow
	}
}

/// What GPUs do, as a rate (per minute) or as a tally (in an epoch so far).
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Activity {
	/// DC spent on them.
	#[codec(compact)]
	pub credits: Credits,
	/// GPUs online, or their minutes.
	#[codec(compact)]
	pub online: u128,
	/// GPUs online that nobody rents, or their minutes.
	#[codec(compact)]
	pub idle: u128,
}

impl Activity {
	fn zip(self, other: Self, with: impl Fn(u128, u128) -> Option<u128>) -> Result<Self, Overflow> {
		let apply = |mine, others| with(mine, others).ok_or(Overflow);
		Ok(Self {
			credits: apply(self.credits, other.credits)?,
			online: apply(self.online, other.online)?,
			idle: apply(self.idle, other.idle)?,
		})
	}

	fn plus(self, other: Self) -> Result<Self, Overflow> {
		self.zip(other, u128::checked_add)
	}

	fn minus(self, other: Self) -> Result<Self, Overflow> {
		self.zip(other, u128::checked_sub)
	}

	/// The tally that this rate makes in `minutes`.
	fn over(self, minutes: Minute) -> Result<Self, Overflow> {
		self.zip(self, |rate, _| rate.checked_mul(minutes.into()))
	}

	fn is_none(&self) -> bool {
		*self == Self::default()
	}
}

/// What one unit of a GPU's activity earns or has earned, in plancks x 2^64.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct GpuIndex {
	/// Of the pool share, for a minute online.
	pub pool: U256,
	/// Of the used share, for a DC spent.
	pub used: U256,
	/// Of availability, for an idle minute.
	pub available: U256,
}

impl Index for GpuIndex {
	fn zip(self, other: Self, with: impl Fn(U256, U256) -> Option<U256>) -> Option<Self> {
		Some(Self {
			pool: with(self.pool, other.pool)?,
			used: with(self.used, other.used)?,
			available: with(self.available, other.available)?,
		})
	}
}

/// Refuses more than [`LIMIT`].
fn ensure_within_limit(amount: u128) -> Result<(), Error> {
	match amount > LIMIT {
		true => Err(Error::TooMuch),
		false => Ok(()),
	}
}

/// What units have earned at what each earns (plancks x 2^64), summed up and then rounded down to plancks.
fn earned(terms: [(u128, U256); 2]) -> Result<Balance, Overflow> {
	let add = |sum: U256, (units, per_unit)| sum.checked_add(times(per_unit, units)?).ok_or(Overflow);
	whole(terms.into_iter().try_fold(U256::zero(), add)?)
}
