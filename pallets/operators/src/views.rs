//! What wallets and services ask for.

use crate::{Bonds, Config, OperatorSummary, Pallet, Profiles, Reputation, Reputations};
use millpond_primitives::OperatorId;
use millpond_traits::{Clock, Deeds};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_operator_summary(operator: OperatorId) -> Option<OperatorSummary<T::AccountId>> {
		let bond = Bonds::<T>::get(operator)?;
		Some(OperatorSummary {
			holder: T::Deeds::holder(operator)?,
			bond_account: T::Deeds::bond_account(operator),
			profile: Profiles::<T>::get(operator)?,
			free: bond.free(),
			compensation_left: Self::compensation_left(&bond, &Self::payments(operator)),
			bond,
		})
	}

	pub(crate) fn do_reputation(operator: OperatorId) -> Option<Reputation> {
		let mut record = Reputations::<T>::get(operator)?;
		record.advance(T::Clock::epoch());
		Some(Reputation {
			record,
			reliability: record.recent.ratio(),
			lifetime_reliability: record.lifetime.ratio(),
		})
	}
}
