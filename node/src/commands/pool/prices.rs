//! What is looked at before prices are set.

use crate::client::{
	amount::{format_minutes, format_percent, format_rate},
	output::facts,
	tell, Error,
};
use millpond_primitives::{Credits, BASIS_POINTS};
use pallet_pools::{Floors, Prices};

/// By how many times a price may be higher or lower than the reference price without being asked about.
const USUAL: Credits = 10;

/// A price that is to be set.
struct Asked {
	kind: String,
	price: Credits,
	floor: Credits,
}

/// Shows the prices that are to replace `old`, in dollars an hour beside the model's reference price, and stops at what the
/// chain refuses or nobody means.
///
/// # Errors
/// A price below its floor, or far from the reference price unless `unusual` ones are wanted.
pub(super) fn review(
	new: &Prices,
	old: &Prices,
	floors: &Floors,
	reference: Credits,
	unusual: bool,
) -> Result<(), Error> {
	let asked = changed(new, old, floors);
	let rows: Vec<_> = asked
		.iter()
		.map(|asked| (asked.kind.as_str(), beside(asked.price, reference)))
		.collect();
	if !rows.is_empty() {
		tell!("{}", facts(&rows));
	}
	if let Some(Asked { kind, price, floor }) = asked.iter().find(|asked| asked.price < asked.floor) {
		return Err(Error::input(format!(
			"the price of {kind} time, {}, is below its floor, {}",
			format_rate(*price),
			format_rate(*floor)
		))
		.advise("Ask for more; the floors change with the terms only (`millpond pool terms`)."));
	}
	let is_far = |price: Credits| price.saturating_mul(USUAL) < reference || price > reference.saturating_mul(USUAL);
	match asked.iter().find(|asked| is_far(asked.price)) {
		Some(Asked { kind, price, .. }) if !unusual => Err(Error::input(format!(
			"the price of {kind} time is far from what such GPUs cost: {}",
			beside(*price, reference)
		))
		.advise("4000 are DC a minute, 2.4/h are dollars an hour. If you mean this price, add --unusual-prices.")),
		_ => Ok(()),
	}
}

/// The prices that are not as they were.
fn changed(new: &Prices, old: &Prices, floors: &Floors) -> Vec<Asked> {
	let open = [
		("spot", new.spot, old.spot, floors.spot),
		("on-demand", new.on_demand, old.on_demand, floors.on_demand),
	];
	let open = open
		.into_iter()
		.filter(|(_, new, old, _)| new != old)
		.filter_map(|(kind, new, _, floor)| {
			Some(Asked {
				kind: kind.into(),
				price: new?,
				floor,
			})
		});
	let reserved = new.reserved.iter().filter(|tier| !old.reserved.contains(tier));
	let reserved = reserved.map(|tier| Asked {
		kind: format!("reserved (from {} on)", format_minutes(tier.minutes)),
		price: tier.price,
		floor: floors.reserved,
	});
	open.chain(reserved).collect()
}

/// A price beside the reference price.
fn beside(price: Credits, reference: Credits) -> String {
	let part = price.saturating_mul(BASIS_POINTS.into()) / reference.max(1);
	format!(
		"{}, {} of the model's reference price, {}",
		format_rate(price),
		format_percent(part.try_into().unwrap_or(u32::MAX)),
		format_rate(reference)
	)
}

#[cfg(test)]
mod tests {
	use super::*;
	use frame_support::BoundedVec;
	use pallet_pools::Tier;

	const REFERENCE: Credits = 4_000;
	const FLOORS: Floors = Floors {
		spot: 1,
		on_demand: 1_000,
		reserved: 1,
	};

	fn none() -> Prices {
		Prices {
			spot: None,
			on_demand: None,
			reserved: Default::default(),
		}
	}

	fn on_demand(price: Credits) -> Prices {
		Prices {
			on_demand: Some(price),
			..none()
		}
	}

	fn refused(new: &Prices, old: &Prices) -> String {
		let refused = review(new, old, &FLOORS, REFERENCE, false);
		refused.expect_err("refused").to_string()
	}

	#[test]
	fn prices_near_the_reference_price_should_be_set() {
		for price in [1_000, 4_000, 40_000] {
			assert!(review(&on_demand(price), &none(), &FLOORS, REFERENCE, false).is_ok());
		}
	}

	#[test]
	fn a_price_should_be_asked_about_when_it_is_far_from_the_reference_price() {
		let spot = Prices {
			spot: Some(2),
			..none()
		};
		let low = refused(&spot, &none());
		assert!(
			low.contains("2 DC/min ($0.0012/h), 0.05% of the model's reference price, 4000 DC/min ($2.4/h)"),
			"{low}"
		);
		assert!(low.contains("--unusual-prices"), "{low}");
		let high = refused(&on_demand(40_001), &none());
		assert!(high.contains("on-demand") && high.contains("$24.0006/h"), "{high}");
		let tier = Tier {
			minutes: 10_080,
			price: 9,
		};
		let reserved = Prices {
			reserved: BoundedVec::truncate_from(vec![tier]),
			..none()
		};
		let long = refused(&reserved, &none());
		assert!(long.contains("reserved (from 7 d on)"), "{long}");
		assert!(review(&spot, &none(), &FLOORS, REFERENCE, true).is_ok());
	}

	#[test]
	fn a_price_below_its_floor_should_be_refused_with_both_numbers_even_when_it_is_meant() {
		for unusual in [false, true] {
			let refused = review(&on_demand(999), &none(), &FLOORS, REFERENCE, unusual).expect_err("too low");
			assert!(
				refused.message.contains("999 DC/min") && refused.message.contains("floor, 1000 DC/min"),
				"{refused}"
			);
		}
	}

	#[test]
	fn prices_that_stay_should_not_be_asked_about() {
		let old = Prices {
			spot: Some(2),
			..none()
		};
		let new = Prices {
			on_demand: Some(4_000),
			..old.clone()
		};
		assert!(review(&new, &old, &FLOORS, REFERENCE, false).is_ok());
	}
}
