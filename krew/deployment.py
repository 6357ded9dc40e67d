#!/usr/bin/env python3
"""Packs agent/deploy with the image of a release: `kubectl apply -k` on what is unpacked starts that one.

usage: deployment.py ARCHIVE DIGEST
"""
import pathlib
import sys
import tempfile

import archive
from platforms import PROJECT

DEPLOY = pathlib.Path(__file__).parent.parent / "agent" / "deploy"
# What the manifests of the source tree name, for clusters that images are loaded into.
LOCAL_IMAGE = "localhost/maintenance-agent:dev"


def main(target, digest):
    image = f"{PROJECT['image']}@{digest}"
    with tempfile.TemporaryDirectory() as folder:
        words = []
        for number, file in enumerate(sorted(path for path in DEPLOY.rglob("*") if path.is_file())):
            copy = pathlib.Path(folder) / str(number)
            copy.write_text(file.read_text(encoding="utf-8").replace(LOCAL_IMAGE, image), encoding="utf-8")
            words.append(f"{copy}=deploy/{file.relative_to(DEPLOY)}")
        archive.main(target, *words)


if __name__ == "__main__":
    main(*sys.argv[1:])
