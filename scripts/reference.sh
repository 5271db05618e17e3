#!/usr/bin/env bash
# Writes docs/reference/ anew: calls, events, errors, storage, constants and types of this chain's own pallets, its runtime
# APIs and the RPC, from what a development node says of itself. With --check it writes nothing and fails when a page is out
# of date.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

bash scripts/lib/clients.sh
export MILLPOND_BIN="${MILLPOND_BIN:-$(target_dir)/release/millpond}"
[ -x "$MILLPOND_BIN" ] || die "there is no node at $MILLPOND_BIN" "build it with 'cargo build --release'"
node e2e/reference.mjs "$@"
