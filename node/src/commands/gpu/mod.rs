//! `millpond gpu`: what this machine has, registering GPUs, their life, and the pools that they are in.

mod evidence;
mod register;
mod show;

use super::{operator::bounded, pool::Agreed};
use crate::client::{
	amount::{format_credits, parse_dollars},
	command_group,
	output::format_minute,
	refusal, tell,
	text::Foreign,
	Error, Node, NodeArgs, Report, TransactionArgs,
};
use clap::{Args, Parser};
use codec::Encode;
use evidence::VerifyCommand;
use millpond_gpu::evidence::parse_32_bytes;
use millpond_primitives::{Credits, GpuId, GpuModelId, OperatorId, PoolId};
use millpond_runtime::RuntimeEvent;
use millpond_runtime_api::GpuEntry;
use millpond_traits::GpuStatus;
use pallet_gpus::{Call, ContentHash, Document, Event, ModelRecord};
use register::RegisterCommand;
use show::{ListCommand, ModelsCommand, ShowCommand};
use sp_io::hashing::blake2_256;
use sp_runtime::DispatchError;
use std::collections::BTreeMap;

/// GPUs: what this machine has, registering them, their life, and the pools that they are in.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)]
pub enum GpuCommand {
	#[command(flatten)]
	Here(millpond_gpu::cli::Command),

	#[command(flatten)]
	Registered(RegisteredCommand),
}

impl GpuCommand {
	/// Runs the command.
	pub fn run(&self) -> sc_cli::Result<()> {
		match self {
			Self::Here(command) => command.run().map_err(sc_cli::Error::Application),
			Self::Registered(command) => command.run(),
		}
	}
}

command_group! {
	/// GPUs of the chain.
	RegisteredCommand {
		Register(RegisterCommand),
		Verify(VerifyCommand),
		Show(ShowCommand),
		List(ListCommand),
		Models(ModelsCommand),
		Join(JoinCommand),
		Leave(LeaveCommand),
		Rehost(RehostCommand),
		AcceptRehost(AcceptRehostCommand),
		WithdrawRehost(WithdrawRehostCommand),
		Documents(DocumentsCommand),
		Resign(ResignCommand),
		Retire(RetireCommand),
		Simulate(SimulateCommand),
	}
}

/// A GPU of the chain.
async fn gpu(node: &Node, gpu: GpuId) -> Result<GpuEntry, Error> {
	let entry: Option<GpuEntry> = node.call("GpusApi_gpu", &gpu.encode(), None).await?;
	entry.ok_or_else(|| Error::input(format!("there is no GPU {gpu}")).advise("`millpond gpu list` shows them all."))
}

/// The catalogue, by number.
pub async fn models(node: &Node) -> Result<BTreeMap<GpuModelId, ModelRecord>, Error> {
	let models: Vec<(GpuModelId, ModelRecord)> = node.call("GpusApi_models", &[], None).await?;
	Ok(models.into_iter().collect())
}

/// The reference price of a model, in DC a GPU-minute.
///
/// # Errors
/// There is no such one.
pub async fn reference_price(node: &Node, number: GpuModelId) -> Result<Credits, Error> {
	let models = models(node).await?;
	let record = models.get(&number).ok_or_else(|| unknown_model(number))?;
	Ok(record.model.reference_price.get())
}

/// There is no model of that number.
pub fn unknown_model(number: GpuModelId) -> Error {
	Error::input(format!("there is no model {number}")).advise("`millpond gpu models` lists them.")
}

/// What people call a model.
pub fn model_name(models: &BTreeMap<GpuModelId, ModelRecord>, number: GpuModelId) -> String {
	let name = models.get(&number).map(|record| Foreign::new(&record.model.name));
	name.map_or(number.to_string(), |name| format!("{name} ({number})"))
}

/// How a GPU stands, in a word.
fn status(status: GpuStatus) -> &'static str {
	match status {
		GpuStatus::Registered => "registered",
		GpuStatus::Probation => "probation",
		GpuStatus::Online => "online",
		GpuStatus::Offline => "offline",
		GpuStatus::Suspended => "suspended",
		GpuStatus::Retired => "retired",
	}
}

/// Reads how a GPU stands.
///
/// # Errors
/// What is none of the words.
fn parse_status(word: &str) -> Result<GpuStatus, String> {
	use GpuStatus::{Offline, Online, Probation, Registered, Retired, Suspended};
	let all = [Registered, Probation, Online, Offline, Suspended, Retired];
	all.into_iter().find(|known| status(*known) == word).ok_or_else(|| {
		let words: Vec<_> = all.map(status).to_vec();
		format!("'{word}' is none of {}", words.join(", "))
	})
}

/// Reads the hash of a document: the hash itself, or a file with the document.
///
/// # Errors
/// A file that cannot be read.
fn parse_content(content: &str) -> Result<ContentHash, String> {
	if content.starts_with("0x") {
		return parse_32_bytes(content);
	}
	let document = std::fs::read(content).map_err(|error| format!("the document {content} cannot be read: {error}"))?;
	Ok(blake2_256(&document))
}

/// The agreement between a GPU's owner and its host.
#[derive(Args, Clone, Debug)]
pub struct HostingArgs {
	/// Where the agreement between the GPU's owner and its host is, at most 128 bytes.
	#[arg(long, value_name = "URI", requires = "hosting_content")]
	hosting: Option<String>,

	/// What it says: a file with it, or its Blake2-256 hash (0x...).
	#[arg(long, value_name = "FILE|HASH", value_parser = parse_content, requires = "hosting")]
	hosting_content: Option<ContentHash>,
}

impl HostingArgs {
	fn document(&self) -> Result<Document, Error> {
		document(
			"the address of the hosting agreement",
			self.hosting.as_ref(),
			self.hosting_content,
		)
	}
}

/// A document, or none: no address, and a hash of zeros.
fn document(what: &str, uri: Option<&String>, content: Option<ContentHash>) -> Result<Document, Error> {
	Ok(Document {
		uri: bounded(uri.map(String::as_str).unwrap_or_default(), what)?,
		hash: content.unwrap_or_default(),
	})
}

/// Join a pool with a GPU.
///
/// Signed by who holds the GPU's NFT. The GPU's host has to be a host of the pool, and the pool is of the GPU's model.
#[derive(Debug, Parser)]
pub struct JoinCommand {
	/// The GPU.
	#[arg(value_name = "GPU")]
	gpu: GpuId,

	/// The pool.
	#[arg(long, value_name = "POOL")]
	pool: PoolId,

	#[clap(flatten)]
	agreed: Agreed,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl JoinCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (gpu, pool) = (self.gpu, self.pool);
		let version = self.agreed.version(node, pool).await?;
		let call = pallet_pools::Call::join { gpu, pool, version };
		let receipt = self.transaction.submit(node, call).await?;
		Ok(receipt.report(&format!("GPU {gpu} is in pool {pool}, under terms {version}")))
	}
}

/// Have a GPU leave its pool.
///
/// Announces it; the GPU leaves when the notice is over and nobody rents it, by itself or when this is called again. Until
/// then it earns as before. Signed by who holds the GPU's NFT.
#[derive(Debug, Parser)]
pub struct LeaveCommand {
	/// The GPU.
	#[arg(value_name = "GPU")]
	gpu: GpuId,

	/// Leave at once, for the compensation, in BCT, of those whom that leaves without a GPU. What it costs is told before.
	#[arg(long)]
	now: bool,

	/// Stay if leaving at once costs more, in dollars, such as 12 or 0.5. What it costs now if nothing is said: whatever
	/// the pool sells in between, you pay no more.
	#[arg(long, value_name = "DOLLARS", value_parser = parse_dollars, requires = "now")]
	max_cost: Option<Credits>,

	/// Stay after all.
	#[arg(long, conflicts_with = "now")]
	cancel: bool,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl LeaveCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let gpu = self.gpu;
		let member = self::gpu(node, gpu).await?.member;
		let announced = member.as_ref().and_then(|member| member.leaves_at());
		let (call, done) = match announced {
			_ if self.cancel => (pallet_pools::Call::cancel_leave { gpu }, "stays in its pool"),
			_ if self.now => {
				let max_credits = self.limit(node).await?;
				(pallet_pools::Call::leave_now { gpu, max_credits }, "has left its pool")
			}
			Some(_) => (pallet_pools::Call::leave { gpu }, "has left its pool"),
			None => (pallet_pools::Call::announce_leave { gpu }, "is to leave its pool"),
		};
		let receipt = self.transaction.submit(node, call).await?;
		let at = receipt.find(|event| match event {
			RuntimeEvent::Pools(pallet_pools::Event::LeaveAnnounced { gpu: leaves, at }) if *leaves == gpu => Some(*at),
			_ => None,
		});
		let from = at.map(|at| format!(" from {}", format_minute(at))).unwrap_or_default();
		let paid = receipt.find(|event| match event {
			RuntimeEvent::Market(pallet_market::Event::BoughtOut { pool, credits })
				if member.as_ref().is_some_and(|member| member.pool == *pool) =>
			{
				Some(*credits)
			}
			_ => None,
		});
		let cost = paid
			.map(|credits| format!(", for {}", format_credits(credits)))
			.unwrap_or_default();
		Ok(receipt.report(&format!("GPU {gpu} {done}{from}{cost}")))
	}

	/// The most that is paid for leaving at once. What it costs now is told before anything is signed.
	async fn limit(&self, node: &Node) -> Result<Credits, Error> {
		let args = self.gpu.encode();
		let cost: Result<Credits, DispatchError> = node.call("PoolsApi_quote_leave_now", &args, None).await?;
		let cost = cost.map_err(|error| refusal::failed(&error))?;
		tell!(
			"It costs {}, paid in BCT at the price of the moment.",
			format_credits(cost)
		);
		match self.max_cost {
			Some(limit) if limit < cost => {
				let message = format!(
					"to leave at once costs {}, and at most {} is to be paid",
					format_credits(cost),
					format_credits(limit)
				);
				Err(Error::input(message).advise("Allow more, or leave without --now, after the notice, for nothing."))
			}
			limit => Ok(limit.unwrap_or(cost)),
		}
	}
}

/// Propose to move a GPU to another host.
///
/// Signed by who holds the GPU's NFT, or the new host's; the other one accepts with `accept-rehost`, within 14 days. The GPU
/// has to be in no pool by then, and proves itself anew afterwards. A deposit is held until the proposal is accepted,
/// withdrawn or replaced.
#[derive(Debug, Parser)]
pub struct RehostCommand {
	/// The GPU.
	#[arg(value_name = "GPU")]
	gpu: GpuId,

	/// The new host.
	#[arg(long, value_name = "OPERATOR")]
	to: OperatorId,

	#[clap(flatten)]
	hosting: HostingArgs,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl RehostCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (gpu, operator) = (self.gpu, self.to);
		let hosting = self.hosting.document()?;
		let call = Call::propose_rehost { gpu, operator, hosting };
		let receipt = self.transaction.submit(node, call).await?;
		Ok(receipt.report(&format!("it is proposed that operator {operator} hosts GPU {gpu}")))
	}
}

/// Accept a proposal to move a GPU to another host, and move it.
///
/// Signed by who holds the GPU's NFT if the new host proposed it, and by the new host if the GPU's holder did.
#[derive(Debug, Parser)]
pub struct AcceptRehostCommand {
	/// The GPU.
	#[arg(value_name = "GPU")]
	gpu: GpuId,

	/// The new host.
	#[arg(long, value_name = "OPERATOR")]
	to: OperatorId,

	/// The new hosting agreement that you agree to: a file with it, or its Blake2-256 hash (0x...). Not needed where
	/// there is none.
	#[arg(long, value_name = "FILE|HASH", value_parser = parse_content)]
	hosting_content: Option<ContentHash>,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl AcceptRehostCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (gpu, operator) = (self.gpu, self.to);
		let call = Call::accept_rehost {
			gpu,
			operator,
			agreement: self.hosting_content.unwrap_or_default(),
		};
		let receipt = self.transaction.submit(node, call).await?;
		Ok(receipt.report(&format!(
			"operator {operator} hosts GPU {gpu}, which has to prove itself anew"
		)))
	}
}

/// Take a proposal to move a GPU back, and its deposit.
#[derive(Debug, Parser)]
pub struct WithdrawRehostCommand {
	/// The GPU.
	#[arg(value_name = "GPU")]
	gpu: GpuId,

	/// The host that it was to have.
	#[arg(long, value_name = "OPERATOR")]
	to: OperatorId,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl WithdrawRehostCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (gpu, operator) = (self.gpu, self.to);
		let receipt = self
			.transaction
			.submit(node, Call::withdraw_proposal { gpu, operator })
			.await?;
		Ok(receipt.report(&format!(
			"it is proposed no more that operator {operator} hosts GPU {gpu}"
		)))
	}
}

/// Say where the documents of a GPU are now. What they say stays.
///
/// Signed by who holds the GPU's NFT or its host's.
#[derive(Debug, Parser)]
pub struct DocumentsCommand {
	/// The GPU.
	#[arg(value_name = "GPU")]
	gpu: GpuId,

	/// Where the hosting agreement is; as before if it is not given.
	#[arg(long, value_name = "URI", required_unless_present = "ownership")]
	hosting: Option<String>,

	/// Where the ownership contract is; as before if it is not given.
	#[arg(long, value_name = "URI")]
	ownership: Option<String>,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl DocumentsCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let papers = gpu(node, self.gpu).await?.summary.papers;
		let uri = |new: &Option<String>, old: Document| match new {
			Some(new) => bounded(new, "the address"),
			None => Ok(old.uri),
		};
		let call = Call::update_documents {
			gpu: self.gpu,
			hosting: uri(&self.hosting, papers.hosting)?,
			ownership: uri(&self.ownership, papers.ownership)?,
		};
		let receipt = self.transaction.submit(node, call).await?;
		Ok(receipt.report(&format!("the documents of GPU {} are in other places", self.gpu)))
	}
}

/// Give notice, as a GPU's host, that you want to host it no more.
///
/// After 28 days you may retire it; its holder may find another host meanwhile.
#[derive(Debug, Parser)]
pub struct ResignCommand {
	/// The GPU.
	#[arg(value_name = "GPU")]
	gpu: GpuId,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl ResignCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let gpu = self.gpu;
		let receipt = self.transaction.submit(node, Call::resign { gpu }).await?;
		let from = receipt.find(|event| match event {
			RuntimeEvent::Gpus(Event::Resigned { gpu: resigned, from }) if *resigned == gpu => Some(*from),
			_ => None,
		});
		let from = from
			.map(|from| format!(" from {}", format_minute(from)))
			.unwrap_or_default();
		Ok(receipt.report(&format!("its host may retire GPU {gpu}{from}")))
	}
}

/// Retire a GPU that is in no pool: its NFT is burned, and its host's bond answers for it no more.
///
/// Signed by who holds the GPU's NFT; by its host after a notice (`resign`).
#[derive(Debug, Parser)]
pub struct RetireCommand {
	/// The GPU.
	#[arg(value_name = "GPU")]
	gpu: GpuId,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl RetireCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let gpu = self.gpu;
		let receipt = self.transaction.submit(node, Call::retire { gpu }).await?;
		Ok(receipt.report(&format!("GPU {gpu} is retired")))
	}
}

/// Say how a simulated GPU stands: on development chains, where some models are simulated.
///
/// A GPU goes from registered to probation to online, and from there to offline and back. Signed by its host.
#[derive(Debug, Parser)]
pub struct SimulateCommand {
	/// The GPU.
	#[arg(value_name = "GPU")]
	gpu: GpuId,

	/// How it stands: registered, probation, online, offline, suspended or retired.
	#[arg(value_name = "STATUS", value_parser = parse_status)]
	status: GpuStatus,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl SimulateCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let call = Call::simulate_status {
			gpu: self.gpu,
			status: self.status,
		};
		let receipt = self.transaction.submit(node, call).await?;
		Ok(receipt.report(&format!("the status of GPU {} is {}", self.gpu, status(self.status))))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::client::to_hex;

	#[test]
	fn a_status_should_be_read_as_it_is_written() {
		for known in ["registered", "probation", "online", "offline", "suspended", "retired"] {
			assert_eq!(parse_status(known).map(status), Ok(known));
		}
		let refused = parse_status("Online").expect_err("a capital");
		assert!(refused.contains("registered, probation, online"), "{refused}");
	}

	#[test]
	fn a_documents_hash_should_be_that_of_the_file_or_be_given() {
		let path = std::env::temp_dir().join(format!("millpond-document-{}", std::process::id()));
		std::fs::write(&path, "an agreement").expect("written");
		let hash = blake2_256(b"an agreement");
		assert_eq!(parse_content(path.to_str().expect("text")), Ok(hash));
		std::fs::remove_file(&path).expect("removed");
		assert_eq!(parse_content(&to_hex(&hash)), Ok(hash));
		assert!(parse_content("0x12").expect_err("too short").contains("32 bytes"));
		let missing = parse_content("/nowhere/agreement.pdf").expect_err("not there");
		assert!(missing.contains("/nowhere/agreement.pdf cannot be read"), "{missing}");
	}
}
