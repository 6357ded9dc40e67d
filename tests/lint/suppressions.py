#!/usr/bin/env python3
"""Who silences a checker says which check and why:

    foo();  // NOLINT(check-name): the reason
    # shellcheck disable=SC2016 # the reason            (or a comment in the line above)

usage: suppressions.py ROOT
"""
import re
import sys

import sources

NOLINT = re.compile(r"//.*\bNOLINT(NEXTLINE|BEGIN|END)?\b(.*)$")
NOLINT_WITH_REASON = re.compile(r"^\([\w.,\s-]+\)\s*:\s*\S")
SHELLCHECK = re.compile(r"^\s*#\s*shellcheck\s+disable=[\w,]+(.*)$")
COMMENT = re.compile(r"^\s*#\s*(?!shellcheck\b|!)\w")


def in_cpp(lines):
    for number, line in enumerate(lines, 1):
        found = NOLINT.search(line)
        if found and found.group(1) != "END" and not NOLINT_WITH_REASON.match(found.group(2)):
            yield number, "a NOLINT without its check and reason: // NOLINT(check): reason"


def in_shell(lines):
    for number, line in enumerate(lines, 1):
        found = SHELLCHECK.match(line)
        above = lines[number - 2] if number > 1 else ""
        if found and not re.search(r"#\s*\S", found.group(1)) and not COMMENT.match(above):
            yield number, "a disabled shellcheck without its reason: disable=SC… # why"


def main(root):
    findings = []
    names = sources.list_files(root, {"cpp", "shell"})
    for name in names:
        look = in_cpp if sources.kind_of(f"{root}/{name}") == "cpp" else in_shell
        findings += [(name, n, text) for n, text in look(sources.read_lines(root, name))]
    return sources.report(findings, names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
