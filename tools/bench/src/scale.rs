//! How much more the same thing costs in a larger network: with the node's cache of the state, as nodes run, and from the
//! database alone, where each value costs a way through the whole trie.
//!
//! Time is that of execution: a transaction with its signature and fee, by the compiled Wasm; a hook alone, by the runtime as
//! compiled for this machine, since it cannot be called by itself otherwise. Nothing is kept of it, so that every try meets the
//! same state.

use crate::{
	accounts::{key, sign, Role},
	chain::{Draft, NODE_CACHE},
	network::{now, Network, Pool, GREAT_CUSTOMER, RATE},
	table::Table,
	timing::{micros, Comparison, Try},
	wasm::Wasm,
	Result,
};
use codec::{Decode, Encode};
use frame_support::{traits::Hooks, weights::WeightMeter};
use millpond_primitives::{GpuId, Minute, MINUTES_PER_DAY};
use millpond_runtime::{Emissions, Pools, RuntimeCall, System, UncheckedExtrinsic};
use millpond_traits::{GpuStatus, Hosts, RentalKind};
use serde_json::{json, Value};
use sp_core::sr25519;
use sp_runtime::ApplyExtrinsicResult;
use std::{
	hint::black_box,
	path::Path,
	time::{Duration, Instant},
};

/// The network that others are compared with.
const SMALL: (u32, u32) = (10, 100);
/// Slots of a minute.
const MINUTE: u64 = 20;
/// Transactions of the block whose state root is calculated.
const CLAIMS: u64 = 100;
/// How long each is tried before it is measured with the cache: a node that has run for a while has the upper part of the
/// trie there.
const WARM_UP: Duration = Duration::from_secs(5);
/// What a reserved GPU-minute may cost.
const RESERVED_RATE: u128 = 20;

/// A large network, and beside its pools two hosts to compare.
pub struct Large {
	network: Network,
	small_host: Pool,
	large_host: Pool,
}

/// What came of a comparison.
pub struct Outcome {
	what: &'static str,
	circumstances: [String; 2],
	goal: f64,
	samples: u64,
	/// With the node's cache.
	cached: [Duration; 2],
	/// Without.
	uncached: [Duration; 2],
}

/// How much the second takes of the first.
fn ratio([one, other]: [Duration; 2]) -> f64 {
	other.as_secs_f64() / one.as_secs_f64()
}

impl Outcome {
	fn is_met(&self) -> bool {
		ratio(self.cached) <= self.goal
	}

	/// For programs.
	pub fn to_json(&self) -> Value {
		let sides = [0, 1].map(|side: usize| {
			json!({
				"circumstances": self.circumstances[side],
				"microseconds": micros(self.cached[side]),
				"microsecondsWithoutCache": micros(self.uncached[side]),
			})
		});
		json!({
			"what": self.what,
			"compared": sides,
			"samples": self.samples,
			"ratio": ratio(self.cached),
			"ratioWithoutCache": ratio(self.uncached),
			"goal": self.goal,
			"met": self.is_met(),
		})
	}
}

/// For people.
pub fn table(outcomes: &[Outcome]) -> Table {
	let mut table = Table::new(["", "the smaller", "the larger", "ratio", "goal", "", "without cache"]);
	for outcome in outcomes {
		let side = |side: usize| {
			let median = micros(outcome.cached[side]);
			format!("{}: {median:.0} µs", outcome.circumstances[side])
		};
		let [one, other] = outcome.uncached.map(micros);
		table.add([
			outcome.what.into(),
			side(0),
			side(1),
			format!("**{:.2}**", ratio(outcome.cached)),
			format!("≤ {}", outcome.goal),
			if outcome.is_met() { "met" } else { "missed" }.into(),
			format!("{one:.0}, {other:.0} µs: {:.2}", ratio(outcome.uncached)),
		]);
	}
	table
}

/// Builds a small network and one of `pools` pools of `gpus_per_pool` GPUs in `folder`, and compares them.
pub fn run(folder: &Path, pools: u32, gpus_per_pool: u32, hosts: [u32; 2], samples: u64) -> Result<Vec<Outcome>> {
	let (few, each) = SMALL;
	let small = build(&folder.join("small"), few, each, &[])?;
	let network = build(&folder.join("large"), pools, gpus_per_pool, &hosts)?;
	let [small_host, large_host] = [pools, pools + 1].map(|number| network.pools[number as usize]);
	let large = Large {
		network,
		small_host,
		large_host,
	};

	let wasm = Wasm::new()?;
	let (small, large) = reopen(small, large, None)?;
	// Compiles it.
	small.chain.draft(1)?.call(&wasm, "Core_version", &[])?;
	eprintln!("Measuring without cache, {samples} times each");
	let uncached: Vec<_> = comparisons(&wasm, &small, &large)
		.iter()
		.map(|comparison| comparison.run(samples, Duration::ZERO))
		.collect::<Result<_>>()?;

	let (small, large) = reopen(small, large, Some(NODE_CACHE))?;
	eprintln!("Measuring with the node's cache, {samples} times each");
	let measured = comparisons(&wasm, &small, &large).into_iter().zip(uncached);
	measured
		.map(|(comparison, uncached)| {
			Ok(Outcome {
				cached: comparison.run(samples, WARM_UP)?,
				uncached,
				what: comparison.what,
				circumstances: comparison.circumstances,
				goal: comparison.goal,
				samples,
			})
		})
		.collect()
}

fn build(path: &Path, pools: u32, gpus_per_pool: u32, further: &[u32]) -> Result<Network> {
	eprintln!("A network of {pools} pools of {gpus_per_pool} GPUs");
	let sizes = (0..pools).map(|_| gpus_per_pool).chain(further.iter().copied());
	Network::build(path, sizes)
}

fn reopen(mut small: Network, mut large: Large, cache: Option<usize>) -> Result<(Network, Large)> {
	small.chain = small.chain.reopen(cache)?;
	large.network.chain = large.network.chain.reopen(cache)?;
	Ok((small, large))
}

fn comparisons<'a>(wasm: &'a Wasm, small: &'a Network, large: &'a Large) -> Vec<Comparison<'a>> {
	let both = move |what, goal, attempt: fn(&Wasm, &Network, u64) -> Result<Duration>| Comparison {
		what,
		circumstances: [small, &large.network].map(described),
		tries: [
			Box::new(move |sample: u64| attempt(wasm, small, sample)) as Try<'a>,
			Box::new(move |sample: u64| attempt(wasm, &large.network, sample)) as Try<'a>,
		],
		goal,
	};
	let hosts = [large.small_host, large.large_host];
	let dark = move |pool: Pool| Box::new(move |_: u64| darken(&large.network, &pool)) as Try<'a>;
	let reserved = move |gpus: u32, minutes: Minute| {
		Box::new(move |_: u64| reserve(wasm, &large.network, &large.large_host, gpus, minutes)) as Try<'a>
	};
	vec![
		both("`pools.claim_gpu`", 1.3, claim),
		both("`market.rent`: a rate rises", 1.3, rent),
		both("`market.stop`: a rate falls", 1.3, stop),
		both("a GPU goes offline", 1.3, go_offline),
		both("100 claims and the root of the state", 1.3, claims_with_root),
		both("an epoch closes", 1.2, close_epoch),
		Comparison {
			what: "a host goes dark",
			circumstances: hosts.map(|pool| format!("{} GPUs", thousands(pool.gpus.into()))),
			tries: hosts.map(dark),
			goal: 1.2,
		},
		Comparison {
			what: "`market.reserve`",
			circumstances: ["1 GPU, an hour".into(), "256 GPUs, 12 months".into()],
			tries: [reserved(1, 60), reserved(256, 365 * MINUTES_PER_DAY)],
			goal: 2.0,
		},
	]
}

fn described(network: &Network) -> String {
	let pools = network.pools.len() as u64;
	format!("{} GPUs, {} pools", thousands(network.gpus()), thousands(pools))
}

/// With commas.
fn thousands(number: u64) -> String {
	match number {
		0..1_000 => number.to_string(),
		_ => format!("{},{:03}", thousands(number / 1_000), number % 1_000),
	}
}

/// One of `count`, another one for each sample, in no order.
fn pick(sample: u64, count: u64) -> u64 {
	u64::from_le_bytes(sp_io::hashing::twox_64(&sample.to_le_bytes())) % count
}

fn a_pool(network: &Network, sample: u64) -> &Pool {
	&network.pools[pick(sample, network.pools.len() as u64) as usize]
}

/// One that no customer has: the first of each pool is rented.
fn an_idle_gpu(pool: &Pool, sample: u64) -> GpuId {
	pool.first_gpu + 1 + pick(sample, u64::from(pool.gpus) - 1)
}

fn claim(wasm: &Wasm, network: &Network, sample: u64) -> Result<Duration> {
	let gpu = pick(sample, network.gpus());
	let call = pallet_pools::Call::claim_gpu { gpu };
	transaction(wasm, network, &key(Role::Holder, gpu), call)
}

fn rent(wasm: &Wasm, network: &Network, sample: u64) -> Result<Duration> {
	let pool = a_pool(network, sample);
	let call = pallet_market::Call::rent {
		pool: pool.number,
		kind: RentalKind::OnDemand,
		gpus: 1,
		minutes: 60,
		max_rate: RATE,
		key: None,
	};
	transaction(wasm, network, &key(Role::Customer, Network::customer(pool)), call)
}

fn stop(wasm: &Wasm, network: &Network, sample: u64) -> Result<Duration> {
	let pool = a_pool(network, sample);
	let slot = network.slot(pool);
	let call = pallet_market::Call::stop { slot };
	transaction(wasm, network, &key(Role::Customer, Network::customer(pool)), call)
}

fn go_offline(wasm: &Wasm, network: &Network, sample: u64) -> Result<Duration> {
	let pool = a_pool(network, sample);
	let call = pallet_gpus::Call::simulate_status {
		gpu: an_idle_gpu(pool, sample),
		status: GpuStatus::Offline,
	};
	transaction(wasm, network, &key(Role::Operator, pool.number.into()), call)
}

fn reserve(wasm: &Wasm, network: &Network, pool: &Pool, gpus: u32, minutes: Minute) -> Result<Duration> {
	let now = network.chain.read(now)?;
	let start = now - now % 10 + 20;
	let call = pallet_market::Call::reserve {
		pool: pool.number,
		gpus,
		start,
		end: start + minutes,
		max_rate: RESERVED_RATE,
		key: None,
	};
	transaction(wasm, network, &key(Role::Customer, GREAT_CUSTOMER), call)
}

/// Applies a transaction to the chain's state. It has to succeed.
fn transaction(wasm: &Wasm, network: &Network, key: &sr25519::Pair, call: impl Into<RuntimeCall>) -> Result<Duration> {
	let mut draft = network.chain.draft(1)?;
	// The hooks that come before the first transaction are no part of it.
	draft.execute(System::note_inherents_applied);
	let extrinsic = draft.execute(|| sign(key, 0, call));
	apply(wasm, &mut draft, &extrinsic)
}

fn apply(wasm: &Wasm, draft: &mut Draft, extrinsic: &UncheckedExtrinsic) -> Result<Duration> {
	let (applied, time) = draft.call(wasm, "BlockBuilder_apply_extrinsic", &extrinsic.encode())?;
	ApplyExtrinsicResult::decode(&mut &*applied)?
		.map_err(|error| format!("the transaction is not valid: {error:?}"))?
		.map_err(|error| format!("the call fails: {error:?}"))?;
	Ok(time)
}

fn claims_with_root(wasm: &Wasm, network: &Network, sample: u64) -> Result<Duration> {
	let mut draft = network.chain.draft(1)?;
	let all = network.gpus();
	// Distinct ones, all over the network.
	let first = pick(sample, all);
	let gpus = (0..CLAIMS).map(|n| (first + n * (all / CLAIMS)) % all);
	let claims: Vec<_> = draft.execute(|| {
		System::note_inherents_applied();
		gpus.map(|gpu| sign(&key(Role::Holder, gpu), 0, pallet_pools::Call::claim_gpu { gpu }))
			.collect()
	});
	let mut time = Duration::ZERO;
	for claim in &claims {
		time += apply(wasm, &mut draft, claim)?;
	}
	let (root, root_time) = timed(|| draft.root());
	black_box(root);
	Ok(time + root_time)
}

fn close_epoch(_: &Wasm, network: &Network, _: u64) -> Result<Duration> {
	let mut draft = network.chain.draft(MINUTE)?;
	let ((before, after), time) = draft.execute(|| {
		let epoch = || <Emissions as millpond_traits::Clock>::epoch();
		let before = epoch();
		let number = System::block_number();
		let ((), time) = timed(|| Emissions::on_poll(number, &mut WeightMeter::new()));
		((before, epoch()), time)
	});
	if after != before + 1 {
		return Err(format!("epoch {before} did not close: it is {after}").into());
	}
	Ok(time)
}

fn darken(network: &Network, pool: &Pool) -> Result<Duration> {
	let operator = pool.number.into();
	let mut draft = network.chain.draft(1)?;
	let (is_dark, time) = draft.execute(|| {
		let since = now() - 1;
		let ((), time) = timed(|| <Pools as Hosts>::darken(operator, since));
		let is_dark = pallet_pools::Hosting::<millpond_runtime::Runtime>::get(operator).dark;
		(is_dark, time)
	});
	if !is_dark {
		return Err(format!("operator {operator} did not go dark").into());
	}
	Ok(time)
}

fn timed<R>(act: impl FnOnce() -> R) -> (R, Duration) {
	let start = Instant::now();
	let done = black_box(act());
	(done, start.elapsed())
}
