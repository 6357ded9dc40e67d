# shellcheck shell=bash
# A local Kubernetes for one bench, with the image of the agent and the plugin's release build. Sourced by the benches.

# bench_cluster NAME WORK IMAGE...: builds, starts the cluster, loads the images, points kubectl at
# it. The cluster and the folder WORK are removed when the script ends.
bench_cluster() {
  local name=$1 folder=$2 archives
  shift 2
  cmake --preset release -DMAINTENANCE_STATIC_LIBRARIES="$(krew/static_libraries.sh)" >/dev/null
  cmake --build --preset release --target kubectl-maintenance >/dev/null
  tests/cluster/cluster.sh up --name "$name" >/dev/null
  # shellcheck disable=SC2064 # the name as it is now
  trap "tests/cluster/cluster.sh down --name '$name'; rm -rf '$folder'" EXIT
  archives=$(tests/cluster/images/build.sh "$@")
  # shellcheck disable=SC2086 # one path per line, none with blanks
  tests/cluster/cluster.sh load --name "$name" $archives
  eval "$(tests/cluster/cluster.sh env --name "$name")"
}
