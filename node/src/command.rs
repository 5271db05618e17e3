//! Does what the command line asks for.

use crate::{
	chain_spec,
	cli::{Cli, Subcommand},
	database, preflight, service,
};
use millpond_runtime::OpaqueBlock as Block;
use sc_cli::SubstrateCli;
use std::path::Path;

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"Millpond Node".into()
	}

	fn impl_version() -> String {
		env!("SUBSTRATE_CLI_IMPL_VERSION").into()
	}

	fn executable_name() -> String {
		"millpond".into()
	}

	fn description() -> String {
		env!("CARGO_PKG_DESCRIPTION").into()
	}

	fn author() -> String {
		env!("CARGO_PKG_AUTHORS").into()
	}

	fn support_url() -> String {
		"see README.md and docs/".into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
		Ok(Box::new(chain_spec::load(id)?))
	}
}

/// Runs the command that the process was started with.
pub fn run() -> sc_cli::Result<()> {
	let cli = Cli::from_args();

	match &cli.subcommand {
		None => run_node(&cli),
		Some(Subcommand::Key(command)) => command.run(&cli),
		Some(Subcommand::Account(command)) => command.run(),
		Some(Subcommand::Credits(command)) => command.run(),
		Some(Subcommand::Epoch(command)) => command.run(),
		Some(Subcommand::Operator(command)) => command.run(),
		Some(Subcommand::Gpu(command)) => command.run(),
		Some(Subcommand::Attestation(command)) => command.run(),
		Some(Subcommand::Pool(command)) => command.run(),
		Some(Subcommand::Rewards(command)) => command.run(),
		Some(Subcommand::Market(command)) => command.run(),
		Some(Subcommand::ExportChainSpec(command)) => {
			let load = if command.raw {
				chain_spec::load
			} else {
				chain_spec::load_plain
			};
			command.run(Box::new(load(&command.chain)?))
		}
		Some(Subcommand::CheckBlock(command)) => cli.create_runner(command)?.async_run(|config| {
			database::ensure_openable(&config.database)?;
			let parts = service::chain_parts(&config)?;
			Ok((command.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Some(Subcommand::ExportBlocks(command)) => cli.create_runner(command)?.async_run(|config| {
			database::ensure_openable(&config.database)?;
			let parts = service::chain_parts(&config)?;
			Ok((command.run(parts.client, config.database), parts.task_manager))
		}),
		Some(Subcommand::ExportState(command)) => cli.create_runner(command)?.async_run(|config| {
			database::ensure_openable(&config.database)?;
			let parts = service::chain_parts(&config)?;
			Ok((command.run(parts.client, config.chain_spec), parts.task_manager))
		}),
		Some(Subcommand::ImportBlocks(command)) => cli.create_runner(command)?.async_run(|config| {
			database::ensure_openable(&config.database)?;
			let parts = service::chain_parts(&config)?;
			Ok((command.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Some(Subcommand::PurgeChain(command)) => cli.create_runner(command)?.sync_run(|config| {
			let _held = database::hold(&config.database)?;
			command.run(config.database)
		}),
		Some(Subcommand::Revert(command)) => cli.create_runner(command)?.async_run(|config| {
			database::ensure_openable(&config.database)?;
			let parts = service::chain_parts(&config)?;
			let revert_consensus = Box::new(
				|client: std::sync::Arc<service::Client>, backend: std::sync::Arc<service::Backend>, blocks| {
					sc_consensus_babe::revert(client.clone(), backend, blocks)?;
					sc_consensus_grandpa::revert(client, blocks)?;
					Ok(())
				},
			);
			Ok((
				command.run(parts.client, parts.backend, Some(revert_consensus)),
				parts.task_manager,
			))
		}),
		Some(Subcommand::ChainInfo(command)) => cli.create_runner(command)?.sync_run(|config| {
			database::ensure_openable(&config.database)?;
			command.run::<Block>(&config)
		}),
		Some(Subcommand::Sign(command)) => command.run(),
		Some(Subcommand::Verify(command)) => command.run(),
		Some(Subcommand::Vanity(command)) => command.run(),
	}
}

fn run_node(cli: &Cli) -> sc_cli::Result<()> {
	let runner = cli.create_runner(&cli.run.base)?;
	let fast_clock = cli.run.fast_clock;
	preflight::check(runner.config(), fast_clock)?;
	database::hold(&runner.config().database)?;
	database::ensure_space(&runner.config().database, cli.run.storage_monitor.threshold)?;
	let chain = runner.config().chain_spec.chain_type();
	let dev_seed = runner.config().dev_key_seed.clone();
	let options = service::Options {
		fast_clock,
		services: service::Services {
			feeder: cli.run.feeder.options(chain.clone(), dev_seed.as_deref()),
			attestor: cli.run.attestor.options(chain, dev_seed.as_deref())?,
		},
		storage_monitor: cli.run.storage_monitor.clone(),
		temporary: cli.run.base.tmp,
	};
	runner.run_node_until_exit(|config| async move {
		let path = config.database.path().map(ToOwned::to_owned).unwrap_or_default();
		service::start(config, options).map_err(|error| explain(error, &path))
	})
}

/// Says what to do where the error itself does not.
fn explain(error: sc_service::Error, database: &Path) -> sc_cli::Error {
	if error.to_string().contains("Database file is in use") {
		return database::in_use(database);
	}
	sc_cli::Error::Service(error)
}
