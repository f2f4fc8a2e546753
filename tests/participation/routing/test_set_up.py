from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from core.areas.importing import after_import
from core.areas.models import Area
from core.events.models import Stream
from participation.organisations.models import Organisation, Team
from participation.organisations.queries import (
    catch_all_without_people,
    gemeenten_without_catch_all,
    teams_without_streams,
)
from participation.routing.actions import load_categories, provision, provision_imported
from participation.routing.default_categories import default_categories, default_themes
from participation.routing.models import Category, ClosedDay, Question, Responsibility, Theme
from participation.routing.proposals import propose
from participation.routing.queries import config, themes_of, unreadable_rules
from tests.support.world import World

WANTED = sum(1 + len(main.children) for main in default_categories())


def new_gemeente(number: int) -> Area:
    area = Area.objects.create(
        code=f"GM{number}", name=f"Plaats {number}", level="gemeente", year=2026, geometry=b"",
        west=0, south=0, east=0, north=0, point_lon=0, point_lat=0,
    )  # fmt: skip
    Area.objects.filter(pk=area.pk).update(gemeente=area)
    return area


def test_a_new_municipality_can_receive_reports_at_once(db: None) -> None:
    gemeente = new_gemeente(9301)
    provision(gemeente.pk)
    routing = config(gemeente.pk)
    team = routing.team(routing.catch_all)
    assert (team.name, team.organisation) == ("Klantcontact Plaats 9301", "Gemeente Plaats 9301")
    assert Stream.objects.filter(name__in=[f"team:{team.id}", f"team-confidential:{team.id}"]).count() == 2
    assert Category.objects.filter(gemeente=gemeente).count() == WANTED
    assert {one.key for one in routing.questions_of(routing.reportable("bijplaatsing-grofvuil").pk)} == {
        "soort",
        "anders",
    }
    assert propose(routing, "xyzzy") == [("anders", 0.0)]


def test_provisioning_again_changes_nothing_and_keeps_local_edits(db: None) -> None:
    gemeente = new_gemeente(9302)
    provision(gemeente.pk)
    Category.objects.filter(gemeente=gemeente, slug="graffiti").update(name="Kladden", is_active=False)
    Team.objects.filter(gemeente=gemeente).update(name="Balie")
    before = [list(model.objects.order_by("pk").values()) for model in (Category, Question, Team, Organisation)]
    provision(gemeente.pk)
    assert load_categories(gemeente.pk) == (0, WANTED)
    assert [list(model.objects.order_by("pk").values()) for model in (Category, Question, Team, Organisation)] == before


def test_a_municipality_starts_with_themes_and_keeps_what_it_made_of_them(
    db: None, django_assert_num_queries: Any
) -> None:
    gemeente = new_gemeente(9303)
    provision(gemeente.pk)
    assert [theme.slug for theme in themes_of(gemeente.pk)] == [theme["slug"] for theme in default_themes()]
    assert {theme.icon for theme in themes_of(gemeente.pk)} <= set(Theme.Icon.values)
    Theme.objects.filter(gemeente=gemeente).exclude(slug="groen").delete()
    Theme.objects.filter(gemeente=gemeente).update(name="Groen en water")
    provision(gemeente.pk)
    assert [theme.name for theme in themes_of(gemeente.pk)] == ["Groen en water"]
    with django_assert_num_queries(0):
        themes_of(gemeente.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Theme.objects.create(gemeente=gemeente, slug="groen", name="Nog eens")


def test_a_municipality_that_has_these_things_keeps_its_own(world: World) -> None:
    provision(world.a.pk)
    assert list(Team.objects.filter(gemeente=world.a, is_catch_all=True)) == [world.desk]
    assert Category.objects.get(gemeente=world.a, slug="burenoverlast").keywords == ["buren", "lawaai"]
    assert Category.objects.get(gemeente=world.a, slug="zwerfafval").parent.slug == "schoon"
    assert not Category.objects.filter(gemeente=world.b, slug="zwerfafval").exists()


def test_hundreds_of_municipalities_take_as_many_queries_as_one(db: None, django_assert_max_num_queries: Any) -> None:
    gemeenten = {new_gemeente(number).pk for number in range(9400, 9440)}
    with django_assert_max_num_queries(110):
        provision_imported(gemeenten)
    assert gemeenten_without_catch_all(gemeenten) == set()
    assert len({team.gemeente_id for team in catch_all_without_people()} & gemeenten) == 40
    assert teams_without_streams() == []


def test_an_import_of_areas_provisions_its_municipalities() -> None:
    assert provision_imported in after_import


def test_the_command_names_what_it_did_and_what_it_does_not_know(world: World) -> None:
    out = StringIO()
    call_command("load_categories", world.a.code, stdout=out)
    assert world.a.code in out.getvalue()
    assert Category.objects.filter(gemeente=world.a, slug="hondenpoep").exists()
    with pytest.raises(CommandError, match="GM0000"):
        call_command("load_categories", "GM0000")


def test_the_default_tree_fits_the_tables_and_the_house_rules() -> None:
    slugs = [one.slug for main in default_categories() for one in (main, *main.children)]
    assert len(slugs) == len(set(slugs))
    for main in default_categories():
        for one in main.children:
            row = Category(slug=one.slug, gemeente_id=1, parent=None, **one.fields)
            row.clean_fields(exclude=["gemeente"])
            assert row.promise, one.slug
            assert row.resolve_days is None or row.resolve_days >= row.response_days
            for question in one.questions:
                Question(category=row, **question).clean()
            for sentence in (row.promise + ". " + row.description).split(". "):
                assert len(sentence.split()) <= 15, sentence


def test_the_configuration_is_read_once_and_follows_every_change(world: World, django_assert_num_queries: Any) -> None:
    config(world.a.pk)
    with django_assert_num_queries(0):
        routing = config(world.a.pk)
        assert routing.catch_all == world.desk.pk
        assert {rule.team_id for rule in routing.rules} == {world.cleaning.pk, world.care.pk}
        assert routing.category("grofvuil") is routing.reportable("grofvuil")
        assert routing.reportable("schoon") is None
    Category.objects.filter(slug="grofvuil", gemeente=world.a).update(is_active=False)
    assert config(world.a.pk).reportable("grofvuil") is None
    Responsibility.objects.filter(team=world.care).delete()
    assert {rule.team_id for rule in config(world.a.pk).rules} == {world.cleaning.pk}
    ClosedDay.objects.create(gemeente=world.a, day="2026-12-24", name="Kerstavond")
    assert len(config(world.a.pk).closed_days) == 1
    assert not config(world.b.pk).closed_days


def test_a_rule_for_a_team_elsewhere_never_counts(world: World) -> None:
    rule = Responsibility(gemeente=world.a, area=world.west, team=world.desk_b)
    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert set(refused.value.message_dict) == {"team"}
    rule.save()
    assert world.desk_b.pk not in {one.team_id for one in config(world.a.pk).rules}


def test_the_tables_refuse_what_makes_no_sense(world: World) -> None:
    grofvuil = Category.objects.get(gemeente=world.a, slug="grofvuil")
    Responsibility.objects.create(gemeente=world.a, category=grofvuil, team=world.care)
    wrong = [
        lambda: Responsibility.objects.create(gemeente=world.a, team=world.care),
        lambda: Responsibility.objects.create(gemeente=world.a, category=grofvuil, team=world.desk),
        lambda: Responsibility.objects.create(gemeente=world.a, category=grofvuil, kind="x", team=world.desk),
        lambda: Category.objects.create(gemeente=world.a, slug="grofvuil", name="Weer"),
        lambda: Category.objects.create(gemeente=world.a, slug="x", name="X", response_days=5, resolve_days=2),
        lambda: Category.objects.create(gemeente=world.a, slug="x", name="X", visibility="secret"),
        lambda: Category.objects.filter(pk=grofvuil.pk).update(parent=grofvuil),
        lambda: Question.objects.create(category=grofvuil, key="q", label="Q", type="colour"),
    ]
    for attempt in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


def test_rules_that_send_confidential_things_to_who_may_not_read_them_are_found(world: World) -> None:
    assert unreadable_rules(world.a.pk) == []
    world.carla.memberships.all().delete()
    world.carla.save()
    assert [rule.team_id for rule in unreadable_rules(world.a.pk)] == [world.care.pk]
