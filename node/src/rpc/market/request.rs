//! What callers of `market_*` say.

use millpond_primitives::{Credits, Minute};
use millpond_runtime_api::{OfferEntry, RentalTime};
use serde::{de::Error, Deserialize, Deserializer};
use std::cmp::Reverse;

/// How many offers are told where no number is named.
const OFFERS: usize = 100;

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
#[serde(untagged)]
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

/// Which offers are wanted.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Filter {
	/// For how long: an hour where nothing is said.
	#[serde(default = "an_hour")]
	pub time: Time,
	/// Only pools whose hosts are all in this region, a country or a part of one.
	#[serde(default)]
	pub region: Option<String>,
	/// Only those that cost no more than so many DC a GPU-minute, as a decimal string.
	#[serde(default, deserialize_with = "credits")]
	pub max_rate: Option<Credits>,
	/// Only pools of whose manager and hosts each delivered so much of what it promised, in basis points.
	#[serde(default)]
	pub min_reliability: Option<u32>,
	/// What they are sorted by: the price where nothing is said.
	#[serde(default)]
	pub sort: Order,
	/// How many are told at most.
	#[serde(default = "a_hundred")]
	pub limit: usize,
}

fn an_hour() -> Time {
	Time::Minutes(60)
}

fn a_hundred() -> usize {
	OFFERS
}

fn credits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Credits>, D::Error> {
	let text = String::deserialize(deserializer)?;
	let credits = text
		.parse()
		.map_err(|_| D::Error::custom(format!("'{text}' is no number of DC: give a decimal string")))?;
	Ok(Some(credits))
}

impl Default for Filter {
	fn default() -> Self {
		Self {
			time: an_hour(),
			region: None,
			max_rate: None,
			min_reliability: None,
			sort: Order::default(),
			limit: a_hundred(),
		}
	}
}

impl Filter {
	/// The offers that are wanted, in the order that is wanted.
	pub fn apply(&self, mut offers: Vec<OfferEntry>) -> Vec<OfferEntry> {
		offers.retain(|entry| self.wants(entry));
		let price = |entry: &OfferEntry| (entry.offer.quote.rate, entry.offer.quote.start, entry.offer.pool);
		match self.sort {
			Order::Price => offers.sort_by_key(price),
			Order::Reliability => offers.sort_by_key(|entry| (Reverse(entry.reliability), price(entry))),
		}
		offers.truncate(self.limit);
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
		let offers = vec![
			offer(1, 30, &["DE", "DE-BY"], Some(9_900)),
			offer(2, 20, &["US-CA"], Some(9_000)),
			offer(3, 40, &["DE", "US"], None),
			offer(4, 30, &["DEX"], Some(10_000)),
		];
		filter.apply(offers).iter().map(|entry| entry.offer.pool).collect()
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
	fn what_is_not_a_filter_should_be_refused_with_the_reason() {
		let refused = |filter| from_value::<Filter>(filter).expect_err("refused").to_string();
		assert!(refused(json!({ "maxRate": "cheap" })).contains("'cheap' is no number of DC"));
		assert!(refused(json!({ "colour": "red" })).contains("colour"));
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
