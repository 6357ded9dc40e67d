# shellcheck shell=bash disable=SC2034,SC2154 # the parts share variables; checked in cluster.sh
# Container images: from OCI archives into the node. Sourced; needs node.sh.

image_builder=$cluster_folder/images/build.sh

# The one image every pod needs, before its own: it holds the pod's namespaces.
pause_image_load() {
  local archive
  [[ -x $image_builder ]] || fail "$image_builder is missing: it builds the image $sandbox_image"
  archive=$("$image_builder" pause | tail -n 1) || fail "the image $sandbox_image could not be built (see above)"
  image_load "$archive"
}

# image_load ARCHIVE: imports every image in it that containerd does not have yet.
image_load() {
  local archive=$1 index
  [[ -r $archive ]] || fail "no such archive: '$archive'"
  index=$(archive_index "$archive") || fail "$archive is no OCI archive: it has no index.json"
  if images_are_there "$index"; then
    step_done "$(image_names "$index"): already loaded"
    return
  fi
  node_ctr images import --snapshotter "$(snapshotter)" "$archive" >"$state/logs/import.log" 2>&1 || {
    tail -n 5 "$state/logs/import.log" >&2
    fail "containerd could not import $archive (see above)"
  }
  images_are_there "$index" || fail "$archive was imported, but $(image_names "$index") is not there"
  step_done "$(image_names "$index"): loaded"
}

archive_index() { tar -xOf "$1" index.json 2>/dev/null || tar -xOf "$1" ./index.json 2>/dev/null; }

# One line per image: name and digest.
image_list() {
  jq -r '.manifests[] | [(.annotations["io.containerd.image.name"] //
    .annotations["org.opencontainers.image.ref.name"] // "unnamed"), .digest] | @tsv' <<<"$1"
}

image_names() { image_list "$1" | cut -f 1 | paste -s -d ' '; }

# The truth is in containerd, not in a note of ours: same name AND same digest.
images_are_there() {
  local name digest
  while IFS=$'\t' read -r name digest; do
    node_ctr images list "name==$name" | grep -qwF "$digest" || return 1
  done < <(image_list "$1")
}
