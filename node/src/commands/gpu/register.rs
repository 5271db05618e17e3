//! Registering a GPU: one of this machine, as its driver describes it, or one that is described by hand.

use super::{
	document,
	evidence::{certified, read},
	models, parse_content, HostingArgs,
};
use crate::{
	client::{address::parse_account, output::parse_day, Error, Node, NodeArgs, Report, TransactionArgs},
	commands::operator::{bounded, text},
};
use clap::Parser;
use millpond_gpu::{
	evidence::parse_32_bytes,
	probe::{self, probe},
};
use millpond_primitives::{GpuModelId, Minute, OperatorId};
use millpond_runtime::{AccountId, RuntimeEvent};
use pallet_gpus::{Call, ContentHash, DeviceId, Event, ModelRecord, Papers};
use sp_io::hashing::blake2_256;
use std::{collections::BTreeMap, path::PathBuf};

/// By how many percent the memory that a driver tells may differ from what the catalogue says of the model.
const MEMORY_TOLERANCE: u64 = 5;

/// Register a GPU that an operator hosts.
///
/// Its NFT goes to the owner, who may be anybody. The operator answers for it with a part of its bond (`millpond gpu models`
/// shows how much). It has to prove that it is there before it earns.
///
/// Without --uuid, --device, --evidence or --simulated it is a GPU of this machine: UUID, serial number and model are what its driver
/// tells (`millpond gpu probe`).
#[derive(Debug, Parser)]
pub struct RegisterCommand {
	/// The operator that hosts it; who signs holds its NFT.
	#[arg(long, value_name = "OPERATOR")]
	operator: OperatorId,

	/// Its model's number in the catalogue (`millpond gpu models`). Not needed where the driver, or --simulated, says it.
	#[arg(long, value_name = "MODEL")]
	model: Option<GpuModelId>,

	/// Which of this machine's GPUs, by the number that `millpond gpu probe` shows; needed if there are several.
	#[arg(long, value_name = "NUMBER", conflicts_with_all = ["uuid", "device", "evidence", "simulated"])]
	number: Option<u32>,

	/// The UUID that its driver tells, as `nvidia-smi -L` shows it: GPU-...
	#[arg(long, value_name = "UUID", requires = "model")]
	uuid: Option<String>,

	/// The Blake2-256 hash of that UUID, or of the key that the card's maker certified, in its place.
	#[arg(long, value_name = "HASH", value_parser = parse_32_bytes, conflicts_with = "uuid", requires = "model")]
	device: Option<DeviceId>,

	/// What the card signed about itself, a file that `millpond gpu evidence` wrote: it is known by the key that its maker
	/// certified then, and can show that it is this one (`millpond gpu verify`).
	#[arg(long, value_name = "FILE", conflicts_with_all = ["uuid", "device"], requires = "model")]
	evidence: Option<PathBuf>,

	/// The certificate, in PEM, that vouches for the card; NVIDIA's if nothing is said.
	#[arg(long, value_name = "FILE", requires = "evidence")]
	root: Option<PathBuf>,

	/// A GPU of the simulated model, under this name, which is used once: for development chains, where the node's
	/// processor computes for it.
	#[arg(long, value_name = "NAME", conflicts_with_all = ["uuid", "device", "evidence"])]
	simulated: Option<String>,

	/// Who gets its NFT; the account that signs if nobody is named.
	#[arg(long, value_name = "ADDRESS", value_parser = parse_account)]
	owner: Option<AccountId>,

	/// The serial number that its maker gave it, at most 64 bytes; for a GPU of this machine, what the driver tells if
	/// nothing is said.
	#[arg(long, value_name = "TEXT")]
	serial: Option<String>,

	/// When it was bought, such as 2026-03-01; today if nothing is said.
	#[arg(long, value_name = "DAY", value_parser = parse_day)]
	purchased: Option<Minute>,

	#[clap(flatten)]
	hosting: HostingArgs,

	/// Where the contract is by which who holds the NFT owns the GPU, at most 128 bytes.
	#[arg(long, value_name = "URI", requires = "ownership_content")]
	ownership: Option<String>,

	/// What it says: a file with it, or its Blake2-256 hash (0x...).
	#[arg(long, value_name = "FILE|HASH", value_parser = parse_content, requires = "ownership")]
	ownership_content: Option<ContentHash>,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub node: NodeArgs,
}

/// What identifies a GPU.
#[derive(Debug, Eq, PartialEq)]
struct Identity {
	model: GpuModelId,
	device: DeviceId,
	serial: Option<String>,
}

impl RegisterCommand {
	pub async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let signer = self.transaction.signer.signer()?;
		let identity = self.identity(&models(node).await?)?;
		let serial = self.serial.clone().or(identity.serial).unwrap_or_default();
		let device = identity.device;
		let call = Call::register {
			operator: self.operator,
			model: identity.model,
			device,
			papers: Papers {
				serial: bounded(&serial, "the serial number")?,
				purchased: match self.purchased {
					Some(day) => day,
					None => node.minute().await?,
				},
				hosting: self.hosting.document()?,
				ownership: document(
					"the address of the ownership contract",
					self.ownership.as_ref(),
					self.ownership_content,
				)?,
			},
			owner: self.owner.as_ref().unwrap_or(signer.account()).clone(),
		};
		let receipt = self.transaction.submit_as(node, &signer, call).await?;
		let gpu = receipt.find(|event| match event {
			RuntimeEvent::Gpus(Event::Registered { gpu, device: its, .. }) if *its == device => Some(*gpu),
			_ => None,
		});
		let operator = self.operator;
		Ok(match gpu {
			Some(gpu) => receipt
				.report(&format!("it is GPU {gpu}, hosted by operator {operator}"))
				.detail("gpu", gpu),
			None => receipt.report(&format!("a GPU is registered, hosted by operator {operator}")),
		})
	}

	/// What identifies the GPU: what was said of it, or what this machine's driver says.
	fn identity(&self, models: &BTreeMap<GpuModelId, ModelRecord>) -> Result<Identity, Error> {
		let by_hand = |device: DeviceId| {
			let model = self
				.model
				.ok_or_else(|| Error::input("its model is not said").advise("Add --model <MODEL>."))?;
			Ok(Identity {
				model,
				device,
				serial: None,
			})
		};
		match (&self.uuid, self.device, &self.evidence, &self.simulated) {
			(Some(uuid), ..) => by_hand(blake2_256(uuid.as_bytes())),
			(_, Some(device), ..) => by_hand(device),
			(_, _, Some(file), _) => {
				let evidence = read(file)?;
				by_hand(certified(&evidence, &evidence.nonce, self.root.as_deref())?.id)
			}
			(.., Some(name)) => Ok(Identity {
				model: self.model.map_or_else(|| simulated(models), Ok)?,
				device: blake2_256(name.as_bytes()),
				serial: None,
			}),
			_ => probed(&probe(), self.number, self.model, models),
		}
	}
}

/// The simulated model.
fn simulated(models: &BTreeMap<GpuModelId, ModelRecord>) -> Result<GpuModelId, Error> {
	let found = models.iter().find(|(_, record)| record.simulated);
	found.map(|(number, _)| *number).ok_or_else(|| {
		Error::input("this chain lists no simulated model")
			.advise("Only development chains do: start one with `millpond --dev`.")
	})
}

/// What a driver's report says of the GPU of that number, or of the only one.
fn probed(
	report: &probe::Report,
	number: Option<u32>,
	model: Option<GpuModelId>,
	models: &BTreeMap<GpuModelId, ModelRecord>,
) -> Result<Identity, Error> {
	let gpu = match (number, report.gpus.as_slice()) {
		(None, [only]) => only,
		(None, []) => {
			let problem = report.problems.first();
			let (what, remedy) = problem.map_or(("no GPU was found", ""), |found| (&*found.what, &*found.remedy));
			return Err(
				Error::input(format!("this machine has no GPU to register: {what}")).advise(format!(
				"{remedy}. Or say which it is with --uuid <UUID> --model <MODEL>; on a development chain, --simulated <NAME>."
			)),
			);
		}
		(None, several) => {
			let count = several.len();
			return Err(Error::input(format!("this machine has {count} GPUs"))
				.advise("Say which with --number <NUMBER>: `millpond gpu probe` shows them."));
		}
		(Some(number), gpus) => gpus.iter().find(|gpu| gpu.number == number).ok_or_else(|| {
			Error::input(format!("this machine has no GPU {number}")).advise("`millpond gpu probe` shows those it has.")
		})?,
	};
	let uuid = gpu.uuid.as_ref().ok_or_else(|| {
		Error::input(format!("the driver tells no UUID of GPU {}", gpu.number))
			.advise("`millpond gpu probe` shows what is wrong with it.")
	})?;
	Ok(Identity {
		model: model.map_or_else(|| recognized(gpu, models), Ok)?,
		device: blake2_256(uuid.as_bytes()),
		serial: gpu.serial.clone(),
	})
}

/// The only model of the catalogue that a GPU can be of, by its name and memory.
fn recognized(gpu: &probe::Gpu, models: &BTreeMap<GpuModelId, ModelRecord>) -> Result<GpuModelId, Error> {
	let name = gpu.name.clone().unwrap_or_default();
	let mebibytes = gpu.memory.unwrap_or_default() >> 20;
	let fits = |record: &ModelRecord| {
		let memory = u64::from(record.model.memory.get());
		!record.simulated
			&& is_called(&name, &text(&record.model.name))
			&& memory.abs_diff(mebibytes).saturating_mul(100) <= memory.saturating_mul(MEMORY_TOLERANCE)
	};
	let found: Vec<_> = models.iter().filter(|(_, record)| fits(record)).collect();
	match found.as_slice() {
		[(number, _)] => Ok(**number),
		_ => Err(Error::input(format!(
			"it is not clear which model of the catalogue '{name}' with {mebibytes} MiB is"
		))
		.advise("Say it with --model <MODEL>: `millpond gpu models` lists them.")),
	}
}

/// Whether a driver's name for a card has the number that is in the catalogue's: "NVIDIA A100-SXM4-80GB" is an "A100 SXM 80GB".
fn is_called(driver: &str, catalogue: &str) -> bool {
	fn words(name: &str) -> Vec<String> {
		let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
		words.map(str::to_ascii_uppercase).collect()
	}
	let has_digit = |word: &String| word.contains(|letter: char| letter.is_ascii_digit());
	let number = words(catalogue).into_iter().find(has_digit);
	number.is_some_and(|number| words(driver).contains(&number))
}

#[cfg(test)]
mod tests {
	use super::*;
	use pallet_gpus::Model;

	fn model(name: &str, memory: u32, simulated: bool) -> ModelRecord {
		ModelRecord {
			model: Model {
				name: name.as_bytes().to_vec().try_into().expect("short"),
				vendor: Default::default(),
				memory: memory.try_into().expect("in range"),
				weight: 1u32.try_into().expect("in range"),
				reference_price: 1u128.try_into().expect("in range"),
				bond: 10_000_000_000_000u128.try_into().expect("in range"),
			},
			simulated,
			gpus: 0,
		}
	}

	fn catalogue() -> BTreeMap<GpuModelId, ModelRecord> {
		let models = [
			model("H200 SXM", 143_771, false),
			model("A100 SXM 80GB", 81_920, false),
			model("GeForce RTX 4090", 24_564, false),
			model("SIM-CPU", 1_024, true),
		];
		(0..).zip(models).collect()
	}

	fn gpu(number: u32, name: &str, mebibytes: u64) -> probe::Gpu {
		probe::Gpu {
			number,
			uuid: Some(format!("GPU-{number}")),
			serial: Some(format!("S/N {number}")),
			name: Some(name.into()),
			memory: Some(mebibytes << 20),
			..Default::default()
		}
	}

	fn report(gpus: Vec<probe::Gpu>) -> probe::Report {
		probe::Report {
			gpus,
			..Default::default()
		}
	}

	#[test]
	fn the_only_gpu_of_a_machine_should_be_taken_as_its_driver_describes_it() {
		let one = report(vec![gpu(0, "NVIDIA A100-SXM4-80GB", 81_920)]);
		let identity = probed(&one, None, None, &catalogue()).expect("it is known");
		let expected = Identity {
			model: 1,
			device: blake2_256(b"GPU-0"),
			serial: Some("S/N 0".into()),
		};
		assert_eq!(identity, expected);
		let said = probed(&one, None, Some(0), &catalogue()).expect("as it was said");
		assert_eq!(said.model, 0);
	}

	#[test]
	fn a_gpu_should_be_known_by_its_certified_key_when_its_evidence_holds() {
		let made = concat!(env!("CARGO_MANIFEST_DIR"), "/gpu/tests/evidence");
		let (evidence, root) = (format!("{made}/evidence.json"), format!("{made}/root.pem"));
		let register = |more: &[&str]| {
			let common = ["register", "--operator", "0", "--model", "2", "--suri", "//Bob"];
			let arguments = common.iter().chain(["--evidence"].iter()).chain(more);
			let command = RegisterCommand::try_parse_from(arguments).expect("a command line");
			command.identity(&catalogue())
		};
		let key = include_str!("../../../gpu/tests/evidence/card.hex").trim_ascii();
		let expected = Identity {
			model: 2,
			device: blake2_256(&hex::decode(key).expect("hexadecimal")),
			serial: None,
		};
		assert_eq!(register(&[&evidence, "--root", &root]).expect("it holds"), expected);
		for (arguments, word) in [
			(vec![&*evidence], "signed by the next"),
			(vec![&*root, "--root", &root], "no evidence"),
			(vec![&*evidence, "--root", &evidence], "no root certificate"),
			(vec!["nowhere.json"], "nowhere.json cannot be read"),
		] {
			let error = register(&arguments).expect_err("refused").to_string();
			assert!(error.contains(word), "{error}");
		}
	}

	#[test]
	fn a_gpu_should_be_asked_for_when_there_are_several_or_none() {
		let two = report(vec![
			gpu(0, "NVIDIA H200", 143_771),
			gpu(1, "NVIDIA GeForce RTX 4090", 24_564),
		]);
		let unclear = probed(&two, None, None, &catalogue()).expect_err("which?").to_string();
		assert!(unclear.contains("2 GPUs") && unclear.contains("--number"), "{unclear}");
		let second = probed(&two, Some(1), None, &catalogue()).expect("it is there");
		assert_eq!(second.model, 2);
		assert!(probed(&two, Some(7), None, &catalogue()).is_err());
		let none = probed(&report(vec![]), None, None, &catalogue())
			.expect_err("none")
			.to_string();
		assert!(none.contains("--simulated"), "{none}");
	}

	#[test]
	fn a_model_should_be_asked_for_when_name_or_memory_are_of_none() {
		for unknown in [gpu(0, "NVIDIA A100-PCIE-40GB", 40_960), gpu(0, "NVIDIA T4", 15_360)] {
			let error = probed(&report(vec![unknown]), None, None, &catalogue()).expect_err("not listed");
			assert!(error.to_string().contains("--model"), "{error}");
		}
	}

	#[test]
	fn the_simulated_model_should_be_found_where_one_is_listed() {
		assert_eq!(simulated(&catalogue()).expect("listed"), 3);
		assert!(simulated(&BTreeMap::new()).is_err());
	}
}
