//! A node of a network: BABE makes blocks, GRANDPA makes them final.

use super::{durability::VoteKeystore, *};
use futures::{FutureExt, StreamExt};
use millpond_runtime::Hash;
use sc_client_api::BlockBackend;
use sc_consensus_babe::{BabeBlockImport, BabeLink, BabeWorkerHandle, SlotProportion};
use sc_consensus_grandpa::SharedVoterState;
use sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging;
use sc_network::{event::Event, service::traits::NetworkService, NetworkBackend, NetworkEventStream};
use sc_network_sync::WarpSyncConfig;
use sp_blockchain::HeaderBackend;
use sp_core::crypto::key_types;
use sp_inherents::CreateInherentDataProviders;
use sp_keystore::KeystorePtr;
use sp_runtime::traits::Block as BlockT;
use std::time::Duration;

/// Blocks after which GRANDPA makes a justification even where nothing else asks for one (25 minutes).
const JUSTIFICATION_PERIOD: u32 = 512;
/// How long GRANDPA's messages take through the network.
const GOSSIP_DURATION: Duration = Duration::from_millis(333);
/// The share of a slot for making its block: as much as the block's weight stands for, twice over.
const PROPOSAL_SLOT_PORTION: f32 = 2.0 / 3.0;

type BabeImport = BabeBlockImport<Block, Client, GrandpaImport, WallClock, SelectChain>;
/// The slot and the timestamp of now.
#[derive(Clone)]
struct WallClock(sp_consensus_babe::SlotDuration);

#[async_trait::async_trait]
impl CreateInherentDataProviders<Block, ()> for WallClock {
	type InherentDataProviders = (
		sp_consensus_babe::inherents::InherentDataProvider,
		sp_timestamp::InherentDataProvider,
	);

	async fn create_inherent_data_providers(
		&self,
		_parent: Hash,
		_extra: (),
	) -> Result<Self::InherentDataProviders, Box<dyn std::error::Error + Send + Sync>> {
		let timestamp = sp_timestamp::InherentDataProvider::from_system_time();
		let slot =
			sp_consensus_babe::inherents::InherentDataProvider::from_timestamp_and_slot_duration(*timestamp, self.0);
		Ok((slot, timestamp))
	}
}

/// How blocks are checked and imported.
pub(super) struct Consensus {
	block_import: BabeImport,
	pub(super) import_queue: BasicQueue<Block>,
	worker_handle: BabeWorkerHandle<Block>,
	babe_link: BabeLink<Block>,
	grandpa_link: GrandpaLink,
}

impl Consensus {
	pub(super) fn new(config: &Configuration, parts: &Parts) -> Result<Self, ServiceError> {
		let telemetry = parts.telemetry.as_ref().map(|telemetry| telemetry.handle());
		let (grandpa_import, grandpa_link) = sc_consensus_grandpa::block_import(
			parts.client.clone(),
			JUSTIFICATION_PERIOD,
			&parts.client,
			parts.select_chain.clone(),
			telemetry.clone(),
		)?;
		let babe_config = sc_consensus_babe::configuration(&*parts.client)?;
		let slot_duration = babe_config.slot_duration();
		let (block_import, babe_link) = sc_consensus_babe::block_import(
			babe_config,
			grandpa_import.clone(),
			parts.client.clone(),
			WallClock(slot_duration),
			parts.select_chain.clone(),
			parts.offchain_pool_factory(),
		)?;
		let (import_queue, worker_handle) = sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
			link: babe_link.clone(),
			block_import: block_import.clone(),
			justification_import: Some(Box::new(grandpa_import)),
			client: parts.client.clone(),
			slot_duration,
			spawner: &essential::Essential::of(&parts.task_manager),
			registry: config.prometheus_registry(),
			telemetry,
		})?;
		Ok(Self {
			block_import,
			import_queue,
			worker_handle,
			babe_link,
			grandpa_link,
		})
	}
}

/// Starts the node.
pub(super) fn start<Network>(mut config: Configuration, services: Services) -> Result<TaskManager, ServiceError>
where
	Network: NetworkBackend<Block, <Block as BlockT>::Hash>,
{
	let local = matches!(
		config.chain_spec.chain_type(),
		ChainType::Development | ChainType::Local
	);
	if local {
		// A network on one machine may have a single peer to sync from.
		config.network.min_peers_to_start_warp_sync = Some(1);
	}
	let parts = Parts::new(&config)?;
	let database_log = parts.database_log(&config)?;
	let Consensus {
		block_import,
		import_queue,
		worker_handle,
		babe_link,
		grandpa_link,
	} = Consensus::new(&config, &parts)?;
	let slot_duration = babe_link.config().slot_duration();
	standing::ensure_not_ahead(&parts.client, slot_duration)?;

	let genesis_hash = parts
		.client
		.block_hash(0)?
		.ok_or_else(|| ServiceError::Other("the database holds no genesis block: purge the chain".into()))?;
	let mut net_config = sc_network::config::FullNetworkConfiguration::<_, _, Network>::new(
		&config.network,
		config.prometheus_registry().cloned(),
	);
	let metrics = Network::register_notification_metrics(config.prometheus_registry());
	let grandpa_protocol = sc_consensus_grandpa::protocol_standard_name(&genesis_hash, &config.chain_spec);
	let (grandpa_peers, grandpa_notifications) = sc_consensus_grandpa::grandpa_peers_set_config::<_, Network>(
		grandpa_protocol.clone(),
		metrics.clone(),
		net_config.peer_store_handle(),
	);
	net_config.add_notification_protocol(grandpa_peers);
	let warp_sync = Arc::new(sc_consensus_grandpa::warp_proof::NetworkProvider::new(
		parts.backend.clone(),
		grandpa_link.shared_authority_set().clone(),
		Vec::new(),
	));
	let (network, system_rpc_tx, tx_handler_controller, sync_service, _bitswap) =
		sc_service::build_network(sc_service::BuildNetworkParams {
			config: &config,
			net_config,
			client: parts.client.clone(),
			transaction_pool: parts.pool.clone(),
			spawn_handle: parts.task_manager.spawn_handle(),
			spawn_essential_handle: parts.task_manager.spawn_essential_handle(),
			import_queue,
			block_announce_validator_builder: None,
			warp_sync_config: Some(WarpSyncConfig::WithProvider(warp_sync)),
			block_relay: None,
			metrics,
			gap_sync_body_policy: None,
		})?;

	// The network has made its key where there was none.
	sync_chain_folder(&config)?;

	parts.spawn_offchain_workers(&config, network.clone())?;

	let voter_state = SharedVoterState::empty();
	let rpc = rpc_builder(rpc::Deps {
		client: parts.client.clone(),
		pool: parts.pool.clone(),
		select_chain: parts.select_chain.clone(),
		babe: rpc::BabeDeps {
			worker_handle,
			keystore: parts.keystore.clone(),
		},
		grandpa: Some(rpc::GrandpaDeps {
			voter_state: voter_state.clone(),
			authority_set: grandpa_link.shared_authority_set().clone(),
			justification_stream: grandpa_link.justification_stream(),
			finality_proofs: sc_consensus_grandpa::FinalityProofProvider::new_for_service(
				parts.backend.clone(),
				Some(grandpa_link.shared_authority_set().clone()),
			),
		}),
	});

	let role = config.role;
	let name = config.network.node_name.clone();
	let enable_grandpa = !config.disable_grandpa;
	let force_authoring = config.force_authoring;
	let prometheus = config.prometheus_registry().cloned();
	let public_addresses = config.network.public_addresses.clone();
	let network_folder = config.network.net_config_path.clone().filter(|_| !local);
	let offchain_pool_factory = parts.offchain_pool_factory();
	let Parts {
		client,
		backend,
		mut task_manager,
		keystore,
		select_chain,
		pool,
		mut telemetry,
	} = parts;

	if role.is_authority() && config.dev_key_seed.is_none() {
		warn_without_session_keys(&keystore);
		if client.info().best_number == 0 {
			warn_of_used_session_keys(&keystore);
		}
	}

	sc_service::spawn_tasks(sc_service::SpawnTasksParams {
		config,
		client: client.clone(),
		backend,
		task_manager: &mut task_manager,
		keystore: keystore.clone(),
		transaction_pool: pool.clone(),
		rpc_builder: rpc,
		network: network.clone(),
		system_rpc_tx,
		tx_handler_controller,
		sync_service: sync_service.clone(),
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;
	let telemetry = telemetry.as_ref().map(|telemetry| telemetry.handle());
	let voter_keystore = match database_log {
		Some(log) => {
			durability::spawn(log.clone(), &client, &task_manager);
			Arc::new(VoteKeystore::new(keystore.clone(), log)) as KeystorePtr
		}
		None => keystore.clone(),
	};
	services.spawn(
		&client,
		&pool,
		&keystore,
		&sync_service,
		&task_manager,
		prometheus.as_ref(),
	)?;

	standing::spawn(
		client.clone(),
		sync_service.clone(),
		slot_duration,
		&task_manager,
		prometheus.as_ref(),
	)?;

	if role.is_authority() {
		let babe = sc_consensus_babe::start_babe(sc_consensus_babe::BabeParams {
			keystore: keystore.clone(),
			client: client.clone(),
			select_chain,
			env: sc_basic_authorship::ProposerFactory::new(
				task_manager.spawn_handle(),
				client.clone(),
				pool,
				prometheus.as_ref(),
				telemetry.clone(),
			),
			block_import,
			sync_oracle: sync_service.clone(),
			justification_sync_link: sync_service.clone(),
			create_inherent_data_providers: WallClock(slot_duration),
			force_authoring,
			backoff_authoring_blocks: Some(BackoffAuthoringOnFinalizedHeadLagging::default()),
			babe_link,
			block_proposal_slot_portion: SlotProportion::new(PROPOSAL_SLOT_PORTION),
			max_block_proposal_slot_portion: None,
			telemetry: telemetry.clone(),
		})?;
		task_manager
			.spawn_essential_handle()
			.spawn_blocking("babe-proposer", Some("block-authoring"), babe);
		spawn_authority_discovery(
			&task_manager,
			client,
			network.clone(),
			keystore.clone(),
			prometheus.clone(),
			sc_authority_discovery::WorkerConfig {
				publish_non_global_ips: local,
				public_addresses,
				strict_record_validation: true,
				persisted_cache_directory: network_folder,
				..Default::default()
			},
		);
	}

	if enable_grandpa {
		let voter = sc_consensus_grandpa::run_grandpa_voter(sc_consensus_grandpa::GrandpaParams {
			config: sc_consensus_grandpa::Config {
				gossip_duration: GOSSIP_DURATION,
				justification_generation_period: JUSTIFICATION_PERIOD,
				name: Some(name),
				observer_enabled: false,
				keystore: role.is_authority().then_some(voter_keystore),
				local_role: role,
				telemetry: telemetry.clone(),
				protocol_name: grandpa_protocol,
			},
			link: grandpa_link,
			network,
			sync: Arc::new(sync_service),
			notification_service: grandpa_notifications,
			voting_rule: sc_consensus_grandpa::VotingRulesBuilder::default().build(),
			prometheus_registry: prometheus,
			shared_voter_state: voter_state,
			telemetry,
			offchain_tx_pool_factory: offchain_pool_factory,
		})?;
		task_manager
			.spawn_essential_handle()
			.spawn_blocking("grandpa-voter", None, voter);
	}
	Ok(task_manager)
}

/// Lets validators find each other's addresses by their session keys.
fn spawn_authority_discovery(
	task_manager: &TaskManager,
	client: Arc<Client>,
	network: Arc<dyn NetworkService>,
	keystore: sp_keystore::KeystorePtr,
	prometheus: Option<substrate_prometheus_endpoint::Registry>,
	config: sc_authority_discovery::WorkerConfig,
) {
	let dht_events = network
		.event_stream("authority-discovery")
		.filter_map(|event| async move {
			match event {
				Event::Dht(event) => Some(event),
				_ => None,
			}
		});
	let (worker, _service) = sc_authority_discovery::new_worker_and_service_with_config(
		config,
		client,
		Arc::new(network),
		Box::pin(dht_events),
		sc_authority_discovery::Role::PublishAndDiscover(keystore),
		prometheus,
		task_manager.spawn_handle(),
	);
	task_manager
		.spawn_handle()
		.spawn("authority-discovery-worker", Some("networking"), worker.run().boxed());
}

/// Says, when a validator's database is new and its keys may not be, what that can cost.
fn warn_of_used_session_keys(keystore: &sp_keystore::KeystorePtr) {
	if !keystore.ed25519_public_keys(key_types::GRANDPA).is_empty() {
		log::warn!(
			"🔑 This database is new, and the keystore holds a session key for GRANDPA. A key that was never in use may stay. One that \
			 was could vote again in rounds that it has voted in, which is slashed: stop this node, delete the keystore, and make new \
			 keys with `millpond key rotate --owner <stash address>`."
		);
	}
}

/// Says, when a validator has nothing to sign with, how it gets it.
fn warn_without_session_keys(keystore: &sp_keystore::KeystorePtr) {
	let missing: Vec<_> = [
		("BABE", keystore.sr25519_public_keys(key_types::BABE).is_empty()),
		("GRANDPA", keystore.ed25519_public_keys(key_types::GRANDPA).is_empty()),
		(
			"authority discovery",
			keystore.sr25519_public_keys(key_types::AUTHORITY_DISCOVERY).is_empty(),
		),
	]
	.into_iter()
	.filter_map(|(name, empty)| empty.then_some(name))
	.collect();
	if !missing.is_empty() {
		log::warn!(
			"🔑 This validator's keystore holds no session key for {}: it will make and finalise no blocks. Make the keys \
			 on this machine with `millpond key rotate --owner <stash address>`, then submit what it prints.",
			missing.join(", ")
		);
	}
}
