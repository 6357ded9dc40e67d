# shellcheck shell=bash disable=SC2034,SC2154 # the parts share variables; checked in cluster.sh
# The cluster's processes: started in the background, recorded by number AND start (a number is
# given to another program sooner or later), found again, ended.
# Sourced; needs common.sh and `state` from state.sh.

# Every process of a cluster carries this variable with the cluster's folder as its value: the
# second way to find one, should the record be lost.
readonly process_mark=KUBECTL_MAINTENANCE_CLUSTER

# Start times count from the boot of the machine, so they mean something only together with it.
boot_id=$(</proc/sys/kernel/random/boot_id)

# SIGKILL cannot be refused; only an uninterruptible system call delays it.
readonly process_end_s=10

# process_start NAME COMMAND…: its output goes to the log of that name.
process_start() {
  local name=$1
  shift
  # A session of its own, so that Ctrl-C in this terminal does not reach it; an environment of
  # its own, so that the user's proxies and KUBECONFIG do not; and not our lock (descriptor 9).
  (cd / && exec setsid env -i PATH="$PATH" HOME=/root LC_ALL=C GOGC="${process_gogc:-100}" \
    "$process_mark=$state" "$@") \
    </dev/null >>"$state/logs/$name.log" 2>&1 9<&- &
  disown # otherwise this shell reports how it ends
  process_record "$name" "$!"
}

process_record() { printf '%s %s\n' "$2" "$(process_started "$2")" >"$state/processes/$1"; }

# process_started PID: prints boot and start time in clock ticks; fails for the dead and the undead.
process_started() {
  local line fields
  { line=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  # The program's name, in parentheses, may contain anything: fields count from its end.
  read -r -a fields <<<"${line##*) }"
  [[ ${fields[0]} != [ZX] ]] || return 1
  printf '%s/%s\n' "$boot_id" "${fields[19]}"
}

# process_pid NAME: prints the number of the recorded process if it is still that one.
process_pid() {
  local pid='' started=''
  [[ ! -e $state/processes/$1 ]] || read -r pid started <"$state/processes/$1" || true
  [[ -n $started && $(process_started "$pid") == "$started" ]] || return 1
  printf '%s\n' "$pid"
}

process_names() { [[ ! -d $state/processes ]] || ls "$state/processes"; }

# process_dead: prints the name of a recorded process that has ended, fails if all are alive.
process_dead() {
  local name
  for name in $(process_names); do
    process_pid "$name" >/dev/null || { printf '%s\n' "$name" && return; }
  done
  return 1
}

# Prints the numbers of all living processes of this cluster: the recorded and the marked.
process_list() {
  local name
  {
    for name in $(process_names); do process_pid "$name" || true; done
    # Read from the outside, hence the match on the whole entry and the silence on vanished ones.
    grep -lzxF "$process_mark=$state" /proc/[0-9]*/environ 2>/dev/null |
      sed 's#^/proc/\([0-9]*\)/environ$#\1#' || true
  } | sort -un
}

processes_gone() { [[ -z $(process_list) ]]; }

processes_end() {
  local pid deadline_s=$((SECONDS + process_end_s))
  while ! processes_gone; do
    for pid in $(process_list); do kill -KILL "$pid" 2>/dev/null || true; done
    ((SECONDS < deadline_s)) || return 1
    sleep 0.05
  done
}
