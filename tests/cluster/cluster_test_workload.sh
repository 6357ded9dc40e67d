# shellcheck shell=bash disable=SC2154 # here, wait_s, standin, state are cluster_test.sh's
# What the project's tests do with a cluster, once through. Sourced by cluster_test.sh.

# test_workload NAME: starts that cluster and uses it.
test_workload() {
  check "$1: up" cluster up --name "$1"
  check "$1: up again in under 2 s" quick 2 cluster up --name "$1"
  use "$1"
  check "$1: load" cluster load --name "$1" "$standin"
  check "$1: load again in under 1 s" quick 1 cluster load --name "$1" "$standin"
  check "$1: apply" kubectl apply -f "$here/cluster_test_workload.yaml"
  check "$1: StatefulSet with volumes is ready" kubectl rollout status statefulset/app --timeout "${wait_s}s"
  check "$1: exec" output_is app-0 kubectl exec app-0 -- hostname
  check "$1: logs" output_is started kubectl logs app-0
  check "$1: port-forward" forwarded
  check "$1: API server reaches a pod" output_is app-1 kubectl get --raw /api/v1/namespaces/default/pods/app-1:8080/proxy/
  check "$1: name of a StatefulSet's pod" wait_until "$wait_s" http_is app-0 app-1.app.default.svc.cluster.local 8080 app-1
  check "$1: name of a pod that is not ready" wait_until "$wait_s" kubectl exec app-0 -- nslookup late-0.app.default.svc.cluster.local
  check "$1: names outside do not exist" refused NXDOMAIN kubectl exec app-0 -- nslookup example.com
  check "$1: Service address" wait_until "$wait_s" http_is app-0 front.default.svc.cluster.local 80 app-
  check "$1: a pod reaches itself by its Service" wait_until "$wait_s" http_is app-0 only-0.default.svc.cluster.local 80 app-0
  check "$1: API from a pod, with token and name" api_from_pod
  check "$1: ConfigMap volume follows" configmap_follows
  check "$1: eviction runs preStop to its end" evicted_gently
}

output_is() {
  local wanted=$1 output
  shift
  output=$("$@") && printf '%s\n' "$output" && [[ $output == "$wanted" ]]
}

# http_is POD NAME PORT TEXT: what NAME answers to a request from POD begins with TEXT. In
# steps, since the wget of Debian's static busybox knows no names and crashes on its own -T.
http_is() {
  local address output
  address=$(kubectl exec "$1" -- nslookup -type=a "$2" | sed -n 's/^Address: *\([0-9.]*\)$/\1/p' | tail -n 1)
  output=$(kubectl exec "$1" -- timeout 3 wget -q -O - "http://$address:$3/") && [[ $output == "$4"* ]]
}

forwarded() {
  local port pid status=0
  exec 6< <(exec kubectl port-forward pod/app-0 :8080 2>&1)
  pid=$!
  read -r -t 10 port <&6
  port=${port#*:}
  output_is app-0 curl -sS -m 5 "http://127.0.0.1:${port%% *}/" || status=1
  kill "$pid"
  exec 6<&-
  return "$status"
}

# kubectl itself, put into the pod's volume, finds everything by what Kubernetes gives each pod.
api_from_pod() {
  local volume
  volume=$(kubectl get pvc data-app-0 -o jsonpath='{.spec.volumeName}')
  cp -L "$state/bin/kubectl" "$state/volumes/${volume#local-}/kubectl"
  output_is pod/app-0 kubectl exec app-0 -- env HOME=/data /data/kubectl get pod app-0 -o name || return 1
  # shellcheck disable=SC2016 # the token is the pod's
  output_is pod/app-1 kubectl exec app-0 -- sh -c 'cd /var/run/secrets/kubernetes.io/serviceaccount &&
    HOME=/data exec /data/kubectl --server https://kubernetes.default.svc --token "$(cat token)" \
    --certificate-authority ca.crt get pod app-1 -n default -o name'
}

# A change of the pod's annotations makes the kubelet look at its volumes at once.
configmap_follows() {
  kubectl patch configmap wish -p '{"data":{"app-0":"true"}}'
  wait_until "$wait_s" configmap_seen
}

configmap_seen() {
  kubectl annotate pod app-0 --overwrite "touched=$EPOCHREALTIME" >/dev/null
  kubectl exec app-0 -- test -e /etc/wish/app-0
}

evicted_gently() {
  local uid
  uid=$(kubectl get pod app-1 -o jsonpath='{.metadata.uid}')
  kubectl create --raw /api/v1/namespaces/default/pods/app-1/eviction -f - <<'END'
{"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "app-1", "namespace": "default"}}
END
  wait_until "$wait_s" replaced app-1 "$uid" && kubectl exec app-1 -- cat /data/stopped
}

replaced() {
  local now
  now=$(kubectl get pod "$1" -o jsonpath='{.metadata.uid}/{.status.containerStatuses[0].ready}') &&
    [[ $now == */true && $now != "$2"/* ]]
}
