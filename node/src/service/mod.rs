//! Puts a node together: the parts that every kind of node has, and the two kinds there are.

mod durability;
mod essential;
mod fast_clock;
mod full;
mod pause;
mod standing;

use self::durability::DatabaseLog;
use crate::{
	attestor::{self, AttestorDeps, AttestorOptions},
	feeder::{self, FeederDeps, FeederOptions},
	gauges, rpc,
};
use millpond_runtime::{apis::RuntimeApi, OpaqueBlock as Block};
use sc_client_api::Backend as _;
use sc_consensus::BasicQueue;
use sc_consensus_grandpa::{GrandpaBlockImport, LinkHalf};
use sc_executor::{HeapAllocStrategy, WasmExecutor, DEFAULT_HEAP_ALLOC_STRATEGY};
use sc_network::{config::NetworkBackendType, Litep2pNetworkBackend, NetworkWorker};
use sc_network_sync::SyncingService;
use sc_service::{error::Error as ServiceError, ChainType, Configuration, TaskManager};
use sc_storage_monitor::{StorageMonitorParams, StorageMonitorService};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool::TransactionPoolHandle;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use std::{path::Path, sync::Arc};
use substrate_prometheus_endpoint::Registry;

/// The runtime runs as Wasm, with the host functions of every Substrate node.
pub type Executor = WasmExecutor<sp_io::SubstrateHostFunctions>;
/// The chain's state and blocks, and the runtime to interpret them with.
pub type Client = sc_service::TFullClient<Block, RuntimeApi, Executor>;
/// The database.
pub type Backend = sc_service::TFullBackend<Block>;
/// The longest chain is the best one; GRANDPA says which part of it is final.
pub type SelectChain = sc_consensus::LongestChain<Backend, Block>;
/// Transactions that wait for a block.
pub type FullPool = TransactionPoolHandle<Block, Client>;

type GrandpaImport = GrandpaBlockImport<Backend, Block, Client, SelectChain>;
type GrandpaLink = LinkHalf<Block, Client, SelectChain>;

/// What is asked of a node beside the usual configuration.
pub struct Options {
	/// Seconds of chain time from block to block; None for a chain in real time.
	pub fast_clock: Option<u32>,
	/// What the node does for its operator.
	pub services: Services,
	/// Stop before the disk is full.
	pub storage_monitor: StorageMonitorParams,
	/// The database is gone when the node ends.
	pub temporary: bool,
}

/// What a node does for its operator, beside the chain's own work.
pub struct Services {
	/// What to feed the oracle with, if anything.
	pub feeder: Option<FeederOptions>,
	/// Whose GPUs to attest, if anybody's.
	pub attestor: Option<AttestorOptions>,
}

impl Services {
	/// Starts them, and the gauges of the chain's supply, beside the node's other tasks.
	fn spawn(
		self,
		client: &Arc<Client>,
		pool: &Arc<FullPool>,
		keystore: &sp_keystore::KeystorePtr,
		sync: &Arc<SyncingService<Block>>,
		tasks: &TaskManager,
		registry: Option<&Registry>,
	) -> Result<(), ServiceError> {
		gauges::spawn(client.clone(), tasks, registry)?;
		if let Some(options) = self.feeder {
			let deps = FeederDeps {
				client: client.clone(),
				pool: pool.clone(),
				keystore: keystore.clone(),
				sync: sync.clone(),
				registry,
			};
			feeder::spawn(options, tasks, deps)?;
		}
		if let Some(options) = self.attestor {
			let deps = AttestorDeps {
				client: client.clone(),
				pool: pool.clone(),
				keystore: keystore.clone(),
				sync: sync.clone(),
				registry,
			};
			attestor::spawn(options, tasks, deps)?;
		}
		Ok(())
	}
}

/// What every kind of node has.
struct Parts {
	client: Arc<Client>,
	backend: Arc<Backend>,
	task_manager: TaskManager,
	keystore: sp_keystore::KeystorePtr,
	select_chain: SelectChain,
	pool: Arc<FullPool>,
	telemetry: Option<Telemetry>,
}

impl Parts {
	fn new(config: &Configuration) -> Result<Self, ServiceError> {
		let telemetry = config
			.telemetry_endpoints
			.clone()
			.filter(|endpoints| !endpoints.is_empty())
			.map(|endpoints| -> Result<_, sc_telemetry::Error> {
				let worker = TelemetryWorker::new(16)?;
				let telemetry = worker.handle().new_telemetry(endpoints);
				Ok((worker, telemetry))
			})
			.transpose()?;
		let (client, backend, keystore, task_manager) = sc_service::new_full_parts::<Block, RuntimeApi, _>(
			config,
			telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
			executor(config),
			Vec::new(),
		)?;
		let client = Arc::new(client);
		let telemetry = telemetry.map(|(worker, telemetry)| {
			task_manager.spawn_handle().spawn("telemetry", None, worker.run());
			telemetry
		});
		let pool = Arc::from(
			sc_transaction_pool::Builder::new(
				essential::Essential::of(&task_manager),
				client.clone(),
				config.role.is_authority().into(),
			)
			.with_options(config.transaction_pool.clone())
			.with_prometheus(config.prometheus_registry())
			.build(),
		);
		Ok(Self {
			select_chain: SelectChain::new(backend.clone()),
			client,
			backend,
			task_manager,
			keystore: keystore.keystore(),
			pool,
			telemetry,
		})
	}

	fn offchain_pool_factory(&self) -> OffchainTransactionPoolFactory<Block> {
		OffchainTransactionPoolFactory::new(self.pool.clone())
	}

	/// Brings to the disk what has been made by now, and returns what does so from then on. None where the database is in no folder.
	fn database_log(&self, config: &Configuration) -> Result<Option<Arc<DatabaseLog<Backend>>>, ServiceError> {
		let Some(database) = config.database.path() else {
			return Ok(None);
		};
		let log = DatabaseLog::new(self.backend.clone(), database.into(), config.prometheus_registry())?;
		log.sync().map_err(|error| not_synced(database, error))?;
		sync_chain_folder(config)?;
		Ok(Some(Arc::new(log)))
	}

	/// Runs the runtime's offchain workers after each imported block, where the configuration asks for them.
	fn spawn_offchain_workers(
		&self,
		config: &Configuration,
		network: Arc<dyn sc_network::service::traits::NetworkService>,
	) -> Result<(), ServiceError> {
		use futures::FutureExt;
		if !config.offchain_worker.enabled {
			return Ok(());
		}
		let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
			runtime_api_provider: self.client.clone(),
			keystore: Some(self.keystore.clone()),
			offchain_db: self.backend.offchain_storage(),
			transaction_pool: Some(self.offchain_pool_factory()),
			network_provider: Arc::new(network),
			is_validator: config.role.is_authority(),
			enable_http_requests: false,
			custom_extensions: |_| Vec::new(),
		})?;
		let run = workers
			.run(self.client.clone(), self.task_manager.spawn_handle())
			.boxed();
		self.task_manager
			.spawn_handle()
			.spawn("offchain-workers-runner", "offchain-worker", run);
		Ok(())
	}
}

/// Brings the chain's folder to the disk, with all that is in it: the database's metadata, keys, the folders themselves.
fn sync_chain_folder(config: &Configuration) -> Result<(), ServiceError> {
	let Some(database) = config.database.path() else {
		return Ok(());
	};
	// The database's folder is that of its kind, in that of all databases, in that of the chain.
	let chain = database.ancestors().nth(2).unwrap_or(database);
	durability::sync_folder(chain).map_err(|error| not_synced(chain, error))
}

fn not_synced(folder: &Path, error: std::io::Error) -> ServiceError {
	ServiceError::Other(format!("{} cannot be brought to its disk: {error}", folder.display()))
}

/// The usual executor, with a folder in which compiled runtimes are kept: compiling takes seconds, at every start.
fn executor(config: &Configuration) -> Executor {
	let executor = &config.executor;
	let heap = executor
		.default_heap_pages
		.map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |pages| HeapAllocStrategy::Static {
			extra_pages: u32::try_from(pages).unwrap_or(u32::MAX),
		});
	let builder = Executor::builder()
		.with_execution_method(executor.wasm_method)
		.with_onchain_heap_alloc_strategy(heap)
		.with_offchain_heap_alloc_strategy(heap)
		.with_max_runtime_instances(executor.max_runtime_instances)
		.with_runtime_cache_size(executor.runtime_cache_size);
	match directories::ProjectDirs::from("", "", "millpond") {
		Some(folders) => builder.with_cache_path(folders.cache_dir().join("runtimes")).build(),
		None => builder.build(),
	}
}

/// What the commands that work on a stopped node's database need.
pub struct ChainParts {
	pub client: Arc<Client>,
	pub backend: Arc<Backend>,
	pub import_queue: BasicQueue<Block>,
	pub task_manager: TaskManager,
}

/// Opens the chain's database without starting a node.
///
/// # Errors
/// A database that another process holds, or that belongs to another chain.
pub fn chain_parts(config: &Configuration) -> Result<ChainParts, ServiceError> {
	let parts = Parts::new(config)?;
	let consensus = full::Consensus::new(config, &parts)?;
	Ok(ChainParts {
		client: parts.client,
		backend: parts.backend,
		import_queue: consensus.import_queue,
		task_manager: parts.task_manager,
	})
}

/// Starts a node.
///
/// # Errors
/// Whatever keeps one of its parts from starting.
pub fn start(config: Configuration, options: Options) -> Result<TaskManager, ServiceError> {
	let database = config.database.path().map(|path| path.to_path_buf());
	let services = options.services;
	// A development chain has no peers to lose.
	let watch_pauses = !options.temporary && config.chain_spec.chain_type() != ChainType::Development;
	let task_manager = match (config.network.network_backend, options.fast_clock) {
		(NetworkBackendType::Libp2p, None) => full::start::<NetworkWorker<_, _>>(config, services)?,
		(NetworkBackendType::Litep2p, None) => full::start::<Litep2pNetworkBackend>(config, services)?,
		(NetworkBackendType::Libp2p, Some(step)) => fast_clock::start::<NetworkWorker<_, _>>(config, step, services)?,
		(NetworkBackendType::Litep2p, Some(step)) => {
			fast_clock::start::<Litep2pNetworkBackend>(config, step, services)?
		}
	};
	if watch_pauses {
		pause::watch()?;
	}
	if let Some(path) = database {
		StorageMonitorService::try_spawn(options.storage_monitor, path, &task_manager.spawn_essential_handle())
			.map_err(|error| ServiceError::Application(error.into()))?;
	}
	Ok(task_manager)
}

/// Builds the node's own RPC interfaces, as the service wants them.
fn rpc_builder(
	deps: rpc::Deps,
) -> Box<dyn Fn(sc_rpc::SubscriptionTaskExecutor) -> Result<jsonrpsee::RpcModule<()>, ServiceError>> {
	Box::new(move |subscriptions| rpc::build(&deps, subscriptions).map_err(ServiceError::Application))
}
