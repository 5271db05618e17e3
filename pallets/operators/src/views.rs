//! What wallets and services ask for.

use crate::{Bonds, Config, OperatorSummary, Pallet, Profiles, Reputation, Reputations};
use millpond_math::price::credits_for;
use millpond_primitives::{Balance, Credits, OperatorId};
use millpond_traits::{Clock, Deeds, Duty};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_operator_summary(operator: OperatorId) -> Option<OperatorSummary<T::AccountId>> {
		let bond = Bonds::<T>::get(operator)?;
		let price = Self::price_for_calls();
		Some(OperatorSummary {
			holder: T::Deeds::holder(operator)?,
			bond_account: T::Deeds::bond_account(operator),
			profile: Profiles::<T>::get(operator)?,
			free: bond.free(),
			worth: price.and_then(|price| credits_for(bond.bond, price)),
			missing: bond.required(price).saturating_sub(bond.bond),
			raise_until: bond.shortfall.map(|shortfall| Self::raise_until(&shortfall)),
			compensation_left: Self::compensation_left(&bond, &Self::payments(operator)),
			bond,
		})
	}

	pub(crate) fn do_bond_for(credits: Credits) -> Option<Balance> {
		Self::price_of(Duty { credits, least: 0 }).ok()
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
