# shellcheck shell=bash
# How the demo speaks: numbered steps with their times, the commands a user would type, and checks
# that end the demo when the world is not as the narration says. Sourced by demo.sh.

demo_started=$SECONDS
step_started=$SECONDS
step_name=""
step_times=()
last_output=""

say() { printf '%s\n' "$*"; }

fail() {
  printf '\nerror: %s\n' "$*" >&2
  exit 1
}

finish_step() {
  [[ -n $step_name ]] || return 0
  step_times+=("$(printf '%5d s  %s' "$((SECONDS - step_started))" "$step_name")")
}

step() {
  finish_step
  step_name=$1
  step_started=$SECONDS
  printf '\n\033[1m== %s\033[0m\n' "$1" | strip_colours
}

# Colours only where somebody looks.
strip_colours() {
  if [[ -t 1 && -z ${NO_COLOR:-} ]]; then cat; else sed 's/\x1b\[[0-9;]*m//g'; fi
}

# show COMMAND: prints the command as a user types it, runs it, keeps its output for the checks.
show() {
  local code=0
  say "\$ $1"
  last_output=$(bash -c "$1" 2>&1) || code=$?
  [[ -z $last_output ]] || printf '%s\n' "$last_output" | sed 's/^/    /'
  return $code
}

# must COMMAND: show, and the demo ends when the command fails.
must() { show "$1" || fail "this should have worked: $1"; }

# refused CODE COMMAND: show, and the demo ends unless the command exits with CODE.
refused() {
  local code=0
  show "$2" || code=$?
  [[ $code -eq $1 ]] || fail "expected exit code $1, got $code: $2"
}

# expect REGEX WHAT: the last output must match.
expect() {
  grep -Eq -- "$1" <<<"$last_output" || fail "expected $2 (no match for /$1/)"
  say "    -> as expected: $2"
}

# eventually SECONDS WHAT COMMAND…: waits for a condition with a deadline.
eventually() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || fail "$what did not happen in time"
    sleep 0.3
  done
}

print_times() {
  finish_step
  say ""
  say "How long each step took:"
  printf '  %s\n' "${step_times[@]}"
  printf '  %5d s  in all\n' "$((SECONDS - demo_started))"
}
