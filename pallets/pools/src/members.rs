//! GPUs in pools: joining, leaving, coming and going.

use crate::{
	Config, Error, Event, GpuStreams, GroupKey, HostRecord, Hosts, LastBusy, MemberRecord, MemberState, Members, Mode,
	Pallet, PoolRecord, Pools, MAX_STREAMS,
};
use frame_support::ensure;
use millpond_math::streams::{Gpu, Status};
use millpond_primitives::{Credits, GpuId, Minute, PoolId};
use millpond_traits::{Assigned, Clock, GpuHistory, GpuStatus, Gpus, Obligations, OnGpuStatus, Operators};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// The record of a GPU that is in a pool.
	pub(crate) fn member(gpu: GpuId) -> Result<MemberRecord, Error<T>> {
		Members::<T>::get(gpu).ok_or(Error::<T>::NotInPool)
	}

	/// The record of a GPU that is in a pool and that `who` holds.
	fn held(who: &T::AccountId, gpu: GpuId) -> Result<MemberRecord, Error<T>> {
		let member = Self::member(gpu)?;
		ensure!(T::Gpus::holder(gpu).as_ref() == Some(who), Error::<T>::NotHolder);
		Ok(member)
	}

	/// Whether a GPU of the pool of `record` is another's than its manager's where that takes only the manager's own: its
	/// NFT was sold since it joined, or the manager's.
	fn is_anothers(gpu: GpuId, record: &PoolRecord) -> bool {
		record.mode == Mode::SelfPool && T::Gpus::holder(gpu) != T::Operators::holder(record.manager)
	}

	/// Whether the time has come for a GPU to leave.
	pub(crate) fn is_due(gpu: GpuId, member: &MemberRecord, host: &HostRecord) -> bool {
		let with_host = host.removal.map(|removal| removal.at);
		let now = T::Clock::now();
		let is_over = |at: Option<Minute>| at.is_some_and(|at| at <= now);
		let is_retired = || T::Gpus::facts(gpu).is_none_or(|facts| facts.status == GpuStatus::Retired);
		is_over(member.leaves_at) || is_over(with_host) || (member.state == MemberState::Away && is_retired())
	}

	pub(crate) fn do_join(who: &T::AccountId, gpu: GpuId, pool: PoolId, version: u32) -> DispatchResult {
		let facts = T::Gpus::facts(gpu).ok_or(Error::<T>::UnknownGpu)?;
		ensure!(T::Gpus::holder(gpu).as_ref() == Some(who), Error::<T>::NotHolder);
		ensure!(!Members::<T>::contains_key(gpu), Error::<T>::InPool);
		ensure!(facts.status != GpuStatus::Retired, Error::<T>::GpuRetired);

		let mut record = Self::record(pool)?;
		ensure!(record.version == version, Error::<T>::TermsChanged);
		ensure!(!record.closing, Error::<T>::PoolCloses);
		ensure!(record.model == facts.model, Error::<T>::WrongModel);
		let key = (pool, facts.operator);
		let mut host = Self::noted_host(key)?;
		ensure!(
			record.mode != Mode::SelfPool || T::Operators::holder(facts.operator).as_ref() == Some(who),
			Error::<T>::NotManagersOwn
		);
		ensure!(host.removal.is_none(), Error::<T>::HostLeaves);
		ensure!(host.gpus < host.cap, Error::<T>::CapReached);

		let online = facts.status == GpuStatus::Online;
		Self::join_streams(gpu, key, online)?;
		let mut member = MemberRecord {
			pool,
			operator: facts.operator,
			state: MemberState::Away,
			leaves_at: None,
			taken_in: 0,
			busy_in: LastBusy::<T>::take(gpu).unwrap_or_default(),
		};
		if online {
			Self::join_queue(gpu, &mut member)?;
		}
		Members::<T>::insert(gpu, member);
		host.gpus = host.gpus.saturating_add(1);
		record.gpus = record.gpus.saturating_add(1);
		Hosts::<T>::insert(key, host);
		Pools::<T>::insert(pool, record);
		Self::deposit_event(Event::Joined { gpu, pool });
		Ok(())
	}

	/// Begins a GPU's streams in a group, or goes on with those of a GPU that left it in the open epoch.
	fn join_streams(gpu: GpuId, key: GroupKey, online: bool) -> DispatchResult {
		let left = GpuStreams::<T>::get(gpu, key);
		let others = GpuStreams::<T>::iter_key_prefix(gpu).filter(|other| *other != key);
		let room = u32::try_from(others.count()).is_ok_and(|count| count < MAX_STREAMS);
		ensure!(room, Error::<T>::TooManyPools);
		let streams = Self::with_pool(key.0, |mut pool| {
			Self::with_group(&mut pool, key, |mut group| {
				let joined = left.map_or_else(|| Gpu::join(&mut group), Ok);
				let mut streams = joined.map_err(Error::<T>::from)?;
				if online {
					let settled = streams.settle(&mut group);
					settled
						.and_then(|mut streams| streams.change(Self::waiting_status(key.1)))
						.map_err(Error::<T>::from)?;
				}
				Ok(streams)
			})
		})?;
		GpuStreams::<T>::insert(gpu, key, streams);
		Ok(())
	}

	/// Has a GPU in a pool do `status`. Returns what its group's clock shows.
	pub(crate) fn change_gpu(
		gpu: GpuId,
		member: &MemberRecord,
		status: Status,
	) -> Result<Minute, sp_runtime::DispatchError> {
		let operator = member.operator;
		let mut shown = 0;
		Self::with_gpus(member.pool, &[Assigned { gpu, operator }], |_, clock, mut streams| {
			shown = clock;
			Ok(streams.change(status).map_err(Error::<T>::from)?)
		})?;
		Ok(shown)
	}

	pub(crate) fn do_announce_leave(who: &T::AccountId, gpu: GpuId) -> DispatchResult {
		let mut member = Self::member(gpu)?;
		let (mut record, mut host) = (Self::record(member.pool)?, Self::host(member.group())?);
		let is_holder = T::Gpus::holder(gpu).as_ref() == Some(who);
		ensure!(is_holder || Self::is_anothers(gpu, &record), Error::<T>::NotHolder);
		ensure!(member.leaves_at.is_none(), Error::<T>::AlreadyLeaving);
		let is_counted_on = member.state != MemberState::Away;
		if is_counted_on {
			Self::release_removal(member.pool, &mut record, &mut host)?;
		}
		let alone = Self::date_without(member.group(), &record, is_counted_on.into());
		// It leaves with its host at the latest, and is not sold in between.
		let at = host.removal.map_or(alone, |removal| alone.min(removal.at));
		Self::postpone_terms(member.pool, &mut record, at);
		member.leaves_at = Some(at);
		Self::withhold_leave(&member, &mut record, &mut host)?;
		Pools::<T>::insert(member.pool, record);
		Hosts::<T>::insert(member.group(), host);
		Members::<T>::insert(gpu, member);
		Self::deposit_event(Event::LeaveAnnounced { gpu, at });
		Ok(())
	}

	pub(crate) fn do_cancel_leave(who: &T::AccountId, gpu: GpuId) -> DispatchResult {
		let mut member = Self::held(who, gpu)?;
		ensure!(member.leaves_at.is_some(), Error::<T>::NotLeaving);
		let (mut record, mut host) = (Self::record(member.pool)?, Self::host(member.group())?);
		ensure!(host.removal.is_none(), Error::<T>::HostLeaves);
		ensure!(!Self::is_anothers(gpu, &record), Error::<T>::NotManagersOwn);
		Self::release_leave(&member, &mut record, &mut host)?;
		member.leaves_at = None;
		Pools::<T>::insert(member.pool, record);
		Hosts::<T>::insert(member.group(), host);
		Members::<T>::insert(gpu, member);
		Self::deposit_event(Event::LeaveCancelled { gpu });
		Ok(())
	}

	/// The market may not count on a GPU from when it leaves on, unless it is away.
	fn withhold_leave(member: &MemberRecord, record: &mut PoolRecord, host: &mut HostRecord) -> DispatchResult {
		let Some(at) = member.withheld_from() else {
			return Ok(());
		};
		host.leavers = host.leavers.saturating_add(1);
		record.leavers = record.leavers.saturating_add(1);
		T::Obligations::withhold(member.pool, at, 1)
	}

	/// The market may count again on a GPU that was to leave, or does not have to count on it any more.
	fn release_leave(member: &MemberRecord, record: &mut PoolRecord, host: &mut HostRecord) -> DispatchResult {
		let Some(at) = member.withheld_from() else {
			return Ok(());
		};
		host.leavers = host.leavers.saturating_sub(1);
		record.leavers = record.leavers.saturating_sub(1);
		T::Obligations::release(member.pool, at, 1)
	}

	/// The same for a GPU that was to leave with its host, unless those of the host that are withheld are others.
	fn release_removal(pool: PoolId, record: &mut PoolRecord, host: &mut HostRecord) -> DispatchResult {
		let Some(removal) = host.removal.as_mut().filter(|removal| removal.withheld > 0) else {
			return Ok(());
		};
		if removal.withheld.saturating_add(host.leavers) < host.gpus {
			return Ok(());
		}
		removal.withheld = removal.withheld.saturating_sub(1);
		record.leavers = record.leavers.saturating_sub(1);
		T::Obligations::release(pool, removal.at, 1)
	}

	pub(crate) fn do_leave(gpu: GpuId) -> DispatchResult {
		let member = Self::member(gpu)?;
		ensure!(
			Self::is_due(gpu, &member, &Self::host(member.group())?),
			Error::<T>::TooEarly
		);
		ensure!(!member.is_taken(), Error::<T>::Rented);
		Self::depart(gpu, member).map(drop)
	}

	pub(crate) fn do_leave_now(who: &T::AccountId, gpu: GpuId, max_credits: Credits) -> DispatchResult {
		let member = Self::held(who, gpu)?;
		let clock = Self::depart(gpu, member)?;
		let operator = member.operator;
		let gpu = Assigned { gpu, operator };
		T::Obligations::buy_out(who, member.pool, member.slot(), gpu, clock, max_credits)
	}

	/// Takes a GPU out of its pool. Its streams there end when the open epoch, in which it may have earned something, has
	/// closed; nobody has to wait for it, for it can join another pool. Returns what its group's clock shows.
	pub(crate) fn depart(gpu: GpuId, member: MemberRecord) -> Result<Minute, sp_runtime::DispatchError> {
		let (pool, key) = (member.pool, member.group());
		let (mut record, mut host) = (Self::record(pool)?, Self::noted_host(key)?);
		Self::leave_queue(&member)?;
		let clock = match member.state {
			MemberState::Away => 0,
			_ => Self::change_gpu(gpu, &member, Status::Offline)?,
		};
		match member.withheld_from() {
			Some(_) => Self::release_leave(&member, &mut record, &mut host)?,
			None => Self::release_removal(pool, &mut record, &mut host)?,
		}
		host.gpus = host.gpus.saturating_sub(1);
		record.gpus = record.gpus.saturating_sub(1);
		Hosts::<T>::insert(key, host);
		Pools::<T>::insert(pool, record);
		Self::note_last_busy(gpu, &member);
		Members::<T>::remove(gpu);
		Self::deposit_event(Event::Left { gpu, pool });
		Ok(clock)
	}
}

impl<T: Config> OnGpuStatus for Pallet<T> {
	fn online(gpu: GpuId) -> DispatchResult {
		let Some(mut member) = Members::<T>::get(gpu).filter(|member| member.state == MemberState::Away) else {
			return Ok(());
		};
		let mut host = Self::noted_host(member.group())?;
		if Self::is_due(gpu, &member, &host) {
			return Self::depart(gpu, member).map(drop);
		}
		Self::change_gpu(gpu, &member, Self::waiting_status(member.operator))?;
		Self::join_queue(gpu, &mut member)?;
		if member.leaves_at.is_some() {
			let mut record = Self::record(member.pool)?;
			Self::release_removal(member.pool, &mut record, &mut host)?;
			Self::withhold_leave(&member, &mut record, &mut host)?;
			Pools::<T>::insert(member.pool, record);
		}
		Hosts::<T>::insert(member.group(), host);
		Members::<T>::insert(gpu, member);
		Ok(())
	}

	fn offline(gpu: GpuId, since: Minute) -> DispatchResult {
		let Some(member) = Members::<T>::get(gpu).filter(|member| member.state != MemberState::Away) else {
			return Ok(());
		};
		let assigned = Assigned {
			gpu,
			operator: member.operator,
		};
		let mut host = Self::noted_host(member.group())?;
		Self::leave_queue(&member)?;
		let ago = T::Clock::now().saturating_sub(since);
		let mut shown = 0;
		Self::with_gpus(member.pool, &[assigned], |_, clock, mut streams| {
			let taken_back = streams.darken(ago).map_err(Error::<T>::from)?;
			shown = clock.saturating_sub(taken_back);
			host.uptime.delivered = host.uptime.delivered.saturating_sub(taken_back.into());
			Ok(())
		})?;
		if member.leaves_at.is_some() {
			let mut record = Self::record(member.pool)?;
			Self::release_leave(&member, &mut record, &mut host)?;
			Pools::<T>::insert(member.pool, record);
		}
		Hosts::<T>::insert(member.group(), host);
		let away = MemberRecord {
			state: MemberState::Away,
			busy_in: Self::busy_in(&member),
			..member
		};
		Members::<T>::insert(gpu, away);
		if let MemberState::Taken(slot) = member.state {
			T::Obligations::gpu_lost(slot, assigned, shown);
		}
		if Self::is_due(gpu, &away, &host) {
			Self::depart(gpu, away)?;
		}
		Ok(())
	}

	/// Also while what it earned in a pool that it has left is not paid: it is paid to whoever holds it then.
	fn ensure_in_no_pool(gpu: GpuId) -> DispatchResult {
		ensure!(
			GpuStreams::<T>::iter_key_prefix(gpu).next().is_none(),
			Error::<T>::InPool
		);
		Ok(())
	}

	fn history(gpu: GpuId) -> GpuHistory {
		let all = GpuStreams::<T>::iter_prefix(gpu).map(|(_, streams)| Self::done(&streams));
		all.fold(GpuHistory::default(), GpuHistory::plus)
	}

	fn retired(gpu: GpuId) {
		LastBusy::<T>::remove(gpu);
	}
}
