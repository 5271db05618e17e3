//! What the command line takes.

use crate::{
	attestor::AttestorParams,
	commands::{
		account::AccountCommand,
		attestation::AttestationCommand,
		credits::CreditsCommand,
		epoch::EpochCommand,
		gpu::GpuCommand,
		key::{KeyCommand, SignCommand},
		market::MarketCommand,
		operator::OperatorCommand,
		pool::PoolCommand,
		rewards::RewardsCommand,
	},
	feeder::FeederParams,
};
use clap::Parser;

/// What the binary and the folders that it uses are called.
pub const NAME: &str = "millpond";

/// Millpond: GPUs owned, pooled and rented on a chain of their own.
#[derive(Debug, Parser)]
pub struct Cli {
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	#[clap(flatten)]
	pub run: RunCommand,
}

/// Runs a node.
#[derive(Debug, Parser)]
pub struct RunCommand {
	#[clap(flatten)]
	pub base: sc_cli::RunCmd,

	/// Let chain time run ahead: a block every 250 ms, each this many seconds after the one before.
	///
	/// Epochs, rentals and expiries then pass in seconds, for tests and tours. Only with `--dev`, on a chain without
	/// other nodes; blocks are final at once.
	#[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(3..=86_400))]
	pub fast_clock: Option<u32>,

	#[clap(flatten)]
	pub feeder: FeederParams,

	#[clap(flatten)]
	pub attestor: AttestorParams,

	#[clap(flatten)]
	pub storage_monitor: sc_storage_monitor::StorageMonitorParams,
}

/// What the binary does beside running a node.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)]
pub enum Subcommand {
	/// Make, show, insert and rotate keys.
	#[command(subcommand)]
	Key(KeyCommand),

	/// What an account holds, and sending BCT.
	#[command(subcommand)]
	Account(AccountCommand),

	/// Data Credits: what burning BCT yields, burning it, and what an account has.
	#[command(subcommand)]
	Credits(CreditsCommand),

	/// What epochs came to.
	#[command(subcommand)]
	Epoch(EpochCommand),

	/// Operators, who host GPUs and manage pools: registering, profile, bond.
	#[command(subcommand)]
	Operator(OperatorCommand),

	/// GPUs: what this machine has, registering them, their life, and the pools that they are in.
	#[command(subcommand)]
	Gpu(GpuCommand),

	/// Proof that GPUs are there: who attests them, and how they stand.
	#[command(subcommand)]
	Attestation(AttestationCommand),

	/// Pools: opening them, their terms, prices and hosts.
	#[command(subcommand)]
	Pool(PoolCommand),

	/// What pools, GPUs and accounts have earned, and having it paid.
	#[command(subcommand)]
	Rewards(RewardsCommand),

	/// Renting GPUs: offers, quotes, rentals, pieces of them, resale, access.
	#[command(subcommand)]
	Market(MarketCommand),

	/// Write a chain's specification as JSON, plain or raw.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// Validate a block.
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Write blocks to a file.
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Write the state of a block as a chain specification.
	ExportState(sc_cli::ExportStateCmd),

	/// Read blocks from a file.
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Delete a chain's database.
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Go back to an earlier block.
	Revert(sc_cli::RevertCmd),

	/// Show what a chain's database holds.
	ChainInfo(sc_cli::ChainInfoCmd),

	/// Sign a message with a key.
	Sign(SignCommand),

	/// Verify a message's signature.
	Verify(sc_cli::VerifyCmd),

	/// Look for an address that contains a pattern.
	Vanity(sc_cli::VanityCmd),
}
