//! Hosts: who they are, whether they are there, and how reliably.

use crate::{
	streams::OfGroup, AttestationRounds, Config, Error, Event, GroupKey, GroupStreams, HostRecord, Hosting,
	HostingRecord, Hosts, Invitation, LastBusy, MemberRecord, Members, Mode, Pallet, Parameters, PoolRecord, Pools,
	Presence, Queues, Uptime, MAX_GROUPS, MAX_HOSTS,
};
use frame_support::{defensive, ensure, storage::with_storage_layer};
use millpond_math::streams::Group;
use millpond_primitives::{GpuId, Minute, OperatorId, PoolId};
use millpond_traits::{Clock, Duty, Obligations, OnSuspension, Operators, Overcount};
use sp_runtime::{traits::UniqueSaturatedInto, DispatchResult};

impl<T: Config> Pallet<T> {
	/// The record of a host in a pool.
	pub(crate) fn host(group: GroupKey) -> Result<HostRecord, Error<T>> {
		Hosts::<T>::get(group).ok_or(Error::<T>::UnknownHost)
	}

	/// Notes how many of a host's GPUs were there up to minute `until`. Whatever changes that number comes here first.
	pub(crate) fn note_uptime(host: &mut HostRecord, group: &Group, until: Minute) {
		let noted = host.uptime.noted;
		let excused = T::Clock::excused_between(noted, until);
		let minutes = until.saturating_sub(noted).saturating_sub(excused);
		let online = if group.is_lit() { group.rate().online } else { 0 };
		let window = Parameters::<T>::get().uptime_window.get();
		host.uptime.note(
			host.gpus,
			online.unique_saturated_into(),
			minutes,
			until.max(noted),
			window,
		);
	}

	/// The minutes since `since` in which GPUs of a host were gone and that were counted all the same, if `taken_back` of them
	/// were not. While the host is dark nothing is counted.
	pub(crate) fn overcount(host: &HostRecord, since: Minute, taken_back: Minute) -> Overcount {
		match host.presence {
			Presence::Lit(lit) => Overcount {
				since: since.max(lit),
				until: T::Clock::now().saturating_sub(taken_back),
			},
			Presence::Dark(_) => Overcount::default(),
		}
	}

	/// `gpus` GPUs of a host did not deliver what was counted of them.
	pub(crate) fn take_back_uptime(host: &mut HostRecord, gpus: u32, overcount: Overcount) {
		let Overcount { since, until } = overcount;
		let minutes = until
			.saturating_sub(since)
			.saturating_sub(T::Clock::excused_between(since, until));
		let delivered = u64::from(gpus).saturating_mul(minutes.into());
		host.uptime.delivered = host.uptime.delivered.saturating_sub(delivered);
	}

	/// The record of a host with its uptime noted up to now.
	pub(crate) fn noted_host(group: GroupKey) -> Result<HostRecord, Error<T>> {
		let mut host = Self::host(group)?;
		let streams = GroupStreams::<T>::get(group).ok_or(Error::<T>::UnknownHost)?;
		Self::note_uptime(&mut host, &streams, T::Clock::now());
		Ok(host)
	}

	pub(crate) fn do_invite(who: &T::AccountId, pool: PoolId, operator: OperatorId, cap: u32) -> DispatchResult {
		let mut record = Self::managed(who, pool)?;
		ensure!(record.mode == Mode::Distributed, Error::<T>::OnlyManagerHosts);
		ensure!(!record.closing, Error::<T>::PoolCloses);
		if let Some(host) = Hosts::<T>::get((pool, operator)) {
			Hosts::<T>::insert((pool, operator), HostRecord { cap, ..host });
		} else {
			record.invited.retain(|invitation| invitation.operator != operator);
			if cap > 0 {
				let invitation = Invitation { operator, cap };
				let invited = record.invited.try_push(invitation);
				invited.map_err(|_| Error::<T>::TooManyHosts)?;
			}
			Pools::<T>::insert(pool, record);
		}
		Self::deposit_event(Event::HostInvited { pool, operator, cap });
		Ok(())
	}

	pub(crate) fn do_accept(who: &T::AccountId, operator: OperatorId, pool: PoolId, version: u32) -> DispatchResult {
		Self::ensure_operator(who, operator)?;
		let mut record = Self::record(pool)?;
		ensure!(!record.closing, Error::<T>::PoolCloses);
		ensure!(record.version == version, Error::<T>::TermsChanged);
		let found = record.invited.iter().position(|invited| invited.operator == operator);
		let invitation = record.invited.remove(found.ok_or(Error::<T>::UnknownHost)?);
		Self::add_host(&mut record, (pool, operator), invitation.cap)?;
		Pools::<T>::insert(pool, record);
		Ok(())
	}

	/// Adds a host to the pool of `record`, which is the caller's to store. Its group is lit if the operator is there.
	pub(crate) fn add_host(record: &mut PoolRecord, key: GroupKey, cap: u32) -> DispatchResult {
		let (pool, operator) = key;
		ensure!(!Hosts::<T>::contains_key(key), Error::<T>::HostAlready);
		ensure!(record.hosts < MAX_HOSTS, Error::<T>::TooManyHosts);
		// An operator that hosts somewhere cannot retire.
		T::Operators::take_on(operator, Duty::default())?;
		let mut hosting = Hosting::<T>::get(operator);
		let listed = hosting.pools.try_push(pool);
		listed.map_err(|_| Error::<T>::TooManyGroups)?;

		let streams = Self::with_pool(pool, |mut settled| {
			let mut streams = Group::join(&mut settled).map_err(Error::<T>::from)?;
			if hosting.dark {
				let mut checkpoints = OfGroup::<T>::new(key);
				let group = streams.settle(&mut settled, &mut checkpoints);
				group.and_then(|mut group| group.darken(0)).map_err(Error::<T>::from)?;
			}
			Ok(streams)
		})?;
		GroupStreams::<T>::insert(key, streams);
		let added = Queues::<T>::mutate(pool, |queue| queue.add_line(operator, !hosting.dark, hosting.suspended));
		ensure!(added, Error::<T>::TooManyHosts);
		let now = T::Clock::now();
		let host = HostRecord {
			cap,
			gpus: 0,
			leaving: Default::default(),
			removal: None,
			presence: if hosting.dark {
				Presence::Dark(now)
			} else {
				Presence::Lit(now)
			},
			excused: 0,
			uptime: Uptime {
				since: now,
				noted: now,
				..Uptime::default()
			},
		};
		Hosting::<T>::insert(operator, hosting);
		Hosts::<T>::insert(key, host);
		record.hosts = record.hosts.saturating_add(1);
		Self::deposit_event(Event::HostAdded { pool, operator });
		Ok(())
	}

	pub(crate) fn do_remove_host(who: &T::AccountId, pool: PoolId, operator: OperatorId) -> DispatchResult {
		let key = (pool, operator);
		let mut record = Self::record(pool)?;
		let mut host = Self::noted_host(key)?;
		ensure!(host.removal.is_none(), Error::<T>::HostLeaves);
		let is_theirs =
			Self::ensure_operator(who, record.manager).is_ok() || Self::ensure_operator(who, operator).is_ok();
		let least = record.terms_in(T::Clock::epoch()).minimum_uptime;
		let falls_short = record.mode == Mode::Distributed && host.uptime.last.is_some_and(|uptime| uptime < least);
		ensure!(is_theirs || falls_short, Error::<T>::UptimeSuffices);

		let others = Self::online_of(key).saturating_sub(host.leavers());
		let at = Self::date_without(key, &record, &host, others);
		Self::withhold_all(key, &mut record, &mut host, at)?;
		Self::note_leave_date(pool, at);
		Pools::<T>::insert(pool, record);
		Hosts::<T>::insert(key, host);
		Self::deposit_event(Event::HostRemovalAnnounced { pool, operator, at });
		Ok(())
	}

	/// Forgets a host whose streams have ended, from the pool of `record`, which is the caller's to store.
	pub(crate) fn end_host(record: &mut PoolRecord, key: GroupKey) -> DispatchResult {
		let (pool, operator) = key;
		T::Operators::lay_down(operator, Duty::default())?;
		GroupStreams::<T>::remove(key);
		if let Some(at) = Hosts::<T>::take(key).and_then(|host| host.removal) {
			Self::forget_leave_date(pool, at);
		}
		Queues::<T>::mutate(pool, |queue| queue.remove_line(operator));
		Self::update_hosting(operator, |hosting| hosting.pools.retain(|of| *of != pool));
		record.hosts = record.hosts.saturating_sub(1);
		Self::deposit_event(Event::HostRemoved { pool, operator });
		Ok(())
	}

	/// Changes where an operator hosts, and keeps nothing of one that is there and hosts nowhere.
	fn update_hosting(operator: OperatorId, change: impl FnOnce(&mut HostingRecord)) {
		Hosting::<T>::mutate_exists(operator, |kept| {
			let mut hosting = kept.take().unwrap_or_default();
			change(&mut hosting);
			*kept = (hosting != HostingRecord::default()).then_some(hosting);
		});
	}

	/// Has the operator's GPUs sell no new time, or sell again. What the waiting ones earn follows when the sweep sees to them.
	fn set_suspended(operator: OperatorId, suspended: bool) {
		Self::update_hosting(operator, |hosting| hosting.suspended = suspended);
		for pool in Hosting::<T>::get(operator).pools {
			Queues::<T>::mutate(pool, |queue| {
				if let Some(line) = queue.line(operator) {
					line.suspended = suspended;
				}
			});
		}
	}

	/// Lights the operator's groups, or darkens them `ago` minutes back.
	fn switch(operator: OperatorId, ago: Option<Minute>) {
		let hosting = Hosting::<T>::get(operator);
		let dark = ago.is_some();
		if hosting.dark == dark {
			return;
		}
		Self::update_hosting(operator, |hosting| hosting.dark = dark);
		for pool in hosting.pools {
			let switched = with_storage_layer(|| Self::switch_group((pool, operator), ago));
			if let Err(error) = switched {
				defensive!("a group cannot be switched", error);
			}
		}
	}

	fn switch_group(key: GroupKey, ago: Option<Minute>) -> DispatchResult {
		let (pool, operator) = key;
		let (mut host, before) = (Self::host(key)?, GroupStreams::<T>::get(key));
		let before = before.ok_or(Error::<T>::UnknownHost)?;
		let taken_back = Self::with_pool(pool, |mut settled| {
			Self::with_group(&mut settled, key, |mut group| {
				let taken_back = match ago {
					Some(ago) => group.darken(ago),
					None => group.light().map(|()| 0),
				};
				Ok(taken_back.map_err(Error::<T>::from)?)
			})
		})?;
		let now = T::Clock::now();
		let changed = now.saturating_sub(taken_back);
		Self::note_uptime(&mut host, &before, changed);
		let overcount = ago.map_or_else(Overcount::default, |ago| {
			Self::overcount(&host, now.saturating_sub(ago), taken_back)
		});
		Self::take_back_uptime(&mut host, before.rate().online.unique_saturated_into(), overcount);
		if let Presence::Dark(since) = host.presence {
			host.excused = host.excused.saturating_add(T::Clock::excused_since(since));
		}
		host.presence = if ago.is_some() {
			Presence::Dark(changed)
		} else {
			Presence::Lit(now)
		};
		Self::switch_leavers(pool, &host)?;
		Hosts::<T>::insert(key, host);
		Queues::<T>::mutate(pool, |queue| {
			if let Some(line) = queue.line(operator) {
				line.lit = ago.is_none();
			}
		});
		match ago {
			Some(_) => T::Obligations::group_dark(pool, operator, overcount),
			None => T::Obligations::group_lit(pool, operator),
		}
		Ok(())
	}
}

impl<T: Config> Pallet<T> {
	/// The newest attestation round that began while a customer had the GPU, once the one that has it gives it back now.
	pub(crate) fn busy_in(member: &MemberRecord) -> u32 {
		let round = AttestationRounds::<T>::get();
		if member.was_free(round) {
			member.busy_in
		} else {
			round
		}
	}

	/// Remembers of a GPU that leaves its pool whether a customer had it when the newest attestation round began.
	pub(crate) fn note_last_busy(gpu: GpuId, member: &MemberRecord) {
		let round = AttestationRounds::<T>::get();
		if round > 0 && !member.was_free(round) {
			LastBusy::<T>::insert(gpu, round);
		}
	}
}

impl<T: Config> OnSuspension for Pallet<T> {
	fn suspended(operator: OperatorId) {
		Self::set_suspended(operator, true);
	}

	fn resumed(operator: OperatorId) {
		Self::set_suspended(operator, false);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(operator: OperatorId) {
		crate::benchmarking::host_in_pools::<T>(operator, MAX_GROUPS, &[]);
	}
}

impl<T: Config> millpond_traits::Hosts for Pallet<T> {
	const MAX_GROUPS: u32 = MAX_GROUPS;

	fn groups(operator: OperatorId) -> u32 {
		Hosting::<T>::get(operator).pools.len().unique_saturated_into()
	}

	fn darken(operator: OperatorId, since: Minute) {
		Self::switch(operator, Some(T::Clock::now().saturating_sub(since)));
	}

	fn light(operator: OperatorId) {
		Self::switch(operator, None);
	}

	fn round_opened() {
		AttestationRounds::<T>::mutate(|rounds| *rounds = rounds.saturating_add(1));
	}

	/// One that is in no pool was, unless it has left one since.
	fn was_free(gpu: GpuId) -> bool {
		let round = AttestationRounds::<T>::get();
		match Members::<T>::get(gpu) {
			Some(member) => member.was_free(round),
			None => LastBusy::<T>::get(gpu).is_none_or(|busy_in| busy_in < round),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(operator: OperatorId, groups: u32, gpus: &[GpuId]) {
		crate::benchmarking::host_in_pools::<T>(operator, groups, gpus);
	}
}
