#!/usr/bin/env bash
# How large the plugin is in each archive of dist/, and how long it takes to start: natively, with an emulated
# processor, with an emulated Windows. The macOS programs cannot be run here. Needs what ./dev release has made.
#
#   ./dev bench desktops        prints the table of docs/performance.md
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly runs=${BENCH_RUNS:-20}
work=$(mktemp -d)
readonly work
trap 'rm -rf "$work"' EXIT
# Somebody's own settings of wine stay as they are; it makes new ones at its first start.
export WINEPREFIX=$work/wine WINEDEBUG=-all
KUBECONFIG=$work/kubeconfig
export KUBECONFIG
# With an authority of its own, as kubeconfigs have. Nothing listens there: a start with TLS ends with exit code 6.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca \
  -keyout "$work/key" -out "$work/ca.crt" 2>/dev/null
cat >"$KUBECONFIG" <<'YAML'
apiVersion: v1
kind: Config
current-context: nobody
clusters: [{name: nobody, cluster: {server: "https://127.0.0.1:1", certificate-authority: ca.crt}}]
users: [{name: nobody, user: {token: t}}]
contexts: [{name: nobody, context: {cluster: nobody, user: nobody}}]
YAML

# program_of ARCHIVE: unpacks it, and prints where the program is.
program_of() {
  local folder name=kubectl-maintenance
  folder=$(mktemp -d "$work/XXXXXX")
  python3 -c 'import shutil, sys; shutil.unpack_archive(*sys.argv[1:])' "$1" "$folder"
  if [[ $1 == *.zip ]]; then name+=.exe; fi
  chmod +x "$folder/$name"
  echo "$folder/$name"
}

# start_ms EXIT-CODE COMMAND...: the median.
start_ms() {
  local code=$1
  shift
  # The first one, which has wine make its settings, is seen to do what it shall.
  "$@" >"$work/out" 2>&1 || [[ $? == "$code" ]] || { cat "$work/out" >&2; exit 1; }
  hyperfine --warmup 2 --runs "$runs" --shell=none --ignore-failure --export-json "$work/times" \
    "$*" >/dev/null 2>&1
  jq -r '.results[0].median * 1000 * 10 | round / 10 | "\(.) ms"' "$work/times"
}

megabytes() { awk -v bytes="$(stat -c %s "$1")" 'BEGIN { printf "%.1f MB", bytes / 1e6 }'; }

row() {
  local system=$1 machine=$2 how=$3 program archive alone=- tls=-
  shift 3
  archive=$(echo dist/kubectl-maintenance_*_"${system}_$machine".*[pz])
  program=$(program_of "$archive")
  if [[ $how != "not run" ]]; then
    alone=$(start_ms 0 "$@" "$program" version --client)
    tls=$(start_ms 6 "$@" "$program" status)
  fi
  printf '| %s %s | %s | %s | %s | %s | %s |\n' "$system" "$machine" "$(megabytes "$archive")" \
    "$(megabytes "$program")" "$how" "$alone" "$tls"
}

[[ -f dist/SHA256SUMS ]] || { echo "there is no dist/; type: ./dev release" >&2; exit 1; }
echo "| | archive | program | run | start (\`version --client\`) | start with TLS, server away |"
echo "|---|---|---|---|---|---|"
row linux amd64 natively
row linux arm64 "qemu, not a real one" qemu-aarch64-static
row windows amd64 wine /usr/lib/wine/wine64
row darwin amd64 "not run"
row darwin arm64 "not run"
