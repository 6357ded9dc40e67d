#!/usr/bin/env python3
"""How much of our own code ran in the tests, and whether that is enough.

usage: report.py SUMMARY_JSON UNCOVERED_YAML

Prints a line for each folder and for all. Fails when lines or branches of all are below their minimum,
and when UNCOVERED_YAML, the list of files that are covered worse than FILE_LINES_MIN with the reason
of each, does not name exactly those.
"""
import collections
import json
import os
import sys

import yaml

LINES_MIN = 90.0
BRANCHES_MIN = 80.0
FILE_LINES_MIN = 80.0


def percent(counts):
    covered, count = counts
    return 100.0 * covered / count if count else 100.0


def add(totals, summary):
    for kind in ("lines", "branches"):
        totals[kind][0] += summary[kind]["covered"]
        totals[kind][1] += summary[kind]["count"]


def new_totals():
    return {"lines": [0, 0], "branches": [0, 0]}


def shown(name, totals):
    return (f"{name:<28}{percent(totals['lines']):>8.1f} %{percent(totals['branches']):>10.1f} %"
            f"{totals['lines'][1]:>10}")


def list_findings(poor, reasons):
    """What the list of exceptions says wrongly."""
    for name in sorted(set(poor) - set(reasons)):
        yield f"{name}: {poor[name]:.1f} % of its lines ran; test it, or list it with the reason"
    for name in sorted(set(reasons) - set(poor)):
        yield f"{name}: is listed, and needs not be any more"


def main(summary_file, reasons_file):
    with open(summary_file, encoding="utf-8") as file:
        files = json.load(file)["data"][0]["files"]
    with open(reasons_file, encoding="utf-8") as file:
        reasons = yaml.safe_load(file) or {}
    root = os.getcwd() + "/"
    everything = new_totals()
    folders = collections.defaultdict(new_totals)
    poor = {}
    for one in files:
        name = one["filename"].removeprefix(root)
        summary = one["summary"]
        add(everything, summary)
        add(folders[os.path.dirname(name)], summary)
        if summary["lines"]["percent"] < FILE_LINES_MIN:
            poor[name] = summary["lines"]["percent"]
    print(f"{'folder':<28}{'lines':>10}{'branches':>12}{'lines':>10}")
    for name in sorted(folders):
        print(shown(name, folders[name]))
    print(shown("all", everything))
    for name in sorted(set(poor) & set(reasons)):
        print(f"{poor[name]:>5.1f} % of {name}: {reasons[name]}")
    findings = list(list_findings(poor, reasons))
    for kind, least in (("lines", LINES_MIN), ("branches", BRANCHES_MIN)):
        if percent(everything[kind]) < least:
            findings.append(f"{percent(everything[kind]):.1f} % of all {kind} ran, not {least} %")
    for line in findings:
        print("error: " + line, file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
