//! A sliding window over time.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A number for each of the last `N` buckets of time. Time does not run backwards: what comes too late counts for the
/// newest bucket.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Window<const N: usize> {
	/// The number of the newest bucket, counted from 1970.
	newest: u32,
	/// The newest first.
	buckets: [u128; N],
}

impl<const N: usize> Default for Window<N> {
	fn default() -> Self {
		Self {
			newest: 0,
			buckets: [0; N],
		}
	}
}

impl<const N: usize> Window<N> {
	/// Moves on so that `bucket` is the newest, and forgets those that fall out.
	pub fn roll(&mut self, bucket: u32) {
		let passed = usize::try_from(bucket.saturating_sub(self.newest)).unwrap_or(N).min(N);
		self.buckets.rotate_right(passed);
		self.buckets.iter_mut().take(passed).for_each(|value| *value = 0);
		self.newest = self.newest.max(bucket);
	}

	/// Adds `amount` to the newest bucket.
	pub fn add(&mut self, amount: u128) {
		if let Some(newest) = self.buckets.first_mut() {
			*newest = newest.saturating_add(amount);
		}
	}

	/// Raises the newest bucket to `value`, if it is lower.
	pub fn raise(&mut self, value: u128) {
		if let Some(newest) = self.buckets.first_mut() {
			*newest = value.max(*newest);
		}
	}

	/// The sum of all buckets.
	pub fn sum(&self) -> u128 {
		self.buckets.iter().fold(0, |sum, value| sum.saturating_add(*value))
	}

	/// The sum of all buckets but the newest, which is not over.
	pub fn sum_before_newest(&self) -> u128 {
		self.buckets
			.iter()
			.skip(1)
			.fold(0, |sum, value| sum.saturating_add(*value))
	}

	/// The highest of all buckets.
	pub fn max(&self) -> u128 {
		self.buckets.iter().copied().max().unwrap_or_default()
	}
}
