//! What becomes of a transaction from the moment that it is handed to a node.
//!
//! Up to that moment a command may fail in any way: nothing was done. From then on the transaction may be carried out,
//! whatever happens to the connection, the node or the command. There are only three ends then: it is done, its call failed
//! in a final block, or what became of it is not known. All that can go wrong is a [`Why`], which has no fourth.

use super::{
	error::Kind,
	node::BlockRef,
	refusal::{self, NotTaken},
	tell, to_hex, Error, Node,
};
use codec::Encode;
use frame_system::{EventRecord, Phase};
use futures::future::{pending, select, Either};
use jsonrpsee::{
	core::client::{Error as RpcError, Subscription},
	rpc_params,
};
use millpond_runtime::{AccountId, BlockNumber, Hash, Nonce, RuntimeEvent, UncheckedExtrinsic};
use sc_transaction_pool_api::TransactionStatus;
use serde_json::{json, Value};
use sp_core::Bytes;
use sp_runtime::traits::{BlakeTwo256, Hash as _};
use std::{
	pin::pin,
	time::{Duration, Instant},
};
use tokio::signal::unix::{signal, Signal, SignalKind};

/// How long to wait for the next news of a transaction.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often a transaction is signed anew because another of the account took its nonce in the meantime.
const TURNS: u32 = 64;
/// By how much longer one command may wait for its next turn than another of the same account.
const STEP: Duration = Duration::from_millis(40);
/// How often final blocks are looked for.
const LOOK: Duration = Duration::from_secs(1);

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

impl Inclusion {
	/// The block as scripts read it.
	pub fn to_json(&self) -> Value {
		json!({ "number": self.block.number, "hash": self.block.hash, "index": self.index })
	}
}

/// A transaction that can be signed for any nonce.
pub struct Submission<'a, Make> {
	pub node: &'a Node,
	/// The account that signs.
	pub signatory: &'a AccountId,
	/// The block that the transaction's validity begins with, and the one that it ends with.
	pub valid: (BlockNumber, BlockNumber),
	/// Whether it is enough that the node has it.
	pub no_wait: bool,
	/// Signs it.
	pub make: Make,
}

/// Why there is no receipt of a transaction that was handed to a node.
#[derive(Debug)]
enum Why {
	/// Its call failed, in a final block.
	Failed(Error),
	/// What became of it is not known.
	Unknown(String),
	/// A node did not take it: what it said, and what can be done. It may have passed it on all the same.
	NotTaken(String, &'static str),
}

impl From<Error> for Why {
	/// Whatever a node cannot answer, the transaction may be carried out.
	fn from(error: Error) -> Self {
		Self::Unknown(error.message)
	}
}

impl Why {
	/// What the command ends with. `until` is the last block that the transaction can be in.
	fn into_error(self, hash: Hash, until: BlockNumber) -> Error {
		let look =
			format!("It can be carried out up to block {until}: look for it, or for its effect, before you try again.");
		let error = match self {
			Self::Failed(error) => Error {
				kind: Kind::Failed,
				..error
			},
			Self::Unknown(why) => Error::new(
				Kind::Unknown,
				format!("it is not known what became of transaction {hash:?}: {why}"),
			)
			.advise(look)
			.detail("validUntilBlock", until),
			Self::NotTaken(why, advice) => Error::new(
				Kind::Unknown,
				format!("the node did not take transaction {hash:?}, but has seen it: {why}"),
			)
			.advise(format!("{advice} {look}"))
			.detail("validUntilBlock", until),
		};
		error.detail("transaction", format!("{hash:?}"))
	}
}

/// How a node received a transaction.
enum Received {
	/// It has it.
	Taken,
	/// It has it, and tells what becomes of it.
	Watched(Subscription<TransactionStatus<Hash, Hash>>),
	/// It did not take it.
	Refused(NotTaken),
}

impl<Make: Fn(Nonce) -> Result<UncheckedExtrinsic, Error>> Submission<'_, Make> {
	/// Signs the transaction, hands it to the node, and follows it until it is final.
	///
	/// # Errors
	/// The signer's own, before anything is handed over; then only [`Kind::Failed`] and [`Kind::Unknown`], with the hash.
	pub async fn submit(self, nonce: Nonce) -> Result<Receipt, Error> {
		let mut extrinsic = (self.make)(nonce)?.encode();
		let mut signals = Signals::listen();
		let ended = {
			let carried = pin!(self.carry_out(nonce, &mut extrinsic));
			let interrupted = pin!(signals.next());
			match select(carried, interrupted).await {
				Either::Left((ended, _)) => ended,
				Either::Right((signal, _)) => Err(Why::Unknown(format!("the command was ended by {signal}"))),
			}
		};
		ended.map_err(|why| why.into_error(hash_of(&extrinsic), self.valid.1))
	}

	/// Hands the transaction over, with the account's next nonce where another transaction was faster, and follows it.
	async fn carry_out(&self, mut nonce: Nonce, extrinsic: &mut Vec<u8>) -> Result<Receipt, Why> {
		for turn in 1..=TURNS {
			let hash = hash_of(extrinsic);
			tell!("Sending {hash:?}.");
			match self.hand_over(extrinsic).await? {
				Received::Watched(statuses) => return self.watch(extrinsic, statuses).await,
				Received::Taken => return Ok(Receipt { hash, inclusion: None }),
				Received::Refused(NotTaken::Known) if self.no_wait => {
					tell!("The node has it already.");
					return Ok(Receipt { hash, inclusion: None });
				}
				Received::Refused(NotTaken::Known) => {
					tell!("The node has it already. Looking for it in final blocks.");
					let (first, last) = self.valid;
					return self.find(extrinsic, last).await?.ok_or_else(|| {
						Why::Unknown(format!(
							"no final block from {first} to {last} holds it, and the node refuses it"
						))
					});
				}
				Received::Refused(NotTaken::Stale) => {
					tell!("Its nonce is used. Looking for it in final blocks.");
					let best = self.node.best().await?.number;
					if let Some(receipt) = self.find(extrinsic, best.min(self.valid.1)).await? {
						return Ok(receipt);
					}
					// Only where another transaction has the nonce in a final block, this one can never be carried out.
					let finalized = self.node.finalized().await?.hash;
					if self.node.nonce_at(self.signatory, finalized).await? <= nonce {
						return Err(Why::NotTaken(
							"its nonce is used".into(),
							"Wait until the account's other transactions are in final blocks.",
						));
					}
					self.take_next_turn(&mut nonce, extrinsic).await?;
				}
				Received::Refused(NotTaken::Other(why, advice)) => return Err(Why::NotTaken(why, advice)),
				Received::Refused(NotTaken::Occupied) => {
					// Many commands of one account do not all come back at once.
					tokio::time::sleep(STEP.saturating_mul((std::process::id() ^ turn) % 8)).await;
					self.take_next_turn(&mut nonce, extrinsic).await?;
				}
			}
		}
		Err(Why::NotTaken(
			format!("{TURNS} times another transaction of the account was faster"),
			"Wait until its other transactions are in blocks.",
		))
	}

	/// Signs the transaction anew with the account's next nonce, since another has the one that it had.
	async fn take_next_turn(&self, nonce: &mut Nonce, extrinsic: &mut Vec<u8>) -> Result<(), Why> {
		tell!("Another transaction of the account was faster. Taking the next turn.");
		let next = self.node.next_nonce(self.signatory).await?;
		if next > *nonce {
			*extrinsic = (self.make)(next)?.encode();
			*nonce = next;
		}
		Ok(())
	}

	async fn hand_over(&self, extrinsic: &[u8]) -> Result<Received, Why> {
		let params = || rpc_params![Bytes(extrinsic.to_vec())];
		let (method, received) = match self.no_wait {
			true => {
				let method = "author_submitExtrinsic";
				let taken = self.node.try_request::<Hash>(method, params()).await;
				(method, taken.map(|_| Received::Taken))
			}
			false => {
				let method = "author_submitAndWatchExtrinsic";
				let watched = self.node.subscribe(method, params(), "author_unwatchExtrinsic").await;
				(method, watched.map(Received::Watched))
			}
		};
		received.or_else(|error| match error {
			RpcError::Call(error) => Ok(Received::Refused(NotTaken::new(&error))),
			error => Err(self.node.explain(method, &error).into()),
		})
	}

	/// Follows what the node tells of the transaction.
	async fn watch(
		&self,
		extrinsic: &[u8],
		mut statuses: Subscription<TransactionStatus<Hash, Hash>>,
	) -> Result<Receipt, Why> {
		let mut last = "it was sent".to_string();
		loop {
			let status = match tokio::time::timeout(PATIENCE, statuses.next()).await {
				Ok(Some(Ok(status))) => status,
				Ok(_) => {
					let url = self.node.url();
					return Err(Why::Unknown(format!("the connection to {url} broke after {last}")));
				}
				Err(_) => {
					let minutes = PATIENCE.as_secs() / 60;
					return Err(Why::Unknown(format!(
						"nothing was heard for {minutes} minutes after {last}"
					)));
				}
			};
			match status {
				TransactionStatus::Ready | TransactionStatus::Broadcast(_) => {}
				TransactionStatus::Future => tell!("Waiting for an earlier transaction of the account."),
				TransactionStatus::InBlock((block, _)) => {
					tell!("In block {block:?}, waiting until that is final.");
					last = format!("it was in block {block:?}");
				}
				TransactionStatus::Retracted(block) => {
					tell!("Block {block:?} was dropped, waiting for another one.");
					last = format!("block {block:?} was dropped");
				}
				TransactionStatus::Finalized((block, _)) => {
					tell!("Final.");
					let read = self.read(extrinsic, block).await;
					return match read {
						Ok(Some(inclusion)) => receipt(hash_of(extrinsic), inclusion),
						Ok(None) => Err(Why::Unknown(format!(
							"final block {block:?}, which it is said to be in, does not hold it"
						))),
						Err(error) => Err(Why::Unknown(format!(
							"it is in final block {block:?}, but what it came to cannot be read: {}",
							error.message
						))),
					};
				}
				TransactionStatus::FinalityTimeout(block) => {
					return Err(Why::Unknown(format!(
						"block {block:?}, which it is in, does not become final"
					)))
				}
				TransactionStatus::Usurped(other) => {
					return Err(Why::NotTaken(
						format!("transaction {other:?} of the account took its place"),
						"Look whether that one did what you wanted.",
					))
				}
				TransactionStatus::Dropped => {
					return Err(Why::NotTaken(
						"its pool is full, and dropped it".into(),
						"Try later, or give a tip (--tip).",
					))
				}
				TransactionStatus::Invalid => {
					return Err(Why::NotTaken(
						"it became invalid before it was in a block".into(),
						"Its time ran out, or the account's balance went elsewhere.",
					))
				}
			}
		}
	}

	/// Looks for the transaction in the final blocks up to a number, as they come. None if they do not hold it.
	async fn find(&self, extrinsic: &[u8], last: BlockNumber) -> Result<Option<Receipt>, Why> {
		let (first, _) = self.valid;
		let (mut next, mut heard) = (first, Instant::now());
		loop {
			let finalized = self.node.finalized().await?.number;
			while next <= finalized.min(last) {
				let block = self.node.block_hash(next).await?;
				if let Some(inclusion) = self.read(extrinsic, block).await? {
					tell!("Final.");
					return receipt(hash_of(extrinsic), inclusion).map(Some);
				}
				(next, heard) = (next.saturating_add(1), Instant::now());
			}
			if next > last {
				return Ok(None);
			}
			if heard.elapsed() > PATIENCE {
				let minutes = PATIENCE.as_secs() / 60;
				return Err(Why::Unknown(format!("no block became final for {minutes} minutes")));
			}
			tokio::time::sleep(LOOK).await;
		}
	}

	/// Reads what the transaction caused in a block. None if the block does not hold it.
	async fn read(&self, extrinsic: &[u8], block: Hash) -> Result<Option<Inclusion>, Error> {
		#[derive(serde::Deserialize)]
		struct SignedBlock {
			block: Block,
		}
		#[derive(serde::Deserialize)]
		struct Block {
			extrinsics: Vec<String>,
		}
		let extrinsic = to_hex(extrinsic);
		let body: Option<SignedBlock> = self.node.request("chain_getBlock", rpc_params![block]).await?;
		let body = body.ok_or_else(|| Error::node(format!("the node has no block {block:?}")))?;
		let index = body.block.extrinsics.iter().position(|other| *other == extrinsic);
		let Some(index) = index.and_then(|index| u32::try_from(index).ok()) else {
			return Ok(None);
		};
		let key = frame_support::storage::storage_prefix(b"System", b"Events").to_vec();
		let records: Option<Vec<EventRecord<RuntimeEvent, Hash>>> = self.node.storage(key, Some(block)).await?;
		let records = records.unwrap_or_default().into_iter();
		let own = records.filter(|record| record.phase == Phase::ApplyExtrinsic(index));
		Ok(Some(Inclusion {
			block: self.node.block_ref(block).await?,
			index,
			events: own.map(|record| record.event).collect(),
		}))
	}
}

/// What is known of a transaction in a final block.
fn receipt(hash: Hash, inclusion: Inclusion) -> Result<Receipt, Why> {
	match failure(&inclusion.events) {
		Some(error) => Err(Why::Failed(error.detail("block", inclusion.to_json()))),
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

fn hash_of(extrinsic: &[u8]) -> Hash {
	BlakeTwo256::hash(extrinsic)
}

/// The signals by which a process is asked to end.
struct Signals([(&'static str, Option<Signal>); 3]);

impl Signals {
	/// From now on they do not end the process by themselves. One that cannot be listened for still does.
	fn listen() -> Self {
		Self([
			("SIGINT", signal(SignalKind::interrupt()).ok()),
			("SIGTERM", signal(SignalKind::terminate()).ok()),
			("SIGHUP", signal(SignalKind::hangup()).ok()),
		])
	}

	/// Waits for one, and names it.
	async fn next(&mut self) -> &'static str {
		let [interrupt, terminate, hangup] = &mut self.0;
		tokio::select! {
			name = received(interrupt) => name,
			name = received(terminate) => name,
			name = received(hangup) => name,
		}
	}
}

/// Waits for a signal, and names it.
async fn received((name, signal): &mut (&'static str, Option<Signal>)) -> &'static str {
	match signal {
		Some(signal) => signal.recv().await,
		None => pending().await,
	};
	name
}

#[cfg(test)]
mod tests {
	use super::*;
	use millpond_runtime::Runtime;

	const HASH: Hash = Hash::repeat_byte(7);

	#[test]
	fn whatever_goes_wrong_after_a_transaction_was_handed_over_should_end_with_4_or_5_and_its_hash() {
		let hash = format!("{HASH:?}");
		let reasons = [
			Why::from(Error::node("the connection is lost")),
			Why::from(Error::input("the key is gone")),
			Why::Unknown("nothing was heard".into()),
			Why::NotTaken("its pool is full".into(), "Try later."),
		];
		for why in reasons {
			let error = why.into_error(HASH, 99);
			assert_eq!((error.kind, error.exit_code()), (Kind::Unknown, 5), "{error}");
			assert_eq!(error.details["transaction"], hash);
			assert!(error.message.contains(&hash), "{error}");
			assert!(error.to_string().contains("up to block 99"), "{error}");
		}
		let failed = Why::Failed(refusal::failed(&sp_runtime::DispatchError::BadOrigin)).into_error(HASH, 99);
		assert_eq!((failed.kind, failed.exit_code()), (Kind::Failed, 4));
		assert_eq!(failed.details["transaction"], hash);
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
		assert!(failure(&[executed(Ok(())), succeeded()]).is_none());
	}

	#[test]
	fn a_failed_call_should_be_told_with_its_block() {
		let inclusion = Inclusion {
			block: BlockRef { hash: HASH, number: 12 },
			index: 1,
			events: vec![RuntimeEvent::System(frame_system::Event::ExtrinsicFailed {
				dispatch_error: sp_runtime::DispatchError::BadOrigin,
				dispatch_info: Default::default(),
			})],
		};
		let Err(Why::Failed(error)) = receipt(HASH, inclusion) else {
			panic!("it failed")
		};
		assert_eq!(error.details["block"]["number"], 12);
	}
}
