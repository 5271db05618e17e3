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
use millpond_primitives::{Balance, Credits, OperatorId};
use millpond_traits::{Deeds, Fact, Operators};
use sp_runtime::DispatchResult;

impl<T: Config> Operators<T::AccountId> for Pallet<T> {
	fn holder(operator: OperatorId) -> Option<T::AccountId> {
		T::Deeds::holder(operator)
	}

	fn take_on(operator: OperatorId, bond: Balance) -> DispatchResult {
		Self::try_mutate_bond(operator, |record| {
			ensure!(record.free() >= bond, Error::<T>::BondNotFree);
			record.duties = record.duties.checked_add(1).ok_or(Error::<T>::Overflow)?;
			record.duty_bond = record.duty_bond.checked_add(bond).ok_or(Error::<T>::Overflow)?;
			Self::show_duties(operator, record);
			Ok(())
		})
	}

	fn lay_down(operator: OperatorId, bond: Balance) -> DispatchResult {
		Self::try_mutate_bond(operator, |record| {
			record.duties = record.duties.checked_sub(1).ok_or(Error::<T>::Overflow)?;
			record.duty_bond = record.duty_bond.checked_sub(bond).ok_or(Error::<T>::Overflow)?;
			Self::show_duties(operator, record);
			Ok(())
		})
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
		Bonds::<T>::insert(operator, record);
		Reputations::<T>::mutate_extant(operator, |reputation| {
			reputation.slashes = reputation.slashes.saturating_add(1);
			reputation.slashed = reputation.slashed.saturating_add(taken);
		});
		Self::deposit_event(Event::Slashed {
			operator,
			amount: taken,
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
		use millpond_primitives::BCT;

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
