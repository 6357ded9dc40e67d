#!/usr/bin/env python3
"""Writes what krew reads about a release, from the archives that were built.

usage: manifests.py VERSION DIST
       manifests.py --bot

Into DIST/krew: cassandra-maintenance.yaml for krew's own index, whose maintainers want specific names, and
maintenance.yaml for an index of one's own. --bot prints the first of them as a template for
krew-release-bot, which fills in where the archives of a release are: .krew.yaml.
"""
import hashlib
import pathlib
import sys

from platforms import PLATFORMS, PROJECT, archive_name, program_of

HERE = pathlib.Path(__file__).parent
INDEX_NAMES = ("cassandra-maintenance", "maintenance")


def head(name, version):
    text = (HERE / "plugin.yaml.in").read_text(encoding="utf-8")
    return text.replace("@NAME@", name).replace("@VERSION@", version).replace("@HOME@", PROJECT["home"])


def platform(where, system, machine):
    return f"""\
  - {where}
    bin: {program_of(system)}
    selector:
      matchLabels:
        os: {system}
        arch: {machine}
"""


def manifest(name, version, dist):
    text = head(name, f"v{version}")
    for system, machine, ending in PLATFORMS:
        archive = archive_name(version, system, machine, ending)
        digest = hashlib.sha256((dist / archive).read_bytes()).hexdigest()
        where = f"uri: {PROJECT['home']}/releases/download/v{version}/{archive}\n    sha256: {digest}"
        text += platform(where, system, machine)
    return text


def bot_template(name):
    text = head(name, "{{ .TagName }}")
    for system, machine, ending in PLATFORMS:
        archive = archive_name("@", system, machine, ending).replace("v@", "{{ .TagName }}")
        uri = f"{PROJECT['home']}/releases/download/{{{{ .TagName }}}}/{archive}"
        text += platform(f'{{{{addURIAndSha "{uri}" .TagName }}}}', system, machine)
    return text


def main(version, folder):
    dist = pathlib.Path(folder)
    (dist / "krew").mkdir(exist_ok=True)
    for name in INDEX_NAMES:
        (dist / "krew" / f"{name}.yaml").write_text(manifest(name, version, dist), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["--bot"]:
        sys.stdout.write(bot_template(INDEX_NAMES[0]))
    else:
        main(*sys.argv[1:])
