#!/usr/bin/env bash
# coverage.sh BUILD-FOLDER: runs the unit and cluster tests of a build with preset `coverage`, and says
# which part of our own code ran in them. Stories in containers (e2e) are not counted: what runs there
# is another build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly build=$PWD/$1
readonly profiles=$build/profiles

rm -rf "$profiles"
ctest --test-dir "$build" --output-on-failure --no-tests=error -L '^(unit|cluster)$' \
  --parallel "$(nproc)"

llvm-profdata-14 merge -sparse "$profiles"/*.profraw -o "$build/coverage.profdata"
# What it takes: a program, more programs, the profile, and whose counts are wanted.
counted=("$build/tests/cluster_tests")
for program in "$build"/bin/* "$build"/tests/unit_*; do
  counted+=(-object "$program")
done
counted+=(-instr-profile "$build/coverage.profdata" "$PWD/agent" "$PWD/common" "$PWD/plugin")
llvm-cov-14 export -format=text -summary-only "${counted[@]}" >"$build/coverage.json"
llvm-cov-14 show -format=html -output-dir "$build/coverage" "${counted[@]}"
/usr/bin/python3 tests/coverage/report.py "$build/coverage.json" tests/coverage/uncovered.yaml
echo "line by line: $build/coverage/index.html"
