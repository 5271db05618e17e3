//! The chain's supply: operators, GPUs and pools, and what was paid for them.

use super::{float, gauge, gauges};
use crate::service::Client;
use millpond_primitives::BCT;
use millpond_runtime::{Balance, Hash};
use millpond_runtime_api::{PoolActivity, Supply, SupplyApi};
use sp_api::{ApiError, ProvideRuntimeApi};
use substrate_prometheus_endpoint::{Gauge, GaugeVec, PrometheusError, Registry, F64};

/// The gauges of the supply.
pub struct Gauges {
	operators: Gauge<F64>,
	short: GaugeVec<F64>,
	gpus: GaugeVec<F64>,
	pools: Gauge<F64>,
	credits: Gauge<F64>,
	rewards: GaugeVec<F64>,
}

impl Gauges {
	/// Registers them.
	///
	/// # Errors
	/// Metrics that are there already.
	pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let short =
			"Operators whose bond does not cover their duties: called to raise it, and suspended from selling new time";
		let all = "GPUs: registered, online in a pool, and of these idle";
		let rewards = "GPU rewards in BCT: paid so far, and minted and pending";
		Ok(Self {
			operators: gauge(registry, "millpond_operators", "Operators")?,
			short: gauges(registry, "millpond_operators_short", short, &["state"])?,
			gpus: gauges(registry, "millpond_gpus", all, &["state"])?,
			pools: gauge(registry, "millpond_pools", "Pools")?,
			credits: gauge(
				registry,
				"millpond_credits_per_minute",
				"Data Credits that all customers together pay a minute",
			)?,
			rewards: gauges(registry, "millpond_gpu_rewards_bct", rewards, &["state"])?,
		})
	}

	/// Shows the supply at a block.
	///
	/// # Errors
	/// A block whose state cannot be read.
	pub fn read(&self, client: &Client, block: Hash) -> Result<(), ApiError> {
		let (mut activity, mut cursor) = (PoolActivity::default(), None);
		loop {
			let page = client.runtime_api().pool_activity(block, cursor)?;
			activity = page.entries.into_iter().fold(activity, PoolActivity::and);
			cursor = page.next;
			if cursor.is_none() {
				break;
			}
		}
		self.set(&client.runtime_api().supply(block)?, &activity);
		Ok(())
	}

	fn set(&self, supply: &Supply, activity: &PoolActivity) {
		self.operators.set(supply.operators.into());
		self.pools.set(activity.pools.into());
		self.credits.set(float(activity.credits));
		for (state, count) in [("called", supply.called), ("suspended", supply.suspended)] {
			self.short.with_label_values(&[state]).set(count.into());
		}
		for (state, count) in [
			("registered", supply.gpus.into()),
			("online", activity.online),
			("idle", activity.idle),
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

/// An amount in BCT.
fn bct(amount: Balance) -> f64 {
	float(amount) / float(BCT)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::gauges::tests::text;

	#[test]
	fn gauges_should_say_what_there_is() {
		let registry = Registry::new();
		let gauges = Gauges::register(&registry).expect("registered once");
		let supply = Supply {
			operators: 2,
			called: 1,
			suspended: 4,
			gpus: 9,
			minted: 5 * BCT / 2,
			pending: BCT,
		};
		let activity = PoolActivity {
			pools: 3,
			online: 7,
			idle: 5,
			credits: 8_000,
		};
		gauges.set(&supply, &activity);
		let text = text(&registry);
		for line in [
			"millpond_operators 2",
			"millpond_operators_short{state=\"called\"} 1",
			"millpond_operators_short{state=\"suspended\"} 4",
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
}
