"""Small wins that propose themselves: chosen by an editor or not, and never published by a machine."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cms.wins.models import SmallWinPage
from core.work.worker import run_due_tasks
from participation.cases.actions import move_case
from participation.cases.models import Case, Consent, WinProposal
from tests.cms.celebrating import draft, make, reported, solve, solved
from tests.cms.conftest import Sites, signed_in
from tests.cms.test_rights_per_wijk import editor_of
from tests.support.world import IN_B, World

State = WinProposal.State


def proposed(world: World, **values: Any) -> Case:
    """Before and after in pictures, quick, and the first of its kind."""
    case = solved(world, **values)
    run_due_tasks()
    return case


def decide(client: Client, case: Case, deed: str) -> Any:
    return client.post(f"/beheer/small-wins/{case.pk}/", {"deed": deed}, follow=True)


def state(case: Case) -> str:
    return WinProposal.objects.get(case=case).state


def test_a_case_with_pictures_that_is_the_first_of_its_kind_is_proposed_and_nothing_is_published(
    sites: Sites, editor: Client
) -> None:
    case = proposed(sites.world)

    row = WinProposal.objects.get()
    assert (row.case_id, row.state, [one["code"] for one in row.reasons]) == (
        case.pk,
        State.OPEN,
        ["pictures", "first"],
    )
    assert not SmallWinPage.objects.exists()
    page = editor.get("/beheer/").content.decode()
    assert "There are photos of before and after." in page
    for private in ("Annabella", "oude bank", "Havenkade", case.reference):
        assert private not in page


def test_an_ordinary_case_is_not_proposed(sites: Sites) -> None:
    world = sites.world
    case = world.report().case
    move_case(reference=case.reference, move="resolve", message="x", actor=world.actor(world.bram), now=timezone.now())
    run_due_tasks()

    assert not WinProposal.objects.exists()


def test_the_second_of_its_kind_tells_less(sites: Sites) -> None:
    proposed(sites.world)
    second = proposed(sites.world)

    assert not WinProposal.objects.filter(case=second).exists()


@pytest.mark.parametrize("hidden", ["limited", "confidential"])
def test_what_is_not_public_is_never_proposed(sites: Sites, hidden: str) -> None:
    case = reported(sites.world).case
    Case.objects.filter(pk=case.pk).update(visibility=Case.Visibility.LIMITED)
    solve(sites.world, case)
    Case.objects.filter(pk=case.pk).update(visibility=hidden)
    run_due_tasks()

    assert not WinProposal.objects.exists()


def test_what_was_opened_again_or_hidden_waits_no_longer_and_comes_back_solved(sites: Sites, editor: Client) -> None:
    world = sites.world
    case = proposed(world)
    bram, now = world.actor(world.bram), timezone.now()
    move_case(reference=case.reference, move="reopen", actor=bram, now=now)

    assert "photos of before" not in editor.get("/beheer/").content.decode()
    assert "no longer solved" in decide(editor, case, "make").content.decode()
    assert not SmallWinPage.objects.exists()
    move_case(reference=case.reference, move="resolve", message="x", actor=bram, now=now)
    run_due_tasks()
    assert "photos of before" in editor.get("/beheer/").content.decode()
    assert WinProposal.objects.count() == 1


def test_an_editor_makes_the_draft_in_one_click(sites: Sites, editor: Client) -> None:
    case = proposed(sites.world)

    answer = decide(editor, case, "make")

    page = SmallWinPage.objects.get()
    assert answer.redirect_chain[-1][0] == f"/beheer/pages/{page.pk}/edit/"
    assert (page.live, page.case_id, state(case)) == (False, case.pk, State.MADE)
    assert Consent.objects.filter(case=case, photos=None).exists()
    assert "There is no answer yet" in answer.content.decode()
    assert "photos of before" not in editor.get("/beheer/").content.decode()


def test_an_editor_whose_pages_are_looked_at_first_makes_the_draft_with_the_button(sites: Sites) -> None:
    case = proposed(sites.world)
    west = editor_of(sites, sites.world.west)
    west.handler.enforce_csrf_checks = True
    first = west.get("/beheer/").content.decode()
    token = first.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]

    answer = west.post(f"/beheer/small-wins/{case.pk}/", {"deed": "make", "csrfmiddlewaretoken": token})

    page = SmallWinPage.objects.get()
    assert answer.headers["Location"] == f"/beheer/pages/{page.pk}/edit/"
    assert not page.live


def test_not_this_one_can_be_put_back(sites: Sites, editor: Client) -> None:
    case = proposed(sites.world)

    said = decide(editor, case, "dismiss").content.decode()

    assert state(case) == State.DISMISSED
    assert "photos of before" not in said
    assert 'value="restore"' in said
    assert "photos of before" in decide(editor, case, "restore").content.decode()
    assert state(case) == State.OPEN


def test_a_case_that_was_chosen_is_not_proposed_anew(sites: Sites, editor: Client) -> None:
    world = sites.world
    case = proposed(world)
    decide(editor, case, "dismiss")
    bram, now = world.actor(world.bram), timezone.now()
    move_case(reference=case.reference, move="reopen", actor=bram, now=now)
    move_case(reference=case.reference, move="resolve", message="x", actor=bram, now=now)
    run_due_tasks()

    assert state(case) == State.DISMISSED


def test_a_draft_made_at_the_desk_takes_the_proposal_away(sites: Sites) -> None:
    case = proposed(sites.world)

    draft(sites.world, case)

    assert state(case) == State.MADE


def test_somebody_elses_proposals_are_neither_seen_nor_touched(sites: Sites) -> None:
    case = proposed(sites.world)
    stranger = signed_in("redacteur-b", sites.b.editors)
    nobody = Client()

    assert "photos of before" not in stranger.get("/beheer/").content.decode()
    for deed in ("make", "dismiss"):
        assert "no longer there" in decide(stranger, case, deed).content.decode()
        assert nobody.post(f"/beheer/small-wins/{case.pk}/", {"deed": deed}).status_code == 302
    assert state(case) == State.OPEN
    assert not SmallWinPage.objects.exists()
    assert decide(stranger, Case(pk=999999), "make").status_code == 200


def test_the_desk_says_why_a_case_could_be_a_small_win(sites: Sites) -> None:
    world = sites.world
    case = proposed(world)
    bram = world.client(world.bram)

    def reasons() -> list[str]:
        found: list[str] = bram.get(f"/api/v1/cases/{case.reference}", headers={"accept-language": "en"}).json()[
            "smallWin"
        ]
        return found

    assert reasons() == ["There are photos of before and after.", "The first of its kind in this quarter."]
    make(bram, case)
    assert reasons() == []


def test_an_open_case_asks_nothing_of_the_table_of_proposals(sites: Sites, django_assert_max_num_queries: Any) -> None:
    world = sites.world
    case = world.report().case
    bram = world.client(world.bram)
    bram.get(f"/api/v1/cases/{case.reference}")

    with django_assert_max_num_queries(12) as asked:
        bram.get(f"/api/v1/cases/{case.reference}")

    assert not any("winproposal" in one["sql"] for one in asked.captured_queries)


def test_each_wijk_is_counted_also_the_one_that_celebrates_nothing(sites: Sites, editor: Client) -> None:
    world = sites.world
    case = solved(world)
    page = draft(world, case)
    page.photo_before = None
    page.photos_checked = True
    page.save_revision().publish()

    table = editor.get("/beheer/").content.decode()

    rows = table[table.index("counted-wins-title") :]
    west, east = rows[rows.index("Westerwijk") :], rows[rows.index("Oosterwijk") :]
    assert "1 small win," in " ".join(west[:200].split())
    assert "1 report solved" in " ".join(west[:400].split())
    assert "Nothing was celebrated here yet" in east[:300]
    assert "Duinwijk" not in rows


def test_a_municipality_without_proposals_has_a_quiet_first_page(sites: Sites) -> None:
    case = sites.world.report(at=IN_B, category="anders").case
    assert case.gemeente_id == sites.world.b.pk

    quiet = signed_in("redacteur-b", sites.b.editors).get("/beheer/").content.decode()

    assert "waiting-wins-title" not in quiet
