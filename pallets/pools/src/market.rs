//! What the market asks of pools.

use crate::{
	AttestationRounds, Config, Error, GroupStreams, Hosts, MemberRecord, MemberState, Members, Pallet, PoolStreams,
	Pools, Presence, Queues, MAX_AT_ONCE,
};
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::{ensure, storage::with_storage_layer};
use millpond_math::streams::Status;
use millpond_primitives::{Credits, GpuId, Minute, OperatorId, PoolId, SlotId};
use millpond_traits::{Assigned, Clock, PoolFacts, RentalKind};
use sp_runtime::{traits::UniqueSaturatedInto, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// Has each of `gpus`, all of `pool`, wait.
	fn have_wait(pool: PoolId, gpus: &[Assigned]) -> DispatchResult {
		Self::with_gpus(pool, gpus, |gpu, _, mut streams| {
			let status = Self::waiting_status(gpu.operator);
			Ok(streams.change(status).map_err(Error::<T>::from)?)
		})
	}

	/// Has each of `gpus`, all of `pool`, do `status`.
	fn change_gpus(pool: PoolId, gpus: &[Assigned], status: Status) -> DispatchResult {
		Self::with_gpus(pool, gpus, |_, _, mut streams| {
			Ok(streams.change(status).map_err(Error::<T>::from)?)
		})
	}

	/// Gives the GPUs that have waited longest to `slot`. There are at least as many.
	fn take_longest_waiting(pool: PoolId, count: u32, slot: SlotId) -> Result<Vec<Assigned>, Error<T>> {
		Queues::<T>::try_mutate(pool, |queue| {
			let mut taken = Vec::new();
			for _ in 0..count {
				let gpu = queue.longest_waiting().ok_or(Error::<T>::NotEnoughIdle)?;
				let member = Self::member(gpu)?;
				let MemberState::Waiting(place) = member.state else {
					return Err(Error::<T>::Inconsistent);
				};
				Self::dequeue(queue, member.operator, place)?;
				let taken_in = AttestationRounds::<T>::get();
				Self::give(gpu, MemberRecord { taken_in, ..member }, slot);
				taken.push(Assigned {
					gpu,
					operator: member.operator,
				});
			}
			Ok(taken)
		})
	}

	fn give(gpu: GpuId, member: MemberRecord, slot: SlotId) {
		let state = MemberState::Taken(slot);
		Members::<T>::insert(gpu, MemberRecord { state, ..member });
	}

	/// The records of GPUs of `pool` that slots have.
	fn taken(pool: PoolId, gpus: &[GpuId]) -> Result<Vec<(GpuId, MemberRecord)>, Error<T>> {
		ensure!(
			u32::try_from(gpus.len()).is_ok_and(|count| count <= MAX_AT_ONCE),
			Error::<T>::TooManyGpus
		);
		let distinct: BTreeSet<&GpuId> = gpus.iter().collect();
		ensure!(distinct.len() == gpus.len(), Error::<T>::SameGpuTwice);
		let taken = |gpu: &GpuId| {
			let member = Members::<T>::get(gpu).filter(|member| member.pool == pool && member.is_taken());
			Ok((*gpu, member.ok_or(Error::<T>::NotTaken)?))
		};
		gpus.iter().map(taken).collect()
	}
}

fn assigned(members: &[(GpuId, MemberRecord)]) -> Vec<Assigned> {
	let assigned = |(gpu, member): &(GpuId, MemberRecord)| Assigned {
		gpu: *gpu,
		operator: member.operator,
	};
	members.iter().map(assigned).collect()
}

impl<T: Config> millpond_traits::Pools for Pallet<T> {
	const MAX_HOSTS: u32 = crate::MAX_HOSTS;

	fn facts(pool: PoolId) -> Option<PoolFacts> {
		let (record, streams) = (Pools::<T>::get(pool)?, PoolStreams::<T>::get(pool)?);
		let queue = Queues::<T>::get(pool);
		let suspended = queue.waiting(true);
		let online: u32 = streams.rate().online.unique_saturated_into();
		Some(PoolFacts {
			manager: record.manager,
			model: record.model,
			online: online.saturating_sub(suspended),
			idle: queue.waiting(false),
			suspended,
			grace: record.terms_in(T::Clock::epoch()).grace,
		})
	}

	fn price(pool: PoolId, kind: RentalKind, minutes: Minute) -> Option<Credits> {
		Pools::<T>::get(pool)?.price(kind, minutes, T::Clock::epoch())
	}

	fn take(pool: PoolId, count: u32, slot: SlotId) -> Result<Vec<Assigned>, DispatchError> {
		ensure!(count <= MAX_AT_ONCE, Error::<T>::TooManyGpus);
		ensure!(PoolStreams::<T>::contains_key(pool), Error::<T>::UnknownPool);
		let queue = Queues::<T>::get(pool);
		let waiting = queue.waiting(false).saturating_add(queue.waiting(true));
		ensure!(waiting >= count, Error::<T>::NotEnoughIdle);
		with_storage_layer(|| {
			let taken = Self::take_longest_waiting(pool, count, slot)?;
			Self::change_gpus(pool, &taken, Status::Kept)?;
			Ok(taken)
		})
	}

	fn set_rate(pool: PoolId, gpus: &[GpuId], slot: SlotId, rate: Credits) -> DispatchResult {
		let members = Self::taken(pool, gpus)?;
		let status = if rate > 0 { Status::Rented(rate) } else { Status::Kept };
		with_storage_layer(|| {
			for (gpu, member) in &members {
				if member.state != MemberState::Taken(slot) {
					Self::give(*gpu, *member, slot);
				}
			}
			Self::change_gpus(pool, &assigned(&members), status)
		})
	}

	fn spend(pool: PoolId, gpus: &[GpuId], credits: Credits) -> DispatchResult {
		let members = Self::taken(pool, gpus)?;
		with_storage_layer(|| {
			Self::with_gpus(pool, &assigned(&members), |_, _, mut streams| {
				Ok(streams.lump(credits).map_err(Error::<T>::from)?)
			})
		})
	}

	/// One for which the time to leave has come leaves the pool instead.
	fn give_back(pool: PoolId, gpus: &[GpuId]) -> DispatchResult {
		let members = Self::taken(pool, gpus)?;
		with_storage_layer(|| {
			let (mut stay, mut leave) = (Vec::new(), Vec::new());
			for (gpu, member) in members {
				let due = Self::is_due(gpu, &member, &Self::host(member.group())?);
				if due { &mut leave } else { &mut stay }.push((gpu, member));
			}
			Self::have_wait(pool, &assigned(&stay))?;
			Queues::<T>::try_mutate(pool, |queue| {
				for (gpu, mut member) in stay {
					member.busy_in = Self::busy_in(&member);
					Self::enqueue(queue, gpu, &mut member)?;
					Members::<T>::insert(gpu, member);
				}
				Ok::<_, Error<T>>(())
			})?;
			leave
				.into_iter()
				.try_for_each(|(gpu, member)| Self::depart(gpu, member).map(drop))
		})
	}

	fn clock(pool: PoolId, operator: OperatorId) -> Option<Minute> {
		GroupStreams::<T>::get((pool, operator)).map(|group| group.clock_at(T::Clock::now()))
	}

	fn excused(pool: PoolId, operator: OperatorId) -> Minute {
		let host = Hosts::<T>::get((pool, operator));
		host.map_or(0, |host| match host.presence {
			Presence::Lit(_) => host.excused,
			Presence::Dark(since) => host.excused.saturating_add(T::Clock::excused_since(since)),
		})
	}

	fn is_lit(pool: PoolId, operator: OperatorId) -> bool {
		GroupStreams::<T>::get((pool, operator)).is_some_and(|group| group.is_lit())
	}

	fn leaves_at(gpu: GpuId) -> Option<Minute> {
		let member = Members::<T>::get(gpu)?;
		let with_host = Hosts::<T>::get(member.group()).and_then(|host| host.removal);
		member.leaves_at().into_iter().chain(with_host).min()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(hosts: u32, gpus: u32) -> PoolId {
		crate::benchmarking::pool_with_gpus::<T>(hosts, gpus)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn have_leave(gpus: &[GpuId]) {
		gpus.iter().for_each(|gpu| crate::benchmarking::have_leave::<T>(*gpu));
	}
}
