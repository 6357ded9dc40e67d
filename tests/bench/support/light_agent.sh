# shellcheck shell=bash
# The agent beside a light cluster, and its status in the ways that a person has. Sourced by the
# benches of the plugin, after local_cluster.sh.

readonly namespace=cassandra

# light_agent NAME WORK: a local Kubernetes NAME with the agent, ready. Sets `prober`, its pod, and
# leaves the script WORK/by-hand.
light_agent() {
  local name=$1 work=$2
  bench_cluster "$name" "$work" standin agent
  kubectl apply -f tests/e2e/manifests/namespace.yaml >/dev/null
  kubectl apply -k tests/e2e/manifests/ordered >/dev/null
  kubectl apply -k tests/e2e/manifests/agents/ordered >/dev/null
  kubectl rollout status -n "$namespace" statefulset/ordered-cassandra-dc1 --timeout=2m >/dev/null
  kubectl rollout status -n "$namespace" deployment/ordered-cassandra-prober --timeout=2m >/dev/null
  prober=$(kubectl get pods -n "$namespace" -o name -l cassandra-cluster-component=prober | head -n 1)
  write_by_hand "$work/by-hand"
}

# What a person would put into a script: forward a free port, wait until it says so, ask, stop.
write_by_hand() {
  cat >"$1" <<SCRIPT
#!/usr/bin/env bash
set -euo pipefail
coproc forward { exec kubectl port-forward -n $namespace "$prober" :8889; }
read -r line <&"\${forward[0]}"
port=\${line#*127.0.0.1:}; port=\${port%% *}
curl -sSf -o /dev/null "localhost:\$port/v1/status"
kill "\$forward_PID"
SCRIPT
  chmod +x "$1"
}
