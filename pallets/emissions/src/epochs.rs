//! Epochs: what one may pay, what it pays, and what it carries over.

use crate::{
	Burns, Config, EpochLength, EpochSummary, Error, Event, NextEpochLength, Pallet, Parameters, StoredCheckpoints,
	Streams, Summaries, Totals, TotalsRecord, YearlyBudgets, SUMMARIES,
};
use frame_support::traits::Get;
use millpond_math::{
	index::{credit_value, multiple, portion},
	schedule::{emitted, release, Burned, Emission},
	streams::{Budget, Network},
};
use millpond_primitives::{Balance, Minute, Price};
use millpond_traits::Prices;
use sp_runtime::{traits::UniqueSaturatedInto, ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_epoch_length(length: EpochLength) {
		NextEpochLength::<T>::put(length);
		let from = Streams::<T>::get().map_or(0, |network| network.epoch().saturating_add(1));
		Self::deposit_event(Event::EpochLengthSet { length, from });
	}

	/// Closes the open epoch at its end and begins the next one.
	///
	/// What its demand can be paid is minted into the rewards pot, the validators' part into theirs, and the treasury's
	/// for it; the rest of what is for GPU rewards is carried over.
	pub(crate) fn do_close_epoch(origin: Minute, mut network: Network) -> DispatchResult {
		let totals = Totals::<T>::get();
		let (start, end) = (network.start(), network.end());
		let mut burned = Burns::<T>::get();
		let (emission, reminted) = Self::income(origin, &network, &mut burned)?;
		let released = Self::released(origin, &network, totals.carried)?;
		let price = T::Prices::for_epochs();
		let budget = Self::budget(sum([released, emission.gpus, reminted])?, price);
		let closed = network
			.close(
				budget,
				NextEpochLength::<T>::get().get(),
				&mut StoredCheckpoints::<T>::default(),
			)
			.map_err(|_| Error::<T>::Inconsistent)?;
		Burns::<T>::put(burned);
		Streams::<T>::put(network);

		let minted = sum([closed.rewards, closed.availability])?;
		Self::mint(&Self::rewards_pot(), minted)?;
		Self::mint(&Self::validators_pot(), emission.validators)?;
		// Where the treasury has no account and the amount opens none, it is left for GPU rewards.
		let treasury = Self::mint(&T::Treasury::get(), emission.treasury)
			.map(|()| emission.treasury)
			.unwrap_or_default();
		let carried = sum([
			totals.carried.checked_sub(released).ok_or(ArithmeticError::Underflow)?,
			closed.left,
			emission.treasury.saturating_sub(treasury),
		])?;
		Totals::<T>::put(TotalsRecord {
			scheduled: sum([totals.scheduled, emission.gpus, emission.validators, emission.treasury])?,
			reminted: sum([totals.reminted, reminted])?,
			rewards: sum([totals.rewards, minted])?,
			validators: sum([totals.validators, emission.validators])?,
			treasury: sum([totals.treasury, treasury])?,
			carried,
			..totals
		});

		let summary = EpochSummary {
			epoch: closed.epoch,
			start,
			end,
			closed: true,
			demand: closed.demand,
			emission,
			reminted,
			released,
			rewards: closed.rewards,
			availability: closed.availability,
			carried,
			price,
		};
		Summaries::<T>::insert(closed.epoch, summary);
		if let Some(old) = closed.epoch.checked_sub(SUMMARIES) {
			Summaries::<T>::remove(old);
		}
		Self::deposit_event(Event::EpochClosed { summary });
		Ok(())
	}

	/// What of `carried` the open epoch may use: at most as much as the schedule gives to it for GPU rewards, so that no
	/// epoch, at whatever price, can mint what years have left.
	pub(crate) fn released(origin: Minute, network: &Network, carried: Balance) -> Result<Balance, DispatchError> {
		let (start, end) = Self::since(origin, network)?;
		let most = release(&YearlyBudgets::<T>::get(), start, end).map_err(|_| Error::<T>::Inconsistent)?;
		let most = Parameters::<T>::get()
			.split
			.apply(most)
			.map_err(|_| Error::<T>::Inconsistent)?;
		Ok(carried.min(most.gpus))
	}

	/// The minutes since genesis in which the open epoch begins and ends.
	fn since(origin: Minute, network: &Network) -> Result<(Minute, Minute), Error<T>> {
		let since_origin = |minute: Minute| minute.checked_sub(origin).ok_or(Error::Inconsistent);
		Ok((since_origin(network.start())?, since_origin(network.end())?))
	}

	/// What the schedule gives to the open epoch, and what of `burned` may be minted again in it.
	pub(crate) fn income(
		origin: Minute,
		network: &Network,
		burned: &mut Burned,
	) -> Result<(Emission, Balance), DispatchError> {
		let (start, end) = Self::since(origin, network)?;
		let budgets = YearlyBudgets::<T>::get();
		let scheduled = emitted(&budgets, start, end).map_err(|_| Error::<T>::Inconsistent)?;
		let emission = Parameters::<T>::get()
			.split
			.apply(scheduled)
			.map_err(|_| Error::<T>::Inconsistent)?;
		let [first_year, ..] = budgets;
		let reminted = burned
			.remint(end, end.saturating_sub(start), first_year)
			.map_err(|_| Error::<T>::Inconsistent)?;
		Ok((emission, reminted))
	}

	/// `rewards` plancks to pay at most, under the caps at `price`. A cap that cannot be known is zero: nothing is lost by
	/// it, for what is not paid is carried over.
	fn budget(rewards: Balance, price: Option<Price>) -> Budget {
		let parameters = Parameters::<T>::get();
		let (kappa, alpha) = (
			parameters.kappa.get().unique_saturated_into(),
			parameters.alpha.get().unique_saturated_into(),
		);
		let value = price.and_then(|price| credit_value(price).ok()).unwrap_or_default();
		Budget {
			rewards,
			credit_cap: portion(value, kappa).unwrap_or_default(),
			weight_cap: multiple(value, T::LeastReferencePrice::get())
				.and_then(|value| portion(value, alpha))
				.unwrap_or_default(),
		}
	}
}

/// The sum of `amounts`.
pub(crate) fn sum<const N: usize>(amounts: [Balance; N]) -> Result<Balance, ArithmeticError> {
	amounts
		.into_iter()
		.try_fold(0, |sum: Balance, amount| sum.checked_add(amount))
		.ok_or(ArithmeticError::Overflow)
}
