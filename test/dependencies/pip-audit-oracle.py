"""What pip-audit would say of environments, by the library it uses itself: packaging.

Standard input: {"records": path of JSON lines in gzip, "environments": [[[name, version], ...], ...]}.
Standard output: for each environment {name: [[id, [fix versions]], ...]}, ids sorted.

OSV, "Evaluation" of its schema: a version is affected when it is listed, or within the events of a range, taken in their
order of versions. Records that contradict themselves are left to the caller.
"""
import gzip
import json
import sys

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version


def version_or_none(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None


def affects(affected, version, text):
    if text in affected.get("versions", []):
        return True
    if any(version_or_none(one) == version for one in affected.get("versions", [])):
        return True
    for part in affected.get("ranges", []):
        if part["type"] != "ECOSYSTEM":
            continue
        events = []
        for event in part["events"]:
            ((kind, at),) = event.items()
            events.append((Version("0.dev0") if at == "0" else Version(at), kind))
        inside = False
        for at, kind in sorted(events, key=lambda one: (one[0], one[1] != "introduced")):
            if kind == "introduced" and version >= at:
                inside = True
            if kind == "fixed" and version >= at:
                inside = False
            if kind == "last_affected" and version > at:
                inside = False
        if inside:
            return True
    return False


def main():
    question = json.load(sys.stdin)
    by_name = {}
    with gzip.open(question["records"], "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record.get("withdrawn"):
                continue
            for affected in record.get("affected", []):
                package = affected.get("package", {})
                if package.get("ecosystem") == "PyPI":
                    by_name.setdefault(canonicalize_name(package["name"]), []).append((record["id"], affected))
    answers = []
    for environment in question["environments"]:
        answer = {}
        for name, text in environment:
            version = Version(text)
            found = {}
            for identifier, affected in by_name.get(canonicalize_name(name), []):
                if affects(affected, version, text):
                    fixed = [
                        event["fixed"]
                        for part in affected.get("ranges", [])
                        if part["type"] == "ECOSYSTEM"
                        for event in part["events"]
                        if "fixed" in event
                    ]
                    found.setdefault(identifier, set()).update(fixed)
            answer[str(canonicalize_name(name))] = sorted(
                [identifier, sorted(fixed, key=Version)] for identifier, fixed in found.items()
            )
        answers.append(answer)
    json.dump(answers, sys.stdout)


main()
