//! How long full blocks of one call take to execute, by what their weight says: the whole of it, as a node that imports
//! them does it, from the header's checks to the root of the state, by the compiled Wasm.

mod calls;
mod stage;

use crate::{
	accounts::{authorized, key, sign},
	chain::{Chain, Changes, NODE_CACHE},
	table::Table,
	timing::{median, micros, of_weight},
	wasm::Wasm,
	Result,
};
use calls::{candidates, Caller, Candidate, BASELINE};
use codec::Encode;
use frame_support::storage::{with_transaction_unchecked, TransactionOutcome};
use frame_system::BlockWeight;
use millpond_runtime::{Block, Executive, Header, Nonce, Runtime, RuntimeCall, UncheckedExtrinsic};
use serde_json::{json, Value};
use sp_core::sr25519;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
use stage::Stage;
use std::{collections::HashMap, path::Path, time::Duration};

/// Full blocks are to take this of what is charged for them, on the machine that the published weights are from.
const GOAL: [f64; 2] = [0.6, 1.0];

/// A block full of one call.
struct Full {
	what: &'static str,
	block: Block,
	/// What of the block's weight was consumed.
	charged: Duration,
	extrinsics: usize,
	/// What the state has in addition, in which it is executed.
	changes: Changes,
}

/// What came of a block.
pub struct Outcome {
	what: &'static str,
	extrinsics: usize,
	charged: Duration,
	/// From the database.
	cold: Duration,
	/// With what it needs of the state in the node's cache.
	warm: Duration,
}

/// Makes full blocks in a network of `pools` pools, and executes each `runs` times with the compiled runtime.
pub fn run(folder: &Path, pools: u32, runs: u32) -> Result<Vec<Outcome>> {
	let wasm = Wasm::new()?;
	let mut stage = Stage::build(&folder.join("blocks"), pools)?;
	let blocks = candidates(&stage)?
		.into_iter()
		.map(|candidate| fill(&stage, candidate))
		.collect::<Result<Vec<_>>>()?;
	let cold = time_all(&wasm, &stage.network.chain, &blocks, runs)?;
	stage.network.chain = stage.network.chain.reopen(Some(NODE_CACHE))?;
	let warm = time_all(&wasm, &stage.network.chain, &blocks, runs)?;
	let outcomes = blocks.into_iter().zip(cold.into_iter().zip(warm));
	Ok(outcomes
		.map(|(full, (cold, warm))| Outcome {
			what: full.what,
			extrinsics: full.extrinsics,
			charged: full.charged,
			cold,
			warm,
		})
		.collect())
}

/// Fills the block after the last one with as many of these calls as there is room for. All have to succeed.
fn fill(stage: &Stage, candidate: Candidate) -> Result<Full> {
	let Candidate { what, phase, mut calls } = candidate;
	let chain = &stage.network.chain;
	let changes = phase.map_or_else(|| Ok(Changes::default()), |phase| stage.in_round(phase))?;
	let mut keys = Signers::default();
	let mut extrinsics = vec![chain.timestamp(1)];
	let mut draft = chain.draft_on(1, changes.clone())?;
	loop {
		let Some((caller, call)) = calls.next() else {
			eprintln!("  {what}: {} of them do not fill a block", extrinsics.len() - 1);
			break;
		};
		let applied = draft.execute(|| {
			let extrinsic = keys.extrinsic(caller, call);
			// What is refused leaves nothing behind.
			let applied = with_transaction_unchecked(|| match Executive::apply_extrinsic(extrinsic.clone()) {
				Err(error) => TransactionOutcome::Rollback(Err(error)),
				applied => TransactionOutcome::Commit(applied),
			});
			(applied, extrinsic)
		});
		match applied {
			(Ok(Ok(())), extrinsic) => extrinsics.push(extrinsic),
			(Err(TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources)), _) => break,
			(Ok(Err(error)), _) => return Err(format!("{what} fails: {error:?}").into()),
			(Err(error), _) => return Err(format!("{what} is not valid: {error:?}").into()),
		}
	}
	let (header, weight): (Header, _) = draft.execute(|| {
		let header = Executive::finalize_block();
		(header, BlockWeight::<Runtime>::get().total().ref_time())
	});
	Ok(Full {
		what,
		extrinsics: extrinsics.len() - 1,
		block: Block { header, extrinsics },
		charged: of_weight(weight),
		changes,
	})
}

/// The nonces of who has signed something in a block.
#[derive(Default)]
struct Signers(HashMap<(u8, u64), (sr25519::Pair, Nonce)>);

impl Signers {
	fn extrinsic(&mut self, caller: Caller, call: RuntimeCall) -> UncheckedExtrinsic {
		let Caller::Signer(role, number) = caller else {
			return authorized(call);
		};
		let known = self.0.entry((role as u8, number));
		let (key, nonce) = known.or_insert_with(|| (key(role, number), 0));
		*nonce += 1;
		sign(key, *nonce - 1, call)
	}
}

/// Executes each block so many times. By turns, so that what else the machine does slows all of them alike.
fn time_all(wasm: &Wasm, chain: &Chain, blocks: &[Full], runs: u32) -> Result<Vec<Duration>> {
	let mut times = vec![Vec::new(); blocks.len()];
	for run in 0..=runs {
		for (full, times) in blocks.iter().zip(&mut times) {
			let mut changes = full.changes.clone();
			let executed = wasm.call(
				&chain.state()?,
				&mut changes,
				"Core_execute_block",
				&full.block.encode(),
			);
			let (_, time) = executed.map_err(|error| format!("{}: {error}", full.what))?;
			// The first run compiles the runtime and fills the cache, where there is one.
			if run > 0 {
				times.push(time);
			}
		}
	}
	Ok(times.into_iter().map(median).collect())
}

impl Outcome {
	fn ratio(&self, took: Duration) -> f64 {
		took.as_secs_f64() / self.charged.as_secs_f64()
	}
}

/// By how much this machine is slower than the one that the published weights are from.
fn machine_factor(outcomes: &[Outcome]) -> f64 {
	let baseline = outcomes.iter().find(|outcome| outcome.what == BASELINE);
	baseline.map_or(1.0, |baseline| baseline.ratio(baseline.warm))
}

/// For people.
pub fn table(outcomes: &[Outcome]) -> Table {
	let factor = machine_factor(outcomes);
	let mut table = Table::new([
		"blocks full of",
		"calls",
		"charged",
		"took, from the database",
		"took, from the cache",
		"took ÷ charged",
		"… on the reference machine",
		"0.6 to 1.0",
	]);
	for outcome in outcomes {
		let [cold, warm] = [outcome.cold, outcome.warm].map(|took| outcome.ratio(took));
		let milliseconds = |time| format!("{:.0} ms", micros(time) / 1e3);
		let reckoned = warm / factor;
		table.add([
			outcome.what.into(),
			outcome.extrinsics.to_string(),
			milliseconds(outcome.charged),
			milliseconds(outcome.cold),
			milliseconds(outcome.warm),
			format!("{cold:.2}, {warm:.2}"),
			format!("**{reckoned:.2}**"),
			verdict(reckoned).into(),
		]);
	}
	table
}

fn verdict(ratio: f64) -> &'static str {
	let [least, most] = GOAL;
	match ratio {
		_ if ratio < least => "charged too much",
		_ if ratio > most => "charged too little",
		_ => "met",
	}
}

/// For programs.
pub fn to_json(outcomes: &[Outcome]) -> Value {
	let rows: Vec<_> = outcomes
		.iter()
		.map(|outcome| {
			json!({
				"what": outcome.what,
				"calls": outcome.extrinsics,
				"chargedMicroseconds": micros(outcome.charged),
				"fromDatabaseMicroseconds": micros(outcome.cold),
				"fromCacheMicroseconds": micros(outcome.warm),
			})
		})
		.collect();
	json!({ "machineFactor": machine_factor(outcomes), "goal": GOAL, "blocks": rows })
}
