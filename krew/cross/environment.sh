#!/usr/bin/env bash
# Sourced from the project's root: exports what zig's wrappers and krew/cross/toolchain.cmake need
# for one target of release builds. Fails for an unknown one.

# cross_environment TARGET
cross_environment() {
  local table='
    linux-amd64    x86_64-linux-musl   Linux    x86_64   linux-x86_64
    linux-arm64    aarch64-linux-musl  Linux    aarch64  linux-aarch64
    darwin-amd64   x86_64-macos.12.0   Darwin   x86_64   darwin64-x86_64-cc
    darwin-arm64   aarch64-macos.12.0  Darwin   arm64    darwin64-arm64-cc
    windows-amd64  x86_64-windows-gnu  Windows  AMD64    mingw64'
  local zig
  read -r _ ZIG_TARGET MAINTENANCE_CROSS_SYSTEM MAINTENANCE_CROSS_PROCESSOR \
    MAINTENANCE_CROSS_OPENSSL \
    < <(awk -v target="$1" '$1 == target' <<<"$table") || true
  [[ -n $ZIG_TARGET ]] ||
    { echo "unknown target: $1 (there is: $(awk '{ print $1 }' <<<"$table" | xargs))" >&2; return 1; }
  zig=$(krew/cross/install_zig.sh)
  # What zig compiles for itself (libc++, musl) is kept beside it.
  ZIG=$zig/ziglang/zig ZIG_GLOBAL_CACHE_DIR=$zig/cache ZIG_LOCAL_CACHE_DIR=$zig/cache
  MAINTENANCE_CROSS_TOOLS=$zig/bin
  export ZIG ZIG_TARGET ZIG_GLOBAL_CACHE_DIR ZIG_LOCAL_CACHE_DIR
  export MAINTENANCE_CROSS_SYSTEM MAINTENANCE_CROSS_PROCESSOR MAINTENANCE_CROSS_TOOLS
  export MAINTENANCE_CROSS_OPENSSL
}
