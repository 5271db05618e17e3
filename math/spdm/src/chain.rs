//! Certificates, from the device's to a pinned root.

use crate::Refusal;
use alloc::{string::String, vec::Vec};
use p384::ecdsa::{signature::Verifier, DerSignature, Signature, VerifyingKey};
use x509_cert::{
	certificate::Certificate,
	der::{
		asn1::{AnyRef, ObjectIdentifier},
		oid::db::{rfc4519, rfc5280, rfc5912},
		Decode, Encode,
	},
	ext::pkix::{BasicConstraints, KeyUsage},
	spki::SubjectPublicKeyInfoOwned,
};

/// Certificates at most, the firmware's included. NVIDIA's chains have five with the root.
pub const MAX_CERTIFICATES: usize = 8;

/// The key of NVIDIA's *Device Identity CA*, compressed: the root of the certificates of its GPUs.
pub const NVIDIA_ROOT: [u8; 49] = [
	0x03, 0x0e, 0x4c, 0x14, 0xa3, 0x3b, 0xf8, 0xa5, 0x62, 0x66, 0x58, 0xdb, 0x41, 0x29, 0x60, 0x7e, 0x4c, 0xbf, 0x45,
	0x19, 0xc4, 0x41, 0x27, 0x16, 0xf4, 0xd0, 0xd9, 0x17, 0xc4, 0x97, 0x80, 0x05, 0xbd, 0xea, 0xbe, 0xae, 0xfd, 0x57,
	0xbc, 0x66, 0x08, 0x2d, 0x71, 0x8a, 0x4f, 0x8b, 0x60, 0x52, 0xe1,
];

/// Bytes of a certificate at most.
pub const MAX_CERTIFICATE_BYTES: usize = 4_096;

/// The extension in which the firmware's certificate names the device that it runs on: version, the device's public key, and
/// what the firmware is (DICE's composite device identity).
const DEVICE_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.23.133.5.4.1");

/// A key on P-384.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
	/// The key of a point in SEC1 form.
	///
	/// Fails with [`Refusal::OtherAlgorithm`] if it is no point of P-384.
	pub fn from_sec1(bytes: &[u8]) -> Result<Self, Refusal> {
		VerifyingKey::from_sec1_bytes(bytes)
			.map(Self)
			.map_err(|_| Refusal::OtherAlgorithm)
	}

	/// The key that a certificate in DER names: for a root that is at hand as a certificate.
	///
	/// Fails with [`Refusal::BadCertificate`] or [`Refusal::OtherAlgorithm`].
	pub fn of_certificate(der: &[u8]) -> Result<Self, Refusal> {
		let certificate = Certificate::from_der(der).map_err(|_| Refusal::BadCertificate)?;
		Self::from_info(&certificate.tbs_certificate.subject_public_key_info)
	}

	fn from_info(info: &SubjectPublicKeyInfoOwned) -> Result<Self, Refusal> {
		let curve = info.algorithm.parameters.as_ref().map(|curve| curve.decode_as());
		if info.algorithm.oid != rfc5912::ID_EC_PUBLIC_KEY || curve != Some(Ok(rfc5912::SECP_384_R_1)) {
			return Err(Refusal::OtherAlgorithm);
		}
		Self::from_sec1(info.subject_public_key.as_bytes().ok_or(Refusal::OtherAlgorithm)?)
	}

	/// The point, compressed: what identifies a device.
	pub fn to_bytes(&self) -> [u8; 49] {
		let mut bytes = [0; 49];
		for (byte, value) in bytes.iter_mut().zip(self.0.to_encoded_point(true).as_bytes()) {
			*byte = *value;
		}
		bytes
	}

	/// Whether this key signed the SHA-384 of `message`; the signature is `r` and `s`, 48 bytes each.
	pub fn signed(&self, message: &[u8], signature: &[u8; 96]) -> bool {
		Signature::from_slice(signature).is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
	}
}

/// What a chain of certificates says of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
	/// Its own key, which was certified when it was made, and which lasts as long as it does: its identity.
	pub key: PublicKey,
	/// That of the firmware which runs on it and signs reports. The device derives it from what the firmware is, so that
	/// an update brings another one.
	pub firmware: PublicKey,
	/// What its certificate calls it, such as `GH100 A01 GSP BROM`: the chip of an H100 or H200.
	pub product: String,
}

/// Checks certificates in DER, the firmware's first, then that of the device that it names, each signed by the next and the
/// last one by the holder of `root`; the root's own certificate may come last. All have to be valid at `now`, seconds since
/// 1970, but the root's, which is trusted as a key and not as a certificate.
///
/// Fails with the [`Refusal`] of the first thing that does not hold.
pub fn verify(certificates: &[&[u8]], root: &PublicKey, now: u64) -> Result<Device, Refusal> {
	if certificates.len() > MAX_CERTIFICATES || certificates.iter().any(|der| der.len() > MAX_CERTIFICATE_BYTES) {
		return Err(Refusal::BadChainLength);
	}
	let mut chain: Vec<(Certificate, PublicKey)> = Vec::with_capacity(certificates.len());
	for (height, der) in certificates.iter().enumerate() {
		let certificate = Certificate::from_der(der).map_err(|_| Refusal::BadCertificate)?;
		let key = PublicKey::from_info(&certificate.tbs_certificate.subject_public_key_info)?;
		if let Some((signed, _)) = chain.last() {
			check_signature(signed, &key)?;
			if signed.tbs_certificate.issuer != certificate.tbs_certificate.subject {
				return Err(Refusal::NotSignedByNext);
			}
		}
		let last = height.checked_add(1) == Some(certificates.len());
		if last && height > 0 && key == *root {
			return device(&chain);
		}
		check_time(&certificate, now)?;
		check_extensions(&certificate, height)?;
		chain.push((certificate, key));
	}
	let (top, _) = chain.last().ok_or(Refusal::BadChainLength)?;
	check_signature(top, root)?;
	device(&chain)
}

/// The device of a chain that holds, without the root: the second one, which the first has to name.
fn device(chain: &[(Certificate, PublicKey)]) -> Result<Device, Refusal> {
	let [(firmware, firmware_key), (device, key), ..] = chain else {
		return Err(Refusal::BadChainLength);
	};
	if named_device(firmware)? != *key {
		return Err(Refusal::OtherDevice);
	}
	Ok(Device {
		key: key.clone(),
		firmware: firmware_key.clone(),
		product: common_name(device),
	})
}

/// The key of the device that a firmware's certificate names.
fn named_device(firmware: &Certificate) -> Result<PublicKey, Refusal> {
	let mut extensions = firmware.tbs_certificate.extensions.iter().flatten();
	let found = extensions.find(|extension| extension.extn_id == DEVICE_ID);
	let value = found.ok_or(Refusal::OtherDevice)?.extn_value.as_bytes();
	let identity = AnyRef::from_der(value).map_err(|_| Refusal::BadCertificate)?;
	let info = identity.sequence(|reader| {
		let _version = AnyRef::decode(reader)?;
		let info = SubjectPublicKeyInfoOwned::decode(reader)?;
		let _firmware = AnyRef::decode(reader)?;
		Ok(info)
	});
	PublicKey::from_info(&info.map_err(|_| Refusal::BadCertificate)?)
}

/// What a certificate calls its subject; nothing if it does not.
fn common_name(certificate: &Certificate) -> String {
	let names = certificate.tbs_certificate.subject.0.iter();
	let mut entries = names.flat_map(|name| name.0.iter());
	let found = entries.find(|entry| entry.oid == rfc4519::CN);
	found.map_or_else(String::new, |entry| {
		String::from_utf8_lossy(entry.value.value()).into_owned()
	})
}

/// Checks that `key` signed a certificate.
fn check_signature(certificate: &Certificate, key: &PublicKey) -> Result<(), Refusal> {
	let algorithm = rfc5912::ECDSA_WITH_SHA_384;
	if certificate.signature_algorithm.oid != algorithm || certificate.tbs_certificate.signature.oid != algorithm {
		return Err(Refusal::OtherAlgorithm);
	}
	let signed = certificate
		.tbs_certificate
		.to_der()
		.map_err(|_| Refusal::BadCertificate)?;
	let signature = certificate.signature.as_bytes().ok_or(Refusal::BadCertificate)?;
	let signature = DerSignature::from_bytes(signature).map_err(|_| Refusal::NotSignedByNext)?;
	key.0.verify(&signed, &signature).map_err(|_| Refusal::NotSignedByNext)
}

/// Checks that a certificate is valid at `now`.
fn check_time(certificate: &Certificate, now: u64) -> Result<(), Refusal> {
	let validity = &certificate.tbs_certificate.validity;
	let (from, until) = (
		validity.not_before.to_unix_duration(),
		validity.not_after.to_unix_duration(),
	);
	if (from.as_secs()..=until.as_secs()).contains(&now) {
		Ok(())
	} else {
		Err(Refusal::Expired)
	}
}

/// Checks that a certificate may sign those below it, of which there are `height`, or reports and nothing else if there are
/// none, and asks for nothing unknown.
fn check_extensions(certificate: &Certificate, height: usize) -> Result<(), Refusal> {
	let signs_reports = height == 0;
	let mut authority = false;
	for extension in certificate.tbs_certificate.extensions.iter().flatten() {
		let value = extension.extn_value.as_bytes();
		match extension.extn_id {
			rfc5280::ID_CE_BASIC_CONSTRAINTS => {
				let found = BasicConstraints::from_der(value).map_err(|_| Refusal::BadCertificate)?;
				// The path length counts the authorities below, of which the firmware is none.
				let room = found
					.path_len_constraint
					.is_none_or(|most| usize::from(most) >= height.saturating_sub(1));
				authority = found.ca && room;
			}
			rfc5280::ID_CE_KEY_USAGE => {
				let found = KeyUsage::from_der(value).map_err(|_| Refusal::BadCertificate)?;
				if signs_reports && !found.digital_signature() {
					return Err(Refusal::SignsNoReports);
				}
				if !signs_reports && !found.key_cert_sign() {
					return Err(Refusal::NotAnAuthority);
				}
			}
			DEVICE_ID => {}
			_ if extension.critical => return Err(Refusal::BadCertificate),
			_ => {}
		}
	}
	match (signs_reports, authority) {
		(true, true) => Err(Refusal::SignsNoReports),
		(false, false) => Err(Refusal::NotAnAuthority),
		_ => Ok(()),
	}
}

/// Certificates in DER as a PEM file, in their order.
///
/// Fails with [`Refusal::BadCertificate`].
#[cfg(feature = "std")]
pub fn to_pem(certificates: &[Vec<u8>]) -> Result<String, Refusal> {
	use x509_cert::der::{pem::LineEnding, EncodePem};
	let pem = |der: &Vec<u8>| Certificate::from_der(der)?.to_pem(LineEnding::LF);
	certificates
		.iter()
		.map(pem)
		.collect::<Result<_, _>>()
		.map_err(|_| Refusal::BadCertificate)
}

/// The certificates of a PEM file, in DER, in its order; there is one at least.
///
/// Fails with [`Refusal::BadCertificate`].
#[cfg(feature = "std")]
pub fn from_pem(text: &[u8]) -> Result<Vec<Vec<u8>>, Refusal> {
	let text = text.trim_ascii();
	if text.is_empty() {
		return Err(Refusal::BadCertificate);
	}
	let certificates = Certificate::load_pem_chain(text).map_err(|_| Refusal::BadCertificate)?;
	if certificates.is_empty() {
		return Err(Refusal::BadCertificate);
	}
	let ders = certificates.iter().map(Encode::to_der).collect::<Result<_, _>>();
	ders.map_err(|_| Refusal::BadCertificate)
}
