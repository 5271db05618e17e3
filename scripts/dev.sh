#!/usr/bin/env bash
# Sets up this machine, builds Millpond and starts a development chain: one validator, its database in a temporary
# folder. What is given to this script is passed on to the node, for example:
#
#     scripts/dev.sh                     a block every 3 seconds
#     scripts/dev.sh --fast-clock 15     four blocks a second, each 15 seconds of chain time
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

bash scripts/setup.sh
timed "Building (the first time takes about 20 minutes on two cores)" cargo build --release --locked
say "Starting a development chain: RPC at ws://127.0.0.1:9944, metrics at http://127.0.0.1:9615/metrics"
note "Stop it with Ctrl-C; polkadot.js Apps connects under Development, Local Node"
exec "$(target_dir)/release/millpond" --dev "$@"
