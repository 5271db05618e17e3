//! The GPUs of each operator, in an order that a round can count on: while one is on, GPUs are added at the end and none
//! leaves its place.

use crate::{
	AttestorRecord, Attestors, Config, Event, MemberRecord, Pallet, Parameters, Places, Profiles, Roster, RoundIndex,
	Rounds, Tickets, TicketsRecord, MAX_GPUS,
};
use frame_support::{storage::with_storage_layer, traits::Defensive};
use millpond_primitives::{GpuId, Minute, OperatorId};
use millpond_traits::{Clock, GpuFacts, GpuLifecycle, GpuStatus, Gpus};

impl<T: Config> Pallet<T> {
	/// What is known of a GPU that `operator` hosts and that has not retired.
	pub(crate) fn hosted(operator: OperatorId, gpu: GpuId) -> Option<GpuFacts> {
		T::Gpus::facts(gpu).filter(|facts| facts.operator == operator && facts.status != GpuStatus::Retired)
	}

	/// Has the GPU stand as `status`; when that ends its being online, it was so only until `since`. Tells whether it does:
	/// if not, nothing has changed.
	pub(crate) fn stand(gpu: GpuId, status: GpuStatus, since: Minute) -> bool {
		with_storage_layer(|| T::Gpus::set_status(gpu, status, since))
			.defensive()
			.is_ok()
	}

	/// The number of the next round in which there is a place for a GPU that has to prove itself, and takes it.
	pub(crate) fn take_ticket() -> RoundIndex {
		let next = Rounds::<T>::get().saturating_add(1);
		let newcomers = Parameters::<T>::get().newcomers.get();
		Tickets::<T>::mutate(|tickets| {
			if tickets.round < next {
				*tickets = TicketsRecord { round: next, taken: 0 };
			}
			if tickets.taken >= newcomers {
				*tickets = TicketsRecord {
					round: tickets.round.saturating_add(1),
					taken: 0,
				};
			}
			tickets.taken = tickets.taken.saturating_add(1);
			tickets.round
		})
	}

	/// Notes that the operator's GPU is away. Does nothing if it is known, or is not the operator's.
	pub(crate) fn note_away(operator: OperatorId, gpu: GpuId) {
		let Some((_, position)) = Places::<T>::get(gpu).filter(|(host, _)| *host == operator) else {
			return;
		};
		Roster::<T>::mutate(operator, position, |member| {
			let Some(member) = member.as_mut().filter(|member| member.away.is_none()) else {
				return;
			};
			member.away = Some(Rounds::<T>::get());
			if Self::hosted(operator, gpu).is_some_and(|facts| facts.status == GpuStatus::Online) {
				Self::stand(gpu, GpuStatus::Offline, T::Clock::now());
			}
			Self::deposit_event(Event::WentAway { gpu });
		});
	}

	/// Notes that the operator's GPU is back, or enrolls it if it is not on the operator's roster.
	pub(crate) fn note_back(operator: OperatorId, record: &mut AttestorRecord<T::AccountId>, gpu: GpuId) {
		match Places::<T>::get(gpu) {
			Some((host, position)) if host == operator => Self::return_member(operator, position),
			place => Self::enroll(operator, record, gpu, place),
		}
	}

	/// A GPU that was away is online again at once, unless a round began in the meantime: it has to pass one then, or
	/// whoever shows up between rounds only would earn. In that one it is not to take part any more; one that has to prove
	/// itself and whose turn has passed gets another. If none began, nothing changes for a GPU that is not online: in a round
	/// that is on it has to take part, and to prove itself, as if it had not been away.
	fn return_member(operator: OperatorId, position: u32) {
		Roster::<T>::mutate(operator, position, |member| {
			let Some(member) = member else { return };
			let Some(since) = member.away.take() else { return };
			let rounds = Rounds::<T>::get();
			let missed = since < rounds;
			let online = member.left == 0
				&& !missed && Self::hosted(operator, member.gpu).is_some()
				&& Self::stand(member.gpu, GpuStatus::Online, T::Clock::now());
			if !online {
				member.left = member.left.max(1);
			}
			if missed && member.from <= rounds {
				member.from = if member.unproven {
					Self::take_ticket()
				} else {
					rounds.saturating_add(1)
				};
			}
			Self::deposit_event(Event::CameBack {
				gpu: member.gpu,
				must_pass: !online,
			});
		});
	}

	/// Puts a GPU that `operator` hosts at the end of its roster. Does nothing if it cannot be attested.
	fn enroll(
		operator: OperatorId,
		record: &mut AttestorRecord<T::AccountId>,
		gpu: GpuId,
		before: Option<(OperatorId, u32)>,
	) {
		let Some(facts) = Self::hosted(operator, gpu).filter(|facts| Profiles::<T>::contains_key(facts.model)) else {
			return;
		};
		if record.gpus >= MAX_GPUS {
			return;
		}
		if let Some((host, position)) = before {
			Roster::<T>::mutate(host, position, |member| {
				if let Some(member) = member {
					member.gone = true;
				}
			});
		}
		// Nobody vouches for it at this host.
		if facts.status == GpuStatus::Online {
			Self::stand(gpu, GpuStatus::Offline, T::Clock::now());
		}
		let (position, from) = (record.gpus, Self::take_ticket());
		let member = MemberRecord::new(gpu, from, Parameters::<T>::get().passes.get());
		Roster::<T>::insert(operator, position, member);
		Places::<T>::insert(gpu, (operator, position));
		record.gpus = position.saturating_add(1);
		Self::deposit_event(Event::Enrolled {
			operator,
			gpu,
			position,
			from,
		});
	}

	/// Takes the GPU at `position` off the roster; the last one takes its place.
	///
	/// Only while a round closes, which goes through a roster from its end: those behind are done with.
	pub(crate) fn remove(operator: OperatorId, record: &mut AttestorRecord<T::AccountId>, position: u32) {
		let Some(member) = Roster::<T>::take(operator, position) else {
			return;
		};
		record.gpus = record.gpus.saturating_sub(1);
		if let Some(last) = Roster::<T>::take(operator, record.gpus) {
			Roster::<T>::insert(operator, position, last);
			if !last.gone {
				Places::<T>::insert(last.gpu, (operator, position));
			}
		}
		if !member.gone {
			Places::<T>::remove(member.gpu);
		}
		Attestors::<T>::insert(operator, record);
		Self::deposit_event(Event::Removed {
			operator,
			gpu: member.gpu,
		});
	}
}
