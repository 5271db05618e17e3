//! `epochs_*`: market time and epochs.

use super::{
	arguments::{read, Arg},
	at_block, cannot_answer, no_state, Deps,
};
use crate::{client::amount::format_fixed, service::Client};
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use millpond_primitives::{EpochIndex, Minute};
use millpond_runtime::Hash;
use millpond_runtime_api::EpochsApi as _;
use pallet_emissions::EpochSummary;
use serde::Serialize;
use sp_api::ProvideRuntimeApi;
use std::sync::Arc;

/// What an epoch came to, or, while it is open, what it has come to so far. Amounts are decimal strings, of BCT in its
/// smallest unit: they do not fit a JSON number.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
	/// Its number; the first is 0.
	pub epoch: EpochIndex,
	/// The market minute that it begins at: seconds since 1970 divided by 60.
	pub start: Minute,
	/// The first market minute of the next epoch.
	pub end: Minute,
	/// Whether it has closed.
	pub closed: bool,
	/// Data Credits spent in it.
	pub credits: String,
	/// Minutes in which GPUs were online and nobody rented them, each times the weight of the GPU's model.
	pub idle_weight: String,
	/// What the schedule gives to it.
	pub scheduled: Scheduled,
	/// What was burned before and may be minted again in it, for GPU rewards.
	pub reminted: String,
	/// What it may use of what was carried over to it, for GPU rewards.
	pub released: String,
	/// Minted for the credits spent in it; zero while it is open.
	pub rewards: String,
	/// Minted for the idle minutes in it; zero while it is open.
	pub availability: String,
	/// What is carried over to the next epoch; while it is open, what was carried over to it.
	pub carried: String,
	/// The price by which its rewards were capped, in USD per BCT; null while it is open.
	pub price: Option<String>,
}

/// What the schedule gives to an epoch, by whom it is for.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Scheduled {
	/// For GPU rewards.
	pub gpus: String,
	/// For validators.
	pub validators: String,
	/// For the treasury.
	pub treasury: String,
}

impl From<EpochSummary> for Summary {
	fn from(summary: EpochSummary) -> Self {
		Self {
			epoch: summary.epoch,
			start: summary.start,
			end: summary.end,
			closed: summary.closed,
			credits: summary.demand.credits.to_string(),
			idle_weight: summary.demand.weight.to_string(),
			scheduled: Scheduled {
				gpus: summary.emission.gpus.to_string(),
				validators: summary.emission.validators.to_string(),
				treasury: summary.emission.treasury.to_string(),
			},
			reminted: summary.reminted.to_string(),
			released: summary.released.to_string(),
			rewards: summary.rewards.to_string(),
			availability: summary.availability.to_string(),
			carried: summary.carried.to_string(),
			price: summary.price.map(format_fixed),
		}
	}
}

/// Market time and epochs.
#[rpc(server, namespace = "epochs")]
pub trait EpochsRpc {
	/// What `epoch`, by default the open one, came to at a block, by default the best. The last 90 that have closed are
	/// remembered.
	#[method(name = "summary")]
	fn summary(&self, epoch: Option<Arg<Option<EpochIndex>>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<Summary>;
}

/// Answers from the chain's state.
pub struct Epochs {
	client: Arc<Client>,
}

impl Epochs {
	/// Answers from this node's state.
	pub fn new(deps: &Deps) -> Self {
		Self {
			client: deps.client.clone(),
		}
	}
}

impl EpochsRpcServer for Epochs {
	fn summary(&self, epoch: Option<Arg<Option<EpochIndex>>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<Summary> {
		let epoch = read("epoch", epoch)?;
		let at = at_block(&self.client, at)?;
		self.client
			.runtime_api()
			.summary(at, epoch)
			.map_err(no_state)?
			.map(Summary::from)
			.ok_or_else(|| unknown_epoch(epoch))
	}
}

/// Why nothing is known of an epoch.
fn unknown_epoch(epoch: Option<EpochIndex>) -> jsonrpsee::types::ErrorObjectOwned {
	match epoch {
		None => cannot_answer("no epoch is open", "the chain has no block yet"),
		Some(epoch) => cannot_answer(
			&format!("nothing is known of epoch {epoch}"),
			format!(
				"it has not begun, or closed more than {} epochs ago",
				pallet_emissions::SUMMARIES
			),
		),
	}
}
