//! What the commands of pools are given: modes, shares, terms and prices.

use crate::client::{
	amount::{format_percent, parse_minutes, parse_percent, parse_rate},
	Error,
};
use clap::{Args, ValueEnum};
use frame_support::BoundedVec;
use millpond_math::streams::Shares;
use millpond_primitives::{Credits, Minute};
use pallet_pools::{Floors, Mode, Prices, Terms, Tier, MAX_TIERS};

/// Whose GPUs a pool takes.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ModeName {
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
pub(super) fn mode_name(mode: Mode) -> &'static str {
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
pub(super) fn parse_shares(text: &str) -> Result<Shares, String> {
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
pub(super) struct Price(Option<Credits>);

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
	pub(super) fn change(&self, old: Terms, shares: Option<Shares>) -> Terms {
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

	/// Set prices, too, that are less than a tenth of the model's reference price, or more than ten times as high.
	#[arg(long)]
	pub(super) unusual_prices: bool,
}

impl PriceArgs {
	/// `old` with what is given in place of what was.
	pub(super) fn change(&self, old: Prices) -> Result<Prices, Error> {
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

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::pool::show::shares;

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
			unusual_prices: false,
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
			unusual_prices: false,
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
