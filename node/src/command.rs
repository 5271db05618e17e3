//! Does what the command line asks for.

use crate::{
	chain_spec,
	cli::{self, Cli, Subcommand},
	database, folders, preflight, service,
};
use millpond_runtime::OpaqueBlock as Block;
use sc_cli::{CliConfiguration, DefaultConfigurationValues, Runner, SubstrateCli};
use std::path::Path;

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"Millpond Node".into()
	}

	fn impl_version() -> String {
		env!("SUBSTRATE_CLI_IMPL_VERSION").into()
	}

	fn executable_name() -> String {
		cli::NAME.into()
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
		Some(Subcommand::Key(command)) => command.run(),
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
		Some(Subcommand::CheckBlock(command)) => runner(&cli, command)?.async_run(|config| {
			database::ensure_openable(&config.database)?;
			let parts = service::chain_parts(&config)?;
			Ok((command.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Some(Subcommand::ExportBlocks(command)) => runner(&cli, command)?.async_run(|config| {
			database::ensure_openable(&config.database)?;
			let parts = service::chain_parts(&config)?;
			Ok((command.run(parts.client, config.database), parts.task_manager))
		}),
		Some(Subcommand::ExportState(command)) => runner(&cli, command)?.async_run(|config| {
			database::ensure_openable(&config.database)?;
			let parts = service::chain_parts(&config)?;
			Ok((command.run(parts.client, config.chain_spec), parts.task_manager))
		}),
		Some(Subcommand::ImportBlocks(command)) => runner(&cli, command)?.async_run(|config| {
			database::ensure_openable(&config.database)?;
			let parts = service::chain_parts(&config)?;
			Ok((command.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Some(Subcommand::PurgeChain(command)) => runner(&cli, command)?.sync_run(|config| {
			let _held = database::hold(&config.database)?;
			command.run(config.database)
		}),
		Some(Subcommand::Revert(command)) => runner(&cli, command)?.async_run(|config| {
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
		Some(Subcommand::ChainInfo(command)) => runner(&cli, command)?.sync_run(|config| {
			database::ensure_openable(&config.database)?;
			command.run::<Block>(&config)
		}),
		Some(Subcommand::Sign(command)) => command.run(),
		Some(Subcommand::Verify(command)) => command.run(),
		Some(Subcommand::Vanity(command)) => command.run(),
	}
}

/// What runs a command on a node's data.
fn runner<Values: DefaultConfigurationValues>(
	cli: &Cli,
	command: &impl CliConfiguration<Values>,
) -> sc_cli::Result<Runner<Cli>> {
	folders::ensure_found(command.shared_params(), cli.run.base.tmp).map_err(sc_cli::Error::Input)?;
	cli.create_runner(command)
}

/// What is logged of libraries at most, unless `--log` names the same: the fast clock's sealing tells of each block, in a form for
/// programmers.
const QUIET: &str = "sc_consensus_manual_seal::rpc=warn";

fn run_node(cli: &Cli) -> sc_cli::Result<()> {
	let mut base = cli.run.base.clone();
	base.shared_params.log.insert(0, QUIET.into());
	let mut runner = runner(cli, &base)?;
	let fast_clock = cli.run.fast_clock;
	preflight::settle_rpc(runner.config_mut());
	preflight::check(runner.config(), fast_clock)?;
	database::hold(&runner.config().database)?;
	database::ensure_space(&runner.config().database, cli.run.storage_monitor.threshold)?;
	let chain = runner.config().chain_spec.chain_type();
	let dev_seed = runner.config().dev_key_seed.clone();
	let mut attestor = cli.run.attestor.options(chain.clone(), dev_seed.as_deref())?;
	if let Some(attestor) = &mut attestor {
		attestor.keystore = runner.config().keystore.path().map(Into::into);
	}
	let options = service::Options {
		fast_clock,
		services: service::Services {
			feeder: cli.run.feeder.options(chain, dev_seed.as_deref())?,
			attestor,
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
	if let sc_service::Error::Other(why) = error {
		return sc_cli::Error::Application(why.into());
	}
	if error.to_string().contains("Database file is in use") {
		return database::in_use(database);
	}
	if error.to_string().contains("(os error 13)") {
		return sc_cli::Error::Input(format!(
			"{} may not use a file of this node's, whose database is at {} ({error}): run it as the files' owner, or \
			 give them to that user (chown -R)",
			folders::this_user(),
			database.display()
		));
	}
	sc_cli::Error::Service(error)
}
