//! Millpond's runtime: the pallets, how they are configured, and the interfaces that nodes call.
//!
//! `configs` holds the configuration by area, `apis` the runtime APIs, `genesis_config_presets` the chains that the
//! binary knows. One Wasm serves them all: what differs between chains is written to storage at genesis.

#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "512"]
#![cfg_attr(
	not(test),
	deny(
		clippy::unwrap_used,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::cast_possible_truncation,
		clippy::cast_possible_wrap,
		clippy::cast_sign_loss,
		clippy::float_arithmetic
	)
)]

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

extern crate alloc;

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
pub mod configs;
pub mod constants;
mod dry_run;
pub mod genesis_config_presets;
pub mod governance;
mod hooks;
mod views;
pub mod weights;

#[cfg(test)]
mod tests;

use alloc::{borrow::Cow, vec::Vec};
pub use millpond_primitives::Balance;
use sp_runtime::{
	generic, impl_opaque_keys,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
	MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

/// Signs extrinsics.
pub type Signature = MultiSignature;
/// Identifies an account: the public key, or a hash where no key stands behind it.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// Counts an account's transactions.
pub type Nonce = u32;
/// Identifies anything by its content.
pub type Hash = sp_core::H256;
/// Counts blocks.
pub type BlockNumber = u32;
/// How an extrinsic names an account.
pub type Address = MultiAddress<AccountId, ()>;
/// A block's header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block, its extrinsics decoded only where needed.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// A block as nodes handle it: its extrinsics are bytes, which only the runtime reads.
pub type OpaqueBlock = generic::Block<Header, sp_runtime::OpaqueExtrinsic>;
/// A transaction or an inherent, as it travels.
pub type UncheckedExtrinsic = generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// What a transaction's signature covers.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// What is checked and charged around each transaction, in this order.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckMortality<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);

/// Applies blocks.
pub type Executive =
	frame_executive::Executive<Runtime, Block, frame_system::ChainContext<Runtime>, Runtime, hooks::PalletHooks>;

impl_opaque_keys! {
	/// What a validator signs with, one key for each task.
	pub struct SessionKeys {
		pub grandpa: Grandpa,
		pub babe: Babe,
		pub authority_discovery: AuthorityDiscovery,
	}
}

/// Declares the version: the attribute takes literal numbers only.
macro_rules! version {
	(spec_version: $spec_version:tt) => {
		/// The version of the state transition; `spec_version` rises with each change of it.
		#[sp_version::runtime_version]
		pub const VERSION: RuntimeVersion = RuntimeVersion {
			spec_name: Cow::Borrowed("millpond"),
			impl_name: Cow::Borrowed("millpond"),
			authoring_version: 1,
			spec_version: $spec_version,
			impl_version: 1,
			apis: apis::RUNTIME_API_VERSIONS,
			transaction_version: 1,
			system_version: 1,
		};
	};
}

#[cfg(not(feature = "next-spec-version"))]
version!(spec_version: 1);
// What the test of a runtime upgrade upgrades to.
#[cfg(feature = "next-spec-version")]
version!(spec_version: 2);

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	// What every chain of this kind has. Authorship stands before Session, so that an author is noted in the session
	// he wrote in, and Staking before Session, which asks it for the first validators at genesis.
	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type GenesisSettings = pallet_genesis_settings;
	#[runtime::pallet_index(2)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(3)]
	pub type Babe = pallet_babe;
	#[runtime::pallet_index(4)]
	pub type Authorship = pallet_authorship;
	#[runtime::pallet_index(5)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(6)]
	pub type TransactionPayment = pallet_transaction_payment;

	// Validators and those who back them.
	#[runtime::pallet_index(10)]
	pub type Staking = pallet_staking;
	#[runtime::pallet_index(11)]
	pub type Session = pallet_session;
	#[runtime::pallet_index(12)]
	pub type Historical = pallet_session::historical;
	#[runtime::pallet_index(13)]
	pub type Offences = pallet_offences;
	#[runtime::pallet_index(14)]
	pub type Grandpa = pallet_grandpa;
	#[runtime::pallet_index(15)]
	pub type AuthorityDiscovery = pallet_authority_discovery;
	#[runtime::pallet_index(16)]
	pub type VoterList = pallet_bags_list;
	#[runtime::pallet_index(17)]
	pub type NominationPools = pallet_nomination_pools;
	#[runtime::pallet_index(18)]
	pub type DelegatedStaking = pallet_delegated_staking;

	// Tokens. Assets holds Data Credits, which nobody may move: it has no calls, not even for Root.
	#[runtime::pallet_index(20)]
	#[runtime::disable_call]
	pub type Assets = pallet_assets;
	#[runtime::pallet_index(21)]
	pub type Nfts = pallet_nfts;

	// Conveniences.
	#[runtime::pallet_index(30)]
	pub type Utility = pallet_utility;
	#[runtime::pallet_index(31)]
	pub type Multisig = pallet_multisig;
	#[runtime::pallet_index(32)]
	pub type Proxy = pallet_proxy;
	#[runtime::pallet_index(33)]
	pub type Vesting = pallet_vesting;
	#[runtime::pallet_index(34)]
	pub type Preimage = pallet_preimage;
	#[runtime::pallet_index(35)]
	pub type Scheduler = pallet_scheduler;

	// Steering and emergencies.
	#[runtime::pallet_index(40)]
	pub type Parameters = pallet_parameters;
	#[runtime::pallet_index(41)]
	pub type TxPause = pallet_tx_pause;
	#[runtime::pallet_index(42)]
	pub type SafeMode = pallet_safe_mode;
	#[runtime::pallet_index(43)]
	pub type MultiBlockMigrations = pallet_migrations;
	#[runtime::pallet_index(44)]
	pub type Sudo = pallet_sudo;

	// What holders of BCT decide.
	#[runtime::pallet_index(50)]
	pub type GovernanceOrigins = governance::pallet_origins;
	#[runtime::pallet_index(51)]
	pub type Referenda = pallet_referenda;
	#[runtime::pallet_index(52)]
	pub type ConvictionVoting = pallet_conviction_voting;
	#[runtime::pallet_index(53)]
	pub type TechnicalCommittee = pallet_collective<Instance1>;
	#[runtime::pallet_index(54)]
	pub type Whitelist = pallet_whitelist;
	#[runtime::pallet_index(55)]
	pub type Treasury = pallet_treasury;

	// Money and time.
	#[runtime::pallet_index(60)]
	pub type OracleFeeders = pallet_membership;
	#[runtime::pallet_index(61)]
	pub type Oracle = pallet_oracle;
	#[runtime::pallet_index(62)]
	pub type DataCredits = pallet_data_credits;
	#[runtime::pallet_index(63)]
	pub type Emissions = pallet_emissions;

	// Supply.
	#[runtime::pallet_index(64)]
	pub type Operators = pallet_operators;
	#[runtime::pallet_index(65)]
	pub type Gpus = pallet_gpus;
	#[runtime::pallet_index(66)]
	pub type Pools = pallet_pools;

	// Demand, and proof that what is sold is there.
	#[runtime::pallet_index(67)]
	pub type Market = pallet_market;
	#[runtime::pallet_index(68)]
	pub type Attestation = pallet_attestation;
}
