//! Fixed point of the reward indices, and how a budget becomes a reward per unit.
//!
//! An index is what one unit has earned, in plancks x 2^64, always rounded down: whoever is paid by it gets at most what
//! was minted for it, and the dust stays in the pot.

use crate::{Balance, Overflow, BASIS_POINTS};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use millpond_primitives::{Price, BCT, CREDITS_PER_USD};
use scale_info::TypeInfo;
use sp_arithmetic::{FixedPointNumber, FixedU128};
use sp_core::U256;

/// One planck in the fixed point of the indices, 2^64.
pub const SCALE: U256 = U256([0, 1, 0, 0]);

/// A budget shared out over units: see [`share_out`].
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct ShareOut {
	/// What one unit earns, in plancks x 2^64, rounded down.
	pub step: U256,
	/// What all units together may earn, in plancks, rounded up: to mint into the pot. Never more than the budget.
	pub paid: Balance,
	/// What is left of the budget, in plancks: to carry over.
	pub left: Balance,
}

/// Shares `budget` plancks out over `units`, at most `cap` (plancks x 2^64) for each: `min(budget / units, cap)`.
///
/// With no units nothing is paid and the whole budget is left. Sums of rounded parts never exceed the sum of `paid` over
/// the epochs, because each `paid` is rounded up and each part down.
pub fn share_out(budget: Balance, units: u128, cap: U256) -> Result<ShareOut, Overflow> {
	let scaled = U256::from(budget).checked_mul(SCALE).ok_or(Overflow)?;
	let Some(fair) = scaled.checked_div(units.into()) else {
		return Ok(ShareOut {
			step: U256::zero(),
			paid: 0,
			left: budget,
		});
	};
	let step = fair.min(cap);
	let paid = whole_up(times(step, units)?)?;
	Ok(ShareOut {
		step,
		paid,
		left: budget.checked_sub(paid).ok_or(Overflow)?,
	})
}

/// What one DC is worth at `price`, `v`, in plancks x 2^64, rounded down. Fails for a price of zero.
pub fn credit_value(price: Price) -> Result<U256, Overflow> {
	// BCT / price / CREDITS_PER_USD, with the price as an integer of 10^-18.
	let plancks = U256::from(BCT).checked_mul(Price::DIV.into()).ok_or(Overflow)?;
	let credits_per_bct = U256::from(price.into_inner())
		.checked_mul(CREDITS_PER_USD.into())
		.ok_or(Overflow)?;
	plancks
		.checked_mul(SCALE)
		.and_then(|scaled| scaled.checked_div(credits_per_bct))
		.ok_or(Overflow)
}

/// `per_unit x units`.
pub fn times(per_unit: U256, units: u128) -> Result<U256, Overflow> {
	per_unit.checked_mul(units.into()).ok_or(Overflow)
}

/// `amount x basis_points / 10,000`, rounded down.
pub fn portion(amount: U256, basis_points: u16) -> Result<U256, Overflow> {
	let product = amount.checked_mul(basis_points.into()).ok_or(Overflow)?;
	product.checked_div(BASIS_POINTS.into()).ok_or(Overflow)
}

/// `amount x factor`, rounded down.
pub fn multiple(amount: U256, factor: FixedU128) -> Result<U256, Overflow> {
	let product = amount.checked_mul(factor.into_inner().into()).ok_or(Overflow)?;
	product.checked_div(FixedU128::DIV.into()).ok_or(Overflow)
}

/// The whole plancks in `scaled` (plancks x 2^64), rounded down.
pub fn whole(scaled: U256) -> Result<Balance, Overflow> {
	scaled
		.checked_div(SCALE)
		.ok_or(Overflow)?
		.try_into()
		.map_err(|_| Overflow)
}

/// The whole plancks that cover `scaled` (plancks x 2^64), rounded up.
fn whole_up(scaled: U256) -> Result<Balance, Overflow> {
	let below_one = SCALE.checked_sub(U256::one()).ok_or(Overflow)?;
	whole(scaled.checked_add(below_one).ok_or(Overflow)?)
}
