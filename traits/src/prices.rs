//! The price of BCT.

use millpond_primitives::Price;
use sp_runtime::DispatchError;

/// What one BCT costs. Each purpose has its own price, which errs to the side that must not lose by it.
pub trait Prices {
	/// For minting Data Credits against BCT: the lower of the median and its moving average.
	///
	/// Fails while there is no quorum of fresh values, and while the breaker has halted minting.
	fn for_mint() -> Result<Price, DispatchError>;

	/// For a sale whose price in dollars one account pays another in BCT: the lower of the two, in favour of the account that
	/// is paid.
	///
	/// Fails whenever [`for_mint`](Self::for_mint) does: nothing is paid at a price that minting would not take.
	fn for_payout() -> Result<Price, DispatchError>;

	/// For compensation, which the customer can neither decline nor put off: the lowest of the median, its moving average
	/// and the slow average, so that a price that was driven up for some hours does not pay it off with next to nothing.
	///
	/// Fails whenever [`for_mint`](Self::for_mint) does.
	fn for_compensation() -> Result<Price, DispatchError>;

	/// For whether a bond is still worth what it must be: the higher of the median and its moving average, so that a bond is not
	/// found to be worth less than it is.
	///
	/// Fails whenever [`for_mint`](Self::for_mint) does.
	fn for_bonds() -> Result<Price, DispatchError>;

	/// For what a Data Credit may earn in an epoch: the higher of the last price at which minting was open and the slow
	/// average, by which a credit is worth least. `None` only before the first price of all.
	fn for_epochs() -> Option<Price>;

	/// For fees in Data Credits: the higher of median and moving average while minting is open, else the highest such price of the last 7
	/// days that had one, so that nobody is stuck. `None` only before the first price of all.
	fn for_fees() -> Option<Price>;

	/// Makes `price` the price for every purpose, for a benchmark.
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
	const EPOCHS: &str = "mock:prices:epochs";

	/// The prices that a test sets; unusable until then.
	pub struct MockPrices;

	impl MockPrices {
		/// Makes `price` the price for all purposes.
		pub fn set(price: Price) {
			[MINT, PAYOUT, FEES, EPOCHS]
				.iter()
				.for_each(|purpose| put(purpose, Some(price)));
		}

		/// Sets the price for minting, or halts it.
		pub fn set_for_mint(price: Option<Price>) {
			put(&MINT, price);
		}

		/// Sets the price for sales, compensation and what bonds are worth, or makes it unusable.
		pub fn set_for_payout(price: Option<Price>) {
			put(&PAYOUT, price);
		}

		/// Sets the price for epochs, or has there never have been one.
		pub fn set_for_epochs(price: Option<Price>) {
			put(&EPOCHS, price);
		}
	}

	impl Prices for MockPrices {
		fn for_mint() -> Result<Price, DispatchError> {
			get::<Option<Price>>(&MINT).ok_or(DispatchError::Unavailable)
		}

		fn for_payout() -> Result<Price, DispatchError> {
			get::<Option<Price>>(&PAYOUT).ok_or(DispatchError::Unavailable)
		}

		fn for_compensation() -> Result<Price, DispatchError> {
			Self::for_payout()
		}

		fn for_bonds() -> Result<Price, DispatchError> {
			Self::for_payout()
		}

		fn for_epochs() -> Option<Price> {
			get(&EPOCHS)
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
	fn prices_should_be_unusable_until_set_and_outlast_for_fees_and_epochs() {
		sp_io::TestExternalities::default().execute_with(|| {
			assert!(MockPrices::for_mint().is_err() && MockPrices::for_fees().is_none());
			MockPrices::set(Price::from_u32(2));
			MockPrices::set_for_mint(None);
			MockPrices::set_for_payout(None);
			assert!(MockPrices::for_mint().is_err() && MockPrices::for_payout().is_err());
			assert!(MockPrices::for_compensation().is_err());
			assert_eq!(MockPrices::for_fees(), Some(Price::from_u32(2)));
			assert_eq!(MockPrices::for_epochs(), Some(Price::from_u32(2)));
		});
	}
}
