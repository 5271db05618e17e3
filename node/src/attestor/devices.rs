//! What this machine has to compute challenges with.

use super::options::Mode;
use millpond_gpu::{probe::Report, uuid::parse_uuid};
use pallet_gpus::{DeviceId, GpuRecord};
use sp_io::hashing::blake2_256;
use std::{collections::BTreeMap, path::PathBuf, process::Command, time::Duration};

/// How long the driver may take to say what there is.
const PATIENCE: Duration = Duration::from_secs(30);

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
	/// The UUIDs of the GPUs, by the ids that they are registered under.
	uuids: BTreeMap<DeviceId, String>,
}

impl Devices {
	/// Those that can be used in `mode`; none are known before [`look`](Self::look).
	pub fn new(mode: Mode) -> Self {
		Self {
			mode,
			uuids: BTreeMap::new(),
		}
	}

	/// Asks the driver what there is, in a process of its own: a driver that hangs must not take the node with it.
	///
	/// # Errors
	/// What is missing, in plain words, and what to do. What was known before is still known if nothing could be found out.
	pub async fn look(&mut self) -> Result<(), String> {
		if self.mode != Mode::Auto {
			return Ok(());
		}
		let report = probe().await?;
		self.uuids = by_device(&report);
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
}

async fn probe() -> Result<Report, String> {
	let mut command = tokio::process::Command::new(own_binary());
	let probing = command.args(["gpu", "probe", "--json"]).kill_on_drop(true).output();
	let output = tokio::time::timeout(PATIENCE, probing)
		.await
		.map_err(|_| {
			format!(
				"NVIDIA's driver said nothing for {} seconds: run `nvidia-smi`; if it hangs likewise, reboot",
				PATIENCE.as_secs()
			)
		})?
		.map_err(|error| format!("`millpond gpu probe` could not be started: {error}"))?;
	serde_json::from_slice(&output.stdout)
		.map_err(|error| format!("`millpond gpu probe` failed ({}): {error}", output.status))
}

/// The UUIDs in a report, by the ids that GPUs with them are registered under: by the UUID itself, or by the key that the
/// card's maker certified. The UUID counts as `millpond gpu register` writes it.
fn by_device(report: &Report) -> BTreeMap<DeviceId, String> {
	let gpus = report.gpus.iter().filter_map(|gpu| Some((gpu, gpu.uuid.as_ref()?)));
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
				..Gpu::default()
			}],
			..Report::default()
		};
		let devices = Devices {
			mode: Mode::Auto,
			uuids: by_device(&report),
		};
		let device = devices
			.of(&gpu(blake2_256(uuid.as_bytes())), false)
			.expect("it is here");
		assert_eq!(device, Device::Nvidia(uuid));
		assert_eq!(devices.of(&gpu(blake2_256(&key)), false), Some(device.clone()));
		assert_eq!(devices.of(&gpu([7; 32]), true), None);
		let environment: Vec<_> = device.command().get_envs().map(|(name, _)| name.to_owned()).collect();
		assert_eq!(environment, ["CUDA_VISIBLE_DEVICES"]);
	}

	#[test]
	fn the_processor_should_stand_in_for_simulated_gpus_only() {
		let devices = Devices::new(Mode::Cpu);
		assert_eq!(devices.of(&gpu([7; 32]), true), Some(Device::Cpu));
		assert_eq!(devices.of(&gpu([7; 32]), false), None);
	}
}
