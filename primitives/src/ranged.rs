//! Integers that cannot be out of their range, for parameters that governance sets.

use codec::{Decode, DecodeWithMemTracking, Encode, Error, Input, MaxEncodedLen};
use core::fmt;
use scale_info::{Type, TypeInfo};
use serde::{Deserialize, Serialize};

/// Why a value is refused: it is below the least or above the greatest that the range allows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OutOfRange<N> {
	/// The refused value.
	pub value: N,
	/// The least that is allowed.
	pub min: N,
	/// The greatest that is allowed.
	pub max: N,
}

impl<N: fmt::Display> fmt::Display for OutOfRange<N> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{} is out of range: from {} to {}", self.value, self.min, self.max)
	}
}

macro_rules! ranged {
	($name:ident, $int:ident, $int_name:literal) => {
		#[doc = concat!("A `", $int_name, "` from `MIN` to `MAX`, both included.")]
		///
		/// Encoded, described to wallets and written in JSON as the plain integer; a value out of range cannot be
		/// decoded, so that no call can carry one, whatever its origin, and no migration can leave one behind unseen.
		#[derive(Clone, Copy, Debug, Deserialize, Encode, Eq, Ord, PartialEq, PartialOrd, Serialize)]
		#[serde(try_from = $int_name, into = $int_name)]
		pub struct $name<const MIN: $int, const MAX: $int>($int);

		impl<const MIN: $int, const MAX: $int> $name<MIN, MAX> {
			/// The least value.
			pub const MIN: $int = MIN;
			/// The greatest value.
			pub const MAX: $int = MAX;

			/// A constant of the range. Does not compile with a value out of it.
			pub const fn constant<const VALUE: $int>() -> Self {
				const { assert!(MIN <= VALUE && VALUE <= MAX) };
				Self(VALUE)
			}

			/// The integer.
			pub const fn get(self) -> $int {
				self.0
			}
		}

		impl<const MIN: $int, const MAX: $int> TryFrom<$int> for $name<MIN, MAX> {
			type Error = OutOfRange<$int>;

			fn try_from(value: $int) -> Result<Self, Self::Error> {
				if (MIN..=MAX).contains(&value) {
					Ok(Self(value))
				} else {
					Err(OutOfRange {
						value,
						min: MIN,
						max: MAX,
					})
				}
			}
		}

		impl<const MIN: $int, const MAX: $int> From<$name<MIN, MAX>> for $int {
			fn from(ranged: $name<MIN, MAX>) -> Self {
				ranged.0
			}
		}

		impl<const MIN: $int, const MAX: $int> Decode for $name<MIN, MAX> {
			fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
				Self::try_from($int::decode(input)?).map_err(|_| "value out of range".into())
			}
		}

		impl<const MIN: $int, const MAX: $int> DecodeWithMemTracking for $name<MIN, MAX> {}

		impl<const MIN: $int, const MAX: $int> MaxEncodedLen for $name<MIN, MAX> {
			fn max_encoded_len() -> usize {
				$int::max_encoded_len()
			}
		}

		impl<const MIN: $int, const MAX: $int> TypeInfo for $name<MIN, MAX> {
			type Identity = $int;

			fn type_info() -> Type {
				$int::type_info()
			}
		}
	};
}

ranged!(RangedU32, u32, "u32");
ranged!(RangedU128, u128, "u128");

#[cfg(test)]
mod tests {
	use super::*;

	type Percent = RangedU32<1, 100>;

	#[test]
	fn decoding_should_accept_both_ends_of_the_range() {
		for value in [1u32, 100] {
			assert_eq!(Percent::decode(&mut &value.encode()[..]).map(Percent::get), Ok(value));
		}
	}

	#[test]
	fn decoding_should_fail_when_value_is_out_of_range() {
		for value in [0u32, 101, u32::MAX] {
			assert!(Percent::decode(&mut &value.encode()[..]).is_err(), "{value}");
		}
	}

	#[test]
	fn json_should_be_the_plain_integer_and_refuse_when_out_of_range() {
		let percent = Percent::constant::<42>();
		assert_eq!(serde_json::to_string(&percent).expect("serializes"), "42");
		assert_eq!(serde_json::from_str::<Percent>("42").expect("in range"), percent);
		let error = serde_json::from_str::<Percent>("101").expect_err("out of range");
		assert!(
			error.to_string().contains("101 is out of range: from 1 to 100"),
			"{error}"
		);
	}
}
