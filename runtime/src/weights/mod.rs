//! Weights that are this chain's own; everything else uses the published ones of its pallet. Those of our own pallets
//! are made by `scripts/weights.sh`.

mod extensions;
pub mod pallet_attestation;
pub mod pallet_data_credits;
pub mod pallet_emissions;
pub mod pallet_gpus;
pub mod pallet_market;
pub mod pallet_operators;
pub mod pallet_pools;

pub use extensions::ExtensionsInBaseWeight;
