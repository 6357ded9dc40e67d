# shellcheck shell=bash disable=SC2034,SC2154 # the parts share variables; checked in cluster.sh
# The Kubernetes programs and CoreDNS: found, or built once and kept in the cache folder.
# Sourced; needs common.sh and go_toolchain.sh.

readonly kubernetes_programs=(kube-apiserver kubectl kube-controller-manager kube-scheduler
  kubelet kube-proxy)
# What `up --control-plane` needs: the first two, so the build order above puts them first.
readonly control_plane_programs=(kube-apiserver kubectl)
# What `up --simulated` needs: all but those of a node.
readonly simulation_programs=(kube-apiserver kubectl kube-controller-manager kube-scheduler)
readonly coredns_version=v1.14.5
readonly kwok_version=v0.7.0

# The version stands in go.mod alone.
kubernetes_version=$(sed -n 's#^require k8s.io/kubernetes ##p' "$cluster_folder/kubernetes/go.mod")
kubernetes_cache=$cache_folder/kubernetes-$kubernetes_version
coredns_cache=$cache_folder/coredns-$coredns_version
kwok_cache=$cache_folder/kwok-$kwok_version

# programs[NAME]: where each program is, filled by binaries_provide.
declare -A programs=()

# binaries_provide MODE: fills `programs` with what MODE (full, simulated or control-plane) needs.
binaries_provide() {
  local wanted=("${kubernetes_programs[@]}")
  case $1 in
    control-plane) wanted=("${control_plane_programs[@]}") ;;
    simulated) wanted=("${simulation_programs[@]}") ;;
  esac
  binaries_from_folder "${KUBEBUILDER_ASSETS:-}" "${wanted[@]}" ||
    binaries_from_cache "${wanted[@]}" ||
    binaries_from_path "${wanted[@]}" ||
    binaries_build "${wanted[@]}"
  case $1 in
    full)
      programs[coredns]=$coredns_cache/coredns
      [[ -x ${programs[coredns]} ]] || coredns_from_path || coredns_build
      ;;
    simulated)
      programs[kwok]=$kwok_cache/kwok
      [[ -x ${programs[kwok]} ]] || kwok_build
      ;;
  esac
}

binaries_from_cache() {
  local name
  for name in "$@"; do
    [[ -x $kubernetes_cache/$name ]] || return 1
  done
  binaries_take "$kubernetes_cache" "$@"
}

# binaries_from_folder FOLDER PROGRAM…: every one must be there in a fitting version.
binaries_from_folder() {
  local folder=$1 name
  shift
  [[ -n $folder ]] || return 1
  for name in "$@"; do
    version_fits "$folder/$name" || return 1
  done
  binaries_take "$folder" "$@"
}

# Found one by one: packages may put kubectl and the servers into different folders.
binaries_from_path() {
  local name path
  for name in "$@"; do
    path=$(type -P "$name") && version_fits "$path" || return 1
    programs[$name]=$(readlink -f "$path")
  done
}

binaries_take() {
  local folder=$1 name
  shift
  for name in "$@"; do
    programs[$name]=$folder/$name
  done
}

# The same minor version as ours: what works with Debian's containerd and with cgroup v1.
version_fits() {
  local text line=${kubernetes_version%.*}
  [[ -x $1 ]] || return 1
  case $1 in
    */kubectl) text=$("$1" version --client 2>/dev/null) || return 1 ;;
    *) text=$("$1" --version 2>/dev/null) || return 1 ;;
  esac
  [[ $text =~ \ (v[0-9]+\.[0-9]+)\. && ${BASH_REMATCH[1]} == "$line" ]]
}

coredns_from_path() {
  local path
  path=$(type -P coredns) || return 1
  [[ $("$path" -version 2>/dev/null) == CoreDNS-"${coredns_version:1:5}"* ]] || return 1
  programs[coredns]=$path
}

binaries_build() {
  local go name missing=()
  go=$(go_program)
  cache_lock
  for name in "$@"; do
    [[ -x $kubernetes_cache/$name ]] || missing+=("$name")
  done
  say "Kubernetes $kubernetes_version: building ${missing[*]} with $(GOTOOLCHAIN=local "$go" env GOVERSION)," \
    "once for this machine (7 to 10 minutes for all on two cores)"
  for name in "${missing[@]}"; do kubernetes_build "$go" "$name"; done
  exec 7>&-
  binaries_take "$kubernetes_cache" "$@"
}

kubernetes_build() {
  local go=$1 name=$2 version=k8s.io/component-base/version minor
  minor=${kubernetes_version#v1.}
  # Without the version the programs would call themselves v0.0.0 and refuse each other.
  local stamp="-X $version.gitVersion=$kubernetes_version -X $version.gitMajor=1"
  stamp+=" -X $version.gitMinor=${minor%%.*} -X $version.gitTreeState=clean"
  build_into "$kubernetes_cache" "$name" \
    "$go" "$cluster_folder/kubernetes" build -ldflags "-s -w $stamp" "k8s.io/kubernetes/cmd/$name"
}

coredns_build() {
  local go
  go=$(go_program)
  cache_lock
  [[ -x $coredns_cache/coredns ]] || build_into "$coredns_cache" coredns \
    "$go" / install -ldflags "-s -w" "github.com/coredns/coredns@$coredns_version"
  exec 7>&-
}

kwok_build() {
  local go
  go=$(go_program)
  cache_lock
  say "kwok $kwok_version: building it, once for this machine (about 3 minutes on two cores)"
  [[ -x $kwok_cache/kwok ]] || build_into "$kwok_cache" kwok \
    "$go" / install -ldflags "-s -w" "sigs.k8s.io/kwok/cmd/kwok@$kwok_version"
  exec 7>&-
}

# Two runs at once must not compile the same thing twice on a small machine.
cache_lock() {
  mkdir -p "$cache_folder"
  exec 7<"$cache_folder"
  flock -n 7 && return
  say "another run is building into $cache_folder: waiting for it"
  flock 7
}

# What a build under way would leave behind; build_abandon is called when the script ends.
build_pid=''
build_work=''

build_abandon() {
  [[ -z $build_pid ]] || kill "$build_pid" 2>/dev/null || true
  [[ -z $build_work ]] || rm -rf "$build_work"
  build_pid=''
  build_work=''
}

# build_into FOLDER NAME GO PLACE VERB ARGUMENT…: runs `go VERB ARGUMENT…` in PLACE with its
# output in a temporary folder below FOLDER and moves the finished program: a broken build
# never leaves half a program.
build_into() {
  local folder=$1 name=$2 begin=$SECONDS
  shift 2
  mkdir -p "$folder"
  build_work=$(mktemp -d "$folder/.build.XXXXXX")
  build_run "$build_work" "$@" &
  build_pid=$!
  progress_while "$build_pid" "$name"
  if ! wait "$build_pid"; then
    tail -n 20 "$build_work/log" | sed 's/^/  /' >&2
    fail "building $name failed (see above): check the network and the free disk space, then try again"
  fi
  build_pid=''
  mv "$build_work/bin/$name" "$folder/$name"
  build_abandon
  say "  built $name in $((SECONDS - begin)) s"
}

build_run() {
  local work=$1 go=$2 place=$3 verb=$4
  shift 4
  mkdir "$work/bin"
  cd "$place" || return 1
  # The user's own Go settings must not leak in; downloaded modules and the build cache may.
  local settings=(CGO_ENABLED=0 GO111MODULE=on GOTOOLCHAIN=local GOWORK=off GOBIN="$work/bin"
    GOFLAGS=-buildvcs=false GOOS=linux)
  [[ $verb == install ]] || set -- -o "$work/bin/" "$@"
  exec env -u GOROOT -u GOARCH "${settings[@]}" "$go" "$verb" -trimpath "$@" >"$work/log" 2>&1
}

# progress_while PID NAME: which program is being built and for how long, while PID runs.
progress_while() {
  local begin=$SECONDS every_s=30 next_s=0 spent_s
  # A terminal gets one line that counts; a log file a line now and then.
  [[ ! -t 2 ]] || every_s=1
  while kill -0 "$1" 2>/dev/null; do
    spent_s=$((SECONDS - begin))
    if ((spent_s >= next_s)); then
      if [[ -t 2 ]]; then printf '\r  building %s … %d s' "$2" "$spent_s" >&2
      else say "  building $2 … $spent_s s"; fi
      next_s=$((spent_s + every_s))
    fi
    sleep 0.2
  done
  [[ ! -t 2 ]] || printf '\r\033[K' >&2
}
