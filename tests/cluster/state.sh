# shellcheck shell=bash disable=SC2034,SC2154 # the parts share variables; checked in cluster.sh
# One folder per cluster, with everything that cluster has: record, keys, logs, data. And the
# number from which its ports, addresses and interface name are made, so that clusters live
# side by side. Sourced; needs common.sh.

# Root's clusters and those of others (without a node) must not trip over each other's folder.
state_root=${KUBECTL_MAINTENANCE_STATE:-/var/tmp/kubectl-maintenance}
[[ -n ${KUBECTL_MAINTENANCE_STATE:-} || $EUID == 0 ]] || state_root+=-$EUID

# containerd's socket is below the folder and a socket's path ends at 107 characters.
readonly state_root_length_max=60
readonly cluster_number_max=199
readonly lock_wait_s=300

# state_use NAME: sets cluster_name and state, without touching anything.
state_use() {
  [[ $1 =~ ^[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?$ ]] ||
    fail "a cluster's name has 1 to 16 characters, lower case letters, digits and inner dashes: not '$1'"
  [[ $state_root == /* ]] || fail "KUBECTL_MAINTENANCE_STATE must be an absolute path, not '$state_root'"
  ((${#state_root} <= state_root_length_max)) ||
    fail "KUBECTL_MAINTENANCE_STATE is longer than $state_root_length_max characters: choose a shorter folder"
  cluster_name=$1
  state=$state_root/$1
  node_name=$1-node
}

# state_lock: one change at a time for all clusters, so that two runs never choose the same
# number. The lock is the folder itself: `down` can remove it and leave nothing.
state_lock() {
  while true; do
    mkdir -p "$state_root" 2>/dev/null || true
    # A name that everybody can guess, in a folder where everybody can write: it must be ours.
    [[ -O $state_root && -w $state_root && ! -L $state_root ]] ||
      fail "$state_root belongs to somebody else: set KUBECTL_MAINTENANCE_STATE to a folder of your own"
    exec 9<"$state_root"
    flock -n 9 || {
      say "another cluster.sh is at work: waiting for it"
      flock -w "$lock_wait_s" 9 || fail "another cluster.sh has been at work for $lock_wait_s s: is it stuck?"
    }
    # Somebody's `down` may have removed the folder while we waited for it.
    [[ ! $state_root -ef /proc/self/fd/9 ]] || return 0
  done
}

# The record is `key=value` lines; it tells the next run what this one made.
record() { printf '%s=%s\n' "$1" "$2" >>"$state/record"; }

recorded() { [[ ! -e $state/record ]] || sed -n "s/^$1=//p" "$state/record" | tail -n 1; }

# state_create MODE: a fresh folder with a free number.
state_create() {
  local number
  number=$(number_free "$1") || fail "no free ports or addresses among $((cluster_number_max + 1)) candidates"
  mkdir -m 0700 "$state"
  mkdir "$state"/{bin,logs,pki,processes}
  record mode "$1"
  record number "$number"
  numbers_apply "$number"
}

# Everything that follows from a cluster's number. The host sees the node over a pair of
# virtual interfaces; the upper half of the network are the pods.
numbers_apply() {
  api_port=$((21000 + $1 * 10)) # below the range from which the kernel gives ports away
  etcd_port=$((api_port + 1))
  etcd_peer_port=$((api_port + 2))
  link=kmaint$1 # the interface, and also the name of the control group and the firewall table
  network=10.213.$1.0/24
  host_address=10.213.$1.1
  node_address=10.213.$1.2
  pod_network=10.213.$1.128/25
}

number_free() {
  local number taken
  taken=" $(sed -n 's/^number=//p' "$state_root"/*/record 2>/dev/null | tr '\n' ' ') "
  for ((number = 0; number <= cluster_number_max; number++)); do
    [[ $taken != *" $number "* ]] || continue
    number_is_usable "$number" "$1" || continue
    printf '%s\n' "$number"
    return
  done
  return 1
}

number_is_usable() {
  numbers_apply "$1"
  local port
  for port in "$api_port" "$etcd_port" "$etcd_peer_port"; do
    [[ -z $(ss -Hltn "sport = :$port") ]] || return 1
  done
  [[ $2 == full ]] || return 0
  [[ ! -e /sys/class/net/$link ]] || return 1
  # Nobody's network inside ours, and ours inside nobody's but the default route.
  [[ -z $(ip -4 route show root "$network"; ip -4 route show match "$network" | grep -v '^default') ]]
}
