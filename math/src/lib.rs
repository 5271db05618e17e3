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

extern crate alloc;

pub mod calendar;
pub mod index;
pub mod logarithm;
pub mod price;
pub mod schedule;
pub mod streams;
pub mod window;

pub use millpond_primitives::{Balance, Credits, EpochIndex as Epoch, Minute};

/// The whole, in basis points.
pub const BASIS_POINTS: u16 = 10_000;

/// A result does not fit its type. With amounts that can exist it does not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;
