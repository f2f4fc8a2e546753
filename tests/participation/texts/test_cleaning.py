"""What somebody typed, as it is stored: nothing in it turns the words after it, and there is something to see."""

from __future__ import annotations

import pytest
from django.test import Client

from participation.initiatives.models import Comment
from participation.residents.models import Resident
from participation.texts.cleaning import cleaned
from tests.participation.initiatives.conftest import initiative_categories
from tests.participation.initiatives.test_support import gathering
from tests.support.residents import signed_in
from tests.support.world import World

JSON = "application/json"
TURNED = "\u202eneerts\u2066 om"
UNSEEN = "\u200b\u2060\ufeff \u3164"


def test_signs_that_turn_the_direction_are_left_out_and_arabic_stays() -> None:
    every = "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
    assert cleaned(f"a{every}b\0") == "ab"
    for text in ("مرحبا بكم", "می‌خواهم", "👩‍🌾 aan het werk", "één\n\ntwee", "?", "+31"):
        assert cleaned(text) == text
    assert cleaned("een\r\ntwee\r") == "een\ntwee"


@pytest.mark.parametrize("text", ["", " \n", UNSEEN, "\u202e\u2066", "\u00ad", "\u2800"])
def test_what_nobody_sees_is_no_text(text: str) -> None:
    assert cleaned(text) == ""


@pytest.mark.django_db
def test_residents_turn_nothing_and_write_nothing_unseen(world: World, client: Client) -> None:
    initiative_categories(world)
    plan = gathering(world)
    who = signed_in(client, "buur@example.nl", name="Buur")
    at = f"/api/v1/initiatives/{plan.slug}"
    assert client.post(f"{at}/comments", {"text": TURNED}, JSON).status_code == 201
    assert Comment.objects.get().text == "neerts om"
    client.post("/mijn/", {"name": f"B\u202euur{UNSEEN[:1]}"})
    assert "\u202e" not in Resident.objects.get(pk=who.pk).name
    signed_in(client, "anna@example.nl", name="Anna")
    refused = {
        "comments": {"text": UNSEEN},
        "updates": {"text": UNSEEN},
        "help-requests": {"kind": "advice", "what": UNSEEN, "seenBy": "everybody"},
        "milestones": {"title": UNSEEN, "on": "2027-04-30"},
        "offers": {"kind": "hours", "text": UNSEEN},
    }
    for part, body in refused.items():
        answer = client.post(f"{at}/{part}", body, JSON)
        assert answer.status_code in ({409} if part == "offers" else {400}), (part, answer.content)
