#!/usr/bin/env bash
# Builds the image of the agent from scratch: /maintenance-agent and /maintenance-gate, both linked
# statically, what each is made of (CycloneDX) and under which licences, and nothing else. Prints the path
# of an OCI archive, which holds an index with an image for each kind of machine; its name is
# localhost/maintenance-agent:dev.
# The same programs, version and commit give the same digest, wherever and whenever it is built:
# times are the commit's (or SOURCE_DATE_EPOCH).
set -euo pipefail
# Modes of folders are a part of the image.
umask 022

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
project="$(cd "$here/../.." && pwd)"
readonly here project
# shellcheck source=agent/image/archive.sh
source "$here/archive.sh"

readonly programs=(maintenance-agent maintenance-gate)
# Beside each program is what it is made of (krew/sbom.py), and under which licences (krew/licenses.py).
readonly beside=(.cdx.json .licenses.txt)

usage() {
  cat >&2 <<'END'
Usage: agent/image/build.sh BIN_DIR...
  BIN_DIR   a folder with maintenance-agent and maintenance-gate, linked statically; one for each kind
            of machine: build-static-amd64/bin build-static-arm64/bin (./dev build static-amd64 ...)
END
}

# machine_of PROGRAM: amd64 or arm64, from its ELF header; nothing for anything else.
machine_of() {
  case $(od -An -tx1 -j0 -N4 "$1" | tr -d ' ')$(od -An -tx1 -j18 -N2 "$1" | tr -d ' ') in
    7f454c463e00) echo amd64 ;;
    7f454c46b700) echo arm64 ;;
  esac
}

# A program that names an interpreter is loaded by it, and there is none in the image.
is_static() { ! readelf -lW "$1" 2>/dev/null | grep -q INTERP; }

# check_folder FOLDER: prints the kind of machine that its programs are for.
check_folder() {
  local program path suffix machine=''
  for program in "${programs[@]}"; do
    path=$1/$program
    [[ -x $path ]] || fail "$path does not exist; build first: ./dev build static"
    for suffix in "${beside[@]}"; do
      [[ -f $path$suffix ]] || fail "$path$suffix does not exist; build first: ./dev build static"
    done
    machine+=" $(machine_of "$path")"
    is_static "$path" || fail "$path is not linked statically; take those of: ./dev build static"
  done
  case $machine in
    ' amd64 amd64') echo amd64 ;;
    ' arm64 arm64') echo arm64 ;;
    *) fail "the programs in $1 are not both for amd64, nor both for arm64" ;;
  esac
}

in_git() { git -C "$project" "$@" 2>/dev/null; }

# The commit, with a mark when the files are others by now; nothing outside of a git checkout.
revision() {
  local commit mark=''
  commit=$(in_git rev-parse HEAD) || return 0
  [[ -z $(in_git status --porcelain) ]] || mark=-modified
  echo "$commit$mark"
}

image_time() { echo "${SOURCE_DATE_EPOCH:-$(in_git log -1 --format=%ct || echo 0)}"; }

# Every folder of the context is the root file system of one kind of machine.
fill_agent() {
  local machine program suffix
  for machine in "${!folders[@]}"; do
    mkdir "$1/$machine"
    for program in "${programs[@]}"; do
      install -m 0755 "${folders[$machine]}/$program" "$1/$machine/$program"
      for suffix in "${beside[@]}"; do
        install -m 0644 "${folders[$machine]}/$program$suffix" "$1/$machine/"
      done
    done
  done
}

# Stands in for write_archive: one image for each folder of the context, and an index over them.
write_index() {
  local image="localhost/$1:dev" containerfile=$2 work=$3 archive=$4 context
  for context in "$work"/context/*; do
    # buildah's own label holds its version, which is none of the image's content.
    isolated_buildah "$work" build --quiet --layers=false --identity-label=false \
      --timestamp "$timestamp" --platform "linux/${context##*/}" "${labels[@]/#/--label=}" \
      --manifest "$image" --file "$containerfile" "$context" >&2
  done
  isolated_buildah "$work" manifest push --quiet --all "$image" \
    "oci-archive:$work/archive.tar:$image" >&2
  mv "$work/archive.tar" "$archive"
}

main() {
  local folder machine stamp program
  local -a content=()
  if (($# == 0)); then
    usage
    exit 2
  fi
  require_programs buildah readelf
  declare -gA folders=()
  for folder in "$@"; do
    machine=$(check_folder "$folder")
    [[ -z ${folders[$machine]:-} ]] || fail "$folder and ${folders[$machine]} are both for $machine"
    folders[$machine]=$folder
    for program in "${programs[@]}"; do
      content+=("$folder/$program" "${beside[@]/#/$folder/$program}")
    done
  done
  timestamp=$(image_time)
  labels=("org.opencontainers.image.version=$("$project/krew/version.sh")"
    "org.opencontainers.image.created=$(date --utc --date="@$timestamp" +%FT%TZ)")
  if [[ -n $(revision) ]]; then labels+=("org.opencontainers.image.revision=$(revision)"); fi
  stamp=$(stamp_of "agent ${labels[*]}" "${content[@]}" "$archive_script" "$here/build.sh" \
    "$here/Containerfile")
  ensure_image maintenance-agent "$stamp" fill_agent "$here/Containerfile" write_index
}

main "$@"
