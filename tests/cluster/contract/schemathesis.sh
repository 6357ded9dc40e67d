#!/usr/bin/env bash
# Runs schemathesis, which sends what docs/openapi.yaml allows, and what it forbids, to a running
# agent and compares the answers with the document. It is installed from PyPI into the cache folder
# once for each requirements.txt.
#
#   schemathesis.sh install               only installs
#   schemathesis.sh run URL [OPTION…]     tests the agent at URL against the document that it serves
#
# By hand, to look further than the test does:  schemathesis.sh run URL -n 200 --seed 7
# It puts pods into maintenance: never point it at a cluster that somebody needs.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly cache=${KUBECTL_MAINTENANCE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/kubectl-maintenance}
key=$(sha256sum "$here/requirements.txt" | cut -c1-12)
readonly venv=$cache/schemathesis-$key

fail() {
  printf 'schemathesis.sh: %s\n' "$*" >&2
  exit 1
}

# The first Python that can make a venv; Debian's own before one that a person has installed.
python_with_venv() {
  local python
  for python in /usr/bin/python3 python3; do
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
      echo "$python"
      return
    fi
  done
  fail "no python3 with venv; type: ./dev setup (or apt-get install python3-venv)"
}

install() {
  [[ ! -e $venv/complete ]] || return 0
  local python
  python=$(python_with_venv)
  mkdir -p "$cache"
  # Two at once, for example two checkouts: the second finds what the first has made.
  exec 9>"$venv.lock"
  flock 9
  [[ ! -e $venv/complete ]] || return 0
  printf 'installing schemathesis into %s\n' "$venv" >&2
  "$python" -m venv --clear "$venv"
  "$venv/bin/pip" --disable-pip-version-check --quiet install --no-deps -r "$here/requirements.txt" ||
    fail "pip could not install $here/requirements.txt; is PyPI reachable?"
  touch "$venv/complete"
  exec 9>&-
}

run() {
  export SCHEMATHESIS_HOOKS=hooks PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1
  exec "$venv/bin/schemathesis" --config-file "$here/schemathesis.toml" run --no-color \
    --url "$1" "$1/openapi.yaml" "${@:2}"
}

case ${1:-} in
  install) install ;;
  run) install && run "${@:2}" ;;
  *) fail "usage: schemathesis.sh install | run URL [OPTION…]" ;;
esac
