//! What Prometheus sees of the attestor.

use std::time::{SystemTime, UNIX_EPOCH};
use substrate_prometheus_endpoint::{
	register, Counter, CounterVec, Gauge, GaugeVec, Opts, PrometheusError, Registry, F64, U64,
};

/// What the time is measured of.
const PHASES: [&str; 5] = ["fill", "fill_tree", "walk", "walk_tree", "open"];

/// What can become of a GPU in a round.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
	/// It took part, and proved itself if it had to.
	Passed,
	/// It should have taken part and did not.
	Missed,
	/// It took part, was to prove itself, and did not.
	Unproven,
}

impl Outcome {
	const ALL: [Self; 3] = [Self::Passed, Self::Missed, Self::Unproven];

	fn name(self) -> &'static str {
		match self {
			Self::Passed => "passed",
			Self::Missed => "missed",
			Self::Unproven => "unproven",
		}
	}
}

/// The metrics. They are there, at zero, from the start.
#[derive(Clone)]
pub struct Metrics {
	gpus: GaugeVec<U64>,
	rounds: Counter<U64>,
	outcomes: CounterVec<U64>,
	seconds: GaugeVec<F64>,
	heartbeats: CounterVec<U64>,
	last_heartbeat: Gauge<U64>,
}

impl Metrics {
	/// Registers the metrics.
	///
	/// # Errors
	/// Others of the same names.
	pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let metrics = Self {
			gpus: register(
				GaugeVec::new(
					Opts::new(
						"millpond_attestor_gpus",
						"GPUs of this node's operators: those in this machine, and those that are not",
					),
					&["state"],
				)?,
				registry,
			)?,
			rounds: register(
				Counter::new(
					"millpond_attestor_rounds_total",
					"Rounds in which GPUs of this node's operators were challenged",
				)?,
				registry,
			)?,
			outcomes: register(
				CounterVec::new(
					Opts::new(
						"millpond_attestor_gpu_rounds_total",
						"GPUs in these rounds, by what became of them",
					),
					&["result"],
				)?,
				registry,
			)?,
			seconds: register(
				GaugeVec::new(
					Opts::new(
						"millpond_attestor_phase_seconds",
						"How long each part of the challenge took the GPU that did it last",
					),
					&["phase"],
				)?,
				registry,
			)?,
			heartbeats: register(
				CounterVec::new(
					Opts::new("millpond_attestor_heartbeats_total", "Heartbeats by what came of them"),
					&["result"],
				)?,
				registry,
			)?,
			last_heartbeat: register(
				Gauge::new(
					"millpond_attestor_last_heartbeat_seconds",
					"When a heartbeat was last put into the pool, in Unix seconds",
				)?,
				registry,
			)?,
		};
		metrics.has_gpus(0, 0);
		for outcome in Outcome::ALL {
			metrics.outcomes.with_label_values(&[outcome.name()]).inc_by(0);
		}
		for phase in PHASES {
			metrics.took(phase, 0.0);
		}
		for result in ["sent", "not_sent"] {
			metrics.heartbeats.with_label_values(&[result]).inc_by(0);
		}
		Ok(metrics)
	}

	/// How many GPUs are in this machine, and how many should be and are not.
	pub fn has_gpus(&self, present: u64, absent: u64) {
		self.gpus.with_label_values(&["present"]).set(present);
		self.gpus.with_label_values(&["absent"]).set(absent);
	}

	/// A round is over for an operator, in which this became of each of its GPUs.
	pub fn round_is_over(&self, outcomes: impl Iterator<Item = Outcome>) {
		self.rounds.inc();
		outcomes.for_each(|outcome| self.outcomes.with_label_values(&[outcome.name()]).inc());
	}

	/// A GPU took so long for a part of the challenge.
	pub fn took(&self, phase: &str, seconds: f64) {
		self.seconds.with_label_values(&[phase]).set(seconds);
	}

	/// A heartbeat was sent, or could not be.
	pub fn heartbeat(&self, sent: bool) {
		let result = if sent { "sent" } else { "not_sent" };
		self.heartbeats.with_label_values(&[result]).inc();
		if sent {
			let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
			self.last_heartbeat.set(now.as_secs());
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn metrics_should_be_there_from_the_start_and_count() {
		let registry = Registry::new();
		let metrics = Metrics::register(&registry).expect("registered once");
		metrics.has_gpus(3, 1);
		metrics.round_is_over([Outcome::Passed, Outcome::Passed, Outcome::Unproven].into_iter());
		metrics.took("fill", 1.5);
		metrics.heartbeat(true);
		let text = substrate_prometheus_endpoint::prometheus::TextEncoder::new()
			.encode_to_string(&registry.gather())
			.expect("text");
		for line in [
			"millpond_attestor_gpus{state=\"present\"} 3",
			"millpond_attestor_gpus{state=\"absent\"} 1",
			"millpond_attestor_rounds_total 1",
			"millpond_attestor_gpu_rounds_total{result=\"passed\"} 2",
			"millpond_attestor_gpu_rounds_total{result=\"missed\"} 0",
			"millpond_attestor_gpu_rounds_total{result=\"unproven\"} 1",
			"millpond_attestor_phase_seconds{phase=\"fill\"} 1.5",
			"millpond_attestor_phase_seconds{phase=\"open\"} 0",
			"millpond_attestor_heartbeats_total{result=\"sent\"} 1",
			"millpond_attestor_heartbeats_total{result=\"not_sent\"} 0",
		] {
			assert!(text.contains(line), "'{line}' is not in: {text}");
		}
		assert!(Metrics::register(&registry).is_err());
	}
}
