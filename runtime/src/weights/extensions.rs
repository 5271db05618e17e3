//! What the checks around a transaction weigh beside its base weight: nothing.
//!
//! The base weight of a transaction is measured on whole transactions that do nothing, with every one of these checks.
//! The published weights of the checks count the same work again, among it three writes of storage that a transaction
//! writes once, and make a transfer cost more than twice what it takes. See docs/decisions/0002-fees.md.

use frame_support::weights::Weight;

/// The checks' share of the weight, which is part of `ExtrinsicBaseWeight`.
pub struct ExtensionsInBaseWeight;

impl frame_system::ExtensionsWeightInfo for ExtensionsInBaseWeight {
	fn check_genesis() -> Weight {
		Weight::zero()
	}
	fn check_mortality_mortal_transaction() -> Weight {
		Weight::zero()
	}
	fn check_mortality_immortal_transaction() -> Weight {
		Weight::zero()
	}
	fn check_non_zero_sender() -> Weight {
		Weight::zero()
	}
	fn check_nonce() -> Weight {
		Weight::zero()
	}
	fn check_spec_version() -> Weight {
		Weight::zero()
	}
	fn check_tx_version() -> Weight {
		Weight::zero()
	}
	fn check_weight() -> Weight {
		Weight::zero()
	}
	fn weight_reclaim() -> Weight {
		Weight::zero()
	}
}

impl pallet_transaction_payment::WeightInfo for ExtensionsInBaseWeight {
	fn charge_transaction_payment() -> Weight {
		Weight::zero()
	}
}
