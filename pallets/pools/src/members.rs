//! GPUs in pools: joining, having left, coming and going.

use crate::{
	Config, Error, Event, GpuStreams, GroupKey, HostRecord, Hosts, LastBusy, MemberRecord, MemberState, Members, Mode,
	Pallet, PoolRecord, Pools, MAX_STREAMS,
};
use frame_support::ensure;
use millpond_math::streams::{Gpu, Status};
use millpond_primitives::{Credits, GpuId, Minute, PoolId};
use millpond_traits::{Assigned, Clock, GpuHistory, GpuStatus, Gpus, Obligations, OnGpuStatus, Operators, Overcount};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// The record of a GPU that is in a pool.
	pub(crate) fn member(gpu: GpuId) -> Result<MemberRecord, Error<T>> {
		Members::<T>::get(gpu).ok_or(Error::<T>::NotInPool)
	}

	/// The record of a GPU that is in a pool and that `who` holds.
	pub(crate) fn held(who: &T::AccountId, gpu: GpuId) -> Result<MemberRecord, Error<T>> {
		let member = Self::member(gpu)?;
		ensure!(T::Gpus::holder(gpu).as_ref() == Some(who), Error::<T>::NotHolder);
		Ok(member)
	}

	/// Whether a GPU of the pool of `record` is another's than its manager's where that takes only the manager's own: its
	/// NFT was sold since it joined, or the manager's.
	pub(crate) fn is_anothers(gpu: GpuId, record: &PoolRecord) -> bool {
		record.mode == Mode::SelfPool && T::Gpus::holder(gpu) != T::Operators::holder(record.manager)
	}

	/// Whether the time has come for a GPU to leave.
	pub(crate) fn is_due(gpu: GpuId, member: &MemberRecord, host: &HostRecord) -> bool {
		let now = T::Clock::now();
		let is_over = |at: Option<Minute>| at.is_some_and(|at| at <= now);
		let is_retired = || T::Gpus::facts(gpu).is_none_or(|facts| facts.status == GpuStatus::Retired);
		is_over(member.leaves_at()) || is_over(host.removal) || (member.state == MemberState::Away && is_retired())
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
			leave: None,
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
		// Who buys it is to buy it at a price that was asked for a GPU of this pool.
		T::Gpus::withdraw_offers(gpu)?;
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

	pub(crate) fn do_leave(gpu: GpuId) -> DispatchResult {
		let member = Self::member(gpu)?;
		ensure!(
			Self::is_due(gpu, &member, &Self::host(member.group())?),
			Error::<T>::TooEarly
		);
		match member.slot() {
			Some(slot) => T::Obligations::relieve(slot, T::Clock::now()),
			None => drop(Self::depart(gpu, member)?),
		}
		Ok(())
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
		Self::discount_leaver(&member, &mut record, &mut host)?;
		if let Some(leave) = member.leave {
			Self::forget_leave_date(pool, leave.at);
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
		if let Some(leave) = member.leave.as_mut() {
			leave.withheld_from = Self::withholding_date(&host, leave.at)?;
		}
		if member.withheld_from(&host).is_some() {
			let mut record = Self::record(member.pool)?;
			Self::count_leaver(&member, &mut record, &mut host)?;
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
		let (mut shown, mut overcount) = (0, Overcount::default());
		Self::with_gpus(member.pool, &[assigned], |_, clock, mut streams| {
			let taken_back = streams.darken(ago).map_err(Error::<T>::from)?;
			shown = clock.saturating_sub(taken_back);
			host.uptime.delivered = host.uptime.delivered.saturating_sub(taken_back.into());
			overcount = Self::overcount(&host, since, taken_back);
			Ok(())
		})?;
		Self::take_back_uptime(&mut host, 1, overcount);
		if member.withheld_from(&host).is_some() {
			let mut record = Self::record(member.pool)?;
			Self::discount_leaver(&member, &mut record, &mut host)?;
			Pools::<T>::insert(member.pool, record);
		}
		Hosts::<T>::insert(member.group(), &host);
		let away = MemberRecord {
			state: MemberState::Away,
			busy_in: Self::busy_in(&member),
			..member
		};
		Members::<T>::insert(gpu, away);
		if let MemberState::Taken(slot) = member.state {
			T::Obligations::gpu_lost(slot, assigned, shown, overcount);
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
