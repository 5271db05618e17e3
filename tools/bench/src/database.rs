//! What it costs to read a value of a large state from the database and to write one there: what weights have to charge for.
//!
//! A write is the way from the changed value to the root of the state and into the database's queue, as when a block is
//! imported, with the removal of what the state before had. The database writes to its files meanwhile, and makes those wait
//! who are faster than it. Values of a block share the upper part of the trie, and its header: a write costs less the more of
//! them a block has, and what fills blocks is what has to be charged.

use crate::{
	accounts::{account, Role},
	chain::{value, Chain, NODE_CACHE},
	network::Network,
	table::Table,
	timing::{median, micros, of_weight},
	Result,
};
use frame_support::weights::RuntimeDbWeight;
use millpond_runtime::Runtime;
use serde_json::{json, Value};
use std::{
	path::Path,
	time::{Duration, Instant},
};

/// How many values are read in a row, or written by one block.
const READS: u64 = 10_000;
const WRITES: [u64; 4] = [1, 100, 1_000, 10_000];
/// How often each is tried.
const RUNS: u64 = 5;
/// Values that are read before anything is measured with the cache: a node that has run for a while has the upper part of the
/// trie there, and some of the values.
const WARM_UP: u64 = 20_000;

/// What was measured, for one value.
pub struct Outcome {
	what: String,
	/// Without the node's cache, and with it.
	took: [Duration; 2],
	/// What the runtime charges for it, if it is to be charged by this.
	charged: Option<Duration>,
}

/// Measures in a network of `pools` pools of `gpus_per_pool` GPUs, which it builds in `folder`.
pub fn run(folder: &Path, pools: u32, gpus_per_pool: u32) -> Result<Vec<Outcome>> {
	eprintln!("A network of {pools} pools of {gpus_per_pool} GPUs");
	let network = Network::build(&folder.join("network"), (0..pools).map(|_| gpus_per_pool))?;
	let mut values = Values {
		gpus: network.gpus(),
		gpus_per_pool,
		next: 0,
	};
	let mut chain = network.chain.reopen(None)?;
	eprintln!("Measuring without cache");
	let uncached = measure(&mut chain, &mut values)?;
	chain = chain.reopen(Some(NODE_CACHE))?;
	eprintln!("Measuring with the node's cache");
	read(&chain, &values.take(WARM_UP))?;
	let cached = measure(&mut chain, &mut values)?;

	let prices: RuntimeDbWeight = <Runtime as frame_system::Config>::DbWeight::get();
	let rows = [("a value read".into(), Some(of_weight(prices.read)))].into_iter();
	let rows = rows.chain(WRITES.map(|writes| {
		let is_full = WRITES.last() == Some(&writes);
		let what = match writes {
			1 => "the only value that a block writes".into(),
			_ => format!("a value of {writes} that a block writes"),
		};
		(what, is_full.then(|| of_weight(prices.write)))
	}));
	Ok(rows
		.zip(uncached.into_iter().zip(cached))
		.map(|((what, charged), (uncached, cached))| Outcome {
			what,
			took: [uncached, cached],
			charged,
		})
		.collect())
}

/// The keys of values all over the largest maps of the state; the same again when all were there.
struct Values {
	gpus: u64,
	gpus_per_pool: u32,
	next: u64,
}

impl Values {
	fn take(&mut self, count: u64) -> Vec<Vec<u8>> {
		let first = self.next;
		self.next += count;
		(first..self.next).map(|number| self.key(number)).collect()
	}

	/// What a GPU earns, and what its holder has, by turns. The number of the GPU is as good as random: keys are hashed.
	fn key(&self, number: u64) -> Vec<u8> {
		let gpu = number / 2 % self.gpus;
		// Operator and pool have the same number.
		let pool = gpu / u64::from(self.gpus_per_pool);
		match number % 2 {
			0 => pallet_pools::GpuStreams::<Runtime>::hashed_key_for(gpu, (pool as u32, pool)),
			_ => frame_system::Account::<Runtime>::hashed_key_for(account(Role::Holder, gpu)),
		}
	}
}

/// The medians for a value read, and for one written in a block of each number of them.
fn measure(chain: &mut Chain, values: &mut Values) -> Result<Vec<Duration>> {
	let reads: Vec<_> = (0..RUNS)
		.map(|_| read(chain, &values.take(READS)))
		.collect::<Result<_>>()?;
	let mut all = vec![per_value(reads, READS)];
	for count in WRITES {
		let writes: Vec<_> = (0..RUNS)
			.map(|_| chain.rewrite(&values.take(count)))
			.collect::<Result<_>>()?;
		all.push(per_value(writes, count));
	}
	Ok(all)
}

fn read(chain: &Chain, keys: &[Vec<u8>]) -> Result<Duration> {
	chain.read(|| {
		let start = Instant::now();
		keys.iter().try_for_each(|key| value(key).map(drop))?;
		Ok(start.elapsed())
	})?
}

fn per_value(times: Vec<Duration>, values: u64) -> Duration {
	median(times).div_f64(values as f64)
}

/// For people.
pub fn table(outcomes: &[Outcome]) -> Table {
	let mut table = Table::new(["", "without cache", "with the node's cache", "charged"]);
	let microseconds = |time: Duration| format!("{:.1} µs", micros(time));
	for outcome in outcomes {
		let [uncached, cached] = outcome.took.map(microseconds);
		let charged = outcome.charged.map(microseconds).unwrap_or_default();
		table.add([outcome.what.clone(), uncached, cached, charged]);
	}
	table
}

/// For programs.
pub fn to_json(outcomes: &[Outcome]) -> Value {
	let row = |outcome: &Outcome| {
		let [uncached, cached] = outcome.took.map(micros);
		json!({
			"what": outcome.what,
			"microsecondsWithoutCache": uncached,
			"microseconds": cached,
			"chargedMicroseconds": outcome.charged.map(micros),
		})
	};
	outcomes.iter().map(row).collect()
}
