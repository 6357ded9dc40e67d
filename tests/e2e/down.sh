#!/usr/bin/env bash
# Fixture of the e2e tests: takes their cluster away and checks with its own eyes that nothing of it
# is left on the machine. MAINTENANCE_TEST_KEEP=1 keeps it, to look into it or to test again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PATH=$PATH:/usr/sbin:/sbin

readonly cluster=tests/cluster/cluster.sh
readonly cluster_name=${MAINTENANCE_TEST_CLUSTER:-test}
readonly state=${KUBECTL_MAINTENANCE_STATE:-/var/tmp/kubectl-maintenance}/$cluster_name
problems=0

problem() {
  printf 'left behind: %s\n' "$*" >&2
  problems=$((problems + 1))
}

# --- before: what the cluster has -------------------------------------------------------------

# Numbers of all its processes: those started with its folder, and all that they have started. A
# container is a descendant of its node.
process_numbers() {
  local roots
  # Some end while they are looked at.
  roots=$({ grep -lsF "$state" /proc/[0-9]*/cmdline || true; } \
    | sed 's|^/proc/\([0-9]*\)/.*|\1|' | tr '\n' ' ')
  ps -e -o pid=,ppid= | awk -v roots="$roots" '
    { parent[$1] = $2 }
    END {
      count = split(roots, root, " ")
      for (i = 1; i <= count; i++) ours[root[i]] = 1
      for (pid in parent)
        for (up = pid; up in parent; up = parent[up])
          if (up in ours) { print pid; break }
    }'
}

# One line each: number, start, name. The kernel gives a number to somebody else as soon as it is
# free, but not with the same start.
processes() {
  local process stat fields
  process_numbers | while read -r process; do
    stat=$(cat "/proc/$process/stat" 2>/dev/null) || continue
    read -r -a fields <<<"${stat##*) }"
    printf '%s %s %s\n' "$process" "${fields[19]}" "$(cat "/proc/$process/comm" 2>/dev/null)"
  done
}

# control_groups FILE: the folders of the control groups in which these processes are, without
# those in which this script is too.
control_groups() {
  local process number controllers path
  while read -r process _ _; do cat "/proc/$process/cgroup" 2>/dev/null || true; done <"$1" \
    | sort -u | { grep -vxFf /proc/self/cgroup || true; } \
    | while IFS=: read -r number controllers path; do
      controllers=${controllers#name=}
      [[ $number != 0 || -e /sys/fs/cgroup/cgroup.controllers ]] || controllers=unified
      printf '%s\n' "/sys/fs/cgroup/$controllers$path"
    done
}

# --- after: what is left of it ----------------------------------------------------------------

check_processes() {
  local process start name stat fields
  while read -r process start name; do
    stat=$(cat "/proc/$process/stat" 2>/dev/null) || continue
    read -r -a fields <<<"${stat##*) }"
    # Dead ones wait for their parent, which is not ours to blame.
    [[ ${fields[0]} == [ZX] || ${fields[19]} != "$start" ]] || problem "process $process ($name)"
  done <"$1"
}

check_control_groups() {
  local left
  left=$(while read -r folder; do [[ ! -d $folder ]] || printf '%s\n' "$folder"; done <"$1")
  [[ -z $left ]] || problem "$(wc -l <<<"$left") control groups, for example ${left%%$'\n'*}"
}

check_machine() {
  local mounts
  mounts=$(grep -F "$state/" /proc/self/mountinfo || true)
  [[ -z $mounts ]] || problem "mounts: $mounts"
  [[ ! -e $state ]] || problem "folder $state"
  [[ ! -e /sys/class/net/$link ]] || problem "network interface $link"
  [[ -z $(ip route show dev "$link" 2>/dev/null) ]] || problem "a route over $link"
  if nft list tables | grep -qw "$link"; then problem "firewall table $link"; fi
  [[ -z $(ss -Hltn "sport = :$api_port") ]] || problem "something listens on port $api_port"
}

take_down() {
  local number before
  number=$(sed -n 's/^number=//p' "$state/record")
  link=kmaint$number
  api_port=$((21000 + number * 10))
  before=$(mktemp -d)
  # shellcheck disable=SC2064 # the path is wanted as it is now
  trap "rm -rf '$before'" EXIT
  processes >"$before/processes"
  control_groups "$before/processes" >"$before/groups"
  [[ -s $before/processes ]] || problem "nothing; but this check is no good, it found no process"
  "$cluster" down --name "$cluster_name"
  check_processes "$before/processes"
  check_control_groups "$before/groups"
  check_machine
  ((problems == 0)) || exit 1
  printf 'nothing is left of %s processes in %s control groups\n' \
    "$(wc -l <"$before/processes")" "$(wc -l <"$before/groups")"
}

main() {
  if [[ ${MAINTENANCE_TEST_KEEP:-} == 1 ]]; then
    # shellcheck disable=SC2016 # shown, not run
    printf 'kept: cluster %s. To use it: eval "$(%s env --name %s)"\n' \
      "$cluster_name" "$cluster" "$cluster_name"
    return
  fi
  take_down
}

main "$@"
