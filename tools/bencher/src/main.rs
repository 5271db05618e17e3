//! Runs benchmarks of the runtime's Wasm, which `build.rs` compiles with them. `scripts/weights.sh` calls it.

use clap::Parser;
use frame_benchmarking_cli::{OpaqueBlock, OverheadCmd, PalletCmd};
use sp_runtime::traits::BlakeTwo256;

/// Runs the runtime's benchmarks.
#[derive(Parser)]
enum Command {
	/// Benchmarks pallets: what their calls and hooks cost.
	Pallet(PalletCmd),
	/// Benchmarks an empty block and a transaction that does nothing.
	Overhead(OverheadCmd),
}

fn main() -> sc_cli::Result<()> {
	sc_cli::LoggerBuilder::new("info").init()?;
	match Command::parse() {
		Command::Pallet(command) => command.run_with_spec::<BlakeTwo256, ()>(None),
		Command::Overhead(command) => command.run_with_default_builder_and_spec::<OpaqueBlock, ()>(None),
	}
}
