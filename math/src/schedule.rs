//! The emission schedule: what may be minted in a stretch of market time, and for whom.
//!
//! A budget a year for a number of years, minted evenly by the minute; beside it and after it, *net emissions* re-mint
//! what was burned. Minutes are market minutes since genesis; a year is 365 days.

use crate::{Balance, Minute, Overflow, BASIS_POINTS};
use codec::{Decode, DecodeWithMemTracking, Encode, Error as CodecError, Input, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Minutes of a day.
pub const DAY: Minute = 1_440;

/// Minutes of a year: 365 days.
pub const YEAR: Minute = 525_600;

/// Minutes of the seven days over which burned BCT is averaged for the net emissions.
pub const WEEK: Minute = 7 * DAY;

/// Why a stretch of the schedule could not be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum Error {
	/// The stretch ends before it starts, or lies before what was already counted.
	Backwards,
	/// The parts are not the whole: they do not add up to 10,000 basis points.
	NotTheWhole,
	/// A result does not fit its type.
	Overflow,
}

impl From<Overflow> for Error {
	fn from(_: Overflow) -> Self {
		Error::Overflow
	}
}

/// What the schedule mints in the minutes `[start, end)` since genesis, in plancks.
///
/// `yearly` is the budget of each year in plancks; after the last year nothing is minted. The amount is a difference of
/// two rounded-down running totals, so any partition of the years into stretches adds up to the budgets to the planck.
pub fn emitted(yearly: &[Balance], start: Minute, end: Minute) -> Result<Balance, Error> {
	if end < start {
		return Err(Error::Backwards);
	}
	emitted_by(yearly, end)?
		.checked_sub(emitted_by(yearly, start)?)
		.ok_or(Error::Overflow)
}

/// The most that an epoch of the minutes `[start, end)` may release of what earlier ones carried over, before the split, in
/// plancks: as much as the schedule gives to it. After the schedule has ended, the budget of its last year goes on, so that
/// nothing that was carried over is lost.
pub fn release(yearly: &[Balance], start: Minute, end: Minute) -> Result<Balance, Error> {
	let within = emitted(yearly, start, end)?;
	let years = yearly
		.iter()
		.rposition(|budget| *budget > 0)
		.map_or(0, |last| last.saturating_add(1));
	let last = years
		.checked_sub(1)
		.and_then(|last| yearly.get(last))
		.copied()
		.unwrap_or_default();
	let ended = Minute::try_from(years)
		.map_err(|_| Overflow)?
		.checked_mul(YEAR)
		.ok_or(Overflow)?;
	let after = end.saturating_sub(ended).saturating_sub(start.saturating_sub(ended));
	Ok(within.checked_add(per_length(last, after, YEAR)?).ok_or(Overflow)?)
}

/// What the schedule has minted when `minute` minutes have passed since genesis, in plancks, rounded down.
fn emitted_by(yearly: &[Balance], minute: Minute) -> Result<Balance, Overflow> {
	let mut left = minute;
	let mut total: Balance = 0;
	for budget in yearly {
		let passed = left.min(YEAR);
		total = total.checked_add(per_length(*budget, passed, YEAR)?).ok_or(Overflow)?;
		left = left.saturating_sub(passed);
	}
	Ok(total)
}

/// `amount x minutes / period`, rounded down.
fn per_length(amount: Balance, minutes: Minute, period: Minute) -> Result<Balance, Overflow> {
	amount
		.checked_mul(minutes.into())
		.ok_or(Overflow)?
		.checked_div(period.into())
		.ok_or(Overflow)
}

/// How the schedule is split, in basis points that add up to 10,000. Decoding refuses any other sum, and so does JSON.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Serialize, Deserialize,
)]
#[serde(try_from = "Parts")]
pub struct Split {
	gpus: u16,
	validators: u16,
	treasury: u16,
}

impl Split {
	/// The split into GPU rewards, validators and treasury, in basis points.
	///
	/// Fails with [`Error::NotTheWhole`] if they do not add up to 10,000.
	pub fn new(gpus: u16, validators: u16, treasury: u16) -> Result<Self, Error> {
		let sum = u32::from(gpus)
			.saturating_add(validators.into())
			.saturating_add(treasury.into());
		(sum == BASIS_POINTS.into())
			.then_some(Self {
				gpus,
				validators,
				treasury,
			})
			.ok_or(Error::NotTheWhole)
	}

	/// Splits `amount` plancks to the last planck: the parts of GPUs and validators are rounded down, and the treasury,
	/// which belongs to the network as a whole, gets its own part and the remainder (below two plancks).
	pub fn apply(&self, amount: Balance) -> Result<Emission, Error> {
		let part = |basis_points: u16| {
			amount
				.checked_mul(basis_points.into())?
				.checked_div(BASIS_POINTS.into())
		};
		let gpus = part(self.gpus).ok_or(Error::Overflow)?;
		let validators = part(self.validators).ok_or(Error::Overflow)?;
		let treasury = amount
			.checked_sub(gpus)
			.and_then(|rest| rest.checked_sub(validators))
			.ok_or(Error::Overflow)?;
		Ok(Emission {
			gpus,
			validators,
			treasury,
		})
	}
}

impl Default for Split {
	/// 70% to GPU rewards, 20% to validators, 10% to the treasury.
	fn default() -> Self {
		Self {
			gpus: 7_000,
			validators: 2_000,
			treasury: 1_000,
		}
	}
}

/// A [`Split`] as it was read, with whatever sum.
#[derive(Decode, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
	gpus: u16,
	validators: u16,
	treasury: u16,
}

impl TryFrom<Parts> for Split {
	type Error = &'static str;

	fn try_from(parts: Parts) -> Result<Self, Self::Error> {
		Split::new(parts.gpus, parts.validators, parts.treasury)
			.map_err(|_| "a split must add up to 10,000 basis points")
	}
}

impl Decode for Split {
	fn decode<I: Input>(input: &mut I) -> Result<Self, CodecError> {
		Split::try_from(Parts::decode(input)?).map_err(Into::into)
	}
}

/// An emission split among those it is for, in plancks.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Emission {
	/// For GPU rewards.
	pub gpus: Balance,
	/// For validators.
	pub validators: Balance,
	/// For the treasury, with the remainder of the rounding.
	pub treasury: Balance,
}

/// BCT burned of late, and how much of it is still to be minted again: the source of the *net emissions*.
///
/// It keeps seven days' sums. Each epoch re-mints the average of the last seven complete days for its own length, for
/// GPU rewards only, at most a cap, and never more in all than was ever burned.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Burned {
	/// The day (market minutes since genesis / 1,440) that `today` belongs to.
	day: u32,
	/// Burned on that day so far, in plancks.
	today: Balance,
	/// Burned on each of the seven days before it, in plancks, the latest first.
	days: [Balance; 7],
	/// Burned and not minted again yet, in plancks: the days' averages overlap unevenly when epochs and days do not align,
	/// and this keeps them from minting a planck twice.
	outstanding: Balance,
}

impl Burned {
	/// Notes `amount` plancks burned in market minute `minute` since genesis.
	///
	/// Fails with [`Error::Backwards`] if the minute belongs to a day before the last one noted.
	pub fn note(&mut self, minute: Minute, amount: Balance) -> Result<(), Error> {
		self.turn_to(minute)?;
		self.today = self.today.checked_add(amount).ok_or(Error::Overflow)?;
		self.outstanding = self.outstanding.checked_add(amount).ok_or(Error::Overflow)?;
		Ok(())
	}

	/// The net emission of an epoch of `length` minutes that closes at market minute `minute`, in plancks: the average
	/// of the last seven complete days x `length`, at most `first_year` (that year's budget, in plancks) per year x
	/// `length`, and at most what was burned and is not minted again yet. Rounded down.
	pub fn remint(&mut self, minute: Minute, length: Minute, first_year: Balance) -> Result<Balance, Error> {
		self.turn_to(minute)?;
		let week = self
			.days
			.iter()
			.try_fold(0, |sum: Balance, day| sum.checked_add(*day))
			.ok_or(Error::Overflow)?;
		let average = per_length(week, length, WEEK)?;
		let amount = average.min(per_length(first_year, length, YEAR)?).min(self.outstanding);
		self.outstanding = self.outstanding.checked_sub(amount).ok_or(Error::Overflow)?;
		Ok(amount)
	}

	/// Burned and not minted again yet, in plancks.
	pub fn outstanding(&self) -> Balance {
		self.outstanding
	}

	/// Moves the window so that `today` is the day of `minute`.
	fn turn_to(&mut self, minute: Minute) -> Result<(), Error> {
		let day = minute / DAY;
		let passed = day.checked_sub(self.day).ok_or(Error::Backwards)?;
		// After eight turns nothing of the old window is left.
		for _ in 0..passed.min(8) {
			self.days.rotate_right(1);
			if let Some(latest) = self.days.first_mut() {
				*latest = core::mem::take(&mut self.today);
			}
		}
		self.day = day;
		Ok(())
	}
}
