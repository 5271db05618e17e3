//! The market as pools see it.

use crate::{
	calendar::{slice_of, StoredNodes},
	Config, DarkGroups, Descending, Error, Event, Pallet, Slots, Withheld, SLICE,
};
use frame_support::{defensive, storage::with_storage_layer};
use millpond_math::calendar::HORIZON;
use millpond_primitives::{Credits, Minute, OperatorId, PoolId, SlotId};
use millpond_traits::{Assigned, Deeds, Obligations, Operators, Pools, RentalKind};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

/// How many dates from which GPUs are withheld are told apart when it is asked until when something is sold.
const MOST_DATES: usize = 32;

impl<T: Config> Obligations<T::AccountId> for Pallet<T> {
	fn sold_until(pool: PoolId, gpus: u32) -> Minute {
		Self::do_sold_until(pool, gpus).unwrap_or_else(|error| {
			defensive!("the calendar cannot be read", error);
			Minute::MAX
		})
	}

	fn withhold(pool: PoolId, from: Minute, gpus: u32) -> DispatchResult {
		let online = Self::facts(pool)?.online;
		let first = slice_of(from.max(Self::now()));
		Self::ensure_free(pool, online, first, HORIZON, gpus)?;
		Self::book(pool, first, HORIZON, gpus)?;
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

	fn gpu_lost(slot: SlotId, gpu: Assigned, clock: Minute) {
		if let Err(error) = with_storage_layer(|| Self::lose(slot, gpu, clock, Self::at_fault(&gpu))) {
			defensive!("a slot cannot lose a GPU", error);
		}
	}

	fn group_dark(pool: PoolId, operator: OperatorId) {
		DarkGroups::<T>::insert((pool, operator), None::<SlotId>);
	}

	fn group_lit(pool: PoolId, operator: OperatorId) {
		DarkGroups::<T>::remove((pool, operator));
	}

	fn buy_out(
		payer: &T::AccountId,
		pool: PoolId,
		slot: Option<SlotId>,
		gpu: Assigned,
		clock: Minute,
	) -> DispatchResult {
		let credits = Self::price_of_leaving(pool, slot)?;
		let to = match slot {
			Some(slot) => T::Deeds::holder(slot),
			// It is the manager who answers for time for which there is no GPU.
			None => T::Operators::holder(Self::facts(pool)?.manager),
		};
		let to = to.ok_or(Error::<T>::Inconsistent)?;
		Self::collect(payer, credits)?;
		Self::return_to(&to, credits)?;
		if credits > 0 {
			Self::deposit_event(Event::BoughtOut { pool, credits });
		}
		match slot {
			// Nobody answers for it once more.
			Some(slot) => Self::lose(slot, gpu, clock, None),
			None => Ok(()),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(pool: PoolId) {
		crate::benchmarking::rent_to_another::<T>(pool);
	}
}

impl<T: Config> Pallet<T> {
	/// Looks backwards, from one date on which GPUs are withheld to the one before: between them the calendar has what is
	/// sold and the same number more. After [`MOST_DATES`] of them it goes no further back, so that the time is never too
	/// early.
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

	/// What a GPU costs that has just left its pool: the compensation for the time in which the others are fewer than were
	/// sold.
	fn price_of_leaving(pool: PoolId, slot: Option<SlotId>) -> Result<Credits, DispatchError> {
		let online = Self::facts(pool)?.online;
		let stranded = Self::do_sold_until(pool, online)?.saturating_sub(Self::now());
		let rate = match slot {
			Some(slot) => Some(Slots::<T>::get(slot).ok_or(Error::<T>::UnknownSlot)?.rate),
			None => T::Pools::price(pool, RentalKind::OnDemand, stranded),
		};
		Ok(Self::compensation(Self::cost(rate.unwrap_or_default(), 1, stranded)?)?)
	}
}
