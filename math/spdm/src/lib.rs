#![cfg_attr(not(feature = "std"), no_std)]
#![doc = include_str!("../README.md")]
// Runs on what anybody sends: nothing panics, nothing is indexed unchecked, nothing loses bits in silence.
#![deny(
	clippy::arithmetic_side_effects,
	clippy::cast_lossless,
	clippy::cast_possible_truncation,
	clippy::cast_possible_wrap,
	clippy::cast_sign_loss,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::panic,
	clippy::unwrap_used,
	missing_docs
)]

extern crate alloc;

pub mod chain;
pub mod report;

pub use chain::{Device, PublicKey, NVIDIA_ROOT};
pub use report::{Measurement, Report};

/// Why a report or its certificates do not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
	/// The report ends before it should.
	Truncated,
	/// The report goes on after its signature, or a field of it is longer than what it holds.
	TrailingBytes,
	/// It is no request for measurements and its answer, of a version that is known.
	NotMeasurements,
	/// The request carries another nonce.
	WrongNonce,
	/// The signature over the report is not that of the firmware whose certificate comes first.
	BadSignature,
	/// Less than two certificates below the root's, or more than [`chain::MAX_CERTIFICATES`] in all, or one longer than
	/// [`chain::MAX_CERTIFICATE_BYTES`].
	BadChainLength,
	/// A certificate is not X.509 in DER, or has an extension marked critical that is not known here.
	BadCertificate,
	/// A certificate's key or signature is not ECDSA over P-384 with SHA-384.
	OtherAlgorithm,
	/// A certificate is not valid yet, or no longer.
	Expired,
	/// A certificate was not signed by the next one, or by the root.
	NotSignedByNext,
	/// A certificate signs others and may not.
	NotAnAuthority,
	/// The first certificate is not for signing reports.
	SignsNoReports,
	/// The first certificate names another device than that of the second, or none.
	OtherDevice,
}

impl core::fmt::Display for Refusal {
	fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		formatter.write_str(match self {
			Self::Truncated => "the report is cut off",
			Self::TrailingBytes => "the report has bytes too many",
			Self::NotMeasurements => "the report is no SPDM request for measurements and its answer",
			Self::WrongNonce => "the report answers another challenge",
			Self::BadSignature => "the report is not signed by the firmware that the first certificate is for",
			Self::BadChainLength => "there are too few certificates, too many, or too long ones",
			Self::BadCertificate => "a certificate cannot be read",
			Self::OtherAlgorithm => "a certificate does not use ECDSA over P-384 with SHA-384",
			Self::Expired => "a certificate is not valid at this time",
			Self::NotSignedByNext => "a certificate is not signed by the next one, or the last not by the root",
			Self::NotAnAuthority => "a certificate signs another and is no authority",
			Self::SignsNoReports => "the first certificate is not for signing reports",
			Self::OtherDevice => "the first certificate does not name the device of the second",
		})
	}
}

impl core::error::Error for Refusal {}

/// Checks that the firmware whose certificate comes first in `certificates` (DER, each signed by the next, the device's own
/// second, the last one signed by the holder of `root`) signed `report` in answer to `nonce`. Gives the device, whose key
/// identifies it whatever firmware it runs.
///
/// `now` is in seconds since 1970. Fails with the [`Refusal`] of the first thing that does not hold.
pub fn verify(
	report: &[u8],
	certificates: &[&[u8]],
	root: &PublicKey,
	nonce: &[u8; 32],
	now: u64,
) -> Result<Device, Refusal> {
	let report = Report::parse(report)?;
	if report.nonce != nonce {
		return Err(Refusal::WrongNonce);
	}
	let device = chain::verify(certificates, root, now)?;
	if device.firmware.signed(report.signed, report.signature) {
		Ok(device)
	} else {
		Err(Refusal::BadSignature)
	}
}
