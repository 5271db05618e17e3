//! What GPUs this machine has, in the driver's own words: NVML.
//!
//! These are claims, which whoever controls the machine can forge. What proves a GPU is the challenge.

use crate::evidence::claimed_key;
use nvml_wrapper::{enum_wrappers::device::TemperatureSensor, error::NvmlError, Device, Nvml};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Per cent of a card's memory that a challenge fills at most.
const LARGEST_FILL: u64 = 88;

/// What this machine has, and what keeps more from being known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
	/// Version of the driver.
	pub driver: Option<String>,
	/// Version of CUDA that the driver offers.
	pub cuda: Option<String>,
	/// The GPUs.
	pub gpus: Vec<Gpu>,
	/// What is missing, and what to do.
	pub problems: Vec<Problem>,
}

/// Something that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
	/// What is wrong.
	pub what: String,
	/// What to do.
	pub remedy: String,
}

/// A GPU. What the device or the driver does not tell is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gpu {
	/// NVML's number of it, which need not be CUDA's: go by the UUID.
	pub number: u32,
	/// `GPU-...`
	pub uuid: Option<String>,
	/// The board's serial number.
	pub serial: Option<String>,
	/// The key that its maker certified, compressed, in hexadecimal: of cards that can sign reports about themselves.
	pub key: Option<String>,
	/// The product's name.
	pub name: Option<String>,
	/// Bytes of memory.
	pub memory: Option<u64>,
	/// Bytes of memory that are free.
	pub memory_free: Option<u64>,
	/// Where it is plugged in, `domain:bus:device.function`.
	pub pci: Option<String>,
	/// PCI device and vendor.
	pub pci_device: Option<u32>,
	/// The architecture, such as `Hopper`.
	pub architecture: Option<String>,
	/// Major and minor part of the compute capability.
	pub compute_capability: Option<(i32, i32)>,
	/// Whether memory errors are corrected.
	pub ecc: Option<bool>,
	/// Whether the card is split into instances (MIG).
	pub mig: Option<bool>,
	/// How it is virtualised: `None`, `PassThrough`, `Vgpu`, ...
	pub virtualization: Option<String>,
	/// Milliwatts it draws.
	pub power: Option<u32>,
	/// Milliwatts it may draw.
	pub power_limit: Option<u32>,
	/// Degrees Celsius of the chip.
	pub temperature: Option<u32>,
}

/// The problem that an error of NVML stands for.
pub(crate) fn problem(doing: &str, error: &NvmlError) -> Problem {
	let (what, remedy) = match error {
		NvmlError::LibloadingError(_) | NvmlError::LibraryNotFound => (
			"no NVIDIA driver is installed: libnvidia-ml.so.1 was not found".into(),
			"install NVIDIA's driver; in a container, start it with the NVIDIA container toolkit (--gpus all)",
		),
		NvmlError::DriverNotLoaded => (
			"NVIDIA's driver is installed but not loaded".into(),
			"run `nvidia-smi`, which loads it; if that fails, see `dmesg | grep -i nvidia`, then reboot or reinstall it",
		),
		NvmlError::NoPermission => (
			format!("this user may not ask the driver while {doing}"),
			"give the user access to /dev/nvidia* (group `video` or `render` on some systems), or run as root",
		),
		NvmlError::LibRmVersionMismatch => (
			"the driver's library and its kernel module are of different versions".into(),
			"reboot: the driver was updated while it was loaded",
		),
		NvmlError::GpuLost => (
			format!("a GPU no longer answers while {doing}: it fell off the bus"),
			"switch the machine off and on; check the card's seat, power and cooling",
		),
		NvmlError::ResetRequired => (
			format!("a GPU wants a reset while {doing}"),
			"stop what uses it and run `nvidia-smi --gpu-reset`, or reboot",
		),
		NvmlError::InsufficientPower => (
			format!("a GPU's power cables are not properly attached, found while {doing}"),
			"attach them",
		),
		NvmlError::OperatingSystem => (
			format!("the operating system keeps this process from the GPU while {doing}"),
			"allow the device in the container or the cgroup",
		),
		other => (
			format!("NVML failed while {doing}: {other}"),
			"run `nvidia-smi`; if it fails likewise, the driver needs repair",
		),
	};
	Problem {
		what,
		remedy: remedy.into(),
	}
}

/// Looks at this machine. It never fails: what could not be found out is among the problems.
pub fn probe() -> Report {
	let mut report = Report::default();
	let nvml = match Nvml::init() {
		Ok(nvml) => nvml,
		Err(error) => {
			report.problems.push(problem("it was started", &error));
			return report;
		}
	};
	report.driver = nvml.sys_driver_version().ok();
	report.cuda = nvml
		.sys_cuda_driver_version()
		.ok()
		.map(|version| format!("{}.{}", version / 1_000, version % 1_000 / 10));
	match nvml.device_count() {
		Ok(0) => report.problems.push(Problem {
			what: "the driver finds no GPU".into(),
			remedy:
				"check with `lspci | grep -i nvidia` that the card is seated and powered, and that no other driver \
			         (nouveau, vfio-pci) holds it"
					.into(),
		}),
		Ok(count) => {
			for number in 0..count {
				match nvml.device_by_index(number) {
					Ok(device) => look_at(number, &device, &mut report),
					Err(error) => report
						.problems
						.push(problem(&format!("GPU {number} was opened"), &error)),
				}
			}
		}
		Err(error) => report.problems.push(problem("GPUs were counted", &error)),
	}
	report
}

/// Adds a GPU to the report, and what is wrong with it.
fn look_at(number: u32, device: &Device, report: &mut Report) {
	let mut lost = None;
	let mut note = |error: NvmlError| {
		// Many devices lack one thing or another; what is to be told is what keeps a device from working.
		if !matches!(
			error,
			NvmlError::NotSupported | NvmlError::FailedToLoadSymbol(_) | NvmlError::UnexpectedVariant(_)
		) {
			lost.get_or_insert(error);
		}
	};
	macro_rules! ask {
		($answer:expr) => {
			$answer.map_err(&mut note).ok()
		};
	}
	let memory = ask!(device.memory_info());
	let pci = ask!(device.pci_info());
	let gpu = Gpu {
		number,
		uuid: ask!(device.uuid()),
		serial: ask!(device.serial()),
		// Few cards have one, and drivers say so in different ways.
		key: device
			.confidential_compute_gpu_certificate()
			.ok()
			.and_then(|certificates| claimed_key(certificates.attestation_cert_chain))
			.map(hex::encode),
		name: ask!(device.name()),
		memory: memory.as_ref().map(|memory| memory.total),
		memory_free: memory.map(|memory| memory.free),
		pci: pci.as_ref().map(|pci| pci.bus_id.clone()),
		pci_device: pci.map(|pci| pci.pci_device_id),
		architecture: ask!(device.architecture()).map(|architecture| architecture.to_string()),
		compute_capability: ask!(device.cuda_compute_capability()).map(|found| (found.major, found.minor)),
		ecc: ask!(device.is_ecc_enabled()).map(|ecc| ecc.currently_enabled),
		mig: ask!(device.mig_mode()).map(|mode| mode.current != 0),
		virtualization: ask!(device.virtualization_mode()).map(|mode| format!("{mode:?}")),
		power: ask!(device.power_usage()),
		power_limit: ask!(device.enforced_power_limit()),
		temperature: ask!(device.temperature(TemperatureSensor::Gpu)),
	};
	if let Some(error) = lost {
		report
			.problems
			.push(problem(&format!("GPU {number} was looked at"), &error));
	}
	report.problems.extend(unfit(&gpu));
	report.gpus.push(gpu);
}

/// What keeps a GPU from passing the challenge of its model.
fn unfit(gpu: &Gpu) -> Vec<Problem> {
	let mut problems = Vec::new();
	let name = gpu.name.as_deref().unwrap_or("GPU");
	let number = gpu.number;
	if let Some((major, minor)) = gpu.compute_capability.filter(|(major, _)| *major < 8) {
		problems.push(Problem {
			what: format!("{name} ({number}) has compute capability {major}.{minor}; the challenge needs 8.0 or later"),
			remedy: "use a card of the Ampere generation or later".into(),
		});
	}
	if gpu.mig == Some(true) {
		problems.push(Problem {
			what: format!("{name} ({number}) is split into instances (MIG), none of which has the memory of the card"),
			remedy: format!("stop what uses it and run `nvidia-smi -i {number} -mig 0`"),
		});
	}
	if let (Some(total), Some(free)) = (gpu.memory, gpu.memory_free) {
		if free / 100 < total / 100 * LARGEST_FILL / 100 {
			problems.push(Problem {
				what: format!(
					"{name} ({number}) has {} MiB of {} MiB free, and a challenge fills up to {LARGEST_FILL}% of the memory",
					free >> 20,
					total >> 20
				),
				remedy: "stop what uses it; `nvidia-smi` lists the processes".into(),
			});
		}
	}
	problems
}

impl Report {
	/// What is wrong, if that is all that there is to tell: no GPU was found.
	///
	/// # Errors
	/// The first problem, in a line.
	pub fn ensure_any_gpu(&self) -> Result<(), String> {
		match self.problems.first().filter(|_| self.gpus.is_empty()) {
			Some(Problem { what, remedy }) => Err(format!("no GPU was found: {what}: {remedy}")),
			None => Ok(()),
		}
	}
}

impl fmt::Display for Report {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		if let Some(driver) = &self.driver {
			let cuda = self.cuda.as_deref().unwrap_or("unknown");
			writeln!(formatter, "driver {driver}, CUDA {cuda}")?;
		}
		for gpu in &self.gpus {
			let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".into());
			let mode = |value: Option<bool>| match value {
				Some(true) => "on",
				Some(false) => "off",
				None => "not offered",
			};
			let number = |value: Option<u32>, unit: u32| value.map_or("?".into(), |value| (value / unit).to_string());
			writeln!(formatter, "GPU {}  {}", gpu.number, text(&gpu.name))?;
			writeln!(formatter, "  uuid          {}", text(&gpu.uuid))?;
			writeln!(formatter, "  serial        {}", text(&gpu.serial))?;
			if let Some(key) = &gpu.key {
				writeln!(formatter, "  certified key {key}")?;
			}
			if let (Some(total), Some(free)) = (gpu.memory, gpu.memory_free) {
				writeln!(
					formatter,
					"  memory        {} MiB, {} MiB free",
					total >> 20,
					free >> 20
				)?;
			}
			writeln!(formatter, "  PCI           {}", text(&gpu.pci))?;
			let capability = gpu.compute_capability.map(|(major, minor)| format!("{major}.{minor}"));
			writeln!(
				formatter,
				"  architecture  {}, {}",
				text(&gpu.architecture),
				text(&capability)
			)?;
			writeln!(formatter, "  ECC           {}", mode(gpu.ecc))?;
			writeln!(formatter, "  MIG           {}", mode(gpu.mig))?;
			writeln!(formatter, "  virtualised   {}", text(&gpu.virtualization))?;
			writeln!(
				formatter,
				"  power         {} of {} W, {} °C",
				number(gpu.power, 1_000),
				number(gpu.power_limit, 1_000),
				number(gpu.temperature, 1)
			)?;
		}
		for Problem { what, remedy } in &self.problems {
			writeln!(formatter, "problem: {what}\n  {remedy}")?;
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn report_should_say_what_is_missing_or_list_gpus() {
		let report = probe();
		assert!(!report.gpus.is_empty() || !report.problems.is_empty());
		for Problem { what, remedy } in &report.problems {
			assert!(!what.is_empty() && !remedy.is_empty());
			assert!(report.to_string().contains(what.as_str()));
		}
		let json = serde_json::to_string(&report).unwrap();
		assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
	}

	#[test]
	fn problem_should_name_the_remedy_when_the_driver_refuses() {
		for (error, word) in [
			(NvmlError::LibraryNotFound, "install"),
			(NvmlError::DriverNotLoaded, "loads it"),
			(NvmlError::NoPermission, "/dev/nvidia"),
			(NvmlError::LibRmVersionMismatch, "reboot"),
			(NvmlError::GpuLost, "power"),
			(NvmlError::Unknown, "nvidia-smi"),
		] {
			let problem = problem("it was tested", &error);
			assert!(problem.remedy.contains(word), "{problem:?}");
		}
	}

	#[test]
	fn report_should_be_a_failure_when_all_it_tells_is_a_problem() {
		let problem = Problem {
			what: "no driver".into(),
			remedy: "install it".into(),
		};
		let nothing = Report {
			problems: vec![problem],
			..Report::default()
		};
		let failure = nothing.ensure_any_gpu().unwrap_err();
		assert!(
			failure.contains("no driver") && failure.contains("install it"),
			"{failure}"
		);
		let found = Report {
			gpus: vec![Gpu::default()],
			..nothing
		};
		assert_eq!(found.ensure_any_gpu(), Ok(()));
	}

	#[test]
	fn gpu_should_be_unfit_when_old_split_or_in_use() {
		let fit = Gpu {
			name: Some("NVIDIA H200".into()),
			memory: Some(150 << 30),
			memory_free: Some(149 << 30),
			compute_capability: Some((9, 0)),
			mig: Some(false),
			..Gpu::default()
		};
		assert_eq!(unfit(&fit), []);
		let problem_of = |gpu: Gpu| unfit(&gpu).pop().unwrap().what;
		assert!(problem_of(Gpu {
			compute_capability: Some((7, 5)),
			..fit.clone()
		})
		.contains("7.5"));
		assert!(problem_of(Gpu {
			mig: Some(true),
			..fit.clone()
		})
		.contains("MIG"));
		assert!(problem_of(Gpu {
			memory_free: Some(90 << 30),
			..fit.clone()
		})
		.contains("free"));
		let report = Report {
			gpus: vec![fit],
			..Report::default()
		};
		assert!(report.to_string().contains("NVIDIA H200"));
	}
}
