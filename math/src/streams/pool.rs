//! A pool: turns what its DC and idle minutes earned into what one GPU's activity earns, by its shares.

use super::{
	ensure_within_limit, timeline::Timeline, Activity, Checkpoint, Checkpoints, Demand, Error, GpuIndex, Index,
};
use super::{Epochs, NetworkIndex, Present, Settled, Upper};
use crate::{
	index::{portion, times, whole},
	Balance, Credits, Epoch, Minute, Overflow, BASIS_POINTS,
};
use codec::{Decode, DecodeWithMemTracking, Encode, Error as CodecError, Input, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::U256;

/// How a pool's reward is split, in basis points that add up to 10,000. Decoding refuses any other sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Shares {
	manager: u16,
	host: u16,
	pool: u16,
	used: u16,
}

impl Shares {
	/// The shares of the manager, of the hosts by the DC their GPUs earned, of all GPUs by online minutes, and of the
	/// GPUs by the DC each earned, in basis points. Fails with [`Error::NotTheWhole`] if they do not add up to 10,000.
	pub fn new(manager: u16, host: u16, pool: u16, used: u16) -> Result<Self, Error> {
		let sum = [host, pool, used]
			.into_iter()
			.fold(u32::from(manager), |sum, share| sum.saturating_add(share.into()));
		(sum == BASIS_POINTS.into())
			.then_some(Self {
				manager,
				host,
				pool,
				used,
			})
			.ok_or(Error::NotTheWhole)
	}

	/// Of the manager, in basis points.
	pub fn manager(&self) -> u16 {
		self.manager
	}

	/// Of the hosts, in basis points.
	pub fn host(&self) -> u16 {
		self.host
	}

	/// Of all GPUs, in basis points.
	pub fn pool(&self) -> u16 {
		self.pool
	}

	/// Of the GPUs that were used, in basis points.
	pub fn used(&self) -> u16 {
		self.used
	}
}

impl Decode for Shares {
	fn decode<I: Input>(input: &mut I) -> Result<Self, CodecError> {
		let (manager, host, pool, used) = Decode::decode(input)?;
		Shares::new(manager, host, pool, used).map_err(|_| "shares must add up to 10,000 basis points".into())
	}
}

/// What one unit below a pool earns or has earned, in plancks x 2^64.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct PoolIndex {
	/// The GPU itself.
	pub gpu: GpuIndex,
	/// Its host, for a DC spent.
	pub host: U256,
}

impl Index for PoolIndex {
	fn zip(self, other: Self, with: impl Fn(U256, U256) -> Option<U256>) -> Option<Self> {
		Some(Self {
			gpu: self.gpu.zip(other.gpu, &with)?,
			host: with(self.host, other.host)?,
		})
	}
}

/// Shares that take effect at the start of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
struct Scheduled {
	from: Epoch,
	shares: Shares,
}

/// A pool's streams. Its clock is market time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Pool {
	timeline: Timeline<PoolIndex>,
	shares: Shares,
	/// The network keeps the checkpoint of `from` for it, so that it can be taken into account however late.
	scheduled: Option<Scheduled>,
	/// What an idle GPU counts for availability; zero while the pool's price is too high for it.
	#[codec(compact)]
	weight: u128,
	/// When the weight last changed.
	#[codec(compact)]
	weighed: Minute,
	rate: Activity,
	tally: Activity,
	/// Idle minutes of the epoch x the weight of each.
	#[codec(compact)]
	weighted: u128,
	#[codec(compact)]
	manager: Balance,
	#[codec(compact)]
	unshared: Balance,
}

impl Pool {
	/// A new pool of `network`, whose idle GPUs count `weight` each for availability.
	///
	/// Fails with [`Error::TooMuch`] for a weight above [`super::LIMIT`].
	pub fn join<N: Upper<Index = NetworkIndex>>(network: &mut N, shares: Shares, weight: u128) -> Result<Self, Error> {
		ensure_within_limit(weight)?;
		let Present { epoch, clock, .. } = network.present();
		network.add_member()?;
		Ok(Self {
			timeline: Timeline::new(epoch, clock),
			shares,
			scheduled: None,
			weight,
			weighed: clock,
			rate: Activity::default(),
			tally: Activity::default(),
			weighted: 0,
			manager: 0,
			unshared: 0,
		})
	}

	/// The epoch in which it was last settled.
	pub fn epoch(&self) -> Epoch {
		self.timeline.epoch
	}

	/// The newest checkpoint that levels below need, and its epoch: the level keeps it itself, and only older ones apart.
	pub fn newest_checkpoint(&self) -> Option<(Epoch, Checkpoint<PoolIndex>)> {
		self.timeline.newest()
	}

	/// The shares in effect at the last settlement.
	pub fn shares(&self) -> Shares {
		self.shares
	}

	/// The epoch from which other shares are in effect, and those shares, if a change is scheduled.
	pub fn scheduled(&self) -> Option<(Epoch, Shares)> {
		self.scheduled.map(|Scheduled { from, shares }| (from, shares))
	}

	/// What an idle GPU counts for availability.
	pub fn weight(&self) -> u128 {
		self.weight
	}

	/// DC per minute, GPUs online and GPUs idle in its lit groups, now.
	pub fn rate(&self) -> Activity {
		self.rate
	}

	/// DC spent, GPU-minutes online and idle in the present epoch up to the last settlement.
	pub fn tally(&self) -> Activity {
		self.tally
	}

	/// What the manager has earned and was not paid yet, in plancks.
	pub fn manager(&self) -> Balance {
		self.manager
	}

	/// The pool share of epochs in which DC were spent but no GPU was online, in plancks: it is nobody's.
	pub fn unshared(&self) -> Balance {
		self.unshared
	}

	/// Whether more has happened since `before` than that time passed. If not, nothing is lost by keeping `before`.
	pub fn has_changed_since(&self, before: &Self) -> bool {
		let mut later = *before;
		later.run(self.timeline.clock).is_err() || later != *self
	}

	/// Brings the pool up to now.
	pub fn settle<'a, N: Upper<Index = NetworkIndex, Rate = Demand>, S: Checkpoints<PoolIndex>>(
		&'a mut self,
		network: &'a mut N,
		checkpoints: &'a mut S,
	) -> Result<Settled<'a, Self, &'a mut N, &'a mut S>, Error> {
		let now = network.present();
		if self.timeline.epoch < now.epoch {
			let mut closed = network.release(self.timeline.epoch)?.ok_or(Error::MissingCheckpoint)?;
			if let Some(Scheduled { from, shares }) = self.scheduled.filter(|scheduled| scheduled.from <= now.epoch) {
				// First up to the epoch in which the shares change, as if the pool had been touched when it began: the
				// checkpoint that was asked for ahead is the one that it needs from there.
				let turn = network.release(from)?;
				let beginning = turn.map_or(Ok(now), |turn| turn.beginning(from))?;
				self.advance(closed, beginning, checkpoints)?;
				(self.shares, self.scheduled) = (shares, None);
				closed = turn.unwrap_or(closed);
			}
			if self.timeline.epoch < now.epoch {
				self.advance(closed, now, checkpoints)?;
			}
			network.need(now.epoch)?;
		}
		self.run(now.clock)?;
		Ok(Settled {
			level: self,
			upper: network,
			checkpoints,
		})
	}

	/// Closes the epoch it was last touched in and crosses the whole ones up to the start of `to.epoch`.
	fn advance(
		&mut self,
		closed: Checkpoint<NetworkIndex>,
		to: Present<NetworkIndex>,
		checkpoints: &mut impl Checkpoints<PoolIndex>,
	) -> Result<(), Error> {
		self.run(closed.clock)?;
		let tally = core::mem::take(&mut self.tally);
		let demand = Demand {
			credits: tally.credits,
			weight: core::mem::take(&mut self.weighted),
		};
		let steps = self.distribute(demand, tally, closed.steps)?;
		self.timeline.close(steps, checkpoints)?;

		let passed = self.distribute(self.demand()?, self.rate, to.totals.minus(closed.totals)?)?;
		self.timeline
			.cross(passed, to.start.checked_sub(closed.clock).ok_or(Error::Overflow)?)?;
		self.timeline.begin(to.epoch);
		Ok(())
	}

	fn run(&mut self, until: Minute) -> Result<(), Error> {
		let minutes = until.checked_sub(self.timeline.clock).ok_or(Error::Backwards)?;
		self.weighted = self
			.weighted
			.checked_add(self.demand()?.over(minutes)?.weight)
			.ok_or(Error::Overflow)?;
		self.tally = self.tally.plus(self.rate.over(minutes)?)?;
		self.timeline.run(minutes)
	}

	/// What the pool asks of the network per minute.
	fn demand(&self) -> Result<Demand, Overflow> {
		let weight = self.weight.checked_mul(self.rate.idle).ok_or(Overflow)?;
		Ok(Demand {
			credits: self.rate.credits,
			weight,
		})
	}

	/// Distributes what `demand` earned at `per` by the shares, and returns what one unit of `activity` gets of it.
	///
	/// With an epoch's tallies and steps it gives the steps below; with rates and the totals of whole epochs, in which
	/// rates do not change, it gives the totals below, for the lengths of the epochs cancel out.
	fn distribute(&mut self, demand: Demand, activity: Activity, per: NetworkIndex) -> Result<PoolIndex, Overflow> {
		let reward = times(per.credit, demand.credits)?;
		let manager = whole(portion(reward, self.shares.manager)?)?;
		self.manager = self.manager.checked_add(manager).ok_or(Overflow)?;

		let shared = portion(reward, self.shares.pool)?;
		let pool = shared.checked_div(activity.online.into());
		if pool.is_none() {
			self.unshared = self.unshared.checked_add(whole(shared)?).ok_or(Overflow)?;
		}
		let available = times(per.weight, demand.weight)?.checked_div(activity.idle.into());
		Ok(PoolIndex {
			gpu: GpuIndex {
				pool: pool.unwrap_or_default(),
				used: portion(per.credit, self.shares.used)?,
				available: available.unwrap_or_default(),
			},
			host: portion(per.credit, self.shares.host)?,
		})
	}
}

impl<N: Upper<Index = NetworkIndex, Rate = Demand>, S: Checkpoints<PoolIndex>> Settled<'_, Pool, &mut N, &mut S> {
	/// From the start of epoch `from` on, `shares` are in effect, in place of any change scheduled before.
	///
	/// Fails with [`Error::NotAhead`] if that epoch has begun.
	pub fn schedule(&mut self, from: Epoch, shares: Shares) -> Result<(), Error> {
		if from <= self.level.timeline.epoch {
			return Err(Error::NotAhead);
		}
		self.unschedule()?;
		self.upper.need(from)?;
		self.level.scheduled = Some(Scheduled { from, shares });
		Ok(())
	}

	/// Drops the scheduled change of shares, if there is one.
	pub fn unschedule(&mut self) -> Result<(), Error> {
		if let Some(Scheduled { from, .. }) = self.level.scheduled.take() {
			self.upper.release(from)?;
		}
		Ok(())
	}

	/// From now on an idle GPU counts `weight` for availability: zero while the pool's price is too high for it.
	///
	/// What the pool earns for availability in an epoch is spread over all its idle minutes in that epoch. Fails with
	/// [`Error::TooMuch`] above [`super::LIMIT`].
	pub fn set_weight(&mut self, weight: u128) -> Result<(), Error> {
		ensure_within_limit(weight)?;
		let before = self.level.demand()?;
		self.level.weight = weight;
		self.level.weighed = self.level.timeline.clock;
		self.upper.change(before, self.level.demand()?)
	}

	/// Takes out what the manager has earned, in plancks, to be paid.
	pub fn take_manager(&mut self) -> Balance {
		core::mem::take(&mut self.level.manager)
	}

	/// Takes out what is nobody's, in plancks, to be carried over by the network.
	pub fn take_unshared(&mut self) -> Balance {
		core::mem::take(&mut self.level.unshared)
	}

	/// Ends the pool's streams.
	///
	/// Fails with [`Error::StillActive`] while it has groups, with [`Error::Unsettled`] in an epoch in which DC were
	/// spent on it or a GPU was online, and with [`Error::Unpaid`] until all that it has earned was taken out.
	pub fn leave(mut self) -> Result<(), Error> {
		if !self.level.timeline.is_alone() {
			return Err(Error::StillActive);
		}
		if !self.level.tally.is_none() {
			return Err(Error::Unsettled);
		}
		if self.level.manager > 0 || self.level.unshared > 0 {
			return Err(Error::Unpaid);
		}
		self.unschedule()?;
		self.upper.remove_member()
	}
}

impl<N: Upper<Index = NetworkIndex, Rate = Demand>, S: Checkpoints<PoolIndex>> Epochs
	for Settled<'_, Pool, &mut N, &mut S>
{
	type Index = PoolIndex;

	fn present(&self) -> Present<PoolIndex> {
		let unchanged = self.level.timeline.clock.saturating_sub(self.level.weighed);
		self.level.timeline.present(unchanged.min(self.upper.present().reach))
	}

	fn remove_member(&mut self) -> Result<(), Error> {
		self.level.timeline.remove_member()
	}

	fn need(&mut self, epoch: Epoch) -> Result<(), Error> {
		self.level.timeline.need(epoch)
	}

	fn release(&mut self, epoch: Epoch) -> Result<Option<Checkpoint<PoolIndex>>, Error> {
		self.level.timeline.release(epoch, self.checkpoints)
	}
}

impl<N: Upper<Index = NetworkIndex, Rate = Demand>, S: Checkpoints<PoolIndex>> Upper
	for Settled<'_, Pool, &mut N, &mut S>
{
	type Rate = Activity;

	fn add_member(&mut self) -> Result<(), Error> {
		self.level.timeline.add_member()
	}

	fn change(&mut self, before: Activity, after: Activity) -> Result<(), Error> {
		let demand = self.level.demand()?;
		self.level.rate = self.level.rate.minus(before)?.plus(after)?;
		self.upper.change(demand, self.level.demand()?)
	}

	fn lump(&mut self, credits: Credits) -> Result<(), Error> {
		self.level.tally.credits = self.level.tally.credits.checked_add(credits).ok_or(Error::Overflow)?;
		self.upper.lump(credits)
	}

	fn retract(&mut self, rate: Activity, minutes: Minute) -> Result<(), Error> {
		let weight = self.level.weight.checked_mul(rate.idle).ok_or(Error::Overflow)?;
		let demand = Demand {
			credits: rate.credits,
			weight,
		};
		self.level.tally = self.level.tally.minus(rate.over(minutes)?)?;
		self.level.weighted = self
			.level
			.weighted
			.checked_sub(demand.over(minutes)?.weight)
			.ok_or(Error::Overflow)?;
		self.upper.retract(demand, minutes)
	}
}
