//! `millpond attestation`: who attests GPUs, and how they stand.

use crate::client::{
	address::{format_account, parse_account},
	command_group,
	output::{facts, format_minute, NOTHING},
	Error, Node, NodeArgs, Report, TransactionArgs,
};
use clap::Parser;
use jsonrpsee::rpc_params;
use millpond_primitives::{GpuId, Minute, OperatorId};
use millpond_runtime::AccountId;
use pallet_attestation::Call;
use serde_json::Value;

command_group! {
	/// Proof that GPUs are there: who attests them, and how they stand.
	AttestationCommand {
		Status(StatusCommand),
		SetAttestor(SetAttestorCommand),
	}
}

/// Show how a GPU stands with attestation, and the round that is on.
#[derive(Debug, Parser)]
pub struct StatusCommand {
	/// Its number.
	#[arg(value_name = "GPU")]
	gpu: GpuId,

	#[clap(flatten)]
	node: NodeArgs,
}

impl StatusCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let status: Value = node.request("attestation_status", rpc_params![self.gpu]).await?;
		let text = describe(&status);
		Ok(Report::new(status, text))
	}
}

/// A status as people read it.
fn describe(status: &Value) -> String {
	let number = |name: &str| match &status[name] {
		Value::Null => NOTHING.to_string(),
		value => value.to_string(),
	};
	let yes = |value: &Value| match value.as_bool() {
		Some(true) => "yes",
		Some(false) => "no",
		None => NOTHING,
	};
	let proof = match status["owesProof"].as_bool() {
		None => "nothing to prove in this round",
		Some(true) => "owed in this round",
		Some(false) => "given in this round",
	};
	facts(&[
		("GPU", number("gpu")),
		("operator", number("operator")),
		("place on its roster", number("position")),
		("first round", number("from")),
		("rounds to pass until online", number("passesLeft")),
		("must prove itself next", yes(&status["mustProve"]).into()),
		("reported away in round", number("awaySince")),
		("strikes", number("strikes")),
		("proof", proof.into()),
		("challenged now", yes(&status["challenged"]).into()),
		("round", round(&status["round"])),
	])
}

/// The round that is on, in a line.
fn round(round: &Value) -> String {
	if round.is_null() {
		return "none is on".into();
	}
	let opened = round["opened"]
		.as_u64()
		.and_then(|minute| Minute::try_from(minute).ok());
	let left = match round["blocksLeft"].as_u64() {
		Some(left) => format!(", {left} blocks left"),
		None => String::new(),
	};
	format!(
		"{} since {}: {}{left}, {} GPUs took part so far",
		round["index"],
		opened.map_or(NOTHING.into(), format_minute),
		round["phase"].as_str().unwrap_or(NOTHING),
		round["present"]
	)
}

/// Name who signs an operator's heartbeats, commitments and proofs: the key of type `atst` in the keystore of its node.
///
/// Signed by who holds the operator's NFT. Whoever bought an operator should do this first of all: the attestor can do its
/// bond harm. The account needs a little BCT, for the fees of proofs, which come back.
#[derive(Debug, Parser)]
pub struct SetAttestorCommand {
	/// The operator.
	#[arg(value_name = "OPERATOR")]
	operator: OperatorId,

	/// The attestor's address: that of the key in the node's keystore.
	#[arg(long, value_name = "ADDRESS", value_parser = parse_account)]
	attestor: AccountId,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl SetAttestorCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (operator, attestor) = (self.operator, self.attestor.clone());
		let call = Call::set_attestor {
			operator,
			attestor: attestor.clone(),
		};
		let receipt = self.transaction.submit(node, call).await?;
		Ok(receipt.report(&format!(
			"the attestor of operator {operator} is {}",
			format_account(&attestor)
		)))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	#[test]
	fn a_status_should_be_told_with_the_round_that_is_on() {
		let status = json!({
			"gpu": 7, "operator": 1, "position": 0, "from": 3, "passesLeft": 2, "mustProve": true, "awaySince": null,
			"strikes": 0, "owesProof": true, "challenged": true,
			"round": { "index": 3, "opened": 30_000_000, "phase": "proving", "blocksLeft": 12, "operators": 1, "present": 4 },
		});
		let text = describe(&status);
		for line in [
			"rounds to pass until online  2",
			"reported away in round       -",
			"proof                        owed in this round",
			"round                        3 since 2027-01-15 08:00 UTC: proving, 12 blocks left, 4 GPUs took part so far",
		] {
			assert!(text.contains(line), "'{line}' is not in: {text}");
		}
		assert_eq!(round(&Value::Null), "none is on");
	}
}
