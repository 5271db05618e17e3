//! The end of a round: what follows for each GPU.
//!
//! The rosters are gone through one after another, each from its end, a GPU at a time. What a round stored goes with it.

use crate::{
	is_present, AttestorRecord, Attestors, CommitRecord, Commits, Config, Due, Event, MemberRecord, Miss, Order,
	Pallet, Parameters, Picks, Roster, RoundRecord, Sweep, WeightInfo,
};
use frame_support::weights::{Weight, WeightMeter};
use millpond_primitives::OperatorId;
use millpond_traits::{Clock, Fact, GpuFacts, GpuStatus, Hosts, Operators};

/// What a round says of a GPU.
enum Verdict {
	/// It was not to take part, or could not.
	None,
	/// It passed, and that counts towards its going online if it is not.
	Passed {
		/// Whether it does.
		counts: bool,
	},
	/// It was free and did not take part.
	Absent,
	/// It was to prove itself and did not.
	Unanswered,
}

impl<T: Config> Pallet<T> {
	/// What it costs to look at a GPU and to deal with it, at most.
	pub(crate) fn weight_of_verdict() -> Weight {
		T::WeightInfo::verdict_none()
			.max(T::WeightInfo::verdict_unanswered())
			.max(T::WeightInfo::verdict_passed())
	}

	/// Goes on with the closing of a round, as far as `meter` allows. Tells whether it is done.
	pub(crate) fn sweep(round: &mut RoundRecord, meter: &mut WeightMeter) -> bool {
		let enough = T::WeightInfo::sweep_operator().saturating_add(Self::weight_of_verdict());
		while meter.can_consume(enough) {
			meter.consume(T::WeightInfo::sweep_operator());
			let Some((operator, mut record)) = Self::operator_in_work(&mut round.sweep) else {
				return true;
			};
			let commit = Commits::<T>::get(operator);
			while let Some(position) = round.sweep.left.checked_sub(1) {
				if !meter.can_consume(Self::weight_of_verdict()) {
					return false;
				}
				round.sweep.left = position;
				meter.consume(Self::judge(round, operator, &mut record, commit.as_ref(), position));
			}
			Self::finish_operator(&round.sweep, operator, &record, commit);
		}
		false
	}

	/// The operator whose roster is gone through, or the next one when it is done with.
	fn operator_in_work(sweep: &mut Sweep) -> Option<(OperatorId, AttestorRecord<T::AccountId>)> {
		if sweep.left == 0 {
			let next = match sweep.operator {
				None => Attestors::<T>::iter_keys().next(),
				Some(last) => Attestors::<T>::iter_keys_from(Attestors::<T>::hashed_key_for(last)).next(),
			}?;
			*sweep = Sweep {
				operator: Some(next),
				left: Attestors::<T>::get(next)?.gpus,
				passed: false,
				missed: false,
			};
		}
		let operator = sweep.operator?;
		Some((operator, Attestors::<T>::get(operator)?))
	}

	/// Notes what the round says of an operator, and forgets what it committed to; and the operator, if it is no more.
	fn finish_operator(
		sweep: &Sweep,
		operator: OperatorId,
		record: &AttestorRecord<T::AccountId>,
		commit: Option<CommitRecord>,
	) {
		if sweep.missed {
			T::Operators::note(operator, Fact::AttestationMissed);
		} else if sweep.passed {
			T::Operators::note(operator, Fact::AttestationPassed);
		}
		if let Some(commit) = commit {
			Commits::<T>::remove(operator);
			if let Some(walk) = commit.walk {
				Order::<T>::remove(walk.place);
			}
		}
		if record.gpus == 0 && T::Operators::holder(operator).is_none() {
			Attestors::<T>::remove(operator);
			if let Some(vouched) = record.vouched {
				Due::<T>::remove(vouched.due, operator);
			}
		}
	}

	/// Deals with the GPU at `position` of the operator's roster. Returns what that cost.
	pub(crate) fn judge(
		round: &mut RoundRecord,
		operator: OperatorId,
		record: &mut AttestorRecord<T::AccountId>,
		commit: Option<&CommitRecord>,
		position: u32,
	) -> Weight {
		let Some(mut member) = Roster::<T>::get(operator, position) else {
			return T::WeightInfo::verdict_none();
		};
		let picked = Picks::<T>::get(operator, member.gpu);
		if picked.is_some() {
			Picks::<T>::remove(operator, member.gpu);
		}
		let facts = Self::hosted(operator, member.gpu).filter(|_| !member.gone);
		let Some(facts) = facts else {
			Self::remove(operator, record, position);
			return T::WeightInfo::verdict_none();
		};
		let walk = commit.and_then(|commit| commit.walk.as_ref());
		let present = walk.is_some_and(|walk| is_present(&walk.present, position));
		let before = member;
		let weight = match Self::verdict(round, &member, present, picked) {
			Verdict::None => T::WeightInfo::verdict_none(),
			Verdict::Passed { counts } => {
				round.sweep.passed = true;
				if counts {
					Self::pass(round, &mut member, &facts);
					T::WeightInfo::verdict_passed()
				} else {
					T::WeightInfo::verdict_none()
				}
			}
			Verdict::Absent => {
				round.sweep.missed = true;
				Self::strike(round, operator, &mut member, &facts, false);
				T::WeightInfo::verdict_unanswered()
			}
			Verdict::Unanswered => {
				round.sweep.missed = true;
				Self::strike(round, operator, &mut member, &facts, true);
				T::WeightInfo::verdict_unanswered()
			}
		};
		// The turn of one that still has to prove itself is over. It gets another, if it was away when it is back.
		if member.unproven && member.from <= round.index && member.was_there_in(round.index) {
			member.from = Self::take_ticket();
		}
		if member != before {
			Roster::<T>::insert(operator, position, member);
		}
		weight
	}

	/// What the round says of a GPU that took part or not, and was picked (Some) and has proven itself (Some(true)) or not.
	fn verdict(round: &RoundRecord, member: &MemberRecord, present: bool, picked: Option<bool>) -> Verdict {
		let due = member.from <= round.index;
		let away = !member.was_there_in(round.index);
		match (present, picked) {
			(_, Some(false)) => Verdict::Unanswered,
			(_, Some(true)) => Verdict::Passed {
				counts: member.left > 0 && member.away.is_none(),
			},
			(true, None) if member.owes_proof_in(round.index) => Verdict::Unanswered,
			(true, None) => Verdict::Passed {
				counts: member.left > 0 && member.away.is_none() && due && !member.unproven,
			},
			// Nothing is lost for one that has to prove itself: its turn comes again.
			(false, None) if !due || away || member.unproven || !T::Hosts::was_free(member.gpu) => Verdict::None,
			(false, None) => Verdict::Absent,
		}
	}

	/// Counts a pass of a GPU that is not online, and has it stand as that makes it.
	fn pass(round: &RoundRecord, member: &mut MemberRecord, facts: &GpuFacts) {
		let gpu = member.gpu;
		let now = T::Clock::now();
		member.unproven = false;
		member.left = member.left.saturating_sub(1);
		if matches!(facts.status, GpuStatus::Registered | GpuStatus::Suspended) {
			Self::stand(gpu, GpuStatus::Probation, now);
		}
		if member.left == 0 && !Self::stand(gpu, GpuStatus::Online, now) {
			member.left = 1;
		}
		Self::deposit_event(Event::Passed {
			round: round.index,
			gpu,
			left: member.left,
		});
	}

	/// Gives a GPU a strike, and has it stand as that makes it. If it was to prove itself, its host is slashed.
	fn strike(
		round: &RoundRecord,
		operator: OperatorId,
		member: &mut MemberRecord,
		facts: &GpuFacts,
		unanswered: bool,
	) {
		let parameters = Parameters::<T>::get();
		let gpu = member.gpu;
		let earlier = member.strikes_in(round.index, parameters.forgiveness.get());
		let miss = if unanswered {
			let slashed = Self::slash(operator, gpu, parameters.unanswered_slash, earlier);
			Miss::Unanswered { slashed }
		} else {
			Miss::Absent
		};
		let strikes = earlier.saturating_add(1);
		let suspended = strikes >= parameters.strikes.get();
		member.struck = round.index;
		member.strikes = if suspended { 0 } else { strikes };
		member.left = if suspended {
			parameters.passes.get()
		} else {
			member.left.max(1)
		};
		member.unproven |= suspended || unanswered;
		let status = if suspended {
			GpuStatus::Suspended
		} else {
			GpuStatus::Offline
		};
		if facts.status.can_become(status) {
			Self::stand(gpu, status, T::Clock::now());
		}
		Self::deposit_event(Event::Struck {
			round: round.index,
			operator,
			gpu,
			miss,
			strikes: member.strikes,
		});
	}
}
