#!/usr/bin/env bash
# Lets befall four validators what befalls machines, and writes what came of it into docs/chaos.md, between its marks: kills, frozen
# processes, a network in halves, power cuts, full disks, clocks that are a day off. Needs root on Linux: the validators run in
# network namespaces, on disks in files, and nothing of it leaves the machine. For example:
#
#     scripts/chaos.sh                      every trial once, then at random, for 20 minutes
#     scripts/chaos.sh 120                  two hours
#     scripts/chaos.sh 5 --only blackout    what `node e2e/chaos.mjs` takes besides
#
# scripts/test.sh makes the shorter of these trials.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

minutes=20
if [[ "${1:-}" =~ ^[0-9]+$ ]]; then
	minutes=$1
	shift
fi

bash scripts/setup.sh
bash scripts/lib/clients.sh
have unshare && have ip && have mkfs.ext4 || die "unshare, ip or mkfs.ext4 is missing" \
	"install util-linux, iproute2 and e2fsprogs, then run this script again"
ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || {
	say "Installing faketime, for the clocks"
	have apt-get && as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends faketime >/dev/null ||
		note "faketime could not be installed: clocks are not tried"
}
timed "Building (the first time takes about 20 minutes on two cores)" cargo build --release --locked
export MILLPOND_BIN="${MILLPOND_BIN:-$(target_dir)/release/millpond}"

results="$(mktemp)"
trap 'rm -f "$results"' EXIT
code=0
as_root env "MILLPOND_BIN=$MILLPOND_BIN" unshare --net --mount --propagation private \
	"$(command -v node)" e2e/chaos.mjs --minutes "$minutes" "$@" >"$results" || code=$?
node e2e/chaos-table.mjs "$results" docs/chaos.md
say "Wrote docs/chaos.md"
exit "$code"
