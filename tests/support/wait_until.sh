# shellcheck shell=bash
# Waiting for a condition with a deadline. Sourced by the cluster script, its test and the benches.

# wait_until SECONDS COMMAND…: true as soon as the command succeeds, false when time is up. Between two
# tries it waits for `wait_pause_s`: whoever measures asks less often.
wait_until() {
  local deadline_s=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline_s)) || return 1
    sleep "${wait_pause_s:-0.1}"
  done
}
