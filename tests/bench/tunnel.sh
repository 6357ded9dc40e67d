#!/usr/bin/env bash
# Side by side, in one run: our status through the in-process tunnel, the same by hand
# (kubectl port-forward, wait, curl, stop), and kubectl get pod. Needs root: it starts a local
# Kubernetes of its own with a light cluster, and removes it again.
# Fails when ours is not at least 3 times faster than by hand, and faster than kubectl get pod.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/support/local_cluster.sh
source tests/bench/support/local_cluster.sh

readonly cluster_name=bench
readonly namespace=cassandra
readonly runs=${BENCH_RUNS:-40}

prepare() {
  bench_cluster "$cluster_name" "$work" standin agent
  kubectl apply -f tests/e2e/manifests/namespace.yaml >/dev/null
  kubectl apply -k tests/e2e/manifests/ordered >/dev/null
  kubectl apply -k tests/e2e/manifests/agents/ordered >/dev/null
  kubectl rollout status -n "$namespace" statefulset/ordered-cassandra-dc1 --timeout=2m >/dev/null
  kubectl rollout status -n "$namespace" deployment/ordered-cassandra-prober --timeout=2m >/dev/null
}

# What a person would put into a script: forward a free port, wait until it says so, ask, stop.
write_by_hand() {
  cat >"$work/by-hand" <<SCRIPT
#!/usr/bin/env bash
set -euo pipefail
coproc forward { exec kubectl port-forward -n $namespace "$prober" :8889; }
read -r line <&"\${forward[0]}"
port=\${line#*127.0.0.1:}; port=\${port%% *}
curl -sSf -o /dev/null "localhost:\$port/v1/status"
kill "\$forward_PID"
SCRIPT
  chmod +x "$work/by-hand"
}

mean_ms() { jq -r ".results[$1].mean * 1000" "$work/result.json"; }

work=$(mktemp -d)
prepare
prober=$(kubectl get pods -n "$namespace" -o name -l cassandra-cluster-component=prober | head -n 1)
write_by_hand
hyperfine --warmup 3 --runs "$runs" --shell=none --export-json "$work/result.json" \
  -n "kubectl-maintenance status" \
  "$PWD/build-release/bin/kubectl-maintenance status -n $namespace --instance ordered" \
  -n "by hand: port-forward, wait, curl, stop" "$work/by-hand" \
  -n "kubectl get pod" "kubectl get pod -n $namespace ordered-cassandra-dc1-0"

jq -rn --argjson ours "$(mean_ms 0)" --argjson hand "$(mean_ms 1)" --argjson get "$(mean_ms 2)" '
  "ours \($ours * 10 | round / 10) ms, by hand \($hand * 10 | round / 10) ms (\($hand / $ours * 10 | round / 10) times), kubectl get pod \($get * 10 | round / 10) ms (\($get / $ours * 10 | round / 10) times)",
  if $hand < 3 * $ours then "not 3 times faster than by hand\n" | halt_error(1)
  elif $get <= $ours then "not faster than kubectl get pod\n" | halt_error(1) else empty end'
