#!/usr/bin/env bash
# Builds the libraries of plugin and agent as static ones for a target (krew/cross/environment.sh lists
# them; only linux ones have an agent), from Debian's sources, once for each recipe, and prints their
# prefix. Its file VERSIONS says what is in it: OpenSSL is the newest of Debian's security suite when it
# was built.
#
#   krew/cross/libraries.sh TARGET
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
readonly root
# shellcheck source=krew/cross/environment.sh
source krew/cross/environment.sh
# shellcheck source=krew/debian_sources.sh
source krew/debian_sources.sh

readonly target=${1:?"usage: libraries.sh TARGET"}
readonly cache=${KUBECTL_MAINTENANCE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-maintenance}
key=$(find krew/debian_sources.sh krew/cross -type f | LC_ALL=C sort | xargs cat | sha256sum | cut -c1-12)
readonly prefix=$cache/static-$target-$key

fetch() {
  debian_source openssl newest
  debian_source poco 1.11.0-3+deb12u1
  debian_source yaml-cpp 0.7.0+dfsg-8
  debian_source cli11 2.1.2+ds-1
  local patch
  for patch in "$root"/krew/cross/patches/poco-*.patch; do patch -d poco -p1 <"$patch"; done
  # Util asks for it although it was built without.
  sed -i '/PocoXML/d' poco/Util/cmake/PocoUtilConfig.cmake
  with_agent || return 0
  debian_source fmtlib 9.1.0+ds1-2
  debian_source spdlog 1:1.10.0+ds-0.4
  debian_source prometheus-cpp 1.0.1-1
  debian_source jemalloc 5.3.0-1
}

# Agent and gate run in containers only.
with_agent() { [[ $target == linux-* ]]; }

# What TLS 1.2 and 1.3 with servers of today, and their certificates, need. OpenSSL enters each
# algorithm that it has into its tables at every start: with all of them that took 2 ms.
readonly openssl_without=(aria bf blake2 camellia cast cmp cms ct dsa dtls ec2m gost idea md4 mdc2
  ocb rc2 rc4 rmd160 scrypt seed siphash siv sm2 sm3 sm4 srp srtp ssl3 tls1 tls1_1 ts whirlpool)

openssl_libraries() {
  cd openssl
  # By their names alone: the library keeps how the compiler was called, and no two caches lie in one place.
  local -x PATH=$MAINTENANCE_CROSS_TOOLS:$PATH
  CC=zcc AR=zar RANLIB=zranlib ./Configure "$MAINTENANCE_CROSS_OPENSSL" --prefix=/ \
    --libdir=lib --openssldir=/etc/ssl no-shared no-dso no-module no-engine no-tests no-legacy \
    no-comp "${openssl_without[@]/#/no-}" -O2 -g0 -fPIC -fstack-protector-strong \
    -ffunction-sections -fdata-sections
  make -j "$(nproc)" build_libs
  make install_dev DESTDIR="$prefix.new"
  cd ..
}

# zig's musl keeps for ever what was free once: the agent would stay as large as an attack has made it.
# configure cannot ask the target's machine for the size of a page and of an address. Pages must not be
# smaller than the kernel's, and on ARM some kernels' have 64 KiB.
allocator() {
  local page_bits=12
  [[ $target != *-arm64 ]] || page_bits=16
  cd jemalloc
  # It looks for these by their names.
  local -x PATH=$MAINTENANCE_CROSS_TOOLS:$PATH
  CC=zcc AR=zar RANLIB=zranlib \
    EXTRA_CFLAGS="-O2 -g0 -fstack-protector-strong -ffunction-sections -fdata-sections" \
    ./configure --host="$ZIG_TARGET" --prefix="$prefix.new" --with-lg-page=$page_bits \
    --with-lg-vaddr=48 --disable-shared --disable-cxx --disable-libdl --disable-doc --disable-stats \
    --disable-fill
  make -j "$(nproc)" build_lib_static
  make install_lib_static
  cd ..
}

# library SOURCE OPTION...: installs it below the prefix.
library() {
  local source=$1
  shift
  cmake -S "$source" -B "$source.build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_TOOLCHAIN_FILE="$root/krew/cross/toolchain.cmake" \
    -DCMAKE_C_FLAGS_RELEASE="-O2 -DNDEBUG -w" -DCMAKE_CXX_FLAGS_RELEASE="-O2 -DNDEBUG -w" \
    -DCMAKE_INSTALL_PREFIX="$prefix.new" -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=OFF "$@"
  cmake --build "$source.build"
  cmake --install "$source.build"
}

build() {
  export MAINTENANCE_CROSS_PREFIX=$prefix.new MAINTENANCE_CROSS_SOURCES=$PWD
  # OpenSSL says when it was built. Two builds of the same sources must be the same.
  export SOURCE_DATE_EPOCH=0
  openssl_libraries
  local -a off=(DATA DATA_SQLITE DATA_MYSQL DATA_POSTGRESQL DATA_ODBC MONGODB REDIS ENCODINGS
    ENCODINGS_COMPILER JWT ZIP PDF PAGECOMPILER PAGECOMPILER_FILE2PAGE ACTIVERECORD
    ACTIVERECORD_COMPILER APACHECONNECTOR CPPPARSER POCODOC SEVENZIP)
  off=("${off[@]/%/=OFF}")
  library poco -DPOCO_UNBUNDLED=OFF -DENABLE_FOUNDATION=ON -DENABLE_XML=OFF -DENABLE_JSON=ON \
    -DENABLE_UTIL=ON -DENABLE_NET=ON -DENABLE_CRYPTO=ON -DENABLE_NETSSL=ON -DENABLE_TESTS=OFF \
    -DENABLE_NETSSL_WIN=OFF -DOPENSSL_USE_STATIC_LIBS=ON \
    -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=20 \
    -DCMAKE_PROJECT_Poco_INCLUDE="$root/krew/cross/poco_unity.cmake" "${off[@]/#/-DENABLE_}"
  library yaml-cpp -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=20 \
    -DYAML_CPP_BUILD_TESTS=OFF -DYAML_CPP_BUILD_TOOLS=OFF -DYAML_CPP_BUILD_CONTRIB=OFF
  library cli11 -DCLI11_BUILD_TESTS=OFF -DCLI11_BUILD_EXAMPLES=OFF -DCLI11_BUILD_DOCS=OFF \
    -DCLI11_SINGLE_FILE=OFF
  if with_agent; then agent_libraries; fi
  license_texts
  cp VERSIONS "$prefix.new/VERSIONS"
}

# What has to go with whoever gets a program: krew/licenses.py puts it together.
license_texts() {
  local name _ texts=$prefix.new/licenses zig
  zig=$(dirname "$ZIG")/lib
  mkdir "$texts"
  while read -r name _; do cp "$name/debian/copyright" "$texts/$name"; done <VERSIONS
  cp "$zig/../LICENSE" "$texts/compiler-rt of zig"
  cp "$zig/libcxx/LICENSE.TXT" "$texts/libc++, libc++abi, libunwind"
  case $target in
    linux-*) cp "$zig/libc/musl/COPYRIGHT" "$texts/musl" ;;
    windows-*) cp "$zig/libc/mingw/COPYING" "$texts/mingw-w64" ;;
  esac
}

agent_libraries() {
  library fmtlib -DFMT_TEST=OFF -DFMT_DOC=OFF
  library spdlog -DSPDLOG_FMT_EXTERNAL=ON -DSPDLOG_BUILD_EXAMPLE=OFF -DSPDLOG_BUILD_TESTS=OFF
  library prometheus-cpp -DENABLE_PULL=OFF -DENABLE_PUSH=OFF -DENABLE_COMPRESSION=OFF \
    -DENABLE_TESTING=OFF
  allocator
}

# Whatever ends this script: nothing half-made stays behind, and a failure is seen.
finish() {
  local code=$?
  ((code == 0)) || tail -n 30 "$work/log" >&2
  rm -rf "$work" "$prefix.new"
}

mkdir -p "$cache"
exec 8>"$cache/static-$target.lock"
flock 8
if [[ ! -d $prefix ]]; then
  cross_environment "$target"
  # Always the same folder: zig then knows again what it compiled before a change of the recipe.
  work=$cache/static-$target.work
  rm -rf "$work"
  mkdir "$work"
  trap finish EXIT
  cd "$work"
  echo "building the static libraries for $target (5 minutes, once)" >&2
  fetch >"$work/log" 2>&1
  build >>"$work/log" 2>&1
  mv "$prefix.new" "$prefix"
fi
echo "$prefix"
