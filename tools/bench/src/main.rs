//! Measures what the chain's calls and hooks cost. `scripts/bench-scale.sh` and `scripts/bench.sh` call it.
//!
//! Tables go to the standard output, in Markdown; progress to the standard error.

mod accounts;
mod blocks;
mod chain;
mod database;
mod network;
mod scale;
mod table;
mod timing;
mod wasm;
mod weights;

use clap::Parser;
use serde_json::Value;
use std::{
	error::Error,
	fs,
	path::{Path, PathBuf},
};

/// What can go wrong is for whoever runs the benchmark to read.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Measures what the chain's calls and hooks cost.
#[derive(Parser)]
struct Options {
	/// Write the figures to this file too, as JSON.
	#[arg(long, global = true, value_name = "FILE")]
	json: Option<PathBuf>,
	#[command(subcommand)]
	command: Command,
}

/// How large the large network is.
#[derive(clap::Args)]
struct Size {
	/// The pools of the large network.
	#[arg(long, default_value_t = 10_000)]
	pools: u32,
	/// The GPUs of each of its pools: two at least.
	#[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..))]
	gpus_per_pool: u32,
}

#[derive(clap::Subcommand)]
enum Command {
	/// Compares a network of 1,000 GPUs in 10 pools with a large one.
	Scale {
		/// An empty folder for the databases.
		#[arg(long)]
		folder: PathBuf,
		#[command(flatten)]
		size: Size,
		/// The GPUs of the two hosts of it that go dark.
		#[arg(long, num_args = 2, default_values_t = [10, 10_000], value_names = ["SMALL", "LARGE"])]
		hosts: Vec<u32>,
		/// How often each thing is tried.
		#[arg(long, default_value_t = 501)]
		samples: u64,
	},
	/// Executes blocks full of one call, with the runtime built with this binary, and compares that with their weight.
	Blocks {
		/// An empty folder for the database.
		#[arg(long)]
		folder: PathBuf,
		/// The pools of the network, with four GPUs each: of fewer there are not enough to fill blocks.
		#[arg(long, default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(2..))]
		pools: u32,
		/// How often each block is executed.
		#[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..))]
		runs: u32,
	},
	/// Says what a value read from the database costs, and one written to it, in a large network.
	Database {
		/// An empty folder for the database.
		#[arg(long)]
		folder: PathBuf,
		#[command(flatten)]
		size: Size,
	},
	/// Compares the weight of a claim with that of a nomination pool's payout.
	Weights,
}

fn main() -> Result<()> {
	let options = Options::parse();
	let (table, figures) = measure(options.command)?;
	print!("{table}");
	if let Some(file) = options.json {
		fs::write(&file, serde_json::to_string_pretty(&figures)?)
			.map_err(|error| format!("{}: {error}", file.display()))?;
	}
	Ok(())
}

fn measure(command: Command) -> Result<(table::Table, Value)> {
	Ok(match command {
		Command::Scale {
			folder,
			size,
			hosts,
			samples,
		} => {
			make_empty(&folder)?;
			let hosts = hosts.try_into().map_err(|_| "--hosts wants two numbers")?;
			let outcomes = scale::run(&folder, size.pools, size.gpus_per_pool, hosts, samples)?;
			let figures = outcomes.iter().map(scale::Outcome::to_json).collect();
			(scale::table(&outcomes), figures)
		}
		Command::Blocks { folder, pools, runs } => {
			make_empty(&folder)?;
			let outcomes = blocks::run(&folder, pools, runs)?;
			(blocks::table(&outcomes), blocks::to_json(&outcomes))
		}
		Command::Database { folder, size } => {
			make_empty(&folder)?;
			let outcomes = database::run(&folder, size.pools, size.gpus_per_pool)?;
			(database::table(&outcomes), database::to_json(&outcomes))
		}
		Command::Weights => (weights::table(), weights::to_json()),
	})
}

/// Makes the folder, unless it is there and has something in it.
fn make_empty(folder: &Path) -> Result<()> {
	fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
	match fs::read_dir(folder)?.next() {
		None => Ok(()),
		Some(_) => Err(format!("{} is not empty: name another folder, or empty it", folder.display()).into()),
	}
}
