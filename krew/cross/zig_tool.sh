#!/usr/bin/env bash
# The cross compiler under the names that build systems expect: krew/cross/install_zig.sh links
# zcc, zc++, zar, zranlib and zrc to this file. ZIG is the program, ZIG_TARGET what is compiled for.
set -euo pipefail
case ${0##*/} in
  zcc) exec "$ZIG" cc -target "$ZIG_TARGET" "$@" ;;
  zc++) exec "$ZIG" c++ -target "$ZIG_TARGET" "$@" ;;
  zar) exec "$ZIG" ar "$@" ;;
  zranlib) exec "$ZIG" ranlib "$@" ;;
  zrc) exec "$ZIG" rc "$@" ;;
  *) echo "zig_tool.sh: no such tool: ${0##*/}" >&2; exit 1 ;;
esac
