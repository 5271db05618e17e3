//! What wallets and services ask for. None of it changes anything.

use crate::{
	Config, Error, GpuRewards, GpuStreams, GroupStreams, HostRewards, Members, NextPool, Pallet, PoolDetails,
	PoolRewards, PoolStreams, Pools, Queues, Reward,
};
use alloc::vec::Vec;
use frame_support::storage::with_transaction;
use millpond_math::streams::{Activity, Earnings};
use millpond_primitives::{Balance, Credits, GpuId, OperatorId, PoolId};
use millpond_traits::{Assigned, Clock, Emissions, Gpus, Obligations};
use sp_runtime::{DispatchError, TransactionOutcome};

/// The most numbers of pools that a page covers.
const PAGE: u32 = 256;

/// What a pool has done in the open epoch, what it has earned for its manager and what is nobody's, and for each host.
type PoolAmounts = (Activity, Balance, Balance, Vec<(OperatorId, Balance)>);

/// Runs `look` and undoes what it did.
pub(crate) fn preview<R>(look: impl FnOnce() -> Result<R, DispatchError>) -> Result<R, DispatchError> {
	with_transaction(|| TransactionOutcome::Rollback(look()))
}

impl<T: Config> Pallet<T> {
	/// What `look` sees now, and what it will see when the open epoch has closed, if nothing changes until then.
	fn now_and_ahead<R>(look: impl Fn() -> Result<R, DispatchError>) -> Option<(R, Option<R>)> {
		let now = preview(&look).ok()?;
		let ahead = preview(|| {
			T::Emissions::look_ahead()?;
			look()
		});
		Some((now, ahead.ok()))
	}

	pub(crate) fn details(pool: PoolId) -> Option<PoolDetails> {
		let (record, streams) = (Pools::<T>::get(pool)?, PoolStreams::<T>::get(pool)?);
		Some(PoolDetails {
			pool,
			terms: *record.terms_in(T::Clock::epoch()),
			record,
			rate: streams.rate(),
		})
	}

	pub(crate) fn page(from: PoolId, count: u32) -> Vec<PoolDetails> {
		let end = NextPool::<T>::get().min(from.saturating_add(count.min(PAGE)));
		(from..end).filter_map(Self::details).collect()
	}

	fn pool_amounts(pool: PoolId) -> Result<PoolAmounts, DispatchError> {
		let operators = Queues::<T>::get(pool).lines.into_iter().map(|line| line.operator);
		Self::with_pool(pool, |mut settled| {
			let (tally, manager, unshared) = (settled.tally(), settled.manager(), settled.unshared());
			let host = |operator| {
				let amount = Self::with_group(&mut settled, (pool, operator), |group| Ok(group.host()))?;
				Ok((operator, amount))
			};
			let hosts: Result<_, DispatchError> = operators.map(host).collect();
			Ok((tally, manager, unshared, hosts?))
		})
	}

	pub(crate) fn rewards_of_pool(pool: PoolId) -> Option<PoolRewards> {
		let ((tally, manager, unshared, hosts), ahead) = Self::now_and_ahead(|| Self::pool_amounts(pool))?;
		let reward = |pending: Balance, then: Option<Balance>| Reward {
			pending,
			projected: then.map(|then| then.saturating_sub(pending)),
		};
		let (manager_then, hosts_then) =
			ahead.map_or_else(Default::default, |(_, manager, _, hosts)| (Some(manager), hosts));
		let host_rewards = |(operator, pending): (OperatorId, Balance)| {
			let streams = GroupStreams::<T>::get((pool, operator))?;
			let then = hosts_then.iter().find(|(other, _)| *other == operator);
			Some(HostRewards {
				operator,
				lit: streams.is_lit(),
				rate: streams.rate(),
				host: reward(pending, then.map(|(_, amount)| *amount)),
			})
		};
		Some(PoolRewards {
			epoch: T::Clock::epoch(),
			tally,
			rate: PoolStreams::<T>::get(pool)?.rate(),
			manager: reward(manager, manager_then),
			unshared,
			hosts: hosts.into_iter().filter_map(host_rewards).collect(),
		})
	}

	fn operator_amount(pool: PoolId, host: Option<OperatorId>) -> Result<Balance, DispatchError> {
		Self::with_pool(pool, |mut settled| match host {
			None => Ok(settled.manager()),
			Some(operator) => Self::with_group(&mut settled, (pool, operator), |group| Ok(group.host())),
		})
	}

	/// What operators have earned in pools, each as a host of the pool, or, where none is named, as its manager; in the order
	/// in which they are given. What the open epoch adds is looked for once for all of them.
	pub fn rewards_of_operators(earners: &[(PoolId, Option<OperatorId>)]) -> Vec<Option<Reward<Balance>>> {
		let amounts = || {
			let amount = |(pool, host): &(PoolId, Option<OperatorId>)| Self::operator_amount(*pool, *host).ok();
			Ok(earners.iter().map(amount).collect::<Vec<_>>())
		};
		let Some((now, ahead)) = Self::now_and_ahead(amounts) else {
			return Vec::new();
		};
		let reward = |(number, pending): (usize, Option<Balance>)| {
			let pending = pending?;
			let then = ahead.as_ref().and_then(|ahead| *ahead.get(number)?);
			Some(Reward {
				pending,
				projected: then.map(|then| then.saturating_sub(pending)),
			})
		};
		now.into_iter().enumerate().map(reward).collect()
	}

	fn gpu_amounts(gpu: GpuId) -> Result<Earnings, DispatchError> {
		let mut sum = Earnings::default();
		for (pool, operator) in GpuStreams::<T>::iter_key_prefix(gpu) {
			Self::with_gpus(pool, &[Assigned { gpu, operator }], |_, _, streams| {
				sum = combined(sum, streams.pending(), Balance::saturating_add);
				Ok(())
			})?;
		}
		Ok(sum)
	}

	/// What GPUs have earned for their holders, in the order in which they are given: those of an account, say. What the open
	/// epoch adds is looked for once for all of them.
	pub fn rewards_of_gpus(gpus: &[GpuId]) -> Vec<GpuRewards> {
		let amounts = || {
			gpus.iter()
				.map(|gpu| Self::gpu_amounts(*gpu))
				.collect::<Result<Vec<_>, _>>()
		};
		let Some((now, ahead)) = Self::now_and_ahead(amounts) else {
			return Vec::new();
		};
		let projected = |number: usize, pending: Earnings| {
			let then = ahead.as_ref()?.get(number)?;
			Some(combined(*then, pending, Balance::saturating_sub))
		};
		let rewards = |(number, (pending, gpu)): (usize, (Earnings, &GpuId))| GpuRewards {
			pool: Members::<T>::get(gpu).map(|member| member.pool),
			rewards: Reward {
				pending,
				projected: projected(number, pending),
			},
		};
		now.into_iter().zip(gpus).enumerate().map(rewards).collect()
	}

	pub(crate) fn do_quote_leave_now(gpu: GpuId) -> Result<Credits, DispatchError> {
		let member = Self::member(gpu)?;
		let holder = T::Gpus::holder(gpu).ok_or(Error::<T>::UnknownGpu)?;
		preview(|| {
			Self::depart(gpu, member)?;
			T::Obligations::buy_out_price(&holder, member.pool, member.slot())
		})
	}

	pub(crate) fn rewards_of_gpu(gpu: GpuId) -> Option<GpuRewards> {
		T::Gpus::facts(gpu)?;
		Self::rewards_of_gpus(&[gpu]).pop()
	}
}

/// Both, stream by stream.
fn combined(one: Earnings, other: Earnings, with: impl Fn(Balance, Balance) -> Balance) -> Earnings {
	Earnings {
		pool: with(one.pool, other.pool),
		used: with(one.used, other.used),
		available: with(one.available, other.available),
	}
}
