//! `millpond epoch`: what epochs came to.

use crate::{
	client::{
		self,
		amount::{format_bct, format_credits, format_fixed},
		command_group,
		output::{facts, format_minute},
		Node, NodeArgs, Report,
	},
	rpc::epochs::Summary,
};
use clap::Parser;
use codec::Encode;
use millpond_primitives::EpochIndex;
use pallet_emissions::EpochSummary;
use serde_json::json;

command_group! {
	/// Epochs: at the end of each, BCT is minted for GPU rewards, validators and the treasury.
	EpochCommand {
		Show(ShowCommand),
	}
}

/// Show what an epoch came to, or has come to so far.
#[derive(Debug, Parser)]
pub struct ShowCommand {
	/// The epoch's number; the open one if none is given.
	#[arg(value_name = "EPOCH")]
	epoch: Option<EpochIndex>,

	#[clap(flatten)]
	node: NodeArgs,
}

impl ShowCommand {
	async fn answer(&self, node: &Node) -> Result<Report, client::Error> {
		let summary: Option<EpochSummary> = node.call("EpochsApi_summary", &self.epoch.encode(), None).await?;
		let summary = summary.ok_or_else(|| match self.epoch {
			None => client::Error::node("no epoch is open: the chain has no block yet"),
			Some(epoch) => client::Error::input(format!("nothing is known of epoch {epoch}")).advise(format!(
				"It has not begun, or closed more than {} epochs ago. Without a number, the open one is shown.",
				pallet_emissions::SUMMARIES
			)),
		})?;
		Ok(Report::new(json!(Summary::from(summary)), describe(&summary)))
	}
}

/// An epoch as people read it.
fn describe(summary: &EpochSummary) -> String {
	let state = if summary.closed { "closed" } else { "open" };
	let mut lines = vec![
		("epoch", format!("{} ({state})", summary.epoch)),
		("from", format_minute(summary.start)),
		("to", format_minute(summary.end)),
		("spent", format_credits(summary.demand.credits)),
		("idle minutes x weight", summary.demand.weight.to_string()),
		("schedule, for GPUs", format_bct(summary.emission.gpus)),
		("schedule, for validators", format_bct(summary.emission.validators)),
		("schedule, for the treasury", format_bct(summary.emission.treasury)),
		("burned and minted again", format_bct(summary.reminted)),
		("released of what was carried over", format_bct(summary.released)),
	];
	if summary.closed {
		lines.extend([
			("paid for what was spent", format_bct(summary.rewards)),
			("paid for availability", format_bct(summary.availability)),
			("carried over", format_bct(summary.carried)),
			(
				"price",
				summary
					.price
					.map_or("none".into(), |price| format!("${} for a BCT", format_fixed(price))),
			),
		]);
	} else {
		lines.push(("carried over to it", format_bct(summary.carried)));
	}
	facts(&lines)
}
