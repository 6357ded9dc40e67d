#!/usr/bin/env python3
"""For which machines there is a plugin, how it is packed, and where the project is at home (project.json).

Run, it prints a line for each: system, machine, ending of its archive.
"""
import json
import pathlib

PLATFORMS = (
    ("linux", "amd64", "tar.gz"),
    ("linux", "arm64", "tar.gz"),
    ("darwin", "amd64", "tar.gz"),
    ("darwin", "arm64", "tar.gz"),
    ("windows", "amd64", "zip"),
)
PROJECT = json.loads((pathlib.Path(__file__).parent / "project.json").read_text(encoding="utf-8"))


def archive_name(version, system, machine, ending):
    return f"kubectl-maintenance_v{version}_{system}_{machine}.{ending}"


def program_of(system):
    return "kubectl-maintenance" + (".exe" if system == "windows" else "")


if __name__ == "__main__":
    for platform in PLATFORMS:
        print(*platform)
