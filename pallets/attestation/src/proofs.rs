//! Proofs of single GPUs, and what becomes of those that are none.

use crate::{
	Answer, Attestors, Commits, Config, Error, Event, Pallet, Parameters, Phase, Picks, Places, Profiles, Roster,
	Round, RoundIndex, RoundRecord, Share, WeightInfo,
};
use frame_support::{
	dispatch::{DispatchResult, Pays, PostDispatchInfo},
	ensure,
	weights::Weight,
};
use millpond_primitives::{Balance, GpuId, OperatorId, BASIS_POINTS};
use millpond_proof::{operator, seeds::seed, verify, Hash, Purpose, Refusal, Seeds};
use millpond_traits::{Clock, Fact, GpuLifecycle, Gpus, Operators};
use sp_runtime::DispatchError;

/// How many siblings on paths count as an opening when a proof is weighed: as many as one has in a fill of 2^31 chunks,
/// which is 128 GiB, and a walk of 2^26 steps.
pub(crate) const SIBLINGS_PER_OPENING: usize = 9 * 31 + 2 * 27;

/// What a GPU is to do in a round with this randomness.
pub(crate) fn purpose_seed(purpose: Purpose, genesis: &Hash, round: RoundIndex, gpu: GpuId, randomness: &Hash) -> Hash {
	seed(purpose, genesis, round.into(), gpu, randomness)
}

impl<T: Config> Pallet<T> {
	/// What checking `answer` costs, whatever comes of it.
	pub(crate) fn weight_of_proof(k: u32, answer: &Answer) -> Weight {
		Self::weight_of_check(k, answer).saturating_add(T::WeightInfo::condemn())
	}

	/// What checking `answer` costs if it holds, or is refused.
	fn weight_of_check(k: u32, answer: &Answer) -> Weight {
		let entries = answer.proof.entries.iter().map(|opening| opening.path.len());
		let steps = answer.proof.steps.iter().flat_map(|opening| {
			let reads = opening.reads.iter().map(|read| read.path.len());
			reads.chain([opening.state_path.len(), opening.after_path.len()])
		});
		let siblings = entries.chain(steps).fold(0usize, |sum, path| sum.saturating_add(path));
		let openings = answer.proof.entries.len().max(answer.proof.steps.len());
		let openings = openings.max(siblings.div_ceil(SIBLINGS_PER_OPENING));
		let keystream = u64::try_from(answer.proof.entries.len())
			.unwrap_or(u64::MAX)
			.saturating_mul(k.into())
			.saturating_mul(2)
			.div_ceil(1_024);
		T::WeightInfo::prove(
			u32::try_from(keystream).unwrap_or(u32::MAX),
			u32::try_from(openings).unwrap_or(u32::MAX),
		)
	}

	/// Checks an answer. Tells whether the fee is due, and what it cost.
	pub(crate) fn do_prove(
		who: &T::AccountId,
		index: RoundIndex,
		gpu: GpuId,
		k: u32,
		answer: &Answer,
	) -> Result<PostDispatchInfo, DispatchError> {
		let round = Round::<T>::get()
			.filter(|round| round.index == index && round.phase == Phase::Proving)
			.ok_or(Error::<T>::NotNow)?;
		let (operator, position) = Places::<T>::get(gpu).ok_or(Error::<T>::NotEnrolled)?;
		let attestor = Attestors::<T>::get(operator).map(|record| record.attestor);
		ensure!(attestor.as_ref() == Some(who), Error::<T>::NotAttestor);
		let facts = Self::hosted(operator, gpu).ok_or(Error::<T>::NotEnrolled)?;
		Self::ensure_to_prove(index, operator, position, gpu)?;
		let profile = Profiles::<T>::get(facts.model)
			.ok_or(Error::<T>::WrongProfile)?
			.in_round(index);
		ensure!(profile.k() == k, Error::<T>::WrongProfile);
		let commit = Commits::<T>::get(operator).ok_or(Error::<T>::NothingToProve)?;
		let walk = commit.walk.ok_or(Error::<T>::NothingToProve)?;
		ensure!(
			operator::contains(&commit.fill, gpu, &answer.roots.fill, &answer.fill)
				&& operator::contains(&walk.root, gpu, &answer.roots.walk, &answer.walk),
			Error::<T>::NotCommitted
		);
		let seeds = Self::seeds(&round, gpu).ok_or(Error::<T>::NotNow)?;
		match verify(&profile, &seeds, &answer.roots, &answer.proof) {
			Ok(()) => {
				Picks::<T>::insert(operator, gpu, true);
				Self::deposit_event(Event::Proven { round: index, gpu });
				Ok(PostDispatchInfo {
					actual_weight: Some(Self::weight_of_check(k, answer)),
					pays_fee: Pays::No,
				})
			}
			// Both are found only in what leads to the roots: the attestor signed for it.
			Err(refusal @ (Refusal::EntryIsNotProduct | Refusal::StepDoesNotFollow)) => {
				Self::condemn(index, operator, gpu, refusal)?;
				Ok(().into())
			}
			Err(Refusal::WrongNumberOfOpenings) => Err(Error::<T>::WrongNumberOfOpenings.into()),
			Err(_) => Err(Error::<T>::WrongOpening.into()),
		}
	}

	/// Fails unless the GPU was picked, or has to prove itself and took part, and has not done so yet.
	fn ensure_to_prove(
		round: RoundIndex,
		operator: OperatorId,
		position: u32,
		gpu: GpuId,
	) -> Result<(), DispatchError> {
		match Picks::<T>::get(operator, gpu) {
			Some(true) => Err(Error::<T>::AlreadyProven.into()),
			Some(false) => Ok(()),
			None => {
				let member = Roster::<T>::get(operator, position);
				let owes = member.is_some_and(|member| member.owes_proof_in(round));
				ensure!(owes && Self::took_part(operator, position), Error::<T>::NothingToProve);
				Ok(())
			}
		}
	}

	/// Whether the GPU has yet to prove itself in the round that is on, or may have to: it took part, and it is not known yet
	/// which GPUs are picked.
	fn may_owe_proof(gpu: GpuId) -> bool {
		let Some(round) = Round::<T>::get() else {
			return false;
		};
		let Some((operator, position)) = Places::<T>::get(gpu) else {
			return false;
		};
		if let Some(proven) = Picks::<T>::get(operator, gpu) {
			return !proven;
		}
		let may_be_picked = !matches!(round.phase, Phase::Proving | Phase::Closing);
		let member = Roster::<T>::get(operator, position);
		let may_owe = may_be_picked || member.is_some_and(|member| member.owes_proof_in(round.index));
		may_owe && Self::took_part(operator, position)
	}

	/// The GPU's seeds, if all are known.
	fn seeds(round: &RoundRecord, gpu: GpuId) -> Option<Seeds> {
		let genesis = Self::genesis_hash().0;
		let of = |purpose, randomness: Option<Hash>| {
			randomness.map(|randomness| purpose_seed(purpose, &genesis, round.index, gpu, &randomness))
		};
		Some(Seeds {
			fill: of(Purpose::Fill, round.fill)?,
			walk: of(Purpose::Walk, round.walk)?,
			pick: of(Purpose::Pick, round.pick)?,
		})
	}

	/// Retires a GPU that was caught, for good, and slashes its host.
	pub(crate) fn condemn(
		round: RoundIndex,
		operator: OperatorId,
		gpu: GpuId,
		refusal: Refusal,
	) -> Result<(), DispatchError> {
		T::Gpus::condemn(gpu, T::Clock::now())?;
		let slashed = Self::slash(operator, gpu, Parameters::<T>::get().fraud_slash, 0);
		T::Operators::note(operator, Fact::AttestationMissed);
		Self::deposit_event(Event::Condemned {
			round,
			operator,
			gpu,
			refusal,
			slashed,
		});
		Ok(())
	}

	/// Slashes the operator by `share` of what answers for the GPU, doubled for each of `strikes`, and at most all of that.
	/// Returns what was taken.
	pub(crate) fn slash(operator: OperatorId, gpu: GpuId, share: Share, strikes: u32) -> Balance {
		let bond = T::Gpus::bond(gpu);
		let factor = Balance::from(2u8)
			.saturating_pow(strikes)
			.saturating_mul(share.get().into());
		let factor = factor.min(BASIS_POINTS.into());
		let amount = bond
			.saturating_mul(factor)
			.checked_div(BASIS_POINTS.into())
			.unwrap_or_default();
		T::Operators::slash(operator, amount)
	}
}

impl<T: Config> millpond_traits::Proofs for Pallet<T> {
	fn ensure_none_owed(gpu: GpuId) -> DispatchResult {
		ensure!(!Self::may_owe_proof(gpu), Error::<T>::OwesProof);
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(gpu: GpuId) {
		crate::benchmarking::owes_nothing::<T>(gpu);
	}
}
