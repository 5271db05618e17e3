//! The pallets' hooks as `Executive` runs them.

use crate::{AllPalletsWithSystem, BlockNumber, Runtime, System};
use frame_executive::OnInitializeWithWeightRegistration;
use frame_support::{
	storage_alias,
	traits::{BeforeAllRuntimeMigrations, OffchainWorker, OnFinalize, OnIdle, OnPoll, OnRuntimeUpgrade},
	weights::{Weight, WeightMeter},
};
use frame_system::Phase;

/// The phase in which the block is: what the system pallet writes into each event.
#[storage_alias]
type ExecutionPhase = StorageValue<System, Phase>;

/// The hooks of all pallets, with events that say where they come from.
///
/// `on_poll` runs after the inherents. The frame has moved on to the first transaction by then, so that whatever the clock
/// does there (slots that end, epochs that close, payouts) would stand in explorers and wallets as that transaction's
/// doing, or as that of a transaction that is not there. Events of `on_poll` are those of the block's initialisation here.
pub struct PalletHooks;

impl OnPoll<BlockNumber> for PalletHooks {
	fn on_poll(number: BlockNumber, meter: &mut WeightMeter) {
		ExecutionPhase::put(Phase::Initialization);
		AllPalletsWithSystem::on_poll(number, meter);
		ExecutionPhase::put(Phase::ApplyExtrinsic(System::extrinsic_index().unwrap_or_default()));
	}
}

impl OnInitializeWithWeightRegistration<Runtime> for PalletHooks {
	fn on_initialize_with_weight_registration(number: BlockNumber) -> Weight {
		<AllPalletsWithSystem as OnInitializeWithWeightRegistration<Runtime>>::on_initialize_with_weight_registration(
			number,
		)
	}
}

impl OnIdle<BlockNumber> for PalletHooks {
	fn on_idle(number: BlockNumber, remaining: Weight) -> Weight {
		AllPalletsWithSystem::on_idle(number, remaining)
	}
}

impl OnFinalize<BlockNumber> for PalletHooks {
	fn on_finalize(number: BlockNumber) {
		AllPalletsWithSystem::on_finalize(number);
	}
}

impl OffchainWorker<BlockNumber> for PalletHooks {
	fn offchain_worker(number: BlockNumber) {
		AllPalletsWithSystem::offchain_worker(number);
	}
}

impl BeforeAllRuntimeMigrations for PalletHooks {
	fn before_all_runtime_migrations() -> Weight {
		AllPalletsWithSystem::before_all_runtime_migrations()
	}
}

impl OnRuntimeUpgrade for PalletHooks {
	fn on_runtime_upgrade() -> Weight {
		AllPalletsWithSystem::on_runtime_upgrade()
	}

	#[cfg(feature = "try-runtime")]
	fn try_on_runtime_upgrade(checks: bool) -> Result<Weight, sp_runtime::TryRuntimeError> {
		AllPalletsWithSystem::try_on_runtime_upgrade(checks)
	}
}

#[cfg(feature = "try-runtime")]
impl frame_support::traits::TryState<BlockNumber> for PalletHooks {
	fn try_state(
		number: BlockNumber,
		select: frame_support::traits::TryStateSelect,
	) -> Result<(), sp_runtime::TryRuntimeError> {
		AllPalletsWithSystem::try_state(number, select)
	}
}

#[cfg(feature = "try-runtime")]
impl frame_support::traits::TryDecodeEntireStorage for PalletHooks {
	fn try_decode_entire_state() -> Result<usize, alloc::vec::Vec<frame_support::traits::TryDecodeEntireStorageError>> {
		AllPalletsWithSystem::try_decode_entire_state()
	}
}
