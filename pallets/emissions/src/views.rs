//! What wallets and services ask for.

use crate::{
	Burns, ClockState, Config, EpochSummary, MarketTime, NextEpochLength, Pallet, StoredCheckpoints, Streams,
	Summaries, Totals,
};
use millpond_primitives::EpochIndex;

impl<T: Config> Pallet<T> {
	/// What `epoch` came to, or, for the one that is open, what it has come to so far. None for the epochs to come and for
	/// those that closed more than [`SUMMARIES`](crate::SUMMARIES) epochs ago.
	pub fn summary(epoch: EpochIndex) -> Option<EpochSummary> {
		Summaries::<T>::get(epoch).or_else(|| Self::open_epoch().filter(|open| open.epoch == epoch))
	}

	fn open_epoch() -> Option<EpochSummary> {
		let (clock, mut network) = (ClockState::<T>::get()?, Streams::<T>::get()?);
		let mut burned = Burns::<T>::get();
		let (emission, reminted) = Self::income(clock.origin, &network, &mut burned).ok()?;
		let carried = Totals::<T>::get().carried;
		let released = Self::released(clock.origin, &network, carried).ok()?;
		let mut checkpoints = StoredCheckpoints::<T>::default();
		let demand = network.settle(clock.minute, &mut checkpoints).ok()?.tally();
		Some(EpochSummary {
			epoch: network.epoch(),
			start: network.start(),
			end: network.end(),
			closed: false,
			demand,
			emission,
			reminted,
			released,
			rewards: 0,
			availability: 0,
			carried,
			price: None,
		})
	}

	pub(crate) fn do_market_time() -> Option<MarketTime> {
		let (clock, network) = (ClockState::<T>::get()?, Streams::<T>::get()?);
		Some(MarketTime {
			wall: Self::wall_minute(),
			minute: clock.minute,
			epoch: network.epoch(),
			epoch_end: network.end(),
			next_length: NextEpochLength::<T>::get(),
		})
	}
}
