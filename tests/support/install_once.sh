# shellcheck shell=bash
# Sourced: programs that are not Debian's, each in a folder of its own in the cache folder, once for
# each content of the files that pin it.

# tool_folder NAME FILE...: prints where it is, or will be.
tool_folder() {
  local cache=${KUBECTL_MAINTENANCE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/kubectl-maintenance}
  echo "$cache/$1-$(cat "${@:2}" | sha256sum | cut -c1-12)"
}

# install_once NAME FOLDER COMMAND...: runs `COMMAND... FOLDER`, unless that is done already.
install_once() (
  set -euo pipefail
  name=$1 folder=$2
  shift 2
  [[ ! -e $folder/complete ]] || return 0
  mkdir -p "$(dirname "$folder")"
  # Two at once, for example two checkouts: the second finds what the first has made.
  exec 9>"$folder.lock"
  flock 9
  [[ ! -e $folder/complete ]] || return 0
  printf 'installing %s into %s\n' "$name" "$folder" >&2
  "$@" "$folder"
  touch "$folder/complete"
)
