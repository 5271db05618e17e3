#!/usr/bin/env bash
# Writes chain-specs/ anew from the runtime's presets: each chain plain (its genesis configuration, for people) and raw
# (its first state, for nodes). With --check it writes nothing and fails when a file is out of date; the runtime's code
# itself is left out of the comparison, for it changes with every build.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

millpond="${MILLPOND_BIN:-$(target_dir)/release/millpond}"
[ -x "$millpond" ] || die "there is no node at $millpond" "build it with 'cargo build --release'"

without_code() { sed -E '/^ *"(code|0x3a636f6465)": "0x/d' "$1"; }

fresh="$(mktemp -d)"
trap 'rm -rf "$fresh"' EXIT
outdated=()
for chain in dev local testnet; do
	"$millpond" export-chain-spec --chain "$chain" --output "$fresh/$chain.json" >/dev/null
	"$millpond" export-chain-spec --chain "$chain" --raw --output "$fresh/$chain-raw.json" >/dev/null
	for file in "$chain.json" "$chain-raw.json"; do
		if [ "${1:-}" = --check ]; then
			[ -e "chain-specs/$file" ] &&
				diff <(without_code "chain-specs/$file") <(without_code "$fresh/$file") >/dev/null || outdated+=("$file")
		else
			cp "$fresh/$file" "chain-specs/$file"
			note "chain-specs/$file"
		fi
	done
done
[ ${#outdated[@]} -eq 0 ] || die "out of date in chain-specs/: ${outdated[*]}" \
	"the genesis of the presets has changed: if it was meant to, run scripts/chain-specs.sh and commit what it writes"
