#!/usr/bin/env python3
"""Who may include whom: common/ nobody else, plugin/ and agent/ also common/ but never each other,
agent/gate/ nothing else of the agent (it is a program of its own). Code that must build everywhere
includes what only some systems have in files that say so by their name.

usage: folder_arrows.py ROOT
"""
import os
import re
import sys

import sources

# The first folder that fits decides, so the narrower ones come first.
MAY_INCLUDE = {
    "agent/gate/": ("agent/gate/", "common/"),
    "agent/": ("agent/", "common/"),
    "plugin/": ("plugin/", "common/"),
    "common/": ("common/",),
}
PORTABLE = ("common/", "plugin/")

POSIX_HEADER = re.compile(
    r"^(sys/.*|arpa/.*|netinet/.*|net/.*|linux/.*|"
    r"(unistd|signal|fcntl|poll|termios|pwd|grp|dirent|netdb|dlfcn|pthread|spawn|strings|ifaddrs|"
    r"syslog|glob|fnmatch|regex|pty|sched|semaphore|wait|wordexp|ucontext|libgen|langinfo)\.h)$")
WINDOWS_HEADER = re.compile(
    r"^(windows|winsock2?|ws2tcpip|io|direct|process|conio|shlobj|userenv|fileapi)\.h$",
    re.IGNORECASE)
INCLUDE = re.compile(r"^\s*#\s*include\s*([<\"])([^>\"]+)[>\"]")


def wrong_arrow(root, name, target):
    """Why `name` may not include "target", or nothing."""
    beside = os.path.join(os.path.dirname(name), target)
    if target.startswith(("./", "../")) or "/../" in target:
        return f'"{target}" leaves its folder; includes start at the project\'s root'
    if not os.path.isfile(f"{root}/{target}") and os.path.isfile(f"{root}/{beside}"):
        return f'"{target}" is relative; write "{beside}"'
    for folder, allowed in MAY_INCLUDE.items():
        if not name.startswith(folder):
            continue
        ours = target.startswith(("common/", "agent/", "plugin/", "tests/"))
        if ours and not target.startswith(allowed):
            return f'{folder} may include only {" and ".join(allowed)}, not "{target}"'
        return None
    return None


def wrong_system_header(name, target):
    if not name.startswith(PORTABLE):
        return None
    # Of that name Windows has one as well.
    shared = target == "fcntl.h" and name.endswith("_windows.cpp")
    if POSIX_HEADER.match(target) and not name.endswith("_posix.cpp") and not shared:
        return f"<{target}> is only for files named *_posix.cpp: this folder builds everywhere"
    if WINDOWS_HEADER.match(target) and not name.endswith("_windows.cpp"):
        return f"<{target}> is only for files named *_windows.cpp: this folder builds everywhere"
    return None


def main(root):
    findings = []
    names = sources.list_files(root, {"cpp"})
    for name in names:
        for number, line in enumerate(sources.read_lines(root, name), 1):
            include = INCLUDE.match(line)
            if not include:
                continue
            quoted = include.group(1) == '"'
            target = include.group(2)
            text = wrong_arrow(root, name, target) if quoted else wrong_system_header(name, target)
            if text:
                findings.append((name, number, text))
    return sources.report(findings, names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
