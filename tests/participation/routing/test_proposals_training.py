"""Learning proposals from a municipality's own reports: what is used, what is kept, and what is never kept."""

from __future__ import annotations

import json
import random
import sys
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from participation.cases.actions import change_case
from participation.cases.models import Case
from participation.reports.history import examples as examples_of_reports
from participation.reports.models import Contact, Report
from participation.routing.actions import allow_learned, keep_learned
from participation.routing.models import Category, LearnedModel
from participation.routing.proposals import propose
from participation.routing.proposals.index import Index
from participation.routing.proposals.learned import Learned, features, without_personal_data
from participation.routing.proposals.training import Example, TooLittle, examples_of, train
from participation.routing.queries import config
from tests.support.world import NOON, World

LOCAL = {
    "grofvuil": ["zwieberkast", "sjouwhoop", "hopla"],
    "straatverlichting": ["flonkerding", "gloeistaak", "pinkelaar"],
    "burenoverlast": ["dreunbak", "bonkebuur", "kabaalhok"],
}
"""What people here call things; no list of words knows it."""
FILLER = ["er", "is", "al", "weer", "een", "tijd", "iets", "aan", "de", "hand", "bij", "ons", "om", "hoek", "en", "dat"]


def local_text(slug: str, chance: random.Random) -> str:
    words = [chance.choice(FILLER) for _ in range(8)]
    words.insert(chance.randrange(8), chance.choice(LOCAL[slug]))
    return " ".join(words)


def local_examples(count: int, *, seed: int = 1) -> list[Example]:
    chance = random.Random(seed)
    found = []
    for number in range(count):
        slug = chance.choice(sorted(LOCAL))
        found.append(Example(local_text(slug, chance), slug, NOON + timedelta(hours=number), f"person {number}"))
    return found


WORDS = Index([("grofvuil", "Grofvuil", ["bank"]), ("straatverlichting", "Licht", ["lamp"]),
               ("burenoverlast", "Buren", ["lawaai"]), ("anders", "Iets anders", [])])  # fmt: skip


def add_history(world: World, count: int, *, gemeente: Any = None, seed: int = 1) -> None:
    """Handled reports in local words, each from someone else."""
    gemeente = gemeente or world.a
    area, team = (world.west, world.cleaning) if gemeente == world.a else (world.b, world.desk_b)
    categories = {one.slug: one for one in Category.objects.filter(gemeente=gemeente)}
    cases, reports = [], []
    for number, one in enumerate(local_examples(count, seed=seed)):
        at = NOON - timedelta(hours=count - number)
        cases.append(
            Case(
                reference=f"M-{gemeente.pk}-{number:05}", gemeente=gemeente, kind="report", status="resolved",
                visibility="public", team=team, category=categories[one.slug], area=area, created_at=at,
                updated_at=at, closed_at=at,
            )
        )  # fmt: skip
        reports.append((one.text, f"{gemeente.pk}-{number}"))
    Case.objects.bulk_create(cases)
    Report.objects.bulk_create(
        Report(case_id=case.pk, text=text, proposed=False, tracking_seed=key, tracking_hash=key)
        for case, (text, key) in zip(
            Case.objects.filter(gemeente=gemeente, reference__startswith=f"M-{gemeente.pk}-").order_by("created_at"),
            reports,
            strict=True,
        )
    )


def learned_here(world: World, count: int = 400) -> LearnedModel:
    add_history(world, count)
    call_command("train_categories", world.a.code, stdout=StringIO())
    return LearnedModel.objects.get(gemeente=world.a)


def test_local_words_are_learned_and_beat_the_list_on_reports_it_never_saw() -> None:
    outcome = train(local_examples(400), WORDS)
    assert outcome.is_better
    assert (len(outcome.learned_from), len(outcome.measured_on)) == (300, 100)
    assert outcome.learned_from[-1].at < outcome.measured_on[0].at
    assert outcome.learned.whole.top1 > 0.9 > outcome.words.whole.top1


def test_what_does_not_beat_the_words_is_not_better() -> None:
    chance = random.Random(3)
    texts = [
        Example(f"{word} {chance.choice(FILLER)}", slug, NOON + timedelta(hours=number), str(number))
        for number in range(400)
        for slug, word in [chance.choice([("grofvuil", "bank"), ("straatverlichting", "lamp")])]
    ]
    outcome = train(texts, WORDS)
    assert outcome.words.whole.top1 == 1.0
    assert not outcome.is_better


def test_too_little_is_said_and_learned_from_nothing() -> None:
    with pytest.raises(TooLittle):
        train(local_examples(250), WORDS)
    with pytest.raises(TooLittle):
        train([Example(f"lamp {number}", "straatverlichting", NOON, str(number)) for number in range(400)], WORDS)


def test_what_is_served_is_exactly_what_was_stored() -> None:
    outcome = train(local_examples(400), WORDS)
    stored = Learned(json.loads(json.dumps(outcome.weights)))
    for one in outcome.measured_on[:20]:
        chances = stored.chances(one.text)
        assert sum(chances.values()) == pytest.approx(1)
        assert chances == Learned(outcome.weights).chances(one.text)
    assert stored.chances("") == {}


@pytest.mark.parametrize("spoil", [{"version": 0}, {"bias": [0.1]}, {"features": {"x": [1.0, [[99, 1.0]]]}}])
def test_numbers_that_do_not_fit_are_refused(spoil: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Learned(train(local_examples(400), WORDS).weights | spoil)


def test_what_few_people_wrote_is_left_out_however_often_they_wrote_it() -> None:
    examples = local_examples(400)
    chatty = [
        Example(f"{one.text} kwetsbaargeheim", one.slug, one.at, "the same four"[: 9 + at % 4])
        if at % 2 and at < 300
        else one
        for at, one in enumerate(examples)
    ]
    outcome = train(chatty, WORDS)
    kept = outcome.weights["features"]
    assert not any("kwetsbaargeheim" in name for name in kept)
    assert any("flonkerd" in name for name in kept)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Mail mij op jan.jansen@example.nl graag", ["jan.jansen", "example"]),
        ("bel 06-12345678 of 0612345678", ["06", "12345678"]),
        ("ik woon op 2525 AB nummer 14b", ["2525", "14b"]),
        ("rekening NL91ABNA0417164300 klopt niet", ["nl91", "0417164300"]),
        ("Ik ben Willemijn de Vries en er ligt afval", ["Willemijn", "Vries"]),
        ("groeten, Hatice Yildiz", ["Hatice", "Yildiz"]),
        ("mevrouw El Amrani van hiernaast", ["Amrani"]),
        ("kijk op https://example.nl/anna?x=1", ["example", "anna"]),
        ("kenteken AB-12-CD staat fout", ["12"]),
    ],
)
def test_personal_data_is_taken_out_before_anything_is_learned(text: str, gone: list[str]) -> None:
    left = without_personal_data(text).casefold()
    assert not [one for one in gone if one.casefold() in left], left


def test_the_names_the_reporter_gave_are_taken_out_too() -> None:
    assert "anna" not in features(
        without_personal_data("Anna hier, er staat een bank. gr anna bakker", ("Anna Bakker",))
    )
    assert "bank" in features(without_personal_data("Anna hier, er staat een bank", ("Anna Bakker",)))


def test_only_what_a_person_chose_or_changed_is_learned_from(world: World) -> None:
    chosen = world.report(text="gekozen en afgehandeld", now=NOON)
    proposed = world.report(text="een bank en een matras", category="", now=NOON)
    corrected = world.report(text="een koelkast en grofvuil", category="", now=NOON)
    world.report(text="gekozen maar nog open", now=NOON)
    for one in (chosen, proposed):
        Case.objects.filter(reference=one.case.reference).update(status="resolved", closed_at=NOON)
    change_case(
        reference=corrected.case.reference, category="straatverlichting", actor=world.actor(world.bram), now=NOON
    )
    found = {one.text: one for one in examples_of_reports(world.a.pk)}
    assert {text: one.slug for text, one in found.items()} == {
        "gekozen en afgehandeld": "grofvuil",
        "een koelkast en grofvuil": "straatverlichting",
    }
    assert found["gekozen en afgehandeld"].names == ("Anna", "anna")
    assert examples_of(world.b.pk) == []


def test_an_erased_report_teaches_nothing(world: World) -> None:
    sent = world.report(text="gekozen en afgehandeld", now=NOON)
    Case.objects.filter(reference=sent.case.reference).update(status="resolved", closed_at=NOON)
    Report.objects.update(text="")
    Contact.objects.all().delete()
    assert examples_of(world.a.pk) == []


def test_the_command_learns_and_the_next_report_profits_from_it(world: World, django_assert_num_queries: Any) -> None:
    assert propose(config(world.a.pk), "de flonkerding bij ons") == [("anders", 0.0)]
    add_history(world, 400)
    out = StringIO()
    call_command("train_categories", world.a.code, stdout=out)
    row = LearnedModel.objects.get()
    assert row.in_use
    assert (row.learned_from, row.measured_on) == (300, 100)
    assert "300" in out.getvalue() and "100" in out.getvalue()
    routing = config(world.a.pk)
    with django_assert_num_queries(0):
        proposals = propose(routing, "de flonkerding bij ons")
    assert proposals[0][0] == "straatverlichting"
    assert 0 < proposals[0][1] <= 1
    assert propose(config(world.b.pk), "de flonkerding bij ons") == [("anders", 0.0)], "the other municipality"


def test_it_is_served_without_scikit_learn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    learned_here(world)
    for name in [name for name in sys.modules if name.partition(".")[0] in {"sklearn", "scipy"}]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "scipy", None)
    assert propose(config(world.a.pk), "weer die dreunbak")[0][0] == "burenoverlast"
    monkeypatch.setattr("participation.routing.management.commands.train_categories.find_spec", lambda name: None)
    with pytest.raises(CommandError):
        call_command("train_categories", stdout=StringIO())


def test_without_enough_reports_the_command_changes_nothing_and_says_so(world: World) -> None:
    add_history(world, 20)
    out = StringIO()
    call_command("train_categories", stdout=out)
    assert not LearnedModel.objects.exists()
    assert world.a.code in out.getvalue() and world.b.code in out.getvalue()
    with pytest.raises(CommandError):
        call_command("train_categories", "GM9999", stdout=StringIO())


def test_a_category_out_of_use_is_never_proposed_whatever_was_learned(world: World) -> None:
    learned_here(world)
    row = Category.objects.get(gemeente=world.a, slug="straatverlichting")
    row.is_active = False
    row.save()
    assert "straatverlichting" not in {slug for slug, _score in propose(config(world.a.pk), "de flonkerding")}


def test_switched_off_stays_off_when_it_is_learned_again(world: World) -> None:
    row = learned_here(world)
    allow_learned(world.a.pk, allowed=False)
    assert config(world.a.pk).settings.learned is None
    outcome = train(examples_of(world.a.pk), config(world.a.pk).settings.index)
    keep_learned(world.a.pk, outcome, now=NOON)
    row.refresh_from_db()
    assert (row.is_better, row.is_on, row.trained_at) == (True, False, NOON)
    assert propose(config(world.a.pk), "de flonkerding bij ons") == [("anders", 0.0)]
    allow_learned(world.a.pk, allowed=True)
    assert config(world.a.pk).settings.learned is not None


def test_a_model_that_cannot_be_read_leaves_the_words_in_use(world: World) -> None:
    row = learned_here(world)
    row.weights = {"version": 0}
    row.save()
    assert config(world.a.pk).settings.learned is None
    assert propose(config(world.a.pk), "een oud matras")[0][0] == "grofvuil"


@pytest.fixture
def setter_of_a(world: World) -> Client:
    """Lotte, who may change the categories of the municipality she works for."""
    group = Group.objects.create(name="categories")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    group.permissions.add(*Permission.objects.filter(content_type__app_label="routing", content_type__model="category"))
    world.lotte.user.groups.add(group)
    return world.client(world.lotte, HTTP_ACCEPT_LANGUAGE="en")


def other_model(world: World, moment: datetime = NOON) -> LearnedModel:
    outcome = train(local_examples(400), WORDS)
    return keep_learned(world.b.pk, outcome, now=moment)


def test_the_card_shows_the_figures_of_ones_own_municipality_and_the_switch(world: World, setter_of_a: Client) -> None:
    page = reverse("category-proposals:index")
    empty = setter_of_a.get(page)
    assert empty.status_code == 200
    assert empty.context["cards"] == []
    row = learned_here(world)
    other_model(world)
    (card,) = setter_of_a.get(page).context["cards"]
    assert card["row"] == row
    assert card["learned"]["top1"] > card["words"]["top1"]
    assert {one["name"] for one in card["categories"]} == {
        Category.objects.get(gemeente=world.a, slug=slug).name for slug in LOCAL
    }
    switch = reverse("category-proposals:switch", args=[world.a.pk])
    assert setter_of_a.get(switch).status_code == 302
    assert setter_of_a.post(switch, {"allowed": "no"}).status_code == 302
    row.refresh_from_db()
    assert not row.in_use
    assert setter_of_a.post(switch, {"allowed": "yes"}).status_code == 302
    row.refresh_from_db()
    assert row.in_use


def test_the_card_of_another_municipality_cannot_be_switched(world: World, setter_of_a: Client) -> None:
    row = other_model(world)
    answer = setter_of_a.post(reverse("category-proposals:switch", args=[world.b.pk]), {"allowed": "no"})
    assert answer.status_code in {302, 403}
    row.refresh_from_db()
    assert row.is_on
    for client in (world.client(world.bram), Client()):
        assert client.get(reverse("category-proposals:index")).status_code in {302, 403}
        answer = client.post(reverse("category-proposals:switch", args=[world.a.pk]), {"allowed": "no"})
        assert answer.status_code in {302, 403}


def test_a_card_that_is_not_there_is_explained(world: World, setter_of_a: Client) -> None:
    answer = setter_of_a.post(reverse("category-proposals:switch", args=[world.a.pk]), {"allowed": "no"}, follow=True)
    assert answer.status_code == 200
    assert not LearnedModel.objects.exists()


def test_the_words_of_a_category_can_be_read(world: World, setter_of_a: Client) -> None:
    page = setter_of_a.get(reverse("category-proposals:words", args=[world.a.pk, "burenoverlast"]))
    assert page.status_code == 200
    assert page.context["theirs"] == ["buren", "lawaai"]
    assert len(page.context["ours"]) > 60
    for place, slug in ((world.a.pk, "nergens"), (world.b.pk, "anders")):
        assert setter_of_a.get(reverse("category-proposals:words", args=[place, slug])).status_code in {302, 403, 404}


def test_the_superuser_sees_every_card(world: World) -> None:
    world.zoe.user.is_superuser = True
    world.zoe.user.save()
    learned_here(world)
    other_model(world)
    page = world.client(world.zoe).get(reverse("category-proposals:index"))
    assert {card["row"].gemeente_id for card in page.context["cards"]} == {world.a.pk, world.b.pk}
