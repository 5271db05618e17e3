//! What `scripts/weights.sh` measures on the compiled runtime: the pallets of this chain, whose weights it writes, and
//! those of the SDK, whose published weights can so be held against what they take here.

use crate::*;
use alloc::{string::String, vec::Vec};
use configs::OWN_COLLECTIONS;
use frame_benchmarking::{BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::traits::{StorageInfo, StorageInfoTrait, WhitelistedStorageKeys};
use millpond_primitives::DC_ASSET;
use sp_core::storage::TrackedStorageKey;

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
	[pallet_collective, TechnicalCommittee]
	[pallet_conviction_voting, ConvictionVoting]
	[pallet_grandpa, Grandpa]
	[pallet_membership, OracleFeeders]
	[pallet_migrations, MultiBlockMigrations]
	[pallet_multisig, Multisig]
	[pallet_nfts, Nfts]
	[pallet_preimage, Preimage]
	[pallet_proxy, Proxy]
	[pallet_referenda, Referenda]
	[pallet_safe_mode, SafeMode]
	[pallet_scheduler, Scheduler]
	[pallet_staking, Staking]
	[pallet_sudo, Sudo]
	[pallet_timestamp, Timestamp]
	[pallet_transaction_payment, TransactionPayment]
	[pallet_treasury, Treasury]
	[pallet_tx_pause, TxPause]
	[pallet_utility, Utility]
	[pallet_vesting, Vesting]
	[pallet_whitelist, Whitelist]
);

/// The benchmarks there are, and what the storage of the pallets looks like.
pub fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::new();
	list_benchmarks!(list, extra);
	(list, AllPalletsWithSystem::storage_info())
}

/// What there is one of in the whole network, whoever calls: however many calls of a block change it, it comes from the database
/// once and goes there once, so that no call is charged for that. docs/decisions/0010-weights.md says what that leaves out.
fn of_the_network() -> Vec<TrackedStorageKey> {
	let values = [
		pallet_attestation::Parameters::<Runtime>::hashed_key(),
		pallet_attestation::NextDue::<Runtime>::hashed_key(),
		pallet_attestation::Tickets::<Runtime>::hashed_key(),
		pallet_attestation::Rounds::<Runtime>::hashed_key(),
		pallet_attestation::Round::<Runtime>::hashed_key(),
		pallet_data_credits::Parameters::<Runtime>::hashed_key(),
		pallet_data_credits::LastPrice::<Runtime>::hashed_key(),
		pallet_data_credits::HourlyHighs::<Runtime>::hashed_key(),
		pallet_data_credits::RecentMints::<Runtime>::hashed_key(),
		pallet_data_credits::RecentSpends::<Runtime>::hashed_key(),
		pallet_data_credits::Totals::<Runtime>::hashed_key(),
		pallet_data_credits::NextExpiry::<Runtime>::hashed_key(),
		pallet_emissions::Parameters::<Runtime>::hashed_key(),
		pallet_emissions::ClockState::<Runtime>::hashed_key(),
		pallet_emissions::Excused::<Runtime>::hashed_key(),
		pallet_emissions::Streams::<Runtime>::hashed_key(),
		pallet_emissions::Burns::<Runtime>::hashed_key(),
		pallet_emissions::Totals::<Runtime>::hashed_key(),
		pallet_gpus::LeastReferencePrice::<Runtime>::hashed_key(),
		pallet_gpus::NextGpu::<Runtime>::hashed_key(),
		pallet_market::Parameters::<Runtime>::hashed_key(),
		pallet_market::NextSlot::<Runtime>::hashed_key(),
		pallet_operators::Parameters::<Runtime>::hashed_key(),
		pallet_operators::NextOperator::<Runtime>::hashed_key(),
		pallet_operators::Queue::<Runtime>::hashed_key(),
		pallet_operators::Short::<Runtime>::hashed_key(),
		pallet_pools::Parameters::<Runtime>::hashed_key(),
		pallet_pools::NextPool::<Runtime>::hashed_key(),
		pallet_pools::AttestationRounds::<Runtime>::hashed_key(),
	];
	// The pot that pays rewards, the credits and the market's account of them, and the NFTs' collections.
	let pots = [
		frame_system::Account::<Runtime>::hashed_key_for(Emissions::rewards_pot()),
		pallet_assets::Asset::<Runtime>::hashed_key_for(DC_ASSET),
		pallet_assets::Account::<Runtime>::hashed_key_for(DC_ASSET, Market::account()),
	];
	let collections = (0..OWN_COLLECTIONS).flat_map(|collection| {
		[
			pallet_nfts::Collection::<Runtime>::hashed_key_for(collection),
			pallet_nfts::CollectionConfigOf::<Runtime>::hashed_key_for(collection),
		]
	});
	let values = values.into_iter().map(|key| key.to_vec());
	values
		.chain(pots)
		.chain(collections)
		.map(TrackedStorageKey::new)
		.collect()
}

/// Runs one benchmark.
///
/// # Errors
/// Says why it did not run.
pub fn run(config: &BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let mut whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
	whitelist.extend(of_the_network());
	let mut batches = Vec::new();
	let params = (config, &whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}
