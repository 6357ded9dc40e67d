#!/usr/bin/env python3
"""A release as files: for what its programs were compiled, what they need, how large they are; krew's rules.

usage: programs_test.py [DIST]     (from the root of the project; needs what `./dev release` has made)

macOS programs are not run anywhere; what can be known without is looked at here.
"""
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

import rules
import yaml

dist = pathlib.Path("dist")
MEGABYTE = 1_000_000
# In megabytes, stripped: what people download at every upgrade, and what every node pulls.
SIZE_MAX = {"kubectl-maintenance": 8, "maintenance-agent": 9, "maintenance-gate": 1}
MAC_MIN = (12, 0)
MAC_LIBRARIES = {"/usr/lib/libSystem.B.dylib"}
# Of Windows itself; no C or C++ library has to be installed.
WINDOWS_LIBRARIES = {"kernel32.dll", "advapi32.dll", "user32.dll", "ws2_32.dll", "iphlpapi.dll", "crypt32.dll",
                     "bcrypt.dll", "ntdll.dll", "shell32.dll", "ole32.dll"}
# A signature and the part of it with the hashes (xnu, osfmk/kern/cs_blobs.h), all numbers big-endian.
SIGNATURE, CODE_DIRECTORY, SHA256 = 0xFADE0CC0, 0xFADE0C02, 2
LC_LOAD_DYLIB, LC_BUILD_VERSION, LC_CODE_SIGNATURE = 0xC, 0x32, 0x1D
MACH_O_64, MACHINES = 0xFEEDFACF, {"amd64": 0x01000007, "arm64": 0x0100000C}
MH_PIE = 0x200000


def packed(pattern):
    (found,) = dist.glob(pattern)
    return found


def program(system, machine):
    if system == "windows":
        with zipfile.ZipFile(packed(f"*_{system}_{machine}.zip")) as archive:
            return archive.read("kubectl-maintenance.exe")
    with tarfile.open(packed(f"*_{system}_{machine}.tar.gz")) as archive:
        return archive.extractfile("kubectl-maintenance").read()


def text_at(content, start):
    return content[start:content.index(b"\0", start)].decode()


def mach_o(content):
    """What the load commands of a 64-bit Mach-O file say."""
    magic, machine, _, kind, count, _, flags, _ = struct.unpack_from("<8I", content)
    found = {"magic": magic, "machine": machine, "kind": kind, "flags": flags, "libraries": set(), "signature": None}
    at = 32
    for _ in range(count):
        command, size = struct.unpack_from("<2I", content, at)
        if command == LC_LOAD_DYLIB:
            found["libraries"].add(text_at(content, at + struct.unpack_from("<I", content, at + 8)[0]))
        elif command == LC_BUILD_VERSION:
            platform, minimum = struct.unpack_from("<2I", content, at + 8)
            found["platform"], found["minimum"] = platform, (minimum >> 16, minimum >> 8 & 0xFF)
        elif command == LC_CODE_SIGNATURE:
            start, length = struct.unpack_from("<2I", content, at + 8)
            found["signature"] = content[start:start + length]
        at += size
    return found


def is_signed(content, signature):
    """Whether the signature, be it by nobody in particular, has the hash of each page of the program."""
    magic, _, count = struct.unpack_from(">3I", signature)
    assert magic == SIGNATURE
    for index in range(count):
        start = struct.unpack_from(">2I", signature, 12 + 8 * index)[1]
        directory = signature[start:]
        if struct.unpack_from(">I", directory)[0] != CODE_DIRECTORY:
            continue
        hashes, _, _, pages, end = struct.unpack_from(">5I", directory, 16)
        length, kind, _, page_bits = struct.unpack_from("4B", directory, 36)
        assert kind == SHA256
        return all(directory[hashes + page * length:][:length]
                   == hashlib.sha256(content[page << page_bits:min(end, (page + 1) << page_bits)]).digest()
                   for page in range(pages))
    return False


class ProgramsTest(unittest.TestCase):
    def test_plugins_are_small(self):
        for system, machine in (("linux", "amd64"), ("linux", "arm64"), ("darwin", "amd64"), ("darwin", "arm64"),
                                ("windows", "amd64")):
            self.assertLess(len(program(system, machine)), SIZE_MAX["kubectl-maintenance"] * MEGABYTE, system)

    def test_agent_and_gate_are_small(self):
        for machine in ("amd64", "arm64"):
            for name in ("maintenance-agent", "maintenance-gate"):
                size = pathlib.Path(f"build-static-{machine}/bin/{name}").stat().st_size
                self.assertLess(size, SIZE_MAX[name] * MEGABYTE, name)

    def test_macos_programs_need_nothing_but_macos_12(self):
        for machine, number in MACHINES.items():
            found = mach_o(program("darwin", machine))
            self.assertEqual((found["magic"], found["machine"], found["kind"]), (MACH_O_64, number, 2))
            self.assertEqual((found["platform"], found["minimum"]), (1, MAC_MIN))
            self.assertEqual(found["libraries"], MAC_LIBRARIES)
            self.assertTrue(found["flags"] & MH_PIE)

    def test_the_macos_program_for_arm_is_signed(self):
        # macOS does not start it otherwise; stripping a program that was signed before breaks it.
        content = program("darwin", "arm64")
        signature = mach_o(content)["signature"]
        self.assertTrue(is_signed(content, signature))
        self.assertFalse(is_signed(b"?" + content[1:], signature))

    def test_the_windows_program_needs_nothing_but_windows(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "program.exe"
            file.write_bytes(program("windows", "amd64"))
            dump = subprocess.run(["x86_64-w64-mingw32-objdump", "-p", file], capture_output=True, text=True,
                                  check=True).stdout
        needed = {line.split()[-1].lower() for line in dump.splitlines() if "DLL Name:" in line}
        # Those of the universal C library have been a part of Windows since 10.
        needed = {name for name in needed if not name.startswith("api-ms-win-crt-")}
        self.assertTrue(needed)
        self.assertLessEqual(needed, WINDOWS_LIBRARIES)
        self.assertRegex(dump, r"DYNAMIC_BASE")
        self.assertRegex(dump, r"NX_COMPAT")

    def test_linux_programs_are_static(self):
        for machine, number in (("amd64", 62), ("arm64", 183)):
            content = program("linux", machine)
            kind, found = struct.unpack_from("<2H", content, 16)
            self.assertEqual((content[:4], kind, found), (b"\x7fELF", 3, number))
            self.assertNotIn(b"/ld-musl", content)

    def test_krew_would_take_each_archive(self):
        for file in sorted((dist / "krew").glob("*.yaml")):
            self.assertEqual(rules.manifest_faults(file, dist), [])
            self.assertEqual(len(yaml.safe_load(file.read_text(encoding="utf-8"))["spec"]["platforms"]), 5)
        self.assertEqual(len(list((dist / "krew").glob("*.yaml"))), 2)

    def test_the_deployment_names_the_image_by_its_digest(self):
        with tarfile.open(packed("maintenance-agent_*_oci.tar")) as image:
            digest = json.load(image.extractfile("index.json"))["manifests"][0]["digest"]
            index = json.load(image.extractfile(f"blobs/{digest.replace(':', '/')}"))
        machines = [one["platform"]["architecture"] for one in index["manifests"]]
        self.assertEqual(sorted(machines), ["amd64", "arm64"])
        with tarfile.open(packed("maintenance-agent_*_deploy.tar.gz")) as deployment:
            texts = [deployment.extractfile(one).read().decode() for one in deployment if one.isfile()]
        self.assertTrue(any(digest in text for text in texts))

    def test_checksums_are_those_of_the_files(self):
        subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=dist, check=True)
        named = {line.split(maxsplit=1)[1].strip() for line in (dist / "SHA256SUMS").read_text().splitlines()}
        there = {str(path.relative_to(dist)) for path in dist.rglob("*") if path.is_file()} - {"SHA256SUMS"}
        self.assertEqual({name for name in there if not name.endswith(".minisig")}, named)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        dist = pathlib.Path(sys.argv.pop())
    unittest.main()
