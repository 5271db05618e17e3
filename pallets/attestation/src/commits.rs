//! One root of each operator over what its GPUs filled, and one over what they walked.

use crate::{
	count_present, extent, heartbeats::require, messages, AttestorRecord, Attestors, CommitRecord, Commits, Config,
	Error, Event, Order, Pallet, Phase, Presence, Round, RoundIndex, RoundRecord, WalkRecord,
};
use frame_support::{
	dispatch::DispatchResult,
	pallet_prelude::{TransactionSource, TransactionValidityError},
};
use millpond_primitives::OperatorId;
use millpond_proof::Hash;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityWithRefund};

impl<T: Config> Pallet<T> {
	/// The operator's attestor and the round that is on, if it is `round` and in `phase`. What costs least is looked at
	/// first.
	fn committing(
		operator: OperatorId,
		round: RoundIndex,
		phase: Phase,
	) -> Result<(AttestorRecord<T::AccountId>, RoundRecord), TransactionValidityError> {
		let present = Round::<T>::get().ok_or(InvalidTransaction::Stale)?;
		require(present.index <= round, InvalidTransaction::Stale)?;
		require(present.index >= round, InvalidTransaction::Future)?;
		require(present.phase == phase, InvalidTransaction::Stale)?;
		let record = Attestors::<T>::get(operator).ok_or(InvalidTransaction::BadSigner)?;
		Ok((record, present))
	}

	/// Whether a commit to fills may go into a block.
	pub(crate) fn authorize_commit_fill(
		_: TransactionSource,
		operator: &OperatorId,
		round: &RoundIndex,
		root: &Hash,
		signature: &T::Signature,
	) -> TransactionValidityWithRefund {
		let (record, present) = Self::committing(*operator, *round, Phase::Fill)?;
		require(record.gpus > 0, InvalidTransaction::Call)?;
		require(!Commits::<T>::contains_key(operator), InvalidTransaction::Stale)?;
		let message = messages::commit_fill(Self::genesis_hash(), *operator, *round, root);
		Self::require_signature(&record.attestor, signature, message)?;
		Self::valid_once((b"fill", operator, round), present.left.into())
	}

	pub(crate) fn do_commit_fill(operator: OperatorId, round: RoundIndex, root: Hash) {
		Commits::<T>::insert(operator, CommitRecord { fill: root, walk: None });
		Self::deposit_event(Event::FillCommitted { round, operator });
	}

	/// Whether a commit to walks may go into a block.
	pub(crate) fn authorize_commit_walk(
		_: TransactionSource,
		operator: &OperatorId,
		round: &RoundIndex,
		root: &Hash,
		present: &Presence,
		signature: &T::Signature,
	) -> TransactionValidityWithRefund {
		let (record, now) = Self::committing(*operator, *round, Phase::Walk)?;
		require(extent(present) <= record.gpus, InvalidTransaction::Call)?;
		let commit = Commits::<T>::get(operator).ok_or(InvalidTransaction::Stale)?;
		require(commit.walk.is_none(), InvalidTransaction::Stale)?;
		let message = messages::commit_walk(Self::genesis_hash(), *operator, *round, root, present);
		Self::require_signature(&record.attestor, signature, message)?;
		Self::valid_once((b"walk", operator, round), now.left.into())
	}

	pub(crate) fn do_commit_walk(
		operator: OperatorId,
		index: RoundIndex,
		root: Hash,
		present: Presence,
	) -> DispatchResult {
		let mut round = Round::<T>::get().ok_or(Error::<T>::NotNow)?;
		let mut commit = Commits::<T>::get(operator).ok_or(Error::<T>::NotCommitted)?;
		let (place, count) = (round.operators, count_present(&present));
		round.operators = place.saturating_add(1);
		round.present = round.present.saturating_add(count.into());
		Order::<T>::insert(place, (round.present, operator));
		Round::<T>::put(round);
		commit.walk = Some(WalkRecord { root, present, place });
		Commits::<T>::insert(operator, commit);
		Self::deposit_event(Event::WalkCommitted {
			round: index,
			operator,
			present: count,
		});
		Ok(())
	}
}
