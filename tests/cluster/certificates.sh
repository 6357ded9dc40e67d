# shellcheck shell=bash disable=SC2034,SC2154 # the parts share variables; checked in cluster.sh
# One certificate authority per cluster, and the certificates and kubeconfigs signed by it.
# Sourced; needs state.sh.

# A test cluster does not live longer; the keys are thrown away with it.
readonly certificate_days=365
readonly service_api_address=10.96.0.1

certificates_create() {
  local names="DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc"
  names+=",DNS:kubernetes.default.svc.cluster.local,IP:127.0.0.1,IP:$service_api_address"
  names+=",IP:$host_address"
  authority_create
  certificate apiserver /CN=kube-apiserver "$names"
  certificate admin /O=system:masters/CN=kubernetes-admin
  openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$state/pki/service-accounts.key"
  openssl pkey -in "$state/pki/service-accounts.key" -pubout -out "$state/pki/service-accounts.pub"
  kubeconfig_write "$state/kubeconfig" 127.0.0.1 admin
  [[ $1 != control-plane ]] || return 0
  certificate controller-manager /CN=system:kube-controller-manager
  certificate scheduler /CN=system:kube-scheduler
  kubeconfig_write "$state/pki/controller-manager.kubeconfig" 127.0.0.1 controller-manager
  kubeconfig_write "$state/pki/scheduler.kubeconfig" 127.0.0.1 scheduler
  [[ $1 == full ]] || return 0
  certificate kubelet "/O=system:nodes/CN=system:node:$node_name" "DNS:$node_name,IP:$node_address"
  certificate proxy /CN=system:kube-proxy
  certificate coredns /CN=kubectl-maintenance:coredns
  kubeconfig_write "$state/pki/kubelet.kubeconfig" "$host_address" kubelet
  kubeconfig_write "$state/pki/proxy.kubeconfig" "$host_address" proxy
  kubeconfig_write "$state/pki/coredns.kubeconfig" "$host_address" coredns
}

# An own configuration file: the distribution's would add extensions that contradict ours.
authority_create() {
  printf '[req]\ndistinguished_name=dn\n[dn]\n' >"$state/pki/openssl.cnf"
  certificate_request ca /CN=kubectl-maintenance-ca \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
    -addext subjectKeyIdentifier=hash
}

# certificate NAME SUBJECT [ALTERNATIVE-NAMES]: with names for servers, without for mere clients.
certificate() {
  local more=() usage=clientAuth
  [[ -z ${3:-} ]] || { usage=clientAuth,serverAuth && more=(-addext "subjectAltName=$3"); }
  certificate_request "$1" "$2" -CA "$state/pki/ca.crt" -CAkey "$state/pki/ca.key" \
    -addext "extendedKeyUsage=$usage" -addext keyUsage=critical,digitalSignature "${more[@]}"
}

certificate_request() {
  local name=$1 subject=$2
  shift 2
  openssl req -x509 -config "$state/pki/openssl.cnf" -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
    -noenc -days "$certificate_days" -subj "$subject" \
    -keyout "$state/pki/$name.key" -out "$state/pki/$name.crt" "$@" 2>"$state/logs/openssl.log" ||
    fail "openssl could not make the certificate $name: see $state/logs/openssl.log"
}

# kubeconfig_write FILE ADDRESS CERTIFICATE
kubeconfig_write() {
  local name=kubectl-maintenance-$cluster_name pki=$state/pki
  cat >"$1" <<END
apiVersion: v1
kind: Config
clusters:
- name: $name
  cluster:
    server: https://$2:$api_port
    certificate-authority-data: $(base64 -w0 "$pki/ca.crt")
users:
- name: $name
  user:
    client-certificate-data: $(base64 -w0 "$pki/$3.crt")
    client-key-data: $(base64 -w0 "$pki/$3.key")
contexts:
- name: $name
  context: {cluster: $name, user: $name}
current-context: $name
END
  chmod 0600 "$1"
}
