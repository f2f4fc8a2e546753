"""An initiative goes through its stages, and its case with it."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db.models import F
from django.test import Client
from django.utils import timezone

from core.accounts.actor import Actor
from core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, Stale
from core.events.models import Event
from core.work.worker import run_due_tasks
from participation.cases.actions import assign_case, change_case, link_duplicate, message_resident, move_case
from participation.cases.models import Case, Message
from participation.cases.states import MOVES, OPEN
from participation.initiatives.actions import answer_back, take_step, write_to_coach
from participation.initiatives.models import Coaching, Initiative, StepTaken
from participation.initiatives.states import ENDED, STEPS, Stage
from participation.residents.models import Resident
from participation.routing.models import Responsibility
from tests.participation.initiatives.conftest import actor, group_of, submitted
from tests.support.residents import resident, signed_in
from tests.support.world import World

pytestmark = pytest.mark.django_db

WHY: dict[str, Any] = {"reason": "De grond is vervuild.", "learned": "Vraag eerst naar de grond."}


@pytest.fixture
def here(neighbourhood: World) -> World:
    """The wijkteam gets initiatives; Carla and Dirk work there."""
    Responsibility.objects.create(gemeente=neighbourhood.a, kind="initiative", team=neighbourhood.care)
    return neighbourhood


def accepted(world: World, starter: Resident | None = None, **values: Any) -> Initiative:
    made = submitted(starter)
    return take_step(slug=made.slug, name="accept", actor=world.actor(world.carla), now=timezone.now(), **values)


def case_of(initiative: Initiative) -> Case:
    return Case.objects.get(initiative=initiative)


def step(initiative: Initiative, name: str, who: Actor, **values: Any) -> Initiative:
    return take_step(slug=initiative.slug, name=name, actor=who, now=timezone.now(), **values)


def test_who_accepts_is_the_coach_and_everybody_can_read_it(here: World) -> None:
    initiative = accepted(here, role="co-produce", rhythm=14)

    initiative.refresh_from_db()
    assert (initiative.stage, initiative.is_public, initiative.rhythm) == (Stage.TALKING, True, 14)
    [coaching] = Coaching.objects.all()
    assert (coaching.professional, coaching.role, coaching.until) == (here.carla, "co-produce", None)
    case = case_of(initiative)
    assert (case.status, case.assignee, case.due_at) == ("assigned", here.carla, None)
    assert case.responded_at is not None
    assert initiative.sign_by is not None
    assert initiative.sign_by > timezone.now() + timedelta(days=13)


def test_it_may_stay_among_the_group_until_they_gather_support(here: World) -> None:
    initiative = accepted(here, public=False)
    assert not initiative.is_public

    assert step(initiative, "gather", here.actor(here.carla)).is_public


def test_a_refusal_says_why_and_what_was_learned_both_at_once(here: World) -> None:
    initiative = submitted()

    with pytest.raises(Invalid) as refused:
        step(initiative, "refuse", here.actor(here.carla))
    assert [one.field for one in refused.value.errors] == ["reason", "learned"]

    step(initiative, "refuse", here.actor(here.carla), **WHY)
    case = case_of(initiative)
    assert (case.status, case.closed_at is not None) == ("unresolved", True)
    [message] = Message.objects.filter(case=case)
    assert message.text == WHY["reason"]


def test_the_group_answers_a_refusal_once_and_the_team_reads_it(here: World) -> None:
    who = resident(name="Anna")
    initiative = submitted(who)
    step(initiative, "refuse", here.actor(here.carla), **WHY)
    before = case_of(initiative).version

    taken = answer_back(slug=initiative.slug, text="De grond is juist schoon.", actor=actor(who), now=timezone.now())

    assert taken.answer == "De grond is juist schoon."
    assert Message.objects.filter(resident=who, from_resident=True).count() == 1
    assert case_of(initiative).version > before  # unread again on the desk
    with pytest.raises(Conflict):
        answer_back(slug=initiative.slug, text="Nog iets.", actor=actor(who), now=timezone.now())


def test_what_the_group_stopped_itself_it_does_not_answer(here: World) -> None:
    who = resident()
    initiative = accepted(here, who)
    step(initiative, "stop", actor(who), **WHY)

    with pytest.raises(Conflict):
        answer_back(slug=initiative.slug, text="Toch niet.", actor=actor(who), now=timezone.now())


def test_a_case_of_an_initiative_is_not_opened_or_closed_by_itself(here: World) -> None:
    initiative = accepted(here)
    case = case_of(initiative)
    carla = here.actor(here.carla)

    for move in set(MOVES) - {"start", "ask", "answer"}:
        with pytest.raises(Conflict):
            move_case(reference=case.reference, move=move, message="Klaar", actor=carla, now=timezone.now())
    move_case(reference=case.reference, move="ask", message="Hoe groot is het veld?", actor=carla, now=timezone.now())
    assert case_of(initiative).status == "waiting"


def test_a_case_of_an_initiative_is_no_duplicate(here: World) -> None:
    one, other = accepted(here, resident()), accepted(here, resident("bea@example.nl"))

    with pytest.raises(Conflict):
        link_duplicate(
            reference=case_of(one).reference,
            of=case_of(other).reference,
            actor=here.actor(here.carla),
            now=timezone.now(),
        )


def test_a_case_of_an_initiative_keeps_to_its_own_categories(here: World) -> None:
    initiative = accepted(here)

    with pytest.raises(Invalid):
        change_case(
            reference=case_of(initiative).reference,
            category="grofvuil",
            actor=here.actor(here.carla),
            now=timezone.now(),
        )


def test_the_message_of_the_group_ends_the_waiting_and_its_name_stands_with_it(here: World) -> None:
    who = resident(name="Anna")
    initiative = accepted(here, who)
    case = case_of(initiative)
    carla = here.actor(here.carla)
    move_case(reference=case.reference, move="ask", message="Hoe groot is het veld?", actor=carla, now=timezone.now())

    write_to_coach(slug=initiative.slug, text="Tien bij tien.", actor=actor(who), now=timezone.now())

    assert case_of(initiative).status == "in-progress"
    shown = here.client(here.carla).get(f"/api/v1/cases/{case.reference}").json()
    assert [(one["name"], one["text"]) for one in shown["messages"]][-1] == ("Anna", "Tien bij tien.")


def test_the_group_hears_of_a_message_and_one_who_wants_no_mail_does_not(here: World) -> None:
    made, (starter, member) = group_of(2)
    take_step(slug=made.slug, name="submit", actor=actor(starter), now=timezone.now())
    initiative = step(made, "accept", here.actor(here.carla))
    initiative.members.filter(resident=member).update(mailed=False)
    run_due_tasks()
    mail.outbox.clear()

    reference = case_of(initiative).reference
    message_resident(reference=reference, text="Goed plan!", actor=here.actor(here.carla), now=timezone.now())
    run_due_tasks()

    [letter] = mail.outbox
    assert letter.to == [starter.email]
    assert "Goed plan!" in letter.body
    assert "Carla" in letter.subject


def test_another_who_gets_the_case_is_the_coach_and_the_group_is_told_by_whom(here: World) -> None:
    initiative = accepted(here)
    run_due_tasks()
    mail.outbox.clear()

    assign_case(
        reference=case_of(initiative).reference,
        professional_id=here.dirk.pk,
        actor=here.actor(here.carla),
        now=timezone.now(),
    )
    run_due_tasks()

    first, second = Coaching.objects.order_by("pk")
    assert (first.professional, second.professional) == (here.carla, here.dirk)
    assert first.until == second.since
    assert second.given_by == here.carla
    [letter] = mail.outbox
    assert "Dirk" in letter.subject
    assert "Carla" in letter.body
    assert Event.objects.filter(type="initiative.coach", subject=f"initiative/{initiative.slug}").count() == 1


def test_given_back_to_the_team_the_group_hears_that_somebody_is_looked_for(here: World) -> None:
    initiative = accepted(here)
    run_due_tasks()
    mail.outbox.clear()

    reference = case_of(initiative).reference
    assign_case(reference=reference, professional_id=None, actor=here.actor(here.carla), now=timezone.now())
    run_due_tasks()

    assert not Coaching.objects.filter(until=None).exists()
    [letter] = mail.outbox
    assert "Wijkteam" in letter.body


def test_before_anybody_accepted_a_change_of_hands_makes_nobody_coach(here: World) -> None:
    initiative = submitted()

    assign_case(
        reference=case_of(initiative).reference,
        professional_id=here.dirk.pk,
        actor=here.actor(here.carla),
        now=timezone.now(),
    )
    run_due_tasks()

    assert not Coaching.objects.exists()


def test_a_step_on_what_changed_meanwhile_is_refused_but_support_stands_in_nobodys_way(here: World) -> None:
    initiative = accepted(here)
    seen = initiative.version
    Initiative.objects.filter(pk=initiative.pk).update(version=F("version") + 1, support_count=1)  # a neighbour

    step(initiative, "gather", here.actor(here.carla), version=seen)

    with pytest.raises(Stale):
        step(initiative, "plan", here.actor(here.carla), version=seen)


def test_nobody_takes_the_step_of_the_other_side(here: World) -> None:
    who = resident()
    initiative = submitted(who)

    with pytest.raises(NotAllowed):
        step(initiative, "accept", actor(who))
    with pytest.raises(NotFound):
        step(initiative, "accept", here.actor(here.bram))


def test_who_is_only_asked_to_take_the_case_over_takes_no_step(here: World) -> None:
    initiative = accepted(here)
    Case.objects.filter(initiative=initiative).update(offered_to=here.cleaning)

    with pytest.raises(NotAllowed):
        step(initiative, "stop", here.actor(here.bram), **WHY)


def test_resting_and_waking_goes_back_where_it_was(here: World) -> None:
    who = resident()
    initiative = accepted(here, who)
    step(initiative, "gather", actor(who))
    step(initiative, "rest", actor(who), **WHY)
    initiative.refresh_from_db()
    assert (initiative.stage, initiative.sign_by) == (Stage.RESTING, None)

    step(initiative, "wake", actor(who))

    initiative.refresh_from_db()
    assert initiative.stage == Stage.GATHERING
    assert initiative.sign_by is not None


def test_taken_up_again_it_is_an_open_case_with_a_coach(here: World) -> None:
    who = resident()
    initiative = accepted(here, who)
    step(initiative, "stop", actor(who), **WHY)

    step(initiative, "resume", here.actor(here.dirk))

    case = case_of(initiative)
    assert (case.status, case.assignee, case.closed_at) == ("assigned", here.dirk, None)
    assert [one.professional for one in Coaching.objects.filter(until=None)] == [here.dirk]


def disagreement(initiative: Initiative) -> str:
    """What the case and the stage disagree about; empty when nothing."""
    initiative.refresh_from_db()
    case = initiative.case
    if case is None:
        return "" if initiative.stage == Stage.DRAFT else "no case"
    wanted = {Stage.DONE: {"resolved"}, Stage.STOPPED: {"unresolved"}}.get(Stage(initiative.stage), set(OPEN))
    if case.status not in wanted:
        return f"{initiative.stage} but {case.status}"
    if (initiative.stage in ENDED) != (case.closed_at is not None):
        return "closed differently"
    open_coaching = initiative.coachings.filter(until=None).first()
    begun = initiative.steps.filter(name__in=["accept", "resume"]).exists()
    if begun and initiative.stage not in ENDED:
        return "" if (open_coaching and open_coaching.professional_id) == case.assignee_id else "another coach"
    return ""


@pytest.mark.parametrize("seed", range(6))
def test_whatever_people_try_the_case_and_the_stage_agree(here: World, seed: int) -> None:
    chance = random.Random(seed)
    who = resident()
    initiative = submitted(who)
    people = [actor(who), here.actor(here.carla), here.actor(here.dirk), here.actor(here.lotte)]
    done = 0
    for _turn in range(40):
        person, name = chance.choice(people), chance.choice([*STEPS, *STEPS, *MOVES, "assign", "say"])
        now = timezone.now()
        reference = Case.objects.filter(initiative=initiative).values_list("reference", flat=True).first() or "I-0"
        try:
            if name in STEPS and (name not in MOVES or chance.random() < 0.8):
                take_step(slug=initiative.slug, name=name, **WHY, actor=person, now=now)
            elif name in MOVES and person.professional_id:
                move_case(reference=reference, move=name, message="Zo.", actor=person, now=now)
            elif name == "assign" and person.professional_id:
                to = chance.choice([here.carla.pk, here.dirk.pk, None])
                assign_case(reference=reference, professional_id=to, actor=person, now=now)
            elif name == "say":
                write_to_coach(slug=initiative.slug, text="Hoi", actor=person, now=now)
            done += 1
        except DomainError:
            continue
        run_due_tasks()
        assert disagreement(initiative) == ""
    assert done


def test_the_desk_takes_a_step_and_gets_the_case_as_it_is(here: World) -> None:
    initiative = submitted()
    reference = case_of(initiative).reference
    client = here.client(here.carla)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    shown = client.get(f"/api/v1/cases/{reference}")
    about = shown.json()["initiative"]
    assert [one["step"] for one in about["steps"]] == ["accept", "refuse"]
    assert shown.json()["moves"] == [] or {one["move"] for one in shown.json()["moves"]} <= {"start", "ask"}

    answer = client.post(
        f"/api/v1/initiatives/{initiative.slug}/steps",
        {"step": "accept", "role": "stimulate", "rhythm": 21},
        content_type="application/json",
        headers={"if-match": shown.headers["ETag"]},
    )

    assert answer.status_code == 201
    body = answer.json()
    assert body["assignee"]["name"] == "Carla"
    assert body["initiative"]["stage"] == "talking"
    assert body["initiative"]["coachings"][-1]["role"] == "stimulate"
    told = [one for one in body["history"] if one["type"] == "initiative.step"]
    assert len(told) == 1
    assert "Something changed in this case." not in [one["text"] for one in body["history"]]


def test_two_who_saw_the_same_do_not_both_take_a_step(here: World) -> None:
    initiative = accepted(here)
    client = here.client(here.dirk)
    shown = client.get(f"/api/v1/cases/{case_of(initiative).reference}")
    step(initiative, "gather", here.actor(here.carla))

    answer = client.post(
        f"/api/v1/initiatives/{initiative.slug}/steps",
        {"step": "plan"},
        content_type="application/json",
        headers={"if-match": shown.headers["ETag"]},
    )

    assert answer.status_code == 412


def test_the_group_takes_its_own_steps_over_the_api(here: World) -> None:
    browser = Client()
    who = signed_in(browser, "ayse@example.nl", name="Ayşe")
    initiative = accepted(here, who)

    answer = browser.post(
        f"/api/v1/initiatives/{initiative.slug}/steps", {"step": "gather"}, content_type="application/json"
    )

    assert answer.status_code == 201
    assert answer.json()["stage"] == "gathering"
    assert "rest" in [one["step"] for one in answer.json()["steps"]]
    assert "notes" not in answer.json()


def test_the_check_and_what_was_agreed_stay_at_the_desk(here: World) -> None:
    initiative = accepted(here)
    client = here.client(here.carla)

    checked = client.post(
        f"/api/v1/initiatives/{initiative.slug}/checks",
        {"energy": 4, "contacts": 2, "remark": "Ze missen een penningmeester."},
        content_type="application/json",
    )
    agreed = client.post(
        f"/api/v1/initiatives/{initiative.slug}/coaching",
        {"role": "co-produce", "rhythm": 7},
        content_type="application/json",
    )

    assert checked.status_code == agreed.status_code == 201
    [check] = agreed.json()["initiative"]["checks"]
    assert (check["scores"]["energy"], check["scores"]["empathy"]) == (4, None)
    assert agreed.json()["initiative"]["role"] == "co-produce"
    assert Coaching.objects.count() == 2
    public = Client(headers={"host": "waterstad.test"}).get(f"/api/v1/initiatives/{initiative.slug}")
    assert "penningmeester" not in public.content.decode()
    assert "penningmeester" not in str(list(Event.objects.values_list("payload", flat=True)))


def test_the_inbox_shows_where_it_stands(here: World) -> None:
    initiative = accepted(here)

    [row] = here.client(here.carla).get("/api/v1/cases?kind=initiative").json()["results"]

    assert (row["reference"], row["stage"]) == (case_of(initiative).reference, "talking")
    assert row["stageLabel"]


def test_steps_are_kept_with_who_took_them(here: World) -> None:
    who = resident()
    initiative = accepted(here, who)
    step(initiative, "gather", actor(who))

    taken = [(one.name, one.professional, one.member and one.member.resident) for one in StepTaken.objects.all()]
    assert taken == [("submit", None, who), ("accept", here.carla, None), ("gather", None, who)]
