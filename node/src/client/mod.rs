//! What the commands share that speak to a running node: a connection to a node of the same runtime, a signer,
//! transactions followed until they are final, and answers for people and for scripts.
//!
//! A command is its arguments, with `node: NodeArgs` among them, and a few lines:
//!
//! ```ignore
//! command_group! {
//!     /// What an account holds, and sending BCT.
//!     AccountCommand { Transfer(TransferCommand) }
//! }
//!
//! impl TransferCommand {
//!     async fn answer(&self, node: &Node) -> Result<Report, client::Error> {
//!         let call = pallet_balances::Call::transfer_keep_alive { dest, value };
//!         let receipt = self.transaction.submit(node, call).await?;
//!         Ok(receipt.report("the amount was sent"))
//!     }
//! }
//! ```

pub mod address;
pub mod amount;
pub mod describe;
pub mod error;
pub mod files;
pub mod funds;
pub mod health;
pub mod node;
pub mod outcome;
pub mod output;
pub mod refusal;
pub mod sealed;
pub mod secret;
pub mod signer;
pub mod text;
pub mod transaction;

pub use error::Error;
pub use node::{Node, NodeArgs};
pub(crate) use output::tell;
pub use output::Report;
pub use transaction::TransactionArgs;

use std::{fmt, io::ErrorKind, process::ExitCode};

/// A group of commands that ask a running node. What each does is said where its arguments are.
macro_rules! command_group {
	($(#[$attribute:meta])* $group:ident { $($name:ident($command:ident)),+ $(,)? }) => {
		$(#[$attribute])*
		#[derive(Debug, clap::Subcommand)]
		#[allow(clippy::large_enum_variant)]
		pub enum $group {
			$($name($command)),+
		}

		impl $group {
			/// Runs the command.
			pub fn run(&self) -> sc_cli::Result<()> {
				match self {
					$($group::$name(command) => {
						$crate::client::run(&command.node, async |node| command.answer(node).await)
					})+
				}
			}
		}
	};
}
pub(crate) use command_group;

/// Connects to the node, runs a command, and prints what it answers.
///
/// # Errors
/// The command's own, to be told by [`report`].
pub fn run(args: &NodeArgs, command: impl AsyncFnOnce(&Node) -> Result<Report, Error>) -> sc_cli::Result<()> {
	let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
	let answer = runtime.block_on(async {
		let node = Node::connect(&args.url).await?;
		command(&node).await
	});
	self::answer(answer, args.json)
}

/// Prints what a command answers, as JSON or for people.
///
/// # Errors
/// The command's own, to be told by [`report`].
pub fn answer(answer: Result<Report, Error>, json: bool) -> sc_cli::Result<()> {
	let failed = |error| sc_cli::Error::Application(Box::new(Failure { error, json }));
	print(&answer.map_err(failed)?, json).map_err(failed)
}

/// Prints what a command answers.
///
/// # Errors
/// A standard output that takes nothing. Not where somebody merely stopped reading, and not after a transaction: that was
/// carried out, whoever hears of it.
fn print(report: &Report, json: bool) -> Result<(), Error> {
	let text = match json {
		true => text::json(&report.json),
		false => report.text.clone(),
	};
	match output::print(&text) {
		Err(error) if report.is_of_transaction => {
			tell!("The answer cannot be written to the standard output ({error}). It is:\n{text}");
			Ok(())
		}
		Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
		Err(error) => Err(Error::input(format!(
			"the answer cannot be written to the standard output: {error}"
		))),
		Ok(()) => Ok(()),
	}
}

/// Tells why a command failed, and says what the process ends with.
pub fn report(error: &sc_cli::Error) -> ExitCode {
	let failure = match error {
		sc_cli::Error::Application(error) => error.downcast_ref::<Failure>(),
		_ => None,
	};
	match failure {
		// Scripts read the standard output. Where that takes nothing, the log has it at least.
		Some(Failure { error, json: true }) => {
			let text = text::json(&error.to_json());
			output::print(&text).unwrap_or_else(|_| tell!("{text}"));
		}
		None if output::is_closed_pipe(error) => return ExitCode::SUCCESS,
		_ => tell!("Error: {error}"),
	}
	failure.map_or(ExitCode::FAILURE, |failure| ExitCode::from(failure.error.exit_code()))
}

/// A command's error, with the form in which it is to be told.
#[derive(Debug)]
struct Failure {
	error: Error,
	json: bool,
}

impl fmt::Display for Failure {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		self.error.fmt(formatter)
	}
}

impl std::error::Error for Failure {}

/// Bytes in hexadecimal, as the chain's clients write them.
pub fn to_hex(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}
