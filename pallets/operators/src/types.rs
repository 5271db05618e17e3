//! What the pallet stores and tells.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use millpond_math::price::{bct_for, bct_owed};
use millpond_primitives::{
	Balance, Credits, EpochIndex, Minute, OperatorId, Price, RangedU128, RangedU32, BASIS_POINTS, BCT, MINUTES_PER_DAY,
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding as mul_div, Rounding};

/// How many parts of a bond may be unbonding at a time.
pub const MAX_CHUNKS: u32 = 8;

/// How many days of payments count towards the most that compensation may take of a bond: the last 30 and the day that is
/// not over, so that *any* 30 days are covered.
pub const PAYMENT_DAYS: usize = 31;

/// In how many epochs what was promised and delivered counts half as much for the reliability.
pub const RELIABILITY_HALF_LIFE: EpochIndex = 30;

/// How many compensations a block pays at least, if so many are due.
pub const COMPENSATIONS_A_BLOCK: u32 = 8;

/// How many operators' bonds a block reviews at least, as long as not all were on that day.
pub const REVIEWS_A_BLOCK: u32 = 8;

/// An operator is called when its bond is worth less than this share, in basis points, of what its duties ask in dollars.
pub const CALLED_BELOW: u128 = 7_000;

/// How many minutes an operator that is called has to raise its bond before its GPUs sell no new time: 14 days.
pub const TIME_TO_RAISE: Minute = 14 * MINUTES_PER_DAY;

/// Bounded text, UTF-8.
pub type Text<const LENGTH: u32> = BoundedVec<u8, ConstU32<LENGTH>>;

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
	/// The least bond, in plancks: from 10 to 1,000,000 BCT.
	pub min_bond: RangedU128<{ 10 * BCT }, { 1_000_000 * BCT }>,
	/// How many minutes a bond takes to come free: from 7 to 90 days. Never less than a compensation takes to be paid.
	pub unbonding: RangedU32<{ 7 * MINUTES_PER_DAY }, { 90 * MINUTES_PER_DAY }>,
	/// How many minutes a compensation waits until it is paid: from an hour to 7 days.
	pub compensation_delay: RangedU32<60, { 7 * MINUTES_PER_DAY }>,
	/// The most that compensation may take of a bond in any 30 days, in basis points: from nothing to 50%.
	pub compensation_share: RangedU32<0, 5_000>,
}

impl Default for ParametersRecord {
	/// 1,000 BCT; 28 days; 7 days; 25%.
	fn default() -> Self {
		Self {
			min_bond: RangedU128::constant::<{ 1_000 * BCT }>(),
			unbonding: RangedU32::constant::<{ 28 * MINUTES_PER_DAY }>(),
			compensation_delay: RangedU32::constant::<{ 7 * MINUTES_PER_DAY }>(),
			compensation_share: RangedU32::constant::<2_500>(),
		}
	}
}

/// How an operator presents itself.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Profile {
	/// Its name. Not empty.
	pub name: Text<64>,
	/// The address of its website.
	pub website: Text<128>,
	/// How to reach it: a mail address, a telephone number.
	pub contact: Text<128>,
	/// Where its GPUs are: an ISO 3166-1 country, `DE`, or an ISO 3166-2 part of one, `US-CA`. The form is checked, not the
	/// list.
	pub region: Text<6>,
}

/// A part of a bond that comes free.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Chunk {
	/// Plancks.
	pub amount: Balance,
	/// The market minute from which they may be withdrawn. Until then a slash reaches them.
	pub due: Minute,
}

/// A bond that does not cover its operator's duties: the operator is called.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Shortfall {
	/// The market minute in which it was found.
	pub since: Minute,
	/// Whether the time to raise the bond is over: the operator's GPUs sell no new time and earn no availability.
	pub suspended: bool,
}

/// How many operators have bonds that do not cover their duties.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct ShortRecord {
	/// Those that still have time to raise them.
	pub called: u32,
	/// Those that are suspended.
	pub suspended: u32,
}

impl ShortRecord {
	/// The count that an operator with this shortfall is in.
	pub(crate) fn of(&mut self, shortfall: Shortfall) -> &mut u32 {
		match shortfall.suspended {
			true => &mut self.suspended,
			false => &mut self.called,
		}
	}
}

/// What an operator answers with, and for what.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct BondRecord {
	/// What its storage costs, in plancks. Out of reach of slashes; comes back when it retires.
	pub deposit: Balance,
	/// What it answers with, in plancks, without what is unbonding.
	pub bond: Balance,
	/// How many duties it has.
	pub duties: u32,
	/// What they ask, in DC.
	pub asked: Credits,
	/// The least that is to answer for them, in plancks, whatever the price.
	pub least: Balance,
	/// What is to answer for them, in plancks: as much as what they ask cost when they were taken on, or when the free bond was
	/// last drawn on for them. Each has the share of it that it has of what all ask. After a slash it may be more than the bond.
	pub duty_bond: Balance,
	/// Since when that is not covered, or worth too little, if so.
	pub shortfall: Option<Shortfall>,
	/// What is unbonding, in the order in which that began.
	pub unbonding: BoundedVec<Chunk, ConstU32<MAX_CHUNKS>>,
	/// How many compensations it still owes.
	pub owed: u32,
}

impl BondRecord {
	/// What of the bond answers for nothing, in plancks.
	pub fn free(&self) -> Balance {
		self.bond.saturating_sub(self.duty_bond)
	}

	/// What the bond has to be at least, in plancks, for the operator not to be called while a BCT costs `price`: what is to
	/// answer for its duties, and [`CALLED_BELOW`] of what they ask. Rounded down. Without a price only the former is known.
	pub fn required(&self, price: Option<Price>) -> Balance {
		let parts = self.asked.saturating_mul(CALLED_BELOW);
		let credits = parts.checked_div(BASIS_POINTS.into()).unwrap_or_default();
		let worth = price.and_then(|price| bct_for(credits, price)).unwrap_or_default();
		self.duty_bond.max(worth)
	}

	/// What of the bond answers for a duty of `credits` DC, in plancks, rounded down.
	pub fn answering(&self, credits: Credits) -> Balance {
		mul_div(self.duty_bond, credits.min(self.asked), self.asked, Rounding::Down).unwrap_or_default()
	}

	/// Draws on the free bond for the duties, up to what they ask, if what answers for them is worth too little. Tells whether
	/// it did.
	pub(crate) fn draw_on_free(&mut self, price: Price) -> bool {
		if self.duty_bond >= self.required(Some(price)) {
			return false;
		}
		let before = self.duty_bond;
		let asked = bct_owed(self.asked, price).unwrap_or(Balance::MAX);
		self.duty_bond = asked.min(self.bond).max(before);
		self.duty_bond > before
	}

	/// What a slash can reach, in plancks: the bond and what is unbonding.
	pub fn reachable(&self) -> Balance {
		let chunks = self.unbonding.iter();
		chunks.fold(self.bond, |sum, chunk| sum.saturating_add(chunk.amount))
	}

	/// Takes up to `amount` plancks, of what is unbonding first, the newest, so that the bond answers for the duties as
	/// long as can be. Returns what was taken.
	pub(crate) fn take(&mut self, amount: Balance) -> Balance {
		let chunks = self.unbonding.iter_mut().rev().map(|chunk| &mut chunk.amount);
		let left = chunks.chain([&mut self.bond]).fold(amount, |left, part| {
			let taken = left.min(*part);
			*part = part.saturating_sub(taken);
			left.saturating_sub(taken)
		});
		self.unbonding.retain(|chunk| chunk.amount > 0);
		amount.saturating_sub(left)
	}

	/// Takes out what is due at `now` and returns it.
	pub(crate) fn take_due(&mut self, now: Minute) -> Balance {
		let is_due = |chunk: &Chunk| chunk.due <= now;
		let due = self.unbonding.iter().filter(|chunk| is_due(chunk));
		let due = due.fold(0, |sum: Balance, chunk| sum.saturating_add(chunk.amount));
		self.unbonding.retain(|chunk| !is_due(chunk));
		due
	}
}

/// GPU-minutes.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Service {
	/// Sold.
	pub promised: u64,
	/// Of these, those in which the GPU was there.
	pub delivered: u64,
}

impl Service {
	/// What was delivered of what was promised, in basis points, rounded down. None if nothing was promised.
	pub fn ratio(&self) -> Option<u32> {
		u128::from(self.delivered)
			.checked_mul(BASIS_POINTS.into())?
			.checked_div(self.promised.into())?
			.try_into()
			.ok()
	}
}

/// What is remembered of an operator. Counters stop at their ends.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct ReputationRecord {
	/// When it registered.
	pub since: Minute,
	/// Since then.
	pub lifetime: Service,
	/// Of late: each epoch counts the less the longer it is ago, half as much after [`RELIABILITY_HALF_LIFE`].
	pub recent: Service,
	/// The epoch that [`recent`](Self::recent) was brought up to.
	pub epoch: EpochIndex,
	/// Attestation rounds that GPUs passed.
	pub attestations_passed: u64,
	/// Attestation rounds and heartbeats that GPUs missed.
	pub attestations_missed: u64,
	/// Rentals that ended as they should.
	pub rentals_completed: u64,
	/// Rentals, or GPUs of them, that failed.
	pub rentals_failed: u64,
	/// Rentals that customers rejected.
	pub rentals_rejected: u64,
	/// How often it was punished.
	pub slashes: u32,
	/// What that took, in plancks.
	pub slashed: Balance,
}

/// What an operator owes somebody.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct CompensationRecord<AccountId> {
	/// Who owes it.
	pub operator: OperatorId,
	/// To whom.
	pub to: AccountId,
	/// Its worth in DC.
	pub credits: Credits,
	/// The market minute from which it is paid.
	pub due: Minute,
}

/// The numbers of the compensations that wait.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct QueueRecord {
	/// The one that is paid next.
	pub first: u64,
	/// The one that will be added next.
	pub next: u64,
}

/// How far the review of bonds is: once a day each operator has its turn.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct ReviewRecord {
	/// The day, in days since 1970, on which this round began.
	pub day: u32,
	/// The operator that was reviewed last in it. None: it begins.
	pub last: Option<OperatorId>,
	/// Whether all were.
	pub done: bool,
}

/// What there is to know about an operator, its reputation apart.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct OperatorSummary<AccountId> {
	/// Who holds its NFT.
	pub holder: AccountId,
	/// The account, without a key, that keeps the bond.
	pub bond_account: AccountId,
	/// How it presents itself.
	pub profile: Profile,
	/// What it answers with, and for what.
	pub bond: BondRecord,
	/// What of the bond answers for nothing, in plancks.
	pub free: Balance,
	/// What the bond is worth, in DC, at the price that decides whether the operator is called. None if there is none now.
	pub worth: Option<Credits>,
	/// By how many plancks the bond has to be raised for the operator not to be called.
	pub missing: Balance,
	/// The market minute until which it has time for that, if it is called. Excused time that is to come moves it on.
	pub raise_until: Option<Minute>,
	/// What compensation may take of the bond now, in plancks.
	pub compensation_left: Balance,
}

/// What is known of how an operator served.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct Reputation {
	/// What is remembered, up to the present epoch.
	pub record: ReputationRecord,
	/// What it delivered of what it promised of late, in basis points. None if it has promised nothing.
	pub reliability: Option<u32>,
	/// What it delivered of what it ever promised, in basis points. None if it has promised nothing.
	pub lifetime_reliability: Option<u32>,
}
