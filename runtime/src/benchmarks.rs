//! What `scripts/weights.sh` measures on the compiled runtime: the pallets of this chain, whose weights it writes, and
//! those of the SDK, whose published weights can so be held against what they take here.

use crate::*;
use alloc::{string::String, vec::Vec};
use frame_benchmarking::{BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::traits::{StorageInfo, StorageInfoTrait, WhitelistedStorageKeys};

type SystemExtensions = frame_system_benchmarking::extensions::Pallet<Runtime>;

impl pallet_transaction_payment::BenchmarkConfig for Runtime {}

frame_benchmarking::define_benchmarks!(
	// This chain's own.
	[pallet_data_credits, DataCredits]
	[pallet_emissions, Emissions]
	[pallet_operators, Operators]
	[pallet_gpus, Gpus]
	[pallet_pools, Pools]
	[pallet_market, Market]
	[pallet_attestation, Attestation]
	// The SDK's.
	[frame_system_extensions, SystemExtensions]
	[pallet_babe, Babe]
	[pallet_bags_list, VoterList]
	[pallet_balances, Balances]
	[pallet_grandpa, Grandpa]
	[pallet_membership, OracleFeeders]
	[pallet_migrations, MultiBlockMigrations]
	[pallet_multisig, Multisig]
	[pallet_nfts, Nfts]
	[pallet_preimage, Preimage]
	[pallet_proxy, Proxy]
	[pallet_safe_mode, SafeMode]
	[pallet_scheduler, Scheduler]
	[pallet_staking, Staking]
	[pallet_sudo, Sudo]
	[pallet_timestamp, Timestamp]
	[pallet_transaction_payment, TransactionPayment]
	[pallet_tx_pause, TxPause]
	[pallet_utility, Utility]
	[pallet_vesting, Vesting]
);

/// The benchmarks there are, and what the storage of the pallets looks like.
pub fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::new();
	list_benchmarks!(list, extra);
	(list, AllPalletsWithSystem::storage_info())
}

/// Runs one benchmark.
///
/// # Errors
/// Says why it did not run.
pub fn run(config: &BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
	let mut batches = Vec::new();
	let params = (config, &whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}
