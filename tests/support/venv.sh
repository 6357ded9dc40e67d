# shellcheck shell=bash
# Sourced: Python programs from PyPI, each in a venv of its own in the cache folder, once for each
# requirements.txt.

# shellcheck source=tests/support/install_once.sh
source "$(dirname "${BASH_SOURCE[0]}")/install_once.sh"

# venv_folder NAME REQUIREMENTS: prints where it is, or will be.
venv_folder() { tool_folder "$1" "$2"; }

# venv_install NAME REQUIREMENTS
venv_install() { install_once "$1" "$(venv_folder "$1" "$2")" make_venv "$2"; }

# make_venv REQUIREMENTS FOLDER
make_venv() {
  local python
  python=$(venv_python)
  "$python" -m venv --clear "$2"
  "$2/bin/pip" --disable-pip-version-check --quiet install --no-deps -r "$1" ||
    { printf 'pip could not install %s; is PyPI reachable?\n' "$1" >&2; exit 1; }
}

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
