//! What came of asking all sources once.

use crate::{source::Source, SourceError};
use millpond_primitives::Price;

/// What a source answered in a round.
#[derive(Clone, Debug)]
pub struct Answer {
	/// Who was asked.
	pub source: Source,
	/// The price, or why there is none.
	pub price: Result<Price, SourceError>,
}

/// What came of asking all sources once.
#[derive(Clone, Debug)]
pub struct Round {
	/// One for each source, in their order.
	pub answers: Vec<Answer>,
}

/// Too few sources gave a price.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{answered} of {asked} sources gave a price, and more than half must")]
pub struct NoMedian {
	/// Those that gave a price.
	pub answered: usize,
	/// All of them.
	pub asked: usize,
}

impl Round {
	/// The prices that came, in rising order.
	pub fn prices(&self) -> Vec<Price> {
		let mut prices: Vec<Price> = self
			.answers
			.iter()
			.filter_map(|answer| answer.price.as_ref().ok().copied())
			.collect();
		prices.sort_unstable();
		prices
	}

	/// The median of the prices if more than half of the sources gave one, so that no minority decides. Of an even number
	/// of prices, the mean of the two in the middle, rounded down.
	///
	/// # Errors
	/// Too few prices.
	pub fn median(&self) -> Result<Price, NoMedian> {
		let prices = self.prices();
		let none = NoMedian {
			answered: prices.len(),
			asked: self.answers.len(),
		};
		if prices.len() <= self.answers.len() / 2 {
			return Err(none);
		}
		let upper = prices.get(prices.len() / 2).ok_or(none)?.into_inner();
		let lower = prices.get(prices.len().saturating_sub(1) / 2).ok_or(none)?.into_inner();
		Ok(Price::from_inner(lower.saturating_add(upper.saturating_sub(lower) / 2)))
	}

	/// The answers that are further than `percent` of the median from it.
	pub fn outliers(&self, median: Price, percent: u32) -> impl Iterator<Item = (&Source, Price)> {
		let median = median.into_inner();
		let bound = median / 100 * u128::from(percent);
		self.answers.iter().filter_map(move |answer| {
			let price = *answer.price.as_ref().ok()?;
			(price.into_inner().abs_diff(median) > bound).then_some((&answer.source, price))
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::fetch::FetchError;

	fn round(prices: &[Option<u32>]) -> Round {
		let answers = prices
			.iter()
			.map(|price| Answer {
				source: Source::Fixed(Price::from_u32(1)),
				price: price
					.map(Price::from_u32)
					.ok_or(SourceError::Fetch(FetchError::Oversized)),
			})
			.collect();
		Round { answers }
	}

	#[test]
	fn the_median_should_be_the_middle_of_the_prices_that_came() {
		for (prices, median) in [
			(&[Some(3)][..], Price::from_u32(3)),
			(&[Some(3), Some(1), Some(2)], Price::from_u32(2)),
			(&[Some(4), Some(1), Some(2), Some(900)], Price::from_u32(3)),
			(&[Some(1), Some(2), None], Price::from_rational(3, 2)),
			(&[None, Some(2), Some(5), None, Some(3)], Price::from_u32(3)),
		] {
			assert_eq!(round(prices).median(), Ok(median), "{prices:?}");
		}
	}

	#[test]
	fn half_of_the_sources_should_not_be_enough() {
		for (prices, answered) in [
			(&[][..], 0),
			(&[None], 0),
			(&[Some(1), None], 1),
			(&[Some(1), None, None], 1),
			(&[Some(1), Some(1), None, None], 2),
		] {
			let asked = prices.len();
			assert_eq!(round(prices).median(), Err(NoMedian { answered, asked }), "{prices:?}");
		}
	}

	#[test]
	fn a_price_far_from_the_median_should_be_named() {
		let round = round(&[Some(100), Some(110), Some(111), Some(100), Some(89)]);
		let outliers: Vec<_> = round
			.outliers(Price::from_u32(100), 10)
			.map(|(_, price)| price)
			.collect();
		assert_eq!(outliers, [Price::from_u32(111), Price::from_u32(89)]);
	}
}
