//! Values that governance can set while the chain runs. Each is of a type that cannot be decoded out of its range, so
//! that a wrong one never lands, even when it comes from Root.

#![allow(clippy::cast_possible_truncation)] // In what the attributes write: indices of a handful of parameters.

use crate::{governance::RootOrParameters, *};
use frame_support::dynamic_params::{dynamic_pallet_params, dynamic_params};
use frame_support::traits::AsEnsureOriginWithArg;
use millpond_primitives::RangedU128;

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
		pub static BaseFee: RangedU128<MICRO_BCT, BCT> = RangedU128::constant::<MILLI_BCT>();

		/// For each byte of a transaction. In 10^-12 BCT.
		#[codec(index = 1)]
		pub static ByteFee: RangedU128<1_000, MILLI_BCT> = RangedU128::constant::<MICRO_BCT>();
	}
}

impl pallet_parameters::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeParameters = RuntimeParameters;
	type AdminOrigin = AsEnsureOriginWithArg<RootOrParameters>;
	// The published weight, at what RocksDB takes, which is more than ParityDB does: the pallet names no other for use.
	type WeightInfo = ();
}
