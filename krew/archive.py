#!/usr/bin/env python3
"""Packs files into an archive as krew unpacks it: the same files give the same bytes.

usage: archive.py ARCHIVE FILE[=NAME]...

ARCHIVE ends in .tar.gz or .zip. Every FILE lies at the top, or under NAME; who may execute it is kept. Times are SOURCE_DATE_EPOCH (0 when it is not set); owners are nobody in particular. Links are
followed: krew refuses archives with any.
"""
import gzip
import io
import os
import pathlib
import sys
import tarfile
import time
import zipfile

TIME = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
# A zip file has no earlier time.
ZIP_TIME_MIN = 315532800


def entries(words):
    """(name, content, mode) of each file, in order of the names."""
    found = []
    for word in words:
        path, _, name = word.partition("=")
        file = pathlib.Path(path)
        mode = 0o755 if os.access(file, os.X_OK) else 0o644
        found.append((name or file.name, file.read_bytes(), mode))
    return sorted(found)


def tar_gz(files):
    packed = io.BytesIO()
    # Without a name and a time of its own.
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, compresslevel=9, mtime=0) as compressed:
        with tarfile.open(fileobj=compressed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name, content, mode in files:
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode, entry.mtime = len(content), mode, TIME
                archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def zipped(files):
    packed = io.BytesIO()
    when = time.gmtime(max(TIME, ZIP_TIME_MIN))[:6]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content, mode in files:
            entry = zipfile.ZipInfo(name, when)
            entry.create_system = 3  # Unix, whose modes follow
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()


def main(archive, *words):
    pack = zipped if archive.endswith(".zip") else tar_gz
    pathlib.Path(archive).write_bytes(pack(entries(words)))


if __name__ == "__main__":
    main(*sys.argv[1:])
