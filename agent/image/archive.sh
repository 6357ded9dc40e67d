# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031,SC2034 # build_archive works with ensure_image's variables, on purpose
# Builds small images from scratch and keeps them as OCI archives in the cache folder.
# Sourced by agent/image/build.sh and tests/cluster/images/build.sh.
#
# An archive's file name holds a stamp over everything that went into it: an archive that exists is
# up to date, and nothing has to be compared or expired. Buildah gets a storage root of its own for
# each build, so neither the machine's images nor its containers are seen or changed.

cache="${KUBECTL_MAINTENANCE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-maintenance}"
readonly image_cache="$cache/images"
# An input of every image: how archives are made is part of what they are.
readonly archive_script="${BASH_SOURCE[0]}"
# Enough to go back and forth between two branches; one Cassandra archive is about 80 MB.
readonly archives_kept=3
# A cold Cassandra build takes up to 4 minutes; whoever waits longer than this waits for a hung one.
readonly lock_timeout_s=900

progress() { printf '%s\n' "$*" >&2; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

require_programs() {
  local program
  for program in "$@"; do
    [[ -n $(type -P "$program") ]] || fail "$program is not installed; run: ./dev setup"
  done
}

# stamp_of TEXT FILE...: of the content, not the place: two checkouts of one commit share archives.
stamp_of() {
  local text=$1
  shift
  { printf '%s\n' "$text" && sha256sum -- "$@" | cut -d ' ' -f 1; } | sha256sum | cut -c 1-16
}

# The loader and the libraries that a dynamically linked file needs, one path per line.
libraries_of() {
  ldd "$1" | awk '$2 == "=>" && $3 ~ /^\// {print $3} $1 ~ /^\// {print $1}'
}

# copy_file SOURCE ROOTFS [PATH]: the file itself at PATH (default: where it is on this machine).
copy_file() {
  local source=$1 target="$2${3:-$1}"
  mkdir -p "${target%/*}"
  cp -L --preserve=mode "$source" "$target"
}

# copy_libraries ROOTFS FILE...: puts all that the files load at start where they look for it.
copy_libraries() {
  local rootfs=$1 file library
  shift
  for file in "$@"; do
    while read -r library; do
      # A file that is in the image already may name its neighbours there.
      [[ $library == "$rootfs"/* || -e $rootfs$library ]] || copy_file "$library" "$rootfs"
    done < <(libraries_of "$file")
  done
}

# write_host_lookup ROOTFS: without nsswitch.conf glibc asks the name server before /etc/hosts.
write_host_lookup() {
  mkdir -p "$1/etc"
  echo 'hosts: files dns' >"$1/etc/nsswitch.conf"
  # Kubernetes mounts its own over it.
  echo '127.0.0.1 localhost' >"$1/etc/hosts"
}

isolated_buildah() {
  local work=$1
  shift
  # vfs and chroot need neither overlayfs nor new namespaces, which a CI container may not have.
  BUILDAH_ISOLATION=chroot buildah --storage-driver vfs \
    --root "$work/storage" --runroot "$work/run" "$@"
}

# write_archive NAME CONTAINERFILE WORK ARCHIVE: WORK/context is the build's context.
write_archive() {
  local image="localhost/$1:dev" containerfile=$2 work=$3 archive=$4
  isolated_buildah "$work" build --quiet --layers=false --timestamp 0 \
    --file "$containerfile" --tag "$image" "$work/context" >"$work/image-id"
  isolated_buildah "$work" push --quiet "$image" "oci-archive:$work/archive.tar:$image" >&2
  mv "$work/archive.tar" "$archive"
}

remove_old_archives() {
  local name=$1 old
  # The newest by use, since every use touches its archive. Names of ours hold no blanks.
  # shellcheck disable=SC2012
  ls -t "$image_cache/$name"-????????????????.tar | tail -n "+$((archives_kept + 1))" |
    while read -r old; do rm -f "$old"; done
}

# ensure_image NAME STAMP FILL CONTAINERFILE [WRITE]: prints the archive's path on stdout, building it
# when there is none. FILL is called with the empty context folder that it is to fill; WRITE as
# write_archive, which it replaces.
ensure_image() (
  name=$1 stamp=$2 fill=$3 containerfile=$4 write=${5:-write_archive}
  archive="$image_cache/$name-$stamp.tar"
  mkdir -p "$image_cache"
  if [[ ! -f $archive ]]; then
    # One build per image at a time; the loser of the race finds the winner's archive.
    exec {lock}>"$image_cache/$name.lock"
    flock -w "$lock_timeout_s" "$lock" ||
      fail "another build of $name holds $image_cache/$name.lock"
    # Not `||`: that would switch off `set -e` in everything below.
    if [[ ! -f $archive ]]; then build_archive; fi
  fi
  touch "$archive"
  remove_old_archives "$name"
  printf '%s\n' "$archive"
)

# Runs inside ensure_image, with its variables. The work folder's fixed name lets the next build,
# which holds the lock, clear away what a killed one left.
build_archive() {
  local work="$image_cache/$name.partial" started=$SECONDS
  rm -rf "$work"
  mkdir -p "$work/context"
  # shellcheck disable=SC2064 # the path is wanted as it is now
  trap "rm -rf '$work'" EXIT
  # Bash does not run the EXIT trap of a subshell that a signal ends.
  trap 'exit 130' INT
  trap 'exit 143' HUP TERM
  progress "image $name: building"
  "$fill" "$work/context"
  "$write" "$name" "$containerfile" "$work" "$archive"
  progress "image $name: built in $((SECONDS - started)) s, $(du -m "$archive" | cut -f 1) MB"
}
