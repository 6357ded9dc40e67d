# shellcheck shell=bash disable=SC2034,SC2154 # the parts share variables; checked in cluster.sh
# What every part of the cluster script uses: messages, elapsed time, waiting with a deadline.
# Sourced by cluster.sh, never run by itself.

# Debian keeps ip, nft and runc here; a shell opened with plain `su` does not look there.
PATH=$PATH:/usr/sbin:/sbin

cluster_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../support/wait_until.sh
source "$cluster_folder/../support/wait_until.sh"
cache_folder=${KUBECTL_MAINTENANCE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/kubectl-maintenance}
begin_us=${EPOCHREALTIME/[.,]/}

# Of a few seconds' work; a machine under load takes longer. For the host and for the node itself.
readonly containerd_ready_s=30

# All messages go to stderr: stdout belongs to what another program reads (`env`, `up`).
say() { printf '%s\n' "$*" >&2; }

fail() {
  say "cluster.sh: $*"
  exit 1
}

# elapsed_s: time since this script began, in seconds with one decimal.
elapsed_s() {
  local now_us=${EPOCHREALTIME/[.,]/}
  local tenths=$(((now_us - begin_us) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

step_done() { say "$(printf '%7s s  %s' "$(elapsed_s)" "$*")"; }

# http_ok ADDRESS PORT PATH: does a plain HTTP server answer 200 there? Bash alone, so that
# neither curl nor wget has to be installed.
http_ok() {
  local status=''
  exec 8<>"/dev/tcp/$1/$2" || return 1
  printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "$3" "$1" >&8
  read -r -t 2 status <&8 || true
  exec 8>&-
  [[ $status == *' 200 '* ]]
} 2>/dev/null
