//! Reputation: facts, not votes.

use crate::{registration::attributes, Config, Pallet, ReputationRecord, Reputations, Service, RELIABILITY_HALF_LIFE};
use alloc::format;
use millpond_math::price::decay;
use millpond_primitives::{EpochIndex, OperatorId};
use millpond_traits::{Clock, Fact};
use sp_runtime::traits::UniqueSaturatedInto;

impl Service {
	/// Adds `promised` GPU-minutes, of which `delivered` were delivered.
	fn add(&mut self, promised: u64, delivered: u64) {
		self.promised = self.promised.saturating_add(promised);
		self.delivered = self.delivered.saturating_add(delivered).min(self.promised);
	}

	/// Has it count less, by the epochs that have passed.
	fn age(&mut self, epochs: EpochIndex) {
		// A part of 2^64; a product of two numbers of 64 bits fits.
		let part = decay(epochs.into(), RELIABILITY_HALF_LIFE.into());
		let aged = |minutes: u64| (u128::from(minutes).saturating_mul(part) >> 64).unique_saturated_into();
		self.promised = aged(self.promised);
		self.delivered = aged(self.delivered);
	}
}

impl ReputationRecord {
	/// Brings it up to `epoch` and tells whether that is a later one.
	pub(crate) fn advance(&mut self, epoch: EpochIndex) -> bool {
		let passed = epoch.saturating_sub(self.epoch);
		if passed > 0 {
			self.recent.age(passed);
			self.epoch = epoch;
		}
		passed > 0
	}

	fn add(&mut self, fact: Fact) {
		let counter = match fact {
			Fact::Service { promised, delivered } => {
				self.lifetime.add(promised, delivered.min(promised));
				return self.recent.add(promised, delivered.min(promised));
			}
			Fact::AttestationPassed => &mut self.attestations_passed,
			Fact::AttestationMissed => &mut self.attestations_missed,
			Fact::RentalCompleted => &mut self.rentals_completed,
			Fact::RentalFailed => &mut self.rentals_failed,
			Fact::RentalRejected => &mut self.rentals_rejected,
		};
		*counter = counter.saturating_add(1);
	}
}

impl<T: Config> Pallet<T> {
	/// Remembers `fact`. The first in an epoch has wallets show the reliability up to then.
	pub(crate) fn remember(operator: OperatorId, fact: Fact) {
		Reputations::<T>::mutate_extant(operator, |reputation| {
			if reputation.advance(T::Clock::epoch()) {
				Self::show_reliability(operator, reputation);
			}
			reputation.add(fact);
		});
	}

	fn show_reliability(operator: OperatorId, reputation: &ReputationRecord) {
		if let Some(ratio) = reputation.recent.ratio() {
			let (whole, rest) = (ratio / 100, ratio % 100);
			Self::show(
				operator,
				attributes::RELIABILITY,
				format!("{whole}.{rest:02}%").as_bytes(),
			);
		}
	}
}
