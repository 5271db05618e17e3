//! Announcing to leave: from when on, what the market counts on meanwhile, and which terms wait for it.
//!
//! Capacity is the GPUs that are online in lit groups, so that only those of them that leave are withheld from it. When a group
//! goes dark, all that is withheld for its GPUs is released, and withheld again when it is lit: date by date. A group has few
//! dates, therefore, whatever the number of its GPUs: one that leaves soon after another is withheld with it.

use crate::{
	Config, Error, Event, GroupKey, GroupStreams, HostRecord, Hosts, LatestFirst, Leave, LeaveDates, Leavers,
	MemberRecord, MemberState, Members, Pallet, Parameters, PoolRecord, Pools, FREE_LEAVE_DATES, MAX_LEAVE_DATES,
	NOTICE_PARTS,
};
use frame_support::ensure;
use millpond_primitives::{GpuId, Minute, PoolId};
use millpond_traits::{Clock, Gpus, Obligations};
use sp_runtime::{traits::UniqueSaturatedInto, DispatchResult};

impl HostRecord {
	/// Of the dates from which GPUs are withheld, the one for a GPU that leaves at `at`: never later. If there are many already, it
	/// may be earlier, by at most a part of the notice for a GPU that leaves when the notice ends that is given now, at `soonest`.
	fn withholding_date<T>(&self, at: Minute, soonest: Minute, notice: Minute) -> Result<Minute, Error<T>> {
		let dates = self.leaving.iter().map(|leavers| leavers.from);
		let before = dates.filter(|date| *date <= at).max();
		let part = notice.checked_div(NOTICE_PARTS).unwrap_or_default();
		let (has_room, is_free) = (
			self.has_fewer_dates(MAX_LEAVE_DATES),
			self.has_fewer_dates(FREE_LEAVE_DATES),
		);
		match before {
			_ if is_free => Ok(at),
			Some(before) if !has_room || at > soonest || at.saturating_sub(before) < part => Ok(before),
			None if !has_room => Err(Error::<T>::TooManyLeaveDates),
			None => Ok(at.min(soonest)),
			Some(_) => Ok(at),
		}
	}

	fn has_fewer_dates(&self, dates: u32) -> bool {
		u32::try_from(self.leaving.len()).is_ok_and(|count| count < dates)
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_announce_leave(who: &T::AccountId, gpu: GpuId) -> DispatchResult {
		let mut member = Self::member(gpu)?;
		let (mut record, mut host) = (Self::record(member.pool)?, Self::host(member.group())?);
		let is_holder = T::Gpus::holder(gpu).as_ref() == Some(who);
		ensure!(is_holder || Self::is_anothers(gpu, &record), Error::<T>::NotHolder);
		ensure!(member.leave.is_none(), Error::<T>::AlreadyLeaving);
		let is_counted = member.state != MemberState::Away;
		// One that leaves with its host is a leaver already.
		let more = u32::from(is_counted && host.removal.is_none());
		let alone = Self::date_without(member.group(), &record, &host, more);
		// It leaves with its host at the latest, and is not sold in between.
		let at = host.removal.map_or(alone, |removal| alone.min(removal));
		Self::discount_leaver(&member, &mut record, &mut host)?;
		member.leave = Some(Leave {
			at,
			withheld_from: Self::withholding_date(&host, at)?,
		});
		Self::count_leaver(&member, &mut record, &mut host)?;
		Self::note_leave_date(member.pool, at);
		Pools::<T>::insert(member.pool, record);
		Hosts::<T>::insert(member.group(), host);
		Members::<T>::insert(gpu, member);
		if let Some(slot) = member.slot() {
			T::Obligations::relieve(slot, at);
		}
		Self::deposit_event(Event::LeaveAnnounced { gpu, at });
		Ok(())
	}

	pub(crate) fn do_cancel_leave(who: &T::AccountId, gpu: GpuId) -> DispatchResult {
		let mut member = Self::held(who, gpu)?;
		let leave = member.leave.ok_or(Error::<T>::NotLeaving)?;
		let (mut record, mut host) = (Self::record(member.pool)?, Self::host(member.group())?);
		ensure!(host.removal.is_none(), Error::<T>::HostLeaves);
		ensure!(!Self::is_anothers(gpu, &record), Error::<T>::NotManagersOwn);
		Self::discount_leaver(&member, &mut record, &mut host)?;
		Self::forget_leave_date(member.pool, leave.at);
		member.leave = None;
		Pools::<T>::insert(member.pool, record);
		Hosts::<T>::insert(member.group(), host);
		Members::<T>::insert(gpu, member);
		// It is bound again, by what is announced, too.
		T::Gpus::withdraw_offers(gpu)?;
		Self::deposit_event(Event::LeaveCancelled { gpu });
		Ok(())
	}

	/// From which market minute on a GPU of the host that leaves at `at` is withheld.
	pub(crate) fn withholding_date(host: &HostRecord, at: Minute) -> Result<Minute, Error<T>> {
		let notice = Parameters::<T>::get().leave_notice.get();
		host.withholding_date(at, T::Clock::now().saturating_add(notice), notice)
	}

	/// A GPU that leaves counts as online from now on: the market does not count on it from its date on.
	pub(crate) fn count_leaver(
		member: &MemberRecord,
		record: &mut PoolRecord,
		host: &mut HostRecord,
	) -> DispatchResult {
		match member.withheld_from(host) {
			Some(from) => Self::withhold(member.pool, record, host, from, 1),
			None => Ok(()),
		}
	}

	/// It does not leave, or does not count as online any more.
	pub(crate) fn discount_leaver(
		member: &MemberRecord,
		record: &mut PoolRecord,
		host: &mut HostRecord,
	) -> DispatchResult {
		match member.withheld_from(host) {
			Some(from) => Self::release(member.pool, record, host, from, 1),
			None => Ok(()),
		}
	}

	fn withhold(
		pool: PoolId,
		record: &mut PoolRecord,
		host: &mut HostRecord,
		from: Minute,
		gpus: u32,
	) -> DispatchResult {
		let known = host.leaving.iter_mut().find(|leavers| leavers.from == from);
		match known {
			Some(leavers) => leavers.gpus = leavers.gpus.saturating_add(gpus),
			None => {
				let added = host.leaving.try_push(Leavers { from, gpus });
				added.map_err(|_| Error::<T>::TooManyLeaveDates)?;
			}
		}
		if !host.is_lit() {
			return Ok(());
		}
		record.leavers = record.leavers.saturating_add(gpus);
		T::Obligations::withhold(pool, from, gpus)
	}

	fn release(
		pool: PoolId,
		record: &mut PoolRecord,
		host: &mut HostRecord,
		from: Minute,
		gpus: u32,
	) -> DispatchResult {
		let leavers = host.leaving.iter_mut().find(|leavers| leavers.from == from);
		let leavers = leavers.ok_or(Error::<T>::Inconsistent)?;
		leavers.gpus = leavers.gpus.checked_sub(gpus).ok_or(Error::<T>::Inconsistent)?;
		host.leaving.retain(|leavers| leavers.gpus > 0);
		if !host.is_lit() {
			return Ok(());
		}
		record.leavers = record.leavers.saturating_sub(gpus);
		T::Obligations::release(pool, from, gpus)
	}

	/// All GPUs of the host leave at `at`: those that are online are withheld from then on, or from an earlier date of their own.
	pub(crate) fn withhold_all(
		key: GroupKey,
		record: &mut PoolRecord,
		host: &mut HostRecord,
		at: Minute,
	) -> DispatchResult {
		let (pool, _) = key;
		let mut others = Self::online_of(key).saturating_sub(host.leavers());
		for Leavers { from, gpus } in host.leaving.clone() {
			if from > at {
				Self::release(pool, record, host, from, gpus)?;
				others = others.saturating_add(gpus);
			}
		}
		host.removal = Some(at);
		match others {
			0 => Ok(()),
			_ => Self::withhold(pool, record, host, at, others),
		}
	}

	/// The host has just been lit or gone dark: what its leavers are withheld for is not sold, or is not counted on anyway.
	pub(crate) fn switch_leavers(pool: PoolId, host: &HostRecord) -> DispatchResult {
		let gpus = host.leavers();
		if gpus == 0 {
			return Ok(());
		}
		let mut record = Self::record(pool)?;
		record.leavers = match host.is_lit() {
			true => record.leavers.saturating_add(gpus),
			false => record.leavers.saturating_sub(gpus),
		};
		Pools::<T>::insert(pool, record);
		host.leaving.iter().try_for_each(|leavers| match host.is_lit() {
			true => T::Obligations::withhold(pool, leavers.from, leavers.gpus),
			false => T::Obligations::release(pool, leavers.from, leavers.gpus),
		})
	}

	/// How many GPUs of a group are online, be it lit or dark.
	pub(crate) fn online_of(group: GroupKey) -> u32 {
		GroupStreams::<T>::get(group).map_or(0, |streams| streams.rate().online.unique_saturated_into())
	}

	/// From which market minute on the pool can do without `gpus` more of the GPUs that are online in `group`, the notice and
	/// those that leave already taken into account. A host that is dark now is reckoned with: it may not make hostages.
	pub(crate) fn date_without(group: GroupKey, record: &PoolRecord, host: &HostRecord, gpus: u32) -> Minute {
		let (pool, _) = group;
		let (dark, dark_leavers) = match host.is_lit() {
			true => (0, 0),
			false => (Self::online_of(group), host.leavers()),
		};
		let online = Self::online(pool).saturating_add(dark);
		let leavers = record.leavers.saturating_add(dark_leavers);
		let stay = online.saturating_sub(leavers).saturating_sub(gpus);
		let notice = Parameters::<T>::get().leave_notice.get();
		T::Clock::now()
			.saturating_add(notice)
			.max(T::Obligations::sold_until(pool, stay))
	}

	/// A GPU or a host of the pool is to leave at `at`.
	pub(crate) fn note_leave_date(pool: PoolId, at: Minute) {
		LeaveDates::<T>::mutate(pool, LatestFirst::from(at), |count| {
			*count = Some(count.unwrap_or_default().saturating_add(1));
		});
	}

	/// It has left, or stays.
	pub(crate) fn forget_leave_date(pool: PoolId, at: Minute) {
		LeaveDates::<T>::mutate_exists(pool, LatestFirst::from(at), |count| {
			*count = count.and_then(|count| count.checked_sub(1)).filter(|left| *left > 0);
		});
	}

	/// The last of the minutes, in the future, at which GPUs and hosts of the pool are to leave, if any are.
	pub(crate) fn last_leave(pool: PoolId) -> Option<Minute> {
		let last = LeaveDates::<T>::iter_key_prefix(pool).next();
		last.map(|date| date.get()).filter(|at| *at > T::Clock::now())
	}
}
