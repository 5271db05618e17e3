#!/usr/bin/env bash
# Holds the reward streams and the pools against the model of every GPU's every minute over many random histories: 100,000
# of each, or as many as it is told. A history that fails is kept beside the test, and tried first from then on.
#
#     scripts/fuzz-streams.sh [histories]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

export PROPTEST_CASES="${1:-100000}"
timed "Building" cargo build --release --locked --tests --package millpond-math --package pallet-pools --package millpond
timed "The streams alone" cargo test --release --locked --quiet --package millpond-math --package millpond \
	--test streams naive_model
timed "Pools, hosts, customers and payouts" cargo test --release --locked --quiet --package pallet-pools \
	--package millpond --lib naive_model
