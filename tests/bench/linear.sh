#!/usr/bin/env bash
# All 1,000 histories of linear_test: many clients and several agents behind a proxy that makes
# faults, on a real API server, judged by a checker. What `./dev test` does with 50 of them.
# Prints the counts. On a violation exits 1, and writes what was wrong, with the seed that repeats
# it, to build/linear-failures.txt.
#
#   BENCH_HISTORIES=1000 MAINTENANCE_TEST_SEED=1 ./dev bench linear
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly histories=${BENCH_HISTORIES:-1000}
readonly failures=build/linear-failures.txt
readonly output=build/linear-output.txt

cmake --preset dev >/dev/null
cmake --build build --target cluster_tests >/dev/null
rm -f "$failures"
# The name that the test program was built with.
cluster_name=$(sed -n 's/^MAINTENANCE_TEST_CLUSTER:STRING=//p' build/CMakeCache.txt)
tests/cluster/cluster.sh up --name "$cluster_name" --control-plane >/dev/null
trap 'tests/cluster/cluster.sh down --name "$cluster_name"' EXIT

result=0
MAINTENANCE_LINEAR_HISTORIES=$histories build/tests/cluster_tests --run_test=linear_test \
  --log_level=message --color_output=no 2>&1 | tee "$output" || result=$?
if ((result != 0)); then
  # From the first error on, with the lines that say what it was.
  grep -E -A8 ' error: ' "$output" >"$failures" || cp "$output" "$failures"
  echo "violations or worse: see $failures" >&2
fi
exit "$result"
