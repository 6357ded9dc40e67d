#!/usr/bin/env bash
# 2 GB through `kubectl maintenance run`, out of a pod with tar and back into it: how long it takes, how
# much memory the plugin needs for it, and whether every byte is there.
# Needs root: it starts a local Kubernetes of its own, and removes it again; and 5 GB of disk.
# Fails when a byte is missing, or when more than 16 MiB were needed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/support/local_cluster.sh
source tests/bench/support/local_cluster.sh

readonly bytes=$((2 * 1024 * 1024 * 1024))
readonly bound_kib=$((16 * 1024))
readonly namespace=run-bench
readonly pod=story-cassandra-dc1-0
readonly data=/var/lib/cassandra

say() { printf '%s\n' "$*" >&2; }

in_pod() { kubectl exec "$pod" -c maintenance-mode -- "$@"; }

start() {
  bench_cluster bench-run "$work" standin agent
  kubectl create namespace "$namespace" >/dev/null
  kubectl config set-context --current --namespace="$namespace" >/dev/null
  kubectl apply -k tests/bench/manifests/run >/dev/null
  kubectl rollout status statefulset --timeout=5m >/dev/null
  kubectl rollout status deployment --timeout=2m >/dev/null
  kubectl maintenance enable pod "$pod" >/dev/null 2>&1
  say "==> 2 GB of data in the pod"
  in_pod sh -c "mkdir $data/data; head -c $bytes /dev/urandom >$data/data/big"
}

# measured WHAT COMMAND...: runs it with the given stdin and stdout, and prints time and memory.
# Without kubectl in front, whose own memory would count.
measured() {
  local what=$1 seconds kib
  shift
  /usr/bin/time -o "$work/time" -f '%e %M' "$@" 2>"$work/err" || { cat "$work/err" >&2; return 1; }
  read -r seconds kib <"$work/time"
  say "$what: $seconds s ($(awk -v b="$bytes" -v s="$seconds" 'BEGIN {printf "%.0f", b / s / 1e6}') MB/s), \
$((kib / 1024)) MiB of memory"
  ((kib <= bound_kib)) || { say "error: more than $((bound_kib / 1024)) MiB"; return 1; }
}

same() {
  [[ $1 == "$2" ]] || { say "error: $3: $1 is not $2"; exit 1; }
  say "$3: every byte is there"
}

work=$(mktemp -d)
start
there=$(in_pod sha256sum "$data/data/big" | cut -d' ' -f1)
measured "out of the pod" kubectl-maintenance run pod "$pod" -- tar -C "$data" -cf - data >"$work/tar"
same "$(tar -xOf "$work/tar" data/big | sha256sum | cut -d' ' -f1)" "$there" "the archive"
in_pod rm -r "$data/data"
measured "into the pod" kubectl-maintenance run pod "$pod" -i -- tar -C "$data" -xf - <"$work/tar"
same "$(in_pod sha256sum "$data/data/big" | cut -d' ' -f1)" "$there" "what was put back"
