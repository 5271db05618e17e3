#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod backend;
pub mod bench;
pub mod child;
pub mod cli;
pub mod cpu;
pub mod cuda;
pub mod evidence;
pub mod probe;
pub mod profiles;
pub mod tiles;
pub mod uuid;
pub mod worker;

pub use backend::{Backend, Control, Device, Error, Filled, Phase};
pub use worker::{Worker, WorkerError};
