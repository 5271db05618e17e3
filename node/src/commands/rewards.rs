//! `millpond rewards`: what pools, GPUs and accounts have earned, and having it paid.

use crate::{
	client::{
		address::{format_account, parse_account},
		amount::{format_bct, format_credits, format_rate},
		command_group,
		output::{facts, or_nothing, table},
		Error, Node, NodeArgs, Report, TransactionArgs,
	},
	rpc::pools::{AccountRewards, GpuRewards, PoolRewards},
};
use clap::{ArgGroup, Parser};
use codec::Encode;
use millpond_math::streams::Earnings;
use millpond_primitives::{Balance, GpuId, OperatorId, PoolId};
use millpond_runtime::{AccountId, RuntimeCall, RuntimeEvent};
use millpond_runtime_api::{Earner, EarnerCursor, EarnerRewards};
use pallet_pools::{Call, Event, Reward};
use serde_json::json;

/// How many claims one transaction makes at most.
const CLAIMS: usize = 64;

command_group! {
	/// Rewards: what pools, GPUs and accounts have earned, and having it paid.
	RewardsCommand {
		Show(ShowCommand),
		Claim(ClaimCommand),
	}
}

/// Show what an account, a pool or a GPU has earned and was not paid.
///
/// It is paid without anybody's asking, once in an epoch, when it is 0.1 BCT or more.
#[derive(Debug, Parser)]
#[clap(group = ArgGroup::new("of").required(true))]
pub struct ShowCommand {
	/// What the operators and GPUs that this account holds have earned.
	#[arg(value_name = "ADDRESS", value_parser = parse_account, group = "of")]
	account: Option<AccountId>,

	/// What this pool has earned for its manager and its hosts.
	#[arg(long, value_name = "POOL", group = "of")]
	pool: Option<PoolId>,

	/// What this GPU has earned for its holder.
	#[arg(long, value_name = "GPU", group = "of")]
	gpu: Option<GpuId>,

	#[clap(flatten)]
	node: NodeArgs,
}

impl ShowCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		match (&self.account, self.pool, self.gpu) {
			(_, Some(pool), _) => of_pool(node, pool).await,
			(_, _, Some(gpu)) => of_gpu(node, gpu).await,
			(Some(account), ..) => of_account(node, account).await,
			// clap asks for one of them.
			_ => Err(Error::input("it is not said whose rewards")),
		}
	}
}

async fn of_pool(node: &Node, pool: PoolId) -> Result<Report, Error> {
	let rewards: Option<pallet_pools::PoolRewards> = node.call("PoolsApi_pool_rewards", &pool.encode(), None).await?;
	let rewards = rewards.ok_or_else(|| Error::input(format!("there is no pool {pool}")))?;
	let (tally, rate) = (&rewards.tally, &rewards.rate);
	let summary = facts(&[
		("pool", pool.to_string()),
		("spent in this epoch", format_credits(tally.credits)),
		("GPU-minutes online", tally.online.to_string()),
		("of these, idle", tally.idle.to_string()),
		("customers pay", format_rate(rate.credits)),
		("of nobody", format_bct(rewards.unshared)),
	]);
	let mut rows = vec![["manager".into(), pending(&rewards.manager), projected(&rewards.manager)]];
	rows.extend(rewards.hosts.iter().map(|host| {
		let dark = if host.lit { "" } else { " (dark)" };
		[
			format!("host {}{dark}", host.operator),
			pending(&host.host),
			projected(&host.host),
		]
	}));
	let text = format!("{summary}\n\n{}", table(["who", "pending", "this epoch"], &rows, ""));
	Ok(Report::new(json!(PoolRewards::new(pool, rewards)), text))
}

async fn of_gpu(node: &Node, gpu: GpuId) -> Result<Report, Error> {
	let found: Option<pallet_pools::GpuRewards> = node.call("PoolsApi_gpu_rewards", &gpu.encode(), None).await?;
	let found = found.ok_or_else(|| Error::input(format!("there is no GPU {gpu}")))?;
	let Reward { pending, projected } = found.rewards;
	let row = |name: &str, part: fn(&Earnings) -> Balance| {
		[
			name.to_string(),
			format_bct(part(&pending)),
			or_nothing(projected, |projected| format_bct(part(&projected))),
		]
	};
	let rows = [
		row("pool share", |earnings| earnings.pool),
		row("used", |earnings| earnings.used),
		row("availability", |earnings| earnings.available),
	];
	let pool = found.pool.map_or("no pool".into(), |pool| format!("pool {pool}"));
	let names = ["for", "pending", "this epoch"];
	let text = format!("GPU {gpu}, in {pool}\n\n{}", table(names, &rows, ""));
	Ok(Report::new(json!(GpuRewards::new(gpu, found)), text))
}

async fn of_account(node: &Node, account: &AccountId) -> Result<Report, Error> {
	let rewards = account_rewards(node, account).await?;
	let row = |found: &EarnerRewards| {
		let (name, pool) = match found.earner {
			Earner::Gpu { gpu, pool } => (format!("GPU {gpu}"), pool),
			Earner::Host { operator, pool } => (format!("host {operator}"), Some(pool)),
			Earner::Manager { operator, pool } => (format!("manager {operator}"), Some(pool)),
		};
		let pool = or_nothing(pool, |pool| pool.to_string());
		[name, pool, pending(&found.reward), projected(&found.reward)]
	};
	let rows: Vec<_> = rewards.iter().map(row).collect();
	let total = rewards
		.iter()
		.fold(0, |sum: Balance, found| sum.saturating_add(found.reward.pending));
	let text = format!(
		"{}\n\n{}",
		facts(&[("account", format_account(account)), ("pending", format_bct(total))]),
		table(
			["who", "pool", "pending", "this epoch"],
			&rows,
			"It holds no GPU and no operator that earns."
		)
	);
	Ok(Report::new(json!(AccountRewards::new(account, &rewards)), text))
}

async fn account_rewards(node: &Node, account: &AccountId) -> Result<Vec<EarnerRewards>, Error> {
	node.list::<EarnerCursor, _>("PoolsApi_account_rewards", &account.encode())
		.await
}

fn pending(reward: &Reward<Balance>) -> String {
	format_bct(reward.pending)
}

fn projected(reward: &Reward<Balance>) -> String {
	or_nothing(reward.projected, format_bct)
}

/// Have rewards paid now: those of a GPU, a host, a manager, or all that the account that signs can have.
///
/// They go to who holds the NFT, whoever signs. Below 0.1 BCT only the holder can have them paid.
#[derive(Debug, Parser)]
pub struct ClaimCommand {
	/// What this GPU has earned. May be given several times.
	#[arg(long, value_name = "GPU", conflicts_with = "pool")]
	gpu: Vec<GpuId>,

	/// What the manager of this pool has earned; with --host, what that has.
	#[arg(long, value_name = "POOL")]
	pool: Option<PoolId>,

	/// What this host has earned in the pool.
	#[arg(long, value_name = "OPERATOR", requires = "pool")]
	host: Option<OperatorId>,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl ClaimCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let signer = self.transaction.signer.signer()?;
		let gpus = self.gpu.iter().map(|gpu| Call::claim_gpu { gpu: *gpu });
		let calls: Vec<Call<_>> = match (self.pool, self.host) {
			(Some(pool), Some(operator)) => vec![Call::claim_host { pool, operator }],
			(Some(pool), None) => vec![Call::claim_manager { pool }],
			_ if !self.gpu.is_empty() => gpus.collect(),
			_ => claims(&account_rewards(node, signer.account()).await?),
		};
		let mut claims = calls;
		let left = claims.len().saturating_sub(CLAIMS);
		claims.truncate(CLAIMS);
		let mut calls: Vec<RuntimeCall> = claims.iter().cloned().map(RuntimeCall::Pools).collect();
		let call =
			match calls.len() {
				0 => return Err(Error::input(format!(
					"nothing that {} holds has earned what is not paid",
					format_account(signer.account())
				))
				.advise(
					"Rewards are known when the epoch has ended, and paid once in an epoch without anybody's asking.",
				)),
				1 => calls.remove(0),
				_ => pallet_utility::Call::batch_all { calls }.into(),
			};
		let receipt = self.transaction.submit_as(node, &signer, call).await?;
		let paid = receipt
			.inclusion
			.as_ref()
			.map(|inclusion| paid_for(&claims, &inclusion.events));
		let done = match paid {
			Some(paid) => format!("{} paid", format_bct(paid)),
			None => "the rewards are claimed".into(),
		};
		let more = match left {
			0 => String::new(),
			left => format!("; claim again for {left} more"),
		};
		let report = receipt.report(&format!("{done}{more}"));
		Ok(report
			.detail("paid", paid.map(|paid| paid.to_string()))
			.detail("left", left))
	}
}

/// The claims of all that has earned something.
fn claims(rewards: &[EarnerRewards]) -> Vec<Call<millpond_runtime::Runtime>> {
	let earned = rewards.iter().filter(|found| found.reward.pending > 0);
	let claim = |found: &EarnerRewards| match found.earner {
		Earner::Gpu { gpu, .. } => Call::claim_gpu { gpu },
		Earner::Host { operator, pool } => Call::claim_host { pool, operator },
		Earner::Manager { pool, .. } => Call::claim_manager { pool },
	};
	earned.map(claim).collect()
}

/// What events say was paid for claims. The sweep may pay others in the same block.
fn paid_for(claims: &[Call<millpond_runtime::Runtime>], events: &[RuntimeEvent]) -> Balance {
	let paid = |event: &RuntimeEvent| {
		let RuntimeEvent::Pools(event) = event else { return None };
		let (claim, amount) = match event {
			Event::GpuPaid { gpu, earnings, .. } => (Call::claim_gpu { gpu: *gpu }, earnings.sum().ok()?),
			Event::HostPaid {
				pool, operator, amount, ..
			} => {
				let (pool, operator) = (*pool, *operator);
				(Call::claim_host { pool, operator }, *amount)
			}
			Event::ManagerPaid { pool, amount, .. } => (Call::claim_manager { pool: *pool }, *amount),
			_ => return None,
		};
		claims.contains(&claim).then_some(amount)
	};
	events.iter().filter_map(paid).sum()
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_keyring::Sr25519Keyring::Alice;

	fn earned(earner: Earner, pending: Balance) -> EarnerRewards {
		EarnerRewards {
			earner,
			reward: Reward {
				pending,
				projected: Some(0),
			},
		}
	}

	#[test]
	fn claims_should_be_of_what_has_earned_something() {
		let rewards = [
			earned(Earner::Manager { operator: 1, pool: 2 }, 5),
			earned(Earner::Host { operator: 1, pool: 3 }, 0),
			earned(Earner::Host { operator: 1, pool: 2 }, 1),
			earned(Earner::Gpu { gpu: 4, pool: None }, 7),
		];
		assert_eq!(
			claims(&rewards),
			[
				Call::claim_manager { pool: 2 },
				Call::claim_host { pool: 2, operator: 1 },
				Call::claim_gpu { gpu: 4 }
			]
		);
	}

	#[test]
	fn what_was_paid_should_be_told_by_the_events() {
		let to = Alice.to_account_id();
		let earnings = Earnings {
			pool: 1,
			used: 2,
			available: 3,
		};
		let events = [
			RuntimeEvent::Pools(Event::GpuPaid {
				gpu: 1,
				pool: 1,
				to: to.clone(),
				earnings,
			}),
			RuntimeEvent::Pools(Event::ManagerPaid {
				pool: 1,
				manager: 1,
				to,
				amount: 4,
			}),
			RuntimeEvent::Pools(Event::Closed { pool: 1 }),
		];
		let (gpu, manager) = (Call::claim_gpu { gpu: 1 }, Call::claim_manager { pool: 1 });
		assert_eq!(paid_for(&[gpu.clone(), manager], &events), 10);
		assert_eq!(
			paid_for(&[gpu], &events),
			6,
			"what the sweep paid to others is not counted"
		);
		assert_eq!(paid_for(&[Call::claim_host { pool: 1, operator: 1 }], &events), 0);
	}
}
