//! Becoming an operator, presenting oneself, and ending it.

use crate::{
	BondRecord, Bonds, Config, Error, Event, NextOperator, Pallet, Parameters, Payments, Profile, Profiles,
	ReputationRecord, Reputations,
};
use alloc::format;
use frame_support::{
	ensure,
	pallet_prelude::*,
	traits::{
		fungible::{Inspect, Mutate},
		tokens::Preservation,
		Defensive,
	},
};
use frame_system::{ensure_signed, pallet_prelude::OriginFor};
use millpond_primitives::{Balance, OperatorId, BCT};
use millpond_traits::{Clock, Deeds, OnSuspension};
use sp_runtime::{DispatchError, DispatchResult};

/// The attributes that wallets show of an operator's NFT.
pub(crate) mod attributes {
	pub const NAME: &[u8] = b"name";
	pub const REGION: &[u8] = b"region";
	pub const BOND: &[u8] = b"bond";
	pub const DUTIES: &[u8] = b"duties";
	pub const RELIABILITY: &[u8] = b"reliability";
	/// All of them.
	pub const KEYS: [&[u8]; 5] = [NAME, REGION, BOND, DUTIES, RELIABILITY];
}

/// Whether `region` has the form of a country's code, `DE`, or of a part of one's, `US-CA`.
fn is_region(region: &[u8]) -> bool {
	let (country, part) = region.split_at_checked(2).unwrap_or_default();
	let is_part = match part.split_first() {
		None => true,
		Some((hyphen, part)) => {
			*hyphen == b'-'
				&& !part.is_empty()
				&& part
					.iter()
					.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
		}
	};
	country.len() == 2 && country.iter().all(u8::is_ascii_uppercase) && is_part
}

impl<T: Config> Pallet<T> {
	/// Who holds the operator's NFT, if it is the caller.
	pub(crate) fn ensure_holder(origin: OriginFor<T>, operator: OperatorId) -> Result<T::AccountId, DispatchError> {
		let who = ensure_signed(origin)?;
		let holder = T::Deeds::holder(operator).ok_or(Error::<T>::UnknownOperator)?;
		ensure!(who == holder, Error::<T>::NotHolder);
		Ok(holder)
	}

	pub(crate) fn do_register(
		who: &T::AccountId,
		profile: Profile,
		bond: Balance,
	) -> Result<OperatorId, DispatchError> {
		let (least, deposit) = (Parameters::<T>::get().min_bond.get(), T::Deposit::get());
		ensure!(bond >= least, Error::<T>::BondTooSmall);
		Self::ensure_valid(&profile)?;
		let operator = NextOperator::<T>::get();
		let next = operator.checked_add(1).ok_or(Error::<T>::Overflow)?;
		let amount = bond.checked_add(deposit).ok_or(Error::<T>::Overflow)?;
		let account = T::Deeds::bond_account(operator);
		T::Bct::transfer(who, &account, amount, Preservation::Preserve)?;
		T::Deeds::mint(operator, who)?;
		NextOperator::<T>::put(next);
		let record = BondRecord {
			deposit,
			bond,
			..Default::default()
		};
		Self::show_bond(operator, &record);
		Self::show_duties(operator, &record);
		Bonds::<T>::insert(operator, record);
		let reputation = ReputationRecord {
			since: T::Clock::now(),
			epoch: T::Clock::epoch(),
			..Default::default()
		};
		Reputations::<T>::insert(operator, reputation);
		Self::put_profile(operator, profile);
		let holder = who.clone();
		Self::deposit_event(Event::Registered { operator, holder, bond });
		Ok(operator)
	}

	pub(crate) fn do_set_profile(operator: OperatorId, profile: Profile) -> DispatchResult {
		Self::ensure_valid(&profile)?;
		Self::put_profile(operator, profile.clone());
		Self::deposit_event(Event::ProfileSet { operator, profile });
		Ok(())
	}

	pub(crate) fn do_retire(holder: T::AccountId, operator: OperatorId) -> DispatchResult {
		let mut record = Bonds::<T>::get(operator).ok_or(Error::<T>::UnknownOperator)?;
		ensure!(record.duties == 0, Error::<T>::HasDuties);
		ensure!(record.owed == 0, Error::<T>::OwesCompensation);
		record.take_due(T::Clock::now());
		ensure!(record.reachable() == 0, Error::<T>::StillBonded);
		if let Some(shortfall) = record.shortfall {
			Self::count_shortfall(Some(shortfall), None);
			if shortfall.suspended {
				T::Pools::resumed(operator);
			}
		}
		let account = T::Deeds::bond_account(operator);
		// All of it: what somebody has sent to the account would be out of everybody's reach.
		let amount = T::Bct::balance(&account);
		T::Bct::transfer(&account, &holder, amount, Preservation::Expendable)?;
		T::Deeds::burn(operator, &attributes::KEYS)?;
		Bonds::<T>::remove(operator);
		Profiles::<T>::remove(operator);
		Reputations::<T>::remove(operator);
		Payments::<T>::remove(operator);
		Self::deposit_event(Event::Retired {
			operator,
			holder,
			amount,
		});
		Ok(())
	}

	fn ensure_valid(profile: &Profile) -> DispatchResult {
		let lines = [
			profile.name.as_slice(),
			profile.website.as_slice(),
			profile.contact.as_slice(),
		];
		let is_text = |line: &&[u8]| core::str::from_utf8(line).is_ok();
		ensure!(!profile.name.is_empty(), Error::<T>::NameMissing);
		ensure!(lines.iter().all(is_text), Error::<T>::NotText);
		ensure!(is_region(&profile.region), Error::<T>::NotARegion);
		Ok(())
	}

	fn put_profile(operator: OperatorId, profile: Profile) {
		Self::show(operator, attributes::NAME, &profile.name);
		Self::show(operator, attributes::REGION, &profile.region);
		Profiles::<T>::insert(operator, profile);
	}

	/// Has wallets show the bond, without what is unbonding, in BCT.
	pub(crate) fn show_bond(operator: OperatorId, record: &BondRecord) {
		let (whole, rest) = (record.bond / BCT, record.bond % BCT);
		Self::show(operator, attributes::BOND, format!("{whole}.{rest:012} BCT").as_bytes());
	}

	/// Has wallets show how many duties there are.
	pub(crate) fn show_duties(operator: OperatorId, record: &BondRecord) {
		Self::show(operator, attributes::DUTIES, format!("{}", record.duties).as_bytes());
	}

	/// Has wallets show `value` under `key`.
	pub(crate) fn show(operator: OperatorId, key: &[u8], value: &[u8]) {
		let _ = T::Deeds::set_attribute(operator, key, value).defensive_proof("keys and values are short");
	}
}
