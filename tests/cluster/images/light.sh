# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of build.sh and archive.sh, which are read before this file
# The two images that are ready in seconds: pause and standin. Sourced by build.sh.

readonly pause_source="$here/pause/pause.cpp"

compile_pause() {
  "${CXX:-g++}" -std=c++20 -Os -s -static -fno-exceptions -fno-rtti -Wall -Wextra -Werror \
    -o "$1" "$pause_source"
}

fill_pause() { compile_pause "$1/pause"; }

build_pause() {
  require_programs "${CXX:-g++}" buildah
  local stamp
  stamp=$(stamp_of pause "$pause_source" "$here/pause/Containerfile" "$here/light.sh" \
    "$archive_script")
  ensure_image pause "$stamp" fill_pause "$here/pause/Containerfile"
}

# copy_busybox ROOTFS: a shell and the usual small tools.
copy_busybox() {
  local applet
  copy_file "$(type -P busybox)" "$1" /bin/busybox
  while read -r applet; do
    ln -sf busybox "$1/bin/$applet"
  done < <(busybox --list | grep -vx busybox)
}

fill_standin() {
  mkdir -p "$1"/rootfs/{bin,etc,tmp,var/lib} "$1/data"
  chmod 1777 "$1/rootfs/tmp"
  copy_busybox "$1/rootfs"
  compile_pause "$1/rootfs/bin/standin"
  write_users "$1/rootfs"
  write_host_lookup "$1/rootfs"
}

# write_users ROOTFS: tools that ask who they are get a name instead of an error.
write_users() {
  printf '%s\n' root:x:0:0:root:/:/bin/sh cassandra:x:999:999:cassandra:/tmp:/bin/sh \
    >"$1/etc/passwd"
  printf '%s\n' root:x:0: cassandra:x:999: >"$1/etc/group"
}

build_standin() {
  require_programs "${CXX:-g++}" buildah busybox
  local stamp
  stamp=$(stamp_of standin "$pause_source" "$here/standin/Containerfile" "$here/light.sh" \
    "$archive_script" "$(type -P busybox)")
  ensure_image standin "$stamp" fill_standin "$here/standin/Containerfile"
}
