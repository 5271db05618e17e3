//! How each pallet is configured, one file an area.

mod attestation;
mod consensus;
mod currency;
mod deeds;
mod emergency;
mod emission;
mod governance;
mod market;
mod money;
mod nfts;
pub mod parameters;
mod proxies;
mod staking;
mod supply;
mod system;
mod utility;

pub use currency::{FeeMultiplierUpdate, LengthToFee, WeightToFee};
pub use deeds::{GpuDeeds, OperatorDeeds, TimeSlotDeeds};
pub use emergency::{NeverPaused, SafeModeCalls};
pub use emission::TREASURY_PALLET_ID;
pub use nfts::{create_own_collections, GPU_COLLECTION, OPERATOR_COLLECTION, OWN_COLLECTIONS, TIME_SLOT_COLLECTION};
pub use proxies::ProxyType;
pub use staking::MAX_ELECTABLE_TARGETS;
pub use system::{BlockLengthLimits, BlockWeightLimits, SS58_PREFIX};
