#!/usr/bin/env bash
# Prints the path of promtool: the one in the PATH, or Debian's out of the package prometheus, kept in
# the cache folder. The package itself is not installed: it would start a server on most machines.
set -euo pipefail

cache=${KUBECTL_MAINTENANCE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-maintenance}/promtool
readonly cache

fail() {
  printf 'promtool.sh: %s\n' "$*" >&2
  exit 1
}

# The package lists may be missing or older than the package.
download() {
  apt-get download -qq prometheus >&2 2>/dev/null && return
  [[ $EUID -eq 0 ]] || fail "cannot download Debian's package prometheus; run: sudo apt-get update"
  apt-get update -qq >&2 && apt-get download -qq prometheus >&2
}

provide() {
  local work
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/partial.XXXXXX")
  # shellcheck disable=SC2064 # the path is wanted as it is now
  trap "rm -rf '$work'" EXIT
  cd "$work"
  download || fail "cannot download Debian's package prometheus"
  dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x ./usr/bin/promtool
  mv usr/bin/promtool "$cache/promtool" # at once, so that no half of it is ever run
}

if type -P promtool; then exit; fi
[[ -x $cache/promtool ]] || provide
printf '%s\n' "$cache/promtool"
