//! Whose credits a slot is paid with. They never reach another account: what comes back goes to the account that paid it, and what
//! an earlier holder paid is time that is used up or burned. The one exception is time that a host fails to deliver, which comes
//! back to the holder.

use crate::{Config, EndReason, Error, Event, Pallet, PartRecord, SlotRecordOf};
use frame_support::traits::Get;
use millpond_primitives::{Credits, OperatorId, SlotId};
use millpond_traits::{Credits as _, Pools};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// Takes `credits` from `who`.
	pub(crate) fn collect(who: &T::AccountId, credits: Credits) -> DispatchResult {
		match credits {
			0 => Ok(()),
			_ => T::Credits::escrow(who, &Self::account(), credits),
		}
	}

	/// Gives `credits` to `who`.
	pub(crate) fn return_to(who: &T::AccountId, credits: Credits) -> DispatchResult {
		match credits {
			0 => Ok(()),
			_ => T::Credits::refund(&Self::account(), who, credits),
		}
	}

	/// Burns `credits` of the market's account.
	pub(crate) fn spend(credits: Credits) -> DispatchResult {
		match credits {
			0 => Ok(()),
			_ => T::Credits::spend(&Self::account(), credits),
		}
	}

	/// Makes `who`, the holder, the slot's payer. The deposit of the payer before comes back, and `who` pays it; all that is in
	/// escrow is inherited, and the slot can no longer be rejected.
	pub(crate) fn take_over(who: &T::AccountId, slot: &mut SlotRecordOf<T>) -> DispatchResult {
		if slot.payer == *who {
			return Ok(());
		}
		Self::collect(who, slot.deposit)?;
		Self::return_to(&slot.payer, slot.deposit)?;
		slot.payer = who.clone();
		(slot.inherited, slot.rejectable) = (slot.escrow, false);
		Ok(())
	}

	/// DC of the escrow that `holder` paid.
	pub(crate) fn own_part(slot: &SlotRecordOf<T>, holder: &T::AccountId) -> Credits {
		match slot.payer == *holder {
			true => slot.escrow.saturating_sub(slot.inherited),
			false => 0,
		}
	}

	/// Burns `credits` of the slot's escrow for time that was used: what is inherited first.
	pub(crate) fn burn(slot: &mut SlotRecordOf<T>, credits: Credits) -> DispatchResult {
		slot.escrow = slot.escrow.checked_sub(credits).ok_or(Error::<T>::Inconsistent)?;
		slot.inherited = slot.inherited.saturating_sub(credits);
		Self::spend(credits)
	}

	/// Takes `credits` for time that is not used out of the slot's escrow: what is inherited last.
	fn draw(slot: &mut SlotRecordOf<T>, credits: Credits) -> DispatchResult {
		slot.escrow = slot.escrow.checked_sub(credits).ok_or(Error::<T>::Inconsistent)?;
		slot.inherited = slot.inherited.min(slot.escrow);
		Ok(())
	}

	/// Moves `credits` of the escrow of one slot of the same payer to another, which has none: what is inherited last.
	pub(crate) fn divide(from: &mut SlotRecordOf<T>, to: &mut SlotRecordOf<T>, credits: Credits) -> DispatchResult {
		let inherited = from.inherited;
		Self::draw(from, credits)?;
		(to.escrow, to.inherited) = (credits, inherited.saturating_sub(from.inherited));
		Ok(())
	}

	/// Pays `holder` back `credits` of the slot's escrow, for time that was not delivered.
	pub(crate) fn refund(
		id: SlotId,
		slot: &mut SlotRecordOf<T>,
		holder: &T::AccountId,
		credits: Credits,
	) -> DispatchResult {
		if credits == 0 {
			return Ok(());
		}
		let inherited = credits.saturating_sub(Self::own_part(slot, holder));
		Self::draw(slot, credits)?;
		Self::return_to(holder, credits)?;
		slot.tally.refunded = slot.tally.refunded.saturating_add(credits);
		Self::deposit_event(Event::Refunded {
			slot: id,
			holder: holder.clone(),
			credits,
			inherited,
		});
		Ok(())
	}

	/// Pays `holder` back what it paid itself of `credits` of the slot's escrow, and burns the rest.
	pub(crate) fn refund_own(
		id: SlotId,
		slot: &mut SlotRecordOf<T>,
		holder: &T::AccountId,
		credits: Credits,
	) -> DispatchResult {
		let own = Self::own_part(slot, holder).min(credits);
		Self::refund(id, slot, holder, own)?;
		let rest = credits.saturating_sub(own);
		Self::draw(slot, rest)?;
		Self::burn_unearned(id, rest)
	}

	/// Burns `credits` that the holder did not pay, and that no GPU earns.
	fn burn_unearned(id: SlotId, credits: Credits) -> DispatchResult {
		if credits > 0 {
			Self::spend(credits)?;
			Self::deposit_event(Event::Lapsed { slot: id, credits });
		}
		Ok(())
	}

	/// Empties the escrow of a slot that ends. Returns what its payer gets back of it, if that is its `holder`, and what was
	/// burned since the holder did not pay it: for the slot's GPUs where the holder stops the slot. Otherwise no GPU earns it:
	/// nobody gains by ending the slots of others.
	pub(crate) fn close_escrow(
		id: SlotId,
		slot: &mut SlotRecordOf<T>,
		holder: &T::AccountId,
		parts: &[(OperatorId, PartRecord)],
		reason: EndReason,
	) -> Result<(Credits, Credits), DispatchError> {
		let own = Self::own_part(slot, holder);
		let burned = slot.escrow.saturating_sub(own);
		(slot.escrow, slot.inherited) = (0, 0);
		let gpus = match reason {
			EndReason::Stopped => slot.assigned,
			_ => 0,
		};
		let each = burned.checked_div(gpus.into()).unwrap_or_default();
		let earned = each.saturating_mul(gpus.into());
		if each > 0 {
			Self::spend(earned)?;
			for (_, part) in parts {
				T::Pools::spend(slot.pool, &part.gpus, each)?;
			}
		}
		Self::burn_unearned(id, burned.saturating_sub(earned))?;
		Ok((own, burned))
	}

	/// Pays each of the hosts for the grant that another key of the slot asks of it: `who` pays, and a GPU of the host earns it.
	pub(crate) fn pay_for_grants(
		who: &T::AccountId,
		slot: &SlotRecordOf<T>,
		parts: &[(OperatorId, PartRecord)],
	) -> DispatchResult {
		let price = T::KeyPrice::get();
		let hosts = Credits::try_from(parts.len()).unwrap_or(Credits::MAX);
		let all = price.checked_mul(hosts).ok_or(ArithmeticError::Overflow)?;
		if all == 0 {
			return Ok(());
		}
		Self::collect(who, all)?;
		Self::spend(all)?;
		for (_, part) in parts {
			let gpu = part.gpus.get(..1).ok_or(Error::<T>::Inconsistent)?;
			T::Pools::spend(slot.pool, gpu, price)?;
		}
		Ok(())
	}
}
