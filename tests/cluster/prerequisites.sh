# shellcheck shell=bash disable=SC2034,SC2154 # the parts share variables; checked in cluster.sh
# What the machine must have, looked at before anything is started. Sourced; needs common.sh.

readonly cni_folder=/usr/lib/cni

# prerequisites_check MODE
prerequisites_check() {
  local wanted=(etcd:etcd-server openssl:openssl jq:jq ip:iproute2 ss:iproute2 flock:util-linux
    setsid:util-linux tar:tar)
  [[ $1 != full ]] || wanted+=(unshare:util-linux nsenter:util-linux mount:mount nft:nftables
    containerd:containerd ctr:containerd containerd-shim-runc-v2:containerd runc:runc)
  programs_check "${wanted[@]}"
  [[ $1 == full ]] || return 0
  [[ $EUID == 0 ]] ||
    fail "a node needs root: type sudo $0 up (or, without a node, $0 up --control-plane)"
  plugins_check
  kernel_check
}

# programs_check PROGRAM:PACKAGE…: one sentence with all that is missing.
programs_check() {
  local pair programs='' packages=''
  # With its own etcd beside the other test programs, none has to be installed.
  for pair in "$@"; do
    [[ ${pair%%:*} == etcd && -x ${KUBEBUILDER_ASSETS:-}/etcd ]] && continue
    # `type -P` also names files that cannot be executed.
    [[ -x $(type -P "${pair%%:*}") ]] && continue
    programs+=" ${pair%%:*}"
    packages+=" ${pair##*:}"
  done
  [[ -z $programs ]] || fail "missing:$programs (packages$packages): type ./dev setup"
}

plugins_check() {
  local plugin
  for plugin in ptp host-local loopback; do
    [[ -x $cni_folder/$plugin ]] ||
      fail "missing: $cni_folder/$plugin (package containernetworking-plugins): type ./dev setup"
  done
}

kernel_check() {
  # Loaded by hand, since inside the node's own folders nothing finds the modules any more.
  ! type -P modprobe >/dev/null ||
    modprobe -a -q overlay veth nf_tables nf_conntrack nft_ct nft_nat nft_masq nft_fib_inet || true
  cgroups_check
  grep -qw overlay /proc/filesystems ||
    fail "this kernel has no overlayfs, on which containers are built: use another machine"
  nft list tables >/dev/null 2>&1 ||
    fail "this kernel gives no access to nftables, on which Services are built: use another machine"
  unshare --net --mount --pid --fork true 2>/dev/null ||
    fail "this machine does not allow new namespaces, of which a node is made: use another machine or a privileged container"
}

cgroups_check() {
  local controller
  for controller in cpu cpuset memory pids; do
    cgroup_v1_has "$controller" || cgroup_v2_has "$controller" ||
      fail "the cgroup controller '$controller' is not usable below /sys/fs/cgroup: use another machine or a privileged container"
  done
}

# Version 1: one tree per controller.
cgroup_v1_has() { [[ -d /sys/fs/cgroup/$1 && -w /sys/fs/cgroup/$1 && ! -e /sys/fs/cgroup/cgroup.controllers ]]; }

# Version 2: one tree, in which each group must hand the controller on to those below. In a
# container that may be impossible; writing is the only way to know (systemd has done it already).
cgroup_v2_has() {
  local handed_on=/sys/fs/cgroup/cgroup.subtree_control
  [[ -e $handed_on ]] || return 1
  grep -qw "$1" "$handed_on" || printf '+%s\n' "$1" 2>/dev/null >"$handed_on"
}
