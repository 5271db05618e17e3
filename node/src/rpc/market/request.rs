//! What callers of `market_*` say.

use crate::rpc::arguments::{read, within, wrong, Arg};
use jsonrpsee::core::RpcResult;
use millpond_primitives::{Credits, Minute, BASIS_POINTS};
use millpond_runtime_api::{OfferEntry, RentalTime, PAGE};
use serde::Deserialize;
use serde_json::json;
use std::cmp::Reverse;

/// For how long offers are reckoned where nothing is said, in minutes.
const AN_HOUR: Minute = 60;

/// How time is sold.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
	/// Open; may be evicted.
	Spot,
	/// Open; never evicted while it is funded.
	OnDemand,
	/// From one minute to another, take or pay.
	Reserved,
}

/// For how long: minutes, or from one minute to another.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(
	untagged,
	expecting = "it is neither a number of minutes nor a range, {\"start\": …, \"end\": …} in minutes since 1970"
)]
pub enum Time {
	/// So many minutes from now on.
	Minutes(Minute),
	/// From the minute `start` to `end`, which is not included. Minutes since 1970.
	Range { start: Minute, end: Minute },
}

impl Time {
	/// The time, if it is sold like that.
	///
	/// # Errors
	/// Reserved time without a range, or open time with one.
	pub fn of_kind(self, kind: Kind) -> Result<RentalTime, String> {
		match (kind, self) {
			(Kind::Spot, Self::Minutes(minutes)) => Ok(RentalTime::Spot(minutes)),
			(Kind::OnDemand, Self::Minutes(minutes)) => Ok(RentalTime::OnDemand(minutes)),
			(Kind::Reserved, Self::Range { start, end }) => Ok(RentalTime::Reserved { start, end }),
			(Kind::Reserved, Self::Minutes(minutes)) => Err(format!(
				"reserved time has a start and an end, and {minutes} minutes have not: give {{\"start\": …, \"end\": …}} in \
				 minutes since 1970"
			)),
			(_, Self::Range { start, end }) => Err(format!(
				"spot and on-demand time starts now, not in minute {start} (to {end}): give a number of minutes"
			)),
		}
	}
}

/// What offers are sorted by.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
pub enum Order {
	/// The cheapest first.
	#[default]
	Price,
	/// The most reliable first, those last that have promised nothing yet.
	Reliability,
}

/// Which offers a caller wants. What is null or left out is not asked for.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Filter {
	/// For how long: an hour where nothing is said.
	time: Option<Arg<Option<Time>>>,
	/// Only pools whose hosts are all in this region, a country or a part of one.
	region: Option<Arg<Option<String>>>,
	/// Only those that cost no more than so many DC a GPU-minute, as a decimal string.
	max_rate: Option<Arg<Option<String>>>,
	/// Only pools of whose manager and hosts each delivered so much of what it promised, in basis points.
	min_reliability: Option<Arg<Option<u32>>>,
	/// What they are sorted by: the price where nothing is said.
	sort: Option<Arg<Option<Order>>>,
	/// How many of a page are told at most: all 256 where nothing is said.
	limit: Option<Arg<Option<u32>>>,
}

impl Filter {
	/// What is wanted.
	///
	/// # Errors
	/// A field that cannot be read or is out of range, by its name.
	pub fn read(self) -> RpcResult<Wanted> {
		let default = Wanted::default();
		let reliability = |least| within("filter.minReliability", least, 0..=BASIS_POINTS);
		let limit = |most| within("filter.limit", most, 1..=PAGE);
		Ok(Wanted {
			time: read("filter.time", self.time)?.unwrap_or(default.time),
			region: read("filter.region", self.region)?,
			max_rate: read("filter.maxRate", self.max_rate)?.map(credits).transpose()?,
			min_reliability: read("filter.minReliability", self.min_reliability)?
				.map(reliability)
				.transpose()?,
			sort: read("filter.sort", self.sort)?.unwrap_or_default(),
			limit: read("filter.limit", self.limit)?.map_or(Ok(default.limit), limit)?,
		})
	}
}

fn credits(text: String) -> RpcResult<Credits> {
	text.parse().map_err(|_| {
		let why = format!("'{text}' is no number of DC: give a decimal string");
		wrong("filter.maxRate", why, json!({ "given": text }))
	})
}

/// Which offers are wanted: a [`Filter`] that was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wanted {
	/// For how long.
	pub time: Time,
	/// Only pools whose hosts are all in this region.
	pub region: Option<String>,
	/// Only those that cost no more than so many DC a GPU-minute.
	pub max_rate: Option<Credits>,
	/// Only pools of whose manager and hosts each delivered so much of what it promised, in basis points.
	pub min_reliability: Option<u32>,
	/// What they are sorted by.
	pub sort: Order,
	/// How many at most.
	pub limit: u32,
}

impl Default for Wanted {
	/// All of a page, for an hour, the cheapest first.
	fn default() -> Self {
		Self {
			time: Time::Minutes(AN_HOUR),
			region: None,
			max_rate: None,
			min_reliability: None,
			sort: Order::default(),
			limit: PAGE,
		}
	}
}

impl Wanted {
	/// The offers that are wanted, in the order that is wanted.
	pub fn apply(&self, mut offers: Vec<OfferEntry>) -> Vec<OfferEntry> {
		offers.retain(|entry| self.wants(entry));
		let price = |entry: &OfferEntry| (entry.offer.quote.rate, entry.offer.quote.start, entry.offer.pool);
		match self.sort {
			Order::Price => offers.sort_by_key(price),
			Order::Reliability => offers.sort_by_key(|entry| (Reverse(entry.reliability), price(entry))),
		}
		offers.truncate(self.limit as usize);
		offers
	}

	fn wants(&self, entry: &OfferEntry) -> bool {
		self.region
			.as_ref()
			.is_none_or(|wanted| is_within(&entry.regions, wanted))
			&& self.max_rate.is_none_or(|most| entry.offer.quote.rate <= most)
			&& self
				.min_reliability
				.is_none_or(|least| entry.reliability >= Some(least))
	}
}

/// Whether all of `regions` are the `wanted` one or parts of it.
fn is_within(regions: &[Vec<u8>], wanted: &str) -> bool {
	let is_part = |region: &Vec<u8>| {
		let rest = region.strip_prefix(wanted.as_bytes());
		rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"-"))
	};
	!regions.is_empty() && regions.iter().all(is_part)
}

#[cfg(test)]
mod tests {
	use super::*;
	use pallet_market::{Offer, Quote};
	use serde_json::{from_value, json};

	fn offer(pool: u32, rate: Credits, regions: &[&str], reliability: Option<u32>) -> OfferEntry {
		OfferEntry {
			offer: Offer {
				pool,
				manager: 0,
				quote: Quote {
					rate,
					cost: 60 * rate,
					deposit: 1,
					start: 10,
					end: 70,
				},
			},
			regions: regions.iter().map(|region| region.as_bytes().to_vec()).collect(),
			reliability,
		}
	}

	fn pools(filter: serde_json::Value) -> Vec<u32> {
		let filter: Filter = from_value(filter).expect("a filter");
		let wanted = filter.read().expect("one that can be read");
		let offers = vec![
			offer(1, 30, &["DE", "DE-BY"], Some(9_900)),
			offer(2, 20, &["US-CA"], Some(9_000)),
			offer(3, 40, &["DE", "US"], None),
			offer(4, 30, &["DEX"], Some(10_000)),
		];
		wanted.apply(offers).iter().map(|entry| entry.offer.pool).collect()
	}

	#[test]
	fn offers_should_be_those_that_the_filter_wants() {
		assert_eq!(pools(json!({})), [2, 1, 4, 3]);
		assert_eq!(pools(json!({ "region": "DE" })), [1]);
		assert_eq!(pools(json!({ "region": "US" })), [2]);
		assert_eq!(pools(json!({ "maxRate": "30" })), [2, 1, 4]);
		assert_eq!(pools(json!({ "minReliability": 9_900 })), [1, 4]);
		assert_eq!(pools(json!({ "sort": "reliability" })), [4, 1, 2, 3]);
		assert_eq!(pools(json!({ "limit": 1 })), [2]);
	}

	#[test]
	fn what_is_null_in_a_filter_should_be_as_if_it_were_left_out() {
		let nulls = json!({ "time": null, "region": null, "maxRate": null, "minReliability": null, "sort": null,
			"limit": null });
		assert_eq!(pools(nulls), pools(json!({})));
	}

	#[test]
	fn what_is_not_a_filter_should_be_refused_with_its_field_and_the_reason() {
		let refused = |filter| match from_value::<Filter>(filter) {
			Ok(filter) => filter.read().expect_err("refused").message().to_string(),
			Err(error) => error.to_string(),
		};
		for (filter, says) in [
			(
				json!({ "maxRate": "cheap" }),
				"filter.maxRate: 'cheap' is no number of DC",
			),
			(
				json!({ "maxRate": 4_000 }),
				"filter.maxRate: invalid type: number, expected a string",
			),
			(json!({ "colour": "red" }), "unknown field `colour`"),
			(json!({ "sort": "colour" }), "filter.sort: unknown variant `colour`"),
			(json!({ "limit": 0 }), "filter.limit: 0 is not from 1 to 256"),
			(json!({ "limit": -1 }), "filter.limit: invalid "),
			(
				json!({ "minReliability": 10_001 }),
				"filter.minReliability: 10001 is not from 0 to 10000",
			),
			(json!({ "time": "soon" }), "filter.time: "),
		] {
			let message = refused(filter);
			assert!(message.starts_with(says), "{message} should begin with: {says}");
		}
	}

	#[test]
	fn time_should_be_minutes_for_open_rentals_and_a_range_for_reserved_ones() {
		let time = |value| from_value::<Time>(value).expect("a time");
		let range = || time(json!({ "start": 10, "end": 20 }));
		assert_eq!(time(json!(90)).of_kind(Kind::Spot), Ok(RentalTime::Spot(90)));
		assert_eq!(
			range().of_kind(Kind::Reserved),
			Ok(RentalTime::Reserved { start: 10, end: 20 })
		);
		assert!(time(json!(90)).of_kind(Kind::Reserved).is_err());
		assert!(range().of_kind(Kind::OnDemand).is_err());
	}
}
