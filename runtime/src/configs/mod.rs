//! How each pallet is configured, one file an area.

mod consensus;
mod currency;
mod emergency;
mod governance;
mod money;
mod nfts;
pub mod parameters;
mod proxies;
mod staking;
mod system;
mod utility;

pub use currency::{FeeMultiplierUpdate, LengthToFee, WeightToFee};
pub use emergency::{NeverPaused, SafeModeCalls};
pub use nfts::{create_own_collections, GPU_COLLECTION, OPERATOR_COLLECTION, OWN_COLLECTIONS, TIME_SLOT_COLLECTION};
pub use proxies::ProxyType;
pub use staking::MAX_ELECTABLE_TARGETS;
pub use system::{BlockLengthLimits, BlockWeightLimits, SS58_PREFIX};
