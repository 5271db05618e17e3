//! What a node's answers are worth: whether it is up to date, by the time of its newest block and by what it says of itself.

use super::{output::format_minute, Node};
use jsonrpsee::rpc_params;
use millpond_primitives::{Moment, MINUTE};
use millpond_runtime::{BlockNumber, Runtime};
use serde::Deserialize;
use std::time::{SystemTime, UNIX_EPOCH};

/// How old a node's newest block may be, in milliseconds: the time of twenty blocks. Its clock may be so far off, too.
const TOLERANCE: Moment = MINUTE;

/// By how many blocks a node may be behind of what its peers have: those are on their way.
const ON_THEIR_WAY: BlockNumber = 20;

/// How a node stands. What it does not tell is left out.
#[derive(Clone, Debug)]
pub struct Health {
	/// Whether its chain is a development chain, whose time may run ahead (`--fast-clock`).
	development: bool,
	/// The number of its newest block.
	best: BlockNumber,
	/// When that was made. None for the first of all.
	time: Option<Moment>,
	/// What it says of itself.
	system: Option<System>,
	/// The newest block that its peers have.
	highest: Option<BlockNumber>,
}

/// What `system_health` answers.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct System {
	peers: usize,
	should_have_peers: bool,
}

/// What `system_syncState` answers.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SyncState {
	highest_block: BlockNumber,
}

impl Health {
	/// Asks a node how it stands. A node that does not tell is asked nothing further.
	pub async fn of(node: &Node) -> Option<Self> {
		let (kind, system, sync, best) = tokio::join!(
			node.request::<String>("system_chainType", rpc_params![]),
			node.request("system_health", rpc_params![]),
			node.request::<SyncState>("system_syncState", rpc_params![]),
			node.best(),
		);
		let best = best.ok()?;
		let key = pallet_timestamp::Now::<Runtime>::hashed_key().to_vec();
		Some(Self {
			development: kind.is_ok_and(|kind| kind == "Development"),
			best: best.number,
			time: node.storage(key, Some(best.hash)).await.ok()?,
			system: system.ok(),
			highest: sync.ok().map(|sync| sync.highest_block),
		})
	}

	/// What whoever reads the node's answers at `now`, by the clock of their own machine, should know.
	pub fn warnings(&self, url: &str, now: Moment) -> Vec<String> {
		let alone = self.system.is_some_and(|system| system.peers == 0);
		let unlike = self.system.is_some_and(|system| system.should_have_peers) && alone;
		let behind = self
			.highest
			.filter(|highest| highest.saturating_sub(self.best) > ON_THEIR_WAY);
		let peers = if alone { " It has no peers." } else { "" };
		let number = self.best;
		let mut warnings = Vec::new();
		match self.time.filter(|time| *time > 0) {
			None => warnings.push(format!(
				"the node at {url} has no block but the first: what it answers is how the chain began.{peers}"
			)),
			Some(time) if now.saturating_sub(time) > TOLERANCE => warnings.push(format!(
				"the newest block of the node at {url}, number {number}, is of {}, {} ago: what it answers is of that time. \
				 The node is behind, the chain stands, or this machine's clock is wrong.{peers}",
				moment(time),
				span(now.saturating_sub(time))
			)),
			Some(time) if time.saturating_sub(now) > TOLERANCE && !self.development => warnings.push(format!(
				"the newest block of the node at {url}, number {number}, is of {}, {} from now: this machine's clock or the \
				 chain's is wrong.",
				moment(time),
				span(time.saturating_sub(now))
			)),
			Some(_) if unlike => warnings.push(format!(
				"the node at {url} has no peers: it may be alone with its blocks."
			)),
			Some(_) => {}
		}
		if let Some(highest) = behind {
			warnings.push(format!(
				"the node at {url} has block {number} and its peers have {highest}: it is still catching up."
			));
		}
		warnings
	}
}

/// The time of this machine's clock, in milliseconds since 1970.
pub fn now() -> Moment {
	let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	Moment::try_from(now.as_millis()).unwrap_or(Moment::MAX)
}

/// A moment as people read it, rounded down to its minute.
fn moment(moment: Moment) -> String {
	format_minute((moment / MINUTE).try_into().unwrap_or(u32::MAX))
}

/// A stretch of time in its largest whole unit.
fn span(milliseconds: Moment) -> String {
	let seconds = milliseconds / 1_000;
	match seconds {
		0..120 => format!("{seconds} s"),
		120..7_200 => format!("{} min", seconds / 60),
		7_200..172_800 => format!("{} h", seconds / 3_600),
		_ => format!("{} days", seconds / 86_400),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const NOW: Moment = 30_000_000 * MINUTE;

	fn health(age: i64) -> Health {
		Health {
			development: false,
			best: 1_000,
			time: NOW.checked_add_signed(-age),
			system: Some(System {
				peers: 3,
				should_have_peers: true,
			}),
			highest: Some(1_001),
		}
	}

	fn warned(health: &Health) -> String {
		health.warnings("ws://node", NOW).join("\n")
	}

	#[test]
	fn a_node_with_peers_and_a_new_block_should_not_be_warned_of() {
		for age in [0, 3_000, 60_000, -60_000] {
			assert_eq!(warned(&health(age)), "");
		}
	}

	#[test]
	fn a_node_should_be_warned_of_when_its_newest_block_is_old() {
		let old = warned(&health(90_000));
		assert!(
			old.contains("number 1000, is of 2027-01-15 07:58 UTC, 90 s ago"),
			"{old}"
		);
		assert!(!old.contains("no peers"), "{old}");
		let mut alone = health(3 * 86_400_000);
		alone.system = Some(System {
			peers: 0,
			should_have_peers: true,
		});
		let alone = warned(&alone);
		assert!(
			alone.contains("3 days ago") && alone.ends_with("It has no peers."),
			"{alone}"
		);
	}

	#[test]
	fn a_node_should_be_warned_of_when_it_has_the_first_block_only() {
		for time in [None, Some(0)] {
			let began = warned(&Health { time, ..health(0) });
			assert!(began.contains("how the chain began"), "{began}");
		}
	}

	#[test]
	fn a_node_should_be_warned_of_when_it_is_alone_or_catching_up() {
		let mut alone = health(0);
		alone.system = Some(System {
			peers: 0,
			should_have_peers: true,
		});
		assert!(warned(&alone).contains("no peers"), "{}", warned(&alone));
		alone.system = Some(System {
			peers: 0,
			should_have_peers: false,
		});
		assert_eq!(warned(&alone), "", "a development node is alone");
		let behind = Health {
			highest: Some(5_000),
			..health(0)
		};
		assert!(warned(&behind).contains("its peers have 5000"), "{}", warned(&behind));
	}

	#[test]
	fn a_clock_should_be_doubted_when_blocks_are_of_the_future_unless_a_development_chain_runs_ahead() {
		let mut ahead = health(-7_200_000);
		let doubted = warned(&ahead);
		assert!(
			doubted.contains("2 h from now") && doubted.contains("clock"),
			"{doubted}"
		);
		ahead.development = true;
		assert_eq!(warned(&ahead), "");
	}

	#[test]
	fn spans_should_be_told_in_their_largest_unit() {
		for (milliseconds, told) in [
			(119_999, "119 s"),
			(120_000, "2 min"),
			(7_200_000, "2 h"),
			(172_800_000, "2 days"),
		] {
			assert_eq!(span(milliseconds), told);
		}
	}
}
