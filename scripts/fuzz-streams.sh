#!/usr/bin/env bash
# Holds the reward streams and the pools against the model of every GPU's every minute, and the market against a plain array
# of what is booked, over many random histories: 100,000 of each, or as many as it is told, and a hundredth of that for the
# market, which checks after everything that happens. A history that fails is kept beside the test, and tried first from then
# on.
#
#     scripts/fuzz-streams.sh [histories]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

histories="${1:-100000}"
export PROPTEST_CASES="$histories"
timed "Building" cargo build --release --locked --tests --package millpond-math --package pallet-pools \
	--package pallet-market --package millpond
timed "The streams alone" cargo test --release --locked --quiet --package millpond-math --package millpond \
	--test streams naive_model
timed "Pools, hosts, customers and payouts" cargo test --release --locked --quiet --package pallet-pools \
	--package millpond --lib naive_model
PROPTEST_CASES=$(((histories + 99) / 100)) timed "What is sold, funded, delivered and lost" cargo test --release --locked \
	--quiet --package pallet-market --package millpond --lib properties
