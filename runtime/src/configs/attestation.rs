//! Proof that GPUs are there.

use crate::{governance::RootOrParameters, *};
use frame_support::{parameter_types, traits::ConstU32, weights::Weight};
use sp_runtime::Perbill;

parameter_types! {
	/// A twentieth of a block for heartbeats that were missed and for rounds.
	pub AttestationWeight: Weight = Perbill::from_percent(5) * super::BlockWeightLimits::get().max_block;
}

impl pallet_attestation::Config for Runtime {
	type Clock = Emissions;
	type Operators = Operators;
	type Gpus = Gpus;
	type Hosts = Pools;
	type Randomness = pallet_babe::ParentBlockRandomness<Runtime>;
	type Signature = Signature;
	type GovernanceOrigin = RootOrParameters;
	type MaxChanges = ConstU32<48>;
	type MaxPollWeight = AttestationWeight;
	type WeightInfo = crate::weights::pallet_attestation::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}
