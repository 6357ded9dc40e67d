# shellcheck shell=bash
# A local Kubernetes for one bench, with the image of the agent, and the plugin as users get it in front of the
# PATH. Sourced by the benches.

bench_programs=$PWD/build-static-$(dpkg --print-architecture)/bin
readonly bench_programs

# bench_cluster NAME WORK IMAGE...: builds, starts the cluster, loads the images, points kubectl at
# it. The cluster and the folder WORK are removed when the script ends.
bench_cluster() {
  local name=$1 folder=$2 archives
  shift 2
  ./dev build static >/dev/null
  tests/cluster/cluster.sh up --name "$name" >/dev/null
  # shellcheck disable=SC2064 # the name as it is now
  trap "tests/cluster/cluster.sh down --name '$name'; rm -rf '$folder'" EXIT
  archives=$(tests/cluster/images/build.sh "$@")
  # shellcheck disable=SC2086 # one path per line, none with blanks
  tests/cluster/cluster.sh load --name "$name" $archives
  eval "$(tests/cluster/cluster.sh env --name "$name")"
  PATH=$bench_programs:$PATH
}
