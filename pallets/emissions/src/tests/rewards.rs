use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_math::streams::{self, Checkpoint, Checkpoints, Gpu, GpuIndex, Group, Pool, PoolIndex, Shares, Status};
use millpond_primitives::{EpochIndex, BCT};
use millpond_traits::{Clock, Emissions as _, SettledNetwork};
use sp_runtime::{DispatchError, TokenError};
use std::collections::BTreeMap;

type Network<'a> = SettledNetwork<'a, StoredCheckpoints<Test>>;

/// Why a test's closure failed.
#[derive(Debug, PartialEq)]
enum Failure {
	Dispatch(DispatchError),
	Streams(streams::Error),
}

impl From<DispatchError> for Failure {
	fn from(error: DispatchError) -> Self {
		Self::Dispatch(error)
	}
}

impl From<streams::Error> for Failure {
	fn from(error: streams::Error) -> Self {
		Self::Streams(error)
	}
}

#[derive(Default)]
struct Map<I>(BTreeMap<EpochIndex, Checkpoint<I>>);

impl<I: Copy> Checkpoints<I> for Map<I> {
	fn get(&self, epoch: EpochIndex) -> Option<Checkpoint<I>> {
		self.0.get(&epoch).copied()
	}

	fn set(&mut self, epoch: EpochIndex, checkpoint: Checkpoint<I>) {
		self.0.insert(epoch, checkpoint);
	}

	fn remove(&mut self, epoch: EpochIndex) {
		self.0.remove(&epoch);
	}
}

/// A pool of one group of one GPU, as the pallet of pools will keep it.
struct Follower {
	pool: Pool,
	group: Group,
	gpu: Gpu,
	of_pool: Map<PoolIndex>,
	of_group: Map<GpuIndex>,
}

impl Follower {
	fn join() -> Self {
		let joined: Result<_, Failure> = Emissions::with_network(|network: &mut Network| {
			let (mut of_pool, mut of_group) = (Map::default(), Map::default());
			let mut pool = Pool::join(network, Shares::new(0, 0, 5_000, 5_000)?, 0)?;
			let mut settled = pool.settle(network, &mut of_pool)?;
			let mut group = Group::join(&mut settled)?;
			let gpu = Gpu::join(&mut group.settle(&mut settled, &mut of_group)?)?;
			Ok((pool, group, gpu, of_pool, of_group))
		});
		let (pool, group, gpu, of_pool, of_group) = joined.expect("it can join");
		Self {
			pool,
			group,
			gpu,
			of_pool,
			of_group,
		}
	}

	/// Brings the GPU up to now, sets its status, and takes out what it has earned.
	fn settle(&mut self, status: Status) -> u128 {
		let earned: Result<_, Failure> = Emissions::with_network(|network| {
			let mut pool = self.pool.settle(network, &mut self.of_pool)?;
			let mut group = self.group.settle(&mut pool, &mut self.of_group)?;
			let mut gpu = self.gpu.settle(&mut group)?;
			gpu.change(status)?;
			Ok(gpu.take().sum().map_err(streams::Error::from)?)
		});
		earned.expect("it is up to date")
	}
}

#[test]
fn gpu_should_be_paid_what_its_epochs_earned_when_it_claims_later() {
	TestExt::default().execute_with(|| {
		let mut follower = Follower::join();
		// $0.01 a minute from the first minute on.
		assert_eq!(follower.settle(Status::Rented(1_000)), 0);
		let closed = [close_epoch(), close_epoch(), close_epoch()];
		let rewards: u128 = closed.iter().map(|epoch| epoch.rewards).sum();
		assert_eq!(rewards, 3 * 1_440 * 9 * BCT / 1_000);
		let newest = || Streams::<Test>::get().and_then(|network| network.newest_checkpoint());
		assert_eq!(
			newest().map(|(epoch, checkpoint)| (epoch, checkpoint.needed)),
			Some((0, 1))
		);
		let earned = follower.settle(Status::Offline);
		assert!(earned <= rewards && earned + 5 >= rewards, "{earned} of {rewards}");
		assert_ok!(Emissions::pay(&HOLDER, earned));
		assert_eq!(bct(HOLDER), earned);
		assert_eq!(Emissions::pot(), rewards - earned);
		// It was the only one that needed it.
		close_epoch();
		follower.settle(Status::Offline);
		assert_eq!((newest(), NetworkCheckpoints::<Test>::iter().count()), (None, 0));
	});
}

#[test]
fn looking_ahead_should_show_what_the_open_epoch_will_pay_when_nothing_changes() {
	TestExt::default().execute_with(|| {
		spend(100_000_000);
		let ahead = frame_support::storage::with_transaction(|| {
			let looked = Emissions::look_ahead().map(|()| (Emissions::pot(), Emissions::now(), Emissions::epoch()));
			sp_runtime::TransactionOutcome::Rollback(looked)
		});
		assert_eq!((Emissions::pot(), Emissions::now(), Emissions::epoch()), (0, ORIGIN, 0));
		let closed = close_epoch();
		assert_eq!(ahead, Ok((closed.rewards, closed.end, 1)));
	});
}

#[test]
fn network_should_be_unchanged_when_the_caller_fails() {
	TestExt::default().execute_with(|| {
		let before = Streams::<Test>::get();
		pass(10);
		let failed: Result<(), Failure> = Emissions::with_network(|network| {
			use millpond_math::streams::Upper;
			network.lump(1_000)?;
			Err(streams::Error::StillActive.into())
		});
		assert_eq!(failed, Err(Failure::Streams(streams::Error::StillActive)));
		assert_eq!(Streams::<Test>::get(), before);
	});
}

#[test]
fn network_should_not_be_there_before_the_first_block() {
	TestExt::default().build_genesis().execute_with(|| {
		let network: Result<(), DispatchError> = Emissions::with_network(|_| Ok(()));
		assert_eq!(network, Err(Error::<Test>::NotBegun.into()));
	});
}

#[test]
fn pay_should_fail_when_the_pot_has_less() {
	TestExt::default().execute_with(|| {
		spend(100_000_000);
		close_epoch();
		let pot = Emissions::pot();
		assert_eq!(pot, 900 * BCT);
		assert_noop!(Emissions::pay(&HOLDER, pot + 1), TokenError::NotExpendable);
		assert_noop!(Emissions::pay(&HOLDER, 1), TokenError::BelowMinimum);
		assert_ok!(Emissions::pay(&HOLDER, pot));
		assert_eq!((bct(HOLDER), Emissions::pot()), (pot, 0));
	});
}

#[test]
fn carry_over_should_unmint_what_is_nobodys() {
	TestExt::default().execute_with(|| {
		spend(100_000_000);
		let carried = close_epoch().carried;
		let issuance = Balances::total_issuance();
		assert_ok!(Emissions::carry_over(100 * BCT));
		assert_eq!(Balances::total_issuance(), issuance - 100 * BCT);
		assert_eq!((totals().carried, Emissions::pot()), (carried + 100 * BCT, 800 * BCT));
		assert_noop!(Emissions::carry_over(801 * BCT), TokenError::FundsUnavailable);
		// $10 million: the next epoch pays it.
		spend(1_000_000_000_000);
		let closed = close_epoch();
		assert_eq!(closed.rewards, carried + 100 * BCT + closed.emission.gpus);
	});
}
