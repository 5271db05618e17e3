//! Starts a node anew whose process stood still for a while: stopped by a signal, on a virtual machine that was paused, on a machine
//! that slept.
//!
//! Its peers have given it up by then, and it finds out one by one, mostly while it waits for an answer of theirs. A peer that goes
//! away in the middle of a request is asked for nothing for a minute, by the SDK's synchronisation (`DisconnectedPeers` of
//! `sc-network-sync`), and that cannot be configured. When all peers are such, the node is connected to all of them and fetches
//! nothing. A node that starts knows nothing of it, and is in order within seconds.

use std::{
	io, thread,
	time::{Duration, Instant, SystemTime},
};

/// How often it is looked whether time has passed.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long a process may stand still. After 13 s its peers were still there, after 15 s all were gone, and it was a minute behind.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Puts a new process of the same command line in the place of this one when this one has stood still.
///
/// Nothing is shut down before. For the database that is as if the process had been killed, which loses nothing that the node had
/// said, and an orderly end takes longer and can fail.
pub(super) fn watch() -> io::Result<()> {
	// A thread outside of the runtime: whatever keeps the runtime's own threads busy (a new runtime is compiled, for seconds) delays
	// its timers, and is no pause.
	let watch = || {
		let pause = until_paused(LOOK_EVERY, LONGEST_PAUSE, thread::sleep);
		log::warn!(
			"⏸ This process stood still for {} s, and its peers have given it up meanwhile: it starts anew.",
			pause.as_secs()
		);
		let error = start_anew();
		log::error!("The node cannot start anew, so it stops: {error}");
		std::process::exit(1);
	};
	thread::Builder::new().name("pause-watch".into()).spawn(watch).map(drop)
}

/// Returns only when it fails.
#[cfg(unix)]
fn start_anew() -> io::Error {
	use std::os::unix::process::CommandExt;
	match std::env::current_exe() {
		Ok(binary) => std::process::Command::new(binary)
			.args(std::env::args_os().skip(1))
			.exec(),
		Err(error) => error,
	}
}

#[cfg(not(unix))]
fn start_anew() -> io::Error {
	io::ErrorKind::Unsupported.into()
}

/// Returns, when a look comes late by more than `longest`, how late it was.
fn until_paused(every: Duration, longest: Duration, mut sleep: impl FnMut(Duration)) -> Duration {
	loop {
		let (clock, wall_clock) = (Instant::now(), SystemTime::now());
		sleep(every);
		// The first stands still with a machine that sleeps, the second is also set by people and by NTP: forwards, that looks the
		// same and does no harm.
		let passed = clock.elapsed().max(wall_clock.elapsed().unwrap_or_default());
		let late = passed.saturating_sub(every);
		if late > longest {
			return late;
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_pause_should_be_noticed_when_the_process_stood_still() {
		let every = Duration::from_millis(10);
		let longest = Duration::from_millis(500);
		let mut looks = 0;
		let late = until_paused(every, longest, |time| {
			looks += 1;
			// At the tenth look the thread stands still, as the whole process would.
			thread::sleep(if looks < 10 { time } else { Duration::from_millis(800) });
		});
		assert_eq!(looks, 10);
		assert!(late > longest && late < Duration::from_secs(60), "{late:?}");
	}
}
