"""Who is in a group: inviting, joining, leaving, taking out, handing over; at most ten, never without a starter."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.errors import Conflict, DomainError
from core.notify.mail import render_mail
from core.work.worker import run_due_tasks
from participation.initiatives import actions
from participation.initiatives.letters.group import coach_letter, group_letter, invitation_letter
from participation.initiatives.models import Initiative, Invitation, Member
from participation.initiatives.queries.group import members_of
from participation.initiatives.states import Stage
from participation.initiatives.tasks.group import FOR_THE_COACH
from participation.initiatives.tokens import token_of
from participation.residents.holdings import holdings
from participation.residents.models import Resident
from participation.residents.queries import everything_about
from tests.participation.initiatives.conftest import (
    actor,
    draft,
    group_of,
    join,
    submitted,
)
from tests.support.residents import resident, signed_in
from tests.support.world import HOST_A, HOST_B, World

pytestmark = pytest.mark.usefixtures("neighbourhood")


def browser(who: Resident | None = None, host: str = HOST_A) -> Client:
    client = Client(headers={"host": host, "accept-language": "en"})
    if who is not None:
        signed_in(client, who.email, host=host)
    return client


def people_page(initiative: Initiative) -> str:
    return f"/initiatieven/{initiative.slug}/groep/mensen/"


def roles(initiative: Initiative) -> dict[str, str]:
    return {one.name: one.role for one in members_of(initiative)}


def link(initiative: Initiative, starter: Resident, email: str = "") -> str:
    made = actions.invite(slug=initiative.slug, email=email, language="en", actor=actor(starter), now=timezone.now())
    return token_of(made.seed, "invitation")


def test_who_is_invited_by_mail_signs_in_first_and_takes_part() -> None:
    made, [anna] = group_of(1)
    page = browser(anna).post(people_page(made), {"deed": "invite", "email": "ayse@example.nl"})
    assert page.status_code == 303
    letter = invitation_letter(Invitation.objects.get().pk)
    assert letter is not None and letter.to == "ayse@example.nl"
    address = re.sub(r"^https?://[^/]+", "", letter.context["address"])
    stranger = browser()
    shown = stranger.get(address)
    assert shown.status_code == 200 and "Een tuin op het Jorisplein" in shown.content.decode()
    # Opening it does nothing; who is not signed in does that first, and comes back here.
    assert made.members.count() == 1
    asked = stranger.post(address, {"deed": "accept"})
    assert asked.status_code == 303 and asked["Location"].startswith("/mijn/inloggen/?next=%2Finitiatieven%2Fuitnod")
    signed_in(stranger, "ayse@example.nl", name="Ayşe")
    joined = stranger.post(address, {"deed": "accept", "name": "Ayşe"})
    assert joined["Location"] == f"/initiatieven/{made.slug}/groep/"
    assert roles(made) == {"Buur 1": "starter", "Ayşe": "member"}
    # It worked once, and the address is forgotten.
    assert Invitation.objects.get().email == ""
    assert browser(resident("other@example.nl")).get(address).status_code == 410


def test_a_link_lets_several_in_until_it_is_withdrawn() -> None:
    made, [anna] = group_of(1)
    token = link(made, anna)
    at = f"/initiatieven/uitnodiging/{token}/"
    for name in ("bo", "cy"):
        assert browser(resident(f"{name}@example.nl", name=name)).post(at, {"deed": "accept"}).status_code == 303
    assert set(roles(made)) == {"Buur 1", "bo", "cy"}
    waiting = Invitation.objects.get()
    assert browser(anna).post(people_page(made), {"deed": "withdraw", "invitation": waiting.pk}).status_code == 303
    assert browser(resident("dee@example.nl")).post(at, {"deed": "accept"}).status_code == 410


def test_who_comes_by_the_link_leaves_no_invitation_waiting_and_is_mailed_in_their_language() -> None:
    made, [anna] = group_of(1)
    ayse = resident("ayse@example.nl", name="Ayşe")
    Resident.objects.filter(pk=ayse.pk).update(language="tr")
    browser(anna).post(people_page(made), {"deed": "invite", "email": "Ayse@example.nl"})
    invitation = Invitation.objects.get()
    letter = invitation_letter(invitation.pk)
    assert letter is not None and letter.language == "tr"
    at = f"/initiatieven/uitnodiging/{link(made, anna)}/"
    assert browser(ayse).post(at, {"deed": "accept"}).status_code == 303
    invitation.refresh_from_db()
    assert (invitation.email, invitation.accepted_at is not None) == ("", True)


def test_an_invitation_runs_out_after_two_weeks() -> None:
    made, [anna] = group_of(1)
    token, now = link(made, anna), timezone.now()
    Invitation.objects.update(expires_at=now - timedelta(seconds=1))
    late = browser(resident("bo@example.nl"))
    assert late.post(f"/initiatieven/uitnodiging/{token}/", {"deed": "accept"}).status_code == 410
    assert made.members.count() == 1
    assert actions.forget_invitations(now=now) == 1


def test_an_invitation_of_elsewhere_is_not_there() -> None:
    made, [anna] = group_of(1)
    token = link(made, anna)
    at = f"/initiatieven/uitnodiging/{token}/"
    zed = Client(headers={"host": HOST_B})
    signed_in(zed, "zed@example.nl", host=HOST_B)
    assert zed.get(at).status_code == 404
    assert zed.post(at, {"deed": "accept"}).status_code == 404
    assert browser().get("/initiatieven/uitnodiging/geen-token/").status_code == 404


def test_who_was_invited_can_say_no_and_is_forgotten() -> None:
    made, [anna] = group_of(1)
    token = link(made, anna, "ayse@example.nl")
    assert browser().post(f"/initiatieven/uitnodiging/{token}/", {"deed": "decline"}).status_code == 200
    assert Invitation.objects.get().email == "" and Invitation.objects.get().ended_at is not None


def test_an_address_is_mailed_three_times_at_most() -> None:
    made, [anna] = group_of(1)
    link(made, anna, "ayse@example.nl")
    link(made, anna, "Ayse@example.nl")
    at: dict[str, Any] = {"slug": made.slug, "actor": actor(anna), "now": timezone.now()}
    invitation = Invitation.objects.get()
    assert actions.send_again(invitation_id=invitation.pk, **at).sent == 3
    with pytest.raises(Conflict):
        actions.send_again(invitation_id=invitation.pk, **at)


def test_withdrawing_an_invitation_and_inviting_anew_sends_no_more_mails_than_three() -> None:
    made, [anna] = group_of(1)
    page, at = browser(anna), f"/api/v1/initiatives/{made.slug}/invitations"
    for _time in range(3):
        assert page.post(at, {"email": "ayse@example.nl"}, "application/json").status_code == 201
        waiting = Invitation.objects.get(ended_at=None)
        assert page.delete(f"{at}/{waiting.pk}").status_code == 204
    again = page.post(at, {"email": "AYSE@example.nl"}, "application/json")
    assert again.status_code == 409
    assert page.post(at, {"email": "bo@example.nl"}, "application/json").status_code == 201
    assert not Invitation.objects.filter(email__istartswith="ayse").exists()
    later = timezone.now() + timedelta(days=120)
    actions.forget_invitations(now=later)
    assert not Invitation.objects.exclude(address_hash="").exists(), "and later it is forgotten"


def test_nobody_learns_from_an_invitation_whether_an_address_is_in_the_group() -> None:
    made, people = group_of(2)
    made.invitations.all().delete()
    page, at = browser(people[0]), f"/api/v1/initiatives/{made.slug}/invitations"
    known = page.post(at, {"email": people[1].email}, "application/json")
    unknown = page.post(at, {"email": "niemand@example.nl"}, "application/json")
    assert (known.status_code, unknown.status_code) == (201, 201)
    rows = page.get(at).json()["results"]
    told = [{name: value for name, value in one.items() if name not in {"id", "email", "expiresAt"}} for one in rows]
    assert told[0] == told[1] and len(rows) == 2
    run_due_tasks()
    assert [one.to for one in mail.outbox if "uitnodiging" in one.body] == [["niemand@example.nl"]]


def test_a_group_is_full_with_ten() -> None:
    made, people = group_of(10)
    with pytest.raises(Conflict) as refused:
        link(made, people[0])
    assert refused.value.code == "full"
    page = browser(people[0]).get(people_page(made)).content.decode()
    assert "Your group is full" in page


@pytest.mark.parametrize("who", [0, 1])
def test_when_the_starter_goes_the_contact_leads_and_without_one_who_is_there_longest(who: int) -> None:
    made, people = group_of(4)
    if who:
        third = made.members.get(resident=people[2])
        actions.give_role(
            slug=made.slug, member_id=third.pk, role="contact", actor=actor(people[0]), now=timezone.now()
        )
    assert browser(people[0]).post(people_page(made), {"deed": "leave"})["Location"] == "/mijn/"
    expected = "Buur 3" if who else "Buur 2"
    assert roles(made)[expected] == "starter" and list(roles(made).values()).count("starter") == 1
    left = Member.objects.get(resident=people[0])
    assert (left.name, left.seat) == ("", None) and left.left_at is not None


def test_handing_over_takes_effect_when_the_other_says_yes() -> None:
    made, people = group_of(3)
    second = made.members.get(resident=people[1])
    anna, bo, cy = (browser(one) for one in people)
    assert anna.post(people_page(made), {"deed": "ask", "member": second.pk}).status_code == 303
    assert roles(made)["Buur 1"] == "starter"
    assert cy.post(people_page(made), {"deed": "take-over"}).status_code == 409
    assert bo.post(people_page(made), {"deed": "take-over"}).status_code == 303
    assert roles(made) == {"Buur 2": "starter", "Buur 1": "contact", "Buur 3": "member"}


def test_who_is_asked_may_say_no() -> None:
    made, people = group_of(2)
    second = made.members.get(resident=people[1])
    browser(people[0]).post(people_page(made), {"deed": "ask", "member": second.pk})
    assert browser(people[1]).post(people_page(made), {"deed": "ask-off"}).status_code == 303
    assert not Member.objects.filter(asked_at__isnull=False).exists()
    assert roles(made)["Buur 1"] == "starter"


@pytest.mark.parametrize("deed", ["take-out", "role", "ask", "invite", "link"])
def test_a_member_does_not_do_what_is_the_starter_s(deed: str) -> None:
    made, people = group_of(3)
    third = made.members.get(resident=people[2])
    values = {"deed": deed, "member": third.pk, "role": "contact", "email": "x@example.nl"}
    assert browser(people[1]).post(people_page(made), values).status_code in {400, 403}
    assert list(roles(made).values()) == ["starter", "member", "member"]
    assert not Invitation.objects.filter(email="x@example.nl").exists()


def test_the_last_one_stays_or_throws_away() -> None:
    made, [anna] = group_of(1)
    assert browser(anna).post(people_page(made), {"deed": "leave"}).status_code == 409
    sent = submitted(resident("bo@example.nl", name="Bo"))
    assert browser(resident("bo@example.nl")).post(people_page(sent), {"deed": "leave"}).status_code == 409


def test_nobody_else_sees_the_group() -> None:
    made, _people = group_of(2)
    for page in ("", "mensen/", "instellingen/"):
        at = f"/initiatieven/{made.slug}/groep/{page}"
        assert browser().get(at).status_code == 302
        assert browser(resident("stranger@example.nl")).get(at).status_code == 404
        assert browser(resident("stranger@example.nl")).post(at, {"deed": "leave"}).status_code in {404, 405}


def test_the_coach_and_the_team_look_inside(neighbourhood: World) -> None:
    sent = submitted()
    assert sent.case is not None
    colleague = neighbourhood.client(neighbourhood.lotte, headers={"host": HOST_A})
    assert colleague.get(f"/initiatieven/{sent.slug}/groep/").status_code == 200
    assert colleague.get(people_page(sent)).status_code == 200
    elsewhere = neighbourhood.client(neighbourhood.bram, headers={"host": HOST_A})
    assert elsewhere.get(people_page(sent)).status_code == 404


def test_an_erased_starter_is_followed_up_and_a_draft_of_nobody_goes() -> None:
    made, people = group_of(2)
    alone = draft(people[0], title="Alleen van mij")
    actions.erase_from_groups(people[0], timezone.now())
    people[0].delete()
    assert roles(made) == {"Buur 2": "starter"}
    assert not Initiative.objects.filter(pk=alone.pk).exists()


def test_of_a_sent_one_whose_last_member_is_erased_the_coach_hears(
    neighbourhood: World, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    anna = resident(name="Anna")
    sent = submitted(anna)
    assert sent.case is not None
    sent.case.assignee = neighbourhood.lotte
    sent.case.save(update_fields=["assignee"])
    actions.erase_from_groups(anna, timezone.now())
    last = Member.objects.get(initiative=sent)
    letter = coach_letter(sent.pk, "empty", last.pk)
    assert letter is not None and letter.to == neighbourhood.lotte.user.email
    assert "empty" in FOR_THE_COACH
    assert sent.members.filter(left_at=None).count() == 0


WHATS = ["joined", "left", "taken-out", "role", "asked", "asked-off", "took-over", "succeeded"]


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize("is_me", [False, True])
def test_every_change_has_a_mail_that_says_what_and_why_you_get_it(what: str, is_me: bool) -> None:
    made, people = group_of(2)
    reader, other = (made.members.get(resident=one) for one in people)
    letter = group_letter(reader.pk, what, reader.pk if is_me else other.pk)
    assert letter is not None
    mailed = render_mail(
        template=letter.template, context=letter.context, language="en", gemeente_id=letter.gemeente_id
    )
    assert mailed.subject == "Your group: Een tuin op het Jorisplein"
    for body in (mailed.text, mailed.html):
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))
        assert "group" in words and "{" not in words.replace("{ ", "").partition("Hello")[2]
        assert ("because you are in this group" in words) == (not (is_me and what == "taken-out"))


def test_the_invitation_says_who_asks_and_how_to_say_no() -> None:
    made, [anna] = group_of(1)
    link(made, anna, "ayse@example.nl")
    letter = invitation_letter(Invitation.objects.get().pk)
    assert letter is not None
    mailed = render_mail(
        template=letter.template, context=letter.context, language="en", gemeente_id=letter.gemeente_id
    )
    assert "Buur 1" in mailed.subject and letter.context["address"] in mailed.text
    assert "No, thank you" in mailed.text and "No, thank you" in mailed.html


def test_pages_of_the_group_take_few_queries(django_assert_max_num_queries: Any) -> None:
    made, people = group_of(10)
    client = browser(people[0])
    for page, most in (("", 12), ("mensen/", 9), ("instellingen/", 9)):
        client.get(f"/initiatieven/{made.slug}/groep/{page}")
        with django_assert_max_num_queries(most):
            assert client.get(f"/initiatieven/{made.slug}/groep/{page}").status_code == 200


def test_mails_are_owed_to_all_but_who_did_it() -> None:
    from django_tasks_db.models import DBTaskResult

    made, people = group_of(3)
    DBTaskResult.objects.all().delete()
    third = made.members.get(resident=people[2])
    actions.take_out(slug=made.slug, member_id=third.pk, actor=actor(people[0]), now=timezone.now())
    owed = [one.args_kwargs["args"][0] for one in DBTaskResult.objects.all()]
    assert set(owed) == {made.members.get(resident=people[1]).pk, third.pk}
    assert not mail.outbox


def test_a_stage_that_takes_nobody_in_refuses_kindly() -> None:
    sent = submitted()
    starter = sent.members.get().resident
    assert starter is not None
    token = link(sent, starter)
    Initiative.objects.filter(pk=sent.pk).update(stage=Stage.RESTING)
    late = browser(resident("bo@example.nl"))
    assert late.post(f"/initiatieven/uitnodiging/{token}/", {"deed": "accept"}).status_code == 410
    assert sent.members.count() == 1


def test_joining_twice_is_once() -> None:
    made, [_anna] = group_of(1)
    bo = resident("bo@example.nl", name="Bo")
    join(made, bo)
    join(made, bo)
    assert made.members.filter(resident=bo).count() == 1


@pytest.mark.parametrize("name", ["https://evil.test", "bel@evil.test", "x" * 61])
def test_what_is_no_name_is_not_shown_to_the_group(name: str) -> None:
    made, [anna] = group_of(1)
    at = f"/initiatieven/{made.slug}/groep/instellingen/"
    refused = browser(anna).post(at, {"deed": "name", "name": name})
    assert refused.status_code == 400 and 'aria-invalid="true"' in refused.content.decode()
    token = link(made, anna)
    stranger = browser(resident("bo@example.nl"))
    joined = stranger.post(f"/initiatieven/uitnodiging/{token}/", {"deed": "accept", "name": name})
    assert joined.status_code == 409 and made.members.count() == 1


def test_a_stranger_is_mailed_no_links_of_others() -> None:
    made = draft(title="Win een prijs op www.evil.test")
    starter = made.members.get().resident
    assert starter is not None
    link(made, starter, "ayse@example.nl")
    letter = invitation_letter(Invitation.objects.get().pk)
    assert letter is not None and letter.context["title"] == ""


def test_everything_of_a_resident_is_handed_over_and_erased() -> None:
    made, people = group_of(2)
    told = everything_about(people[0])["groups"]["groups"]
    assert told[0]["initiative"] == made.title and told[0]["draft"]["what"] == made.what
    holdings["groups"].erase(people[0], timezone.now())
    assert roles(made) == {"Buur 2": "starter"}
    assert "groups" not in everything_about(people[0])


def test_my_initiatives_stand_on_my_own_page() -> None:
    made, people = group_of(2)
    page = browser(people[1]).get("/mijn/").content.decode()
    assert made.title in page and f"/initiatieven/beginnen/{made.slug}/nakijken/" in page


def test_who_was_taken_out_does_not_come_back_by_the_link_they_have(neighbourhood: World) -> None:
    initiative, people = group_of(2)
    link = initiative.invitations.get(email="")
    token = token_of(link.seed, "invitation")
    member = initiative.members.get(resident=people[1])
    actions.take_out(slug=initiative.slug, member_id=member.pk, actor=actor(people[0]), now=timezone.now())
    with pytest.raises(DomainError):
        actions.accept_invitation(token=token, name="Weer ik", actor=actor(people[1]), now=timezone.now())
    assert initiative.members.filter(left_at=None).count() == 1
