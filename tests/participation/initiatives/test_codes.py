"""Supporting with the code of a letter, where a municipality wants to know that supporters live there."""

from __future__ import annotations

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client, override_settings
from django.utils import timezone

from core.errors import DomainError, Invalid
from participation.initiatives.actions.code_letters import make_codes
from participation.initiatives.actions.supporting import support
from participation.initiatives.models import Initiative, InitiativeSettings, Support, SupportCode
from participation.residents.holdings import holdings
from participation.residents.letter_codes import new_code, printed
from tests.participation.initiatives.conftest import actor, initiative_categories
from tests.participation.initiatives.test_support import gathering
from tests.support.residents import resident, signed_in
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(neighbourhood: World) -> Initiative:
    cache.clear()
    InitiativeSettings.objects.create(gemeente=neighbourhood.a, who_supports="letter")
    return gathering(neighbourhood)


def desk(world: World, plan: Initiative) -> tuple[Client, str]:
    return world.client(world.dirk), f"/werk/initiatieven/{plan.slug}/brieven/"


def codes(world: World, plan: Initiative, count: int = 3) -> dict[int, str]:
    _batch, lines = make_codes(
        slug=plan.slug, name="Haven", count=count, actor=world.actor(world.dirk), now=timezone.now()
    )
    return {one.number: one.code for one in lines}


def test_the_desk_gets_the_codes_once_and_only_hashes_are_kept(neighbourhood: World, plan: Initiative) -> None:
    browser, address = desk(neighbourhood, plan)
    answer = browser.post(address, {"deed": "make", "name": "Haven", "count": "12"})
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))[1:]
    assert [row[0] for row in rows] == [str(number) for number in range(1, 13)]
    assert rows[0][2].endswith(f"/initiatieven/{plan.slug}/steun/")
    told = {row[1].replace("-", "") for row in rows}
    assert len(told) == 12
    kept = {value for one in SupportCode.objects.values() for value in map(str, one.values())}
    assert not kept & told
    page = browser.get(address)
    assert not any(code in page.content.decode().replace("-", "") for code in told)
    [batch] = page.context["batches"]
    assert (batch.name, batch.count, batch.first, batch.last) == ("Haven", 12, 1, 12)


def test_a_form_that_is_sent_again_makes_no_second_batch(neighbourhood: World, plan: Initiative) -> None:
    browser, address = desk(neighbourhood, plan)
    said = {"deed": "make", "name": "Haven", "count": "2"}
    said["form_token"] = browser.get(address).context["form_token"]
    assert [browser.post(address, said).status_code for _again in range(2)] == [200, 409]
    said["form_token"] = browser.get(address).context["form_token"]
    assert browser.post(address, said).status_code == 200
    assert SupportCode.objects.count() == 4


def test_a_mistake_at_the_desk_is_told_beside_its_field(neighbourhood: World, plan: Initiative) -> None:
    browser, address = desk(neighbourhood, plan)
    page = browser.post(address, {"deed": "make", "name": " ", "count": "0"})
    assert page.status_code == 400
    assert set(page.context["wrong"]) == {"name", "count"}
    assert not SupportCode.objects.exists()


def test_where_everybody_may_support_no_codes_are_made(neighbourhood: World, plan: Initiative) -> None:
    InitiativeSettings.objects.all().delete()
    InitiativeSettings.objects.create(gemeente=neighbourhood.a, who_supports="everybody")
    browser, address = desk(neighbourhood, plan)
    assert browser.post(address, {"deed": "make", "name": "Haven", "count": "2"}).status_code == 409
    assert not SupportCode.objects.exists()


def test_one_code_is_one_support_also_for_another_account(neighbourhood: World, plan: Initiative) -> None:
    code = codes(neighbourhood, plan)[1]
    page, first, second = f"/initiatieven/{plan.slug}/steun/", Client(), Client()
    signed_in(first, "een@example.nl")
    signed_in(second, "twee@example.nl")
    assert 'name="code"' in first.get(page).content.decode()
    assert first.post(page, {"deed": "support", "lives_here": "1"}).status_code == 400, "a tick is no letter"
    assert first.post(page, {"deed": "support", "code": printed(code).lower()}).status_code == 303
    refused = second.post(page, {"deed": "support", "code": code})
    assert refused.status_code == 400
    assert refused.context["problems"][0][0] == "#id_code"
    plan.refresh_from_db()
    assert (plan.support_count, plan.paper_count, Support.objects.count()) == (1, 0, 1)
    # Taken back: the letter says again what it said.
    assert first.post(page, {"deed": "withdraw"}).status_code == 303
    assert second.post(page, {"deed": "support", "code": code}).status_code == 303
    assert Support.objects.get().code == SupportCode.objects.get(number=1)


def test_the_database_itself_refuses_a_second_support_with_a_code(neighbourhood: World, plan: Initiative) -> None:
    codes(neighbourhood, plan)
    code, now = SupportCode.objects.get(number=1), timezone.now()
    Support.objects.create(initiative=plan, resident=resident("een@example.nl"), code=code, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Support.objects.create(initiative=plan, resident=resident("twee@example.nl"), code=code, at=now)


def test_the_api_says_that_a_letter_is_asked_for_and_takes_its_code(neighbourhood: World, plan: Initiative) -> None:
    given, browser = codes(neighbourhood, plan), Client()
    signed_in(browser, "buur@example.nl")
    address = f"/api/v1/initiatives/{plan.slug}/supporters"
    assert browser.get(address).json()["whoSupports"] == "letter"
    without = browser.post(address, {"livesHere": True}, "application/json")
    assert (without.status_code, without.json()["errors"][0]["field"]) == (400, "code")
    assert browser.post(address, {"code": printed(given[2])}, "application/json").json()["count"] == 1
    again = browser.post(address, {"code": printed(given[3])}, "application/json")
    assert (again.status_code, again.json()["count"]) == (201, 1)
    assert not Support.objects.filter(code__number=3).exists(), "who supports already uses up no other letter"


def test_a_code_of_another_initiative_is_a_guess(neighbourhood: World, plan: Initiative) -> None:
    other = gathering(neighbourhood)
    theirs, here = codes(neighbourhood, other)[1], resident("buur@example.nl")
    with pytest.raises(Invalid) as refusal:
        support(
            slug=plan.slug, lives_here=False, code=theirs, network="a", actor=actor(here), now=timezone.now()
        )  # fmt: skip
    assert refusal.value.errors[0].code == "wrong"


def tried(plan: Initiative, who: str, code: str, network: str) -> str:
    try:
        support(
            slug=plan.slug,
            lives_here=False,
            code=code,
            network=network,
            actor=actor(resident(who)),
            now=timezone.now(),
        )
    except Invalid as refusal:
        return refusal.errors[0].code
    except DomainError as refusal:
        return refusal.code
    return "counts"


def test_guesses_lock_a_line_and_an_account_for_right_codes_too(neighbourhood: World, plan: Initiative) -> None:
    given = codes(neighbourhood, plan)
    slip = given[1][:-1] + ("1" if given[1][-1] != "1" else "2")
    assert {tried(plan, "slip@example.nl", slip, "home") for _again in range(30)} == {"wrong"}
    assert tried(plan, "slip@example.nl", given[1], "home") == "counts", "a slip of the pen is no guess"
    said = [tried(plan, f"guess{at}@example.nl", new_code(), "line") for at in range(12)]
    assert said == ["wrong"] * 10 + ["too-many"] * 2
    assert tried(plan, "buur@example.nl", given[2], "line") == "too-many"
    assert tried(plan, "buur@example.nl", given[2], "next door") == "counts"
    said = [tried(plan, "mover@example.nl", new_code(), f"network {at}") for at in range(12)]
    assert said[-1] == "too-many", "an account that moves from network to network"
    assert tried(plan, "mover@example.nl", given[3], "home") == "too-many"
    assert Support.objects.count() == 2


def test_a_lost_letter_is_replaced_by_its_number_unless_it_counts(neighbourhood: World, plan: Initiative) -> None:
    given = codes(neighbourhood, plan)
    browser, address = desk(neighbourhood, plan)
    page = browser.post(address, {"deed": "replace", "number": "1"})
    assert page.status_code == 200
    found = re.search(r"data-code>([^<]+)<", page.content.decode())
    assert found is not None
    assert tried(plan, "een@example.nl", given[1], "a") == "voided"
    assert tried(plan, "een@example.nl", found[1], "a") == "counts"
    new = SupportCode.objects.get(replaces__number=1)
    assert new.number == 4
    for number, words in (("4", "used"), ("1", "voided"), ("9", "unknown")):
        refused = browser.post(address, {"deed": "replace", "number": number})
        assert refused.status_code == (400 if words == "unknown" else 409), number
    assert SupportCode.objects.count() == 4


def test_a_batch_that_went_astray_works_no_more_but_what_counts_counts(neighbourhood: World, plan: Initiative) -> None:
    given = codes(neighbourhood, plan)
    assert tried(plan, "een@example.nl", given[1], "a") == "counts"
    browser, address = desk(neighbourhood, plan)
    [batch] = browser.get(address).context["batches"]
    for wanted in (303, 404):
        assert browser.post(address, {"deed": "withdraw", "batch": batch.id}).status_code == wanted
    assert tried(plan, "twee@example.nl", given[2], "a") == "voided"
    plan.refresh_from_db()
    assert plan.support_count == 1


def test_how_often_somebody_replaces_letters_is_limited(neighbourhood: World, plan: Initiative) -> None:
    from django.conf import settings

    codes(neighbourhood, plan)
    browser, address = desk(neighbourhood, plan)
    with override_settings(THROTTLES=settings.THROTTLES | {"support-letter": "1/hour"}):
        assert browser.post(address, {"deed": "replace", "number": "1"}).status_code == 200
        assert browser.post(address, {"deed": "replace", "number": "2"}).status_code != 200
    assert not SupportCode.objects.get(number=2).voided_at


def test_a_letter_outlives_a_new_key_of_the_server(neighbourhood: World, plan: Initiative) -> None:
    from django.conf import settings

    code = codes(neighbourhood, plan)[1]
    with override_settings(SECRET_KEY="another" * 10, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert tried(plan, "een@example.nl", code, "a") == "counts"


def test_what_is_handed_over_to_a_resident_names_their_letter(neighbourhood: World, plan: Initiative) -> None:
    code = codes(neighbourhood, plan)[3]
    assert tried(plan, "een@example.nl", code, "a") == "counts"
    told = holdings["support"].export(resident("een@example.nl"))
    assert told["supports"][0]["letter"] == 3


@pytest.mark.django_db(transaction=True)
def test_a_code_that_many_use_at_once_counts_once(committed_world: World) -> None:
    cache.clear()
    initiative_categories(committed_world)
    InitiativeSettings.objects.create(gemeente=committed_world.a, who_supports="letter")
    plan = gathering(committed_world)
    code = codes(committed_world, plan)[1]
    people = [f"buur{at}@example.nl" for at in range(6)]
    for one in people:
        resident(one)

    def use(who: str) -> str:
        try:
            return tried(plan, who, code, "a")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(use, people))
    assert said == ["counts"] + ["used"] * 5
    plan.refresh_from_db()
    assert (plan.support_count, Support.objects.count()) == (1, 1)
