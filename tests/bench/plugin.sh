#!/usr/bin/env bash
# How fast and how small the plugin is, as a static (musl) binary and as one that needs libc alone.
# Whole `status` commands are measured side by side in one run with what one would type without it:
# port-forward, wait, curl, stop; kubectl get pod; kubectl get --raw through the pod proxy. Needs root:
# it starts a local Kubernetes of its own, and removes it again. Fails when a bound is missed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/support/local_cluster.sh
source tests/bench/support/local_cluster.sh
# shellcheck source=tests/bench/support/light_agent.sh
source tests/bench/support/light_agent.sh

readonly runs=${BENCH_RUNS:-60}
static=$PWD/build-static-$(dpkg --print-architecture)/bin/kubectl-maintenance
readonly static
readonly dynamic=$PWD/build-release/bin/kubectl-maintenance
failed=0

say() { printf '%s\n' "$*" >&2; }

# row WHAT BOUND VALUE UNIT: one line of the table; BOUND is "<=N" or ">=N" or "-".
row() {
  local verdict
  verdict=$(jq -rn --arg bound "$2" --argjson value "$3" '
    ($bound[2:] | tonumber? // 0) as $limit
    | if $bound == "-" then "" elif $bound[:2] == "<=" and $value <= $limit then "ok"
      elif $bound[:2] == ">=" and $value >= $limit then "ok" else "MISSED" end')
  [[ $verdict != MISSED ]] || failed=1
  printf '%-58s %8s %9.2f %-6s %s\n' "$1" "$2" "$3" "$4" "$verdict"
}

# mean_ms FILE N: of the Nth command, from 0.
mean_ms() { jq -r ".results[$2].mean * 1000" "$1"; }

ratio() { jq -n "$1 / $2"; }

# Peak resident memory of a command, in MB.
peak_mb() {
  local kilobytes
  kilobytes=$(/usr/bin/time -f %M "$@" 2>&1 >/dev/null)
  ratio "$kilobytes" 1000
}

# The same command line for both binaries.
status_of() { echo "$1 status -n $namespace --instance ordered"; }

whole_status() {
  hyperfine --warmup 5 --runs "$runs" --shell=none --export-json "$work/status.json" \
    -n "status, static" "$(status_of "$static")" \
    -n "status, dynamic" "$(status_of "$dynamic")" \
    -n "by hand: port-forward, wait, curl, stop" "$work/by-hand" \
    -n "kubectl get pod" "kubectl get pod -n $namespace ordered-cassandra-dc1-0" \
    -n "kubectl get --raw, pod proxy" \
    "kubectl get --raw /api/v1/namespaces/$namespace/pods/http:${prober#pod/}:8889/proxy/v1/status"
}

# Starting alone, and starting with a TLS context for a server where nothing listens (exit 7).
start_up() {
  sed 's#server: .*#server: https://127.0.0.1:1#' "$KUBECONFIG" >"$work/nobody"
  local binary said
  for binary in "$static" "$dynamic"; do
    said=$("$binary" status --kubeconfig "$work/nobody" 2>&1) || true
    [[ $said == *"connection refused"* ]] || { say "not refused: $said"; return 1; }
  done
  hyperfine --warmup 5 --runs "$((runs * 3))" --shell=none -i --export-json "$work/start.json" \
    "$static version --client" "$dynamic version --client" \
    "$static status --kubeconfig $work/nobody" "$dynamic status --kubeconfig $work/nobody" 2>/dev/null
}

table() {
  local status=$work/status.json start=$work/start.json hand get
  hand=$(mean_ms "$status" 2)
  get=$(mean_ms "$status" 3)
  row "status, static" - "$(mean_ms "$status" 0)" ms
  row "status, dynamic" - "$(mean_ms "$status" 1)" ms
  row "by hand" - "$hand" ms
  row "kubectl get pod" - "$get" ms
  row "kubectl get --raw, pod proxy" - "$(mean_ms "$status" 4)" ms
  row "static, times faster than by hand" ">=5" "$(ratio "$hand" "$(mean_ms "$status" 0)")" ""
  row "static, times faster than kubectl get pod" ">=2.5" "$(ratio "$get" "$(mean_ms "$status" 0)")" ""
  row "dynamic, times faster than by hand" ">=3.5" "$(ratio "$hand" "$(mean_ms "$status" 1)")" ""
  row "dynamic, times faster than kubectl get pod" ">=1.8" "$(ratio "$get" "$(mean_ms "$status" 1)")" ""
  row "start-up, static" "<=2" "$(mean_ms "$start" 0)" ms
  row "start-up, dynamic" "<=8" "$(mean_ms "$start" 1)" ms
  row "start-up with TLS context, static" "<=5" "$(mean_ms "$start" 2)" ms
  row "start-up with TLS context, dynamic" "<=12" "$(mean_ms "$start" 3)" ms
  row "size, static" "<=10" "$(ratio "$(stat -c %s "$static")" 1000000)" MB
  row "size, dynamic" - "$(ratio "$(stat -c %s "$dynamic")" 1000000)" MB
  # shellcheck disable=SC2046 # words of a command
  row "memory of status, static" "<=10" "$(peak_mb $(status_of "$static"))" MB
  # shellcheck disable=SC2046 # words of a command
  row "memory of status, dynamic" - "$(peak_mb $(status_of "$dynamic"))" MB
}

./dev build static >/dev/null
work=$(mktemp -d)
light_agent bench-plugin "$work"
whole_status
start_up >/dev/null
table
if ((failed)); then
  say "a bound is missed"
  exit 1
fi
