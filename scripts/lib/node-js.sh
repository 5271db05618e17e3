#!/usr/bin/env bash
# Installs Node.js, which the end-to-end tests run on, where there is none.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

OLDEST=18
have node && have npm || {
	say "Installing Node.js"
	if have apt-get; then
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends nodejs npm >/dev/null ||
			die "apt-get could not install nodejs and npm" "apt-get's own message stands above"
	elif have brew; then
		brew install --quiet node || die "brew could not install node"
	else
		die "Node.js is missing" "install version $OLDEST or later from https://nodejs.org, then run this script again"
	fi
}
version="$(node --version)"
major="${version#v}"
[ "${major%%.*}" -ge "$OLDEST" ] || die "Node.js $version is too old" "install version $OLDEST or later"
