//! Weights that are this chain's own; everything else uses the published ones of its pallet.

mod extensions;

pub use extensions::ExtensionsInBaseWeight;
