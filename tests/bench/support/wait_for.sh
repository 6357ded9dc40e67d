# shellcheck shell=bash
# Waiting for a condition with a deadline. Sourced by the benches.

# wait_for SECONDS COMMAND...: true as soon as the command succeeds, false when time is up.
wait_for() {
  local deadline_s=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline_s)) || return 1
    sleep 0.5
  done
}
