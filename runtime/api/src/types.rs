//! What the runtime puts together from several pallets.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use millpond_primitives::{Balance, Credits, GpuId, OperatorId, PoolId};
use pallet_gpus::GpuSummary;
use pallet_operators::{OperatorSummary, Reputation};
use pallet_pools::{MemberRecord, Reward};
use scale_info::TypeInfo;
use sp_runtime::AccountId32;

/// How many entries a page has at most.
pub const PAGE: u32 = 256;

/// A part of a long list.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Page<Cursor, Entry> {
	/// The entries, up to 256. There may be none though more follow.
	pub entries: Vec<Entry>,
	/// What to ask for the next page with. None: this is the last one.
	pub next: Option<Cursor>,
}

/// An operator in a list.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct OperatorEntry {
	/// Its number.
	pub operator: OperatorId,
	/// What there is to know about it.
	pub summary: OperatorSummary<AccountId32>,
	/// How it served.
	pub reputation: Reputation,
}

/// A GPU, and what it does in its pool.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct GpuEntry {
	/// Its number.
	pub gpu: GpuId,
	/// What there is to know about it.
	pub summary: GpuSummary<AccountId32>,
	/// What it does in its pool. None if it is in none.
	pub member: Option<MemberRecord>,
}

/// Who earns rewards.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub enum Earner {
	/// A GPU, for its holder.
	Gpu {
		/// The GPU.
		gpu: GpuId,
		/// The pool that it is in.
		pool: Option<PoolId>,
	},
	/// A host, in a pool.
	Host {
		/// The host.
		operator: OperatorId,
		/// The pool.
		pool: PoolId,
	},
	/// The manager of a pool.
	Manager {
		/// The manager.
		operator: OperatorId,
		/// The pool.
		pool: PoolId,
	},
}

/// How far the list of what an account has earned is: the next entry comes after this one.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub enum EarnerCursor {
	/// An operator that the account holds. Its pools come next.
	Operator(OperatorId),
	/// The manager of a pool.
	Manager(OperatorId, PoolId),
	/// A host, in a pool.
	Host(OperatorId, PoolId),
	/// A GPU that the account holds. GPUs come after all operators.
	Gpu(GpuId),
}

/// What somebody has earned and was not paid.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct EarnerRewards {
	/// Who.
	pub earner: Earner,
	/// What, in plancks.
	pub reward: Reward<Balance>,
}

/// Supply as a whole.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Supply {
	/// Operators that are called to raise their bond and have time for it.
	pub called: u32,
	/// Operators whose GPUs sell no new time because their bond is short.
	pub suspended: u32,
	/// Operators.
	pub operators: u32,
	/// GPUs that are registered.
	pub gpus: u32,
	/// What was ever minted for GPU rewards, in plancks, without what was given back.
	pub minted: Balance,
	/// What of that was not paid yet, in plancks.
	pub pending: Balance,
}

/// What some pools do together.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct PoolActivity {
	/// How many pools.
	pub pools: u32,
	/// GPUs in them that are online, their hosts too.
	pub online: u128,
	/// Of these, those that no customer has.
	pub idle: u128,
	/// What their customers pay together, in DC a minute.
	pub credits: Credits,
}

impl PoolActivity {
	/// What both do together.
	pub fn and(self, other: Self) -> Self {
		Self {
			pools: self.pools.saturating_add(other.pools),
			online: self.online.saturating_add(other.online),
			idle: self.idle.saturating_add(other.idle),
			credits: self.credits.saturating_add(other.credits),
		}
	}
}
