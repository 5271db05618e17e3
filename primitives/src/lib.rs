//! Identifiers, amounts and constants of Millpond: what every crate of the chain agrees on. Types only; the arithmetic
//! is in `millpond-math`.

#![cfg_attr(not(feature = "std"), no_std)]

mod ranged;

pub use ranged::{OutOfRange, RangedU128, RangedU32};

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_arithmetic::FixedU128;

/// An amount of BCT, the native token, in its smallest unit: 10^-12 BCT.
pub type Balance = u128;

/// An amount of Data Credits (DC), what compute costs. 1 DC is $0.00001.
///
/// As wide as [`Balance`], and what pallet-assets uses for its balances: every product of a BCT amount and a price that
/// fits one fits the other, and wallets, which read `assets.account` as u128 on every chain, need to know nothing new.
pub type Credits = u128;

/// What one BCT costs, in USD.
///
/// [`FixedU128`], an integer of 10^-18 USD: 18 digits for a token worth little, and 3.4 · 10^20 USD at the upper end. Its
/// product with any [`Balance`] fits 256 bits, in which `millpond-math` computes.
pub type Price = FixedU128;

/// A minute of Unix time, or of market time, which follows it: seconds since 1970 divided by 60.
pub type Minute = u32;

/// A moment as pallet-timestamp has it: milliseconds since 1970.
pub type Moment = u64;

/// The number of an epoch; the first is 0.
pub type EpochIndex = u32;

/// A GPU model of the governed catalogue.
pub type GpuModelId = u32;

/// An operator: the item id of its NFT. Never reused.
pub type OperatorId = u64;

/// A GPU: the item id of its NFT. Never reused.
pub type GpuId = u64;

/// A time slot: the item id of its NFT. Never reused.
pub type SlotId = u64;

/// A pool. Never reused.
pub type PoolId = u32;

/// An asset of pallet-assets.
pub type AssetId = u32;

/// One BCT.
pub const BCT: Balance = 1_000_000_000_000;

/// How many Data Credits one US dollar buys.
pub const CREDITS_PER_USD: Credits = 100_000;

/// The asset of pallet-assets that the Data Credits are.
pub const DC_ASSET: AssetId = 1;

/// The name that wallets show for the Data Credits.
pub const DC_NAME: &str = "Data Credits";

/// The symbol that wallets show for the Data Credits.
pub const DC_SYMBOL: &str = "DC";

/// Decimals of the Data Credits, with which wallets read them as dollars.
pub const DC_DECIMALS: u8 = 5;

/// Basis points in a whole.
pub const BASIS_POINTS: u32 = 10_000;

/// Milliseconds in a second.
pub const SECOND: Moment = 1_000;

/// Milliseconds in a minute.
pub const MINUTE: Moment = 60 * SECOND;

/// Milliseconds in an hour.
pub const HOUR: Moment = 60 * MINUTE;

/// Minutes in a day.
pub const MINUTES_PER_DAY: Minute = 24 * 60;

/// What the oracle's feeders are asked for.
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
	Ord,
	PartialEq,
	PartialOrd,
	Serialize,
	TypeInfo,
)]
pub enum OracleKey {
	/// USD per BCT, as a [`Price`].
	BctUsd,
}
