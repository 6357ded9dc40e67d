# shellcheck shell=bash disable=SC2034,SC2154 # the parts share variables; checked in cluster.sh
# Configuration files of the node's programs. Sourced; needs state.sh.

readonly sandbox_image=localhost/pause:dev

node_config_write() {
  mkdir -p "$state/node/cni"
  containerd_config >"$state/node/containerd.toml"
  cni_config >"$state/node/cni/pods.conflist"
  kubelet_config >"$state/node/kubelet.yaml"
  proxy_config >"$state/node/proxy.yaml"
  coredns_config >"$state/node/Corefile"
  # For pods that ask for the node's DNS: there is no other than the cluster's.
  printf 'nameserver %s\n' "$node_address" >"$state/node/resolv.conf"
}

# Inside a container the state folder may be on overlayfs itself, which does not stack: there,
# images are copied.
snapshotter() {
  if [[ $(stat -f -c %T "$state") == overlayfs ]]; then printf 'native\n'; else printf 'overlayfs\n'; fi
}

# restrict_oom_score_adj: without CAP_SYS_RESOURCE (many CI machines) no sandbox starts otherwise.
# disable_apparmor: the profile would stay loaded in the machine's kernel.
# The disabled plug-ins create folders or complain, and nothing here uses them.
containerd_config() {
  cat <<END
version = 2
root = "$state/containerd"
state = "/run/containerd/state"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs", "io.containerd.tracing.processor.v1.otlp",
  "io.containerd.internal.v1.tracing"]
[grpc]
  address = "$state/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$sandbox_image"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$cni_folder"
    conf_dir = "$state/node/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "$(snapshotter)"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
END
}

# ptp, not bridge: every packet between two pods is then routed, so that Services work without
# the bridge-nf-call-iptables setting (and the kernel module behind it).
cni_config() {
  cat <<END
{"cniVersion": "0.4.0", "name": "pods", "plugins": [{
  "type": "ptp", "ipMasq": false,
  "ipam": {"type": "host-local", "dataDir": "/run/cni", "ranges": [[{"subnet": "$pod_network"}]],
    "routes": [{"dst": "0.0.0.0/0"}]}}]}
END
}

# Refresh and detection of ConfigMap changes stay at their defaults: the tests measure them.
# cgroupsPerQOS false: the tree above the containers is then ours alone and easy to remove.
kubelet_config() {
  cat <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $node_address
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $state/pki/ca.crt}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
cgroupRoot: /$link
cgroupsPerQOS: false
enforceNodeAllocatable: []
clusterDNS: [$node_address]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix://$state/containerd.sock
evictionHard: {imagefs.available: 0%, nodefs.available: 0%, nodefs.inodesFree: 0%}
failCgroupV1: false
failSwapOn: false
imageGCHighThresholdPercent: 100
makeIPTablesUtilChains: false
podLogsDir: $state/pod-logs
port: 10250
registerNode: true
resolvConf: $state/node/resolv.conf
serializeImagePulls: false
tlsCertFile: $state/pki/kubelet.crt
tlsPrivateKeyFile: $state/pki/kubelet.key
volumePluginDir: $state/node/volume-plugins
END
}

# The connection tracking limits belong to the whole machine: 0 leaves them alone.
proxy_config() {
  cat <<END
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
bindAddress: 0.0.0.0
clientConnection: {kubeconfig: $state/pki/proxy.kubeconfig}
clusterCIDR: $pod_network
conntrack: {maxPerCore: 0, min: 0}
healthzBindAddress: $node_address:10256
metricsBindAddress: 127.0.0.1:10249
hostnameOverride: $node_name
mode: nftables
END
}

# No cache: what the API server says is answered at once. Names outside the cluster do not exist;
# the second block says so at once, where a refusal would make programs ask again.
coredns_config() {
  cat <<END
cluster.local:53 in-addr.arpa:53 {
  bind $node_address
  errors
  ready $node_address:8181
  kubernetes cluster.local in-addr.arpa {
    kubeconfig $state/pki/coredns.kubeconfig
    ttl 2
  }
}
.:53 {
  bind $node_address
  template ANY ANY {
    rcode NXDOMAIN
  }
}
END
}
