//! Looking at GPUs and their models.

use super::{gpu, model_name, models, status};
use crate::{
	client::{
		address::{format_account, parse_account},
		amount::{format_bct, format_credits, format_rate},
		output::{facts, format_day, format_minute, or_nothing, table, NOTHING},
		text::Foreign,
		to_hex, Error, Node, NodeArgs, Report,
	},
	commands::operator::{called, shown_text, summary},
	rpc::operators::Bond,
};
use clap::Parser;
use codec::Encode;
use millpond_primitives::{GpuId, GpuModelId, OperatorId};
use millpond_runtime::AccountId;
use millpond_runtime_api::GpuEntry;
use pallet_gpus::{Document, ModelRecord};
use pallet_operators::OperatorSummary;
use pallet_pools::MemberState;
use serde_json::{json, Value};
use std::collections::BTreeMap;

/// Show a GPU: its host, how it stands, what is written about it and what it has done.
#[derive(Debug, Parser)]
pub struct ShowCommand {
	/// Its number.
	#[arg(value_name = "GPU")]
	gpu: GpuId,

	#[clap(flatten)]
	pub node: NodeArgs,
}

impl ShowCommand {
	pub async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let entry = gpu(node, self.gpu).await?;
		let host = summary(node, entry.summary.gpu.operator).await?;
		let standing = Bond::new(&host);
		let report = Report::new(to_json(&entry), describe(&entry, &host, &models(node).await?));
		Ok(report
			.detail("hostCalledSince", standing.called_since)
			.detail("hostRaiseUntil", standing.raise_until)
			.detail("hostSuspended", standing.suspended))
	}
}

fn to_json(entry: &GpuEntry) -> Value {
	let (record, papers, history) = (&entry.summary.gpu, &entry.summary.papers, &entry.summary.history);
	let document = |document: &Document| json!({ "uri": Foreign::new(&document.uri), "hash": to_hex(&document.hash) });
	json!({
		"gpu": entry.gpu,
		"holder": format_account(&entry.summary.holder),
		"operator": record.operator,
		"model": record.model,
		"status": status(record.status),
		"device": to_hex(&record.device),
		"bond": entry.summary.bond.to_string(),
		"bondAsked": record.bond.to_string(),
		"registered": record.registered,
		"inService": record.in_service,
		"resigned": entry.summary.resigned,
		"serial": Foreign::new(&papers.serial),
		"purchased": papers.purchased,
		"hosting": document(&papers.hosting),
		"ownership": document(&papers.ownership),
		"earned": history.earned.to_string(),
		"minutesOnline": history.online,
		"minutesRented": history.rented,
		"pool": entry.member.map(|member| member.pool),
		"rentedBy": entry.member.and_then(|member| match member.state {
			MemberState::Taken(slot) => Some(slot),
			_ => None,
		}),
		"leavesAt": entry.member.and_then(|member| member.leaves_at()),
	})
}

/// A GPU as people read it.
fn describe(entry: &GpuEntry, host: &OperatorSummary<AccountId>, models: &BTreeMap<GpuModelId, ModelRecord>) -> String {
	let (record, papers, history) = (&entry.summary.gpu, &entry.summary.papers, &entry.summary.history);
	let document = |document: &Document| match document.uri.is_empty() {
		true => NOTHING.to_string(),
		false => format!("{}, Blake2-256 {}", Foreign::new(&document.uri), to_hex(&document.hash)),
	};
	let mut rows = vec![
		("GPU", entry.gpu.to_string()),
		("model", model_name(models, record.model)),
		("status", status(record.status).into()),
		("holder", format_account(&entry.summary.holder)),
		("hosted by operator", record.operator.to_string()),
		("pool", pool(entry)),
		("registered", format_minute(record.registered)),
		("in service since", or_nothing(record.in_service, format_minute)),
		("earned so far", format_bct(history.earned)),
		("minutes online", history.online.to_string()),
		("minutes rented", history.rented.to_string()),
		(
			"bond of the host",
			format!(
				"{}, for {} that were asked",
				format_bct(entry.summary.bond),
				format_credits(record.bond)
			),
		),
		("the host is called", or_nothing(called(host), |called| called)),
		("device", to_hex(&record.device)),
		("serial number", shown_text(&papers.serial)),
		("purchased", format_day(papers.purchased)),
		("hosting agreement", document(&papers.hosting)),
		("ownership contract", document(&papers.ownership)),
	];
	if let Some(at) = entry.member.and_then(|member| member.leaves_at()) {
		rows.push((
			"leaves its pool",
			format!("from {}, when nobody rents it", format_minute(at)),
		));
	}
	if let Some(at) = entry.summary.resigned {
		rows.push((
			"notice of the host",
			format!("may retire it from {}", format_minute(at)),
		));
	}
	facts(&rows)
}

/// The pool that a GPU is in, and whether somebody rents it.
fn pool(entry: &GpuEntry) -> String {
	or_nothing(entry.member, |member| match member.state {
		MemberState::Taken(slot) => format!("{}, rented by slot {slot}", member.pool),
		_ => member.pool.to_string(),
	})
}

/// List GPUs: all, or those that an operator hosts or an account holds.
#[derive(Debug, Parser)]
pub struct ListCommand {
	/// Those that this operator hosts.
	#[arg(long, value_name = "OPERATOR", conflicts_with = "holder")]
	operator: Option<OperatorId>,

	/// Those whose NFT this account holds.
	#[arg(long, value_name = "ADDRESS", value_parser = parse_account)]
	holder: Option<AccountId>,

	#[clap(flatten)]
	pub node: NodeArgs,
}

impl ListCommand {
	pub async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (function, args) = match (&self.operator, &self.holder) {
			(Some(operator), _) => ("GpusApi_hosted", operator.encode()),
			(_, Some(holder)) => ("GpusApi_held", holder.encode()),
			_ => ("GpusApi_gpus", Vec::new()),
		};
		let mut gpus: Vec<GpuEntry> = node.list::<GpuId, _>(function, &args).await?;
		gpus.sort_unstable_by_key(|entry| entry.gpu);
		let models = models(node).await?;
		let row = |entry: &GpuEntry| {
			let (record, history) = (&entry.summary.gpu, &entry.summary.history);
			[
				entry.gpu.to_string(),
				model_name(&models, record.model),
				record.operator.to_string(),
				status(record.status).into(),
				pool(entry),
				format_bct(history.earned),
				history.online.to_string(),
				history.rented.to_string(),
				format_account(&entry.summary.holder),
			]
		};
		let rows: Vec<_> = gpus.iter().map(row).collect();
		let names = [
			"GPU",
			"model",
			"operator",
			"status",
			"pool",
			"earned",
			"min. online",
			"min. rented",
			"holder",
		];
		Ok(Report::new(
			gpus.iter().map(to_json).collect(),
			table(names, &rows, "There are no such GPUs."),
		))
	}
}

/// List the models that GPUs can be of.
#[derive(Debug, Parser)]
pub struct ModelsCommand {
	#[clap(flatten)]
	pub node: NodeArgs,
}

impl ModelsCommand {
	pub async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let models = models(node).await?;
		let to_json = |(number, record): (&GpuModelId, &ModelRecord)| {
			let model = &record.model;
			json!({
				"model": number,
				"name": Foreign::new(&model.name),
				"vendor": Foreign::new(&model.vendor),
				"memory": model.memory.get(),
				"weight": model.weight.get(),
				"referencePrice": model.reference_price.get().to_string(),
				"bond": model.bond.get().to_string(),
				"gpus": record.gpus,
				"simulated": record.simulated,
			})
		};
		let row = |(number, record): (&GpuModelId, &ModelRecord)| {
			let model = &record.model;
			[
				number.to_string(),
				shown_text(&model.name),
				if record.simulated {
					"simulated".into()
				} else {
					shown_text(&model.vendor)
				},
				format!("{} MiB", model.memory.get()),
				format_rate(model.reference_price.get()),
				model.weight.get().to_string(),
				format_credits(model.bond.get()),
				record.gpus.to_string(),
			]
		};
		let rows: Vec<_> = models.iter().map(row).collect();
		let names = [
			"model",
			"name",
			"vendor",
			"memory",
			"reference price",
			"weight",
			"bond of the host",
			"GPUs",
		];
		Ok(Report::new(
			models.iter().map(to_json).collect(),
			table(names, &rows, "The catalogue is empty."),
		))
	}
}
