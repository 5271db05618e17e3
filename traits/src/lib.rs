//! The seams between Millpond's pallets.
//!
//! Our pallets never depend on each other. What one needs of another is a trait here, as narrow as its users let it be;
//! the runtime ties the two together. Beside each trait stands one mock for the tests of all its users. The mocks keep
//! their state in the test's externalities, so that it is new in every test and is rolled back with a failing call; they
//! are compiled with `std` rather than by a feature of their own, since a feature that only tests turn on would build
//! everything twice.
//!
//! Under `runtime-benchmarks` each seam has a method that sets up what a benchmark on the other side of it needs.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod agenda;
mod clock;
mod credits;
mod deeds;
mod emissions;
mod gpus;
mod operators;
mod pools;
mod prices;

#[cfg(feature = "std")]
mod mock_storage;

pub use agenda::Agenda;
pub use clock::Clock;
pub use credits::Credits;
pub use deeds::Deeds;
pub use emissions::{Emissions, SettledNetwork};
pub use gpus::{GpuFacts, GpuHistory, GpuLifecycle, GpuStatus, Gpus, Hosts, ModelFacts, OnGpuStatus, Proofs};
pub use operators::{Duty, Fact, OnSuspension, Operators};
pub use pools::{Assigned, Obligations, Overcount, PoolFacts, Pools, RentalKind};
pub use prices::Prices;

/// The mocks of all seams.
#[cfg(feature = "std")]
pub mod mocks {
	pub use crate::{
		agenda::MockAgenda,
		clock::MockClock,
		credits::MockCredits,
		deeds::MockDeeds,
		emissions::MockEmissions,
		gpus::{MockGpus, MockHosts, MockOnGpuStatus, MockProofs},
		operators::{MockOnSuspension, MockOperators},
		pools::MockObligations,
		pools::MockPools,
		prices::MockPrices,
	};
}
