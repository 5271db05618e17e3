//! The origins of referenda beside Root, and what each may do.

#![allow(clippy::cast_possible_truncation)] // In what codec's derive writes for enums.

use crate::{constants::currency::BCT, Balance, OriginCaller, RuntimeOrigin};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::{EnsureOrigin, OriginTrait};
use frame_system::RawOrigin;
use pallet::Origin;
use scale_info::TypeInfo;

/// Origins as a pallet: the frame knows no other way to add some.
#[allow(clippy::expect_used)] // In what the attribute writes.
#[frame_support::pallet]
pub mod pallet {
	use super::Spender;
	use frame_support::pallet_prelude::*;

	#[pallet::config]
	pub trait Config: frame_system::Config {}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// What a referendum acts as.
	#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
	#[pallet::origin]
	pub enum Origin {
		/// Dispatches, as Root, a call that the technical committee has whitelisted.
		WhitelistedCaller,
		/// Says what holders want. It can do nothing by itself.
		WishForChange,
		/// Sets the parameters of emission, market, pools, bonds, attestation and fees.
		ParametersAdmin,
		/// Adds GPU models and changes their weights, reference prices and bonds.
		CatalogueAdmin,
		/// Appoints and dismisses price feeders.
		FeedersAdmin,
		/// Cancels a referendum.
		ReferendumCanceller,
		/// Cancels a referendum and burns its deposits.
		ReferendumKiller,
		/// Spends from the treasury.
		Spender(Spender),
	}
}

/// Origins that spend from the treasury, by how much one referendum may spend.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Spender {
	/// Up to 10,000 BCT.
	Small,
	/// Up to 100,000 BCT.
	Medium,
	/// Up to 1,000,000 BCT.
	Large,
}

impl Spender {
	/// The most that one referendum may spend, in plancks, whatever its call is made of.
	pub const fn limit(self) -> Balance {
		match self {
			Spender::Small => 10_000 * BCT,
			Spender::Medium => 100_000 * BCT,
			Spender::Large => 1_000_000 * BCT,
		}
	}
}

/// Declares types that let one origin pass, and Root.
macro_rules! root_or {
	($($(#[$doc:meta])* $name:ident => $origin:expr;)*) => {$(
		$(#[$doc])*
		pub struct $name;

		impl EnsureOrigin<RuntimeOrigin> for $name {
			type Success = ();

			fn try_origin(origin: RuntimeOrigin) -> Result<(), RuntimeOrigin> {
				match origin.caller() {
					OriginCaller::system(RawOrigin::Root) => Ok(()),
					OriginCaller::GovernanceOrigins(acting) if *acting == $origin => Ok(()),
					_ => Err(origin),
				}
			}

			#[cfg(feature = "runtime-benchmarks")]
			fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
				Ok($origin.into())
			}
		}
	)*};
}

root_or! {
	/// Holders on the track of whitelisted calls, or Root.
	RootOrWhitelisted => Origin::WhitelistedCaller;
	/// Holders on the track of parameters, or Root.
	RootOrParameters => Origin::ParametersAdmin;
	/// Holders on the track of the catalogue of GPU models, or Root.
	RootOrCatalogue => Origin::CatalogueAdmin;
	/// Holders on the track of price feeders, or Root.
	RootOrFeeders => Origin::FeedersAdmin;
	/// Holders on the track that cancels referenda, or Root.
	RootOrCanceller => Origin::ReferendumCanceller;
	/// Holders on the track that kills referenda, or Root.
	RootOrKiller => Origin::ReferendumKiller;
}

/// Holders on a track that spends, or Root. Succeeds with the most that may be spent, in plancks.
pub struct SpendLimit;

impl EnsureOrigin<RuntimeOrigin> for SpendLimit {
	type Success = Balance;

	fn try_origin(origin: RuntimeOrigin) -> Result<Balance, RuntimeOrigin> {
		match origin.caller() {
			OriginCaller::system(RawOrigin::Root) => Ok(Balance::MAX),
			OriginCaller::GovernanceOrigins(Origin::Spender(spender)) => Ok(spender.limit()),
			_ => Err(origin),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
		Ok(RuntimeOrigin::root())
	}
}
