#!/usr/bin/env bash
# Starts and stops one node inside a root file system, so that Java keeps the classes it loaded in
# archives: a node is then ready in two thirds of the time, nodetool in half of it.
#
# warm-up.sh ROOTFS, run by class_archives.sh in namespaces of its own (mount, process, network,
# host name): what is mounted and listened to here ends with this process.
set -euo pipefail

readonly rootfs=$1
readonly log="$rootfs/tmp/node.log"
readonly common=@/opt/cassandra/conf/jvm-common.options
readonly start_timeout_s=120

mount_what_a_container_has() {
  hostname localhost
  ip link set lo up
  mkdir -p "$rootfs/proc" "$rootfs/dev"
  mount -t proc proc "$rootfs/proc"
  mount --rbind /dev "$rootfs/dev"
  mount -t tmpfs -o mode=1777 tmpfs "$rootfs/tmp"
  mount -t tmpfs -o mode=1777 tmpfs "$rootfs/var/lib"
}

# Arrays, not functions: a background job's id is then the program's own and takes its signals.
readonly as_root=(chroot "$rootfs" /bin/env -i HOME=/tmp LANG=C.UTF-8 POD_IP=127.0.0.1
  PATH=/opt/cassandra/bin:/opt/java/bin:/bin)
readonly as_cassandra=(chroot --userspec=999:999 "${as_root[@]:1}")

await_start() {
  local node=$1 deadline=$((SECONDS + start_timeout_s))
  until grep -q 'Startup complete' "$log"; do
    if ((SECONDS > deadline)) || ! kill -0 "$node" 2>/dev/null; then
      tail -n 30 "$log" >&2
      echo "error: Cassandra did not start in the new image" >&2
      exit 1
    fi
    sleep 0.2
  done
}

run_node() {
  "${as_cassandra[@]}" cassandra-settings
  "${as_cassandra[@]}" java -XX:ArchiveClassesAtExit=/tmp/server.jsa "$common" \
    @/opt/cassandra/conf/jvm-server.options org.apache.cassandra.service.CassandraDaemon \
    >"$log" 2>&1 &
  local node=$!
  await_start "$node"
  "${as_cassandra[@]}" java -XX:ArchiveClassesAtExit=/tmp/nodetool.jsa "$common" \
    @/opt/cassandra/conf/jvm-tool.options org.apache.cassandra.tools.NodeTool status \
    >"$rootfs/tmp/nodetool.log" 2>&1
  kill -TERM "$node"
  # A JVM that was told to end says so with 143.
  wait "$node" || (($? == 143))
}

mount_what_a_container_has
"${as_root[@]}" java -Xshare:dump -XX:+UseSerialGC >/dev/null
run_node
mkdir -p "$rootfs/opt/cassandra/archives"
cp "$rootfs"/tmp/{server,nodetool}.jsa "$rootfs/opt/cassandra/archives/"
