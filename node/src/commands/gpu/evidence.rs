//! What a card signs about itself: for its registration, and for whoever asks a host to show the card that he answers for.

use super::gpu;
use crate::client::{output::facts, to_hex, Error, Node, NodeArgs, Report};
use clap::Parser;
use millpond_gpu::evidence::{parse_32_bytes, Evidence};
use millpond_primitives::GpuId;
use millpond_spdm::{chain::from_pem, PublicKey, Refusal, NVIDIA_ROOT};
use pallet_gpus::DeviceId;
use serde_json::json;
use sp_io::hashing::blake2_256;
use std::{
	path::{Path, PathBuf},
	time::{SystemTime, UNIX_EPOCH},
};

/// Check that a card which signed a report is the GPU of that number.
///
/// You choose a nonce, the host has the card answer it with `millpond gpu evidence --nonce <HEX>`, and you check what he sends.
/// It holds for GPUs that were registered by the key that their maker certified (`millpond gpu register --evidence`).
#[derive(Debug, Parser)]
pub struct VerifyCommand {
	/// The GPU's number.
	#[arg(value_name = "GPU")]
	gpu: GpuId,

	/// What the host sent: a file that `millpond gpu evidence` wrote.
	#[arg(long, value_name = "FILE")]
	evidence: PathBuf,

	/// What the card was to answer: 32 bytes in hexadecimal.
	#[arg(long, value_name = "HEX", value_parser = parse_32_bytes)]
	nonce: [u8; 32],

	/// The certificate, in PEM, that vouches for the card; NVIDIA's if nothing is said.
	#[arg(long, value_name = "FILE")]
	root: Option<PathBuf>,

	#[clap(flatten)]
	pub node: NodeArgs,
}

impl VerifyCommand {
	pub async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let entry = gpu(node, self.gpu).await?;
		let evidence = read(&self.evidence)?;
		let card = certified(&evidence, &self.nonce, self.root.as_deref())?;
		let registered = entry.summary.gpu.device;
		let (number, device) = (self.gpu, to_hex(&card.id));
		if card.id != registered {
			return Err(Error::input(format!(
				"what signed is device {device}, and GPU {number} is device {}",
				to_hex(&registered)
			))
			.advise("Another card signed, or the GPU was registered by its driver's UUID, which no card signs."));
		}
		Ok(Report::new(
			json!({ "gpu": number, "device": device, "product": card.product, "certified": true }),
			facts(&[
				("GPU", number.to_string()),
				("device", device),
				("chip", card.product),
				("certified", "yes: the card itself answered this nonce".into()),
			]),
		))
	}
}

/// Reads a file that `millpond gpu evidence` wrote.
pub fn read(file: &Path) -> Result<Evidence, Error> {
	let shown = file.display();
	let text = std::fs::read_to_string(file)
		.map_err(|error| Error::input(format!("the evidence {shown} cannot be read: {error}")))?;
	serde_json::from_str(&text).map_err(|error| {
		Error::input(format!("{shown} is no evidence: {error}"))
			.advise("`millpond gpu evidence --nonce <HEX>` on the card's machine writes it.")
	})
}

/// A card whose maker vouches for it.
pub struct Certified {
	/// What it is known by.
	pub id: DeviceId,
	/// What its maker calls the chip.
	product: String,
}

/// The card that gave evidence, if it answered that nonce and the holder of a root vouches for its key: NVIDIA, or that of a
/// certificate in a file.
pub fn certified(evidence: &Evidence, nonce: &[u8; 32], root: Option<&Path>) -> Result<Certified, Error> {
	let root = match root {
		Some(file) => certificate_key(file)?,
		None => PublicKey::from_sec1(&NVIDIA_ROOT).map_err(|refusal| Error::input(refusal.to_string()))?,
	};
	let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	let card = evidence.card(nonce, &root, now.as_secs()).map_err(|refusal| {
		Error::input(format!("the evidence does not hold: {refusal}")).advise(match refusal {
			Refusal::WrongNonce => "It is an older answer, or one to somebody else: have the card answer your nonce.",
			Refusal::Expired => "Is this machine's clock right?",
			Refusal::NotSignedByNext => "It is no card of NVIDIA's, or of the maker whose certificate --root names.",
			_ => "The file is damaged, or was changed: have it made again.",
		})
	})?;
	Ok(Certified {
		id: blake2_256(&card.key.to_bytes()),
		product: card.product,
	})
}

/// The key of the only certificate in a file.
fn certificate_key(file: &Path) -> Result<PublicKey, Error> {
	let shown = file.display();
	let text = std::fs::read(file)
		.map_err(|error| Error::input(format!("the root certificate {shown} cannot be read: {error}")))?;
	let unfit = |what: String| Error::input(format!("{shown} is no root certificate: {what}"));
	let certificates = from_pem(&text).map_err(|refusal| unfit(refusal.to_string()))?;
	match certificates.as_slice() {
		[one] => PublicKey::of_certificate(one).map_err(|refusal| unfit(refusal.to_string())),
		several => Err(unfit(format!("it has {} certificates, not one", several.len()))),
	}
}
