#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

pub use pallet::*;

#[cfg(test)]
mod tests;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::marker::PhantomData;
use frame_support::traits::Get;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// What a chain fixes at genesis. The default is what the public chains use.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
	/// Length of a session, in slots.
	pub session_length: u64,
	/// Length of an era, in sessions.
	pub sessions_per_era: u32,
	/// How long stake stays bonded after its owner asks for it back, in eras.
	pub bonding_eras: u32,
	/// How long a slash can still be cancelled before it is applied, in eras.
	pub slash_defer_eras: u32,
	/// By what the times of governance are divided: one where holders have their full time to decide.
	pub governance_haste: u32,
}

impl Default for Settings {
	/// Sessions of an hour at slots of 3 s, eras of six hours, 28 days of bonding, 27 days to cancel a slash, governance at
	/// its full times.
	fn default() -> Self {
		Self {
			session_length: 1_200,
			sessions_per_era: 6,
			bonding_eras: 112,
			slash_defer_eras: 108,
			governance_haste: 1,
		}
	}
}

/// The longest time, in eras, that stake can stay bonded. The stakes of so many eras are remembered, to be slashed by.
pub const MAX_BONDING_ERAS: u32 = 112;

impl Settings {
	/// Says what is wrong with the settings, if anything is.
	pub fn validate(&self) -> Result<(), &'static str> {
		if self.session_length == 0 {
			return Err("genesis settings: sessionLength must be at least 1 slot");
		}
		if self.sessions_per_era == 0 {
			return Err("genesis settings: sessionsPerEra must be at least 1 session");
		}
		if self.governance_haste == 0 {
			return Err("genesis settings: governanceHaste must be at least 1");
		}
		if self.bonding_eras > MAX_BONDING_ERAS {
			return Err("genesis settings: bondingEras must be at most 112, or old offences could not be slashed");
		}
		if self.slash_defer_eras >= self.bonding_eras {
			return Err("genesis settings: slashDeferEras must be below bondingEras, or slashed stake could leave");
		}
		Ok(())
	}
}

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {}

	/// What this chain fixed at genesis.
	#[pallet::storage]
	pub type ChainSettings<T: Config> = StorageValue<_, Settings, ValueQuery>;

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// What this chain fixes at genesis.
		pub settings: Settings,
		#[serde(skip)]
		pub _marker: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if let Err(wrong) = self.settings.validate() {
				// A chain must not begin with settings that cannot work: this is where genesis stops.
				panic!("{wrong}");
			}
			ChainSettings::<T>::put(&self.settings);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	impl<T: Config> Pallet<T> {
		/// Checks the invariants that the crate's documentation lists.
		#[cfg(any(test, feature = "std", feature = "try-runtime"))]
		pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
			ChainSettings::<T>::get()
				.validate()
				.map_err(sp_runtime::TryRuntimeError::Other)
		}
	}
}

/// Declares a type that reads one setting, for use where a pallet's configuration wants a `Get`.
macro_rules! setting {
	($(#[$doc:meta])* $name:ident: $field:ident as $unit:ty) => {
		$(#[$doc])*
		pub struct $name<T>(PhantomData<T>);

		impl<T: Config> Get<$unit> for $name<T> {
			fn get() -> $unit {
				ChainSettings::<T>::get().$field
			}
		}
	};
}

setting! {
	/// Length of a session, in slots.
	SessionLength: session_length as u64
}
setting! {
	/// Length of an era, in sessions.
	SessionsPerEra: sessions_per_era as u32
}
setting! {
	/// How long stake stays bonded, in eras.
	BondingDuration: bonding_eras as u32
}
setting! {
	/// How long a slash can still be cancelled, in eras.
	SlashDeferDuration: slash_defer_eras as u32
}
setting! {
	/// By what the times of governance are divided.
	GovernanceHaste: governance_haste as u32
}
