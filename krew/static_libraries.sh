#!/usr/bin/env bash
# Builds the static libraries that Debian does not have (Poco, prometheus-cpp) for release builds,
# once for each version, and prints their prefix: loading shared ones is a quarter of what the
# plugin's `status` takes. The sources are Debian's own, with its patches; apt checks its signature.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=krew/debian_sources.sh
source krew/debian_sources.sh

readonly poco_version=1.11.0-3+deb12u1
readonly prometheus_version=1.0.1-1
readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-maintenance
readonly prefix=$cache/static-poco-$poco_version-prometheus-$prometheus_version

fetch() {
  debian_source poco "$poco_version"
  debian_source prometheus-cpp "$prometheus_version"
}

# static_library SOURCE OPTION...: installs it below the prefix.
static_library() {
  local source=$1
  shift
  cmake -S "$source" -B "$source.build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_FLAGS='-ffunction-sections -fdata-sections' \
    -DCMAKE_C_FLAGS='-ffunction-sections -fdata-sections' \
    -DCMAKE_INSTALL_PREFIX="$prefix.new" -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF "$@"
  cmake --build "$source.build"
  cmake --install "$source.build"
}

build() {
  local -a off=(DATA DATA_SQLITE DATA_MYSQL DATA_POSTGRESQL DATA_ODBC MONGODB REDIS ENCODINGS
    ENCODINGS_COMPILER JWT ZIP PDF PAGECOMPILER PAGECOMPILER_FILE2PAGE ACTIVERECORD
    ACTIVERECORD_COMPILER APACHECONNECTOR CPPPARSER POCODOC SEVENZIP)
  off=("${off[@]/%/=OFF}")
  static_library poco -DPOCO_UNBUNDLED=OFF -DENABLE_FOUNDATION=ON -DENABLE_XML=ON -DENABLE_JSON=ON \
    -DENABLE_UTIL=ON -DENABLE_NET=ON -DENABLE_CRYPTO=ON -DENABLE_NETSSL=ON -DENABLE_TESTS=OFF \
    "${off[@]/#/-DENABLE_}"
  static_library prometheus-cpp -DENABLE_PULL=OFF -DENABLE_PUSH=OFF -DENABLE_COMPRESSION=OFF \
    -DENABLE_TESTING=OFF
}

# Whatever ends this script: nothing half-made stays behind, and a failure is seen.
finish() {
  local code=$?
  ((code == 0)) || tail -n 30 "$work/log" >&2
  rm -rf "$work" "$prefix.new"
}

mkdir -p "$cache"
# Two at once, for example two checkouts: the second finds what the first has made.
exec 8>"$prefix.lock"
flock 8
if [[ ! -d $prefix ]]; then
  work=$(mktemp -d)
  trap finish EXIT
  cd "$work"
  echo "building static Poco $poco_version and prometheus-cpp $prometheus_version (3 minutes, once)" >&2
  fetch >"$work/log" 2>&1
  build >>"$work/log" 2>&1
  mv "$prefix.new" "$prefix"
fi
echo "$prefix"
