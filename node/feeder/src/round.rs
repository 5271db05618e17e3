//! What came of asking all sources once.

use crate::{source::Source, SourceError};
use millpond_math::price::quorum;
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
#[error("{answered} of {asked} sources gave a price, and {needed} must")]
pub struct NoMedian {
	/// Those that gave a price.
	pub answered: usize,
	/// All of them.
	pub asked: usize,
	/// How many must give one: ⌊2n/3⌋ + 1 of n, as the chain asks of its feeders.
	pub needed: usize,
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

	/// The median of the prices if a quorum of the sources gave one. Fewer than a third of them, wrong or silent, then leave
	/// it between what two others said. Of an even number of prices, the mean of the two in the middle, rounded down.
	///
	/// # Errors
	/// Too few prices.
	pub fn median(&self) -> Result<Price, NoMedian> {
		let prices = self.prices();
		let asked = u32::try_from(self.answers.len()).unwrap_or(u32::MAX);
		let none = NoMedian {
			answered: prices.len(),
			asked: self.answers.len(),
			needed: usize::try_from(quorum(asked)).unwrap_or(usize::MAX),
		};
		if none.answered < none.needed {
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
			(&[Some(1), Some(2), Some(4), None], Price::from_u32(2)),
			(&[None, Some(2), Some(5), Some(4), Some(3)], Price::from_rational(7, 2)),
			(
				&[None, Some(2), Some(5), Some(4), Some(3), None, Some(9)],
				Price::from_u32(4),
			),
		] {
			assert_eq!(round(prices).median(), Ok(median), "{prices:?}");
		}
	}

	#[test]
	fn there_should_be_no_median_when_fewer_sources_answer_than_a_quorum() {
		for (prices, answered, needed) in [
			(&[][..], 0, 1),
			(&[None], 0, 1),
			(&[Some(1), None], 1, 2),
			// The mean of two sources is what either of them makes it.
			(&[Some(1), Some(2), None], 2, 3),
			(&[Some(1), Some(1), None, None], 2, 3),
			(&[Some(1), Some(1), Some(1), None, None], 3, 4),
			(&[Some(1), Some(1), Some(1), Some(1), None, None, None], 4, 5),
		] {
			let none = NoMedian {
				answered,
				asked: prices.len(),
				needed,
			};
			assert_eq!(round(prices).median(), Err(none), "{prices:?}");
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
