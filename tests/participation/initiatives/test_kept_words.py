"""What was typed when the sign-in had ended is there again after signing in, in every form of this room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from core.media.models import Photo
from participation.initiatives.actions.stepping import take_step
from participation.initiatives.models import Comment, Initiative, InitiativePhoto, Update
from participation.residents.codes import SIGN_IN, digits_of
from participation.residents.models import Code
from participation.texts import keeping
from tests.participation.initiatives.conftest import draft
from tests.participation.initiatives.test_telling import photo, plan
from tests.support.residents import signed_in
from tests.support.world import HOST_A, World

__all__ = ["plan"]

pytestmark = pytest.mark.django_db
WORDS = "Woorden die er nog moeten zijn"


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def browser(neighbourhood: World) -> Client:
    return Client(headers={"host": HOST_A, "accept-language": "en"})


def sent_away(browser: Client, page: str, said: dict[str, Any]) -> str:
    """Send this form while nobody is signed in; answers where one signs in."""
    answer = browser.post(page, said, headers={"referer": f"http://{HOST_A}{page}"})
    assert answer.status_code == 302, answer.content.decode()[:500]
    assert answer["Location"].startswith("/mijn/inloggen/?next=")
    assert "Woorden" not in answer["Location"]
    return str(answer["Location"])


def sign_in(browser: Client, address: str, where: str) -> str:
    """Sign in for real with a code; answers where one comes back."""
    page = browser.get(where)
    assert page.context["kept"]
    browser.post("/mijn/inloggen/", {"address": address, "next": page.context["back"]})
    digits = digits_of(Code.objects.get(purpose=SIGN_IN).seed)
    code = {"address": address, "next": page.context["back"], "code": digits}
    return str(browser.post("/mijn/inloggen/code/", code)["Location"])


FORMS: list[tuple[str, dict[str, str], str]] = [
    ("groep/dagboek/", {"deed": "tell", "title": "Kop", "text": WORDS}, "Kop"),
    ("groep/dagboek/", {"deed": "milestone", "title": WORDS, "on": "2027-04-01"}, "2027-04-01"),
    ("groep/dagboek/", {"deed": "entry", "label": WORDS, "amount": "12,50", "direction": "in"}, "12,50"),
    ("groep/gesprek/", {"deed": "write", "text": WORDS}, WORDS),
    ("groep/stap/rest/", {"reason": WORDS, "learned": "Geduld"}, "Geduld"),
    ("groep/mensen/", {"deed": "invite", "email": "woorden-die-er-nog-moeten-zijn@example.nl"}, "woorden-die-er"),
    ("groep/instellingen/", {"deed": "name", "name": WORDS}, WORDS),
    ("groep/hulp/vragen/money/", {"what": WORDS, "label": "Aarde", "line_amount": "40"}, "Aarde"),
    ("gesprek/", {"deed": "say", "text": WORDS, "question": "1"}, WORDS),
    ("steun/", {"deed": "follow", "often": "monthly"}, 'value="monthly" checked'),
]


@pytest.mark.parametrize(
    ("page", "said", "shown"), FORMS, ids=[f"{page}{said.get('deed', '')}" for page, said, _ in FORMS]
)
def test_what_was_typed_is_there_again(
    plan: Initiative, browser: Client, page: str, said: dict[str, str], shown: str
) -> None:
    address = f"/initiatieven/{plan.slug}/{page}"
    back = sign_in(browser, "anna@example.nl", sent_away(browser, address, said))
    assert back == address
    found = browser.get(back).content.decode()
    assert shown in found
    assert "What you typed is still here" in found
    assert shown in browser.get(back).content.decode()  # also after a reload


def test_an_offer_of_help_is_there_again(plan: Initiative, browser: Client) -> None:
    address = f"/initiatieven/{plan.slug}/hulp/"
    back = sign_in(
        browser, "bea@example.nl", sent_away(browser, address, {"deed": "offer", "kind": "hours", "text": WORDS})
    )
    found = browser.get(back).content.decode()
    assert WORDS in found and 'value="hours" checked' in found


def test_photos_that_came_along_are_there_again(plan: Initiative, browser: Client) -> None:
    address = f"/initiatieven/{plan.slug}/groep/dagboek/"
    sign = sent_away(browser, address, {"deed": "tell", "text": WORDS, "photos": [photo(), photo()]})
    page = browser.get(sign_in(browser, "anna@example.nl", sign))
    kept = [str(photo_id) for photo_id, _alt in page.context["kept"]]
    assert len(kept) == 2
    assert browser.post(address, {"deed": "tell", "text": WORDS, "photo": kept}).status_code == 303
    assert Update.objects.get().photos.count() == 2
    assert WORDS not in browser.get(address).context["typed"].get("text", "")  # it was sent, and is kept no more


def test_photos_of_a_plan_that_came_along_are_there_again(browser: Client, neighbourhood: World) -> None:
    made = draft()
    address = f"/initiatieven/beginnen/{made.slug}/fotos/"
    page = browser.get(sign_in(browser, "anna@example.nl", sent_away(browser, address, {"photos": [photo()]})))
    [waiting] = page.context["waiting"]
    assert browser.post(address, {"photo": waiting}).status_code == 303
    assert str(InitiativePhoto.objects.get().photo_id) == waiting
    assert Photo.objects.count() == 1


def test_a_step_of_a_plan_is_there_again(browser: Client, neighbourhood: World) -> None:
    made = draft()
    address = f"/initiatieven/beginnen/{made.slug}/wie/"
    back = sign_in(browser, "anna@example.nl", sent_away(browser, address, {"who": WORDS, "name": "Anna van 12"}))
    found = browser.get(back).content.decode()
    assert WORDS in found and "Anna van 12" in found
    assert browser.post(address, {"who": WORDS, "name": "Anna van 12"}).status_code == 303
    made.refresh_from_db()
    assert made.who == WORDS


def test_looking_back_is_there_again(plan: Initiative, browser: Client, neighbourhood: World) -> None:
    take_step(slug=plan.slug, name="finish", actor=neighbourhood.actor(neighbourhood.dirk), now=timezone.now())
    address = f"/initiatieven/{plan.slug}/groep/terugblik/"
    said = {"worked": WORDS, "again": "yes", "until": "volgend jaar"}
    found = browser.get(sign_in(browser, "anna@example.nl", sent_away(browser, address, said))).content.decode()
    assert WORDS in found and "volgend jaar" in found and 'value="yes" checked' in found


def test_the_name_and_the_address_of_an_account_are_there_again(browser: Client) -> None:
    back = sign_in(browser, "anna@example.nl", sent_away(browser, "/mijn/", {"name": "Anna Nieuw", "language": "tr"}))
    found = browser.get(back).content.decode()
    assert 'value="Anna Nieuw"' in found and 'value="tr" selected' in found


def test_a_code_is_never_kept(browser: Client) -> None:
    sent_away(browser, "/mijn/wissen/code/", {"code": "123456"})
    assert "123456" not in str(dict(browser.session))


def test_it_is_kept_for_two_hours_and_not_after_signing_out(
    plan: Initiative, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/initiatieven/{plan.slug}/gesprek/"
    sent_away(browser, address, {"deed": "say", "text": WORDS})
    signed_in(browser, "anna@example.nl")
    assert WORDS in browser.get(address).content.decode()
    monkeypatch.setattr(keeping, "KEPT_FOR", timedelta(0))
    assert WORDS not in browser.get(address).content.decode()
    monkeypatch.undo()
    browser.post("/mijn/uitloggen/")
    signed_in(browser, "bea@example.nl")
    assert WORDS not in browser.get(address).content.decode()


def test_another_page_and_another_browser_show_nothing_of_it(plan: Initiative, browser: Client) -> None:
    sent_away(browser, f"/initiatieven/{plan.slug}/gesprek/", {"deed": "say", "text": WORDS})
    signed_in(browser, "anna@example.nl")
    assert WORDS not in browser.get(f"/initiatieven/{plan.slug}/groep/gesprek/").content.decode()
    other = Client(headers={"host": HOST_A})
    signed_in(other, "anna@example.nl")
    assert WORDS not in other.get(f"/initiatieven/{plan.slug}/gesprek/").content.decode()
    assert not Comment.objects.exists()
