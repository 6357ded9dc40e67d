#!/usr/bin/env bash
# The cluster script's own test: uses two real clusters the way the project's tests do, breaks
# them, and compares the machine before and after. Needs root; takes about two minutes.
# It works in a state folder of its own, so clusters in use are not disturbed.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../support/wait_until.sh
source "$here/../support/wait_until.sh"
PATH=$PATH:/usr/sbin:/sbin
export KUBECTL_MAINTENANCE_STATE=/var/tmp/kubectl-maintenance-test-$$
log=$(mktemp)
failures=0
# Interface, control group and firewall table of each cluster started here.
names=()

# Longest wait for anything inside a running cluster.
readonly wait_s=40

main() {
  trap finish EXIT
  # Built beforehand: building leaves files that are not the clusters' doing.
  standin=$("$here/images/build.sh" pause standin | tail -n 1)
  programs=$("$here/cluster.sh" binaries 2>&1 | tee /dev/stderr | tail -n 1)
  programs=${programs##*: }
  local before after
  before=$(machine_snapshot)
  test_mistakes
  test_control_plane
  test_workload one
  test_second_cluster
  test_crashes
  test_foreign_process
  test_down
  after=$(machine_snapshot)
  check "nothing is left of the clusters (${names[*]})" nothing_left
  check "the machine is as before" same "$before" "$after"
  printf '%s\n' "$( ((failures)) && echo "$failures checks failed" || echo "all checks passed")"
  ((failures == 0))
}

finish() {
  local status=$? name
  for name in one two api; do cluster down --name "$name" >/dev/null 2>&1 || true; done
  rm -f "$log"
  exit "$status"
}

cluster() { "$here/cluster.sh" "$@"; }

# check WHAT COMMAND…: runs it; its output is shown only when it fails.
check() {
  local what=$1 begin=${EPOCHREALTIME/[.,]/} result=ok
  shift
  "$@" >"$log" 2>&1 || result=FAILED
  printf '%-6s %6d ms  %s\n' "$result" $(((${EPOCHREALTIME/[.,]/} - begin) / 1000)) "$what"
  [[ $result == ok ]] && return
  tail -n 8 "$log" | sed 's/^/         /'
  failures=$((failures + 1))
}

# refused TEXT COMMAND…: it must fail and say TEXT.
refused() {
  local text=$1 output
  shift
  ! output=$("$@" 2>&1) || return 1
  printf '%s\n' "$output"
  [[ $output == *"$text"* ]]
}

same() { diff <(printf '%s\n' "$1") <(printf '%s\n' "$2"); }

# quick SECONDS COMMAND…: succeeds and takes less.
quick() {
  local begin=${EPOCHREALTIME/[.,]/} limit_s=$1
  shift
  "$@" && ((${EPOCHREALTIME/[.,]/} - begin < limit_s * 1000000))
}

# What the node's programs could change on the machine outside their own namespaces.
machine_snapshot() {
  find /run/containerd /run/netns /var/lib/cni /var/lib/kubelet /var/log/pods /var/log/containers \
    /opt/containerd /opt/cni 2>/dev/null | sort
  sysctl vm.overcommit_memory vm.panic_on_oom kernel.panic kernel.panic_on_oops \
    net.ipv4.ip_forward net.netfilter.nf_conntrack_max
}

# What is there of the clusters started here, by folder and by the names made from their numbers
# (other clusters of the machine are none of our business).
traces() {
  local name
  grep -F "$KUBECTL_MAINTENANCE_STATE" /proc/self/mountinfo || true
  grep -lzF "KUBECTL_MAINTENANCE_CLUSTER=$KUBECTL_MAINTENANCE_STATE/" /proc/[0-9]*/environ 2>/dev/null || true
  [[ ! -e $KUBECTL_MAINTENANCE_STATE ]] || printf '%s\n' "$KUBECTL_MAINTENANCE_STATE"
  for name in "${names[@]}"; do
    ip -4 route | grep -w "$name" || true
    [[ ! -e /sys/class/net/$name ]] || printf 'interface %s\n' "$name"
    nft list tables | grep -w "$name" || true
    find /sys/fs/cgroup -type d -name "$name"
  done
}

nothing_left() {
  local found
  found=$(traces)
  printf '%s\n' "$found"
  [[ -z $found ]]
}

test_mistakes() {
  check "a name that is no name" refused "'Ä/..'" cluster up --name Ä/..
  check "an unknown option" refused "unknown option --nam" cluster up --nam x
  check "env without a cluster" refused "cluster.sh up --name one" cluster env --name one
  check "load without a cluster" refused "cluster.sh up --name one" cluster load --name one "$standin"
  check "down without a cluster is no error" cluster down --name one
  check "not root" refused "needs root" setpriv --reuid 65534 --regid 65534 --clear-groups \
    env HOME=/nonexistent "$here/cluster.sh" up --name one
  check "a missing program names the fix" without_etcd
  check "nothing was made" test ! -e "$KUBECTL_MAINTENANCE_STATE"
}

without_etcd() {
  refused "etcd-server): type ./dev setup" unshare --mount bash -c \
    "mount --bind /dev/null '$(type -P etcd)' && exec $here/cluster.sh up --name one"
}

test_control_plane() {
  check "control plane: up" cluster up --control-plane --name api
  check "control plane: up again in under 2 s" quick 2 cluster up --control-plane --name api
  check "control plane: another mode is refused" refused "runs in mode control-plane" cluster up --name api
  use api
  check "control plane: a pod can be created" kubectl run idle --image=localhost/standin:dev
  check "control plane: nothing listens but on 127.0.0.1" only_loopback
  check "control plane: down" cluster down --name api
  check "control plane: with programs from KUBEBUILDER_ASSETS" with_assets
  check "control plane: down" cluster down --name api
}

# An empty cache would mean a build of minutes.
with_assets() {
  quick 60 env KUBEBUILDER_ASSETS="$programs" KUBECTL_MAINTENANCE_CACHE=/nonexistent \
    "$here/cluster.sh" up --control-plane --name api
}

only_loopback() {
  local port
  port=$(kubectl config view -o jsonpath='{.clusters[0].cluster.server}')
  [[ $(ss -Hltn "sport = :${port##*:}" | awk '{print $4}') == "127.0.0.1:${port##*:}" ]]
}

use() {
  # Not through eval of several: PATH needs only one of them.
  KUBECONFIG=$(cluster env --name "$1" | sed -n 's/^export KUBECONFIG=//p')
  export KUBECONFIG
  PATH=$KUBECTL_MAINTENANCE_STATE/$1/bin:$PATH
  state=$KUBECTL_MAINTENANCE_STATE/$1
  names+=("kmaint$(sed -n 's/^number=//p' "$state/record")")
}

# shellcheck source=cluster_test_workload.sh
source "$here/cluster_test_workload.sh"

test_second_cluster() {
  test_workload two
  use one
  check "the first cluster still works" wait_until "$wait_s" http_is app-0 app-1.app.default.svc.cluster.local 8080 app-1
  check "each has its own number" test 2 == "$(cat "$KUBECTL_MAINTENANCE_STATE"/*/record | grep ^number= | sort -u | wc -l)"
}

marked() { grep -lzxF "KUBECTL_MAINTENANCE_CLUSTER=$KUBECTL_MAINTENANCE_STATE/$1" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3; }

# The first ones take others with them before their turn comes.
kill_all() {
  local pid
  for pid in $(marked "$1"); do kill -KILL "$pid" || true; done
  wait_until 10 nothing_marked "$1"
}

nothing_marked() { [[ -z $(marked "$1") ]]; }

test_crashes() {
  check "kill -9 of everything" kill_all one
  check "up after that" cluster up --name one
  use one
  check "it is a new one" refused NotFound kubectl get statefulset app
  check "kill -9 of containerd" kill -KILL "$(marked_called one containerd)"
  check "the node ends with it" wait_until 10 node_is_gone
  check "up after that" cluster up --name one
  check "the node is ready" kubectl wait --for=condition=Ready node/one-node --timeout=1s
  use two
  check "the other cluster was not disturbed" wait_until "$wait_s" http_is app-0 app-1.app.default.svc.cluster.local 8080 app-1
}

marked_called() {
  local pid
  for pid in $(marked "$1"); do
    [[ $(<"/proc/$pid/comm") != "$2" ]] || printf '%s\n' "$pid"
  done
}

node_is_gone() { [[ -z $(marked_called one kubelet) ]]; }

# A record whose number belongs to somebody else by now.
test_foreign_process() {
  sleep 1000 &
  local pid=$!
  printf '%s 1\n' "$pid" >"$KUBECTL_MAINTENANCE_STATE/one/processes/etcd"
  check "down with a reused process number" cluster down --name one
  check "the other process lives" kill -0 "$pid"
  kill "$pid"
}

test_down() {
  check "while it runs there are traces" refused kmaint nothing_left
  check "down in under 10 s" quick 10 cluster down --name two
}

main
