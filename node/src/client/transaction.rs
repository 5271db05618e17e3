//! Transactions: made, signed, sent, and followed until they are final.

use super::{
	amount::{format_bct, format_credits, parse_bct},
	describe::{pallet_event, PalletEvent},
	error::Kind,
	node::BlockRef,
	output::{facts, Report},
	refusal,
	signer::{Signer, SignerArgs},
	to_hex, Error, Node,
};
use clap::Args;
use codec::Encode;
use frame_system::{EventRecord, Phase};
use jsonrpsee::{core::client::Error as RpcError, rpc_params};
use millpond_primitives::Credits;
use millpond_runtime::{
	Balance, Hash, Nonce, RuntimeCall, RuntimeEvent, SignedPayload, TxExtension, UncheckedExtrinsic, VERSION,
};
use pallet_transaction_payment::RuntimeDispatchInfo;
use sc_transaction_pool_api::TransactionStatus;
use serde_json::{json, Value};
use sp_core::Bytes;
use sp_runtime::{
	generic::Era,
	traits::{BlakeTwo256, Hash as _},
};
use std::time::Duration;

/// Blocks for which a transaction is valid, a little over three minutes: what was not taken by then can be made again
/// without the risk that both are.
const LIFETIME: u64 = 64;
/// Blocks by which finality may lag before transactions count from the newest block instead.
const FINALITY_LAG: u32 = 16;
/// How long to wait for the next news of a transaction.
const PATIENCE: Duration = Duration::from_secs(300);

/// Who signs a transaction, and how long to wait for it.
#[derive(Args, Clone, Debug)]
pub struct TransactionArgs {
	#[clap(flatten)]
	pub signer: SignerArgs,

	/// Do not wait until the transaction is final: say only that it was sent.
	#[arg(long)]
	pub no_wait: bool,

	/// Pay this much BCT on top of the fee, to be taken before others when blocks are full.
	#[arg(long, value_name = "BCT", value_parser = parse_bct, default_value = "0")]
	pub tip: Balance,
}

/// What became of a transaction that did not fail.
#[derive(Debug)]
pub struct Receipt {
	/// The transaction's hash.
	pub hash: Hash,
	/// Where it is, unless nobody waited for it.
	pub inclusion: Option<Inclusion>,
}

/// Where a transaction is, and what it caused.
#[derive(Debug)]
pub struct Inclusion {
	pub block: BlockRef,
	/// The transaction's place in the block.
	pub index: u32,
	pub events: Vec<RuntimeEvent>,
}

impl TransactionArgs {
	/// Signs a call, sends it, and waits until it is final.
	///
	/// # Errors
	/// See [`Kind`].
	pub async fn submit(&self, node: &Node, call: impl Into<RuntimeCall>) -> Result<Receipt, Error> {
		self.submit_as(node, &self.signer.signer()?, call).await
	}

	/// The same for a signer who is known already.
	///
	/// # Errors
	/// See [`Kind`].
	pub async fn submit_as(
		&self,
		node: &Node,
		signer: &Signer,
		call: impl Into<RuntimeCall>,
	) -> Result<Receipt, Error> {
		let terms = Terms {
			nonce: node.next_nonce(signer.signatory()).await?,
			tip: self.tip,
			..Terms::from_node(node).await?
		};
		let extrinsic = sign(signer, call.into(), &terms)?.encode();
		eprintln!(
			"The fee is about {}.",
			format_bct(fee(node, &extrinsic).await?.saturating_add(self.tip))
		);
		if self.no_wait {
			let hash = node
				.try_request("author_submitExtrinsic", rpc_params![Bytes(extrinsic)])
				.await
				.map_err(|error| not_sent(node, &error))?;
			return Ok(Receipt { hash, inclusion: None });
		}
		watch(node, extrinsic).await
	}
}

/// What a transaction's signature covers beside the call: when and where it is valid, and what it pays.
pub struct Terms {
	pub nonce: Nonce,
	pub tip: Balance,
	/// For how long it is valid.
	pub era: Era,
	/// The block that the era counts from: on a fork without it, the transaction is void.
	pub birth: Hash,
	pub genesis: Hash,
	pub spec_version: u32,
	pub transaction_version: u32,
}

impl Terms {
	/// Those of the chain that a node is on, for a first transaction without a tip. It is bound to the last final block.
	async fn from_node(node: &Node) -> Result<Self, Error> {
		let (finalized, best) = (node.finalized().await?, node.best().await?);
		let start = if best.number.saturating_sub(finalized.number) > FINALITY_LAG {
			best
		} else {
			finalized
		};
		Ok(Self {
			nonce: 0,
			tip: 0,
			era: Era::mortal(LIFETIME, start.number.into()),
			birth: start.hash,
			genesis: node.genesis(),
			// Those of the node's runtime: compared on connecting.
			spec_version: VERSION.spec_version,
			transaction_version: VERSION.transaction_version,
		})
	}
}

/// What the runtime checks and charges around a transaction.
fn extension(era: Era, nonce: Nonce, tip: Balance) -> TxExtension {
	(
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckMortality::from(era),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(tip),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	)
}

/// A transaction of nobody, for a call that authorizes itself by what is in it.
pub fn authorized(call: RuntimeCall) -> UncheckedExtrinsic {
	UncheckedExtrinsic::new_transaction(call, extension(Era::Immortal, 0, 0))
}

/// Signs a call of the account that acts, as the runtime wants it.
///
/// # Errors
/// The signer's own.
pub fn sign(signer: &Signer, call: RuntimeCall, terms: &Terms) -> Result<UncheckedExtrinsic, Error> {
	let call = signer.as_signed(call);
	let extension = extension(terms.era, terms.nonce, terms.tip);
	// What the runtime adds by itself when it checks the signature: there is no state here to ask.
	let implicit = (
		(),
		(),
		terms.spec_version,
		terms.transaction_version,
		terms.genesis,
		terms.birth,
		(),
		(),
		(),
		None,
		(),
	);
	let payload = SignedPayload::from_raw(call.clone(), extension.clone(), implicit);
	let signature = payload.using_encoded(|message| signer.sign(message))?;
	Ok(UncheckedExtrinsic::new_signed(
		call,
		signer.signatory().clone().into(),
		signature,
		extension,
	))
}

/// What a transaction will cost without its tip, if nothing changes until it is in a block.
async fn fee(node: &Node, extrinsic: &[u8]) -> Result<Balance, Error> {
	let length = u32::try_from(extrinsic.len()).map_err(|_| Error::input("the transaction is too long"))?;
	let mut args = extrinsic.to_vec();
	length.encode_to(&mut args);
	let info: RuntimeDispatchInfo<Balance> = node.call("TransactionPaymentApi_query_info", &args, None).await?;
	Ok(info.partial_fee)
}

/// Sends a transaction and follows it until it is final.
async fn watch(node: &Node, extrinsic: Vec<u8>) -> Result<Receipt, Error> {
	let hash = BlakeTwo256::hash(&extrinsic);
	let mut statuses = node
		.subscribe::<TransactionStatus<Hash, Hash>>(
			"author_submitAndWatchExtrinsic",
			rpc_params![Bytes(extrinsic.clone())],
			"author_unwatchExtrinsic",
		)
		.await
		.map_err(|error| not_sent(node, &error))?;
	eprintln!("Sent as {hash:?}.");
	let mut last = "it was sent".to_string();
	loop {
		let status = match tokio::time::timeout(PATIENCE, statuses.next()).await {
			Ok(Some(Ok(status))) => status,
			Ok(_) => {
				return Err(lost(
					hash,
					&format!("the connection to {} broke after {last}", node.url()),
				))
			}
			Err(_) => {
				return Err(lost(
					hash,
					&format!("nothing was heard for {} minutes after {last}", PATIENCE.as_secs() / 60),
				))
			}
		};
		match status {
			TransactionStatus::Ready | TransactionStatus::Broadcast(_) => {}
			TransactionStatus::Future => eprintln!("Waiting for an earlier transaction of the account."),
			TransactionStatus::InBlock((block, _)) => {
				eprintln!("In block {block:?}, waiting until that is final.");
				last = format!("it was in block {block:?}");
			}
			TransactionStatus::Retracted(block) => {
				eprintln!("Block {block:?} was dropped, waiting for another one.");
				last = format!("block {block:?} was dropped");
			}
			TransactionStatus::Finalized((block, _)) => {
				eprintln!("Final.");
				let block = node.block_ref(block).await.map_err(|error| unread(hash, &error))?;
				return outcome(node, hash, &extrinsic, block).await;
			}
			TransactionStatus::FinalityTimeout(block) => {
				return Err(lost(
					hash,
					&format!("block {block:?}, which it is in, does not become final"),
				))
			}
			TransactionStatus::Usurped(other) => {
				return Err(Error::new(
					Kind::Refused,
					format!("transaction {other:?} of the account took this one's place"),
				)
				.advise("Look whether that one did what you wanted, then try again."))
			}
			TransactionStatus::Dropped => {
				return Err(
					Error::new(Kind::Refused, "the node's pool is full and dropped the transaction")
						.advise("Try again later, or give a tip (--tip)."),
				)
			}
			TransactionStatus::Invalid => {
				return Err(
					Error::new(Kind::Refused, "the transaction became invalid before it was in a block")
						.advise("Its time ran out, or the account's balance went elsewhere: look, then try again."),
				)
			}
		}
	}
}

/// Reads what a transaction in a block came to.
async fn outcome(node: &Node, hash: Hash, extrinsic: &[u8], block: BlockRef) -> Result<Receipt, Error> {
	let inclusion = inclusion(node, extrinsic, block)
		.await
		.map_err(|error| unread(hash, &error))?;
	match failure(&inclusion.events) {
		Some(error) => Err(error
			.detail("transaction", format!("{hash:?}"))
			.detail("block", block_json(&inclusion))),
		None => Ok(Receipt {
			hash,
			inclusion: Some(inclusion),
		}),
	}
}

/// Why a transaction's call failed, if it did. What a proxy wants to do for another account may fail in a transaction that
/// succeeds.
fn failure(events: &[RuntimeEvent]) -> Option<Error> {
	events.iter().find_map(|event| match event {
		RuntimeEvent::System(frame_system::Event::ExtrinsicFailed { dispatch_error, .. }) => {
			Some(refusal::failed(dispatch_error))
		}
		RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result: Err(error) }) => {
			Some(refusal::failed_by_proxy(error))
		}
		_ => None,
	})
}

async fn inclusion(node: &Node, extrinsic: &[u8], block: BlockRef) -> Result<Inclusion, Error> {
	#[derive(serde::Deserialize)]
	struct SignedBlock {
		block: Block,
	}
	#[derive(serde::Deserialize)]
	struct Block {
		extrinsics: Vec<String>,
	}
	let extrinsic = to_hex(extrinsic);
	let body: Option<SignedBlock> = node.request("chain_getBlock", rpc_params![block.hash]).await?;
	let index = body
		.and_then(|body| body.block.extrinsics.iter().position(|other| *other == extrinsic))
		.and_then(|index| u32::try_from(index).ok())
		.ok_or_else(|| Error::node(format!("block {:?} does not hold the transaction", block.hash)))?;
	let key = frame_support::storage::storage_prefix(b"System", b"Events").to_vec();
	let records: Vec<EventRecord<RuntimeEvent, Hash>> = node.storage(key, Some(block.hash)).await?.unwrap_or_default();
	let events = records
		.into_iter()
		.filter(|record| record.phase == Phase::ApplyExtrinsic(index))
		.map(|record| record.event)
		.collect();
	Ok(Inclusion { block, index, events })
}

fn not_sent(node: &Node, error: &RpcError) -> Error {
	match error {
		RpcError::Call(error) => refusal::refused(error),
		error => node.explain("author_submitExtrinsic", error),
	}
}

fn lost(hash: Hash, why: &str) -> Error {
	Error::new(
		Kind::Unknown,
		format!("it is not known what became of the transaction: {why}"),
	)
	.advise(format!(
		"It may still be carried out, for {LIFETIME} blocks. Look for {hash:?} or its effect before you try again."
	))
	.detail("transaction", format!("{hash:?}"))
}

fn unread(hash: Hash, error: &Error) -> Error {
	Error::new(
		Kind::Unknown,
		format!(
			"the transaction is in a final block, but what it came to cannot be read: {}",
			error.message
		),
	)
	.advise("Look for its effect before you try again.")
	.detail("transaction", format!("{hash:?}"))
}

fn block_json(inclusion: &Inclusion) -> Value {
	json!({
		"number": inclusion.block.number,
		"hash": inclusion.block.hash,
		"index": inclusion.index,
	})
}

impl Receipt {
	/// The first event that `pick` takes something from.
	pub fn find<T>(&self, pick: impl Fn(&RuntimeEvent) -> Option<T>) -> Option<T> {
		self.inclusion.as_ref()?.events.iter().find_map(pick)
	}

	/// The fee, the tip included, in BCT; it was paid in [Data Credits](Self::fee_in_credits) where there was no BCT.
	pub fn fee(&self) -> Option<Balance> {
		self.find(|event| match event {
			RuntimeEvent::TransactionPayment(pallet_transaction_payment::Event::TransactionFeePaid {
				actual_fee,
				..
			}) => Some(*actual_fee),
			_ => None,
		})
	}

	/// The fee that was paid in Data Credits, the tip included. None where it was paid in BCT.
	pub fn fee_in_credits(&self) -> Option<Credits> {
		self.find(|event| match event {
			RuntimeEvent::DataCredits(pallet_data_credits::Event::FeePaid { credits, .. }) => Some(*credits),
			_ => None,
		})
	}

	/// What a command answers: `done` says in words what the transaction did, or is to do if nobody waited.
	pub fn report(&self, done: &str) -> Report {
		let transaction = format!("{:?}", self.hash);
		let Some(inclusion) = &self.inclusion else {
			return Report::new(
				json!({ "transaction": transaction, "block": null }),
				format!(
					"Sent, not waited for: {done}.\n{}",
					facts(&[("transaction", transaction.clone())])
				),
			);
		};
		let events: Vec<PalletEvent> = inclusion
			.events
			.iter()
			.filter_map(|event| pallet_event(event).ok())
			.collect();
		let mut rows = vec![
			(
				"block",
				format!("{} {:?}", inclusion.block.number, inclusion.block.hash),
			),
			("transaction", transaction.clone()),
		];
		let fee_in_credits = self.fee_in_credits();
		if let Some(fee) = fee_in_credits
			.map(format_credits)
			.or_else(|| self.fee().map(format_bct))
		{
			rows.push(("fee", fee));
		}
		// That it succeeded and what it paid is said already, and what wallets show of an item follows from the rest.
		let told = |event: &&PalletEvent| match (event.pallet.as_str(), event.name.as_str()) {
			("System" | "TransactionPayment", _) | ("Proxy", "ProxyExecuted") => false,
			("Nfts", name) => !name.starts_with("Attribute"),
			_ => true,
		};
		rows.extend(events.iter().filter(told).map(|event| ("event", event_line(event))));
		Report::new(
			json!({
				"transaction": transaction,
				"block": block_json(inclusion),
				"fee": self.fee().map(|fee| fee.to_string()),
				"feeInCredits": fee_in_credits.map(|fee| fee.to_string()),
				"events": events.iter().map(PalletEvent::to_json).collect::<Vec<_>>(),
			}),
			format!("Done: {done}.\n{}", facts(&rows)),
		)
	}
}

fn event_line(event: &PalletEvent) -> String {
	let fields = match &event.fields {
		Value::Null => String::new(),
		Value::Object(fields) => fields
			.iter()
			.map(|(name, value)| match value {
				Value::String(text) => format!(" {name}={text}"),
				value => format!(" {name}={value}"),
			})
			.collect(),
		value => format!(" {value}"),
	};
	format!("{}.{}{fields}", event.pallet, event.name)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::client::address::format_account;
	use frame_system::{BlockHash, ChainContext, Pallet as System};
	use millpond_runtime::Runtime;
	use sp_keyring::Sr25519Keyring::{Alice, Bob};
	use sp_runtime::{
		traits::Checkable,
		transaction_validity::{InvalidTransaction, TransactionValidityError},
	};
	use sp_state_machine::BasicExternalities;

	const GENESIS: Hash = Hash::repeat_byte(1);
	const BIRTH: Hash = Hash::repeat_byte(2);

	fn signed(scheme: sc_cli::CryptoScheme) -> UncheckedExtrinsic {
		signed_by(&Signer::from_secret("//Alice", None, scheme).expect("a secret"))
	}

	fn signed_by(signer: &Signer) -> UncheckedExtrinsic {
		let call = pallet_balances::Call::transfer_keep_alive {
			dest: Bob.to_account_id().into(),
			value: 1,
		};
		let terms = Terms {
			nonce: 7,
			tip: 3,
			era: Era::mortal(LIFETIME, 100),
			birth: BIRTH,
			genesis: GENESIS,
			spec_version: VERSION.spec_version,
			transaction_version: VERSION.transaction_version,
		};
		sign(signer, call.into(), &terms).expect("signs")
	}

	/// Lets the runtime check a transaction at block 110 of a chain.
	fn check(extrinsic: UncheckedExtrinsic, genesis: Hash, birth: Hash) -> Result<(), TransactionValidityError> {
		BasicExternalities::new_empty().execute_with(|| {
			System::<Runtime>::set_block_number(110);
			BlockHash::<Runtime>::insert(0, genesis);
			BlockHash::<Runtime>::insert(100, birth);
			extrinsic.check(&ChainContext::<Runtime>::default()).map(drop)
		})
	}

	#[test]
	fn the_runtime_should_accept_the_signature_of_every_scheme() {
		for scheme in [
			sc_cli::CryptoScheme::Sr25519,
			sc_cli::CryptoScheme::Ed25519,
			sc_cli::CryptoScheme::Ecdsa,
		] {
			assert_eq!(check(signed(scheme), GENESIS, BIRTH), Ok(()));
		}
	}

	#[test]
	fn the_runtime_should_refuse_the_signature_on_another_chain_or_fork() {
		let refused = Err(InvalidTransaction::BadProof.into());
		let other = Hash::repeat_byte(9);
		assert_eq!(check(signed(sc_cli::CryptoScheme::Sr25519), other, BIRTH), refused);
		assert_eq!(check(signed(sc_cli::CryptoScheme::Sr25519), GENESIS, other), refused);
	}

	#[test]
	fn a_proxys_transaction_should_be_signed_by_the_proxy_and_made_for_the_other() {
		let proxy = Signer::from_secret("//Alice", None, sc_cli::CryptoScheme::Sr25519)
			.and_then(|signer| signer.acting_for(Bob.to_account_id()))
			.expect("another account");
		let transaction = signed_by(&proxy);
		let RuntimeCall::Proxy(pallet_proxy::Call::proxy { real, call, .. }) = &transaction.function else {
			panic!("it is not wrapped: {:?}", transaction.function)
		};
		assert_eq!(*real, Bob.to_account_id().into());
		assert!(matches!(**call, RuntimeCall::Balances(_)), "{call:?}");
		let sp_runtime::generic::Preamble::Signed(signatory, ..) = &transaction.preamble else {
			panic!("it is not signed")
		};
		assert_eq!(*signatory, Alice.to_account_id().into());
		assert_eq!(check(transaction, GENESIS, BIRTH), Ok(()));
	}

	#[test]
	fn what_a_proxy_failed_to_do_should_be_told_as_if_the_account_itself_had_failed() {
		let error: sp_runtime::DispatchError = pallet_market::Error::<Runtime>::NotHost.into();
		let failed = RuntimeEvent::System(frame_system::Event::ExtrinsicFailed {
			dispatch_error: error,
			dispatch_info: Default::default(),
		});
		let executed = |result| RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result });
		let succeeded = || {
			RuntimeEvent::System(frame_system::Event::ExtrinsicSuccess {
				dispatch_info: Default::default(),
			})
		};
		let direct = failure(&[failed]).expect("it failed");
		let by_proxy = failure(&[executed(Err(error)), succeeded()]).expect("it failed");
		assert_eq!(by_proxy.to_json(), direct.to_json());
		assert_eq!((by_proxy.exit_code(), direct.exit_code()), (4, 4));
		assert!(failure(&[executed(Ok(())), succeeded()]).is_none());
	}

	#[test]
	fn a_receipt_should_tell_the_block_the_fee_and_the_events() {
		let receipt = Receipt {
			hash: GENESIS,
			inclusion: Some(Inclusion {
				block: BlockRef {
					hash: BIRTH,
					number: 12,
				},
				index: 1,
				events: vec![
					RuntimeEvent::Balances(pallet_balances::Event::Deposit {
						who: Bob.to_account_id(),
						amount: 5,
					}),
					RuntimeEvent::TransactionPayment(pallet_transaction_payment::Event::TransactionFeePaid {
						who: Bob.to_account_id(),
						actual_fee: 1_500_000_000,
						tip: 0,
					}),
				],
			}),
		};
		let report = receipt.report("it was tried");
		assert_eq!(report.json["block"]["number"], 12);
		assert_eq!(report.json["fee"], "1500000000");
		assert_eq!(report.json["feeInCredits"], Value::Null);
		assert_eq!(report.json["events"][0]["name"], "Deposit");
		assert!(report.text.starts_with("Done: it was tried.\n"), "{}", report.text);
		assert!(report.text.contains("0.0015 BCT"), "{}", report.text);
		let deposit = format!("Balances.Deposit amount=5 who={}", format_account(&Bob.to_account_id()));
		assert!(report.text.contains(&deposit), "{}", report.text);
	}

	#[test]
	fn a_receipt_should_tell_the_fee_in_credits_when_it_was_paid_in_them() {
		let report = Receipt {
			hash: GENESIS,
			inclusion: Some(Inclusion {
				block: BlockRef {
					hash: BIRTH,
					number: 12,
				},
				index: 1,
				events: vec![RuntimeEvent::DataCredits(pallet_data_credits::Event::FeePaid {
					who: Bob.to_account_id(),
					credits: 250,
					price: 1.into(),
				})],
			}),
		}
		.report("it was tried");
		assert_eq!(report.json["feeInCredits"], "250");
		assert!(report.text.contains("fee          250 DC ($0.0025)"), "{}", report.text);
	}

	#[test]
	fn a_receipt_nobody_waited_for_should_say_so() {
		let report = Receipt {
			hash: GENESIS,
			inclusion: None,
		}
		.report("1 BCT to Bob");
		assert!(
			report.text.starts_with("Sent, not waited for: 1 BCT to Bob."),
			"{}",
			report.text
		);
		assert_eq!(report.json["block"], Value::Null);
	}
}
