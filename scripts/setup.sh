#!/usr/bin/env bash
# Installs what building needs and this machine lacks: a C compiler, protoc, pkg-config, OpenSSL's headers, the Wasm
# target. Debian, Ubuntu and macOS. Asks for nothing when all is there, and is then done in a moment.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

have cargo && have rustc || die "Rust is not installed" \
	"install it with rustup (https://rustup.rs), open a new shell, then run this script again"
rustc --version >/dev/null 2>&1 || die "the toolchain that rust-toolchain.toml names is not installed" \
	"run 'rustup toolchain install $(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)'"

missing=()
case "$(uname -s)" in
Linux)
	have cc || missing+=(build-essential)
	have protoc || missing+=(protobuf-compiler)
	have pkg-config || missing+=(pkg-config)
	[ -e /usr/include/openssl/ssl.h ] || missing+=(libssl-dev)
	if [ ${#missing[@]} -gt 0 ]; then
		have apt-get || die "missing: ${missing[*]}" "install these with your system's package manager, then run this again"
		say "Installing ${missing[*]}"
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null ||
			die "apt-get could not install ${missing[*]}" "apt-get's own message stands above"
	fi
	;;
Darwin)
	have cc || die "no C compiler" "run 'xcode-select --install', then run this script again"
	have protoc || missing+=(protobuf)
	have pkg-config || missing+=(pkg-config)
	if [ ${#missing[@]} -gt 0 ]; then
		have brew || die "missing: ${missing[*]}" "install Homebrew (https://brew.sh), then run this script again"
		say "Installing ${missing[*]}"
		brew install --quiet "${missing[@]}" || die "brew could not install ${missing[*]}"
	fi
	;;
*) die "$(uname -s) is not supported" "build on Debian, Ubuntu or macOS" ;;
esac

bash scripts/lib/wasm-target.sh
