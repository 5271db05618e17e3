//! The levels of the reward streams in storage, and working on them.
//!
//! However many GPUs of a pool something concerns, the network and the pool are settled once, each group once and each GPU
//! once. Each is read once, and written once if more has happened to it than that time passed: who claims in an epoch in which
//! others of the pool were seen to before writes neither network nor pool.

use crate::{
	Config, Error, GpuStreams, GroupCheckpoints, GroupKey, GroupStreams, Pallet, PoolCheckpoints, PoolStreams,
};
use core::marker::PhantomData;
use millpond_math::streams::{self, Checkpoint, Checkpoints, Gpu, GpuIndex, Group, Pool, PoolIndex, Settled};
use millpond_primitives::{EpochIndex, Minute, PoolId};
use millpond_traits::{Assigned, Emissions, SettledNetwork};
use sp_runtime::{DispatchError, DispatchResult};

type Network<'n, T> =
	SettledNetwork<'n, <<T as Config>::Emissions as Emissions<<T as frame_system::Config>::AccountId>>::Checkpoints>;

/// A pool brought up to now, over the network.
pub(crate) type SettledPool<'p, 'n, T> = Settled<'p, Pool, &'p mut Network<'n, T>, &'p mut OfPool<T>>;

/// A group brought up to now, over its pool.
pub(crate) type SettledGroup<'g, 'p, 'n, T> = Settled<'g, Group, &'g mut SettledPool<'p, 'n, T>, &'g mut OfGroup<T>>;

/// A GPU brought up to now, over its group.
pub(crate) type SettledGpu<'u, 'g, 'p, 'n, T> = Settled<'u, Gpu, &'u mut SettledGroup<'g, 'p, 'n, T>, ()>;

/// The checkpoints of a pool.
pub(crate) struct OfPool<T>(PoolId, PhantomData<T>);

/// The checkpoints of a group.
pub(crate) struct OfGroup<T>(GroupKey, PhantomData<T>);

impl<T: Config> OfGroup<T> {
	pub(crate) fn new(group: GroupKey) -> Self {
		Self(group, PhantomData)
	}
}

impl<T: Config> Checkpoints<PoolIndex> for OfPool<T> {
	fn get(&self, epoch: EpochIndex) -> Option<Checkpoint<PoolIndex>> {
		PoolCheckpoints::<T>::get(self.0, epoch)
	}

	fn set(&mut self, epoch: EpochIndex, checkpoint: Checkpoint<PoolIndex>) {
		PoolCheckpoints::<T>::insert(self.0, epoch, checkpoint);
	}

	fn remove(&mut self, epoch: EpochIndex) {
		PoolCheckpoints::<T>::remove(self.0, epoch);
	}
}

impl<T: Config> Checkpoints<GpuIndex> for OfGroup<T> {
	fn get(&self, epoch: EpochIndex) -> Option<Checkpoint<GpuIndex>> {
		GroupCheckpoints::<T>::get(self.0, epoch)
	}

	fn set(&mut self, epoch: EpochIndex, checkpoint: Checkpoint<GpuIndex>) {
		GroupCheckpoints::<T>::insert(self.0, epoch, checkpoint);
	}

	fn remove(&mut self, epoch: EpochIndex) {
		GroupCheckpoints::<T>::remove(self.0, epoch);
	}
}

impl<T> From<streams::Error> for Error<T> {
	fn from(error: streams::Error) -> Self {
		match error {
			streams::Error::TooMuch => Self::TooMuch,
			streams::Error::Unsettled | streams::Error::StillActive => Self::Unsettled,
			_ => Self::Inconsistent,
		}
	}
}

impl<T: Config> Pallet<T> {
	/// Lends the pool to `with`, brought up to now.
	pub(crate) fn with_pool<R>(
		pool: PoolId,
		with: impl FnOnce(SettledPool<T>) -> Result<R, DispatchError>,
	) -> Result<R, DispatchError> {
		let before = PoolStreams::<T>::get(pool).ok_or(Error::<T>::UnknownPool)?;
		let mut streams = before;
		let result = T::Emissions::with_network(|network| {
			let mut checkpoints = OfPool::<T>(pool, PhantomData);
			with(streams.settle(network, &mut checkpoints).map_err(Error::<T>::from)?)
		})?;
		if streams.has_changed_since(&before) {
			PoolStreams::<T>::insert(pool, streams);
		}
		Ok(result)
	}

	/// Lends a group of `pool` to `with`, brought up to now.
	pub(crate) fn with_group<R>(
		pool: &mut SettledPool<T>,
		group: GroupKey,
		with: impl FnOnce(SettledGroup<T>) -> Result<R, DispatchError>,
	) -> Result<R, DispatchError> {
		let before = GroupStreams::<T>::get(group).ok_or(Error::<T>::UnknownHost)?;
		let mut streams = before;
		let mut checkpoints = OfGroup::<T>::new(group);
		let result = with(streams.settle(pool, &mut checkpoints).map_err(Error::<T>::from)?)?;
		if streams.has_changed_since(&before) {
			GroupStreams::<T>::insert(group, streams);
		}
		Ok(result)
	}

	/// Lends each of `gpus`, all of `pool`, to `with`, brought up to now, with what its group's clock shows. Those of a group
	/// come together.
	pub(crate) fn with_gpus(
		pool: PoolId,
		gpus: &[Assigned],
		mut with: impl FnMut(Assigned, Minute, SettledGpu<T>) -> DispatchResult,
	) -> DispatchResult {
		let mut sorted = gpus.to_vec();
		sorted.sort_unstable_by_key(|assigned| assigned.operator);
		Self::with_pool(pool, |mut settled| {
			for of_group in sorted.chunk_by(|one, other| one.operator == other.operator) {
				let Some(Assigned { operator, .. }) = of_group.first() else {
					continue;
				};
				let key = (pool, *operator);
				Self::with_group(&mut settled, key, |mut group| {
					let clock = group.clock();
					of_group.iter().try_for_each(|assigned| {
						let before = GpuStreams::<T>::get(assigned.gpu, key).ok_or(Error::<T>::NotInPool)?;
						let mut streams = before;
						with(*assigned, clock, streams.settle(&mut group).map_err(Error::<T>::from)?)?;
						if streams != before {
							GpuStreams::<T>::insert(assigned.gpu, key, streams);
						}
						Ok(())
					})
				})?;
			}
			Ok(())
		})
	}
}
