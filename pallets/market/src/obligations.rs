//! The market as pools see it.

use crate::{
	calendar::{slice_from, slice_of, StoredNodes},
	Config, DarkGroup, DarkGroups, Descending, Error, Event, Pallet, Slots, SoldRates, Withheld, SLICE,
};
use alloc::vec::Vec;
use frame_support::{
	defensive, ensure,
	storage::with_storage_layer,
	traits::{fungible::Mutate, tokens::Preservation},
};
use millpond_math::calendar::HORIZON;
use millpond_primitives::{Credits, Minute, OperatorId, PoolId, SlotId};
use millpond_traits::{Assigned, Deeds, Obligations, Operators, Overcount};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

/// How many dates from which GPUs are withheld are told apart when it is asked until when something is sold.
pub(crate) const MOST_DATES: usize = 32;

/// How many nodes of the calendar are looked at when it is asked for how long a GPU that leaves is missing.
pub(crate) const MOST_NODES: u32 = 64;

/// What who takes a GPU out of the pool pays.
struct Bill<AccountId> {
	/// To whom, and how much, in DC.
	payments: Vec<(AccountId, Credits)>,
	/// Until when the holder of the slot that had the GPU is paid for it.
	paid_until: Minute,
}

impl<AccountId> Bill<AccountId> {
	/// All of it, in DC.
	fn sum(&self) -> Credits {
		let credits = self.payments.iter().map(|(_, credits)| *credits);
		credits.fold(0, Credits::saturating_add)
	}
}

/// What is owed to the holder of a slot when a GPU of it leaves the pool.
struct Owed<AccountId> {
	holder: AccountId,
	/// In DC.
	credits: Credits,
	/// Until when that pays for the missing GPU.
	until: Minute,
}

impl<T: Config> Obligations<T::AccountId> for Pallet<T> {
	fn sold_until(pool: PoolId, gpus: u32) -> Minute {
		Self::do_sold_until(pool, gpus).unwrap_or_else(|error| {
			defensive!("the calendar cannot be read", error);
			Minute::MAX
		})
	}

	fn withhold(pool: PoolId, from: Minute, gpus: u32) -> DispatchResult {
		Self::facts(pool)?;
		Self::book(pool, slice_of(from.max(Self::now())), HORIZON, gpus)?;
		Self::with_pool(pool, |record| {
			record.withheld = record.withheld.checked_add(gpus).ok_or(ArithmeticError::Overflow)?;
			Ok(())
		})?;
		Withheld::<T>::mutate(pool, Descending::from(u64::from(from)), |count| {
			*count = Some(count.unwrap_or_default().saturating_add(gpus));
		});
		Ok(())
	}

	fn release(pool: PoolId, from: Minute, gpus: u32) -> DispatchResult {
		Withheld::<T>::try_mutate_exists(pool, Descending::from(u64::from(from)), |count| {
			let left = count
				.unwrap_or_default()
				.checked_sub(gpus)
				.ok_or(Error::<T>::Inconsistent)?;
			*count = Some(left).filter(|left| *left > 0);
			Ok::<_, DispatchError>(())
		})?;
		Self::with_pool(pool, |record| {
			record.withheld = record.withheld.checked_sub(gpus).ok_or(Error::<T>::Inconsistent)?;
			Ok(())
		})?;
		Self::unbook(pool, slice_of(from), HORIZON, gpus)
	}

	fn gpu_lost(slot: SlotId, gpu: Assigned, clock: Minute, overcount: Overcount) {
		let lost = with_storage_layer(|| {
			let at_fault = Self::at_fault(&gpu);
			if at_fault.is_some() {
				Self::answer_for(slot, gpu.operator, Some(1), overcount)?;
			}
			Self::lose(slot, gpu, clock, at_fault, 0, false)
		});
		if let Err(error) = lost {
			defensive!("a slot cannot lose a GPU", error);
		}
	}

	fn group_dark(pool: PoolId, operator: OperatorId, overcount: Overcount) {
		DarkGroups::<T>::insert((pool, operator), DarkGroup { overcount, last: None });
	}

	fn group_lit(pool: PoolId, operator: OperatorId) {
		DarkGroups::<T>::mutate_exists((pool, operator), |dark| {
			// Its host answers for what was counted all the same.
			*dark = dark.take().filter(|dark| !dark.overcount.is_empty());
		});
	}

	fn relieve(slot: SlotId, at: Minute) {
		let Some(mut record) = Slots::<T>::get(slot) else {
			return;
		};
		record.relieve_by(at.max(Self::now()));
		Self::keep(slot, record);
	}

	fn buy_out(
		payer: &T::AccountId,
		pool: PoolId,
		slot: Option<SlotId>,
		gpu: Assigned,
		clock: Minute,
		max_credits: Credits,
	) -> DispatchResult {
		let bill = Self::bill_for_leaving(payer, pool, slot)?;
		let credits = bill.sum();
		ensure!(credits <= max_credits, Error::<T>::PriceAboveLimit);
		for (to, credits) in &bill.payments {
			// In BCT, as all compensations: credits reach no other account.
			T::Bct::transfer(payer, to, Self::bct_for(*credits)?, Preservation::Preserve)?;
		}
		if credits > 0 {
			Self::deposit_event(Event::BoughtOut { pool, credits });
		}
		match slot {
			Some(slot) => {
				let forgone = T::Deeds::holder(slot).as_ref() == Some(payer);
				Self::lose(slot, gpu, clock, None, bill.paid_until, forgone)
			}
			None => Ok(()),
		}
	}

	fn buy_out_price(payer: &T::AccountId, pool: PoolId, slot: Option<SlotId>) -> Result<Credits, DispatchError> {
		Ok(Self::bill_for_leaving(payer, pool, slot)?.sum())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(pool: PoolId) {
		crate::benchmarking::rent_to_another::<T>(pool);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up_sold(pool: PoolId, payer: &T::AccountId) {
		crate::benchmarking::sell_much::<T>(pool, payer);
	}
}

impl<T: Config> Pallet<T> {
	/// Looks backwards, from one date on which GPUs are withheld to the one before: between them the calendar has what is
	/// sold and the same number more. After [`MOST_DATES`] of them it goes no further back and tells the last of these dates.
	/// From then on no more is sold, so that the time may be too late but never too early: leavers stay too long rather than
	/// leave what is sold without a GPU.
	fn do_sold_until(pool: PoolId, gpus: u32) -> Result<Minute, DispatchError> {
		let (now, record) = (Self::now(), Self::pool_record(pool));
		let nodes = StoredNodes::<T>::of(pool);
		let (mut withheld, mut until) = (record.withheld, HORIZON);
		let dates = Withheld::<T>::iter_prefix(pool);
		let dates = dates.map(|(date, count)| (Minute::try_from(date.get()).unwrap_or(Minute::MAX), count));
		for (seen, (date, count)) in dates.chain([(0, 0)]).enumerate() {
			if seen == MOST_DATES {
				return Ok(until.saturating_mul(SLICE).max(now));
			}
			let from = slice_of(date.max(now));
			if from < until {
				let above = gpus.saturating_add(withheld);
				let last = record.calendar.last_above(&nodes, from, until, above);
				if let Some(last) = last.map_err(Error::<T>::from)? {
					return Ok(last.saturating_add(1).saturating_mul(SLICE).max(now));
				}
				until = from;
			}
			withheld = withheld.saturating_sub(count);
		}
		Ok(now)
	}

	/// What `payer` pays for a GPU that he has just taken out of the pool. Nobody pays himself.
	fn bill_for_leaving(
		payer: &T::AccountId,
		pool: PoolId,
		slot: Option<SlotId>,
	) -> Result<Bill<T::AccountId>, DispatchError> {
		let manager = Self::facts(pool)?.manager;
		let manager = T::Operators::holder(manager).ok_or(Error::<T>::Inconsistent)?;
		let highest = SoldRates::<T>::iter_key_prefix(pool).next();
		let highest = highest.map_or(0, |rate| rate.get().into());
		let all = Self::price_of_leaving(pool, highest, Minute::MAX)?;
		let owed = Self::owed_to_slot(pool, slot)?;
		let paid_until = owed.as_ref().map_or(0, |owed| owed.until);
		let own = owed.filter(|owed| owed.holder != *payer);
		let own = own.map(|owed| (owed.holder, owed.credits.min(all)));
		// It is the manager who answers for all other time for which there is no GPU.
		let rest = all.saturating_sub(own.as_ref().map_or(0, |(_, credits)| *credits));
		let rest = Some((manager, rest)).filter(|(manager, _)| manager != payer);
		Ok(Bill {
			payments: own.into_iter().chain(rest).collect(),
			paid_until,
		})
	}

	/// What the slot's holder is owed for a GPU of it that has just left its pool: the compensation for the slot's own time,
	/// unless another GPU takes over. Spot time is not booked: it ends without a compensation.
	fn owed_to_slot(pool: PoolId, slot: Option<SlotId>) -> Result<Option<Owed<T::AccountId>>, DispatchError> {
		let Some(id) = slot else {
			return Ok(None);
		};
		let slot = Slots::<T>::get(id).ok_or(Error::<T>::UnknownSlot)?;
		if slot.is_spot() || Self::others(&slot)? > 0 {
			return Ok(None);
		}
		let credits = Self::price_of_leaving(pool, slot.rate, slot.end)?;
		let owed = Owed {
			holder: T::Deeds::holder(id).ok_or(Error::<T>::Inconsistent)?,
			credits,
			until: slot.end,
		};
		Ok(Some(owed).filter(|owed| owed.credits > 0))
	}

	/// The compensation, at `rate` DC a minute, for the time until `until` in which a GPU that has just left its pool is
	/// missing.
	fn price_of_leaving(pool: PoolId, rate: Credits, until: Minute) -> Result<Credits, DispatchError> {
		let minutes = Self::stranded(pool, until)?;
		Ok(Self::compensation(Self::cost(rate, 1, minutes)?)?)
	}

	/// In how many minutes until `until` more GPUs of the pool are sold or leave than are online, in whole slices.
	fn stranded(pool: PoolId, until: Minute) -> Result<Minute, DispatchError> {
		// Where nothing is sold, more may leave than are there.
		let (now, until) = (Self::now(), until.min(Self::do_sold_until(pool, 0)?));
		let (first, end) = (slice_of(now), slice_from(until));
		if first >= end {
			return Ok(0);
		}
		let (calendar, facts) = (Self::pool_record(pool).calendar, Self::facts(pool)?);
		let online = facts.online.saturating_add(facts.suspended);
		let slices = calendar.slices_above(&StoredNodes::<T>::of(pool), first, end, online, MOST_NODES);
		let minutes = slices.map_err(Error::<T>::from)?.saturating_mul(SLICE);
		Ok(minutes.min(until.saturating_sub(now)))
	}
}
