//! The attestor: proves for operators that their GPUs are there. It sends their heartbeats, has the GPUs compute what
//! rounds ask for, and sends the commitments and proofs, signed with a key of the node's keystore, through the node's own
//! pool.
//!
//! It follows the chain: with each best block, and whenever a GPU is done with something, it asks what is owed. What came
//! of it is seen on the chain as well, so that a transaction that was lost is sent again, and a node that was restarted
//! goes on with the round that is on. A node that is still catching up does nothing.
//!
//! | module | subject |
//! |---|---|
//! | [`options`] | the command line |
//! | [`devices`] | what this machine has |
//! | [`view`] | what the chain says |
//! | [`steward`] | what is done for one operator |
//! | [`part`], [`job`] | an operator's part in a round, and the work of one GPU in it |
//! | [`sending`] | what was sent, and when it is sent again |

mod devices;
mod job;
mod metrics;
mod options;
mod part;
mod sending;
mod steward;
mod view;

pub use options::{AttestorOptions, AttestorParams};

use crate::{
	client::{
		address::format_account,
		signer::{accounts_of, key_file, KeyFault, Signer},
	},
	outbox::Outbox,
	service::{Client, FullPool},
};
use devices::Devices;
use futures::{
	channel::{mpsc, oneshot},
	Stream, StreamExt,
};
use metrics::Metrics;
use millpond_gpu::probe::Report;
use millpond_primitives::{Minute, OperatorId};
use millpond_runtime::{AccountId, BlockNumber, OpaqueBlock as Block};
use pallet_attestation::{Phase, RoundIndex};
use sc_client_api::BlockchainEvents;
use sc_network_sync::SyncingService;
use sc_service::{error::Error as ServiceError, TaskManager};
use sending::Sender;
use sp_consensus::SyncOracle;
use sp_core::crypto::KeyTypeId;
use sp_keyring::Sr25519Keyring;
use sp_keystore::{Keystore, KeystorePtr};
use std::{
	collections::{BTreeMap, BTreeSet},
	path::PathBuf,
	sync::Arc,
};
use steward::Steward;
use substrate_prometheus_endpoint::Registry;
use view::View;

/// What the keystore keeps attestors' keys under.
pub const KEY_TYPE: KeyTypeId = KeyTypeId(*b"atst");

/// Who attests on the development chains: somebody whose nonce nobody else counts on.
const DEVELOPMENT_ATTESTOR: Sr25519Keyring = Sr25519Keyring::EveStash;

const LOG: &str = "attestor";

/// After how many blocks all operators are asked again whether they name a key of this node's.
const CENSUS: BlockNumber = 5;

/// How much of what has happened is dealt with at once.
const AT_ONCE: usize = 1_024;

/// What an attestor needs of its node.
pub struct AttestorDeps<'a> {
	pub client: Arc<Client>,
	pub pool: Arc<FullPool>,
	pub keystore: KeystorePtr,
	pub sync: Arc<SyncingService<Block>>,
	pub registry: Option<&'a Registry>,
}

/// Starts attesting beside the node's other tasks.
///
/// # Errors
/// A keystore that takes no key, or metrics that are there already.
pub fn spawn(options: AttestorOptions, tasks: &TaskManager, deps: AttestorDeps) -> Result<(), ServiceError> {
	let AttestorDeps {
		client,
		pool,
		keystore,
		sync,
		registry,
	} = deps;
	if options.development && keystore.sr25519_public_keys(KEY_TYPE).is_empty() {
		keystore
			.sr25519_generate_new(KEY_TYPE, Some(&development_seed()))
			.map_err(|error| ServiceError::Other(format!("the attestor's development key: {error}")))?;
	}
	let metrics = registry.map(Metrics::register).transpose()?;
	let blocks = client
		.import_notification_stream()
		.filter(|block| std::future::ready(block.is_new_best))
		.map(|_| ());
	let (wake, woken) = mpsc::unbounded();
	let attestor = Attestor {
		client: client.clone(),
		tools: Tools {
			sender: Sender::new(Outbox { client, pool }),
			keystore,
			keystore_folder: options.keystore,
			devices: Devices::new(options.mode),
			metrics,
			wake,
		},
		named: options.operators,
		found: None,
		stewards: BTreeMap::new(),
		looked: None,
		looking: None,
		has_looked: false,
		problem: None,
	};
	// On a thread of its own: it asks the runtime several times for each GPU.
	tasks.spawn_handle().spawn_blocking(
		"gpu-attestor",
		Some("gpu-attestor"),
		attestor.run(futures::stream::select(blocks, woken), move || sync.is_major_syncing()),
	);
	Ok(())
}

/// The secret of the development chains' attestor. The keyring's own `to_seed` leaves out the second slash of a stash.
fn development_seed() -> String {
	format!("//{}", <&str>::from(DEVELOPMENT_ATTESTOR))
}

/// What all operators' stewards share.
struct Tools {
	sender: Sender,
	keystore: KeystorePtr,
	/// Where the keystore is, if it is a folder.
	keystore_folder: Option<PathBuf>,
	devices: Devices,
	metrics: Option<Metrics>,
	/// Told when a GPU is done with something.
	wake: mpsc::UnboundedSender<()>,
}

impl Tools {
	fn keystore(&self) -> Arc<dyn Keystore> {
		self.keystore.clone()
	}

	/// The attestors whose keys are here, whether they can be used or not.
	///
	/// # Errors
	/// A keystore that cannot be read.
	fn own_keys(&self) -> Result<BTreeSet<AccountId>, KeyFault> {
		accounts_of(&*self.keystore, KEY_TYPE).map_err(|fault| match &self.keystore_folder {
			Some(folder) => fault.at(folder.clone()),
			None => fault,
		})
	}

	/// Signs as an attestor whose key is here.
	///
	/// # Errors
	/// Why the key cannot be used.
	fn signer(&self, attestor: &AccountId) -> Result<Signer, KeyFault> {
		Signer::from_key(&self.keystore(), KEY_TYPE, attestor).map_err(|fault| match &self.keystore_folder {
			Some(folder) => fault.at(key_file(folder, KEY_TYPE, attestor)),
			None => fault,
		})
	}
}

struct Attestor {
	client: Arc<Client>,
	tools: Tools,
	/// The operators that were named on the command line.
	named: Vec<OperatorId>,
	/// Those that name a key of this node's, and the block at which it was looked.
	found: Option<(BlockNumber, Vec<OperatorId>)>,
	stewards: BTreeMap<OperatorId, Steward>,
	/// The round and the period in which the devices were looked at last.
	looked: Option<(Option<RoundIndex>, Option<Minute>)>,
	/// What is to be told by the driver that was asked last and has not answered yet.
	looking: Option<oneshot::Receiver<Result<Report, String>>>,
	/// Whether it has ever answered, or was given up.
	has_looked: bool,
	/// What was wrong with them then.
	problem: Option<String>,
}

impl Attestor {
	/// Attests whenever `events` come, until the node stops.
	async fn run(mut self, events: impl Stream<Item = ()> + Unpin, is_syncing: impl Fn() -> bool) {
		self.introduce();
		let mut events = events.ready_chunks(AT_ONCE);
		while events.next().await.is_some() {
			if !is_syncing() {
				self.tick().await;
			}
		}
	}

	/// Says for whom it signs.
	fn introduce(&self) {
		let keys = match self.tools.own_keys() {
			Ok(keys) => keys,
			Err(fault) => return log::warn!(target: LOG, "⚠️ There is no key to attest with: {fault}"),
		};
		let (mut usable, mut faults) = (Vec::new(), Vec::new());
		for key in &keys {
			match self.tools.signer(key) {
				Ok(_) => usable.push(format_account(key)),
				Err(fault) => faults.push(format!(
					"the attestor's key of {} cannot be used: {fault}",
					format_account(key)
				)),
			}
		}
		for fault in &faults {
			log::warn!(target: LOG, "⚠️ {fault}");
		}
		let whose = match self.named.as_slice() {
			[] => "all operators that name its key".to_string(),
			named => format!(
				"operator {}",
				named.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
			),
		};
		match usable.as_slice() {
			[] if !faults.is_empty() => {}
			[] => log::warn!(
				target: LOG,
				"⚠️ The keystore holds no attestor's key for {whose}: make one with `millpond key generate --scheme sr25519` and \
				 put it there with `millpond key insert --key-type atst`"
			),
			keys => log::info!(target: LOG, "🔎 Attesting the GPUs of {whose}, as {}", keys.join(", ")),
		}
	}

	async fn tick(&mut self) {
		let view = View::best(self.client.clone());
		let operators = match self.operators(&view) {
			Ok(operators) => operators,
			Err(error) => return log::warn!(target: LOG, "⚠️ {error}"),
		};
		self.look_at_devices(&view, operators.first().copied());
		if self.has_yet_to_look() {
			return;
		}
		self.stewards.retain(|operator, _| operators.contains(operator));
		for operator in operators {
			let steward = self.stewards.entry(operator).or_insert_with(|| Steward::new(operator));
			steward.tick(&view, &mut self.tools).await;
		}
		if let Some(metrics) = &self.tools.metrics {
			let census = self.stewards.values().map(Steward::census);
			let (here, away) = census.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
			metrics.has_gpus(here, away);
		}
	}

	/// The operators to attest: those that were named, or all that name a key that is here.
	fn operators(&mut self, view: &View) -> Result<Vec<OperatorId>, String> {
		if !self.named.is_empty() {
			return Ok(self.named.clone());
		}
		let recent = self.found.as_ref().filter(|(at, _)| view.number.abs_diff(*at) < CENSUS);
		if let Some((_, operators)) = recent {
			return Ok(operators.clone());
		}
		let own = self.tools.own_keys().map_err(|fault| fault.to_string())?;
		let mut operators = Vec::new();
		for operator in view.operators()? {
			if view
				.duties(operator)?
				.is_some_and(|duties| own.contains(&duties.attestor))
			{
				operators.push(operator);
			}
		}
		self.found = Some((view.number, operators.clone()));
		Ok(operators)
	}

	/// Looks what devices there are, once in a period and when a round begins; not while they compute, since the memory that
	/// the node's own provers use would then be reported as somebody else's. The driver may take its time: it is asked beside
	/// everything else, and its answer is taken when it is there.
	fn look_at_devices(&mut self, view: &View, operator: Option<OperatorId>) {
		if let Some(report) = self.looking.as_mut().and_then(answered) {
			self.looking = None;
			self.note(report);
		}
		let Some(operator) = operator else { return };
		if self.looking.is_some() || !self.tools.devices.are_asked_for() {
			return;
		}
		let round = view.round().ok().flatten();
		let period = view.duties(operator).ok().flatten().map(|duties| duties.period);
		let computing = self.looked.is_some() && round.as_ref().is_some_and(|round| is_computed(round.phase));
		let round = round.map(|round| round.index);
		if computing || self.looked == Some((round, period)) {
			return;
		}
		self.looked = Some((round, period));
		let (tell, told) = oneshot::channel();
		self.looking = Some(told);
		let wake = self.tools.wake.clone();
		tokio::spawn(async move {
			// Nobody listens any more when the node stops.
			let _ = tell.send(devices::probe().await);
			let _ = wake.unbounded_send(());
		});
	}

	/// Whether nothing is known of the devices because the driver is asked for the first time.
	fn has_yet_to_look(&self) -> bool {
		self.looking.is_some() && !self.has_looked
	}

	/// Takes what the driver has said, and tells what is wrong when that is something else than the last time.
	fn note(&mut self, report: Result<Report, String>) {
		self.has_looked = true;
		let problem = self.tools.devices.note(report).err();
		if problem != self.problem {
			match &problem {
				Some(problem) => log::warn!(target: LOG, "⚠️ {problem}"),
				None => log::info!(target: LOG, "🔎 This machine's GPUs are there again"),
			}
		}
		self.problem = problem;
	}
}

/// What the driver has said, once it has.
fn answered(told: &mut oneshot::Receiver<Result<Report, String>>) -> Option<Result<Report, String>> {
	match told.try_recv() {
		Ok(report) => report,
		Err(_) => Some(Err("`millpond gpu probe` was given up".into())),
	}
}

/// Whether provers hold memory in a phase.
fn is_computed(phase: Phase) -> bool {
	match phase {
		Phase::Fill | Phase::WalkSeed | Phase::Walk | Phase::PickSeed | Phase::Picking => true,
		Phase::FillSeed | Phase::Proving | Phase::Closing => false,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sc_keystore::LocalKeystore;

	#[test]
	fn the_documentation_should_name_the_development_attestor() {
		let address = format_account(&DEVELOPMENT_ATTESTOR.to_account_id());
		for text in [
			include_str!("../../../docs/attestation.md"),
			include_str!("../../../docs/cli.md"),
		] {
			assert!(text.contains(&address), "{address}");
		}
	}

	#[test]
	fn the_development_seed_should_be_that_of_the_attestor() {
		let key = LocalKeystore::in_memory()
			.sr25519_generate_new(KEY_TYPE, Some(&development_seed()))
			.expect("a seed");
		assert_eq!(key, DEVELOPMENT_ATTESTOR.public());
	}
}
