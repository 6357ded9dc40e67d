#!/usr/bin/env python3
"""Writes the licence texts of all that a statically linked program of a release has in it, to stdout.

usage: licenses.py PROGRAM LIBRARIES

LIBRARIES is the file VERSIONS of krew/cross/libraries.sh; the texts are beside it, in the folder licenses.
"""
import pathlib
import sys

import sbom


def texts(program, folder, versions):
    used = set(sbom.CONTENT[sbom.program_name(program)])
    libraries = {line.split()[0] for line in versions.splitlines()}
    for file in sorted(folder.iterdir()):
        # What is no Debian package comes from the compiler, for every program.
        if file.name in used or file.name not in libraries:
            yield file.name, file.read_text(encoding="utf-8", errors="replace")


def main(program, libraries_file):
    libraries = pathlib.Path(libraries_file)
    print(f"{sbom.program_name(program)} contains the following, under these licences.")
    for name, text in texts(program, libraries.parent / "licenses", libraries.read_text(encoding="utf-8")):
        print(f"\n{'=' * 78}\n{name}\n{'=' * 78}\n\n{text.strip()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
