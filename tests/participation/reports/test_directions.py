"""Pages that read from right to left: whose words stand in which language and direction."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone

from participation.cases.actions import message_resident
from tests.support.world import HOST_A, World


def talk(world: World, text: str, *, spoken: str, page: str) -> str:
    """The page of a report sent in `spoken`, read in `page`, with this answer of a professional."""
    sent: Any = world.report(language=spoken, text="هناك أريكة", address="Dorpsstraat 12-14")
    now = timezone.now()
    message_resident(reference=sent.case.reference, text=text, actor=world.actor(world.bram), now=now)
    browser = Client(headers={"host": HOST_A, "accept-language": page})
    browser.get(f"/volgen/{sent.token}/")
    return browser.get("/volgen/").content.decode()


def test_dutch_words_on_an_arabic_page_are_marked_as_dutch_and_find_their_direction(world: World) -> None:
    page = talk(world, "Wij komen dinsdag.", spoken="ar", page="ar")
    assert '<html lang="ar" dir="rtl"' in page
    assert '<div class="body" dir="auto" lang="nl">Wij komen dinsdag.</div>' in page
    assert '<p class="told" dir="auto">هناك أريكة</p>' in page
    assert "<bdi>Dorpsstraat 12-14, Westerwijk</bdi>" in page
    assert '<bdi lang="nl">Wijkbeheerder</bdi>' in page
    for name in ("email", "phone"):
        assert f'name="{name}" type="{"tel" if name == "phone" else name}" dir="ltr"' in page


def test_an_answer_in_the_language_of_the_page_is_not_marked(world: World) -> None:
    assert '<div class="body" dir="auto">' in talk(world, "شكرا، سنأتي يوم الثلاثاء.", spoken="ar", page="ar")
    assert '<div class="body" dir="auto">' in talk(world, "Wij komen dinsdag.", spoken="ar", page="nl")


def test_an_answer_in_the_residents_language_is_marked_on_a_page_in_another(world: World) -> None:
    assert '<div class="body" dir="auto" lang="ar">' in talk(world, "شكرا، سنأتي.", spoken="ar", page="nl")
