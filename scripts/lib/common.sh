# Shared by the scripts: messages, progress, and the check that a command is there. Source it.
# shellcheck shell=bash

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
export ROOT

say() { printf '\033[1m▸ %s\033[0m\n' "$*"; }
note() { printf '  %s\n' "$*"; }

# die MESSAGE [WHAT TO DO]
die() {
	printf '\033[31m✗ %s\033[0m\n' "$1" >&2
	[ $# -lt 2 ] || printf '  %s\n' "${@:2}" >&2
	exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# timed LABEL COMMAND...: runs the command and says how long it took.
timed() {
	local label=$1 start=$SECONDS
	shift
	say "$label"
	"$@" || return $?
	note "$label: $((SECONDS - start)) s"
}

# as_root COMMAND...: the command itself for root, through sudo for anybody else.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif have sudo; then
		sudo "$@"
	else
		die "cannot run '$*' without root" "run it as root once, or install sudo"
	fi
}

# What a script says of itself at its head, for whoever asks.
case " $* " in
*" --help "* | *" -h "*)
	awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"
	exit 0
	;;
esac

# Where rustup was installed in this very shell.
have cargo || [ ! -f "$HOME/.cargo/env" ] || . "$HOME/.cargo/env"

target_dir() { printf '%s\n' "${CARGO_TARGET_DIR:-$ROOT/target}"; }

# Builds the benchmarks of tools/bench together with all that is built by default: for other packages, features would differ,
# and with them much of what they depend on would be compiled anew.
build_bench() {
	timed "Building the benchmarks" cargo build --release --locked --workspace --exclude millpond-runtime-next
}
