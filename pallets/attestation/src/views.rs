//! What workers, wallets and services ask for.

use crate::{
	proofs::purpose_seed, AttestorRecord, Attestors, Challenge, Commits, Config, Duties, GpuAttestation, MemberRecord,
	Pallet, Parameters, Phase, Picks, Places, Profiles, Roster, Round, RoundRecord, RoundStatus, Rounds,
};
use alloc::vec::Vec;
use millpond_primitives::{GpuId, OperatorId};
use millpond_proof::{Hash, Purpose};
use millpond_traits::{Gpus, Hosts};

/// How many members of a roster one answer has at most.
const PAGE: usize = 1_000;

/// How many GPUs that owe a proof one answer names at most.
const MOST_PROOFS: usize = 100;

impl<T: Config> Pallet<T> {
	/// How a GPU stands with attestation.
	pub fn status_of(gpu: GpuId) -> Option<GpuAttestation> {
		let (operator, position) = Places::<T>::get(gpu)?;
		let member = Roster::<T>::get(operator, position)?;
		let forgiveness = Parameters::<T>::get().forgiveness.get();
		Some(GpuAttestation {
			operator,
			position,
			member,
			strikes: member.strikes_in(Rounds::<T>::get(), forgiveness),
			owes_proof: Self::owes_proof(operator, position, &member),
		})
	}

	/// Whether the GPU has yet to prove itself in the round that is on. None if it has not to.
	fn owes_proof(operator: OperatorId, position: u32, member: &MemberRecord) -> Option<bool> {
		let round = Round::<T>::get().filter(|round| matches!(round.phase, Phase::Picking | Phase::Proving))?;
		match Picks::<T>::get(operator, member.gpu) {
			Some(proven) => Some(!proven),
			None => (member.owes_proof_in(round.index) && Self::took_part(operator, position)).then_some(true),
		}
	}

	/// The round that is on.
	pub fn round_status() -> Option<RoundStatus> {
		let round = Round::<T>::get()?;
		Some(RoundStatus {
			index: round.index,
			opened: round.opened,
			phase: round.phase,
			blocks_left: (round.left > 0).then_some(round.left),
			operators: round.operators,
			present: round.present,
		})
	}

	/// What the GPU is asked to do in the round that is on.
	pub fn challenge_of(gpu: GpuId) -> Option<Challenge> {
		let round = Round::<T>::get()?;
		let facts = T::Gpus::facts(gpu)?;
		let profile = Profiles::<T>::get(facts.model)?.in_round(round.index);
		let genesis = Self::genesis_hash().0;
		let seed = |purpose, randomness: Option<Hash>| {
			randomness.map(|randomness| purpose_seed(purpose, &genesis, round.index, gpu, &randomness))
		};
		Some(Challenge {
			round: round.index,
			free: T::Hosts::was_free(gpu),
			profile,
			fill: seed(Purpose::Fill, round.fill),
			walk: seed(Purpose::Walk, round.walk),
			pick: seed(Purpose::Pick, round.pick),
		})
	}

	/// What an operator's node still has to do.
	pub fn duties_of(operator: OperatorId) -> Option<Duties<T::AccountId>> {
		let record = Attestors::<T>::get(operator)?;
		let (period, commit) = (Self::present_period(), Commits::<T>::get(operator));
		let in_phase = |phase: Phase| Round::<T>::get().is_some_and(|round: RoundRecord| round.phase == phase);
		Some(Duties {
			gpus: record.gpus,
			period,
			owes_heartbeat: record.beat < period,
			dark: record.vouched.is_none(),
			owes_fill: record.gpus > 0 && commit.is_none() && in_phase(Phase::Fill),
			owes_walk: commit.as_ref().is_some_and(|commit| commit.walk.is_none()) && in_phase(Phase::Walk),
			owes_proofs: Self::proofs_owed(operator, &record),
			attestor: record.attestor,
			commit,
		})
	}

	fn proofs_owed(operator: OperatorId, record: &AttestorRecord<T::AccountId>) -> Vec<GpuId> {
		(0..record.gpus)
			.filter_map(|position| {
				let member = Roster::<T>::get(operator, position)?;
				let owes = Self::owes_proof(operator, position, &member)?;
				owes.then_some(member.gpu)
			})
			.take(MOST_PROOFS)
			.collect()
	}

	/// The GPUs on an operator's roster from position `first` on.
	pub fn roster_from(operator: OperatorId, first: u32) -> Vec<MemberRecord> {
		(first..=u32::MAX)
			.map_while(|position| Roster::<T>::get(operator, position))
			.take(PAGE)
			.collect()
	}
}
