//! GPUs of a test, and what they are told by and tell.

use super::*;
use crate::mock_storage::{get, put};
use core::marker::PhantomData;
use millpond_primitives::{BCT, CREDITS_PER_USD};

const HOLDER: &str = "mock:gpus:holder";
const FACTS: &str = "mock:gpus:facts";
const MODEL: &str = "mock:gpus:model";
const HISTORY: &str = "mock:gpus:history";
const CONDEMNED: &str = "mock:gpus:condemned";
const IN_POOL: &str = "mock:gpus:in-pool";
const GONE: &str = "mock:gpus:gone";
const OFFERED: &str = "mock:gpus:offered";
const OWED: &str = "mock:gpus:owed";
const MOVES: &str = "mock:gpus:moves";
#[cfg(feature = "runtime-benchmarks")]
const NEXT: &str = "mock:gpus:next";

/// GPUs of a test. `Hook` is told when one goes online and offline.
pub struct MockGpus<Hook = ()>(PhantomData<Hook>);

impl<Hook> MockGpus<Hook> {
	/// Lists `model` in the catalogue.
	pub fn add_model(model: GpuModelId, facts: ModelFacts) {
		put(&(MODEL, model), Some(facts));
	}

	/// Registers `gpu`, held by `holder`, or makes it stand as `facts` say. Tells nobody.
	pub fn add<AccountId: Encode>(gpu: GpuId, holder: &AccountId, facts: GpuFacts) {
		Self::set_holder(gpu, holder);
		put(&(FACTS, gpu), Some(facts));
	}

	/// Sells `gpu` to `holder`.
	pub fn set_holder<AccountId: Encode>(gpu: GpuId, holder: &AccountId) {
		put(&(HOLDER, gpu), Some(holder.encode()));
	}

	/// The holder of `gpu` offers it, as wallets do.
	pub fn offer(gpu: GpuId) {
		put(&(OFFERED, gpu), true);
	}

	/// Whether `gpu` is offered.
	pub fn is_offered(gpu: GpuId) -> bool {
		get(&(OFFERED, gpu))
	}

	/// What `gpu` has done.
	pub fn history(gpu: GpuId) -> GpuHistory {
		get(&(HISTORY, gpu))
	}

	/// Whether `gpu` was caught at a fraud.
	pub fn is_condemned(gpu: GpuId) -> bool {
		get(&(CONDEMNED, gpu))
	}
}

impl<AccountId: Encode + Decode, Hook> Gpus<AccountId> for MockGpus<Hook> {
	fn holder(gpu: GpuId) -> Option<AccountId> {
		let account: Option<Vec<u8>> = get(&(HOLDER, gpu));
		account.map(|bytes| AccountId::decode(&mut &bytes[..]).expect("a mock stored it"))
	}

	fn facts(gpu: GpuId) -> Option<GpuFacts> {
		get(&(FACTS, gpu))
	}

	fn model(model: GpuModelId) -> Option<ModelFacts> {
		get(&(MODEL, model))
	}

	/// What its model asks, a BCT being a dollar.
	fn bond(gpu: GpuId) -> Balance {
		let facts: Option<GpuFacts> = get(&(FACTS, gpu));
		let model = facts.and_then(|facts| get::<Option<ModelFacts>>(&(MODEL, facts.model)));
		model.map_or(0, |model| model.bond * (BCT / CREDITS_PER_USD))
	}

	fn withdraw_offers(gpu: GpuId) -> DispatchResult {
		put(&(OFFERED, gpu), false);
		Ok(())
	}

	fn note_history(gpu: GpuId, more: GpuHistory) {
		put(&(HISTORY, gpu), Self::history(gpu).plus(more));
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(holder: &AccountId, operator: OperatorId) -> GpuId {
		const MODEL: GpuModelId = GpuModelId::MAX;
		let gpu: GpuId = get::<GpuId>(&NEXT) + 1;
		put(&NEXT, gpu);
		let model = ModelFacts {
			weight: 1_000,
			reference_price: 1_000,
			bond: 0,
			memory: 1_024,
			simulated: true,
		};
		Self::add_model(MODEL, model);
		let facts = GpuFacts {
			operator,
			model: MODEL,
			status: GpuStatus::Online,
		};
		Self::add(gpu, holder, facts);
		gpu
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up_offers(gpu: GpuId) {
		Self::offer(gpu);
	}
}

impl<Hook: OnGpuStatus> GpuLifecycle for MockGpus<Hook> {
	fn set_status(gpu: GpuId, status: GpuStatus, since: Minute) -> DispatchResult {
		let facts: Option<GpuFacts> = get(&(FACTS, gpu));
		let old = facts.ok_or(DispatchError::CannotLookup)?;
		if !old.status.can_become(status) {
			return Err(DispatchError::Other("the GPU cannot come to stand so"));
		}
		put(&(FACTS, gpu), Some(GpuFacts { status, ..old }));
		match (old.status == GpuStatus::Online, status == GpuStatus::Online) {
			(false, true) => Hook::online(gpu),
			(true, false) => Hook::offline(gpu, since),
			_ => Ok(()),
		}
	}

	fn condemn(gpu: GpuId, since: Minute) -> DispatchResult {
		Self::set_status(gpu, GpuStatus::Retired, since)?;
		put(&(CONDEMNED, gpu), true);
		Ok(())
	}
}

/// Pools that remember what they are told.
pub struct MockOnGpuStatus;

impl MockOnGpuStatus {
	/// Whether `gpu` is in a pool from now on.
	pub fn set_in_pool(gpu: GpuId, in_pool: bool) {
		put(&(IN_POOL, gpu), in_pool);
	}

	/// Whether `gpu` has retired.
	pub fn has_retired(gpu: GpuId) -> bool {
		get(&(GONE, gpu))
	}

	/// Which GPUs came (None) and went (and since when), in order.
	pub fn moves() -> Vec<(GpuId, Option<Minute>)> {
		get(&MOVES)
	}

	fn note(gpu: GpuId, since: Option<Minute>) -> DispatchResult {
		let mut moves = Self::moves();
		moves.push((gpu, since));
		put(&MOVES, moves);
		Ok(())
	}
}

impl OnGpuStatus for MockOnGpuStatus {
	fn online(gpu: GpuId) -> DispatchResult {
		Self::note(gpu, None)
	}

	fn offline(gpu: GpuId, since: Minute) -> DispatchResult {
		Self::note(gpu, Some(since))
	}

	fn ensure_in_no_pool(gpu: GpuId) -> DispatchResult {
		match get::<bool>(&(IN_POOL, gpu)) {
			true => Err(DispatchError::Other("the GPU is in a pool")),
			false => Ok(()),
		}
	}

	fn history(_: GpuId) -> GpuHistory {
		GpuHistory::default()
	}

	fn retired(gpu: GpuId) {
		put(&(GONE, gpu), true);
	}
}

/// Proofs that a test says are owed.
pub struct MockProofs;

impl MockProofs {
	/// Whether `gpu` has yet to prove itself from now on.
	pub fn set_owed(gpu: GpuId, owed: bool) {
		put(&(OWED, gpu), owed);
	}
}

impl Proofs for MockProofs {
	fn ensure_none_owed(gpu: GpuId) -> DispatchResult {
		match get::<bool>(&(OWED, gpu)) {
			true => Err(DispatchError::Other("the GPU owes a proof")),
			false => Ok(()),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(gpu: GpuId) {
		Self::set_owed(gpu, false);
	}
}
