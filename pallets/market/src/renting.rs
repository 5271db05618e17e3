//! Selling time: now and open-ended, or in advance.

use crate::{
	calendar::{slice_from, slice_of},
	Access, AccessKey, Config, Descending, Error, Event, Pallet, Parameters, Parts, Phase, Quote, SlotRecord,
	SlotRecordOf, Slots, Spot, FUNDED_AHEAD, GRACE_PART, LEAD_FACTOR, LEAST_LEAD, MAX_GPUS, SLICE, SOLD_AHEAD,
};
use frame_support::ensure;
use millpond_math::calendar::Slice;
use millpond_primitives::{Credits, Minute, PoolId, SlotId};
use millpond_traits::{Deeds, PoolFacts, Pools, RentalKind};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

/// What is sold, on which terms.
struct Sale {
	pool: PoolId,
	kind: RentalKind,
	gpus: u32,
	quote: Quote,
	grace: Minute,
}

/// What topping up comes to.
struct TopUp {
	/// The price of the time, in DC.
	credits: Credits,
	end: Minute,
	grace: Minute,
}

impl Sale {
	fn slot<AccountId: PartialEq + Clone>(
		&self,
		who: &AccountId,
		phase: Phase,
		key: Option<AccessKey>,
		now: Minute,
	) -> SlotRecord<AccountId> {
		SlotRecord {
			pool: self.pool,
			kind: self.kind,
			gpus: self.gpus,
			rate: self.quote.rate,
			start: self.quote.start,
			end: self.quote.end,
			grace: self.grace,
			excused: 0,
			escrow: self.quote.cost,
			inherited: 0,
			deposit: self.quote.deposit,
			payer: who.clone(),
			phase,
			assigned: 0,
			gaps: Default::default(),
			due: None,
			warned: false,
			deliver_by: None,
			fill_at: None,
			relieve_at: None,
			billed_since: None,
			first_grant: None,
			rejectable: self.kind == RentalKind::Reserved,
			tally: Default::default(),
			access: key.map(|key| Access {
				holder: who.clone(),
				key,
				since: now,
				version: 0,
			}),
		}
	}
}

fn ensure_gpus<T: Config>(gpus: u32) -> DispatchResult {
	ensure!((1..=MAX_GPUS).contains(&gpus), Error::<T>::WrongNumberOfGpus);
	Ok(())
}

/// The longest time for which GPUs are kept without pay, if so much was paid for.
fn grace_of(minutes: Minute, pools: Minute) -> Minute {
	minutes.checked_div(GRACE_PART).unwrap_or_default().min(pools)
}

impl<T: Config> Pallet<T> {
	fn quote(
		pool: PoolId,
		kind: RentalKind,
		gpus: u32,
		start: Minute,
		minutes: Minute,
	) -> Result<Quote, DispatchError> {
		let rate = T::Pools::price(pool, kind, minutes).ok_or(Error::<T>::NotForSale)?;
		Ok(Quote {
			rate,
			cost: Self::cost(rate, gpus, minutes)?,
			deposit: Self::deposit_of(gpus),
			start,
			end: start.checked_add(minutes).ok_or(ArithmeticError::Overflow)?,
		})
	}

	/// On which terms open time is sold now.
	fn plan_rent(pool: PoolId, kind: RentalKind, gpus: u32, minutes: Minute) -> Result<Sale, DispatchError> {
		let parameters = Parameters::<T>::get();
		let shortest = match kind {
			RentalKind::Spot => 1,
			RentalKind::OnDemand => parameters.shortest.get(),
			RentalKind::Reserved => return Err(Error::<T>::WrongKind.into()),
		};
		ensure_gpus::<T>(gpus)?;
		ensure!(minutes >= shortest, Error::<T>::TooShort);
		ensure!(minutes <= FUNDED_AHEAD, Error::<T>::TooFarAhead);
		let (facts, record) = (Self::facts(pool)?, Self::pool_record(pool));
		let is_there = Self::unclaimed(&facts, &record) >= gpus;
		let now = Self::now();
		let start = match (is_there, kind) {
			(true, _) => now,
			(false, RentalKind::Spot) => return Err(Error::<T>::NotEnoughGpus.into()),
			(false, _) => now.saturating_add(parameters.notice.get()),
		};
		let quote = Self::quote(pool, kind, gpus, start, minutes)?;
		let mut grace = grace_of(minutes, facts.grace);
		if kind == RentalKind::Spot {
			let rented = record.spot.saturating_add(gpus);
			ensure!(
				rented <= Self::spot_room(pool, facts.online)?,
				Error::<T>::NotEnoughGpus
			);
		} else {
			grace = Self::fit(pool, &facts, slice_of(start), quote.end, grace, gpus)?;
			let to_come = facts.idle.saturating_add(record.spot).saturating_add(record.leaving);
			ensure!(to_come.saturating_sub(record.claims) >= gpus, Error::<T>::NotEnoughGpus);
		}
		let sale = Sale {
			pool,
			kind,
			gpus,
			quote,
			grace,
		};
		Ok(sale)
	}

	/// How much of `grace` is free after `end`, if all of the time from the slice `from` to `end` is.
	fn fit(
		pool: PoolId,
		facts: &PoolFacts,
		from: Slice,
		end: Minute,
		grace: Minute,
		gpus: u32,
	) -> Result<Minute, DispatchError> {
		let ensure_free = |to| Self::ensure_free(pool, facts.online, from, to, gpus);
		if ensure_free(slice_from(end.saturating_add(grace))).is_ok() {
			return Ok(grace);
		}
		let to = slice_from(end);
		ensure_free(to)?;
		// As far as it is booked in whole slices anyway.
		Ok(grace.min(to.max(from).saturating_mul(SLICE).saturating_sub(end)))
	}

	/// Keeps the GPUs of a paused slot for `more` minutes and to the end of a slice, as they are booked, if they are free.
	/// Tells whether that is any longer.
	pub(crate) fn extend_grace(slot: &mut SlotRecordOf<T>, more: Minute) -> Result<bool, DispatchError> {
		let until = slice_from(slot.kept_until().saturating_add(more)).saturating_mul(SLICE);
		let mut grace = until.saturating_sub(slot.end);
		if !slot.is_spot() {
			let (_, booked) = Self::booked_slices(slot);
			let facts = Self::facts(slot.pool)?;
			grace = Self::fit(slot.pool, &facts, booked, slot.end, grace, slot.gpus)?;
		}
		let longer = grace.saturating_sub(slot.grace);
		if longer > 0 {
			slot.excused = slot.excused.saturating_add(longer);
			Self::set_end(slot, slot.end, grace)?;
		}
		Ok(longer > 0)
	}

	/// On which terms time is reserved now.
	fn plan_reserve(pool: PoolId, gpus: u32, start: Minute, end: Minute) -> Result<Sale, DispatchError> {
		ensure_gpus::<T>(gpus)?;
		let is_aligned = |minute: Minute| minute.checked_rem(SLICE) == Some(0);
		ensure!(is_aligned(start) && is_aligned(end), Error::<T>::NotAligned);
		let now = Self::now();
		let minutes = end.checked_sub(start).filter(|minutes| *minutes > 0);
		let minutes = minutes.ok_or(Error::<T>::TooShort)?;
		ensure!(
			start >= now.saturating_add(Parameters::<T>::get().notice.get()),
			Error::<T>::TooLate
		);
		let lead = minutes.saturating_mul(LEAD_FACTOR).max(LEAST_LEAD);
		ensure!(start.saturating_sub(now) <= lead, Error::<T>::TooFarAhead);
		ensure!(end.saturating_sub(now) <= SOLD_AHEAD, Error::<T>::TooFarAhead);
		let facts = Self::facts(pool)?;
		let sale = Sale {
			pool,
			kind: RentalKind::Reserved,
			gpus,
			quote: Self::quote(pool, RentalKind::Reserved, gpus, start, minutes)?,
			grace: 0,
		};
		let (from, to) = Self::slices_of(&sale);
		Self::ensure_free(pool, facts.online, from, to, gpus)?;
		Ok(sale)
	}

	fn slices_of(sale: &Sale) -> (Slice, Slice) {
		(
			slice_of(sale.quote.start),
			slice_from(sale.quote.end.saturating_add(sale.grace)),
		)
	}

	/// Takes the money.
	fn charge(who: &T::AccountId, sale: &Sale, max_rate: Credits) -> DispatchResult {
		ensure!(sale.quote.rate <= max_rate, Error::<T>::PriceAboveLimit);
		let credits = sale.quote.cost.checked_add(sale.quote.deposit);
		Self::collect(who, credits.ok_or(ArithmeticError::Overflow)?)
	}

	/// Returns what it costs that spot slots [make room](Self::make_room).
	pub(crate) fn do_rent(
		who: T::AccountId,
		pool: PoolId,
		kind: RentalKind,
		gpus: u32,
		minutes: Minute,
		max_rate: Credits,
		key: Option<AccessKey>,
	) -> Result<u32, DispatchError> {
		let sale = Self::plan_rent(pool, kind, gpus, minutes)?;
		Self::charge(&who, &sale, max_rate)?;
		let now = Self::now();
		let mut slot: SlotRecordOf<T> = sale.slot(&who, Phase::Running, key, now);
		let id = Self::mint(&who, &slot)?;
		if kind == RentalKind::Spot {
			Spot::<T>::insert(pool, Descending::from(id), ());
		} else {
			let (from, to) = Self::slices_of(&sale);
			Self::book(pool, from, to, gpus)?;
		}
		let evicted = if sale.quote.start > now {
			Self::call(&mut slot)?
		} else {
			Self::assign(id, &mut slot, gpus, &[])?;
			match kind {
				RentalKind::Spot => 0,
				_ => Self::make_room(pool, gpus)?,
			}
		};
		Self::announce(id, who, &slot);
		Self::keep(id, slot);
		Ok(evicted)
	}

	pub(crate) fn do_reserve(
		who: T::AccountId,
		pool: PoolId,
		gpus: u32,
		start: Minute,
		end: Minute,
		max_rate: Credits,
		key: Option<AccessKey>,
	) -> DispatchResult {
		let sale = Self::plan_reserve(pool, gpus, start, end)?;
		Self::charge(&who, &sale, max_rate)?;
		let slot: SlotRecordOf<T> = sale.slot(&who, Phase::Booked, key, Self::now());
		let id = Self::mint(&who, &slot)?;
		let (from, to) = Self::slices_of(&sale);
		Self::book(pool, from, to, gpus)?;
		Self::announce(id, who, &slot);
		Self::keep(id, slot);
		Ok(())
	}

	/// On which terms the slot is topped up now.
	fn plan_top_up(id: SlotId, slot: &SlotRecordOf<T>, minutes: Minute) -> Result<TopUp, DispatchError> {
		ensure!(slot.is_open(), Error::<T>::WrongKind);
		ensure!(minutes > 0, Error::<T>::TooShort);
		let now = Self::now();
		let from = match slot.phase {
			Phase::Running | Phase::Called => slot.end,
			Phase::Paused => now,
			_ => return Err(Error::<T>::WrongPhase.into()),
		};
		let end = from.checked_add(minutes).ok_or(ArithmeticError::Overflow)?;
		ensure!(end.saturating_sub(now) <= FUNDED_AHEAD, Error::<T>::TooFarAhead);
		let facts = Self::facts(slot.pool)?;
		let mut grace = grace_of(end.saturating_sub(slot.start), facts.grace);
		if !slot.is_spot() {
			let (_, booked) = Self::booked_slices(slot);
			grace = Self::fit(slot.pool, &facts, booked, end, grace, slot.gpus)?;
		}
		let credits = Self::cost(slot.rate, slot.gpus, minutes)?
			.checked_add(Self::cost_of_pause(id, slot)?)
			.ok_or(ArithmeticError::Overflow)?;
		Ok(TopUp { credits, end, grace })
	}

	pub(crate) fn do_top_up(who: T::AccountId, id: SlotId, minutes: Minute) -> DispatchResult {
		let mut slot = Self::held_slot(&who, id)?;
		let TopUp { credits, end, grace } = Self::plan_top_up(id, &slot, minutes)?;
		Self::take_over(&who, &mut slot)?;
		Self::collect(&who, credits)?;
		slot.escrow = slot.escrow.checked_add(credits).ok_or(ArithmeticError::Overflow)?;
		Self::set_end(&mut slot, end, grace)?;
		slot.warned = false;
		if slot.phase == Phase::Paused {
			Self::resume(id, &mut slot)?;
		}
		Self::deposit_event(Event::ToppedUp { slot: id, credits, end });
		Self::keep(id, slot);
		Ok(())
	}

	/// The paused slot goes on, and the minutes for which its GPUs were kept are paid.
	fn resume(id: SlotId, slot: &mut SlotRecordOf<T>) -> DispatchResult {
		let now = Self::now();
		(slot.phase, slot.excused) = (Phase::Running, 0);
		slot.gaps.iter_mut().for_each(|gap| gap.since = now);
		if !slot.gaps.is_empty() {
			slot.fill_at = Some(now);
		}
		// A host that went dark meanwhile was not looked at.
		slot.relieve_by(now);
		for (operator, mut part) in Self::parts_of(id) {
			Self::bill_kept(slot, operator, &part)?;
			Self::begin_to_keep(slot, operator, &mut part);
			match Self::is_delivered(id, slot, &part) {
				true => Self::switch_on(id, slot, operator, &mut part)?,
				false => Self::expect_delivery(slot),
			}
			Parts::<T>::insert(id, operator, part);
		}
		Ok(())
	}

	pub(crate) fn do_quote_rent(
		pool: PoolId,
		kind: RentalKind,
		gpus: u32,
		minutes: Minute,
	) -> Result<Quote, DispatchError> {
		Self::plan_rent(pool, kind, gpus, minutes).map(|sale| sale.quote)
	}

	pub(crate) fn do_quote_reserve(
		pool: PoolId,
		gpus: u32,
		start: Minute,
		end: Minute,
	) -> Result<Quote, DispatchError> {
		Self::plan_reserve(pool, gpus, start, end).map(|sale| sale.quote)
	}

	pub(crate) fn do_quote_top_up(id: SlotId, minutes: Minute) -> Result<Credits, DispatchError> {
		let slot = Slots::<T>::get(id).ok_or(Error::<T>::UnknownSlot)?;
		let credits = Self::plan_top_up(id, &slot, minutes)?.credits;
		// The holder takes the deposit over where another account paid it.
		let deposit = match T::Deeds::holder(id) == Some(slot.payer) {
			true => 0,
			false => slot.deposit,
		};
		Ok(credits.checked_add(deposit).ok_or(ArithmeticError::Overflow)?)
	}
}
