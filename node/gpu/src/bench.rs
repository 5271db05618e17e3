//! The whole challenge on this machine, measured.

use crate::{
	backend::{Backend, Control, Error, Filled, Seconds},
	profiles,
};
use codec::Encode;
use millpond_proof::{hash, verify, Profile, Seeds};
use serde::Serialize;
use std::{fmt, time::Instant};

/// What was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
	/// What the device calls itself.
	pub device: String,
	/// The challenge.
	pub profile: Profile,
	/// Seconds of the phases.
	pub seconds: Seconds,
	/// Seconds until all openings were ready.
	pub open_seconds: f64,
	/// Seconds that verifying took on one core.
	pub verify_seconds: f64,
	/// Bytes of the proof.
	pub proof_bytes: usize,
	/// Bytes of memory that were filled.
	pub memory: u64,
	/// Operations of the fill a second, in 10^12; a multiplication and an addition are two.
	pub tops: f64,
	/// Bytes of the product hashed a second, in 10^9.
	pub hashed_gigabytes: f64,
	/// Reads of the walk a second, in 10^6.
	pub million_reads: f64,
	/// Which models' challenges the device should meet.
	pub models: Vec<Estimate>,
}

/// What is to be expected of the device at a model's challenge, going by what was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
	/// The model.
	pub model: &'static str,
	/// Whether its product fits the memory.
	pub fits: bool,
	/// Seconds of fill and commitment.
	pub seconds: f64,
	/// Seconds of the walk and its commitment.
	pub walk_seconds: f64,
	/// Whether it fits, and both are done within their windows.
	pub meets: bool,
}

/// Runs a challenge of `profile` on a device, from seeds made of `seed`, and verifies its proof.
///
/// Fails as the backend does, and with [`Error::Driver`] if the proof does not hold: the device computes wrongly.
pub fn run(
	backend: &dyn Backend,
	device: u32,
	profile: &Profile,
	seed: &[u8],
	control: &Control,
) -> Result<Report, Error> {
	let found = backend.devices()?.into_iter().find(|found| found.number == device);
	let found = found.ok_or(Error::NoDevice(device))?;
	let seeds = Seeds {
		fill: hash(&[b"bench fill", seed]),
		walk: hash(&[b"bench walk", seed]),
		pick: hash(&[b"bench pick", seed]),
	};
	let mut filled = Filled::compute(backend, device, profile, &seeds.fill, control)?;
	filled.walk(&seeds.walk, control)?;
	let start = Instant::now();
	let proof = filled.open(&seeds.pick)?;
	let open_seconds = start.elapsed().as_secs_f64();
	let start = Instant::now();
	verify(profile, &seeds, &filled.roots()?, &proof)
		.map_err(|refusal| Error::Driver(format!("the device computes wrongly: {refusal}")))?;
	let verify_seconds = start.elapsed().as_secs_f64();

	let seconds = filled.seconds();
	let operations = 2.0 * profile.multiplications() as f64;
	let tops = operations / seconds.fill / 1e12;
	let hashed_gigabytes = profile.memory() as f64 / seconds.fill_tree / 1e9;
	let walk_read = (seconds.walk + seconds.walk_tree) / profile.reads() as f64;
	let models = profiles::all().map(|model| {
		let work = 2.0 * model.profile.multiplications() as f64 / (tops * 1e12);
		let seconds = work + model.profile.memory() as f64 / (hashed_gigabytes * 1e9);
		let walk_seconds = walk_read * model.profile.reads() as f64;
		// A CPU has no memory of its own to fill, and stands in for nothing else.
		let fits = if found.uuid.is_none() {
			model.name == found.name
		} else {
			model.profile.memory() < found.memory
		};
		Estimate {
			model: model.name,
			fits,
			seconds,
			walk_seconds,
			meets: fits && seconds <= f64::from(profiles::WINDOW) && walk_seconds <= f64::from(profiles::WALK_WINDOW),
		}
	});
	Ok(Report {
		models: models.collect(),
		device: found.name,
		profile: *profile,
		seconds,
		open_seconds,
		verify_seconds,
		proof_bytes: proof.encoded_size(),
		memory: profile.memory(),
		tops,
		hashed_gigabytes,
		million_reads: profile.reads() as f64 / seconds.walk / 1e6,
	})
}

impl fmt::Display for Report {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (profile, seconds) = (&self.profile, &self.seconds);
		writeln!(formatter, "device      {}", self.device)?;
		writeln!(
			formatter,
			"challenge   {} x {} of {} terms, {:.3} GiB, {} lanes of {} steps",
			profile.rows(),
			profile.columns(),
			profile.k(),
			self.memory as f64 / f64::from(1 << 30),
			profile.lanes(),
			profile.steps()
		)?;
		writeln!(formatter, "fill        {:8.3} s  {:.3} TOPS", seconds.fill, self.tops)?;
		writeln!(
			formatter,
			"hash        {:8.3} s  {:.3} GB/s",
			seconds.fill_tree, self.hashed_gigabytes
		)?;
		writeln!(
			formatter,
			"walk        {:8.3} s  {:.3} million reads/s",
			seconds.walk, self.million_reads
		)?;
		writeln!(formatter, "hash        {:8.3} s  of the transcript", seconds.walk_tree)?;
		writeln!(
			formatter,
			"open        {:8.3} s  {} bytes of proof",
			self.open_seconds, self.proof_bytes
		)?;
		writeln!(formatter, "verify      {:8.3} s  on one core", self.verify_seconds)?;
		for estimate in self.models.iter().filter(|estimate| estimate.fits) {
			let verdict = if estimate.meets { "meets" } else { "is too slow for" };
			writeln!(
				formatter,
				"{verdict} {} ({:.1} s of {} and {:.1} s of {}, estimated)",
				estimate.model,
				estimate.seconds,
				profiles::WINDOW,
				estimate.walk_seconds,
				profiles::WALK_WINDOW
			)?;
		}
		if !self.models.iter().any(|estimate| estimate.meets) {
			writeln!(formatter, "meets no model's challenge")?;
		}
		Ok(())
	}
}
