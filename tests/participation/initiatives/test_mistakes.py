"""What is wrong stands beside its field, the summary leads there, and nothing that was typed is lost."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from core.errors import Invalid
from participation.initiatives.actions.stepping import take_step
from participation.initiatives.actions.telling import add_entry
from participation.initiatives.models import Entry, HelpRequest, Initiative, Milestone, Update
from participation.initiatives.queries.group import address_of
from participation.initiatives.queries.telling import money_of
from participation.initiatives.states import Stage
from tests.participation.initiatives.conftest import actor, group_of, submitted
from tests.participation.initiatives.test_telling import anna, photo, plan, tab
from tests.support.residents import resident, signed_in
from tests.support.world import HOST_A, World

__all__ = ["anna", "plan"]

pytestmark = pytest.mark.django_db
LONG = "x" * 6000


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


def refused(client: Client, address: str, said: dict[str, Any]) -> str:
    """The page of a refusal: each line of its summary leads to something that is there, with the words beside it."""
    answer = client.post(address, said)
    assert answer.status_code == 400, answer.status_code
    page = answer.content.decode()
    summary = page[page.index('class="error-summary"') :]
    summary = summary[: summary.index("</div>")]
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary)
    assert links, summary
    assert len(links) == summary.count("<li>")
    rest = page.replace(summary, "")
    for anchor, words in links:
        assert f'id="{anchor}"' in rest, anchor
        assert rest.count(words) == 1, words
    return rest


FORMS: list[tuple[str, dict[str, str], list[str]]] = [
    ("groep/dagboek/", {"deed": "tell", "title": LONG[:200], "text": ""}, [LONG[:200]]),
    ("groep/dagboek/", {"deed": "milestone", "title": "", "on": "morgen"}, ['value="morgen"']),
    ("groep/dagboek/", {"deed": "entry", "label": "", "amount": "veel", "direction": "in"}, ['value="veel"']),
    ("groep/dagboek/", {"deed": "entry", "label": "Zand", "amount": "5", "direction": "in", "on": "ooit"}, ["Zand"]),
    ("groep/gesprek/", {"deed": "write", "text": ""}, []),
    ("groep/stap/rest/", {"reason": "", "learned": "Geduld"}, ["Geduld"]),
    ("groep/mensen/", {"deed": "invite", "email": "geen adres"}, ['value="geen adres"']),
    ("groep/instellingen/", {"deed": "name", "name": "bel@evil.test"}, ['value="bel@evil.test"']),
    ("gesprek/", {"deed": "say", "text": LONG}, [LONG]),
]


@pytest.mark.parametrize(("page", "said", "kept"), FORMS, ids=[f"{page}{at}" for at, (page, _, _) in enumerate(FORMS)])
def test_each_mistake_has_words_beside_its_field(
    plan: Initiative, anna: Client, page: str, said: dict[str, str], kept: list[str]
) -> None:
    found = refused(anna, f"/initiatieven/{plan.slug}/{page}", said)
    assert all(words in found for words in kept)


def test_a_milestone_that_is_changed_wrongly_stays_open_with_its_words(plan: Initiative, anna: Client) -> None:
    anna.post(tab(plan), {"deed": "milestone", "title": "De eerste oogst", "on": "2031-06-01"})
    row = Milestone.objects.get()
    said = {"deed": "milestone-change", "milestone": row.pk, "title": "", "on": "2032-06-01"}
    page = refused(anna, tab(plan), said)
    assert f'id="id_milestone_{row.pk}"' in page
    assert 'value="2032-06-01"' in page
    assert '<details class="manage" open>' in page


def test_looking_back_tells_each_mistake_and_drops_no_day(plan: Initiative, anna: Client, neighbourhood: World) -> None:
    take_step(slug=plan.slug, name="finish", actor=neighbourhood.actor(neighbourhood.dirk), now=timezone.now())
    said = {"worked": "", "again": "misschien", "until": "als het op is", "carried_on_by": LONG[:300], "thanks": "Ons"}
    page = refused(anna, f"/initiatieven/{plan.slug}/groep/terugblik/", said)
    for anchor in ("id_worked", "id_again", "id_until", "id_carried_on_by"):
        assert f'id="{anchor}_error"' in page
    assert 'value="als het op is"' in page
    assert "Ons</textarea>" in page


def test_an_offer_and_a_question_for_help_tell_each_mistake(plan: Initiative, anna: Client) -> None:
    bea = Client(headers={"host": HOST_A})
    signed_in(bea, "bea@example.nl")
    page = refused(bea, f"/initiatieven/{plan.slug}/hulp/", {"deed": "offer", "kind": "", "text": "", "name": ""})
    assert 'id="id_kind_error"' in page and 'id="id_text_error"' in page


def test_a_fifth_photo_is_left_out_and_the_four_before_it_stay(plan: Initiative, anna: Client) -> None:
    page = anna.post(tab(plan), {"deed": "tell", "text": "Vijf", "photos": [photo() for _number in range(5)]})
    assert page.status_code == 400
    kept = [str(photo_id) for photo_id, _alt in page.context["kept"]]
    assert len(kept) == 4
    assert page.context["problems"][0][0] == "#id_photos"
    assert 'id="id_photos"' in page.content.decode()
    more = anna.post(tab(plan), {"deed": "tell", "text": "Vijf", "photo": kept, "photos": [photo()]})
    assert [str(photo_id) for photo_id, _alt in more.context["kept"]] == kept
    assert anna.post(tab(plan), {"deed": "tell", "text": "Vier", "photo": kept}).status_code == 303
    assert Update.objects.get().photos.count() == 4


def test_what_is_no_photo_leaves_the_others_kept(plan: Initiative, anna: Client) -> None:
    broken = photo()
    broken.truncate(20)
    page = anna.post(tab(plan), {"deed": "tell", "text": "Twee", "photos": [photo(), broken]})
    assert page.status_code == 400
    assert len(page.context["kept"]) == 1
    assert list(page.context["wrong"]) == ["photos"]


@pytest.fixture
def grant(plan: Initiative, anna: Client) -> HelpRequest:
    """€ 40, granted; everybody sees the request."""
    said = {"what": "Aarde voor de bakken", "amount": "40", "seen_by": "everybody"}
    answer = anna.post(f"/initiatieven/{plan.slug}/groep/hulp/vragen/money/", said)
    assert answer.status_code == 303, answer.content.decode()[:3000]
    HelpRequest.objects.update(decision="granted", granted_cents=4000, decided_at=timezone.now())
    return HelpRequest.objects.select_related("case").get()


def test_money_that_comes_in_names_the_request_that_granted_it(
    plan: Initiative, anna: Client, grant: HelpRequest
) -> None:
    assert "Aarde voor de bakken" in anna.get(tab(plan)).content.decode()
    said = {"deed": "entry", "direction": "in", "label": "Gemeente", "amount": "40", "request": grant.case.reference}
    assert anna.post(tab(plan), said).status_code == 303
    assert Entry.objects.get().request_id == grant.pk
    address = f"/initiatieven/{plan.slug}/"
    shown = Client(headers={"host": HOST_A}).get(address).content.decode()
    assert f'href="{address}hulp/#v{grant.case.reference}"' in shown
    assert f'id="v{grant.case.reference}"' in Client(headers={"host": HOST_A}).get(f"{address}hulp/").content.decode()
    HelpRequest.objects.update(seen_by="group")
    money = money_of(plan)
    assert money is not None
    assert (money.amounts[0].reference, money.amounts[0].granted_for) == ("", "")
    inside = money_of(plan, inside=True)
    assert inside is not None
    assert inside.amounts[0].reference == grant.case.reference


def test_money_names_no_request_of_others_and_none_that_goes_out(
    plan: Initiative, anna: Client, grant: HelpRequest
) -> None:
    given: dict[str, Any] = {"planned": False, "label": "Zand", "cents": 500, "now": timezone.now()}
    who = actor(resident("anna@example.nl"))
    for direction, request in (("in", "BESTAATNIET"), ("out", grant.case.reference)):
        with pytest.raises(Invalid) as refusal:
            add_entry(slug=plan.slug, direction=direction, request=request, actor=who, **given)
        assert [one.field for one in refusal.value.errors] == ["request"]


TRUE_WORDS: dict[Stage, str] = {
    Stage.IDEA: "This opens as soon as",
    Stage.RESTING: "Your plan rests",
    Stage.DONE: "Your plan has succeeded",
    Stage.STOPPED: "Your plan was stopped",
}


@pytest.mark.parametrize("stage", TRUE_WORDS)
def test_a_closed_part_says_what_is_true_in_its_stage(neighbourhood: World, stage: Stage) -> None:
    made = submitted()
    ended = timezone.now() if stage in {Stage.DONE, Stage.STOPPED} else None
    Initiative.objects.update(stage=stage, ended_at=ended, published_at=timezone.now())
    client = Client(headers={"host": HOST_A, "accept-language": "en"})
    signed_in(client, "anna@example.nl")
    page = client.get(f"/initiatieven/{made.slug}/groep/hulp/").content.decode()
    assert TRUE_WORDS[stage] in page
    assert "neighbours can answer" not in page


def test_a_draft_is_begun_only_in_a_language_we_have(neighbourhood: World) -> None:
    client = Client(headers={"host": HOST_A})
    signed_in(client)
    body = {"title": "Een tuin", "what": "Groente", "language": "klingon"}
    answer = client.post("/api/v1/initiatives", body, "application/json", headers={"Idempotency-Key": str(uuid4())})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "language")
    body["language"] = "tr"
    answer = client.post("/api/v1/initiatives", body, "application/json", headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 201, answer.content
    assert Initiative.objects.get().language == "tr"


def test_who_is_invited_in_turkish_reads_turkish_from_the_mail_to_the_account(neighbourhood: World) -> None:
    made, _people = group_of(1)
    anna = Client(headers={"host": HOST_A})
    signed_in(anna, "neighbour1@example.nl")
    members = f"/initiatieven/{made.slug}/groep/mensen/"
    assert anna.post(members, {"deed": "invite", "email": "ayse@example.nl", "language": "tr"}).status_code == 303
    invitation = made.invitations.get()
    assert invitation.language == "tr"
    path = "/" + address_of(invitation, made.gemeente_id).split("/", 3)[3]
    ayse = Client(headers={"host": HOST_A, "accept-language": "nl"})
    assert '<html lang="tr"' in ayse.get(path).content.decode()
    assert '<html lang="tr"' in ayse.get("/mijn/inloggen/").content.decode()
    chose = Client(headers={"host": HOST_A, "accept-language": "nl"})
    chose.cookies["language"] = "pl"
    assert '<html lang="pl"' in chose.get(path).content.decode()
