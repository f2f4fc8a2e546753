"""The shape of the tree: what the design promises and a machine can see."""

from __future__ import annotations

import platform
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 500
MARKS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
MACHINE_PATHS = re.compile(r"(?<![\w./-])/(?:home|Users|work|farm|opt|mnt)/[a-z][\w.-]*/")
REGISTRY = re.compile(
    r"--(?:extra-)?index-url|--find-links|\"resolved\":|https?://[\w.-]*(?:pypi|npmjs|artifact|nexus|devpi)[\w.-]*/"
)
LOCKS = ("requirements.lock", "frontend/package-lock.json", "frontend/node.lock")


def tracked() -> list[Path]:
    """What git knows or would add: the files of the project, wherever the test runs."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listing.stdout.splitlines() if (ROOT / line).is_file()]


def texts(*suffixes: str) -> list[tuple[str, str]]:
    return [
        (path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in tracked()
        if path.suffix in suffixes or path.name in suffixes
    ]


def test_platform_is_a_source_root_and_does_not_hide_pythons_own_module() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert platform.python_version()
    assert Path(platform.__file__).resolve().parent != ROOT / "platform"


def test_no_tests_live_under_the_source_roots() -> None:
    strays = [
        path
        for root in ("platform", "participation", "cms")
        for pattern in ("test_*.py", "*_test.py", "conftest.py", "tests")
        for path in (ROOT / root).rglob(pattern)
    ]
    assert strays == []


def test_nothing_is_left_for_later() -> None:
    found = [
        f"{name}:{number}"
        for name, text in texts(".py", ".ts", ".css", ".html", ".txt", ".toml", ".md", ".yml", ".sh", "Makefile")
        for number, line in enumerate(text.splitlines(), 1)
        if MARKS.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("name", ["utils", "helpers", "services", "common", "misc"])
def test_no_room_is_named_after_nothing(name: str) -> None:
    found = [
        path
        for path in tracked()
        if name in (path.stem, *path.relative_to(ROOT).parent.parts) and path.suffix in (".py", ".ts")
    ]
    assert found == []


def test_no_source_file_grows_out_of_its_subject() -> None:
    long = {
        name: len(text.splitlines())
        for name, text in texts(".py", ".ts", ".css", ".html")
        if "/migrations/" not in name and len(text.splitlines()) > LONGEST_FILE
    }
    assert long == {}


@pytest.mark.parametrize("folder", ["platform", "participation", "cms", "frontend", "tests", "scripts"])
def test_every_folder_says_what_it_is_for(folder: str) -> None:
    assert len((ROOT / folder / "README.md").read_text().split()) > 60


def test_lock_files_name_no_registry() -> None:
    found = [name for name in LOCKS if REGISTRY.search((ROOT / name).read_text())]
    assert found == []


def test_the_python_lock_has_a_hash_for_everything() -> None:
    blocks = re.split(r"\n(?=[a-z])", (ROOT / "requirements.lock").read_text())
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_no_path_of_somebodys_machine_is_in_the_project() -> None:
    found = [
        f"{name}: {match.group()}"
        for name, text in texts(
            ".py", ".ts", ".css", ".html", ".toml", ".md", ".json", ".yml", ".lock", "Makefile", "run"
        )
        for match in MACHINE_PATHS.finditer(text)
        if match.group() != "/opt/homebrew/"
    ]
    assert found == []


def test_only_one_initial_migration_per_app_before_the_first_release() -> None:
    later = [
        path.name for path in tracked() if path.parent.name == "migrations" and re.match(r"(?!0001)\d{4}_", path.name)
    ]
    assert later == []
