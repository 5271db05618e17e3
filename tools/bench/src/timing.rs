//! Comparing how long two things take, by turns in one run, so that whatever else the machine does slows both alike.

use crate::{table::Table, Result};
use serde_json::{json, Value};
use std::time::Duration;

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

/// What came of a comparison.
pub struct Outcome {
	what: &'static str,
	circumstances: [String; 2],
	medians: [Duration; 2],
	samples: usize,
	goal: f64,
}

impl Comparison<'_> {
	/// Tries each so many times.
	pub fn run(self, samples: u64) -> Result<Outcome> {
		eprintln!("  {}", self.what);
		let mut times = [Vec::new(), Vec::new()];
		for sample in 0..samples {
			// Each is first in turn.
			let first = (sample % 2) as usize;
			for side in [first, 1 - first] {
				times[side].push(self.tries[side](sample)?);
			}
		}
		Ok(Outcome {
			what: self.what,
			circumstances: self.circumstances,
			samples: times[0].len(),
			medians: times.map(median),
			goal: self.goal,
		})
	}
}

impl Outcome {
	fn ratio(&self) -> f64 {
		self.medians[1].as_secs_f64() / self.medians[0].as_secs_f64()
	}

	fn is_met(&self) -> bool {
		self.ratio() <= self.goal
	}

	/// For programs.
	pub fn to_json(&self) -> Value {
		let side = |side: usize| {
			json!({
				"circumstances": self.circumstances[side],
				"microseconds": micros(self.medians[side]),
			})
		};
		json!({
			"what": self.what,
			"compared": [side(0), side(1)],
			"samples": self.samples,
			"ratio": self.ratio(),
			"goal": self.goal,
			"met": self.is_met(),
		})
	}
}

/// For people.
pub fn table(outcomes: &[Outcome]) -> Table {
	let mut table = Table::new(["", "the smaller", "the larger", "ratio", "goal", ""]);
	for outcome in outcomes {
		let side = |side: usize| {
			let median = micros(outcome.medians[side]);
			format!("{}: {median:.0} µs", outcome.circumstances[side])
		};
		table.add([
			outcome.what.into(),
			side(0),
			side(1),
			format!("**{:.2}**", outcome.ratio()),
			format!("≤ {}", outcome.goal),
			if outcome.is_met() { "met" } else { "missed" }.into(),
		]);
	}
	table
}

/// The middle of `times`.
pub fn median(mut times: Vec<Duration>) -> Duration {
	times.sort();
	times.get(times.len() / 2).copied().unwrap_or_default()
}

/// In microseconds.
pub fn micros(time: Duration) -> f64 {
	time.as_secs_f64() * 1e6
}
