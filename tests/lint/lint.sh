#!/usr/bin/env bash
# Everything that can be said of the sources without running them. Findings are printed as
# `file:line: text`; any finding makes the exit code 1. Called by `./dev lint`.
#
#   tests/lint/lint.sh [--root FOLDER] [BUILD_FOLDER]
#
# BUILD_FOLDER holds compile_commands.json (default: build). Without one clang-tidy cannot run.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
root=$(cd "$here/../.." && pwd)
build=build

say() { printf '%s\n' "$*" >&2; }

# The first of the named programs that exists: Debian's packages carry the version in the name.
program() {
  local name
  for name in "$@"; do
    if command -v "$name"; then return; fi
  done
  say "$1 is missing; type: ./dev setup"
  return 1
}

list() { python3 "$here/sources.py" "$root" "$1"; }

# clang-format says where, not what: that is enough, since `./dev format` mends it.
check_format() {
  local tool
  tool=$(program clang-format-14 clang-format)
  list cpp | xargs -r -d '\n' "$tool" --dry-run --Werror 2>&1 \
    | sed -n 's/^\([^:]*:[0-9]*\):[0-9]*: error: .*/\1: not formatted; type: .\/dev format/p' \
    | sort -u | fail_if_any
}

check_shell() {
  local tool
  tool=$(program shellcheck)
  # -x with the script's own folder: sourced files are looked at through those who source them.
  list shell | xargs -r -d '\n' "$tool" -x --source-path=SCRIPTDIR -f gcc 2>&1 \
    | sed 's/^\([^:]*:[0-9]*\):[0-9]*: /\1: /' | fail_if_any
}

# Passes its input on; fails when there was any.
fail_if_any() {
  awk '{ print; seen = 1 } END { exit seen }'
}

run_check() {
  case $1 in
    format) check_format ;;
    shell) check_shell ;;
    clang-tidy) python3 "$here/tidy.py" "$root" "$build" ;;
    *) python3 "$here/$1.py" "$root" ;;
  esac
}

main() {
  if [[ ${1:-} == --root ]]; then
    root=$(cd "${2:?"--root needs a folder"}" && pwd)
    shift 2
  fi
  build=${1:-$build}
  cd "$root"
  local checks=(format shell size_limits folder_arrows suppressions clang-tidy)
  local failed=() check
  for check in "${checks[@]}"; do
    say "==> lint: $check"
    run_check "$check" || failed+=("$check")
  done
  if ((${#failed[@]})); then
    say "lint: failed: ${failed[*]}"
    return 1
  fi
  say "lint: all ${#checks[@]} checks passed"
}

main "$@"
