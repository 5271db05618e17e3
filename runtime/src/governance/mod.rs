//! What holders of BCT decide by referenda: the origins that a referendum can act with, and the track of each.
//!
//! A track says what it costs to ask, how long holders have to decide, and how many must agree. The further an origin
//! reaches, the harder its track. docs/governance.md explains it to voters.

mod origins;
mod tracks;

pub use origins::{
	pallet as pallet_origins, RootOrCanceller, RootOrCatalogue, RootOrFeeders, RootOrKiller, RootOrParameters,
	RootOrWhitelisted, SpendLimit, Spender,
};
pub use tracks::{GovernanceTracks, TrackId};
