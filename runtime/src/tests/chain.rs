//! A chain in memory: blocks with BABE's digests and the timestamp inherent, transactions as they come from wallets.

use crate::{constants::time::MILLISECONDS_PER_BLOCK, genesis_config_presets, *};
use codec::Encode;
use frame_support::storage::with_transaction_unchecked;
use millpond_primitives::{Credits, OperatorId};
use millpond_traits::Duty;
use sp_consensus_babe::{
	digests::{PreDigest, SecondaryPlainPreDigest},
	Slot, BABE_ENGINE_ID,
};
use sp_genesis_builder::PresetId;
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	generic::Era, traits::Header as _, transaction_validity::InvalidTransaction, ApplyExtrinsicResult, Digest,
	DigestItem, TransactionOutcome,
};
use std::collections::BTreeMap;

/// The slot of the first block.
const FIRST_SLOT: u64 = 600_000_000;

/// A chain in memory.
pub struct Chain {
	state: TestExternalities,
	slot: u64,
	number: BlockNumber,
}

impl Chain {
	/// The chain of a preset, after its genesis.
	pub fn new(preset: &str) -> Self {
		let json = preset_json(preset);
		let mut state = TestExternalities::default();
		state.execute_with(|| genesis_config_presets::build_state(json).expect("the preset is a genesis"));
		state.commit_all().expect("genesis commits");
		Self {
			state,
			slot: FIRST_SLOT,
			number: 0,
		}
	}

	/// The development chain.
	pub fn development() -> Self {
		Self::new(sp_genesis_builder::DEV_RUNTIME_PRESET)
	}

	/// Reads or changes the state between blocks.
	pub fn execute<R>(&mut self, act: impl FnOnce() -> R) -> R {
		self.state.execute_with(act)
	}

	/// Makes the next block of these extrinsics, beside the timestamp, and says what came of each.
	pub fn block(&mut self, extrinsics: Vec<UncheckedExtrinsic>) -> Vec<ApplyExtrinsicResult> {
		self.block_after(1, extrinsics)
	}

	/// Makes `count` empty blocks.
	pub fn blocks(&mut self, count: u32) {
		for _ in 0..count {
			self.block(Vec::new());
		}
	}

	/// Makes the next block `slots` slots after the last one.
	pub fn block_after(&mut self, slots: u64, extrinsics: Vec<UncheckedExtrinsic>) -> Vec<ApplyExtrinsicResult> {
		self.slot += slots;
		self.number += 1;
		let (slot, number) = (self.slot, self.number);
		let results = self.state.execute_with(|| {
			let parent = System::block_hash(number - 1);
			let digest = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
				slot: Slot::from(slot),
				authority_index: 0,
			});
			let digest = Digest {
				logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, digest.encode())],
			};
			Executive::initialize_block(&Header::new(number, Hash::zero(), Hash::zero(), parent, digest));
			let timestamp = pallet_timestamp::Call::set {
				now: slot * MILLISECONDS_PER_BLOCK,
			};
			Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(timestamp.into()))
				.expect("the timestamp is valid")
				.expect("the timestamp is set");
			let results = extrinsics.into_iter().map(try_to_apply).collect();
			Executive::finalize_block();
			check_invariants();
			results
		});
		self.state.commit_all().expect("the block commits");
		results
	}

	/// A transaction of `signer` with its next nonce and no tip.
	pub fn sign(&mut self, signer: Sr25519Keyring, call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
		self.sign_with_tip(signer, call, 0)
	}

	/// A transaction of `signer` with its next nonce and a tip.
	pub fn sign_with_tip(
		&mut self,
		signer: Sr25519Keyring,
		call: impl Into<RuntimeCall>,
		tip: Balance,
	) -> UncheckedExtrinsic {
		let call = call.into();
		self.execute(|| {
			let account = signer.to_account_id();
			let extension: TxExtension = (
				frame_system::AuthorizeCall::new(),
				frame_system::CheckNonZeroSender::new(),
				frame_system::CheckSpecVersion::new(),
				frame_system::CheckTxVersion::new(),
				frame_system::CheckGenesis::new(),
				frame_system::CheckMortality::from(Era::Immortal),
				frame_system::CheckNonce::from(System::account_nonce(&account)),
				frame_system::CheckWeight::new(),
				pallet_transaction_payment::ChargeTransactionPayment::from(tip),
				frame_metadata_hash_extension::CheckMetadataHash::new(false),
				frame_system::WeightReclaim::new(),
			);
			let payload = SignedPayload::new(call.clone(), extension.clone()).expect("the extension's state is there");
			let signature = payload.using_encoded(|bytes| signer.sign(bytes));
			UncheckedExtrinsic::new_signed(call, account.into(), signature.into(), extension)
		})
	}

	/// Signs a call, makes a block of it, and returns what the call came to.
	///
	/// A block that ends a session has no room for transactions, since pallet-session claims all of it: as from a node's
	/// pool, the transaction goes into the next one then.
	pub fn submit(&mut self, signer: Sr25519Keyring, call: impl Into<RuntimeCall>) -> sp_runtime::DispatchResult {
		let extrinsic = self.sign(signer, call);
		let full = Err(InvalidTransaction::ExhaustsResources.into());
		let mut result = self.block(vec![extrinsic.clone()])[0];
		if result == full {
			result = self.block(vec![extrinsic])[0];
		}
		result.expect("the transaction is valid")
	}

	/// Lets Alice, who holds Root on the development chain, make a call, and returns what it came to.
	pub fn as_root(&mut self, call: impl Into<RuntimeCall>) -> sp_runtime::DispatchResult {
		let call = Box::new(call.into());
		self.submit(Sr25519Keyring::Alice, pallet_sudo::Call::sudo { call })?;
		self.execute(|| {
			System::events()
				.into_iter()
				.find_map(|record| match record.event {
					RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result }) => Some(sudo_result),
					_ => None,
				})
				.expect("sudo says what came of the call")
		})
	}
}

/// Applies an extrinsic, or changes nothing if it is not valid: as when a node makes a block.
fn try_to_apply(extrinsic: UncheckedExtrinsic) -> ApplyExtrinsicResult {
	with_transaction_unchecked(|| {
		let result = Executive::apply_extrinsic(extrinsic);
		match result.is_ok() {
			true => TransactionOutcome::Commit(result),
			false => TransactionOutcome::Rollback(result),
		}
	})
}

/// What must hold after every block.
fn check_invariants() {
	GenesisSettings::do_try_state().expect("the settings hold");
	DataCredits::do_try_state().expect("credits are conserved");
	Emissions::do_try_state().expect("what was emitted is where it belongs");
	Operators::do_try_state().expect("bonds cover what they answer for");
	Gpus::do_try_state().expect("GPUs are what they are registered as");
	Pools::do_try_state().expect("pools know their GPUs, and rewards are covered");
	Market::do_try_state().expect("what is sold is there, and escrow covers it");
	Attestation::do_try_state().expect("rounds and rosters fit together");
	check_duties();
	let supply: Balance = frame_system::Account::<Runtime>::iter_values()
		.map(|account| account.data.free + account.data.reserved)
		.sum();
	assert_eq!(
		supply,
		Balances::total_issuance(),
		"what the accounts hold is what is issued"
	);
}

/// What operators' bonds answer for is what their GPUs, pools and groups ask.
fn check_duties() {
	let mut duties = BTreeMap::<OperatorId, (u32, Credits, Balance)>::new();
	let mut add = |operator, duty: Duty| {
		let (count, credits, least) = duties.entry(operator).or_default();
		(*count, *credits, *least) = (*count + 1, *credits + duty.credits, *least + duty.least);
	};
	for gpu in pallet_gpus::GpuRecords::<Runtime>::iter_values() {
		add(gpu.operator, gpu.duty());
	}
	for pool in pallet_pools::Pools::<Runtime>::iter_values() {
		add(pool.manager, pool.duty());
	}
	for (_, operator) in pallet_pools::Hosts::<Runtime>::iter_keys() {
		add(operator, Duty::default());
	}
	for (operator, bond) in pallet_operators::Bonds::<Runtime>::iter() {
		let expected = duties.remove(&operator).unwrap_or_default();
		assert_eq!((bond.duties, bond.asked, bond.least), expected, "duties of {operator}");
		let suspended = pallet_pools::Hosting::<Runtime>::get(operator).suspended;
		assert_eq!(
			bond.shortfall.is_some_and(|shortfall| shortfall.suspended),
			suspended,
			"{operator} sells or not, as its bond says"
		);
	}
	assert!(duties.is_empty(), "somebody who is no operator has duties");
}

/// A transfer that keeps its sender alive.
pub fn transfer(to: Sr25519Keyring, value: Balance) -> RuntimeCall {
	pallet_balances::Call::transfer_keep_alive {
		dest: to.to_account_id().into(),
		value,
	}
	.into()
}

/// An account's free balance.
pub fn free(who: Sr25519Keyring) -> Balance {
	Balances::free_balance(who.to_account_id())
}

/// The whole genesis configuration of a preset: its patch, merged into the default.
pub fn preset_json(preset: &str) -> Vec<u8> {
	let patch = genesis_config_presets::get_preset(&PresetId::from(preset)).expect("the preset exists");
	let patch = serde_json::from_slice(&patch).expect("a preset is JSON");
	let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).expect("the default is JSON");
	merge(&mut config, patch);
	serde_json::to_vec(&config).expect("JSON is text")
}

/// Merges a patch into a configuration as RFC 7386 says.
fn merge(config: &mut serde_json::Value, patch: serde_json::Value) {
	match (config, patch) {
		(serde_json::Value::Object(config), serde_json::Value::Object(patch)) => {
			for (key, value) in patch {
				merge(config.entry(key).or_insert(serde_json::Value::Null), value);
			}
		}
		(config, patch) => *config = patch,
	}
}
