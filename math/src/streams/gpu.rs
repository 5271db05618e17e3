//! A GPU: what it did in the epoch it was last touched in, and what it has earned.

use super::{
	earned, ensure_within_limit, Activity, Checkpoint, Epochs, Error, GpuIndex, Index, Present, Settled, Upper,
};
use crate::{Balance, Credits, Epoch, Minute, Overflow};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What a GPU does. In a dark group it counts as offline, whatever it does.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub enum Status {
	/// It earns nothing.
	#[default]
	Offline,
	/// Online, and nobody rents it: it earns of the pool share and of availability.
	Idle,
	/// Online and kept for a customer who pays nothing at the moment: it earns of the pool share.
	Kept,
	/// Online and rented at so many DC a minute: it earns of the pool share and of the used share.
	Rented(Credits),
}

impl From<Status> for Activity {
	fn from(status: Status) -> Self {
		let (credits, online, idle) = match status {
			Status::Offline => (0, 0, 0),
			Status::Idle => (0, 1, 1),
			Status::Kept => (0, 1, 0),
			Status::Rented(rate) => (rate, 1, 0),
		};
		Activity { credits, online, idle }
	}
}

/// What a GPU has earned, in plancks, each stream rounded down.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Earnings {
	/// Of the pool share, by its online minutes.
	#[codec(compact)]
	pub pool: Balance,
	/// Of the used share, by the DC spent on it.
	#[codec(compact)]
	pub used: Balance,
	/// Of availability, by its idle minutes.
	#[codec(compact)]
	pub available: Balance,
}

impl Earnings {
	/// All of it, in plancks.
	pub fn sum(&self) -> Result<Balance, Overflow> {
		let sum = self
			.pool
			.checked_add(self.used)
			.and_then(|sum| sum.checked_add(self.available));
		sum.ok_or(Overflow)
	}

	/// Adds what both activities have earned, each at its index.
	fn add(&mut self, [(a, at_a), (b, at_b)]: [(Activity, GpuIndex); 2]) -> Result<(), Overflow> {
		let add = |sum: Balance, terms| sum.checked_add(earned(terms)?).ok_or(Overflow);
		self.pool = add(self.pool, [(a.online, at_a.pool), (b.online, at_b.pool)])?;
		self.used = add(self.used, [(a.credits, at_a.used), (b.credits, at_b.used)])?;
		self.available = add(self.available, [(a.idle, at_a.available), (b.idle, at_b.available)])?;
		Ok(())
	}
}

/// A GPU's streams, as long as it stays in one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Gpu {
	/// The epoch in which it was last touched.
	#[codec(compact)]
	epoch: Epoch,
	/// The group's clock when it last changed in that epoch, or when that epoch began.
	#[codec(compact)]
	since: Minute,
	status: Status,
	/// In that epoch up to then.
	tally: Activity,
	/// In all up to then.
	history: Activity,
	/// Its rented minutes in all up to then.
	#[codec(compact)]
	rented: u64,
	pending: Earnings,
	/// What it has earned and was taken out, in all.
	#[codec(compact)]
	taken: Balance,
}

impl Gpu {
	/// A new GPU in `group`, offline.
	pub fn join<G: Upper<Index = GpuIndex>>(group: &mut G) -> Result<Self, Error> {
		let Present { epoch, clock, .. } = group.present();
		group.add_member()?;
		Ok(Self {
			epoch,
			since: clock,
			status: Status::Offline,
			tally: Activity::default(),
			history: Activity::default(),
			rented: 0,
			pending: Earnings::default(),
			taken: 0,
		})
	}

	/// What it does.
	pub fn status(&self) -> Status {
		self.status
	}

	/// The epoch up to whose start it was last settled.
	pub fn epoch(&self) -> Epoch {
		self.epoch
	}

	/// DC spent on it, its minutes online and idle since it joined, up to the last change or the start of the epoch of the last
	/// settlement. In those that it was neither idle nor [rented](Self::rented) it was kept for somebody.
	pub fn history(&self) -> Activity {
		self.history
	}

	/// Its rented minutes since it joined, up to the same minute.
	pub fn rented(&self) -> u64 {
		self.rented
	}

	/// What it has earned in closed epochs and was not paid yet, in plancks, up to the last settlement.
	pub fn pending(&self) -> Earnings {
		self.pending
	}

	/// What it has earned and was taken out since it joined, in plancks.
	pub fn taken(&self) -> Balance {
		self.taken
	}

	/// Pays in what it earned in the epochs that have closed.
	pub fn settle<'a, G: Epochs<Index = GpuIndex>>(
		&'a mut self,
		group: &'a mut G,
	) -> Result<Settled<'a, Self, &'a mut G, ()>, Error> {
		let now = group.present();
		if self.epoch < now.epoch {
			let closed = group.release(self.epoch)?.ok_or(Error::MissingCheckpoint)?;
			self.advance(closed, now)?;
			group.need(now.epoch)?;
		}
		Ok(Settled {
			level: self,
			upper: group,
			checkpoints: (),
		})
	}

	/// Closes the epoch it was last touched in and crosses the whole ones up to the start of `to.epoch`.
	fn advance(&mut self, closed: Checkpoint<GpuIndex>, to: Present<GpuIndex>) -> Result<(), Error> {
		self.run(closed.clock)?;
		let (tally, rate) = (core::mem::take(&mut self.tally), Activity::from(self.status));
		self.pending
			.add([(tally, closed.steps), (rate, to.totals.minus(closed.totals)?)])?;
		let minutes = to.start.checked_sub(closed.clock).ok_or(Error::Overflow)?;
		self.count(minutes)?;
		(self.epoch, self.since) = (to.epoch, to.start);
		Ok(())
	}

	fn run(&mut self, until: Minute) -> Result<(), Error> {
		let minutes = until.checked_sub(self.since).ok_or(Error::Backwards)?;
		self.tally = self.tally.plus(self.count(minutes)?)?;
		self.since = until;
		Ok(())
	}

	/// Adds what it does in `minutes` to its history, and returns that.
	fn count(&mut self, minutes: Minute) -> Result<Activity, Error> {
		let passed = Activity::from(self.status).over(minutes)?;
		self.history = self.history.plus(passed)?;
		if matches!(self.status, Status::Rented(_)) {
			self.rented = self.rented.saturating_add(minutes.into());
		}
		Ok(passed)
	}
}

impl<G: Upper<Index = GpuIndex, Rate = Activity>> Settled<'_, Gpu, &mut G, ()> {
	/// From now on the GPU does `status`. Fails with [`Error::TooMuch`] if it is rented for more than [`super::LIMIT`].
	pub fn change(&mut self, status: Status) -> Result<(), Error> {
		let (before, after) = (Activity::from(self.level.status), Activity::from(status));
		ensure_within_limit(after.credits)?;
		let now = self.upper.present().clock;
		self.level.run(now)?;
		self.upper.change(before, after)?;
		self.level.status = status;
		Ok(())
	}

	/// For the last `ago` minutes and from now on, the GPU was and is offline.
	///
	/// Returns how many minutes were taken back in fact. It is less than `ago` if the present epoch began later, or the
	/// GPU, its group's being lit or the pool's weight changed later, and zero in a dark group.
	pub fn darken(&mut self, ago: Minute) -> Result<Minute, Error> {
		let Present { clock, reach, .. } = self.upper.present();
		let unchanged = clock.checked_sub(self.level.since).ok_or(Error::Overflow)?;
		let minutes = ago.min(reach).min(unchanged);
		self.level.run(clock.checked_sub(minutes).ok_or(Error::Overflow)?)?;
		let rate = Activity::from(self.level.status);
		self.upper.retract(rate, minutes)?;
		self.level.status = Status::Offline;
		self.level.run(clock)?;
		self.upper.change(rate, Activity::default())?;
		Ok(minutes)
	}

	/// `credits` DC are spent on the GPU at once, now. Fails with [`Error::TooMuch`] above [`super::LIMIT`].
	pub fn lump(&mut self, credits: Credits) -> Result<(), Error> {
		ensure_within_limit(credits)?;
		self.level.tally.credits = self.level.tally.credits.checked_add(credits).ok_or(Error::Overflow)?;
		self.level.history.credits = self.level.history.credits.checked_add(credits).ok_or(Error::Overflow)?;
		self.upper.lump(credits)
	}
}

impl<G: Epochs<Index = GpuIndex>> Settled<'_, Gpu, &mut G, ()> {
	/// Takes out what it has earned in closed epochs, in plancks, to be paid.
	pub fn take(&mut self) -> Earnings {
		let earnings = core::mem::take(&mut self.level.pending);
		// More than can exist is nothing that is paid.
		self.level.taken = self.level.taken.saturating_add(earnings.sum().unwrap_or(Balance::MAX));
		earnings
	}

	/// Ends the GPU's streams in its group.
	///
	/// Fails with [`Error::StillActive`] unless it is offline, with [`Error::Unsettled`] in an epoch in which it was
	/// online in the lit group or DC were spent on it, and with [`Error::Unpaid`] until what it has earned was taken out.
	pub fn leave(self) -> Result<(), Error> {
		if self.level.status != Status::Offline {
			return Err(Error::StillActive);
		}
		if !self.level.tally.is_none() {
			return Err(Error::Unsettled);
		}
		if self.level.pending != Earnings::default() {
			return Err(Error::Unpaid);
		}
		self.upper.remove_member()
	}
}
