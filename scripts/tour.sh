#!/usr/bin/env bash
# A guided tour in under three minutes: an operator, owners, a customer and an aggregator on a development chain of their own,
# with real transactions, each explained with its numbers. Sets up and builds what is missing first.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

bash scripts/lib/clients.sh
if [ -z "${MILLPOND_BIN:-}" ]; then
	bash scripts/setup.sh
	timed "Building (the first time takes about 20 minutes on two cores)" cargo build --release --locked
	export MILLPOND_BIN="$(target_dir)/release/millpond"
fi
exec node e2e/tour.mjs
