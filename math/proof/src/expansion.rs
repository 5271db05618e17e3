//! A and B, expanded from a seed, and single entries of their product.

use crate::{hash, Hash};
use chacha20::{
	cipher::{KeyIvInit, StreamCipher, StreamCipherSeek},
	ChaCha8,
};

/// Bytes expanded at once: enough for the wide implementations of ChaCha.
const STRETCH: usize = 512;

/// The two keys of a fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
	/// Of the rows of A.
	pub rows: Hash,
	/// Of the columns of B.
	pub columns: Hash,
}

impl Keys {
	/// The keys of the fill of `seed`.
	pub fn new(seed: &Hash) -> Self {
		Self {
			rows: hash(&[b"A", seed]),
			columns: hash(&[b"B", seed]),
		}
	}

	/// The entry in `row` and `column` of the product, both of `k` entries.
	pub fn dot(&self, row: u32, column: u32, k: u32) -> i32 {
		let (mut left, mut right) = (Stream::new(&self.rows, row), Stream::new(&self.columns, column));
		let (mut a, mut b) = ([0; STRETCH], [0; STRETCH]);
		let (mut sum, mut rest) = (0i32, k);
		while rest > 0 {
			let length = rest.min(512);
			left.fill(&mut a);
			right.fill(&mut b);
			// Terms are at most 2^10 in size and fewer than 2^21.
			sum = a
				.iter()
				.zip(&b)
				.take(usize::try_from(length).unwrap_or(STRETCH))
				.fold(sum, |sum, (a, b)| {
					sum.wrapping_add(i32::from(entry(*a)).wrapping_mul(entry(*b).into()))
				});
			rest = rest.saturating_sub(length);
		}
		sum
	}
}

/// What a byte of keystream stands for: its low six bits, less 32.
pub const fn entry(byte: u8) -> i8 {
	// 0 to 63, then -32 to 31: neither step can lose anything.
	(byte & 63).cast_signed().wrapping_sub(32)
}

/// The keystream of a row or column.
///
/// ChaCha8 in its original layout, a 64-bit counter and a 64-bit nonce: below 2^32 blocks of 64 bytes that is the layout
/// of RFC 8439 with four zero bytes before the nonce.
pub struct Stream(ChaCha8);

impl Stream {
	/// The stream of row or column `index` under `key`.
	pub fn new(key: &Hash, index: u32) -> Self {
		let mut nonce = [0; 12];
		for (byte, value) in nonce.iter_mut().skip(4).zip(index.to_le_bytes()) {
			*byte = value;
		}
		Self(ChaCha8::new(&(*key).into(), &nonce.into()))
	}

	/// Goes to byte `position`, which has to be below 2^38.
	pub fn seek(&mut self, position: u64) {
		let _ = self.0.try_seek(position);
	}

	/// Writes the next bytes of keystream.
	pub fn fill(&mut self, bytes: &mut [u8]) {
		bytes.fill(0);
		let _ = self.0.try_apply_keystream(bytes);
	}
}
