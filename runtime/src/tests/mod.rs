//! Tests of the runtime as a whole: real genesis, real blocks, signed transactions.

mod chain;
mod credits;
mod deeds;
mod dry_run;
mod emergency;
mod emission;
mod fees;
mod fuzz;
mod governance;
mod hooks;
mod leaving;
mod market;
mod nfts;
mod parameters;
mod presets;
mod proxies;
mod sessions;
mod staking;
mod supply;
mod views;
mod weights;
