"""Which plans are alike: measured on plans as people write them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from cms.approaches.suggesting import fitting
from participation.initiatives.approaches import ApproachCard, Asked
from participation.initiatives.models import Initiative
from participation.initiatives.queries.similar import ENOUGH, Facts, score, similar_to
from participation.initiatives.states import Stage
from tests.participation.initiatives.conftest import draft, submitted
from tests.support.residents import resident, signed_in
from tests.support.world import HOST_A, World

HERE, NEXT_STREET, OTHER_WIJK, FAR = (5.002, 52.005), (5.004, 52.006), (5.025, 52.005), (5.1, 52.05)
PLANS = {
    "garden": Facts("Een buurttuin op het Jorisplein", "We maken van het lege veld een tuin met groente.", HERE, 1),
    "vegetables": Facts("Moestuin voor de buurt", "Samen groente kweken op het veldje.", NEXT_STREET, 1),
    "typo": Facts("Buurtuin Jorisplijn", "groente kweken met de buurt", HERE, None),
    "plants": Facts("Geveltuintjes in de straat", "Plantjes langs de gevel, met bewoners samen.", OTHER_WIJK, 1),
    "coffee": Facts("Koffieochtend voor ouderen", "Elke dinsdag koffie drinken in het buurthuis.", HERE, 2),
    "coffee too": Facts("Koffie en taal", "Vrouwen drinken koffie in het buurthuis en oefenen taal.", NEXT_STREET, 2),
    "football": Facts("Voetbaltoernooi voor de jeugd", "Een toernooi op het trapveldje in de zomer.", HERE, 3),
    "football too": Facts("Voetbal op het trapveld", "Elke week voetballen met de jeugd van de wijk.", NEXT_STREET, 3),
    "bins": Facts("Bakken adopteren", "Wij houden de ondergrondse containers schoon.", HERE, 4),
}
ALIKE = [("garden", "vegetables"), ("garden", "typo"), ("coffee", "coffee too"), ("football", "football too")]
DIFFERENT = [
    ("garden", "coffee"),
    ("garden", "football"),
    ("coffee", "football"),
    ("bins", "garden"),
    ("bins", "coffee too"),
    ("plants", "football too"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_plans_that_people_would_join_are_found(one: str, other: str) -> None:
    assert score(PLANS[one], PLANS[other]) >= ENOUGH
    assert score(PLANS[one], PLANS[other]) == pytest.approx(score(PLANS[other], PLANS[one]))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_plans_about_something_else_are_not_even_next_door(one: str, other: str) -> None:
    assert score(PLANS[one], PLANS[other]) < ENOUGH


def test_the_same_plan_counts_for_less_the_farther_away_it_is() -> None:
    def at(place: tuple[float, float]) -> float:
        return score(PLANS["garden"], Facts(PLANS["garden"].title, PLANS["garden"].text, place, 1))

    assert at(HERE) > at(OTHER_WIJK) > at(FAR) >= ENOUGH  # across town it is still worth a look


def publish(initiative: Initiative, stage: str = Stage.TALKING) -> Initiative:
    Initiative.objects.filter(pk=initiative.pk).update(
        stage=stage, published_at=timezone.now(), ended_at=timezone.now() if stage == Stage.DONE else None
    )
    return initiative


@pytest.mark.usefixtures("neighbourhood")
class TestPage:
    @pytest.fixture
    def others(self) -> list[Initiative]:
        near = publish(
            submitted(resident("bo@example.nl"), title="Moestuin op het Jorisplein", what="Samen groente kweken")
        )
        done = publish(
            submitted(
                resident("cy@example.nl"), title="Tuin bij de school", what="Een tuin met groente", area="WK910102"
            ),
            Stage.DONE,
        )
        hidden = submitted(resident("dee@example.nl"), title="Een tuin op het Jorisplein", what="Hetzelfde")
        return [near, done, hidden]

    def test_only_what_everybody_may_see_is_shown_the_nearest_first(self, others: list[Initiative]) -> None:
        found = similar_to(draft())
        assert [one.slug for one in found] == [others[0].slug, others[1].slug]
        assert "near" in found[0].same and found[0].takes_people
        assert not found[1].takes_people

    def test_it_takes_two_queries(self, others: list[Initiative], django_assert_num_queries: Any) -> None:
        mine = Initiative.objects.get(pk=draft().pk)
        with django_assert_num_queries(2):
            similar_to(mine)

    def test_before_sending_they_are_shown_and_an_approach_can_be_chosen(
        self, others: list[Initiative], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from participation.initiatives import approaches

        card = ApproachCard(uuid4(), "Buurtmoestuin", "Groente en buren", "/aanpakken/tuin/", "Studied", "")

        def library(asked: Asked) -> list[ApproachCard]:
            return [card] if asked.key in (None, card.key) else []

        monkeypatch.setattr(approaches, "_libraries", [library])
        mine = draft()
        client = Client(headers={"host": HOST_A, "accept-language": "en"})
        signed_in(client)
        went = client.post(f"/initiatieven/beginnen/{mine.slug}/fotos/", {})
        assert went["Location"] == f"/initiatieven/beginnen/{mine.slug}/lijkt-op/"
        page = client.get(went["Location"]).content.decode()
        assert f"/initiatieven/{others[0].slug}/" in page and "Buurtmoestuin" in page
        went = client.post(went["Location"], {"approach": str(card.key)})
        assert went["Location"] == f"/initiatieven/beginnen/{mine.slug}/nakijken/"
        mine.refresh_from_db()
        assert mine.approach == card.key
        assert "Buurtmoestuin" in client.get(went["Location"]).content.decode()
        refused = client.post(f"/initiatieven/beginnen/{mine.slug}/lijkt-op/", {"approach": "geen-sleutel"})
        assert refused.status_code == 400


def test_without_a_site_there_are_no_approaches(world: World) -> None:
    assert fitting(Asked(gemeente_id=world.a.pk, text="tuin")) == []
    assert fitting(Asked(gemeente_id=world.a.pk, key=UUID(int=1))) == []
