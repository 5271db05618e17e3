//! A card's word for itself: the report that it signs, with the certificates of the key that it signs by.
//!
//! Cards of the Hopper generation and later do that while confidential computing is on. It shows which card answers, and that
//! NVIDIA made it; not that it did any work, nor where it is.

use crate::probe::{problem, Problem};
use millpond_spdm::{
	chain::{from_pem, to_pem},
	Device, PublicKey, Refusal,
};
use nvml_wrapper::{error::NvmlError, Nvml};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// Bytes of the device's key.
pub const KEY: usize = 49;

/// A report in answer to a nonce, and the certificates, in DER: that of the firmware which signed first, the card's second.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "Written")]
pub struct Evidence {
	/// What the asker chose, so that the report cannot be an old one.
	pub nonce: [u8; 32],
	/// SPDM's request for measurements and the answer.
	pub report: Vec<u8>,
	/// The certificates.
	pub certificates: Vec<Vec<u8>>,
}

/// As it stands in a file: bytes in hexadecimal, certificates in PEM.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
	nonce: String,
	report: String,
	certificates: String,
}

impl Serialize for Evidence {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
		let written = Written {
			nonce: hex(&self.nonce),
			report: hex(&self.report),
			certificates: to_pem(&self.certificates).map_err(serde::ser::Error::custom)?,
		};
		written.serialize(serializer)
	}
}

impl TryFrom<Written> for Evidence {
	type Error = String;

	fn try_from(written: Written) -> Result<Self, String> {
		let report = written.report.strip_prefix("0x").unwrap_or(&written.report);
		let certificates = from_pem(written.certificates.as_bytes());
		Ok(Self {
			nonce: parse_32_bytes(&written.nonce)?,
			report: hex::decode(report).map_err(|error| format!("the report is not in hexadecimal: {error}"))?,
			certificates: certificates.map_err(|refusal| format!("the certificates are not in PEM: {refusal}"))?,
		})
	}
}

/// Reads 32 bytes in hexadecimal: a nonce, say.
///
/// # Errors
/// Anything else.
pub fn parse_32_bytes(text: &str) -> Result<[u8; 32], String> {
	let mut bytes = [0; 32];
	hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes)
		.map_err(|error| format!("'{text}' is not 32 bytes in hexadecimal: {error}"))?;
	Ok(bytes)
}

/// What keeps a card from signing a report.
fn missing(number: u32, error: &NvmlError) -> Missing {
	let (what, remedy) = match error {
		NvmlError::InvalidArg => (
			format!("this machine has no GPU {number}"),
			"`millpond gpu probe` shows those it has",
		),
		NvmlError::FailedToLoadSymbol(_) => (
			"the driver is too old to ask a GPU for a report".into(),
			"update NVIDIA's driver: 535 or later",
		),
		NvmlError::NotSupported => (
			format!("GPU {number} signs no reports"),
			"cards of the Hopper generation and later do, in a machine whose processor offers confidential computing, once \
			 that is on: `nvidia-smi conf-compute -f` says whether it is",
		),
		other => return Missing(problem(&format!("GPU {number} was asked for its report"), other)),
	};
	Missing(Problem {
		what,
		remedy: remedy.into(),
	})
}

impl Evidence {
	/// Asks the card of that number, NVML's, for its report; the only one if none is said.
	///
	/// # Errors
	/// What keeps it from answering, and what to do.
	pub fn ask(number: Option<u32>, nonce: [u8; 32]) -> Result<Self, Missing> {
		let nvml = Nvml::init().map_err(|error| missing(number.unwrap_or(0), &error))?;
		let number = match (number, nvml.device_count()) {
			(Some(number), _) => number,
			(None, Ok(2..)) => {
				return Err(Missing(Problem {
					what: "this machine has several GPUs".into(),
					remedy: "say which with --number <NUMBER>: `millpond gpu probe` shows them".into(),
				}))
			}
			(None, _) => 0,
		};
		let failed = |error: NvmlError| missing(number, &error);
		let device = nvml.device_by_index(number).map_err(failed)?;
		let report = device
			.confidential_compute_gpu_attestation_report(nonce)
			.map_err(failed)?
			.attestation_report;
		let certificates = device.confidential_compute_gpu_certificate().map_err(failed)?;
		let certificates = chain(certificates.attestation_cert_chain).map_err(|refusal| {
			Missing(Problem {
				what: format!("the driver gives certificates of GPU {number} that are not in PEM: {refusal}"),
				remedy: "another version of the driver may; please tell us which one this was".into(),
			})
		})?;
		Ok(Self {
			nonce,
			report,
			certificates,
		})
	}

	/// The card that gave this in answer to `nonce`, if it is one that the holder of `root` vouches for. `now` is in seconds
	/// since 1970.
	///
	/// # Errors
	/// The first thing that does not hold.
	pub fn card(&self, nonce: &[u8; 32], root: &PublicKey, now: u64) -> Result<Device, Refusal> {
		let certificates: Vec<_> = self.certificates.iter().map(Vec::as_slice).collect();
		millpond_spdm::verify(&self.report, &certificates, root, nonce, now)
	}
}

/// The certificates that a driver gives, in DER.
fn chain(mut told: Vec<u8>) -> Result<Vec<Vec<u8>>, Refusal> {
	told.retain(|byte| *byte != 0);
	from_pem(&told)
}

/// The key that the certificates which a driver gives name as the card's, compressed. Nothing is verified: it says which
/// card to ask for evidence.
pub(crate) fn claimed_key(told: Vec<u8>) -> Option<[u8; KEY]> {
	let certificates = chain(told).ok()?;
	let key = PublicKey::of_certificate(certificates.get(1)?).ok()?;
	Some(key.to_bytes())
}

/// Why there is no evidence.
#[derive(Debug)]
pub struct Missing(pub Problem);

impl fmt::Display for Missing {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(formatter, "{}; {}", self.0.what, self.0.remedy)
	}
}

impl std::error::Error for Missing {}

#[cfg(test)]
mod tests {
	use super::*;
	use millpond_spdm::NVIDIA_ROOT;
	use std::time::{SystemTime, UNIX_EPOCH};

	/// Made by OpenSSL's code: `tests/evidence/make.py`.
	const MADE: &str = include_str!("../tests/evidence/evidence.json");
	const ROOT: &[u8] = include_bytes!("../tests/evidence/root.pem");
	const CARD: &str = include_str!("../tests/evidence/card.hex").trim_ascii();

	fn made() -> Evidence {
		serde_json::from_str(MADE).expect("it is well-formed")
	}

	fn root() -> PublicKey {
		let certificates = from_pem(ROOT).expect("a certificate");
		PublicKey::of_certificate(&certificates[0]).expect("on P-384")
	}

	fn now() -> u64 {
		SystemTime::now()
			.duration_since(UNIX_EPOCH)
			.expect("after 1970")
			.as_secs()
	}

	#[test]
	fn evidence_should_tell_the_card_when_another_implementation_made_it() {
		let evidence = made();
		let card = evidence.card(&evidence.nonce, &root(), now()).expect("it holds");
		assert_eq!(hex::encode(card.key.to_bytes()), CARD);
		assert_eq!(card.product, "Millpond test Card");
	}

	#[test]
	fn the_key_of_a_card_should_be_read_from_what_the_driver_gives() {
		let mut told = to_pem(&made().certificates).expect("as they were read").into_bytes();
		told.extend([0; 100]);
		assert_eq!(claimed_key(told).map(hex::encode).as_deref(), Some(CARD));
		assert_eq!(claimed_key(ROOT.to_vec()), None);
		assert_eq!(claimed_key(vec![0; 100]), None);
	}

	#[test]
	fn evidence_should_be_refused_when_old_or_of_another_maker_or_changed() {
		let evidence = made();
		assert_eq!(evidence.card(&[7; 32], &root(), now()), Err(Refusal::WrongNonce));
		let nvidia = PublicKey::from_sec1(&NVIDIA_ROOT).expect("a point");
		assert_eq!(
			evidence.card(&evidence.nonce, &nvidia, now()),
			Err(Refusal::NotSignedByNext)
		);
		let mut changed = evidence.clone();
		changed.report[100] ^= 1;
		assert_eq!(
			changed.card(&evidence.nonce, &root(), now()),
			Err(Refusal::BadSignature)
		);
	}

	#[test]
	fn evidence_should_be_read_as_it_was_written() {
		let evidence = made();
		let written = serde_json::to_string(&evidence).expect("it is text");
		assert_eq!(serde_json::from_str::<Evidence>(&written).expect("the same"), evidence);
		for (from, to, word) in [
			("\"nonce\":\"0x", "\"nonce\":\"0x0", "32 bytes"),
			("\"report\":\"0x", "\"report\":\"0xzz", "report"),
			("BEGIN CERTIFICATE", "BEGIN SOMETHING", "PEM"),
			("\"nonce\"", "\"nonsense\"", "nonsense"),
		] {
			let broken = written.replacen(from, to, 1);
			let error = serde_json::from_str::<Evidence>(&broken)
				.expect_err("broken")
				.to_string();
			assert!(error.contains(word), "{error}");
		}
	}

	#[test]
	fn what_is_missing_should_be_told_with_the_remedy_when_a_card_cannot_answer() {
		for (error, words) in [
			(NvmlError::InvalidArg, "no GPU 7; `millpond gpu probe`"),
			(
				NvmlError::NotSupported,
				"GPU 7 signs no reports; cards of the Hopper generation",
			),
			(NvmlError::LibraryNotFound, "no NVIDIA driver is installed"),
			(NvmlError::NoPermission, "while GPU 7 was asked for its report"),
		] {
			let told = missing(7, &error).to_string();
			assert!(told.contains(words), "{told}");
		}
	}
}
