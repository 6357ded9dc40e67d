#!/usr/bin/env bash
# The agent with a thousand pods: how long a whole dc of 500 takes, how quick the status is, how
# much memory it needs, and what it does when there is nothing to do. The pods are simulated, the
# API server and the controllers are real, and the agent is a process of this machine with a service
# account and the project's own Role. Prints a table; fails when a bound is missed.
# BENCH_REST_S: for how long the rest is looked at (300; a watch lives 290).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/support/wait_until.sh
source tests/support/wait_until.sh
readonly wait_pause_s=0.5

readonly cluster_name=${BENCH_CLUSTER:-bench-agent}
readonly rest_s=${BENCH_REST_S:-300}
readonly status_rounds=101
readonly pods_of_a_dc=500
agent=$PWD/build-static-$(dpkg --print-architecture)/bin/maintenance-agent
readonly agent
ticks_per_s=$(getconf CLK_TCK)
# Far longer than it takes on a small machine where others compile.
readonly pods_ready_s=900
# The agent gives memory back once a minute.
readonly settle_s=65

say() { printf '%s\n' "$*" >&2; }
step() { say "==> $*"; }
fail() { say "error: $*"; exit 1; }

declare -A agent_pid=() agent_port=()

# What has been measured is shown also when something breaks later.
cleanup() {
  local pid
  [[ ! -s $work/table ]] || cat "$work/table"
  for pid in "${agent_pid[@]}"; do kill "$pid" 2>/dev/null || true; done
  tests/cluster/cluster.sh down --name "$cluster_name"
  rm -rf "$work"
}

prepare() {
  step "building the static agent"
  ./dev build static maintenance-agent >/dev/null
  trap cleanup EXIT
  tests/cluster/cluster.sh up --simulated --name "$cluster_name" >/dev/null
  eval "$(tests/cluster/cluster.sh env --name "$cluster_name")"
  server=$(kubectl config view --minify --raw -o jsonpath='{.clusters[0].cluster.server}')
  kubectl config view --minify --raw \
    -o jsonpath='{.clusters[0].cluster.certificate-authority-data}' | base64 -d >"$work/ca.crt"
  audit=$(dirname "$KUBECONFIG")/logs/audit.log
}

# --- the agents ---------------------------------------------------------------------------------

# namespace_make NAMESPACE: the objects of an agent, without pods.
namespace_make() {
  kubectl create namespace "$1" >/dev/null
  kubectl kustomize tests/bench/agent | sed "s/namespace: bench$/namespace: $1/" \
    | kubectl apply -f - >/dev/null
  kubectl create token maintenance-agent -n "$1" --duration=4h >"$work/$1.token"
}

# dc_make NAMESPACE DC REPLICAS
dc_make() {
  sed -e "s/\bDC\b/$2/" -e "s/\bREPLICAS\b/$3/" tests/bench/agent/statefulset.yaml \
    | kubectl apply -n "$1" -f - >/dev/null
}

agent_start() {
  local log=$work/$1.log
  : >"$log"
  env -i CONFIGMAP_NAME=maintenance-configmap POD_NAMESPACE="$1" MAINTENANCE_BIND=127.0.0.1 \
    MAINTENANCE_PORT=0 MAINTENANCE_HEALTH_PORT=0 MAINTENANCE_API_SERVER="$server" \
    MAINTENANCE_API_CA_FILE="$work/ca.crt" MAINTENANCE_API_TOKEN_FILE="$work/$1.token" \
    "$agent" >>"$log" 2>&1 &
  agent_pid[$1]=$!
  wait_until 20 agent_has_started "$1" || fail "the agent did not start: $(tail -n 3 "$log")"
  agent_port[$1]=$(jq -r 'select(.event == "started").port' "$log")
}

agent_has_started() {
  [[ $(jq -r 'select(.event == "watch_current").resource' "$work/$1.log" | sort -u | wc -l) == 3 ]]
}

agent_stop() {
  kill "${agent_pid[$1]}"
  wait "${agent_pid[$1]}" || fail "the agent of $1 ended with exit code $?"
  unset "agent_pid[$1]"
}

# ask NAMESPACE METHOD PATH [CURL-ARGUMENT…]: the answer goes to $work/answer; prints the seconds.
ask() {
  local namespace=$1 method=$2 path=$3
  shift 3
  curl -sS --fail-with-body --max-time 60 -o "$work/answer" -w '%{time_total}\n' -X "$method" "$@" \
    "http://127.0.0.1:${agent_port[$namespace]}$path" || fail "$method $path: $(<"$work/answer")"
}

# --- waiting ------------------------------------------------------------------------------------

# pods_in STATE NAMESPACE COUNT: as the agent reports it.
pods_in() {
  ask "$2" GET /v1/status >/dev/null
  [[ $(jq --arg state "$1" '[.pods[] | select(.state == $state)] | length' "$work/answer") == "$3" ]]
}

# When nothing has come to the API server from the agents for a while, they are at rest.
agents_rest() {
  local before
  before=$(wc -l <"$audit")
  sleep "$settle_s"
  [[ $(wc -l <"$audit") == "$before" ]]
}

uids_of_dc() {
  kubectl get pods -n "$1" -l "cassandra-cluster-dc=$2" \
    -o jsonpath='{range .items[*]}{.metadata.name} {.metadata.uid}{"\n"}{end}' | sort
}

# --- what is measured ---------------------------------------------------------------------------

# memory_mb NAMESPACE FIELD: from /proc/PID/smaps_rollup, in MB with one decimal.
memory_mb() {
  awk -v field="$2:" '$1 == field { printf "%.1f\n", $2 * 1024 / 1000000 }' \
    "/proc/${agent_pid[$1]}/smaps_rollup"
}

ticks() {
  local fields
  read -r -a fields < <(sed 's/.*) //' "/proc/${agent_pid[$1]}/stat")
  echo $((fields[11] + fields[12]))
}

# Requests as the API server has counted them, with the watches that were opened again.
requests() {
  jq -c --arg user "system:serviceaccount:$1:maintenance-agent" \
    'select(.stage == "RequestReceived" and .user.username == $user)' "$audit" | wc -l
}

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

failed=''

# verdict WHAT SEEN UNIT BOUND: a line of the table; the bound is the most that is allowed.
verdict() {
  local word=kept
  awk -v seen="$2" -v bound="$4" 'BEGIN { exit !(seen <= bound) }' || { word=MISSED && failed=yes; }
  printf '%-58s %10s %-9s %8s  %s\n' "$1" "$2" "$3" "$4" "$word" >>"$work/table"
}

note() { printf '%-58s %10s %s\n' "$1" "$2" "$3" >>"$work/table"; }

measure_dc() {
  local before after took changed restarted
  step "PUT /v1/dcs/dc1 with $pods_of_a_dc pods"
  before=$(uids_of_dc large dc1)
  took=$(ask large PUT /v1/dcs/dc1 -H 'Content-Type: application/json' -d '{"reason":"bench"}')
  changed=$(jq '[.pods[] | select(.changed and (has("error") | not))] | length' "$work/answer")
  ((changed == pods_of_a_dc)) || fail "only $changed of $pods_of_a_dc pods followed: $(
    jq -c '[.pods[] | select(has("error"))][0]' "$work/answer")"
  wait_until "$pods_ready_s" pods_in held large "$pods_of_a_dc" || fail "the pods did not come back held"
  after=$(uids_of_dc large dc1)
  restarted=$(join <(echo "$before") <(echo "$after") | awk '$2 != $3' | wc -l)
  verdict "PUT of a dc of $pods_of_a_dc pods among 1,000" "$took" s 5
  verdict "... of them not restarted (same uid as before)" $((pods_of_a_dc - restarted)) pods 0
}

measure_status() {
  local round
  step "GET /v1/status with 1,000 pods, $status_rounds times"
  for ((round = 0; round < status_rounds; round++)); do ask large GET /v1/status; done \
    >"$work/status"
  [[ $(jq '.pods | length' "$work/answer") == $((2 * pods_of_a_dc)) ]] || fail "not all pods in the status"
  verdict "status of 1,000 pods, from what was watched, median" \
    "$(awk '{ print $1 * 1000 }' "$work/status" | median)" ms 50
}

measure_rest() {
  local name pods used
  declare -A ticks_before=() requests_before=()
  step "waiting until both agents rest, then looking at them for $rest_s s"
  wait_until 300 agents_rest || fail "the agents do not come to rest: see $audit"
  for name in small large; do
    ticks_before[$name]=$(ticks "$name")
    requests_before[$name]=$(requests "$name")
  done
  sleep "$rest_s"
  for name in small large; do
    pods="3 pods" && [[ $name == small ]] || pods="1,000 pods"
    used=$(($(ticks "$name") - ticks_before[$name]))
    verdict "requests to the API server at rest, $pods" "$(awk -v s="$rest_s" \
      -v n=$(($(requests "$name") - requests_before[$name])) 'BEGIN { printf "%.1f", n * 60 / s }')" /min 4
    verdict "CPU at rest, $pods" "$(awk -v t="$used" -v hz="$ticks_per_s" -v s="$rest_s" \
      'BEGIN { printf "%.3f", 100 * t / hz / s }')" "% of one" 0.2
  done
}

measure_memory() {
  verdict "memory (RSS) with $2, $3" "$(memory_mb "$1" Rss)" MB "$4"
  note "    of it its own, not shared with other processes" "$(memory_mb "$1" Anonymous)" "MB"
}

main() {
  work=$(mktemp -d)
  prepare
  step "3 pods in one namespace, 1,000 in another, an agent for each"
  namespace_make small
  namespace_make large
  agent_start small
  agent_start large
  dc_make small dc1 3
  dc_make large dc1 "$pods_of_a_dc"
  dc_make large dc2 "$pods_of_a_dc"
  wait_until "$pods_ready_s" pods_in normal small 3 || fail "the 3 pods did not get ready"
  wait_until "$pods_ready_s" pods_in normal large $((2 * pods_of_a_dc)) || fail "not all of the 1,000 pods got ready"
  agent_stop small && agent_start small
  agent_stop large && agent_start large
  wait_until 300 agents_rest || fail "the agents do not come to rest: see $audit"
  measure_memory small "3 pods" "newly started" 12
  measure_memory large "1,000 pods" "newly started" 25
  measure_status
  measure_rest
  measure_memory small "3 pods" "at the end" 12
  measure_dc
  wait_until 300 agents_rest || fail "the agents do not come to rest: see $audit"
  measure_memory large "1,000 pods" "after all of this" 25
  [[ -z $failed ]]
}

main "$@"
