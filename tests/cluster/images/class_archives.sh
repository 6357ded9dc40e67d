# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of build.sh and archive.sh, which are read before this file
# Class archives (Java's AppCDS) for the Cassandra image. Sourced by build.sh.

readonly own_namespaces=(unshare --mount --pid --net --uts --fork --kill-child)

# add_class_archives ROOTFS: an optimisation, left out where new namespaces are not allowed. Where
# they are, it is also the proof that the image can start a node.
add_class_archives() {
  local rootfs=$1
  if ! "${own_namespaces[@]}" true 2>/dev/null; then
    progress "image cassandra: no class archives, since namespaces cannot be made here"
    return 0
  fi
  progress "image cassandra: archiving classes"
  # Java compares the times of the jars with those it saw; all files in an image are from 1970.
  find "$rootfs" -exec touch --no-dereference --date=@0 {} +
  "${own_namespaces[@]}" "$cassandra_source/warm-up.sh" "$rootfs"
}
