//! Who takes part, and what they sign.

use codec::Encode;
use frame_system::{CheckGenesis, CheckMortality, CheckNonce};
use millpond_runtime::{
	AccountId, Nonce, Runtime, RuntimeCall, Signature, SignedPayload, TxExtension, UncheckedExtrinsic,
};
use sp_core::{sr25519, Pair};
use sp_io::hashing::blake2_256;
use sp_runtime::generic::Era;

/// What somebody does in the network.
#[derive(Clone, Copy, Debug, Encode)]
pub enum Role {
	/// Hosts the GPUs of a pool, and manages it.
	Operator,
	/// Holds a GPU.
	Holder,
	/// Rents GPUs.
	Customer,
}

/// The key of somebody.
pub fn key(role: Role, number: u64) -> sr25519::Pair {
	sr25519::Pair::from_seed(&(role, number).using_encoded(blake2_256))
}

/// The account of somebody.
pub fn account(role: Role, number: u64) -> AccountId {
	AccountId::from(key(role, number).public())
}

/// A call signed with `key`. Within the state of a chain.
pub fn sign(key: &sr25519::Pair, nonce: Nonce, call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
	let call: RuntimeCall = call.into();
	let payload = SignedPayload::new(call, extension(nonce)).expect("within the state of a chain");
	let signature: Signature = payload.using_encoded(|bytes| key.sign(bytes)).into();
	let (call, extension, _) = payload.deconstruct();
	UncheckedExtrinsic::new_signed(call, AccountId::from(key.public()).into(), signature, extension)
}

/// A call that brings its own authorization.
pub fn authorized(call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
	UncheckedExtrinsic::new_transaction(call.into(), extension(0))
}

fn extension(nonce: Nonce) -> TxExtension {
	(
		frame_system::AuthorizeCall::<Runtime>::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		CheckGenesis::new(),
		CheckMortality::from(Era::Immortal),
		CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(0),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	)
}
