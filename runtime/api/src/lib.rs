//! The runtime APIs of Millpond, beside those that every Substrate runtime has.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod market;
mod types;

pub use market::*;
pub use types::*;

use alloc::vec::Vec;
use millpond_primitives::{Balance, Credits, EpochIndex, GpuId, GpuModelId, Minute, OperatorId, PoolId, SlotId};
use pallet_attestation::{Challenge, Duties, GpuAttestation, MemberRecord, RoundStatus};
use pallet_data_credits::Quote as BurnQuote;
use pallet_emissions::{EpochSummary, MarketTime};
use pallet_gpus::ModelRecord;
use pallet_market::{Availability, GrantRecord, Quote};
use pallet_operators::{OperatorSummary, Reputation};
use pallet_pools::{GpuRewards, HostRecord, PoolDetails, PoolRewards};
use sp_runtime::{traits::Block as BlockT, AccountId32, ApplyExtrinsicResult, DispatchError};

sp_api::decl_runtime_apis! {
	/// Transactions before they are sent.
	pub trait TransactionsApi {
		/// What a signed transaction would come to as the first of the block after `block`, whose state is asked: what the
		/// transaction pool would refuse it with, or what its call would fail with, that of a proxy for another account
		/// included. Its signature does not matter; its nonce is the account's next.
		fn dry_run(transaction: <Block as BlockT>::Extrinsic, block: <Block as BlockT>::Hash) -> ApplyExtrinsicResult;
	}

	/// Data Credits.
	pub trait CreditsApi {
		/// What burning `amount` of BCT (in its smallest unit) would yield now, or why nothing could be burned: no
		/// usable price, minting halted, or the hourly cap reached.
		fn quote(amount: Balance) -> Result<BurnQuote, DispatchError>;
	}

	/// Market time and epochs.
	pub trait EpochsApi {
		/// What `epoch`, by default the open one, came to, or has come to so far. None for the epochs to come and for those
		/// that closed long ago.
		fn summary(epoch: Option<EpochIndex>) -> Option<EpochSummary>;

		/// How market time stands. None before the first block.
		fn market_time() -> Option<MarketTime>;
	}

	/// Who hosts GPUs and manages pools.
	pub trait OperatorsApi {
		/// What there is to know about an operator, its reputation apart. None if there is no such one.
		fn summary(operator: OperatorId) -> Option<OperatorSummary<AccountId32>>;

		/// How an operator served. None if there is no such one.
		fn reputation(operator: OperatorId) -> Option<Reputation>;

		/// How many plancks a bond of `credits` DC is asked in now. None while there is no price for it.
		fn bond_for(credits: Credits) -> Option<Balance>;

		/// A page of all operators, by number. `cursor` is [`Page::next`] of the page before.
		fn operators(cursor: Option<OperatorId>) -> Page<OperatorId, OperatorEntry>;
	}

	/// GPUs and their models.
	pub trait GpusApi {
		/// What there is to know about a GPU, and what it does in its pool. None if there is no such one.
		fn gpu(gpu: GpuId) -> Option<GpuEntry>;

		/// A page of all GPUs, by number. `cursor` is [`Page::next`] of the page before.
		fn gpus(cursor: Option<GpuId>) -> Page<GpuId, GpuEntry>;

		/// A page of the GPUs that an operator hosts, in no order. `cursor` is [`Page::next`] of the page before.
		fn hosted(operator: OperatorId, cursor: Option<GpuId>) -> Page<GpuId, GpuEntry>;

		/// A page of the GPUs that an account holds, in no order. `cursor` is [`Page::next`] of the page before.
		fn held(account: AccountId32, cursor: Option<GpuId>) -> Page<GpuId, GpuEntry>;

		/// A model of the catalogue. None if there is no such one.
		fn model(number: GpuModelId) -> Option<ModelRecord>;

		/// The whole catalogue, by number.
		fn models() -> Vec<(GpuModelId, ModelRecord)>;
	}

	/// Pools and what they earn.
	pub trait PoolsApi {
		/// A pool: what was agreed and announced, and what it does now. None if there is no such one.
		fn pool(pool: PoolId) -> Option<PoolDetails>;

		/// A page of all pools, by number. `cursor` is [`Page::next`] of the page before.
		fn pools(cursor: Option<PoolId>) -> Page<PoolId, PoolDetails>;

		/// The hosts of a pool.
		fn hosts(pool: PoolId) -> Vec<(OperatorId, HostRecord)>;

		/// What a pool has earned for its manager and its hosts. None if there is no such one.
		fn pool_rewards(pool: PoolId) -> Option<PoolRewards>;

		/// What a GPU has earned for its holder. None if there is no such one.
		fn gpu_rewards(gpu: GpuId) -> Option<GpuRewards>;

		/// What it would cost now to take a GPU out of its pool at once, in DC, or the error that that would fail with.
		fn quote_leave_now(gpu: GpuId) -> Result<Credits, DispatchError>;

		/// A page of what the operators and GPUs that an account holds have earned, the operators first. `cursor` is
		/// [`Page::next`] of the page before.
		fn account_rewards(
			account: AccountId32,
			cursor: Option<EarnerCursor>,
		) -> Page<EarnerCursor, EarnerRewards>;
	}

	/// The market: renting GPUs, and the time slots that were sold.
	pub trait MarketApi {
		/// What the pools of a model offer for `gpus` GPUs at once, a page of all pools, the cheapest of the page first.
		/// `cursor` is [`Page::next`] of the page before.
		fn offers(
			model: GpuModelId,
			gpus: u32,
			time: RentalTime,
			cursor: Option<PoolId>,
		) -> Page<PoolId, OfferEntry>;

		/// What renting would cost now, to the last DC, or the error that it would fail with.
		fn quote(pool: PoolId, gpus: u32, time: RentalTime) -> Result<Quote, DispatchError>;

		/// What topping up a slot by some minutes would cost now, in DC, or the error that it would fail with.
		fn quote_top_up(slot: SlotId, minutes: Minute) -> Result<Credits, DispatchError>;

		/// What buying a slot that is for sale would cost now, in plancks, or the error that it would fail with.
		fn quote_buy(slot: SlotId) -> Result<Balance, DispatchError>;

		/// How many GPUs of a pool can be booked, stretch by stretch, from minute `from`, at the earliest the present one, to
		/// `to`, at most a week later. None if there is no such pool.
		fn availability(pool: PoolId, from: Minute, to: Minute) -> Option<Vec<Availability>>;

		/// How a slot stands. None if there is no such one.
		fn slot(slot: SlotId) -> Option<SlotEntry>;

		/// What became of a slot that ended in the last 30 days. None: there is no such one, or it has not ended, or was split or
		/// merged.
		fn ended_slot(slot: SlotId) -> Option<EndedEntry>;

		/// A page of the slots that an account held when they ended, in the last 30 days, the newest first. `cursor` is
		/// [`Page::next`] of the page before.
		fn ended_slots(account: AccountId32, cursor: Option<SlotId>) -> Page<SlotId, EndedEntry>;

		/// A page of the slots that an account holds, in no order. `cursor` is [`Page::next`] of the page before.
		fn slots(account: AccountId32, cursor: Option<SlotId>) -> Page<SlotId, SlotEntry>;

		/// A page of the slots that an operator hosts GPUs of, in no order. `cursor` is [`Page::next`] of the page before.
		fn hosted_slots(
			operator: OperatorId,
			cursor: Option<(PoolId, SlotId)>,
		) -> Page<(PoolId, SlotId), HostedEntry>;

		/// A page of the slots that their holders sell, in no order. `cursor` is [`Page::next`] of the page before.
		fn for_sale(cursor: Option<SlotId>) -> Page<SlotId, SlotEntry>;

		/// The access that hosts have granted to the GPUs of a slot.
		fn grants(slot: SlotId) -> Vec<(OperatorId, GrantRecord<AccountId32>)>;

		/// What a page of all slots comes to, by kind and phase. `cursor` is [`Page::next`] of the page before.
		fn slot_groups(cursor: Option<SlotId>) -> Page<SlotId, SlotGroup>;
	}

	/// Proof that GPUs are there.
	pub trait AttestationApi {
		/// How a GPU stands with attestation. None if it is not on an operator's roster.
		fn attestation_status(gpu: GpuId) -> Option<GpuAttestation>;

		/// The round that is on, if one is.
		fn current_round() -> Option<RoundStatus>;

		/// What the GPU is asked to do in the round that is on. None if none is, or if the GPU cannot be attested.
		fn challenge(gpu: GpuId) -> Option<Challenge>;

		/// What an operator's node still has to do: now, and after a restart. None without an attestor.
		fn duties(operator: OperatorId) -> Option<Duties<AccountId32>>;

		/// The GPUs on an operator's roster from position `first` on, 1,000 at most.
		fn roster(operator: OperatorId, first: u32) -> Vec<MemberRecord>;
	}

	/// Supply as a whole.
	pub trait SupplyApi {
		/// How many operators and GPUs there are, and what was minted for GPU rewards.
		fn supply() -> Supply;

		/// What the pools of a page do, as one entry. `cursor` is [`Page::next`] of the page before.
		fn pool_activity(cursor: Option<PoolId>) -> Page<PoolId, PoolActivity>;
	}
}
