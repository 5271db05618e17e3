//! What a verification on P-384 costs on this machine: `cargo run --release -p millpond-spdm --example spdm_cost`. A report takes
//! one for itself and one for each certificate below the root.

use millpond_spdm::PublicKey;
use p384::ecdsa::{signature::Signer, Signature, SigningKey};
use std::{error::Error, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
	let key = SigningKey::from_slice(&[1; 48])?;
	let public = PublicKey::from_sec1(key.verifying_key().to_encoded_point(true).as_bytes())?;
	let message = [7; 4_096];
	let signature: Signature = key.sign(&message);
	let signature = signature.to_bytes().as_slice().try_into()?;
	let start = Instant::now();
	let times = 200;
	for _ in 0..times {
		assert!(public.signed(&message, &signature));
	}
	println!(
		"{:.3} ms a verification",
		start.elapsed().as_secs_f64() * 1e3 / f64::from(times)
	);
	Ok(())
}
