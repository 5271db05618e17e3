//! `credits_*`: Data Credits.

use super::cannot_answer;
use crate::{
	client::{amount::format_decimal, refusal},
	service::Client,
};
use jsonrpsee::{core::RpcResult, proc_macros::rpc, types::ErrorObjectOwned};
use millpond_runtime::Hash;
use millpond_runtime_api::CreditsApi as _;
use serde::Serialize;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use std::sync::Arc;

/// Decimals of a price.
const PRICE_DECIMALS: usize = 18;

/// What burning an amount of BCT would yield. Amounts are decimal strings: they do not fit a JSON number.
#[derive(Clone, Debug, Serialize)]
pub struct Quote {
	/// BCT burned, in its smallest unit.
	pub amount: String,
	/// Data Credits made, $0.00001 each.
	pub credits: String,
	/// The price, in USD per BCT.
	pub price: String,
	/// Data Credits that the hourly cap still allows, to everybody together.
	pub available: String,
}

/// Data Credits.
#[rpc(server, namespace = "credits")]
pub trait CreditsRpc {
	/// What burning `amount` of BCT (its smallest unit, as a decimal string) would yield at a block, by default the best.
	#[method(name = "quote")]
	fn quote(&self, amount: String, at: Option<Hash>) -> RpcResult<Quote>;
}

/// Answers from the chain's state.
pub struct Credits {
	client: Arc<Client>,
}

impl Credits {
	/// Answers from this client's state.
	pub fn new(client: Arc<Client>) -> Self {
		Self { client }
	}
}

impl CreditsRpcServer for Credits {
	fn quote(&self, amount: String, at: Option<Hash>) -> RpcResult<Quote> {
		let burned = amount.parse().map_err(|_| {
			ErrorObjectOwned::owned(
				jsonrpsee::types::ErrorCode::InvalidParams.code(),
				format!("'{amount}' is not an amount: give BCT in its smallest unit (10^-12) as a decimal string"),
				None::<()>,
			)
		})?;
		let at = at.unwrap_or_else(|| self.client.info().best_hash);
		let quote = self
			.client
			.runtime_api()
			.quote(at, burned)
			.map_err(|error| cannot_answer("the state of that block is not to be had", error))?
			.map_err(|error| cannot_answer("nothing can be burned now", refusal::failed(&error)))?;
		Ok(Quote {
			amount,
			credits: quote.credits.to_string(),
			price: format_decimal(quote.price.into_inner(), PRICE_DECIMALS),
			available: quote.available.to_string(),
		})
	}
}
