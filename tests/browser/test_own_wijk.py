"""An editor of one wijk in a real browser: sees the own pages, and is kept from those of another wijk in words."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site, Visitor

pytestmark = pytest.mark.browser

OWN, OTHER = "Oud-Vlietstede", "De Hoven"
MAKE = f"""
from cms.editing.rights import add_editor
from cms.wijken.models import WijkPage
from core.accounts.models import User

own, other = (WijkPage.objects.get(area__name=name) for name in ("{OWN}", "{OTHER}"))
by = User.objects.filter(is_superuser=True).first() or User.objects.get(username="beheer")
bram = User.objects.get(username="bram")
add_editor(gemeente_id=own.area.gemeente_id, page_id=own.pk, user_id=bram.pk, by=by)
print(own.pk, other.pk)
"""


def test_an_editor_of_one_wijk_cannot_touch_another(site: Site, visitor: Visitor) -> None:
    own, other = site.database.manage("shell", "-v0", "-c", MAKE).splitlines()[-1].split()
    page = visitor.sign_in(visitor.context(locale="en-GB"), "bram").new_page()

    page.goto(f"/beheer/pages/{own}/")
    expect(page.locator("main")).to_contain_text(OWN)
    page.goto(f"/beheer/pages/{own}/edit/")
    expect(page.locator("#id_title")).to_have_value(OWN)

    page.goto("/beheer/pages/")
    expect(page.locator(f"a[href*='/pages/{other}/']")).to_have_count(0)

    for address in (f"/beheer/pages/{other}/edit/", f"/beheer/pages/add/cms_news/newspage/{other}/"):
        page.goto(address)
        assert not page.url.endswith(address), "the page of another wijk does not open"
        expect(page.locator(".messages")).to_contain_text(re.compile("permission", re.IGNORECASE))
        expect(page.locator("#id_title")).to_have_count(0)

    page.goto(f"/beheer/pages/search/?q={OTHER}")
    expect(page.locator("main")).to_be_visible()
    expect(page.locator(f"a[href*='/pages/{other}/edit/']")).to_have_count(0)

    # Others' pages may be linked to, so a chooser names them; it offers no way to change them.
    chosen = page.request.get(f"/beheer/choose-page/search/?q={OTHER}")
    assert chosen.ok and f"/pages/{other}/edit/" not in chosen.text()
