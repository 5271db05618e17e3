//! `attestation_*`: proof that GPUs are there.

use super::{
	arguments::{read, Arg},
	at_block, cannot_answer, no_state, unknown, Deps,
};
use crate::service::Client;
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use millpond_primitives::{GpuId, Minute, OperatorId};
use millpond_runtime::Hash;
use millpond_runtime_api::{AttestationApi as _, GpusApi as _};
use pallet_attestation::{GpuAttestation, Phase, RoundIndex, RoundStatus};
use serde::Serialize;
use sp_api::ProvideRuntimeApi;
use std::sync::Arc;

/// How a GPU stands with attestation.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
	/// Its number.
	pub gpu: GpuId,
	/// The operator that attests it.
	pub operator: OperatorId,
	/// Its place on the operator's roster.
	pub position: u32,
	/// The first round that it has to take part in.
	pub from: RoundIndex,
	/// How many rounds it still has to pass before it is online.
	pub passes_left: u32,
	/// Whether it has to prove itself on chain in its next round.
	pub must_prove: bool,
	/// The newest round when its host reported it as away; null while it is not.
	pub away_since: Option<RoundIndex>,
	/// How many strikes it has, those that are forgiven left out.
	pub strikes: u32,
	/// Whether it has yet to prove itself in the round that is on: false once it has, null if it has not to.
	pub owes_proof: Option<bool>,
	/// Whether the round that is on challenges it: a customer who rents it meanwhile gets it when it is done.
	pub challenged: bool,
	/// The round that is on, if one is.
	pub round: Option<Round>,
}

/// A round.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Round {
	/// Its number.
	pub index: RoundIndex,
	/// The market minute in which it began: seconds since 1970 divided by 60.
	pub opened: Minute,
	/// How it stands: `fillSeed`, `fill`, `walkSeed`, `walk`, `pickSeed`, `picking`, `proving` or `closing`.
	pub phase: &'static str,
	/// For how many blocks more, the present one included; null where that is not known.
	pub blocks_left: Option<u32>,
	/// How many operators have committed to both fill and walk.
	pub operators: u32,
	/// How many GPUs these say took part.
	pub present: u64,
}

impl From<RoundStatus> for Round {
	fn from(round: RoundStatus) -> Self {
		Self {
			index: round.index,
			opened: round.opened,
			phase: match round.phase {
				Phase::FillSeed => "fillSeed",
				Phase::Fill => "fill",
				Phase::WalkSeed => "walkSeed",
				Phase::Walk => "walk",
				Phase::PickSeed => "pickSeed",
				Phase::Picking => "picking",
				Phase::Proving => "proving",
				Phase::Closing => "closing",
			},
			blocks_left: round.blocks_left,
			operators: round.operators,
			present: round.present,
		}
	}
}

impl Status {
	/// What the chain says of `gpu`, which was `free` or not when the round that is on began.
	pub fn new(gpu: GpuId, status: &GpuAttestation, round: Option<RoundStatus>, free: bool) -> Self {
		let member = &status.member;
		let there = |index| member.from <= index && !member.gone && member.away.is_none_or(|since| since >= index);
		Self {
			gpu,
			operator: status.operator,
			position: status.position,
			from: member.from,
			passes_left: member.left,
			must_prove: member.unproven,
			away_since: member.away,
			strikes: status.strikes,
			owes_proof: status.owes_proof,
			challenged: round.is_some_and(|round| free && there(round.index)),
			round: round.map(Round::from),
		}
	}
}

/// Proof that GPUs are there.
#[rpc(server, namespace = "attestation")]
pub trait AttestationRpc {
	/// How `gpu` stands with attestation at a block, by default the best, and the round that is on.
	#[method(name = "status")]
	fn status(&self, gpu: Option<Arg<GpuId>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<Status>;
}

/// Answers from the chain's state.
pub struct Attestation {
	client: Arc<Client>,
}

impl Attestation {
	/// Answers from this node's state.
	pub fn new(deps: &Deps) -> Self {
		Self {
			client: deps.client.clone(),
		}
	}
}

impl AttestationRpcServer for Attestation {
	fn status(&self, gpu: Option<Arg<GpuId>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<Status> {
		let gpu = read("gpu", gpu)?;
		let at = at_block(&self.client, at)?;
		let api = self.client.runtime_api();
		let round = api.current_round(at).map_err(no_state)?;
		let free = api
			.challenge(at, gpu)
			.map_err(no_state)?
			.is_some_and(|challenge| challenge.free);
		match api.attestation_status(at, gpu).map_err(no_state)? {
			Some(status) => Ok(Status::new(gpu, &status, round, free)),
			None if api.gpu(at, gpu).map_err(no_state)?.is_none() => Err(unknown("GPU", gpu)),
			None => Err(cannot_answer(
				&format!("GPU {gpu} is not attested yet"),
				"no heartbeat of its host has reported it: does a node run with --operator for its host?",
			)),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use pallet_attestation::MemberRecord;

	#[test]
	fn a_gpu_should_be_challenged_in_the_rounds_it_has_to_take_part_in() {
		let challenged = |from, index, free| {
			let status = GpuAttestation {
				operator: 1,
				position: 0,
				member: MemberRecord::new(7, from, 3),
				strikes: 0,
				owes_proof: None,
			};
			let round = RoundStatus {
				index,
				opened: 30_000_000,
				phase: Phase::Fill,
				blocks_left: Some(20),
				operators: 0,
				present: 0,
			};
			Status::new(7, &status, Some(round), free).challenged
		};
		assert!(challenged(3, 3, true));
		assert!(!challenged(4, 3, true), "later");
		assert!(!challenged(3, 3, false), "a customer has it");
	}
}
