//! Reports and certificates in NVIDIA's format, under keys of our own.

use millpond_spdm::{chain, verify, PublicKey, Refusal, Report, NVIDIA_ROOT};
use p384::ecdsa::{signature::Signer, DerSignature, Signature, SigningKey};
use proptest::prelude::*;
use std::{str::FromStr, sync::OnceLock, time::Duration};
use x509_cert::{
	der::{
		asn1::{Any, BitString, GeneralizedTime, ObjectIdentifier, OctetString},
		oid::db::{rfc5280, rfc5912},
		Decode, Encode, Tag,
	},
	ext::{
		pkix::{BasicConstraints, KeyUsage, KeyUsages},
		Extension,
	},
	name::Name,
	serial_number::SerialNumber,
	spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned},
	time::{Time, Validity},
	Certificate, TbsCertificate, Version,
};

const NONCE: [u8; 32] = [0xab; 32];
const NOW: u64 = 1_800_000_000;

fn key(seed: u8) -> SigningKey {
	SigningKey::from_slice(&[seed; 48]).unwrap()
}

fn public(key: &SigningKey) -> PublicKey {
	PublicKey::from_sec1(key.verifying_key().to_encoded_point(false).as_bytes()).unwrap()
}

/// A certificate to be changed before it is signed.
struct Draft(TbsCertificate);

fn time(seconds: u64) -> Time {
	Time::GeneralTime(GeneralizedTime::from_unix_duration(Duration::from_secs(seconds)).unwrap())
}

fn extension(id: ObjectIdentifier, critical: bool, value: &impl Encode) -> Extension {
	Extension {
		extn_id: id,
		critical,
		extn_value: OctetString::new(value.to_der().unwrap()).unwrap(),
	}
}

fn draft(subject: &str, issuer: &str, key: &SigningKey, authority: bool) -> Draft {
	let usage = if authority {
		KeyUsages::KeyCertSign
	} else {
		KeyUsages::DigitalSignature
	};
	let constraints = BasicConstraints {
		ca: authority,
		path_len_constraint: None,
	};
	let point = key.verifying_key().to_encoded_point(false);
	Draft(TbsCertificate {
		version: Version::V3,
		serial_number: SerialNumber::new(&[1]).unwrap(),
		signature: AlgorithmIdentifierOwned {
			oid: rfc5912::ECDSA_WITH_SHA_384,
			parameters: None,
		},
		issuer: Name::from_str(issuer).unwrap(),
		validity: Validity {
			not_before: time(1_600_000_000),
			not_after: time(253_402_300_799),
		},
		subject: Name::from_str(subject).unwrap(),
		subject_public_key_info: SubjectPublicKeyInfoOwned {
			algorithm: AlgorithmIdentifierOwned {
				oid: rfc5912::ID_EC_PUBLIC_KEY,
				parameters: Some(Any::from(&rfc5912::SECP_384_R_1)),
			},
			subject_public_key: BitString::from_bytes(point.as_bytes()).unwrap(),
		},
		issuer_unique_id: None,
		subject_unique_id: None,
		extensions: Some(vec![
			extension(rfc5280::ID_CE_BASIC_CONSTRAINTS, true, &constraints),
			extension(rfc5280::ID_CE_KEY_USAGE, true, &KeyUsage(usage.into())),
		]),
	})
}

impl Draft {
	fn with(mut self, change: impl FnOnce(&mut TbsCertificate)) -> Self {
		change(&mut self.0);
		self
	}

	fn signed_by(self, key: &SigningKey) -> Vec<u8> {
		let signature: DerSignature = key.sign(&self.0.to_der().unwrap());
		let certificate = Certificate {
			signature_algorithm: self.0.signature.clone(),
			tbs_certificate: self.0,
			signature: BitString::from_bytes(signature.as_bytes()).unwrap(),
		};
		certificate.to_der().unwrap()
	}
}

/// What a firmware's certificate says of the device that it runs on.
fn device_id(device: &SigningKey) -> Extension {
	let info = draft("CN=Any", "CN=Any", device, false).0.subject_public_key_info;
	let fields = [1u8.to_der(), info.to_der(), OctetString::new([7; 48]).unwrap().to_der()];
	let content: Vec<u8> = fields.into_iter().flat_map(Result::unwrap).collect();
	extension(
		ObjectIdentifier::new("2.23.133.5.4.1").unwrap(),
		false,
		&Any::new(Tag::Sequence, content).unwrap(),
	)
}

fn firmware_on(subject: &str, key: &SigningKey, device: &SigningKey) -> Draft {
	draft(subject, "CN=GPU 1", key, false)
		.with(|certificate| certificate.extensions.as_mut().unwrap().push(device_id(device)))
}

fn firmware_draft() -> Draft {
	firmware_on("CN=Firmware", &key(1), &key(5))
}

fn device_draft() -> Draft {
	draft("CN=GPU 1", "CN=Provisioner", &key(5), true)
}

fn provisioner_draft() -> Draft {
	draft("CN=Provisioner", "CN=Identity", &key(2), true)
}

fn identity_draft() -> Draft {
	draft("CN=Identity", "CN=Root", &key(3), true)
}

/// Firmware, device, provisioner, identity; the root (key 4) signs the last.
fn certificates() -> [Vec<u8>; 4] {
	[
		firmware_draft().signed_by(&key(5)),
		device_draft().signed_by(&key(2)),
		provisioner_draft().signed_by(&key(3)),
		identity_draft().signed_by(&key(4)),
	]
}

fn root_certificate() -> Vec<u8> {
	draft("CN=Root", "CN=Root", &key(4), true).signed_by(&key(4))
}

/// Request and answer, with the measurements' number and record as given.
fn unsigned(nonce: &[u8; 32], blocks: u8, record: &[u8]) -> Vec<u8> {
	let mut report = vec![0x11, 0xe0, 0x01, 0xff];
	report.extend(nonce);
	report.push(0);
	report.extend([0x11, 0x60, 0, 0, blocks]);
	report.extend(&(record.len() as u32).to_le_bytes()[..3]);
	report.extend(record);
	report.extend([0xcd; 32]);
	let opaque = [3, 0, 4, 0, b'5', b'7', b'5', b'.'];
	report.extend((opaque.len() as u16).to_le_bytes());
	report.extend(opaque);
	report
}

fn record() -> Vec<u8> {
	(1..=3u8)
		.flat_map(|index| {
			let mut block = vec![index, 1, 51, 0, 1, 48, 0];
			block.extend([index; 48]);
			block
		})
		.collect()
}

fn sign(mut report: Vec<u8>, key: &SigningKey) -> Vec<u8> {
	let signature: Signature = key.sign(&report);
	report.extend(signature.to_bytes());
	report
}

fn report() -> &'static [u8] {
	static REPORT: OnceLock<Vec<u8>> = OnceLock::new();
	REPORT.get_or_init(|| sign(unsigned(&NONCE, 3, &record()), &key(1)))
}

fn check(report: &[u8], certificates: &[Vec<u8>]) -> Result<PublicKey, Refusal> {
	let certificates: Vec<_> = certificates.iter().map(Vec::as_slice).collect();
	verify(report, &certificates, &public(&key(4)), &NONCE, NOW).map(|device| {
		assert_eq!(device.product, "GPU 1");
		device.key
	})
}

#[test]
fn report_should_hold_when_signed_by_a_device_under_the_root() {
	assert_eq!(check(report(), &certificates()), Ok(public(&key(5))));
	assert_ne!(public(&key(1)).to_bytes(), public(&key(2)).to_bytes());
}

#[test]
fn device_should_stay_the_same_when_its_firmware_is_another() {
	let mut chain = certificates();
	chain[0] = firmware_on("CN=Newer firmware", &key(6), &key(5)).signed_by(&key(5));
	let report = sign(unsigned(&NONCE, 3, &record()), &key(6));
	assert_eq!(check(&report, &chain), Ok(public(&key(5))));
}

#[test]
fn report_should_hold_when_the_chain_carries_the_root_itself() {
	let mut chain = certificates().to_vec();
	chain.push(root_certificate());
	assert_eq!(check(report(), &chain), Ok(public(&key(5))));
	assert_eq!(PublicKey::of_certificate(&root_certificate()), Ok(public(&key(4))));
}

#[test]
fn report_should_hold_when_the_root_signed_the_device_itself() {
	let [firmware, ..] = certificates();
	let device = draft("CN=GPU 1", "CN=Root", &key(5), true).signed_by(&key(4));
	assert_eq!(check(report(), &[firmware, device]), Ok(public(&key(5))));
}

#[test]
fn chain_should_be_refused_when_the_firmware_names_another_device_or_none() {
	let verdict = |draft: Draft| {
		let mut chain = certificates();
		chain[0] = draft.signed_by(&key(5));
		check(report(), &chain)
	};
	assert_eq!(
		verdict(firmware_on("CN=Firmware", &key(1), &key(8))),
		Err(Refusal::OtherDevice)
	);
	assert_eq!(
		verdict(draft("CN=Firmware", "CN=GPU 1", &key(1), false)),
		Err(Refusal::OtherDevice)
	);
	let garbled = |certificate: &mut TbsCertificate| {
		certificate.extensions.as_mut().unwrap()[2].extn_value = OctetString::new([0x30, 0]).unwrap();
	};
	assert_eq!(verdict(firmware_draft().with(garbled)), Err(Refusal::BadCertificate));
}

#[test]
fn chain_should_be_refused_when_an_authority_signs_the_report() {
	let mut chain = certificates();
	chain[0] = draft("CN=Firmware", "CN=GPU 1", &key(1), true).signed_by(&key(5));
	assert_eq!(check(report(), &chain), Err(Refusal::SignsNoReports));
}

#[test]
fn device_should_be_that_of_a_card_that_nvidia_made() {
	let certificates = chain::from_pem(include_bytes!("nvidia/h100.pem")).unwrap();
	let root = PublicKey::from_sec1(&NVIDIA_ROOT).unwrap();
	assert_eq!(PublicKey::of_certificate(&certificates[4]), Ok(root.clone()));
	let ders: Vec<_> = certificates.iter().map(Vec::as_slice).collect();
	for count in [4, 5] {
		let device = chain::verify(&ders[..count], &root, NOW).unwrap();
		assert_eq!(device.product, "GH100 A01 GSP BROM");
		assert_eq!(Ok(device.firmware), PublicKey::of_certificate(&certificates[0]));
		assert_eq!(Ok(device.key), PublicKey::of_certificate(&certificates[1]));
	}
	assert_eq!(chain::verify(&ders[1..], &root, NOW), Err(Refusal::SignsNoReports));
	assert_eq!(chain::verify(&ders[..3], &root, NOW), Err(Refusal::NotSignedByNext));
}

#[test]
fn chain_should_be_refused_when_no_device_stands_between_firmware_and_root() {
	let firmware = firmware_draft()
		.with(|certificate| certificate.issuer = Name::from_str("CN=Root").unwrap())
		.signed_by(&key(4));
	assert_eq!(
		check(report(), std::slice::from_ref(&firmware)),
		Err(Refusal::BadChainLength)
	);
	assert_eq!(
		check(report(), &[firmware, root_certificate()]),
		Err(Refusal::BadChainLength)
	);
}

#[test]
fn chain_should_be_refused_when_nvidia_did_not_sign_it() {
	let root = PublicKey::from_sec1(&NVIDIA_ROOT).unwrap();
	let certificates = certificates();
	let certificates: Vec<_> = certificates.iter().map(Vec::as_slice).collect();
	assert_eq!(
		verify(report(), &certificates, &root, &NONCE, NOW),
		Err(Refusal::NotSignedByNext)
	);
}

#[test]
fn report_should_be_taken_apart() {
	let parsed = Report::parse(report()).unwrap();
	assert_eq!(parsed.nonce, &NONCE);
	assert_eq!(parsed.signed.len() + 96, report().len());
	assert_eq!(parsed.opaque.len(), 8);
	let measurements: Vec<_> = parsed.measurements().map(Result::unwrap).collect();
	assert_eq!(measurements.len(), 3);
	assert_eq!((measurements[1].index, measurements[1].value.len()), (2, 51));
}

#[test]
fn report_should_be_refused_when_it_answers_another_nonce() {
	let replayed = sign(unsigned(&[1; 32], 3, &record()), &key(1));
	assert_eq!(check(&replayed, &certificates()), Err(Refusal::WrongNonce));
}

#[test]
fn report_should_be_refused_when_another_key_signed_it() {
	let forged = sign(unsigned(&NONCE, 3, &record()), &key(9));
	assert_eq!(check(&forged, &certificates()), Err(Refusal::BadSignature));
}

#[test]
fn report_should_be_refused_when_truncated_at_any_length() {
	for length in 0..report().len() {
		assert_eq!(
			check(&report()[..length], &certificates()),
			Err(Refusal::Truncated),
			"{length} bytes"
		);
	}
}

#[test]
fn report_should_be_refused_when_bytes_follow() {
	for more in 1..200 {
		let mut longer = report().to_vec();
		longer.extend(vec![0; more]);
		assert_eq!(check(&longer, &certificates()), Err(Refusal::TrailingBytes));
	}
}

#[test]
fn report_should_be_refused_when_measurements_are_not_as_announced() {
	for (blocks, record, refusal) in [
		(2, record(), Refusal::TrailingBytes),
		(4, record(), Refusal::Truncated),
		(1, vec![1, 1, 200, 0, 7], Refusal::Truncated),
		(0, vec![7], Refusal::TrailingBytes),
	] {
		assert_eq!(
			check(&sign(unsigned(&NONCE, blocks, &record), &key(1)), &certificates()),
			Err(refusal)
		);
	}
}

#[test]
fn report_should_be_refused_when_it_is_no_measurements() {
	for (at, value) in [(0, 0x21), (1, 0xe1), (37, 0x12), (38, 0x61)] {
		let mut other = unsigned(&NONCE, 3, &record());
		other[at] = value;
		assert_eq!(
			check(&sign(other, &key(1)), &certificates()),
			Err(Refusal::NotMeasurements)
		);
	}
}

#[test]
fn chain_should_be_refused_when_it_ends_at_another_root() {
	let mut chain = certificates().to_vec();
	chain[3] = identity_draft().signed_by(&key(9));
	assert_eq!(check(report(), &chain), Err(Refusal::NotSignedByNext));
	// A root of the same name and another key.
	chain.push(draft("CN=Root", "CN=Root", &key(9), true).signed_by(&key(9)));
	assert_eq!(check(report(), &chain), Err(Refusal::NotSignedByNext));
	assert_eq!(check(report(), &certificates()[..2]), Err(Refusal::NotSignedByNext));
}

#[test]
fn chain_should_be_refused_when_out_of_order_broken_or_of_another_device() {
	let [firmware, device, provisioner, identity] = certificates();
	let refused = |chain: [&Vec<u8>; 4]| check(report(), &chain.map(Clone::clone)).unwrap_err();
	assert_eq!(
		refused([&firmware, &provisioner, &device, &identity]),
		Refusal::NotSignedByNext
	);
	assert_eq!(
		check(report(), &[firmware.clone(), device.clone(), identity.clone()]),
		Err(Refusal::NotSignedByNext)
	);
	// Rightly signed, but by an issuer of another name.
	let misnamed = firmware_draft()
		.with(|certificate| certificate.issuer = Name::from_str("CN=Nobody").unwrap())
		.signed_by(&key(5));
	assert_eq!(
		refused([&misnamed, &device, &provisioner, &identity]),
		Refusal::NotSignedByNext
	);
	let other = firmware_on("CN=Other firmware", &key(7), &key(5)).signed_by(&key(5));
	assert_eq!(
		refused([&other, &device, &provisioner, &identity]),
		Refusal::BadSignature
	);
}

#[test]
fn chain_should_be_refused_when_outside_of_its_time() {
	let chain = certificates();
	let chain: Vec<_> = chain.iter().map(Vec::as_slice).collect();
	let at = |now| verify(report(), &chain, &public(&key(4)), &NONCE, now);
	assert!(at(1_600_000_000).is_ok());
	assert_eq!(at(1_599_999_999), Err(Refusal::Expired));
	assert!(at(253_402_300_799).is_ok());
	let expired = provisioner_draft()
		.with(|certificate| certificate.validity.not_after = time(NOW - 1))
		.signed_by(&key(3));
	let mut chain = certificates();
	chain[2] = expired;
	assert_eq!(check(report(), &chain), Err(Refusal::Expired));
}

#[test]
fn chain_should_be_refused_when_firmware_acts_as_an_authority() {
	// Who got hold of the key of a genuine card's firmware certifies a card of his own.
	let forged = draft("CN=Forged", "CN=Firmware", &key(7), false).signed_by(&key(1));
	let chain: Vec<_> = std::iter::once(forged).chain(certificates()).collect();
	let report = sign(unsigned(&NONCE, 3, &record()), &key(7));
	assert_eq!(check(&report, &chain), Err(Refusal::NotAnAuthority));
}

#[test]
fn chain_should_be_refused_when_longer_than_an_authority_allows() {
	let short = |length| {
		identity_draft()
			.with(|certificate| {
				let constraints = BasicConstraints {
					ca: true,
					path_len_constraint: Some(length),
				};
				certificate.extensions.as_mut().unwrap()[0] =
					extension(rfc5280::ID_CE_BASIC_CONSTRAINTS, true, &constraints);
			})
			.signed_by(&key(4))
	};
	let [firmware, device, provisioner, _] = certificates();
	let verdict = |top| check(report(), &[firmware.clone(), device.clone(), provisioner.clone(), top]);
	assert_eq!(verdict(short(1)), Err(Refusal::NotAnAuthority));
	assert!(verdict(short(2)).is_ok());
}

#[test]
fn chain_should_be_refused_when_a_critical_extension_is_unknown() {
	let with = |id: &str, critical| {
		let id = ObjectIdentifier::new(id).unwrap();
		firmware_draft()
			.with(|certificate| {
				certificate
					.extensions
					.as_mut()
					.unwrap()
					.push(extension(id, critical, &[0u8; 4]))
			})
			.signed_by(&key(5))
	};
	let [_, device, provisioner, identity] = certificates();
	let verdict = |firmware| {
		check(
			report(),
			&[firmware, device.clone(), provisioner.clone(), identity.clone()],
		)
	};
	assert_eq!(verdict(with("1.2.3.4", true)), Err(Refusal::BadCertificate));
	assert!(verdict(with("1.2.3.4", false)).is_ok());
	assert!(verdict(with("2.23.133.5.4.1", true)).is_ok());
}

#[test]
fn chain_should_be_refused_when_of_another_algorithm() {
	let [_, device, provisioner, identity] = certificates();
	let verdict = |firmware| {
		check(
			report(),
			&[firmware, device.clone(), provisioner.clone(), identity.clone()],
		)
	};
	let curve = firmware_draft().with(|certificate| {
		certificate.subject_public_key_info.algorithm.parameters = Some(Any::from(&rfc5912::SECP_256_R_1));
	});
	assert_eq!(verdict(curve.signed_by(&key(5))), Err(Refusal::OtherAlgorithm));
	let signature = firmware_draft().with(|certificate| certificate.signature.oid = rfc5912::ECDSA_WITH_SHA_256);
	assert_eq!(verdict(signature.signed_by(&key(5))), Err(Refusal::OtherAlgorithm));
	let point = firmware_draft().with(|certificate| {
		certificate.subject_public_key_info.subject_public_key = BitString::from_bytes(&[4; 97]).unwrap();
	});
	assert_eq!(verdict(point.signed_by(&key(5))), Err(Refusal::OtherAlgorithm));
}

#[test]
fn chain_should_be_refused_when_empty_too_many_or_too_long() {
	assert_eq!(check(report(), &[]), Err(Refusal::BadChainLength));
	assert_eq!(
		check(report(), &vec![root_certificate(); 9]),
		Err(Refusal::BadChainLength)
	);
	assert_eq!(check(report(), &[vec![0; 5_000]]), Err(Refusal::BadChainLength));
	// The root alone is no card.
	assert!(check(report(), &[root_certificate()]).is_err());
}

#[test]
fn chain_should_be_read_from_pem() {
	use x509_cert::der::{pem::LineEnding, EncodePem};
	let pem: String = certificates()
		.iter()
		.map(|der| Certificate::from_der(der).unwrap().to_pem(LineEnding::LF).unwrap())
		.collect();
	assert_eq!(chain::from_pem(pem.as_bytes()).unwrap(), certificates());
	assert_eq!(chain::to_pem(&certificates()), Ok(pem));
	for nothing in [&b"no certificate"[..], b"", b"\n", b"x"] {
		assert_eq!(chain::from_pem(nothing), Err(Refusal::BadCertificate));
	}
	assert_eq!(chain::to_pem(&[vec![1, 2, 3]]), Err(Refusal::BadCertificate));
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn report_should_be_refused_when_any_bit_is_flipped(bit in any::<prop::sample::Index>()) {
		let mut tampered = report().to_vec();
		let bit = bit.index(tampered.len() * 8);
		tampered[bit / 8] ^= 1 << (bit % 8);
		prop_assert!(check(&tampered, &certificates()).is_err());
	}

	#[test]
	fn chain_should_be_refused_when_any_bit_is_flipped(which in 0usize..4, bit in any::<prop::sample::Index>()) {
		let mut chain = certificates();
		let bit = bit.index(chain[which].len() * 8);
		chain[which][bit / 8] ^= 1 << (bit % 8);
		prop_assert!(check(report(), &chain).is_err());
	}

	#[test]
	fn nothing_should_panic_when_anything_is_sent(
		report in prop::collection::vec(any::<u8>(), 0..400),
		certificate in prop::collection::vec(any::<u8>(), 0..400),
	) {
		prop_assert!(check(&report, &[certificate]).is_err());
	}
}
