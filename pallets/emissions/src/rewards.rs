//! The network's reward streams, and paying what they earned.

use crate::{epochs::sum, ClockRecord, ClockState, Config, Error, NetworkCheckpoints, Pallet, Streams, Totals};
use core::marker::PhantomData;
use frame_support::{
	traits::{fungible::Mutate, tokens::Preservation},
	DefaultNoBound,
};
use millpond_math::streams::{Checkpoint, Checkpoints, NetworkIndex};
use millpond_primitives::{Balance, EpochIndex};
use millpond_traits::{Clock, Emissions, SettledNetwork};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

/// The network's checkpoints, in [`NetworkCheckpoints`].
#[derive(DefaultNoBound)]
pub struct StoredCheckpoints<T>(PhantomData<T>);

impl<T: Config> Checkpoints<NetworkIndex> for StoredCheckpoints<T> {
	fn get(&self, epoch: EpochIndex) -> Option<Checkpoint<NetworkIndex>> {
		NetworkCheckpoints::<T>::get(epoch)
	}

	fn set(&mut self, epoch: EpochIndex, checkpoint: Checkpoint<NetworkIndex>) {
		NetworkCheckpoints::<T>::insert(epoch, checkpoint);
	}

	fn remove(&mut self, epoch: EpochIndex) {
		NetworkCheckpoints::<T>::remove(epoch);
	}
}

impl<T: Config> Emissions<T::AccountId> for Pallet<T> {
	type Checkpoints = StoredCheckpoints<T>;

	fn with_network<R, E: From<DispatchError>>(
		with: impl FnOnce(&mut SettledNetwork<Self::Checkpoints>) -> Result<R, E>,
	) -> Result<R, E> {
		let before = Streams::<T>::get().ok_or(DispatchError::from(Error::<T>::NotBegun))?;
		let mut network = before;
		let mut checkpoints = StoredCheckpoints::<T>::default();
		let mut settled = network
			.settle(Self::now(), &mut checkpoints)
			.map_err(|_| DispatchError::from(Error::<T>::Inconsistent))?;
		let result = with(&mut settled)?;
		if network.has_changed_since(&before) {
			Streams::<T>::put(network);
		}
		Ok(result)
	}

	fn pay(to: &T::AccountId, amount: Balance) -> DispatchResult {
		T::Bct::transfer(&Self::rewards_pot(), to, amount, Preservation::Preserve).map(drop)
	}

	fn carry_over(amount: Balance) -> DispatchResult {
		Self::burn(&Self::rewards_pot(), amount)?;
		Totals::<T>::try_mutate(|totals| {
			totals.rewards = totals.rewards.checked_sub(amount).ok_or(ArithmeticError::Underflow)?;
			totals.carried = sum([totals.carried, amount])?;
			Ok(())
		})
	}

	fn pot() -> Balance {
		Self::content(&Self::rewards_pot())
	}

	fn look_ahead() -> DispatchResult {
		let clock = ClockState::<T>::get().ok_or(Error::<T>::NotBegun)?;
		let network = Streams::<T>::get().ok_or(Error::<T>::NotBegun)?;
		Self::do_close_epoch(clock.origin, network)?;
		ClockState::<T>::put(ClockRecord {
			minute: network.end(),
			..clock
		});
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn close_epoch(rewards: Balance) {
		let (Some(clock), Some(mut network)) = (ClockState::<T>::get(), Streams::<T>::get()) else {
			panic!("time has begun")
		};
		let (end, length) = (network.end(), network.end().saturating_sub(network.start()));
		let budget = millpond_math::streams::Budget {
			rewards,
			credit_cap: millpond_math::index::SCALE.saturating_mul(u64::MAX.into()),
			weight_cap: Default::default(),
		};
		let closed = network.close(budget, length, &mut StoredCheckpoints::<T>::default());
		let minted = closed.map(|closed| Self::mint(&Self::rewards_pot(), closed.rewards));
		assert!(matches!(minted, Ok(Ok(()))), "the epoch cannot be closed");
		Streams::<T>::put(network);
		ClockState::<T>::put(ClockRecord { minute: end, ..clock });
	}
}
