//! Paying what levels have earned to who holds the NFT now, and ending those that are over.
//!
//! What has left, is removed or closes is paid for the last time, whatever it is; what cannot be paid then, because nobody
//! holds it or it would not even open an account, goes back to the network.

use crate::{
	streams::OfGroup, Config, Error, Event, GpuStreams, GroupKey, GroupStreams, Hosts, Managed, Members, Pallet,
	Parameters, PoolStreams, Pools, Queues, WeightInfo,
};
use alloc::vec::Vec;
use frame_support::{ensure, storage::with_storage_layer, weights::Weight};
use millpond_math::streams::{Earnings, Epochs, Gpu, GpuIndex, Settled};
use millpond_primitives::{Balance, GpuId, PoolId};
use millpond_traits::{Assigned, Clock, Emissions, GpuHistory, Gpus, Operators};
use sp_runtime::{traits::UniqueSaturatedInto, DispatchError, DispatchResult};

/// What was taken out of a GPU's streams, and what it has done there until then.
type TakenOut = (Earnings, GpuHistory);

impl<T: Config> Pallet<T> {
	/// Whether `amount` is paid now to `holder`, when `by` claims it, or nobody: the sweep.
	fn pays(
		amount: Balance,
		holder: Option<&T::AccountId>,
		by: Option<&T::AccountId>,
		last: bool,
	) -> Result<bool, Error<T>> {
		if last || amount >= Self::minimum_payout() {
			return Ok(true);
		}
		let is_holder = by.is_some() && by == holder;
		ensure!(by.is_none() || is_holder, Error::<T>::BelowMinimumPayout);
		Ok(is_holder)
	}

	/// Pays `amount` that was earned in `pool` to `to`. Returns what was paid: none if it was the last time and could not be
	/// paid.
	fn pay(pool: PoolId, to: Option<&T::AccountId>, amount: Balance, last: bool) -> Result<Balance, DispatchError> {
		if amount == 0 {
			return Ok(0);
		}
		let paid = match to {
			Some(to) => T::Emissions::pay(to, amount),
			None => Err(Error::<T>::NoHolder.into()),
		};
		match paid {
			Ok(()) => Ok(amount),
			Err(_) if last && (to.is_none() || amount < Self::minimum_payout()) => {
				Self::carry_over(pool, amount).map(|()| 0)
			}
			Err(error) => Err(error),
		}
	}

	fn minimum_payout() -> Balance {
		Parameters::<T>::get().minimum_payout.get()
	}

	fn carry_over(pool: PoolId, amount: Balance) -> DispatchResult {
		if amount > 0 {
			T::Emissions::carry_over(amount)?;
			Self::deposit_event(Event::CarriedOver { pool, amount });
		}
		Ok(())
	}

	/// Pays what a GPU has earned wherever it has. Returns what that cost.
	pub(crate) fn do_claim_gpu(who: &T::AccountId, gpu: GpuId) -> Result<Weight, DispatchError> {
		let groups: Vec<GroupKey> = GpuStreams::<T>::iter_key_prefix(gpu).collect();
		ensure!(!groups.is_empty(), Error::<T>::NotInPool);
		let settle = |key: &GroupKey| with_storage_layer(|| Self::settle_gpu(gpu, *key, Some(who)));
		let settled: Vec<Result<bool, DispatchError>> = groups.iter().map(settle).collect();
		let late = settled.iter().filter(|late| **late != Ok(false)).count();
		let paid = settled.into_iter().reduce(|one, other| one.or(other));
		paid.unwrap_or(Err(Error::<T>::NotInPool.into()))?;
		Ok(Self::claim_weight(
			groups.len().unique_saturated_into(),
			late.unique_saturated_into(),
		))
	}

	/// What claiming costs for a GPU in so many groups, of which `late` are.
	pub(crate) fn claim_weight(groups: u32, late: u32) -> Weight {
		let one = T::WeightInfo::claim_gpu_one();
		let claim = if groups <= 1 {
			one
		} else {
			T::WeightInfo::claim_gpu(groups).max(one)
		};
		claim.saturating_add(T::WeightInfo::settle_group().saturating_mul(late.into()))
	}

	/// What a GPU has done in a group, as far as it is settled.
	pub(crate) fn done(streams: &Gpu) -> GpuHistory {
		let done = streams.history();
		GpuHistory {
			earned: streams.taken(),
			online: done.online.unique_saturated_into(),
			rented: streams.rented(),
		}
	}

	/// Takes what a GPU has earned in closed epochs out of its streams, if it is paid now, and ends them if it is the last time.
	///
	/// Nothing of the open epoch is paid. A group that has come into it is taken as it stands, therefore, and neither the network
	/// nor the pool is settled. Tells as well whether more than the GPU had to be settled.
	fn take_out(
		gpu: GpuId,
		key: GroupKey,
		holder: Option<&T::AccountId>,
		by: Option<&T::AccountId>,
		last: bool,
	) -> Result<(TakenOut, bool), DispatchError> {
		let mut group = GroupStreams::<T>::get(key).ok_or(Error::<T>::UnknownHost)?;
		let mut streams = GpuStreams::<T>::get(gpu, key).ok_or(Error::<T>::NotInPool)?;
		let (group_before, before) = (group, streams);
		let open = T::Clock::epoch();
		let mut checkpoints = OfGroup::<T>::new(key);
		let Some(mut standing) = group.as_it_stands(open, &mut checkpoints) else {
			let (pool, operator) = key;
			let mut taken = TakenOut::default();
			Self::with_gpus(pool, &[Assigned { gpu, operator }], |_, _, settled| {
				taken = Self::take_out_of(settled, holder, by, last)?;
				Ok(())
			})?;
			return Ok((taken, true));
		};
		let settled = streams.settle(&mut standing).map_err(Error::<T>::from)?;
		let taken = Self::take_out_of(settled, holder, by, last)?;
		if group != group_before {
			GroupStreams::<T>::insert(key, group);
		}
		if streams != before {
			GpuStreams::<T>::insert(gpu, key, streams);
		}
		let newest = group_before.newest_checkpoint().map(|(newest, _)| newest);
		let late = before.epoch() < open && newest != Some(before.epoch());
		Ok((taken, late))
	}

	fn take_out_of<G: Epochs<Index = GpuIndex>>(
		mut streams: Settled<Gpu, &mut G, ()>,
		holder: Option<&T::AccountId>,
		by: Option<&T::AccountId>,
		last: bool,
	) -> Result<TakenOut, DispatchError> {
		let amount = streams.pending().sum().map_err(|_| Error::<T>::Inconsistent)?;
		let pays = Self::pays(amount, holder, by, last)?;
		let earnings = if pays { streams.take() } else { Earnings::default() };
		let done = Self::done(&streams);
		if last {
			streams.leave().map_err(Error::<T>::from)?;
		}
		Ok((earnings, done))
	}

	/// Settles a GPU in a group and pays what it has earned there, and ends its streams there if it has left.
	///
	/// Tells whether it was late: the first in the open epoch for whom its group is settled, or last settled so long ago that its
	/// group keeps the checkpoint apart.
	pub(crate) fn settle_gpu(gpu: GpuId, key: GroupKey, by: Option<&T::AccountId>) -> Result<bool, DispatchError> {
		let (pool, _) = key;
		let last = Members::<T>::get(gpu).is_none_or(|member| member.group() != key);
		let holder = T::Gpus::holder(gpu);
		let ((earnings, mut done), late) = Self::take_out(gpu, key, holder.as_ref(), by, last)?;
		if last {
			GpuStreams::<T>::remove(gpu, key);
		}
		let amount = earnings.sum().map_err(|_| Error::<T>::Inconsistent)?;
		let earned = Self::pay(pool, holder.as_ref(), amount, last)?;
		if last {
			// What could not be paid was carried over.
			let unpaid = amount.saturating_sub(earned);
			done.earned = done.earned.saturating_sub(unpaid);
			T::Gpus::note_history(gpu, done);
		}
		if let Some(to) = holder.filter(|_| earned > 0) {
			Self::deposit_event(Event::GpuPaid {
				gpu,
				pool,
				to,
				earnings,
			});
		}
		Ok(late)
	}

	/// Settles a host and pays what it has earned, and ends it if it is removed or its pool closes and it has no GPUs.
	pub(crate) fn settle_host(key: GroupKey, by: Option<&T::AccountId>) -> DispatchResult {
		let (pool, operator) = key;
		let (mut record, host) = (Self::record(pool)?, Self::host(key)?);
		let is_removed = host.removal.is_some_and(|at| at <= T::Clock::now());
		let last = host.gpus == 0 && (record.closing || is_removed);
		let holder = T::Operators::holder(operator);
		let amount = Self::with_pool(pool, |mut settled| {
			Self::with_group(&mut settled, key, |mut group| {
				let pays = Self::pays(group.host(), holder.as_ref(), by, last)?;
				let amount = if pays { group.take_host() } else { 0 };
				if last {
					group.leave().map_err(Error::<T>::from)?;
				}
				Ok(amount)
			})
		})?;
		if last {
			Self::end_host(&mut record, key)?;
			Pools::<T>::insert(pool, record);
		} else {
			let host = Self::noted_host(key)?;
			Hosts::<T>::insert(key, host);
		}
		let amount = Self::pay(pool, holder.as_ref(), amount, last)?;
		if let Some(to) = holder.filter(|_| amount > 0) {
			Self::deposit_event(Event::HostPaid {
				pool,
				operator,
				to,
				amount,
			});
		}
		Ok(())
	}

	/// Settles a pool, pays what its manager has earned, gives back what is nobody's, keeps terms and weight up to date, and
	/// ends it if it closes and has no hosts.
	pub(crate) fn settle_manager(pool: PoolId, by: Option<&T::AccountId>) -> DispatchResult {
		let mut record = Self::record(pool)?;
		let manager = record.manager;
		let last = record.closing && record.hosts == 0;
		let holder = T::Operators::holder(manager);
		let epoch = T::Clock::epoch();
		let before = record.clone();
		let shares = Self::advance_terms(pool, &mut record, epoch);
		let weight = Self::weight(&record, epoch);
		let (amount, unshared) = Self::with_pool(pool, |mut settled| {
			if let Some((from, shares)) = shares {
				settled.schedule(from, shares).map_err(Error::<T>::from)?;
			}
			// It limits how far changes can be dated back, so that it is not set for nothing.
			if settled.weight() != weight {
				settled.set_weight(weight).map_err(Error::<T>::from)?;
			}
			let pays = Self::pays(settled.manager(), holder.as_ref(), by, last)?;
			let amount = if pays { settled.take_manager() } else { 0 };
			let unshared = settled.take_unshared();
			if last {
				settled.leave().map_err(Error::<T>::from)?;
			}
			Ok((amount, unshared))
		})?;
		if last {
			PoolStreams::<T>::remove(pool);
			Queues::<T>::remove(pool);
			Pools::<T>::remove(pool);
			Managed::<T>::remove(manager, pool);
			T::Operators::lay_down(manager, record.duty())?;
		} else if record != before {
			Pools::<T>::insert(pool, record);
		}
		Self::carry_over(pool, unshared)?;
		let amount = Self::pay(pool, holder.as_ref(), amount, last)?;
		if let Some(to) = holder.filter(|_| amount > 0) {
			Self::deposit_event(Event::ManagerPaid {
				pool,
				manager,
				to,
				amount,
			});
		}
		if last {
			Self::deposit_event(Event::Closed { pool });
		}
		Ok(())
	}
}
