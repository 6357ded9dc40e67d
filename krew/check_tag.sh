#!/usr/bin/env bash
# Whether a tag can become a release: its version is the project's, and CHANGELOG.md has a part for it.
#
#   krew/check_tag.sh vX.Y.Z
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tag=${1:?"usage: check_tag.sh vX.Y.Z"}
version=$(krew/version.sh)
[[ $tag == "v$version" ]] ||
  { echo "the tag is $tag, but CMakeLists.txt has version $version" >&2; exit 1; }
grep -q "^## \[\?${version//./\\.}\b" CHANGELOG.md ||
  { echo "CHANGELOG.md has no part '## $version'" >&2; exit 1; }
