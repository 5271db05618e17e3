//! The network: epochs, all DC spent in them, and what one DC and one weighted idle minute earned.

use super::{timeline::Timeline, Checkpoint, Checkpoints, Epochs, Error, Index, Present, Settled, Upper};
use crate::{index::share_out, Balance, Credits, Epoch, Minute, Overflow};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::U256;

/// What pools ask of the network's rewards, as a rate (per minute) or as a tally (in an epoch so far).
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Demand {
	/// DC spent.
	#[codec(compact)]
	pub credits: Credits,
	/// Idle GPUs x the weight of each, or their minutes.
	#[codec(compact)]
	pub weight: u128,
}

impl Demand {
	fn zip(self, other: Self, with: impl Fn(u128, u128) -> Option<u128>) -> Result<Self, Overflow> {
		Ok(Self {
			credits: with(self.credits, other.credits).ok_or(Overflow)?,
			weight: with(self.weight, other.weight).ok_or(Overflow)?,
		})
	}

	pub(super) fn plus(self, other: Self) -> Result<Self, Overflow> {
		self.zip(other, u128::checked_add)
	}

	pub(super) fn minus(self, other: Self) -> Result<Self, Overflow> {
		self.zip(other, u128::checked_sub)
	}

	/// The tally that this rate makes in `minutes`.
	pub(super) fn over(self, minutes: Minute) -> Result<Self, Overflow> {
		self.zip(self, |rate, _| rate.checked_mul(minutes.into()))
	}
}

/// What one unit of demand earns or has earned, in plancks x 2^64.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct NetworkIndex {
	/// For a DC spent: the step is `ΔR_e`, the total `Q`.
	pub credit: U256,
	/// For an idle minute of weight one.
	pub weight: U256,
}

impl Index for NetworkIndex {
	fn zip(self, other: Self, with: impl Fn(U256, U256) -> Option<U256>) -> Option<Self> {
		Some(Self {
			credit: with(self.credit, other.credit)?,
			weight: with(self.weight, other.weight)?,
		})
	}
}

/// What may be paid for an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Budget {
	/// GPU rewards `E_e`: schedule, net emissions and what was carried over, in plancks.
	pub rewards: Balance,
	/// The most that one DC spent may earn, `κ · v`, in plancks x 2^64.
	pub credit_cap: U256,
	/// The most that an idle minute of weight one may earn, in plancks x 2^64: `α · v` x the lowest ratio of reference
	/// price to weight among the models, so that no model's minute earns more than its cap.
	pub weight_cap: U256,
}

/// What an epoch came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Closed {
	/// The epoch that has closed.
	pub epoch: Epoch,
	/// All DC spent in it and all its weighted idle minutes.
	pub demand: Demand,
	/// What one unit of demand earned in it.
	pub steps: NetworkIndex,
	/// To mint into the pot for DC spent, in plancks.
	pub rewards: Balance,
	/// To mint into the pot for availability, in plancks.
	pub availability: Balance,
	/// What is left of the budget, in plancks: carried over.
	pub left: Balance,
}

/// The network's streams. Its clock is market time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Network {
	timeline: Timeline<NetworkIndex>,
	#[codec(compact)]
	end: Minute,
	rate: Demand,
	tally: Demand,
}

impl Network {
	/// A network whose epoch 0 has the minutes `[start, start + length)`.
	///
	/// Fails with [`Error::Backwards`] for a length of zero.
	pub fn new(start: Minute, length: Minute) -> Result<Self, Error> {
		Ok(Self {
			timeline: Timeline::new(0, start),
			end: end(start, length)?,
			rate: Demand::default(),
			tally: Demand::default(),
		})
	}

	/// The present epoch.
	pub fn epoch(&self) -> Epoch {
		self.timeline.epoch
	}

	/// The newest checkpoint that levels below need, and its epoch: the level keeps it itself, and only older ones apart.
	pub fn newest_checkpoint(&self) -> Option<(Epoch, Checkpoint<NetworkIndex>)> {
		self.timeline.newest()
	}

	/// The minute in which the present epoch began.
	pub fn start(&self) -> Minute {
		self.timeline.start
	}

	/// The minute in which the present epoch ends and the next one begins.
	pub fn end(&self) -> Minute {
		self.end
	}

	/// The DC spent and the weighted idle GPUs per minute, now.
	pub fn rate(&self) -> Demand {
		self.rate
	}

	/// The demand of the present epoch up to the last settlement.
	pub fn tally(&self) -> Demand {
		self.tally
	}

	/// Brings the network up to market minute `now`.
	///
	/// Fails with [`Error::EpochOver`] if the present epoch should have been closed before, and with
	/// [`Error::Backwards`] if it was already settled up to a later minute.
	pub fn settle<'a, S: Checkpoints<NetworkIndex>>(
		&'a mut self,
		now: Minute,
		checkpoints: &'a mut S,
	) -> Result<Settled<'a, Self, (), &'a mut S>, Error> {
		self.run(now)?;
		Ok(Settled {
			level: self,
			upper: (),
			checkpoints,
		})
	}

	/// Closes the present epoch at its end, shares `budget` out over it, and begins the next one of `next_length` minutes.
	///
	/// DC spent come first, `ΔR_e = min(E_e / D_e, κ · v)`; what that leaves is for availability; what is left then is
	/// carried over. Fails with [`Error::Backwards`] if it was settled beyond its end or the next length is zero.
	pub fn close<S: Checkpoints<NetworkIndex>>(
		&mut self,
		budget: Budget,
		next_length: Minute,
		checkpoints: &mut S,
	) -> Result<Closed, Error> {
		self.run(self.end)?;
		let epoch = self.timeline.epoch;
		let demand = core::mem::take(&mut self.tally);
		let rewards = share_out(budget.rewards, demand.credits, budget.credit_cap)?;
		let availability = share_out(rewards.left, demand.weight, budget.weight_cap)?;
		let steps = NetworkIndex {
			credit: rewards.step,
			weight: availability.step,
		};
		self.timeline.close(steps, checkpoints)?;
		self.timeline.begin(epoch.checked_add(1).ok_or(Error::Overflow)?);
		self.timeline.take_needs_ahead(checkpoints)?;
		self.end = end(self.end, next_length)?;
		Ok(Closed {
			epoch,
			demand,
			steps,
			rewards: rewards.paid,
			availability: availability.paid,
			left: availability.left,
		})
	}

	/// Whether more has happened since `before` than that time passed. If not, nothing is lost by keeping `before`.
	pub fn has_changed_since(&self, before: &Self) -> bool {
		let mut later = *before;
		later.run(self.timeline.clock).is_err() || later != *self
	}

	fn run(&mut self, until: Minute) -> Result<(), Error> {
		if until > self.end {
			return Err(Error::EpochOver);
		}
		let minutes = until.checked_sub(self.timeline.clock).ok_or(Error::Backwards)?;
		self.tally = self.tally.plus(self.rate.over(minutes)?)?;
		self.timeline.run(minutes)
	}
}

/// The end of an epoch of `length` minutes that begins at `start`.
fn end(start: Minute, length: Minute) -> Result<Minute, Error> {
	match length {
		0 => Err(Error::Backwards),
		_ => start.checked_add(length).ok_or(Error::Overflow),
	}
}

impl<S: Checkpoints<NetworkIndex>> Epochs for Settled<'_, Network, (), &mut S> {
	type Index = NetworkIndex;

	fn present(&self) -> Present<NetworkIndex> {
		let Timeline { start, clock, .. } = self.level.timeline;
		self.level.timeline.present(clock.saturating_sub(start))
	}

	fn remove_member(&mut self) -> Result<(), Error> {
		self.level.timeline.remove_member()
	}

	fn need(&mut self, epoch: Epoch) -> Result<(), Error> {
		if epoch > self.level.timeline.epoch {
			return self.level.timeline.need_ahead(epoch, self.checkpoints);
		}
		self.level.timeline.need(epoch)
	}

	fn release(&mut self, epoch: Epoch) -> Result<Option<Checkpoint<NetworkIndex>>, Error> {
		self.level.timeline.release(epoch, self.checkpoints)
	}
}

impl<S: Checkpoints<NetworkIndex>> Upper for Settled<'_, Network, (), &mut S> {
	type Rate = Demand;

	fn add_member(&mut self) -> Result<(), Error> {
		self.level.timeline.add_member()
	}

	fn change(&mut self, before: Demand, after: Demand) -> Result<(), Error> {
		self.level.rate = self.level.rate.minus(before)?.plus(after)?;
		Ok(())
	}

	fn lump(&mut self, credits: Credits) -> Result<(), Error> {
		self.level.tally = self.level.tally.plus(Demand { credits, weight: 0 })?;
		Ok(())
	}

	fn retract(&mut self, rate: Demand, minutes: Minute) -> Result<(), Error> {
		self.level.tally = self.level.tally.minus(rate.over(minutes)?)?;
		Ok(())
	}
}
