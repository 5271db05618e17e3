//! `pools_*`: what pools, GPUs and accounts have earned.

use super::{
	arguments::{cursor, next, read, Arg},
	at_block, no_state, unknown, Deps,
};
use crate::service::Client;
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use millpond_math::streams;
use millpond_primitives::{Balance, EpochIndex, GpuId, OperatorId, PoolId};
use millpond_runtime::{AccountId, Hash};
use millpond_runtime_api::{Earner as EarnerOnChain, EarnerRewards, PoolsApi as _};
use serde::Serialize;
use sp_api::ProvideRuntimeApi;
use sp_runtime::traits::UniqueSaturatedInto;
use std::sync::Arc;

/// What somebody has earned and was not paid. Plancks (10^-12 BCT), as decimal strings.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Reward {
	/// In epochs that have closed: what a claim pays now.
	pub pending: String,
	/// What the open epoch adds if nothing changes until its end; null if that cannot be told.
	pub projected: Option<String>,
}

impl From<pallet_pools::Reward<Balance>> for Reward {
	fn from(reward: pallet_pools::Reward<Balance>) -> Self {
		Self {
			pending: reward.pending.to_string(),
			projected: reward.projected.map(|amount| amount.to_string()),
		}
	}
}

/// What GPUs do: a minute, or in an epoch so far.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Activity {
	/// Data Credits spent on them, as a decimal string.
	pub credits: String,
	/// GPUs online, or their minutes.
	pub online: u64,
	/// GPUs online that nobody rents, or their minutes.
	pub idle: u64,
}

impl From<streams::Activity> for Activity {
	fn from(activity: streams::Activity) -> Self {
		Self {
			credits: activity.credits.to_string(),
			online: activity.online.unique_saturated_into(),
			idle: activity.idle.unique_saturated_into(),
		}
	}
}

/// What a pool has earned for its manager and its hosts.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct PoolRewards {
	/// Its number.
	pub pool: PoolId,
	/// The open epoch.
	pub epoch: EpochIndex,
	/// What its GPUs did in the open epoch so far.
	pub tally: Activity,
	/// What they do a minute, now.
	pub rate: Activity,
	/// What its manager has earned.
	pub manager: Reward,
	/// What is nobody's and goes back to the network: the pool share of epochs in which no GPU was online. Plancks.
	pub unshared: String,
	/// What its hosts have earned.
	pub hosts: Vec<HostRewards>,
}

/// What a host has earned in a pool.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct HostRewards {
	/// The host.
	pub operator: OperatorId,
	/// Whether its GPUs count: not while it misses heartbeats.
	pub lit: bool,
	/// What its GPUs do a minute, while they count.
	pub rate: Activity,
	/// What it has earned by hosting.
	pub host: Reward,
}

impl PoolRewards {
	/// What the chain says of `pool`.
	pub fn new(pool: PoolId, rewards: pallet_pools::PoolRewards) -> Self {
		let host = |host: pallet_pools::HostRewards| HostRewards {
			operator: host.operator,
			lit: host.lit,
			rate: host.rate.into(),
			host: host.host.into(),
		};
		Self {
			pool,
			epoch: rewards.epoch,
			tally: rewards.tally.into(),
			rate: rewards.rate.into(),
			manager: rewards.manager.into(),
			unshared: rewards.unshared.to_string(),
			hosts: rewards.hosts.into_iter().map(host).collect(),
		}
	}
}

/// What a GPU has earned for its holder, in the pool that it is in and in those that it has left.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct GpuRewards {
	/// Its number.
	pub gpu: GpuId,
	/// The pool that it is in; null if it is in none.
	pub pool: Option<PoolId>,
	/// In epochs that have closed: what a claim pays now.
	pub pending: Earnings,
	/// What the open epoch adds if nothing changes until its end; null if that cannot be told.
	pub projected: Option<Earnings>,
}

/// What a GPU has earned, by what for. Plancks (10^-12 BCT), as decimal strings.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Earnings {
	/// Its part of the pool share: for being online.
	pub pool: String,
	/// For being rented.
	pub used: String,
	/// For being online while nobody rented it.
	pub available: String,
}

impl From<streams::Earnings> for Earnings {
	fn from(earnings: streams::Earnings) -> Self {
		Self {
			pool: earnings.pool.to_string(),
			used: earnings.used.to_string(),
			available: earnings.available.to_string(),
		}
	}
}

impl GpuRewards {
	/// What the chain says of `gpu`.
	pub fn new(gpu: GpuId, rewards: pallet_pools::GpuRewards) -> Self {
		Self {
			gpu,
			pool: rewards.pool,
			pending: rewards.rewards.pending.into(),
			projected: rewards.rewards.projected.map(Into::into),
		}
	}
}

/// What the operators and GPUs that an account holds have earned, or a page of it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct AccountRewards {
	/// The account.
	pub account: String,
	/// All that `earners` have earned together: the sum of the page.
	#[serde(flatten)]
	pub total: Reward,
	/// Who earned it.
	pub earners: Vec<Earned>,
	/// What to give as `cursor` for the next page; null on the last one.
	pub next: Option<String>,
}

/// What one of them has earned.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Earned {
	/// Which one.
	#[serde(flatten)]
	pub earner: Earner,
	/// What it has earned.
	#[serde(flatten)]
	pub reward: Reward,
}

/// Who earns rewards.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Earner {
	/// A GPU, in its pool or, if that is null, in those that it has left.
	Gpu { gpu: GpuId, pool: Option<PoolId> },
	/// A host, in a pool.
	Host { operator: OperatorId, pool: PoolId },
	/// The manager of a pool.
	Manager { operator: OperatorId, pool: PoolId },
}

impl From<EarnerOnChain> for Earner {
	fn from(earner: EarnerOnChain) -> Self {
		match earner {
			EarnerOnChain::Gpu { gpu, pool } => Self::Gpu { gpu, pool },
			EarnerOnChain::Host { operator, pool } => Self::Host { operator, pool },
			EarnerOnChain::Manager { operator, pool } => Self::Manager { operator, pool },
		}
	}
}

impl AccountRewards {
	/// What the chain says of what `account` holds.
	pub fn new(account: &AccountId, rewards: &[EarnerRewards]) -> Self {
		let pending = rewards.iter().map(|found| found.reward.pending);
		let projected = rewards.iter().map(|found| found.reward.projected);
		let earned = |found: &EarnerRewards| Earned {
			earner: found.earner.into(),
			reward: found.reward.into(),
		};
		Self {
			account: crate::client::address::format_account(account),
			total: pallet_pools::Reward {
				pending: pending.fold(0, Balance::saturating_add),
				projected: projected
					.reduce(|sum, amount| sum?.checked_add(amount?))
					.unwrap_or(Some(0)),
			}
			.into(),
			earners: rewards.iter().map(earned).collect(),
			next: None,
		}
	}

	/// The same, with more to come.
	fn followed_by(self, next: Option<String>) -> Self {
		Self { next, ..self }
	}
}

/// What pools, GPUs and accounts have earned.
#[rpc(server, namespace = "pools")]
pub trait PoolsRpc {
	/// What `pool` has earned for its manager and its hosts, at a block, by default the best.
	#[method(name = "poolRewards", blocking)]
	fn pool_rewards(&self, pool: Option<Arg<PoolId>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<PoolRewards>;

	/// What `gpu` has earned for its holder, at a block, by default the best.
	#[method(name = "gpuRewards", blocking)]
	fn gpu_rewards(&self, gpu: Option<Arg<GpuId>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<GpuRewards>;

	/// A page of what the operators and GPUs that `account` holds have earned, the operators first, at a block, by default
	/// the best. An account that holds none has earned nothing. `cursor` is `next` of the page before.
	#[method(name = "accountRewards", blocking)]
	fn account_rewards(
		&self,
		account: Option<Arg<AccountId>>,
		cursor: Option<Arg<Option<String>>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<AccountRewards>;
}

/// Answers from the chain's state.
pub struct Pools {
	client: Arc<Client>,
}

impl Pools {
	/// Answers from this node's state.
	pub fn new(deps: &Deps) -> Self {
		Self {
			client: deps.client.clone(),
		}
	}
}

impl PoolsRpcServer for Pools {
	fn pool_rewards(&self, pool: Option<Arg<PoolId>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<PoolRewards> {
		let pool = read("pool", pool)?;
		let at = at_block(&self.client, at)?;
		let rewards = self.client.runtime_api().pool_rewards(at, pool).map_err(no_state)?;
		Ok(PoolRewards::new(pool, rewards.ok_or_else(|| unknown("pool", pool))?))
	}

	fn gpu_rewards(&self, gpu: Option<Arg<GpuId>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<GpuRewards> {
		let gpu = read("gpu", gpu)?;
		let at = at_block(&self.client, at)?;
		let rewards = self.client.runtime_api().gpu_rewards(at, gpu).map_err(no_state)?;
		Ok(GpuRewards::new(gpu, rewards.ok_or_else(|| unknown("GPU", gpu))?))
	}

	fn account_rewards(
		&self,
		account: Option<Arg<AccountId>>,
		from: Option<Arg<Option<String>>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<AccountRewards> {
		let account = read("account", account)?;
		let from = cursor(from)?;
		let at = at_block(&self.client, at)?;
		let page = self.client.runtime_api().account_rewards(at, account.clone(), from);
		let page = page.map_err(no_state)?;
		Ok(AccountRewards::new(&account, &page.entries).followed_by(next(page.next)))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;
	use sp_keyring::Sr25519Keyring::Alice;

	fn earned(earner: EarnerOnChain, pending: Balance, projected: Option<Balance>) -> EarnerRewards {
		let reward = pallet_pools::Reward { pending, projected };
		EarnerRewards { earner, reward }
	}

	#[test]
	fn an_accounts_rewards_should_be_the_sum_of_what_it_holds() {
		let rewards = [
			earned(EarnerOnChain::Manager { operator: 1, pool: 2 }, 5, Some(1)),
			earned(
				EarnerOnChain::Gpu { gpu: 3, pool: None },
				Balance::from(u64::MAX),
				Some(0),
			),
		];
		assert_eq!(
			json!(AccountRewards::new(&Alice.to_account_id(), &rewards)),
			json!({
				"account": Alice.to_account_id().to_string(),
				"pending": "18446744073709551620",
				"projected": "1",
				"earners": [
					{ "kind": "manager", "operator": 1, "pool": 2, "pending": "5", "projected": "1" },
					{ "kind": "gpu", "gpu": 3, "pool": null, "pending": "18446744073709551615", "projected": "0" },
				],
				"next": null,
			})
		);
	}

	#[test]
	fn an_accounts_projection_should_be_unknown_when_one_of_them_is() {
		let rewards = [
			earned(EarnerOnChain::Host { operator: 1, pool: 2 }, 5, None),
			earned(EarnerOnChain::Gpu { gpu: 3, pool: Some(2) }, 0, Some(7)),
		];
		let total = |rewards: &[EarnerRewards]| AccountRewards::new(&Alice.to_account_id(), rewards).total;
		assert_eq!(json!(total(&rewards)), json!({ "pending": "5", "projected": null }));
		assert_eq!(json!(total(&[])), json!({ "pending": "0", "projected": "0" }));
	}
}
