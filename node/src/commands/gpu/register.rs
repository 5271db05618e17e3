//! Registering a GPU: one of this machine, as its driver describes it, or one that is described by hand.

use super::{
	document,
	evidence::{certified, read},
	model_name, models, parse_content, HostingArgs,
};
use crate::{
	client::{
		address::parse_account,
		amount::{format_bct, format_credits},
		output::parse_day,
		tell,
		text::{on_one_line, Foreign},
		to_hex, Error, Node, NodeArgs, Report, TransactionArgs,
	},
	commands::operator::{bond_for, bounded},
};
use clap::{builder::NonEmptyStringValueParser, Parser};
use millpond_gpu::{
	evidence::parse_32_bytes,
	probe::{self, probe},
	profiles::is_called,
	uuid::parse_uuid,
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
	#[arg(long, value_name = "UUID", value_parser = parse_uuid, requires = "model")]
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
	#[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new(), conflicts_with_all = ["uuid", "device", "evidence"])]
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
	/// What it is known by, in words: what the device is the hash of.
	known_by: String,
	/// What its driver calls it.
	name: Option<String>,
}

impl Identity {
	/// What is about to be registered, so that a wrong card or model is noticed before it is signed for.
	fn describe(&self, models: &BTreeMap<GpuModelId, ModelRecord>) -> Result<String, Error> {
		let record = models.get(&self.model).ok_or_else(|| {
			Error::input(format!("there is no model {}", self.model)).advise("`millpond gpu models` lists them.")
		})?;
		let model = model_name(models, self.model);
		let mut lines = format!(
			"To be registered: {}, a {model}, for which the operator's bond answers with {}.",
			on_one_line(&self.known_by),
			format_credits(record.model.bond.get())
		);
		let listed = Foreign::new(&record.model.name);
		if let Some(name) = self.name.as_ref().filter(|name| !is_called(name, listed.as_str())) {
			lines += &format!(
				"\nIts driver calls it '{}', which is not that model's name: `millpond gpu bench --model '{listed}'` shows whether it \
				 passes that model's challenge.",
				on_one_line(name)
			);
		}
		Ok(lines)
	}
}

impl RegisterCommand {
	pub async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let signer = self.transaction.signer.signer()?;
		let models = models(node).await?;
		let identity = self.identity(&models)?;
		tell!("{}", identity.describe(&models)?);
		if let Some(record) = models.get(&identity.model) {
			let credits = record.model.bond.get();
			let bond = bond_for(node, credits).await?;
			tell!("At the price of now the bond is {}.", format_bct(bond));
		}
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
		let by_hand = |device: DeviceId, known_by: String| {
			let model = self
				.model
				.ok_or_else(|| Error::input("its model is not said").advise("Add --model <MODEL>."))?;
			Ok(Identity {
				model,
				device,
				serial: None,
				known_by,
				name: None,
			})
		};
		match (&self.uuid, self.device, &self.evidence, &self.simulated) {
			(Some(uuid), ..) => by_hand(blake2_256(uuid.as_bytes()), uuid.clone()),
			(_, Some(device), ..) => by_hand(device, format!("device {}", to_hex(&device))),
			(_, _, Some(file), _) => {
				let evidence = read(file)?;
				let card = certified(&evidence, &evidence.nonce, self.root.as_deref())?;
				by_hand(card.id, format!("the card that signed {}", file.display()))
			}
			(.., Some(name)) => Ok(Identity {
				model: self.model.map_or_else(|| simulated(models), Ok)?,
				device: blake2_256(name.as_bytes()),
				serial: None,
				known_by: format!("simulated GPU {name}"),
				name: None,
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
	let uuid =
		parse_uuid(uuid).map_err(|error| Error::input(format!("of GPU {}, its driver says: {error}", gpu.number)))?;
	let name = gpu.name.clone().unwrap_or_default();
	Ok(Identity {
		model: model.map_or_else(|| recognized(gpu, models), Ok)?,
		device: blake2_256(uuid.as_bytes()),
		serial: gpu.serial.clone(),
		known_by: format!("GPU {} of this machine, {name}, {uuid}", gpu.number),
		name: Some(name),
	})
}

/// The only model of the catalogue that a GPU can be of, by its name and memory.
fn recognized(gpu: &probe::Gpu, models: &BTreeMap<GpuModelId, ModelRecord>) -> Result<GpuModelId, Error> {
	let name = gpu.name.clone().unwrap_or_default();
	let mebibytes = gpu.memory.unwrap_or_default() >> 20;
	let fits = |record: &ModelRecord| {
		let memory = u64::from(record.model.memory.get());
		!record.simulated
			&& is_called(&name, Foreign::new(&record.model.name).as_str())
			&& memory.abs_diff(mebibytes).saturating_mul(100) <= memory.saturating_mul(MEMORY_TOLERANCE)
	};
	let found: Vec<_> = models.iter().filter(|(_, record)| fits(record)).collect();
	match found.as_slice() {
		[(number, _)] => Ok(**number),
		_ => Err(Error::input(format!(
			"it is not clear which model of the catalogue '{}' with {mebibytes} MiB is",
			on_one_line(&name)
		))
		.advise("Say it with --model <MODEL>: `millpond gpu models` lists them.")),
	}
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
				bond: 1_000_000u128.try_into().expect("in range"),
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

	fn uuid(number: u32) -> String {
		format!("GPU-8f6a5c1e-2b3d-4e5f-8a9b-{number:012}")
	}

	fn gpu(number: u32, name: &str, mebibytes: u64) -> probe::Gpu {
		probe::Gpu {
			number,
			uuid: Some(uuid(number)),
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
			device: blake2_256(uuid(0).as_bytes()),
			serial: Some("S/N 0".into()),
			known_by: format!("GPU 0 of this machine, NVIDIA A100-SXM4-80GB, {}", uuid(0)),
			name: Some("NVIDIA A100-SXM4-80GB".into()),
		};
		assert_eq!(identity, expected);
		let told = identity.describe(&catalogue()).expect("it is listed");
		for part in ["A100 SXM 80GB (1)", "answers with 1000000 DC ($10)", &uuid(0)] {
			assert!(told.contains(part), "'{part}' is not in: {told}");
		}
		assert!(!told.contains("not that model's name"), "{told}");
		let said = probed(&one, None, Some(0), &catalogue()).expect("as it was said");
		assert_eq!(said.model, 0);
		let told = said.describe(&catalogue()).expect("it is listed");
		assert!(
			told.contains("H200 SXM (0)") && told.contains("not that model's name"),
			"{told}"
		);
	}

	#[test]
	fn a_device_should_be_the_same_however_its_uuid_is_written() {
		let register = |uuid: &str| {
			let arguments = [
				"register",
				"--operator",
				"0",
				"--model",
				"2",
				"--suri",
				"//Bob",
				"--uuid",
				uuid,
			];
			let command = RegisterCommand::try_parse_from(arguments).map_err(|error| error.to_string())?;
			command.identity(&catalogue()).map_err(|error| error.to_string())
		};
		let device = register(&uuid(0)).expect("a UUID").device;
		assert_eq!(device, blake2_256(uuid(0).as_bytes()));
		for written in [
			uuid(0).to_uppercase(),
			format!(" {} ", uuid(0)),
			uuid(0).replace("GPU-", ""),
		] {
			assert_eq!(register(&written).expect("the same").device, device, "{written}");
		}
		for none in ["", "x", "GPU-", "MIG-8f6a5c1e-2b3d-4e5f-8a9b-000000000000"] {
			assert!(register(none).is_err(), "{none}");
		}
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
			known_by: format!("the card that signed {evidence}"),
			name: None,
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
		for unknown in [
			gpu(0, "NVIDIA A100-PCIE-40GB", 40_960),
			gpu(0, "NVIDIA A100 80GB PCIe", 81_920),
			gpu(0, "NVIDIA H200 NVL", 143_771),
			gpu(0, "NVIDIA GeForce RTX 4090 D", 24_564),
			gpu(0, "NVIDIA T4", 15_360),
		] {
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
