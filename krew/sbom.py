#!/usr/bin/env python3
"""Writes what a statically linked program of a release is made of, as CycloneDX 1.5, to stdout.

usage: sbom.py PROGRAM VERSION LIBRARIES

PROGRAM is the file, VERSION the project's, and LIBRARIES the file VERSIONS of krew/cross/libraries.sh,
which names the Debian source packages that were compiled. The same program gives the same document.
"""
import hashlib
import json
import os
import pathlib
import re
import sys
import uuid

# What the linker puts into each program, by the name of its Debian source package.
# Public for licenses.py.
CONTENT = {
    "maintenance-agent": ("openssl", "poco", "yaml-cpp", "fmtlib", "spdlog", "prometheus-cpp", "jemalloc"),
    "kubectl-maintenance": ("openssl", "poco", "yaml-cpp", "cli11"),
    "maintenance-gate": (),
}
LICENSES = {
    "openssl": "Apache-2.0",
    "poco": "BSL-1.0",
    "yaml-cpp": "MIT",
    "fmtlib": "MIT",
    "spdlog": "MIT",
    "prometheus-cpp": "MIT",
    "jemalloc": "BSD-2-Clause",
    "cli11": "BSD-3-Clause",
}
# The compiler brings the C and C++ libraries, and a malloc of its own.
REQUIREMENTS = pathlib.Path(__file__).parent / "cross" / "requirements.txt"
PROJECT_LICENSE = "Apache-2.0"


def library(reference, name, version, licenses):
    return {
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "version": version,
        "purl": reference,
        "licenses": [{"expression": licenses}],
    }


def debian_libraries(program, text):
    versions = dict(line.split() for line in text.splitlines())
    for name in CONTENT[program]:
        version = versions[name]
        # A version may have + and ~ and a colon, of which a package URL takes the first as a space.
        quoted = version.replace("%", "%25").replace("+", "%2B").replace(":", "%3A")
        reference = f"pkg:deb/debian/{name}@{quoted}?arch=source&distro=bookworm"
        yield library(reference, name, version, LICENSES[name])


def compiler_libraries():
    version = re.search(r"^ziglang==(\S+)", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE).group(1)
    reference = f"pkg:pypi/ziglang@{version}"
    return library(reference, "ziglang (C library, libc++, libunwind, compiler-rt)", version,
                   "MIT AND Apache-2.0 WITH LLVM-exception")


def program_name(path):
    return os.path.basename(path).removesuffix(".exe")


def document(program, version, libraries_text):
    content = pathlib.Path(program).read_bytes()
    name = program_name(program)
    digest = hashlib.sha256(content).hexdigest()
    reference = f"pkg:generic/{name}@{version}"
    libraries = [*debian_libraries(name, libraries_text), compiler_libraries()]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        # Of the program's bytes, so that it is another one for each program.
        "serialNumber": "urn:uuid:" + str(uuid.uuid5(uuid.NAMESPACE_OID, digest)),
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": reference,
                "name": name,
                "version": version,
                "purl": reference,
                "licenses": [{"expression": PROJECT_LICENSE}],
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
        },
        "components": libraries,
        "dependencies": [
            {"ref": reference, "dependsOn": [one["bom-ref"] for one in libraries]},
            *({"ref": one["bom-ref"]} for one in libraries),
        ],
    }


def main(program, version, libraries_file):
    with open(libraries_file, encoding="utf-8") as file:
        bom = document(program, version, file.read())
    json.dump(bom, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main(*sys.argv[1:])
