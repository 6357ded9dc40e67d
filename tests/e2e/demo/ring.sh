# shellcheck shell=bash
# Makes the world in which the demo plays: programs, cluster, images, ring, data. Sourced by
# demo.sh, whose arguments set the four variables below; uses narrate.sh.

readonly local_cluster=dev
readonly namespace=cassandra
readonly witness=demo-cassandra-dc1-0
readonly rows=100
context=""
image_prefix=localhost
storage_class=local
pull_policy=Never
environment_hint=""

build_programs() {
  step "build the plugin"
  cmake --preset dev >/dev/null
  cmake --build --preset dev --target kubectl-maintenance | tail -n 1
}

use_local_cluster() {
  step "bring up a local Kubernetes"
  tests/cluster/cluster.sh up --name "$local_cluster"
  step "build and load the images"
  local archives
  archives=$(tests/cluster/images/build.sh all)
  # shellcheck disable=SC2086 # one path per line, none with blanks: they lie in our cache folder
  tests/cluster/cluster.sh load --name "$local_cluster" $archives
  eval "$(tests/cluster/cluster.sh env --name "$local_cluster")"
  environment_hint="eval \"\$(./dev cluster env)\"; export PATH=$PWD/build/bin:\$PATH"
}

# Somebody's databases may well live in a namespace of this name: the demo uses, and deletes, only the one
# that it made itself. Any arguments are for kubectl.
whose_namespace() {
  local labels
  labels=$(kubectl "$@" get namespace "$namespace" --ignore-not-found \
    -o jsonpath='{.metadata.name} {.metadata.labels.app\.kubernetes\.io/part-of}') || return 1
  case $labels in
    "") echo nobodys ;;
    "$namespace kubectl-maintenance-demo") echo ours ;;
    *) echo somebodys ;;
  esac
}

# An existing cluster is reached through a kubeconfig of our own, a copy in which the context is
# the current one: every narrated command then reads as a user would type it.
use_existing_cluster() {
  step "use the cluster of context $context"
  pull_policy=IfNotPresent
  local copy owner
  command -v kubectl >/dev/null || fail "there is no kubectl in your PATH"
  kubectl config get-contexts -o name | grep -qx -- "$context" \
    || fail "your kubeconfig has no context $context; see: kubectl config get-contexts"
  copy=$(mktemp)
  # shellcheck disable=SC2064 # the path is wanted as it is now
  trap "rm -f '$copy'; stop_forward" EXIT
  kubectl config view --raw --flatten --minify --context "$context" >"$copy"
  export KUBECONFIG=$copy
  kubectl version >/dev/null || fail "the API server of context $context does not answer"
  owner=$(whose_namespace) || fail "cannot see whose namespace $namespace is; nothing was changed"
  [[ $owner != somebodys ]] \
    || fail "context $context has a namespace $namespace that is not the demo's; nothing was changed"
  environment_hint="kubectl config use-context $context; export PATH=$PWD/build/bin:\$PATH"
}

# A kustomization's manifests with images and storage class as asked for.
rendered() {
  kubectl kustomize "$1" \
    | sed -e "s|image: localhost/|image: $image_prefix/|" \
      -e "s|storageClassName: local\$|storageClassName: $storage_class|" \
      -e "s|imagePullPolicy: Never|imagePullPolicy: $pull_policy|"
}

# ring_shows UN=2 DN=1: the number of nodes in each state as the witness sees them.
ring_shows() {
  local status want
  status=$(kubectl exec -n "$namespace" "$witness" -c cassandra -- nodetool status) || return 1
  for want in "$@"; do
    [[ $(grep -c "^${want%=*} " <<<"$status") -eq ${want#*=} ]] || return 1
  done
}

start_ring() {
  step "start a ring of three Cassandra nodes, and the agents"
  kubectl apply -f tests/e2e/manifests/namespace.yaml >/dev/null
  local part
  for part in demo ordered agents/demo agents/ordered; do
    rendered "tests/e2e/manifests/$part" | kubectl apply -f - >/dev/null
  done
  kubectl rollout status -n "$namespace" statefulset/demo-cassandra-dc1 --timeout=5m >/dev/null
  kubectl rollout status -n "$namespace" statefulset/ordered-cassandra-dc1 --timeout=2m >/dev/null
  kubectl rollout status -n "$namespace" deployment/demo-cassandra-prober --timeout=2m >/dev/null
  kubectl rollout status -n "$namespace" deployment/ordered-cassandra-prober --timeout=2m >/dev/null
  eventually 120 "the ring forming" ring_shows UN=3 DN=0
  must "kubectl exec -n $namespace $witness -c cassandra -- nodetool status"
}

insert_statements() {
  local i
  for ((i = 1; i <= rows; i++)); do
    printf "INSERT INTO demo.notes (id, text) VALUES (%d, 'note %d');" "$i" "$i"
  done
}

load_data() {
  step "a keyspace with replication factor 3 and $rows rows, flushed to SSTables"
  local cql="kubectl exec -n $namespace $witness -c cassandra -- cql -c ALL"
  $cql "CREATE KEYSPACE IF NOT EXISTS demo WITH replication =
    {'class': 'NetworkTopologyStrategy', 'dc1': 3};
    CREATE TABLE IF NOT EXISTS demo.notes (id int PRIMARY KEY, text text)" >/dev/null
  $cql "$(insert_statements)" >/dev/null
  local ordinal
  for ordinal in 0 1 2; do
    kubectl exec -n "$namespace" "demo-cassandra-dc1-$ordinal" -c cassandra -- \
      nodetool flush demo >/dev/null
  done
  must "kubectl exec -n $namespace $witness -c cassandra -- cql -c ALL 'SELECT count(*) FROM demo.notes'"
  expect "\\b$rows\\b" "$rows rows"
}

prepare() {
  if [[ -n $context ]]; then use_existing_cluster; fi
  build_programs
  if [[ -z $context ]]; then use_local_cluster; fi
  PATH=$PWD/build/bin:$PATH
  export PATH
  start_ring
  load_data
}

demo_down() {
  if [[ -z $context ]]; then
    tests/cluster/cluster.sh down --name "$local_cluster"
    return
  fi
  local owner
  owner=$(whose_namespace --context "$context") \
    || fail "cannot see whose namespace $namespace is; nothing was removed"
  case $owner in
    ours) kubectl --context "$context" delete namespace "$namespace" ;;
    nobodys) say "context $context has no namespace $namespace: there is nothing to remove" ;;
    somebodys) fail "namespace $namespace of context $context is not the demo's; nothing was removed" ;;
  esac
}

how_to_go_on() {
  cat <<TEXT

The cluster stays up. To go on by hand:
  $environment_hint
  kubectl maintenance status -n $namespace --instance demo
To clean up:
  ./dev demo --down${context:+ --context $context}
TEXT
}
