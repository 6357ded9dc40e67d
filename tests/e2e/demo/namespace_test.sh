#!/usr/bin/env bash
# demo.sh with somebody's own cluster, in which a namespace has the demo's name: it must touch nothing.
# Needs KUBECONFIG of an API server; there is nothing in it that others use.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

readonly refusal_s=20 deletion_s=5
readonly label=app.kubernetes.io/part-of
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# refused WORDS ARGUMENT...: the demo refuses, says so, and whoever lives in the namespace is still there.
refused() {
  local words=$1
  shift
  # Whoever goes on instead waits for pods that nobody starts here.
  if timeout "$refusal_s" tests/e2e/demo/demo.sh --context "$context" "$@" >"$work/said" 2>&1; then
    fail "not refused: $*"
  fi
  grep -q -- "$words" "$work/said" || fail "it did not say '$words' but: $(cat "$work/said")"
  kubectl get configmap somebodys -n cassandra >/dev/null || fail "somebody's object is gone"
  [[ -z $(kubectl get statefulsets,deployments,pods -n cassandra -o name) ]] \
    || fail "something was made"
  [[ -z $(kubectl get namespace cassandra -o jsonpath='{.metadata.deletionTimestamp}') ]] \
    || fail "the namespace is being deleted after: $*"
}

no_namespace_is_nothing_to_remove() {
  tests/e2e/demo/demo.sh --context "$context" --down >"$work/said" 2>&1
  grep -q "nothing to remove" "$work/said" || fail "without a namespace it said: $(cat "$work/said")"
}

somebody_elses_is_left_alone() {
  kubectl create namespace cassandra
  kubectl create configmap somebodys -n cassandra
  refused "not the demo's; nothing was changed"
  refused "not the demo's; nothing was removed" --down
  kubectl label namespace cassandra $label=somebody
  refused "not the demo's; nothing was changed"
  refused "not the demo's; nothing was removed" --down
}

its_own_is_deleted() {
  kubectl label --overwrite namespace cassandra $label=kubectl-maintenance-demo
  kubectl delete configmap somebodys -n cassandra
  # An API server alone does not carry it out, so it is not waited for.
  timeout "$deletion_s" tests/e2e/demo/demo.sh --context "$context" --down >/dev/null 2>&1 || true
  local left
  left=$(kubectl get namespace cassandra --ignore-not-found -o json)
  [[ -z $left || $(jq '.metadata.deletionTimestamp' <<<"$left") != null ]] \
    || fail "its own namespace was not deleted"
  # So that the next run finds none.
  [[ -z $left ]] || jq '.spec.finalizers = []' <<<"$left" \
    | kubectl replace --raw /api/v1/namespaces/cassandra/finalize -f - >/dev/null
}

context=$(kubectl config current-context)
readonly context
no_namespace_is_nothing_to_remove
somebody_elses_is_left_alone
its_own_is_deleted
