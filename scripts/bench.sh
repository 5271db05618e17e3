#!/usr/bin/env bash
# Runs all benchmarks and writes what they say into docs/performance.md, between its marks; what surrounds the marks is
# written by people. Run it on a machine that does nothing else. For example:
#
#     scripts/bench.sh                everything: about half an hour on two cores, after the build
#     scripts/bench.sh scale blocks   these only
#     scripts/bench.sh --list         says what there is
#     SCALE_GPUS=1000000 scripts/bench.sh scale database
#                                     a larger network than that of 100,000 GPUs: scripts/bench-scale.sh says what it takes.
#                                     A multiple of 10,000, from 20,000 on
#     COLD_SECONDS=3600 scripts/bench.sh cold
#                                     writes down how long scripts/test.sh took with nothing built before. A run cannot
#                                     measure that: it has everything built
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

MEASURED=(machine scale database blocks weights start throughput junk)
ALL=("${MEASURED[@]}" cold)
PAGE=docs/performance.md
# Minutes that a cold build and all tests may take.
COLD_GOAL=75

case "${1:-}" in
--list)
	printf '%s\n' "${ALL[@]}"
	exit 0
	;;
esac
if [ $# -gt 0 ]; then
	chosen=("$@")
else
	chosen=("${MEASURED[@]}")
	[ -z "${COLD_SECONDS:-}" ] || chosen+=(cold)
fi

release="$(target_dir)/release"
bench="$release/millpond-bench"
export MILLPOND_BIN="${MILLPOND_BIN:-$release/millpond}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

fenced() { printf '```\n%s\n```\n' "$("$@")"; }

machine() {
	local processor memory
	case "$(uname -s)" in
	Darwin)
		processor="$(sysctl -n machdep.cpu.brand_string)"
		memory=$(($(sysctl -n hw.memsize) >> 30))
		;;
	*)
		processor="$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)"
		memory=$(($(sed -n 's/^MemTotal:[[:space:]]*\([0-9]*\) kB/\1/p' /proc/meminfo) >> 20))
		;;
	esac
	printf '| processor | cores | memory | system | compiler | day |\n|---|---|---|---|---|---|\n'
	printf '| %s | %s | %s GiB | %s | %s | %s |\n' "$processor" "$(getconf _NPROCESSORS_ONLN)" "$memory" \
		"$(uname -s)" "$(rustc --version | cut -d' ' -f1,2)" "$(date -u +%F)"
}

scale() { bash scripts/bench-scale.sh "${SCALE_GPUS:-}" --json "$(target_dir)/scale.json"; }

database() {
	"$bench" database --folder "$work/database" --gpus-per-pool $((${SCALE_GPUS:-100000} / 10000)) \
		--json "$(target_dir)/database.json"
}

blocks() { "$bench" blocks --folder "$work/chain" --json "$(target_dir)/blocks.json"; }

weights() { "$bench" weights; }

start() { (cd e2e && node start.mjs); }

throughput() { (cd e2e && fenced node throughput.mjs); }

junk() { (cd e2e && fenced node junk.mjs); }

cold() {
	local seconds="${COLD_SECONDS:-}" verdict=met
	[[ "$seconds" =~ ^[0-9]+$ ]] || die "COLD_SECONDS='$seconds' is not a number of seconds" \
		"set it to what scripts/test.sh says at its end, run with nothing in $(target_dir)"
	local minutes=$(((seconds + 59) / 60))
	[ "$minutes" -le "$COLD_GOAL" ] || verdict=missed
	printf '| | measured | goal | |\n|---|---|---|---|\n'
	printf '| cold build and all tests, on %s cores | **%s min** | ≤ %s min | %s |\n' \
		"$(getconf _NPROCESSORS_ONLN)" "$minutes" "$COLD_GOAL" "$verdict"
}

# put_between_marks NAME FILE: the file's text takes the place of what stands between the page's marks of that name.
put_between_marks() {
	grep -q "^<!-- $1 -->$" "$PAGE" && grep -q "^<!-- /$1 -->$" "$PAGE" || die "$PAGE has no marks for '$1'" \
		"put the lines <!-- $1 --> and <!-- /$1 --> where its results are to stand"
	awk -v name="$1" -v text="$2" '
		$0 == "<!-- /" name " -->" { inside = 0 }
		!inside { print }
		$0 == "<!-- " name " -->" { inside = 1; while ((getline line < text) > 0) print line }
	' "$PAGE" >"$work/page"
	cp "$work/page" "$PAGE"
}

bash scripts/setup.sh
bash scripts/lib/node-js.sh
build_bench
[ -e e2e/node_modules/.package-lock.json ] || (cd e2e && npm ci --no-audit --no-fund --loglevel=error)

for name in "${chosen[@]}"; do
	[[ " ${ALL[*]} " == *" $name "* ]] || die "there is no benchmark '$name'" "scripts/bench.sh --list says what there is"
	say "Measuring: $name"
	"$name" >"$work/$name" || die "the benchmark '$name' failed" "its message stands above"
	cat "$work/$name"
	put_between_marks "$name" "$work/$name"
done
say "Written to $PAGE"
