#!/usr/bin/env bash
# How fast and how small the plugin is that users get. Whole `status` commands are measured side by side in one run with what one would type without it:
# port-forward, wait, curl, stop; kubectl get pod; kubectl get --raw through the pod proxy. Needs root:
# it starts a local Kubernetes of its own, and removes it again. Fails when a bound is missed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/support/local_cluster.sh
source tests/bench/support/local_cluster.sh
# shellcheck source=tests/bench/support/light_agent.sh
source tests/bench/support/light_agent.sh

readonly runs=${BENCH_RUNS:-60}
readonly plugin=$bench_programs/kubectl-maintenance
# One `status` of the cluster of the bench.
readonly status=("$plugin" status -n "$namespace" --instance ordered)
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
  # Not from stderr, where warnings of the agent are, too.
  /usr/bin/time -f %M -o "$work/peak" "$@" >/dev/null 2>&1
  ratio "$(<"$work/peak")" 1000
}

whole_status() {
  hyperfine --warmup 5 --runs "$runs" --shell=none --export-json "$work/status.json" \
    -n "status" "${status[*]}" \
    -n "by hand: port-forward, wait, curl, stop" "$work/by-hand" \
    -n "kubectl get pod" "kubectl get pod -n $namespace ordered-cassandra-dc1-0" \
    -n "kubectl get --raw, pod proxy" \
    "kubectl get --raw /api/v1/namespaces/$namespace/pods/http:${prober#pod/}:8889/proxy/v1/status"
}

# Starting alone, and starting with a TLS context for a server where nothing listens (exit 7).
start_up() {
  sed 's#server: .*#server: https://127.0.0.1:1#' "$KUBECONFIG" >"$work/nobody"
  local said
  said=$("$plugin" status --kubeconfig "$work/nobody" 2>&1) || true
  [[ $said == *"connection refused"* ]] || { say "not refused: $said"; return 1; }
  hyperfine --warmup 5 --runs "$((runs * 3))" --shell=none -i --export-json "$work/start.json" \
    "$plugin version --client" "$plugin status --kubeconfig $work/nobody" 2>/dev/null
}

table() {
  local ours hand get
  ours=$(mean_ms "$work/status.json" 0)
  hand=$(mean_ms "$work/status.json" 1)
  get=$(mean_ms "$work/status.json" 2)
  row "status" - "$ours" ms
  row "by hand" - "$hand" ms
  row "kubectl get pod" - "$get" ms
  row "kubectl get --raw, pod proxy" - "$(mean_ms "$work/status.json" 3)" ms
  row "times faster than by hand" ">=5" "$(ratio "$hand" "$ours")" ""
  row "times faster than kubectl get pod" ">=2.5" "$(ratio "$get" "$ours")" ""
  row "start-up" "<=2" "$(mean_ms "$work/start.json" 0)" ms
  row "start-up with TLS context" "<=5" "$(mean_ms "$work/start.json" 1)" ms
  row "size" "<=10" "$(ratio "$(stat -c %s "$plugin")" 1000000)" MB
  row "memory of status" "<=10" "$(peak_mb "${status[@]}")" MB
}

work=$(mktemp -d)
light_agent bench-plugin "$work"
whole_status
start_up >/dev/null
table
if ((failed)); then
  say "a bound is missed"
  exit 1
fi
