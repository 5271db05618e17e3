//! What the runtime's own interfaces answer that takes more than one pallet.

pub mod market;

use crate::{
	configs::{GPU_COLLECTION, OPERATOR_COLLECTION},
	*,
};
use alloc::vec::Vec;
use millpond_primitives::{GpuId, OperatorId, PoolId};
use millpond_runtime_api::{Earner, EarnerRewards, GpuEntry, OperatorEntry, Page, Supply, PAGE};
use millpond_traits::Emissions as _;
use pallet_pools::{GpuRewards, HostRecord, HostRewards, PoolDetails, PoolRewards, Reward};
use sp_runtime::traits::AtLeast32BitUnsigned;

/// The page of a list by number that begins at `cursor`; `end` is the next number to be given.
pub(crate) fn page_by_number<Id: AtLeast32BitUnsigned + Copy, Entry>(
	cursor: Option<Id>,
	end: Id,
	entry: impl Fn(Id) -> Option<Entry>,
) -> Page<Id, Entry> {
	let from = cursor.unwrap_or_else(Id::zero);
	let next = from.saturating_add(PAGE.into()).min(end);
	let numbers = core::iter::successors(Some(from), |id| Some(id.saturating_add(Id::one())));
	Page {
		entries: numbers.take_while(|id| *id < next).filter_map(entry).collect(),
		next: (next < end).then_some(next),
	}
}

/// The page of a list in the order of its keys, which `ids` goes through.
pub(crate) fn page_by_key<Id: Copy, Entry>(
	ids: impl Iterator<Item = Id>,
	entries: impl FnOnce(&[Id]) -> Vec<Entry>,
) -> Page<Id, Entry> {
	let ids: Vec<_> = ids.take(PAGE as usize).collect();
	Page {
		entries: entries(&ids),
		next: ids.last().copied().filter(|_| ids.len() == PAGE as usize),
	}
}

pub fn operators(cursor: Option<OperatorId>) -> Page<OperatorId, OperatorEntry> {
	page_by_number(cursor, pallet_operators::NextOperator::<Runtime>::get(), |operator| {
		Some(OperatorEntry {
			operator,
			summary: Operators::operator_summary(operator)?,
			reputation: Operators::reputation(operator)?,
		})
	})
}

pub fn gpu(gpu: GpuId) -> Option<GpuEntry> {
	Some(GpuEntry {
		gpu,
		summary: Gpus::gpu_summary(gpu)?,
		member: pallet_pools::Members::<Runtime>::get(gpu),
	})
}

pub fn gpus(cursor: Option<GpuId>) -> Page<GpuId, GpuEntry> {
	page_by_number(cursor, pallet_gpus::NextGpu::<Runtime>::get(), gpu)
}

pub fn hosted_gpus(operator: OperatorId, cursor: Option<GpuId>) -> Page<GpuId, GpuEntry> {
	page_by_key(Gpus::hosted_gpus(operator, cursor).into_iter(), listed)
}

pub fn held_gpus(account: &AccountId, cursor: Option<GpuId>) -> Page<GpuId, GpuEntry> {
	page_by_key(held(account, GPU_COLLECTION, cursor), listed)
}

fn listed(gpus: &[GpuId]) -> Vec<GpuEntry> {
	gpus.iter().copied().filter_map(gpu).collect()
}

pub fn pools(cursor: Option<PoolId>) -> Page<PoolId, PoolDetails> {
	page_by_number(cursor, pallet_pools::NextPool::<Runtime>::get(), Pools::pool)
}

pub fn hosts(pool: PoolId) -> Vec<(OperatorId, HostRecord)> {
	let lines = pallet_pools::Queues::<Runtime>::get(pool).lines.into_iter();
	let host = |operator| Some((operator, pallet_pools::Hosts::<Runtime>::get((pool, operator))?));
	lines.filter_map(|line| host(line.operator)).collect()
}

/// The items of a collection that an account holds, in the order of their keys, those after `cursor`.
pub(crate) fn held(account: &AccountId, collection: u32, cursor: Option<u64>) -> impl Iterator<Item = u64> {
	type Held = pallet_nfts::Account<Runtime>;
	match cursor {
		None => Held::iter_key_prefix((account, collection)),
		Some(last) => {
			Held::iter_key_prefix_from((account, collection), Held::hashed_key_for((account, collection, last)))
		}
	}
}

pub fn account_rewards(account: &AccountId, cursor: Option<GpuId>) -> Page<GpuId, EarnerRewards> {
	let rewards = |gpus: &[GpuId]| {
		let found = Pools::rewards_of_gpus(gpus);
		gpus.iter()
			.zip(found)
			.filter_map(|(gpu, found)| rewards_of_gpu(*gpu, &found))
			.collect()
	};
	let mut page = page_by_key(held(account, GPU_COLLECTION, cursor), rewards);
	if cursor.is_none() {
		page.entries.splice(..0, operator_rewards(account));
	}
	page
}

fn rewards_of_gpu(gpu: GpuId, found: &GpuRewards) -> Option<EarnerRewards> {
	let projected = found.rewards.projected.and_then(|earnings| earnings.sum().ok());
	Some(EarnerRewards {
		earner: Earner::Gpu { gpu, pool: found.pool },
		reward: Reward {
			pending: found.rewards.pending.sum().ok()?,
			projected,
		},
	})
}

/// What the operators have earned that an account holds, as managers and as hosts.
fn operator_rewards(account: &AccountId) -> Vec<EarnerRewards> {
	let operators: Vec<_> = held(account, OPERATOR_COLLECTION, None).collect();
	if operators.is_empty() {
		return Vec::new();
	}
	let hosting = operators.iter().map(pallet_pools::Hosting::<Runtime>::get);
	let hosting: Vec<PoolId> = hosting.flat_map(|record| record.pools).collect();
	pallet_pools::Pools::<Runtime>::iter()
		.filter(|(pool, record)| operators.contains(&record.manager) || hosting.contains(pool))
		.filter_map(|(pool, record)| Some(earners_of_pool(pool, record.manager, Pools::pool_rewards(pool)?)))
		.flatten()
		.filter_map(|(operator, found)| operators.contains(&operator).then_some(found))
		.collect()
}

/// What a pool's manager and its hosts have earned.
fn earners_of_pool(
	pool: PoolId,
	manager: OperatorId,
	rewards: PoolRewards,
) -> impl Iterator<Item = (OperatorId, EarnerRewards)> {
	let of_manager = EarnerRewards {
		earner: Earner::Manager {
			operator: manager,
			pool,
		},
		reward: rewards.manager,
	};
	let of_host = move |host: HostRewards| {
		let operator = host.operator;
		let earner = Earner::Host { operator, pool };
		(
			operator,
			EarnerRewards {
				earner,
				reward: host.host,
			},
		)
	};
	[(manager, of_manager)]
		.into_iter()
		.chain(rewards.hosts.into_iter().map(of_host))
}

pub fn supply() -> Supply {
	let items = |collection| pallet_nfts::Collection::<Runtime>::get(collection).map_or(0, |details| details.items);
	let short = pallet_operators::Bonds::<Runtime>::iter_values().filter_map(|bond| bond.shortfall);
	let (all, suspended) = short.fold((0u32, 0u32), |(all, suspended), shortfall| {
		(
			all.saturating_add(1),
			suspended.saturating_add(shortfall.suspended.into()),
		)
	});
	let empty = Supply {
		called: all.saturating_sub(suspended),
		suspended,
		operators: items(OPERATOR_COLLECTION),
		gpus: items(GPU_COLLECTION),
		pools: 0,
		online: 0,
		idle: 0,
		credits: 0,
		minted: pallet_emissions::Totals::<Runtime>::get().rewards,
		pending: Emissions::pot(),
	};
	pallet_pools::PoolStreams::<Runtime>::iter_values().fold(empty, |sum, pool| {
		let rate = pool.rate();
		Supply {
			pools: sum.pools.saturating_add(1),
			online: sum.online.saturating_add(rate.online),
			idle: sum.idle.saturating_add(rate.idle),
			credits: sum.credits.saturating_add(rate.credits),
			..sum
		}
	})
}
