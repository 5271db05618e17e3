//! What `millpond gpu` and `millpond-gpu` do on the machine itself, without a node.

use crate::{
	bench,
	child::run_child,
	cpu::Cpu,
	cuda::Cuda,
	evidence::{parse_32_bytes, Evidence},
	probe::probe,
	profiles, Backend, Control, Error as BackendError,
};
use clap::{Args, Subcommand, ValueEnum};
use millpond_proof::Profile;
use std::{
	error::Error,
	io::{self, stdin, stdout, Write},
	sync::atomic::AtomicBool,
};

/// Prints lines. A reader that has seen enough, such as `head`, is no error.
fn say(text: &str) -> io::Result<()> {
	let mut output = stdout().lock();
	match writeln!(output, "{text}").and_then(|()| output.flush()) {
		Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
		said => said,
	}
}

/// What can be done with this machine's GPUs.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Say what GPUs this machine has, and what is missing.
	Probe(ProbeCommand),
	/// Run the whole challenge on a device of this machine, and measure it.
	Bench(BenchCommand),
	/// Have a card sign a report about itself, for `millpond gpu register --evidence` or for somebody who asks.
	Evidence(EvidenceCommand),
	/// Serve challenges on standard input and output: what an attestor starts for each device.
	#[command(hide = true)]
	Child(ChildCommand),
}

impl Command {
	/// Does it.
	///
	/// # Errors
	/// See each command.
	pub fn run(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
		match self {
			Self::Probe(command) => command.run(),
			Self::Bench(command) => command.run(),
			Self::Evidence(command) => command.run(),
			Self::Child(command) => command.run(),
		}
	}
}

/// Say what GPUs this machine has, and what is missing.
///
/// Ends with 1 if none of them can compute.
#[derive(Args, Debug)]
pub struct ProbeCommand {
	/// As JSON.
	#[arg(long)]
	json: bool,
}

impl ProbeCommand {
	fn run(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
		let report = probe();
		match self.json {
			true => say(&serde_json::to_string_pretty(&report)?)?,
			false => say(report.to_string().trim_end())?,
		}
		match report.has_usable() {
			true => Ok(()),
			false => Err("no GPU of this machine can compute: what is missing stands above".into()),
		}
	}
}

/// Run the whole challenge on a device of this machine, and measure it.
///
/// Prints how long each part took, what that is in operations, bytes and reads a second, and which models' challenges the
/// device should meet. A real card's takes about a minute. Fails if what the device computes does not hold.
#[derive(Args, Debug)]
pub struct BenchCommand {
	#[command(flatten)]
	on: On,
	/// The model whose challenge to run, such as "H200 SXM" or SIM-CPU; the one that the device calls itself if nothing is
	/// said.
	#[arg(long, conflicts_with = "shape")]
	model: Option<String>,
	/// A challenge of another size.
	#[arg(long, value_delimiter = ',', value_name = "ROWS,COLUMNS,K,LANES,STEPS,OPENINGS")]
	shape: Option<Vec<u32>>,
	/// As JSON.
	#[arg(long)]
	json: bool,
}

impl BenchCommand {
	/// The challenge to run on the device that calls itself `device`.
	fn profile(&self, device: &str) -> Result<Profile, Box<dyn Error + Send + Sync>> {
		match self.shape.as_deref() {
			Some([rows, columns, k, lanes, steps, openings]) => {
				return Ok(Profile::new(*rows, *columns, *k, *lanes, *steps, *openings)?)
			}
			Some(other) => return Err(format!("a shape has six numbers, not {}", other.len()).into()),
			None => {}
		}
		let found = match &self.model {
			Some(name) => profiles::named(name).ok_or_else(|| format!("there is no model '{name}'")),
			None => profiles::of_device(device)
				.ok_or_else(|| format!("it is not clear whose challenge '{device}' has to meet: say it with --model")),
		};
		let model = found.map_err(|what| {
			let names: Vec<_> = profiles::all().map(|model| format!("'{}'", model.name)).collect();
			format!("{what}; there are {}", names.join(", "))
		})?;
		Ok(model.profile)
	}

	fn run(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
		let done = self.measure();
		if let Err(error) = done.as_ref().map_err(ToString::to_string) {
			if self.json {
				say(&serde_json::to_string_pretty(
					&serde_json::json!({ "error": { "message": error } }),
				)?)?;
			}
		}
		done
	}

	fn measure(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
		let backend = self.on.backend.open()?;
		let devices = backend.devices()?;
		let device = devices.iter().find(|device| device.number == self.on.device);
		let device = device.ok_or(BackendError::NoDevice(self.on.device))?;
		let profile = self.profile(&device.name)?;
		let control = Control {
			cancelled: &AtomicBool::new(false),
			progress: &|_, _, _| (),
		};
		let report = bench::run(&*backend, self.on.device, &profile, b"bench", &control)?;
		match self.json {
			true => say(&serde_json::to_string_pretty(&report)?)?,
			false => say(report.to_string().trim_end())?,
		}
		Ok(())
	}
}

/// Have a card sign a report about itself.
///
/// Prints the report and the certificates of its key, as JSON. It takes a card of the Hopper generation or later, with
/// confidential computing on.
#[derive(Args, Debug)]
pub struct EvidenceCommand {
	/// The number of the card, as `probe` shows it; needed if there are several.
	#[arg(long, value_name = "NUMBER")]
	number: Option<u32>,
	/// What the card is to answer, 32 bytes in hexadecimal: chosen by who wants to know, so that no old answer does.
	#[arg(long, value_name = "HEX", value_parser = parse_32_bytes)]
	nonce: [u8; 32],
}

impl EvidenceCommand {
	fn run(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
		let evidence = Evidence::ask(self.number, self.nonce)?;
		say(&serde_json::to_string_pretty(&evidence)?)?;
		Ok(())
	}
}

/// Serve challenges on standard input and output.
#[derive(Args, Debug)]
pub struct ChildCommand {
	#[command(flatten)]
	on: On,
}

impl ChildCommand {
	fn run(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
		let backend = self.on.backend.open()?;
		run_child(&mut stdin().lock(), &mut stdout(), &*backend, self.on.device)?;
		Ok(())
	}
}

#[derive(Args, Debug)]
struct On {
	/// What computes.
	#[arg(long, value_enum, default_value = "cuda")]
	backend: Kind,
	/// The number of the device.
	#[arg(long, alias = "number", default_value_t = 0)]
	device: u32,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
	/// NVIDIA GPUs.
	Cuda,
	/// NVIDIA GPUs, by the kernels that run on each of them, to compare with.
	CudaPortable,
	/// The processor.
	Cpu,
}

impl Kind {
	fn open(self) -> Result<Box<dyn Backend>, BackendError> {
		Ok(match self {
			Kind::Cuda => Box::new(Cuda::new()?),
			Kind::CudaPortable => Box::new(Cuda::new()?.portable()),
			Kind::Cpu => Box::new(Cpu),
		})
	}
}
