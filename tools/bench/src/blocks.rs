//! How long full blocks of one call take to execute, by what their weight says: the whole of it, as a node that imports
//! them does it, from the header's checks to the root of the state, by the compiled Wasm.

use crate::{
	accounts::{account, authorized, key, sign, Role},
	chain::Chain,
	network::{now, Network, GREAT_CUSTOMER, RATE},
	table::Table,
	timing::{median, micros},
	Result,
};
use codec::Encode;
use frame_system::BlockWeight;
use millpond_primitives::{Balance, GpuId, BCT};
use millpond_runtime::{Block, Executive, Header, Nonce, Runtime, RuntimeCall, Signature, System, UncheckedExtrinsic};
use millpond_traits::{GpuStatus, RentalKind};
use pallet_pools::{Sweep, SweepPosition};
use sc_executor::WasmExecutor;
use serde_json::{json, Value};
use sp_core::{
	sr25519,
	traits::{CallContext, RuntimeCode, WrappedRuntimeCode},
	Pair, H256,
};
use sp_externalities::Extensions;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
use sp_state_machine::{OverlayedChanges, StateMachine};
use std::{
	collections::HashMap,
	path::Path,
	time::{Duration, Instant},
};

/// More pools than a block has room for heartbeats, more GPUs than it has for claims.
const POOLS: u32 = 1_600;
const GPUS_PER_POOL: u32 = 4;
/// What holders send and burn.
const LITTLE: Balance = BCT / 100;
/// How often each block is executed.
const RUNS: usize = 9;
/// The node's own cache of the state, as large as nodes have it.
const CACHE: usize = 1 << 30;
/// Full blocks are to take this of what is charged for them, on the machine that the published weights are from.
const GOAL: [f64; 2] = [0.6, 1.0];
/// What the machine is measured by: a transaction that does nothing.
const BASELINE: &str = "`system.remark`";

/// A block full of one call.
struct Full {
	what: &'static str,
	block: Block,
	/// What of the block's weight was consumed.
	charged: Duration,
	extrinsics: usize,
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

/// Makes full blocks and executes them with the runtime of the file `runtime`.
pub fn run(folder: &Path, runtime: &Path) -> Result<Vec<Outcome>> {
	let code = std::fs::read(runtime).map_err(|error| format!("{}: {error}", runtime.display()))?;
	let mut network = Network::build(&folder.join("blocks"), (0..POOLS).map(|_| GPUS_PER_POOL))?;
	finish_sweep(&mut network.chain)?;
	network.chain = network.chain.reopen(None)?;
	let blocks = candidates(&network)
		.into_iter()
		.map(|(what, calls)| fill(&network.chain, what, calls))
		.collect::<Result<Vec<_>>>()?;
	let executor = Executor::new(&code);
	let cold = executor.time_all(&network.chain, &blocks)?;
	network.chain = network.chain.reopen(Some(CACHE))?;
	let warm = executor.time_all(&network.chain, &blocks)?;
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

/// Makes blocks until everybody is paid for the last epoch: the weight that is left over then stays so.
fn finish_sweep(chain: &mut Chain) -> Result<()> {
	loop {
		chain.empty_block()?;
		if chain.read(Sweep::<Runtime>::get)?.position == SweepPosition::Done {
			return Ok(());
		}
	}
}

/// Who makes a call: somebody who signs it, or nobody, where it brings its own authorization.
enum Caller {
	Signer(Role, u64),
	Nobody,
}

type Calls<'a> = Box<dyn Iterator<Item = (Caller, RuntimeCall)> + 'a>;

fn signed(role: Role, number: u64, call: impl Into<RuntimeCall>) -> (Caller, RuntimeCall) {
	(Caller::Signer(role, number), call.into())
}

/// Calls to fill a block with, by the name of the call.
fn candidates(network: &Network) -> Vec<(&'static str, Calls<'_>)> {
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
	vec![
		(BASELINE, holders(network, remark)),
		("`balances.transfer_keep_alive`", holders(network, transfer)),
		("`pools.claim_gpu`", holders(network, claim)),
		("`market.rent`", rentals(network)),
		("`market.stop`", stops(network)),
		("`market.reserve`", reservations(network)),
		("`attestation.heartbeat`", heartbeats(network)),
		("`gpus.simulate_status`", statuses(network)),
		("`data_credits.burn`", holders(network, burn)),
	]
}

/// Calls of the holders of GPUs, one of each.
fn holders<'a, Call: Into<RuntimeCall>>(network: &'a Network, call: impl Fn(GpuId) -> Call + 'a) -> Calls<'a> {
	Box::new((0..network.gpus()).map(move |gpu| signed(Role::Holder, gpu, call(gpu))))
}

fn rentals(network: &Network) -> Calls<'_> {
	Box::new(network.pools.iter().map(move |pool| {
		let rent = pallet_market::Call::rent {
			pool: pool.number,
			kind: RentalKind::OnDemand,
			gpus: 1,
			minutes: 60,
			max_rate: RATE,
			key: None,
		};
		signed(Role::Customer, Network::customer(pool), rent)
	}))
}

fn stops(network: &Network) -> Calls<'_> {
	Box::new(network.pools.iter().map(move |pool| {
		let slot = network.slot(pool);
		signed(
			Role::Customer,
			Network::customer(pool),
			pallet_market::Call::stop { slot },
		)
	}))
}

/// An hour of a GPU each, at most a hundred in a pool.
fn reservations(network: &Network) -> Calls<'_> {
	Box::new((0..).map_while(move |number: u32| {
		let now = network.chain.read(now).ok()?;
		let start = now - now % 10 + 20 + number % 100 * 60;
		let reserve = pallet_market::Call::reserve {
			pool: number / 100,
			gpus: 1,
			start,
			end: start + 60,
			max_rate: RATE,
			key: None,
		};
		Some(signed(Role::Customer, GREAT_CUSTOMER, reserve))
	}))
}

fn heartbeats(network: &Network) -> Calls<'_> {
	Box::new(network.pools.iter().map_while(move |pool| {
		let heartbeat = network.chain.read(|| heartbeat(pool.number.into())).ok()?;
		Some((Caller::Nobody, heartbeat))
	}))
}

/// An idle GPU of each operator goes offline.
fn statuses(network: &Network) -> Calls<'_> {
	Box::new(network.pools.iter().map(move |pool| {
		let offline = pallet_gpus::Call::simulate_status {
			gpu: pool.first_gpu + 1,
			status: GpuStatus::Offline,
		};
		signed(Role::Operator, pool.number.into(), offline)
	}))
}

/// The heartbeat of an operator, whose attestor is its own account, in the present period.
fn heartbeat(operator: u64) -> RuntimeCall {
	let length = pallet_attestation::Parameters::<Runtime>::get().period.get();
	let period = now() - now() % length;
	let genesis: H256 = System::block_hash(0);
	let message = pallet_attestation::messages::heartbeat(genesis, operator, period, &[], &[]);
	let signature: Signature = key(Role::Operator, operator).sign(&message).into();
	pallet_attestation::Call::heartbeat {
		operator,
		period,
		away: Default::default(),
		back: Default::default(),
		signature,
	}
	.into()
}

/// Fills the block after the last one with as many of these calls as there is room for. All have to succeed.
fn fill(chain: &Chain, what: &'static str, calls: Calls) -> Result<Full> {
	let mut keys = Signers::default();
	let mut extrinsics = vec![chain.timestamp(1)];
	let mut draft = chain.draft(1)?;
	for (caller, call) in calls {
		let applied = draft.execute(|| {
			let extrinsic = keys.extrinsic(caller, call);
			(Executive::apply_extrinsic(extrinsic.clone()), extrinsic)
		});
		match applied {
			(Ok(Ok(())), extrinsic) => extrinsics.push(extrinsic),
			(Err(TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources)), _) => break,
			(failed, _) => return Err(format!("{what}: {failed:?}").into()),
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
		// A second has 10^12 of them.
		charged: Duration::from_nanos(weight / 1_000),
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

/// Executes blocks with a compiled runtime.
struct Executor<'a> {
	executor: WasmExecutor<sp_io::SubstrateHostFunctions>,
	code: &'a [u8],
}

impl<'a> Executor<'a> {
	fn new(code: &'a [u8]) -> Self {
		let executor = WasmExecutor::builder().build();
		Self { executor, code }
	}

	/// By turns, so that what else the machine does slows all of them alike.
	fn time_all(&self, chain: &Chain, blocks: &[Full]) -> Result<Vec<Duration>> {
		let mut times = vec![Vec::new(); blocks.len()];
		for run in 0..=RUNS {
			for (full, times) in blocks.iter().zip(&mut times) {
				let time = self.time(chain, full)?;
				// The first run compiles the runtime and fills the cache, where there is one.
				if run > 0 {
					times.push(time);
				}
			}
		}
		Ok(times.into_iter().map(median).collect())
	}

	fn time(&self, chain: &Chain, full: &Full) -> Result<Duration> {
		let state = chain.state()?;
		let code = WrappedRuntimeCode(self.code.into());
		let code = RuntimeCode {
			code_fetcher: &code,
			heap_pages: None,
			hash: sp_io::hashing::blake2_256(self.code).to_vec(),
		};
		let block = full.block.encode();
		let (mut changes, mut extensions) = (OverlayedChanges::default(), Extensions::default());
		let context = CallContext::Onchain { import: true };
		let start = Instant::now();
		StateMachine::new(
			&state,
			&mut changes,
			&self.executor,
			"Core_execute_block",
			&block,
			&mut extensions,
			&code,
			context,
		)
		.execute()
		.map_err(|error| format!("{}: {error}", full.what))?;
		Ok(start.elapsed())
	}
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
