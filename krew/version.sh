#!/usr/bin/env bash
# Prints the project's version, which stands in CMakeLists.txt alone.
set -euo pipefail
sed -n 's/^project(kubectl-maintenance VERSION \([0-9.]*\).*/\1/p' \
  "$(dirname "${BASH_SOURCE[0]}")/../CMakeLists.txt"
