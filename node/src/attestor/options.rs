//! What the attestor is asked for on the command line.

use clap::{Args, ValueEnum};
use millpond_primitives::OperatorId;
use sc_service::ChainType;
use std::path::PathBuf;

/// What computes the challenges to GPUs.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Mode {
	/// The NVIDIA GPUs of this machine, each those to itself.
	Auto,
	/// The processor, for GPUs of simulated models, which only development chains list.
	Cpu,
	/// Nothing.
	Off,
}

/// What the attestor is asked for.
#[derive(Args, Clone, Debug)]
pub struct AttestorParams {
	/// What computes the challenges by which GPUs prove that they are there.
	///
	/// `auto` if an --operator is named, `cpu` with `--dev`, else `off`.
	#[arg(long, value_enum, value_name = "MODE")]
	pub gpu_attestor: Option<Mode>,

	/// Attest the GPUs of this operator: send its heartbeats, and take part in rounds. May be given several times.
	///
	/// Signed with the key of type `atst` in the node's keystore that the operator's holder has named (`millpond
	/// attestation set-attestor`); `millpond key insert --key-type atst` puts it there. An operator is attested by one node.
	/// With `--dev` the key is there, and all operators that name it are attested if none is given here.
	#[arg(long, value_name = "OPERATOR")]
	pub operator: Vec<OperatorId>,
}

/// Whose GPUs a node attests, and by what.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AttestorOptions {
	/// [`Mode::Auto`] or [`Mode::Cpu`].
	pub mode: Mode,
	/// The operators; all that name a key of this node's where there are none.
	pub operators: Vec<OperatorId>,
	/// Sign as the attestor of the development chains, where the keystore holds no key.
	pub development: bool,
	/// The folder of the node's keystore, where it has one: to be named when a key cannot be read.
	pub keystore: Option<PathBuf>,
}

impl AttestorParams {
	/// What to attest, if anything: `dev_seed` is there on nodes with well-known keys.
	///
	/// # Errors
	/// A mode without an operator on a chain on which it has to be named.
	pub fn options(&self, chain: ChainType, dev_seed: Option<&str>) -> Result<Option<AttestorOptions>, String> {
		let own_chain = chain == ChainType::Development && dev_seed.is_some();
		let mode = match self.gpu_attestor {
			Some(mode) => mode,
			None if own_chain => Mode::Cpu,
			None if !self.operator.is_empty() => Mode::Auto,
			None => Mode::Off,
		};
		if mode == Mode::Off {
			return Ok(None);
		}
		if self.operator.is_empty() && !own_chain {
			return Err(
				"--gpu-attestor has nothing to attest: say whose GPUs these are with --operator <OPERATOR>, the number that \
				 `millpond operator list` shows"
					.into(),
			);
		}
		Ok(Some(AttestorOptions {
			mode,
			operators: self.operator.clone(),
			development: dev_seed.is_some() && matches!(chain, ChainType::Development | ChainType::Local),
			keystore: None,
		}))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn options(
		args: &[&str],
		chain: ChainType,
		dev_seed: Option<&str>,
	) -> Result<Option<(Mode, Vec<OperatorId>)>, String> {
		#[derive(clap::Parser)]
		struct Command {
			#[clap(flatten)]
			attestor: AttestorParams,
		}
		let args = [&["millpond"], args].concat();
		let command = <Command as clap::Parser>::try_parse_from(args).expect("the arguments are right");
		let options = command.attestor.options(chain, dev_seed)?;
		Ok(options.map(|options| (options.mode, options.operators)))
	}

	#[test]
	fn a_node_should_attest_nothing_unless_it_is_told_for_whom() {
		let live = |args: &[&str]| options(args, ChainType::Live, None);
		assert_eq!(live(&[]), Ok(None));
		assert_eq!(live(&["--operator", "7"]), Ok(Some((Mode::Auto, vec![7]))));
		assert_eq!(
			live(&["--operator", "7", "--operator", "9", "--gpu-attestor", "cpu"]),
			Ok(Some((Mode::Cpu, vec![7, 9])))
		);
		assert_eq!(live(&["--operator", "7", "--gpu-attestor", "off"]), Ok(None));
		let unnamed = live(&["--gpu-attestor", "auto"]).expect_err("for whom?");
		assert!(unnamed.contains("--operator"), "{unnamed}");
	}

	#[test]
	fn a_development_node_should_attest_by_its_processor_for_all_who_name_it() {
		let dev = |args: &[&str]| options(args, ChainType::Development, Some("//Alice"));
		assert_eq!(dev(&[]), Ok(Some((Mode::Cpu, vec![]))));
		assert_eq!(dev(&["--gpu-attestor", "auto"]), Ok(Some((Mode::Auto, vec![]))));
		assert_eq!(dev(&["--gpu-attestor", "off"]), Ok(None));
		assert_eq!(options(&[], ChainType::Local, Some("//Alice")), Ok(None));
		assert_eq!(options(&[], ChainType::Development, None), Ok(None));
	}
}
