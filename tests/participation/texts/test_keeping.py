"""What a professional typed when their session had ended is there again after signing in."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from core.accounts.second_factor import FACTORS
from participation.initiatives.actions.commenting import comment
from participation.initiatives.models import Initiative, InitiativeSettings
from participation.organisations.models import Professional
from participation.polls.states import Level
from tests.participation.initiatives.conftest import actor, initiative_categories
from tests.participation.initiatives.test_support import gathering
from tests.participation.polls.conftest import open_poll
from tests.support.residents import resident
from tests.support.world import HOST_A, World

pytestmark = pytest.mark.django_db
WORDS = "Woorden die er nog moeten zijn"


@pytest.fixture
def plan(world: World) -> Initiative:
    """Coached by Dirk, with one comment that waits for a look."""
    initiative_categories(world)
    InitiativeSettings.objects.create(gemeente=world.a, who_supports="letter", moderation="before")
    made = gathering(world)
    writer = resident("buur@example.nl", name="Buur")
    comment(
        slug=made.slug,
        text="Een vraag",
        question=True,
        parent_id=None,
        name="",
        actor=actor(writer),
        now=timezone.now(),
    )
    return made


def browser() -> Client:
    return Client(headers={"host": HOST_A, "accept-language": "en"})


def sign_in_again(client: Client, who: Professional) -> None:
    """In the session this browser has: it signs in, and shows its second factor."""
    user = who.user
    client.force_login(user, backend="core.accounts.backend.AccountBackend")
    factor = Authenticator.objects.filter(user=user, type__in=FACTORS).first() or Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": "unread"}
    )
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, "mfa", id=factor.pk, type=factor.type)
    request.session.save()


def there_again(page: str, said: dict[str, Any], who: Professional) -> tuple[Client, str]:
    """Sent while nobody is signed in; what the page shows to who signs in after that."""
    client = browser()
    away = client.post(page, said)
    assert away.status_code == 302, away.content[:500]
    assert away["Location"] == f"/account/login/?next={page}"
    assert "What you typed is kept" in client.get(away["Location"]).content.decode()
    sign_in_again(client, who)
    return client, client.get(page).content.decode()


@pytest.mark.parametrize(
    ("part", "said", "shown"),
    [
        ("partners", {"deed": "involve", "team": "1", "role": WORDS, "sees": "inside"}, WORDS),
        ("papier", {"count": "37", "remark": WORDS}, WORDS),
        ("gesprek", {"deed": "hide", "comment": "{comment}", "why": "spam", "remark": WORDS}, WORDS),
        ("gesprek", {"deed": "block", "comment": "{comment}", "days": "41", "reason": WORDS}, 'value="41"'),
        ("brieven", {"deed": "make", "name": WORDS, "count": "812"}, 'value="812"'),
    ],
    ids=["partners", "paper", "hide", "block", "letters"],
)
def test_forms_about_an_initiative(world: World, plan: Initiative, part: str, said: dict[str, str], shown: str) -> None:
    given = {name: value.replace("{comment}", str(plan.comments.get().pk)) for name, value in said.items()}
    page = f"/werk/initiatieven/{plan.slug}/{part}/"
    client, found = there_again(page, given, world.dirk)
    assert WORDS in found and shown in found
    assert WORDS in client.get(page).content.decode()  # also after a reload
    client.post(page, {"deed": "take-back", "sheet": "1"})
    assert WORDS not in client.get(page).content.decode()  # something was sent: it is kept no more


@pytest.mark.parametrize(
    ("page", "said", "shown"),
    [
        ("/werk/rooster/", {"professional": "1", "starts_on": "2031-05-01", "ends_on": "2031-05-09"}, "2031-05-09"),
        ("/werk/instellingen/", {"digest": "off", "quiet_from": "21:15", "language": "nl"}, "21:15"),
        ("/werk/peilingen/nieuw/", {"title": WORDS, "purpose": "Daarom"}, WORDS),
    ],
    ids=["duty", "settings", "new poll"],
)
def test_other_forms_of_the_desk(world: World, page: str, said: dict[str, str], shown: str) -> None:
    _client, found = there_again(page, said, world.dirk)
    assert shown in found


def test_a_word_to_go_with_a_handover(world: World, plan: Initiative) -> None:
    _client, found = there_again("/werk/overdracht/nieuw/", {"to": "", "note": WORDS}, world.dirk)
    assert WORDS in found


def test_what_a_poll_says_of_itself(world: World) -> None:
    page = f"/werk/peilingen/{open_poll(world, level=Level.DEVICE).slug}/gegevens/"
    _client, found = there_again(page, {"intro": WORDS, "version": "1"}, world.dirk)
    assert WORDS in found
    assert 'name="version" value="1"' in found  # who changed it meanwhile is not written over


def test_a_ballot_at_a_desk_and_a_receipt_are_never_kept(world: World) -> None:
    poll = open_poll(world, level=Level.DEVICE)
    client = browser()
    for part in ("stembus", "toezicht"):
        page = f"/werk/peilingen/{poll.slug}/{part}/"
        assert client.post(page, {"receipt": "GEHEIM", "q1": "GEHEIM"}).status_code == 302, part
    assert not any("GEHEIM" in str(one.get_decoded()) for one in Session.objects.all())


def test_who_typed_nothing_is_sent_to_sign_in_without_a_word(world: World) -> None:
    client = browser()
    away = client.get("/werk/rooster/")
    assert away.status_code == 302
    assert "What you typed" not in client.get(away["Location"]).content.decode()
