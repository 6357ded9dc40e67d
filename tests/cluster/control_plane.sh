# shellcheck shell=bash disable=SC2034,SC2154 # the parts share variables; checked in cluster.sh
# etcd, API server, and where pods run the controller manager and the scheduler: plain
# processes of the machine, so that 127.0.0.1 reaches the API server without any forwarding.
# Sourced; needs processes.sh, binaries.sh, state.sh.

readonly service_network=10.96.0.0/16
# Ten times what it takes on a small idle machine.
readonly api_ready_s=60

etcd_start() {
  local etcd=${KUBEBUILDER_ASSETS:-}/etcd
  [[ -x $etcd ]] || etcd=$(type -P etcd)
  # Whoever can write to etcd owns the cluster, hence certificates although it is 127.0.0.1.
  # No fsync: nobody needs this data after a power cut.
  process_start etcd "$etcd" --name local --data-dir "$state/etcd" --unsafe-no-fsync \
    --listen-client-urls "https://127.0.0.1:$etcd_port" \
    --advertise-client-urls "https://127.0.0.1:$etcd_port" \
    --listen-peer-urls "http://127.0.0.1:$etcd_peer_port" \
    --initial-advertise-peer-urls "http://127.0.0.1:$etcd_peer_port" \
    --initial-cluster "local=http://127.0.0.1:$etcd_peer_port" \
    --client-cert-auth --trusted-ca-file "$state/pki/ca.crt" \
    --cert-file "$state/pki/apiserver.crt" --key-file "$state/pki/apiserver.key" \
    --log-level warn
}

api_server_start() {
  local pki=$state/pki more
  if [[ $1 == full ]]; then
    # The node and its pods come in over the link; firewall_create keeps out everybody else.
    # The API server sits outside the node's network: it must dial endpoints, not service
    # addresses, when it calls webhooks and aggregated servers.
    more=(--bind-address=0.0.0.0 "--advertise-address=$host_address"
      --enable-aggregator-routing=true --enable-admission-plugins=NodeRestriction)
  else
    more=(--bind-address=127.0.0.1 --advertise-address=127.0.0.1 --endpoint-reconciler-type=none)
    # No controller makes service accounts here; without the plug-in pods can be created.
    [[ $1 != control-plane ]] || more+=(--disable-admission-plugins=ServiceAccount)
  fi
  [[ $1 != simulated ]] ||
    more+=("--audit-policy-file=$state/audit.yaml" "--audit-log-path=$state/logs/audit.log")
  process_start kube-apiserver "${programs[kube-apiserver]}" "${more[@]}" \
    "--secure-port=$api_port" --allow-privileged=true --authorization-mode=Node,RBAC \
    "--service-cluster-ip-range=$service_network" \
    "--etcd-servers=https://127.0.0.1:$etcd_port" "--etcd-cafile=$pki/ca.crt" \
    "--etcd-certfile=$pki/apiserver.crt" "--etcd-keyfile=$pki/apiserver.key" \
    "--client-ca-file=$pki/ca.crt" \
    "--tls-cert-file=$pki/apiserver.crt" "--tls-private-key-file=$pki/apiserver.key" \
    "--kubelet-certificate-authority=$pki/ca.crt" \
    "--kubelet-client-certificate=$pki/admin.crt" "--kubelet-client-key=$pki/admin.key" \
    --kubelet-preferred-address-types=InternalIP \
    --service-account-issuer=https://kubernetes.default.svc.cluster.local \
    "--service-account-key-file=$pki/service-accounts.pub" \
    "--service-account-signing-key-file=$pki/service-accounts.key"
}

# controllers_start CONTROLLERS: those that are wanted, as kube-controller-manager takes them.
controllers_start() {
  local wanted=$1 pki=$state/pki
  # Port 0: nobody asks them anything, and two clusters must not compete for a port.
  # With its usual 20 requests a second the controller manager takes 5 s to start everything, and
  # with its 50 the scheduler needs half a minute for a thousand pods.
  process_start kube-controller-manager "${programs[kube-controller-manager]}" \
    "--kubeconfig=$pki/controller-manager.kubeconfig" --secure-port=0 --leader-elect=false \
    --use-service-account-credentials=true "--controllers=$wanted" \
    --kube-api-qps=200 --kube-api-burst=400 \
    "--root-ca-file=$pki/ca.crt" "--service-account-private-key-file=$pki/service-accounts.key" \
    "--cluster-signing-cert-file=$pki/ca.crt" "--cluster-signing-key-file=$pki/ca.key"
  process_start kube-scheduler "${programs[kube-scheduler]}" \
    "--kubeconfig=$pki/scheduler.kubeconfig" --secure-port=0 --leader-elect=false \
    --kube-api-qps=200 --kube-api-burst=400
}

# kubectl with this cluster's kubeconfig; short time limit, since everything is local.
kube() { "$state/bin/kubectl" --kubeconfig "$state/kubeconfig" --request-timeout=10s "$@"; }

api_is_ready() { [[ $(kube get --raw /readyz 2>/dev/null) == ok ]]; }

# wait_for WHAT LOG SECONDS COMMAND…: gives up at once when a process of the cluster has ended.
wait_for() {
  local what=$1 log=$2 seconds=$3 in_time=yes dead
  shift 3
  wait_until "$seconds" or_dead "$@" || in_time=''
  dead=$(process_dead) || dead=''
  [[ -z $in_time || -n $dead ]] || return 0
  [[ -z $dead ]] || log=$dead
  say "last lines of $state/logs/$log.log:"
  tail -n 15 "$state/logs/$log.log" | cut -c 1-300 | sed 's/^/  /' >&2
  [[ -z $dead ]] || fail "$dead ended by itself while waiting for $what: see the log above"
  fail "$what: not there after $seconds s, see the log above"
}

or_dead() { "$@" || process_dead >/dev/null; }
