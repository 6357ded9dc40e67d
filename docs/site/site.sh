#!/usr/bin/env bash
# Builds the documentation as a site. Fails when a link leads nowhere, or a page is not in the navigation.
#
#   docs/site/site.sh FOLDER
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
# shellcheck source=tests/support/venv.sh
source "$here/../../tests/support/venv.sh"

folder=$(realpath -m "${1:?"usage: site.sh FOLDER"}")
venv_install mkdocs "$here/requirements.txt"
# The theme's advertisement for its successor.
export NO_MKDOCS_2_WARNING=1
# Not --quiet: what is not said is not counted by --strict either.
said=$("$(venv_folder mkdocs "$here/requirements.txt")/bin/mkdocs" build --strict \
  --config-file "$here/mkdocs.yml" --site-dir "$folder" 2>&1) || { printf '%s\n' "$said" >&2; exit 1; }
