#!/usr/bin/env bash
# Builds the images of the test cluster from scratch and prints, one line each on stdout, the paths
# of their OCI archives (tagged localhost/NAME:dev). Unchanged inputs cost next to nothing.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
project="$(cd "$here/../../.." && pwd)"
readonly here project
# ldconfig, chroot and ip lie where the PATH of `su` does not reach.
PATH=$PATH:/usr/sbin:/sbin
# shellcheck source=agent/image/archive.sh
source "$project/agent/image/archive.sh"
# shellcheck source=tests/cluster/images/light.sh
source "$here/light.sh"
# shellcheck source=tests/cluster/images/class_archives.sh
source "$here/class_archives.sh"
# shellcheck source=tests/cluster/images/cassandra.sh
source "$here/cassandra.sh"

usage() {
  cat >&2 <<'END'
Usage: build.sh IMAGE...
  pause       holds a pod's namespaces
  standin     busybox with a main process that only waits: a light "Cassandra"
  cassandra   a real Cassandra with its offline tools and a small CQL client
  agent       the agent and the gate as users get them, compiled from the sources as they are now
  all         all of them
END
}

build_agent() {
  local machine lines
  machine=$(dpkg --print-architecture)
  lines=$("$project/dev" build "static-$machine" maintenance-agent maintenance-gate) || {
    tail -n 20 <<<"$lines" >&2
    fail "the agent's programs could not be built (see above)"
  }
  "$project/agent/image/build.sh" "$project/build-static-$machine/bin"
}

build_one() {
  case $1 in
    pause) build_pause ;;
    standin) build_standin ;;
    cassandra) build_cassandra ;;
    agent) build_agent ;;
    all)
      local image
      for image in pause standin cassandra agent; do build_one "$image"; done
      ;;
    *)
      usage
      fail "there is no image called $1"
      ;;
  esac
}

main() {
  local image
  if (($# == 0)); then
    usage
    exit 2
  fi
  for image in "$@"; do build_one "$image"; done
}

main "$@"
