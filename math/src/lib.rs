//! Exact arithmetic of Millpond, pure and without storage.

#![no_std]

extern crate alloc;

pub mod price;
