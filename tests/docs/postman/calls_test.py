#!/usr/bin/env python3
"""Each call of docs/openapi.yaml is in docs/postman_collection.json, and no other; each looks at its answer."""
import json
import pathlib
import re
import sys

import yaml

METHODS = ("get", "put", "post", "patch", "delete")


def of_contract(document):
    return {(method.upper(), path) for path, calls in document["paths"].items()
            for method in calls if method in METHODS}


def requests(items):
    for item in items:
        yield from requests(item["item"]) if "item" in item else [item]


def of_collection(collection):
    """Postman's {{pod}} is the contract's {pod}; what stands for a wrong one is a pod, too."""
    for item in requests(collection["item"]):
        path = "/" + "/".join(item["request"]["url"]["path"])
        path = path.replace("{{", "{").replace("}}", "}")
        yield item, (item["request"]["method"], re.sub(r"/pods/[^{/]+$", "/pods/{pod}", path))


def faults_of(document, collection):
    contract, there = of_contract(document), list(of_collection(collection))
    calls = {call for _, call in there}
    yield from (f"not in the collection: {call}" for call in sorted(contract - calls))
    yield from (f"not in the contract: {call}" for call in sorted(calls - contract))
    for item, _ in there:
        if not any("pm.test" in line for event in item.get("event", [])
                   for line in event["script"]["exec"]):
            yield f"looks at nothing: {item['name']}"


def main():
    document = yaml.safe_load(pathlib.Path("docs/openapi.yaml").read_text(encoding="utf-8"))
    collection = json.loads(pathlib.Path("docs/postman_collection.json").read_text(encoding="utf-8"))
    faults = list(faults_of(document, collection))
    print("\n".join(faults) or "all calls of the contract are there")
    # And what it would say of a collection without its first folder.
    collection["item"].pop(0)
    if not any("not in the collection" in fault for fault in faults_of(document, collection)):
        faults.append("a call that is missing is not seen")
        print(faults[-1])
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
