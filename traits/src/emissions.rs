//! GPU rewards.

use millpond_math::streams::{Checkpoints, Network, NetworkIndex, Settled};
use millpond_primitives::Balance;
use sp_runtime::{DispatchError, DispatchResult};

/// The network's reward streams, brought up to now: what pools follow, by its
/// [`Upper`](millpond_math::streams::Upper).
pub type SettledNetwork<'a, S> = Settled<'a, Network, (), &'a mut S>;

/// What pays GPU rewards.
pub trait Emissions<AccountId> {
	/// Where the network keeps what pools need of its closed epochs.
	type Checkpoints: Checkpoints<NetworkIndex>;

	/// Brings the network up to now and lends it to `with`, which settles and changes pools, groups and GPUs below it: it
	/// changes rates, spends lumps and asks for indices. One call reads the network once, whatever it does, and writes it once
	/// if anything has changed.
	///
	/// Fails before the first block. Not to be called inside `with`. After an error the checkpoints may be half changed:
	/// fail with it, so that they are rolled back.
	fn with_network<R, E: From<DispatchError>>(
		with: impl FnOnce(&mut SettledNetwork<Self::Checkpoints>) -> Result<R, E>,
	) -> Result<R, E>;

	/// Pays `amount` plancks of what levels have earned to `to`, out of the rewards pot. Fails if fewer are there, and
	/// if `to` would not have the existential deposit.
	fn pay(to: &AccountId, amount: Balance) -> DispatchResult;

	/// Gives `amount` plancks back that were minted for levels and are nobody's: the next epochs may pay them again.
	/// Fails if fewer are in the rewards pot.
	fn carry_over(amount: Balance) -> DispatchResult;

	/// What the rewards pot has to pay from, in plancks: never less than what levels have earned and not been paid.
	fn pot() -> Balance;

	/// Moves time to the end of the open epoch, as if nothing changed until then, and closes it. Only to look ahead: whoever
	/// calls it rolls everything back. Fails before the first block.
	fn look_ahead() -> DispatchResult;

	/// Moves time to the end of the open epoch and closes it for a benchmark, with `rewards` plancks for the DC spent in it.
	#[cfg(feature = "runtime-benchmarks")]
	fn close_epoch(rewards: Balance);
}

#[cfg(feature = "std")]
mod mock {
	use super::*;
	use crate::{
		mock_storage::{get, put},
		mocks::MockClock,
		Clock,
	};
	use codec::Encode;
	use millpond_math::streams::{Budget, Checkpoint, Closed};
	use millpond_primitives::{EpochIndex, Minute};
	use sp_runtime::TokenError;

	const NETWORK: &str = "mock:emissions:network";
	const CHECKPOINT: &str = "mock:emissions:checkpoint";
	const POT: &str = "mock:emissions:pot";
	const PAID: &str = "mock:emissions:paid";
	const CARRIED: &str = "mock:emissions:carried";
	const BUDGET: &str = "mock:emissions:budget";

	/// A network whose epochs a test closes. Its minutes are those of [`MockClock`].
	pub struct MockEmissions;

	impl MockEmissions {
		/// Begins epoch 0, of `length` minutes, now.
		pub fn begin(length: Minute) {
			put(
				&NETWORK,
				Some(Network::new(MockClock::now(), length).expect("a length above zero")),
			);
		}

		/// Lets time pass to the end of the present epoch and closes it with `budget`; what it pays goes into the pot. The
		/// next one has `next_length` minutes.
		pub fn close(budget: Budget, next_length: Minute) -> Closed {
			let mut network = Self::network();
			MockClock::advance(network.end() - MockClock::now());
			let closed = network.close(budget, next_length, &mut MockCheckpoints);
			let closed = closed.expect("a test's amounts fit");
			put(&NETWORK, Some(network));
			put(&POT, Self::pot() + closed.rewards + closed.availability);
			MockClock::open_epoch(network.epoch());
			put(&BUDGET, Some(budget));
			closed
		}

		/// The network, as it was last settled.
		pub fn network() -> Network {
			get::<Option<Network>>(&NETWORK).expect("a test begins it")
		}

		/// The checkpoint of `epoch`, if one is kept.
		pub fn checkpoint(epoch: EpochIndex) -> Option<Checkpoint<NetworkIndex>> {
			let newest = Self::network().newest_checkpoint();
			let newest = newest.filter(|(newest, _)| *newest == epoch);
			newest
				.map(|(_, checkpoint)| checkpoint)
				.or_else(|| MockCheckpoints.get(epoch))
		}

		/// What `who` has been paid.
		pub fn paid<AccountId: Encode>(who: &AccountId) -> Balance {
			get(&(PAID, who))
		}

		/// What has been given back.
		pub fn carried_over() -> Balance {
			get(&CARRIED)
		}

		/// The pot's balance.
		pub fn pot() -> Balance {
			get(&POT)
		}

		fn take(amount: Balance) -> DispatchResult {
			let left = Self::pot().checked_sub(amount).ok_or(TokenError::FundsUnavailable)?;
			put(&POT, left);
			Ok(())
		}
	}

	/// Where [`MockEmissions`] keeps checkpoints.
	#[derive(Default)]
	pub struct MockCheckpoints;

	impl Checkpoints<NetworkIndex> for MockCheckpoints {
		fn get(&self, epoch: EpochIndex) -> Option<Checkpoint<NetworkIndex>> {
			get(&(CHECKPOINT, epoch))
		}

		fn set(&mut self, epoch: EpochIndex, checkpoint: Checkpoint<NetworkIndex>) {
			put(&(CHECKPOINT, epoch), Some(checkpoint));
		}

		fn remove(&mut self, epoch: EpochIndex) {
			put(&(CHECKPOINT, epoch), None::<Checkpoint<NetworkIndex>>);
		}
	}

	impl<AccountId: Encode> Emissions<AccountId> for MockEmissions {
		type Checkpoints = MockCheckpoints;

		fn with_network<R, E: From<DispatchError>>(
			with: impl FnOnce(&mut SettledNetwork<MockCheckpoints>) -> Result<R, E>,
		) -> Result<R, E> {
			let mut network = get::<Option<Network>>(&NETWORK).ok_or(DispatchError::Unavailable)?;
			let mut checkpoints = MockCheckpoints;
			let mut settled = network
				.settle(MockClock::now(), &mut checkpoints)
				.map_err(|_| DispatchError::Corruption)?;
			let result = with(&mut settled)?;
			put(&NETWORK, Some(network));
			Ok(result)
		}

		fn pay(to: &AccountId, amount: Balance) -> DispatchResult {
			Self::take(amount)?;
			put(&(PAID, to), Self::paid(to) + amount);
			Ok(())
		}

		fn carry_over(amount: Balance) -> DispatchResult {
			Self::take(amount)?;
			put(&CARRIED, Self::carried_over() + amount);
			Ok(())
		}

		fn pot() -> Balance {
			MockEmissions::pot()
		}

		/// With the budget of the epoch that closed last; fails before one has.
		fn look_ahead() -> DispatchResult {
			let budget = get::<Option<Budget>>(&BUDGET).ok_or(DispatchError::Unavailable)?;
			MockEmissions::close(budget, 1);
			Ok(())
		}

		/// Begins epoch 0 where none has begun, as in the state that benchmarks of several sizes are tested in.
		#[cfg(feature = "runtime-benchmarks")]
		fn close_epoch(rewards: Balance) {
			let Some(network) = get::<Option<Network>>(&NETWORK) else {
				return MockEmissions::begin(1_440);
			};
			let budget = Budget {
				rewards,
				credit_cap: millpond_math::index::SCALE * u64::MAX,
				weight_cap: Default::default(),
			};
			MockEmissions::close(budget, network.end() - network.start());
		}
	}
}

#[cfg(feature = "std")]
pub use mock::MockEmissions;

#[cfg(test)]
mod tests {
	use super::*;
	use crate::mocks::{MockClock, MockEmissions};
	use millpond_math::{
		index::SCALE,
		streams::{Budget, Upper},
	};

	const HOLDER: u64 = 1;

	fn with_network<R>(
		with: impl FnOnce(&mut SettledNetwork<<MockEmissions as Emissions<u64>>::Checkpoints>) -> Result<R, DispatchError>,
	) -> Result<R, DispatchError> {
		<MockEmissions as Emissions<u64>>::with_network(with)
	}

	#[test]
	fn pot_should_hold_what_a_closed_epoch_pays() {
		sp_io::TestExternalities::default().execute_with(|| {
			assert!(with_network(|_| Ok(())).is_err());
			MockEmissions::begin(60);
			MockClock::advance(10);
			let lump = with_network(|network| network.lump(100).map_err(|_| DispatchError::Corruption));
			assert_eq!(lump, Ok(()));
			let budget = Budget {
				rewards: 1_000,
				credit_cap: SCALE * 2,
				weight_cap: SCALE,
			};
			let closed = MockEmissions::close(budget, 60);
			assert_eq!((closed.rewards, closed.left, MockEmissions::pot()), (200, 800, 200));
			assert_eq!(MockEmissions::pay(&HOLDER, 150), Ok(()));
			assert!(MockEmissions::pay(&HOLDER, 51).is_err());
			assert_eq!(<MockEmissions as Emissions<u64>>::carry_over(50), Ok(()));
			assert_eq!((MockEmissions::paid(&HOLDER), MockEmissions::carried_over()), (150, 50));
		});
	}
}
