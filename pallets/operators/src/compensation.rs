//! What operators owe customers whom they failed.

use crate::{
	BondRecord, Bonds, CompensationRecord, Compensations, Config, Event, Pallet, Parameters, Payments, Queue,
	WeightInfo, PAYMENT_DAYS,
};
use frame_support::{
	defensive,
	traits::{fungible::Mutate, tokens::Preservation},
	weights::WeightMeter,
};
use millpond_math::{price::bct_for, window::Window};
use millpond_primitives::{Balance, Credits, OperatorId, BASIS_POINTS, MINUTES_PER_DAY};
use millpond_traits::{Clock, Deeds, Prices};

impl<T: Config> Pallet<T> {
	/// Puts a compensation into the queue.
	pub(crate) fn owe(operator: OperatorId, to: &T::AccountId, credits: Credits) {
		let (Some(mut record), true) = (Bonds::<T>::get(operator), credits > 0) else {
			return;
		};
		let due = T::Clock::now().saturating_add(Parameters::<T>::get().compensation_delay.get());
		let compensation = CompensationRecord {
			operator,
			to: to.clone(),
			credits,
			due,
		};
		record.owed = record.owed.saturating_add(1);
		Bonds::<T>::insert(operator, record);
		Queue::<T>::mutate(|queue| {
			Compensations::<T>::insert(queue.next, compensation);
			queue.next = queue.next.saturating_add(1);
		});
		Self::deposit_event(Event::CompensationOwed {
			operator,
			to: to.clone(),
			credits,
			due,
		});
	}

	/// Settles up to `count` compensations that are due, while `meter` lasts.
	pub(crate) fn settle_due(count: u32, meter: &mut WeightMeter) {
		for _ in 0..count {
			if meter.try_consume(T::WeightInfo::settle_compensation()).is_err() || !Self::settle_first() {
				return;
			}
		}
	}

	/// Settles the compensation that has waited longest. Tells whether it did: not while none is due, and not while there
	/// is no price or minting is halted.
	pub(crate) fn settle_first() -> bool {
		let mut queue = Queue::<T>::get();
		let Some(compensation) = Compensations::<T>::get(queue.first).filter(|first| first.due <= T::Clock::now())
		else {
			return false;
		};
		let Ok(price) = T::Prices::for_compensation() else {
			return false;
		};
		Compensations::<T>::remove(queue.first);
		queue.first = queue.first.saturating_add(1);
		Queue::<T>::put(queue);
		let worth = bct_for(compensation.credits, price).unwrap_or(Balance::MAX);
		let paid = Self::pay(&compensation, worth);
		let CompensationRecord {
			operator, to, credits, ..
		} = compensation;
		Self::deposit_event(Event::CompensationSettled {
			operator,
			to,
			credits,
			paid,
			void: worth.saturating_sub(paid),
		});
		true
	}

	/// Pays up to `worth` plancks and returns how many.
	fn pay(compensation: &CompensationRecord<T::AccountId>, worth: Balance) -> Balance {
		let operator = compensation.operator;
		let Some(mut record) = Bonds::<T>::get(operator) else {
			defensive!("an operator retired while it owed compensation");
			return 0;
		};
		record.owed = record.owed.saturating_sub(1);
		let mut payments = Self::payments(operator);
		let mut amount = worth.min(Self::compensation_left(&record, &payments));
		let account = T::Deeds::bond_account(operator);
		// It fails where the amount does not open an account that is not there.
		if T::Bct::transfer(&account, &compensation.to, amount, Preservation::Preserve).is_err() {
			amount = 0;
		}
		if record.take(amount) > 0 {
			payments.add(amount);
			Payments::<T>::insert(operator, payments);
			Self::show_bond(operator, &record);
			Self::call_if_uncovered(operator, &mut record);
		}
		Bonds::<T>::insert(operator, record);
		amount
	}

	/// What compensation has taken of the operator's bond, up to today.
	pub(crate) fn payments(operator: OperatorId) -> Window<PAYMENT_DAYS> {
		let mut payments = Payments::<T>::get(operator);
		payments.roll(T::Clock::now() / MINUTES_PER_DAY);
		payments
	}

	/// What compensation may still take now: its share of what the bond would be without the payments of the last 30 days,
	/// less these.
	pub(crate) fn compensation_left(record: &BondRecord, payments: &Window<PAYMENT_DAYS>) -> Balance {
		let paid = payments.sum();
		let share = Balance::from(Parameters::<T>::get().compensation_share.get());
		let parts = record.reachable().saturating_add(paid).saturating_mul(share);
		let most = parts.checked_div(BASIS_POINTS.into()).unwrap_or_default();
		most.saturating_sub(paid)
	}
}
