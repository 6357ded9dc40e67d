#!/usr/bin/env bash
# Builds the static libraries that Debian does not have (Poco, prometheus-cpp) for release builds,
# once for each version, and prints their prefix: loading shared ones is a quarter of what the
# plugin's `status` takes. The sources are Debian's own, with its patches; apt checks its signature.
set -Eeuo pipefail

readonly poco_version=1.11.0-3+deb12u1
readonly prometheus_version=1.0.1-1
readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-maintenance
readonly prefix=$cache/static-poco-$poco_version-prometheus-$prometheus_version

# The sources come from wherever this machine has Debian's packages from.
fetch() {
  local mirror
  # shellcheck disable=SC2016 # apt fills the name in
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
    'Codename: bookworm' 'Component: main' | head -n 1)
  [[ -n $mirror ]] || { echo "no Debian 12 among apt's sources; run: apt-get update"; return 1; }
  mkdir -p lists/partial cache/archives/partial
  cat >own.sources <<SOURCES
Types: deb-src
URIs: $mirror
Suites: bookworm
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
  # The system's own lists stay as they are.
  local -a own=(-o "Dir::Etc::SourceList=$PWD/own.sources" -o Dir::Etc::SourceParts=/nonexistent
    -o "Dir::State::Lists=$PWD/lists" -o "Dir::Cache=$PWD/cache" -o APT::Sandbox::User=root)
  apt-get -qq "${own[@]}" update
  apt-get -qq "${own[@]}" source --download-only "poco=$poco_version" \
    "prometheus-cpp=$prometheus_version"
  dpkg-source -x "poco_$poco_version.dsc" poco
  dpkg-source -x "prometheus-cpp_$prometheus_version.dsc" prometheus
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
  static_library prometheus -DENABLE_PULL=OFF -DENABLE_PUSH=OFF -DENABLE_COMPRESSION=OFF \
    -DENABLE_TESTING=OFF
}

if [[ ! -d $prefix ]]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work" "$prefix.new"' EXIT
  cd "$work"
  echo "building static Poco $poco_version and prometheus-cpp $prometheus_version (3 minutes, once)" >&2
  trap 'tail -n 30 "$work/log" >&2' ERR
  fetch >"$work/log" 2>&1
  build >>"$work/log" 2>&1
  mv "$prefix.new" "$prefix"
fi
echo "$prefix"
