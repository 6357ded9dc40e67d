#!/usr/bin/env python3
"""Types what pages of docs/ tell to type, block after block, as one person would, and looks at what comes.

Every ```bash block is run by one bash for each page, in an empty folder; the first command that fails ends
it. A ```text block right behind one is what it shows: its lines must come in this order, where … stands for
anything; a line of … alone for any lines. A block under the comment <!-- not typed by the tests: REASON --> is left out, and
said so.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# The slowest block takes a replica out and puts it back, twice.
PAGE_LIMIT_S = 900
MARK = "@@@ end of block"
SKIP = re.compile(r"<!-- not typed by the tests: (.+?) -->\s*$", re.DOTALL)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block:
    def __init__(self, number, commands):
        self.number, self.commands, self.expected = number, commands, []


def blocks_of(text):
    """The blocks to type, and the reasons of those that are left out."""
    blocks, skipped, last_end, last = [], [], 0, None
    for found in BLOCK.finditer(text):
        kind, body = found.groups()
        between = text[last_end:found.start()]
        last_end = found.end()
        if kind == "bash":
            if reason := SKIP.search(between):
                skipped.append(reason.group(1))
                last = None
                continue
            last = Block(text.count("\n", 0, found.start()) + 1, body)
            blocks.append(last)
        elif kind == "text" and last and not between.strip():
            last.expected = body.splitlines()
    return blocks, skipped


def script_of(blocks):
    parts = ["set -euo pipefail\n"]
    for block in blocks:
        parts.append(f"{block.commands}\necho '{MARK}'\n")
    return "".join(parts)


def pattern_of(line):
    return re.compile(r"\s+".join(re.escape(word).replace("…", ".*") for word in line.split()))


def missing_line(expected, shown):
    """The first expected line that does not come behind those before it."""
    lines = iter(shown.splitlines())
    for line in expected:
        if line.strip() in ("", "…"):
            continue
        pattern = pattern_of(line)
        if not any(pattern.search(one) for one in lines):
            return line
    return None


def faults_of(page, names):
    text = page.read_text(encoding="utf-8")
    for old, new in names:
        text = text.replace(old, new)
    blocks, skipped = blocks_of(text)
    for reason in skipped:
        print(f"{page}: left out: {reason}")
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(["bash", "-c", script_of(blocks)], cwd=folder, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, check=False, timeout=PAGE_LIMIT_S)
    shown = run.stdout.split(MARK + "\n")
    for number, block in enumerate(blocks):
        print(f"--- {page}:{block.number}\n{block.commands.rstrip()}")
        if number >= len(shown) - 1:
            print(shown[-1])
            yield f"{page}:{block.number}: a command has failed with exit code {run.returncode}"
            return
        print(shown[number].rstrip())
        if line := missing_line(block.expected, shown[number]):
            yield f"{page}:{block.number}: does not show, or not there: {line}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--as", dest="names", action="append", default=[], metavar="OLD=NEW",
                        type=lambda pair: tuple(pair.split("=", 1)))
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    given = parser.parse_args()
    os.environ["TERM"] = "dumb"
    faults = [fault for page in given.pages for fault in faults_of(page, given.names)]
    print("\n".join(["", *faults]) if faults else "\nall as written")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
