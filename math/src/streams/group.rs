//! A group: the GPUs of one host in one pool, lit or dark together.

use super::{earned, Activity, Checkpoint, Checkpoints, Error, GpuIndex, Index, PoolIndex};
use super::{timeline::Timeline, Epochs, Present, Settled, Upper};
use crate::{Balance, Credits, Epoch, Minute};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A group's streams. Its clock counts the minutes in which it was lit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Group {
	timeline: Timeline<GpuIndex>,
	/// The pool's clock when the group was last settled.
	#[codec(compact)]
	since: Minute,
	/// The pool's clock when it was lit; none while it is dark.
	lit: Option<Minute>,
	/// The pool's clock when the group or a GPU in it last changed.
	#[codec(compact)]
	changed: Minute,
	/// Of its GPUs, whether it is lit or not.
	rate: Activity,
	/// DC spent on it in the epoch in which it was last settled.
	#[codec(compact)]
	credits: Credits,
	#[codec(compact)]
	host: Balance,
}

impl Group {
	/// A new group of `pool`, without GPUs and lit.
	pub fn join<P: Upper<Index = PoolIndex>>(pool: &mut P) -> Result<Self, Error> {
		let Present { epoch, clock, .. } = pool.present();
		pool.add_member()?;
		Ok(Self {
			timeline: Timeline::new(epoch, 0),
			since: clock,
			lit: Some(clock),
			changed: clock,
			rate: Activity::default(),
			credits: 0,
			host: 0,
		})
	}

	/// Whether its GPUs count as online.
	pub fn is_lit(&self) -> bool {
		self.lit.is_some()
	}

	/// The minutes in which the group was lit, up to the last settlement. Billing that follows this clock stops and goes
	/// on with the group.
	pub fn clock(&self) -> Minute {
		self.timeline.clock
	}

	/// What [`clock`](Self::clock) will show at market minute `now`, not before the last settlement, if nothing changes.
	pub fn clock_at(&self, now: Minute) -> Minute {
		let passed = if self.is_lit() {
			now.saturating_sub(self.since)
		} else {
			0
		};
		self.timeline.clock.saturating_add(passed)
	}

	/// The epoch in which it was last settled.
	pub fn epoch(&self) -> Epoch {
		self.timeline.epoch
	}

	/// The newest checkpoint that levels below need, and its epoch: the level keeps it itself, and only older ones apart.
	pub fn newest_checkpoint(&self) -> Option<(Epoch, Checkpoint<GpuIndex>)> {
		self.timeline.newest()
	}

	/// DC per minute, GPUs online and GPUs idle in it, as they are while it is lit.
	pub fn rate(&self) -> Activity {
		self.rate
	}

	/// What the host has earned and was not paid yet, in plancks.
	pub fn host(&self) -> Balance {
		self.host
	}

	/// Whether more has happened since `before` than that time passed. If not, nothing is lost by keeping `before`.
	pub fn has_changed_since(&self, before: &Self) -> bool {
		let mut later = *before;
		later.run(self.since).is_err() || later != *self
	}

	/// Brings the group up to now.
	pub fn settle<'a, P: Upper<Index = PoolIndex, Rate = Activity>, S: Checkpoints<GpuIndex>>(
		&'a mut self,
		pool: &'a mut P,
		checkpoints: &'a mut S,
	) -> Result<Settled<'a, Self, &'a mut P, &'a mut S>, Error> {
		let now = pool.present();
		if self.timeline.epoch < now.epoch {
			let closed = pool.release(self.timeline.epoch)?.ok_or(Error::MissingCheckpoint)?;
			self.advance(closed, now, checkpoints)?;
			pool.need(now.epoch)?;
		}
		self.run(now.clock)?;
		Ok(Settled {
			level: self,
			upper: pool,
			checkpoints,
		})
	}

	/// The group as it was last settled, if that was in the open epoch. GPUs in it can be paid over it what they earned in closed
	/// epochs, without a network or a pool.
	pub fn as_it_stands<'a, S: Checkpoints<GpuIndex>>(
		&'a mut self,
		open: Epoch,
		checkpoints: &'a mut S,
	) -> Option<Settled<'a, Self, (), &'a mut S>> {
		(self.timeline.epoch == open).then_some(Settled {
			level: self,
			upper: (),
			checkpoints,
		})
	}

	/// Closes the epoch it was last touched in and crosses the whole ones up to the start of `to.epoch`.
	fn advance(
		&mut self,
		closed: Checkpoint<PoolIndex>,
		to: Present<PoolIndex>,
		checkpoints: &mut impl Checkpoints<GpuIndex>,
	) -> Result<(), Error> {
		self.run(closed.clock)?;
		self.timeline.close(closed.steps.gpu, checkpoints)?;

		let passed = to.totals.minus(closed.totals)?;
		let (tally, mut rate) = (core::mem::take(&mut self.credits), 0);
		if self.is_lit() {
			rate = self.rate.credits;
			self.timeline
				.cross(passed.gpu, to.start.checked_sub(closed.clock).ok_or(Error::Overflow)?)?;
		}
		let host = earned([(tally, closed.steps.host), (rate, passed.host)])?;
		self.host = self.host.checked_add(host).ok_or(Error::Overflow)?;
		self.timeline.begin(to.epoch);
		self.since = to.start;
		Ok(())
	}

	fn run(&mut self, until: Minute) -> Result<(), Error> {
		let minutes = until.checked_sub(self.since).ok_or(Error::Backwards)?;
		if self.is_lit() {
			self.timeline.run(minutes)?;
			self.credits = self
				.credits
				.checked_add(self.rate.over(minutes)?.credits)
				.ok_or(Error::Overflow)?;
		}
		self.since = until;
		Ok(())
	}
}

impl<P: Upper<Index = PoolIndex, Rate = Activity>, S: Checkpoints<GpuIndex>> Settled<'_, Group, &mut P, &mut S> {
	/// Lights the group: from now on its GPUs count as online. Nothing changes if it is lit.
	pub fn light(&mut self) -> Result<(), Error> {
		if !self.is_lit() {
			self.upper.change(Activity::default(), self.level.rate)?;
			self.level.lit = Some(self.level.since);
			self.level.changed = self.level.since;
		}
		Ok(())
	}

	/// Darkens the group: for the last `ago` minutes and from now on, nothing is spent on its GPUs and they earn nothing.
	///
	/// Returns how many minutes were taken back in fact. It is less than `ago` if the present epoch began later, or the
	/// group, a GPU in it or the pool's weight changed later, and zero if it is dark.
	pub fn darken(&mut self, ago: Minute) -> Result<Minute, Error> {
		if !self.is_lit() {
			return Ok(0);
		}
		let unchanged = self
			.level
			.since
			.checked_sub(self.level.changed)
			.ok_or(Error::Overflow)?;
		let minutes = ago.min(unchanged).min(self.upper.present().reach);
		let rate = self.level.rate;
		self.retract(rate, minutes)?;
		self.level.timeline.turn_back(minutes)?;
		self.upper.change(rate, Activity::default())?;
		self.level.lit = None;
		self.level.changed = self.level.since;
		Ok(minutes)
	}

	/// Takes out what the host has earned, in plancks, to be paid.
	pub fn take_host(&mut self) -> Balance {
		core::mem::take(&mut self.level.host)
	}

	/// Ends the group's streams.
	///
	/// Fails with [`Error::StillActive`] while it has GPUs, with [`Error::Unsettled`] in an epoch in which DC were spent
	/// on it, and with [`Error::Unpaid`] until what the host has earned was taken out.
	pub fn leave(self) -> Result<(), Error> {
		if !self.level.timeline.is_alone() {
			return Err(Error::StillActive);
		}
		if self.level.credits > 0 {
			return Err(Error::Unsettled);
		}
		if self.level.host > 0 {
			return Err(Error::Unpaid);
		}
		self.upper.remove_member()
	}
}

impl<S: Checkpoints<GpuIndex>> Epochs for Settled<'_, Group, (), &mut S> {
	type Index = GpuIndex;

	fn present(&self) -> Present<GpuIndex> {
		self.level.timeline.present(0)
	}

	fn remove_member(&mut self) -> Result<(), Error> {
		self.level.timeline.remove_member()
	}

	fn need(&mut self, epoch: Epoch) -> Result<(), Error> {
		self.level.timeline.need(epoch)
	}

	fn release(&mut self, epoch: Epoch) -> Result<Option<Checkpoint<GpuIndex>>, Error> {
		self.level.timeline.release(epoch, self.checkpoints)
	}
}

impl<P: Upper<Index = PoolIndex, Rate = Activity>, S: Checkpoints<GpuIndex>> Epochs
	for Settled<'_, Group, &mut P, &mut S>
{
	type Index = GpuIndex;

	fn present(&self) -> Present<GpuIndex> {
		let lit = self.level.lit.map_or(0, |lit| self.level.since.saturating_sub(lit));
		self.level.timeline.present(lit.min(self.upper.present().reach))
	}

	fn remove_member(&mut self) -> Result<(), Error> {
		self.level.timeline.remove_member()
	}

	fn need(&mut self, epoch: Epoch) -> Result<(), Error> {
		self.level.timeline.need(epoch)
	}

	fn release(&mut self, epoch: Epoch) -> Result<Option<Checkpoint<GpuIndex>>, Error> {
		self.level.timeline.release(epoch, self.checkpoints)
	}
}

impl<P: Upper<Index = PoolIndex, Rate = Activity>, S: Checkpoints<GpuIndex>> Upper
	for Settled<'_, Group, &mut P, &mut S>
{
	type Rate = Activity;

	fn add_member(&mut self) -> Result<(), Error> {
		self.level.changed = self.level.since;
		self.level.timeline.add_member()
	}

	fn change(&mut self, before: Activity, after: Activity) -> Result<(), Error> {
		if self.is_lit() {
			self.upper.change(before, after)?;
		}
		self.level.rate = self.level.rate.minus(before)?.plus(after)?;
		self.level.changed = self.level.since;
		Ok(())
	}

	fn lump(&mut self, credits: Credits) -> Result<(), Error> {
		self.level.credits = self.level.credits.checked_add(credits).ok_or(Error::Overflow)?;
		self.upper.lump(credits)
	}

	fn retract(&mut self, rate: Activity, minutes: Minute) -> Result<(), Error> {
		let undone = rate.over(minutes)?.credits;
		self.level.credits = self.level.credits.checked_sub(undone).ok_or(Error::Overflow)?;
		self.upper.retract(rate, minutes)
	}
}
