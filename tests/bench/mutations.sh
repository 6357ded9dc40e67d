#!/usr/bin/env bash
# Takes each guard of tests/mutations/guards.yaml away, in a copy of the project, and shows that its test
# goes red. Fails when one does not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Objects of the copy are those of the project.
CCACHE_BASEDIR=$work /usr/bin/python3 tests/mutations/mutations.py "$work"
