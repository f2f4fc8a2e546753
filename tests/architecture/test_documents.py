"""The documents a reader and a catalogue rely on are there, valid and true."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.architecture.test_tree import ROOT, texts

DEVELOPMENT = {"concept", "development", "beta", "stable", "obsolete"}
TYPES = {"standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web", "standalone/backend",
         "standalone/other", "addon", "library", "configurationFiles"}  # fmt: skip


@pytest.fixture(scope="module")
def publiccode() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text())
    return loaded


def test_publiccode_has_every_mandatory_key_of_version_0_7(publiccode: dict[str, Any]) -> None:
    assert publiccode["publiccodeYmlVersion"] == "0.7"
    assert publiccode["name"] == "Wijkplatform"
    assert urlsplit(publiccode["url"]).scheme == "https"
    assert publiccode["softwareType"] in TYPES
    assert publiccode["developmentStatus"] in DEVELOPMENT
    assert publiccode["platforms"]
    assert all(isinstance(platform, str) for platform in publiccode["platforms"])
    assert publiccode["legal"]["license"] == "EUPL-1.2"
    assert publiccode["localisation"]["localisationReady"] is True


def test_publiccode_describes_the_software_in_each_language_within_its_limits(publiccode: dict[str, Any]) -> None:
    assert set(publiccode["description"]) == {"nl", "en"} == set(publiccode["localisation"]["availableLanguages"])
    for text in publiccode["description"].values():
        assert 0 < len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert text["features"]
        assert all(0 < len(feature) <= 100 for feature in text["features"])


def test_publiccode_names_who_maintains_it(publiccode: dict[str, Any]) -> None:
    maintenance = publiccode["maintenance"]
    assert maintenance["type"] in {"internal", "community"}
    assert all(
        contact["name"] and re.fullmatch(r"[^@\s]+@[^@\s]+", contact["email"]) for contact in maintenance["contacts"]
    )
    assert isinstance(publiccode.get("releaseDate", date.min), date)


def test_the_licence_is_the_whole_european_union_public_licence() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert len(text) > 13_000
    assert all(f"\n{article}." in text for article in range(1, 16))
    assert "Appendix" in text


def test_the_readme_names_every_variable_the_settings_read_and_no_other() -> None:
    files = ("settings.py", "limits.py")
    settings = "\n".join((ROOT / "platform" / "config" / name).read_text() for name in files)
    table = "\n".join(
        line.split("|")[1] for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("| `")
    )
    assert set(re.findall(r"`([A-Z_]+)`", table)) == set(re.findall(r'env\.[a-z]+\(\s*"([A-Z_]+)"', settings))


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{name}: {target}"
        for name, text in texts(".md")
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
        if not ((ROOT / name).parent / target).exists()
    ]
    assert broken == []


def test_make_demo_says_the_password_that_the_demo_accounts_have() -> None:
    said = re.search(r'PASSWORD = "([^"]+)"', (ROOT / "scripts" / "demo.py").read_text())
    assert said
    assert f'PASSWORD = "{said.group(1)}"' in (ROOT / "platform" / "config" / "demo" / "world.py").read_text()
