//! What Prometheus sees of the chain's supply and its market.

mod market;
mod supply;

use crate::service::Client;
use futures::{Stream, StreamExt};
use millpond_runtime::Hash;
use sc_client_api::BlockchainEvents;
use sc_service::{error::Error as ServiceError, TaskManager};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use substrate_prometheus_endpoint::{register, Gauge, GaugeVec, Opts, PrometheusError, Registry, F64};

const LOG: &str = "gauges";

/// How much time is between two readings at least: they look at every pool and every slot, and Prometheus does not ask
/// more often.
const PAUSE: Duration = Duration::from_secs(5);

/// Starts reading beside the node's other tasks, where there is a registry.
///
/// # Errors
/// Metrics that are there already.
pub fn spawn(client: Arc<Client>, tasks: &TaskManager, registry: Option<&Registry>) -> Result<(), ServiceError> {
	let Some(registry) = registry else { return Ok(()) };
	let (supply, market) = (supply::Gauges::register(registry)?, market::Gauges::register(registry)?);
	let finalized = client.finality_notification_stream().map(|block| block.hash);
	// On a thread of its own: reading takes the longer the more pools and slots there are.
	tasks.spawn_handle().spawn_blocking("chain-gauges", None, async move {
		run(Box::pin(finalized), PAUSE, |block| {
			if let Err(error) = supply.read(&client, block).and_then(|()| market.read(&client, block)) {
				log::debug!(target: LOG, "Supply and market at {block:?} cannot be read: {error}");
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

/// Registers a gauge.
fn gauge(registry: &Registry, name: &str, help: &str) -> Result<Gauge<F64>, PrometheusError> {
	register(Gauge::new(name, help)?, registry)
}

/// Registers gauges that labels tell apart.
fn gauges(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> Result<GaugeVec<F64>, PrometheusError> {
	register(GaugeVec::new(Opts::new(name, help), labels)?, registry)
}

/// A number as Prometheus has it: of 53 bits.
#[allow(clippy::cast_precision_loss)] // Gauges are to be looked at.
fn float(value: u128) -> f64 {
	value as f64
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;

	/// What a registry tells Prometheus.
	pub fn text(registry: &Registry) -> String {
		substrate_prometheus_endpoint::prometheus::TextEncoder::new()
			.encode_to_string(&registry.gather())
			.expect("text")
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
