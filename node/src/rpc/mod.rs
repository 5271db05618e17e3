//! The node's RPC interfaces beside those that every Substrate node has (system, state, chain, author, chainHead).

pub mod arguments;
pub mod attestation;
pub mod credits;
pub mod epochs;
pub mod market;
pub mod operators;
pub mod pools;

use crate::{
	client::refusal,
	service::{Backend, Client, FullPool, SelectChain},
};
use arguments::Arg;
use jsonrpsee::{core::RpcResult, types::ErrorObjectOwned, RpcModule};
use millpond_runtime::{AccountId, Balance, BlockNumber, Hash, Nonce, OpaqueBlock as Block};
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_grandpa::{FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState};
use sc_rpc::SubscriptionTaskExecutor;
use serde::Serialize;
use serde_json::json;
use sp_blockchain::HeaderBackend;
use sp_keystore::KeystorePtr;
use sp_runtime::DispatchError;
use std::sync::Arc;

/// What the BABE interface needs.
pub struct BabeDeps {
	pub worker_handle: BabeWorkerHandle<Block>,
	pub keystore: KeystorePtr,
}

/// What the GRANDPA interface needs.
#[derive(Clone)]
pub struct GrandpaDeps {
	pub voter_state: SharedVoterState,
	pub authority_set: SharedAuthoritySet<Hash, BlockNumber>,
	pub justification_stream: GrandpaJustificationStream<Block>,
	pub finality_proofs: Arc<FinalityProofProvider<Backend, Block>>,
}

/// What all interfaces need.
pub struct Deps {
	pub client: Arc<Client>,
	pub pool: Arc<FullPool>,
	pub select_chain: SelectChain,
	pub babe: BabeDeps,
	/// None where no voter runs.
	pub grandpa: Option<GrandpaDeps>,
}

/// Builds the interfaces.
///
/// # Errors
/// Two methods of the same name.
pub fn build(
	deps: &Deps,
	subscriptions: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, Box<dyn std::error::Error + Send + Sync>> {
	use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
	use sc_consensus_babe_rpc::{Babe, BabeApiServer};
	use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
	use substrate_frame_rpc_system::{System, SystemApiServer};

	let Deps {
		client,
		pool,
		select_chain,
		babe,
		grandpa,
	} = deps;
	let mut module = RpcModule::new(());
	module.merge(<System<_, _, Block> as SystemApiServer<
		<Block as sp_runtime::traits::Block>::Hash,
		AccountId,
		Nonce,
	>>::into_rpc(System::new(client.clone(), pool.clone())))?;
	module.merge(<TransactionPayment<_, Block> as TransactionPaymentApiServer<
		Hash,
		pallet_transaction_payment::RuntimeDispatchInfo<Balance>,
	>>::into_rpc(TransactionPayment::new(client.clone())))?;
	module.merge(
		Babe::new(
			client.clone(),
			babe.worker_handle.clone(),
			babe.keystore.clone(),
			select_chain.clone(),
		)
		.into_rpc(),
	)?;
	module.merge(credits::CreditsRpcServer::into_rpc(credits::Credits::new(
		client.clone(),
	)))?;
	module.merge(attestation::AttestationRpcServer::into_rpc(
		attestation::Attestation::new(deps),
	))?;
	module.merge(epochs::EpochsRpcServer::into_rpc(epochs::Epochs::new(deps)))?;
	module.merge(market::MarketRpcServer::into_rpc(market::Market::new(deps)))?;
	module.merge(operators::OperatorsRpcServer::into_rpc(operators::Operators::new(deps)))?;
	module.merge(pools::PoolsRpcServer::into_rpc(pools::Pools::new(deps)))?;
	if let Some(grandpa) = grandpa {
		module.merge(
			Grandpa::new(
				subscriptions,
				grandpa.authority_set.clone(),
				grandpa.voter_state.clone(),
				grandpa.justification_stream.clone(),
				grandpa.finality_proofs.clone(),
			)
			.into_rpc(),
		)?;
	}
	Ok(module)
}

/// The code of errors that say why the chain cannot answer.
const CANNOT_ANSWER: i32 = 8_000;

/// An error for the caller: what could not be answered, and why.
fn cannot_answer(what: &str, why: impl std::fmt::Display) -> ErrorObjectOwned {
	let why = why.to_string();
	let data = json!({ "reason": why });
	ErrorObjectOwned::owned(CANNOT_ANSWER, format!("{what}: {why}"), Some(data))
}

/// An error for the caller: what the chain would refuse, and why.
fn refused(what: &str, error: &DispatchError) -> ErrorObjectOwned {
	let refused = refusal::failed(error);
	let data = json!({
		"reason": refused.message,
		"error": refused.details.get("name"),
		"advice": refused.advice,
	});
	ErrorObjectOwned::owned(CANNOT_ANSWER, format!("{what}: {refused}"), Some(data))
}

/// The block that is asked about: the best one where none is named.
///
/// # Errors
/// What is no block's hash.
fn at_block(client: &Client, at: Option<Arg<Option<Hash>>>) -> RpcResult<Hash> {
	Ok(arguments::read("at", at)?.unwrap_or_else(|| client.info().best_hash))
}

/// Why a block's state cannot be asked.
fn no_state(error: sp_api::ApiError) -> ErrorObjectOwned {
	cannot_answer("the state of that block is not to be had", error)
}

/// Nothing of that number is there.
fn unknown(what: &str, number: impl std::fmt::Display + Serialize) -> ErrorObjectOwned {
	let message = format!("there is no {what} {number} at that block");
	let data = json!({ "reason": message, "unknown": what, "number": number });
	ErrorObjectOwned::owned(CANNOT_ANSWER, message, Some(data))
}
