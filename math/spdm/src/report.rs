//! The report: an SPDM request for measurements, and the device's answer.

use crate::Refusal;

/// Bytes of the signature, which is the end of the answer.
pub const SIGNATURE: usize = 96;

/// The code of the request, GET_MEASUREMENTS.
const GET_MEASUREMENTS: u8 = 0xe0;

/// The code of the answer, MEASUREMENTS.
const MEASUREMENTS: u8 = 0x60;

/// SPDM 1.x.
const MAJOR_VERSION: u8 = 1;

/// A report taken apart. Nothing of it is true before its signature is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report<'a> {
	/// What the asker put into the request, to make it fresh.
	pub nonce: &'a [u8; 32],
	/// How many measurements there are.
	pub blocks: u8,
	/// The measurements, for [`Report::measurements`].
	pub record: &'a [u8],
	/// What the vendor adds: driver, VBIOS, and so on.
	pub opaque: &'a [u8],
	/// What is signed: everything before the signature.
	pub signed: &'a [u8],
	/// `r` and `s`, 48 bytes each, big-endian.
	pub signature: &'a [u8; SIGNATURE],
}

/// A measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measurement<'a> {
	/// Which one.
	pub index: u8,
	/// Its value in the format that its specification byte names, which is 1 (DMTF) for all that are known.
	pub value: &'a [u8],
}

/// Takes bytes off the front.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
	fn bytes(&mut self, count: usize) -> Result<&'a [u8], Refusal> {
		let (taken, rest) = self.0.split_at_checked(count).ok_or(Refusal::Truncated)?;
		self.0 = rest;
		Ok(taken)
	}

	fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], Refusal> {
		let (taken, rest) = self.0.split_first_chunk().ok_or(Refusal::Truncated)?;
		self.0 = rest;
		Ok(taken)
	}

	fn byte(&mut self) -> Result<u8, Refusal> {
		self.array().map(|[byte]| *byte)
	}

	/// An announced length of two or three bytes, little-endian.
	fn length<const N: usize>(&mut self) -> Result<usize, Refusal> {
		let bytes = self.array::<N>()?.iter().rev();
		Ok(bytes.fold(0usize, |length, byte| (length << 8) | usize::from(*byte)))
	}

	fn end(&self) -> Result<(), Refusal> {
		if self.0.is_empty() {
			Ok(())
		} else {
			Err(Refusal::TrailingBytes)
		}
	}
}

impl<'a> Report<'a> {
	/// Takes a report apart.
	///
	/// Fails with [`Refusal::Truncated`], [`Refusal::TrailingBytes`] or [`Refusal::NotMeasurements`].
	pub fn parse(report: &'a [u8]) -> Result<Self, Refusal> {
		let split = report.len().checked_sub(SIGNATURE).ok_or(Refusal::Truncated)?;
		let (signed, _) = report.split_at_checked(split).ok_or(Refusal::Truncated)?;

		let mut reader = Reader(report);
		let [version, code, _, _] = *reader.array()?;
		if version >> 4 != MAJOR_VERSION || code != GET_MEASUREMENTS {
			return Err(Refusal::NotMeasurements);
		}
		let nonce = reader.array()?;
		let _slot = reader.byte()?;

		let [answered, code, _, _] = *reader.array()?;
		if answered != version || code != MEASUREMENTS {
			return Err(Refusal::NotMeasurements);
		}
		let blocks = reader.byte()?;
		let length = reader.length::<3>()?;
		let record = reader.bytes(length)?;
		let _device_nonce = reader.array::<32>()?;
		let length = reader.length::<2>()?;
		let opaque = reader.bytes(length)?;
		let signature = reader.array()?;
		reader.end()?;
		let report = Self {
			nonce,
			blocks,
			record,
			opaque,
			signed,
			signature,
		};
		for measurement in report.measurements() {
			measurement?;
		}
		Ok(report)
	}

	/// The measurements. There are as many as the report says, and then the record ends, or the last one is the
	/// [`Refusal`].
	pub fn measurements(&self) -> impl Iterator<Item = Result<Measurement<'a>, Refusal>> {
		let mut reader = Reader(self.record);
		let mut left = Some(self.blocks);
		core::iter::from_fn(move || {
			let Some(more) = left?.checked_sub(1) else {
				left = None;
				return reader.end().err().map(Err);
			};
			let mut block = || {
				let index = reader.byte()?;
				let _specification = reader.byte()?;
				let length = reader.length::<2>()?;
				let value = reader.bytes(length)?;
				Ok(Measurement { index, value })
			};
			let measurement = block();
			left = measurement.is_ok().then_some(more);
			Some(measurement)
		})
	}
}
