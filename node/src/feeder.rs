//! The price feeder: asks sources what a BCT costs, and sends the median to the oracle, signed with a key of the node's
//! keystore, through the node's own pool.
//!
//! It follows the chain's time, not the wall clock: a chain whose time runs ahead is fed as often in its own minutes, and
//! a node that is still catching up feeds nothing.

use crate::{
	client::{
		address::format_account,
		signer::{accounts_of, Signer},
	},
	outbox::{Outbox, Sent},
	service::{Client, FullPool},
};
use clap::Args;
use codec::Decode;
use frame_support::BoundedVec;
use futures::{Stream, StreamExt};
use millpond_feeder::{decimal::format_price, Feeder, Round, Source};
use millpond_primitives::{OracleKey, Price};
use millpond_runtime::{constants::time::MILLISECONDS_PER_BLOCK, Header, OpaqueBlock as Block, Runtime, RuntimeCall};
use sc_client_api::{BlockImportNotification, BlockchainEvents, StorageKey, StorageProvider};
use sc_network_sync::SyncingService;
use sc_service::{error::Error as ServiceError, ChainType, TaskManager};
use sp_blockchain::HeaderBackend;
use sp_consensus::SyncOracle;
use sp_core::crypto::KeyTypeId;
use sp_keyring::Sr25519Keyring;
use sp_keystore::{Keystore, KeystorePtr};
use std::{
	sync::Arc,
	time::{Duration, SystemTime, UNIX_EPOCH},
};
use substrate_prometheus_endpoint::{register, CounterVec, Gauge, GaugeVec, Opts, PrometheusError, Registry, F64, U64};

/// What the keystore keeps the feeder's key under.
pub const KEY_TYPE: KeyTypeId = KeyTypeId(*b"feed");

/// Who feeds the development chains: somebody whose nonce nobody else counts on.
const DEVELOPMENT_FEEDER: Sr25519Keyring = Sr25519Keyring::FerdieStash;

/// What a BCT costs on a development chain that is told no price.
const DEVELOPMENT_PRICE: Price = Price::from_u32(1);

/// The chain's time between two prices where nothing else is said and the chain counts a value for long enough.
const USUAL_INTERVAL: Duration = Duration::from_secs(60);

const LOG: &str = "feeder";

/// What the feeder is asked for on the command line.
#[derive(Args, Clone, Debug)]
pub struct FeederParams {
	/// Feed the oracle with the price of a BCT in USD, from a JSON document on the web: `<URL>#<JSON pointer>`, such as
	/// `https://example.org/prices.json#/bct/usd`. May be given several times: the median is fed if more than two thirds of
	/// the sources give a price, so take four or more. `fixed:<USD>` is a price that never changes; only development and
	/// local chains take it.
	///
	/// It is signed with the key of type `feed` in the node's keystore, whose account has to be one of the feeders that
	/// governance has chosen. `millpond key insert --key-type feed` puts it there. With `--dev`, `fixed:1` unless another
	/// is given, and the key is there.
	#[arg(long, value_name = "SOURCE")]
	pub price_source: Vec<Source>,

	/// Feed no price with `--dev` either.
	#[arg(long, conflicts_with = "price_source")]
	pub no_price_feeder: bool,

	/// Seconds of the chain's time between two prices: at most a third of the time for which the chain counts one, and 60, or
	/// that third, unless told.
	#[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(3..))]
	pub price_interval: Option<u64>,
}

/// What a node feeds the oracle with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FeederOptions {
	pub sources: Vec<Source>,
	/// The chain's time between two prices, if it was told.
	pub interval: Option<Duration>,
	/// Sign as the feeder of the development chains, where the keystore holds no key.
	pub development: bool,
}

impl FeederParams {
	/// What to feed, if anything: `dev_seed` is there on nodes with well-known keys.
	///
	/// # Errors
	/// A fixed price on a chain that people use.
	pub fn options(&self, chain: ChainType, dev_seed: Option<&str>) -> Result<Option<FeederOptions>, String> {
		let own_chain = chain == ChainType::Development && dev_seed.is_some();
		let for_tests = matches!(chain, ChainType::Development | ChainType::Local);
		let fixed = self
			.price_source
			.iter()
			.find(|source| matches!(source, Source::Fixed(_)));
		if let (Some(source), false) = (fixed, for_tests) {
			return Err(format!(
				"--price-source {source}: a price that never changes is for development and local chains, and this is \
				 neither. Name sources on the web, as <URL>#<JSON pointer>."
			));
		}
		let sources = match self.price_source.as_slice() {
			[] if self.no_price_feeder || !own_chain => return Ok(None),
			[] => vec![Source::Fixed(DEVELOPMENT_PRICE)],
			sources => sources.to_vec(),
		};
		Ok(Some(FeederOptions {
			sources,
			interval: self.price_interval.map(Duration::from_secs),
			development: dev_seed.is_some() && for_tests,
		}))
	}
}

/// The time between two prices on a chain that counts a value for `freshness`: what was told, and what is usual, but never
/// more than a third of that. Two prices in a row may then be lost, and the third still comes in time.
fn interval(told: Option<Duration>, freshness: Duration) -> Duration {
	told.unwrap_or(USUAL_INTERVAL).min(longest_interval(freshness))
}

/// In whole seconds.
fn longest_interval(freshness: Duration) -> Duration {
	Duration::from_secs(freshness.as_secs() / 3)
}

/// Refuses an interval that was told and is too long for a chain that counts a value for `freshness`.
fn check_interval(told: Option<Duration>, freshness: Duration) -> Result<(), String> {
	let longest = longest_interval(freshness);
	match told.filter(|told| *told > longest) {
		None => Ok(()),
		Some(told) => Err(format!(
			"--price-interval {}: the chain counts a price for {} s, and a feeder sends it at least three times in that: \
			 {} s or less",
			told.as_secs(),
			freshness.as_secs(),
			longest.as_secs()
		)),
	}
}

/// For how long the chain counts a feeder's value, by its newest state. The default where the state is not there (yet).
fn freshness(client: &Client) -> Duration {
	let key = StorageKey(pallet_data_credits::Parameters::<Runtime>::hashed_key().to_vec());
	let stored = client.storage(client.info().best_hash, &key).ok().flatten();
	let parameters = stored
		.and_then(|value| pallet_data_credits::ParametersRecord::decode(&mut &value.0[..]).ok())
		.unwrap_or_default();
	Duration::from_secs(parameters.freshness.get().into())
}

/// What a feeder needs of its node.
pub struct FeederDeps<'a> {
	pub client: Arc<Client>,
	pub pool: Arc<FullPool>,
	pub keystore: KeystorePtr,
	pub sync: Arc<SyncingService<Block>>,
	pub registry: Option<&'a Registry>,
}

/// Starts feeding beside the node's other tasks.
///
/// # Errors
/// An interval that is too long for the chain, no root certificates for https sources, or metrics that are there already.
pub fn spawn(options: FeederOptions, tasks: &TaskManager, deps: FeederDeps) -> Result<(), ServiceError> {
	let FeederDeps {
		client,
		pool,
		keystore,
		sync,
		registry,
	} = deps;
	if options.development && keystore.sr25519_public_keys(KEY_TYPE).is_empty() {
		keystore
			.sr25519_generate_new(KEY_TYPE, Some(&development_seed()))
			.map_err(|error| ServiceError::Other(format!("the feeder's development key: {error}")))?;
	}
	check_interval(options.interval, freshness(&client)).map_err(ServiceError::Other)?;
	let feeder = Feeder::new(options.sources, millpond_feeder::Settings::default())
		.map_err(|error| ServiceError::Other(format!("price feeder: {error}")))?;
	let metrics = registry.map(Metrics::register).transpose()?;
	let told = options.interval;
	let newest = client.clone();
	// Governance may change the freshness while the node runs.
	let ticks = ticks(
		&client,
		move || interval(told, freshness(&newest)),
		move || sync.is_major_syncing(),
	);
	let submit = PoolSubmit {
		outbox: Outbox { client, pool },
		keystore,
		call: feed_values,
	};
	tasks.spawn_handle().spawn(
		"price-feeder",
		Some("price-feeder"),
		run(feeder, ticks, submit, metrics),
	);
	Ok(())
}

/// The secret of the development chains' feeder. The keyring's own `to_seed` leaves out the second slash of a stash.
fn development_seed() -> String {
	format!("//{}", <&str>::from(DEVELOPMENT_FEEDER))
}

/// The oracle's call for a price.
fn feed_values(price: Price) -> RuntimeCall {
	let values = BoundedVec::truncate_from(vec![(OracleKey::BctUsd, price)]);
	pallet_oracle::Call::feed_values { values }.into()
}

/// Takes a price to the oracle.
#[async_trait::async_trait]
pub trait Submit: Send + Sync {
	/// Sends a price.
	///
	/// # Errors
	/// Why it could not be sent, in words.
	async fn submit(&self, price: Price) -> Result<Sent, String>;
}

/// Feeds prices until the node stops. Everything that goes wrong is logged and counted, and the next round tried.
pub async fn run(
	feeder: Feeder,
	ticks: impl Stream<Item = ()> + Send + Unpin,
	submit: impl Submit,
	metrics: Option<Metrics>,
) {
	let sources: Vec<_> = feeder.sources().iter().map(ToString::to_string).collect();
	log::info!(target: LOG, "💱 Feeding the price of a BCT from {}", sources.join(", "));
	let mut last = None;
	let mut rounds = std::pin::pin!(feeder.rounds(ticks));
	while let Some(round) = rounds.next().await {
		let result = feed(&round, &submit).await;
		match &result {
			Ok((price, Sent::Pooled(hash))) => {
				// A price that stands still need not fill the log.
				let level = if last.replace(*price) == Some(*price) {
					log::Level::Debug
				} else {
					log::Level::Info
				};
				let price = format_price(*price);
				log::log!(target: LOG, level, "💱 Sent {price} USD to the oracle as {hash:?}");
			}
			Ok((price, Sent::Waiting)) => {
				log::debug!(target: LOG, "💱 {} USD not sent: the last price is still waiting for a block", format_price(*price))
			}
			Err(Failure::NoMedian(why)) => log::warn!(target: LOG, "💱 No price: {why}"),
			Err(Failure::NotSent(why)) => log::warn!(target: LOG, "💱 The price was not sent: {why}"),
		}
		if let Some(metrics) = &metrics {
			metrics.note(&round, &result);
		}
	}
}

enum Failure {
	NoMedian(String),
	NotSent(String),
}

async fn feed(round: &Round, submit: &impl Submit) -> Result<(Price, Sent), Failure> {
	let price = round.median().map_err(|error| Failure::NoMedian(error.to_string()))?;
	let sent = submit.submit(price).await.map_err(Failure::NotSent)?;
	Ok((price, sent))
}

/// A tick whenever an `interval` of the chain's time has passed, as the best blocks tell it; none while `is_syncing`.
pub fn ticks(
	client: &Client,
	interval: impl Fn() -> Duration + Send + 'static,
	is_syncing: impl Fn() -> bool + Send + 'static,
) -> impl Stream<Item = ()> + Send + Unpin {
	let times = client
		.import_notification_stream()
		.filter_map(|block: BlockImportNotification<Block>| {
			std::future::ready(block.is_new_best.then(|| time(&block.header)).flatten())
		});
	due(times, interval, is_syncing)
}

/// When a block was made, by its slot.
fn time(header: &Header) -> Option<Duration> {
	let slot = sc_consensus_babe::find_pre_digest::<Block>(header).ok()?.slot();
	Some(Duration::from_millis(
		u64::from(slot).saturating_mul(MILLISECONDS_PER_BLOCK),
	))
}

fn due(
	times: impl Stream<Item = Duration> + Send + Unpin,
	interval: impl Fn() -> Duration + Send + 'static,
	is_syncing: impl Fn() -> bool + Send + 'static,
) -> impl Stream<Item = ()> + Send + Unpin {
	let mut next = Duration::ZERO;
	times.filter_map(move |now| {
		let due = now >= next && !is_syncing();
		if due {
			next = now.saturating_add(interval());
		}
		std::future::ready(due.then_some(()))
	})
}

/// Sends prices through the node's own pool.
pub struct PoolSubmit<Call> {
	pub outbox: Outbox,
	pub keystore: KeystorePtr,
	/// Makes the oracle's call for a price.
	pub call: Call,
}

#[async_trait::async_trait]
impl<Call: Fn(Price) -> RuntimeCall + Send + Sync> Submit for PoolSubmit<Call> {
	async fn submit(&self, price: Price) -> Result<Sent, String> {
		let signer = signer(&self.keystore)?;
		// The pool's own transactions are not counted: the next price takes the place of one that waits, or is dropped.
		let nonce = self.outbox.nonce(signer.account())?;
		self.outbox.signed(&signer, (self.call)(price), nonce).await
	}
}

/// The feeder's key. Read for each price, so that it can be put into the keystore while the node runs.
fn signer(keystore: &KeystorePtr) -> Result<Signer, String> {
	let keystore: Arc<dyn Keystore> = keystore.clone();
	let keys = accounts_of(&*keystore, KEY_TYPE).map_err(|fault| format!("there is no key to feed with: {fault}"))?;
	let mut keys = keys.iter();
	match (keys.next(), keys.len()) {
		(Some(key), 0) => Signer::from_key(&keystore, KEY_TYPE, key)
			.map_err(|fault| format!("the feeder's key of {} cannot be used: {fault}", format_account(key))),
		(None, _) => {
			Err("the keystore holds no feeder's key: put it there with `millpond key insert --key-type feed`".into())
		}
		(Some(_), more) => Err(format!(
			"the keystore holds {} feeder's keys (type feed): leave the one that governance has chosen",
			more.saturating_add(1)
		)),
	}
}

/// What Prometheus sees of the feeder.
pub struct Metrics {
	price: Gauge<F64>,
	last_sent: Gauge<U64>,
	rounds: CounterVec<U64>,
	source_prices: GaugeVec<F64>,
	source_failures: CounterVec<U64>,
}

impl Metrics {
	/// Registers the metrics.
	///
	/// # Errors
	/// Others of the same names.
	pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		Ok(Self {
			price: register(
				Gauge::new(
					"millpond_feeder_price_usd",
					"Median price of a BCT in USD in the last round",
				)?,
				registry,
			)?,
			last_sent: register(
				Gauge::new(
					"millpond_feeder_last_sent_seconds",
					"When a price was last put into the pool, in Unix seconds",
				)?,
				registry,
			)?,
			rounds: register(
				CounterVec::new(
					Opts::new("millpond_feeder_rounds_total", "Rounds by what came of them"),
					&["result"],
				)?,
				registry,
			)?,
			source_prices: register(
				GaugeVec::new(
					Opts::new("millpond_feeder_source_price_usd", "Last price that a source gave"),
					&["source"],
				)?,
				registry,
			)?,
			source_failures: register(
				CounterVec::new(
					Opts::new(
						"millpond_feeder_source_failures_total",
						"Rounds in which a source gave no usable price",
					),
					&["source"],
				)?,
				registry,
			)?,
		})
	}

	fn note(&self, round: &Round, result: &Result<(Price, Sent), Failure>) {
		for answer in &round.answers {
			let source = answer.source.to_string();
			let source = [source.as_str()];
			match &answer.price {
				Ok(price) => self.source_prices.with_label_values(&source).set(price.to_float()),
				Err(_) => self.source_failures.with_label_values(&source).inc(),
			}
		}
		if let Ok(median) = round.median() {
			self.price.set(median.to_float());
		}
		let name = match result {
			Ok((_, Sent::Pooled(_))) => {
				let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
				self.last_sent.set(now.as_secs());
				"sent"
			}
			Ok((_, Sent::Waiting)) => "waiting",
			Err(Failure::NoMedian(_)) => "no_median",
			Err(Failure::NotSent(_)) => "not_sent",
		};
		self.rounds.with_label_values(&[name]).inc();
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use millpond_feeder::Settings;
	use millpond_runtime::Hash;
	use sc_keystore::LocalKeystore;
	use sp_keyring::Sr25519Keyring::Alice;
	use std::sync::Mutex;

	/// Takes prices, and fails at the second.
	#[derive(Clone, Default)]
	struct Oracle(Arc<Mutex<Vec<Price>>>);

	#[async_trait::async_trait]
	impl Submit for Oracle {
		async fn submit(&self, price: Price) -> Result<Sent, String> {
			let mut prices = self.0.lock().expect("no panic");
			prices.push(price);
			match prices.len() {
				2 => Err("the pool is full".into()),
				_ => Ok(Sent::Pooled(Hash::default())),
			}
		}
	}

	#[tokio::test]
	async fn prices_should_be_fed_on_though_one_cannot_be_sent() {
		let oracle = Oracle::default();
		let sources = vec!["fixed:1.25".parse().expect("a source")];
		let feeder = Feeder::new(sources, Settings::default()).expect("no https");
		let registry = Registry::new();
		let metrics = Metrics::register(&registry).expect("registered once");
		// One after another: ticks that come together are one.
		let ticks = futures::stream::unfold(0, |tick| async move {
			tokio::task::yield_now().await;
			(tick < 3).then_some(((), tick + 1))
		});
		run(feeder, Box::pin(ticks), oracle.clone(), Some(metrics)).await;
		assert_eq!(*oracle.0.lock().expect("no panic"), [Price::from_rational(5, 4); 3]);

		let text = substrate_prometheus_endpoint::prometheus::TextEncoder::new()
			.encode_to_string(&registry.gather())
			.expect("text");
		for line in [
			"millpond_feeder_price_usd 1.25",
			"millpond_feeder_rounds_total{result=\"sent\"} 2",
			"millpond_feeder_rounds_total{result=\"not_sent\"} 1",
		] {
			assert!(text.contains(line), "{text}");
		}
	}

	#[tokio::test]
	async fn the_chains_time_should_say_when_a_price_is_due() {
		let times = [0, 3, 59, 60, 61, 200, 203, 259, 260].map(Duration::from_secs);
		let minute = || Duration::from_secs(60);
		let ticks = due(futures::stream::iter(times), minute, || false);
		// At 0, 60, 200 and 260 seconds.
		assert_eq!(ticks.count().await, 4);
		let syncing = due(futures::stream::iter(times), minute, || true);
		assert_eq!(syncing.count().await, 0);
	}

	#[test]
	fn a_node_should_feed_what_it_is_told_and_a_development_chain_a_fixed_price() {
		#[derive(clap::Parser)]
		struct Command {
			#[clap(flatten)]
			feeder: FeederParams,
		}
		let params = |args: &[&str]| {
			let args = [&["millpond"], args].concat();
			<Command as clap::Parser>::try_parse_from(args)
				.expect("the arguments are right")
				.feeder
		};
		let (dev, live) = (ChainType::Development, ChainType::Live);

		let options =
			|args: &[&str], chain: &ChainType, seed| params(args).options(chain.clone(), seed).expect("fits the chain");

		let fixed = options(&[], &dev, Some("//Alice")).expect("fed by default");
		assert_eq!(fixed.sources, [Source::Fixed(Price::from_u32(1))]);
		assert!(fixed.development);
		assert_eq!(options(&["--no-price-feeder"], &dev, Some("//Alice")), None);
		assert_eq!(options(&[], &dev, None), None);
		assert_eq!(options(&[], &ChainType::Local, Some("//Alice")), None);
		assert_eq!(options(&[], &live, None), None);

		let told = [
			"--price-source",
			"https://example.org/a#/price",
			"--price-source",
			"https://example.org/b#/0/usd",
			"--price-interval",
			"30",
		];
		let told = options(&told, &live, None).expect("told to");
		assert_eq!(told.sources.len(), 2);
		assert_eq!(
			(told.interval, told.development),
			(Some(Duration::from_secs(30)), false)
		);
	}

	#[test]
	fn a_fixed_price_should_be_refused_on_chains_that_people_use() {
		let params = FeederParams {
			price_source: ["https://example.org/a#/price", "fixed:1.5"]
				.map(|source| source.parse().expect("a source"))
				.to_vec(),
			no_price_feeder: false,
			price_interval: None,
		};
		for chain in [ChainType::Live, ChainType::Custom("own".into())] {
			let refused = params.options(chain, None).expect_err("fixed");
			assert!(refused.contains("--price-source fixed:1.5"), "{refused}");
		}
		for chain in [ChainType::Development, ChainType::Local] {
			assert!(params.options(chain, None).is_ok_and(|options| options.is_some()));
		}
	}

	#[test]
	fn the_interval_should_be_a_third_of_the_freshness_at_most() {
		let seconds = Duration::from_secs;
		let check = |told, fresh| check_interval(Some(seconds(told)), seconds(fresh));
		assert_eq!(check(200, 600), Ok(()));
		let refused = check(600, 600).expect_err("as long as the freshness");
		for number in ["--price-interval 600", "for 600 s", "200 s or less"] {
			assert!(refused.contains(number), "{refused}");
		}
		assert!(check(201, 600).is_err() && check(11, 30).is_err());
		assert_eq!(check_interval(None, seconds(30)), Ok(()));

		assert_eq!(interval(None, seconds(600)), seconds(60));
		assert_eq!(interval(None, seconds(100)), seconds(33));
		// Governance has shortened the freshness since the node started.
		assert_eq!(interval(Some(seconds(200)), seconds(30)), seconds(10));
	}

	#[test]
	fn the_development_seed_should_be_that_of_the_feeder_at_genesis() {
		let key = LocalKeystore::in_memory()
			.sr25519_generate_new(KEY_TYPE, Some(&development_seed()))
			.expect("a seed");
		assert_eq!(key, DEVELOPMENT_FEEDER.public());
	}

	#[test]
	fn the_oracles_call_should_hold_the_price() {
		let RuntimeCall::Oracle(pallet_oracle::Call::feed_values { values }) = feed_values(Price::from_u32(3)) else {
			panic!("a call of the oracle");
		};
		assert_eq!(values.into_inner(), [(OracleKey::BctUsd, Price::from_u32(3))]);
	}

	#[test]
	fn the_feeders_key_should_be_the_only_one_of_its_type() {
		let keystore = LocalKeystore::in_memory();
		let keystore: KeystorePtr = Arc::new(keystore);
		let none = signer(&keystore).err().expect("no key");
		assert!(none.contains("key insert --key-type feed"), "{none}");
		keystore.sr25519_generate_new(KEY_TYPE, Some("//Alice")).expect("made");
		assert_eq!(*signer(&keystore).expect("a key").account(), Alice.to_account_id());
		keystore.sr25519_generate_new(KEY_TYPE, Some("//Bob")).expect("made");
		let two = signer(&keystore).err().expect("two keys");
		assert!(two.contains("holds 2"), "{two}");
	}
}
