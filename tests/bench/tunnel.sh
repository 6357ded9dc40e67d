#!/usr/bin/env bash
# Side by side, in one run: our status through the in-process tunnel, the same by hand
# (kubectl port-forward, wait, curl, stop), and kubectl get pod. Needs root: it starts a local
# Kubernetes of its own with a light cluster, and removes it again.
# Fails when ours is not at least 3 times faster than by hand, and faster than kubectl get pod.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/support/local_cluster.sh
source tests/bench/support/local_cluster.sh
# shellcheck source=tests/bench/support/light_agent.sh
source tests/bench/support/light_agent.sh

readonly runs=${BENCH_RUNS:-40}

mean_ms() { jq -r ".results[$1].mean * 1000" "$work/result.json"; }

work=$(mktemp -d)
light_agent bench "$work"
hyperfine --warmup 3 --runs "$runs" --shell=none --export-json "$work/result.json" \
  -n "kubectl-maintenance status" \
  "$bench_programs/kubectl-maintenance status -n $namespace --instance ordered" \
  -n "by hand: port-forward, wait, curl, stop" "$work/by-hand" \
  -n "kubectl get pod" "kubectl get pod -n $namespace ordered-cassandra-dc1-0"

jq -rn --argjson ours "$(mean_ms 0)" --argjson hand "$(mean_ms 1)" --argjson get "$(mean_ms 2)" '
  "ours \($ours * 10 | round / 10) ms, by hand \($hand * 10 | round / 10) ms (\($hand / $ours * 10 | round / 10) times), kubectl get pod \($get * 10 | round / 10) ms (\($get / $ours * 10 | round / 10) times)",
  if $hand < 3 * $ours then "not 3 times faster than by hand\n" | halt_error(1)
  elif $get <= $ours then "not faster than kubectl get pod\n" | halt_error(1) else empty end'
