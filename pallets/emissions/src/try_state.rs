//! The invariants. The list stands in the README.

use crate::{
	Burns, ClockState, Config, Excused, NetworkCheckpoints, Pallet, Streams, Summaries, Totals, YearlyBudgets,
	SUMMARIES,
};
use frame_support::{ensure, traits::fungible::Inspect};
use millpond_math::schedule::emitted;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_sums()?;
		Self::check_pots()?;
		Self::check_clock()?;
		Self::check_epochs()
	}

	fn check_sums() -> Result<(), TryRuntimeError> {
		let (totals, clock, network) = (Totals::<T>::get(), ClockState::<T>::get(), Streams::<T>::get());
		let closed = network
			.zip(clock)
			.map_or(0, |(network, clock)| network.start().saturating_sub(clock.origin));
		ensure!(
			emitted(&YearlyBudgets::<T>::get(), 0, closed) == Ok(totals.scheduled),
			"the closed epochs got something else than the schedule has for them"
		);
		let income = totals.scheduled.checked_add(totals.reminted);
		let spending = [totals.rewards, totals.validators, totals.treasury, totals.carried]
			.into_iter()
			.try_fold(0u128, |sum, amount| sum.checked_add(amount));
		ensure!(
			income.is_some() && income == spending,
			"emitted is not minted + carried over"
		);
		Ok(())
	}

	fn check_pots() -> Result<(), TryRuntimeError> {
		let totals = Totals::<T>::get();
		let owed = totals.validators.checked_sub(totals.withdrawn);
		ensure!(
			owed.is_some_and(|owed| Self::content(&Self::validators_pot()) >= owed),
			"the validators' pot has less than it owes"
		);
		for pot in [Self::rewards_pot(), Self::validators_pot()] {
			ensure!(
				T::Bct::balance(&pot) >= T::Bct::minimum_balance(),
				"a pot has no existential deposit"
			);
		}
		Ok(())
	}

	fn check_clock() -> Result<(), TryRuntimeError> {
		let (clock, network) = (ClockState::<T>::get(), Streams::<T>::get());
		ensure!(clock.is_some() == network.is_some(), "time and epochs began apart");
		let Some((clock, network)) = clock.zip(network) else {
			return Ok(());
		};
		ensure!(
			network.start() <= clock.minute && clock.minute < network.end(),
			"the market minute is not in the open epoch"
		);
		let wall = Self::wall_minute();
		ensure!(
			clock.origin <= clock.minute && clock.minute <= wall,
			"the market minute is ahead of the wall clock"
		);
		let excused = Excused::<T>::get();
		let last = excused.spans().iter().try_fold(clock.origin, |last, span| {
			(last <= span.from && span.from < span.to).then_some(span.to)
		});
		ensure!(
			last.is_some_and(|last| last <= wall.saturating_add(1).max(clock.origin)),
			"excused time is out of order"
		);
		Ok(())
	}

	fn check_epochs() -> Result<(), TryRuntimeError> {
		let Some(network) = Streams::<T>::get() else {
			return Ok(());
		};
		let kept = network.epoch().min(SUMMARIES);
		ensure!(
			Summaries::<T>::iter_keys().count() == usize::try_from(kept).unwrap_or(usize::MAX),
			"the summaries are not those of the last epochs"
		);
		for (epoch, summary) in Summaries::<T>::iter() {
			let next = Self::summary(epoch.saturating_add(1));
			ensure!(
				summary.closed && next.is_some_and(|next| next.start == summary.end),
				"an epoch is not followed by the next"
			);
		}
		for (epoch, checkpoint) in NetworkCheckpoints::<T>::iter() {
			ensure!(checkpoint.needed > 0, "a checkpoint is kept that nobody needs");
			ensure!(epoch != network.epoch(), "the open epoch has a checkpoint");
			let newest = network.newest_checkpoint().map(|(newest, _)| newest);
			ensure!(newest != Some(epoch), "a checkpoint is kept twice");
		}
		let burned = Totals::<T>::get().reminted.checked_add(Burns::<T>::get().outstanding());
		ensure!(burned.is_some(), "more was burned than can exist");
		Ok(())
	}
}
