"""An initiative that succeeded: the group looks back, the desk tells others, the coach is asked again."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from PIL import Image

from cms.approaches.models import ApproachPage
from cms.wins.models import ResidentPhoto, SmallWinPage
from core.media.actions import store_upload
from core.work.worker import run_due_tasks
from participation.cases.models import Consent, Mention
from participation.initiatives.actions.drafting import add_photos
from participation.initiatives.actions.stepping import take_step
from participation.initiatives.actions.telling import add_entry, add_milestone
from participation.initiatives.models import Initiative, LookingBack, Member
from participation.initiatives.tasks.looking_back import anybody_due, ask_coaches_again
from participation.routing.models import Responsibility
from tests.cms.conftest import Sites
from tests.participation.initiatives.conftest import actor, initiative_categories, submitted
from tests.support.residents import resident, signed_in
from tests.support.world import HOST_A, World

pytestmark = pytest.mark.django_db

SAID = {
    "worked": "Samen koken in de tuin.\nElke zaterdag om tien uur beginnen.",
    "for_whom": "Voor kinderen van de school",
    "otherwise": "Eerder om water vragen.",
    "again": "yes",
    "thanks": "De bakker op de hoek",
    "carried_on_by": "De tuingroep",
    "money_after": "Van de verkoop van jam",
}


def photo() -> UUID:
    file = BytesIO()
    Image.new("RGB", (1200, 800), "green").save(file, "JPEG")
    file.seek(0)
    return store_upload(file=file, now=timezone.now()).photo.pk


@pytest.fixture
def done(sites: Sites, world: World) -> Initiative:
    """Of Anna, coached by Dirk; it succeeded."""
    initiative_categories(world)
    Responsibility.objects.get_or_create(gemeente=world.a, kind="initiative", team=world.care)
    anna = resident(name="Anna")
    now = timezone.now()
    made = submitted(anna)
    add_photos(slug=made.slug, ids=[photo()], actor=actor(anna), now=now)
    for step in ("accept", "gather", "begin"):
        take_step(slug=made.slug, name=step, actor=world.actor(world.dirk), now=now)
    add_milestone(slug=made.slug, title="Het hek staat", on=now.date(), actor=actor(anna), now=now)
    add_entry(
        slug=made.slug, direction="out", planned=False, label="Hout", cents=25_000, actor=actor(anna), now=now
    )  # fmt: skip
    take_step(slug=made.slug, name="finish", actor=actor(anna), now=now)
    return Initiative.objects.get(pk=made.pk)


@pytest.fixture
def anna(done: Initiative) -> Client:
    client = Client(headers={"host": HOST_A})
    signed_in(client, "anna@example.nl")
    return client


def back(done: Initiative) -> str:
    return f"/initiatieven/{done.slug}/groep/terugblik/"


def desk_page(done: Initiative) -> str:
    return f"/werk/initiatieven/{done.slug}/afloop/"


def test_the_group_looks_back_and_everybody_reads_it(done: Initiative, anna: Client) -> None:
    wrong = anna.post(back(done), SAID | {"worked": ""})
    assert wrong.status_code == 400
    assert wrong.context["problems"][0][0] == "#id_worked"
    assert anna.post(back(done), SAID | {"until": "2031-01-01"}).status_code == 303
    page = Client(headers={"host": HOST_A}).get(f"/initiatieven/{done.slug}/").content.decode()
    for words in ("Samen koken", "De bakker", "De tuingroep", "jam"):
        assert words in page
    assert anna.get(back(done)).context["typed"]["until"] == "2031-01-01"
    stranger = Client(headers={"host": HOST_A})
    signed_in(stranger, "ver@example.nl")
    assert stranger.get(back(done)).status_code == 404


def test_private_words_in_it_are_asked_about_once(done: Initiative, anna: Client) -> None:
    said = SAID | {"thanks": "Bel 06-12345678"}
    page = anna.post(back(done), said)
    assert page.context["asked"]["findings"]
    assert not LookingBack.objects.exists()
    assert anna.post(back(done), said | {"guarded": page.context["asked"]["mark"]}).status_code == 303


def test_one_that_goes_on_cannot_be_looked_back_on(done: Initiative, anna: Client, world: World) -> None:
    going = submitted(resident("bea@example.nl", name="Bea"), title="Een bank")
    take_step(slug=going.slug, name="accept", actor=world.actor(world.dirk), now=timezone.now())
    bea = Client(headers={"host": HOST_A})
    signed_in(bea, "bea@example.nl")
    assert bea.post(back(going), SAID).status_code == 409
    assert not LookingBack.objects.exists()
    desk = world.client(world.dirk)
    assert desk.post(desk_page(going), {"deed": "small-win"}).status_code == 409


def test_the_desk_makes_it_a_small_win_with_photos_only_if_the_group_agrees(
    done: Initiative, anna: Client, world: World
) -> None:
    desk = world.client(world.dirk)
    anna.post(back(done), SAID)
    answer = desk.post(desk_page(done), {"deed": "small-win"})
    assert answer.status_code == 200
    assert answer.context["made"].made
    win = SmallWinPage.objects.get()
    assert (win.title, win.case_id, win.live) == (done.title, done.case_id, False)
    assert win.photo_after is None
    assert "Samen koken" in str(win.body)
    thanked = list(win.thanked.values_list("kind", flat=True))
    assert thanked[0] == "group"
    assert "reporter" not in thanked
    assert not Consent.objects.filter(photos=True).exists()
    assert not desk.post(desk_page(done), {"deed": "small-win"}).context["made"].made
    assert SmallWinPage.objects.count() == 1


def test_photos_go_off_again_when_the_group_says_no(done: Initiative, anna: Client, world: World) -> None:
    anna.post(back(done), SAID | {"photos_agreed": "1"})
    assert Consent.objects.get(case_id=done.case_id or 0).photos is True
    mail.outbox.clear()
    world.client(world.dirk).post(desk_page(done), {"deed": "small-win"})
    win = SmallWinPage.objects.get()
    assert win.photo_after is not None
    assert ResidentPhoto.objects.filter(case_id=done.case_id or 0).exists()
    anna.post(back(done), SAID)
    win.refresh_from_db()
    assert win.photo_after is None
    assert Consent.objects.get(case_id=done.case_id or 0).photos is False


def test_the_win_and_the_initiative_lead_to_each_other(done: Initiative, anna: Client, world: World) -> None:
    anna.post(back(done), SAID)
    world.client(world.dirk).post(desk_page(done), {"deed": "small-win"})
    win = SmallWinPage.objects.get()
    win.get_parent().specific.save_revision().publish()
    win.save_revision().publish()
    visitor = Client(headers={"host": HOST_A})
    page = visitor.get(f"/initiatieven/{done.slug}/")
    assert page.context["win"].title == done.title
    story = visitor.get(win.get_url_parts()[2])
    assert story.status_code == 200
    assert f"/initiatieven/{done.slug}/" in story.content.decode()


def test_a_description_for_the_library_is_drafted_once(
    done: Initiative, anna: Client, world: World, administrator: Client
) -> None:
    anna.post(back(done), SAID)
    desk = world.client(world.dirk)
    answer = desk.post(desk_page(done), {"deed": "practice"})
    assert answer.status_code == 200
    page = ApproachPage.objects.get(initiative=done)
    assert (page.live, page.evidence, page.cost_from) == (False, "practice", 250)
    assert [str(one.value) for one in page.ingredients] == SAID["worked"].split("\n")
    assert [str(one.value) for one in page.steps] == ["Het hek staat"]
    assert not desk.post(desk_page(done), {"deed": "practice"}).context["made"].made
    assert ApproachPage.objects.filter(initiative=done).count() == 1
    assert f"/beheer/pages/{page.pk}/edit/" in administrator.get("/beheer/").content.decode()


def test_only_the_desk_that_holds_it_tells_others(done: Initiative, anna: Client, world: World) -> None:
    assert world.client(world.bram).get(desk_page(done)).status_code in {403, 404}
    assert anna.get(desk_page(done)).status_code == 302
    assert world.client(world.zoe).get(desk_page(done)).status_code == 404


def test_the_coach_is_asked_again_once_when_the_money_ends(done: Initiative, anna: Client, world: World) -> None:
    today = timezone.localdate()
    anna.post(back(done), SAID | {"until": (today + timedelta(days=1)).isoformat()})
    assert not anybody_due(timezone.now())
    LookingBack.objects.update(until=today)
    assert anybody_due(timezone.now())
    mail.outbox.clear()
    assert ask_coaches_again.func() == 1
    assert ask_coaches_again.func() == 0
    assert Mention.objects.get().professional_id == world.dirk.pk
    run_due_tasks()
    anna.post(back(done), SAID | {"until": (today - timedelta(days=1)).isoformat()})
    assert anybody_due(timezone.now())


def test_the_group_hears_once_that_its_small_win_can_be_read_and_who_left_or_wants_no_mail_does_not(
    done: Initiative, anna: Client, world: World
) -> None:
    for seat, name, left_at, mailed in (
        (2, "Bea", None, True),
        (3, "Dia", None, False),
        (None, "Cor", timezone.now(), True),
    ):
        who = resident(f"{name.lower()}@example.nl", name=name)
        Member.objects.create(
            initiative=done,
            resident=who,
            name=name,
            seat=seat,
            joined_at=timezone.now(),
            left_at=left_at,
            mailed=mailed,
        )
    anna.post(back(done), SAID)
    world.client(world.dirk).post(desk_page(done), {"deed": "small-win"})
    win = SmallWinPage.objects.get()
    assert "0 " not in win.lead
    win.get_parent().specific.save_revision().publish()
    run_due_tasks()
    mail.outbox.clear()
    for _time in range(2):
        win.save_revision().publish()
        run_due_tasks()
    told = [one for one in mail.outbox if win.title in one.body and "/wijken/" in one.body]
    assert sorted(one.to[0] for one in told) == ["anna@example.nl", "bea@example.nl"]
