//! Comparing how long two things take, by turns in one run, so that whatever else the machine does slows both alike.

use crate::Result;
use std::time::{Duration, Instant};

/// Takes the time of one try; the number of the try picks what it is made with.
pub type Try<'a> = Box<dyn Fn(u64) -> Result<Duration> + 'a>;

/// Two things that are to take about the same time.
pub struct Comparison<'a> {
	/// What is done.
	pub what: &'static str,
	/// In which circumstances it is done: those to compare with, and the others.
	pub circumstances: [String; 2],
	/// How it is done in each.
	pub tries: [Try<'a>; 2],
	/// The most that the second may take of the first.
	pub goal: f64,
}

impl Comparison<'_> {
	/// Tries each so many times, after it has been tried for as long as `warm_up` with other numbers. Gives the medians.
	pub fn run(&self, samples: u64, warm_up: Duration) -> Result<[Duration; 2]> {
		eprintln!("  {}", self.what);
		for attempt in &self.tries {
			let start = Instant::now();
			for sample in samples.. {
				if start.elapsed() >= warm_up {
					break;
				}
				attempt(sample)?;
			}
		}
		let mut times = [Vec::new(), Vec::new()];
		for sample in 0..samples {
			// Each is first in turn.
			let first = (sample % 2) as usize;
			for side in [first, 1 - first] {
				times[side].push(self.tries[side](sample)?);
			}
		}
		Ok(times.map(median))
	}
}

/// The middle of `times`.
pub fn median(mut times: Vec<Duration>) -> Duration {
	times.sort();
	times.get(times.len() / 2).copied().unwrap_or_default()
}

/// What a weight stands for: a second has 10^12 of its units.
pub fn of_weight(ref_time: u64) -> Duration {
	Duration::from_nanos(ref_time / 1_000)
}

/// In microseconds.
pub fn micros(time: Duration) -> f64 {
	time.as_secs_f64() * 1e6
}
