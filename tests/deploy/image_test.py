#!/usr/bin/env python3
"""The agent's image: what is in it, that it runs with nothing else, that two builds are the same.

usage: image_test.py      (from the root of the project, as root; builds the image first)
"""
import hashlib
import json
import os
import pathlib
import platform
import shutil
import subprocess
import tarfile
import tempfile
import unittest

BUILD = "agent/image/build.sh"
PROGRAMS = ("maintenance-agent", "maintenance-gate")
# What each program is made of is beside it.
BESIDE = (".cdx.json", ".licenses.txt")
FILES = PROGRAMS + tuple(program + suffix for program in PROGRAMS for suffix in BESIDE)
USER = 65532
UNPACKED_BYTES_MAX = 10_000_000
# Of the ELF header: for which machine a program is.
MACHINE_OFFSET = 18
MACHINES = {"amd64": b"\x3e\x00", "arm64": b"\xb7\x00"}
THIS_MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
OTHER_MACHINE = "arm64" if THIS_MACHINE == "amd64" else "amd64"
TIMEOUT_S = 60


class Archive:
    """An OCI archive with an index over images."""

    def __init__(self, path):
        self.files = tarfile.open(path)
        self.digest = json.load(self.files.extractfile("index.json"))["manifests"][0]["digest"]
        self.manifests = {m["platform"]["architecture"]: m for m in self.json(self.digest)["manifests"]}

    def blob(self, digest):
        return self.files.extractfile("blobs/" + digest.replace(":", "/"))

    def json(self, digest):
        return json.load(self.blob(digest))

    def manifest(self, machine):
        return self.json(self.manifests[machine]["digest"])

    def config(self, machine):
        return self.json(self.manifest(machine)["config"]["digest"])

    def layers(self, machine):
        for layer in self.manifest(machine)["layers"]:
            with tarfile.open(fileobj=self.blob(layer["digest"]), mode="r:gz") as files:
                yield files


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False, **more)


def build(cache, *folders, umask=0o022):
    environment = dict(os.environ, KUBECTL_MAINTENANCE_CACHE=str(cache))
    return run([BUILD, *map(str, folders)], env=environment, umask=umask)


class ImageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        built = subprocess.run(["tests/cluster/images/build.sh", "agent"], stdout=subprocess.PIPE,
                               text=True, check=True)
        cls.archive = Archive(built.stdout.strip())
        cls.programs = pathlib.Path(f"build-static-{THIS_MACHINE}/bin")

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = pathlib.Path(folder.name)

    def copied(self, name):
        """The programs in a folder of their own, with other times."""
        folder = self.work / name
        folder.mkdir()
        for name in FILES:
            shutil.copy(self.programs / name, folder)
            os.utime(folder / name, (1, 1))
        return folder

    def for_other_machine(self, folder, programs=PROGRAMS):
        for program in programs:
            with open(folder / program, "r+b") as file:
                file.seek(MACHINE_OFFSET)
                file.write(MACHINES[OTHER_MACHINE])
        return folder

    def refused(self, built, sentence):
        self.assertEqual(built.returncode, 1, built.stderr)
        self.assertIn(sentence, built.stderr)
        self.assertEqual(built.stdout, "")

    def test_it_holds_the_two_programs_what_they_are_made_of_and_nothing_else(self):
        self.assertEqual(list(self.archive.manifests), [THIS_MACHINE])
        seen = {}
        for files in self.archive.layers(THIS_MACHINE):
            for member in files.getmembers():
                self.assertTrue(member.isfile(), member.name)
                mode = 0o755 if member.name in PROGRAMS else 0o644
                self.assertEqual((member.mode & 0o7777, member.uid, member.gid), (mode, 0, 0), member.name)
                seen[member.name] = hashlib.sha256(files.extractfile(member).read()).hexdigest()
        built = {f: hashlib.sha256((self.programs / f).read_bytes()).hexdigest() for f in FILES}
        self.assertEqual(seen, built)
        bytes_unpacked = sum((self.programs / p).stat().st_size for p in PROGRAMS)
        self.assertLess(bytes_unpacked, UNPACKED_BYTES_MAX)

    def test_its_programs_run_as_its_user_with_nothing_else_there(self):
        root = self.work / "root"
        root.mkdir(mode=0o755)
        self.work.chmod(0o755)
        for files in self.archive.layers(THIS_MACHINE):
            files.extractall(root)
        for program in PROGRAMS:
            ran = run(["chroot", f"--userspec={USER}:{USER}", root, f"/{program}", "--version"])
            self.assertEqual(ran.returncode, 0, ran.stderr)
            self.assertIn(program, ran.stdout)

    def test_it_says_what_it_is_and_runs_as_nobody_in_particular(self):
        config = self.archive.config(THIS_MACHINE)["config"]
        self.assertEqual(config["User"], f"{USER}:{USER}")
        self.assertEqual(config["Entrypoint"], ["/maintenance-agent"])
        labels = config["Labels"]
        for label in ("title", "description", "licenses", "version", "created"):
            self.assertTrue(labels.get("org.opencontainers.image." + label), label)
        version = run([self.programs / PROGRAMS[0], "--version"]).stdout
        self.assertIn(labels["org.opencontainers.image.version"], version)
        commit = run(["git", "rev-parse", "HEAD"])
        if commit.returncode == 0:
            revision = labels["org.opencontainers.image.revision"]
            self.assertEqual(revision.removesuffix("-modified"), commit.stdout.strip())

    def test_the_same_programs_give_the_same_digest(self):
        digests = [self.archive.digest]
        for name, umask in (("one", 0o022), ("two", 0o077)):
            built = build(self.work / f"cache-{name}", self.copied(name), umask=umask)
            self.assertEqual(built.returncode, 0, built.stderr)
            digests.append(Archive(built.stdout.strip()).digest)
        self.assertEqual(len(set(digests)), 1, digests)

    def test_another_program_gives_another_digest(self):
        folder = self.copied("other")
        with open(folder / PROGRAMS[1], "ab") as file:
            file.write(b"\0")
        built = build(self.work / "cache", folder)
        self.assertEqual(built.returncode, 0, built.stderr)
        self.assertNotEqual(Archive(built.stdout.strip()).digest, self.archive.digest)

    def test_programs_of_two_machines_come_under_one_index(self):
        folders = self.copied("this"), self.for_other_machine(self.copied("that"))
        built = build(self.work / "cache", *folders)
        self.assertEqual(built.returncode, 0, built.stderr)
        both = Archive(built.stdout.strip())
        self.assertEqual(sorted(both.manifests), ["amd64", "arm64"])
        self.assertEqual(both.manifests[THIS_MACHINE], self.archive.manifests[THIS_MACHINE])
        for machine in both.manifests:
            self.assertEqual(both.config(machine)["architecture"], machine)
            for files in both.layers(machine):
                program = files.extractfile(PROGRAMS[0]).read()
                self.assertEqual(program[MACHINE_OFFSET:MACHINE_OFFSET + 2], MACHINES[machine])

    def test_what_would_not_run_is_refused(self):
        cache = self.work / "cache"
        self.refused(build(cache, self.work), "does not exist")
        for suffix in BESIDE:
            bare = self.copied("bare" + suffix)
            (bare / (PROGRAMS[0] + suffix)).unlink()
            self.refused(build(cache, bare), suffix)
        self.refused(build(cache, self.copied("a"), self.copied("b")), "are both for " + THIS_MACHINE)
        mixed = self.for_other_machine(self.copied("mixed"), PROGRAMS[1:])
        self.refused(build(cache, mixed), "are not both for")
        script = self.copied("script")
        (script / PROGRAMS[0]).write_text("#!/bin/sh\n", encoding="utf-8")
        self.refused(build(cache, script), "are not both for")
        dynamic = self.copied("dynamic")
        shutil.copy("/bin/true", dynamic / PROGRAMS[0])
        self.refused(build(cache, dynamic), "not linked statically")
        self.assertFalse(cache.exists())


if __name__ == "__main__":
    unittest.main()
