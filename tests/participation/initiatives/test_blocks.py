"""What a block covers, and that erasing an account does not undo it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from core.errors import NotAllowed
from core.work.schedule import enqueue_due
from participation.initiatives import blocks
from participation.initiatives.actions import commenting, invite
from participation.initiatives.models import Block, Initiative, KeptBlock
from participation.initiatives.permissions import COVERED, Deed, covers
from participation.initiatives.tasks.commenting import sweep_blocks
from participation.initiatives.tokens import token_of
from participation.residents.models import Resident
from participation.texts.models import BlockedWord
from tests.participation.initiatives.conftest import actor, draft, join
from tests.participation.initiatives.test_support import gathering
from tests.participation.residents.signing_in import ask, browser, fill_in, mailed_code
from tests.support.residents import rows_with, signed_in
from tests.support.world import World

pytestmark = pytest.mark.django_db
BOOS = "boos@example.nl"
JSON = "application/json"


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """The same address asks for codes in several tests."""
    cache.clear()


@pytest.fixture
def plan(neighbourhood: World) -> Initiative:
    return gathering(neighbourhood)


def block(plan: Initiative, world: World, who: Resident, days: int = 7) -> Block:
    """Dirk blocks who said something at this plan."""
    said = commenting.comment(slug=plan.slug, text="Grom", name="Boos", actor=actor(who), now=timezone.now())
    dirk, now = world.actor(world.dirk), timezone.now()
    return commenting.block(slug=plan.slug, comment_id=said.pk, days=days, reason="Dreigen", actor=dirk, now=now)


def erase(client: Client) -> None:
    client.post("/mijn/wissen/")
    assert client.post("/mijn/wissen/code/", {"code": mailed_code()}).status_code == 302


def sign_in_again(client: Client) -> None:
    ask(client, BOOS)
    assert fill_in(client, mailed_code(), BOOS).status_code == 303


def says(client: Client, plan: Initiative) -> Any:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client.post(f"/api/v1/initiatives/{plan.slug}/comments", {"text": "Ha"}, JSON)


def test_who_is_blocked_writes_nothing_that_others_read_and_does_all_the_rest(
    plan: Initiative, neighbourhood: World, client: Client
) -> None:
    anna = signed_in(client, "anna@example.nl", name="Anna")
    at = f"/api/v1/initiatives/{plan.slug}"
    me = client.get(f"{at}/plan").json()
    member = plan.members.get(resident=anna).pk
    covered: dict[str, tuple[str, str, dict[str, Any]]] = {
        "edit-plan": ("patch", at, {"wanted": "Scheppen"}),
        "call": ("patch", f"{at}/members/{member}", {"name": "Anders"}),
        "comment": ("post", f"{at}/comments", {"text": "Ik weer"}),
        "tell": ("post", f"{at}/updates", {"text": "We begonnen"}),
        "ask-help": ("post", f"{at}/help-requests", {"kind": "advice", "what": "Raad", "seenBy": "everybody"}),
        "invite": ("post", f"{at}/invitations", {"email": "bea@example.nl"}),
    }
    block(plan, neighbourhood, anna)
    for deed, (method, address, body) in covered.items():
        answer = getattr(client, method)(address, body, JSON, headers={"if-match": f'"{me["version"]}"'})
        assert (answer.status_code, deed in COVERED) == (403, True), (deed, answer.content)
        assert "Dreigen" in answer.json()["detail"]
    assert (
        client.post(f"/initiatieven/{plan.slug}/groep/gesprek/", {"deed": "write", "text": "Mag ik weer?"}).status_code
        == 303
    )
    assert client.post(f"{at}/steps", {"step": "plan"}, JSON).status_code == 201
    assert not Initiative.objects.get(pk=plan.pk).updates.exists()


def test_a_blocked_neighbour_offers_nothing_but_may_support_follow_and_write_a_draft(
    plan: Initiative, neighbourhood: World, client: Client
) -> None:
    boos = signed_in(client, BOOS, name="Boos")
    mine = draft(boos, title="Mijn plan")
    block(plan, neighbourhood, boos)
    at = f"/api/v1/initiatives/{plan.slug}"
    assert client.post(f"{at}/offers", {"kind": "hours", "text": "Ik kom"}, JSON).status_code == 403
    assert client.post(f"{at}/supporters", {"livesHere": True}, JSON).status_code == 201
    assert client.put(f"{at}/follow", {"often": "weekly"}, JSON).status_code in {200, 201}
    version = client.get(f"/api/v1/initiatives/{mine.slug}/plan").json()["version"]
    own = f"/api/v1/initiatives/{mine.slug}"
    changed = client.patch(own, {"why": "Zomaar"}, JSON, headers={"if-match": f'"{version}"'})
    assert changed.status_code == 200, changed.content
    assert client.post(f"{own}/_submit", {}, JSON).status_code == 403, "but it goes to nobody"
    Block.objects.update(until=timezone.now() - timedelta(minutes=1))
    assert client.post(f"{own}/_submit", {}, JSON).status_code == 200


def test_a_blocked_neighbour_puts_no_name_on_a_page_by_joining_its_group(
    plan: Initiative, neighbourhood: World, client: Client
) -> None:
    boos = signed_in(client, BOOS, name="Boos")
    made = block(plan, neighbourhood, boos)
    unsent = draft(title="Nog niet verstuurd")
    for one in (plan, unsent):
        with pytest.raises(NotAllowed) as refused:
            join(one, boos)
        assert "Dreigen" in str(refused.value.message)
        assert not one.members.filter(resident=boos).exists()
    starter = plan.members.get(role="starter").resident
    assert starter is not None
    link = invite(slug=plan.slug, email="", language="nl", actor=actor(starter), now=timezone.now())
    page = client.post(f"/initiatieven/uitnodiging/{token_of(link.seed, 'invitation')}/", {"name": "Scheldwoord"})
    assert page.status_code == 409
    assert "Dreigen" in page.content.decode()
    Block.objects.filter(pk=made.pk).update(until=timezone.now() - timedelta(minutes=1))
    join(plan, boos)
    assert plan.members.filter(resident=boos).exists()


def test_what_a_block_covers_is_a_deed_by_which_others_read_words() -> None:
    open_to_all = {Deed.SEE, Deed.SUPPORT, Deed.FOLLOW, Deed.TALK, Deed.LEAVE, Deed.HAND_OVER, Deed.STEP}
    assert COVERED.isdisjoint(open_to_all)
    assert not covers(Deed.EDIT, "draft") and covers(Deed.EDIT, "talking") and covers(Deed.INVITE, "draft")


def test_who_erases_their_account_and_signs_in_again_is_still_blocked_and_later_not(
    plan: Initiative, neighbourhood: World
) -> None:
    client = browser()
    made = block(plan, neighbourhood, signed_in(client, BOOS, name="Boos"))
    erase(client)
    assert rows_with(BOOS) == [] and not Block.objects.exists(), "nothing to know them by stays"
    kept = KeptBlock.objects.get()
    assert kept.until == made.until and len(kept.address_hash) == 64
    sign_in_again(client)
    Resident.objects.filter(email=BOOS).update(name="Boos")
    refused = says(client, plan)
    assert refused.status_code == 403 and "erased" in refused.json()["detail"]
    told = json.loads(client.get("/mijn/inzien/bestand/").content)
    assert list(told["comments"]["blocks"][0]) == ["until"], "and their export tells it"
    erase(client)
    sign_in_again(client)
    Resident.objects.filter(email=BOOS).update(name="Boos")
    assert says(client, plan).status_code == 403, "however often"
    other = Client()
    signed_in(other, "bea@example.nl", name="Bea")
    assert says(other, plan).status_code == 201, "nobody else is"
    KeptBlock.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert says(client, plan).status_code == 201
    assert sweep_blocks.func() == 1 and not KeptBlock.objects.exists()


def test_a_block_that_is_over_or_lifted_leaves_nothing_behind(plan: Initiative, neighbourhood: World) -> None:
    client = browser()
    made = block(plan, neighbourhood, signed_in(client, BOOS, name="Boos"))
    commenting.lift_block(
        slug=plan.slug, block_id=made.pk, actor=neighbourhood.actor(neighbourhood.dirk), now=timezone.now()
    )
    erase(client)
    assert not KeptBlock.objects.exists()


def test_a_kept_block_holds_after_the_secret_key_was_changed(
    plan: Initiative, neighbourhood: World, settings: Any
) -> None:
    client = browser()
    block(plan, neighbourhood, signed_in(client, BOOS, name="Boos"))
    erase(client)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]
    signed_in(client, BOOS, name="Boos")
    assert says(client, plan).status_code == 403


def test_the_desk_lifts_what_is_kept_of_a_block(plan: Initiative, neighbourhood: World, client: Client) -> None:
    who = signed_in(client, BOOS, name="Boos")
    block(plan, neighbourhood, who)
    erase(client)
    client = browser()
    sign_in_again(client)
    Resident.objects.filter(email=BOOS).update(name="Boos")
    assert says(client, plan).status_code == 403
    desk, page = neighbourhood.client(neighbourhood.dirk), f"/werk/initiatieven/{plan.slug}/gesprek/"
    assert 'value="lift-kept"' in desk.get(page).content.decode()
    for wrong in ("iemand@example.nl", "geen adres"):
        refused = desk.post(page, {"deed": "lift-kept", "address": wrong})
        assert refused.status_code == 400
        assert refused.context["problems"][0][0] == "#id_address"
    assert says(client, plan).status_code == 403
    assert desk.post(page, {"deed": "lift-kept", "address": " BOOS@example.nl "}).status_code == 303
    assert says(client, plan).status_code == 201
    assert 'value="lift-kept"' not in desk.get(page).content.decode()


def test_both_addresses_of_an_account_are_freed_at_once(plan: Initiative, neighbourhood: World) -> None:
    """A block is kept for each address they had; their new account has both."""
    now, gemeente = timezone.now(), plan.gemeente_id
    back = Resident.objects.create(gemeente_id=gemeente, email=BOOS, phone="+31612345678", created_at=now)
    Block.objects.create(resident=back, reason="Dreigen", since=now, until=now + timedelta(days=9))
    blocks.keep_block(back, now)
    Block.objects.all().delete()
    assert KeptBlock.objects.count() == 2 and blocks.kept_until(back, now)
    commenting.lift_kept_block(slug=plan.slug, address=BOOS, actor=neighbourhood.actor(neighbourhood.dirk), now=now)
    assert not KeptBlock.objects.exists()


def test_who_does_not_moderate_here_lifts_nothing(plan: Initiative, neighbourhood: World) -> None:
    back = Resident.objects.create(gemeente_id=plan.gemeente_id, email=BOOS, created_at=timezone.now())
    Block.objects.create(
        resident=back, reason="Dreigen", since=timezone.now(), until=timezone.now() + timedelta(days=9)
    )
    blocks.keep_block(back, timezone.now())
    page = f"/werk/initiatieven/{plan.slug}/gesprek/"
    for other in (neighbourhood.bram, neighbourhood.zoe):
        said = neighbourhood.client(other).post(page, {"deed": "lift-kept", "address": BOOS})
        assert said.status_code in {403, 404}
    assert KeptBlock.objects.exists()


def test_what_is_kept_of_a_block_is_looked_after_every_hour() -> None:
    assert "sweep-initiative-blocks" in enqueue_due(now=timezone.now())


@pytest.mark.parametrize(
    ("address", "body", "field"),
    [
        ("updates", {"text": "Wat een rotding"}, "text"),
        ("updates", {"title": "Rotding", "text": "Hoi"}, "title"),
        ("milestones", {"title": "Het rotding weg", "on": "2027-04-30"}, "title"),
        ("money", {"direction": "out", "label": "Dat rotding", "cents": 500}, "label"),
    ],
)
def test_what_everybody_reads_at_once_holds_no_blocked_word(
    plan: Initiative, neighbourhood: World, client: Client, address: str, body: dict[str, Any], field: str
) -> None:
    BlockedWord.objects.create(gemeente=neighbourhood.a, phrase="rotding", deed="hold")
    signed_in(client, "anna@example.nl", name="Anna")
    answer = client.post(f"/api/v1/initiatives/{plan.slug}/{address}", body, JSON)
    assert answer.status_code == 400, answer.content
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, "blocked")]


def test_a_name_in_public_is_no_blocked_word(plan: Initiative, neighbourhood: World, client: Client) -> None:
    BlockedWord.objects.create(gemeente=neighbourhood.a, phrase="rotding", deed="hold")
    member = plan.members.get(resident=signed_in(client, "anna@example.nl", name="Anna")).pk
    answer = client.patch(f"/api/v1/initiatives/{plan.slug}/members/{member}", {"name": "Rotding"}, JSON)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "name")


def test_looking_back_holds_no_blocked_word(plan: Initiative, neighbourhood: World, client: Client) -> None:
    BlockedWord.objects.create(gemeente=neighbourhood.a, phrase="rotding", deed="hold")
    signed_in(client, "anna@example.nl", name="Anna")
    Initiative.objects.filter(pk=plan.pk).update(stage="done", ended_at=timezone.now())
    address = f"/initiatieven/{plan.slug}/groep/terugblik/"
    assert client.post(address, {"worked": "Het rotding is weg"}).status_code == 400
    assert client.post(address, {"worked": "Het staat er"}).status_code in {302, 303}
