#!/usr/bin/env python3
"""The plugin as krew installs it, run through the real kubectl.

usage: install_test.py [DIST]     (from the root of the project)

DIST is what `./dev release` has made; without it the archive for this machine is built.
"""
import json
import pathlib
import platform
import subprocess
import sys
import tarfile
import tempfile
import unittest

import rules

sys.path.insert(0, "krew")
import archive  # noqa: E402
from platforms import archive_name  # noqa: E402

MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
PLUGINS = ("cassandra-maintenance", "maintenance")
dist = None


def version():
    return subprocess.run(["krew/version.sh"], capture_output=True, text=True, check=True).stdout.strip()


def kubectl():
    run = subprocess.run(["tests/cluster/cluster.sh", "binaries"], capture_output=True, text=True, check=True)
    return pathlib.Path(run.stderr.strip().rpartition(": ")[2]) / "kubectl"


def own_archive(folder):
    """The archive for this machine, from what was built."""
    if dist:
        return dist / archive_name(version(), "linux", MACHINE, "tar.gz")
    subprocess.run(["./dev", "build", f"static-{MACHINE}"], stdout=subprocess.DEVNULL, check=True)
    program = f"build-static-{MACHINE}/bin/kubectl-maintenance"
    target = folder / "plugin.tar.gz"
    archive.main(str(target), program, "LICENSE", f"{program}.licenses.txt=THIRD-PARTY-LICENSES.txt",
                 f"{program}.cdx.json=kubectl-maintenance.cdx.json")
    return target


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        root = pathlib.Path(cls.folder.name)
        cls.archive = own_archive(root)
        cls.bin = root / "krew" / "bin"
        cls.bin.mkdir(parents=True)
        (cls.bin / "kubectl").symlink_to(kubectl())
        for plugin in PLUGINS:
            store = root / "krew" / "store" / plugin / f"v{version()}"
            store.mkdir(parents=True)
            with tarfile.open(cls.archive) as opened:
                opened.extractall(store)
            (cls.bin / rules.link_name(plugin)).symlink_to(store / "kubectl-maintenance")

    def run_kubectl(self, *words):
        return subprocess.run(
            ["kubectl", *words], capture_output=True, text=True, check=False,
            env={"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": self.folder.name, "KUBECONFIG": "/nonexistent"})

    def test_the_archive_is_as_krew_wants_it(self):
        self.assertEqual(list(rules.archive_faults(self.archive, "kubectl-maintenance")), [])
        with tarfile.open(self.archive) as opened:
            names = opened.getnames()
            texts = opened.extractfile("THIRD-PARTY-LICENSES.txt").read().decode()
        self.assertIn("kubectl-maintenance.cdx.json", names)
        for library in ("openssl", "poco", "yaml-cpp", "cli11", "musl"):
            self.assertIn(f"\n{'=' * 78}\n{library}\n", texts)

    def test_kubectl_runs_it(self):
        for plugin in PLUGINS:
            run = self.run_kubectl(plugin, "version", "--client", "-o", "json")
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertEqual(json.loads(run.stdout)["clientVersion"], f"v{version()}")

    def test_it_says_the_name_that_was_typed(self):
        for plugin in PLUGINS:
            text = self.run_kubectl(plugin, "enable", "-h").stdout
            self.assertIn(f"kubectl {plugin} enable pod ", text)
            refused = self.run_kubectl(plugin, "enable")
            self.assertEqual(refused.returncode, 2)
            self.assertIn(f"See 'kubectl {plugin} enable -h'", refused.stderr)
        self.assertNotIn("kubectl maintenance", self.run_kubectl("cassandra-maintenance", "-h").stdout)

    def test_tab_and_manual_pages_after_the_second_step(self):
        for plugin in PLUGINS:
            done = self.run_kubectl(plugin, "completion", "install")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stderr, "")
            tab = self.run_kubectl("__complete", plugin, "dis")
            self.assertTrue(tab.stdout.startswith("disable\t"), tab)
            page = self.bin.parent / "share" / "man" / "man1" / f"{rules.link_name(plugin)}-run.1"
            lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True,
                                  text=True, check=False)
            # It says what the program of its version does, whenever that was built.
            faults = [line for line in (lint.stdout + lint.stderr).splitlines() if "missing date" not in line]
            self.assertEqual(faults, [])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        dist = pathlib.Path(sys.argv.pop()).absolute()
    unittest.main()
