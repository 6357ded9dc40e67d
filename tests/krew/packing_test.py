#!/usr/bin/env python3
"""How archives and manifests for krew are made (krew/), with stand-ins for the programs.

From the root of the project.
"""
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import unittest

import rules

sys.path.insert(0, "krew")
import manifests  # noqa: E402
import release_notes  # noqa: E402
from platforms import PLATFORMS, archive_name, program_of  # noqa: E402


def pack(target, *words, time="1700000000"):
    subprocess.run(["krew/archive.py", target, *words], check=True,
                   env={**os.environ, "SOURCE_DATE_EPOCH": time})


class PackingTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dist = pathlib.Path(folder.name)

    def archives(self):
        for system, machine, ending in PLATFORMS:
            program = self.dist / program_of(system)
            program.write_bytes(f"{system} {machine}".encode())
            program.chmod(0o755)
            pack(self.dist / archive_name("1.2.3", system, machine, ending), program, "LICENSE")

    def test_manifests_keep_to_the_rules(self):
        self.archives()
        manifests.main("1.2.3", self.dist)
        for name in ("cassandra-maintenance", "maintenance"):
            file = self.dist / "krew" / f"{name}.yaml"
            self.assertEqual(rules.manifest_faults(file, self.dist), [])

    def test_the_rules_see_what_breaks_them(self):
        self.archives()
        manifests.main("1.2.3", self.dist)
        file = self.dist / "krew" / "maintenance.yaml"
        good = file.read_text(encoding="utf-8")
        for old, new in (
            ("name: maintenance", "name: else"),
            ("version: v1.2.3", "version: 1.2.3"),
            ("homepage: https", "homepage: http"),
            ("os: darwin", "os: plan9"),
            ("arch: arm64", "arch: amd64"),
            ("bin: kubectl-maintenance.exe", "bin: kubectl-maintenance"),
            ("Take Cassandra replicas", "A kubectl plugin to take Cassandra replicas"),
            ("sha256: ", "sha256: 0"),
        ):
            file.write_text(good.replace(old, new), encoding="utf-8")
            self.assertNotEqual(rules.manifest_faults(file, self.dist), [], new)

    def test_the_rules_see_links_and_ways_out(self):
        archive = self.dist / "x.tar.gz"
        for name, kind in (("kubectl_complete-x", tarfile.SYMTYPE), ("../x", tarfile.REGTYPE)):
            with tarfile.open(archive, "w:gz") as opened:
                entry = tarfile.TarInfo(name)
                entry.type = kind
                opened.addfile(entry)
            self.assertTrue(any(name in fault for fault in rules.archive_faults(archive, "p")))

    def test_the_same_files_give_the_same_bytes(self):
        program = self.dist / "program"
        program.write_bytes(b"x" * 100000)
        program.chmod(0o700)
        for ending in ("tar.gz", "zip"):
            first, second = self.dist / f"a.{ending}", self.dist / f"b.{ending}"
            pack(first, program, "LICENSE")
            os.utime(program, (1, 1))
            pack(second, "LICENSE", program)
            self.assertEqual(first.read_bytes(), second.read_bytes())
            pack(second, program, "LICENSE", time="1800000000")
            self.assertNotEqual(first.read_bytes(), second.read_bytes())

    def test_what_the_bot_fills_in_has_every_platform(self):
        text = manifests.bot_template("cassandra-maintenance")
        self.assertEqual(text.count("{{addURIAndSha "), len(PLATFORMS))
        self.assertIn("version: {{ .TagName }}", text)
        self.assertNotIn("@", text)
        self.assertEqual(pathlib.Path(".krew.yaml").read_text(encoding="utf-8"), text,
                         "stale; type: krew/manifests.py --bot > .krew.yaml")

    def test_release_notes_are_the_versions_part_of_the_changelog(self):
        text = "# Changelog\n\n## Unreleased\n\n- new\n\n## 0.2.0 (2026-12-01)\n\n- two\n\n## 0.1.0\n\n- one\n"
        self.assertEqual(release_notes.notes("0.2.0", text), "- two\n")
        self.assertEqual(release_notes.notes("0.1.0", text), "- one\n")
        self.assertEqual(release_notes.notes("0.3.0", text), "- new\n")


if __name__ == "__main__":
    unittest.main()
