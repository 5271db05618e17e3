//! What this machine has to compute challenges with.

use super::options::Mode;
use millpond_gpu::{probe::Report, uuid::parse_uuid};
use pallet_gpus::{DeviceId, GpuRecord};
use sp_io::hashing::blake2_256;
use std::{collections::BTreeMap, path::PathBuf, process::Command, time::Duration};

/// How long the driver may take to say what there is. One that is loaded anew for each question takes half a minute on a large
/// machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Something that computes challenges.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Device {
	/// The processor.
	Cpu,
	/// The NVIDIA GPU of this UUID.
	Nvidia(String),
}

impl Device {
	/// Starts the process that computes on it.
	pub fn command(&self) -> Command {
		let mut command = Command::new(own_binary());
		command.args(["gpu", "child"]);
		match self {
			Self::Cpu => command.args(["--backend", "cpu"]),
			// It sees this card alone, which is then its first: CUDA's numbers are not those of the driver.
			Self::Nvidia(uuid) => command.args(["--backend", "cuda"]).env("CUDA_VISIBLE_DEVICES", uuid),
		};
		command
	}

	/// Whether a prover that says it works on `found` works on this device.
	pub fn is(&self, found: &millpond_gpu::Device) -> bool {
		match self {
			Self::Cpu => found.uuid.is_none(),
			Self::Nvidia(uuid) => found.uuid.as_ref() == Some(uuid),
		}
	}
}

/// This program, also if its file was replaced since it was started.
fn own_binary() -> PathBuf {
	if cfg!(target_os = "linux") {
		return "/proc/self/exe".into();
	}
	std::env::current_exe().unwrap_or_else(|_| "millpond".into())
}

/// The devices of this machine.
pub struct Devices {
	mode: Mode,
	/// The UUIDs of the GPUs that can compute, by the ids that they are registered under.
	uuids: BTreeMap<DeviceId, String>,
	/// Whether the driver has ever answered in full: only then is it known what is not here.
	is_known: bool,
}

impl Devices {
	/// Those that can be used in `mode`; none are known before a report is [noted](Self::note).
	pub fn new(mode: Mode) -> Self {
		Self {
			mode,
			uuids: BTreeMap::new(),
			is_known: mode != Mode::Auto,
		}
	}

	/// Whether the driver has to be asked what there is.
	pub fn are_asked_for(&self) -> bool {
		self.mode == Mode::Auto
	}

	/// Takes what [`probe`] has found out. Where the driver has not answered in full, what was known stays known: its silence
	/// takes no GPU away.
	///
	/// # Errors
	/// What is wrong, in plain words, and what to do.
	pub fn note(&mut self, report: Result<Report, String>) -> Result<(), String> {
		let report = report?;
		let found = by_device(&report);
		match report.complete {
			true => self.uuids = found,
			false => self.uuids.extend(found),
		}
		self.is_known |= report.complete;
		let problems = report.problems.iter();
		let told: Vec<_> = problems
			.map(|problem| format!("{}: {}", problem.what, problem.remedy))
			.collect();
		match told.is_empty() {
			true => Ok(()),
			false => Err(told.join("; ")),
		}
	}

	/// What computes for a GPU, if that is in this machine.
	pub fn of(&self, gpu: &GpuRecord, simulated: bool) -> Option<Device> {
		match self.mode {
			Mode::Cpu => simulated.then_some(Device::Cpu),
			Mode::Auto => self.uuids.get(&gpu.device).cloned().map(Device::Nvidia),
			Mode::Off => None,
		}
	}

	/// Where a GPU is.
	pub fn place(&self, gpu: &GpuRecord, simulated: bool) -> Place {
		match self.of(gpu, simulated) {
			Some(_) => Place::Here,
			None if self.is_known => Place::Elsewhere,
			None => Place::Unknown,
		}
	}
}

/// Where a GPU is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
	/// In this machine, and it computes.
	Here,
	/// Not in this machine, or it cannot compute.
	Elsewhere,
	/// The driver has not said.
	Unknown,
}

/// Asks the driver what there is, in a process of its own: a driver that hangs or crashes must not take the node with it.
///
/// # Errors
/// No answer, in plain words, and what to do.
pub async fn probe() -> Result<Report, String> {
	let mut command = tokio::process::Command::new(own_binary());
	// Each prover is given its card by this variable: all are to be seen.
	command
		.args(["gpu", "probe", "--json"])
		.env_remove("CUDA_VISIBLE_DEVICES");
	let probing = command.kill_on_drop(true).output();
	let output = tokio::time::timeout(PATIENCE, probing)
		.await
		.map_err(|_| {
			format!(
				"NVIDIA's driver said nothing for {} seconds: run `nvidia-smi`; if it hangs likewise, reboot; if it is slow, switch \
				 persistence mode on (`nvidia-smi -pm 1`)",
				PATIENCE.as_secs()
			)
		})?
		.map_err(|error| format!("`millpond gpu probe` could not be started: {error}"))?;
	serde_json::from_slice(&output.stdout)
		.map_err(|error| format!("`millpond gpu probe` failed ({}): {error}", output.status))
}

/// The UUIDs of the GPUs in a report that can compute, by the ids that GPUs with them are registered under: by the UUID itself, as
/// `millpond gpu register` writes it, or by the key that the card's maker certified.
fn by_device(report: &Report) -> BTreeMap<DeviceId, String> {
	let computing = report.gpus.iter().filter(|gpu| gpu.computes);
	let gpus = computing.filter_map(|gpu| Some((gpu, gpu.uuid.as_ref()?)));
	let ids = gpus.flat_map(|(gpu, uuid)| {
		let key = gpu.key.as_ref().and_then(|key| hex::decode(key).ok());
		let by_key = key.map(|key| (blake2_256(&key), uuid.clone()));
		let written = parse_uuid(uuid).unwrap_or_else(|_| uuid.clone());
		std::iter::once((blake2_256(written.as_bytes()), uuid.clone())).chain(by_key)
	});
	ids.collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use millpond_gpu::probe::Gpu;
	use millpond_traits::GpuStatus;

	fn gpu(device: DeviceId) -> GpuRecord {
		GpuRecord {
			operator: 0,
			model: 0,
			status: GpuStatus::Online,
			device,
			bond: 0,
			registered: 0,
			unproven_since: 0,
			in_service: None,
		}
	}

	#[test]
	fn a_gpu_should_be_found_by_the_uuid_or_key_that_it_was_registered_with() {
		let uuid = "GPU-1f4b".to_string();
		let key = [3; 49];
		let report = Report {
			gpus: vec![Gpu {
				uuid: Some(uuid.clone()),
				key: Some(hex::encode(key)),
				computes: true,
				..Gpu::default()
			}],
			complete: true,
			..Report::default()
		};
		let mut devices = Devices::new(Mode::Auto);
		assert_eq!(devices.note(Ok(report)), Ok(()));
		let device = devices
			.of(&gpu(blake2_256(uuid.as_bytes())), false)
			.expect("it is here");
		assert_eq!(device, Device::Nvidia(uuid));
		assert_eq!(devices.of(&gpu(blake2_256(&key)), false), Some(device.clone()));
		assert_eq!(devices.of(&gpu([7; 32]), true), None);
		let environment: Vec<_> = device.command().get_envs().map(|(name, _)| name.to_owned()).collect();
		assert_eq!(environment, ["CUDA_VISIBLE_DEVICES"]);
	}

	/// A report in which these GPUs are, each with its UUID and whether it computes.
	fn report(gpus: &[(&str, bool)], complete: bool) -> Report {
		let one = |(uuid, computes): &(&str, bool)| Gpu {
			uuid: Some((*uuid).into()),
			computes: *computes,
			..Gpu::default()
		};
		Report {
			gpus: gpus.iter().map(one).collect(),
			complete,
			..Report::default()
		}
	}

	#[test]
	fn a_silent_driver_should_take_no_gpu_away() {
		let place = |devices: &Devices, uuid: &str| devices.place(&gpu(blake2_256(uuid.as_bytes())), false);
		let mut devices = Devices::new(Mode::Auto);
		assert_eq!(place(&devices, "GPU-1"), Place::Unknown);
		let silent = Report {
			problems: vec![millpond_gpu::probe::Problem {
				what: "NVML failed".into(),
				remedy: "reboot".into(),
			}],
			..Report::default()
		};
		let told = devices.note(Ok(silent.clone())).expect_err("a problem");
		assert_eq!(told, "NVML failed: reboot");
		assert_eq!(place(&devices, "GPU-1"), Place::Unknown, "it may be there");
		devices
			.note(Ok(report(&[("GPU-1", true), ("GPU-2", true)], true)))
			.expect("all is well");
		assert_eq!(place(&devices, "GPU-1"), Place::Here);
		assert_eq!(place(&devices, "GPU-3"), Place::Elsewhere);
		for silence in [
			Ok(silent),
			Err("it hangs".into()),
			Ok(report(&[("GPU-2", true)], false)),
		] {
			let _ = devices.note(silence);
			assert_eq!(
				place(&devices, "GPU-1"),
				Place::Here,
				"it was there when the driver spoke last"
			);
		}
		devices.note(Ok(report(&[("GPU-2", true)], true))).expect("an answer");
		assert_eq!(place(&devices, "GPU-1"), Place::Elsewhere, "the driver has said so");
	}

	#[test]
	fn a_gpu_that_cannot_compute_should_not_be_here() {
		let mut devices = Devices::new(Mode::Auto);
		devices.note(Ok(report(&[("GPU-1", false)], true))).expect("an answer");
		assert_eq!(devices.of(&gpu(blake2_256(b"GPU-1")), false), None);
	}

	#[test]
	fn the_processor_should_stand_in_for_simulated_gpus_only() {
		let devices = Devices::new(Mode::Cpu);
		assert_eq!(devices.of(&gpu([7; 32]), true), Some(Device::Cpu));
		assert_eq!(devices.of(&gpu([7; 32]), false), None);
	}
}
