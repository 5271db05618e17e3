//! Subcommands of our own.

pub mod key;
