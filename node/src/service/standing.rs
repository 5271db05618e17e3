//! How the chain stands as this node sees it: told in the log at the start and whenever it gets worse or better, because a node
//! that answers by RPC does not show that what it answers is old.

use super::*;
use chrono::{DateTime, Utc};
use millpond_runtime::{BlockNumber, Hash};
use sp_blockchain::HeaderBackend;
use sp_consensus::SyncOracle;
use sp_consensus_babe::SlotDuration;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use substrate_prometheus_endpoint::{register, Gauge, U64};

const LOG: &str = "standing";

/// How often the node looks.
const INTERVAL: Duration = Duration::from_secs(10);

/// After how long the same is said again.
const AGAIN: Duration = Duration::from_secs(300);

/// The age of the newest block from which on the chain stands: 20 slots.
const OLD: Duration = Duration::from_secs(60);

/// By how many blocks finality may be behind: 2 minutes.
const LAG: BlockNumber = 40;

/// How far ahead of the clock the newest block may be when a node starts, and while it runs: a clock that is kept by NTP is off
/// by less.
const AHEAD: Duration = Duration::from_secs(60);

/// When a block was made, by its slot. None for the first of all, which has none.
fn time_of(client: &Client, block: Hash, slot_duration: SlotDuration) -> Option<Duration> {
	let header = client.header(block).ok().flatten()?;
	let digest = sc_consensus_babe::find_pre_digest::<Block>(&header).ok()?;
	// The first block's digest is made up.
	let slot = u64::from(digest.slot());
	(slot > 0).then(|| Duration::from_millis(slot.saturating_mul(slot_duration.as_millis())))
}

fn now() -> Duration {
	SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// A duration in the two largest of its units.
fn words(duration: Duration) -> String {
	let seconds = duration.as_secs();
	let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
	match (days, hours, minutes) {
		(0, 0, 0) => format!("{seconds} s"),
		(0, 0, _) => format!("{minutes} min {} s", seconds % 60),
		(0, ..) => format!("{hours} h {minutes} min"),
		_ => format!("{days} d {hours} h"),
	}
}

/// A time since 1970 as people write it.
fn date(time: Duration) -> String {
	let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
	DateTime::<Utc>::from_timestamp(seconds, 0).map_or_else(
		|| format!("{seconds} s after 1970"),
		|time| time.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
	)
}

/// Checks that the database's newest block is not of the future: until the clock got there, the node could neither make nor
/// accept a block, and would say only that authorities are not valid.
///
/// # Errors
/// A chain that is ahead of the clock, by how much, and what to do.
pub fn ensure_not_ahead(client: &Client, slot_duration: SlotDuration) -> Result<(), ServiceError> {
	let info = client.info();
	match time_of(client, info.best_hash, slot_duration) {
		Some(newest) => ahead(info.best_number, newest, now()).map_or(Ok(()), |why| Err(ServiceError::Other(why))),
		None => Ok(()),
	}
}

fn ahead(number: BlockNumber, newest: Duration, now: Duration) -> Option<String> {
	let by = newest.checked_sub(now).filter(|by| *by > AHEAD)?;
	Some(format!(
		"block {number}, the newest in this database, is of {}, {} ahead of this machine's clock ({}): until then this node \
		 could neither make nor accept a block. If the chain ran with --fast-clock, start it with that flag, keep a new chain \
		 in another folder (--base-path), or delete this one (millpond purge-chain). Else the clock is wrong: set it, and have \
		 NTP keep it.",
		date(newest),
		words(by),
		date(now)
	))
}

/// What a node sees.
#[derive(Clone, Copy, Debug)]
struct Sight {
	/// The clock, since 1970.
	now: Duration,
	/// For how long the node has been running.
	running: Duration,
	/// Its newest block.
	best: BlockNumber,
	/// When that was made. None for the first of all.
	newest: Option<Duration>,
	/// Its newest final block.
	finalized: BlockNumber,
	/// How many other nodes are connected.
	peers: usize,
	/// Whether it is still catching up with them.
	is_syncing: bool,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Trouble {
	/// The newest block is old, and no other node is connected.
	Alone,
	/// The newest block is old, though other nodes are connected.
	Stands,
	/// Blocks are made and do not become final.
	NotFinal,
	/// The newest block is of the future.
	Ahead,
}

impl Sight {
	/// How old the newest block is. None where there is none but the first.
	fn age(&self) -> Option<Duration> {
		self.newest.map(|newest| self.now.saturating_sub(newest))
	}

	fn trouble(&self) -> Option<Trouble> {
		if self
			.newest
			.is_some_and(|newest| newest.saturating_sub(self.now) > AHEAD)
		{
			return Some(Trouble::Ahead);
		}
		if self.is_syncing {
			return None;
		}
		if self.age().is_none_or(|age| age > OLD) {
			// A node that has just started may be about to connect.
			let has_waited = self.running >= INTERVAL.saturating_mul(2);
			return match self.peers {
				0 => has_waited.then_some(Trouble::Alone),
				_ => has_waited.then_some(Trouble::Stands),
			};
		}
		(self.best.saturating_sub(self.finalized) > LAG).then_some(Trouble::NotFinal)
	}

	fn words(&self, trouble: Trouble) -> String {
		let Self {
			best, finalized, peers, ..
		} = self;
		let newest = match self.age() {
			Some(age) => format!("Block {best}, the newest here, is {} old", words(age)),
			None => "There is no block here but the first".into(),
		};
		match trouble {
			Trouble::Alone => format!(
				"{newest}, and no other node is connected: what this node answers is out of date, and what is sent to it reaches \
				 nobody. Name a node with --bootnodes, and see whether a firewall keeps its port closed."
			),
			Trouble::Stands => format!(
				"{newest}, though {peers} other nodes are connected: the chain stands, or they are behind as well. It goes on \
				 when enough validators run and are connected."
			),
			Trouble::NotFinal => format!(
				"Block {best} is made, and only block {finalized} is final: more than a third of the validators do not vote. \
				 What is not final may still be undone."
			),
			Trouble::Ahead => format!(
				"Block {best}, the newest here, is {} ahead of this machine's clock ({}): set the clock, and have NTP keep it.",
				words(self.newest.unwrap_or_default().saturating_sub(self.now)),
				date(self.now)
			),
		}
	}
}

/// What was said last.
#[derive(Debug, Default)]
struct Said(Option<(Trouble, Instant)>);

/// What is to be said.
#[derive(Debug, Eq, PartialEq)]
enum Line {
	Trouble(Trouble),
	Over,
}

impl Said {
	/// What is to be said at `at` of what is now: something else, the same again after a while, or that it is over.
	fn next(&mut self, trouble: Option<Trouble>, at: Instant) -> Option<Line> {
		match (self.0, trouble) {
			(None, None) => None,
			(Some(_), None) => {
				self.0 = None;
				Some(Line::Over)
			}
			(Some((known, since)), Some(trouble))
				if known == trouble && at.saturating_duration_since(since) < AGAIN =>
			{
				None
			}
			(_, Some(trouble)) => {
				self.0 = Some((trouble, at));
				Some(Line::Trouble(trouble))
			}
		}
	}
}

/// Watches how the chain stands, beside the node's other tasks.
///
/// # Errors
/// A metric that is there already.
pub fn spawn(
	client: Arc<Client>,
	sync: Arc<SyncingService<Block>>,
	slot_duration: SlotDuration,
	tasks: &TaskManager,
	registry: Option<&Registry>,
) -> Result<(), ServiceError> {
	let help = "Age of the newest block in seconds; 0 where it is of the future or there is none";
	let age = registry
		.map(|registry| register(Gauge::<U64>::new("millpond_newest_block_age_seconds", help)?, registry))
		.transpose()?;
	tasks.spawn_handle().spawn("chain-standing", None, async move {
		let start = Instant::now();
		let mut said = Said::default();
		let mut interval = tokio::time::interval(INTERVAL);
		interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
		loop {
			interval.tick().await;
			let info = client.info();
			let sight = Sight {
				now: now(),
				running: start.elapsed(),
				best: info.best_number,
				newest: time_of(&client, info.best_hash, slot_duration),
				finalized: info.finalized_number,
				peers: sync.num_connected_peers(),
				is_syncing: sync.is_major_syncing(),
			};
			if let Some(age) = &age {
				age.set(sight.age().unwrap_or_default().as_secs());
			}
			match said.next(sight.trouble(), Instant::now()) {
				Some(Line::Trouble(trouble)) => log::warn!(target: LOG, "⚠️ {}", sight.words(trouble)),
				Some(Line::Over) => log::info!(target: LOG, "👍 The chain goes on: block {} is new", sight.best),
				None => {}
			}
		}
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	const NOW: Duration = Duration::from_secs(1_780_000_000);

	fn seconds(seconds: u64) -> Duration {
		Duration::from_secs(seconds)
	}

	/// A node that is well: its newest block is three seconds old.
	fn well() -> Sight {
		Sight {
			now: NOW,
			running: seconds(600),
			best: 100,
			newest: Some(NOW - seconds(3)),
			finalized: 98,
			peers: 3,
			is_syncing: false,
		}
	}

	#[test]
	fn a_node_should_be_alone_when_it_has_neither_peers_nor_new_blocks() {
		let old = Some(NOW - seconds(90));
		let alone = Sight {
			newest: old,
			peers: 0,
			..well()
		};
		assert_eq!(alone.trouble(), Some(Trouble::Alone));
		let text = alone.words(Trouble::Alone);
		assert!(
			text.contains("1 min 30 s old") && text.contains("--bootnodes"),
			"{text}"
		);
		let empty = Sight {
			best: 0,
			newest: None,
			finalized: 0,
			..alone
		};
		assert_eq!(empty.trouble(), Some(Trouble::Alone));
		assert!(empty.words(Trouble::Alone).contains("no block here but the first"));
		let just_started = Sight {
			running: seconds(5),
			..alone
		};
		assert_eq!(just_started.trouble(), None, "it may be about to connect");
		// A development node makes its own blocks.
		assert_eq!(Sight { peers: 0, ..well() }.trouble(), None);
	}

	#[test]
	fn the_chain_should_stand_when_blocks_are_old_or_do_not_become_final() {
		assert_eq!(well().trouble(), None);
		let stands = Sight {
			newest: Some(NOW - seconds(61)),
			..well()
		};
		assert_eq!(stands.trouble(), Some(Trouble::Stands));
		let syncing = Sight {
			is_syncing: true,
			..stands
		};
		assert_eq!(syncing.trouble(), None, "it catches up");
		let not_final = Sight { best: 139, ..well() };
		assert_eq!(not_final.trouble(), Some(Trouble::NotFinal));
		assert!(not_final.words(Trouble::NotFinal).contains("only block 98 is final"));
	}

	#[test]
	fn a_chain_should_be_ahead_when_its_newest_block_is_of_the_future() {
		let future = Sight {
			newest: Some(NOW + seconds(86_400)),
			is_syncing: true,
			..well()
		};
		assert_eq!(future.trouble(), Some(Trouble::Ahead));
		assert_eq!(ahead(7, NOW + AHEAD, NOW), None);
		let refused = ahead(7, NOW + seconds(3 * 86_400 + 7_300), NOW).expect("three days");
		for part in [
			"block 7",
			"3 d 2 h ahead",
			"2026-05-28",
			"--fast-clock",
			"purge-chain",
			"NTP",
		] {
			assert!(refused.contains(part), "no '{part}' in: {refused}");
		}
	}

	#[test]
	fn the_same_should_be_said_again_only_after_a_while_and_its_end_once() {
		let (mut said, start) = (Said::default(), Instant::now());
		assert_eq!(said.next(None, start), None);
		let alone = Some(Trouble::Alone);
		assert_eq!(said.next(alone, start), Some(Line::Trouble(Trouble::Alone)));
		assert_eq!(said.next(alone, start + INTERVAL), None);
		let stands = Some(Trouble::Stands);
		assert_eq!(
			said.next(stands, start + INTERVAL),
			Some(Line::Trouble(Trouble::Stands))
		);
		assert_eq!(
			said.next(stands, start + INTERVAL + AGAIN),
			Some(Line::Trouble(Trouble::Stands))
		);
		assert_eq!(said.next(None, start + AGAIN * 2), Some(Line::Over));
		assert_eq!(said.next(None, start + AGAIN * 2), None);
	}
}
