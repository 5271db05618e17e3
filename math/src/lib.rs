#![cfg_attr(not(feature = "std"), no_std)]
#![doc = include_str!("../README.md")]
// Money is counted here and a panic would stop the chain: every operation is checked, and nothing loses bits in silence.
#![deny(
	clippy::arithmetic_side_effects,
	clippy::cast_lossless,
	clippy::cast_possible_truncation,
	clippy::cast_possible_wrap,
	clippy::cast_sign_loss,
	clippy::expect_used,
	clippy::float_arithmetic,
	clippy::indexing_slicing,
	clippy::panic,
	clippy::unwrap_used,
	missing_docs
)]

pub mod calendar;
pub mod index;
pub mod schedule;
pub mod streams;

/// An amount of BCT in plancks, 10^-12 BCT.
pub type Balance = u128;

/// An amount of Data Credits (DC), $0.00001 each.
pub type Credits = u128;

/// A point in market time or a length of it, in minutes.
pub type Minute = u32;

/// The number of an epoch, counted from zero.
pub type Epoch = u32;

/// The whole, in basis points.
pub const BASIS_POINTS: u16 = 10_000;

/// A result does not fit its type. With amounts that can exist it does not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;
