//! The interfaces that nodes and clients call.

use crate::*;
use alloc::vec::Vec;
use frame_support::{genesis_builder_helper::get_preset, traits::KeyOwnerProofSystem, weights::Weight};
use millpond_primitives::{Credits, EpochIndex, GpuId, GpuModelId, Minute, OperatorId, PoolId, SlotId};
use millpond_runtime_api::{
	EarnerCursor, EarnerRewards, EndedEntry, GpuEntry, HostedEntry, OfferEntry, OperatorEntry, Page, PoolActivity,
	RentalTime, SlotEntry, SlotGroup, Supply,
};
use pallet_attestation::{Challenge, Duties, GpuAttestation, MemberRecord, RoundStatus};
use pallet_gpus::ModelRecord;
use pallet_grandpa::AuthorityId as GrandpaId;
use pallet_market::{Availability, GrantRecordOf, Quote};
use pallet_operators::{OperatorSummary, Reputation};
use pallet_pools::{GpuRewards, HostRecord, PoolDetails, PoolRewards};
use sp_api::impl_runtime_apis;
use sp_authority_discovery::AuthorityId as AuthorityDiscoveryId;
use sp_core::{crypto::KeyTypeId, OpaqueMetadata};
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::{
	traits::{Block as BlockT, NumberFor},
	transaction_validity::{TransactionSource, TransactionValidity},
	ApplyExtrinsicResult, DispatchError, ExtrinsicInclusionMode,
};

impl_runtime_apis! {
	impl sp_api::Core<Block> for Runtime {
		fn version() -> RuntimeVersion {
			VERSION
		}

		fn execute_block(block: <Block as BlockT>::LazyBlock) {
			Executive::execute_block(block);
		}

		fn initialize_block(header: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
			Executive::initialize_block(header)
		}
	}

	impl sp_api::Metadata<Block> for Runtime {
		fn metadata() -> OpaqueMetadata {
			OpaqueMetadata::new(Runtime::metadata().into())
		}

		fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
			Runtime::metadata_at_version(version)
		}

		fn metadata_versions() -> Vec<u32> {
			Runtime::metadata_versions()
		}
	}

	impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
		fn execute_view_function(
			id: frame_support::view_functions::ViewFunctionId,
			input: Vec<u8>,
		) -> Result<Vec<u8>, frame_support::view_functions::ViewFunctionDispatchError> {
			Runtime::execute_view_function(id, input)
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
			Executive::apply_extrinsic(extrinsic)
		}

		fn finalize_block() -> <Block as BlockT>::Header {
			Executive::finalize_block()
		}

		fn inherent_extrinsics(data: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
			data.create_extrinsics()
		}

		fn check_inherents(block: <Block as BlockT>::LazyBlock, data: InherentData) -> CheckInherentsResult {
			data.check_extrinsics(&block)
		}
	}

	impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
		fn validate_transaction(
			source: TransactionSource,
			tx: <Block as BlockT>::Extrinsic,
			block_hash: <Block as BlockT>::Hash,
		) -> TransactionValidity {
			Executive::validate_transaction(source, tx, block_hash)
		}
	}

	impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
		fn offchain_worker(header: &<Block as BlockT>::Header) {
			Executive::offchain_worker(header)
		}
	}

	impl sp_consensus_babe::BabeApi<Block> for Runtime {
		fn configuration() -> sp_consensus_babe::BabeConfiguration {
			let epoch_config = Babe::epoch_config().unwrap_or(genesis_config_presets::BABE_EPOCH_CONFIGURATION);
			sp_consensus_babe::BabeConfiguration {
				slot_duration: Babe::slot_duration(),
				epoch_length: pallet_genesis_settings::ChainSettings::<Runtime>::get().session_length,
				c: epoch_config.c,
				authorities: Babe::authorities().into_inner(),
				randomness: Babe::randomness(),
				allowed_slots: epoch_config.allowed_slots,
			}
		}

		fn current_epoch_start() -> sp_consensus_babe::Slot {
			Babe::current_epoch_start()
		}

		fn current_epoch() -> sp_consensus_babe::Epoch {
			Babe::current_epoch()
		}

		fn next_epoch() -> sp_consensus_babe::Epoch {
			Babe::next_epoch()
		}

		fn generate_key_ownership_proof(
			_slot: sp_consensus_babe::Slot,
			authority_id: sp_consensus_babe::AuthorityId,
		) -> Option<sp_consensus_babe::OpaqueKeyOwnershipProof> {
			Historical::prove((sp_consensus_babe::KEY_TYPE, authority_id))
				.map(|proof| sp_consensus_babe::OpaqueKeyOwnershipProof::new(codec::Encode::encode(&proof)))
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			equivocation_proof: sp_consensus_babe::EquivocationProof<<Block as BlockT>::Header>,
			key_owner_proof: sp_consensus_babe::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			Babe::submit_unsigned_equivocation_report(equivocation_proof, key_owner_proof.decode()?)
		}
	}

	impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
		fn grandpa_authorities() -> sp_consensus_grandpa::AuthorityList {
			Grandpa::grandpa_authorities()
		}

		fn current_set_id() -> sp_consensus_grandpa::SetId {
			Grandpa::current_set_id()
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			equivocation_proof: sp_consensus_grandpa::EquivocationProof<<Block as BlockT>::Hash, NumberFor<Block>>,
			key_owner_proof: sp_consensus_grandpa::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			Grandpa::submit_unsigned_equivocation_report(equivocation_proof, key_owner_proof.decode()?)
		}

		fn generate_key_ownership_proof(
			_set_id: sp_consensus_grandpa::SetId,
			authority_id: GrandpaId,
		) -> Option<sp_consensus_grandpa::OpaqueKeyOwnershipProof> {
			Historical::prove((sp_consensus_grandpa::KEY_TYPE, authority_id))
				.map(|proof| sp_consensus_grandpa::OpaqueKeyOwnershipProof::new(codec::Encode::encode(&proof)))
		}
	}

	impl sp_authority_discovery::AuthorityDiscoveryApi<Block> for Runtime {
		fn authorities() -> Vec<AuthorityDiscoveryId> {
			AuthorityDiscovery::authorities()
		}
	}

	impl sp_session::SessionKeys<Block> for Runtime {
		fn generate_session_keys(owner: Vec<u8>, seed: Option<Vec<u8>>) -> sp_session::OpaqueGeneratedSessionKeys {
			SessionKeys::generate(&owner, seed).into()
		}

		fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
			SessionKeys::decode_into_raw_public_keys(&encoded)
		}
	}

	impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
		fn account_nonce(account: AccountId) -> Nonce {
			System::account_nonce(account)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance> for Runtime {
		fn query_info(
			extrinsic: <Block as BlockT>::Extrinsic,
			length: u32,
		) -> pallet_transaction_payment_rpc_runtime_api::RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_info(extrinsic, length)
		}

		fn query_fee_details(
			extrinsic: <Block as BlockT>::Extrinsic,
			length: u32,
		) -> pallet_transaction_payment::FeeDetails<Balance> {
			TransactionPayment::query_fee_details(extrinsic, length)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<Block, Balance, RuntimeCall> for Runtime {
		fn query_call_info(call: RuntimeCall, length: u32) -> pallet_transaction_payment::RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_call_info(call, length)
		}

		fn query_call_fee_details(call: RuntimeCall, length: u32) -> pallet_transaction_payment::FeeDetails<Balance> {
			TransactionPayment::query_call_fee_details(call, length)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl pallet_staking_runtime_api::StakingApi<Block, Balance, AccountId> for Runtime {
		fn nominations_quota(balance: Balance) -> u32 {
			Staking::api_nominations_quota(balance)
		}

		fn eras_stakers_page_count(era: sp_staking::EraIndex, account: AccountId) -> sp_staking::Page {
			Staking::api_eras_stakers_page_count(era, account)
		}

		fn pending_rewards(era: sp_staking::EraIndex, account: AccountId) -> bool {
			Staking::api_pending_rewards(era, account)
		}
	}

	impl pallet_nomination_pools_runtime_api::NominationPoolsApi<Block, AccountId, Balance> for Runtime {
		fn pending_rewards(who: AccountId) -> Balance {
			NominationPools::api_pending_rewards(who).unwrap_or_default()
		}

		fn points_to_balance(pool_id: pallet_nomination_pools::PoolId, points: Balance) -> Balance {
			NominationPools::api_points_to_balance(pool_id, points)
		}

		fn balance_to_points(pool_id: pallet_nomination_pools::PoolId, new_funds: Balance) -> Balance {
			NominationPools::api_balance_to_points(pool_id, new_funds)
		}

		fn pool_pending_slash(pool_id: pallet_nomination_pools::PoolId) -> Balance {
			NominationPools::api_pool_pending_slash(pool_id)
		}

		fn member_pending_slash(member: AccountId) -> Balance {
			NominationPools::api_member_pending_slash(member)
		}

		fn pool_needs_delegate_migration(pool_id: pallet_nomination_pools::PoolId) -> bool {
			NominationPools::api_pool_needs_delegate_migration(pool_id)
		}

		fn member_needs_delegate_migration(member: AccountId) -> bool {
			NominationPools::api_member_needs_delegate_migration(member)
		}

		fn member_total_balance(who: AccountId) -> Balance {
			NominationPools::api_member_total_balance(who)
		}

		fn pool_balance(pool_id: pallet_nomination_pools::PoolId) -> Balance {
			NominationPools::api_pool_balance(pool_id)
		}

		fn pool_accounts(pool_id: pallet_nomination_pools::PoolId) -> (AccountId, AccountId) {
			NominationPools::api_pool_accounts(pool_id)
		}
	}

	impl pallet_nfts_runtime_api::NftsApi<Block, AccountId, u32, u64> for Runtime {
		fn owner(collection: u32, item: u64) -> Option<AccountId> {
			Nfts::owner(collection, item)
		}

		fn collection_owner(collection: u32) -> Option<AccountId> {
			Nfts::collection_owner(collection)
		}

		fn attribute(collection: u32, item: u64, key: Vec<u8>) -> Option<Vec<u8>> {
			<Nfts as frame_support::traits::nonfungibles_v2::Inspect<AccountId>>::attribute(&collection, &item, &key)
		}

		fn custom_attribute(account: AccountId, collection: u32, item: u64, key: Vec<u8>) -> Option<Vec<u8>> {
			<Nfts as frame_support::traits::nonfungibles_v2::Inspect<AccountId>>::custom_attribute(
				&account,
				&collection,
				&item,
				&key,
			)
		}

		fn system_attribute(collection: u32, item: Option<u64>, key: Vec<u8>) -> Option<Vec<u8>> {
			<Nfts as frame_support::traits::nonfungibles_v2::Inspect<AccountId>>::system_attribute(
				&collection,
				item.as_ref(),
				&key,
			)
		}

		fn collection_attribute(collection: u32, key: Vec<u8>) -> Option<Vec<u8>> {
			<Nfts as frame_support::traits::nonfungibles_v2::Inspect<AccountId>>::collection_attribute(&collection, &key)
		}
	}

	impl millpond_runtime_api::TransactionsApi<Block> for Runtime {
		fn dry_run(transaction: <Block as BlockT>::Extrinsic, block: <Block as BlockT>::Hash) -> ApplyExtrinsicResult {
			crate::dry_run::dry_run(transaction, block)
		}
	}

	impl millpond_runtime_api::CreditsApi<Block> for Runtime {
		fn quote(amount: Balance) -> Result<pallet_data_credits::Quote, DispatchError> {
			DataCredits::quote(amount)
		}
	}

	impl millpond_runtime_api::EpochsApi<Block> for Runtime {
		fn summary(epoch: Option<EpochIndex>) -> Option<pallet_emissions::EpochSummary> {
			Emissions::summary(epoch.unwrap_or_else(<Emissions as millpond_traits::Clock>::epoch))
		}

		fn market_time() -> Option<pallet_emissions::MarketTime> {
			Emissions::market_time()
		}
	}

	impl millpond_runtime_api::OperatorsApi<Block> for Runtime {
		fn summary(operator: OperatorId) -> Option<OperatorSummary<AccountId>> {
			Operators::operator_summary(operator)
		}

		fn reputation(operator: OperatorId) -> Option<Reputation> {
			Operators::reputation(operator)
		}

		fn bond_for(credits: Credits) -> Option<Balance> {
			Operators::bond_for(credits)
		}

		fn operators(cursor: Option<OperatorId>) -> Page<OperatorId, OperatorEntry> {
			views::operators(cursor)
		}
	}

	impl millpond_runtime_api::GpusApi<Block> for Runtime {
		fn gpu(gpu: GpuId) -> Option<GpuEntry> {
			views::gpu(gpu)
		}

		fn gpus(cursor: Option<GpuId>) -> Page<GpuId, GpuEntry> {
			views::gpus(cursor)
		}

		fn hosted(operator: OperatorId, cursor: Option<GpuId>) -> Page<GpuId, GpuEntry> {
			views::hosted_gpus(operator, cursor)
		}

		fn held(account: AccountId, cursor: Option<GpuId>) -> Page<GpuId, GpuEntry> {
			views::held_gpus(&account, cursor)
		}

		fn model(number: GpuModelId) -> Option<ModelRecord> {
			Gpus::gpu_model(number)
		}

		fn models() -> Vec<(GpuModelId, ModelRecord)> {
			Gpus::gpu_models()
		}
	}

	impl millpond_runtime_api::PoolsApi<Block> for Runtime {
		fn pool(pool: PoolId) -> Option<PoolDetails> {
			Pools::pool(pool)
		}

		fn pools(cursor: Option<PoolId>) -> Page<PoolId, PoolDetails> {
			views::pools(cursor)
		}

		fn hosts(pool: PoolId) -> Vec<(OperatorId, HostRecord)> {
			views::hosts(pool)
		}

		fn pool_rewards(pool: PoolId) -> Option<PoolRewards> {
			Pools::pool_rewards(pool)
		}

		fn gpu_rewards(gpu: GpuId) -> Option<GpuRewards> {
			Pools::gpu_rewards(gpu)
		}

		fn quote_leave_now(gpu: GpuId) -> Result<Credits, DispatchError> {
			Pools::quote_leave_now(gpu)
		}

		fn account_rewards(
			account: AccountId,
			cursor: Option<EarnerCursor>,
		) -> Page<EarnerCursor, EarnerRewards> {
			views::account_rewards(&account, cursor)
		}
	}

	impl millpond_runtime_api::MarketApi<Block> for Runtime {
		fn offers(
			model: GpuModelId,
			gpus: u32,
			time: RentalTime,
			cursor: Option<PoolId>,
		) -> Page<PoolId, OfferEntry> {
			views::market::offers(model, gpus, time, cursor)
		}

		fn quote(pool: PoolId, gpus: u32, time: RentalTime) -> Result<Quote, DispatchError> {
			views::market::quote(pool, gpus, time)
		}

		fn quote_top_up(slot: SlotId, minutes: Minute) -> Result<Credits, DispatchError> {
			Market::quote_top_up(slot, minutes)
		}

		fn quote_buy(slot: SlotId) -> Result<Balance, DispatchError> {
			Market::quote_buy(slot)
		}

		fn availability(pool: PoolId, from: Minute, to: Minute) -> Option<Vec<Availability>> {
			views::market::availability(pool, from, to)
		}

		fn slot(slot: SlotId) -> Option<SlotEntry> {
			views::market::slot(slot)
		}

		fn ended_slot(slot: SlotId) -> Option<EndedEntry> {
			views::market::ended_slot(slot)
		}

		fn ended_slots(account: AccountId, cursor: Option<SlotId>) -> Page<SlotId, EndedEntry> {
			views::market::ended_slots(&account, cursor)
		}

		fn slots(account: AccountId, cursor: Option<SlotId>) -> Page<SlotId, SlotEntry> {
			views::market::slots(&account, cursor)
		}

		fn hosted_slots(
			operator: OperatorId,
			cursor: Option<(PoolId, SlotId)>,
		) -> Page<(PoolId, SlotId), HostedEntry> {
			views::market::hosted_slots(operator, cursor)
		}

		fn for_sale(cursor: Option<SlotId>) -> Page<SlotId, SlotEntry> {
			views::market::for_sale(cursor)
		}

		fn grants(slot: SlotId) -> Vec<(OperatorId, GrantRecordOf<Runtime>)> {
			pallet_market::Grants::<Runtime>::iter_prefix(slot).collect()
		}

		fn slot_groups(cursor: Option<SlotId>) -> Page<SlotId, SlotGroup> {
			views::market::slot_groups(cursor)
		}
	}

	impl millpond_runtime_api::AttestationApi<Block> for Runtime {
		fn attestation_status(gpu: GpuId) -> Option<GpuAttestation> {
			Attestation::attestation_status(gpu)
		}

		fn current_round() -> Option<RoundStatus> {
			Attestation::current_round()
		}

		fn challenge(gpu: GpuId) -> Option<Challenge> {
			Attestation::challenge(gpu)
		}

		fn duties(operator: OperatorId) -> Option<Duties<AccountId>> {
			Attestation::duties(operator)
		}

		fn roster(operator: OperatorId, first: u32) -> Vec<MemberRecord> {
			Attestation::roster(operator, first)
		}
	}

	impl millpond_runtime_api::SupplyApi<Block> for Runtime {
		fn supply() -> Supply {
			views::supply()
		}

		fn pool_activity(cursor: Option<PoolId>) -> Page<PoolId, PoolActivity> {
			views::pool_activity(cursor)
		}
	}

	impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
		fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
			genesis_config_presets::build_state(config)
		}

		fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
			get_preset::<RuntimeGenesisConfig>(id, genesis_config_presets::get_preset)
		}

		fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
			genesis_config_presets::preset_names()
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	impl frame_benchmarking::Benchmark<Block> for Runtime {
		fn benchmark_metadata(
			extra: bool,
		) -> (Vec<frame_benchmarking::BenchmarkList>, Vec<frame_support::traits::StorageInfo>) {
			benchmarks::metadata(extra)
		}

		fn dispatch_benchmark(
			config: frame_benchmarking::BenchmarkConfig,
		) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
			benchmarks::run(&config)
		}
	}

	#[cfg(feature = "try-runtime")]
	impl frame_try_runtime::TryRuntime<Block> for Runtime {
		fn on_runtime_upgrade(checks: frame_try_runtime::UpgradeCheckSelect) -> (Weight, Weight) {
			let weight = match Executive::try_runtime_upgrade(checks) {
				Ok(weight) => weight,
				Err(error) => panic!("runtime upgrade: {error:?}"),
			};
			(weight, configs::BlockWeightLimits::get().max_block)
		}

		fn execute_block(
			block: <Block as BlockT>::LazyBlock,
			state_root_check: bool,
			signature_check: bool,
			select: frame_try_runtime::TryStateSelect,
		) -> Weight {
			match Executive::try_execute_block(block, state_root_check, signature_check, select) {
				Ok(weight) => weight,
				Err(error) => panic!("block execution: {error:?}"),
			}
		}
	}
}
