//! What the pallet stores and tells.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use millpond_math::streams::{Activity, Earnings, Shares};
use millpond_primitives::{
	Balance, Credits, EpochIndex, GpuId, GpuModelId, Minute, OperatorId, PoolId, RangedU128, RangedU32, SlotId,
	BASIS_POINTS, BCT, CREDITS_PER_USD, MINUTES_PER_DAY,
};
use millpond_traits::Duty;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// A group: the GPUs that one operator hosts in one pool.
pub type GroupKey = (PoolId, OperatorId);

/// The most hosts that a pool has.
pub const MAX_HOSTS: u32 = 128;

/// The most operators that a pool has invited and that have not accepted yet.
pub const MAX_INVITED: u32 = 16;

/// The most pools in which an operator hosts.
pub const MAX_GROUPS: u32 = 32;

/// The most tiers of prices for reserved time.
pub const MAX_TIERS: u32 = 8;

/// The most GPUs that are given to a slot, priced or given back at once.
pub const MAX_AT_ONCE: u32 = 256;

/// The most groups in which a GPU may have earned what is not settled: the one that it is in, and those it has left of late.
pub const MAX_STREAMS: u32 = 4;

/// The most dates from which GPUs of one host in a pool are withheld from the market, that of the host itself apart. Going dark
/// and coming back costs by their number.
pub const MAX_LEAVE_DATES: u32 = 12;

/// As long as a group has fewer dates than this, each GPU is withheld from its own.
pub const FREE_LEAVE_DATES: u32 = 4;

/// Where it has more, GPUs that leave within one part of the notice are withheld from the same minute on: one part of so many.
pub const NOTICE_PARTS: Minute = 6;

/// The longest grace, in minutes: a day.
pub const MAX_GRACE: Minute = MINUTES_PER_DAY;

/// The most that a pool's on-demand price may be, as a multiple of the model's reference price, if its idle GPUs are to earn
/// for their availability.
pub const AVAILABLE_UP_TO: Credits = 2;

/// What governance sets.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParametersRecord {
	/// What of a manager's bond answers for each new pool, in DC: up to $1,000,000.
	pub pool_bond: RangedU128<0, { 1_000_000 * CREDITS_PER_USD }>,
	/// How many minutes before they take effect changed terms are announced at least: up to 90 days. Never less than the
	/// leave notice, so that owners can leave before.
	pub terms_notice: RangedU32<1, { 90 * MINUTES_PER_DAY }>,
	/// How many minutes before it leaves a GPU or a host is announced at least: up to 30 days.
	pub leave_notice: RangedU32<1, { 30 * MINUTES_PER_DAY }>,
	/// For how many minutes at least a host's uptime is measured before it counts: up to 30 days.
	pub uptime_window: RangedU32<10, { 30 * MINUTES_PER_DAY }>,
	/// The least, in plancks, that is paid without the holder's asking: from 0.01 to 100 BCT.
	pub minimum_payout: RangedU128<{ BCT / 100 }, { 100 * BCT }>,
}

impl Default for ParametersRecord {
	/// $1,000; 14 days; 7 days; 7 days; 0.1 BCT.
	fn default() -> Self {
		Self {
			pool_bond: RangedU128::constant::<{ 1_000 * CREDITS_PER_USD }>(),
			terms_notice: RangedU32::constant::<{ 14 * MINUTES_PER_DAY }>(),
			leave_notice: RangedU32::constant::<{ 7 * MINUTES_PER_DAY }>(),
			uptime_window: RangedU32::constant::<{ 7 * MINUTES_PER_DAY }>(),
			minimum_payout: RangedU128::constant::<{ BCT / 10 }>(),
		}
	}
}

impl ParametersRecord {
	/// How many minutes before they take effect changed terms are announced.
	pub fn notice_of_terms(&self) -> Minute {
		self.terms_notice.get().max(self.leave_notice.get())
	}
}

/// Whose GPUs a pool takes.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Mode {
	/// The manager hosts all of them, and whoever holds the manager's NFT holds them when they join. If that changes, with the
	/// sale of the one or the other, anybody may have the GPU leave.
	SelfPool,
	/// The manager hosts all of them; anybody holds them.
	SingleSource,
	/// Operators that the manager has invited host them; anybody holds them.
	Distributed,
}

/// The least that a GPU-minute may cost, in DC, by kind of rental. At least 1 each.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Floors {
	/// Spot.
	pub spot: Credits,
	/// On-demand.
	pub on_demand: Credits,
	/// Reserved, of any length.
	pub reserved: Credits,
}

/// What owners and hosts agree to when they join a pool.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Terms {
	/// How rewards are split.
	pub shares: Shares,
	/// The least that a GPU-minute may cost.
	pub floors: Floors,
	/// For how many minutes GPUs are kept for a customer who has run out of funds.
	pub grace: Minute,
	/// Below this uptime, in basis points, anybody may have a host removed. Of a [`Mode::Distributed`] pool only.
	pub minimum_uptime: u16,
}

/// Terms that are to come.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Announced {
	/// The terms.
	pub terms: Terms,
	/// They are not in effect before this market minute.
	pub not_before: Minute,
	/// Until when they wait after that for GPUs whose leave was announced: known when that minute has come. They wait no longer
	/// than these GPUs stay.
	pub waits_until: Option<Minute>,
	/// The epoch with whose start they take effect: known when that minute has come.
	pub from: Option<EpochIndex>,
}

/// The price of reserved time from some length on.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Tier {
	/// The shortest length, in minutes.
	pub minutes: Minute,
	/// DC a GPU-minute.
	pub price: Credits,
}

/// What a pool asks for a GPU-minute, in DC. What is None, or has no tier, is not sold.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Prices {
	/// Spot.
	pub spot: Option<Credits>,
	/// On-demand.
	pub on_demand: Option<Credits>,
	/// Reserved, by length, the shortest first.
	pub reserved: BoundedVec<Tier, ConstU32<MAX_TIERS>>,
}

/// An operator whom the manager lets host, and how many GPUs at most.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Invitation {
	/// The operator.
	pub operator: OperatorId,
	/// How many GPUs.
	pub cap: u32,
}

/// A pool, its streams apart.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct PoolRecord {
	/// The operator that manages it.
	pub manager: OperatorId,
	/// The model of its GPUs.
	pub model: GpuModelId,
	/// Whose GPUs it takes.
	pub mode: Mode,
	/// The terms; those announced take their place with the start of their epoch.
	pub terms: Terms,
	/// The terms to come.
	pub announced: Option<Announced>,
	/// How often terms were announced: who joins names the number that he has seen.
	pub version: u32,
	/// What it asks.
	pub prices: Prices,
	/// What the manager was asked for it when it was opened, in DC.
	pub bond: Credits,
	/// Who may become a host.
	pub invited: BoundedVec<Invitation, ConstU32<MAX_INVITED>>,
	/// How many hosts it has.
	pub hosts: u32,
	/// How many GPUs it has, online or not.
	pub gpus: u32,
	/// How many of those that are online in lit groups leave: the market does not count on them from their dates on.
	pub leavers: u32,
	/// Whether it takes no more GPUs and ends when all that it earned is paid.
	pub closing: bool,
}

/// What a pool that was asked for `credits` DC asks of its manager's bond.
pub(crate) fn duty(credits: Credits) -> Duty {
	Duty { credits, least: 0 }
}

impl PoolRecord {
	/// What it asks of its manager's bond.
	pub fn duty(&self) -> Duty {
		duty(self.bond)
	}

	/// The terms in effect in `epoch`, the present one.
	pub fn terms_in(&self, epoch: EpochIndex) -> &Terms {
		let begun = |announced: &&Announced| announced.from.is_some_and(|from| from <= epoch);
		self.announced
			.as_ref()
			.filter(begun)
			.map_or(&self.terms, |announced| &announced.terms)
	}
}

/// GPUs of a host that the market does not count on from a minute on, because they leave.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Leavers {
	/// From which market minute on.
	pub from: Minute,
	/// How many.
	pub gpus: u32,
}

/// Whether a host is there.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Presence {
	/// It is, and has been since this market minute.
	Lit(Minute),
	/// It is not, and has not been since this market minute, as its group's clock counts.
	Dark(Minute),
}

/// How much of what a host's GPUs could have delivered they did, the excused time apart.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Uptime {
	/// Since when it is measured.
	pub since: Minute,
	/// Until when it has been.
	pub noted: Minute,
	/// Minutes of all its GPUs in the pool.
	pub expected: u64,
	/// Those in which the GPU was online.
	pub delivered: u64,
	/// In the last window, in basis points. None if no GPU was there, or none has ended.
	pub last: Option<u16>,
}

impl Uptime {
	/// Notes that `gpus` GPUs, of which `online` were online, were there for `minutes`, up to minute `now`. Ends the window
	/// when it is `window` minutes old.
	pub(crate) fn note(&mut self, gpus: u32, online: u32, minutes: Minute, now: Minute, window: Minute) {
		let over = |count: u32| u64::from(count).saturating_mul(minutes.into());
		self.expected = self.expected.saturating_add(over(gpus));
		self.delivered = self.delivered.saturating_add(over(online));
		self.noted = now;
		if now.saturating_sub(self.since) >= window {
			let basis_points = self
				.delivered
				.min(self.expected)
				.saturating_mul(BASIS_POINTS.into())
				.checked_div(self.expected);
			*self = Self {
				since: now,
				noted: now,
				last: basis_points.and_then(|last| last.try_into().ok()),
				..Self::default()
			};
		}
	}
}

/// A host in a pool, its streams apart.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct HostRecord {
	/// How many GPUs it may have in the pool.
	pub cap: u32,
	/// How many it has, online or not.
	pub gpus: u32,
	/// Those that are online and leave. They are withheld from the market while the host is lit: a dark one's GPUs are not
	/// counted on anyway. One of them is withheld from the earlier of its own date and the host's.
	pub leaving: BoundedVec<Leavers, ConstU32<{ MAX_LEAVE_DATES + 1 }>>,
	/// From which market minute on its GPUs leave with it.
	pub removal: Option<Minute>,
	/// Whether it is there.
	pub presence: Presence,
	/// For how many minutes it was dark before that through nobody's fault.
	pub excused: Minute,
	/// Its uptime.
	pub uptime: Uptime,
}

impl HostRecord {
	/// How many of its GPUs that are online leave.
	pub fn leavers(&self) -> u32 {
		self.leaving
			.iter()
			.fold(0, |sum: u32, leavers| sum.saturating_add(leavers.gpus))
	}

	/// Whether it is there.
	pub fn is_lit(&self) -> bool {
		matches!(self.presence, Presence::Lit(_))
	}
}

/// Where an operator hosts.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct HostingRecord {
	/// Whether none of its GPUs is there.
	pub dark: bool,
	/// Whether its GPUs sell no new time and earn no availability: its bond has been short for too long.
	pub suspended: bool,
	/// In which pools.
	pub pools: BoundedVec<PoolId, ConstU32<MAX_GROUPS>>,
}

/// Where a GPU waits.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Place {
	/// Its number in the pool's queue: the lowest is next.
	pub ticket: u64,
	/// The GPU before it in its group's line.
	pub previous: Option<GpuId>,
	/// The GPU behind it in its group's line.
	pub next: Option<GpuId>,
}

/// What a GPU in a pool does.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum MemberState {
	/// It is not online.
	Away,
	/// It is online and waits for a customer; in a dark group, until that is lit.
	Waiting(Place),
	/// It is online and a slot has it.
	Taken(SlotId),
}

/// A leave that was announced.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Leave {
	/// From this market minute on the GPU leaves, and no customer has it any more.
	pub at: Minute,
	/// From this one on, at most a part of the notice earlier, the market does not count on it while it is online.
	pub withheld_from: Minute,
}

/// A GPU in a pool, its streams apart.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct MemberRecord {
	/// The pool.
	pub pool: PoolId,
	/// Its host, with the pool the group.
	pub operator: OperatorId,
	/// What it does.
	pub state: MemberState,
	/// Whether it is to leave by itself.
	pub leave: Option<Leave>,
	/// The newest attestation round when the customer that has it took it, if one has it.
	pub taken_in: u32,
	/// The newest attestation round that began while a customer had it who has given it back, here or in a pool that it has
	/// left. Zero: none that matters.
	pub busy_in: u32,
}

impl MemberRecord {
	/// The slot that has it, if one does.
	pub fn slot(&self) -> Option<SlotId> {
		match self.state {
			MemberState::Taken(slot) => Some(slot),
			_ => None,
		}
	}

	/// Whether it waits for a customer.
	pub fn is_waiting(&self) -> bool {
		matches!(self.state, MemberState::Waiting(_))
	}

	/// Whether a slot has it.
	pub fn is_taken(&self) -> bool {
		self.slot().is_some()
	}

	/// Whether no customer had it when `round`, the newest attestation round, began.
	pub fn was_free(&self, round: u32) -> bool {
		self.busy_in < round && !(self.is_taken() && self.taken_in < round)
	}

	/// From which market minute on it leaves by itself.
	pub fn leaves_at(&self) -> Option<Minute> {
		self.leave.map(|leave| leave.at)
	}

	/// From which market minute on the market does not count on it, because it or its host leaves. It does not count on one
	/// that is away anyway.
	pub fn withheld_from(&self, host: &HostRecord) -> Option<Minute> {
		let own = self.leave.map(|leave| leave.withheld_from);
		let first = own.into_iter().chain(host.removal).min();
		first.filter(|_| self.state != MemberState::Away)
	}

	/// The group that it is in.
	pub fn group(&self) -> GroupKey {
		(self.pool, self.operator)
	}
}

/// The two ends of a line.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Ends {
	/// The GPU that has waited longest.
	pub first: GpuId,
	/// Its number in the pool's queue.
	pub ticket: u64,
	/// The GPU that has waited shortest.
	pub last: GpuId,
}

/// The GPUs of a group that wait for a customer.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Line {
	/// The group's host.
	pub operator: OperatorId,
	/// Whether the group is lit: in a dark one the GPUs stay where they are and are passed over.
	pub lit: bool,
	/// Whether the group's host is suspended: its GPUs are given only to those who have bought time before, after all others.
	pub suspended: bool,
	/// How many GPUs wait.
	pub waiting: u32,
	/// None while nobody waits.
	pub ends: Option<Ends>,
}

/// The GPUs of a pool that wait for a customer: a line for each host.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Queue {
	/// The number of the next GPU that comes to wait.
	pub next: u64,
	/// The lines, in no order.
	pub lines: BoundedVec<Line, ConstU32<MAX_HOSTS>>,
}

/// A market minute that is stored after the later ones.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct LatestFirst([u8; 4]);

impl From<Minute> for LatestFirst {
	fn from(minute: Minute) -> Self {
		Self((!minute).to_be_bytes())
	}
}

impl LatestFirst {
	/// The minute.
	pub fn get(&self) -> Minute {
		!Minute::from_be_bytes(self.0)
	}
}

/// What the sweep has last seen to.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub enum SweepPosition {
	/// A GPU, in one of its groups. None: the round begins.
	Gpus(Option<(GpuId, GroupKey)>),
	/// A group. None: all GPUs are done.
	Groups(Option<GroupKey>),
	/// A pool. None: all groups are done.
	Pools(Option<PoolId>),
	/// Everything: it waits for the next epoch.
	#[default]
	Done,
}

/// How far the sweep is.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct SweepRecord {
	/// The epoch in which this round began.
	pub epoch: EpochIndex,
	/// What was last seen to in it.
	pub position: SweepPosition,
}

/// A pool as its people see it.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct PoolDetails {
	/// Its number.
	pub pool: PoolId,
	/// All that was agreed and announced.
	pub record: PoolRecord,
	/// The terms in effect.
	pub terms: Terms,
	/// DC a minute, GPUs online and GPUs idle in its lit groups.
	pub rate: Activity,
}

/// What somebody has earned and was not paid, in plancks.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct Reward<Amount> {
	/// In epochs that have closed.
	pub pending: Amount,
	/// What the open epoch adds if nothing changes until its end. None if that cannot be told.
	pub projected: Option<Amount>,
}

/// What a host has earned in a pool.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct HostRewards {
	/// The host.
	pub operator: OperatorId,
	/// Whether its group is lit.
	pub lit: bool,
	/// DC a minute, GPUs online and GPUs idle in its group, as they are while it is lit.
	pub rate: Activity,
	/// What it has earned.
	pub host: Reward<Balance>,
}

/// What a pool has earned for its manager and its hosts.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct PoolRewards {
	/// The open epoch.
	pub epoch: EpochIndex,
	/// DC spent, GPU-minutes online and idle in it so far.
	pub tally: Activity,
	/// The same a minute, now.
	pub rate: Activity,
	/// What the manager has earned.
	pub manager: Reward<Balance>,
	/// What is nobody's: the pool share of epochs in which no GPU was online. It goes back to the network.
	pub unshared: Balance,
	/// Its hosts.
	pub hosts: alloc::vec::Vec<HostRewards>,
}

/// What a GPU has earned for its holder.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct GpuRewards {
	/// The pool that it is in.
	pub pool: Option<PoolId>,
	/// What it has earned, there and in the pools that it has left.
	pub rewards: Reward<Earnings>,
}
