//! The `millpond` binary: validator, RPC server and operator's command line.

// They panic when nobody reads: `client::tell!` and `client::output::print` do not.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod attestor;
mod chain_spec;
mod cli;
mod client;
mod command;
mod commands;
mod database;
mod feeder;
mod folders;
mod gauges;
mod outbox;
mod preflight;
mod rpc;
mod service;

use std::process::ExitCode;

fn main() -> ExitCode {
	client::output::end_on_failed_prints();
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => client::report(&error),
	}
}
