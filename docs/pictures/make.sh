#!/usr/bin/env bash
# Makes the pictures of the documentation anew, with the demo's cluster (./dev demo leaves it running):
# docs/pictures/make.sh [CLUSTER]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
eval "$(tests/cluster/cluster.sh env --name "${1:-demo}")"
export PATH=$PWD/build/bin:$PATH

readonly pod=demo-cassandra-dc1-2
# What stands between the lines of the picture would only make them longer.
kubectl config set-context --current --namespace=cassandra >/dev/null
trap 'kubectl config set-context --current --namespace=default >/dev/null' EXIT

docs/pictures/terminal_svg.py docs/pictures/enable.svg \
  "kubectl maintenance enable pod $pod --reason 'disk check'" \
  "kubectl maintenance status dc dc1 --instance demo" \
  "kubectl maintenance disable pod $pod"
