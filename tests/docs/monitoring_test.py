#!/usr/bin/env python3
"""Alert rules and dashboard: promtool accepts and tests them, they name only metrics that
docs/monitoring.md lists, that page says what to do for each alert, and the agent serves nothing else.

usage: monitoring_test.py PROMTOOL MAINTENANCE_AGENT      (from the root of the project)
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

import yaml

ALERTS = "docs/monitoring/alerts.yaml"
DASHBOARD = "docs/monitoring/dashboard.json"
PAGE = "docs/monitoring.md"
TESTS = "tests/docs/alerts_test.yaml"

# Not the agent's, but everywhere.
FOREIGN = {"up"}
HISTOGRAM_PARTS = ("_bucket", "_sum", "_count")
# What Grafana fills in.
VARIABLES = {"$__rate_interval": "5m", "$namespace": ".*"}


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def documented():
    """{name: (type, labels)} of the table."""
    rows = re.findall(r"^\| `(maintenance_\w+)` \| (\w+) \| (.*?) \|", read(PAGE), re.MULTILINE)
    return {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}


def dashboard_expressions():
    return [target["expr"] for panel in json.loads(read(DASHBOARD))["panels"]
            for target in panel["targets"]]


def alert_rules():
    return [rule for group in yaml.safe_load(read(ALERTS))["groups"] for rule in group["rules"]]


def wrong_names(expression, metrics):
    """Metrics that nobody lists, and labels that their metric does not have."""
    for name, selector in re.findall(r"\b(maintenance_\w+|up\b)(?:\{(.*?)\})?", expression):
        base = next((name[:-len(part)] for part in HISTOGRAM_PARTS if name.endswith(part)
                     and metrics.get(name[:-len(part)], ("",))[0] == "histogram"), name)
        if base in FOREIGN:
            continue
        if base not in metrics or (metrics[base][0] == "histogram") != (base != name):
            yield f"{name} is not in the table of {PAGE}: {expression}"
            continue
        for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selector):
            if label not in metrics[base][1] | {"namespace", "job"}:
                yield f"{name} has no label {label}: {expression}"


def promtool(tool, *arguments, folder="."):
    run = subprocess.run([tool, *arguments], cwd=folder, capture_output=True, timeout=240,
                         check=False)
    return [] if run.returncode == 0 else [(run.stdout + run.stderr).decode()]


def check_with_promtool(tool):
    """The dashboard's expressions are checked as if they were rules."""
    rules = []
    for number, expression in enumerate(dashboard_expressions()):
        for variable, value in VARIABLES.items():
            expression = expression.replace(variable, value)
        rules.append({"record": f"dashboard:{number}", "expr": expression})
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ALERTS, folder)
        shutil.copy(TESTS, folder)
        with open(f"{folder}/dashboard.yaml", "w", encoding="utf-8") as file:
            yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
        return (promtool(tool, "check", "rules", "alerts.yaml", "dashboard.yaml", folder=folder)
                + promtool(tool, "test", "rules", os.path.basename(TESTS), folder=folder))


def served_metrics(agent):
    """{name: type} of a running agent that has no API server."""
    environment = {"CONFIGMAP_NAME": "demo", "POD_NAMESPACE": "demo", "MAINTENANCE_PORT": "0",
                   "MAINTENANCE_HEALTH_PORT": "0", "MAINTENANCE_BIND": "127.0.0.1",
                   "MAINTENANCE_API_SERVER": "http://127.0.0.1:1"}
    with subprocess.Popen([agent], env=environment, stdout=subprocess.PIPE) as running:
        try:
            lines = map(json.loads, running.stdout)
            port = next(line["health_port"] for line in lines if line["event"] == "started")
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
                text = answer.read().decode()
        finally:
            running.terminate()
    return dict(re.findall(r"^# TYPE (maintenance_\w+) (\w+)$", text, re.MULTILINE))


def main(tool, agent):
    metrics = documented()
    alerts = alert_rules()
    failures = check_with_promtool(tool)
    for expression in [rule["expr"] for rule in alerts] + dashboard_expressions():
        failures += wrong_names(expression, metrics)
    sections = set(re.findall(r"^### (\w+)$", read(PAGE), re.MULTILINE))
    names = {rule["alert"] for rule in alerts}
    failures += [f"{PAGE} and {ALERTS} differ: {name}" for name in sections ^ names]
    tested = read(TESTS)
    for name in names:
        if not re.search(rf"\b{name}\b", tested):
            failures.append(f"{TESTS} does not see {name} fire")
    served = served_metrics(agent)
    for name, kind in served.items():
        if name not in metrics or metrics[name][0] != kind:
            failures.append(f"the agent serves {name} ({kind}), which {PAGE} does not list so")
    if "maintenance_agent_build_info" not in served:
        failures.append("the agent serves no maintenance_agent_build_info")
    print("\n".join(failures) or f"{len(alerts)} alerts, {len(dashboard_expressions())} expressions "
          f"of the dashboard, {len(metrics)} metrics ({len(served)} served at once)")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else __doc__)
