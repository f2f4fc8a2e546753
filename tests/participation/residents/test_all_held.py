"""What a resident is told of and can take along: no table that leads to them is forgotten."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Field
from django.test import Client
from django.utils import timezone

from participation.initiatives.actions.coaching import write_to_coach
from participation.initiatives.actions.commenting import comment
from participation.initiatives.actions.following import follow
from participation.initiatives.actions.inviting import invite
from participation.initiatives.actions.offering import answer_offer, offer_help
from participation.initiatives.actions.stepping import take_step
from participation.initiatives.actions.supporting import support
from participation.initiatives.actions.telling import add_entry, tell_update
from participation.initiatives.models import Member
from participation.residents.models import Resident
from participation.residents.queries import everything_about, holders
from tests.participation.initiatives.conftest import actor, draft, initiative_categories, submitted
from tests.participation.initiatives.helping import ask, coached, rules
from tests.support.residents import resident, signed_in
from tests.support.world import World

pytestmark = pytest.mark.django_db

HELD = {
    "cases.Message.resident": "groups.messages",
    "initiatives.Block.resident": "comments.blocks",
    "initiatives.Comment.resident": "comments.comments",
    "initiatives.Complaint.resident": "comments.complaints",
    "initiatives.Entry.member": "groups.money",
    "initiatives.Follow.resident": "follows.follows",
    "initiatives.HelpRequest.member": "groups.help",
    "initiatives.Invitation.member": "groups.invitations",
    "initiatives.Member.resident": "groups.groups",
    "initiatives.Offer.member": "groups.answers",
    "initiatives.Offer.resident": "offers.offers",
    "initiatives.StepTaken.member": "groups.steps",
    "initiatives.Support.resident": "support.supports",
    "initiatives.Update.member": "groups.diary",
    "polls.Poll.proposer": "polls.proposed",
    "polls.Project.resident": "polls.projects",
    "residents.SignIn.resident": "account.devices",
}
"""Where each column that leads to a resident stands in the export."""
WRITTEN = (
    "Wanneer komt u langs?", "Pannen voor de soep", "Aarde", "Het groen", "Wij schilden aardappels.", "Uien",
    "nieuw@example.nl", "Wij zijn al met tien", "Goed idee", "Ik help ook", "Het is winter", "Begin in de lente",
    "Nog een plan",
)  # fmt: skip


def test_every_table_that_leads_to_a_resident_stands_in_the_export() -> None:
    leading = {
        f"{model._meta.label.partition('.')[0]}.{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, Field) and field.related_model in (Resident, Member)
    }
    assert leading == set(HELD) | {"initiatives.Digest.resident"}  # when a mail about what they follow was sent


@pytest.fixture
def asya(world: World) -> Resident:
    """Somebody who did all there is to do with initiatives."""
    initiative_categories(world)
    rules(world)
    who, other, now = resident("asya@example.nl", name="Asya"), resident("o@example.nl", name="Otto"), timezone.now()
    plan = coached(world, who)
    mine: dict[str, Any] = {"slug": plan.slug, "actor": actor(who), "now": now}
    take_step(slug=plan.slug, name="gather", actor=world.actor(world.dirk), now=now)
    write_to_coach(text="Wanneer komt u langs?", **mine)
    ask(plan, who, what="Pannen voor de soep")
    ask(
        plan,
        who,
        "challenge",
        challenge={"task": "Het groen", "better": "Dagelijks", "able": "Tien buren", "costs": ""},
    )
    tell_update(title="Begonnen", text="Wij schilden aardappels.", **mine)
    add_entry(direction="out", planned=False, label="Uien", cents=1250, **mine)
    invite(email="nieuw@example.nl", language="nl", **mine)
    offer = offer_help(slug=plan.slug, kind="hours", text="Ik schil mee", actor=actor(other), now=now)
    answer_offer(
        slug=plan.slug, offer_id=offer.pk, accept=False, answer="Wij zijn al met tien", actor=actor(who), now=now
    )
    theirs = submitted(other)
    for step in ("accept", "gather"):
        take_step(slug=theirs.slug, name=step, actor=world.actor(world.dirk), now=now)
    support(slug=theirs.slug, lives_here=True, actor=actor(who), now=now)
    follow(slug=theirs.slug, often="weekly", actor=actor(who), now=now)
    comment(slug=theirs.slug, text="Goed idee", actor=actor(who), now=now)
    offer_help(slug=theirs.slug, kind="hours", text="Ik help ook", actor=actor(who), now=now)
    take_step(name="rest", reason="Het is winter", learned="Begin in de lente", **mine)
    draft(who, title="Nog een plan")
    return who


def test_all_that_a_member_wrote_is_handed_over(asya: Resident) -> None:
    told = everything_about(asya)
    text = json.dumps(told, default=str)
    for words in WRITTEN:
        assert words in text, words
    assert "Ik schil mee" not in text  # of somebody else


def test_every_word_of_the_export_is_said_in_words(asya: Resident) -> None:
    known = holders()

    def unsaid(found: Any, words: Any) -> set[str]:
        if isinstance(found, dict):
            return {key for key in found if key not in words}.union(*(unsaid(one, words) for one in found.values()))
        return set().union(*(unsaid(one, words) for one in found)) if isinstance(found, list) else set()

    for key, found in everything_about(asya).items():
        assert unsaid(found, known[key].words) == set(), key
    for path in (path for path in HELD.values() if not path.startswith("account")):
        key, _dot, name = path.partition(".")
        assert name in known[key].words, path
    browser = Client()
    signed_in(browser, asya.email)
    page = browser.get("/mijn/inzien/").content.decode()
    assert ">starter<" not in page and ">weekly<" not in page
