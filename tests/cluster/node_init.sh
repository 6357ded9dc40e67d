#!/usr/bin/env bash
# Process 1 of a node. It runs in its own process, network and mount namespaces: when it ends, for
# whatever reason, the kernel ends all containers, mounts, interfaces and rules of the node.
# Started by node.sh: node_init.sh STATE HOST-ADDRESS NODE-ADDRESS NODE-NAME KUBELET PROXY COREDNS
set -euo pipefail
# shellcheck source=SCRIPTDIR/common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

state=$1 host_address=$2 node_address=$3 node_name=$4 kubelet=$5 proxy=$6 coredns=$7

# The API server has a minute (api_ready_s in control_plane.sh), the image import another one.
readonly go_wait_s=180
readonly link_wait_s=20
# One a second: with a hundred pods containerd was seen to need some seconds.
readonly kubelet_retries_max=60

declare -A services=()
reboot=''

main() {
  own_folders
  own_kernel_settings
  own_network
  trap 'reboot=yes' USR1
  service containerd containerd --config "$state/node/containerd.toml"
  wait_for_file "$state/node/go" "$go_wait_s"
  services_of_kubernetes
  supervise
}

kubelet_start() {
  service kubelet "$kubelet" --config="$state/node/kubelet.yaml" --root-dir="$state/kubelet" \
    --kubeconfig="$state/pki/kubelet.kubeconfig" --hostname-override="$node_name" \
    --node-ip="$node_address"
}

services_of_kubernetes() {
  kubelet_start
  service kube-proxy "$proxy" --config="$state/node/proxy.yaml"
  service coredns "$coredns" -conf "$state/node/Corefile"
}

# Some of the programs write to fixed places. Here these are memory, gone with the node. The
# state folder may lie below one of them: it is kept in view.
own_folders() {
  local folder
  mount --bind "$state" /mnt
  for folder in /run /var/lib /var/log; do
    mount -t tmpfs -o mode=0755 tmpfs "$folder"
  done
  mkdir -p "$state" "/run/lock"
  mount --bind /mnt "$state"
  umount /mnt
  # Volumes with mount propagation need a shared tree; it is shared inside this namespace only.
  mount --make-rshared /
}

# The kubelet sets these for the whole machine. It finds them set already, in files of ours laid
# over the real ones, and the machine keeps its own.
own_kernel_settings() {
  local setting path
  mkdir -p "$state/node/sys"
  for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
    kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
    path=${setting%=*}
    [[ -e /proc/sys/$path ]] || continue
    printf '%s\n' "${setting#*=}" >"$state/node/sys/${path//\//-}"
    mount --bind "$state/node/sys/${path//\//-}" "/proc/sys/$path"
  done
}

own_network() {
  # The other end is made by the host once this namespace exists; without it the next lines fail.
  wait_until "$link_wait_s" test -e /proc/sys/net/ipv4/conf/eth0 || true
  ip link set lo up
  ip address add "$node_address/30" dev eth0
  ip link set eth0 up
  ip route add default via "$host_address"
  printf '1\n' >/proc/sys/net/ipv4/ip_forward
}

service() {
  local name=$1
  shift
  "$@" >>"$state/logs/$name.log" 2>&1 &
  services[$!]=$name
}

wait_for_file() {
  local tenths pid
  for ((tenths = $2 * 10; tenths > 0; tenths--)); do
    [[ ! -e $1 ]] || return 0
    for pid in "${!services[@]}"; do kill -0 "$pid" || ended "$pid"; done
    sleep 0.1
  done
  printf 'the control plane did not become ready in %s s\n' "$2"
  exit 1
}

containerd_answers() { ctr --address "$state/containerd.sock" version >/dev/null 2>&1; }

# A node with a part missing would only fail later and puzzle somebody: it ends as a whole, unless
# it was asked to fail like a machine whose power is cut and that comes back.
supervise() {
  local pid kubelet_retries=0
  while true; do
    wait -n -p pid "${!services[@]}" || true
    if [[ -n $reboot ]]; then
      reboot='' kubelet_retries=$kubelet_retries_max
      kill_everything
      service containerd containerd --config "$state/node/containerd.toml"
      # A kubelet that does not find it ends.
      wait_until "$containerd_ready_s" containerd_answers ||
        fail "containerd did not come back in $containerd_ready_s s"
      services_of_kubernetes
    elif [[ ${services[$pid]} == kubelet ]] && ((kubelet_retries-- > 0)); then
      # containerd answers before it has found all its containers again, and a kubelet that is told
      # so ends. On a real node it is systemd that starts it once more.
      unset "services[$pid]"
      sleep 1
      kubelet_start
    else
      ended "$pid"
    fi
  done
}

# -1: all processes of this namespace but this one, containers included. No grace for anybody.
kill_everything() {
  kill -KILL -1 || true
  wait || true
  services=()
}

ended() {
  printf '%s ended by itself: see %s/logs/%s.log\n' "${services[$1]}" "$state" "${services[$1]}"
  tail -n 5 "$state/logs/${services[$1]}.log"
  exit 1
}

main
