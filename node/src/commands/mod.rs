//! Subcommands of our own.

pub mod account;
pub mod key;
