#!/usr/bin/env bash
# fuzz.sh BUILD-FOLDER SECONDS: runs each libFuzzer harness for its share of the time, one on each core,
# beginning with the kept inputs. What breaks a promise is kept in tests/fuzz/corpus, to be committed with
# its fix.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly build=$1 seconds=$2
# A reader that takes longer for one small input, or this much memory, has no bound.
readonly input_s_max=10 memory_mb_max=1024
# Kubeconfigs and answers that are larger than this are more of the same.
readonly input_bytes_max=20000

# The canary's mistake is three letters away.
readonly canary_s_max=60

[[ $seconds =~ ^[1-9][0-9]*$ ]] || { echo "error: not a number of seconds: $seconds" >&2; exit 2; }
harnesses=()
for harness in "$build"/tests/fuzz_*; do
  [[ $harness == */fuzz_canary ]] || harnesses+=("$harness")
done
cores=$(nproc)
rounds=$(((${#harnesses[@]} + cores - 1) / cores))
readonly cores share=$(((seconds + rounds - 1) / rounds))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# A fuzzer that finds nothing has to be one that can.
if "$build/tests/fuzz_canary" -max_total_time="$canary_s_max" -max_len=64 \
  -artifact_prefix="$work/" >"$work/canary.log" 2>&1 ||
  ! grep -q 'AddressSanitizer: heap-buffer-overflow' "$work/canary.log"; then
  tail -n 20 "$work/canary.log" >&2
  echo "error: the canary's mistake was not found in $canary_s_max s: these harnesses find nothing" >&2
  exit 1
fi

# What one harness has to say comes in one piece, at its end.
run() {
  local harness=$1 name=${1##*/fuzz_}
  local kept=tests/fuzz/corpus/$name said
  mkdir "$work/$name"
  # New inputs go to the first folder; only those that break something are worth keeping.
  if "$harness" -max_total_time="$share" -timeout="$input_s_max" -rss_limit_mb="$memory_mb_max" \
    -max_len="$input_bytes_max" -print_final_stats=1 -artifact_prefix="$kept/" "$work/$name" "$kept" \
    >"$work/$name.log" 2>&1; then
    said=$(grep -E 'stat::number_of_executed_units|cov:' "$work/$name.log" | tail -n 2)
    printf '==> %s for %s s\n%s\n' "$name" "$share" "$said" >&2
  else
    said=$(tail -n 40 "$work/$name.log")
    printf '%s\nerror: %s broke a promise; the input is in %s\n' "$said" "$name" "$kept" >&2
    return 1
  fi
}

running=0
for harness in "${harnesses[@]}"; do
  if ((running == cores)); then
    wait -n || status=1
    running=$((running - 1))
  fi
  run "$harness" &
  running=$((running + 1))
done
for ((; running > 0; running--)); do wait -n || status=1; done
exit "$status"
