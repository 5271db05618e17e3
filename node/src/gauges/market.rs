//! The market: what is rented, what is kept for it, and how far market time is behind.

use super::{float, gauge, gauges};
use crate::{
	rpc::market::{kind, phase},
	service::Client,
};
use millpond_primitives::{Credits, Minute};
use millpond_runtime::Hash;
use millpond_runtime_api::{EpochsApi, MarketApi, SlotGroup};
use millpond_traits::RentalKind;
use sp_api::{ApiError, ProvideRuntimeApi};
use substrate_prometheus_endpoint::{Gauge, GaugeVec, PrometheusError, Registry, F64};

/// How slots are sold.
const KINDS: [RentalKind; 3] = [RentalKind::Spot, RentalKind::OnDemand, RentalKind::Reserved];

/// Where slots are in their lives.
const STATES: [&str; 5] = ["booked", "called", "running", "paused", "leaving"];

/// The gauges of the market.
pub struct Gauges {
	slots: GaugeVec<F64>,
	gpus: GaugeVec<F64>,
	minutes: GaugeVec<F64>,
	escrow: Gauge<F64>,
	lag: Gauge<F64>,
}

impl Gauges {
	/// Registers them.
	///
	/// # Errors
	/// Metrics that are there already.
	pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let slots = "Time slots, by how they were sold and where they are in their lives";
		let gpus = "GPUs that slots have, and those that they lack";
		let minutes = "GPU-minutes that are paid for and still to come";
		Ok(Self {
			slots: gauges(registry, "millpond_market_slots", slots, &["kind", "state"])?,
			gpus: gauges(registry, "millpond_market_gpus", gpus, &["state"])?,
			minutes: gauges(registry, "millpond_market_booked_gpu_minutes", minutes, &["kind"])?,
			escrow: gauge(
				registry,
				"millpond_market_escrow_credits",
				"Data Credits that are kept for all slots",
			)?,
			lag: gauge(
				registry,
				"millpond_market_lag_minutes",
				"Minutes by which market time is behind the clock, for what is still due",
			)?,
		})
	}

	/// Shows the market at a block.
	///
	/// # Errors
	/// A block whose state cannot be read.
	pub fn read(&self, client: &Client, block: Hash) -> Result<(), ApiError> {
		let (mut groups, mut cursor) = (Vec::new(), None);
		loop {
			let page = client.runtime_api().slot_groups(block, cursor)?;
			groups.extend(page.entries);
			cursor = page.next;
			if cursor.is_none() {
				break;
			}
		}
		let time = client.runtime_api().market_time(block)?;
		self.set(&groups, time.map_or(0, |time| time.wall.saturating_sub(time.minute)));
		Ok(())
	}

	fn set(&self, groups: &[SlotGroup], lag: Minute) {
		for of_kind in KINDS {
			let groups = || groups.iter().filter(move |group| group.kind == of_kind);
			for state in STATES {
				let slots = groups().filter(|group| phase(group.phase) == state);
				let slots = slots.map(|group| u128::from(group.slots)).sum();
				self.slots.with_label_values(&[kind(of_kind), state]).set(float(slots));
			}
			let minutes = groups().map(|group| u128::from(group.minutes)).sum();
			self.minutes.with_label_values(&[kind(of_kind)]).set(float(minutes));
		}
		let sum = |of: fn(&SlotGroup) -> u32| float(groups.iter().map(|group| u128::from(of(group))).sum());
		self.gpus.with_label_values(&["assigned"]).set(sum(|group| group.gpus));
		self.gpus
			.with_label_values(&["missing"])
			.set(sum(|group| group.missing));
		let escrow = groups.iter().map(|group| group.escrow);
		self.escrow.set(float(escrow.fold(0, Credits::saturating_add)));
		self.lag.set(lag.into());
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::gauges::tests::text;
	use pallet_market::{EndReason, Phase};

	fn group(kind: RentalKind, phase: Phase) -> SlotGroup {
		SlotGroup {
			kind,
			phase,
			slots: 2,
			gpus: 3,
			missing: 1,
			minutes: 60,
			escrow: 500,
		}
	}

	#[test]
	fn all_phases_should_be_shown() {
		use Phase::{Booked, Called, Leaving, Paused, Running};
		let all = [Booked, Called, Running, Paused, Leaving(EndReason::Completed)];
		assert_eq!(all.map(phase), STATES);
	}

	#[test]
	fn gauges_should_say_what_is_rented() {
		let registry = Registry::new();
		let gauges = Gauges::register(&registry).expect("registered once");
		let leaving = |reason| group(RentalKind::Spot, Phase::Leaving(reason));
		gauges.set(&[group(RentalKind::OnDemand, Phase::Paused)], 0);
		gauges.set(
			&[
				leaving(EndReason::Evicted),
				leaving(EndReason::Stopped),
				group(RentalKind::Reserved, Phase::Booked),
			],
			2,
		);
		let text = text(&registry);
		for line in [
			"millpond_market_slots{kind=\"spot\",state=\"leaving\"} 4",
			"millpond_market_slots{kind=\"reserved\",state=\"booked\"} 2",
			"millpond_market_slots{kind=\"onDemand\",state=\"paused\"} 0",
			"millpond_market_gpus{state=\"assigned\"} 9",
			"millpond_market_gpus{state=\"missing\"} 3",
			"millpond_market_booked_gpu_minutes{kind=\"spot\"} 120",
			"millpond_market_escrow_credits 1500",
			"millpond_market_lag_minutes 2",
		] {
			assert!(text.contains(line), "'{line}' is not in: {text}");
		}
	}
}
