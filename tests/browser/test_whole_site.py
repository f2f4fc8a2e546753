"""Every page of the demonstration a visitor can come to: links lead somewhere, HTML is valid, axe is content."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.browser.conftest import Site, Visitor, assert_accessible
from tests.support.live.servers import ROOT
from tests.support.walk import Walked, walk

pytestmark = pytest.mark.browser
CLOSED = ("/beheer/", "/werk/", "/account/", "/static/", "/api/")
FRONTEND = ROOT / "frontend"
SIBLINGS = 2
"""Pages below one page that are looked at: enough to know the others."""


@pytest.fixture(scope="module")
def walked(site: Site) -> Walked:
    found = walk(site.address, closed=CLOSED)
    assert len(found.pages) > 60
    return found


def test_no_link_or_picture_leads_nowhere(walked: Walked) -> None:
    assert not walked.wrong, "\n".join(walked.wrong)


def test_the_html_of_every_page_is_valid(walked: Walked, tmp_path: Path) -> None:
    for number, text in enumerate(walked.pages.values()):
        (tmp_path / f"{number}.html").write_text(text)
    command = ["npm", "exec", "--offline", "--", "html-validate", "--config", "html-validate.json", "-f", "json"]
    path = f"{ROOT / '.node' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        [*command, str(tmp_path / "*.html")],
        cwd=FRONTEND, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    judged = json.loads(ran.stdout)
    addresses = list(walked.pages)
    lines = {
        f"{one['ruleId']}: {one['message']} at {one['selector']} of {addresses[int(Path(file['filePath']).stem)]}"
        for file in judged
        for one in file["messages"]
    }
    assert not lines, "\n".join(sorted(lines))
    assert ran.returncode == 0, ran.stderr


def test_every_kind_of_page_is_accessible_on_a_phone(visitor: Visitor, walked: Walked) -> None:
    page = visitor.phone().new_page()
    siblings = Counter[str]()
    for address in walked.pages:
        if "?" in address:
            continue
        above = address.rstrip("/").rpartition("/")[0]
        siblings[above] += 1
        if above and siblings[above] > SIBLINGS:
            continue
        page.goto(address)
        assert_accessible(page)
