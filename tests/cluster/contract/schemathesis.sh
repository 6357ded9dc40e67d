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
# shellcheck source=tests/support/venv.sh
source "$here/../../support/venv.sh"
readonly requirements=$here/requirements.txt
venv=$(venv_folder schemathesis "$requirements")
readonly venv

fail() {
  printf 'schemathesis.sh: %s\n' "$*" >&2
  exit 1
}

run() {
  export SCHEMATHESIS_HOOKS=hooks PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1
  exec "$venv/bin/schemathesis" --config-file "$here/schemathesis.toml" run --no-color \
    --url "$1" "$1/openapi.yaml" "${@:2}"
}

case ${1:-} in
  install) venv_install schemathesis "$requirements" ;;
  run) venv_install schemathesis "$requirements" && run "${@:2}" ;;
  *) fail "usage: schemathesis.sh install | run URL [OPTION…]" ;;
esac
