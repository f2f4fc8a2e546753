"""Making a poll at the desk, as a professional does it: with forms, and without a script."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from core.media.models import Photo
from participation.cases.models import Case
from participation.polls.models import Option, Poll, Question
from participation.polls.states import Kind, Level, Stage
from tests.participation.polls.conftest import open_poll, prepared, send, visitor
from tests.support.world import World

pytestmark = pytest.mark.django_db

NEW = "/werk/peilingen/nieuw/"


@pytest.fixture
def dirk(neighbourhood: World) -> Client:
    return neighbourhood.client(neighbourhood.dirk)


def begun(dirk: Client, **values: str) -> Poll:
    """One that Dirk began with the form."""
    typed = {"title": "Een boom op het plein", "area": "WK910101", "purpose": "Er is geld voor één boom."} | values
    answer = dirk.post(NEW, typed)
    assert answer.status_code == 303, answer.content.decode()
    return Poll.objects.select_related("case").get()


def page(poll: Poll, word: str = "") -> str:
    return f"/werk/peilingen/{poll.slug}/{word}"


def moment(days: int) -> str:
    return timezone.localtime(timezone.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def about(poll: Poll, **values: str) -> dict[str, str]:
    """Everything the form of a poll sends."""
    return {
        "version": str(poll.version),
        "title": poll.title,
        "intro": "Op het plein is plaats voor één boom.",
        "purpose": "Er is geld voor één boom.",
        "outcome_use": "De boom met de meeste stemmen planten we in maart.",
        "area": "WK910101",
        "who_may": "Iedereen die in de Westerwijk woont",
        "level": "device",
        "shows": "3",
        "may_change": "yes",
        "closes_at": moment(20),
        "answer_by": (timezone.localdate() + timedelta(days=50)).isoformat(),
    } | values


def question_of(dirk: Client, poll: Poll, kind: str, title: str = "Welke boom?", **more: str) -> Question:
    answer = dirk.post(page(poll, "vragen/"), {"kind": kind, "title": title, **more})
    assert answer.status_code == 303, answer.content.decode()
    return poll.questions.latest("pk")


def written(question: Question, **more: Any) -> dict[str, Any]:
    """What the page of a question sends when nothing is changed."""
    rows = list(question.options.all())
    return {
        "title": question.title,
        "explanation": question.explanation,
        "required": "yes",
        "page": str(question.page),
        "least": str(question.least),
        "most": "" if question.most is None else str(question.most),
        "row": [str(one.pk) for one in rows] + ["new0", "new1", "new2"],
        **{f"label-{one.pk}": one.label for one in rows},
        **{f"explanation-{one.pk}": one.explanation for one in rows},
        "go": "ready",
    } | more


def test_a_professional_begins_a_poll_and_has_its_case(dirk: Client, neighbourhood: World) -> None:
    poll = begun(dirk)
    assert poll.stage == Stage.PREPARING
    assert poll.case.kind == Case.Kind.POLL
    assert (poll.case.team_id, poll.case.assignee_id) == (neighbourhood.care.pk, neighbourhood.dirk.pk)
    assert poll.case.responded_at is not None
    assert poll.area_id == neighbourhood.west.pk
    assert not poll.is_public
    assert visitor().get(f"/peilingen/{poll.slug}/").status_code == 404
    assert poll.title in dirk.get("/werk/peilingen/").content.decode()


def test_what_even_a_first_draft_needs_stands_beside_its_field(dirk: Client) -> None:
    answer = dirk.post(NEW, {"title": "", "area": ""})
    assert answer.status_code == 400
    body = answer.content.decode()
    assert 'href="#id_title"' in body and 'href="#id_area"' in body
    assert not Poll.objects.exists()


def test_somebody_of_several_teams_says_which(neighbourhood: World) -> None:
    from participation.organisations.models import Membership

    Membership.objects.create(professional=neighbourhood.dirk, team=neighbourhood.desk)
    dirk = neighbourhood.client(neighbourhood.dirk)
    typed = {"title": "Een boom", "area": "WK910101"}
    assert dirk.post(NEW, typed).status_code == 400
    assert dirk.post(NEW, typed | {"team": str(neighbourhood.cleaning.pk)}).status_code == 400
    assert dirk.post(NEW, typed | {"team": str(neighbourhood.desk.pk)}).status_code == 303
    assert Poll.objects.get().case.team_id == neighbourhood.desk.pk


def test_everything_of_it_is_filled_in_and_it_opens(dirk: Client) -> None:
    poll = begun(dirk)
    assert dirk.post(page(poll, "gegevens/"), about(poll)).status_code == 303
    poll.refresh_from_db()
    assert (poll.level, poll.may_change, poll.at_desk) == (Level.DEVICE, True, False)
    question = question_of(dirk, poll, "single")
    fresh = {"label-new0": "Linde", "label-new1": "Eik", "label-new2": ""}
    assert dirk.post(page(poll, f"vragen/{question.pk}/"), written(question, **fresh)).status_code == 303
    assert list(question.options.values_list("label", flat=True)) == ["Linde", "Eik"]
    poll.refresh_from_db()
    step = dirk.post(page(poll), {"step": "open", "version": poll.version})
    assert step.status_code == 303
    poll.refresh_from_db()
    assert poll.stage == Stage.OPEN
    assert send(visitor(), poll).status_code == 201


def test_what_is_missing_blocks_opening_and_leads_to_its_field(dirk: Client) -> None:
    poll = begun(dirk, purpose="")
    body = dirk.get(page(poll)).content.decode()
    for field in ("purpose", "outcome_use", "who_may", "closes_at", "answer_by"):
        assert f'href="/werk/peilingen/{poll.slug}/gegevens/#id_{field}"' in body
    answer = dirk.post(page(poll), {"step": "open"})
    assert answer.status_code == 400
    assert f'href="{page(poll, "gegevens/")}#id_purpose"' in answer.content.decode()
    poll.refresh_from_db()
    assert poll.stage == Stage.PREPARING


def test_somebody_who_saw_an_older_version_is_stopped_and_keeps_what_they_typed(dirk: Client) -> None:
    poll = begun(dirk)
    assert dirk.post(page(poll, "gegevens/"), about(poll)).status_code == 303
    answer = dirk.post(page(poll, "gegevens/"), about(poll, intro="Mijn woorden die ik niet kwijt wil."))
    assert answer.status_code == 409
    assert "Mijn woorden die ik niet kwijt wil." in answer.content.decode()


def test_days_out_of_order_and_no_days_at_all_are_refused(dirk: Client) -> None:
    poll = begun(dirk)
    early = about(poll, opens_at=moment(9), closes_at=moment(3))
    assert 'href="#id_closes_at"' in dirk.post(page(poll, "gegevens/"), early).content.decode()
    odd = about(poll, closes_at="morgen", answer_by="overmorgen")
    body = dirk.post(page(poll, "gegevens/"), odd).content.decode()
    assert 'href="#id_closes_at"' in body and 'href="#id_answer_by"' in body


def test_yes_or_no_brings_its_own_options_in_every_language(dirk: Client) -> None:
    poll = begun(dirk)
    question = question_of(dirk, poll, "yesno", "Moet de boom weg?")
    assert list(question.options.values_list("code", flat=True)) == ["yes", "no", "none"]
    yes = question.options.get(code="yes")
    typed = written(question, **{f"explanation-{yes.pk}": "Dan zagen we in maart."})
    assert dirk.post(page(poll, f"vragen/{question.pk}/"), typed).status_code == 303
    yes.refresh_from_db()
    assert yes.explanation == "Dan zagen we in maart."
    assert question.options.count() == 3


def test_options_move_go_and_keep_their_key(dirk: Client) -> None:
    poll = begun(dirk)
    question = question_of(dirk, poll, "ranking")
    address = page(poll, f"vragen/{question.pk}/")
    dirk.post(address, written(question, **{"label-new0": "Linde", "label-new1": "Eik", "label-new2": "Es"}))
    linde, eik, es = question.options.all()
    dirk.post(address, written(question, up=str(es.pk), go=""))
    assert [one.pk for one in question.options.all()] == [linde.pk, es.pk, eik.pk]
    dirk.post(address, written(question, drop=str(linde.pk), go="", **{"label-new0": "Beuk"}))
    assert [one.label for one in question.options.all()] == ["Es", "Eik", "Beuk"]
    double = dirk.post(address, written(question, **{"label-new0": "es"}))
    assert double.status_code == 400 and 'value="es"' in double.content.decode()


def status_of(browser: Client, address: str) -> int:
    """Of a file, which is closed again."""
    answer: Any = browser.get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return int(answer.status_code)


def picture() -> SimpleUploadedFile:
    held = BytesIO()
    Image.new("RGB", (60, 40), "green").save(held, "JPEG")
    return SimpleUploadedFile("boom.jpg", held.getvalue(), "image/jpeg")


def test_an_option_has_a_photo_that_the_team_sees_first_and_everybody_later(dirk: Client) -> None:
    poll = begun(dirk)
    question = question_of(dirk, poll, "single")
    address = page(poll, f"vragen/{question.pk}/")
    dirk.post(address, written(question, **{"label-new0": "Linde", "label-new1": "Eik"}))
    linde, _eik = question.options.all()
    answer = dirk.post(address, written(question, **{f"photo-{linde.pk}": picture(), f"alt-{linde.pk}": "Een linde"}))
    assert answer.status_code == 303
    linde.refresh_from_db()
    assert linde.photo_id is not None and linde.alt == "Een linde"
    photo = f"/photos/{linde.photo_id}/thumb"
    assert status_of(dirk, photo) == 200
    assert status_of(visitor(), photo) == 404
    assert photo in dirk.get(address).content.decode()
    dirk.post(page(poll, "gegevens/"), about(Poll.objects.get()))
    assert dirk.post(page(poll), {"step": "open"}).status_code == 303
    assert status_of(visitor(), photo) == 200


def test_a_photo_that_is_taken_out_is_gone(dirk: Client) -> None:
    poll = begun(dirk)
    question = question_of(dirk, poll, "single")
    address = page(poll, f"vragen/{question.pk}/")
    dirk.post(address, written(question, **{"label-new0": "Linde"}))
    linde = question.options.get()
    dirk.post(address, written(question, **{f"photo-{linde.pk}": picture()}))
    dirk.post(address, written(question, bare=str(linde.pk), go=""))
    linde.refresh_from_db()
    assert linde.photo_id is None and not Photo.objects.exists()
    bad = written(question, **{f"photo-{linde.pk}": SimpleUploadedFile("x.jpg", b"nothing", "image/jpeg")})
    answer = dirk.post(address, bad)
    assert answer.status_code == 400 and f'href="#id_photo-{linde.pk}"' in answer.content.decode()


def test_a_question_may_depend_on_one_before_it(dirk: Client) -> None:
    poll = begun(dirk)
    first = question_of(dirk, poll, "yesno", "Komt u vaak op het plein?")
    second = question_of(dirk, poll, "open", "Wat doet u er?")
    yes = first.options.get(code="yes")
    address = page(poll, f"vragen/{second.pk}/")
    typed = written(second, **{"if": str(first.pk), f"if-options-{first.pk}": [str(yes.pk)]})
    assert dirk.post(address, typed).status_code == 303
    second.refresh_from_db()
    assert (second.if_question_id, second.if_options) == (first.pk, [yes.pk])
    nothing = dirk.post(address, written(second, **{"if": str(first.pk)}))
    assert nothing.status_code == 400
    moved = dirk.post(page(poll, "vragen/"), {"up": str(second.pk)})
    assert moved.status_code == 409
    dirk.post(page(poll, "vragen/"), {"drop": str(first.pk)})
    second.refresh_from_db()
    assert second.if_question_id is None and second.if_options == []


def test_questions_change_places(dirk: Client) -> None:
    poll = begun(dirk)
    first, second = question_of(dirk, poll, "open", "Een?"), question_of(dirk, poll, "scale", "Twee?")
    dirk.post(page(poll, "vragen/"), {"down": str(first.pk)})
    assert [one.pk for one in poll.questions.all()] == [second.pk, first.pk]


def test_a_budget_says_how_much_there_is_and_by_which_rule(dirk: Client) -> None:
    poll = begun(dirk)
    assert dirk.post(page(poll, "vragen/"), {"kind": "budget", "title": "Wat doen we?"}).status_code == 400
    question = question_of(dirk, poll, "budget", "Wat doen we?", cents="€ 10.000")
    assert (question.cents, question.rule, question.form) == (1_000_000, "equal-shares", "approval")
    address = page(poll, f"vragen/{question.pk}/")
    typed = written(question, cents="12.500", form="points", rule="greedy", by_cost="no")
    fresh = {"label-new0": "Bankjes", "cents-new0": "2.000", "label-new1": "Zwembad", "cents-new1": "99.000"}
    wrong = dirk.post(address, typed | fresh)
    assert wrong.status_code == 400 and 'href="#id_cents-new1"' in wrong.content.decode()
    assert dirk.post(address, typed | fresh | {"cents-new1": "900,50"}).status_code == 303
    question.refresh_from_db()
    assert (question.cents, question.form, question.points, question.rule) == (1_250_000, "points", 10, "greedy")
    assert list(question.options.values_list("cents", flat=True)) == [200_000, 90_050]


@pytest.mark.parametrize("kind", Kind.values)
def test_the_preview_shows_every_kind_as_a_resident_sees_it(dirk: Client, kind: str) -> None:
    poll = begun(dirk)
    question = question_of(dirk, poll, kind, "Wat vindt u?", cents="500")
    if question.kind in {Kind.SINGLE, Kind.MULTIPLE, Kind.RANKING, Kind.BUDGET}:
        fresh = {"label-new0": "Linde", "label-new1": "Eik", "cents-new0": "10", "cents-new1": "20", "cents": "500"}
        assert dirk.post(page(poll, f"vragen/{question.pk}/"), written(question, **fresh)).status_code == 303
    body = dirk.get(page(poll, "voorbeeld/")).content.decode()
    assert f'data-question="{question.pk}"' in body
    assert dirk.get(page(poll, f"vragen/{question.pk}/")).status_code == 200


def test_what_was_asked_stands_still_once_it_is_open(dirk: Client, neighbourhood: World) -> None:
    poll = open_poll(neighbourhood)
    question = poll.questions.get()
    body = dirk.get(page(poll, "gegevens/")).content.decode()
    assert 'name="title"' not in body and 'name="closes_at"' in body
    values = {
        "intro": "Nieuwe inleiding",
        "shows": "3",
        "closes_at": moment(30),
        "answer_by": str(poll.answer_by),
    }
    assert dirk.post(page(poll, "gegevens/"), values).status_code == 303
    poll.refresh_from_db()
    assert poll.intro == "Nieuwe inleiding"
    sooner = dirk.post(page(poll, "gegevens/"), values | {"closes_at": moment(1)})
    assert sooner.status_code == 400 and 'href="#id_closes_at"' in sooner.content.decode()
    looser = dirk.post(page(poll, "gegevens/"), values | {"closes_at": moment(31), "shows": "1"})
    assert looser.status_code == 400
    address = page(poll, f"vragen/{question.pk}/")
    rows = list(question.options.all())
    given = {"row": [str(one.pk) for one in rows], **{f"label-{one.pk}": one.label for one in rows}}
    assert dirk.post(address, given | {"explanation": "Uitleg erbij"}).status_code == 303
    question.refresh_from_db()
    assert question.explanation == "Uitleg erbij"
    other = dirk.post(address, given | {f"label-{rows[0].pk}": "Iets anders"})
    assert other.status_code == 400
    assert Option.objects.get(pk=rows[0].pk).label == "Linde"

    given |= {"explanation": "Uitleg erbij"}
    assert send(visitor(), poll).status_code == 201
    for more in (
        {"explanation": "Andere uitleg"},
        {f"explanation-{rows[0].pk}": "Een andere linde"},
        {f"alt-{rows[0].pk}": "Een eik"},
    ):
        refused = dirk.post(address, given | more)
        assert refused.status_code == 400, "somebody has voted: what they chose means what it meant"
    assert dirk.post(address, given).status_code == 303, "nothing is different"
    shown = dirk.get(address).content.decode()
    assert "Uitleg erbij" in shown and 'name="explanation' not in shown
    question.refresh_from_db()
    assert question.explanation == "Uitleg erbij"
    assert not Option.objects.filter(question=question).exclude(explanation="", alt="").exists()
    intro = values | {"intro": "Nog een inleiding", "closes_at": moment(32)}
    assert dirk.post(page(poll, "gegevens/"), intro).status_code == 303
    assert dirk.post(page(poll, "vragen/"), {"kind": "open", "title": "Nog iets?"}).status_code == 409
    assert dirk.post(page(poll, "vragen/"), {"drop": str(question.pk)}).status_code == 409


def test_answering_later_moves_with_closing_later_and_the_case_with_it(dirk: Client, neighbourhood: World) -> None:
    poll = open_poll(neighbourhood)
    late = timezone.localdate() + timedelta(days=90)
    values = {"intro": "", "shows": "3", "closes_at": moment(60)}
    refused = dirk.post(page(poll, "gegevens/"), values | {"answer_by": str(poll.answer_by)})
    assert refused.status_code == 400 and 'href="#id_answer_by"' in refused.content.decode()
    assert dirk.post(page(poll, "gegevens/"), values | {"answer_by": late.isoformat()}).status_code == 303
    case = Case.objects.get(poll=poll)
    assert case.resolve_by is not None and timezone.localdate(case.resolve_by) == late


def test_changed_texts_are_found_again_and_called_so_in_the_inbox(dirk: Client) -> None:
    poll = begun(dirk)
    dirk.post(page(poll, "gegevens/"), about(poll, title="Een kastanje op het plein"))
    poll.refresh_from_db()
    assert poll.case.summary == "Een kastanje op het plein"


def test_a_poll_that_opens_later_opens_by_the_clock_and_closes_by_it(neighbourhood: World) -> None:
    from participation.polls.actions.stepping import close_in_time, open_in_time, take_step

    now = timezone.now()
    poll = prepared(neighbourhood, opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=9))
    take_step(slug=poll.slug, name="plan", actor=neighbourhood.actor(neighbourhood.dirk), now=now)
    someone = visitor()
    assert send(someone, poll).status_code == 409
    assert not open_in_time(poll.pk, now=now)
    assert open_in_time(poll.pk, now=now + timedelta(days=1))
    assert not open_in_time(poll.pk, now=now + timedelta(days=1))
    assert send(someone, poll).status_code == 201
    assert close_in_time(poll.pk, now=now + timedelta(days=9))
    assert send(visitor(), poll).status_code == 409


def test_a_poll_whose_day_comes_while_it_is_not_ready_any_more_stays_where_it_is(neighbourhood: World) -> None:
    from participation.polls.actions.stepping import open_in_time, take_step

    now = timezone.now()
    poll = prepared(neighbourhood, opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=9))
    take_step(slug=poll.slug, name="plan", actor=neighbourhood.actor(neighbourhood.dirk), now=now)
    Question.objects.filter(poll=poll).delete()
    assert not open_in_time(poll.pk, now=now + timedelta(days=1))
    poll.refresh_from_db()
    assert poll.stage == Stage.READY and poll.salt == ""


def test_announcing_needs_a_day_on_which_it_opens(dirk: Client, neighbourhood: World) -> None:
    poll = prepared(neighbourhood)
    answer = dirk.post(page(poll), {"step": "plan"})
    assert answer.status_code == 400 and "#id_opens_at" in answer.content.decode()


def test_another_team_finds_nothing_and_changes_nothing(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood)
    hidden = prepared(neighbourhood)
    bram = neighbourhood.client(neighbourhood.bram)
    for one in (poll, hidden):
        for word in ("", "gegevens/", "vragen/", f"vragen/{one.questions.get().pk}/", "voorbeeld/", "antwoord/"):
            assert bram.get(page(one, word)).status_code == 404, word
            assert bram.post(page(one, word), {"step": "close"}).status_code in {404, 405}, word
    assert hidden.title not in bram.get("/werk/peilingen/").content.decode() or poll.title == hidden.title
    assert visitor().get(page(poll)).status_code == 302
    poll.refresh_from_db()
    assert poll.stage == Stage.OPEN


def test_the_overview_costs_a_fixed_number_of_queries(
    dirk: Client, neighbourhood: World, django_assert_max_num_queries: Any
) -> None:
    options = [f"Boom {at}" for at in range(30)]
    poll = prepared(
        neighbourhood, questions=[{"kind": "single", "title": f"Vraag {at}?", "options": options} for at in range(8)]
    )
    dirk.get(page(poll))
    with django_assert_max_num_queries(16):
        assert dirk.get(page(poll)).status_code == 200


def test_the_page_of_the_case_says_where_it_stands_and_what_can_be_done(dirk: Client, neighbourhood: World) -> None:
    poll = open_poll(neighbourhood)
    reference = Case.objects.get(poll=poll).reference
    found = dirk.get(f"/api/v1/cases/{reference}").json()["poll"]
    assert found["stage"] == "open" and found["slug"] == poll.slug
    assert {one["step"] for one in found["steps"]} == {"close", "back", "stop"}
    assert found["standing"]["ballots"] == 0
    assert found["pages"]["overview"] == page(poll)
    send(visitor(), poll)
    found = dirk.get(f"/api/v1/cases/{reference}").json()["poll"]
    assert {one["step"] for one in found["steps"]} == {"close", "stop"}


def test_a_step_over_the_api_wants_the_case_as_it_was_seen(dirk: Client, neighbourhood: World) -> None:
    poll = open_poll(neighbourhood)
    reference = Case.objects.get(poll=poll).reference
    seen = dirk.get(f"/api/v1/cases/{reference}")["ETag"]
    address = f"/api/v1/polls/{poll.slug}/steps"
    stale = dirk.post(address, {"step": "close"}, content_type="application/json", headers={"If-Match": '"0"'})
    assert stale.status_code == 412
    done = dirk.post(address, {"step": "close"}, content_type="application/json", headers={"If-Match": seen})
    assert done.status_code == 201 and done.json()["poll"]["stage"] == "closed"
