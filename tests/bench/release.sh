#!/usr/bin/env bash
# How long a held pod takes to be let through: from the request (or the record's removal by hand) to
# the moment that its gate logs as its end. With the agent, which changes an annotation of the pod so
# that the kubelet looks at once, and side by side without: the record is removed by `kubectl patch`
# while no agent runs, and the kubelet refreshes the volume at its own pace.
# Needs root: it starts a local Kubernetes of its own with 20 stand-ins, and removes it again.
# Fails when the 95th percentile with the agent is 1.5 s or more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/support/local_cluster.sh
source tests/bench/support/local_cluster.sh

readonly pods=20
readonly bound_ms=1500
readonly namespace=release-bench
readonly set_name=story-cassandra-dc1
readonly config_map=story-maintenance-configmap
# The kubelet's own refresh takes up to 90 s and its cache's time on top.
readonly by_itself_max_s=180

say() { printf '%s\n' "$*" >&2; }

now_ms() { date +%s%3N; }

# The end of the gate of POD, in milliseconds since 1970; nothing when it still runs.
gate_end_ms() {
  local stamp
  stamp=$(kubectl logs "$1" -c maintenance-mode --timestamps 2>/dev/null \
    | awk '/ended: the pod goes on/ {print $1; exit}')
  [[ -z $stamp ]] || date -d "$stamp" +%s%3N
}

# wait_for_end POD DEADLINE_MS: prints when its gate ended.
wait_for_end() {
  local ended
  while (($(now_ms) < $2)); do
    ended=$(gate_end_ms "$1")
    if [[ -n $ended ]]; then
      printf '%s\n' "$ended"
      return
    fi
  done
  say "error: the gate of $1 has not ended"
  return 1
}

hold_all() {
  say "==> all $pods pods into maintenance"
  kubectl maintenance enable dc dc1 --yes --override last-datacenter --timeout 5m >/dev/null
}

start() {
  bench_cluster bench-release "$work" standin agent
  kubectl create namespace "$namespace" >/dev/null
  kubectl config set-context --current --namespace="$namespace" >/dev/null
  kubectl apply -k tests/bench/manifests/release >/dev/null
  kubectl rollout status "statefulset/$set_name" --timeout=5m >/dev/null
  kubectl rollout status deployment --timeout=2m >/dev/null
}

# One after the other, each by a DELETE at the agent.
with_the_agent() {
  local i asked ended
  say "==> released through the agent, one after the other"
  for ((i = 0; i < pods; i++)); do
    asked=$(now_ms)
    kubectl maintenance disable pod "$set_name-$i" --wait=false >/dev/null
    ended=$(wait_for_end "$set_name-$i" $((asked + by_itself_max_s * 1000)))
    printf '%s\n' $((ended - asked))
  done
}

# All at once, by hand: each pod has its own moment within the kubelet's period.
without_the_agent() {
  local i asked ended keys
  say "==> released without an agent, all at once"
  kubectl scale deployment --all --replicas=0 >/dev/null
  kubectl wait pod -l app.kubernetes.io/name=maintenance-agent --for=delete --timeout=1m >/dev/null
  keys=$(for ((i = 0; i < pods; i++)); do printf '"%s-%s":null,' "$set_name" "$i"; done)
  asked=$(now_ms)
  kubectl patch configmap "$config_map" --type=merge -p "{\"data\":{${keys%,}}}" >/dev/null
  for ((i = 0; i < pods; i++)); do
    ended=$(wait_for_end "$set_name-$i" $((asked + by_itself_max_s * 1000)))
    printf '%s\n' $((ended - asked))
  done
}

# summary WHAT < figures: prints it, and the 95th percentile alone on stdout.
summary() {
  sort -n | jq -rs --arg what "$1" '
    "\($what): median \(.[length / 2 | floor]) ms, p95 \(.[(length * 0.95 | ceil) - 1]) ms, " +
    "longest \(.[-1]) ms, \(length) rounds"'
}

work=$(mktemp -d)
start
hold_all
with_the_agent >"$work/with"
kubectl rollout status "statefulset/$set_name" --timeout=5m >/dev/null
hold_all
without_the_agent >"$work/without"
summary "with the agent's touch" <"$work/with"
summary "without" <"$work/without"
p95=$(sort -n "$work/with" | jq -s '.[(length * 0.95 | ceil) - 1]')
((p95 < bound_ms)) || { say "error: p95 is $p95 ms, wanted: under $bound_ms ms"; exit 1; }
