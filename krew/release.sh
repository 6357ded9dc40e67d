#!/usr/bin/env bash
# Builds everything that a release consists of into dist/ (`./dev release`): the plugin for each kind of
# desktop, the agent's image and its deployment, krew's manifests, what everything is made of, checksums.
# The same commit gives the same bytes: times are the commit's, or SOURCE_DATE_EPOCH.
#
#   krew/release.sh            needs the static builds of all targets: ./dev release makes them
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
umask 022

version=$(krew/version.sh)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
readonly version dist=dist new=dist.new

# Outside of containers there is only the plugin. Folders are named as presets are.
folder_of() {
  case $1 in
    linux) echo "build-static-$2/bin" ;;
    *) echo "build-static-$1-$2/bin" ;;
  esac
}

plugin_archives() {
  local system machine ending folder program
  while read -r system machine ending; do
    folder=$(folder_of "$system" "$machine")
    program=kubectl-maintenance
    if [[ $system == windows ]]; then program+=.exe; fi
    krew/archive.py "$new/kubectl-maintenance_v${version}_${system}_$machine.$ending" \
      "$folder/$program" LICENSE "$folder/$program.licenses.txt=THIRD-PARTY-LICENSES.txt" \
      "$folder/$program.cdx.json=kubectl-maintenance.cdx.json"
    cp "$folder/$program.cdx.json" "$new/kubectl-maintenance_v${version}_${system}_$machine.cdx.json"
  done < <(krew/platforms.py)
}

# The image by its digest in what people apply: a tag may be moved, a digest cannot.
agent() {
  local archive digest machine
  archive=$(agent/image/build.sh build-static-amd64/bin build-static-arm64/bin)
  cp "$archive" "$new/maintenance-agent_v${version}_oci.tar"
  digest=$(tar -xOf "$archive" index.json | jq -r '.manifests[0].digest')
  krew/deployment.py "$new/maintenance-agent_v${version}_deploy.tar.gz" "$digest"
  for machine in amd64 arm64; do
    cp "build-static-$machine/bin/maintenance-agent.cdx.json" \
      "$new/maintenance-agent_v${version}_linux_$machine.cdx.json"
  done
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$new"
mkdir "$new"
plugin_archives
agent
krew/manifests.py "$version" "$new"
krew/release_notes.py "$version" >"$new/RELEASE_NOTES.md"
# Last, over all of them.
(cd "$new" && find . -type f -printf '%P\n' | LC_ALL=C sort | xargs sha256sum) >"$work/SHA256SUMS"
mv "$work/SHA256SUMS" "$new/"
rm -rf "$dist"
mv "$new" "$dist"
echo "dist/ has version $version:" >&2
(cd "$dist" && find . -type f -printf '%10s  %P\n' | LC_ALL=C sort -k 2) >&2
