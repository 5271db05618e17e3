//! GPUs, their models and their life.

#[cfg(feature = "std")]
mod mock_gpus;
#[cfg(feature = "std")]
mod mock_hosts;
#[cfg(test)]
mod tests;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use millpond_primitives::{Balance, Credits, GpuId, GpuModelId, Minute, OperatorId};
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, DispatchResult};

#[cfg(feature = "std")]
pub use mock_gpus::{MockGpus, MockOnGpuStatus, MockProofs};
#[cfg(feature = "std")]
pub use mock_hosts::MockHosts;

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
	/// What its host answers for it with, in DC.
	pub bond: Credits,
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
	/// Minutes in which a customer paid for it as they passed. Those in which it was only kept for one do not count.
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

	/// What of its host's bond answers for the GPU now, in plancks: what slashes for it are shares of. Zero if there is no such
	/// GPU.
	fn bond(gpu: GpuId) -> Balance;

	/// Withdraws the [offers](crate::Deeds::withdraw_offers) of the GPU's NFT: something binds the GPU or lowers its worth, and
	/// nobody is to buy it at a price that was asked before. Fails if there is no such GPU.
	fn withdraw_offers(gpu: GpuId) -> DispatchResult;

	/// Adds to what the GPU has done since it was registered. Does nothing if there is no such GPU.
	fn note_history(gpu: GpuId, more: GpuHistory);

	/// Registers a GPU for a benchmark, held by `holder`, hosted by `operator`, online, and [offered](Self::set_up_offers).
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(holder: &AccountId, operator: OperatorId) -> GpuId;

	/// Makes as many [offers](Self::withdraw_offers) of the GPU's NFT as can be, for a benchmark.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up_offers(gpu: GpuId);
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
