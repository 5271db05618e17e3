//! GPUs, their models and their life.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use millpond_primitives::{Balance, Credits, GpuId, GpuModelId, Minute, OperatorId};
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, DispatchResult};

/// How a GPU stands. Only an [`Online`](Self::Online) one counts as capacity and earns.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum GpuStatus {
	/// It is known, and nothing is proven.
	Registered,
	/// It has passed an attestation round, but not yet as many as are asked for.
	Probation,
	/// It is there and proven.
	Online,
	/// It was proven, and is not there now.
	Offline,
	/// It missed too much and has to prove itself anew.
	Suspended,
	/// Its life here is over. Its device may be registered again, unless it was caught at a fraud.
	Retired,
}

impl GpuStatus {
	/// The life of a GPU: whether it can come to stand as `next` from here. Moving to another host is apart: it makes one
	/// that is not retired [`Registered`](Self::Registered) again.
	pub const fn can_become(self, next: Self) -> bool {
		use GpuStatus::{Offline, Online, Probation, Registered, Retired, Suspended};
		matches!(
			(self, next),
			(Registered, Probation | Retired)
				| (Probation, Online | Suspended | Retired)
				| (Online, Offline | Suspended | Retired)
				| (Offline, Online | Suspended | Retired)
				| (Suspended, Probation | Retired)
		)
	}
}

/// What other pallets need to know of a GPU.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct GpuFacts {
	/// Its host.
	pub operator: OperatorId,
	/// Its model.
	pub model: GpuModelId,
	/// How it stands.
	pub status: GpuStatus,
}

/// What other pallets need to know of a GPU model.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct ModelFacts {
	/// Its reward weight, by which idle minutes of different models compare. At least 1.
	pub weight: u64,
	/// What it is reckoned to cost, in DC a GPU-minute.
	pub reference_price: Credits,
	/// What its host answers for it with, in plancks.
	pub bond: Balance,
	/// Its memory, in MiB.
	pub memory: u32,
	/// Whether it is a simulated one, which only development chains have.
	pub simulated: bool,
}

/// What a GPU has done in some time.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct GpuHistory {
	/// BCT paid for it, in plancks.
	pub earned: Balance,
	/// Minutes in which it was online.
	pub online: u64,
	/// Minutes in which it was rented.
	pub rented: u64,
}

impl GpuHistory {
	/// Both together.
	pub fn plus(self, more: Self) -> Self {
		Self {
			earned: self.earned.saturating_add(more.earned),
			online: self.online.saturating_add(more.online),
			rented: self.rented.saturating_add(more.rented),
		}
	}
}

/// GPUs as pools, the market and attestation see them.
pub trait Gpus<AccountId> {
	/// Who holds the GPU's NFT, and is paid. None if there is no such GPU.
	fn holder(gpu: GpuId) -> Option<AccountId>;

	/// What is known of the GPU.
	fn facts(gpu: GpuId) -> Option<GpuFacts>;

	/// What is known of a model.
	fn model(model: GpuModelId) -> Option<ModelFacts>;

	/// Adds to what the GPU has done since it was registered. Does nothing if there is no such GPU.
	fn note_history(gpu: GpuId, more: GpuHistory);

	/// Registers a GPU for a benchmark, held by `holder`, hosted by `operator`, online.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(holder: &AccountId, operator: OperatorId) -> GpuId;
}

/// What attestation does to GPUs.
pub trait GpuLifecycle {
	/// The GPU stands as `status` from now on; when it stops being online, it was so only until `since`. Tells the pools.
	/// Fails if there is no such GPU, it is retired, or it cannot come to `status` from where it is.
	fn set_status(gpu: GpuId, status: GpuStatus, since: Minute) -> DispatchResult;

	/// Retires the GPU, and its device is never registered again: it was caught at a fraud.
	fn condemn(gpu: GpuId, since: Minute) -> DispatchResult;
}

/// What pools do when GPUs come and go. `()` has no pools.
pub trait OnGpuStatus {
	/// The GPU is online from now on.
	fn online(gpu: GpuId) -> DispatchResult;

	/// The GPU is not online any more, and was so only until `since`.
	fn offline(gpu: GpuId, since: Minute) -> DispatchResult;

	/// Fails, and says why, while the GPU is in a pool: it can then neither change its host nor retire.
	fn ensure_in_no_pool(gpu: GpuId) -> DispatchResult;

	/// What the GPU has done in the pools that it is in or has not been paid in for the last time: they
	/// [note](Gpus::note_history) it when that is over.
	fn history(gpu: GpuId) -> GpuHistory;

	/// The GPU, which is in no pool, is no more: nothing is kept of it.
	fn retired(gpu: GpuId);
}

impl OnGpuStatus for () {
	fn online(_: GpuId) -> DispatchResult {
		Ok(())
	}

	fn offline(_: GpuId, _: Minute) -> Result<(), DispatchError> {
		Ok(())
	}

	fn ensure_in_no_pool(_: GpuId) -> DispatchResult {
		Ok(())
	}

	fn history(_: GpuId) -> GpuHistory {
		GpuHistory::default()
	}

	fn retired(_: GpuId) {}
}

/// What attestation still asks of GPUs, as GPUs see it. It answers from what it stores and calls nobody. `()` asks nothing.
pub trait Proofs {
	/// Fails, and says why, while the GPU has yet to prove itself in the round that is on, or may have to: it can then neither
	/// change its host nor retire, or whoever does not like what a round opens would begin anew with another GPU.
	fn ensure_none_owed(gpu: GpuId) -> DispatchResult;

	/// Begins a round for a benchmark in which the GPU owes nothing, so that it takes longest to find out.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(gpu: GpuId);
}

impl Proofs for () {
	fn ensure_none_owed(_: GpuId) -> DispatchResult {
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(_: GpuId) {}
}

/// What attestation does to hosts and asks of pools. Each costs the same whatever the number of GPUs; to darken and to light
/// go by the number of [`groups`](Self::groups).
pub trait Hosts {
	/// The most groups that an operator has.
	const MAX_GROUPS: u32;

	/// How many groups the operator has: one in each pool that it hosts in.
	fn groups(operator: OperatorId) -> u32;

	/// None of the operator's GPUs is there any more, and none was since `since`: its groups go dark.
	fn darken(operator: OperatorId, since: Minute);

	/// The operator's GPUs that are online are there again: its groups are lit.
	fn light(operator: OperatorId);

	/// An attestation round begins: [`was_free`](Self::was_free) tells of this moment from now on.
	fn round_opened();

	/// Whether no customer had the GPU when the newest round began, whatever became of it since. It has to take part then:
	/// whoever rents it in the meantime gets it when it is done, which takes less than the time that a host has for it.
	fn was_free(gpu: GpuId) -> bool;

	/// Gives the operator `groups` groups for a benchmark, in pools with others. Each of `gpus`, which the operator hosts and
	/// which are online, is in one of them, by turns, and has a customer of its own.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(operator: OperatorId, groups: u32, gpus: &[GpuId]);
}

#[cfg(feature = "std")]
mod mock {
	use super::*;
	use crate::mock_storage::{get, put};
	use core::marker::PhantomData;

	const HOLDER: &str = "mock:gpus:holder";
	const FACTS: &str = "mock:gpus:facts";
	const MODEL: &str = "mock:gpus:model";
	const HISTORY: &str = "mock:gpus:history";
	const CONDEMNED: &str = "mock:gpus:condemned";
	const IN_POOL: &str = "mock:gpus:in-pool";
	const GONE: &str = "mock:gpus:gone";
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
}

#[cfg(feature = "std")]
pub use mock::{MockGpus, MockOnGpuStatus, MockProofs};

#[cfg(feature = "std")]
mod mock_hosts {
	use super::*;
	use crate::mock_storage::{get, put};

	const DARK: &str = "mock:hosts:dark";
	const CHANGES: &str = "mock:hosts:changes";
	const ROUND: &str = "mock:hosts:round";
	const TENANCY: &str = "mock:hosts:tenancy";
	const GROUPS: &str = "mock:hosts:groups";

	/// The newest round when a customer took a GPU, if one has it; and the newest that began while one had it.
	type Tenancy = (Option<u32>, u32);

	/// Pools as attestation sees them.
	pub struct MockHosts;

	impl MockHosts {
		/// Has a customer take `gpu`.
		pub fn rent(gpu: GpuId) {
			let (_, busy): Tenancy = get(&(TENANCY, gpu));
			put(&(TENANCY, gpu), (Some(get::<u32>(&ROUND)), busy));
		}

		/// Has its customer give `gpu` back.
		pub fn give_back(gpu: GpuId) {
			let (_, busy): Tenancy = get(&(TENANCY, gpu));
			let busy = if Self::was_free(gpu) { busy } else { get(&ROUND) };
			put(&(TENANCY, gpu), (None::<u32>, busy));
		}

		/// Gives `operator` so many groups.
		pub fn set_groups(operator: OperatorId, groups: u32) {
			put(&(GROUPS, operator), groups);
		}

		/// Since when the groups of `operator` are dark, if they are.
		pub fn dark_since(operator: OperatorId) -> Option<Minute> {
			get(&(DARK, operator))
		}

		/// How often the groups of `operator` went dark or were lit.
		pub fn changes(operator: OperatorId) -> u32 {
			get(&(CHANGES, operator))
		}

		fn set_dark(operator: OperatorId, since: Option<Minute>) {
			put(&(DARK, operator), since);
			put(&(CHANGES, operator), Self::changes(operator) + 1);
		}
	}

	impl Hosts for MockHosts {
		const MAX_GROUPS: u32 = 8;

		fn groups(operator: OperatorId) -> u32 {
			get(&(GROUPS, operator))
		}

		fn darken(operator: OperatorId, since: Minute) {
			Self::set_dark(operator, Some(since));
		}

		fn light(operator: OperatorId) {
			Self::set_dark(operator, None);
		}

		fn round_opened() {
			put(&ROUND, get::<u32>(&ROUND) + 1);
		}

		fn was_free(gpu: GpuId) -> bool {
			let (round, (taken, busy)): (u32, Tenancy) = (get(&ROUND), get(&(TENANCY, gpu)));
			busy < round && taken.is_none_or(|taken| taken == round)
		}

		#[cfg(feature = "runtime-benchmarks")]
		fn set_up(operator: OperatorId, groups: u32, gpus: &[GpuId]) {
			Self::set_groups(operator, groups);
			gpus.iter().for_each(|gpu| Self::rent(*gpu));
		}
	}
}

#[cfg(feature = "std")]
pub use mock_hosts::MockHosts;

#[cfg(test)]
mod tests {
	use super::*;

	type TestGpus = MockGpus<MockOnGpuStatus>;

	const FACTS: GpuFacts = GpuFacts {
		operator: 3,
		model: 1,
		status: GpuStatus::Offline,
	};

	#[test]
	fn pools_should_be_told_when_a_gpu_comes_and_goes() {
		sp_io::TestExternalities::default().execute_with(|| {
			TestGpus::add(7, &1u64, FACTS);
			assert_eq!(TestGpus::set_status(7, GpuStatus::Online, 10), Ok(()));
			assert!(TestGpus::set_status(7, GpuStatus::Online, 11).is_err());
			assert_eq!(TestGpus::set_status(7, GpuStatus::Suspended, 12), Ok(()));
			assert_eq!(TestGpus::condemn(7, 13), Ok(()));
			assert!(TestGpus::is_condemned(7) && TestGpus::set_status(7, GpuStatus::Online, 14).is_err());
			assert!(TestGpus::condemn(8, 13).is_err());
			assert_eq!(MockOnGpuStatus::moves(), [(7, None), (7, Some(12))]);
			MockProofs::set_owed(7, true);
			assert!(MockProofs::ensure_none_owed(7).is_err() && MockProofs::ensure_none_owed(8).is_ok());
			MockOnGpuStatus::retired(7);
			assert!(MockOnGpuStatus::has_retired(7) && !MockOnGpuStatus::has_retired(8));
			MockOnGpuStatus::set_in_pool(7, true);
			assert!(MockOnGpuStatus::ensure_in_no_pool(7).is_err() && MockOnGpuStatus::ensure_in_no_pool(8).is_ok());
		});
	}

	#[test]
	fn history_should_be_the_sum_of_what_was_noted() {
		sp_io::TestExternalities::default().execute_with(|| {
			let more = GpuHistory {
				earned: 5,
				online: 4,
				rented: 3,
			};
			(0..2).for_each(|_| <TestGpus as Gpus<u64>>::note_history(7, more));
			let twice = GpuHistory {
				earned: 10,
				online: 8,
				rented: 6,
			};
			assert_eq!(TestGpus::history(7), twice);
		});
	}

	#[test]
	fn gpu_should_have_been_free_when_no_customer_had_it_as_the_round_began() {
		sp_io::TestExternalities::default().execute_with(|| {
			MockHosts::rent(7);
			MockHosts::round_opened();
			assert_eq!((MockHosts::was_free(7), MockHosts::was_free(8)), (false, true));
			// What happens since changes nothing.
			MockHosts::give_back(7);
			MockHosts::rent(7);
			for _ in 0..2 {
				MockHosts::rent(8);
				assert!(MockHosts::was_free(8) && !MockHosts::was_free(7));
				MockHosts::give_back(8);
			}
			MockHosts::rent(8);
			MockHosts::give_back(7);
			assert_eq!((MockHosts::was_free(7), MockHosts::was_free(8)), (false, true));
			MockHosts::round_opened();
			assert_eq!((MockHosts::was_free(7), MockHosts::was_free(8)), (true, false));
		});
	}

	#[test]
	fn groups_should_be_dark_until_they_are_lit() {
		sp_io::TestExternalities::default().execute_with(|| {
			MockHosts::darken(3, 10);
			assert_eq!((MockHosts::dark_since(3), MockHosts::dark_since(4)), (Some(10), None));
			MockHosts::light(3);
			assert_eq!((MockHosts::dark_since(3), MockHosts::changes(3)), (None, 2));
		});
	}
}
