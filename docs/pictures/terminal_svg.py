#!/usr/bin/env python3
"""Runs commands on a pseudo-terminal and draws what it shows as an animated SVG.

usage: terminal_svg.py FILE COMMAND...      (each COMMAND is a line of bash)

Knows the control sequences that kubectl-maintenance writes: carriage return, line feed, and erase
to the end of the line. Anything else is a mistake, and ends it.
"""
import os
import pty
import re
import select
import struct
import sys
import termios
import time
import fcntl
from xml.sax.saxutils import escape

COLUMNS, ROWS = 126, 24
CHARACTER, LINE, MARGIN = 8.0, 19, 14  # of a 13 px monospaced font
PAUSE_MAX_S, LAST_FRAME_S = 1.5, 4.0   # nobody watches a picture that does not move
COMMAND_S_MAX = 120


class Screen:
    def __init__(self):
        self.lines, self.column = [""], 0

    def take(self, text):
        for part in re.findall(r"\x1b\[K|\r|\n|[^\x1b\r\n]+|.", text):
            if part == "\r":
                self.column = 0
            elif part == "\n":
                self.lines.append("")
                self.column = 0
            elif part == "\x1b[K":
                self.lines[-1] = self.lines[-1][:self.column]
            elif part.startswith("\x1b"):
                sys.exit(f"unknown control sequence near {text!r}")
            else:
                line = self.lines[-1].ljust(self.column)
                self.lines[-1] = line[:self.column] + part + line[self.column + len(part):]
                self.column += len(part)
        self.lines = self.lines[-ROWS:]

    def shown(self):
        return [line[:COLUMNS].rstrip() for line in self.lines]


def play(command, frames, screen):
    """Runs one command; a frame for each time the screen has changed."""
    screen.take(f"$ {command}\n")
    frames.append((1.0, screen.shown()))
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm"
        os.execvp("bash", ["bash", "-c", command])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    began = last = time.monotonic()
    while time.monotonic() - began < COMMAND_S_MAX:
        if not select.select([terminal], [], [], 0.05)[0]:
            continue
        try:
            raw = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            raw = b""
        if not raw:
            break
        now = time.monotonic()
        screen.take(raw.decode("utf-8", "replace"))
        if screen.shown() != frames[-1][1]:
            pause = min(now - last, PAUSE_MAX_S)
            frames[-1] = (max(frames[-1][0], pause), frames[-1][1])
            frames.append((0.2, screen.shown()))
        last = now
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        sys.exit(f"{command!r} failed: {screen.shown()}")


def svg(frames):
    total = sum(seconds for seconds, _ in frames)
    rows = max(len(lines) for _, lines in frames)
    width, height = COLUMNS * CHARACTER + 2 * MARGIN, rows * LINE + 2 * MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
           f'viewBox="0 0 {width:g} {height:g}" font-family="ui-monospace,Menlo,Consolas,monospace" '
           'font-size="13" fill="#d6deeb"><rect width="100%" height="100%" rx="8" fill="#0b1021"/>']
    begin = 0.0
    for number, (seconds, lines) in enumerate(frames):
        start, end = begin / total, (begin + seconds) / total
        begin += seconds
        values, times = ["hidden", "visible", "hidden"], [0.0, start, end]
        if number == 0:
            values, times = values[1:], [0.0, end]
        elif number + 1 == len(frames):
            values, times = values[:2], times[:2]
        # Where nothing is animated the last frame is the picture.
        still = "visible" if number + 1 == len(frames) else "hidden"
        out.append(f'<g visibility="{still}"><animate attributeName="visibility" calcMode="discrete" '
                   f'dur="{total:.2f}s" repeatCount="indefinite" values="{";".join(values)}" '
                   f'keyTimes="{";".join(f"{t:.4f}" for t in times)}"/>')
        for row, line in enumerate(lines):
            if line:
                out.append(f'<text x="{MARGIN}" y="{MARGIN + (row + 0.75) * LINE:g}" '
                           f'xml:space="preserve">{escape(line)}</text>')
        out.append("</g>")
    return "\n".join(out) + "\n</svg>\n"


def main(target, commands):
    frames, screen = [], Screen()
    for command in commands:
        play(command, frames, screen)
    frames[-1] = (LAST_FRAME_S, frames[-1][1])
    with open(target, "w", encoding="utf-8") as file:
        file.write(svg(frames))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
