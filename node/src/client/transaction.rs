//! Transactions: made, tried, signed, and handed to [`outcome`](super::outcome).

use super::{
	address::format_account,
	amount::{format_bct, format_credits, parse_bct},
	describe::{pallet_event, PalletEvent},
	error::Kind,
	funds::Funds,
	node::BlockRef,
	outcome::Submission,
	output::{facts, Report},
	refusal,
	signer::{Signer, SignerArgs},
	tell, Error, Node,
};
use clap::Args;
use codec::Encode;
use millpond_primitives::Credits;
use millpond_runtime::{
	AccountId, Balance, BlockNumber, Hash, Nonce, RuntimeCall, RuntimeEvent, Signature, SignedPayload, TxExtension,
	UncheckedExtrinsic, VERSION,
};
use pallet_transaction_payment::RuntimeDispatchInfo;
use serde_json::{json, Value};
use sp_core::sr25519;
use sp_runtime::{
	generic::Era,
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	ApplyExtrinsicResult, DispatchError,
};

pub use super::outcome::Receipt;

/// Blocks for which a transaction is valid, a little over three minutes: what was not taken by then can be made again
/// without the risk that both are.
const LIFETIME: u32 = 64;
/// Blocks by which finality may lag before transactions count from the newest block instead.
const FINALITY_LAG: u32 = 16;

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

impl TransactionArgs {
	/// Signs a call, sends it, and waits until it is final.
	///
	/// # Errors
	/// See [`Kind`].
	pub async fn submit(&self, node: &Node, call: impl Into<RuntimeCall>) -> Result<Receipt, Error> {
		self.submit_as(node, &self.signer.signer()?, call).await
	}

	/// The same for a signer that is known already.
	///
	/// # Errors
	/// See [`Kind`].
	pub async fn submit_as(
		&self,
		node: &Node,
		signer: &Signer,
		call: impl Into<RuntimeCall>,
	) -> Result<Receipt, Error> {
		let call = call.into();
		let (terms, start) = Terms::from_node(node, self.tip).await?;
		let nonce = self.try_out(node, signer, call.clone(), &terms).await?;
		let make = |nonce| sign(signer, call.clone(), &Terms { nonce, ..terms });
		let submission = Submission {
			node,
			signatory: signer.signatory(),
			valid: (start, start.saturating_add(LIFETIME)),
			no_wait: self.no_wait,
			make,
		};
		submission.submit(nonce).await
	}

	/// Has the node try what the chain would make of a call, says what that costs, and returns the nonce to sign it with.
	/// Nothing is signed yet, so that nothing can be sent that is known to fail.
	async fn try_out(&self, node: &Node, signer: &Signer, call: RuntimeCall, terms: &Terms) -> Result<Nonce, Error> {
		let signatory = signer.signatory();
		let best = node.best().await?;
		let (mined, next) = tokio::try_join!(node.nonce_at(signatory, best.hash), node.next_nonce(signatory))?;
		let draft = unsigned(signer, call, &Terms { nonce: mined, ..*terms });
		let (fee, trial) = tokio::try_join!(fee(node, &draft), dry_run(node, &draft, best))?;
		let fee = fee.saturating_add(self.tip);
		if let Some(refused) = refused(node, signer, &trial, fee, best).await? {
			// What it does may depend on what those before it do.
			if next == mined {
				return Err(Error {
					message: format!("nothing was sent: {}", refused.message),
					..refused
				});
			}
			tell!(
				"As the chain stands, it would come to nothing: {}. It is sent all the same, since {} earlier transactions of \
				 the account wait for a block.",
				refused.message,
				next.saturating_sub(mined)
			);
		}
		let acts_for = match signer.account() == signatory {
			true => String::new(),
			false => format!(" for {}", format_account(signer.account())),
		};
		tell!(
			"Signing as {}{acts_for} on the chain {}. The fee is about {}.",
			format_account(signatory),
			node.chain(),
			format_bct(fee)
		);
		Ok(next)
	}
}

/// Why a transaction that was tried is not sent, if it would come to nothing.
async fn refused(
	node: &Node,
	signer: &Signer,
	trial: &ApplyExtrinsicResult,
	fee: Balance,
	at: BlockRef,
) -> Result<Option<Error>, Error> {
	let funds = async |account: &AccountId| {
		let funds = Funds::of(node, account, Some(at.hash)).await?;
		Ok::<_, Error>(funds.describe(account))
	};
	let error = match trial {
		Ok(Ok(())) => return Ok(None),
		Ok(Err(error)) => {
			let why = why_it_fails(signer, error);
			match refusal::is_for_want_of_funds(error) {
				true => with_numbers(why, &funds(signer.account()).await?),
				false => why,
			}
		}
		Err(error @ TransactionValidityError::Invalid(InvalidTransaction::Payment)) => {
			let funds = funds(signer.signatory()).await?;
			with_numbers(
				refusal::invalid(error),
				&format!("it is about {}, and {funds}", format_bct(fee)),
			)
		}
		Err(error) => refusal::invalid(error),
	};
	Ok(Some(error))
}

/// Why a call fails that was not sent.
fn why_it_fails(signer: &Signer, error: &DispatchError) -> Error {
	let why = match signer.account() == signer.signatory() {
		true => refusal::failed(error),
		false => refusal::failed_by_proxy(error),
	};
	Error {
		kind: Kind::Refused,
		..why
	}
}

fn with_numbers(error: Error, numbers: &str) -> Error {
	Error {
		message: format!("{}: {numbers}", error.message),
		..error
	}
}

/// What a transaction's signature covers beside the call: when and where it is valid, and what it pays.
#[derive(Clone, Copy, Debug)]
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
	/// Those of the chain that a node is on, for a first transaction, and the number of the block that they count from: the
	/// last final one.
	async fn from_node(node: &Node, tip: Balance) -> Result<(Self, BlockNumber), Error> {
		let (finalized, best) = tokio::try_join!(node.finalized(), node.best())?;
		let lag = best.number.saturating_sub(finalized.number);
		let start = if lag > FINALITY_LAG { best } else { finalized };
		if lag > FINALITY_LAG {
			tell!("Warning: the last final block is {lag} blocks behind the newest: it may take long until this one is final.");
		}
		let terms = Self {
			nonce: 0,
			tip,
			era: Era::mortal(LIFETIME.into(), start.number.into()),
			birth: start.hash,
			genesis: node.genesis(),
			// Those of the node's runtime: compared on connecting.
			spec_version: VERSION.spec_version,
			transaction_version: VERSION.transaction_version,
		};
		Ok((terms, start.number))
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

/// A transaction as it will be signed, with a signature that is none.
fn unsigned(signer: &Signer, call: RuntimeCall, terms: &Terms) -> UncheckedExtrinsic {
	UncheckedExtrinsic::new_signed(
		signer.as_signed(call),
		signer.signatory().clone().into(),
		Signature::Sr25519(sr25519::Signature::default()),
		extension(terms.era, terms.nonce, terms.tip),
	)
}

/// What a transaction will cost without its tip, if nothing changes until it is in a block.
async fn fee(node: &Node, draft: &UncheckedExtrinsic) -> Result<Balance, Error> {
	let mut args = draft.encode();
	let length = u32::try_from(args.len()).map_err(|_| Error::input("the transaction is too long"))?;
	length.encode_to(&mut args);
	let info: RuntimeDispatchInfo<Balance> = node.call("TransactionPaymentApi_query_info", &args, None).await?;
	Ok(info.partial_fee)
}

/// What a transaction would come to after a block. Its signature does not matter.
async fn dry_run(node: &Node, draft: &UncheckedExtrinsic, at: BlockRef) -> Result<ApplyExtrinsicResult, Error> {
	let args = (draft, at.hash).encode();
	node.call("TransactionsApi_dry_run", &args, Some(at.hash)).await
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
			)
			.of_transaction();
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
				"block": inclusion.to_json(),
				"fee": self.fee().map(|fee| fee.to_string()),
				"feeInCredits": fee_in_credits.map(|fee| fee.to_string()),
				"events": events.iter().map(PalletEvent::to_json).collect::<Vec<_>>(),
			}),
			format!("Done: {done}.\n{}", facts(&rows)),
		)
		.of_transaction()
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
	use crate::client::outcome::Inclusion;
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

	fn transfer() -> RuntimeCall {
		let call = pallet_balances::Call::transfer_keep_alive {
			dest: Bob.to_account_id().into(),
			value: 1,
		};
		call.into()
	}

	fn terms() -> Terms {
		Terms {
			nonce: 7,
			tip: 3,
			era: Era::mortal(LIFETIME.into(), 100),
			birth: BIRTH,
			genesis: GENESIS,
			spec_version: VERSION.spec_version,
			transaction_version: VERSION.transaction_version,
		}
	}

	fn signed_by(signer: &Signer) -> UncheckedExtrinsic {
		sign(signer, transfer(), &terms()).expect("signs")
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
	fn a_draft_should_be_what_will_be_signed_but_for_the_signature() {
		let signer = Signer::from_secret("//Alice", None, sc_cli::CryptoScheme::Sr25519).expect("a secret");
		let signed = signed_by(&signer);
		let draft = unsigned(&signer, transfer(), &terms());
		assert_eq!(draft.function, signed.function);
		assert_eq!(draft.encoded_size(), signed.encoded_size());
		assert_ne!(check(draft, GENESIS, BIRTH), Ok(()), "nobody can send it");
	}

	#[test]
	fn a_call_that_would_fail_should_be_refused_with_its_name_and_without_a_fee() {
		let signer = Signer::from_secret("//Alice", None, sc_cli::CryptoScheme::Sr25519).expect("a secret");
		let refused = why_it_fails(&signer, &pallet_market::Error::<Runtime>::SoldOut.into());
		assert_eq!(refused.exit_code(), 3);
		assert_eq!(refused.details["name"], "Market.SoldOut");
		let proxy = signer.acting_for(Bob.to_account_id()).expect("another account");
		let filtered = why_it_fails(&proxy, &frame_system::Error::<Runtime>::CallFiltered.into());
		assert!(filtered.message.contains("the proxy may not do this"), "{filtered}");
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
