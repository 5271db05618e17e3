//! What Prometheus sees of the chain's supply: operators, GPUs and pools, and what was paid for them.

use crate::service::Client;
use futures::{Stream, StreamExt};
use millpond_primitives::BCT;
use millpond_runtime::{Balance, Hash};
use millpond_runtime_api::{Supply, SupplyApi};
use sc_client_api::BlockchainEvents;
use sc_service::{error::Error as ServiceError, TaskManager};
use sp_api::ProvideRuntimeApi;
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use substrate_prometheus_endpoint::{register, Gauge, GaugeVec, Opts, PrometheusError, Registry, F64};

const LOG: &str = "gauges";

/// How much time is between two readings at least: they look at every pool, and Prometheus does not ask more often.
const PAUSE: Duration = Duration::from_secs(5);

/// Starts reading beside the node's other tasks, where there is a registry.
///
/// # Errors
/// Metrics that are there already.
pub fn spawn(client: Arc<Client>, tasks: &TaskManager, registry: Option<&Registry>) -> Result<(), ServiceError> {
	let Some(registry) = registry else { return Ok(()) };
	let gauges = Gauges::register(registry)?;
	let finalized = client.finality_notification_stream().map(|block| block.hash);
	// On a thread of its own: reading takes the longer the more pools there are.
	tasks.spawn_handle().spawn_blocking("supply-gauges", None, async move {
		run(Box::pin(finalized), PAUSE, |block| {
			match client.runtime_api().supply(block) {
				Ok(supply) => gauges.set(&supply),
				Err(error) => log::debug!(target: LOG, "The supply at {block:?} cannot be read: {error}"),
			}
		})
		.await;
	});
	Ok(())
}

/// Reads blocks as they become final, each at least `pause` after the one before.
async fn run(mut finalized: impl Stream<Item = Hash> + Unpin, pause: Duration, mut read: impl FnMut(Hash)) {
	let mut last: Option<Instant> = None;
	while let Some(block) = finalized.next().await {
		if last.is_none_or(|last| last.elapsed() >= pause) {
			read(block);
			last = Some(Instant::now());
		}
	}
}

/// The gauges.
struct Gauges {
	operators: Gauge<F64>,
	gpus: GaugeVec<F64>,
	pools: Gauge<F64>,
	credits: Gauge<F64>,
	rewards: GaugeVec<F64>,
}

impl Gauges {
	fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let gauge = |name: &str, help: &str| register(Gauge::new(name, help)?, registry);
		let gauges =
			|name: &str, help: &str, label: &str| register(GaugeVec::new(Opts::new(name, help), &[label])?, registry);
		Ok(Self {
			operators: gauge("millpond_operators", "Operators")?,
			gpus: gauges(
				"millpond_gpus",
				"GPUs: registered, online in a pool, and of these idle",
				"state",
			)?,
			pools: gauge("millpond_pools", "Pools")?,
			credits: gauge(
				"millpond_credits_per_minute",
				"Data Credits that all customers together pay a minute",
			)?,
			rewards: gauges(
				"millpond_gpu_rewards_bct",
				"GPU rewards in BCT: paid so far, and minted and pending",
				"state",
			)?,
		})
	}

	fn set(&self, supply: &Supply) {
		self.operators.set(supply.operators.into());
		self.pools.set(supply.pools.into());
		self.credits.set(float(supply.credits));
		for (state, count) in [
			("registered", supply.gpus.into()),
			("online", supply.online),
			("idle", supply.idle),
		] {
			self.gpus.with_label_values(&[state]).set(float(count));
		}
		for (state, amount) in [
			("paid", supply.minted.saturating_sub(supply.pending)),
			("pending", supply.pending),
		] {
			self.rewards.with_label_values(&[state]).set(bct(amount));
		}
	}
}

/// A number as Prometheus has it: of 53 bits.
#[allow(clippy::cast_precision_loss)] // Gauges are to be looked at.
fn float(value: u128) -> f64 {
	value as f64
}

/// An amount in BCT.
fn bct(amount: Balance) -> f64 {
	float(amount) / float(BCT)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn gauges_should_say_what_there_is() {
		let registry = Registry::new();
		let gauges = Gauges::register(&registry).expect("registered once");
		gauges.set(&Supply {
			operators: 2,
			gpus: 9,
			pools: 3,
			online: 7,
			idle: 5,
			credits: 8_000,
			minted: 5 * BCT / 2,
			pending: BCT,
		});
		let text = substrate_prometheus_endpoint::prometheus::TextEncoder::new()
			.encode_to_string(&registry.gather())
			.expect("text");
		for line in [
			"millpond_operators 2",
			"millpond_pools 3",
			"millpond_gpus{state=\"registered\"} 9",
			"millpond_gpus{state=\"online\"} 7",
			"millpond_gpus{state=\"idle\"} 5",
			"millpond_credits_per_minute 8000",
			"millpond_gpu_rewards_bct{state=\"paid\"} 1.5",
			"millpond_gpu_rewards_bct{state=\"pending\"} 1",
		] {
			assert!(text.contains(line), "'{line}' is not in: {text}");
		}
		assert!(Gauges::register(&registry).is_err());
	}

	#[tokio::test]
	async fn blocks_should_be_passed_over_when_they_come_too_fast() {
		let blocks = || futures::stream::iter([1, 2, 3].map(Hash::repeat_byte));
		let mut seen = Vec::new();
		run(blocks(), Duration::ZERO, |block| seen.push(block)).await;
		assert_eq!(seen, [1, 2, 3].map(Hash::repeat_byte));
		seen.clear();
		run(blocks(), Duration::from_secs(3_600), |block| seen.push(block)).await;
		assert_eq!(seen, [Hash::repeat_byte(1)]);
	}
}
