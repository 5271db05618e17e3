//! The price: from the feeders' values to what minting, paying out and fees use, and the breaker between them.

use crate::{
	Config, Error, Event, HaltReason, HourlyHighs, LastPrice, Pallet, Parameters, ParametersRecord, PriceFeeds,
	PriceRecord, HIGHS_BUCKET, SLOW_HALF_LIFE, SLOW_REACH,
};
use frame_support::traits::{Get, Time};
use millpond_math::{
	logarithm::Logarithm,
	price::{ema, fresh_median, moved_beyond, Median, Reading},
};
use millpond_primitives::{Moment, Price, RangedU32, SECOND};
use millpond_traits::Prices;
use sp_runtime::{traits::UniqueSaturatedInto, DispatchError};

/// Seconds that governance has set, in milliseconds.
pub(crate) fn millis<const MIN: u32, const MAX: u32>(seconds: RangedU32<MIN, MAX>) -> Moment {
	// A u32 times 1,000: fits.
	Moment::from(seconds.get()).saturating_mul(SECOND)
}

impl PriceRecord {
	/// The first price of all. Nothing precedes it that it could have jumped from: minting is open.
	fn first(median: Median, now: Moment) -> Self {
		Self {
			at: now,
			median: median.price,
			ema: median.price,
			fresh_until: Some(median.fresh_until),
			halted_until: None,
			high: median.price,
			last_open: median.price,
			slow: Logarithm::of(median.price.into_inner()),
		}
	}

	/// What an observation at `now` makes of this one. `median` is None without a quorum.
	///
	/// The average moves on by the time that the last median stood: until now, or until its quorum was no longer fresh. The
	/// slow average does so only if minting was open at that median, so that a price which halts minting has no weight in it.
	/// Minting halts when there was no quorum in between, or when the median is further from the one before it or from
	/// its average than allowed; the average catches a price that is moved away in small steps. It reopens when the time
	/// is over and the median is again near its average, which follows it.
	fn next(&self, median: Option<Median>, now: Moment, parameters: &ParametersRecord) -> Self {
		let stood_until = self.fresh_until.unwrap_or(self.at).min(now);
		let stood = stood_until.saturating_sub(self.at);
		let ema = ema(self.ema, self.median, stood, millis(parameters.ema_half_life));
		let slow = if self.is_open(self.at) {
			let held = Logarithm::of(self.last_open.into_inner());
			self.slow.average(held, stood, SLOW_HALF_LIFE, SLOW_REACH)
		} else {
			self.slow
		};
		let Some(median) = median else {
			return Self {
				at: now,
				ema,
				fresh_until: None,
				slow,
				..*self
			};
		};

		let beyond = |from| moved_beyond(from, median.price, parameters.max_jump.get());
		let lost = self.fresh_until.is_none_or(|until| until < now);
		let far = beyond(ema);
		let halted_until = match self.halted_until {
			_ if lost || beyond(self.median) => Some(now.saturating_add(millis(parameters.reopen_after))),
			None if far => Some(now.saturating_add(millis(parameters.reopen_after))),
			Some(until) if far || now < until => Some(until),
			_ => None,
		};
		let next = Self {
			at: now,
			median: median.price,
			ema,
			fresh_until: Some(median.fresh_until),
			halted_until,
			slow,
			..*self
		};
		Self {
			last_open: if next.is_open(now) {
				next.higher()
			} else {
				self.last_open
			},
			..next
		}
	}

	/// Whether there is a quorum at `now`, this being the newest observation.
	fn has_quorum(&self, now: Moment) -> bool {
		self.fresh_until.is_some_and(|until| now <= until)
	}

	/// Whether minting is open at `now`, this being the newest observation.
	fn is_open(&self, now: Moment) -> bool {
		self.has_quorum(now) && self.halted_until.is_none()
	}

	fn lower(&self) -> Price {
		self.median.min(self.ema)
	}

	fn higher(&self) -> Price {
		self.median.max(self.ema)
	}

	fn slow(&self) -> Price {
		Price::from_inner(self.slow.power())
	}
}

impl<T: Config> Pallet<T> {
	/// The newest value of every feeder, fresh or not.
	pub(crate) fn readings() -> impl Iterator<Item = Reading> {
		T::Feeds::readings().take(T::MaxFeeders::get().unique_saturated_into())
	}

	/// The median of the fresh values, if they are a quorum.
	pub(crate) fn median() -> Option<Median> {
		let freshness = millis(Parameters::<T>::get().freshness);
		fresh_median(Self::readings(), T::Feeds::feeders(), T::Time::now(), freshness)
	}

	/// The price as an observation would find it now.
	pub(crate) fn price_now() -> Option<PriceRecord> {
		let now = T::Time::now();
		match (LastPrice::<T>::get(), Self::median()) {
			(Some(last), median) => Some(last.next(median, now, &Parameters::<T>::get())),
			(None, median) => median.map(|median| PriceRecord::first(median, now)),
		}
	}

	/// The price as an observation would find it now, if minting is open.
	fn open_price() -> Result<PriceRecord, Error<T>> {
		let price = Self::price_now()
			.filter(|price| price.has_quorum(price.at))
			.ok_or(Error::NoQuorum)?;
		if price.is_open(price.at) {
			Ok(price)
		} else {
			Err(Error::Halted)
		}
	}

	/// Takes the price after a feeder's value has changed: stores it, its high, and tells when minting stops or goes on.
	pub(crate) fn observe() {
		let Some(mut price) = Self::price_now() else { return };
		let last = LastPrice::<T>::get();
		if price.is_open(price.at) {
			// Only hours with a usable price push others out: the high outlasts any outage.
			HourlyHighs::<T>::mutate(|highs| {
				highs.roll((price.at / HIGHS_BUCKET).unique_saturated_into());
				highs.raise(price.higher().into_inner());
				price.high = Price::from_inner(highs.max());
			});
		}
		LastPrice::<T>::put(price);

		let Some(last) = last else { return };
		match (last.halted_until, price.halted_until) {
			(before, Some(until)) if before != Some(until) => {
				let reason = if last.has_quorum(price.at) {
					HaltReason::Jump
				} else {
					HaltReason::NoQuorum
				};
				Self::deposit_event(Event::MintingHalted { reason, until });
			}
			(Some(_), None) => Self::deposit_event(Event::MintingReopened),
			_ => (),
		}
	}
}

impl<T: Config> Prices for Pallet<T> {
	fn for_mint() -> Result<Price, DispatchError> {
		Ok(Self::open_price()?.lower())
	}

	fn for_payout() -> Result<Price, DispatchError> {
		Self::for_mint()
	}

	fn for_compensation() -> Result<Price, DispatchError> {
		let price = Self::open_price()?;
		let lower = price.lower();
		// Compared as logarithms: the power of one is rounded, and would lower a price that stands still by its last digits.
		Ok(if price.slow < Logarithm::of(lower.into_inner()) {
			price.slow()
		} else {
			lower
		})
	}

	fn for_bonds() -> Result<Price, DispatchError> {
		Ok(Self::open_price()?.higher())
	}

	/// Reads one stored item. What stood since the newest observation has no weight in it yet: ten minutes at most.
	fn for_epochs() -> Option<Price> {
		LastPrice::<T>::get().map(|price| price.last_open.max(price.slow()))
	}

	/// Reads one stored item, whatever the number of feeders: every fee in Data Credits takes it.
	fn for_fees() -> Option<Price> {
		LastPrice::<T>::get().map(|price| {
			if price.is_open(T::Time::now()) {
				price.higher()
			} else {
				price.high
			}
		})
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_price(price: Price) {
		LastPrice::<T>::kill();
		T::Feeds::fill(price);
		Self::observe();
	}
}
