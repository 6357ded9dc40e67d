#!/usr/bin/env python3
"""Takes the guards of guards.yaml away, one after the other, in a copy of the project, and looks whether
the test that is named for each notices. Fails unless every one does.

usage: mutations.py FOLDER      (from the root of the project; the copy is made in FOLDER)
"""
import os
import shutil
import subprocess
import sys

import yaml

GUARDS = "tests/mutations/guards.yaml"
BUILD_S_MAX = 1200
TEST_S_MAX = 120


def copy_project(folder):
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    for name in names:
        target = os.path.join(folder, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.isfile(name):
            shutil.copy2(name, target)
    subprocess.run(["cmake", "--preset", "dev"], check=True, cwd=folder, stdout=subprocess.DEVNULL)


def command_of(test):
    """The target to build, if any, and the words that run exactly this test."""
    place, _, case = test.partition(": ")
    if place.endswith(".py"):
        return None, ["/usr/bin/python3", f"tests/{place}"]
    _, area, suite = place.split("/")
    program = f"unit_{area}"
    return program, [f"build/tests/{program}", f"--run_test={suite}/{case}"]


def passes(test, folder):
    target, words = command_of(test)
    if target:
        subprocess.run(["cmake", "--build", "build", "--target", target], check=True, cwd=folder,
                       stdout=subprocess.DEVNULL, timeout=BUILD_S_MAX)
    return subprocess.run(words, cwd=folder, capture_output=True, timeout=TEST_S_MAX,
                          check=False).returncode == 0


def mutate(mutation, folder):
    """True when the test is green before and red after."""
    path = os.path.join(folder, mutation["file"])
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if not passes(mutation["test"], folder):
        return False
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(mutation["old"], mutation["new"]))
        return not passes(mutation["test"], folder)
    finally:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def main():
    folder = os.path.abspath(sys.argv[1])
    copy_project(folder)
    with open(GUARDS, encoding="utf-8") as file:
        mutations = yaml.safe_load(file)
    noticed = 0
    for mutation in mutations:
        good = mutate(mutation, folder)
        noticed += good
        print(f"{'noticed' if good else 'MISSED '}  {mutation['hazard']}  {mutation['what']}  "
              f"[{mutation['test']}]", flush=True)
    print(f"{noticed} of {len(mutations)} noticed")
    return 0 if noticed == len(mutations) else 1


if __name__ == "__main__":
    sys.exit(main())
