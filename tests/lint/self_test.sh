#!/usr/bin/env bash
# Each lint must fail on a sample that breaks its rule, and pass on one that does not: a lint that
# never fails is worth nothing. Run by ctest as lint.self_test.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
root=$(mktemp -d)
readonly root
trap 'rm -rf "$root"' EXIT
# A cache of its own: results from here must not meet those of the real sources.
export KUBECTL_MAINTENANCE_CACHE=$root/.cache
# A file, not a variable: most expectations stand at the end of a pipe, in a shell of their own.
readonly failures=$root/.cache/failures

# wrong FORMAT ARGUMENT...: an expectation that did not hold.
wrong() {
  # shellcheck disable=SC2059 # the format is ours
  printf "wrong: $1\n" "${@:2}" | tee -a "$failures" >&2
}

write() {
  mkdir -p "$root/$(dirname "$1")"
  cat >"$root/$1"
}

lines() {
  local i
  for ((i = 0; i < $1; i++)); do printf '%s\n' "$2"; done
}

# expect LINT TEXT|none FILE < CONTENT: the lint's only finding in FILE contains TEXT, or there is
# none. The sample is removed again, so that each stands alone.
expect() {
  local lint=$1 text=$2 file=$3 output status=0
  write "$file"
  output=$("$here/$lint" "$root" 2>/dev/null) || status=$?
  rm -f "$root/$file"
  if [[ $text == none ]]; then
    [[ $status -eq 0 && -z $output ]] && return
  else
    [[ $status -eq 1 && $output == "$file:"*"$text"* ]] && return
  fi
  wrong '%s on %s: expected "%s", exit code %s, output: %s' \
    "$lint" "$file" "$text" "$status" "$output"
}

test_size_limits() {
  local lint=size_limits.py
  lines 500 '//' | expect $lint none common/a.cpp
  lines 501 '//' | expect $lint '501: the file has 501 lines' common/a.cpp
  lines 501 '#' | expect $lint '501 lines' tests/a.sh
  { echo '#!/usr/bin/env bash'; lines 500 '#'; } | expect $lint '501 lines' tool
  lines 501 'x' | expect $lint none docs/a.md
  { echo 'f() {'; lines 68 '  :'; echo '}'; } | expect $lint none tests/a.sh
  { echo ':'; echo 'f() {'; lines 69 '  :'; echo '}'; } \
    | expect $lint '2: f has 71 lines' tests/a.sh
  # A brace within a here-document does not end the function.
  { echo 'f() {'; echo '  cat <<X'; echo '}'; echo 'X'; lines 69 '  :'; echo '}'; } \
    | expect $lint 'f has 74 lines' tests/a.sh
  { echo 'def f():'; lines 70 '    pass'; } | expect $lint '1: f has 71 lines' tests/a.py
  { echo 'def f():'; lines 69 '    pass'; } | expect $lint none tests/a.py
}

# expect_include FINDING FILE INCLUDE...: the sample consists of these includes.
expect_include() {
  local text=$1 file=$2
  shift 2
  printf '#include %s\n' "$@" | expect folder_arrows.py "$text" "$file"
}

test_folder_arrows() {
  expect_include none plugin/a.cpp '"plugin/b.h"' '"common/c.h"' '<vector>'
  expect_include none agent/a.cpp '"agent/b.h"' '"common/c.h"' '<unistd.h>' '<sys/stat.h>'
  expect_include none agent/gate/a.cpp '"agent/gate/b.h"' '"common/c.h"'
  expect_include none common/a.cpp '"common/c.h"'
  expect_include none tests/a.cpp '"plugin/b.h"' '"agent/b.h"' '"common/c.h"' '<unistd.h>'
  expect_include 'may include only' plugin/a.cpp '"agent/b.h"'
  expect_include 'may include only' agent/a.cpp '"plugin/b.h"'
  expect_include 'may include only' agent/gate/a.cpp '"agent/config/b.h"'
  expect_include 'may include only' common/a.h '"plugin/b.h"'
  expect_include 'may include only' common/a.h '"agent/b.h"'
  expect_include 'may include only' common/a.h '"tests/b.h"'
  expect_include 'leaves its folder' plugin/a.cpp '"../agent/b.h"'
  expect_include '2: ' plugin/a.cpp '<vector>' '"agent/b.h"'
  write plugin/b.h </dev/null
  expect_include 'is relative' plugin/a.cpp '"b.h"'
  rm "$root/plugin/b.h"
  local header
  for header in unistd.h sys/socket.h signal.h fcntl.h poll.h; do
    expect_include 'only for files named *_posix.cpp' plugin/a.cpp "<$header>"
    expect_include 'only for files named *_posix.cpp' common/a.h "<$header>"
    expect_include none plugin/a_posix.cpp "<$header>"
  done
  expect_include 'only for files named *_windows.cpp' plugin/a_posix.cpp '<windows.h>'
  expect_include none plugin/a_windows.cpp '<fcntl.h>'
  expect_include 'only for files named *_posix.cpp' plugin/a_windows.cpp '<unistd.h>'
  expect_include none plugin/a_windows.cpp '<windows.h>'
  printf '#  include "agent/b.h"\n' | expect folder_arrows.py 'may include only' plugin/a.cpp
}

test_suppressions() {
  local lint=suppressions.py
  echo 'f();  // NOLINT(a-b,c-d): because' | expect $lint none common/a.cpp
  echo '// NOLINTNEXTLINE(a-b): because' | expect $lint none common/a.cpp
  echo 'f();  // NOLINT' | expect $lint '1: a NOLINT' common/a.cpp
  echo 'f();  // NOLINT(a-b)' | expect $lint '1: a NOLINT' common/a.cpp
  echo 'f();  // NOLINT: because' | expect $lint '1: a NOLINT' common/a.cpp
  echo '# shellcheck disable=SC2016 # because' | expect $lint none tests/a.sh
  printf '# because\n# shellcheck disable=SC2016\n' | expect $lint none tests/a.sh
  printf 'f\n# shellcheck disable=SC2016\n' | expect $lint '2: a disabled' tests/a.sh
}

# The compile_commands.json of one source, or of none when it is no C++.
compile_command() {
  if [[ $1 != *.cpp ]]; then echo '[]' && return; fi
  printf '[{"directory": "%s", "file": "%s", "command": "c++ -std=c++20 -I%s -c %s"}]\n' \
    "$root" "$1" "$root" "$1"
}

# expect_whole FINDING CHECK FILE < CONTENT: lint.sh as a whole, with clang-tidy on this one file.
expect_whole() {
  local text=$1 check=$2 file=$3 output status=0
  write "$file"
  write build/compile_commands.json < <(compile_command "$file")
  output=$("$here/lint.sh" --root "$root" "$root/build" 2>&1) || status=$?
  rm -f "$root/$file"
  if [[ $text == none && $status -eq 0 ]]; then return; fi
  if [[ $status -eq 1 && $output == *"$file:"*"$text"*"lint: failed: $check" ]]; then return; fi
  wrong 'lint.sh on %s: expected "%s" from %s, exit code %s, output: %s' \
    "$file" "$text" "$check" "$status" "$output"
}

slicing_sample() {
  cat <<'CPP'
struct Base {
  int a;
};
struct Derived : Base {
  int b;
};
Base slice(const Derived& derived) {
  return derived;
}
CPP
}

test_lint() {
  cp "$here/../../.clang-format" "$here/../../.clang-tidy" "$root/"
  echo 'int answer();' | expect_whole none none common/a.cpp
  echo 'int  answer( );' | expect_whole '1: not formatted' format common/a.cpp
  # shellcheck disable=SC2016 # the sample is what must not be expanded
  printf '%s\n' '#!/usr/bin/env bash' 'echo $1' | expect_whole 'SC2086' shell tests/a.sh
  { echo '#!/usr/bin/env bash'; echo 'cd /tmp'; } | expect_whole 'SC2164' shell tool
  slicing_sample | expect_whole 'cppcoreguidelines-slicing' clang-tidy common/a.cpp
  # Remembered findings are findings too.
  slicing_sample | expect_whole 'cppcoreguidelines-slicing' clang-tidy common/a.cpp
  { echo 'int f() {'; echo '  int i = 0;'; lines 80 '  ++i;'; echo '  return i;'; echo '}'; } \
    | expect_whole 'readability-function-size' clang-tidy common/a.cpp
  printf '%s\n' 'int f() {' '  return undeclared;' '}' \
    | expect_whole 'undeclared' clang-tidy common/a.cpp
}

# A header's change makes the file that includes it be looked at again, through another header.
test_tidy_memory() {
  echo '#include "common/h.h"' | write common/a.cpp
  echo '#include "common/inner.h"' | write common/h.h
  echo 'int declared();' | write common/inner.h
  write build/compile_commands.json < <(compile_command common/a.cpp)
  local output
  python3 "$here/tidy.py" "$root" "$root/build" 2>/dev/null
  output=$(python3 "$here/tidy.py" "$root" "$root/build" 2>&1)
  if [[ $output != *'1 of 1 remembered'* ]]; then
    wrong 'nothing was remembered: %s' "$output"
  fi
  echo 'int defined() { return 1; }' | write common/inner.h
  if output=$(python3 "$here/tidy.py" "$root" "$root/build" 2>&1); then
    wrong 'a changed header went unnoticed: %s' "$output"
  fi
}

main() {
  mkdir -p "$root/.cache"
  git -C "$root" init --quiet 2>/dev/null || true  # the lints also work without git
  echo '.cache/' >"$root/.gitignore"
  echo 'build/' >>"$root/.gitignore"
  test_size_limits
  test_folder_arrows
  test_suppressions
  test_lint
  test_tidy_memory
  if [[ -s $failures ]]; then return 1; fi
  printf 'all lints fail when they should, and only then\n'
}

main "$@"
