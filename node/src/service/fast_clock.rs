//! A development chain whose time runs ahead: every block is a fixed number of seconds after the one before, however
//! soon it is made. There is one author, no other node, and every block is final at once.

use super::*;
use futures::StreamExt;
use sc_consensus_manual_seal::{
	consensus::babe::BabeConsensusDataProvider, run_delayed_finalize, run_manual_seal, DelayedFinalizeParams,
	EngineCommand, ManualSealParams,
};
use sc_network::NetworkBackend;
use sp_blockchain::HeaderBackend;
use sp_runtime::traits::Block as BlockT;
use std::{
	sync::atomic::{AtomicU64, Ordering},
	time::Duration,
};

/// The real time from one block to the next.
const BLOCK_INTERVAL: Duration = Duration::from_millis(250);

/// The chain's time, in milliseconds since 1970. It moves when a block is about to be made, and only then.
#[derive(Clone)]
struct Clock {
	now: Arc<AtomicU64>,
	step: u64,
	slot_duration: sp_consensus_babe::SlotDuration,
}

type Inherents = (
	sp_consensus_babe::inherents::InherentDataProvider,
	sp_timestamp::InherentDataProvider,
);

impl Clock {
	/// A clock that goes on from the chain's best block, or from the wall clock where that is later.
	fn new(client: &Client, step: u32, slot_duration: sp_consensus_babe::SlotDuration) -> Result<Self, ServiceError> {
		let best = client.info().best_hash;
		let best_slot = client
			.header(best)?
			.and_then(|header| sc_consensus_babe::find_pre_digest::<Block>(&header).ok())
			.map_or(0, |digest| u64::from(digest.slot()));
		let best_time = best_slot.saturating_mul(slot_duration.as_millis());
		let wall_clock = sp_timestamp::Timestamp::current().as_millis();
		Ok(Self {
			now: Arc::new(AtomicU64::new(best_time.max(wall_clock))),
			step: u64::from(step).saturating_mul(1_000),
			slot_duration,
		})
	}

	/// What the clock shows, without moving it.
	fn read(&self) -> Inherents {
		self.inherents(self.now.load(Ordering::SeqCst))
	}

	/// Moves the clock by one step.
	fn advance(&self) -> Inherents {
		self.inherents(
			self.now
				.fetch_add(self.step, Ordering::SeqCst)
				.saturating_add(self.step),
		)
	}

	fn inherents(&self, now: u64) -> Inherents {
		let timestamp = sp_timestamp::InherentDataProvider::new(now.into());
		let slot = sp_consensus_babe::inherents::InherentDataProvider::from_timestamp_and_slot_duration(
			*timestamp,
			self.slot_duration,
		);
		(slot, timestamp)
	}
}

/// Starts the node.
pub(super) fn start<Network>(config: Configuration, step: u32, services: Services) -> Result<TaskManager, ServiceError>
where
	Network: NetworkBackend<Block, <Block as BlockT>::Hash>,
{
	let parts = Parts::new(&config)?;
	let babe_config = sc_consensus_babe::configuration(&*parts.client)?;
	let slot_duration = babe_config.slot_duration();
	let authorities = babe_config.authorities.clone();
	let clock = Clock::new(&parts.client, step, slot_duration)?;

	// Imports check the time of a block against the clock, and must not move it.
	let reader = clock.clone();
	let (block_import, babe_link) = sc_consensus_babe::block_import(
		babe_config,
		parts.client.clone(),
		parts.client.clone(),
		move |_parent, ()| {
			let inherents = reader.read();
			async move { Ok(inherents) }
		},
		parts.select_chain.clone(),
		parts.offchain_pool_factory(),
	)?;
	let (import_queue, worker_handle) = sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
		link: babe_link.clone(),
		block_import: block_import.clone(),
		justification_import: None,
		client: parts.client.clone(),
		slot_duration,
		spawner: &essential::Essential::of(&parts.task_manager),
		registry: config.prometheus_registry(),
		telemetry: None,
	})?;

	let net_config = sc_network::config::FullNetworkConfiguration::<_, _, Network>::new(
		&config.network,
		config.prometheus_registry().cloned(),
	);
	let metrics = Network::register_notification_metrics(config.prometheus_registry());
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
			warp_sync_config: None,
			block_relay: None,
			metrics,
			gap_sync_body_policy: None,
		})?;

	parts.spawn_offchain_workers(&config, network.clone())?;

	let rpc = rpc_builder(rpc::Deps {
		client: parts.client.clone(),
		pool: parts.pool.clone(),
		select_chain: parts.select_chain.clone(),
		babe: rpc::BabeDeps {
			worker_handle,
			keystore: parts.keystore.clone(),
		},
		grandpa: None,
	});
	let prometheus = config.prometheus_registry().cloned();
	let Parts {
		client,
		backend,
		mut task_manager,
		keystore,
		select_chain,
		pool,
		..
	} = parts;
	sc_service::spawn_tasks(sc_service::SpawnTasksParams {
		config,
		client: client.clone(),
		backend,
		task_manager: &mut task_manager,
		keystore: keystore.clone(),
		transaction_pool: pool.clone(),
		rpc_builder: rpc,
		network,
		system_rpc_tx,
		tx_handler_controller,
		sync_service: sync_service.clone(),
		telemetry: None,
		tracing_execute_block: None,
	})?;

	services.spawn(
		&client,
		&pool,
		&keystore,
		&sync_service,
		&task_manager,
		prometheus.as_ref(),
	)?;

	let digests =
		BabeConsensusDataProvider::new(client.clone(), keystore, babe_link.epoch_changes().clone(), authorities)
			.map_err(|error| ServiceError::Other(format!("fast clock: {error}")))?;
	let mut interval = tokio::time::interval(BLOCK_INTERVAL);
	interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
	let seal = futures::stream::unfold(interval, |mut interval| async move {
		interval.tick().await;
		let command = EngineCommand::SealNewBlock {
			create_empty: true,
			finalize: false,
			parent_hash: None,
			sender: None,
		};
		Some((command, interval))
	});
	// BABE looks a block up when it becomes final, so blocks are finalised after their import and not with it.
	let finality = run_delayed_finalize(DelayedFinalizeParams {
		client: client.clone(),
		spawn_handle: task_manager.spawn_handle(),
		delay_sec: 0,
	});
	let sealing = run_manual_seal(ManualSealParams {
		block_import,
		env: sc_basic_authorship::ProposerFactory::new(
			task_manager.spawn_handle(),
			client.clone(),
			pool.clone(),
			prometheus.as_ref(),
			None,
		),
		client,
		pool,
		commands_stream: seal.boxed(),
		select_chain,
		consensus_data_provider: Some(Box::new(digests)),
		create_inherent_data_providers: move |_parent, ()| {
			let inherents = clock.advance();
			async move { Ok(inherents) }
		},
	});
	task_manager
		.spawn_essential_handle()
		.spawn_blocking("fast-clock", Some("block-authoring"), sealing);
	task_manager
		.spawn_essential_handle()
		.spawn("fast-clock-finality", Some("block-authoring"), finality);
	log::info!(
		"⏩ Chain time moves {step} s with each block, every {} ms.",
		BLOCK_INTERVAL.as_millis()
	);
	Ok(task_manager)
}
