#!/usr/bin/env python3
"""No file over 500 lines; no function of a script over 70 (those of C++ are clang-tidy's part).

usage: size_limits.py ROOT
"""
import ast
import re
import sys

import sources

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70

SHELL_FUNCTION = re.compile(r"^(\s*)(?:function\s+)?([\w:.-]+)\s*\(\)\s*\{\s*(#.*)?$")
HERE_DOCUMENT = re.compile(r"(?<!<)<<-?\s*(['\"]?)(\w+)\1")


def shell_functions(lines):
    """(first line, name, number of lines) of each function that closes at its own indentation."""
    open_functions = []
    here_end = None
    for number, line in enumerate(lines, 1):
        if here_end is not None:
            if line.strip() == here_end:
                here_end = None
            continue
        start = SHELL_FUNCTION.match(line)
        if start:
            open_functions.append((number, start.group(2), start.group(1)))
        elif open_functions and re.match(rf"^{open_functions[-1][2]}\}}", line):
            first, name, _ = open_functions.pop()
            yield first, name, number - first + 1
        here = HERE_DOCUMENT.search(line)
        if here and not line.lstrip().startswith("#"):
            here_end = here.group(2)


def python_functions(lines):
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.name, node.end_lineno - node.lineno + 1


def findings_in(name, lines, kind):
    if len(lines) > FILE_LINES_MAX:
        yield name, FILE_LINES_MAX + 1, f"the file has {len(lines)} lines, over {FILE_LINES_MAX}"
    functions = {"shell": shell_functions, "python": python_functions}.get(kind)
    for first, function, length in functions(lines) if functions else []:
        if length > FUNCTION_LINES_MAX:
            yield name, first, f"{function} has {length} lines, over {FUNCTION_LINES_MAX}"


def main(root):
    findings = []
    names = sources.list_files(root, {"cpp", "shell", "python", "cmake"})
    for name in names:
        kind = sources.kind_of(f"{root}/{name}")
        findings += findings_in(name, sources.read_lines(root, name), kind)
    return sources.report(findings, names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
