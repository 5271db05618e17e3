//! What managers do: open pools, set terms and prices, close them.

use crate::{
	types::duty, Announced, Config, Error, Event, Managed, Mode, NextPool, Pallet, Parameters, PoolRecord, PoolStreams,
	Pools, Prices, Queue, Queues, Terms, AVAILABLE_UP_TO, MAX_GRACE,
};
use frame_support::ensure;
use millpond_math::streams::{Pool, LIMIT};
use millpond_primitives::{Credits, EpochIndex, GpuModelId, Minute, OperatorId, PoolId, BASIS_POINTS};
use millpond_traits::{Clock, Emissions, Gpus, Obligations, Operators, RentalKind};
use sp_runtime::{traits::UniqueSaturatedInto, DispatchError, DispatchResult};

impl Terms {
	fn ensure_valid<T>(&self) -> Result<(), Error<T>> {
		let floors = [self.floors.spot, self.floors.on_demand, self.floors.reserved];
		ensure!(
			floors.iter().all(|floor| (1..=LIMIT).contains(floor)),
			Error::<T>::FloorOutOfRange
		);
		ensure!(self.grace <= MAX_GRACE, Error::<T>::GraceTooLong);
		ensure!(
			u32::from(self.minimum_uptime) <= BASIS_POINTS,
			Error::<T>::UptimeOutOfRange
		);
		Ok(())
	}
}

impl Prices {
	fn ensure_valid<T>(&self, terms: &Terms) -> Result<(), Error<T>> {
		let floors = terms.floors;
		let spot = self.spot.map(|price| (price, floors.spot));
		let on_demand = self.on_demand.map(|price| (price, floors.on_demand));
		let reserved = self.reserved.iter().map(|tier| (tier.price, floors.reserved));
		for (price, floor) in spot.into_iter().chain(on_demand).chain(reserved) {
			ensure!(price >= floor, Error::<T>::PriceBelowFloor);
			ensure!(price <= LIMIT, Error::<T>::PriceTooHigh);
		}
		ensure!(
			self.reserved.is_sorted_by(|one, next| one.minutes < next.minutes),
			Error::<T>::TiersOutOfOrder
		);
		Ok(())
	}
}

impl PoolRecord {
	/// What a GPU-minute costs in `epoch`, in DC, when `minutes` of it are bought at once. A floor that has risen since the
	/// prices were set holds.
	pub(crate) fn price(&self, kind: RentalKind, minutes: Minute, epoch: EpochIndex) -> Option<Credits> {
		let floors = self.terms_in(epoch).floors;
		let (price, floor) = match kind {
			RentalKind::Spot => (self.prices.spot, floors.spot),
			RentalKind::OnDemand => (self.prices.on_demand, floors.on_demand),
			RentalKind::Reserved => {
				let tier = self.prices.reserved.iter().rev().find(|tier| tier.minutes <= minutes);
				(tier.map(|tier| tier.price), floors.reserved)
			}
		};
		price.map(|price| price.max(floor))
	}
}

impl<T: Config> Pallet<T> {
	/// The record of a pool.
	pub(crate) fn record(pool: PoolId) -> Result<PoolRecord, Error<T>> {
		Pools::<T>::get(pool).ok_or(Error::<T>::UnknownPool)
	}

	pub(crate) fn ensure_operator(who: &T::AccountId, operator: OperatorId) -> Result<(), Error<T>> {
		ensure!(
			T::Operators::holder(operator).as_ref() == Some(who),
			Error::<T>::NotOperator
		);
		Ok(())
	}

	/// The record of a pool that `who` manages.
	pub(crate) fn managed(who: &T::AccountId, pool: PoolId) -> Result<PoolRecord, Error<T>> {
		let record = Self::record(pool)?;
		Self::ensure_operator(who, record.manager).map_err(|_| Error::<T>::NotManager)?;
		Ok(record)
	}

	/// What an idle GPU of the pool counts for availability in `epoch`.
	pub(crate) fn weight(record: &PoolRecord, epoch: EpochIndex) -> u128 {
		let price = record.price(RentalKind::OnDemand, 0, epoch);
		price
			.zip(T::Gpus::model(record.model))
			.filter(|(price, model)| *price <= model.reference_price.saturating_mul(AVAILABLE_UP_TO))
			.map_or(0, |(_, model)| model.weight.into())
	}

	pub(crate) fn do_create(
		who: &T::AccountId,
		manager: OperatorId,
		model: GpuModelId,
		mode: Mode,
		terms: Terms,
		prices: Prices,
	) -> Result<PoolId, DispatchError> {
		Self::ensure_operator(who, manager)?;
		ensure!(T::Gpus::model(model).is_some(), Error::<T>::UnknownModel);
		terms.ensure_valid::<T>()?;
		prices.ensure_valid::<T>(&terms)?;
		let bond = Parameters::<T>::get().pool_bond.get();
		T::Operators::take_on(manager, duty(bond))?;

		let pool = NextPool::<T>::get();
		NextPool::<T>::put(pool.checked_add(1).ok_or(Error::<T>::Inconsistent)?);
		let mut record = PoolRecord {
			manager,
			model,
			mode,
			terms,
			announced: None,
			version: 0,
			prices,
			bond,
			invited: Default::default(),
			hosts: 0,
			gpus: 0,
			leavers: 0,
			closing: false,
		};
		let weight = Self::weight(&record, T::Clock::epoch());
		let streams: Result<Pool, DispatchError> = T::Emissions::with_network(|network| {
			Pool::join(network, terms.shares, weight).map_err(|error| Error::<T>::from(error).into())
		});
		PoolStreams::<T>::insert(pool, streams?);
		Queues::<T>::insert(pool, Queue::default());
		if mode != Mode::Distributed {
			Self::add_host(&mut record, (pool, manager), u32::MAX)?;
		}
		Pools::<T>::insert(pool, record);
		Managed::<T>::insert(manager, pool, ());
		Self::deposit_event(Event::Created { pool, manager, model });
		Ok(pool)
	}

	pub(crate) fn do_announce_terms(who: &T::AccountId, pool: PoolId, terms: Terms) -> DispatchResult {
		let mut record = Self::managed(who, pool)?;
		terms.ensure_valid::<T>()?;
		Self::with_pool(pool, |mut streams| {
			Ok(streams.unschedule().map_err(Error::<T>::from)?)
		})?;
		record.terms = *record.terms_in(T::Clock::epoch());
		let notice = Parameters::<T>::get().notice_of_terms();
		// Whoever has given notice before is gone before they hold.
		let last_leave = Self::last_leave(pool).unwrap_or_default();
		let not_before = T::Clock::now()
			.saturating_add(notice)
			.max(T::Obligations::sold_until(pool, 0))
			.max(last_leave);
		record.announced = Some(Announced {
			terms,
			not_before,
			waits_until: None,
			from: None,
		});
		record.version = record.version.checked_add(1).ok_or(Error::<T>::Inconsistent)?;
		let version = record.version;
		Pools::<T>::insert(pool, record);
		Self::deposit_event(Event::TermsAnnounced {
			pool,
			terms,
			not_before,
			version,
		});
		Ok(())
	}

	/// Schedules announced terms for the next epoch when their time has come, and has them take the place of the old ones
	/// when that has begun. Returns the shares to schedule.
	///
	/// They wait for those who gave notice before that time, whatever was sold since they were announced: for how long is known
	/// then, so that nobody puts them off any further who gives notice later, or gives it again and again.
	pub(crate) fn advance_terms(
		pool: PoolId,
		record: &mut PoolRecord,
		epoch: EpochIndex,
	) -> Option<(EpochIndex, millpond_math::streams::Shares)> {
		record.terms = *record.terms_in(epoch);
		let announced = record.announced.as_mut()?;
		match announced.from {
			Some(from) if from <= epoch => record.announced = None,
			None if announced.not_before <= T::Clock::now() => {
				if let Some(last) = Self::last_leave(pool) {
					if announced.waits_until.is_none() {
						Self::deposit_event(Event::TermsPostponed { pool, not_before: last });
					}
					let until = *announced.waits_until.get_or_insert(last);
					if T::Clock::now() < until.min(last) {
						return None;
					}
				}
				let from = epoch.saturating_add(1);
				announced.from = Some(from);
				Self::deposit_event(Event::TermsScheduled { pool, from });
				return Some((from, announced.terms.shares));
			}
			_ => {}
		}
		None
	}

	pub(crate) fn do_set_prices(who: &T::AccountId, pool: PoolId, prices: Prices) -> DispatchResult {
		let mut record = Self::managed(who, pool)?;
		let epoch = T::Clock::epoch();
		prices.ensure_valid::<T>(record.terms_in(epoch))?;
		record.prices = prices.clone();
		let weight = Self::weight(&record, epoch);
		Self::with_pool(pool, |mut streams| {
			// It limits how far changes can be dated back, so that it is not set for nothing.
			if streams.weight() != weight {
				streams.set_weight(weight).map_err(Error::<T>::from)?;
			}
			Ok(())
		})?;
		Pools::<T>::insert(pool, record);
		Self::deposit_event(Event::PricesSet { pool, prices });
		Ok(())
	}

	pub(crate) fn do_close(who: &T::AccountId, pool: PoolId) -> DispatchResult {
		let mut record = Self::managed(who, pool)?;
		ensure!(record.gpus == 0, Error::<T>::PoolNotEmpty);
		ensure!(!record.closing, Error::<T>::PoolCloses);
		// Who has bought time here gets it, or is refunded by the pool's manager when it comes.
		ensure!(
			T::Obligations::sold_until(pool, 0) <= T::Clock::now(),
			Error::<T>::TimeSold
		);
		record.closing = true;
		Pools::<T>::insert(pool, record);
		Self::deposit_event(Event::Closing { pool });
		Ok(())
	}

	/// How many GPUs of the pool are online in lit groups.
	pub(crate) fn online(pool: PoolId) -> u32 {
		PoolStreams::<T>::get(pool).map_or(0, |streams| streams.rate().online.unique_saturated_into())
	}
}
