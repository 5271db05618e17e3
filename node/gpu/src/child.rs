//! The prover's process: what it and its parent say to each other, and what it does.
//!
//! A driver that crashes or hangs takes its process with it, so a challenge is computed in a child process, one for each
//! device. A message is its length (32 bits, little-endian) and JSON of that length. The parent asks, the child answers
//! each request with any number of progress messages and one answer. It ends when its input ends, or when nobody
//! takes what it says; a parent that wants it to stop kills it, and the driver frees the memory.

use crate::backend::{Backend, Control, Device, Error, Filled, Phase, Seconds};
use codec::{DecodeAll, Encode};
use millpond_proof::{Hash, Profile, Proof};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use std::{
	io::{self, Read, Write},
	sync::{
		atomic::{AtomicBool, Ordering},
		Mutex,
	},
};

/// Bytes of a message at most: twice the largest proof in hexadecimal.
pub const MAX_MESSAGE: u32 = 4 << 20;

/// What the parent asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
	/// Fill the device's memory. What was there before is freed first.
	Fill {
		/// The size of the challenge.
		profile: Profile,
		/// Of the matrices.
		seed: Hash,
	},
	/// Walk over it.
	Walk {
		/// Of the starts of the lanes.
		seed: Hash,
	},
	/// Open what a seed picks.
	Open {
		/// Of the picks.
		seed: Hash,
	},
	/// Free the device's memory.
	Forget,
}

/// What the child says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
	/// It is ready, for this device. Said once, at the start.
	Ready(Device),
	/// How far it is.
	Progress {
		/// What it is at.
		phase: Phase,
		/// How much of it is done.
		done: u64,
		/// Of how much.
		total: u64,
	},
	/// The answer to fill and to walk.
	Root {
		/// The root to commit to.
		root: Hash,
		/// How long the phases took.
		seconds: Seconds,
	},
	/// The answer to open: a SCALE-encoded proof, in hexadecimal.
	Opened(String),
	/// The answer to forget.
	Forgotten,
	/// It could not be done.
	Failed(String),
}

/// A proof as it is said.
pub fn proof_text(proof: &Proof) -> String {
	hex::encode(proof.encode())
}

/// The proof that was said.
pub fn proof_of(text: &str) -> io::Result<Proof> {
	let bytes = hex::decode(text).map_err(io::Error::other)?;
	Proof::decode_all(&mut &bytes[..]).map_err(io::Error::other)
}

/// Writes a message.
pub fn write_message(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
	let text = serde_json::to_vec(message)?;
	let length = u32::try_from(text.len()).ok().filter(|length| *length <= MAX_MESSAGE);
	let length = length.ok_or_else(|| io::Error::other("the message is too long"))?;
	to.write_all(&length.to_le_bytes())?;
	to.write_all(&text)?;
	to.flush()
}

/// Reads a message; none where the input ends between two.
pub fn read_message<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
	let mut length = [0; 4];
	let mut read = 0;
	while read < length.len() {
		match from.read(&mut length[read..]) {
			Ok(0) if read == 0 => return Ok(None),
			Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
			Ok(more) => read += more,
			Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
			Err(error) => return Err(error),
		}
	}
	let length = u32::from_le_bytes(length);
	if length > MAX_MESSAGE {
		return Err(io::Error::new(
			io::ErrorKind::InvalidData,
			format!("a message of {length} bytes is too long"),
		));
	}
	let mut text = vec![0; length as usize];
	from.read_exact(&mut text)?;
	Ok(Some(serde_json::from_slice(&text)?))
}

/// The child's life: serves requests for one device until the input ends, or until the driver has failed, after which a
/// process can do nothing more with the device.
///
/// Fails if the parent says what is no request, or can no longer be told anything.
pub fn run_child(
	input: &mut impl Read,
	output: &mut (impl Write + Send),
	backend: &dyn Backend,
	device: u32,
) -> io::Result<()> {
	let output = Mutex::new(output);
	let say = |reply: &Reply| {
		let mut output = output
			.lock()
			.map_err(|_| io::Error::other("a thread of the prover panicked"))?;
		write_message(&mut **output, reply)
	};
	let deaf = AtomicBool::new(false);
	let progress = |phase, done, total| {
		if say(&Reply::Progress { phase, done, total }).is_err() {
			deaf.store(true, Ordering::Relaxed);
		}
	};
	let control = Control {
		cancelled: &deaf,
		progress: &progress,
	};
	let found = backend.devices().and_then(|devices| {
		devices
			.into_iter()
			.find(|found| found.number == device)
			.ok_or(Error::NoDevice(device))
	});
	match found {
		Ok(found) => say(&Reply::Ready(found))?,
		Err(error) => return say(&Reply::Failed(error.to_string())),
	}
	let mut filled: Option<Filled> = None;
	while let Some(request) = read_message::<Request>(input)? {
		let answer = match request {
			Request::Fill { profile, seed } => {
				filled = None;
				Filled::compute(backend, device, &profile, &seed, &control).map(|computed| {
					let computed = filled.insert(computed);
					Reply::Root {
						root: computed.root(),
						seconds: computed.seconds(),
					}
				})
			}
			Request::Walk { seed } => match filled.as_mut() {
				None => Err(Error::NotWalked),
				Some(filled) => filled.walk(&seed, &control).map(|root| Reply::Root {
					root,
					seconds: filled.seconds(),
				}),
			},
			Request::Open { seed } => filled
				.as_ref()
				.ok_or(Error::NotWalked)
				.and_then(|filled| filled.open(&seed))
				.map(|proof| Reply::Opened(proof_text(&proof))),
			Request::Forget => {
				filled = None;
				Ok(Reply::Forgotten)
			}
		};
		let broken = matches!(answer, Err(Error::Driver(_)));
		say(&answer.unwrap_or_else(|error| Reply::Failed(error.to_string())))?;
		if broken {
			break;
		}
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{backend::Memory, cpu::Cpu};

	/// A CPU whose driver fails.
	struct Broken;

	impl Backend for Broken {
		fn devices(&self) -> Result<Vec<Device>, Error> {
			Cpu.devices()
		}

		fn multiply(&self, _: u32, _: &Profile, _: &Hash, _: &Control) -> Result<Box<dyn Memory>, Error> {
			Err(Error::Driver("out of order".into()))
		}
	}

	fn said(output: &[u8]) -> Vec<Reply> {
		let mut output = output;
		std::iter::from_fn(|| read_message(&mut output).unwrap()).collect()
	}

	#[test]
	fn child_should_end_when_the_driver_failed() {
		let profile = Profile::new(16, 16, 64, 1, 1, 1).unwrap();
		let mut input = Vec::new();
		for _ in 0..2 {
			write_message(&mut input, &Request::Fill { profile, seed: [1; 32] }).unwrap();
		}
		let mut output = Vec::new();
		run_child(&mut &input[..], &mut output, &Broken, 0).unwrap();
		let [Reply::Ready(_), Reply::Failed(reason)] = &said(&output)[..] else {
			panic!("{:?}", said(&output))
		};
		assert!(reason.contains("out of order"));
	}

	#[test]
	fn message_should_be_refused_when_too_long_or_cut_off() {
		let mut long = (MAX_MESSAGE + 1).to_le_bytes().to_vec();
		long.extend([b' '; 100]);
		assert_eq!(
			read_message::<Request>(&mut &long[..]).unwrap_err().kind(),
			io::ErrorKind::InvalidData
		);
		let mut whole = Vec::new();
		write_message(&mut whole, &Request::Forget).unwrap();
		assert_eq!(read_message(&mut &whole[..]).unwrap(), Some(Request::Forget));
		assert_eq!(read_message::<Request>(&mut &whole[..0]).unwrap(), None);
		for length in 1..whole.len() {
			assert!(
				read_message::<Request>(&mut &whole[..length]).is_err(),
				"{length} bytes"
			);
		}
		assert!(write_message(&mut Vec::new(), &"x".repeat(MAX_MESSAGE as usize)).is_err());
	}
}
