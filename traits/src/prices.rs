//! The price of BCT.

use millpond_primitives::Price;
use sp_runtime::DispatchError;

/// What one BCT costs, for three purposes that err to three sides.
pub trait Prices {
	/// For minting Data Credits against BCT: the lower of the median and its moving average.
	///
	/// Fails while there is no quorum of fresh values, and while the breaker has halted minting.
	fn for_mint() -> Result<Price, DispatchError>;

	/// For whatever pays BCT out for something priced in DC or USD: the higher of the median and its moving average.
	///
	/// Fails while there is no quorum of fresh values. The breaker does not matter to it: of a price that jumped, either
	/// way, the higher of the two pays out less.
	fn for_payout() -> Result<Price, DispatchError>;

	/// For fees in Data Credits: the higher of the two while minting is open, else the highest such price of the last 7
	/// days that had one, so that nobody is stuck. `None` only before the first price of all.
	fn for_fees() -> Option<Price>;

	/// Makes `price` the price for all three purposes, for a benchmark.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_price(price: Price);
}

#[cfg(feature = "std")]
mod mock {
	use super::*;
	use crate::mock_storage::{get, put};

	const MINT: &str = "mock:prices:mint";
	const PAYOUT: &str = "mock:prices:payout";
	const FEES: &str = "mock:prices:fees";

	/// The prices that a test sets; unusable until then.
	pub struct MockPrices;

	impl MockPrices {
		/// Makes `price` the price for all purposes.
		pub fn set(price: Price) {
			[MINT, PAYOUT, FEES]
				.iter()
				.for_each(|purpose| put(purpose, Some(price)));
		}

		/// Sets the price for minting, or halts it.
		pub fn set_for_mint(price: Option<Price>) {
			put(&MINT, price);
		}

		/// Sets the price for paying out, or makes it unusable.
		pub fn set_for_payout(price: Option<Price>) {
			put(&PAYOUT, price);
		}
	}

	impl Prices for MockPrices {
		fn for_mint() -> Result<Price, DispatchError> {
			get::<Option<Price>>(&MINT).ok_or(DispatchError::Unavailable)
		}

		fn for_payout() -> Result<Price, DispatchError> {
			get::<Option<Price>>(&PAYOUT).ok_or(DispatchError::Unavailable)
		}

		fn for_fees() -> Option<Price> {
			get(&FEES)
		}

		#[cfg(feature = "runtime-benchmarks")]
		fn set_price(price: Price) {
			Self::set(price);
		}
	}
}

#[cfg(feature = "std")]
pub use mock::MockPrices;

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn prices_should_be_unusable_until_set_and_outlast_for_fees() {
		sp_io::TestExternalities::default().execute_with(|| {
			assert!(MockPrices::for_mint().is_err() && MockPrices::for_fees().is_none());
			MockPrices::set(Price::from_u32(2));
			MockPrices::set_for_mint(None);
			MockPrices::set_for_payout(None);
			assert!(MockPrices::for_mint().is_err() && MockPrices::for_payout().is_err());
			assert_eq!(MockPrices::for_fees(), Some(Price::from_u32(2)));
		});
	}
}
