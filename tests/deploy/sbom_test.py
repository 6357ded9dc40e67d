#!/usr/bin/env python3
"""What krew/sbom.py says of a program: complete, in the form that is promised, and the same again.

usage: sbom_test.py      (from the root of the project)
"""
import hashlib
import importlib.util
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

SCRIPT = "krew/sbom.py"
RECIPE = "krew/cross/libraries.sh"

spec = importlib.util.spec_from_file_location("sbom", SCRIPT)
sbom = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sbom)


def recipe_libraries():
    """The sources that the recipe compiles."""
    text = pathlib.Path(RECIPE).read_text(encoding="utf-8")
    return set(re.findall(r"^\s*debian_source (\S+) ", text, re.MULTILINE))


class SbomTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = pathlib.Path(folder.name)
        self.versions = self.work / "VERSIONS"
        self.versions.write_text("".join(f"{name} 1:1.0+ds-1~deb12u1\n" for name in recipe_libraries()),
                                 encoding="utf-8")

    def written(self, name, content=b"program"):
        program = self.work / name
        program.write_bytes(content)
        ran = subprocess.run([sys.executable, SCRIPT, program, "1.2.3", self.versions], text=True,
                             capture_output=True, check=False, timeout=60)
        return ran.stdout if ran.returncode == 0 else ran.stderr

    def test_what_is_compiled_is_in_some_program_with_its_license(self):
        named = {library for content in sbom.CONTENT.values() for library in content}
        self.assertEqual(named, recipe_libraries())
        self.assertEqual(set(sbom.LICENSES), named)

    def test_a_program_and_its_libraries(self):
        for name, content in sbom.CONTENT.items():
            bom = json.loads(self.written(name))
            self.assertEqual((bom["bomFormat"], bom["specVersion"], bom["version"]), ("CycloneDX", "1.5", 1))
            self.assertRegex(bom["serialNumber"], r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
            about = bom["metadata"]["component"]
            self.assertEqual((about["name"], about["version"]), (name, "1.2.3"))
            self.assertEqual(about["hashes"][0]["content"], hashlib.sha256(b"program").hexdigest())
            libraries = {one["name"]: one for one in bom["components"]}
            self.assertEqual(set(libraries) - set(content), {"ziglang (C library, libc++, libunwind, compiler-rt)"})
            for one in bom["components"]:
                self.assertTrue(one["version"] and one["licenses"][0]["expression"], one)
            for one in content:
                self.assertEqual(libraries[one]["purl"], f"pkg:deb/debian/{one}@1%3A1.0%2Bds-1~deb12u1"
                                                         "?arch=source&distro=bookworm")
            references = [one["bom-ref"] for one in bom["components"]]
            self.assertEqual(bom["dependencies"][0], {"ref": about["bom-ref"], "dependsOn": references})
            self.assertEqual(len(set(references)), len(references))

    def test_the_same_program_gives_the_same_document_and_another_one_another(self):
        name = "maintenance-agent"
        self.assertEqual(self.written(name), self.written(name))
        first, second = (json.loads(self.written(name, content))["serialNumber"] for content in (b"1", b"2"))
        self.assertNotEqual(first, second)

    def test_a_library_without_a_version_is_an_error(self):
        self.versions.write_text("openssl 3.0\n", encoding="utf-8")
        self.assertIn("KeyError", self.written("maintenance-agent"))


if __name__ == "__main__":
    unittest.main()
