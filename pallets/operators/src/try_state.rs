//! The invariants. The list stands in the README.

use crate::{
	Bonds, Compensations, Config, NextOperator, Pallet, Payments, Profiles, Queue, Reputations, Service, Short,
	ShortRecord,
};
use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::Inspect};
use millpond_primitives::OperatorId;
use millpond_traits::Deeds;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_bonds()?;
		Self::check_records()?;
		Self::check_queue()
	}

	fn check_bonds() -> Result<(), TryRuntimeError> {
		for (operator, record) in Bonds::<T>::iter() {
			ensure!(
				T::Deeds::holder(operator).is_some(),
				"nobody holds the NFT of an operator"
			);
			let balance = T::Bct::balance(&T::Deeds::bond_account(operator));
			ensure!(
				balance >= record.reachable().saturating_add(record.deposit),
				"the account of a bond has less than the bond"
			);
			ensure!(
				record.duties > 0 || (record.duty_bond, record.asked, record.least) == (0, 0, 0),
				"a bond answers for no duty"
			);
			ensure!(
				record.least <= record.duty_bond,
				"less answers for duties than the least"
			);
			ensure!(
				record.bond >= record.duty_bond || record.shortfall.is_some() || record.duties == 0,
				"a bond does not cover its duties and the operator is not called"
			);
			ensure!(
				record.unbonding.iter().all(|chunk| chunk.amount > 0),
				"nothing is unbonding"
			);
		}
		let mut short = ShortRecord::default();
		for shortfall in Bonds::<T>::iter_values().filter_map(|record| record.shortfall) {
			let count = short.of(shortfall);
			*count = count.saturating_add(1);
		}
		ensure!(
			short == Short::<T>::get(),
			"operators whose bonds are short are not counted as they are"
		);
		Ok(())
	}

	fn check_records() -> Result<(), TryRuntimeError> {
		let next = NextOperator::<T>::get();
		let is_registered = |operator: OperatorId| operator < next && Bonds::<T>::contains_key(operator);
		ensure!(
			Bonds::<T>::iter_keys().count() == Profiles::<T>::iter_keys().count()
				&& Bonds::<T>::iter_keys().count() == Reputations::<T>::iter_keys().count(),
			"bonds, profiles and reputations are not of the same operators"
		);
		ensure!(
			Profiles::<T>::iter_keys()
				.chain(Reputations::<T>::iter_keys())
				.chain(Payments::<T>::iter_keys())
				.all(is_registered),
			"something is kept of somebody who is no operator"
		);
		let is_possible = |service: Service| service.delivered <= service.promised;
		ensure!(
			Reputations::<T>::iter_values()
				.all(|reputation| is_possible(reputation.lifetime) && is_possible(reputation.recent)),
			"more was delivered than promised"
		);
		Ok(())
	}

	fn check_queue() -> Result<(), TryRuntimeError> {
		let queue = Queue::<T>::get();
		let mut owed = BTreeMap::<OperatorId, u32>::new();
		for number in queue.first..queue.next {
			let compensation = Compensations::<T>::get(number).ok_or("a compensation is not where it waits")?;
			let count = owed.entry(compensation.operator).or_default();
			*count = count.saturating_add(1);
		}
		ensure!(
			Ok(Compensations::<T>::iter_keys().count()) == usize::try_from(queue.next.saturating_sub(queue.first)),
			"a compensation waits that will not be paid"
		);
		ensure!(
			owed.keys().all(Bonds::<T>::contains_key),
			"who owes compensation is no operator"
		);
		ensure!(
			Bonds::<T>::iter()
				.all(|(operator, record)| record.owed == owed.get(&operator).copied().unwrap_or_default()),
			"an operator owes another number of compensations than wait"
		);
		Ok(())
	}
}
