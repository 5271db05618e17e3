//! A network in which everything can be called that blocks are filled with.

use crate::{
	accounts::{account, Role},
	chain::Changes,
	network::{bring_online, now, refused, Network, Pool, GREAT_CUSTOMER, RATE},
	Result,
};
use millpond_primitives::{GpuId, Minute, OperatorId, SlotId};
use millpond_proof::{
	cards,
	operator::Tree,
	prover::Prover,
	seeds::{seed, Purpose},
	Profile, Seeds,
};
use millpond_runtime::{Emissions, Market, Runtime, RuntimeOrigin, System};
use millpond_traits::{Clock, RentalKind};
use pallet_attestation::{
	Answer, Attestors, CommitRecord, Commits, Due, MemberRecord, NextDue, Phase, Picks, Places, Presence,
	ProfileRecord, Profiles, Roster, Round, RoundIndex, RoundRecord, Rounds, Sweep, Vouched, WalkRecord,
};
use pallet_pools::{Sweep as Payout, SweepPosition};
use std::{iter, path::Path};

/// One is rented and paid, for one a customer waits, and one is reserved.
const GPUS_PER_POOL: u32 = 4;
/// More GPUs with something to prove than a block has room for proofs, by weight and by length.
const PROVERS: usize = 24;
/// The key that customers who wait for access have set.
pub const KEY: pallet_market::AccessKey = [7; 32];
/// For how long what they rent is funded.
const RENTED_FOR: Minute = 600;
/// How long each half of the reserved time is.
const RESERVED_FOR: Minute = 120;
/// For how long heartbeats vouch for all GPUs.
const VOUCHED_FOR: Minute = 60;
/// The round that commits and proofs are for.
pub const ROUND: RoundIndex = 1;
/// What is drawn in it.
const RANDOMNESS: [u8; 32] = [1; 32];

/// A network in which everybody has been paid for the last epoch.
pub struct Stage {
	/// The network.
	pub network: Network,
	/// The challenge to the GPUs.
	pub profile: Profile,
	/// What the first GPUs of the first pools answer.
	pub answers: Vec<Answer>,
	/// The first slot whose customer waits for access; that of the n-th pool has the n-th number after it.
	first_waiting: SlotId,
	/// The first slot that is reserved. Each pool has two, one after the other in number and in time.
	first_reserved: SlotId,
	/// When the first of the two begins.
	reserved_from: Minute,
}

impl Stage {
	/// Makes so many pools, in an empty folder.
	pub fn build(path: &Path, pools: u32) -> Result<Self> {
		let mut network = Network::build(path, iter::repeat_n(GPUS_PER_POOL, pools as usize))?;
		let (first_spare, model) = (network.gpus(), network.model);
		let (chain, pools) = (&mut network.chain, &network.pools);
		let reserved_from = first_slice(chain.read(now)?);
		let first_waiting = chain.advance(1, || rent(pools))?;
		let first_reserved = chain.advance(1, || reserve(pools, reserved_from))?;
		chain.advance(1, || {
			(first_spare..)
				.zip(pools)
				.try_for_each(|(gpu, pool)| bring_online(pool.number.into(), gpu, model))
		})?;
		let profile = challenge()?;
		let answers = chain.advance(1, || {
			Profiles::<Runtime>::insert(
				model,
				ProfileRecord {
					present: profile,
					next: None,
				},
			);
			Rounds::<Runtime>::put(ROUND);
			pools.iter().for_each(enroll);
			let provers = &pools[..PROVERS.min(pools.len() / 2)];
			provers
				.iter()
				.map(|pool| commit(pool, profile))
				.collect::<Result<Vec<_>>>()
		})?;
		finish_payout(&mut network)?;
		network.chain = network.chain.reopen(None)?;
		Ok(Self {
			network,
			profile,
			answers,
			first_waiting,
			first_reserved,
			reserved_from,
		})
	}

	/// The pools whose operators have committed to something.
	pub fn provers(&self) -> &[Pool] {
		&self.network.pools[..self.answers.len()]
	}

	/// The others.
	pub fn free(&self) -> &[Pool] {
		&self.network.pools[self.answers.len()..]
	}

	/// A GPU of the pool that no customer has.
	pub fn idle_gpu(pool: &Pool) -> GpuId {
		pool.first_gpu + GpuId::from(pool.gpus) - 1
	}

	/// A GPU of the pool's operator that is in no pool.
	pub fn spare_gpu(&self, pool: &Pool) -> GpuId {
		self.network.gpus() + GpuId::from(pool.number)
	}

	/// The slot of the pool whose customer waits for access.
	pub fn waiting(&self, pool: &Pool) -> SlotId {
		self.first_waiting + SlotId::from(pool.number)
	}

	/// The slots of the pool that are reserved.
	pub fn reserved(&self, pool: &Pool) -> [SlotId; 2] {
		let first = self.first_reserved + 2 * SlotId::from(pool.number);
		[first, first + 1]
	}

	/// The minute in the middle of the first of them.
	pub fn middle(&self) -> Minute {
		self.reserved_from + RESERVED_FOR / 2
	}

	/// What the state has in addition while the round is in `phase`: for the length of a block.
	pub fn in_round(&self, phase: Phase) -> Result<Changes> {
		self.network.chain.changes(|| {
			Round::<Runtime>::put(RoundRecord {
				index: ROUND,
				opened: now(),
				phase,
				left: 2,
				mix: RANDOMNESS,
				fill: Some(RANDOMNESS),
				walk: Some(RANDOMNESS),
				pick: Some(RANDOMNESS),
				operators: 0,
				present: 0,
				drawn: 0,
				sweep: Sweep::default(),
			});
		})
	}
}

/// A whole slice that can be reserved for a while yet.
pub fn first_slice(now: Minute) -> Minute {
	now - now % pallet_market::SLICE + 2 * pallet_market::SLICE
}

/// Rents a GPU of each pool for somebody who asks for access. Returns the first of the rentals.
fn rent(pools: &[Pool]) -> Result<SlotId> {
	let first = pallet_market::NextSlot::<Runtime>::get();
	for pool in pools {
		let customer = RuntimeOrigin::signed(account(Role::Customer, Network::customer(pool)));
		let kind = RentalKind::OnDemand;
		Market::rent(customer, pool.number, kind, 1, RENTED_FOR, RATE, Some(KEY))
			.map_err(|error| refused("renting a GPU with access", error.error))?;
	}
	Ok(first)
}

/// Reserves a GPU of each pool twice, one time after the other. Returns the first of the slots.
fn reserve(pools: &[Pool], from: Minute) -> Result<SlotId> {
	let first = pallet_market::NextSlot::<Runtime>::get();
	for pool in pools {
		for start in [from, from + RESERVED_FOR] {
			let customer = RuntimeOrigin::signed(account(Role::Customer, GREAT_CUSTOMER));
			Market::reserve(customer, pool.number, 1, start, start + RESERVED_FOR, RATE, None)
				.map_err(|error| refused("reserving a GPU", error))?;
		}
	}
	Ok(first)
}

/// Of the cards that can be bought, the one whose proof takes longest to check.
fn challenge() -> Result<Profile> {
	let [rows, columns, k, lanes, steps, openings] = cards::RTX_4090;
	Profile::new(rows, columns, k, lanes, steps, openings).map_err(|error| format!("the profile: {error:?}").into())
}

/// Puts the GPUs of a pool on its operator's roster, for which a heartbeat of long ago still vouches.
fn enroll(pool: &Pool) {
	let operator = OperatorId::from(pool.number);
	for (position, gpu) in (0..pool.gpus).zip(pool.first_gpu..) {
		let member = MemberRecord {
			left: 0,
			unproven: false,
			..MemberRecord::new(gpu, ROUND, 0)
		};
		Roster::<Runtime>::insert(operator, position, member);
		Places::<Runtime>::insert(gpu, (operator, position));
	}
	let due = now() + VOUCHED_FOR;
	Attestors::<Runtime>::mutate_extant(operator, |record| {
		record.gpus = pool.gpus;
		record.vouched = Some(Vouched { until: due, due });
	});
	Due::<Runtime>::insert(due, operator, ());
	NextDue::<Runtime>::put(due);
}

/// Has the operator of a pool commit to what its first GPU did in the round, picks that GPU, and returns its answer.
fn commit(pool: &Pool, profile: Profile) -> Result<Answer> {
	let (operator, gpu) = (OperatorId::from(pool.number), pool.first_gpu);
	let genesis = System::block_hash(0).0;
	let of = |purpose| seed(purpose, &genesis, ROUND.into(), gpu, &RANDOMNESS);
	let seeds = Seeds {
		fill: of(Purpose::Fill),
		walk: of(Purpose::Walk),
		pick: of(Purpose::Pick),
	};
	let prover = Prover::rehearsed(profile, &seeds);
	let roots = prover.roots();
	let tree = |root| Tree::new([(gpu, root)]).ok_or("a GPU is there twice");
	let (fills, walks) = (tree(roots.fill)?, tree(roots.walk)?);
	let walk = WalkRecord {
		root: walks.root(),
		present: Presence::truncate_from(vec![1]),
		place: pool.number,
	};
	let record = CommitRecord {
		fill: fills.root(),
		walk: Some(walk),
	};
	Commits::<Runtime>::insert(operator, record);
	Picks::<Runtime>::insert(operator, gpu, false);
	Ok(Answer {
		roots,
		fill: fills.path(gpu).ok_or("the GPU is not in its tree")?,
		walk: walks.path(gpu).ok_or("the GPU is not in its tree")?,
		proof: prover.prove(&seeds.pick),
	})
}

/// Makes blocks until everybody is paid for the last epoch, and the open one does not end in the blocks that come: the weight
/// that is left over then stays so.
fn finish_payout(network: &mut Network) -> Result<()> {
	loop {
		network.chain.empty_block()?;
		let is_done = network.chain.read(|| {
			let sweep = Payout::<Runtime>::get();
			sweep.position == SweepPosition::Done && sweep.epoch == <Emissions as Clock>::epoch()
		})?;
		if is_done && network.chain.read(now)? + 1 < network.end_of_epoch()? {
			return Ok(());
		}
	}
}
