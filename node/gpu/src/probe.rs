//! What GPUs this machine has, in the driver's own words: NVML says what they are, CUDA whether they can compute.
//!
//! These are claims, which whoever controls the machine can forge. What proves a GPU is the challenge.

use crate::{
	backend::{self, Backend},
	cuda::Cuda,
	evidence::claimed_key,
};
use nvml_wrapper::{enum_wrappers::device::TemperatureSensor, error::NvmlError, Device, Nvml};
use serde::{Deserialize, Serialize};
use std::{
	fmt,
	time::{Duration, Instant},
};

/// How long the driver takes to start at most where it is loaded already.
const PROMPT: Duration = Duration::from_secs(5);

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
	/// Whether the driver has answered in full: a GPU that is not among these is not in this machine. Where it is false, the
	/// driver kept silent about something.
	#[serde(default)]
	pub complete: bool,
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
	/// Whether CUDA offers it, so that it can compute.
	#[serde(default)]
	pub computes: bool,
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
	let start = Instant::now();
	match Nvml::init() {
		Ok(nvml) => {
			if start.elapsed() > PROMPT {
				report.problems.push(slow());
			}
			look_at_all(&nvml, &mut report);
		}
		Err(error) => report.problems.push(problem("it was started", &error)),
	}
	report.try_computing(Cuda::new().and_then(|cuda| cuda.devices()));
	report
}

/// That the driver has to be loaded anew whenever it is asked.
fn slow() -> Problem {
	Problem {
		what: "the driver takes long to start: it is unloaded whenever nobody uses it".into(),
		remedy: "switch persistence mode on: run nvidia-persistenced as a service, or `nvidia-smi -pm 1`".into(),
	}
}

/// Adds what NVML says of all GPUs.
fn look_at_all(nvml: &Nvml, report: &mut Report) {
	report.driver = nvml.sys_driver_version().ok();
	report.cuda = nvml
		.sys_cuda_driver_version()
		.ok()
		.map(|version| format!("{}.{}", version / 1_000, version % 1_000 / 10));
	match nvml.device_count() {
		Ok(0) => {
			report.complete = true;
			report.problems.push(Problem {
				what: "the driver finds no GPU".into(),
				remedy:
					"check with `lspci | grep -i nvidia` that the card is seated and powered, and that no other driver \
				         (nouveau, vfio-pci) holds it"
						.into(),
			});
		}
		Ok(count) => {
			report.complete = true;
			for number in 0..count {
				match nvml.device_by_index(number) {
					Ok(device) => look_at(number, &device, report),
					Err(error) => {
						// A card that fell off the bus is gone; of others nothing is known.
						report.complete &= matches!(error, NvmlError::GpuLost);
						report
							.problems
							.push(problem(&format!("GPU {number} was opened"), &error));
					}
				}
			}
			report.complete &= report.gpus.iter().all(|gpu| gpu.uuid.is_some());
		}
		Err(error) => report.problems.push(problem("GPUs were counted", &error)),
	}
}

impl Report {
	/// Whether there is a GPU that can compute.
	pub fn has_usable(&self) -> bool {
		self.gpus.iter().any(|gpu| gpu.computes)
	}

	/// Adds what CUDA has `found`: which GPUs compute, those of which NVML said nothing, and what is wrong.
	fn try_computing(&mut self, found: Result<Vec<backend::Device>, backend::Error>) {
		let devices = match found {
			Ok(devices) => devices,
			Err(error) => {
				// Where there is no driver at all, that was said already.
				if self.driver.is_some() || !self.gpus.is_empty() || error != backend::Error::NoDriver {
					self.complete = false;
					self.problems.push(cuda_problem(&error));
				}
				return;
			}
		};
		for gpu in &mut self.gpus {
			gpu.computes = devices
				.iter()
				.any(|device| device.uuid.is_some() && device.uuid == gpu.uuid);
			if !gpu.computes && unfit(gpu).is_empty() {
				let name = gpu.name.as_deref().unwrap_or("GPU");
				self.problems.push(Problem {
					what: format!("CUDA does not offer {name} ({}), which NVML shows", gpu.number),
					remedy:
						"see whether CUDA_VISIBLE_DEVICES or the container hides it, and `dmesg | grep -i xid` for a \
					         fault of the card"
							.into(),
				});
			}
		}
		for device in devices {
			if !self.gpus.iter().any(|gpu| gpu.uuid == device.uuid) {
				self.gpus.push(Gpu {
					number: device.number,
					uuid: device.uuid,
					computes: true,
					name: Some(device.name),
					memory: Some(device.memory),
					..Gpu::default()
				});
			}
		}
	}
}

/// The problem that an error of CUDA stands for.
fn cuda_problem(error: &backend::Error) -> Problem {
	let text = error.to_string();
	let remedies = [
		(
			"SYSTEM_NOT_READY",
			"on machines with NVSwitch, start NVIDIA's fabric manager, of the driver's own version (`systemctl enable --now \
			 nvidia-fabricmanager`); else wait until the driver is up",
		),
		(
			"SYSTEM_DRIVER_MISMATCH",
			"reboot: the driver was updated while it was loaded",
		),
		(
			"COMPAT_NOT_SUPPORTED",
			"remove CUDA's compatibility package, or update the driver",
		),
		(
			"NO_DEVICE",
			"see whether CUDA_VISIBLE_DEVICES or the container hides the GPUs, and whether they are in MIG mode",
		),
		(
			"CUDA_ERROR_UNKNOWN",
			"run `nvidia-modprobe -u -c=0`, which makes /dev/nvidia-uvm; else reboot",
		),
		(
			"no NVIDIA driver",
			"install the driver's CUDA library (libcuda.so.1); in a container, give it the capabilities compute and utility",
		),
	];
	let remedy = remedies
		.iter()
		.find_map(|(name, remedy)| text.contains(name).then_some(*remedy))
		.unwrap_or("see `dmesg | grep -iE 'nvrm|xid'`; if nothing helps, reboot");
	Problem {
		what: format!("CUDA does not start, so that no GPU can compute: {text}"),
		remedy: remedy.into(),
	}
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
		computes: false,
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
			writeln!(formatter, "  computes      {}", if gpu.computes { "yes" } else { "no" })?;
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

	fn named(number: u32, uuid: &str) -> Gpu {
		Gpu {
			number,
			uuid: Some(uuid.into()),
			name: Some("NVIDIA H200".into()),
			..Gpu::default()
		}
	}

	fn device(uuid: &str) -> backend::Device {
		backend::Device {
			number: 0,
			name: "NVIDIA H200".into(),
			uuid: Some(uuid.into()),
			memory: 150 << 30,
		}
	}

	/// What NVML has said in full.
	fn by_nvml(gpus: Vec<Gpu>) -> Report {
		Report {
			driver: Some("570.1".into()),
			gpus,
			complete: true,
			..Report::default()
		}
	}

	#[test]
	fn no_gpu_should_compute_when_cuda_does_not_start() {
		for (error, word) in [
			("CUDA_ERROR_SYSTEM_NOT_READY", "fabric manager"),
			("CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "reboot"),
			("CUDA_ERROR_UNKNOWN", "nvidia-modprobe"),
			("CUDA_ERROR_NO_DEVICE", "CUDA_VISIBLE_DEVICES"),
			("CUDA_ERROR_ECC_UNCORRECTABLE", "dmesg"),
		] {
			let mut report = by_nvml(vec![named(0, "GPU-1")]);
			report.try_computing(Err(backend::Error::Driver(error.into())));
			assert!(!report.has_usable() && !report.complete, "{error}");
			let [problem] = &report.problems[..] else {
				panic!("one problem: {report:?}")
			};
			assert!(
				problem.what.contains(error) && problem.remedy.contains(word),
				"{problem:?}"
			);
		}
		let mut report = by_nvml(vec![named(0, "GPU-1")]);
		report.try_computing(Err(backend::Error::NoDriver));
		assert!(report.problems[0].remedy.contains("libcuda.so.1"), "{report:?}");
	}

	#[test]
	fn only_what_cuda_offers_should_compute() {
		let mut report = by_nvml(vec![named(0, "GPU-1"), named(1, "GPU-2")]);
		report.try_computing(Ok(vec![device("GPU-2")]));
		let computing: Vec<_> = report.gpus.iter().map(|gpu| gpu.computes).collect();
		assert_eq!((computing, report.complete), (vec![false, true], true));
		assert_eq!(report.problems.len(), 1);
		assert!(report.problems[0].what.contains("does not offer NVIDIA H200 (0)"));
	}

	#[test]
	fn gpus_should_be_found_by_cuda_when_nvml_fails() {
		let mut report = Report::default();
		report.problems.push(problem("it was started", &NvmlError::Unknown));
		report.try_computing(Ok(vec![device("GPU-1")]));
		assert!(report.has_usable() && !report.complete);
		assert_eq!(report.gpus[0].uuid.as_deref(), Some("GPU-1"));
	}

	#[test]
	fn a_machine_without_driver_should_have_one_problem() {
		let mut report = Report::default();
		report
			.problems
			.push(problem("it was started", &NvmlError::LibraryNotFound));
		report.try_computing(Err(backend::Error::NoDriver));
		assert_eq!(report.problems.len(), 1);
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
