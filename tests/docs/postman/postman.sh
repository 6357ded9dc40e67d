#!/usr/bin/env bash
# Runs docs/postman_collection.json with newman, as Postman would, against the agent of the demo ring in the
# cluster of the stories: a replica goes out of the ring and comes back. newman is installed with npm into
# the cache folder, once for each package-lock.json, which has the checksum of every package.
#
#   tests/docs/postman/postman.sh PROGRAMS      PROGRAMS is the folder with kubectl-maintenance
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

# shellcheck source=tests/support/install_once.sh
source tests/support/install_once.sh

programs=$(realpath "${1:?"usage: postman.sh PROGRAMS"}")
readonly programs here=tests/docs/postman
newman=$(tool_folder newman $here/package.json $here/package-lock.json)
readonly newman
work=$(mktemp -d)
readonly work
forward=

finish() {
  [[ -z $forward ]] || kill "$forward" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# make_newman FOLDER. Without the packages' own scripts: none of them is needed.
make_newman() {
  mkdir -p "$1"
  cp $here/package.json $here/package-lock.json "$1/"
  npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund --silent ||
    { echo "SKIPPED: npm could not install newman; is npm's registry reachable?" >&2; exit 77; }
}

# Prints where the agent can be reached.
open_forward() {
  "$programs/kubectl-maintenance" port-forward 0 -n cassandra --instance demo >"$work/forward" 2>&1 &
  forward=$!
  local end=$((SECONDS + 30))
  until address=$(grep -o 'localhost:[0-9]*' "$work/forward" | head -n 1) && [[ -n $address ]]; do
    if ! kill -0 "$forward" || ((SECONDS > end)); then cat "$work/forward" >&2; exit 1; fi
    sleep 0.1
  done
}

install_once newman "$newman" make_newman
eval "$(tests/cluster/cluster.sh env --name "${MAINTENANCE_TEST_CLUSTER:-test}")"
open_forward
node "$newman/node_modules/newman/bin/newman.js" run docs/postman_collection.json --color off \
  --env-var "agent=http://$address" --env-var pod=demo-cassandra-dc1-2 --env-var dc=dc1
