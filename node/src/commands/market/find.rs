//! Finding what can be rented: offers, quotes, what is free when.

use super::{
	count_gpus,
	time::{format_left, parse_when, When},
	WantedArgs,
};
use crate::{
	client::{
		amount::{format_credits, format_percent, format_rate, parse_minutes, parse_percent, parse_rate},
		output::{facts, format_minute, or_nothing, table},
		refusal, Error, Node, NodeArgs, Report,
	},
	commands::gpu::{model_name, models, unknown_model},
	rpc::market::{Availability, Offer, Order, Quote, Wanted},
};
use clap::{Parser, ValueEnum};
use codec::Encode;
use millpond_primitives::{Credits, GpuModelId, Minute, PoolId};
use millpond_runtime_api::{OfferEntry, RentalTime};
use serde_json::json;
use sp_runtime::DispatchError;

/// What offers are sorted by.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum SortName {
	/// The cheapest first.
	Price,
	/// The most reliable first.
	Reliability,
}

/// Show what the pools of a model offer, the cheapest first.
///
/// Those that cannot sell it, since it is sold out or they sell no such time, are left out.
#[derive(Debug, Parser)]
pub struct OffersCommand {
	/// The model, by its number in the catalogue (`millpond gpu models`).
	#[arg(value_name = "MODEL")]
	model: GpuModelId,

	#[clap(flatten)]
	wanted: WantedArgs,

	/// Only pools whose hosts are all in this region: a country like DE or a part of one like US-CA.
	#[arg(long, value_name = "CODE")]
	region: Option<String>,

	/// Only those that cost no more: DC a GPU-minute, 4000, or dollars an hour, 2.4/h.
	#[arg(long, value_name = "PRICE", value_parser = parse_rate)]
	max_price: Option<Credits>,

	/// Only pools of whose manager and hosts each delivered so much of what it promised, in percent.
	#[arg(long, value_name = "PERCENT", value_parser = parse_percent)]
	min_reliability: Option<u16>,

	/// What they are sorted by.
	#[arg(long, value_enum, default_value_t = SortName::Price)]
	sort: SortName,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl OffersCommand {
	fn filter(&self) -> Wanted {
		Wanted {
			region: self.region.clone(),
			max_rate: self.max_price,
			min_reliability: self.min_reliability.map(u32::from),
			sort: match self.sort {
				SortName::Price => Order::Price,
				SortName::Reliability => Order::Reliability,
			},
			..Wanted::default()
		}
	}

	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let models = models(node).await?;
		if !models.contains_key(&self.model) {
			return Err(unknown_model(self.model));
		}
		let args = (self.model, self.wanted.gpus, self.wanted.time(node).await?).encode();
		let offers = node.list::<PoolId, OfferEntry>("MarketApi_offers", &args).await?;
		let offers = self.filter().apply(offers);
		let rows: Vec<_> = offers.iter().map(|entry| self.row(entry)).collect();
		let names = [
			"pool",
			"price of a GPU",
			"an hour",
			"in all",
			"from",
			"regions",
			"reliability",
			"manager",
		];
		let none = format!(
			"No pool of {} offers {} for so long now. `millpond pool list` shows all pools.",
			model_name(&models, self.model),
			count_gpus(self.wanted.gpus)
		);
		let json = offers.iter().map(|entry| json!(Offer::from(entry))).collect();
		Ok(Report::new(json, table(names, &rows, &none)))
	}

	fn row(&self, entry: &OfferEntry) -> [String; 8] {
		let quote = &entry.offer.quote;
		let hourly = quote.rate.saturating_mul(self.wanted.gpus.into()).saturating_mul(60);
		[
			entry.offer.pool.to_string(),
			format_rate(quote.rate),
			format_credits(hourly),
			format_credits(quote.cost),
			format_minute(quote.start),
			Offer::from(entry).regions.join(" "),
			or_nothing(entry.reliability, format_percent),
			entry.offer.manager.to_string(),
		]
	}
}

/// What renting would cost now.
///
/// # Errors
/// The one that it would fail with.
pub async fn quote(node: &Node, pool: PoolId, gpus: u32, time: RentalTime) -> Result<pallet_market::Quote, Error> {
	let quote: Result<pallet_market::Quote, DispatchError> =
		node.call("MarketApi_quote", &(pool, gpus, time).encode(), None).await?;
	quote.map_err(|error| refusal::failed(&error))
}

/// Show what renting costs, to the last credit.
#[derive(Debug, Parser)]
pub struct QuoteCommand {
	/// The pool.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	#[clap(flatten)]
	wanted: WantedArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl QuoteCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let gpus = self.wanted.gpus;
		let quote = quote(node, self.pool, gpus, self.wanted.time(node).await?).await?;
		let hourly = quote.rate.saturating_mul(gpus.into()).saturating_mul(60);
		let text = facts(&[
			("pool", self.pool.to_string()),
			("price of a GPU", format_rate(quote.rate)),
			("an hour", format_credits(hourly)),
			("from", format_minute(quote.start)),
			(
				"to",
				format!(
					"{} ({})",
					format_minute(quote.end),
					format_left(quote.end.saturating_sub(quote.start))
				),
			),
			(
				"cost",
				format!("{} for {}", format_credits(quote.cost), count_gpus(gpus)),
			),
			("deposit", format!("{}, back at the end", format_credits(quote.deposit))),
		]);
		Ok(Report::new(json!(Quote::from(quote)), text))
	}
}

/// Show how many GPUs of a pool can be booked, and when.
#[derive(Debug, Parser)]
pub struct AvailabilityCommand {
	/// The pool.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	/// From when on: a time such as 2027-01-15T08:00 (UTC), or so long from now, such as +2h.
	#[arg(long, value_name = "TIME", value_parser = parse_when, default_value = "+0")]
	from: When,

	/// For how long: minutes, or such as 12h or 2d; at most a week.
	#[arg(long = "for", value_name = "TIME", value_parser = parse_minutes, default_value = "1d")]
	minutes: Minute,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl AvailabilityCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let from = self.from.minute(node).await?;
		let args = (self.pool, from, from.saturating_add(self.minutes)).encode();
		let stretches: Option<Vec<pallet_market::Availability>> =
			node.call("MarketApi_availability", &args, None).await?;
		let stretches = stretches.ok_or_else(|| {
			Error::input(format!("there is no pool {}", self.pool)).advise("`millpond pool list` shows them all.")
		})?;
		let row = |stretch: &pallet_market::Availability| {
			[
				format_minute(stretch.from),
				format_minute(stretch.to),
				format_left(stretch.to.saturating_sub(stretch.from)),
				stretch.gpus.to_string(),
			]
		};
		let rows: Vec<_> = stretches.iter().map(row).collect();
		let stretches: Vec<_> = stretches.into_iter().map(Availability::from).collect();
		Ok(Report::new(
			json!(stretches),
			table(["from", "to", "for", "GPUs"], &rows, "That time is past."),
		))
	}
}
