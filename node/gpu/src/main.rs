//! What `millpond gpu` does, without a node: for machines whose GPUs are to be looked at, and for the prover's process.

use clap::{Parser, Subcommand, ValueEnum};
use millpond_gpu::{bench, child::run_child, cpu::Cpu, cuda::Cuda, probe::probe, profiles, Backend, Control, Error};
use millpond_proof::Profile;
use std::{
	error,
	io::{stdin, stdout},
	process::ExitCode,
	sync::atomic::AtomicBool,
};

/// Looks at this machine's GPUs and runs the challenge that proves them.
#[derive(Parser)]
#[command(version)]
struct Arguments {
	#[command(subcommand)]
	command: Command,
}

#[derive(Subcommand)]
enum Command {
	/// Says what GPUs this machine has.
	Probe {
		/// As JSON.
		#[arg(long)]
		json: bool,
	},
	/// Runs the whole challenge on a device and measures it.
	Bench {
		#[command(flatten)]
		on: On,
		/// The model whose challenge to run, such as "NVIDIA H200" or SIM-CPU.
		#[arg(long, default_value = "SIM-CPU", conflicts_with = "shape")]
		model: String,
		/// A challenge of another size.
		#[arg(long, value_delimiter = ',', value_name = "ROWS,COLUMNS,K,LANES,STEPS,OPENINGS")]
		shape: Option<Vec<u32>>,
		/// As JSON.
		#[arg(long)]
		json: bool,
	},
	/// Serves challenges on standard input and output.
	Child {
		#[command(flatten)]
		on: On,
	},
}

#[derive(clap::Args)]
struct On {
	/// What computes.
	#[arg(long, value_enum, default_value = "cuda")]
	backend: Kind,
	/// The number of the device.
	#[arg(long, default_value_t = 0)]
	device: u32,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
	/// NVIDIA GPUs.
	Cuda,
	/// The processor.
	Cpu,
}

impl Kind {
	fn open(self) -> Result<Box<dyn Backend>, Error> {
		Ok(match self {
			Kind::Cuda => Box::new(Cuda::new()?),
			Kind::Cpu => Box::new(Cpu),
		})
	}
}

fn run(command: Command) -> Result<(), Box<dyn error::Error>> {
	match command {
		Command::Probe { json } => {
			let report = probe();
			if json {
				println!("{}", serde_json::to_string_pretty(&report)?);
			} else {
				print!("{report}");
			}
		}
		Command::Bench { on, model, shape, json } => {
			let profile = match shape.as_deref() {
				Some([rows, columns, k, lanes, steps, openings]) => {
					Profile::new(*rows, *columns, *k, *lanes, *steps, *openings)?
				}
				_ => {
					profiles::named(&model)
						.ok_or(format!("there is no model {model:?}"))?
						.profile
				}
			};
			let backend = on.backend.open()?;
			let control = Control {
				cancelled: &AtomicBool::new(false),
				progress: &|_, _, _| (),
			};
			let report = bench::run(&*backend, on.device, &profile, b"bench", &control)?;
			if json {
				println!("{}", serde_json::to_string_pretty(&report)?);
			} else {
				print!("{report}");
			}
		}
		Command::Child { on } => {
			let backend = on.backend.open()?;
			run_child(&mut stdin().lock(), &mut stdout(), &*backend, on.device)?;
		}
	}
	Ok(())
}

fn main() -> ExitCode {
	match run(Arguments::parse().command) {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("{error}");
			ExitCode::FAILURE
		}
	}
}
