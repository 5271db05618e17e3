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
use pallet_operators::{OperatorSummary, Service as Minutes};
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

/// What an operator answers with, and whether that suffices.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bond {
	/// What it answers with, without what is unbonding, in plancks (10^-12 BCT), as a decimal string. So are all amounts in BCT.
	pub bond: String,
	/// What that is worth, in DC, as a decimal string; null while there is no usable price.
	pub worth: Option<String>,
	/// What of it answers for no duty, in plancks.
	pub free: String,
	/// What is to answer for its duties, in plancks.
	pub duty_bond: String,
	/// What its duties ask, in DC, as a decimal string.
	pub asked: String,
	/// By how much the bond has to be raised for it to suffice, in plancks.
	pub missing: String,
	/// The market minute since which the operator is called to raise its bond; null if it is not.
	pub called_since: Option<Minute>,
	/// The market minute until which it has time for that; null if it is not called.
	pub raise_until: Option<Minute>,
	/// Whether that time is over: its GPUs sell no new time and earn no availability.
	pub suspended: bool,
}

impl Bond {
	/// What the chain says of an operator's bond.
	pub fn new<AccountId>(summary: &OperatorSummary<AccountId>) -> Self {
		let bond = &summary.bond;
		Self {
			bond: bond.bond.to_string(),
			worth: summary.worth.map(|worth| worth.to_string()),
			free: summary.free.to_string(),
			duty_bond: bond.duty_bond.to_string(),
			asked: bond.asked.to_string(),
			missing: summary.missing.to_string(),
			called_since: bond.shortfall.map(|shortfall| shortfall.since),
			raise_until: summary.raise_until,
			suspended: bond.shortfall.is_some_and(|shortfall| shortfall.suspended),
		}
	}
}

/// How an operator served, and what it answers with.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Standing {
	/// How it served.
	#[serde(flatten)]
	pub reputation: Reputation,
	/// What it answers with.
	pub bond: Bond,
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
	/// How `operator` served and what it answers with, at a block, by default the best.
	#[method(name = "reputation")]
	fn reputation(&self, operator: Option<Arg<OperatorId>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<Standing>;
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
	fn reputation(&self, operator: Option<Arg<OperatorId>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<Standing> {
		let operator = read("operator", operator)?;
		let at = at_block(&self.client, at)?;
		let api = self.client.runtime_api();
		let reputation = api.reputation(at, operator).map_err(no_state)?;
		let summary = api.summary(at, operator).map_err(no_state)?;
		let (reputation, summary) = reputation.zip(summary).ok_or_else(|| unknown("operator", operator))?;
		Ok(Standing {
			reputation: Reputation::new(operator, &reputation),
			bond: Bond::new(&summary),
		})
	}
}
