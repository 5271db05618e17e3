//! Reselling slots for a price in dollars, paid in BCT.

use crate::{Config, Error, Event, Listing, Listings, Pallet, Slots};
use frame_support::{
	ensure,
	traits::{fungible::Mutate, tokens::Preservation},
};
use millpond_math::price::bct_owed;
use millpond_primitives::{Balance, Credits, SlotId};
use millpond_traits::{Deeds, Prices};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// The NFT is locked, so that an offer cannot outlive its maker's holding it and hold again when it comes back to him.
	///
	/// What wallets offer it for is withdrawn: once the NFT is unlocked, that would hold again.
	pub(crate) fn do_list(who: T::AccountId, id: SlotId, price: Credits, least: Balance) -> DispatchResult {
		Self::held_slot(&who, id)?;
		ensure!(price > 0, Error::<T>::NoPrice);
		T::Deeds::withdraw_offers(id)?;
		T::Deeds::set_locked(id, true)?;
		let listing = Listing { price, least };
		Listings::<T>::insert(id, listing);
		Self::deposit_event(Event::Listed {
			slot: id,
			listing: Some(listing),
		});
		Ok(())
	}

	pub(crate) fn do_unlist(who: T::AccountId, id: SlotId) -> DispatchResult {
		Self::held_slot(&who, id)?;
		Listings::<T>::take(id).ok_or(Error::<T>::NotListed)?;
		// A wallet may have set a price meanwhile, which has not held so far.
		T::Deeds::withdraw_offers(id)?;
		T::Deeds::set_locked(id, false)?;
		Self::deposit_event(Event::Listed {
			slot: id,
			listing: None,
		});
		Ok(())
	}

	/// What [`buy`](Pallet::buy) would cost now, in plancks, or the error that it would fail with.
	pub fn quote_buy(id: SlotId) -> Result<Balance, DispatchError> {
		ensure!(Slots::<T>::contains_key(id), Error::<T>::UnknownSlot);
		let Listing { price, least } = Listings::<T>::get(id).ok_or(Error::<T>::NotListed)?;
		Ok(Self::bct_for(price)?.max(least))
	}

	/// What `credits` DC are worth now, in plancks. Fails where there is no price to pay at.
	pub(crate) fn bct_for(credits: Credits) -> Result<Balance, DispatchError> {
		let amount = bct_owed(credits, T::Prices::for_payout()?);
		Ok(amount.ok_or(ArithmeticError::Overflow)?)
	}

	pub(crate) fn do_buy(who: T::AccountId, id: SlotId, max_amount: Balance) -> DispatchResult {
		let amount = Self::quote_buy(id)?;
		ensure!(amount <= max_amount, Error::<T>::PriceAboveLimit);
		let seller = T::Deeds::holder(id).ok_or(Error::<T>::Inconsistent)?;
		Listings::<T>::remove(id);
		T::Bct::transfer(&who, &seller, amount, Preservation::Preserve)?;
		T::Deeds::set_locked(id, false)?;
		T::Deeds::transfer(id, &who)?;
		Self::deposit_event(Event::Bought {
			slot: id,
			seller,
			buyer: who,
			amount,
		});
		Ok(())
	}
}
