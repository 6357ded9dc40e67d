#!/usr/bin/env bash
# Builds static Poco libraries for release builds, once for each version, and prints their prefix.
# Debian has no static Poco, and loading the shared ones is a quarter of what the plugin's `status`
# takes. The source is Debian's own, with its patches; apt checks its signature.
set -Eeuo pipefail

readonly version=1.11.0-3+deb12u1
readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-maintenance
readonly prefix=$cache/static-poco-$version

fetch() {
  mkdir -p lists/partial cache/archives/partial
  cat >own.sources <<'SOURCES'
Types: deb-src
URIs: http://deb.debian.org/debian
Suites: bookworm
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
  # The system's own lists stay as they are.
  local -a own=(-o "Dir::Etc::SourceList=$PWD/own.sources" -o Dir::Etc::SourceParts=/nonexistent
    -o "Dir::State::Lists=$PWD/lists" -o "Dir::Cache=$PWD/cache" -o APT::Sandbox::User=root)
  apt-get -qq "${own[@]}" update
  apt-get -qq "${own[@]}" source --download-only "poco=$version"
  dpkg-source -x "poco_$version.dsc" source
}

build() {
  local -a off=(DATA DATA_SQLITE DATA_MYSQL DATA_POSTGRESQL DATA_ODBC MONGODB REDIS ENCODINGS
    ENCODINGS_COMPILER JWT ZIP PDF PAGECOMPILER PAGECOMPILER_FILE2PAGE ACTIVERECORD
    ACTIVERECORD_COMPILER APACHECONNECTOR CPPPARSER POCODOC SEVENZIP)
  off=("${off[@]/%/=OFF}")
  cmake -S source -B build -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_FLAGS='-ffunction-sections -fdata-sections' \
    -DCMAKE_C_FLAGS='-ffunction-sections -fdata-sections' \
    -DCMAKE_INSTALL_PREFIX="$prefix.new" -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF -DPOCO_UNBUNDLED=OFF \
    -DENABLE_FOUNDATION=ON -DENABLE_XML=ON -DENABLE_JSON=ON -DENABLE_UTIL=ON -DENABLE_NET=ON \
    -DENABLE_CRYPTO=ON -DENABLE_NETSSL=ON -DENABLE_TESTS=OFF \
    "${off[@]/#/-DENABLE_}"
  cmake --build build
  cmake --install build
}

if [[ ! -d $prefix ]]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work" "$prefix.new"' EXIT
  cd "$work"
  echo "building static Poco $version (about 3 minutes, once)" >&2
  trap 'tail -n 30 "$work/log" >&2' ERR
  fetch >"$work/log" 2>&1
  build >>"$work/log" 2>&1
  mv "$prefix.new" "$prefix"
fi
echo "$prefix"
