#!/usr/bin/env bash
# Sourced by the scripts that build libraries for releases: gets Debian's own sources, with its
# patches; apt checks its signature. Everything happens in the current folder, which must be empty:
# the system's own lists stay as they are.

# debian_source NAME VERSION: unpacks a source package of Debian 12 into the folder NAME. The
# version "newest" takes the newest that can be had, of the security suite, too.
debian_source() {
  local name=$1 version=$2
  [[ -e own.sources ]] || own_lists
  if [[ $version == newest ]]; then
    download_newest "$name"
  else
    apt-get -qq "${own[@]}" source --download-only "$name=$version"
  fi
  dpkg-source -x "${name}"_*.dsc "$name"
  (cd "$name" && dpkg-parsechangelog -S Version | sed "s/^/$name /") >>VERSIONS
}

# A mirror's lists may already name what it does not have yet, or no longer.
download_newest() {
  local name=$1 version
  for version in $(apt-cache "${own[@]}" showsrc "$name" | sed -n 's/^Version: //p' | sort -rVu); do
    if apt-get -qq "${own[@]}" source --download-only "$name=$version"; then return; fi
    rm -f "${name}"_*
  done
  echo "no version of $name can be had" >&2
  return 1
}

# The sources come from wherever this machine has Debian's packages from.
own_lists() {
  mkdir -p lists/partial cache/archives/partial
  mirror_entry bookworm >own.sources
  mirror_entry bookworm-security >>own.sources
  own=(-o "Dir::Etc::SourceList=$PWD/own.sources" -o Dir::Etc::SourceParts=/nonexistent
    -o "Dir::State::Lists=$PWD/lists" -o "Dir::Cache=$PWD/cache" -o APT::Sandbox::User=root)
  apt-get -qq "${own[@]}" update
}

mirror_entry() {
  local suite=$1 mirror
  # shellcheck disable=SC2016 # apt fills the name in
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' \
    'Component: main' | awk -v suite="$suite" '$2 == suite { print $1; exit }')
  [[ -n $mirror ]] || { echo "no $suite among apt's sources; run: apt-get update" >&2; return 1; }
  cat <<SOURCES
Types: deb-src
URIs: $mirror
Suites: $suite
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

SOURCES
}
