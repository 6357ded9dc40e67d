# shellcheck shell=bash disable=SC2034,SC2154 # the parts share variables; checked in cluster.sh
# The node, seen from the machine: its namespaces, the link to it, and when it is ready.
# Sourced; needs processes.sh, state.sh, control_plane.sh.

readonly namespace_s=10
readonly node_ready_s=90

# After this, containerd starts; the rest of the node waits for node_go.
node_start() {
  local pid
  node_config_write
  # --propagation slave: what the machine unmounts is unmounted here too, never the reverse.
  process_start node unshare --net --mount --pid --fork --kill-child --mount-proc \
    --propagation slave bash "$cluster_folder/node_init.sh" "$state" "$host_address" \
    "$node_address" "$node_name" "${programs[kubelet]}" "${programs[kube-proxy]}" \
    "${programs[coredns]}"
  pid=$(process_pid node) || fail "the node did not start: see $state/logs/node.log"
  wait_for "the node's namespaces" node "$namespace_s" node_is_separate "$pid"
  process_record node-init "$(child_of "$pid")"
  link_create "$pid"
  firewall_create
}

child_of() {
  local children
  read -r -a children <"/proc/$1/task/$1/children" || true
  printf '%s\n' "${children[0]:-}"
}

# Not before its child runs: the child is process 1, with everything else already separate.
node_is_separate() {
  [[ -n $(child_of "$1" 2>/dev/null) && ! /proc/$1/ns/net -ef /proc/self/ns/net ]]
}

link_create() {
  ip link add "$link" type veth peer name eth0 netns "$1"
  ip address add "$host_address/30" dev "$link"
  ip link set "$link" up
  ip route add "$pod_network" via "$node_address" dev "$link"
}

# The API server must listen on every address to be reached from here and from the node; who
# comes in by any other interface is turned away.
firewall_create() {
  nft -f - <<END
table inet $link {
  chain input {
    type filter hook input priority filter - 10; policy accept;
    iifname != { "lo", "$link" } tcp dport $api_port drop
  }
}
END
}

containerd_is_ready() { node_ctr version >/dev/null 2>&1; }

# node_reboot: kills every process of the node, containers and containerd included, and starts the
# node's own programs again. Returns when containerd is back; the kubelet needs some seconds more.
node_reboot() {
  local pid before
  pid=$(process_pid node-init) || fail "the node of cluster $cluster_name does not run"
  before=$(containerd_pid)
  kill -USR1 "$pid"
  wait_for "another containerd" node "$containerd_ready_s" containerd_is_another "$before"
  wait_for "containerd" node "$containerd_ready_s" containerd_is_ready
}

containerd_pid() { pgrep -f "^containerd --config $state/node/containerd.toml" || true; }

containerd_is_another() {
  local now
  now=$(containerd_pid)
  [[ -n $now && $now != "$1" ]]
}

node_ctr() { ctr --address "$state/containerd.sock" --namespace k8s.io "$@"; }

# An unreachable API server would show as a node that never gets ready: better said at once.
node_reaches_api() {
  nsenter --net="/proc/$(process_pid node)/ns/net" \
    timeout 5 bash -c "exec 3<>/dev/tcp/$host_address/$api_port" 2>/dev/null ||
    fail "the node cannot reach the API server at $host_address:$api_port: does a firewall of this machine drop what comes in on $link?"
}

node_go() {
  node_reaches_api
  : >"$state/node/go"
}

# Ready, and the taint of the unready node is taken off again: a pod would be scheduled.
node_is_ready() {
  local path='{.status.conditions[?(@.type=="Ready")].status}/{.spec.taints}'
  [[ $(kube get node "$node_name" -o jsonpath="$path" 2>/dev/null) == True/ ]]
}

pods_may_start() {
  node_is_ready && kube get serviceaccount default -o name >/dev/null 2>&1 &&
    http_ok "$node_address" 10256 /healthz && http_ok "$node_address" 8181 /ready
}
