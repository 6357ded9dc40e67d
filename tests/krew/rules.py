"""What krew demands of a plugin's manifest and archives, as functions that list what is wrong.

Sources: krew's documentation (plugin manifest, best practices, naming guide) and what its validator and
unpacking do: sigs.k8s.io/krew, internal/index/validation and internal/download.
"""
import hashlib
import pathlib
import re
import tarfile
import zipfile

import yaml

SUPPORTED = {
    ("linux", "386"), ("linux", "amd64"), ("linux", "arm"), ("linux", "arm64"), ("linux", "ppc64le"),
    ("darwin", "386"), ("darwin", "amd64"), ("darwin", "arm64"),
    ("windows", "386"), ("windows", "amd64"), ("windows", "arm64"),
}
WINDOWS_DEVICES = re.compile(r"^(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])$", re.IGNORECASE)
SHORT_DESCRIPTION_MAX = 50
LINE_MAX = 80
PLATFORM_KEYS = {"uri", "sha256", "selector", "files", "bin"}
SPEC_KEYS = {"version", "homepage", "shortDescription", "description", "caveats", "platforms"}


def manifest_faults(file, dist):
    """`dist` is where the archives are that the manifest names."""
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    faults = list(head_faults(document, file))
    spec = document["spec"]
    faults += text_faults(spec)
    seen = set()
    for platform in spec["platforms"]:
        labels = platform.get("selector", {}).get("matchLabels", {})
        pair = (labels.get("os"), labels.get("arch"))
        if set(labels) != {"os", "arch"} or pair not in SUPPORTED:
            faults.append(f"selector {labels} is none of krew's")
        if pair in seen:
            faults.append(f"two platforms for {pair}")
        seen.add(pair)
        faults += platform_faults(platform, pair, dist)
    return faults


def head_faults(document, file):
    name = document["metadata"]["name"]
    if document["apiVersion"] != "krew.googlecontainertools.github.com/v1alpha2":
        yield "apiVersion"
    if document["kind"] != "Plugin":
        yield "kind"
    if name != file.stem:
        yield f"{name} is not the file's name"
    if not re.fullmatch(r"[a-z0-9-]+", name) or WINDOWS_DEVICES.match(name) or name.startswith("kube"):
        yield f"{name} is no good name"
    if unknown := set(document["spec"]) - SPEC_KEYS:
        yield f"unknown keys: {unknown}"


def text_faults(spec):
    if not re.fullmatch(r"v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?", spec["version"]):
        yield f"version {spec['version']}"
    if not spec["homepage"].startswith("https://"):
        yield "homepage"
    short = spec["shortDescription"]
    if not short or "\n" in short or len(short) > SHORT_DESCRIPTION_MAX:
        yield f"shortDescription: {short}"
    for key in ("shortDescription", "description"):
        if "kubectl plugin" in spec[key].lower():
            yield f"{key} says that it is a kubectl plugin"
    for key in ("description", "caveats"):
        for line in spec[key].splitlines():
            # An address cannot be broken.
            if len(line) > LINE_MAX and "https://" not in line:
                yield f"{key} has a long line: {line}"


def platform_faults(platform, pair, dist):
    if unknown := set(platform) - PLATFORM_KEYS:
        yield f"unknown keys: {unknown}"
    uri, program = platform["uri"], platform["bin"]
    if not uri.startswith("https://"):
        yield f"uri {uri}"
    archive = dist / pathlib.PurePosixPath(uri).name
    if platform["sha256"] != hashlib.sha256(archive.read_bytes()).hexdigest():
        yield f"sha256 is not that of {archive.name}"
    if program.endswith(".exe") != (pair[0] == "windows"):
        yield f"bin {program} for {pair[0]}"
    yield from archive_faults(archive, program)


def archive_faults(archive, program):
    names = set()
    for name, kind, executable in members(archive):
        path = pathlib.PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name:
            yield f"{archive.name}: {name} leads out of it"
        if kind != "file":
            yield f"{archive.name}: {name} is a {kind}; krew takes files and folders only"
        if name == program and not executable:
            yield f"{archive.name}: {name} cannot be executed"
        names.add(name)
    if program not in names:
        yield f"{archive.name} has no {program}"
    if not names & {"LICENSE", "COPYING"}:
        yield f"{archive.name} has no licence"


def members(archive):
    """(name, "file" or what else it is, whether it may be executed) of each."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as opened:
            for entry in opened.infolist():
                mode = entry.external_attr >> 16
                kind = "folder" if entry.is_dir() else "file" if mode & 0o170000 in (0, 0o100000) else "link"
                yield entry.filename, kind, bool(mode & 0o111)
        return
    with tarfile.open(archive) as opened:
        for entry in opened.getmembers():
            kind = "file" if entry.isreg() else "folder" if entry.isdir() else "link"
            yield entry.name, kind, bool(entry.mode & 0o111)


def link_name(plugin):
    """Under what krew links the program of a plugin."""
    return "kubectl-" + plugin.replace("-", "_")
