//! The way of the node's own services into blocks: through its pool.

use crate::{
	client::{
		signer::Signer,
		transaction::{authorized, sign, Terms},
	},
	service::{Client, FullPool},
};
use frame_system_rpc_runtime_api::AccountNonceApi;
use millpond_runtime::{AccountId, Hash, Nonce, RuntimeCall, UncheckedExtrinsic, VERSION};
use sc_transaction_pool_api::{error::Error as PoolError, error::IntoPoolError, TransactionPool, TransactionSource};
use sp_api::{CallApiAt, CallContext, ProvideRuntimeApi};
use sp_blockchain::HeaderBackend;
use sp_runtime::generic::Era;
use std::sync::Arc;

/// Blocks for which a signed transaction may wait to be taken: later another is made.
const LIFETIME: u64 = 16;

/// What became of a transaction that was to be sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sent {
	/// It is in the pool.
	Pooled(Hash),
	/// One like it is still waiting for a block.
	Waiting,
}

/// Sends transactions.
#[derive(Clone)]
pub struct Outbox {
	pub client: Arc<Client>,
	pub pool: Arc<FullPool>,
}

impl Outbox {
	/// How many transactions of an account are in blocks, up to the best.
	///
	/// # Errors
	/// A state that cannot be read, in words.
	pub fn nonce(&self, account: &AccountId) -> Result<Nonce, String> {
		self.client
			.runtime_api()
			.account_nonce(self.client.info().best_hash, account.clone())
			.map_err(|error| format!("the nonce of {account} cannot be read: {error}"))
	}

	/// Sends a call that authorizes itself.
	///
	/// # Errors
	/// Why it could not be sent, in words.
	pub async fn authorized(&self, call: RuntimeCall) -> Result<Sent, String> {
		self.spec_version()?;
		self.submit(authorized(call)).await
	}

	/// Sends a call that `signer` signs.
	///
	/// # Errors
	/// Why it could not be sent, in words.
	pub async fn signed(&self, signer: &Signer, call: RuntimeCall, nonce: Nonce) -> Result<Sent, String> {
		let spec_version = self.spec_version()?;
		let info = self.client.info();
		// Born in the best block's parent, which every block that may follow knows.
		let birth_number = info.best_number.saturating_sub(1);
		let birth = self
			.client
			.hash(birth_number)
			.ok()
			.flatten()
			.ok_or_else(|| format!("block {birth_number} is not there any more"))?;
		let terms = Terms {
			nonce,
			tip: 0,
			era: Era::mortal(LIFETIME, birth_number.into()),
			birth,
			genesis: info.genesis_hash,
			spec_version,
			transaction_version: VERSION.transaction_version,
		};
		self.submit(sign(signer, call, &terms).map_err(|error| error.to_string())?)
			.await
	}

	/// The version of the chain's runtime. Fails if that takes transactions of another form than this binary makes.
	fn spec_version(&self) -> Result<u32, String> {
		let version = self
			.client
			.runtime_version_at(self.client.info().best_hash, CallContext::Offchain)
			.map_err(|error| format!("the runtime's version cannot be read: {error}"))?;
		if (&version.spec_name, version.transaction_version) == (&VERSION.spec_name, VERSION.transaction_version) {
			return Ok(version.spec_version);
		}
		Err(format!(
			"the chain's runtime ({} {}) takes transactions of another form than this binary makes: update it",
			version.spec_name, version.spec_version
		))
	}

	async fn submit(&self, extrinsic: UncheckedExtrinsic) -> Result<Sent, String> {
		let best = self.client.info().best_hash;
		match self
			.pool
			.submit_one(best, TransactionSource::Local, extrinsic.into())
			.await
		{
			Ok(hash) => Ok(Sent::Pooled(hash)),
			Err(error) => match error.into_pool_error() {
				Ok(PoolError::AlreadyImported(_) | PoolError::TooLowPriority { .. }) => Ok(Sent::Waiting),
				Ok(error) => Err(error.to_string()),
				Err(error) => Err(error.to_string()),
			},
		}
	}
}
