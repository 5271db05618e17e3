//! Heartbeats, and what happens when one is missed.

use crate::{
	messages, AttestorRecord, Attestors, Changes, Config, Due, Error, Event, NextDue, Pallet, Parameters, Vouched,
	WeightInfo,
};
use codec::Encode;
use frame_support::{
	dispatch::DispatchResult,
	ensure,
	pallet_prelude::{TransactionSource, TransactionValidityError, ValidTransaction, Weight},
	weights::WeightMeter,
};
use millpond_primitives::{GpuId, Minute, OperatorId};
use millpond_traits::{Clock, Fact, Hosts, Operators};
use sp_core::H256;
use sp_runtime::{
	traits::{Verify, Zero},
	transaction_validity::{InvalidTransaction, TransactionPriority, TransactionValidityWithRefund},
	DispatchError,
};

/// For how many blocks a heartbeat waits to be included: about three minutes of them, so that a node that sees it drop can
/// send another in the same period.
const LONGEVITY: u64 = 64;

/// Commits and heartbeats come before what pays tips: each is one small transaction of one operator in its time.
const PRIORITY: TransactionPriority = TransactionPriority::MAX / 2;

/// Fails with `error` unless `condition` holds.
pub(crate) fn require(condition: bool, error: InvalidTransaction) -> Result<(), TransactionValidityError> {
	if condition {
		Ok(())
	} else {
		Err(error.into())
	}
}

impl<T: Config> Pallet<T> {
	/// The hash of the first block, which tells chains apart.
	pub(crate) fn genesis_hash() -> H256 {
		frame_system::Pallet::<T>::block_hash(frame_system::pallet_prelude::BlockNumberFor::<T>::zero())
	}

	/// The present period, by its first minute.
	pub(crate) fn present_period() -> Minute {
		let now = T::Clock::now();
		let passed = now.checked_rem(Parameters::<T>::get().period.get());
		now.saturating_sub(passed.unwrap_or_default())
	}

	/// Fails unless the operator's attestor signed `message`.
	pub(crate) fn require_signature(
		attestor: &T::AccountId,
		signature: &T::Signature,
		message: [u8; 32],
	) -> Result<(), TransactionValidityError> {
		require(signature.verify(&message[..], attestor), InvalidTransaction::BadProof)
	}

	/// The validity of an authorized transaction, of which there is one for each `tag`.
	pub(crate) fn valid_once(tag: impl Encode, longevity: u64) -> TransactionValidityWithRefund {
		let valid = ValidTransaction::with_tag_prefix("millpond-attestation")
			.priority(PRIORITY)
			.longevity(longevity)
			.and_provides(tag)
			.propagate(true)
			.build()?;
		Ok((valid, Weight::zero()))
	}

	pub(crate) fn do_set_attestor(who: &T::AccountId, operator: OperatorId, attestor: T::AccountId) -> DispatchResult {
		ensure!(
			T::Operators::holder(operator).as_ref() == Some(who),
			Error::<T>::NotHolder
		);
		Attestors::<T>::mutate(operator, |record| match record {
			Some(record) => record.attestor = attestor.clone(),
			None => {
				*record = Some(AttestorRecord {
					attestor: attestor.clone(),
					gpus: 0,
					beat: 0,
					vouched: None,
				});
			}
		});
		Self::deposit_event(Event::AttestorSet { operator, attestor });
		Ok(())
	}

	/// Whether a heartbeat may go into a block. What costs least is looked at first, the signature last.
	pub(crate) fn authorize_heartbeat(
		_: TransactionSource,
		operator: &OperatorId,
		period: &Minute,
		away: &Changes<T>,
		back: &Changes<T>,
		signature: &T::Signature,
	) -> TransactionValidityWithRefund {
		let record = Attestors::<T>::get(operator).ok_or(InvalidTransaction::BadSigner)?;
		require(record.beat < *period, InvalidTransaction::Stale)?;
		let present = Self::present_period();
		require(*period >= present, InvalidTransaction::Stale)?;
		require(*period == present, InvalidTransaction::Future)?;
		let message = messages::heartbeat(Self::genesis_hash(), *operator, *period, away, back);
		Self::require_signature(&record.attestor, signature, message)?;
		Self::valid_once((b"beat", operator, period), LONGEVITY)
	}

	/// Notes the heartbeat of `period`, and returns what it cost. It does not fail for what the lists say: it would be valid
	/// again.
	pub(crate) fn do_heartbeat(
		operator: OperatorId,
		period: Minute,
		away: &[GpuId],
		back: &[GpuId],
	) -> Result<Weight, DispatchError> {
		let mut record = Attestors::<T>::get(operator).ok_or(Error::<T>::NotAttestor)?;
		let is_quiet = record.vouched.is_some() && away.is_empty() && back.is_empty();
		let groups = if is_quiet { 0 } else { T::Hosts::groups(operator) };
		away.iter().for_each(|gpu| Self::note_away(operator, *gpu));
		back.iter().for_each(|gpu| Self::note_back(operator, &mut record, *gpu));
		let length = Parameters::<T>::get().period.get();
		let until = period.saturating_add(length);
		let due = until.saturating_add(length);
		match record.vouched.replace(Vouched { until, due }) {
			Some(before) => Due::<T>::remove(before.due, operator),
			None => {
				T::Hosts::light(operator);
				Self::deposit_event(Event::Lit { operator });
			}
		}
		record.beat = period;
		Attestors::<T>::insert(operator, record);
		Due::<T>::insert(due, operator, ());
		NextDue::<T>::mutate(|next| *next = Some(next.map_or(due, |next| next.min(due))));
		Ok(Self::weight_of_heartbeat(away.len(), back.len(), groups))
	}

	/// What a heartbeat costs with so many GPUs that went away, and came back, of an operator that has so many groups.
	pub(crate) fn weight_of_heartbeat(away: usize, back: usize, groups: u32) -> Weight {
		let count = |gpus| u32::try_from(gpus).unwrap_or(u32::MAX);
		let more = |weight: fn(u32) -> Weight, gpus| weight(count(gpus)).saturating_sub(weight(0));
		T::WeightInfo::heartbeat(groups)
			.saturating_add(more(T::WeightInfo::heartbeat_away, away))
			.saturating_add(more(T::WeightInfo::heartbeat_back, back))
	}

	/// Darkens the operators that are due, in the order of their time, as far as `meter` allows.
	pub(crate) fn darken_missing(meter: &mut WeightMeter) {
		let Some(first) = NextDue::<T>::get() else {
			return;
		};
		let (mut minute, now) = (first, T::Clock::now());
		while minute <= now && meter.can_consume(T::WeightInfo::darken(T::Hosts::MAX_GROUPS)) {
			let next = Due::<T>::iter_key_prefix(minute).next();
			meter.consume(T::WeightInfo::darken(next.map_or(0, T::Hosts::groups)));
			match next {
				Some(operator) => Self::darken_if_missing(minute, operator, now),
				None => minute = minute.saturating_add(1),
			}
		}
		if minute != first {
			NextDue::<T>::put(minute);
		}
	}

	/// Darkens an operator that is due at `minute`, unless excused time gives it until later.
	fn darken_if_missing(minute: Minute, operator: OperatorId, now: Minute) {
		Due::<T>::remove(minute, operator);
		Attestors::<T>::mutate(operator, |record| {
			let Some(record) = record else { return };
			let Some(vouched) = record.vouched.take() else { return };
			let since = vouched.until.saturating_add(T::Clock::excused_since(vouched.until));
			let due = since.saturating_add(Parameters::<T>::get().period.get());
			if due > now {
				record.vouched = Some(Vouched { due, ..vouched });
				Due::<T>::insert(due, operator, ());
			} else {
				T::Hosts::darken(operator, since);
				T::Operators::note(operator, Fact::AttestationMissed);
				Self::deposit_event(Event::WentDark { operator, since });
			}
		});
	}
}
