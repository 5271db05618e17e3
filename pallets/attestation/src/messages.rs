//! What attestors sign.
//!
//! Each message names the chain, what it is for, the operator and a period or a round, so that none of them is valid
//! twice or for anything else.

use crate::RoundIndex;
use codec::Encode;
use millpond_primitives::{GpuId, Minute, OperatorId};
use millpond_proof::Hash;
use sp_core::H256;
use sp_io::hashing::blake2_256;

/// What an attestor signs for a heartbeat of the chain that began with `genesis`.
pub fn heartbeat(genesis: H256, operator: OperatorId, period: Minute, away: &[GpuId], back: &[GpuId]) -> [u8; 32] {
	(b"millpond heartbeat", genesis, operator, period, away, back).using_encoded(blake2_256)
}

/// What an attestor signs to commit to fills.
pub fn commit_fill(genesis: H256, operator: OperatorId, round: RoundIndex, root: &Hash) -> [u8; 32] {
	(b"millpond commit fill", genesis, operator, round, root).using_encoded(blake2_256)
}

/// What an attestor signs to commit to walks.
pub fn commit_walk(genesis: H256, operator: OperatorId, round: RoundIndex, root: &Hash, present: &[u8]) -> [u8; 32] {
	(b"millpond commit walk", genesis, operator, round, root, present).using_encoded(blake2_256)
}
