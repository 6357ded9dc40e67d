#!/usr/bin/env python3
"""The schema of the agent's configuration file against a real validator and the real agent: both
take the same files and refuse the same files.

usage: config_schema_test.py MAINTENANCE_AGENT      (from the root of the project)
"""
import json
import re
import subprocess
import sys

import jsonschema
import yaml

GOOD = [
    "configMap: demo",
    "configMap: demo\nnamespace: '1'\nlog:\napi: {}\n",
    "configMap: demo\nlisten: {port: 0, address: '::1'}\nguards: {compat: enforce, v1: warn}\n",
    "configMap: demo\nholds: {hintWindow: 1h30m, gcGrace: 10d}\nlog: {level: debug, format: text}\n",
]
BAD = [
    "configmap: demo",
    "configMap: 1",
    "configMap: yes",
    "configMap:",
    "configMap: [demo]",
    "configMap: demo\nlog: debug",
    "configMap: demo\nlog: []",
    "configMap: demo\nlog: {level: loud}",
    "configMap: demo\nlog: {levle: debug}",
    "configMap: demo\nlisten: {port: '1'}",
    "configMap: demo\nlisten: {port: -1}",
    "configMap: demo\nlisten: {port: 1.5}",
    "configMap: demo\nholds: {gcGrace: 864000}",
    "configMap: demo\nholds: {gcGrace: soon}",
    "[configMap]",
]


def agent_answer(agent, text):
    run = subprocess.run([agent, "--config", "/dev/stdin", "--print-config"], input=text.encode(),
                         env={}, capture_output=True, timeout=30, check=False)
    return run.returncode == 0, (run.stdout + run.stderr).decode()


def examples(page):
    """The YAML blocks of a page that are configuration files: they begin with their name."""
    with open(page, encoding="utf-8") as file:
        return re.findall(r"```yaml\n(# agent\.yaml\n.*?)```", file.read(), re.DOTALL)


def main(agent):
    with open("docs/agent-config.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    from_page = examples("docs/configuration.md")
    failures = [] if from_page else ["docs/configuration.md has no example left"]
    for text, wanted in [(t, True) for t in GOOD + from_page] + [(t, False) for t in BAD]:
        by_agent, said = agent_answer(agent, text)
        by_schema = validator.is_valid(yaml.safe_load(text))
        if (by_agent, by_schema) != (wanted, wanted):
            failures.append(f"{text!r}: wanted {wanted}, agent {by_agent}, schema {by_schema}: {said}")
        elif wanted and not validator.is_valid(yaml.safe_load(said)):
            failures.append(f"{text!r}: the schema refuses what --print-config shows:\n{said}")
    print("\n".join(failures) or f"{len(GOOD + from_page)} files taken, {len(BAD)} refused by both")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
