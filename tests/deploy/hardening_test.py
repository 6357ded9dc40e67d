#!/usr/bin/env python3
"""How the released programs are hardened: each of them, and each of our files that is compiled for them.

usage: hardening_test.py [BUILD-FOLDER]      (from the root of the project; builds the static programs
                                              of this machine when no folder is given)

_FORTIFY_SOURCE is not looked for: musl has no checked variants of its functions.
"""
import json
import pathlib
import platform
import re
import subprocess
import sys
import unittest

PROGRAMS = ("maintenance-agent", "maintenance-gate", "kubectl-maintenance")
MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
# Where x86-64 keeps the canary of the stack: each protected function reads it.
CANARY = "%fs:0x28"
build = pathlib.Path(f"build-static-{MACHINE}")


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


class HardeningTest(unittest.TestCase):
    def each(self):
        for name in PROGRAMS:
            program = build / "bin" / name
            with self.subTest(name):
                self.assertTrue(program.is_file(), f"{program} is not there")
                yield program

    def test_at_another_address_in_each_run_and_static(self):
        for program in self.each():
            elf = output_of("readelf", "-hldW", program)
            self.assertRegex(elf, r"Type:\s+DYN")
            self.assertRegex(elf, r"FLAGS_1\).*\bPIE\b")
            self.assertNotIn("INTERP", elf)
            self.assertNotIn("(NEEDED)", elf)

    def test_tables_are_read_only_when_it_runs(self):
        for program in self.each():
            elf = output_of("readelf", "-ldW", program)
            self.assertIn("GNU_RELRO", elf)
            self.assertIn("BIND_NOW", elf)
            self.assertNotIn("TEXTREL", elf)

    def test_nothing_is_both_writable_and_executable(self):
        for program in self.each():
            elf = output_of("readelf", "-lW", program)
            self.assertRegex(elf, r"GNU_STACK(\s+0x[0-9a-f]+){5}\s+RW ")
            flags = re.findall(r"^\s+LOAD(?:\s+0x[0-9a-f]+){5}\s+(.{3})", elf, re.MULTILINE)
            self.assertTrue(flags, elf)
            self.assertFalse([one for one in flags if "W" in one and "E" in one], elf)

    def test_stacks_are_protected(self):
        commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
        own = [one for one in commands if f"/{build}/tests" not in one["file"]]
        self.assertTrue(own)
        for one in own:
            self.assertIn("-fstack-protector-strong", one["command"], one["file"])
        if MACHINE == "amd64":
            for program in self.each():
                self.assertIn(CANARY, output_of("objdump", "-d", "--no-show-raw-insn", program))

    def test_nothing_of_the_machine_that_compiled_it_is_left(self):
        for program in self.each():
            self.assertNotIn(str(pathlib.Path.cwd()).encode(), program.read_bytes())
            self.assertNotIn(".symtab", output_of("readelf", "-SW", program))

    def test_an_agent_that_was_attacked_gives_its_memory_back(self):
        """It has the malloc that can, and that one our settings; `./dev bench hostile` measures it."""
        told = subprocess.run([build / "bin" / "maintenance-agent", "--version"], capture_output=True, text=True,
                              check=True, env={"MALLOC_CONF": "confirm_conf:true"}).stderr
        for setting in ("narenas:1", "tcache:false", "dirty_decay_ms:1000", "abort_conf:true"):
            self.assertIn(f"Set conf value: {setting}\n", told)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        build = pathlib.Path(sys.argv.pop())
    else:
        subprocess.run(["./dev", "build", f"static-{MACHINE}"], stdout=subprocess.DEVNULL, check=True)
    unittest.main()
