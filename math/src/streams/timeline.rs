//! What all levels share: a clock, prefix sums, and checkpoints that go when nobody needs them any more.

use super::Error;
use crate::{index::times, Credits, Epoch, Minute, Overflow};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::ops::Deref;
use scale_info::TypeInfo;
use sp_core::U256;

/// What one unit below a level earns or has earned, in plancks x 2^64, one field a stream.
pub trait Index: Copy + Default {
	/// Field by field; `None` as soon as `with` gives none.
	fn zip(self, other: Self, with: impl Fn(U256, U256) -> Option<U256>) -> Option<Self>;

	/// `self + other`.
	fn plus(self, other: Self) -> Result<Self, Overflow> {
		self.zip(other, U256::checked_add).ok_or(Overflow)
	}

	/// `self - other`.
	fn minus(self, other: Self) -> Result<Self, Overflow> {
		self.zip(other, U256::checked_sub).ok_or(Overflow)
	}

	/// `self x minutes`.
	fn over(self, minutes: Minute) -> Result<Self, Overflow> {
		self.zip(self, |step, _| times(step, minutes.into()).ok())
			.ok_or(Overflow)
	}
}

/// What a level keeps of a closed epoch for the levels below that were last touched in it.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Checkpoint<I> {
	/// The level's clock at the start of the epoch, in minutes.
	pub start: Minute,
	/// The level's clock at the end of the epoch, in minutes.
	pub clock: Minute,
	/// What one unit earned in the epoch.
	pub steps: I,
	/// What one unit per minute has earned up to the end of the epoch.
	pub totals: I,
	/// How many levels below still need this checkpoint: at zero it is removed.
	pub needed: u32,
}

impl<I: Index> Checkpoint<I> {
	/// The same, needed by one less.
	fn released(self) -> Result<Self, Error> {
		let needed = self.needed.checked_sub(1).ok_or(Error::MissingCheckpoint)?;
		Ok(Self { needed, ..self })
	}

	/// The level as it stood at the start of `epoch`, whose checkpoint this is.
	pub(super) fn beginning(&self, epoch: Epoch) -> Result<Present<I>, Error> {
		let minutes = self.clock.checked_sub(self.start).ok_or(Error::Overflow)?;
		let totals = self.totals.minus(self.steps.over(minutes)?)?;
		Ok(Present {
			epoch,
			start: self.start,
			clock: self.start,
			reach: 0,
			totals,
		})
	}
}

/// Where the checkpoints of one level's one value (of one pool, say) are kept, by epoch.
pub trait Checkpoints<I> {
	/// The checkpoint of `epoch`, if there is one.
	fn get(&self, epoch: Epoch) -> Option<Checkpoint<I>>;
	/// Writes or overwrites the checkpoint of `epoch`.
	fn set(&mut self, epoch: Epoch, checkpoint: Checkpoint<I>);
	/// Removes the checkpoint of `epoch`.
	fn remove(&mut self, epoch: Epoch);
}

/// A level, as the levels below see it when it is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Present<I> {
	/// The present epoch.
	pub epoch: Epoch,
	/// The level's clock when the epoch began, in minutes.
	pub start: Minute,
	/// The level's clock when it was settled, in minutes.
	pub clock: Minute,
	/// How many minutes a change below may be dated back: in these nothing was closed and nothing changed here.
	pub reach: Minute,
	/// What one unit per minute has earned up to the start of the epoch.
	pub totals: I,
}

/// A level in its present epoch, as the levels below follow it there. That is all that is needed to pay in what they earned in
/// closed epochs.
pub trait Epochs {
	/// What one unit below earns.
	type Index: Index;

	/// The level as it was last settled.
	fn present(&self) -> Present<Self::Index>;

	/// Counts one level below less, which was last touched in the present epoch.
	fn remove_member(&mut self) -> Result<(), Error>;

	/// Counts one more that needs the checkpoint of `epoch`: the present one, or for the network also a later one.
	fn need(&mut self, epoch: Epoch) -> Result<(), Error>;

	/// Counts one less that needs the checkpoint of `epoch`, removes it at zero, and returns it if the epoch has closed.
	fn release(&mut self, epoch: Epoch) -> Result<Option<Checkpoint<Self::Index>>, Error>;
}

/// A level, brought up to now, as the levels below it use it.
///
/// [`Settled`] implements it for network, pool and group. A pallet that does not hold the network itself implements it
/// over the one that does.
pub trait Upper: Epochs {
	/// What the level below adds to this one's rates.
	type Rate;

	/// Counts one more level below, which follows this one from now on.
	fn add_member(&mut self) -> Result<(), Error>;

	/// From now on a level below has the rate `after` where it had `before`.
	fn change(&mut self, before: Self::Rate, after: Self::Rate) -> Result<(), Error>;

	/// `credits` DC are spent below at once.
	fn lump(&mut self, credits: Credits) -> Result<(), Error>;

	/// In the last `minutes`, within [`Present::reach`], a level below had no rate where it was counted with `rate`.
	fn retract(&mut self, rate: Self::Rate, minutes: Minute) -> Result<(), Error>;
}

/// A level with the place where it keeps its checkpoints: brought up to now over the level above it, or, where that is `()`, the
/// network itself or a group [as it stands](super::Group::as_it_stands).
pub struct Settled<'a, L, U, S> {
	pub(super) level: &'a mut L,
	pub(super) upper: U,
	pub(super) checkpoints: S,
}

impl<L, U, S> Deref for Settled<'_, L, U, S> {
	type Target = L;

	fn deref(&self) -> &L {
		self.level
	}
}

/// What the levels below follow of a network, a pool or a group.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub(super) struct Timeline<I> {
	/// The epoch in which the level was last touched.
	#[codec(compact)]
	pub(super) epoch: Epoch,
	/// The level's clock when that epoch began, in minutes.
	#[codec(compact)]
	pub(super) start: Minute,
	/// The level's clock when it was last touched, in minutes.
	#[codec(compact)]
	pub(super) clock: Minute,
	/// What one unit per minute has earned up to the start of that epoch.
	pub(super) totals: I,
	/// Levels below that were last touched in that epoch and so will need its checkpoint.
	#[codec(compact)]
	needed: u32,
	/// Levels below, each of which needs exactly one checkpoint or counts in `needed`.
	#[codec(compact)]
	members: u32,
	/// The newest checkpoint that is needed. It is kept here, since the level is written whenever it is made, and so is most
	/// often when it is released: one that goes before the next is made never costs storage of its own.
	newest: Option<Newest<I>>,
}

/// The newest checkpoint that is needed, and its epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
struct Newest<I> {
	#[codec(compact)]
	epoch: Epoch,
	checkpoint: Checkpoint<I>,
}

impl<I: Index> Timeline<I> {
	pub(super) fn new(epoch: Epoch, clock: Minute) -> Self {
		Self {
			epoch,
			start: clock,
			clock,
			..Default::default()
		}
	}

	pub(super) fn present(&self, reach: Minute) -> Present<I> {
		Present {
			epoch: self.epoch,
			start: self.start,
			clock: self.clock,
			reach,
			totals: self.totals,
		}
	}

	pub(super) fn add_member(&mut self) -> Result<(), Error> {
		self.members = self.members.checked_add(1).ok_or(Error::Overflow)?;
		self.need(self.epoch)
	}

	pub(super) fn remove_member(&mut self) -> Result<(), Error> {
		self.members = self.members.checked_sub(1).ok_or(Error::MissingCheckpoint)?;
		self.needed = self.needed.checked_sub(1).ok_or(Error::MissingCheckpoint)?;
		Ok(())
	}

	/// Whether no level below follows this one, so that no checkpoint of it exists either.
	pub(super) fn is_alone(&self) -> bool {
		self.members == 0
	}

	/// Counts one more that needs the checkpoint of `epoch`, which must be the present one.
	pub(super) fn need(&mut self, epoch: Epoch) -> Result<(), Error> {
		if epoch != self.epoch {
			return Err(Error::NotAhead);
		}
		self.needed = self.needed.checked_add(1).ok_or(Error::Overflow)?;
		Ok(())
	}

	/// Counts one more that needs the checkpoint of an epoch after the present one. It waits where that checkpoint will
	/// stand, until [`Timeline::take_needs_ahead`].
	pub(super) fn need_ahead(&mut self, epoch: Epoch, checkpoints: &mut impl Checkpoints<I>) -> Result<(), Error> {
		let mut ahead = checkpoints.get(epoch).unwrap_or_default();
		ahead.needed = ahead.needed.checked_add(1).ok_or(Error::Overflow)?;
		checkpoints.set(epoch, ahead);
		Ok(())
	}

	/// Takes over what was counted ahead for the epoch that has just begun.
	pub(super) fn take_needs_ahead(&mut self, checkpoints: &mut impl Checkpoints<I>) -> Result<(), Error> {
		if let Some(ahead) = checkpoints.get(self.epoch) {
			self.needed = self.needed.checked_add(ahead.needed).ok_or(Error::Overflow)?;
			checkpoints.remove(self.epoch);
		}
		Ok(())
	}

	pub(super) fn release(
		&mut self,
		epoch: Epoch,
		checkpoints: &mut impl Checkpoints<I>,
	) -> Result<Option<Checkpoint<I>>, Error> {
		if epoch == self.epoch {
			self.needed = self.needed.checked_sub(1).ok_or(Error::MissingCheckpoint)?;
			return Ok(None);
		}
		if let Some(Newest { checkpoint, .. }) = self.newest.filter(|newest| newest.epoch == epoch) {
			let checkpoint = checkpoint.released()?;
			self.newest = (checkpoint.needed > 0).then_some(Newest { epoch, checkpoint });
			return Ok(Some(checkpoint));
		}
		let checkpoint = checkpoints.get(epoch).ok_or(Error::MissingCheckpoint)?.released()?;
		match checkpoint.needed {
			0 => checkpoints.remove(epoch),
			_ => checkpoints.set(epoch, checkpoint),
		}
		Ok((epoch < self.epoch).then_some(checkpoint))
	}

	/// The newest checkpoint that is needed, and its epoch: older ones, and what is needed ahead, are in storage.
	pub(super) fn newest(&self) -> Option<(Epoch, Checkpoint<I>)> {
		self.newest.map(|Newest { epoch, checkpoint }| (epoch, checkpoint))
	}

	/// Ends the epoch in which one unit earned `steps`, and keeps a checkpoint of it if any level below needs one. The one
	/// before goes to storage if it is still needed.
	pub(super) fn close(&mut self, steps: I, checkpoints: &mut impl Checkpoints<I>) -> Result<(), Error> {
		let Self {
			epoch,
			start,
			clock,
			needed,
			..
		} = *self;
		let minutes = clock.checked_sub(start).ok_or(Error::Overflow)?;
		self.totals = self.totals.plus(steps.over(minutes)?)?;
		if needed > 0 {
			let checkpoint = Checkpoint {
				start,
				clock,
				steps,
				totals: self.totals,
				needed,
			};
			if let Some(before) = self.newest.replace(Newest { epoch, checkpoint }) {
				checkpoints.set(before.epoch, before.checkpoint);
			}
			self.needed = 0;
		}
		Ok(())
	}

	/// Crosses whole epochs in which one unit per minute earned `passed` and the clock ran for `minutes`.
	pub(super) fn cross(&mut self, passed: I, minutes: Minute) -> Result<(), Error> {
		self.totals = self.totals.plus(passed)?;
		self.run(minutes)
	}

	pub(super) fn run(&mut self, minutes: Minute) -> Result<(), Error> {
		self.clock = self.clock.checked_add(minutes).ok_or(Error::Overflow)?;
		Ok(())
	}

	/// Takes back minutes of the present epoch.
	pub(super) fn turn_back(&mut self, minutes: Minute) -> Result<(), Error> {
		self.clock = self.clock.checked_sub(minutes).ok_or(Error::Overflow)?;
		Ok(())
	}

	pub(super) fn begin(&mut self, epoch: Epoch) {
		self.epoch = epoch;
		self.start = self.clock;
	}
}
