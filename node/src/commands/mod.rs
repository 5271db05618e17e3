//! Subcommands of our own.

pub mod account;
pub mod attestation;
pub mod credits;
pub mod epoch;
pub mod gpu;
pub mod key;
pub mod market;
pub mod operator;
pub mod pool;
pub mod rewards;
