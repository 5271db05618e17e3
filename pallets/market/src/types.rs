//! What the pallet stores and tells.

#![allow(clippy::cast_possible_truncation)] // In what codec's derive writes for enums.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use millpond_math::calendar::Calendar;
use millpond_primitives::{Balance, Credits, GpuId, Minute, OperatorId, PoolId, RangedU32, SlotId, MINUTES_PER_DAY};
use millpond_traits::{Overcount, RentalKind};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The most GPUs of a slot.
pub const MAX_GPUS: u32 = 256;

/// The minutes of a slice of the capacity calendar, in which reserved time is sold.
pub const SLICE: Minute = 10;

/// How far ahead open rentals are funded at most: a week.
pub const FUNDED_AHEAD: Minute = 7 * MINUTES_PER_DAY;

/// How far ahead reserved time of any length is sold: a week.
pub const LEAST_LEAD: Minute = 7 * MINUTES_PER_DAY;

/// How many times its length ahead reserved time is sold.
pub const LEAD_FACTOR: Minute = 12;

/// How far ahead reserved time ends at most.
pub const SOLD_AHEAD: Minute = 400 * MINUTES_PER_DAY;

/// For how long after its first billed minute reserved time can be rejected.
pub const REJECTION_TIME: Minute = 60;

/// The unused time that a rejection costs at most.
pub const REJECTION_PRICE: Minute = MINUTES_PER_DAY;

/// One part of the minutes paid so far is the longest grace.
pub const GRACE_PART: Minute = 10;

/// For how long a slot that has ended can be asked for, and a rejection is remembered: 30 days.
pub const REMEMBERED: Minute = 30 * MINUTES_PER_DAY;

/// How long something is missing at most before it is paid back. Others are looked for more often.
pub const MADE_GOOD_AFTER: Minute = 60;

/// The most bytes of a sealed grant.
pub const MAX_GRANT: u32 = 1_024;

/// A sealed grant of access.
pub type Sealed = BoundedVec<u8, ConstU32<MAX_GRANT>>;

/// An X25519 public key.
pub type AccessKey = [u8; 32];

/// GPUs of a slot.
pub type GpuIds = BoundedVec<GpuId, ConstU32<MAX_GPUS>>;

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
	/// What missing time costs the operator who answers for it, in basis points of its price: from 5% to 100%.
	pub compensation: RangedU32<500, 10_000>,
	/// The shortest on-demand rental, in minutes: from a minute to an hour.
	pub shortest: RangedU32<1, 60>,
	/// How many minutes before its eviction a spot rental is told: from one to ten.
	pub notice: RangedU32<1, 10>,
	/// How many minutes a host has to grant access: from five minutes to an hour.
	pub grant_time: RangedU32<5, 60>,
	/// How many minutes before its funds run out a holder is warned: from a minute to a day.
	pub warning: RangedU32<1, 1_440>,
}

impl Default for ParametersRecord {
	/// 20%; 10 minutes; 2 minutes; 10 minutes; 10 minutes.
	fn default() -> Self {
		Self {
			compensation: RangedU32::constant::<2_000>(),
			shortest: RangedU32::constant::<10>(),
			notice: RangedU32::constant::<2>(),
			grant_time: RangedU32::constant::<10>(),
			warning: RangedU32::constant::<10>(),
		}
	}
}

/// Why a slot ended.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum EndReason {
	/// All of the reserved time is over.
	Completed,
	/// The holder stopped it.
	Stopped,
	/// Its GPUs were needed for a better protected rental.
	Evicted,
	/// Its funds ran out and nobody topped it up.
	Unfunded,
	/// The holder rejected what was delivered.
	Rejected,
	/// None of its GPUs was there, or delivered: of a spot rental at any time, of on-demand time when its funds were used up.
	Failed,
}

/// Where a slot is in its life.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Phase {
	/// It is sold and does not start soon.
	Booked,
	/// It starts within the notice: room is made for it.
	Called,
	/// It has started, and has its GPUs or waits for them.
	Running,
	/// What it was funded for is over; its GPUs are kept for the grace time and earn nothing.
	Paused,
	/// It goes on until its end, and ends then.
	Leaving(EndReason),
}

/// GPUs that a slot should have and has not.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Gap {
	/// Who answers for it: the host who failed, or the pool's manager where no GPU could be assigned. None where nobody is
	/// at fault: the manager is, from when no other GPU takes over.
	pub operator: Option<OperatorId>,
	/// Until when it was paid for by who took the GPU out of the pool: so long the manager is not at fault, either.
	pub paid_until: Minute,
	/// How many GPUs.
	pub gpus: u32,
	/// The first minute in which they are missing and neither paid back nor compensated yet.
	pub since: Minute,
	/// Whether the slot's own holder took the GPU out of the pool: only what the holder paid comes back for its time.
	pub forgone: bool,
}

/// The key that hosts seal access to, and who set it.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Access<AccountId> {
	/// Who set it. It counts only while he holds the slot.
	pub holder: AccountId,
	/// The key.
	pub key: AccessKey,
	/// When it was set.
	pub since: Minute,
	/// How many keys the slot had before.
	pub version: u32,
}

/// What is done to a slot first in a minute, and what after that: GPUs become free before they are given out.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, Ord, PartialEq, PartialOrd, TypeInfo,
)]
pub enum Stage {
	/// Whatever its phase asks for.
	Turn,
	/// It gets GPUs that it lacks.
	Fill,
}

/// When the agenda has a slot.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, Ord, PartialEq, PartialOrd, TypeInfo,
)]
pub struct Due {
	/// In which minute.
	pub minute: Minute,
	/// And when in it.
	pub stage: Stage,
}

/// What a slot has come to.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Tally {
	/// GPU-minutes that were delivered and paid for.
	pub delivered: u64,
	/// DC that came back to holders before the end, for time that was not delivered.
	pub refunded: Credits,
	/// DC that operators owe holders as compensations, to be paid in BCT from their bonds.
	pub compensation: Credits,
}

impl Tally {
	/// What both come to.
	pub(crate) fn plus(self, other: Self) -> Self {
		Self {
			delivered: self.delivered.saturating_add(other.delivered),
			refunded: self.refunded.saturating_add(other.refunded),
			compensation: self.compensation.saturating_add(other.compensation),
		}
	}
}

/// A rental.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct SlotRecord<AccountId> {
	/// Of which pool its GPUs are.
	pub pool: PoolId,
	/// How it was sold.
	pub kind: RentalKind,
	/// How many GPUs were sold.
	pub gpus: u32,
	/// DC a GPU-minute.
	pub rate: Credits,
	/// The first minute.
	pub start: Minute,
	/// The first minute after those that are paid for.
	pub end: Minute,
	/// For how many minutes after that its GPUs are kept if nobody tops it up.
	pub grace: Minute,
	/// By how many minutes the grace was made longer, since the chain made no block in so many of the pause.
	pub excused: Minute,
	/// DC that are kept for it.
	pub escrow: Credits,
	/// Of these, what accounts other than the payer paid. It pays for time first, and comes back to nobody.
	pub inherited: Credits,
	/// DC that come back to the payer at its end, less what its [`EndedRecord`] costs.
	pub deposit: Credits,
	/// The account that paid the deposit and what is not inherited of the escrow.
	pub payer: AccountId,
	/// Where it is in its life.
	pub phase: Phase,
	/// How many GPUs it has.
	pub assigned: u32,
	/// Those that it should have beside these.
	pub gaps: BoundedVec<Gap, ConstU32<MAX_GPUS>>,
	/// When the agenda has it.
	pub due: Option<Due>,
	/// Whether the holder was warned that the funds run out.
	pub warned: bool,
	/// When it has to be seen whether hosts have granted access.
	pub deliver_by: Option<Minute>,
	/// When it gets GPUs that it lacks.
	pub fill_at: Option<Minute>,
	/// When its GPUs are to be relieved: one leaves the pool, or they are in a dark group or missing.
	pub relieve_at: Option<Minute>,
	/// When the first of its GPUs began to be billed.
	pub billed_since: Option<Minute>,
	/// When access was granted first.
	pub first_grant: Option<Minute>,
	/// Whether it is reserved time with the start at which it was sold to its payer: only that may be rejected.
	pub rejectable: bool,
	/// What it has come to so far.
	pub tally: Tally,
	/// The key that hosts seal access to.
	pub access: Option<Access<AccountId>>,
}

/// The [`SlotRecord`] of a runtime.
pub type SlotRecordOf<T> = SlotRecord<<T as frame_system::Config>::AccountId>;

/// What is told of a slot that has ended, for [`REMEMBERED`] minutes.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct EndedRecord<AccountId> {
	/// The account that held it.
	pub holder: AccountId,
	/// Of which pool its GPUs were.
	pub pool: PoolId,
	/// How it was sold.
	pub kind: RentalKind,
	/// How many GPUs were sold.
	pub gpus: u32,
	/// DC a GPU-minute.
	pub rate: Credits,
	/// The first minute.
	pub start: Minute,
	/// The minute in which it ended.
	pub ended: Minute,
	/// Why.
	pub reason: EndReason,
	/// What it had come to.
	pub tally: Tally,
	/// The account that had paid the deposit, and what came back of the escrow.
	pub payer: AccountId,
	/// DC that came back to the payer at the end.
	pub returned: Credits,
	/// DC of the escrow that were burned at the end, since its holder had not paid them.
	pub burned: Credits,
}

/// The [`EndedRecord`] of a runtime.
pub type EndedRecordOf<T> = EndedRecord<<T as frame_system::Config>::AccountId>;

/// What a slot is sold for.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Listing {
	/// The price in DC (that is, in dollars), to be paid in BCT.
	pub price: Credits,
	/// The least amount in plancks: what the buyer pays if the price comes to less.
	pub least: Balance,
}

/// From when on something is billed.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Reading {
	/// The minute.
	pub minute: Minute,
	/// What the group's clock showed.
	pub clock: Minute,
	/// For how many minutes the group had been dark through nobody's fault.
	pub excused: Minute,
}

/// The GPUs of one host in a slot.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct PartRecord {
	/// The GPUs.
	pub gpus: GpuIds,
	/// When the last of them was assigned, or the slot paused: from then on they are kept if they are not billed.
	pub since: Minute,
	/// What the group's clock showed then.
	pub clock: Minute,
	/// From when on they are to be billed. None while they are not.
	pub reading: Option<Reading>,
	/// The version of the key that the host has granted access for.
	pub granted: Option<u32>,
	/// Whether its host has failed in the slot before and was given GPUs of it again: if it grants no access, it answers for the
	/// time in which it could have, too.
	pub late: bool,
}

/// Access to the GPUs of one host, for one holder.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct GrantRecord<AccountId> {
	/// For whom. It is void once he does not hold the slot any more.
	pub holder: AccountId,
	/// The key it is sealed to.
	pub key: AccessKey,
	/// The grant.
	pub sealed: Sealed,
}

/// The [`GrantRecord`] of a runtime.
pub type GrantRecordOf<T> = GrantRecord<<T as frame_system::Config>::AccountId>;

/// What the market keeps of a pool.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct PoolRecord {
	/// What is booked.
	pub calendar: Calendar,
	/// How many GPUs are withheld from some minute on, in all.
	pub withheld: u32,
	/// How many GPUs on-demand and reserved slots wait for.
	pub claims: u32,
	/// How many GPUs spot slots have that can be evicted.
	pub spot: u32,
	/// How many GPUs spot slots have that are leaving.
	pub leaving: u32,
}

/// A group that went dark, as long as not all of its slots were looked at.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct DarkGroup {
	/// The minutes in which it was dark, too, and which were billed all the same.
	pub overcount: Overcount,
	/// The last slot that was looked at.
	pub last: Option<SlotId>,
}

/// What renting costs and when it starts.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct Quote {
	/// DC a GPU-minute.
	pub rate: Credits,
	/// DC for all GPUs and minutes.
	pub cost: Credits,
	/// DC that come back at the end, less what the record of the ended slot costs.
	pub deposit: Credits,
	/// The first minute.
	pub start: Minute,
	/// The first minute after those that are paid for.
	pub end: Minute,
}

/// What a pool offers.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct Offer {
	/// The pool.
	pub pool: PoolId,
	/// Who manages it.
	pub manager: OperatorId,
	/// What it would cost now.
	pub quote: Quote,
}

/// How many GPUs can be had in a stretch of time.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct Availability {
	/// The first minute.
	pub from: Minute,
	/// The first minute after it.
	pub to: Minute,
	/// GPUs that can be booked in all of it.
	pub gpus: u32,
}

/// What a wallet shows of a slot.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct SlotSummary<AccountId> {
	/// Who holds it.
	pub holder: AccountId,
	/// All that is stored of it.
	pub slot: SlotRecord<AccountId>,
	/// DC of the escrow that the holder paid: what is not used of them comes back.
	pub refundable: Credits,
	/// Minutes until what is paid for is over.
	pub time_left: Minute,
	/// DC an hour for all its GPUs.
	pub hourly: Credits,
	/// DC of the escrow that have been used up and not burned yet.
	pub accrued: Credits,
	/// When its GPUs are given up if nobody tops it up: only while it is paused.
	pub kept_until: Option<Minute>,
	/// Its hosts.
	pub hosts: Vec<HostSummary>,
}

/// The GPUs of one host in a slot, as a wallet shows them.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct HostSummary {
	/// The host.
	pub operator: OperatorId,
	/// Its GPUs.
	pub gpus: Vec<GpuId>,
	/// Whether they are there.
	pub lit: bool,
	/// Whether they are billed.
	pub billed: bool,
	/// Whether access has been granted for the present holder's key.
	pub granted: bool,
}

/// A place in the agenda: the minute, the stage and the slot, so that the keys are stored in the order in which they are due.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct AgendaKey([u8; 13]);

impl AgendaKey {
	/// The place of `slot`.
	pub fn new(due: Due, slot: SlotId) -> Self {
		let mut key = [0; 13];
		let stage = [due.stage as u8];
		let minute = due.minute.to_be_bytes();
		let bytes = minute.into_iter().chain(stage).chain(slot.to_be_bytes());
		key.iter_mut().zip(bytes).for_each(|(to, byte)| *to = byte);
		Self(key)
	}

	/// The minute, and the slot.
	pub fn parts(&self) -> (Minute, SlotId) {
		let number = |bytes: &[u8]| bytes.iter().fold(0, |sum: u64, byte| (sum << 8) | u64::from(*byte));
		let (minute, rest) = self.0.split_at(4);
		let (_, slot) = rest.split_at(1);
		(Minute::try_from(number(minute)).unwrap_or(Minute::MAX), number(slot))
	}
}

/// A number that is stored after the greater ones.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Descending([u8; 8]);

impl From<u64> for Descending {
	fn from(number: u64) -> Self {
		Self((!number).to_be_bytes())
	}
}

impl Descending {
	/// The number.
	pub fn get(&self) -> u64 {
		!u64::from_be_bytes(self.0)
	}
}
