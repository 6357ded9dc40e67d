# shellcheck shell=bash
# Sourced: Python programs from PyPI, each in a venv of its own in the cache folder, once for each
# requirements.txt.

# venv_folder NAME REQUIREMENTS: prints where it is, or will be.
venv_folder() {
  local cache=${KUBECTL_MAINTENANCE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/kubectl-maintenance}
  echo "$cache/$1-$(sha256sum "$2" | cut -c1-12)"
}

# venv_install NAME REQUIREMENTS
venv_install() (
  set -euo pipefail
  folder=$(venv_folder "$1" "$2")
  [[ ! -e $folder/complete ]] || return 0
  python=$(venv_python)
  mkdir -p "$(dirname "$folder")"
  # Two at once, for example two checkouts: the second finds what the first has made.
  exec 9>"$folder.lock"
  flock 9
  [[ ! -e $folder/complete ]] || return 0
  printf 'installing %s into %s\n' "$1" "$folder" >&2
  "$python" -m venv --clear "$folder"
  "$folder/bin/pip" --disable-pip-version-check --quiet install --no-deps -r "$2" ||
    { printf 'pip could not install %s; is PyPI reachable?\n' "$2" >&2; exit 1; }
  touch "$folder/complete"
)

# The first Python that can make a venv; Debian's own before one that a person has installed.
venv_python() {
  local python
  for python in /usr/bin/python3 python3; do
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
      echo "$python"
      return
    fi
  done
  printf 'no python3 with venv; type: ./dev setup (or apt-get install python3-venv)\n' >&2
  return 1
}
