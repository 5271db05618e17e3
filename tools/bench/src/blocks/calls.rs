//! What blocks are filled with.
//!
//! Left out is what a block cannot be filled with one by one: calls of governance, and what needs slots that have run for a while
//! and parts of many hosts (`market.reject`, `market.split_gpus`, the ends of slots); the market's own benchmarks have these.

use super::stage::{first_slice, Stage, KEY, ROUND};
use crate::{
	accounts::{account, key, Role},
	network::{device, now, papers, Network, GREAT_CUSTOMER, RATE},
	Result,
};
use millpond_primitives::{Balance, GpuId, Minute, OperatorId, PoolId, BCT};
use millpond_runtime::{Runtime, RuntimeCall, Signature, System};
use millpond_traits::{GpuStatus, RentalKind};
use pallet_attestation::{messages, Changes, Phase};
use sp_core::{Pair, H256};
use sp_io::hashing::blake2_256;

/// What the machine is measured by: a transaction that does nothing.
pub const BASELINE: &str = "`system.remark`";
/// What holders send and burn.
const LITTLE: Balance = BCT / 100;
/// What open time is bought.
const HOUR: Minute = 60;
/// How many hours are reserved in each pool.
const HOURS: Minute = 100;
/// For how long references are kept.
const DEADLINE: Minute = 60;

/// Who makes a call: somebody who signs it, or nobody, where it brings its own authorization.
pub enum Caller {
	/// This one.
	Signer(Role, u64),
	/// The call is authorized.
	Nobody,
}

type Calls<'a> = Box<dyn Iterator<Item = (Caller, RuntimeCall)> + 'a>;

/// Calls to fill a block with.
pub struct Candidate<'a> {
	/// The name of the call.
	pub what: &'static str,
	/// How the round stands in which they are made, if one has to be on.
	pub phase: Option<Phase>,
	/// The calls, each of which succeeds after those before it.
	pub calls: Calls<'a>,
}

fn signed(role: Role, number: u64, call: impl Into<RuntimeCall>) -> (Caller, RuntimeCall) {
	(Caller::Signer(role, number), call.into())
}

/// All that blocks are filled with, one after another.
pub fn candidates(stage: &Stage) -> Result<Vec<Candidate<'_>>> {
	// As the block sees it that they are for.
	let mut block = stage.network.chain.draft(1)?;
	let now = block.execute(now);
	let genesis: H256 = block.execute(|| System::block_hash(0));
	let period = block.execute(|| pallet_attestation::Parameters::<Runtime>::get().period.get());
	let period = now - now % period;
	let remark = |_: GpuId| frame_system::Call::remark { remark: Vec::new() };
	let transfer = |gpu: GpuId| pallet_balances::Call::transfer_keep_alive {
		dest: account(Role::Holder, gpu + 1).into(),
		value: LITTLE,
	};
	let claim = |gpu: GpuId| pallet_pools::Call::claim_gpu { gpu };
	let burn = |_: GpuId| pallet_data_credits::Call::burn {
		amount: LITTLE,
		min_credits: 0,
	};
	let burn_for = move |gpu: GpuId| pallet_data_credits::Call::burn_for {
		beneficiary: account(Role::Holder, gpu + 1),
		amount: LITTLE,
		min_credits: 0,
		reference: blake2_256(&gpu.to_le_bytes()),
		deadline: now + DEADLINE,
	};
	let ordinary: Vec<(&'static str, Calls<'_>)> = vec![
		(BASELINE, holders(stage, remark)),
		("`balances.transfer_keep_alive`", holders(stage, transfer)),
		("`pools.claim_gpu`", holders(stage, claim)),
		("`pools.join`", joins(stage)),
		("`gpus.register`", registrations(stage)?),
		("`gpus.simulate_status`", statuses(stage)),
		("`market.rent`", rentals(stage)),
		("`market.top_up`", top_ups(stage)),
		("`market.stop`", stops(stage)),
		("`market.grant_access`", grants(stage)),
		("`market.reserve`", reservations(stage, first_slice(now))),
		("`market.split_time`", splits(stage)),
		("`market.merge`", merges(stage)),
		("`data_credits.burn`", holders(stage, burn)),
		("`data_credits.burn_for`", holders(stage, burn_for)),
		("`attestation.heartbeat`", heartbeats(stage, genesis, period, false)),
		(
			"`attestation.heartbeat`, four GPUs away",
			heartbeats(stage, genesis, period, true),
		),
	];
	let ordinary = ordinary.into_iter().map(|(what, calls)| Candidate {
		what,
		phase: None,
		calls,
	});
	let in_rounds = [
		Candidate {
			what: "`attestation.commit_fill`",
			phase: Some(Phase::Fill),
			calls: commits(stage, genesis),
		},
		Candidate {
			what: "`attestation.prove`",
			phase: Some(Phase::Proving),
			calls: proofs(stage),
		},
	];
	Ok(ordinary.chain(in_rounds).collect())
}

/// Calls of the holders of GPUs, one of each.
fn holders<'a, Call: Into<RuntimeCall>>(stage: &'a Stage, call: impl Fn(GpuId) -> Call + 'a) -> Calls<'a> {
	Box::new((0..stage.network.gpus()).map(move |gpu| signed(Role::Holder, gpu, call(gpu))))
}

/// The GPUs that are in no pool join their operators'.
fn joins(stage: &Stage) -> Calls<'_> {
	Box::new(stage.network.pools.iter().map(move |pool| {
		let gpu = stage.spare_gpu(pool);
		let join = pallet_pools::Call::join {
			gpu,
			pool: pool.number,
			version: 0,
		};
		signed(Role::Holder, gpu, join)
	}))
}

/// A new GPU of each operator.
fn registrations(stage: &Stage) -> Result<Calls<'_>> {
	let first = stage.network.gpus() + stage.network.pools.len() as GpuId;
	let papers = papers(first)?;
	Ok(Box::new((first..).zip(&stage.network.pools).map(move |(gpu, pool)| {
		let register = pallet_gpus::Call::register {
			operator: pool.number.into(),
			model: stage.network.model,
			device: device(gpu),
			papers: papers.clone(),
			owner: account(Role::Holder, pool.first_gpu),
		};
		signed(Role::Operator, pool.number.into(), register)
	})))
}

/// An idle GPU of each operator goes offline.
fn statuses(stage: &Stage) -> Calls<'_> {
	Box::new(stage.network.pools.iter().map(move |pool| {
		let offline = pallet_gpus::Call::simulate_status {
			gpu: Stage::idle_gpu(pool),
			status: GpuStatus::Offline,
		};
		signed(Role::Operator, pool.number.into(), offline)
	}))
}

fn rentals(stage: &Stage) -> Calls<'_> {
	Box::new(stage.network.pools.iter().map(move |pool| {
		let rent = pallet_market::Call::rent {
			pool: pool.number,
			kind: RentalKind::OnDemand,
			gpus: 1,
			minutes: HOUR,
			max_rate: RATE,
			key: None,
		};
		signed(Role::Customer, Network::customer(pool), rent)
	}))
}

fn top_ups(stage: &Stage) -> Calls<'_> {
	Box::new(stage.network.pools.iter().map(move |pool| {
		let top_up = pallet_market::Call::top_up {
			slot: stage.network.slot(pool),
			minutes: HOUR,
		};
		signed(Role::Customer, Network::customer(pool), top_up)
	}))
}

fn stops(stage: &Stage) -> Calls<'_> {
	Box::new(stage.network.pools.iter().map(move |pool| {
		let slot = stage.network.slot(pool);
		signed(
			Role::Customer,
			Network::customer(pool),
			pallet_market::Call::stop { slot },
		)
	}))
}

/// Access as long as it may be, to a GPU that is billed from then on.
fn grants(stage: &Stage) -> Calls<'_> {
	Box::new(stage.network.pools.iter().map(move |pool| {
		let grant = pallet_market::Call::grant_access {
			slot: stage.waiting(pool),
			operator: pool.number.into(),
			key: KEY,
			sealed: pallet_market::Sealed::truncate_from(vec![1; pallet_market::MAX_GRANT as usize]),
		};
		signed(Role::Operator, pool.number.into(), grant)
	}))
}

/// An hour of a GPU each, from `from` on.
fn reservations(stage: &Stage, from: Minute) -> Calls<'_> {
	let reserve = move |pool: PoolId, start: Minute| pallet_market::Call::reserve {
		pool,
		gpus: 1,
		start,
		end: start + HOUR,
		max_rate: RATE,
		key: None,
	};
	let hours = move |pool: PoolId| (0..HOURS).map(move |hour| reserve(pool, from + hour * HOUR));
	let all = stage.network.pools.iter().flat_map(move |pool| hours(pool.number));
	Box::new(all.map(|reserve| signed(Role::Customer, GREAT_CUSTOMER, reserve)))
}

/// The reserved time of each pool is cut in the middle.
fn splits(stage: &Stage) -> Calls<'_> {
	Box::new(stage.network.pools.iter().map(move |pool| {
		let [slot, _] = stage.reserved(pool);
		let split = pallet_market::Call::split_time {
			slot,
			at: stage.middle(),
		};
		signed(Role::Customer, GREAT_CUSTOMER, split)
	}))
}

/// The reserved times of each pool become one.
fn merges(stage: &Stage) -> Calls<'_> {
	Box::new(stage.network.pools.iter().map(move |pool| {
		let [first, second] = stage.reserved(pool);
		signed(
			Role::Customer,
			GREAT_CUSTOMER,
			pallet_market::Call::merge { first, second },
		)
	}))
}

/// The heartbeat of each operator, whose attestor is its own account, in the period: without news, or with the news that all
/// its GPUs went away.
fn heartbeats(stage: &Stage, genesis: H256, period: Minute, with_news: bool) -> Calls<'_> {
	Box::new(stage.network.pools.iter().map(move |pool| {
		let operator = OperatorId::from(pool.number);
		let gone = if with_news { GpuId::from(pool.gpus) } else { 0 };
		let away: Vec<_> = (pool.first_gpu..pool.first_gpu + gone).collect();
		let message = messages::heartbeat(genesis, operator, period, &away, &[]);
		let heartbeat = pallet_attestation::Call::heartbeat {
			operator,
			period,
			away: Changes::<Runtime>::truncate_from(away),
			back: Changes::<Runtime>::default(),
			signature: signature(operator, &message),
		};
		(Caller::Nobody, heartbeat.into())
	}))
}

/// Commits of the operators that have not committed to anything.
fn commits(stage: &Stage, genesis: H256) -> Calls<'_> {
	Box::new(stage.free().iter().map(move |pool| {
		let (operator, root) = (OperatorId::from(pool.number), [1; 32]);
		let message = messages::commit_fill(genesis, operator, ROUND, &root);
		let commit = pallet_attestation::Call::commit_fill {
			operator,
			round: ROUND,
			root,
			signature: signature(operator, &message),
		};
		(Caller::Nobody, commit.into())
	}))
}

fn proofs(stage: &Stage) -> Calls<'_> {
	Box::new(stage.provers().iter().zip(&stage.answers).map(move |(pool, answer)| {
		let prove = pallet_attestation::Call::prove {
			round: ROUND,
			gpu: pool.first_gpu,
			k: stage.profile.k(),
			answer: Box::new(answer.clone()),
		};
		signed(Role::Operator, pool.number.into(), prove)
	}))
}

/// What an operator's attestor signs with.
fn signature(operator: OperatorId, message: &[u8]) -> Signature {
	key(Role::Operator, operator).sign(message).into()
}
