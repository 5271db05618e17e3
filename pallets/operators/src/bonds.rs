//! Raising bonds, and getting them back.

use crate::{BondRecord, Bonds, Chunk, Config, Error, Event, Pallet, Parameters};
use frame_support::{
	ensure,
	traits::{fungible::Mutate, tokens::Preservation},
};
use millpond_primitives::{Balance, OperatorId};
use millpond_traits::{Clock, Deeds};
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_bond_more(holder: &T::AccountId, operator: OperatorId, amount: Balance) -> DispatchResult {
		let account = T::Deeds::bond_account(operator);
		T::Bct::transfer(holder, &account, amount, Preservation::Preserve)?;
		Self::try_mutate_bond(operator, |record| {
			record.bond = record.bond.checked_add(amount).ok_or(Error::<T>::Overflow)?;
			Self::show_bond(operator, record);
			Self::deposit_event(Event::BondRaised { operator, amount });
			Self::review(operator, record);
			Ok(())
		})
	}

	pub(crate) fn do_unbond(operator: OperatorId, amount: Balance) -> DispatchResult {
		let parameters = Parameters::<T>::get();
		let due = T::Clock::now()
			.checked_add(parameters.unbonding.get())
			.ok_or(Error::<T>::Overflow)?;
		ensure!(amount > 0, Error::<T>::NothingToUnbond);
		Self::try_mutate_bond(operator, |record| {
			// What the duties need of the free bond, at the present price, is not free.
			Self::review(operator, record);
			ensure!(amount <= record.free(), Error::<T>::BondNotFree);
			record.bond = record.bond.saturating_sub(amount);
			let is_all = record.bond == 0 && record.duties == 0;
			ensure!(
				is_all || record.bond >= parameters.min_bond.get(),
				Error::<T>::BondTooSmall
			);
			record
				.unbonding
				.try_push(Chunk { amount, due })
				.map_err(|_| Error::<T>::TooManyChunks)?;
			Self::show_bond(operator, record);
			Ok(())
		})?;
		Self::deposit_event(Event::Unbonding { operator, amount, due });
		Ok(())
	}

	pub(crate) fn do_withdraw(operator: OperatorId) -> DispatchResult {
		let to = T::Deeds::holder(operator).ok_or(Error::<T>::UnknownOperator)?;
		let amount = Self::try_mutate_bond(operator, |record| Ok(record.take_due(T::Clock::now())))?;
		ensure!(amount > 0, Error::<T>::NothingDue);
		let account = T::Deeds::bond_account(operator);
		T::Bct::transfer(&account, &to, amount, Preservation::Preserve)?;
		Self::deposit_event(Event::Withdrawn { operator, to, amount });
		Ok(())
	}

	/// Changes the bond of an operator, unless `change` fails.
	pub(crate) fn try_mutate_bond<R>(
		operator: OperatorId,
		change: impl FnOnce(&mut BondRecord) -> Result<R, DispatchError>,
	) -> Result<R, DispatchError> {
		Bonds::<T>::try_mutate(operator, |record| {
			change(record.as_mut().ok_or(Error::<T>::UnknownOperator)?)
		})
	}
}
