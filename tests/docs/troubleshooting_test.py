#!/usr/bin/env python3
"""docs/troubleshooting.md quotes what is really said, and names every guard. From the root of the project."""
import pathlib
import re
import unittest

PAGE = pathlib.Path("docs/troubleshooting.md")
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
# What is shorter may be found by accident.
FRAGMENT_MIN = 8


def said():
    """All literals of the plugin, those that follow each other joined, as the compiler does."""
    out = []
    for file in pathlib.Path("plugin").rglob("*.cpp"):
        text = re.sub(r'"\s*\n\s*"', "", file.read_text(encoding="utf-8"))
        out += LITERAL.findall(text)
    return out


def first_cells(heading):
    part = PAGE.read_text(encoding="utf-8").split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `([^`]+)` \|", part, re.MULTILINE)


class TroubleshootingTest(unittest.TestCase):
    def test_messages_are_those_of_the_plugin(self):
        literals = said()
        messages = first_cells("From the plugin")
        self.assertGreater(len(messages), 10)
        for message in messages:
            fragments = [part.strip() for part in message.split("…") if len(part.strip()) >= FRAGMENT_MIN]
            self.assertTrue(fragments, message)
            for fragment in fragments:
                self.assertTrue(any(fragment in literal for literal in literals), fragment)

    def test_every_guard_is_explained(self):
        source = "".join(file.read_text(encoding="utf-8") for file in pathlib.Path("agent/policy").glob("*.cpp"))
        known = {name.replace("_", "-") for name in re.findall(r"\{guard_id::(\w+), GuardKind::", source)}
        self.assertGreater(len(known), 3, "the guards' table in agent/policy looks different now")
        self.assertEqual(set(first_cells("From the agent: refused by the policy")), known)


if __name__ == "__main__":
    unittest.main()
