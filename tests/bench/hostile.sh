#!/usr/bin/env bash
# The agent while 128 clients at a time are idle, half-sent, slow, silent in TLS, do not read, or come
# and go: does it answer /livez in 100 ms and an authorised PUT in 1 s, and how much memory does it take?
# Beside it Poco's own HTTP server with default settings, under the same attacks. The pods are simulated,
# the API server is real, and the agent a process of this machine with a service account.
# BENCH_ATTACK_S: for how long each attack lasts (30). Fails when a bound is missed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/support/wait_until.sh
source tests/support/wait_until.sh
readonly wait_pause_s=0.5

readonly cluster_name=${BENCH_CLUSTER:-bench-hostile}
readonly namespace=bench
readonly pod=demo-cassandra-dc1-0
agent=$PWD/build-static-$(dpkg --print-architecture)/bin/maintenance-agent
readonly agent
readonly plain=$PWD/build/tests/plain_poco_server
readonly start_s=60
readonly pods_ready_s=120

say() { printf '%s\n' "$*" >&2; }
step() { say "==> $*"; }
fail() { say "error: $*"; exit 1; }

pids=()
cleanup() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  tests/cluster/cluster.sh down --name "$cluster_name"
  rm -rf "$work"
}

prepare() {
  step "building agent and plain server"
  ./dev build static maintenance-agent >/dev/null
  cmake --preset dev >/dev/null
  cmake --build --preset dev --target plain_poco_server >/dev/null
  trap cleanup EXIT
  tests/cluster/cluster.sh up --simulated --name "$cluster_name" >/dev/null
  eval "$(tests/cluster/cluster.sh env --name "$cluster_name")"
}

# The agent's objects, and somebody with a token.
make_world() {
  kubectl create namespace "$namespace" >/dev/null
  kubectl apply -k tests/bench/agent >/dev/null
  kubectl apply -n "$namespace" -f agent/deploy/components/auth-delegator/role.yaml >/dev/null
  kubectl create clusterrolebinding bench-delegator --clusterrole=system:auth-delegator \
    --serviceaccount="$namespace:maintenance-agent" >/dev/null
  kubectl create serviceaccount operator -n "$namespace" >/dev/null
  kubectl create rolebinding operator --role=maintenance-caller \
    --serviceaccount="$namespace:operator" -n "$namespace" >/dev/null
  kubectl create token maintenance-agent -n "$namespace" --duration=4h >"$work/agent.token"
  kubectl create token operator -n "$namespace" --audience maintenance-agent --duration=4h \
    >"$work/operator.token"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=agent \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$work/tls.key" -out "$work/tls.crt" 2>/dev/null
  kubectl config view --minify --raw \
    -o jsonpath='{.clusters[0].cluster.certificate-authority-data}' | base64 -d >"$work/ca.crt"
}

# A simulated gate lets its pod through when the agent says so.
make_pods() {
  local dc
  step "six simulated pods"
  for dc in dc1 dc2; do
    sed -e "s/\bDC\b/$dc/" -e "s/\bREPLICAS\b/3/" tests/bench/agent/statefulset.yaml \
      | kubectl apply -n "$namespace" -f - >/dev/null
  done
  wait_until "$pods_ready_s" pods_are_ready || fail "the simulated pods did not get ready"
}

pods_are_ready() {
  [[ $(kubectl get pods -n "$namespace" -o jsonpath='{range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}' \
    | grep -c True) == 6 ]]
}

# Loopback has no privilege here: the attackers are on it.
start_agent() {
  env -i CONFIGMAP_NAME=maintenance-configmap POD_NAMESPACE="$namespace" MAINTENANCE_BIND=127.0.0.1 \
    MAINTENANCE_PORT=0 MAINTENANCE_HEALTH_PORT=0 MAINTENANCE_AUTH_LOOPBACK=token \
    MAINTENANCE_TLS_CERT_FILE="$work/tls.crt" MAINTENANCE_TLS_KEY_FILE="$work/tls.key" \
    MAINTENANCE_API_SERVER="$(kubectl config view --minify --raw -o jsonpath='{.clusters[0].cluster.server}')" \
    MAINTENANCE_API_CA_FILE="$work/ca.crt" MAINTENANCE_API_TOKEN_FILE="$work/agent.token" \
    "$agent" >"$work/agent.log" 2>&1 &
  pids+=($!)
  wait_until "$start_s" grep -qs '"event":"started"' "$work/agent.log" || fail "$(tail -n 3 "$work/agent.log")"
}

port_of() { jq -r "select(.event == \"started\").$1" "$work/agent.log"; }

start_plain_server() {
  coproc PLAIN { exec "$plain"; }
  pids+=("$PLAIN_PID")
  read -r plain_port <&"${PLAIN[0]}"
}

work=$(mktemp -d)
prepare
make_world
start_agent
make_pods
start_plain_server
python3 tests/bench/hostile/attack.py "${pids[0]}" "$(port_of port)" "$(port_of health_port)" \
  "$work/tls.crt" "$work/operator.token" "$pod" "$plain_port"
