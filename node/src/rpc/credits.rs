//! `credits_*`: Data Credits.

use super::{
	arguments::{read, wrong, Arg},
	at_block, no_state, refused,
};
use crate::{client::amount::format_fixed, service::Client};
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use millpond_runtime::Hash;
use millpond_runtime_api::CreditsApi as _;
use serde::Serialize;
use serde_json::json;
use sp_api::ProvideRuntimeApi;
use std::sync::Arc;

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
	fn quote(&self, amount: Option<Arg<String>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<Quote>;
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
	fn quote(&self, amount: Option<Arg<String>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<Quote> {
		let amount = read("amount", amount)?;
		let burned = amount.parse().map_err(|_| {
			let why =
				format!("'{amount}' is not an amount: give BCT in its smallest unit (10^-12) as a decimal string");
			wrong("amount", why, json!({ "given": amount }))
		})?;
		let at = at_block(&self.client, at)?;
		let quote = self
			.client
			.runtime_api()
			.quote(at, burned)
			.map_err(no_state)?
			.map_err(|error| refused("nothing can be burned now", &error))?;
		Ok(Quote {
			amount,
			credits: quote.credits.to_string(),
			price: format_fixed(quote.price),
			available: quote.available.to_string(),
		})
	}
}
