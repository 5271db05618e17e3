//! Values that governance can set while the chain runs. Each is of a type that cannot be decoded out of its range, so
//! that a wrong one never lands, even when it comes from Root.

use crate::*;
use codec::{Decode, DecodeWithMemTracking, Encode, Input, MaxEncodedLen};
use frame_support::dynamic_params::{dynamic_pallet_params, dynamic_params};
use frame_support::traits::AsEnsureOriginWithArg;
use frame_system::EnsureRoot;
use scale_info::TypeInfo;

/// A `u128` between `MIN` and `MAX`, both included. Decoding anything else fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, TypeInfo, MaxEncodedLen)]
pub struct Within<const MIN: u128, const MAX: u128>(u128);

impl<const MIN: u128, const MAX: u128> Within<MIN, MAX> {
	/// The value itself, or the nearest bound: for values fixed in the code.
	pub const fn saturating(value: u128) -> Self {
		if value < MIN {
			Self(MIN)
		} else if value > MAX {
			Self(MAX)
		} else {
			Self(value)
		}
	}
}

impl<const MIN: u128, const MAX: u128> Decode for Within<MIN, MAX> {
	fn decode<I: Input>(input: &mut I) -> Result<Self, codec::Error> {
		let value = u128::decode(input)?;
		if (MIN..=MAX).contains(&value) {
			Ok(Self(value))
		} else {
			Err("parameter out of its range".into())
		}
	}
}

impl<const MIN: u128, const MAX: u128> DecodeWithMemTracking for Within<MIN, MAX> {}

impl<const MIN: u128, const MAX: u128> From<Within<MIN, MAX>> for u128 {
	fn from(value: Within<MIN, MAX>) -> u128 {
		value.0
	}
}

/// The parameters themselves, by area.
#[dynamic_params(RuntimeParameters, pallet_parameters::Parameters::<Runtime>)]
pub mod dynamic_params {
	use super::*;
	use crate::constants::currency::*;

	/// Fees of transactions, before the multiplier that follows congestion.
	#[dynamic_pallet_params]
	#[codec(index = 0)]
	pub mod fees {
		/// For the execution of an empty transaction; a longer one pays in proportion. In 10^-12 BCT.
		#[codec(index = 0)]
		pub static BaseFee: Within<MICRO_BCT, BCT> = Within::saturating(MILLI_BCT);

		/// For each byte of a transaction. In 10^-12 BCT.
		#[codec(index = 1)]
		pub static ByteFee: Within<1_000, MILLI_BCT> = Within::saturating(MICRO_BCT);
	}
}

impl pallet_parameters::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeParameters = RuntimeParameters;
	type AdminOrigin = AsEnsureOriginWithArg<EnsureRoot<AccountId>>;
	type WeightInfo = ();
}
