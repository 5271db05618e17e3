//! `operators_*`: who hosts GPUs and manages pools.

use super::{
	arguments::{read, Arg},
	at_block, no_state, unknown, Deps,
};
use crate::service::Client;
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use millpond_primitives::{Minute, OperatorId};
use millpond_runtime::Hash;
use millpond_runtime_api::OperatorsApi as _;
use pallet_operators::Service as Minutes;
use serde::Serialize;
use sp_api::ProvideRuntimeApi;
use std::sync::Arc;

/// How an operator served.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reputation {
	/// Its number.
	pub operator: OperatorId,
	/// The market minute in which it registered: seconds since 1970 divided by 60.
	pub since: Minute,
	/// What it delivered of what it promised of late, in basis points; null if it promised nothing.
	pub reliability: Option<u32>,
	/// GPU-minutes of late: an epoch counts the less the longer it is ago, half as much after 30.
	pub recent: Service,
	/// What it delivered of what it ever promised, in basis points; null if it promised nothing.
	pub lifetime_reliability: Option<u32>,
	/// GPU-minutes since it registered.
	pub lifetime: Service,
	/// Attestation rounds that GPUs passed.
	pub attestations_passed: u64,
	/// Attestation rounds and heartbeats that GPUs missed.
	pub attestations_missed: u64,
	/// Rentals that ended as they should.
	pub rentals_completed: u64,
	/// Rentals, or GPUs of them, that failed.
	pub rentals_failed: u64,
	/// Rentals that customers rejected.
	pub rentals_rejected: u64,
	/// How often it was punished.
	pub slashes: u32,
	/// What that took, in plancks (10^-12 BCT), as a decimal string.
	pub slashed: String,
}

/// GPU-minutes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Service {
	/// Sold.
	pub promised: u64,
	/// Of these, those in which the GPU was there.
	pub delivered: u64,
}

impl From<Minutes> for Service {
	fn from(minutes: Minutes) -> Self {
		Self {
			promised: minutes.promised,
			delivered: minutes.delivered,
		}
	}
}

impl Reputation {
	/// What the chain says of `operator`.
	pub fn new(operator: OperatorId, reputation: &pallet_operators::Reputation) -> Self {
		let record = &reputation.record;
		Self {
			operator,
			since: record.since,
			reliability: reputation.reliability,
			recent: record.recent.into(),
			lifetime_reliability: reputation.lifetime_reliability,
			lifetime: record.lifetime.into(),
			attestations_passed: record.attestations_passed,
			attestations_missed: record.attestations_missed,
			rentals_completed: record.rentals_completed,
			rentals_failed: record.rentals_failed,
			rentals_rejected: record.rentals_rejected,
			slashes: record.slashes,
			slashed: record.slashed.to_string(),
		}
	}
}

/// Who hosts GPUs and manages pools.
#[rpc(server, namespace = "operators")]
pub trait OperatorsRpc {
	/// How `operator` served, at a block, by default the best.
	#[method(name = "reputation")]
	fn reputation(&self, operator: Option<Arg<OperatorId>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<Reputation>;
}

/// Answers from the chain's state.
pub struct Operators {
	client: Arc<Client>,
}

impl Operators {
	/// Answers from this node's state.
	pub fn new(deps: &Deps) -> Self {
		Self {
			client: deps.client.clone(),
		}
	}
}

impl OperatorsRpcServer for Operators {
	fn reputation(&self, operator: Option<Arg<OperatorId>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<Reputation> {
		let operator = read("operator", operator)?;
		let at = at_block(&self.client, at)?;
		let reputation = self.client.runtime_api().reputation(at, operator).map_err(no_state)?;
		let reputation = reputation.ok_or_else(|| unknown("operator", operator))?;
		Ok(Reputation::new(operator, &reputation))
	}
}
