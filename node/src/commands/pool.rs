//! `millpond pool`: opening pools, their terms, prices and hosts.

use super::gpu::{model_name, models};
use crate::client::{
	amount::{format_bct, format_minutes, format_percent, format_rate, parse_minutes, parse_percent, parse_rate},
	command_group,
	output::{facts, format_minute, or_nothing, table, NOTHING},
	Error, Node, NodeArgs, Report, TransactionArgs,
};
use clap::{Args, Parser, ValueEnum};
use codec::Encode;
use frame_support::BoundedVec;
use millpond_math::streams::Shares;
use millpond_primitives::{Credits, GpuModelId, Minute, OperatorId, PoolId};
use millpond_runtime::RuntimeEvent;
use pallet_pools::{Announced, Call, Event, Floors, HostRecord, Mode, PoolDetails, Prices, Terms, Tier, MAX_TIERS};
use serde_json::{json, Value};

command_group! {
	/// Pools: opening them, their terms, prices and hosts.
	PoolCommand {
		Create(CreateCommand),
		Show(ShowCommand),
		List(ListCommand),
		Price(PriceCommand),
		Terms(TermsCommand),
		Invite(InviteCommand),
		Accept(AcceptCommand),
		RemoveHost(RemoveHostCommand),
		Close(CloseCommand),
	}
}

/// A pool of the chain.
async fn pool(node: &Node, pool: PoolId) -> Result<PoolDetails, Error> {
	let details: Option<PoolDetails> = node.call("PoolsApi_pool", &pool.encode(), None).await?;
	details
		.ok_or_else(|| Error::input(format!("there is no pool {pool}")).advise("`millpond pool list` shows them all."))
}

/// The terms of a pool that somebody agrees to.
#[derive(Args, Clone, Debug)]
pub struct Agreed {
	/// The number of the pool's terms that you agree to. Without it, they are shown and nothing is done.
	#[arg(long, value_name = "NUMBER")]
	terms: Option<u32>,
}

impl Agreed {
	/// The number of the terms that are agreed to.
	///
	/// # Errors
	/// None were named: says which terms there are.
	pub async fn version(&self, node: &Node, number: PoolId) -> Result<u32, Error> {
		if let Some(version) = self.terms {
			return Ok(version);
		}
		let details = pool(node, number).await?;
		let version = details.record.version;
		Err(
			Error::input(format!("it is not said which terms of pool {number} are agreed to"))
				.advise(format!(
					"These are its terms:\n\n{}\n\nIf you agree to them, add --terms {version}.",
					facts(&described_terms(&details))
				))
				.detail("terms", version),
		)
	}
}

/// Whose GPUs a pool takes.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ModeName {
	/// The manager hosts and holds all of them.
	#[value(name = "self")]
	OwnGpus,
	/// The manager hosts all of them; anybody holds them.
	Single,
	/// Operators that the manager invites host them; anybody holds them.
	Distributed,
}

impl From<ModeName> for Mode {
	fn from(name: ModeName) -> Self {
		match name {
			ModeName::OwnGpus => Mode::SelfPool,
			ModeName::Single => Mode::SingleSource,
			ModeName::Distributed => Mode::Distributed,
		}
	}
}

/// What people call a mode.
fn mode_name(mode: Mode) -> &'static str {
	match mode {
		Mode::SelfPool => "self",
		Mode::SingleSource => "single",
		Mode::Distributed => "distributed",
	}
}

/// Reads how rewards are split.
///
/// # Errors
/// What is not four parts of a whole.
fn parse_shares(text: &str) -> Result<Shares, String> {
	let parts = text.split('/').map(parse_percent).collect::<Result<Vec<_>, _>>()?;
	let [manager, host, pool, used] = parts[..] else {
		return Err(format!(
			"'{text}' are {} parts: write those of manager, host, pool and used in percent, such as 5/15/60/20",
			parts.len()
		));
	};
	Shares::new(manager, host, pool, used).map_err(|_| {
		let sum = parts.iter().map(|part| u32::from(*part)).sum();
		format!("the parts '{text}' sum up to {}, not to 100%", format_percent(sum))
	})
}

/// Reads a price of reserved time, such as `7d=2.4/h`.
///
/// # Errors
/// What is no length with a price.
fn parse_tier(text: &str) -> Result<Tier, String> {
	let (minutes, price) = text
		.split_once('=')
		.ok_or_else(|| format!("'{text}' is no length with a price: write the two like 7d=2.4/h"))?;
	Ok(Tier {
		minutes: parse_minutes(minutes)?,
		price: parse_rate(price)?,
	})
}

/// A price, or that nothing is sold.
#[derive(Clone, Copy, Debug)]
struct Price(Option<Credits>);

/// Reads a price, or `none`.
///
/// # Errors
/// What is no price.
fn parse_price(text: &str) -> Result<Price, String> {
	match text {
		"none" => Ok(Price(None)),
		text => parse_rate(text).map(|rate| Price(Some(rate))),
	}
}

/// What owners and hosts agree to when they join.
#[derive(Args, Clone, Debug)]
pub struct TermsArgs {
	/// The least that spot time may cost.
	#[arg(long, value_name = "PRICE", value_parser = parse_rate)]
	floor_spot: Option<Credits>,

	/// The least that on-demand time may cost.
	#[arg(long, value_name = "PRICE", value_parser = parse_rate)]
	floor_on_demand: Option<Credits>,

	/// The least that reserved time may cost.
	#[arg(long, value_name = "PRICE", value_parser = parse_rate)]
	floor_reserved: Option<Credits>,

	/// For how long GPUs are kept for a customer who has run out of funds: minutes, or such as 2h. At most a day.
	#[arg(long, value_name = "TIME", value_parser = parse_minutes)]
	grace: Option<Minute>,

	/// The uptime below which anybody may have a host removed from a distributed pool, in percent.
	#[arg(long, value_name = "PERCENT", value_parser = parse_percent)]
	minimum_uptime: Option<u16>,
}

impl TermsArgs {
	/// `old` with what is given in place of what was.
	fn change(&self, old: Terms, shares: Option<Shares>) -> Terms {
		Terms {
			shares: shares.unwrap_or(old.shares),
			floors: Floors {
				spot: self.floor_spot.unwrap_or(old.floors.spot),
				on_demand: self.floor_on_demand.unwrap_or(old.floors.on_demand),
				reserved: self.floor_reserved.unwrap_or(old.floors.reserved),
			},
			grace: self.grace.unwrap_or(old.grace),
			minimum_uptime: self.minimum_uptime.unwrap_or(old.minimum_uptime),
		}
	}
}

/// What a pool asks for a GPU-minute.
#[derive(Args, Clone, Debug)]
pub struct PriceArgs {
	/// The price of spot time: DC a GPU-minute, 4000, or dollars an hour, 2.4/h. `none` sells none.
	#[arg(long, value_name = "PRICE", value_parser = parse_price)]
	spot: Option<Price>,

	/// The price of on-demand time, likewise. Idle GPUs earn for their availability only while it is at most twice the
	/// model's reference price.
	#[arg(long, value_name = "PRICE", value_parser = parse_price)]
	on_demand: Option<Price>,

	/// The price of reserved time from a length on, such as 7d=2.4/h. May be given several times, and replaces all.
	#[arg(long, value_name = "LENGTH=PRICE", value_parser = parse_tier)]
	reserved: Vec<Tier>,

	/// Sell no reserved time any more.
	#[arg(long, conflicts_with = "reserved")]
	no_reserved: bool,
}

impl PriceArgs {
	/// `old` with what is given in place of what was.
	fn change(&self, old: Prices) -> Result<Prices, Error> {
		let mut tiers = self.reserved.clone();
		tiers.sort_unstable_by_key(|tier| tier.minutes);
		let reserved = match tiers.is_empty() && !self.no_reserved {
			true => old.reserved,
			false => BoundedVec::try_from(tiers).map_err(|tiers| {
				Error::input(format!(
					"{} prices for reserved time are more than {MAX_TIERS}",
					tiers.len()
				))
			})?,
		};
		Ok(Prices {
			spot: self.spot.map_or(old.spot, |price| price.0),
			on_demand: self.on_demand.map_or(old.on_demand, |price| price.0),
			reserved,
		})
	}
}

/// Open a pool.
///
/// Signed by who holds the operator, its manager, whose bond answers for it. Prices are DC a GPU-minute, 4000, or dollars
/// an hour, 2.4/h.
#[derive(Debug, Parser)]
pub struct CreateCommand {
	/// The operator that manages it.
	#[arg(long, value_name = "OPERATOR")]
	operator: OperatorId,

	/// The model of all its GPUs, by its number in the catalogue.
	#[arg(long, value_name = "MODEL")]
	model: GpuModelId,

	/// Whose GPUs it takes.
	#[arg(long, value_enum)]
	mode: ModeName,

	/// How rewards are split, in percent: manager / host / pool (all GPUs online) / used (the GPUs rented), such as
	/// 5/15/60/20.
	#[arg(long, value_name = "SHARES", value_parser = parse_shares)]
	shares: Shares,

	#[clap(flatten)]
	terms: TermsArgs,

	#[clap(flatten)]
	prices: PriceArgs,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl CreateCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let least = Terms {
			shares: self.shares,
			floors: Floors {
				spot: 1,
				on_demand: 1,
				reserved: 1,
			},
			grace: 0,
			minimum_uptime: 0,
		};
		let none = Prices {
			spot: None,
			on_demand: None,
			reserved: Default::default(),
		};
		let call = Call::create {
			operator: self.operator,
			model: self.model,
			mode: self.mode.into(),
			terms: self.terms.change(least, None),
			prices: self.prices.change(none)?,
		};
		let receipt = self.transaction.submit(node, call).await?;
		let pool = receipt.find(|event| match event {
			RuntimeEvent::Pools(Event::Created { pool, .. }) => Some(*pool),
			_ => None,
		});
		let manager = self.operator;
		Ok(match pool {
			Some(pool) => receipt
				.report(&format!("it is pool {pool}, managed by operator {manager}"))
				.detail("pool", pool),
			None => receipt.report(&format!("a pool is opened, managed by operator {manager}")),
		})
	}
}

/// Show a pool: its terms, prices and hosts.
#[derive(Debug, Parser)]
pub struct ShowCommand {
	/// Its number.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	#[clap(flatten)]
	node: NodeArgs,
}

impl ShowCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
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
		"leavers": host.leavers,
		"leavesAt": host.removal.map(|removal| removal.at),
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
	rows.push(("bond of the manager", format_bct(record.bond)));
	let row = |(operator, host): &(OperatorId, HostRecord)| {
		[
			operator.to_string(),
			host.gpus.to_string(),
			or_nothing((host.cap < u32::MAX).then_some(host.cap), |cap| cap.to_string()),
			or_nothing(host.uptime.last, |uptime| format_percent(uptime.into())),
			or_nothing(host.removal, |removal| format_minute(removal.at)),
		]
	};
	let hosts: Vec<_> = hosts.iter().map(row).collect();
	let names = ["host", "GPUs", "at most", "uptime", "leaves from"];
	format!("{}\n\n{}", facts(&rows), table(names, &hosts, "It has no hosts yet."))
}

/// The terms of a pool, and those to come.
fn described_terms(details: &PoolDetails) -> Vec<(&'static str, String)> {
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
				None => format!("not before {}", format_minute(announced.not_before)),
			};
			rows.push(("new terms", format!("{from}:")));
		}
		let shares = shares(&terms.shares);
		let Floors {
			spot,
			on_demand,
			reserved,
		} = terms.floors;
		rows.extend([
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
		]);
		if details.record.mode == Mode::Distributed {
			rows.push(("minimum uptime", format_percent(terms.minimum_uptime.into())));
		}
	}
	rows
}

/// The parts of manager, host, pool and used.
fn shares(shares: &Shares) -> [String; 4] {
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
	node: NodeArgs,
}

impl ListCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
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

/// Set the prices of a pool, for rentals from now on. What is not given stays as it is.
///
/// Signed by the manager. No price may be below the floor that the terms set.
#[derive(Debug, Parser)]
pub struct PriceCommand {
	/// The pool.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	#[clap(flatten)]
	prices: PriceArgs,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl PriceCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let old = pool(node, self.pool).await?.record.prices;
		let call = Call::set_prices {
			pool: self.pool,
			prices: self.prices.change(old)?,
		};
		let receipt = self.transaction.submit(node, call).await?;
		Ok(receipt.report(&format!("pool {} has other prices", self.pool)))
	}
}

/// Announce other terms of a pool. What is not given stays as it is.
///
/// Signed by the manager. They take effect after the notice, when what is sold now has ended; owners may leave before.
#[derive(Debug, Parser)]
pub struct TermsCommand {
	/// The pool.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	/// How rewards are split, in percent: manager / host / pool (all GPUs online) / used (the GPUs rented), such as
	/// 5/15/60/20.
	#[arg(long, value_name = "SHARES", value_parser = parse_shares)]
	shares: Option<Shares>,

	#[clap(flatten)]
	terms: TermsArgs,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl TermsCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let old = pool(node, self.pool).await?.terms;
		let call = Call::announce_terms {
			pool: self.pool,
			terms: self.terms.change(old, self.shares),
		};
		let receipt = self.transaction.submit(node, call).await?;
		let from = receipt.find(|event| match event {
			RuntimeEvent::Pools(Event::TermsAnnounced { not_before, .. }) => Some(*not_before),
			_ => None,
		});
		let from = from
			.map(|from| format!(", not before {}", format_minute(from)))
			.unwrap_or_default();
		Ok(receipt.report(&format!("pool {} is to have other terms{from}", self.pool)))
	}
}

/// Let an operator host in a distributed pool, or change how many GPUs it may have there.
///
/// Signed by the manager. The operator has to accept.
#[derive(Debug, Parser)]
pub struct InviteCommand {
	/// The pool.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	/// The operator.
	#[arg(value_name = "OPERATOR")]
	operator: OperatorId,

	/// How many GPUs it may have in the pool. 0 takes an invitation back.
	#[arg(long, value_name = "COUNT")]
	gpus: u32,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl InviteCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (pool, operator, cap) = (self.pool, self.operator, self.gpus);
		let receipt = self
			.transaction
			.submit(node, Call::invite { pool, operator, cap })
			.await?;
		Ok(receipt.report(&format!("operator {operator} may have {cap} GPUs in pool {pool}")))
	}
}

/// Accept an invitation to host in a pool.
///
/// Signed by who holds the operator. From then on the holders of the GPUs that it hosts may join the pool with them.
#[derive(Debug, Parser)]
pub struct AcceptCommand {
	/// The pool.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	/// The operator.
	#[arg(value_name = "OPERATOR")]
	operator: OperatorId,

	#[clap(flatten)]
	agreed: Agreed,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl AcceptCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (pool, operator) = (self.pool, self.operator);
		let version = self.agreed.version(node, pool).await?;
		let call = Call::accept {
			operator,
			pool,
			version,
		};
		let receipt = self.transaction.submit(node, call).await?;
		Ok(receipt.report(&format!(
			"operator {operator} hosts in pool {pool}, under terms {version}"
		)))
	}
}

/// Have a host leave a pool with all its GPUs.
///
/// Signed by the manager or the host; in a distributed pool by anybody if the host's uptime was below the minimum. Its GPUs
/// leave after the notice, each when nobody rents it.
#[derive(Debug, Parser)]
pub struct RemoveHostCommand {
	/// The pool.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	/// The host.
	#[arg(value_name = "OPERATOR")]
	operator: OperatorId,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl RemoveHostCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (pool, operator) = (self.pool, self.operator);
		let receipt = self
			.transaction
			.submit(node, Call::remove_host { pool, operator })
			.await?;
		let at = receipt.find(|event| match event {
			RuntimeEvent::Pools(Event::HostRemovalAnnounced { at, .. }) => Some(*at),
			_ => None,
		});
		let from = at.map(|at| format!(" from {}", format_minute(at))).unwrap_or_default();
		Ok(receipt.report(&format!("operator {operator} leaves pool {pool}{from}")))
	}
}

/// Close a pool without GPUs. It ends, and its bond comes free, when all that it earned is paid.
#[derive(Debug, Parser)]
pub struct CloseCommand {
	/// The pool.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl CloseCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let pool = self.pool;
		let receipt = self.transaction.submit(node, Call::close { pool }).await?;
		Ok(receipt.report(&format!("pool {pool} closes")))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn shares_should_be_four_parts_of_a_whole() {
		let parsed = parse_shares("5/15/59.5%/20.5").expect("100%");
		assert_eq!(shares(&parsed), ["5%", "15%", "59.5%", "20.5%"]);
		let refused = parse_shares("5/15/60/10").expect_err("90%");
		assert!(refused.contains("sum up to 90%"), "{refused}");
		let refused = parse_shares("5/15/80").expect_err("three");
		assert!(refused.contains("are 3 parts"), "{refused}");
		assert!(parse_shares("5/15/60/x").is_err());
	}

	#[test]
	fn what_is_not_given_should_stay_as_it_is() {
		let terms = Terms {
			shares: parse_shares("5/15/60/20").expect("100%"),
			floors: Floors {
				spot: 1,
				on_demand: 2,
				reserved: 3,
			},
			grace: 10,
			minimum_uptime: 9_000,
		};
		let given = TermsArgs {
			floor_spot: None,
			floor_on_demand: Some(20),
			floor_reserved: None,
			grace: Some(0),
			minimum_uptime: None,
		};
		let changed = given.change(terms, None);
		assert_eq!((changed.shares, changed.minimum_uptime), (terms.shares, 9_000));
		assert_eq!(
			(changed.floors.spot, changed.floors.on_demand, changed.floors.reserved),
			(1, 20, 3)
		);
		assert_eq!(changed.grace, 0);

		let tier = |text| parse_tier(text).expect("a tier");
		let prices = Prices {
			spot: Some(1),
			on_demand: Some(2),
			reserved: BoundedVec::truncate_from(vec![tier("7d=3")]),
		};
		let given = PriceArgs {
			spot: Some(Price(None)),
			on_demand: None,
			reserved: Vec::new(),
			no_reserved: false,
		};
		let changed = given.change(prices.clone()).expect("changed");
		assert_eq!((changed.spot, changed.on_demand), (None, Some(2)));
		assert_eq!(changed.reserved, prices.reserved);
		let given = PriceArgs {
			reserved: vec![tier("30d=2"), tier("7d=4")],
			..given
		};
		let changed = given.change(prices.clone()).expect("changed");
		assert_eq!(changed.reserved.to_vec(), [tier("7d=4"), tier("30d=2")]);
		let given = PriceArgs {
			reserved: Vec::new(),
			no_reserved: true,
			..given
		};
		assert!(given.change(prices).expect("changed").reserved.is_empty());
	}

	#[test]
	fn more_tiers_than_a_pool_has_should_be_refused() {
		let given = PriceArgs {
			spot: None,
			on_demand: None,
			reserved: (1..=9).map(|minutes| Tier { minutes, price: 1 }).collect(),
			no_reserved: false,
		};
		let none = Prices {
			spot: None,
			on_demand: None,
			reserved: Default::default(),
		};
		let refused = given.change(none).expect_err("nine").to_string();
		assert!(
			refused.contains("9 prices for reserved time are more than 8"),
			"{refused}"
		);
	}
}
