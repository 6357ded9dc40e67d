#!/usr/bin/env python3
"""Prints a version's part of CHANGELOG.md: what its release notes say.

usage: release_notes.py VERSION

The part is the one under "## VERSION", or under "## Unreleased" as long as that version has none.
"""
import pathlib
import re
import sys

CHANGELOG = pathlib.Path(__file__).parent.parent / "CHANGELOG.md"


def parts(text):
    """Title and body of each part."""
    pieces = re.split(r"^## (.*)$", text, flags=re.MULTILINE)
    return dict(zip((title.strip() for title in pieces[1::2]), pieces[2::2]))


def notes(version, text):
    found = parts(text)
    for title, body in found.items():
        if title.split()[0].strip("[]") == version:
            return body.strip() + "\n"
    return found["Unreleased"].strip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(notes(sys.argv[1], CHANGELOG.read_text(encoding="utf-8")))
