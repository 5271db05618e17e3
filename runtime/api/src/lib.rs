//! The runtime APIs of Millpond, beside those that every Substrate runtime has.

#![cfg_attr(not(feature = "std"), no_std)]

use codec::{Decode, Encode};
use millpond_primitives::{Balance, Credits, Price};
use scale_info::TypeInfo;
use sp_runtime::DispatchError;

/// What burning an amount of BCT would yield now.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct CreditsQuote {
	/// The Data Credits, 10^-5 USD each.
	pub credits: Credits,
	/// The price they would be made at, in USD per BCT.
	pub price: Price,
	/// How many the hourly cap still allows, to everybody together.
	pub available: Credits,
}

sp_api::decl_runtime_apis! {
	/// Data Credits.
	pub trait CreditsApi {
		/// What burning `amount` of BCT (in its smallest unit) would yield now, or why nothing could be burned: no
		/// usable price, minting halted, or the hourly cap reached.
		fn quote(amount: Balance) -> Result<CreditsQuote, DispatchError>;
	}
}
