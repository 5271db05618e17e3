//! What `millpond gpu` does, without a node: for machines whose GPUs are to be looked at, and for the prover's process.

use clap::Parser;
use millpond_gpu::cli::Command;
use std::process::ExitCode;

/// Looks at this machine's GPUs and runs the challenge that proves them.
#[derive(Parser)]
#[command(version)]
struct Arguments {
	#[command(subcommand)]
	command: Command,
}

fn main() -> ExitCode {
	match Arguments::parse().command.run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("{error}");
			ExitCode::FAILURE
		}
	}
}
