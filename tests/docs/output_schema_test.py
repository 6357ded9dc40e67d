#!/usr/bin/env python3
"""Every document in tests/golden against docs/output.schema.json, and every definition of a document
against at least one of them.

usage: output_schema_test.py      (from the root of the project)
"""
import glob
import json
import sys

import jsonschema

# The first match decides which definition a command line prints.
DEFINITIONS = [("status -A", "statusEverywhere"), ("status", "status"), ("enable", "change"),
               ("disable", "change"), ("config", "config"), ("version", "version"),
               ("check -f", "lint"), ("check", "check")]


def document_of(path):
    """The command line of a golden file, and its standard output."""
    with open(path, encoding="utf-8") as file:
        head, rest = file.read().split("\n", 1)
    return head.removeprefix("$ kubectl maintenance "), rest.split("--- stderr\n", 1)[0]


def main():
    with open("docs/output.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    used, failures = set(), []
    for path in sorted(glob.glob("tests/golden/*-o_json.txt")):
        line, out = document_of(path)
        name = next(d for prefix, d in DEFINITIONS if line.startswith(prefix))
        validator = jsonschema.Draft202012Validator(
            {"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})
        document = json.loads(out)
        used.add(name)
        failures += [f"{line}: {e.json_path}: {e.message}" for e in validator.iter_errors(document)]
        if not out.isascii():
            failures.append(f"{line}: not ASCII")
        # A schema that takes anything would prove nothing.
        for member in schema["$defs"][name]["required"]:
            poorer = {k: v for k, v in document.items() if k != member}
            if validator.is_valid(poorer):
                failures.append(f"{line}: valid without {member}")
    failures += [f"nothing prints {d}" for _, d in DEFINITIONS if d not in used]
    for failure in failures:
        print(failure)
    print(f"{len(used)} definitions, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
