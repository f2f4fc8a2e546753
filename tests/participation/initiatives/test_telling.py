"""The diary, milestones and money: written by the group, read by everybody, and kept decent."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from core.media.models import Photo
from core.ui.money import euros, read_euros
from participation.initiatives.actions.stepping import take_step
from participation.initiatives.actions.telling import add_entry, add_milestone, tell_update
from participation.initiatives.models import Entry, Initiative, Milestone, Update, UpdatePhoto
from participation.initiatives.queries.telling import telling_of
from participation.routing.models import Responsibility
from tests.participation.initiatives.conftest import actor, join, submitted
from tests.participation.initiatives.test_support import coached
from tests.support.residents import resident, signed_in
from tests.support.world import HOST_A, HOST_B, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(neighbourhood: World) -> Initiative:
    """Of Anna, coached by Dirk, at work."""
    Responsibility.objects.get_or_create(gemeente=neighbourhood.a, kind="initiative", team=neighbourhood.care)
    made = submitted()
    for step in ("accept", "gather", "begin"):
        take_step(slug=made.slug, name=step, actor=neighbourhood.actor(neighbourhood.dirk), now=timezone.now())
    return Initiative.objects.get(pk=made.pk)


@pytest.fixture
def anna(plan: Initiative) -> Client:
    client = Client(headers={"host": HOST_A})
    signed_in(client, "anna@example.nl")
    return client


def visitor(host: str = HOST_A) -> Client:
    return Client(headers={"host": host})


def photo() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (400, 300), "green").save(file, "JPEG")
    file.seek(0)
    file.name = "tuin.jpg"
    return file


def tab(plan: Initiative) -> str:
    return f"/initiatieven/{plan.slug}/groep/dagboek/"


def shown(plan: Initiative) -> str:
    return visitor().get(f"/initiatieven/{plan.slug}/").content.decode()


def test_what_the_group_tells_with_photos_is_read_by_everybody(plan: Initiative, anna: Client) -> None:
    before = Initiative.objects.get(pk=plan.pk)
    answer = anna.post(
        tab(plan),
        {"deed": "tell", "title": "De eerste spade", "text": "Vandaag begonnen we.", "photos": [photo(), photo()]},
    )
    assert answer.status_code == 303
    update = Update.objects.get()
    assert update.member is not None
    assert update.photos.count() == 2
    assert all(one.is_public for one in Photo.objects.filter(pk__in=update.photos.values("photo_id")))
    for page in (shown(plan), visitor().get(f"/initiatieven/{plan.slug}/dagboek/").content.decode()):
        assert "De eerste spade" in page
        assert str(update.photos.first().photo_id) in page  # type: ignore[union-attr]
    plan.refresh_from_db()
    assert plan.version == before.version + 1
    assert plan.sign_by is not None
    assert before.sign_by is not None
    assert plan.sign_by > before.sign_by


def test_nothing_written_is_refused_and_photos_are_kept_for_the_next_try(plan: Initiative, anna: Client) -> None:
    page = anna.post(tab(plan), {"deed": "tell", "title": "Zonder woorden", "photos": [photo()]})
    assert page.status_code == 400
    assert page.context["problems"][0][0] == "#id_text"
    [(photo_id, _alt)] = page.context["kept"]
    again = {"deed": "tell", "text": "Nu met.", "photo": str(photo_id), f"alt_{photo_id}": "Een spade in de grond"}
    assert anna.post(tab(plan), again).status_code == 303
    assert UpdatePhoto.objects.get().alt == "Een spade in de grond"


def test_at_most_four_photos(plan: Initiative, anna: Client) -> None:
    many = [photo() for _number in range(5)]
    assert anna.post(tab(plan), {"deed": "tell", "text": "Veel", "photos": many}).status_code == 400
    assert not Update.objects.exists()


def test_personal_data_is_asked_about_once(plan: Initiative, anna: Client) -> None:
    said = {"deed": "tell", "text": "Bel mij op 06-12345678."}
    page = anna.post(tab(plan), said)
    assert page.status_code == 200
    assert page.context["asked"]["findings"]
    assert not Update.objects.exists()
    assert anna.post(tab(plan), said | {"guarded": page.context["asked"]["mark"]}).status_code == 303
    assert Update.objects.count() == 1


def test_only_who_wrote_it_changes_or_removes_it(plan: Initiative, anna: Client) -> None:
    other = resident("bea@example.nl", name="Bea")
    join(plan, other)
    anna.post(tab(plan), {"deed": "tell", "text": "Van Anna", "photos": [photo()]})
    update = Update.objects.get()
    address = f"{tab(plan)}{update.pk}/"
    bea = visitor()
    signed_in(bea, "bea@example.nl")
    assert bea.get(address).status_code == 404
    assert bea.post(address, {"deed": "remove"}).status_code == 404
    stranger = visitor()
    signed_in(stranger, "ver@example.nl")
    assert stranger.get(address).status_code == 404
    assert visitor().get(address).status_code == 302
    photo_id = update.photos.get().photo_id
    assert anna.post(address, {"text": "Beter gezegd", f"alt_{photo_id}": "De tuin"}).status_code == 303
    update.refresh_from_db()
    assert (update.text, update.photos.get().alt) == ("Beter gezegd", "De tuin")
    assert anna.post(address, {"drop": str(photo_id)}).status_code == 303
    assert not Photo.objects.filter(pk=photo_id).exists()
    assert anna.post(address, {"deed": "remove"}).status_code == 303
    assert not Update.objects.exists()


def test_what_the_desk_hides_is_gone_for_everybody_and_the_group_reads_why(
    plan: Initiative, anna: Client, neighbourhood: World
) -> None:
    anna.post(tab(plan), {"deed": "tell", "text": "Dit hoort hier niet", "photos": [photo()]})
    update = Update.objects.get()
    photo_id = update.photos.get().photo_id
    desk = neighbourhood.client(neighbourhood.dirk)
    assert desk.post(tab(plan), {"deed": "hide", "update": update.pk}).status_code == 400
    assert desk.post(tab(plan), {"deed": "hide", "update": update.pk, "why": "Een kind is te zien"}).status_code == 303
    assert "Dit hoort hier niet" not in shown(plan)
    assert "Dit hoort hier niet" not in visitor().get(f"/initiatieven/{plan.slug}/dagboek/").content.decode()
    assert visitor().get(f"/api/v1/initiatives/{plan.slug}/updates").json()["results"] == []
    assert visitor().get(f"/photos/{photo_id}/thumb").status_code == 404
    inside = anna.get(tab(plan)).content.decode()
    assert "Een kind is te zien" in inside
    seen = anna.get(f"/photos/{photo_id}/thumb")
    assert seen.status_code == 200
    assert seen.getvalue()
    assert anna.post(tab(plan), {"deed": "show", "update": update.pk}).status_code == 403
    assert desk.post(tab(plan), {"deed": "show", "update": update.pk}).status_code == 303
    assert "Dit hoort hier niet" in shown(plan)


def test_a_milestone_is_planned_changed_reached_and_removed(plan: Initiative, anna: Client) -> None:
    assert anna.post(tab(plan), {"deed": "milestone", "title": "", "on": "morgen"}).status_code == 400
    assert anna.post(tab(plan), {"deed": "milestone", "title": "Hek staat", "on": "2031-05-01"}).status_code == 303
    row = Milestone.objects.get()
    assert "Hek staat" in shown(plan)
    new = {"deed": "milestone-change", "milestone": row.pk, "title": "Het hek staat", "on": "2031-06-01"}
    assert anna.post(tab(plan), new).status_code == 303
    assert anna.post(tab(plan), {"deed": "milestone-done", "milestone": row.pk}).status_code == 303
    row.refresh_from_db()
    assert row.title == "Het hek staat"
    assert row.done_at is not None
    assert 'data-state="done"' in shown(plan)
    assert anna.post(tab(plan), {"deed": "milestone-undone", "milestone": row.pk}).status_code == 303
    assert anna.post(tab(plan), {"deed": "milestone-remove", "milestone": row.pk}).status_code == 303
    assert not Milestone.objects.exists()


def test_money_stands_in_the_open_as_words_and_as_a_table(plan: Initiative, anna: Client) -> None:
    wrong = anna.post(tab(plan), {"deed": "entry", "direction": "out", "label": "Hout", "amount": "veel"})
    assert wrong.status_code == 400
    for direction, label, amount, planned in (
        ("out", "Hout en zand", "1.000", "1"),
        ("in", "Wijkbudget", "800,00", ""),
        ("out", "Hout", "€ 250,50", ""),
    ):
        said = {"deed": "entry", "direction": direction, "label": label, "amount": amount, "planned": planned}
        assert anna.post(tab(plan), said).status_code == 303
    page = visitor().get(f"/initiatieven/{plan.slug}/")
    money = page.context["money"]
    assert (money.planned_out, money.came_in, money.went_out, money.left) == (100_000, 80_000, 25_050, 54_950)
    assert money.percent == 25
    assert "Wijkbudget" in page.content.decode()
    entry = Entry.objects.get(label="Hout")
    assert anna.post(tab(plan), {"deed": "entry-remove", "entry": entry.pk}).status_code == 303
    assert Entry.objects.count() == 2


def test_amounts_are_read_as_people_write_them() -> None:
    said = {"12": 1200, "12,5": 1250, "€ 1.250,-": 125_000, "1,250.75": 125_075, "0": None, "-5": None, "": None}
    assert {typed: read_euros(typed) for typed in said} == said
    assert euros(125_000).startswith("€\u00a01")


def test_another_municipality_and_a_stranger_write_nothing(plan: Initiative) -> None:
    elsewhere = visitor(HOST_B)
    signed_in(elsewhere, "anna@example.nl", host=HOST_B)
    assert elsewhere.get(tab(plan)).status_code == 404
    assert elsewhere.get(f"/initiatieven/{plan.slug}/dagboek/").status_code == 404
    stranger = visitor()
    signed_in(stranger, "ver@example.nl")
    assert stranger.post(tab(plan), {"deed": "tell", "text": "Ik"}).status_code == 404
    assert not Update.objects.exists()


def test_an_idea_has_no_diary_yet(neighbourhood: World) -> None:
    idea = submitted(resident("bea@example.nl", name="Bea"))
    bea = visitor()
    signed_in(bea, "bea@example.nl")
    assert bea.get(tab(idea)).status_code == 200
    assert bea.post(tab(idea), {"deed": "tell", "text": "Alvast"}).status_code == 409
    assert visitor().get(f"/initiatieven/{idea.slug}/dagboek/").status_code == 404


def test_the_diary_over_the_api(plan: Initiative, anna: Client) -> None:
    address, key = f"/api/v1/initiatives/{plan.slug}/updates", str(uuid4())
    assert visitor().post(address, {"text": "Ik"}, "application/json").status_code == 401
    body = {"text": "We plantten bollen.", "title": "Bollen"}
    first = anna.post(address, body, "application/json", headers={"Idempotency-Key": key})
    again = anna.post(address, body, "application/json", headers={"Idempotency-Key": key})
    assert (first.status_code, again.status_code) == (201, 201)
    assert Update.objects.count() == 1
    [one] = visitor().get(address).json()["results"]
    assert (one["title"], one["by"], one["name"]) == ("Bollen", "group", "Anna")
    stranger = visitor()
    signed_in(stranger, "ver@example.nl")
    assert stranger.post(address, body, "application/json").status_code == 403


def test_much_to_tell_comes_in_pages_and_costs_four_queries(plan: Initiative, django_assert_num_queries: Any) -> None:
    who, now = actor(plan.members.select_related("resident").get().resident), timezone.now()  # type: ignore[arg-type]
    for number in range(12):
        tell_update(slug=plan.slug, text=f"Dag {number}", actor=who, now=now)
    add_milestone(slug=plan.slug, title="Klaar", on=now.date(), actor=who, now=now)
    add_entry(slug=plan.slug, direction="in", planned=True, label="Gift", cents=5000, actor=who, now=now)
    with django_assert_num_queries(4):
        telling_of(plan, now.date())
    first = visitor().get(f"/initiatieven/{plan.slug}/dagboek/")
    assert len(first.context["diary"].told) == 10
    assert first.context["diary"].more
    assert len(visitor().get(f"/initiatieven/{plan.slug}/dagboek/?pagina=2").context["diary"].told) == 2
    assert visitor().get(f"/initiatieven/{plan.slug}/dagboek/?pagina=9").status_code == 404


def test_pages_of_the_diary_are_in_the_export_of_who_wrote_them(neighbourhood: World) -> None:
    plan = coached(neighbourhood)
    client = Client()
    signed_in(client, "anna@example.nl", name="Anna")
    address = f"/api/v1/initiatives/{plan.slug}/updates"
    body = {"title": "Begin", "text": "De eerste bak staat."}
    assert client.post(address, body, "application/json").status_code == 201
    told = client.get("/mijn/inzien/bestand/").json()["groups"]["diary"]
    assert [(one["title"], one["text"]) for one in told] == [("Begin", "De eerste bak staat.")]
    assert "De eerste bak staat." in client.get("/mijn/inzien/").content.decode()
