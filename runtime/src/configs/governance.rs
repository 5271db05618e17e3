//! Who may do what only Root may.

use crate::*;

// Until governance is there: a key on the development and local chains, a multisig on the test network.
impl pallet_sudo::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}
