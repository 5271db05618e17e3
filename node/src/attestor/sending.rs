//! What was sent for which duty, and when. Whether it is done is for the chain to say: as long as the chain says that a duty
//! is owed, what was sent for it is sent again every few blocks.

use crate::{
	client::signer::Signer,
	outbox::{Outbox, Sent},
};
use millpond_primitives::{GpuId, Minute, OperatorId};
use millpond_runtime::{AccountId, BlockNumber, Nonce, RuntimeCall};
use pallet_attestation::RoundIndex;
use std::collections::BTreeMap;

/// After how many blocks something is sent again.
const RETRY: BlockNumber = 5;

/// How often a proof is sent at most: one that the chain refuses costs its fee.
const ATTEMPTS: u32 = 3;

/// For how many blocks it is remembered what was sent: longer than a round takes.
const MEMORY: BlockNumber = 60_000;

/// Something that is owed to the chain.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Duty {
	/// The heartbeat of an operator in a period.
	Heartbeat(OperatorId, Minute),
	/// Its commitment to the fills of a round.
	Fill(OperatorId, RoundIndex),
	/// Its commitment to the walks of a round.
	Walk(OperatorId, RoundIndex),
	/// The proof of a GPU in a round.
	Proof(RoundIndex, GpuId),
}

/// What was sent, and when.
#[derive(Default)]
struct Log {
	sent: BTreeMap<Duty, (BlockNumber, u32)>,
	/// The block in which an account's newest nonce was used, and that nonce.
	nonces: BTreeMap<AccountId, (BlockNumber, Nonce)>,
}

impl Log {
	fn is_due(&self, duty: Duty, now: BlockNumber) -> bool {
		let Some((at, times)) = self.sent.get(&duty) else {
			return true;
		};
		let is_free = !matches!(duty, Duty::Proof(..));
		now.saturating_sub(*at) >= RETRY && (is_free || *times < ATTEMPTS)
	}

	fn note(&mut self, duty: Duty, now: BlockNumber) {
		self.sent.retain(|_, (at, _)| now.saturating_sub(*at) < MEMORY);
		let (at, times) = self.sent.entry(duty).or_default();
		*at = now;
		*times = times.saturating_add(1);
	}

	/// The nonce of an account's next transaction, of which `mined` are in blocks: those that were sent just now still wait.
	fn next_nonce(&mut self, account: &AccountId, mined: Nonce, now: BlockNumber) -> Nonce {
		let next = match self.nonces.get(account) {
			Some((at, last)) if now.saturating_sub(*at) < RETRY => mined.max(last.saturating_add(1)),
			_ => mined,
		};
		self.nonces.insert(account.clone(), (now, next));
		next
	}
}

/// Sends what is owed through the node's own pool.
pub struct Sender {
	outbox: Outbox,
	log: Log,
}

impl Sender {
	/// One that has sent nothing.
	pub fn new(outbox: Outbox) -> Self {
		Self {
			outbox,
			log: Log::default(),
		}
	}

	/// Whether something is to be sent for a duty in block `now`, which the chain says is owed.
	pub fn is_due(&self, duty: Duty, now: BlockNumber) -> bool {
		self.log.is_due(duty, now)
	}

	/// Sends a call that authorizes itself.
	///
	/// # Errors
	/// Why it could not be sent, in words.
	pub async fn authorized(&mut self, duty: Duty, now: BlockNumber, call: RuntimeCall) -> Result<(), String> {
		self.log.note(duty, now);
		told(duty, self.outbox.authorized(call).await)
	}

	/// Sends a call that `signer` signs.
	///
	/// # Errors
	/// Why it could not be sent, in words.
	pub async fn signed(
		&mut self,
		duty: Duty,
		now: BlockNumber,
		signer: &Signer,
		call: RuntimeCall,
	) -> Result<(), String> {
		self.log.note(duty, now);
		let mined = self.outbox.nonce(signer.account())?;
		let nonce = self.log.next_nonce(signer.account(), mined, now);
		let sent = told(duty, self.outbox.signed(signer, call, nonce).await);
		if sent.is_err() {
			// Whatever comes next must not wait for it.
			self.log.nonces.remove(signer.account());
		}
		sent
	}
}

fn told(duty: Duty, sent: Result<Sent, String>) -> Result<(), String> {
	let sent = sent.map_err(|error| match error.contains("Stale") {
		true => {
			"it came too late, for what it answers was over: this machine is too slow, or its clock is wrong".into()
		}
		false => error,
	});
	match sent? {
		Sent::Pooled(hash) => log::debug!(target: super::LOG, "{duty:?} sent as {hash:?}"),
		Sent::Waiting => log::debug!(target: super::LOG, "{duty:?} still waits for a block"),
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_is_owed_should_be_sent_again_after_some_blocks() {
		let mut log = Log::default();
		let beat = Duty::Heartbeat(1, 600);
		assert!(log.is_due(beat, 100));
		log.note(beat, 100);
		assert!(!log.is_due(beat, 100 + RETRY - 1));
		assert!(log.is_due(beat, 100 + RETRY));
		assert!(log.is_due(Duty::Heartbeat(1, 610), 101));
		for block in 200..200 + 2 * ATTEMPTS {
			log.note(beat, block);
		}
		assert!(log.is_due(beat, 300), "it is free");
	}

	#[test]
	fn a_proof_should_be_sent_a_few_times_at_most() {
		let mut log = Log::default();
		let proof = Duty::Proof(1, 7);
		for attempt in 0..ATTEMPTS {
			assert!(log.is_due(proof, attempt * RETRY));
			log.note(proof, attempt * RETRY);
		}
		assert!(!log.is_due(proof, 1_000));
		assert!(log.is_due(Duty::Proof(2, 7), 1_000), "another round");
	}

	#[test]
	fn nonces_should_follow_one_another_until_what_was_sent_is_lost() {
		let mut log = Log::default();
		let account = AccountId::from([1; 32]);
		let mut next = |mined, now| log.next_nonce(&account, mined, now);
		assert_eq!([next(5, 10), next(5, 10), next(5, 11)], [5, 6, 7]);
		assert_eq!(next(9, 12), 9);
		// Nothing of it is in a block after a while: it is not waiting any more.
		assert_eq!(next(6, 12 + RETRY), 6);
	}
}
