//! The sweep: once in an epoch it visits all GPUs, then all groups, then all pools, and pays them.
//!
//! It goes by the order of the storage keys, in which the place of the last one seen to is known even if that is removed. In
//! each round everyone who was there when it began has their turn, whoever comes or goes meanwhile.

use crate::{
	Config, GpuStreams, GroupKey, GroupStreams, Hosts, Members, Pallet, PoolStreams, Sweep, SweepPosition, SweepRecord,
	WeightInfo,
};
use frame_support::{
	storage::with_storage_layer,
	weights::{Weight, WeightMeter},
};
use millpond_math::streams::Gpu;
use millpond_primitives::GpuId;
use millpond_traits::{Clock, Obligations};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// What visiting a GPU costs: it is paid, it leaves, or its host was suspended or sells again.
	fn gpu_weight() -> Weight {
		T::WeightInfo::sweep_gpu().max(T::WeightInfo::leave())
	}

	/// With less the sweep would never come further.
	pub(crate) fn least_sweep_weight() -> Weight {
		let steps = [
			Self::gpu_weight(),
			T::WeightInfo::sweep_host(),
			T::WeightInfo::sweep_pool(),
		];
		let most = steps.into_iter().fold(Weight::zero(), |most, step| most.max(step));
		T::WeightInfo::sweep().saturating_add(most)
	}

	/// Goes on with the round, or begins one if an epoch has closed since the last one began, as far as `meter` lets it.
	pub(crate) fn do_sweep(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::sweep()).is_err() {
			return;
		}
		let (mut sweep, epoch) = (Sweep::<T>::get(), T::Clock::epoch());
		if sweep.position == SweepPosition::Done {
			if sweep.epoch == epoch {
				return;
			}
			sweep = SweepRecord {
				epoch,
				position: SweepPosition::Gpus(None),
			};
		}
		while let Some(next) = Self::sweep_step(sweep.position, meter) {
			sweep.position = next;
		}
		Sweep::<T>::put(sweep);
	}

	/// Sees to what comes after `position`. None if there is nothing more to do, or too little weight to do it.
	fn sweep_step(position: SweepPosition, meter: &mut WeightMeter) -> Option<SweepPosition> {
		let next = match position {
			SweepPosition::Gpus(last) => {
				meter.try_consume(Self::gpu_weight()).ok()?;
				let last = last.map(|(gpu, key)| GpuStreams::<T>::hashed_key_for(gpu, key));
				let next = match last {
					Some(last) => GpuStreams::<T>::iter_keys_from(last).next(),
					None => GpuStreams::<T>::iter_keys().next(),
				};
				let Some((gpu, key)) = next else {
					return Some(SweepPosition::Groups(None));
				};
				Self::attempt(|| Self::sweep_gpu(gpu, key));
				SweepPosition::Gpus(next)
			}
			SweepPosition::Groups(last) => {
				meter.try_consume(T::WeightInfo::sweep_host()).ok()?;
				let next = match last.map(GroupStreams::<T>::hashed_key_for) {
					Some(last) => GroupStreams::<T>::iter_keys_from(last).next(),
					None => GroupStreams::<T>::iter_keys().next(),
				};
				let Some(key) = next else {
					return Some(SweepPosition::Pools(None));
				};
				Self::attempt(|| Self::settle_host(key, None));
				SweepPosition::Groups(next)
			}
			SweepPosition::Pools(last) => {
				meter.try_consume(T::WeightInfo::sweep_pool()).ok()?;
				let next = match last.map(PoolStreams::<T>::hashed_key_for) {
					Some(last) => PoolStreams::<T>::iter_keys_from(last).next(),
					None => PoolStreams::<T>::iter_keys().next(),
				};
				let Some(pool) = next else {
					return Some(SweepPosition::Done);
				};
				Self::attempt(|| Self::settle_manager(pool, None));
				SweepPosition::Pools(next)
			}
			SweepPosition::Done => return None,
		};
		Some(next)
	}

	/// Pays a GPU. If the time for that has come, has it leave or its customer be relieved of it, or has it begin or stop to earn
	/// for its availability: what it has earned is paid in the next round then.
	pub(crate) fn sweep_gpu(gpu: GpuId, key: GroupKey) -> DispatchResult {
		if let Some((member, host)) = Members::<T>::get(gpu).zip(Hosts::<T>::get(key)) {
			if member.group() == key {
				if Self::is_due(gpu, &member, &host) {
					let Some(slot) = member.slot() else {
						return Self::depart(gpu, member).map(drop);
					};
					T::Obligations::relieve(slot, T::Clock::now());
				} else if member.is_waiting() {
					let wanted = Self::waiting_status(key.1);
					let is_other = |streams: Gpu| streams.status() != wanted;
					if GpuStreams::<T>::get(gpu, key).is_some_and(is_other) {
						return Self::change_gpu(gpu, &member, wanted).map(drop);
					}
				}
			}
		}
		Self::settle_gpu(gpu, key, None).map(drop)
	}

	/// Who cannot be paid now, or has not ended yet, has the next turn like everybody.
	fn attempt(settle: impl FnOnce() -> DispatchResult) {
		let _ = with_storage_layer(settle);
	}
}
