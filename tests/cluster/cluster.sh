#!/usr/bin/env bash
# A real Kubernetes on this machine, for development and tests. See README.md beside this file.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=common.sh
source "$here/common.sh"
# shellcheck source=go_toolchain.sh
source "$here/go_toolchain.sh"
# shellcheck source=binaries.sh
source "$here/binaries.sh"
# shellcheck source=prerequisites.sh
source "$here/prerequisites.sh"
# shellcheck source=state.sh
source "$here/state.sh"
# shellcheck source=processes.sh
source "$here/processes.sh"
# shellcheck source=certificates.sh
source "$here/certificates.sh"
# shellcheck source=control_plane.sh
source "$here/control_plane.sh"
# shellcheck source=node_config.sh
source "$here/node_config.sh"
# shellcheck source=node.sh
source "$here/node.sh"
# shellcheck source=simulation.sh
source "$here/simulation.sh"
# shellcheck source=images.sh
source "$here/images.sh"
# shellcheck source=storage.sh
source "$here/storage.sh"
# shellcheck source=cleanup.sh
source "$here/cleanup.sh"

usage() {
  cat >&2 <<'END'
Usage: tests/cluster/cluster.sh COMMAND [--name NAME]
  up [--control-plane | --simulated]
                         start the cluster (or say that it runs); --control-plane: etcd and
                         API server only; --simulated: also the controllers, and a node that
                         only pretends to run pods, for hundreds of them; both need no root
  down                   stop it and remove everything it made
  env                    print the lines that point kubectl at it: eval "$(… env)"
  load ARCHIVE…          bring images (OCI archives) into its node
  reboot                 let its node fail as if its power were cut, and start it again
  binaries               only make sure that the programs are built
NAME is `dev` unless given; clusters with different names run side by side.
END
}

main() {
  local command=${1:-} name=dev mode=full
  local arguments=()
  [[ $# == 0 ]] || shift
  while [[ $# -gt 0 ]]; do
    case $1 in
      --name) [[ $# -ge 2 ]] || fail "--name needs a name" ; name=$2 && shift ;;
      --name=*) name=${1#*=} ;;
      --control-plane) mode=control-plane ;;
      --simulated) mode=simulated ;;
      -h | --help) command=help ;;
      -*) fail "unknown option $1: type $0 --help" ;;
      *) arguments+=("$1") ;;
    esac
    shift
  done
  [[ $command == load || ${#arguments[@]} == 0 ]] || fail "unexpected '${arguments[0]}': type $0 --help"
  state_use "$name"
  trap on_exit EXIT
  case $command in
    up) cluster_up "$mode" ;;
    down) cluster_down ;;
    env) cluster_env ;;
    load) cluster_load "${arguments[@]}" ;;
    reboot) cluster_reboot ;;
    binaries) cluster_binaries ;;
    help | -h | --help) usage ;;
    *) usage && exit 2 ;;
  esac
}

# Set while a cluster is being started: a start that fails must not leave half of one running.
starting=''

on_exit() {
  local status=$?
  build_abandon
  [[ -n $starting ]] || return "$status"
  starting=''
  say "stopping what was started; the logs stay in $state/logs until the next up or down"
  cluster_stop
  return "$status"
}

cluster_up() {
  prerequisites_check "$1"
  binaries_provide "$1"
  state_lock
  if [[ -e $state ]]; then
    cluster_is_up "$1" && cluster_hint "already running" && return
    cluster_clear
    step_done "removed what was left of an earlier cluster $cluster_name"
  fi
  starting=yes
  state_create "$1"
  certificates_create "$1"
  ln -s "${programs[kubectl]}" "$state/bin/kubectl"
  step_done "keys and certificates"
  etcd_start
  [[ $1 != simulated ]] || audit_prepare
  api_server_start "$1"
  [[ $1 != full ]] || node_begin
  wait_for "the API server" kube-apiserver "$api_ready_s" api_is_ready
  step_done "API server on https://127.0.0.1:$api_port"
  case $1 in
    full) node_finish ;;
    simulated) simulation_finish ;;
  esac
  starting=''
  record ready yes
  cluster_hint "ready"
}

# What the node can do before there is an API server.
node_begin() {
  node_start
  wait_for "containerd" containerd "$containerd_ready_s" containerd_is_ready
  step_done "containerd"
  pause_image_load
}

node_finish() {
  controllers_start '*,-node-ipam-controller'
  # Before the node goes on: CoreDNS, once refused, asks again only after a while.
  objects_create
  node_go
  step_done "controllers, scheduler, $volume_count volumes"
  wait_for "the node" kubelet "$node_ready_s" pods_may_start
  step_done "node $node_name, Services and DNS"
}

# cluster_is_up MODE: true when it runs; false when its remains may be removed.
cluster_is_up() {
  local dead
  [[ $(recorded ready) == yes ]] || return 1
  if dead=$(process_dead); then
    say "cluster $cluster_name: $dead has ended, so it is started afresh"
    return 1
  fi
  [[ $(recorded mode) == "$1" ]] ||
    fail "cluster $cluster_name runs in mode $(recorded mode), not $1: take another --name, or type $0 down --name $cluster_name first"
  numbers_apply "$(recorded number)"
  # Alive but busy is not broken: whoever works with it does not want it thrown away.
  wait_until 20 api_is_ready ||
    fail "cluster $cluster_name runs but its API server does not answer: type $0 down --name $cluster_name, then up"
}

# cluster_hint WHAT: the last words of `up`; the two lines to type are its only output.
cluster_hint() {
  step_done "cluster $cluster_name is $1. To use it:"
  cluster_env
}

cluster_env() {
  [[ $(recorded ready) == yes ]] || fail "there is no cluster $cluster_name: type $0 up --name $cluster_name"
  printf 'export KUBECONFIG=%q\n' "$state/kubeconfig"
  # shellcheck disable=SC2016 # $PATH is for the shell that evaluates this
  printf 'export PATH=%q:"$PATH"\n' "$state/bin"
}

cluster_needs_node() {
  [[ $(recorded mode) == full && -n $(process_pid node) ]] ||
    fail "there is no cluster $cluster_name with a node: type $0 up --name $cluster_name"
}

cluster_reboot() {
  cluster_needs_node
  node_reboot
  step_done "node $node_name: everything was killed and is started again"
}

cluster_load() {
  local archive
  [[ $# -gt 0 ]] || fail "load needs at least one OCI archive"
  cluster_needs_node
  for archive in "$@"; do image_load "$archive"; done
}

cluster_binaries() {
  binaries_provide full
  say "programs of Kubernetes $kubernetes_version: $(dirname "${programs[kubelet]}")"
}

cluster_down() {
  local remains
  if [[ ! -e $state && -z $(process_list) ]]; then
    say "there is no cluster $cluster_name"
    return
  fi
  state_lock
  cluster_clear
  remains=$(cluster_remains)
  # The last one switches off the light; the folder of others stays.
  rmdir "$state_root" 2>/dev/null || true
  if [[ -n $remains ]]; then
    say "of cluster $cluster_name this could not be removed:"
    printf '  %s\n' "${remains//$'\n'/$'\n  '}" >&2
    exit 1
  fi
  step_done "cluster $cluster_name is gone"
}

main "$@"
