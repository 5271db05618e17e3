//! How large a challenge cards that can be bought can do, and a CPU that stands in for one on development chains.
//!
//! Two of one of these do not fit the window of a minute at any speed that the card can have, and one does by our kernels.
//! How the sizes were found stands in `docs/attestation.md`. A chain's catalogue begins with them; what is asked of a model
//! later is for governance.

/// Rows, columns, k, lanes, steps, openings: what [`Profile::new`](crate::Profile::new) takes.
pub type Sizes = [u32; 6];

/// NVIDIA H200, 141 GB.
pub const H200: Sizes = [131_072, 249_856, 862_208, 65_536, 1_024, 16];
/// NVIDIA H100, 80 GB.
pub const H100: Sizes = [131_072, 131_072, 1_646_592, 65_536, 1_024, 16];
/// NVIDIA A100, 80 GB.
pub const A100: Sizes = [131_072, 131_072, 520_192, 65_536, 1_024, 16];
/// NVIDIA L40S, 48 GB.
pub const L40S: Sizes = [65_536, 147_456, 1_083_392, 65_536, 1_024, 16];
/// NVIDIA GeForce RTX 4090, 24 GB.
pub const RTX_4090: Sizes = [65_536, 77_824, 1_849_344, 65_536, 1_024, 16];
/// A processor.
pub const SIM_CPU: Sizes = [256, 1_024, 512, 64, 16, 8];
