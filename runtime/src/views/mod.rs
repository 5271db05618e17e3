//! What the runtime's own interfaces answer that takes more than one pallet.

pub mod market;

use crate::{
	configs::{GPU_COLLECTION, OPERATOR_COLLECTION},
	*,
};
use alloc::vec::Vec;
use millpond_primitives::{GpuId, OperatorId, PoolId};
use millpond_runtime_api::{
	Earner, EarnerCursor, EarnerRewards, GpuEntry, OperatorEntry, Page, PoolActivity, Supply, PAGE,
};
use millpond_traits::Emissions as _;
use pallet_pools::{GpuRewards, HostRecord, PoolDetails, Reward};
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

/// What an account may earn with, in the order in which it is listed, from `cursor` on: each operator that it holds, followed
/// by the pools that this manages and those that it hosts in; then the GPUs that it holds.
fn earners(account: &AccountId, cursor: Option<EarnerCursor>) -> impl Iterator<Item = EarnerCursor> {
	let (operator, last_gpu) = match cursor {
		None => (None, None),
		Some(
			EarnerCursor::Operator(operator) | EarnerCursor::Manager(operator, _) | EarnerCursor::Host(operator, _),
		) => (Some(operator), None),
		Some(EarnerCursor::Gpu(gpu)) => (None, Some(gpu)),
	};
	// The cursor is the caller's word: only an operator that the account holds is listed.
	let begun = operator
		.filter(|operator| pallet_nfts::Account::<Runtime>::contains_key((account, OPERATOR_COLLECTION, *operator)));
	let rest = begun
		.into_iter()
		.flat_map(move |operator| pools_of_operator(operator, cursor));
	let operators = last_gpu
		.is_none()
		.then(|| held(account, OPERATOR_COLLECTION, operator))
		.into_iter()
		.flatten()
		.flat_map(|operator| {
			core::iter::once(EarnerCursor::Operator(operator)).chain(pools_of_operator(operator, None))
		});
	let gpus = held(account, GPU_COLLECTION, last_gpu).map(EarnerCursor::Gpu);
	rest.chain(operators).chain(gpus)
}

/// The pools that an operator manages, then those that it hosts in; those after `cursor`.
fn pools_of_operator(operator: OperatorId, cursor: Option<EarnerCursor>) -> impl Iterator<Item = EarnerCursor> {
	type Managed = pallet_pools::Managed<Runtime>;
	let managed = match cursor {
		Some(EarnerCursor::Host(..)) => None,
		Some(EarnerCursor::Manager(_, last)) => Some(Managed::iter_key_prefix_from(
			operator,
			Managed::hashed_key_for(operator, last),
		)),
		_ => Some(Managed::iter_key_prefix(operator)),
	};
	let mut hosted = pallet_pools::Hosting::<Runtime>::get(operator).pools.into_inner();
	hosted.sort_unstable();
	hosted.retain(|pool| !matches!(cursor, Some(EarnerCursor::Host(_, last)) if *pool <= last));
	let managed = managed.into_iter().flatten();
	managed
		.map(move |pool| EarnerCursor::Manager(operator, pool))
		.chain(hosted.into_iter().map(move |pool| EarnerCursor::Host(operator, pool)))
}

pub fn account_rewards(account: &AccountId, cursor: Option<EarnerCursor>) -> Page<EarnerCursor, EarnerRewards> {
	page_by_key(earners(account, cursor), |listed| {
		let operators = rewards_of_operators(listed.iter().filter_map(|earner| match *earner {
			EarnerCursor::Manager(operator, pool) => Some((Earner::Manager { operator, pool }, (pool, None))),
			EarnerCursor::Host(operator, pool) => Some((Earner::Host { operator, pool }, (pool, Some(operator)))),
			EarnerCursor::Operator(_) | EarnerCursor::Gpu(_) => None,
		}));
		let gpus: Vec<GpuId> = listed
			.iter()
			.filter_map(|earner| match *earner {
				EarnerCursor::Gpu(gpu) => Some(gpu),
				_ => None,
			})
			.collect();
		let found = Pools::rewards_of_gpus(&gpus);
		let gpus = gpus
			.iter()
			.zip(found)
			.filter_map(|(gpu, found)| rewards_of_gpu(*gpu, &found));
		operators.into_iter().chain(gpus).collect()
	})
}

fn rewards_of_operators(earners: impl Iterator<Item = (Earner, (PoolId, Option<OperatorId>))>) -> Vec<EarnerRewards> {
	let (earners, places): (Vec<_>, Vec<_>) = earners.unzip();
	let found = Pools::rewards_of_operators(&places);
	earners
		.into_iter()
		.zip(found)
		.filter_map(|(earner, reward)| {
			Some(EarnerRewards {
				earner,
				reward: reward?,
			})
		})
		.collect()
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

pub fn supply() -> Supply {
	let items = |collection| pallet_nfts::Collection::<Runtime>::get(collection).map_or(0, |details| details.items);
	let short = pallet_operators::Short::<Runtime>::get();
	Supply {
		called: short.called,
		suspended: short.suspended,
		operators: items(OPERATOR_COLLECTION),
		gpus: items(GPU_COLLECTION),
		minted: pallet_emissions::Totals::<Runtime>::get().rewards,
		pending: Emissions::pot(),
	}
}

pub fn pool_activity(cursor: Option<PoolId>) -> Page<PoolId, PoolActivity> {
	let pools = page_by_number(cursor, pallet_pools::NextPool::<Runtime>::get(), |pool| {
		let rate = pallet_pools::PoolStreams::<Runtime>::get(pool)?.rate();
		Some(PoolActivity {
			pools: 1,
			online: rate.online,
			idle: rate.idle,
			credits: rate.credits,
		})
	});
	let all = pools.entries.into_iter().reduce(PoolActivity::and);
	Page {
		entries: all.into_iter().collect(),
		next: pools.next,
	}
}
