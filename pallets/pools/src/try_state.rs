//! The invariants. The list stands in the README.

use crate::{
	views::preview, AttestationRounds, Config, GpuStreams, GroupCheckpoints, GroupKey, GroupStreams, HostRecord,
	Hosting, HostingRecord, Hosts, LastBusy, LeaveDates, Line, Managed, MemberRecord, MemberState, Members, NextPool,
	Pallet, Place, PoolCheckpoints, PoolRecord, PoolStreams, Pools, Queues, MAX_STREAMS,
};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::ensure;
use millpond_math::streams::{Activity, Status};
use millpond_primitives::{Balance, EpochIndex, GpuId, Minute, OperatorId, PoolId};
use millpond_traits::{Assigned, Emissions, GpuStatus, Gpus};
use sp_runtime::{DispatchError, TryRuntimeError};

/// How many levels below need the checkpoint of an epoch, by level and epoch.
type Needs<Key> = BTreeMap<(Key, EpochIndex), u32>;

fn sum(one: Activity, other: Activity) -> Activity {
	Activity {
		credits: one.credits.saturating_add(other.credits),
		online: one.online.saturating_add(other.online),
		idle: one.idle.saturating_add(other.idle),
	}
}

fn add_one<Key: Ord>(counts: &mut BTreeMap<Key, u32>, key: Key) {
	let count = counts.entry(key).or_default();
	*count = count.saturating_add(1);
}

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_keys()?;
		Self::check_members()?;
		Self::check_counts()?;
		Self::check_queues()?;
		Self::check_rates()?;
		Self::check_checkpoints()?;
		Self::check_pot()
	}

	/// Whatever is there belongs to something.
	fn check_keys() -> Result<(), TryRuntimeError> {
		for (pool, record) in Pools::<T>::iter() {
			ensure!(
				Managed::<T>::contains_key(record.manager, pool),
				"a manager's list lacks its pool"
			);
			ensure!(PoolStreams::<T>::contains_key(pool), "a pool has no streams");
			ensure!(Queues::<T>::contains_key(pool), "a pool has no queue");
			ensure!(pool < NextPool::<T>::get(), "a pool's number will be given again");
		}
		ensure!(
			PoolStreams::<T>::iter_keys()
				.chain(Queues::<T>::iter_keys())
				.all(Pools::<T>::contains_key),
			"streams or a queue of no pool"
		);
		for (manager, pool, ()) in Managed::<T>::iter() {
			ensure!(
				Pools::<T>::get(pool).is_some_and(|record| record.manager == manager),
				"a manager's list has a pool that it does not manage"
			);
		}
		for (pool, operator) in GroupStreams::<T>::iter_keys().chain(Hosts::<T>::iter_keys()) {
			let key = (pool, operator);
			ensure!(
				Pools::<T>::contains_key(pool) && Hosts::<T>::contains_key(key) && GroupStreams::<T>::contains_key(key),
				"a host without pool, record or streams"
			);
			let listed = Hosting::<T>::get(operator)
				.pools
				.iter()
				.filter(|of| **of == pool)
				.count();
			ensure!(listed == 1, "a host's list does not have its pool once");
		}
		for (operator, hosting) in Hosting::<T>::iter() {
			ensure!(hosting != HostingRecord::default(), "a record of nothing");
			for pool in hosting.pools {
				let streams = GroupStreams::<T>::get((pool, operator));
				ensure!(
					streams.is_some_and(|streams| streams.is_lit() != hosting.dark),
					"a group is not lit as its host is"
				);
			}
		}
		Ok(())
	}

	/// A GPU is in one pool, does what its streams reckon with, and is away exactly if it is not online.
	fn check_members() -> Result<(), TryRuntimeError> {
		for (gpu, member) in Members::<T>::iter() {
			let streams = GpuStreams::<T>::get(gpu, member.group()).ok_or("a member has no streams")?;
			let fits = match member.state {
				MemberState::Away => streams.status() == Status::Offline,
				// Kept, while its host is suspended and until the sweep has seen to it.
				MemberState::Waiting(_) => matches!(streams.status(), Status::Idle | Status::Kept),
				MemberState::Taken(_) => matches!(streams.status(), Status::Kept | Status::Rented(_)),
			};
			ensure!(fits, "a GPU's streams do not reckon with what it does");
			let is_online = T::Gpus::facts(gpu).is_some_and(|facts| facts.status == GpuStatus::Online);
			ensure!(
				is_online == (member.state != MemberState::Away),
				"a GPU counts as online and is not, or the other way round"
			);
		}
		for (gpu, round) in LastBusy::<T>::iter() {
			ensure!(
				!Members::<T>::contains_key(gpu)
					&& T::Gpus::facts(gpu).is_some()
					&& round <= AttestationRounds::<T>::get(),
				"a GPU is remembered as busy that has joined a pool or retired"
			);
		}
		let mut groups = BTreeMap::new();
		for (gpu, key, streams) in GpuStreams::<T>::iter() {
			ensure!(GroupStreams::<T>::contains_key(key), "streams of a GPU in no group");
			let is_member = Members::<T>::get(gpu).is_some_and(|member| member.group() == key);
			ensure!(
				is_member || streams.status() == Status::Offline,
				"a GPU earns where it is not"
			);
			add_one(&mut groups, gpu);
		}
		ensure!(
			groups.into_values().all(|count| count <= MAX_STREAMS),
			"a GPU has streams in too many groups"
		);
		Ok(())
	}

	/// What is counted is what is there.
	fn check_counts() -> Result<(), TryRuntimeError> {
		let members: Vec<MemberRecord> = Members::<T>::iter_values().collect();
		let mut dates = BTreeMap::<(PoolId, Minute), u32>::new();
		for member in &members {
			if let Some(at) = member.leaves_at() {
				add_one(&mut dates, (member.pool, at));
			}
		}
		for (key, host) in Hosts::<T>::iter() {
			let of_host = || members.iter().filter(|member| member.group() == key);
			ensure!(
				usize::try_from(host.gpus) == Ok(of_host().count()),
				"a host's GPUs are miscounted"
			);
			let mut leaving = BTreeMap::<Minute, u32>::new();
			for from in of_host().filter_map(|member| member.withheld_from(&host)) {
				add_one(&mut leaving, from);
			}
			let kept = host.leaving.iter().map(|leavers| (leavers.from, leavers.gpus));
			ensure!(
				kept.collect::<BTreeMap<_, _>>() == leaving && host.leaving.len() == leaving.len(),
				"a host's leavers are miscounted"
			);
			let is_lit = GroupStreams::<T>::get(key).is_some_and(|streams| streams.is_lit());
			ensure!(host.is_lit() == is_lit, "a host is not there as its group is");
			if let Some(at) = host.removal {
				add_one(&mut dates, (key.0, at));
			}
		}
		let kept = LeaveDates::<T>::iter().map(|(pool, date, count)| ((pool, date.get()), count));
		ensure!(
			kept.collect::<BTreeMap<_, _>>() == dates,
			"the dates at which GPUs and hosts leave are miscounted"
		);
		for (pool, record) in Pools::<T>::iter() {
			let PoolRecord {
				hosts, gpus, leavers, ..
			} = record;
			let of_pool: Vec<HostRecord> = Hosts::<T>::iter()
				.filter(|(key, _)| key.0 == pool)
				.map(|(_, host)| host)
				.collect();
			ensure!(
				usize::try_from(hosts) == Ok(of_pool.len()),
				"a pool's hosts are miscounted"
			);
			let total = |of: &dyn Fn(&HostRecord) -> u32| of_pool.iter().map(of).fold(0, u32::saturating_add);
			ensure!(gpus == total(&|host| host.gpus), "a pool's GPUs are miscounted");
			ensure!(
				leavers == total(&|host| if host.is_lit() { host.leavers() } else { 0 }),
				"a pool's leavers are miscounted"
			);
			ensure!(gpus == 0 || !record.closing, "a pool that closes has GPUs");
		}
		Ok(())
	}

	/// The lines of a queue are those of its hosts, have the GPUs that wait, and are in order.
	fn check_queues() -> Result<(), TryRuntimeError> {
		let mut waiting = 0;
		for (pool, queue) in Queues::<T>::iter() {
			let mut lit: u128 = 0;
			for line in &queue.lines {
				let streams = GroupStreams::<T>::get((pool, line.operator)).ok_or("a line of no host")?;
				ensure!(line.lit == streams.is_lit(), "a line is not lit as its group is");
				let hosting = Hosting::<T>::get(line.operator);
				ensure!(
					line.suspended == hosting.suspended,
					"a line is not suspended as its host is"
				);
				let (length, idle) = Self::check_line(pool, line, queue.next)?;
				ensure!(length == u64::from(line.waiting), "a line is miscounted");
				ensure!(idle == streams.rate().idle, "a line has not the idle GPUs");
				lit = if line.lit { idle.saturating_add(lit) } else { lit };
				waiting = length.saturating_add(waiting);
			}
			let streams = PoolStreams::<T>::get(pool).ok_or("a queue of no pool")?;
			ensure!(lit == streams.rate().idle, "a queue has not the idle GPUs");
			let record = Pools::<T>::get(pool).ok_or("a queue of no pool")?;
			ensure!(
				usize::try_from(record.hosts) == Ok(queue.lines.len()),
				"a queue has not a line for each host"
			);
		}
		let members = Members::<T>::iter_values();
		let all = members
			.filter(|member| matches!(member.state, MemberState::Waiting(_)))
			.count();
		ensure!(u64::try_from(all) == Ok(waiting), "a GPU waits in no line");
		Ok(())
	}

	/// How many GPUs wait in a line, and how many of them earn for their availability.
	fn check_line(pool: PoolId, line: &Line, end: u64) -> Result<(u64, u128), TryRuntimeError> {
		let Some(ends) = line.ends else {
			return Ok((0, 0));
		};
		let mut idle: u128 = 0;
		let (mut previous, mut here, mut ticket) = (None, Some(ends.first), ends.ticket);
		let mut length: u64 = 0;
		while let Some(gpu) = here {
			let member = Members::<T>::get(gpu).ok_or("a GPU waits in no pool")?;
			ensure!(member.group() == (pool, line.operator), "a GPU waits in the wrong line");
			let MemberState::Waiting(Place {
				ticket: drawn,
				previous: before,
				next,
			}) = member.state
			else {
				return Err("a GPU in a line does not wait".into());
			};
			ensure!(before == previous, "a line is broken");
			ensure!(
				if length == 0 { drawn == ticket } else { drawn > ticket } && drawn < end,
				"a line is out of order"
			);
			let streams = GpuStreams::<T>::get(gpu, member.group());
			let is_idle = streams.is_some_and(|streams| streams.status() == Status::Idle);
			idle = idle.saturating_add(is_idle.into());
			(previous, here, ticket) = (Some(gpu), next, drawn);
			length = length.saturating_add(1);
		}
		ensure!(previous == Some(ends.last), "a line ends elsewhere");
		Ok((length, idle))
	}

	/// Rates of groups, pools and network are those of the GPUs in them.
	fn check_rates() -> Result<(), TryRuntimeError> {
		let mut of_groups = BTreeMap::<GroupKey, Activity>::new();
		for (_, key, streams) in GpuStreams::<T>::iter() {
			let rate = of_groups.entry(key).or_default();
			*rate = sum(*rate, streams.status().into());
		}
		let mut of_pools = BTreeMap::<PoolId, Activity>::new();
		for (key, streams) in GroupStreams::<T>::iter() {
			let rate = of_groups.get(&key).copied().unwrap_or_default();
			ensure!(streams.rate() == rate, "a group's rate is not that of its GPUs");
			if streams.is_lit() {
				let of_pool = of_pools.entry(key.0).or_default();
				*of_pool = sum(*of_pool, rate);
			}
		}
		let (mut credits, mut weight) = (0u128, 0u128);
		for (pool, streams) in PoolStreams::<T>::iter() {
			let rate = of_pools.get(&pool).copied().unwrap_or_default();
			ensure!(streams.rate() == rate, "a pool's rate is not that of its lit groups");
			credits = credits.saturating_add(rate.credits);
			weight = weight.saturating_add(streams.weight().saturating_mul(rate.idle));
		}
		if PoolStreams::<T>::iter_keys().next().is_some() {
			let network: Result<_, DispatchError> =
				preview(|| T::Emissions::with_network(|network| Ok(network.rate())));
			let network = network.map_err(|_| "the network cannot be settled")?;
			ensure!(
				(network.credits, network.weight) == (credits, weight),
				"the network's rate is not that of its pools"
			);
		}
		Ok(())
	}

	/// Each checkpoint counts exactly those who need it: whoever was last settled in its epoch.
	fn check_checkpoints() -> Result<(), TryRuntimeError> {
		let mut of_pools = Needs::<PoolId>::new();
		for (key, group) in GroupStreams::<T>::iter() {
			let pool = PoolStreams::<T>::get(key.0).ok_or("a group of no pool")?;
			if group.epoch() < pool.epoch() {
				add_one(&mut of_pools, (key.0, group.epoch()));
			}
		}
		let apart = PoolCheckpoints::<T>::iter().map(|(pool, epoch, checkpoint)| ((pool, epoch), checkpoint.needed));
		let newest = PoolStreams::<T>::iter().filter_map(|(pool, streams)| {
			let (epoch, checkpoint) = streams.newest_checkpoint()?;
			Some(((pool, epoch), checkpoint.needed))
		});
		let kept: Needs<PoolId> = apart.chain(newest).collect();
		ensure!(kept == of_pools, "a pool's checkpoints are not those that are needed");

		let mut of_groups = Needs::<GroupKey>::new();
		for (_, key, gpu) in GpuStreams::<T>::iter() {
			let group = GroupStreams::<T>::get(key).ok_or("a GPU of no group")?;
			if gpu.epoch() < group.epoch() {
				add_one(&mut of_groups, (key, gpu.epoch()));
			}
		}
		let apart = GroupCheckpoints::<T>::iter().map(|(key, epoch, checkpoint)| ((key, epoch), checkpoint.needed));
		let newest = GroupStreams::<T>::iter().filter_map(|(key, streams)| {
			let (epoch, checkpoint) = streams.newest_checkpoint()?;
			Some(((key, epoch), checkpoint.needed))
		});
		let kept: Needs<GroupKey> = apart.chain(newest).collect();
		ensure!(kept == of_groups, "a group's checkpoints are not those that are needed");
		Ok(())
	}

	/// The pot has at least what everybody together has earned and was not paid.
	fn check_pot() -> Result<(), TryRuntimeError> {
		let pending = preview(Self::pending).map_err(|_| "the streams cannot be settled")?;
		ensure!(T::Emissions::pot() >= pending, "the pot has less than was earned");
		Ok(())
	}

	/// Settles everything. What everybody together has earned and was not paid, in plancks.
	pub fn pending() -> Result<Balance, DispatchError> {
		let mut pending: Balance = 0;
		let mut add = |amount: Balance| pending = pending.saturating_add(amount);
		let gpus: Vec<(GpuId, GroupKey)> = GpuStreams::<T>::iter_keys().collect();
		for (gpu, (pool, operator)) in gpus {
			Self::with_gpus(pool, &[Assigned { gpu, operator }], |_, _, streams| {
				add(streams.pending().sum().map_err(|_| DispatchError::Corruption)?);
				Ok(())
			})?;
		}
		let groups: Vec<(PoolId, OperatorId)> = GroupStreams::<T>::iter_keys().collect();
		for key in groups {
			add(Self::with_pool(key.0, |mut pool| {
				Self::with_group(&mut pool, key, |group| Ok(group.host()))
			})?);
		}
		let pools: Vec<PoolId> = PoolStreams::<T>::iter_keys().collect();
		for pool in pools {
			add(Self::with_pool(pool, |pool| {
				Ok(pool.manager().saturating_add(pool.unshared()))
			})?);
		}
		Ok(pending)
	}
}
