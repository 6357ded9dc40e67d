# shellcheck shell=bash disable=SC2034,SC2154 # the parts share variables; checked in cluster.sh
# A Go compiler new enough for the cluster's programs. Debian 12 has Go 1.19; what its `go`
# can still do is fetch a module with its checksum verified, and Go's own releases are
# published as versions of one module. So the old compiler brings the new one.
# Sourced; needs common.sh.

# The highest `go` line among what is built: Kubernetes 1.34.4 wants 1.24, CoreDNS 1.14.5 1.25.
readonly go_minor_min=25
readonly go_fetched_version=1.25.5

# go_program: prints the path of a usable `go`, fetching one first where there is none.
go_program() {
  local found fetched
  fetched=$(go_fetched_folder)/bin/go
  while read -r found; do
    go_is_new_enough "$found" && printf '%s\n' "$found" && return
  done < <(go_candidates)
  [[ -x $fetched ]] || go_fetch
  printf '%s\n' "$fetched"
}

go_fetched_folder() { printf '%s/go-%s-linux-%s\n' "$cache_folder" "$go_fetched_version" "$(go_arch)"; }

go_arch() {
  case $(uname -m) in
    x86_64) printf 'amd64\n' ;;
    aarch64) printf 'arm64\n' ;;
    *) fail "no Go compiler is known for $(uname -m): install Go 1.$go_minor_min or newer" ;;
  esac
}

# Programs called `go`, the preferred first: PATH, then the places where installers put it.
go_candidates() {
  type -aP go || true
  local place
  for place in /usr/local/go/bin/go /usr/lib/go-*/bin/go; do
    [[ -x $place ]] && printf '%s\n' "$place"
  done
  return 0
}

go_is_new_enough() {
  local version minor
  # GOTOOLCHAIN=local: the version of this very program, not of one it would fetch by itself.
  version=$(cd / && GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
  [[ $version =~ ^go1\.([0-9]+) ]] || return 1
  minor=${BASH_REMATCH[1]}
  ((minor >= go_minor_min))
}

# Fetched into a folder of its own and renamed when complete, so that an interrupted run leaves
# nothing that looks like a compiler.
go_fetch() {
  local old work folder
  old=$(go_candidates | head -n 1)
  [[ -n $old ]] || fail "no Go compiler found: type ./dev setup (it installs the package golang-go)"
  say "Go: fetching $go_fetched_version with $old (about 70 MB, once)"
  mkdir -p "$cache_folder"
  work=$(mktemp -d "$cache_folder/.go.XXXXXX")
  folder=$(go_download "$old" "$work") || {
    rm -rf "$work"
    fail "Go $go_fetched_version could not be fetched (see above): check the network, then try again"
  }
  # A module carries no execute bits.
  chmod +x "$folder"/bin/* "$folder"/pkg/tool/*/*
  [[ -d $(go_fetched_folder) ]] || mv -T "$folder" "$(go_fetched_folder)"
  rm -rf "$work"
}

# go_download GO FOLDER: prints where the new compiler was unpacked, below FOLDER.
go_download() {
  local module
  module=golang.org/toolchain@v0.0.1-go$go_fetched_version.linux-$(go_arch)
  # -modcacherw: otherwise the unpacked files are read-only and cannot be moved.
  (cd "$2" && env -u GOROOT GO111MODULE=on GOTOOLCHAIN=local GOWORK=off GOFLAGS=-modcacherw \
    GOMODCACHE="$2/modules" "$1" mod download -json "$module") >"$2/download.json" || {
    sed 's/^/  /' "$2/download.json" >&2
    return 1
  }
  sed -n 's/^[[:space:]]*"Dir": "\(.*\)",*$/\1/p' "$2/download.json"
}
