#!/usr/bin/env bash
# Sets up this machine and runs every test there is: the crates' own, the checked-in chain specs, and the end-to-end
# tests with real nodes and real clients. Stops at the first that fails.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

bash scripts/setup.sh
bash scripts/lib/clients.sh
release="$(target_dir)/release"

timed "Building (the first time takes about 20 minutes on two cores)" cargo build --release --locked
# With the benchmarks' own tests, which are not among the default members: nothing else is compiled for them.
timed "Testing the crates" cargo test --release --locked --quiet --workspace --exclude millpond-runtime-next
timed "Building the runtime of the upgrade test" cargo build --release --locked --package millpond-runtime-next
timed "Checking that chain-specs/ is up to date" bash scripts/chain-specs.sh --check

cd e2e
export MILLPOND_BIN="$release/millpond"
export MILLPOND_UPGRADE_WASM="$release/wbuild/millpond-runtime/millpond_runtime_next.compact.compressed.wasm"
timed "Testing nodes end to end" npm test --silent
say "All tests passed after $SECONDS s"
