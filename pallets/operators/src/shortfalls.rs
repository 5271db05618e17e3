//! What happens when a bond does not cover its operator's duties: the operator is called, and then suspended.

use crate::{
	BondRecord, Bonds, Config, Event, Pallet, ReviewRecord, Reviews, Short, Shortfall, WeightInfo, TIME_TO_RAISE,
};
use frame_support::weights::WeightMeter;
use millpond_primitives::{Minute, OperatorId, Price, MINUTES_PER_DAY};
use millpond_traits::{Clock, OnSuspension, Prices};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// The price at which it is decided whether an operator is called. None while there is none that may be used.
	pub(crate) fn price_for_calls() -> Option<Price> {
		T::Prices::for_bonds().ok()
	}

	pub(crate) fn do_review(operator: OperatorId) -> DispatchResult {
		Self::try_mutate_bond(operator, |record| {
			Self::review(operator, record);
			Ok(())
		})
	}

	/// Calls the operator of `record` if its bond is short, suspends it if it has been called for too long, and ends both if
	/// the bond suffices. Without a price that may be used nothing depends on what the bond is worth.
	pub(crate) fn review(operator: OperatorId, record: &mut BondRecord) {
		let price = Self::price_for_calls();
		if price.is_some_and(|price| record.draw_on_free(price)) {
			let amount = record.duty_bond;
			Self::deposit_event(Event::DutyBondRaised { operator, amount });
		}
		let is_uncovered = record.bond < record.duty_bond;
		let is_known = is_uncovered || price.is_some();
		let is_short = record.bond < record.required(price);
		match record.shortfall {
			None if is_short => Self::begin_shortfall(operator, record, price),
			Some(shortfall) if is_known && !is_short => {
				record.shortfall = None;
				Self::count_shortfall(Some(shortfall), None);
				Self::deposit_event(Event::BondSuffices { operator });
				if shortfall.suspended {
					T::Pools::resumed(operator);
				}
			}
			Some(shortfall) if is_known && !shortfall.suspended && Self::raise_until(&shortfall) <= T::Clock::now() => {
				let suspended = Shortfall {
					suspended: true,
					..shortfall
				};
				record.shortfall = Some(suspended);
				Self::count_shortfall(Some(shortfall), Some(suspended));
				Self::deposit_event(Event::Suspended { operator });
				T::Pools::suspended(operator);
			}
			_ => {}
		}
	}

	/// Counts an operator whose bond was short as `before` tells, and is now as `after` tells.
	pub(crate) fn count_shortfall(before: Option<Shortfall>, after: Option<Shortfall>) {
		Short::<T>::mutate(|short| {
			if let Some(count) = before.map(|shortfall| short.of(shortfall)) {
				*count = count.saturating_sub(1);
			}
			if let Some(count) = after.map(|shortfall| short.of(shortfall)) {
				*count = count.saturating_add(1);
			}
		});
	}

	/// Calls the operator of `record` at once if a slash or a compensation has left less of the bond than is to answer for its
	/// duties.
	pub(crate) fn call_if_uncovered(operator: OperatorId, record: &mut BondRecord) {
		if record.shortfall.is_none() && record.bond < record.duty_bond {
			Self::begin_shortfall(operator, record, None);
		}
	}

	fn begin_shortfall(operator: OperatorId, record: &mut BondRecord, price: Option<Price>) {
		let shortfall = Shortfall {
			since: T::Clock::now(),
			suspended: false,
		};
		record.shortfall = Some(shortfall);
		Self::count_shortfall(None, Some(shortfall));
		Self::deposit_event(Event::BondCalled {
			operator,
			missing: record.required(price).saturating_sub(record.bond),
			until: Self::raise_until(&shortfall),
		});
	}

	/// Until when the bond can be raised before the operator's GPUs sell nothing. Excused time does not count.
	pub(crate) fn raise_until(shortfall: &Shortfall) -> Minute {
		let excused = T::Clock::excused_since(shortfall.since);
		shortfall.since.saturating_add(TIME_TO_RAISE).saturating_add(excused)
	}

	/// Goes on with the day's round of reviews, or begins it, for up to `count` operators, while `meter` lasts. It goes by the
	/// order of the storage keys, in which the place of the last one is known even if that has retired.
	pub(crate) fn review_due(count: u32, meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::reviews()).is_err() {
			return;
		}
		let (mut reviews, day) = (Reviews::<T>::get(), T::Clock::now() / MINUTES_PER_DAY);
		if reviews.done {
			if reviews.day == day {
				return;
			}
			reviews = ReviewRecord::default();
		}
		if reviews.last.is_none() {
			reviews.day = day;
		}
		for _ in 0..count {
			if meter.try_consume(T::WeightInfo::review_bond()).is_err() {
				break;
			}
			let mut operators = match reviews.last {
				Some(last) => Bonds::<T>::iter_keys_from(Bonds::<T>::hashed_key_for(last)),
				None => Bonds::<T>::iter_keys(),
			};
			let Some(operator) = operators.next() else {
				reviews.done = true;
				break;
			};
			// It fails for an operator that is not there only.
			let _ = Self::do_review(operator);
			reviews.last = Some(operator);
		}
		Reviews::<T>::put(reviews);
	}
}
