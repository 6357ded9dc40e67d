#!/usr/bin/env python3
"""The script that makes the README's picture, with a command whose output is known; and the picture
itself, which must be one.

usage: picture_test.py      (from the root of the project)
"""
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def frames_of(path):
    root = ElementTree.parse(path).getroot()
    return [[text.text for text in group.iter(f"{SVG}text")] for group in root.iter(f"{SVG}g")]


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/picture.svg"
        command = "printf 'waiting <1>'; sleep 0.2; printf '\\r\\033[Kdone\\n'; test -t 1 && stty size"
        subprocess.run(["docs/pictures/terminal_svg.py", path, command], check=True, timeout=60)
        frames = frames_of(path)
    assert any(frame[-1] == "waiting <1>" for frame in frames), frames
    assert frames[-1][-2:] == ["done", "24 126"], frames[-1]
    shown = frames_of("docs/pictures/enable.svg")
    assert any("entering: terminating" in line for frame in shown for line in frame)
    assert any(" held (since " in line for line in shown[-1]), shown[-1]
    assert shown[-1][-1].endswith("back to normal"), shown[-1]
    print(f"{len(frames)} and {len(shown)} frames")


if __name__ == "__main__":
    sys.exit(main())
