#!/usr/bin/env python3
"""What the manifests must not say, because somebody's cluster would pay for it.

usage: manifests_test.py      (from the root of the project)
"""
import sys

import yaml

RBAC = "agent/deploy/rbac/rbac.yaml"
SIDECAR = "agent/deploy/components/prober-sidecar/kustomization.yaml"
DEPLOYMENT = "agent/deploy/base/deployment.yaml"
NETWORK_POLICY = "agent/deploy/base/network_policy.yaml"

# Reading these, or writing those, would make the agent a way into the namespace.
NEVER = {"secrets", "pods/exec", "pods/attach", "pods/status", "pods/ephemeralcontainers", "*"}
NEVER_CREATED = {"pods", "configmaps", "statefulsets", "roles", "rolebindings"}


def documents(path):
    with open(path, encoding="utf-8") as file:
        return list(yaml.safe_load_all(file))


def agent_container(pod_template):
    return next(c for c in pod_template["spec"]["containers"] if c["name"] == "maintenance-agent")


def check_role(role):
    for rule in role["rules"]:
        resources, verbs = set(rule["resources"]), set(rule["verbs"])
        if resources & NEVER or "*" in verbs | set(rule["apiGroups"]):
            yield f"{RBAC}: too wide: {rule}"
        if resources & NEVER_CREATED and verbs & {"create", "update", "delete", "deletecollection"}:
            yield f"{RBAC}: creates, replaces or deletes: {rule}"
        if "configmaps" in resources and not rule.get("resourceNames"):
            yield f"{RBAC}: not the one ConfigMap only: {rule}"


def check_sidecar(component):
    """A Prober that is not ready takes every Cassandra pod's readiness with it."""
    container = agent_container(yaml.safe_load(component["patches"][0]["patch"])["spec"]["template"])
    if "readinessProbe" in container:
        yield f"{SIDECAR}: the agent's readiness would decide on the Prober's"
    yield from check_liveness(SIDECAR, container)


def check_liveness(path, container):
    probe = container["livenessProbe"]["httpGet"]
    if probe != {"path": "/livez", "port": "health"}:
        yield f"{path}: the liveness probe must not share the API's threads: {probe}"
    if not container["securityContext"]["readOnlyRootFilesystem"]:
        yield f"{path}: the root file system is writable"


def check_network_policy(policy, deployment, sidecar):
    """It must select the agent's own pods, and not the Prober's, whose port it would close."""
    selected = set(policy["spec"]["podSelector"]["matchLabels"].items())
    own = deployment["spec"]["template"]["metadata"]["labels"]
    # The component `instance` fills the name in, here and there.
    if not selected <= set(own.items()):
        yield f"{NETWORK_POLICY}: it does not select the agent's pods"
    patch = yaml.safe_load(sidecar["patches"][0]["patch"])["spec"]["template"]
    prober = set(patch["metadata"]["labels"].items()) | {
        ("cassandra-cluster-component", "prober"), ("cassandra-cluster-instance", "INSTANCE")}
    if selected <= prober:
        yield f"{NETWORK_POLICY}: it selects the Prober's pods"
    for rule in policy["spec"]["ingress"]:
        ports = [port["port"] for port in rule.get("ports", [])]
        if ports != ["health"]:
            yield f"{NETWORK_POLICY}: lets more in than health: {rule}"


def main():
    roles = [d for d in documents(RBAC) if d["kind"] in ("Role", "ClusterRole")]
    failures = [] if roles else [f"{RBAC} has no Role"]
    for role in roles:
        failures += check_role(role)
    failures += check_sidecar(documents(SIDECAR)[0])
    template = documents(DEPLOYMENT)[0]["spec"]["template"]
    failures += check_liveness(DEPLOYMENT, agent_container(template))
    failures += check_network_policy(documents(NETWORK_POLICY)[0], documents(DEPLOYMENT)[0],
                                     documents(SIDECAR)[0])
    print("\n".join(failures) or "nothing to object to")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
