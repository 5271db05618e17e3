//! Subcommands of our own.

pub mod account;
pub mod credits;
pub mod key;
