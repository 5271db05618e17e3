//! Tests of the runtime as a whole: real genesis, real blocks, signed transactions.

mod chain;
mod credits;
mod emergency;
mod fees;
mod nfts;
mod parameters;
mod presets;
mod proxies;
mod sessions;
