//! What a claim is charged beside a nomination pool's.

use crate::table::Table;
use frame_support::weights::Weight;
use millpond_runtime::Runtime;
use pallet_nomination_pools::WeightInfo as _;
use pallet_pools::WeightInfo as _;
use serde_json::{json, Value};

/// A claim's weight may be this of a nomination pool's.
const GOAL: f64 = 1.0;

type Pools = <Runtime as pallet_pools::Config>::WeightInfo;
type NominationPools = <Runtime as pallet_nomination_pools::Config>::WeightInfo;

/// A claim for a GPU in one pool: as it mostly is, and the first of its group and pool in an epoch.
fn claims() -> [(&'static str, Weight); 2] {
	let claim = Pools::claim_gpu_one();
	[
		("a claim", claim),
		(
			"the first in its group and pool in an epoch",
			claim.saturating_add(Pools::settle_group()),
		),
	]
}

fn microseconds(weight: Weight) -> f64 {
	weight.ref_time() as f64 / 1e6
}

fn ratio(claim: Weight) -> f64 {
	microseconds(claim) / microseconds(NominationPools::claim_payout())
}

/// For people.
pub fn table() -> Table {
	let mut table = Table::new([
		"`pools.claim_gpu`",
		"weight",
		"`nomination_pools.claim_payout`",
		"ratio",
		"goal",
		"",
	]);
	let payout = format!("{:.0} µs", microseconds(NominationPools::claim_payout()));
	for (what, claim) in claims() {
		table.add([
			what.into(),
			format!("{:.0} µs", microseconds(claim)),
			payout.clone(),
			format!("**{:.2}**", ratio(claim)),
			format!("≤ {GOAL}"),
			if ratio(claim) <= GOAL { "met" } else { "missed" }.into(),
		]);
	}
	table
}

/// For programs.
pub fn to_json() -> Value {
	let claims: Vec<_> = claims()
		.map(|(what, claim)| json!({ "what": what, "microseconds": microseconds(claim), "ratio": ratio(claim) }))
		.into();
	let payout = microseconds(NominationPools::claim_payout());
	json!({ "claims": claims, "claimPayoutMicroseconds": payout, "goal": GOAL })
}
