//! The market minute, and the time that is nobody's fault.

use crate::{ClockRecord, ClockState, Config, Excused, NextEpochLength, Pallet, Streams, WeightInfo};
use frame_support::{
	defensive,
	storage::with_storage_layer,
	traits::{Get, OnTimestampSet, Time},
	weights::WeightMeter,
};
use millpond_math::streams::Network;
use millpond_primitives::{EpochIndex, Minute, Moment, MINUTE};
use millpond_traits::{Agenda, Clock};
use sp_runtime::traits::UniqueSaturatedInto;

/// More minutes without a block, or more that the market minute is behind, are nobody's fault.
const TOLERANCE: Minute = 2;

/// The minute of a moment.
pub(crate) fn minute_of(moment: Moment) -> Minute {
	(moment / MINUTE).unique_saturated_into()
}

impl<T: Config> OnTimestampSet<Moment> for Pallet<T> {
	/// Begins market time in the first block, and notes in every other whether the time since the one before is excused:
	/// before any transaction of it, and also while the chain is migrating.
	fn on_timestamp_set(now: Moment) {
		match ClockState::<T>::get() {
			Some(clock) => Self::note_block(clock, now),
			None => Self::begin(now),
		}
	}
}

impl<T: Config> Pallet<T> {
	/// The minute of the wall clock.
	pub(crate) fn wall_minute() -> Minute {
		minute_of(T::Time::now())
	}

	fn begin(now: Moment) {
		let minute = minute_of(now);
		let Ok(network) = Network::new(minute, NextEpochLength::<T>::get().get()) else {
			defensive!("the first epoch has no end");
			return;
		};
		Streams::<T>::put(network);
		ClockState::<T>::put(ClockRecord {
			origin: minute,
			minute,
			last_block: now,
		});
	}

	fn note_block(clock: ClockRecord, now: Moment) {
		let since = clock.last_block;
		let silent = now.saturating_sub(since) > Moment::from(TOLERANCE).saturating_mul(MINUTE);
		let behind = minute_of(since).saturating_sub(clock.minute) > TOLERANCE;
		if silent || behind || T::Halted::get() {
			let after = minute_of(now.saturating_add(MINUTE).saturating_sub(1));
			Excused::<T>::mutate(|excused| excused.note(minute_of(since), after));
		}
		ClockState::<T>::put(ClockRecord {
			last_block: now,
			..clock
		});
	}

	/// Works off agendas, passes minutes and closes epochs, as far as the wall clock, the agendas and the weight let it.
	pub(crate) fn do_pass_minutes(block: &mut WeightMeter) {
		let mut meter = WeightMeter::with_limit(block.remaining().min(T::MaxClockWeight::get()));
		// Each turn passes at least a minute, and costs at least a turn's weight.
		while meter.try_consume(T::WeightInfo::pass_minutes()).is_ok()
			&& Self::pass_minutes(Self::wall_minute(), &mut meter)
		{}
		block.consume(meter.consumed());
	}

	/// Works off the agenda of the minute that is open and passes it, and those after it in which nothing is due, but at
	/// most to the end of the epoch or to the minute `wall`. Tells whether it did.
	pub(crate) fn pass_minutes(wall: Minute, meter: &mut WeightMeter) -> bool {
		let Some(clock) = ClockState::<T>::get() else {
			return false;
		};
		if !T::Agenda::work_off(clock.minute, meter) || wall <= clock.minute {
			return false;
		}
		let Some(network) = Streams::<T>::get() else {
			return false;
		};
		let until = wall.min(network.end());
		let next = T::Agenda::next_due(clock.minute, until, meter)
			.max(clock.minute.saturating_add(1))
			.min(until);
		if next == network.end() {
			if meter.try_consume(T::WeightInfo::close_epoch()).is_err() {
				return false;
			}
			if let Err(error) = with_storage_layer(|| Self::do_close_epoch(clock.origin, network)) {
				// Its amounts would have to exceed all that can exist. Time stands, and nothing is lost.
				defensive!("the epoch cannot be closed", error);
				return false;
			}
		}
		ClockState::<T>::put(ClockRecord { minute: next, ..clock });
		true
	}
}

impl<T: Config> Clock for Pallet<T> {
	fn now() -> Minute {
		ClockState::<T>::get().map_or(0, |clock| clock.minute)
	}

	fn epoch() -> EpochIndex {
		Streams::<T>::get().map_or(0, |network| network.epoch())
	}

	fn excused_between(from: Minute, to: Minute) -> Minute {
		Excused::<T>::get().between(from, to.min(Self::now()))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_now(now: Minute) {
		use crate::StoredCheckpoints;
		use millpond_math::streams::Budget;

		let Some(clock) = ClockState::<T>::get() else {
			return Self::begin(Moment::from(now).saturating_mul(MINUTE));
		};
		let Some(mut network) = Streams::<T>::get() else {
			return;
		};
		if now >= network.end() {
			// One epoch, with nothing to pay, up to now and as far beyond as an epoch is long.
			let length = NextEpochLength::<T>::get()
				.get()
				.saturating_add(now)
				.saturating_sub(network.end());
			let nothing = Budget {
				rewards: 0,
				credit_cap: Default::default(),
				weight_cap: Default::default(),
			};
			if network
				.close(nothing, length, &mut StoredCheckpoints::<T>::default())
				.is_ok()
			{
				Streams::<T>::put(network);
			}
		}
		ClockState::<T>::put(ClockRecord { minute: now, ..clock });
	}
}
