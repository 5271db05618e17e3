#!/usr/bin/env bash
# Installs what the end-to-end tests, the reference and the tour are run with: Node.js, jq for what the guides tell people to
# type, and the clients that speak to nodes, where they are missing or out of date.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$ROOT/e2e"

bash "$ROOT/scripts/lib/node-js.sh"
have jq || {
	say "Installing jq"
	if have apt-get; then
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends jq >/dev/null
	elif have brew; then
		brew install --quiet jq
	fi
	have jq || die "jq could not be installed" "install it from https://jqlang.org, then run this script again"
}
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
	timed "Installing the clients of the end-to-end tests" npm ci --no-audit --no-fund --loglevel=error
fi
