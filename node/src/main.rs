//! The `millpond` binary: validator, RPC server and operator's command line.

mod attestor;
mod chain_spec;
mod cli;
mod client;
mod command;
mod commands;
mod database;
mod feeder;
mod gauges;
mod outbox;
mod preflight;
mod rpc;
mod service;

use std::process::ExitCode;

fn main() -> ExitCode {
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => client::report(&error),
	}
}
