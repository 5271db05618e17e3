//! The queue of a pool: who waits longest is taken first, whatever group it is in.
//!
//! The GPUs of each group stand in a line of their own, linked both ways through their records, each with the number that it
//! drew when it came. The pool keeps the two ends of each line. The next GPU is the first one of lit lines with the lowest
//! number; to darken a group is to pass over its line. Nothing here depends on how many GPUs wait.

use crate::{Config, Ends, Error, Hosting, Line, MemberRecord, MemberState, Members, Pallet, Place, Queue, Queues};
use frame_support::ensure;
use millpond_math::streams::Status;
use millpond_primitives::{GpuId, OperatorId};

impl Queue {
	/// Adds a line for a new host. Returns whether there was room.
	pub(crate) fn add_line(&mut self, operator: OperatorId, lit: bool, suspended: bool) -> bool {
		let line = Line {
			operator,
			lit,
			suspended,
			waiting: 0,
			ends: None,
		};
		self.lines.try_push(line).is_ok()
	}

	/// Removes the line of a host that leaves.
	pub(crate) fn remove_line(&mut self, operator: OperatorId) {
		self.lines.retain(|line| line.operator != operator);
	}

	/// The line of a host.
	pub(crate) fn line(&mut self, operator: OperatorId) -> Option<&mut Line> {
		self.lines.iter_mut().find(|line| line.operator == operator)
	}

	/// The GPU that has waited longest in a lit group; of a suspended host only if no other waits.
	pub(crate) fn longest_waiting(&self) -> Option<GpuId> {
		let lit = self.lines.iter().filter(|line| line.lit);
		let ends = lit.filter_map(|line| line.ends.map(|ends| (line.suspended, ends)));
		let first = ends.min_by_key(|(suspended, ends)| (*suspended, ends.ticket));
		first.map(|(_, ends)| ends.first)
	}

	/// How many GPUs wait in lit groups: those of hosts that are suspended, or of all others.
	pub(crate) fn waiting(&self, suspended: bool) -> u32 {
		let lines = self.lines.iter().filter(|line| line.lit && line.suspended == suspended);
		lines.fold(0, |sum: u32, line| sum.saturating_add(line.waiting))
	}
}

impl<T: Config> Pallet<T> {
	/// What the streams reckon with while a GPU of the host waits: one whose host is suspended earns no availability.
	pub(crate) fn waiting_status(operator: OperatorId) -> Status {
		match Hosting::<T>::get(operator).suspended {
			true => Status::Kept,
			false => Status::Idle,
		}
	}

	/// Has `gpu` wait behind all others. Its record is the caller's to store.
	pub(crate) fn enqueue(queue: &mut Queue, gpu: GpuId, member: &mut MemberRecord) -> Result<(), Error<T>> {
		let ticket = queue.next;
		queue.next = ticket.checked_add(1).ok_or(Error::<T>::Inconsistent)?;
		let line = queue.line(member.operator).ok_or(Error::<T>::UnknownHost)?;
		line.waiting = line.waiting.saturating_add(1);
		let previous = line.ends.map(|ends| ends.last);
		line.ends = Some(line.ends.map_or(
			Ends {
				first: gpu,
				ticket,
				last: gpu,
			},
			|ends| Ends { last: gpu, ..ends },
		));
		if let Some(previous) = previous {
			Self::relink(previous, |place| place.next = Some(gpu))?;
		}
		member.state = MemberState::Waiting(Place {
			ticket,
			previous,
			next: None,
		});
		Ok(())
	}

	/// Takes the GPU at `place` out of the line of `operator`. Its record is the caller's to store.
	pub(crate) fn dequeue(queue: &mut Queue, operator: OperatorId, place: Place) -> Result<(), Error<T>> {
		let line = queue.line(operator).ok_or(Error::<T>::UnknownHost)?;
		line.waiting = line.waiting.saturating_sub(1);
		let ends = line.ends.as_mut().ok_or(Error::<T>::Inconsistent)?;
		let Place { previous, next, .. } = place;
		match (previous, next) {
			(None, None) => line.ends = None,
			(Some(previous), None) => {
				ends.last = previous;
				Self::relink(previous, |place| place.next = None)?;
			}
			(None, Some(next)) => {
				ends.first = next;
				ends.ticket = Self::relink(next, |place| {
					place.previous = None;
					place.ticket
				})?;
			}
			(Some(previous), Some(next)) => {
				Self::relink(previous, |place| place.next = Some(next))?;
				Self::relink(next, |place| place.previous = Some(previous))?;
			}
		}
		Ok(())
	}

	fn relink<R>(gpu: GpuId, change: impl FnOnce(&mut Place) -> R) -> Result<R, Error<T>> {
		Members::<T>::try_mutate(gpu, |member| match member {
			Some(MemberRecord {
				state: MemberState::Waiting(place),
				..
			}) => Ok(change(place)),
			_ => Err(Error::<T>::Inconsistent),
		})
	}

	/// Takes a GPU that waits out of the queue of its pool.
	pub(crate) fn leave_queue(member: &MemberRecord) -> Result<(), Error<T>> {
		if let MemberState::Waiting(place) = member.state {
			Queues::<T>::try_mutate(member.pool, |queue| Self::dequeue(queue, member.operator, place))?;
		}
		Ok(())
	}

	/// Has a GPU that was away or taken wait. Its record is the caller's to store.
	pub(crate) fn join_queue(gpu: GpuId, member: &mut MemberRecord) -> Result<(), Error<T>> {
		ensure!(
			!matches!(member.state, MemberState::Waiting(_)),
			Error::<T>::Inconsistent
		);
		Queues::<T>::try_mutate(member.pool, |queue| Self::enqueue(queue, gpu, member))
	}
}
