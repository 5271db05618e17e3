//! Units and fixed amounts.

/// Amounts of BCT.
pub mod currency {
	use crate::Balance;
	pub use millpond_primitives::BCT;

	/// A thousandth of a BCT.
	pub const MILLI_BCT: Balance = BCT / 1_000;
	/// A millionth of a BCT.
	pub const MICRO_BCT: Balance = MILLI_BCT / 1_000;

	/// What an account must hold to exist.
	pub const EXISTENTIAL_DEPOSIT: Balance = 10 * MILLI_BCT;

	/// The deposit for `items` storage entries of `bytes` in all.
	pub const fn deposit(items: u32, bytes: u32) -> Balance {
		// Widening only: `From` is not usable in a constant function.
		#[allow(clippy::cast_lossless)]
		let (items, bytes) = (items as Balance, bytes as Balance);
		items * 100 * MILLI_BCT + bytes * 500 * MICRO_BCT
	}
}

/// Durations in blocks, milliseconds and slots.
pub mod time {
	use crate::BlockNumber;

	/// The time from one block to the next, and the length of a BABE slot.
	pub const MILLISECONDS_PER_BLOCK: u64 = 3_000;
	/// Blocks of a minute.
	pub const MINUTES: BlockNumber = 20;
	/// Blocks of an hour.
	pub const HOURS: BlockNumber = 60 * MINUTES;
	/// Blocks of a day.
	pub const DAYS: BlockNumber = 24 * HOURS;
	/// Of the slots, so many of so many have a primary author (see BABE's `c`).
	pub const PRIMARY_PROBABILITY: (u64, u64) = (1, 4);
}
