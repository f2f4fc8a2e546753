"""Prints a CycloneDX 1.6 bill of materials, made from the lock files: what is built in, which version, which hash.

With `--licences` it prints nothing but checks every installed Python package and npm package against the licences
that may be combined with EUPL-1.2 in this way, and fails on one that may not.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PERMITTED = re.compile(
    r"\b(0BSD|AFL|Apache|Artistic|BlueOak|BSD|CC0|CC-BY-[34]|EUPL|HPND|ISC|LGPL|Lesser|MIT|MIT-CMU|MPL|Mozilla|OFL|PSF|"
    r"Python|PostgreSQL|Unlicense|Zlib|ZPL|Public Domain)\b",
    re.IGNORECASE,
)
PROBLEM = re.compile(r"\b(AGPL|GPL|SSPL|BUSL|Commons Clause|Elastic)\b|Affero|Proprietary|GNU General", re.IGNORECASE)
UNDECLARED = {"axe-playwright-python": "MIT"}
"""Packages that name their licence only in a file."""


def python_packages() -> list[dict[str, Any]]:
    components = []
    for block in re.split(r"\n(?=[a-z])", (ROOT / "requirements.lock").read_text()):
        found = re.match(r"([a-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", block)
        if not found:
            continue
        name, version = found.groups()
        hashes = [{"alg": "SHA-256", "content": digest} for digest in re.findall(r"sha256:([0-9a-f]{64})", block)]
        purl = f"pkg:pypi/{name}@{version}"
        components.append(
            {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "hashes": hashes}
        )
    return components


def npm_packages() -> list[dict[str, Any]]:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text())
    components: dict[str, dict[str, Any]] = {}
    for place, package in lock["packages"].items():
        if not place:
            continue
        name = place.rpartition("node_modules/")[2]
        purl = f"pkg:npm/{name.replace('@', '%40', 1) if name.startswith('@') else name}@{package['version']}"
        component: dict[str, Any] = {"type": "library", "bom-ref": purl, "name": name, "purl": purl}
        component |= {"version": package["version"], "scope": "excluded" if package.get("dev") else "required"}
        if package.get("license"):
            component["licenses"] = [{"expression": package["license"]}]
        components[purl] = component
    return list(components.values())


def licence_of(distribution: metadata.Distribution) -> str:
    about = distribution.metadata
    if "License-Expression" in about:
        return about["License-Expression"]
    classified = [line.rpartition("::")[2].strip() for line in about.get_all("Classifier", []) if "License ::" in line]
    said = next(iter(about.get_all("License") or ()), "")
    return " OR ".join(classified) or (said or UNDECLARED.get(about["Name"], "unknown")).splitlines()[0]


def refused() -> list[str]:
    """Packages under a licence that binds this code in a way EUPL-1.2 does not, or under none that we know."""
    licences = [
        (distribution.metadata["Name"], licence_of(distribution))
        for distribution in metadata.distributions()
        if distribution.metadata["Name"] != "wijkplatform"
    ]
    for package in npm_packages():
        expressions = package.get("licenses", [{"expression": "unknown"}])
        licences.append((package["name"], expressions[0]["expression"]))
    return [
        f"{name}: {licence}"
        for name, licence in sorted(set(licences))
        if not PERMITTED.search(licence) or (PROBLEM.search(licence) and not re.search(r"\bOR\b|LGPL|Lesser", licence))
    ]


def bill() -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": project["name"], "name": project["name"],
                "version": project["version"], "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": python_packages() + npm_packages(),
    }  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:] == ["--licences"]:
        sys.exit("\n".join(refused()) or 0)
    print(json.dumps(bill(), indent=1))
