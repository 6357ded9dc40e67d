#!/usr/bin/env bash
# The project's main job, for real and narrated: a Cassandra ring on a real kubelet, one replica
# taken out of the ring, looked into, and put back. Ends with a non-zero exit when anything is not
# as it says. Run it through ./dev demo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
# shellcheck source=tests/e2e/demo/narrate.sh
source tests/e2e/demo/narrate.sh
# shellcheck source=tests/e2e/demo/ring.sh
source tests/e2e/demo/ring.sh

readonly held=demo-cassandra-dc1-2
forward_pid=""

usage() {
  cat <<'TEXT'
usage: ./dev demo [--context NAME [--image-prefix PREFIX] [--storage-class NAME]] [--down]

  --context NAME         use an existing cluster of your kubeconfig instead of a local one; its nodes
                         must be able to get the images (see tests/cluster/images/build.sh); it
                         has a namespace cassandra there, and refuses one that it has not made
  --image-prefix PREFIX  where those images are, for example registry.example.com/demo
                         (default: localhost, which means: already on the nodes)
  --storage-class NAME   storage class for the replicas' volumes (default: local)
  --down                 remove everything that the demo made
TEXT
}

stop_forward() {
  [[ -z $forward_pid ]] || kill "$forward_pid" 2>/dev/null || true
  forward_pid=""
}

# --- the story --------------------------------------------------------------------------------

tell_enable() {
  step "the cluster as it is"
  must "kubectl maintenance status -n $namespace --instance demo"
  expect "$held .*normal" "every replica is normal"

  step "take $held out of the ring"
  must "kubectl maintenance enable pod $held -n $namespace --reason 'SSTable backup'"
  expect "pod/$held held" "held, proved by the running gate"
  must "kubectl maintenance status -n $namespace --instance demo"
  expect "$held .*held .*SSTable backup" "the wish, who and why are on record"

  step "what the others see"
  eventually 40 "the ring noticing" ring_shows UN=2 DN=1
  must "kubectl exec -n $namespace $witness -c cassandra -- nodetool status"
  expect "^ *DN " "the held node is down for its peers"
  must "kubectl exec -n $namespace $witness -c cassandra -- cql -c LOCAL_QUORUM 'SELECT count(*) FROM demo.notes'"
  expect "\\b$rows\\b" "the ring still answers at LOCAL_QUORUM"
}

tell_sstables() {
  step "look into the SSTables of the held replica"
  must "kubectl exec -n $namespace $held -c maintenance-mode -- sh -c 'ls -l /var/lib/cassandra/data/demo/notes-*/'"
  expect "Data.db" "the SSTables are there"
  must "kubectl exec -n $namespace $held -c maintenance-mode -- sh -c 'sstabledump /var/lib/cassandra/data/demo/notes-*/*-Data.db | head -n 20'"
  expect "\"partition\"" "and can be read offline"

  step "back them up"
  must "kubectl maintenance run pod $held -n $namespace -- tar -C /var/lib/cassandra -cf - data | tar -tf - | grep Data.db"
  expect "data/demo/notes-.*Data.db" "the archive has them"
}

tell_curl() {
  step "the same with kubectl port-forward and curl"
  local prober
  prober=$(kubectl get pods -n $namespace -o name \
    -l cassandra-cluster-component=prober,cassandra-cluster-instance=demo | head -n 1)
  say "\$ kubectl port-forward -n $namespace pods/${prober#pod/} 8889:8889 &"
  kubectl port-forward -n $namespace "pods/${prober#pod/}" 8889:8889 >/dev/null 2>&1 &
  forward_pid=$!
  eventually 20 "the port-forward" curl -sf -o /dev/null localhost:8889/config
  must "curl -sS -X GET localhost:8889/pods/$held"
  expect '"inMaintenance": ?true' "in maintenance"
  must "curl -sS -X PUT localhost:8889/config"
  expect "\"$held\"" "the ConfigMap names it"
  must "curl -sS -X DELETE localhost:8889/pods/$held"
  expect "\"$held\": ?false" "released"
  eventually 120 "the replica coming back" ring_shows UN=3 DN=0
  must "curl -sS -X GET localhost:8889/dcs/dc1"
  expect '"dc1": ?false' "the dc is not in maintenance"
  must "curl -sS -X PUT localhost:8889/pods/$held"
  expect "\"$held\": ?true" "and out of the ring again"
  eventually 120 "the gate holding the pod" \
    sh -c "curl -sS localhost:8889/pods/$held | grep -q true"
  must "curl -sS -X GET localhost:8889/pods/$held"
  stop_forward
}

tell_ordered() {
  step "an OrderedReady cluster: one pod and no more"
  must "kubectl maintenance enable pod ordered-cassandra-dc1-1 -n $namespace --reason 'first'"
  expect "pod/ordered-cassandra-dc1-1 held" "the first pod is held"
  refused 3 "kubectl maintenance enable pod ordered-cassandra-dc1-0 -n $namespace"
  expect "ordered-ready" "the second is refused, by name of the guard"
  expect "ordered-cassandra-dc1-1" "and with the name of the pod that is in the way"
  must "kubectl maintenance disable pod ordered-cassandra-dc1-1 -n $namespace"
}

tell_disable() {
  step "put $held back"
  must "kubectl maintenance disable pod $held -n $namespace"
  expect "pod/$held " "back"
  eventually 60 "three nodes up" ring_shows UN=3 DN=0
  must "kubectl exec -n $namespace $witness -c cassandra -- nodetool status"
  must "kubectl exec -n $namespace $held -c cassandra -- cql -c LOCAL_QUORUM 'SELECT count(*) FROM demo.notes'"
  expect "\\b$rows\\b" "all rows are still there"
  must "kubectl maintenance status -n $namespace --instance demo"
  expect "$held .*normal" "every replica is normal again"
}

main() {
  local down=no
  while (($#)); do
    case $1 in
      --context) shift; context=${1:?"--context needs a name"} ;;
      --image-prefix) shift; image_prefix=${1:?"--image-prefix needs a value"} ;;
      --storage-class) shift; storage_class=${1:?"--storage-class needs a name"} ;;
      --down) down=yes ;;
      -h | --help) usage; return 0 ;;
      *) usage >&2; fail "unknown argument: $1" ;;
    esac
    shift
  done
  if [[ $down == yes ]]; then demo_down; return 0; fi
  trap stop_forward EXIT
  prepare
  tell_enable
  tell_sstables
  tell_curl
  tell_ordered
  tell_disable
  print_times
  how_to_go_on
}

main "$@"
