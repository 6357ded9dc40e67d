#!/usr/bin/env bash
# Fixture of the e2e tests: a cluster of their own with a real ring, the agents and data in it.
# Idempotent: with MAINTENANCE_TEST_KEEP=1 the cluster of the last run is used again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# The ring of the tests is the ring of the demo: same manifests, same data.
# shellcheck source=tests/e2e/demo/narrate.sh
source tests/e2e/demo/narrate.sh
# shellcheck source=tests/e2e/demo/ring.sh
source tests/e2e/demo/ring.sh

readonly cluster=tests/cluster/cluster.sh
readonly cluster_name=${MAINTENANCE_TEST_CLUSTER:-test}

start_cluster() {
  step "cluster $cluster_name"
  "$cluster" up --name "$cluster_name" >/dev/null
  eval "$("$cluster" env --name "$cluster_name")"
  step "images"
  local archives
  archives=$(tests/cluster/images/build.sh all)
  # shellcheck disable=SC2086 # one path per line, none with blanks: they lie in our cache folder
  "$cluster" load --name "$cluster_name" $archives
}

# What an interrupted run may have left: records, and agents of an older build.
forget_last_run() {
  kubectl get namespace "$namespace" >/dev/null 2>&1 || return 0
  step "forget the last run"
  local map
  kubectl uncordon "$cluster_name-node" >/dev/null
  for map in demo-maintenance-configmap ordered-maintenance-configmap; do
    kubectl patch configmap "$map" -n "$namespace" --type=json \
      -p '[{"op": "add", "path": "/data", "value": {}}]' >/dev/null || true
  done
  kubectl rollout restart deployment -n "$namespace" >/dev/null
}

main() {
  start_cluster
  forget_last_run
  start_ring
  load_data
  print_times
}

main "$@"
