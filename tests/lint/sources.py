#!/usr/bin/env python3
"""Which files the lints look at: tracked and untracked ones, but none that git ignores.

usage: sources.py ROOT cpp|shell|python|cmake|all    prints one path per line, relative to ROOT
"""
import os
import subprocess
import sys

# Folders that are never ours, for a tree without git (a source archive).
FOREIGN_FOLDERS = {".git", ".cache", "build", "__pycache__", "node_modules"}


def _git_files(root):
    command = ["git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z"]
    answer = subprocess.run(command, capture_output=True, check=False)
    if answer.returncode != 0:
        return None
    return [name for name in answer.stdout.decode().split("\0") if name]


def _walked_files(root):
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = [f for f in folders if f not in FOREIGN_FOLDERS and not f.startswith("build-")]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in files]
    return found


def is_shell(path):
    """Shell scripts are known by their suffix, or by their first line when they have none."""
    if path.endswith(".sh"):
        return True
    if "." in os.path.basename(path):
        return False
    with open(path, "rb") as content:
        first = content.readline(80)
    return first.startswith(b"#!") and (b"bash" in first or first.rstrip().endswith(b"/sh"))


def kind_of(path):
    name = os.path.basename(path)
    if name.endswith((".h", ".cpp")):
        return "cpp"
    if name.endswith(".py"):
        return "python"
    if name == "CMakeLists.txt" or name.endswith(".cmake"):
        return "cmake"
    return "shell" if is_shell(path) else "other"


def list_files(root, kinds):
    """Paths below `root`, relative and sorted, of the given kinds."""
    names = _git_files(root)
    if names is None:
        names = _walked_files(root)
    present = [n for n in sorted(set(names)) if os.path.isfile(os.path.join(root, n))]
    return [n for n in present if kind_of(os.path.join(root, n)) in kinds]


def read_lines(root, name):
    with open(os.path.join(root, name), encoding="utf-8", errors="replace") as content:
        return content.read().splitlines()


def report(findings, looked_at):
    """Prints findings as `file:line: text`; the exit code of the lint."""
    for name, line, text in findings:
        print(f"{name}:{line}: {text}")
    print(f"{len(looked_at)} files, {len(findings)} findings", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    wanted = {"cpp", "shell", "python", "cmake"} if sys.argv[2] == "all" else {sys.argv[2]}
    for path in list_files(sys.argv[1], wanted):
        print(path)
