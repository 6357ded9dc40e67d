#!/usr/bin/env python3
"""Every file and every test that docs/hazards.md and docs/poco.md name exists, and every row has both.
Each mutation of tests/mutations/guards.yaml can be made, is listed, and those hazards that need one
have one.

usage: hazards_test.py      (from the root of the project)
"""
import os
import re
import sys

import yaml

PAGE = "docs/hazards.md"
# Tables of the same form.
OTHER_PAGES = ("docs/poco.md",)
# How a case is declared in the files that can be named: C++, Python, promtool, shell.
DECLARATIONS = (r"TEST_CASE\({}[,)]", r"^def {}\(", r"^- name: {}$", r"^{}\(\) \{{$")
SUFFIXES = ("", ".cpp")
GUARDS = "tests/mutations/guards.yaml"
# Being attacked: what each guard keeps out is shown by taking it away.
MUTATED = range(20, 30)


def rows(text):
    """(number, guard, tests) of each row of the tables."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0].isdigit():
            yield int(cells[0]), cells[2], cells[3]


def find_file(name):
    return next((f"tests/{name}{s}" for s in SUFFIXES if os.path.isfile(f"tests/{name}{s}")), None)


def has_case(path, case):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    return any(re.search(d.format(re.escape(case)), text, re.MULTILINE) for d in DECLARATIONS)


def findings_in(number, guard, tests):
    named = re.findall(r"`([^`]+)`", tests)
    files = [name for name in re.findall(r"`([^`]+)`", guard) if "/" in name]
    if not named or not files:
        yield f"{number}: names no test or no file of its guard"
    for name in files:
        if not os.path.isfile(name):
            yield f"{number}: there is no file {name}"
    for test in named:
        place, _, case = test.partition(": ")
        path = find_file(place)
        if path is None:
            yield f"{number}: there is no file tests/{place}"
        elif not has_case(path, case):
            yield f"{number}: {path} has no case {case!r}"


def findings_in_mutations(mutations, page):
    for mutation in mutations:
        with open(mutation["file"], encoding="utf-8") as file:
            if file.read().count(mutation["old"]) != 1:
                yield f"{GUARDS}: {mutation['file']} does not have this once: {mutation['old']!r}"
        place, _, case = mutation["test"].partition(": ")
        path = find_file(place)
        if path is None or not has_case(path, case):
            yield f"{GUARDS}: there is no test {mutation['test']}"
        line = f"- {mutation['hazard']}: {mutation['what']}; `{mutation['test']}`"
        if line not in page:
            yield f"{PAGE}: does not list the mutation: {line}"
    for number in set(MUTATED) - {mutation["hazard"] for mutation in mutations}:
        yield f"{GUARDS}: hazard {number} has no mutation"


def main():
    with open(PAGE, encoding="utf-8") as file:
        page = file.read().splitlines()
    with open(GUARDS, encoding="utf-8") as file:
        mutations = yaml.safe_load(file)
    hazards = list(rows("\n".join(page)))
    numbers = [number for number, _, _ in hazards]
    failures = [f"{PAGE}: no hazard was found"] if not hazards else []
    if numbers != sorted(set(numbers)):
        failures.append(f"{PAGE}: numbers are not in order: {numbers}")
    for hazard in hazards:
        failures += [f"{PAGE}: {text}" for text in findings_in(*hazard)]
    failures += findings_in_mutations(mutations, page)
    for name in OTHER_PAGES:
        with open(name, encoding="utf-8") as file:
            listed = list(rows(file.read()))
        failures += [f"{name}: no row was found"] if not listed else []
        for row in listed:
            failures += [f"{name}: {text}" for text in findings_in(*row)]
    tests = sum(cell.count("`") // 2 for _, _, cell in hazards)
    print("\n".join(failures) or f"{len(hazards)} hazards, {tests} tests, all there")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
