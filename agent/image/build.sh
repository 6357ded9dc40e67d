#!/usr/bin/env bash
# Builds the image of the agent from scratch: /maintenance-agent with the libraries it loads, and
# the static /maintenance-gate. Prints the path of the OCI archive; the image in it is called
# localhost/maintenance-agent:dev.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly here
# shellcheck source=agent/image/archive.sh
source "$here/archive.sh"

usage() {
  cat >&2 <<'END'
Usage: agent/image/build.sh BIN_DIR
  BIN_DIR   the folder with maintenance-agent and maintenance-gate, for example build/bin
END
}

check_programs() {
  local program
  for program in "$agent" "$gate"; do
    [[ -x $program ]] || fail "$program does not exist; build first: ./dev build"
  done
  # The gate runs in other people's images, where none of our libraries are.
  [[ -z $(libraries_of "$gate" 2>/dev/null) ]] || fail "$gate is not linked statically"
}

fill_agent() {
  local rootfs="$1/rootfs"
  mkdir -p "$rootfs"
  copy_file "$agent" "$rootfs" /maintenance-agent
  copy_file "$gate" "$rootfs" /maintenance-gate
  copy_libraries "$rootfs" "$agent"
  write_host_lookup "$rootfs"
  strip --strip-debug "$rootfs/maintenance-agent"
  # Numeric ids are enough for the kernel; the name is for what prints it.
  echo 'agent:x:65532:65532:agent:/:/sbin/nologin' >"$rootfs/etc/passwd"
}

main() {
  if (($# != 1)); then
    usage
    exit 2
  fi
  agent="$1/maintenance-agent"
  gate="$1/maintenance-gate"
  local libraries stamp
  check_programs
  require_programs buildah strip
  mapfile -t libraries < <(libraries_of "$agent")
  stamp=$(stamp_of agent "$agent" "$gate" "${libraries[@]}" "$archive_script" "$here/build.sh" \
    "$here/Containerfile")
  ensure_image maintenance-agent "$stamp" fill_agent "$here/Containerfile"
}

main "$@"
