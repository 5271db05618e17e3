#!/usr/bin/env bash
# Compares what calls and hooks cost in a network of 1,000 GPUs and in a large one: of 100,000 GPUs in 10,000 pools, or as
# many as it is told. Each network lies in a database of its own on disk, in a temporary folder (BENCH_FOLDER says another
# one, which is kept and has to be empty). For example:
#
#     scripts/bench-scale.sh                      a few minutes
#     scripts/bench-scale.sh 1000000              half an hour; 8 GB of memory and 40 GB of disk do
#     scripts/bench-scale.sh 100000 --json FILE   the figures for programs, too
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

POOLS=10000

gpus="${1:-100000}"
[[ "$gpus" =~ ^[0-9]+$ ]] && [ "$gpus" -ge $((2 * POOLS)) ] && [ $((gpus % POOLS)) -eq 0 ] ||
	die "'$gpus' is not a number of GPUs for $POOLS pools" "name a multiple of $POOLS from $((2 * POOLS)) on"
shift $(($# > 0))

if [ -n "${BENCH_FOLDER:-}" ]; then
	folder="$BENCH_FOLDER"
else
	folder="$(mktemp -d)"
	trap 'rm -rf "$folder"' EXIT
fi
build_bench >&2
"$(target_dir)/release/millpond-bench" scale --folder "$folder" --gpus-per-pool $((gpus / POOLS)) --pools "$POOLS" "$@"
