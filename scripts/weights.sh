#!/usr/bin/env bash
# Measures what the calls and hooks of this chain's own pallets take on the compiled runtime, and writes their weights to
# runtime/src/weights/. Run it on a machine that does nothing else. For example:
#
#     scripts/weights.sh                       all of our own pallets
#     scripts/weights.sh pallet_data_credits   this one
#     scripts/weights.sh --rough pallet_market  the same in a fraction of the time, for work in progress
#     scripts/weights.sh --check               runs each benchmark once and writes nothing
#     scripts/weights.sh --machine             says what an empty block, an empty transaction and a transfer take here;
#                                              docs/decisions/0010-weights.md holds it against the reference machine
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

# Of the market a benchmark with 256 GPUs takes half a second to set up: with as many as of the others it would be hours.
STEPS=50
REPEAT=20
MARKET_STEPS=10
MARKET_REPEAT=10

mode=write
pallets=()
for argument in "$@"; do
	case "$argument" in
	--rough) STEPS=10 REPEAT=5 MARKET_STEPS=4 MARKET_REPEAT=3 ;;
	--check) mode=check ;;
	--machine) mode=machine ;;
	-*) die "there is no option $argument" "scripts/weights.sh --help lists them" ;;
	*) pallets+=("${argument//-/_}") ;;
	esac
done

bash scripts/setup.sh
# A runtime that a dependency brings for its own tests is not wanted.
export SKIP_FRAME_STORAGE_ACCESS_TEST_RUNTIME_WASM_BUILD=1
# A folder of its own: this runtime has other features than the one that is shipped.
folder="$(target_dir)/bencher"
timed "Building the bencher and the runtime with its benchmarks (the first time takes about 20 minutes on two cores)" \
	cargo build --release --locked --manifest-path tools/bencher/Cargo.toml --target-dir "$folder"
bencher="$folder/release/millpond-bencher"
runtime="$folder/release/wbuild/millpond-runtime/millpond_runtime_benchmarks.compact.compressed.wasm"

# Proofs are neither recorded nor weighed: this chain proves its state to nobody.
benchmark() {
	"$bencher" pallet --runtime "$runtime" --genesis-builder runtime --disable-proof-recording \
		--default-pov-mode ignored --no-storage-info "$@"
}

# How a line is laid through what was measured; docs/decisions/0010-weights.md says why.
analysis() {
	case "$1" in
	pallet_market | pallet_attestation) printf 'median-slopes\n' ;;
	*) printf 'min-squares\n' ;;
	esac
}

if [ ${#pallets[@]} -eq 0 ]; then
	# Ours are those whose folder stands in pallets/.
	while read -r pallet; do
		folder_of="${pallet#pallet_}"
		[ -d "pallets/${folder_of//_/-}" ] && pallets+=("$pallet")
	done < <(benchmark --all --list=pallets --no-csv-header 2>/dev/null)
fi

case "$mode" in
write)
	for pallet in "${pallets[@]}"; do
		file="runtime/src/weights/$pallet.rs"
		steps=$STEPS repeat=$REPEAT
		[ "$pallet" != pallet_market ] || steps=$MARKET_STEPS repeat=$MARKET_REPEAT
		timed "Measuring $pallet" benchmark --pallet "$pallet" --extrinsic '*' --steps "$steps" --repeat "$repeat" \
			--output-analysis "$(analysis "$pallet")" --template tools/bencher/weights.hbs --output "$file"
		sed -i.bak '/^\t\/\/\/ Proof: /d' "$file" && rm "$file.bak"
		note "$file"
	done
	;;
check)
	for pallet in "${pallets[@]}"; do
		timed "Trying $pallet" benchmark --pallet "$pallet" --extrinsic '*' --steps 2 --repeat 1 --min-duration 0
	done
	;;
machine)
	weights="$(mktemp -d)"
	trap 'rm -rf "$weights"' EXIT
	"$bencher" overhead --runtime "$runtime" --genesis-builder runtime --weight-path "$weights"
	benchmark --pallet pallet_balances --extrinsic transfer_keep_alive --steps "$STEPS" --repeat "$REPEAT"
	;;
esac
