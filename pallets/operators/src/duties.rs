//! What operators answer for, and how.

use crate::{Bonds, Config, Error, Event, Pallet, Reputations};
use frame_support::{
	defensive, ensure,
	traits::{
		fungible::Balanced,
		tokens::{Fortitude, Precision, Preservation},
		OnUnbalanced,
	},
};
use millpond_math::price::bct_owed;
use millpond_primitives::{Balance, Credits, OperatorId};
use millpond_traits::{Deeds, Duty, Fact, Operators, Prices};
use sp_runtime::{
	helpers_128bit::multiply_by_rational_with_rounding as mul_div, DispatchError, DispatchResult, Rounding,
};

impl<T: Config> Pallet<T> {
	/// What a duty asks now, in plancks, rounded up. There is no price for it while minting is halted.
	pub(crate) fn price_of(duty: Duty) -> Result<Balance, DispatchError> {
		if duty.credits == 0 {
			return Ok(duty.least);
		}
		let price = T::Prices::for_mint().map_err(|_| Error::<T>::NoPrice)?;
		let bond = bct_owed(duty.credits, price).ok_or(Error::<T>::Overflow)?;
		Ok(bond.max(duty.least))
	}
}

impl<T: Config> Operators<T::AccountId> for Pallet<T> {
	fn holder(operator: OperatorId) -> Option<T::AccountId> {
		T::Deeds::holder(operator)
	}

	fn take_on(operator: OperatorId, duty: Duty) -> DispatchResult {
		let bond = Self::price_of(duty)?;
		Self::try_mutate_bond(operator, |record| {
			ensure!(record.free() >= bond, Error::<T>::BondNotFree);
			record.duties = record.duties.checked_add(1).ok_or(Error::<T>::Overflow)?;
			record.asked = record.asked.checked_add(duty.credits).ok_or(Error::<T>::Overflow)?;
			record.least = record.least.checked_add(duty.least).ok_or(Error::<T>::Overflow)?;
			record.duty_bond = record.duty_bond.checked_add(bond).ok_or(Error::<T>::Overflow)?;
			Self::show_duties(operator, record);
			Ok(())
		})
	}

	/// What answered for it is its share of what answers for all.
	fn lay_down(operator: OperatorId, duty: Duty) -> DispatchResult {
		Self::try_mutate_bond(operator, |record| {
			record.duties = record.duties.checked_sub(1).ok_or(Error::<T>::Overflow)?;
			let asked = record.asked;
			record.asked = asked.checked_sub(duty.credits).ok_or(Error::<T>::Overflow)?;
			record.least = record.least.checked_sub(duty.least).ok_or(Error::<T>::Overflow)?;
			let left = mul_div(record.duty_bond, record.asked, asked, Rounding::Up).unwrap_or_default();
			record.duty_bond = left.max(record.least);
			Self::show_duties(operator, record);
			Ok(())
		})
	}

	fn revalue(operator: OperatorId, before: Duty, after: Duty) -> DispatchResult {
		let change = |sum: u128, less: u128, more: u128| sum.checked_sub(less).and_then(|left| left.checked_add(more));
		Self::try_mutate_bond(operator, |record| {
			record.asked = change(record.asked, before.credits, after.credits).ok_or(Error::<T>::Overflow)?;
			record.least = change(record.least, before.least, after.least).ok_or(Error::<T>::Overflow)?;
			record.duty_bond = record.duty_bond.max(record.least);
			Self::call_if_uncovered(operator, record);
			Ok(())
		})
	}

	fn answering(operator: OperatorId, credits: Credits) -> Balance {
		Bonds::<T>::get(operator).map_or(0, |record| record.answering(credits))
	}

	fn slash(operator: OperatorId, amount: Balance) -> Balance {
		let Some(mut record) = Bonds::<T>::get(operator) else {
			return 0;
		};
		let taken = record.take(amount);
		if taken == 0 {
			return 0;
		}
		let (account, preserve) = (T::Deeds::bond_account(operator), Preservation::Preserve);
		match T::Bct::withdraw(&account, taken, Precision::Exact, preserve, Fortitude::Force) {
			Ok(credit) => T::OnSlash::on_unbalanced(credit),
			Err(error) => {
				defensive!("the account of a bond has less than the bond", error);
				return 0;
			}
		}
		Self::show_bond(operator, &record);
		Self::deposit_event(Event::Slashed {
			operator,
			amount: taken,
		});
		Self::call_if_uncovered(operator, &mut record);
		Bonds::<T>::insert(operator, record);
		Reputations::<T>::mutate_extant(operator, |reputation| {
			reputation.slashes = reputation.slashes.saturating_add(1);
			reputation.slashed = reputation.slashed.saturating_add(taken);
		});
		taken
	}

	fn compensate(operator: OperatorId, to: &T::AccountId, credits: Credits) {
		Self::owe(operator, to, credits);
	}

	fn note(operator: OperatorId, fact: Fact) {
		Self::remember(operator, fact);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(holder: &T::AccountId) -> OperatorId {
		use crate::{Profile, Text};
		use frame_support::traits::{
			fungible::{Inspect, Mutate},
			Get,
		};
		use millpond_primitives::{Price, BCT};

		T::Prices::set_price(Price::from_u32(1));
		let profile = Profile {
			name: b"Babbage".to_vec().try_into().unwrap_or_default(),
			website: Text::default(),
			contact: Text::default(),
			region: b"GB".to_vec().try_into().unwrap_or_default(),
		};
		let bond = 100_000_000u128.saturating_mul(BCT);
		let needed = bond
			.saturating_add(T::Deposit::get())
			.saturating_add(T::Bct::minimum_balance());
		let minted = T::Bct::mint_into(holder, needed);
		assert!(minted.is_ok(), "BCT for a benchmark: {minted:?}");
		let registered = Self::do_register(holder, profile, bond);
		let Ok(operator) = registered else {
			panic!("an operator for a benchmark: {registered:?}")
		};
		operator
	}
}
