#!/usr/bin/env python3
"""clang-tidy over our own files of a compile_commands.json, in parallel, remembering results.

A result is remembered under a hash of everything of ours that it depends on: the file, the headers
of ours that it includes (through any number of others), the compiler's arguments, .clang-tidy and
clang-tidy's version. So a second run looks only at what changed.

usage: tidy.py ROOT BUILD_FOLDER [PATH_PART]     PATH_PART: only files with this in their path
"""
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time

import sources

OUR_FOLDERS = ("common/", "agent/", "plugin/", "tests/")
# Test programs are left out: Boost.Test's macros cost clang-tidy some 15 s a file, half an hour in
# all. Their functions are short, their lifetime errors are found by the sanitizer presets.
LOOKED_AT = ("common/", "agent/", "plugin/")
# A file that takes longer than this has met a defect of clang-tidy, not ours.
SECONDS_MAX = 300
# Remembered results beyond this number are from long ago: the oldest go.
REMEMBERED_MAX = 5000
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
FINDING = re.compile(r"^([^\s:][^:]*):(\d+):(\d+): (?:warning|error): (.*)$")


def cache_folder():
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    base = os.environ.get("KUBECTL_MAINTENANCE_CACHE") or f"{home}/kubectl-maintenance"
    folder = f"{base}/lint/tidy"
    os.makedirs(folder, exist_ok=True)
    return folder


class Tidy:
    """One run; its methods are called from several threads."""

    def __init__(self, root):
        self.root = os.path.realpath(root)
        self.program = shutil.which("clang-tidy-14") or shutil.which("clang-tidy")
        if self.program is None:
            sys.exit("clang-tidy-14 is missing; type: ./dev setup")
        self.cache = cache_folder()
        ask = [self.program, "--version"]
        version = subprocess.run(ask, capture_output=True, check=True).stdout
        with open(f"{self.root}/.clang-tidy", "rb") as settings:
            self.common_key = version + settings.read()
        self.contents = {}

    def content(self, name):
        if name not in self.contents:
            with open(f"{self.root}/{name}", "rb") as file:
                self.contents[name] = file.read()
        return self.contents[name]

    def with_headers(self, name):
        """`name` and every header of ours below it, sorted."""
        seen, left = set(), [name]
        while left:
            current = left.pop()
            if current in seen:
                continue
            seen.add(current)
            for target in INCLUDE.findall(self.content(current).decode(errors="replace")):
                beside = os.path.normpath(os.path.join(os.path.dirname(current), target))
                left += [n for n in (target, beside) if os.path.isfile(f"{self.root}/{n}")][:1]
        return sorted(seen)

    def key(self, name, arguments):
        digest = hashlib.sha256(self.common_key)
        digest.update("\0".join(arguments).encode())
        for part in self.with_headers(name):
            digest.update(part.encode() + b"\0" + self.content(part) + b"\0")
        return digest.hexdigest()

    def run(self, name, unit):
        """(findings, remembered?) of one file; a finding is (file, line, text)."""
        remembered = f"{self.cache}/{self.key(name, unit['arguments'])}"
        if os.path.exists(remembered):
            os.utime(remembered)
            with open(remembered, encoding="utf-8") as file:
                return [tuple(f) for f in json.load(file)], True
        headers = f"^{re.escape(self.root)}/({'|'.join(OUR_FOLDERS)})"
        command = [self.program, "--quiet", f"--header-filter={headers}", f"{self.root}/{name}",
                   "--", *unit["arguments"]]
        try:
            answer = subprocess.run(command, capture_output=True, check=False, timeout=SECONDS_MAX,
                                    cwd=unit["directory"])
        except subprocess.TimeoutExpired:
            return [(name, 1, f"clang-tidy took longer than {SECONDS_MAX} s")], False
        findings = self.findings_of(answer.stdout.decode(errors="replace"), unit["directory"])
        if answer.returncode != 0 and not findings:
            words = answer.stderr.decode(errors="replace").strip().splitlines()[-1:]
            return [(name, 1, f"clang-tidy failed: {' '.join(words)}")], False
        temporary = f"{remembered}.{os.getpid()}"
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump(findings, file)
        os.replace(temporary, remembered)
        return findings, False

    def findings_of(self, output, folder):
        found = [FINDING.match(line) for line in output.splitlines()]
        return [(self.name_of(os.path.join(folder, m.group(1))), int(m.group(2)), m.group(4))
                for m in found if m]

    def name_of(self, path):
        return os.path.relpath(os.path.realpath(path), self.root)

    def forget_old(self):
        paths = [entry.path for entry in os.scandir(self.cache) if entry.is_file()]
        paths.sort(key=os.path.getmtime)
        for path in paths[:-REMEMBERED_MAX]:
            os.remove(path)


def for_clang(arguments, file):
    """What of g++'s arguments clang needs to understand the file."""
    kept, left = [], iter(arguments)
    for argument in left:
        if argument in ("-o", "-MF", "-MT", "-MQ"):
            next(left, None)
        elif argument == "-include":
            # A header that g++ has compiled before is nothing that clang can read; the sources
            # include what they need by themselves.
            header = next(left, "")
            if "cmake_pch" not in header:
                kept += [argument, header]
        elif argument not in ("-c", "-MD", "-fpch-preprocess", file):
            kept.append(argument)
    # g++ knows warnings that clang does not, and warnings are the compiler's business.
    return kept + ["-w"]


def our_units(root, build_folder, part):
    """(file relative to root, how it is compiled) of each translation unit of ours."""
    path = f"{build_folder}/compile_commands.json"
    if not os.path.exists(path):
        sys.exit(f"no {path}; type: cmake --preset dev")
    with open(path, encoding="utf-8") as file:
        commands = json.load(file)
    units = {}
    for command in commands:
        absolute = os.path.realpath(os.path.join(command["directory"], command["file"]))
        name = os.path.relpath(absolute, os.path.realpath(root))
        if name.startswith(LOOKED_AT) and part in name and os.path.exists(absolute):
            arguments = command.get("arguments") or shlex.split(command["command"])
            units[name] = {"directory": command["directory"],
                           "arguments": for_clang(arguments[1:], command["file"])}
    return sorted(units.items())


def main(root, build_folder, part=""):
    tidy = Tidy(root)
    units = our_units(root, build_folder, part)
    findings, remembered, done = set(), 0, 0
    began = last_said = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        running = [pool.submit(tidy.run, name, unit) for name, unit in units]
        for future in concurrent.futures.as_completed(running):
            found, was_remembered = future.result()
            findings.update(found)
            remembered += was_remembered
            done += 1
            if time.monotonic() - last_said > 10:
                last_said = time.monotonic()
                print(f"    clang-tidy: {done} of {len(units)} files", file=sys.stderr)
    tidy.forget_old()
    took = time.monotonic() - began
    print(f"{remembered} of {len(units)} remembered, {took:.1f} s", file=sys.stderr)
    return sources.report(sorted(findings), units)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) in (3, 4) else __doc__)
