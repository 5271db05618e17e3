#!/usr/bin/env bash
# Lets people act at random on the whole runtime, in real blocks, and checks all invariants after each: from one seed to the
# next for as many minutes as it is told, 60 if none. What fails names its seed. For example:
#
#     scripts/fuzz-actions.sh          for an hour, from a seed that was never tried
#     scripts/fuzz-actions.sh 600      for ten hours
#     scripts/fuzz-actions.sh 0 4711   seed 4711 alone; FUZZ_TRACE=1 prints every action
#
# FUZZ_BLOCKS says how many blocks a seed has: 300 if nothing.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

export FUZZ_SECONDS=$((60 * ${1:-60}))
export FUZZ_SEED="${2:-$(date +%s)000}"
export FUZZ_BLOCKS="${FUZZ_BLOCKS:-300}"
timed "Building" cargo build --release --locked --tests --package millpond-runtime --package millpond
timed "Acting from seed $FUZZ_SEED on" cargo test --release --locked --quiet --package millpond-runtime --package millpond \
	--lib -- --nocapture --test-threads 1 whatever_people_do
