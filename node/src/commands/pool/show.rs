//! Showing pools.

use super::{arguments::mode_name, pool};
use crate::{
	client::{
		amount::{format_credits, format_minutes, format_percent, format_rate},
		output::{facts, format_minute, or_nothing, table, NOTHING},
		Error, Node, NodeArgs, Report,
	},
	commands::gpu::{model_name, models},
};
use clap::Parser;
use codec::Encode;
use millpond_math::streams::Shares;
use millpond_primitives::{GpuModelId, OperatorId, PoolId};
use pallet_pools::{Announced, Floors, HostRecord, Mode, PoolDetails, Terms, Tier};
use serde_json::{json, Value};

/// Show a pool: its terms, prices and hosts.
#[derive(Debug, Parser)]
pub struct ShowCommand {
	/// Its number.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl ShowCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let details = pool(node, self.pool).await?;
		let hosts: Vec<(OperatorId, HostRecord)> = node.call("PoolsApi_hosts", &self.pool.encode(), None).await?;
		let model = model_name(&models(node).await?, details.record.model);
		let mut json = to_json(&details);
		json["hosts"] = hosts.iter().map(host_to_json).collect();
		Ok(Report::new(json, describe(&details, &hosts, model)))
	}
}

fn to_json(details: &PoolDetails) -> Value {
	let record = &details.record;
	let tier = |tier: &Tier| json!({ "minutes": tier.minutes, "price": tier.price.to_string() });
	let announced = |announced: &Announced| {
		json!({
			"terms": terms_to_json(&announced.terms),
			"notBefore": announced.not_before,
			"waitsUntil": announced.waits_until,
			"fromEpoch": announced.from,
		})
	};
	let invited = |operator: OperatorId, cap: u32| json!({ "operator": operator, "gpus": cap });
	json!({
		"pool": details.pool,
		"manager": record.manager,
		"model": record.model,
		"mode": mode_name(record.mode),
		"terms": terms_to_json(&details.terms),
		"termsNumber": record.version,
		"announced": record.announced.as_ref().map(announced),
		"prices": {
			"spot": record.prices.spot.map(|price| price.to_string()),
			"onDemand": record.prices.on_demand.map(|price| price.to_string()),
			"reserved": record.prices.reserved.iter().map(tier).collect::<Vec<_>>(),
		},
		"bond": record.bond.to_string(),
		"invited": record.invited.iter().map(|one| invited(one.operator, one.cap)).collect::<Vec<_>>(),
		"gpus": record.gpus,
		"leavers": record.leavers,
		"closing": record.closing,
		"rate": crate::rpc::pools::Activity::from(details.rate),
	})
}

fn terms_to_json(terms: &Terms) -> Value {
	let (shares, floors) = (&terms.shares, &terms.floors);
	json!({
		"shares": {
			"manager": shares.manager(),
			"host": shares.host(),
			"pool": shares.pool(),
			"used": shares.used(),
		},
		"floors": {
			"spot": floors.spot.to_string(),
			"onDemand": floors.on_demand.to_string(),
			"reserved": floors.reserved.to_string(),
		},
		"grace": terms.grace,
		"minimumUptime": terms.minimum_uptime,
	})
}

fn host_to_json((operator, host): &(OperatorId, HostRecord)) -> Value {
	json!({
		"operator": operator,
		"cap": host.cap,
		"gpus": host.gpus,
		"leavers": host.leavers(),
		"leavesAt": host.removal,
		"uptime": host.uptime.last,
	})
}

/// A pool as people read it.
fn describe(details: &PoolDetails, hosts: &[(OperatorId, HostRecord)], model: String) -> String {
	let (record, rate) = (&details.record, &details.rate);
	let state = if record.closing { ", closing" } else { "" };
	let mut rows = vec![
		("pool", format!("{} ({}){state}", details.pool, mode_name(record.mode))),
		("model", model),
		("manager", format!("operator {}", record.manager)),
		(
			"GPUs",
			format!("{}, {} online, {} idle", record.gpus, rate.online, rate.idle),
		),
		("customers pay", format_rate(rate.credits)),
	];
	rows.extend(described_terms(details));
	rows.extend([
		("spot", or_nothing(record.prices.spot, format_rate)),
		("on-demand", or_nothing(record.prices.on_demand, format_rate)),
	]);
	rows.extend(record.prices.reserved.iter().map(|tier| {
		let (minutes, price) = (format_minutes(tier.minutes), format_rate(tier.price));
		("reserved", format!("{price} from {minutes} on"))
	}));
	rows.extend(record.invited.iter().map(|invitation| {
		let (operator, cap) = (invitation.operator, invitation.cap);
		("invited", format!("operator {operator}, with up to {cap} GPUs"))
	}));
	rows.push(("bond of the manager", format_credits(record.bond)));
	let row = |(operator, host): &(OperatorId, HostRecord)| {
		[
			operator.to_string(),
			host.gpus.to_string(),
			or_nothing((host.cap < u32::MAX).then_some(host.cap), |cap| cap.to_string()),
			or_nothing(host.uptime.last, |uptime| format_percent(uptime.into())),
			or_nothing(host.removal, format_minute),
		]
	};
	let hosts: Vec<_> = hosts.iter().map(row).collect();
	let names = ["host", "GPUs", "at most", "uptime", "leaves from"];
	format!("{}\n\n{}", facts(&rows), table(names, &hosts, "It has no hosts yet."))
}

/// The terms of a pool, and those to come.
pub(super) fn described_terms(details: &PoolDetails) -> Vec<(&'static str, String)> {
	let mut rows = vec![("terms", details.record.version.to_string())];
	let announced = details
		.record
		.announced
		.filter(|announced| announced.terms != details.terms);
	for (is_new, terms) in [
		(false, Some(details.terms)),
		(true, announced.map(|announced| announced.terms)),
	] {
		let Some(terms) = terms else { continue };
		if let Some(announced) = announced.filter(|_| is_new) {
			let from = match announced.from {
				Some(epoch) => format!("with epoch {epoch}"),
				None => {
					let minute = announced.waits_until.unwrap_or(announced.not_before);
					format!("not before {}", format_minute(minute))
				}
			};
			rows.push(("new terms", format!("{from}:")));
		}
		rows.extend(rows_of(&terms, details.record.mode));
	}
	rows
}

/// Terms, line by line.
pub(super) fn rows_of(terms: &Terms, mode: Mode) -> Vec<(&'static str, String)> {
	let shares = shares(&terms.shares);
	let Floors {
		spot,
		on_demand,
		reserved,
	} = terms.floors;
	let mut rows = vec![
		(
			"shares",
			format!(
				"{} manager, {} host, {} pool, {} used",
				shares[0], shares[1], shares[2], shares[3]
			),
		),
		("floor of spot", format_rate(spot)),
		("floor of on-demand", format_rate(on_demand)),
		("floor of reserved", format_rate(reserved)),
		("grace", format_minutes(terms.grace)),
	];
	if mode == Mode::Distributed {
		rows.push(("minimum uptime", format_percent(terms.minimum_uptime.into())));
	}
	rows
}

/// The parts of manager, host, pool and used.
pub(super) fn shares(shares: &Shares) -> [String; 4] {
	[shares.manager(), shares.host(), shares.pool(), shares.used()].map(|part| format_percent(part.into()))
}

/// List pools.
#[derive(Debug, Parser)]
pub struct ListCommand {
	/// Only those of this model.
	#[arg(long, value_name = "MODEL")]
	model: Option<GpuModelId>,

	/// Only those that this operator manages.
	#[arg(long, value_name = "OPERATOR")]
	manager: Option<OperatorId>,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl ListCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let mut pools: Vec<PoolDetails> = node.list::<PoolId, _>("PoolsApi_pools", &[]).await?;
		pools.retain(|details| {
			self.model.is_none_or(|model| details.record.model == model)
				&& self.manager.is_none_or(|manager| details.record.manager == manager)
		});
		let models = models(node).await?;
		let row = |details: &PoolDetails| {
			let (record, rate) = (&details.record, &details.rate);
			[
				details.pool.to_string(),
				model_name(&models, record.model),
				mode_name(record.mode).into(),
				record.manager.to_string(),
				record.gpus.to_string(),
				rate.online.to_string(),
				rate.idle.to_string(),
				or_nothing(record.prices.spot, format_rate),
				or_nothing(record.prices.on_demand, format_rate),
				match record.prices.reserved.first() {
					Some(tier) => format!("{} from {}", format_rate(tier.price), format_minutes(tier.minutes)),
					None => NOTHING.into(),
				},
				shares(&details.terms.shares).join("/"),
			]
		};
		let rows: Vec<_> = pools.iter().map(row).collect();
		let names = [
			"pool",
			"model",
			"mode",
			"manager",
			"GPUs",
			"online",
			"idle",
			"spot",
			"on-demand",
			"reserved",
			"manager/host/pool/used",
		];
		Ok(Report::new(
			pools.iter().map(to_json).collect(),
			table(names, &rows, "There are no such pools."),
		))
	}
}
