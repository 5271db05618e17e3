#!/usr/bin/env bash
# Installs what the end-to-end tests, the reference and the tour are run with: Node.js, jq for what the guides tell people to
# type, tools for networks and disks to break, and the clients that speak to nodes, where they are missing or out of date.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$ROOT/e2e"

bash "$ROOT/scripts/lib/node-js.sh"
# COMMAND:PACKAGE of what is missing. The experiments with networks and disks are made by root on Linux only.
wanted=(jq:jq)
[ "$(uname -s)" != Linux ] || [ "$(id -u)" -ne 0 ] ||
	wanted+=(ip:iproute2 mkfs.ext4:e2fsprogs sysctl:procps mount:mount unshare:util-linux)
missing=()
for each in "${wanted[@]}"; do
	have "${each%%:*}" || missing+=("${each##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
	say "Installing ${missing[*]}"
	if have apt-get; then
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
	elif have brew; then
		brew install --quiet "${missing[@]}"
	fi
	for each in "${wanted[@]}"; do
		have "${each%%:*}" || die "${each##*:} could not be installed" "install it with your system's package manager, then run this again"
	done
fi
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
	timed "Installing the clients of the end-to-end tests" npm ci --no-audit --no-fund --loglevel=error
fi
