#!/usr/bin/env bash
# Makes the target wasm32v1-none available to the toolchain that rust-toolchain.toml names.
#
# `rustup target add` is the ordinary way. Where rustup's server cannot be reached but Debian's packages can, the target
# is built from Debian's `rust-src` of exactly the compiler's version: `core` and `alloc` compiled once, with bitcode
# (the runtime is linked with LTO, which reads it).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$ROOT"

TARGET=wasm32v1-none
sysroot="$(rustc --print sysroot)" || die "rustc does not run" "install Rust from https://rustup.rs, then try again"
libraries="$sysroot/lib/rustlib/$TARGET/lib"

ls "$libraries"/libcore-*.rlib >/dev/null 2>&1 && exit 0

say "Wasm target $TARGET"
limit=()
have timeout && limit=(timeout 120)
said="there is no rustup"
if have rustup; then
	said="$(${limit[@]+"${limit[@]}"} rustup target add "$TARGET" 2>&1)" || true
	if ls "$libraries"/libcore-*.rlib >/dev/null 2>&1; then
		note "installed by rustup"
		exit 0
	fi
fi
note "not installed by rustup (${said##*$'\n'}): building it from Debian's rust-src"

have apt-get && have dpkg || die "the Wasm target $TARGET is missing" \
	"run 'rustup target add $TARGET' with a connection to static.rust-lang.org, then try again"

version="$(rustc --version | awk '{print $2}')"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# The machine's own Debian mirror, whichever form its sources are kept in.
mirror="$(
	{
		grep -hE '^URIs:' /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '{print $2}'
		grep -hE '^deb ' /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
			sed 's/\[[^]]*\]//' | awk '{print $2}'
	} | grep -E '/debian/?$' | head -n 1
)" || true
[ -n "$mirror" ] || die "no Debian mirror among this machine's apt sources" \
	"run 'rustup target add $TARGET' with a connection to static.rust-lang.org, then try again"

mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/root" "$work/crate/src"
for suite in trixie-backports trixie sid; do
	printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$suite"
done >"$work/sources.list"
apt=(-o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$work/lists"
	-o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
apt-get "${apt[@]}" -qq update >/dev/null 2>&1 || true
package="$(apt-cache "${apt[@]}" madison rust-src 2>/dev/null | awk -F'|' -v v="$version" \
	'{gsub(/ /, "", $2); n = $2; sub(/^.*:/, "", n); sub(/[+-].*$/, "", n); if (n == v) {print $2; exit}}')"
[ -n "$package" ] || die "Debian has no rust-src of version $version at $mirror" \
	"run 'rustup target add $TARGET' with a connection to static.rust-lang.org, then try again"
(cd "$work" && apt-get "${apt[@]}" -qq download "rust-src=$package" >/dev/null && dpkg -x rust-src_*.deb root) ||
	die "rust-src $package could not be downloaded from $mirror" "try again; apt's own message stands above"

source="$work/root/usr/src/rustc-$version/library"
[ -d "$source" ] || die "rust-src $package holds no standard library at $source" "report this, with the output above"
mkdir -p "$sysroot/lib/rustlib/src/rust"
rm -rf "$sysroot/lib/rustlib/src/rust/library"
cp -r "$source" "$sysroot/lib/rustlib/src/rust/library"

printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$work/crate/Cargo.toml"
printf '#![no_std]\n' >"$work/crate/src/lib.rs"
toolchain="$(rustup show active-toolchain 2>/dev/null | awk '{print $1}')" || true
(
	cd "$work/crate"
	unset RUSTC_WORKSPACE_WRAPPER CARGO_ENCODED_RUSTFLAGS
	RUSTUP_TOOLCHAIN="$toolchain" RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR="$work/target" \
		cargo build --quiet --release -Zbuild-std=core,alloc --target "$TARGET"
) || die "core and alloc did not build for $TARGET" "cargo's own message stands above"
mkdir -p "$libraries"
cp "$work/target/$TARGET"/release/deps/lib{core,alloc,compiler_builtins}-*.rlib "$libraries/"
rm -rf "$(target_dir)"/*/wbuild # what the old standard library was linked into
note "built from rust-src $package"
