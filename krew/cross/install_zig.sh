#!/usr/bin/env bash
# Installs zig, the cross compiler of release builds, from PyPI into the cache folder, once for each
# requirements.txt, and prints the folder: `ziglang/zig` is the program, `bin` has it as zcc, zc++ …
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly cache=${KUBECTL_MAINTENANCE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/kubectl-maintenance}
key=$(cat "$here/requirements.txt" "$here/zig_tool.sh" | sha256sum | cut -c1-12)
readonly folder=$cache/zig-$key

fail() { printf 'install_zig.sh: %s\n' "$*" >&2; exit 1; }

install_zig() {
  local work=$folder.new
  printf 'installing zig into %s\n' "$folder" >&2
  rm -rf "$work"
  mkdir -p "$work/bin"
  /usr/bin/python3 -m venv "$work/venv" || fail "no python3 with venv; type: ./dev setup"
  "$work/venv/bin/pip" --disable-pip-version-check --quiet download --no-deps --require-hashes \
    --only-binary :all: -d "$work" -r "$here/requirements.txt" ||
    fail "pip could not get $here/requirements.txt; is PyPI reachable?"
  # Only the compiler: the package's Python part is not needed.
  /usr/bin/python3 -m zipfile -e "$work"/ziglang-*.whl "$work"
  chmod +x "$work/ziglang/zig"
  install -m 755 "$here/zig_tool.sh" "$work/zig_tool.sh"
  local name
  for name in zcc zc++ zar zranlib zrc; do ln -s ../zig_tool.sh "$work/bin/$name"; done
  rm -rf "$work/venv" "$work"/ziglang-*.whl
  mv "$work" "$folder"
}

mkdir -p "$cache"
# Two at once, for example two checkouts: the second finds what the first has made.
exec 9>"$cache/zig.lock"
flock 9
[[ -d $folder ]] || install_zig
echo "$folder"
