//! What calls are charged beside those of the SDK that do the like.

use crate::table::Table;
use frame_support::weights::Weight;
use millpond_runtime::Runtime;
use pallet_nomination_pools::WeightInfo as _;
use pallet_pools::WeightInfo as _;
use serde_json::{json, Value};

/// A claim's weight may be this of a nomination pool's.
const GOAL: f64 = 1.0;

/// The weight of a claim for a GPU in one pool, and of a nomination pool's payout.
fn claims() -> [Weight; 2] {
	[
		<Runtime as pallet_pools::Config>::WeightInfo::claim_gpu(1),
		<Runtime as pallet_nomination_pools::Config>::WeightInfo::claim_payout(),
	]
}

fn microseconds(weight: Weight) -> f64 {
	weight.ref_time() as f64 / 1e6
}

fn ratio() -> f64 {
	let [ours, theirs] = claims().map(microseconds);
	ours / theirs
}

/// For people.
pub fn table() -> Table {
	let [ours, theirs] = claims().map(|weight| format!("{:.0} µs", microseconds(weight)));
	let mut table = Table::new([
		"`pools.claim_gpu`",
		"`nomination_pools.claim_payout`",
		"ratio",
		"goal",
		"",
	]);
	table.add([
		ours,
		theirs,
		format!("**{:.2}**", ratio()),
		format!("≤ {GOAL}"),
		if ratio() <= GOAL { "met" } else { "missed" }.into(),
	]);
	table
}

/// For programs.
pub fn to_json() -> Value {
	let [ours, theirs] = claims().map(microseconds);
	json!({ "claimMicroseconds": ours, "claimPayoutMicroseconds": theirs, "ratio": ratio(), "goal": GOAL })
}
